// Package lambdahttp stands between API Gateway's HTTP API (payload format 2.0) and net/http, in both directions:
//
//   - Handler lets an http.Handler answer the gateway's events: it is what a function hands to lambda.Start;
//   - Gateway plays the gateway in front of such a function: it is what the local stack and the tests listen with.
//
// It is typed and small because the usual library is archived, and because what reaches the handler matters here:
// the address that the abuse limits count, and the identifier that every log line and every problem carries.
package lambdahttp

import (
	"bytes"
	"context"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"github.com/aws/aws-lambda-go/events"
)

type (
	// Request is API Gateway's event.
	Request = events.APIGatewayV2HTTPRequest
	// Response is its answer.
	Response = events.APIGatewayV2HTTPResponse
)

// Headers that this package sets on every request, whatever the client sent under the same name.
const (
	// HeaderRequestID carries the gateway's identifier of the request.
	HeaderRequestID = "X-Request-Id"
	// HeaderOrigin is how the content network proves to the function that a request came through it.
	HeaderOrigin = "X-Echarpe-Origin"
	// headerViewer is the address and port of the person's connection, as the content network saw it.
	headerViewer = "Cloudfront-Viewer-Address"
)

// Handler answers each event with h. In the http.Request that h sees:
//
//   - the context is the invocation's, with its deadline;
//   - RemoteAddr is "address:port" of the person: what the content network reports when the request proves with
//     originSecret that it came through it, else the gateway's own source address. With an empty originSecret no
//     header is ever believed;
//   - X-Request-Id is the gateway's identifier, never the client's.
//
// An event that cannot be read (a body that is not the base64 it claims to be) is an error and h is not called.
func Handler(h http.Handler, originSecret string) func(context.Context, Request) (Response, error) {
	return func(ctx context.Context, e Request) (Response, error) {
		r, err := newRequest(ctx, e, originSecret)
		if err != nil {
			return Response{}, fmt.Errorf("read the gateway's event: %w", err)
		}
		w := recorder{header: make(http.Header, 8)}
		h.ServeHTTP(&w, r)
		if r.Method == http.MethodHead {
			w.body.Reset() // RFC 9110, 9.3.2; net/http's own server does it, and there is none here
		}
		return w.response(), nil
	}
}

func newRequest(ctx context.Context, e Request, originSecret string) (*http.Request, error) {
	body, err := requestBody(e)
	if err != nil {
		return nil, err
	}
	r := &http.Request{
		Method:     e.RequestContext.HTTP.Method,
		URL:        requestURL(e),
		Proto:      "HTTP/1.1",
		ProtoMajor: 1,
		ProtoMinor: 1,
		Header:     requestHeader(e),
		Host:       e.RequestContext.DomainName,
		Body:       http.NoBody,
	}
	if len(body) > 0 {
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.ContentLength = int64(len(body))
	}
	if host := r.Header.Get("Host"); host != "" {
		r.Host = host
		r.Header.Del("Host")
	}
	r.RequestURI = r.URL.RequestURI()
	r.RemoteAddr = remoteAddr(e, r.Header, originSecret)
	r.Header.Del(HeaderOrigin)
	return r.WithContext(context.WithValue(ctx, claimsKey{}, claimsOf(e))), nil
}

// Guest is a handler for a route behind a JWT authorizer: claims that come as numbers or booleans are read as their text, which is how
// API Gateway writes them and how not every gateway does.
func Guest(handle func(context.Context, Request) (Response, error)) func(context.Context, json.RawMessage) (Response, error) {
	return func(ctx context.Context, raw json.RawMessage) (Response, error) {
		var e Request
		plain, err := claimsAsText(raw)
		if err == nil {
			err = json.Unmarshal(plain, &e)
		}
		if err != nil {
			return Response{}, errors.New("read the gateway's event: not the JSON expected") // never its text: it holds the token
		}
		return handle(ctx, e)
	}
}

