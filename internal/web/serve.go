// Package web is what both HTTP APIs of the house share: strict JSON, problems, one log event a request.
package web

import (
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Serve is the handler of some routes. Any other address is not found; a known one asked by another method says which
// there are (RFC 9110, 15.5.6). elsewhere are routes of another function, whose other methods the gateway hands to this one.
func Serve(routes map[string]Action, elsewhere []string, realm string, log *slog.Logger, now func() time.Time) http.Handler {
	mux, methods := http.NewServeMux(), methodsOf(routes, elsewhere)
	o := observer{log: log, now: now, realm: realm}
	for pattern, do := range routes {
		mux.Handle(pattern, o.observe(do))
	}
	mux.Handle("/", o.observe(methods.refuse))
	return mux
}

// Answer is the handler that does one thing whatever the address.
func Answer(do Action, realm string, log *slog.Logger, now func() time.Time) http.Handler {
	return observer{log: log, now: now, realm: realm}.observe(do)
}

// methods knows the addresses and, for each, its methods.
type methods struct{ byPath *http.ServeMux }

func methodsOf(routes map[string]Action, elsewhere []string) methods {
	m, known := methods{http.NewServeMux()}, map[string][]string{}
	patterns := slices.Clone(elsewhere)
	for pattern := range routes {
		patterns = append(patterns, pattern)
	}
	for _, pattern := range patterns {
		method, path, _ := strings.Cut(pattern, " ")
		known[path] = append(known[path], method)
		if method == http.MethodGet {
			known[path] = append(known[path], http.MethodHead) // what answers the one answers the other
		}
	}
	for path, all := range known {
		slices.Sort(all)
		allow := strings.Join(slices.Compact(all), ", ")
		m.byPath.HandleFunc(path, func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Allow", allow) })
	}
	return m
}

func (m methods) refuse(w http.ResponseWriter, r *http.Request) error {
	if _, pattern := m.byPath.Handler(r); pattern == "" {
		return &enrolment.Error{Kind: enrolment.KindNotFound}
	}
	m.byPath.ServeHTTP(w, r)
	return &enrolment.Error{Kind: KindMethod}
}
