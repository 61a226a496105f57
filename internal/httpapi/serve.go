package httpapi

import (
	"maps"
	"net/http"
	"slices"

	"github.com/echarpe/echarpe/internal/web"
)

// elsewhere are the routes of the other functions of this package: the gateway hands their other methods to this one,
// which must know that they exist.
var elsewhere = []string{
	"GET /api/enrolments/{id}/documents/{kind}", "GET /api/enrolments/{id}/papers", "GET /api/enrolments/{id}/calendar.ics",
	"GET /api/sessions/{id}/programme.pdf", "GET /api/enrolments/{id}/convention",
	"POST /api/enrolments/{id}/scans", "PUT /api/enrolments/{id}/scans/{scan}",
}

// action is a handler that returns its error; see [web.Action].
type action = web.Action

// Routes gives every route of the three functions, as "METHOD /path/{id}".
func Routes() []string {
	none := Deps{}
	all := slices.Concat(slices.Collect(maps.Keys(none.routes())), slices.Collect(maps.Keys(documents{Deps: none}.routes())), slices.Collect(maps.Keys(scans{Deps: none}.routes())))
	slices.Sort(all)
	return slices.Compact(all)
}

func (d Deps) serve(routes map[string]action) http.Handler {
	return web.Serve(routes, elsewhere, "dossier", d.Log, d.Now)
}

func writeJSON(w http.ResponseWriter, status int, v any) error {
	return web.WriteJSON(w, status, "application/json", v)
}

func decode(r *http.Request, v any) error { return web.Decode(r, v) }

func badRequest(cause error) error { return web.BadRequest(cause) }