func claimsAsText(raw []byte) ([]byte, error) {
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.UseNumber()
	var event map[string]any
	if err := dec.Decode(&event); err != nil {
		return nil, err
	}
	inside := any(event)
	for _, name := range []string{"requestContext", "authorizer", "jwt", "claims"} {
		m, _ := inside.(map[string]any)
		inside = m[name]
	}
	claims, _ := inside.(map[string]any)
	for name, v := range claims {
		claims[name] = fmt.Sprint(v)
	}
	return json.Marshal(event)
}

type claimsKey struct{}

func claimsOf(e Request) map[string]string {
	if a := e.RequestContext.Authorizer; a != nil && a.JWT != nil {
		return a.JWT.Claims
	}
	return nil
}

// Claims are those of the token that the gateway's JWT authorizer let through; nil when no authorizer stood before the
// route. They come with the event, beside what the client sent: no header can make them.
func Claims(ctx context.Context) map[string]string {
	claims, _ := ctx.Value(claimsKey{}).(map[string]string)
	return claims
}

func requestBody(e Request) ([]byte, error) {
	if !e.IsBase64Encoded {
		return []byte(e.Body), nil
	}
	body, err := base64.StdEncoding.DecodeString(e.Body)
	if err != nil {
		return nil, fmt.Errorf("decode the body: %w", err)
	}
	return body, nil
}

// requestURL never fails: the gateway sends rawPath decoded or not, so that a stray percent sign is a path like another.
func requestURL(e Request) *url.URL {
	path := e.RawPath
	if path == "" {
		path = "/"
	}
	if decoded, err := url.PathUnescape(path); err == nil {
		path = decoded
	}
	return &url.URL{Path: path, RawQuery: e.RawQueryString}
}

func requestHeader(e Request) http.Header {
	h := make(http.Header, len(e.Headers)+2)
	for name, value := range e.Headers {
		h.Set(name, value)
	}
	if len(e.Cookies) > 0 {
		h.Set("Cookie", strings.Join(e.Cookies, "; "))
	}
	h.Set(HeaderRequestID, e.RequestContext.RequestID)
	return h
}

func remoteAddr(e Request, h http.Header, originSecret string) string {
	if originSecret != "" && subtle.ConstantTimeCompare([]byte(h.Get(HeaderOrigin)), []byte(originSecret)) == 1 {
		if viewer, ok := parseViewer(h.Get(headerViewer)); ok {
			return viewer
		}
	}
	return net.JoinHostPort(e.RequestContext.HTTP.SourceIP, "0")
}

// parseViewer reads "192.0.2.1:4711", "[2001:db8::1]:4711" and "2001:db8::1:4711": the port follows the last colon.
func parseViewer(s string) (string, bool) {
	colon := strings.LastIndexByte(s, ':')
	if colon < 0 {
		return "", false
	}
	ip := net.ParseIP(strings.Trim(s[:colon], "[]"))
	if ip == nil {
		return "", false
	}
	return net.JoinHostPort(ip.String(), s[colon+1:]), true
}

// recorder is the http.ResponseWriter that keeps an answer until it is whole.
type recorder struct {
	header http.Header
	sent   http.Header // header as it was when the status was written; what is set later is ignored, as net/http does
	status int
	body   bytes.Buffer
}

func (w *recorder) Header() http.Header { return w.header }

func (w *recorder) WriteHeader(status int) {
	if w.status != 0 || status < 200 { // written already, or only informational
		return
	}
	w.status = status
	w.sent = w.header.Clone()
}

func (w *recorder) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	return w.body.Write(p)
}

func (w *recorder) response() Response {
	w.WriteHeader(http.StatusOK)
	body := w.body.Bytes()
	if len(body) > 0 && w.sent.Get("Content-Type") == "" {
		w.sent.Set("Content-Type", http.DetectContentType(body))
	}
	e := Response{StatusCode: w.status, Cookies: w.sent.Values("Set-Cookie"), Headers: make(map[string]string, len(w.sent))}
	for name, values := range w.sent {
		if name != "Set-Cookie" {
			e.Headers[name] = strings.Join(values, ", ")
		}
	}
	if utf8.Valid(body) && w.sent.Get("Content-Encoding") == "" {
		e.Body = string(body)
	} else {
		e.Body, e.IsBase64Encoded = base64.StdEncoding.EncodeToString(body), true
	}
	return e
}
