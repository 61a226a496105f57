package staffapi

import (
	"cmp"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/staff"
	"github.com/echarpe/echarpe/internal/web"
)

// enter gives the member whom the token names.
func (a api) enter(r *http.Request) (enrolment.Member, error) {
	c := a.Claims(r.Context())
	m, err := a.Team.Enter(r.Context(), staff.Claims{
		Sub: c["sub"], Email: c["email"], Name: cmp.Or(c["name"], strings.TrimSpace(c["given_name"]+" "+c["family_name"])),
		Verified: c["email_verified"] == "true",
	})
	if errors.Is(err, staff.ErrStranger) {
		return m, &enrolment.Error{Kind: web.KindNotOfTheTeam}
	}
	return m, err
}

func nameOf(m enrolment.Member) string { return cmp.Or(m.Name, m.Email) }

type memberView struct {
	ID         string           `json:"id"`
	Email      string           `json:"email"`
	Name       string           `json:"name"`
	Roles      []enrolment.Role `json:"roles"`
	Joined     bool             `json:"joined"`
	InvitedAt  time.Time        `json:"invitedAt"`
	LastSeenAt *time.Time       `json:"lastSeenAt,omitempty"`
}

func member(m enrolment.Member) memberView {
	return memberView{staff.MemberID(m), m.Email, m.Name, m.Roles, m.Sub != "", m.InvitedAt, instant(m.SeenAt)}
}

func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}

func (a api) me(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	m, err := a.enter(r)
	if err != nil {
		return err
	}
	return ok(w, map[string]any{"id": staff.MemberID(m), "name": nameOf(m), "email": m.Email, "roles": m.Roles})
}

func (a api) team(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	members, err := a.Team.People(r.Context())
	if err != nil {
		return err
	}
	people := []memberView{}
	for _, m := range members {
		people = append(people, member(m))
	}
	return ok(w, map[string]any{"people": people})
}

func (a api) invite(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Email string   `json:"email"`
		Roles []string `json:"roles"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	faults := web.Fields{}
	email, err := enrolment.ParseEmail(q.Email)
	faults.Check("email", err)
	var roles []enrolment.Role
	for _, s := range q.Roles {
		role, known := enrolment.ParseRole(s)
		if !known {
			faults["roles"] = "Choisissez parmi gestion, lecture et direction."
		} else if !slices.Contains(roles, role) {
			roles = append(roles, role)
		}
	}
	if len(q.Roles) == 0 {
		faults["roles"] = "Choisissez au moins un rôle."
	}
	if err := faults.Err(); err != nil {
		return err
	}
	m, added, err := a.Team.Invite(r.Context(), who, email, roles)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if added {
		status = http.StatusCreated
	}
	return web.WriteJSON(w, status, "application/json", member(m))
}

func (a api) remove(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	if err := a.Team.Remove(r.Context(), who, r.PathValue("id")); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
