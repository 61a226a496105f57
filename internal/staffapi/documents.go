package staffapi

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"net/http"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Printer makes the papers of a session as PDF; package document stands behind it.
type Printer interface {
	// Sheet writes the sheet that is signed in the room, by half-day: of these files, who has a seat.
	Sheet(w io.Writer, s enrolment.Session, files []enrolment.Enrolment, formation enrolment.Formation, org enrolment.Organisation, now time.Time) error
	// Invoice writes an invoice as it was issued.
	Invoice(w io.Writer, i enrolment.Invoice) error
	// Print writes a paper of one file.
	Print(w io.Writer, p enrolment.Paper, f booking.File, formation enrolment.Formation, org enrolment.Organisation, now time.Time) error
}

// papers are those of a whole session, by the name in their address.
func (a api) papers() map[string]func(http.ResponseWriter, *http.Request, enrolment.Actor, enrolment.Session) error {
	return map[string]func(http.ResponseWriter, *http.Request, enrolment.Actor, enrolment.Session) error{
		"emargement": a.sheetToSign, "certificats": a.certificates,
	}
}

func (a api) sessionPaper(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	write, known := a.papers()[r.PathValue("kind")]
	if !known {
		return &enrolment.Error{Kind: enrolment.KindNotFound}
	}
	s, err := a.Store.Session(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return write(w, r, who, s)
}

func (a api) sheetToSign(w http.ResponseWriter, r *http.Request, _ enrolment.Actor, s enrolment.Session) error {
	var files []enrolment.Enrolment
	if err := a.eachOf(r.Context(), s.ID, func(e enrolment.Enrolment) { files = append(files, e) }); err != nil {
		return err
	}
	formation, err := a.Store.Formation(r.Context(), s.Formation.Slug)
	if err != nil {
		return err
	}
	org, err := a.Store.Organisation(r.Context())
	if err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := a.Printer.Sheet(&pdf, s, files, formation, org, a.Now()); err != nil {
		return err
	}
	return hand(w, "application/pdf", "emargement-"+s.ID+".pdf", pdf.Bytes())
}

// certificates puts the certificate of everybody who came in one file. It leaves a line of the audit first.
func (a api) certificates(w http.ResponseWriter, r *http.Request, who enrolment.Actor, s enrolment.Session) error {
	var came []enrolment.Enrolment
	if err := a.eachOf(r.Context(), s.ID, func(e enrolment.Enrolment) {
		if slices.Contains(e.Papers(), enrolment.PaperCertificat) && e.PaperRefusal(enrolment.PaperCertificat) == "" {
			came = append(came, e)
		}
	}); err != nil {
		return err
	}
	if len(came) == 0 {
		return enrolment.Refuse(enrolment.KindConflict, "Il n’y a pas encore de certificat. Relevez les présences, puis closez la session.")
	}
	var all bytes.Buffer
	if err := a.zipCertificates(r.Context(), &all, s, came); err != nil {
		return err
	}
	now := a.Now().UTC()
	line := enrolment.Deed{At: now, Actor: who, Act: "export", Changes: []enrolment.Change{{
		Field: "export", After: "certificats.zip, " + s.ID + ", " + guide.Count(len(came), "certificat", "certificats"),
	}}}
	if err := a.Store.Commit(r.Context(), enrolment.Act{At: now, Deeds: []enrolment.Deed{line}}); err != nil {
		return err
	}
	return hand(w, "application/zip", "certificats-"+s.ID+".zip", all.Bytes())
}

func (a api) zipCertificates(ctx context.Context, to io.Writer, s enrolment.Session, came []enrolment.Enrolment) error {
	org, err := a.Store.Organisation(ctx)
	if err != nil {
		return err
	}
	z := zip.NewWriter(to)
	wordings := map[string]enrolment.Wording{}
	for _, e := range came {
		key := e.Terms.Wording
		if _, read := wordings[key]; !read {
			if wordings[key], err = a.Store.Wording(ctx, s.Formation.Slug, key); err != nil {
				return err
			}
		}
		said := wordings[key]
		entry, err := z.CreateHeader(&zip.FileHeader{Name: "certificat-" + e.Reference + ".pdf", Modified: a.Now()}) // a PDF is compressed already
		if err != nil {
			return err
		}
		if err := a.Printer.Print(entry, enrolment.PaperCertificat, booking.File{Enrolment: e, Session: e.Promised(s)}, said.Formation, said.Conditions(org), a.Now()); err != nil {
			return err
		}
	}
	return z.Close()
}

// hand answers a file to keep.
func hand(w http.ResponseWriter, media, name string, body []byte) error {
	w.Header().Set("Content-Type", media)
	w.Header().Set("Content-Disposition", `attachment; filename="`+name+`"`)
	_, err := w.Write(body)
	return err
}
