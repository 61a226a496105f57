package papers

import (
	"bytes"
	"os"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Every paper of every way of paying, for every session of the sample catalogue, as functions/documents prints it.
func TestEveryPaperOfTheSampleIsPrinted(t *testing.T) {
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	source, err := os.ReadFile("../../../infra/catalogue/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	c, err := catalogue.Read(source, catalogue.Ground{Now: now, Rules: g})
	if err != nil {
		t.Fatal(err)
	}
	formations := map[string]enrolment.Formation{}
	for _, f := range c.Formations {
		formations[f.Slug] = f
	}
	for _, s := range c.Sessions {
		s.Status = enrolment.SessionOpen
		for _, mode := range enrolment.Modes {
			file := booking.File{Session: s, Enrolment: enrolment.Enrolment{
				ID: "k3p7q2m9x4c8v6n5b1z0a7s2d4", Reference: "EC-7KQ4-M9F", SessionID: s.ID, Status: enrolment.Reserved, Mode: mode,
				Person:    enrolment.Person{FirstName: "Anne-Lise", LastName: "Le Goff", Email: "anne-lise.legoff@example.fr"},
				Mandate:   enrolment.Mandate{Kind: "conseiller-municipal", Authority: "Commune de Guérande"},
				CreatedAt: now, ReservedAt: now,
			}}
			for _, p := range mode.Papers() {
				var pdf bytes.Buffer
				if err := (printer{g}).Print(&pdf, p, file, formations[s.Formation.Slug], c.Organisation, now); err != nil {
					t.Errorf("%s, %s, %s: %v", s.ID, mode, p, err)
				} else if !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF-")) {
					t.Errorf("%s, %s, %s is not a PDF", s.ID, mode, p)
				}
			}
			if _, err := (printer{g}).Calendar(file, c.Organisation, now); err != nil {
				t.Errorf("%s, %s: calendar: %v", s.ID, mode, err)
			}
		}
	}
}
