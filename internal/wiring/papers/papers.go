// Package papers wires functions/documents: PDFs and calendars, and the scans that come back.
package papers

import (
	"io"
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/scan"
	"github.com/echarpe/echarpe/internal/wiring"
)

// Handler is the handler of functions/documents.
func Handler(h *wiring.House) http.Handler {
	var scans httpapi.Scans
	if bucket := Bucket(h); bucket != nil {
		scans = scan.Desk{Bucket: bucket, Notes: h.Store, Now: h.Now}
	}
	return httpapi.NewDocuments(h.Deps(), Printer(h.Guide, h.Links), scans)
}

// Bucket is where the scans of a house are; nil when it takes none.
func Bucket(h *wiring.House) *scan.Bucket {
	if h.Config.ScanBucket == "" {
		return nil
	}
	return scan.Open(h.AWS, h.Config.ScanBucket, h.Config.ScanMalware)
}

// Printer prints with the texts of a guide and the codes of a house.
func Printer(g *guide.Guide, l link.Links) httpapi.Printer { return printer{g, l} }

// printer lets package document stand behind the HTTP contract.
type printer struct {
	guide *guide.Guide
	links link.Links
}

func (p printer) Print(w io.Writer, kind enrolment.Paper, f booking.File, formation enrolment.Formation, org enrolment.Organisation, now time.Time) error {
	return document.Render(w, kind, document.Input{
		Organisation: org, Formation: formation, Session: f.Session, Enrolment: f.Enrolment, Attendees: f.Certified, Signed: f.Signed, Code: p.code(kind, f), Guide: p.guide, Now: now,
	})
}

func (p printer) Convention(f booking.File, formation enrolment.Formation, org enrolment.Organisation, now time.Time) (string, error) {
	return document.Text(document.Input{Organisation: org, Formation: formation, Session: f.Session, Enrolment: f.Enrolment, Guide: p.guide, Now: now})
}

// code is on the convocation of whoever comes to a room.
func (p printer) code(kind enrolment.Paper, f booking.File) string {
	if kind != enrolment.PaperConvocation || f.Session.Remote || !f.Enrolment.Attendee() {
		return ""
	}
	return p.links.Presence(f.Session.ID, f.Enrolment.ID)
}

func (printer) Calendar(f booking.File, org enrolment.Organisation, now time.Time) ([]byte, error) {
	return document.Calendar(document.Input{Organisation: org, Session: f.Session, Enrolment: f.Enrolment, Now: now})
}
