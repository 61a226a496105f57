package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/web"
)

// Scans is where the conventions that were signed by hand arrive; see package scan.
type Scans interface {
	// Offer gives the form by which a browser sends each page; nil for one that has arrived.
	Offer(ctx context.Context, fileID, scanID string, pages []enrolment.ScanPage) ([]*enrolment.Upload, error)
	// Take reads what arrived and keeps it. Refusals: scan-incomplete, scan-refused.
	Take(ctx context.Context, fileID, scanID string) (enrolment.Scan, error)
}

type scans struct {
	Deps
	desk Scans // nil without a bucket
}

// NewScans is the handler of what comes back of the papers; s is nil without a bucket. It is neither with the other acts of the contact,
// whose cold start it would weigh on by what speaks to the bucket, nor with the papers, whose function writes no file.
func NewScans(d Deps, s Scans) http.Handler {
	return d.serve(scans{d, s}.routes())
}

func (h scans) routes() map[string]action {
	return map[string]action{
		"POST /api/enrolments/{id}/scans":       h.offer,
		"PUT /api/enrolments/{id}/scans/{scan}": h.asContact(h.take),
	}
}

// scanView is what was sent of a convention.
type scanView struct {
	SentAt time.Time `json:"sentAt"`
	Pages  int       `json:"pages"`
	PDF    bool      `json:"pdf,omitempty"`
}

func scanOf(e enrolment.Enrolment) *scanView {
	s, ok := e.Sent()
	if !ok {
		return nil
	}
	return &scanView{e.Reply.Return.At.UTC(), len(s.Pages), s.PDF()}
}

type offerView struct {
	Scan      string      `json:"scan"`
	ExpiresAt time.Time   `json:"expiresAt"`
	Pages     []offerPage `json:"pages"`
}

type offerPage struct {
	Number   int         `json:"number"`
	Received bool        `json:"received"`
	Upload   *uploadView `json:"upload,omitempty"`
}

type uploadView struct {
	URL    string            `json:"url"`
	Fields map[string]string `json:"fields"`
}

// offered is how long the page may count on a form: less than the bucket does, so that none expires on its way.
const offered = 14 * time.Minute

// offer gives the contact's browser what it needs to send each page straight to the bucket. Nothing is written down: the same key and
// the same pages are the same scan, whatever happened since, which is how a send that was cut short goes on.
func (h scans) offer(w http.ResponseWriter, r *http.Request) error {
	if h.desk == nil {
		return noScans()
	}
	f, err := h.fromContact(r)
	if err != nil {
		return err
	}
	key, err := web.IdempotencyKey(r)
	if err != nil {
		return err
	}
	var q struct {
		Pages []struct {
			Type string  `json:"type"`
			Size float64 `json:"size"` // 3.0 is a whole number in JSON, and no int in Go
		} `json:"pages"`
	}
	if err := decode(r, &q); err != nil {
		return err
	}
	pages := make([]enrolment.ScanPage, len(q.Pages))
	for i, p := range q.Pages {
		pages[i] = enrolment.ScanPage{Type: p.Type, Size: int64(min(p.Size, enrolment.MostScanBytes+1))} // more is too much, however much
	}
	if err := web.Fields(enrolment.CheckScan(pages)).Err(); err != nil {
		return err
	}
	if err := h.asThem(f, contactName(f.Enrolment), "return").Sendable(f); err != nil {
		return err
	}
	id := enrolment.ScanID(f.Enrolment.ID, key, pages)
	forms, err := h.desk.Offer(r.Context(), f.Enrolment.ID, id, pages)
	if err != nil {
		return err
	}
	view := offerView{Scan: id, ExpiresAt: h.Now().Add(offered).UTC()}
	for i, form := range forms {
		p := offerPage{Number: i + 1, Received: form == nil}
		if form != nil {
			p.Upload = &uploadView{form.URL, form.Fields}
		}
		view.Pages = append(view.Pages, p)
	}
	return writeJSON(w, http.StatusCreated, view)
}

// take reads what arrived, and notes that the convention is signed and here. A scan that the file knows already is not read again.
func (h scans) take(r *http.Request, f booking.File, by string) (booking.File, error) {
	id := r.PathValue("scan")
	if h.desk == nil || enrolment.ScanPages(id) == 0 {
		return f, noScans()
	}
	if had, ok := f.Enrolment.Sent(); ok && had.ID == id {
		return f, nil
	}
	desk := h.asThem(f, by, "return")
	if err := desk.Sendable(f); err != nil {
		return f, err
	}
	s, err := h.desk.Take(r.Context(), f.Enrolment.ID, id)
	if err != nil {
		return f, err
	}
	return desk.Scanned(r.Context(), f.Enrolment.ID, by, s)
}

func noScans() error {
	return enrolment.Refuse(enrolment.KindNotFound, "Aucun envoi n’est ouvert ici. Renvoyez la convention signée par e-mail ou par courrier.")
}
