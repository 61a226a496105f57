package staffapi_test

import (
	"archive/zip"
	"bytes"
	"context"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// printable publishes what papers need: the sample's organisation, and its first formation in the place of the test's.
func (w *world) printable() {
	w.t.Helper()
	source, err := os.ReadFile("../../infra/catalogue/sample.yaml")
	if err != nil {
		w.t.Fatal(err)
	}
	c, err := catalogue.Read(source, catalogue.Ground{Now: today, Rules: w.guide})
	if err != nil {
		w.t.Fatal(err)
	}
	f := c.Formations[0]
	f.Slug = "budget"
	if err := w.store.PutFormation(context.Background(), f); err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.PutOrganisation(context.Background(), c.Organisation); err != nil {
		w.t.Fatal(err)
	}
}

func TestTheSheetToSignIsPrintedWithWhoHasASeat(t *testing.T) {
	w := staffed(t)
	w.room()
	w.printable()
	a := w.ask("lecture", "GET", "/api/staff/sessions/mars/documents/emargement", "").want(200)
	if !strings.HasPrefix(a.raw, "%PDF-") || !strings.Contains(a.header.Get("Content-Disposition"), "emargement-mars.pdf") {
		t.Errorf("%.40q %v", a.raw, a.header)
	}
	if file := os.Getenv("SHEET"); file != "" { // to look at it
		if err := os.WriteFile(file, []byte(a.raw), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	w.ask("lecture", "GET", "/api/staff/sessions/mars/documents/devis", "").problem(404, "not-found")
	w.ask("lecture", "GET", "/api/staff/sessions/rien/documents/emargement", "").problem(404, "not-found")
}

func TestTheCertificatesOfASessionAreOneFileOnceItIsClosed(t *testing.T) {
	w := staffed(t)
	s, people := w.room()
	w.printable()
	const path = "/api/staff/sessions/mars/documents/certificats"
	w.ask("lecture", "GET", path, "").problem(409, "conflict")
	w.advance(s.End().Add(time.Hour).Sub(w.clock()))
	for _, h := range s.HalfDays {
		w.ask("gestion", "PUT", "/api/staff/sessions/mars/attendance/"+enrolment.HalfDayKey(h.Start)+"/"+people[0].ID, `{"presence":"present","at":"`+w.clock().Format(time.RFC3339)+`"}`).want(200)
	}
	w.ask("gestion", "POST", "/api/staff/sessions/mars/closure", `{"unmarked":"absent"}`).want(200)
	a := w.ask("lecture", "GET", path, "").want(200)
	z, err := zip.NewReader(bytes.NewReader([]byte(a.raw)), int64(len(a.raw)))
	if err != nil {
		t.Fatal(err)
	}
	if len(z.File) != 1 || z.File[0].Name != "certificat-"+people[0].Reference+".pdf" {
		t.Fatalf("%d certificates: who did not come has none", len(z.File))
	}
	one, err := z.File[0].Open()
	if err != nil {
		t.Fatal(err)
	}
	if pdf, err := io.ReadAll(one); err != nil || !bytes.HasPrefix(pdf, []byte("%PDF-")) {
		t.Error("not a PDF:", err)
	}
	if audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200); !strings.Contains(audit.raw, "certificats.zip") {
		t.Error(audit.raw)
	}
}
