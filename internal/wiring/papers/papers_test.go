package papers

import (
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/link"
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
	keys, err := link.ParseKeys("1:" + strings.Repeat("a1", 32))
	if err != nil {
		t.Fatal(err)
	}
	p := printer{g, link.Links{Site: "https://exemple.fr", Keys: keys}}
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
			for _, kind := range mode.Papers() {
				var pdf bytes.Buffer
				if err := p.Print(&pdf, kind, file, formations[s.Formation.Slug], c.Organisation, now); err != nil {
					t.Errorf("%s, %s, %s: %v", s.ID, mode, kind, err)
				} else if !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF-")) {
					t.Errorf("%s, %s, %s is not a PDF", s.ID, mode, kind)
				}
			}
			if _, err := p.Calendar(file, c.Organisation, now); err != nil {
				t.Errorf("%s, %s: calendar: %v", s.ID, mode, err)
			}
		}
	}
}

// The code is on the paper of whoever has a seat in a room, and nowhere else.
func TestOnlyTheConvocationToARoomCarriesACode(t *testing.T) {
	keys, err := link.ParseKeys("1:" + strings.Repeat("a1", 32))
	if err != nil {
		t.Fatal(err)
	}
	p := printer{links: link.Links{Site: "https://exemple.fr", Keys: keys}}
	room := booking.File{
		Session:   enrolment.Session{ID: "mars"},
		Enrolment: enrolment.Enrolment{ID: "k3p7q2m9x4c8v6n5b1z0a7s2d4", Status: enrolment.Reserved},
	}
	code := p.code(enrolment.PaperConvocation, room)
	if !strings.HasPrefix(code, "https://exemple.fr/presence/#mars.1.p.") || strings.Contains(code, room.Enrolment.ID) {
		t.Error("the code is", code)
	}
	remote, waits := room, room
	remote.Session.Remote = true
	waits.Enrolment.Status = enrolment.Waiting
	for name, none := range map[string]string{
		"a programme": p.code(enrolment.PaperProgramme, room), "a session without a room": p.code(enrolment.PaperConvocation, remote),
		"who waits": p.code(enrolment.PaperConvocation, waits),
	} {
		if none != "" {
			t.Errorf("%s: %s", name, none)
		}
	}
}
