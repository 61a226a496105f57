// Package team wires functions/staff: the organisation's side.
package team

import (
	"net/http"

	"github.com/echarpe/echarpe/internal/duty"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/staff"
	"github.com/echarpe/echarpe/internal/staffapi"
	"github.com/echarpe/echarpe/internal/wiring"
)

// Handler is the handler of functions/staff.
func Handler(h *wiring.House) http.Handler {
	return staffapi.New(staffapi.Deps{
		Team:  staff.Team{Store: h.Store, First: h.Config.StaffEmail, Now: h.Now},
		Store: h.Store, Desk: h.Desk, Duties: duty.Planner{Guide: h.Guide},
		Guide: h.Guide, Links: h.Links, Claims: lambdahttp.Claims, Log: h.Log, Now: h.Now,
		SignIn: staffapi.SignIn{
			Issuer: h.Config.StaffIssuer, ClientID: h.Config.StaffClient, Scopes: []string{"openid", "email", "profile"}, SignOut: h.Config.StaffSignOut,
		},
	})
}
