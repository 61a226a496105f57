package httpapi

import (
	"context"
	"net/http"
	"strings"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

// fileAction acts on the file that the personal link opens.
type fileAction func(w http.ResponseWriter, r *http.Request, f booking.File) error

// act changes the file that the personal link opens; the desk reads it again with its session, so the door reads the file alone.
type act func(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error

// onFile lets the holder's token through to an act, and no other.
func (d Deps) onFile(do act) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		e, _, err := enter(d, r, bearer(r), d.Desk.Enrolment, func(e enrolment.Enrolment) enrolment.Enrolment { return e }, link.Holder, link.Mailed)
		if err != nil {
			return err
		}
		return do(w, r, e)
	}
}

// onWhole lets the holder's token through, and no other, with all that a page shows of the file.
func (d Deps) onWhole(do fileAction) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := d.open(r, bearer(r), link.Holder, link.Mailed)
		if err != nil {
			return err
		}
		return do(w, r, f)
	}
}

// open gives the file of the path when the token opens it with one of the scopes. A wrong token is unauthorized whether or not
// the file exists; a right token of an erased file is not found.
func (d Deps) open(r *http.Request, token string, scopes ...link.Scope) (booking.File, error) {
	f, _, err := d.opened(r, token, scopes...)
	return f, err
}

// opened is open, and says with which scope.
func (d Deps) opened(r *http.Request, token string, scopes ...link.Scope) (booking.File, link.Scope, error) {
	return enter(d, r, token, d.Desk.File, func(f booking.File) enrolment.Enrolment { return f.Enrolment }, scopes...)
}

// enter gives what read finds of the file of the path, when the token opens it with one of the scopes, and says with which.
func enter[T any](d Deps, r *http.Request, token string, read func(context.Context, string) (T, error), of func(T) enrolment.Enrolment, scopes ...link.Scope) (T, link.Scope, error) {
	var none T
	id := r.PathValue("id")
	if token == "" || !plausibleID(id) {
		return none, "", &enrolment.Error{Kind: enrolment.KindUnauthorized}
	}
	found, err := read(r.Context(), id)
	if err != nil && enrolment.KindOf(err) != enrolment.KindNotFound {
		return none, "", err
	}
	scope, _, ok := d.opens(token, id, of(found))
	if !ok || !allowed(scope, scopes) {
		return none, "", &enrolment.Error{Kind: enrolment.KindUnauthorized}
	}
	return found, scope, err
}

// former is the scope of a contact's link once they passed the request on: it reads.
const former link.Scope = "former"

// opens says what a token opens of a file; contact is the revision of the contact whose link it is.
func (d Deps) opens(token, id string, e enrolment.Enrolment) (scope link.Scope, contact int, ok bool) {
	for contact = e.Relay.Revision; contact >= 0; contact-- {
		scope, ok = d.Links.Keys.OpenContact(token, id, e.LinkRevision, contact)
		switch {
		case !ok:
		case scope == link.Silence, contact == e.Relay.Revision:
			return scope, contact, true
		default:
			return former, contact, contact >= e.Relay.Reads
		}
	}
	scope, ok = d.Links.Keys.Open(token, id, e.LinkRevision)
	return scope, 0, ok && scope != link.Authority && scope != link.Silence
}

func allowed(scope link.Scope, scopes []link.Scope) bool {
	for _, s := range scopes {
		if s == scope {
			return true
		}
	}
	return false
}

func bearer(r *http.Request) string {
	scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
	if !strings.EqualFold(scheme, "Bearer") {
		return ""
	}
	return strings.TrimSpace(token)
}

func plausibleID(id string) bool {
	if len(id) != 26 {
		return false
	}
	for _, c := range id {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') {
			return false
		}
	}
	return true
}
