package httpapi

import (
	"net/http"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/web"
)

// changeEmail asks for another address: it is written to, and nothing changes until it confirms. What is written to it is counted as
// the links of an address are, whoever asks. The answer is the same whether the address is known or not.
func (a api) changeEmail(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	var q struct {
		Email string `json:"email"`
	}
	if err := decode(r, &q); err != nil {
		return err
	}
	email, err := enrolment.ParseEmail(q.Email)
	if err != nil {
		return web.Fields{"email": err.Error()}.Err()
	}
	if email != e.Person.Email {
		if err := a.Limits.Allow(r.Context(), "links", email, source(r)); err != nil {
			return err
		}
	}
	f, err := a.Desk.AskEmail(r.Context(), e.ID, email)
	return a.answerFile(w, r, f, err)
}

// confirmEmail makes the address that a link was sent to the file's. The holder's links change with it, so the answer carries the new one.
func (a api) confirmEmail(w http.ResponseWriter, r *http.Request) error {
	id, token := r.PathValue("id"), bearer(r)
	if token == "" || !plausibleID(id) {
		return &enrolment.Error{Kind: enrolment.KindUnauthorized}
	}
	e, err := a.Desk.Enrolment(r.Context(), id)
	if err != nil && enrolment.KindOf(err) != enrolment.KindNotFound {
		return err
	}
	switch {
	case err != nil:
	case a.Links.Keys.OpensAddress(token, id, e.NewEmail, e.LinkRevision):
		return a.confirmed(w, r, id, e.NewEmail)
	case a.confirms(token, e):
		return a.confirmed(w, r, id, e.Person.Email)
	}
	return &enrolment.Error{Kind: enrolment.KindUnauthorized}
}

// confirms tells whether a token made the file's address its own, and no link was revoked since: confirming raised the revision by one.
func (a api) confirms(token string, e enrolment.Enrolment) bool {
	return a.Links.Keys.OpensAddress(token, e.ID, e.Person.Email, e.LinkRevision-1)
}

func (a api) confirmed(w http.ResponseWriter, r *http.Request, id, email string) error {
	if err := a.Limits.AllowFile(r.Context(), "tick", id); err != nil {
		return err
	}
	f, err := a.Desk.ConfirmEmail(r.Context(), id, email)
	if err != nil {
		return err
	}
	if !a.confirms(bearer(r), f.Enrolment) { // revoked this very moment
		return &enrolment.Error{Kind: enrolment.KindUnauthorized}
	}
	return writeJSON(w, http.StatusOK, map[string]any{
		"enrolment": a.file(f), "link": a.Links.File(f.Enrolment.ID, f.Enrolment.LinkRevision),
	})
}
