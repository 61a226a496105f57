package httpapi

import (
	"bytes"
	"cmp"
	"context"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

// Printer makes papers and calendars; package document stands behind it, wired in functions/documents.
type Printer interface {
	// Print writes a PDF.
	Print(w io.Writer, p enrolment.Paper, f booking.File, formation enrolment.Formation, org enrolment.Organisation, now time.Time) error
	// Convention gives the text of a convention, to be signed online.
	Convention(f booking.File, formation enrolment.Formation, org enrolment.Organisation, now time.Time) (string, error)
	// Calendar gives the half-days as iCalendar.
	Calendar(f booking.File, org enrolment.Organisation, now time.Time) ([]byte, error)
}

type documents struct {
	Deps
	printer Printer
}

// NewDocuments is the handler of PDFs and calendars.
func NewDocuments(d Deps, p Printer) http.Handler {
	return d.serve(documents{d, p}.routes())
}

func (h documents) routes() map[string]action {
	return map[string]action{
		"GET /api/enrolments/{id}/documents/{kind}":  h.paper,
		"HEAD /api/enrolments/{id}/documents/{kind}": h.headPaper,
		"GET /api/enrolments/{id}/convention":        h.convention,
		"GET /api/sessions/{id}/programme.pdf":       h.programme,
		"GET /api/enrolments/{id}/papers":            h.papers,
		"GET /api/enrolments/{id}/calendar.ics":      h.onWhole(h.calendar),
		"HEAD /api/enrolments/{id}/calendar.ics":     h.onWhole(h.headCalendar),
	}
}

// papers shows the contact at the collectivité what they can open and declare, nothing else of the file.
func (h documents) papers(w http.ResponseWriter, r *http.Request) error {
	f, scope, err := h.opened(r, bearer(r), link.Authority, former)
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, h.forAuthority(f, scope))
}

// programme is the programme of a session, for whoever thinks of enrolling: nothing of any file is in it.
func (h documents) programme(w http.ResponseWriter, r *http.Request) error {
	s, err := h.Catalogue.Session(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	allowed := func() error { return h.Limits.AllowPrint(r.Context(), source(r)) }
	pdf, err := h.print(r.Context(), enrolment.PaperProgramme, booking.File{Session: s}, allowed)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="programme-`+s.Formation.Slug+`.pdf"`)
	w.Header().Set("Cache-Control", "public, max-age=600")
	_, err = w.Write(pdf)
	return err
}

// print gives a paper, when that is allowed, with what it needs of the catalogue, which is read meanwhile.
func (h documents) print(ctx context.Context, p enrolment.Paper, f booking.File, allowed func() error) ([]byte, error) {
	var formation enrolment.Formation
	var org enrolment.Organisation
	err := together(allowed, func() (err error) {
		formation, org, err = h.wording(ctx, f)
		return err
	})
	if err != nil {
		return nil, err
	}
	switch p {
	case enrolment.PaperSigned:
		f.Signed, err = h.Desk.SignedText(ctx, f.Enrolment)
	case enrolment.PaperCertificats:
		f.Certified, err = h.Desk.Certified(ctx, f.Enrolment)
	}
	if err != nil {
		return nil, err
	}
	var pdf bytes.Buffer
	err = h.printer.Print(&pdf, p, f, formation, org, h.Now())
	return pdf.Bytes(), err
}

// wording is what the papers of a file say of the formation and of the organisation.
func (h documents) wording(ctx context.Context, f booking.File) (formation enrolment.Formation, org enrolment.Organisation, err error) {
	var said enrolment.Wording
	err = together(func() (err error) {
		said, err = h.Catalogue.Wording(ctx, f.Session.Formation.Slug, f.Enrolment.Terms.Wording)
		return err
	}, func() (err error) {
		org, err = h.Catalogue.Organisation(ctx)
		return err
	})
	return said.Formation, said.Conditions(org), err
}

// together does two things at once, which wait for the table more than they work, and gives the first's error before the second's.
func together(first, second func() error) error {
	var other sync.WaitGroup
	var late error
	other.Go(func() { late = second() })
	err := first()
	other.Wait()
	return cmp.Or(err, late)
}

func (h documents) paper(w http.ResponseWriter, r *http.Request) error {
	f, p, err := h.asked(r)
	if err != nil {
		return err
	}
	pdf, err := h.print(r.Context(), p, f, func() error { return h.Limits.AllowFile(r.Context(), "paper", f.Enrolment.ID) })
	if err != nil {
		return err
	}
	sayPaper(w, f, p)
	_, err = w.Write(pdf)
	return err
}

// headPaper says what a GET would give, and prints nothing.
func (d Deps) headPaper(w http.ResponseWriter, r *http.Request) error {
	f, p, err := d.asked(r)
	if err != nil {
		return err
	}
	sayPaper(w, f, p)
	return nil
}

func sayPaper(w http.ResponseWriter, f booking.File, p enrolment.Paper) {
	w.Header().Set("Content-Type", "application/pdf")
	w.Header().Set("Content-Disposition", `inline; filename="`+string(p)+"-"+f.Enrolment.Reference+`.pdf"`)
}

// asked is the paper of the path, when whoever asks may open it now.
func (d Deps) asked(r *http.Request) (booking.File, enrolment.Paper, error) {
	f, scope, err := d.opened(r, bearer(r), link.Holder, link.Mailed, link.Authority, former)
	if err != nil {
		return f, "", err
	}
	p := enrolment.Paper(r.PathValue("kind"))
	if !mayOpen(scope, f, p) {
		return f, p, &enrolment.Error{Kind: enrolment.KindNotFound}
	}
	if reason := f.Enrolment.PaperRefusal(p); reason != "" {
		return f, p, enrolment.Refuse(enrolment.KindNotFound, reason)
	}
	return f, p, nil
}

// mayOpen: a paper of the file's mode, and one meant for the collectivité when its contact asks.
func mayOpen(scope link.Scope, f booking.File, p enrolment.Paper) bool {
	return slices.Contains(f.Enrolment.Papers(), p) && (scope != link.Authority && scope != former || p.ForAuthority())
}

func (h documents) calendar(w http.ResponseWriter, r *http.Request, f booking.File) error {
	org, err := h.Catalogue.Organisation(r.Context())
	if err != nil {
		return err
	}
	ics, err := h.printer.Calendar(f, org, h.Now())
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", enrolment.CalendarType(ics))
	sayCalendar(w, f)
	_, err = w.Write(ics)
	return err
}

func (d Deps) headCalendar(w http.ResponseWriter, _ *http.Request, f booking.File) error {
	w.Header().Set("Content-Type", "text/calendar; charset=utf-8")
	sayCalendar(w, f)
	return nil
}

func sayCalendar(w http.ResponseWriter, f booking.File) {
	w.Header().Set("Content-Disposition", `attachment; filename="formation-`+f.Enrolment.Reference+`.ics"`)
}
