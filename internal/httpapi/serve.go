package httpapi

import (
	"maps"
	"net/http"
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// elsewhere are the routes of the other function of this package: the gateway hands their other methods to this one,
// which must know that they exist.
var elsewhere = []string{
	"GET /api/enrolments/{id}/documents/{kind}", "GET /api/enrolments/{id}/papers", "GET /api/enrolments/{id}/calendar.ics",
	"GET /api/sessions/{id}/programme.pdf",
}

// Routes gives every route of both functions, as "METHOD /path/{id}".
func Routes() []string {
	none := Deps{}
	all := slices.Concat(slices.Collect(maps.Keys(none.routes())), slices.Collect(maps.Keys(documents{Deps: none}.routes())))
	slices.Sort(all)
	return slices.Compact(all)
}

// serve is the handler of some routes. Any other address is not found; a known one asked by another method says which
// there are (RFC 9110, 15.5.6).
func (d Deps) serve(routes map[string]action) http.Handler {
	mux, methods := http.NewServeMux(), methodsOf(routes)
	o := observer{log: d.Log, now: d.Now}
	for pattern, do := range routes {
		mux.Handle(pattern, o.observe(do))
	}
	mux.Handle("/", o.observe(methods.refuse))
	return mux
}

// methods knows the addresses and, for each, its methods.
type methods struct{ byPath *http.ServeMux }

func methodsOf(routes map[string]action) methods {
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
	return &enrolment.Error{Kind: kindMethod}
}
