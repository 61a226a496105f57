package main

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"

	"github.com/echarpe/echarpe/internal/contracttest"
)

// contract holds what the pages send and get to the published description of the API, while CONTRACT=check. Journeys in a browser
// ask GET /_local/contract at their end: a list of faults, empty when all was as described.
type contract struct {
	on     bool
	mu     sync.Mutex
	faults []string
}

// checked is next, every exchange of the public API compared with its description.
func (c *contract) checked(next http.Handler) http.Handler {
	if !c.on {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/staff/") || strings.HasPrefix(r.URL.Path, "/api/attendance/") {
			next.ServeHTTP(w, r) // described in internal/staffapi/DESIGN.md
			return
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, "unread", http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		c.note(contracttest.Faults(r, string(body), answer.Code, answer.Header(), answer.Body.Bytes()))
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.WriteHeader(answer.Code)
		_, _ = w.Write(answer.Body.Bytes())
	})
}

func (c *contract) note(faults []string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, fault := range faults {
		if !slices.Contains(c.faults, fault) {
			c.faults = append(c.faults, fault)
		}
	}
}

// ServeHTTP lists the faults.
func (c *contract) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(append([]string{}, c.faults...))
}
