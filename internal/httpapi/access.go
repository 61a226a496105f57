package httpapi

import (
	"net/http"
	"strings"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

// fileAction acts on the file that the personal link opens.
type fileAction func(w http.ResponseWriter, r *http.Request, f booking.File) error

// onFile lets the holder's token through, and no other.
func (d Deps) onFile(do fileAction) action {
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
	id := r.PathValue("id")
	if token == "" || !plausibleID(id) {
		return booking.File{}, "", &enrolment.Error{Kind: enrolment.KindUnauthorized}
	}
	f, err := d.Desk.File(r.Context(), id)
	revision := f.Enrolment.LinkRevision
	if err != nil && enrolment.KindOf(err) != enrolment.KindNotFound {
		return booking.File{}, "", err
	}
	scope, ok := d.Links.Keys.Open(token, id, revision)
	if !ok || !allowed(scope, scopes) {
		return booking.File{}, "", &enrolment.Error{Kind: enrolment.KindUnauthorized}
	}
	return f, scope, err
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
