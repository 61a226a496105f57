package staffapi

import (
	"crypto/rand"
	"net/http"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// openKiosk gives the address that opens a kiosk until midnight: whoever enrols there needs no other proof of their address. It cannot
// be taken back before.
func (a api) openKiosk(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	now := a.Now().UTC()
	y, m, d := now.In(guide.Paris).Date()
	until := time.Date(y, m, d+1, 0, 0, 0, 0, guide.Paris)
	line := enrolment.Deed{At: now, Actor: who, Act: "kiosk"}
	if err := a.Store.Commit(r.Context(), enrolment.Act{At: now, Deeds: []enrolment.Deed{line}}); err != nil {
		return err
	}
	pass := a.Links.Keys.Pass(strings.ToLower(rand.Text()[:10]), until)
	return ok(w, map[string]any{"link": a.Links.Kiosk(pass), "until": instant(until)})
}
