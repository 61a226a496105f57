// Package staffapi is the HTTP API of the organisation's team; DESIGN.md is its contract.
package staffapi

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/duty"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/staff"
	"github.com/echarpe/echarpe/internal/web"
)

// Deps is what the handlers need.
type Deps struct {
	Team   staff.Team
	Store  Store
	Desk   Desk
	Duties duty.Planner
	Guide  *guide.Guide
	Links  link.Links
	// Claims gives those that the gateway's authorizer handed over; nil when there are none.
	Claims  func(context.Context) map[string]string
	Printer Printer
	Scans   Scans // nil without a bucket
	SignIn  SignIn
	Log     *slog.Logger
	Now     func() time.Time
}

// SignIn is where people sign in.
type SignIn struct {
	Issuer   string   `json:"issuer"`
	ClientID string   `json:"clientId"`
	Scopes   []string `json:"scopes"`
	SignOut  string   `json:"signOut,omitempty"` // when the issuer's discovery does not say it
}

type api struct{ Deps }

const (
	g = enrolment.RoleGestion
	l = enrolment.RoleLecture
	d = enrolment.RoleDirection
)

// action is a handler that knows who asks.
type action func(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error

// route is an action and who may ask for it.
type route struct {
	may []enrolment.Role
	do  action
}

func (a api) routes() map[string]route {
	return map[string]route{
		"GET /api/staff/me":           {may(g, l, d), a.me},
		"GET /api/staff/team":         {may(d), a.team},
		"POST /api/staff/team":        {may(d), a.invite},
		"DELETE /api/staff/team/{id}": {may(d), a.remove},
		"GET /api/staff/audit":        {may(d), a.audit},

		"GET /api/staff/figures":                        {may(g, l, d), a.figures},
		"GET /api/staff/exports/{name}":                 {may(g, l, d), a.export},
		"GET /api/staff/duties":                         {may(g, l, d), a.duties},
		"GET /api/staff/sessions":                       {may(g, l, d), a.sessions},
		"GET /api/staff/sessions/{id}":                  {may(g, l, d), a.showSession},
		"POST /api/staff/sessions/{id}/offers":          {may(d), a.give},
		"POST /api/staff/sessions/{id}/duty":            {may(g), a.decide},
		"GET /api/staff/sessions/{id}/documents/{kind}": {may(g, l, d), a.sessionPaper},
		"POST /api/staff/sessions/{id}/messages":        {may(g), a.message},

		"POST /api/staff/sessions":                   {may(g), a.createSession},
		"PUT /api/staff/sessions/{id}":               {may(g), a.editSession},
		"GET /api/staff/sessions/{id}/form":          {may(g), a.sessionForm},
		"POST /api/staff/sessions/{id}/cancellation": {may(g), a.cancelSession},
		"GET /api/staff/catalogue":                   {may(g, d), a.exportCatalogue},
		"GET /api/staff/organisation":                {may(g), a.organisation},
		"PUT /api/staff/organisation":                {may(g), a.editOrganisation},
		"GET /api/staff/formations":                  {may(g, l, d), a.formations},
		"POST /api/staff/formations":                 {may(g), a.createFormation},
		"PUT /api/staff/formations/{id}":             {may(g), a.editFormation},
		"GET /api/staff/formations/{id}/form":        {may(g), a.formationForm},

		"GET /api/staff/sessions/{id}/attendance":                  {may(g, l, d), a.teamSheet},
		"PUT /api/staff/sessions/{id}/attendance/{halfDay}/{file}": {may(g), a.byTeam(a.mark)},
		"PUT /api/staff/sessions/{id}/arrivals/{arrival}":          {may(g), a.complete},
		"POST /api/staff/sessions/{id}/revocation":                 {may(g), a.revokeTrainer},
		"POST /api/staff/sessions/{id}/closure":                    {may(g), a.closeSession},

		"GET /api/staff/files":         {may(g, l, d), a.search},
		"POST /api/staff/files/search": {may(g, l, d), a.search},
		"GET /api/staff/files/{id}":    {may(g, l, d), a.showFile},
		"POST /api/staff/enrolments":   {may(g), a.enrol},
		"POST /api/staff/kiosks":       {may(g), a.openKiosk},

		"PUT /api/staff/files/{id}/steps/{step}":      {may(g), a.act("tick", false, a.tick)},
		"DELETE /api/staff/files/{id}/steps/{step}":   {may(g), a.act("untick", false, a.untick)},
		"POST /api/staff/files/{id}/proposal":         {may(g), a.act("proposal", false, a.propose)},
		"PUT /api/staff/files/{id}/person":            {may(g), a.correct},
		"PUT /api/staff/files/{id}/payer":             {may(g), a.setPayer},
		"PUT /api/staff/files/{id}/needs":             {may(g), a.setNeeds},
		"PUT /api/staff/files/{id}/contact":           {may(g), a.setContact},
		"PUT /api/staff/files/{id}/funding":           {may(g), a.changeFunding},
		"PUT /api/staff/files/{id}/session":           {may(g), a.changeSession},
		"POST /api/staff/files/{id}/cancellation":     {may(g), a.act("cancellation", true, a.cancel)},
		"POST /api/staff/files/{id}/withdrawal":       {may(g), a.act("withdrawal", true, a.withdraw)},
		"POST /api/staff/files/{id}/reachable":        {may(g), a.act("reachable", false, a.reachable)},
		"POST /api/staff/files/{id}/proof":            {may(g), a.act("proof", false, a.prove)},
		"POST /api/staff/files/{id}/links":            {may(g), a.act("links", false, a.links)},
		"POST /api/staff/files/{id}/revocation":       {may(g), a.act("revocation", true, a.revoke)},
		"POST /api/staff/files/{id}/duty":             {may(g), a.markDuty},
		"POST /api/staff/files/{id}/notes":            {may(g), a.note},
		"POST /api/staff/files/{id}/invoice":          {may(g), a.issue},
		"POST /api/staff/files/{id}/credit":           {may(g), a.credit},
		"GET /api/staff/files/{id}/documents/{kind}":  {may(g, l, d), a.filePaper},
		"GET /api/staff/files/{id}/scan":              {may(g, l, d), a.scan},
		"POST /api/staff/files/{id}/countersignature": {may(g), a.countersign},
	}
}

// sheets are the routes of the trainer's link: another door, since the gateway's authorizer is the whole route's.
func (a api) sheets() map[string]web.Action {
	return map[string]web.Action{
		"GET /api/attendance/{id}":                    a.trained(a.sheet),
		"PUT /api/attendance/{id}/{halfDay}/{file}":   a.trained(a.mark),
		"PUT /api/attendance/{id}/arrivals/{arrival}": a.trained(a.arrive),
	}
}

func may(roles ...enrolment.Role) []enrolment.Role { return roles }

// New is the handler of functions/staff.
func New(deps Deps) http.Handler {
	a := api{deps}
	served := map[string]web.Action{
		"GET /api/staff/sign-in": func(w http.ResponseWriter, _ *http.Request) error { return ok(w, a.SignIn) },
	}
	for pattern, r := range a.routes() {
		served[pattern] = a.only(r)
	}
	for pattern, do := range a.sheets() {
		served[pattern] = do
	}
	return a.signedIn(web.Serve(served, nil, "equipe", a.Log, a.Now))
}

// signedIn refuses an event without claims before anything else: the function does not rely on the gateway's table of routes.
func (a api) signedIn(next http.Handler) http.Handler {
	refuse := web.Answer(func(http.ResponseWriter, *http.Request) error {
		return &enrolment.Error{Kind: web.KindSignedOut}
	}, "equipe", a.Log, a.Now)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		open := r.URL.Path == "/api/staff/sign-in" || strings.HasPrefix(r.URL.Path, "/api/attendance/")
		if a.Claims(r.Context())["sub"] == "" && !open {
			refuse.ServeHTTP(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// only lets the roles of a route through.
func (a api) only(r route) web.Action {
	return func(w http.ResponseWriter, req *http.Request) error {
		m, err := a.enter(req)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(r.may, func(role enrolment.Role) bool { return m.Has(role) })
		if i < 0 {
			return &enrolment.Error{Kind: web.KindForbidden}
		}
		return r.do(w, req, enrolment.Actor{Sub: m.Sub, Name: nameOf(m), Role: r.may[i]})
	}
}

func ok(w http.ResponseWriter, v any) error {
	return web.WriteJSON(w, http.StatusOK, "application/json", v)
}

// Roles says who may ask for each route, for the test that walks them all.
func Roles(deps Deps) map[string][]enrolment.Role {
	roles := map[string][]enrolment.Role{}
	for pattern, r := range (api{deps}).routes() {
		roles[pattern] = r.may
	}
	return roles
}
