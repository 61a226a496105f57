// Package contracttest holds requests and answers of tests against the published description of the API: what the suite
// sends and gets is what the description says, whatever the test is about.
package contracttest

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/getkin/kin-openapi/openapi3"
	"github.com/getkin/kin-openapi/openapi3filter"
	"github.com/getkin/kin-openapi/routers"
	"github.com/getkin/kin-openapi/routers/legacy"

	"github.com/echarpe/echarpe/internal/httpapi"
)

var router = sync.OnceValues(func() (routers.Router, error) {
	for _, media := range []string{"text/html", "text/calendar", "application/pdf"} { // texts that are no JSON: only their media type is described
		openapi3filter.RegisterBodyDecoder(media, openapi3filter.FileBodyDecoder)
	}
	doc, err := openapi3.NewLoader().LoadFromData(httpapi.Description())
	if err != nil {
		return nil, err
	}
	doc.Servers = nil // tests use hosts of their own
	return legacy.NewRouter(doc)
})

// Check fails the test when an answer is not what the description says, or when a request that the description refuses
// was taken. Body is what was sent.
func Check(t testing.TB, r *http.Request, body string, status int, header http.Header, answer []byte) {
	t.Helper()
	for _, fault := range Faults(r, body, status, header, answer) {
		t.Error(fault)
	}
}

// Faults says, for each way in which an exchange is not as described, what is wrong.
func Faults(r *http.Request, body string, status int, header http.Header, answer []byte) (faults []string) {
	fault := func(format string, v ...any) { faults = append(faults, fmt.Sprintf(format, v...)) }
	router, err := router()
	if err != nil {
		return []string{"the description of the API: " + err.Error()}
	}
	r = r.Clone(context.Background())
	if r.Method == http.MethodHead {
		r.Method = http.MethodGet
		answer = nil
	}
	r.Body = io.NopCloser(strings.NewReader(body))
	route, params, err := router.FindRoute(r)
	if err != nil {
		if status != http.StatusNotFound && status != http.StatusMethodNotAllowed {
			fault("%s %s is not described, and answers %d", r.Method, r.URL.Path, status)
		}
		return faults
	}
	in := &openapi3filter.RequestValidationInput{
		Request: r, PathParams: params, Route: route,
		Options: &openapi3filter.Options{AuthenticationFunc: openapi3filter.NoopAuthenticationFunc, MultiError: true, IncludeResponseStatus: true},
	}
	if status < 300 {
		if err := openapi3filter.ValidateRequest(r.Context(), in); err != nil {
			fault("%s %s was taken, though the description refuses it: %v", r.Method, route.Path, err)
		}
	}
	if answer == nil {
		return faults
	}
	out := &openapi3filter.ResponseValidationInput{
		RequestValidationInput: in, Status: status, Header: header, Body: io.NopCloser(bytes.NewReader(answer)), Options: in.Options,
	}
	if err := openapi3filter.ValidateResponse(r.Context(), out); err != nil {
		fault("%s %s answers %d, not as described: %v", r.Method, route.Path, status, err)
	}
	return faults
}
