package catalogue_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// The half-days of the sample’s first session.
const (
	firstHalf  = `{ date: "+45", start: "09:00", end: "12:30" }`
	secondHalf = `{ date: "+45", start: "14:00", end: "17:30" }`
)

func TestWhatAWordProcessorDidToTheCatalogueIsReadWhenItMeansOneThing(t *testing.T) {
	plain := read(t, sample(t), ground(t, now))
	for name, src := range map[string][]byte{
		"a long dash in a relative date":           edit(t, `"-300"`, `"–300"`),
		"a minus sign in a relative date":          edit(t, `"-300"`, `"−300"`),
		"spaces that do not break in the SIRET":    edit(t, `"12345678200010"`, "\"123\u202f456\u00a0782\u2009000\u200a10\""),
		"spaces that do not break in the IBAN":     edit(t, `FR76 3000 6000`, "FR76\u00a03000\u202f6000"),
		"a space that does not break before colon": edit(t, "capacity: ", "capacity\u00a0: "),
		"a thin one before a colon":                edit(t, "legalForm: ", "legalForm\u202f: "),
		"a soft hyphen in a title":                 edit(t, "Comprendre et suivre", "Com\u00adprendre et suivre"),
		"a zero-width space in an address":         edit(t, "https://echarpe-formation.example\"", "https://echarpe-\u200bformation.example\""),
		"a byte order mark in an identifier":       edit(t, "id: budget-nantes", "id: \ufeffbudget-nantes"),
	} {
		c, err := catalogue.Read(src, ground(t, now))
		if err != nil {
			t.Errorf("%s: refused:\n%v", name, err)
			continue
		}
		c.Organisation.IBAN = plain.Organisation.IBAN // kept as written
		if diff := cmp.Diff(plain.Organisation, c.Organisation) + cmp.Diff(plain.Formations, c.Formations) + cmp.Diff(plain.Sessions, c.Sessions); diff != "" {
			t.Errorf("%s: read as something else:\n%s", name, diff)
		}
	}
}

func TestWhatAWordProcessorDidToTheCatalogueIsRefusedWithTheCure(t *testing.T) {
	for name, c := range map[string]struct {
		src  []byte
		cure string
	}{
		"curly quotes around a title":      {edit(t, `"Comprendre et suivre le budget de sa commune"`, `“Comprendre et suivre le budget de sa commune”`), "guillemet droit"},
		"French ones":                      {edit(t, `"Comprendre et suivre le budget de sa commune"`, `« Comprendre et suivre le budget de sa commune »`), "guillemet droit"},
		"low ones around an hour":          {edit(t, `start: "09:00"`, `start: „09:00“`), "guillemet droit"},
		"curly quotes around a date":       {edit(t, `date: "+45"`, `date: “+45”`), "guillemet droit"},
		"simple ones around an identifier": {edit(t, `id: budget-nantes`, `id: ‘budget-nantes’`), "guillemet droit"},
		"a quote that a comma cut":         {edit(t, `{ date: "+45"`, `{ date: “+45, x`), "guillemet droit"},
		"an item of a list":                {edit(t, `- "1 rue de l’Exemple"`, `- “1 rue de l’Exemple”`), "guillemet droit"},
		"items with long dashes":           {edit(t, `- "1 rue de l’Exemple"`, `– "1 rue de l’Exemple"`, `- "44000 Nantes"`, `– "44000 Nantes"`), "tiret du clavier"},
		"a session with a long dash":       {edit(t, `- id: budget-nantes`, `— id: budget-nantes`), "tiret du clavier"},
		"an item with a bullet":            {edit(t, `- "1 rue de l’Exemple"`, "•\u00a0\"1 rue de l’Exemple\""), "tiret du clavier"},
		"an indent that does not break":    {edit(t, "  siret:", "\u00a0\u00a0siret:"), "espaces ordinaires"},
		"half of the indent":               {edit(t, "  siret:", " \u00a0siret:"), "espaces ordinaires"},
		"a colon and no ordinary space":    {edit(t, "  capacity: ", "  capacity:\u00a0"), "espace ordinaire"},
		"a thin space after the colon":     {edit(t, "  legalForm: ", "  legalForm:\u202f"), "espace ordinaire"},
	} {
		_, err := catalogue.Read(c.src, ground(t, now))
		if err == nil || !strings.Contains(err.Error(), c.cure) {
			t.Errorf("%s: got %v, want « %s »", name, err, c.cure)
		}
	}
	kept := read(t, edit(t, `"Comprendre et suivre le budget de sa commune"`, `« Budget » vu de près`, `"44000 Nantes"`, `"« Nantes »"`), ground(t, now))
	if kept.Formations[0].Title != "« Budget » vu de près" || kept.Organisation.Address[1] != "« Nantes »" {
		t.Errorf("quotes that belong to the text: %q, %q", kept.Formations[0].Title, kept.Organisation.Address[1])
	}
}

func TestAHalfDayMayEndAfterMidnightInParis(t *testing.T) {
	at := func(first, second string) []byte { return edit(t, firstHalf, first, secondHalf, second) }
	for name, c := range map[string]struct {
		src        []byte
		start, end string // of the first half-day
	}{
		"the morning in Nouméa":                {at(`{ date: "2027-01-13", start: "23:00", end: "02:30" }`, `{ date: "2027-01-14", start: "03:30", end: "07:00" }`), "2027-01-13T22:00:00Z", "2027-01-14T01:30:00Z"},
		"until midnight itself":                {at(`{ date: "2027-01-13", start: "20:30", end: "00:00" }`, `{ date: "2027-01-14", start: "00:00", end: "03:30" }`), "2027-01-13T19:30:00Z", "2027-01-13T23:00:00Z"},
		"across the night of the clock change": {at(`{ date: "2027-03-27", start: "22:00", end: "03:30" }`, `{ date: "2027-03-29", start: "14:00", end: "16:30" }`), "2027-03-27T21:00:00Z", "2027-03-28T01:30:00Z"},
	} {
		sessions := read(t, c.src, ground(t, now)).Sessions
		s := sessions[slices.IndexFunc(sessions, func(s enrolment.Session) bool { return s.ID == "budget-nantes" })]
		if got := s.HalfDays[0]; got.Start.Format(time.RFC3339) != c.start || got.End.Format(time.RFC3339) != c.end {
			t.Errorf("%s: from %s to %s", name, got.Start, got.End)
		}
	}
	for name, c := range map[string]struct {
		src  []byte
		says string
	}{
		"a slip":                          {at(`{ date: "2027-01-13", start: "14:00", end: "12:30" }`, secondHalf), "au plus six heures après son début"},
		"no time at all":                  {at(`{ date: "2027-01-13", start: "09:00", end: "09:00" }`, secondHalf), "doit être après le début"},
		"the next one begins before":      {at(`{ date: "2027-01-13", start: "23:00", end: "02:30" }`, `{ date: "2027-01-14", start: "02:00", end: "05:30" }`), "chevauchent"},
		"an hour with an offset":          {at(`{ date: "2027-01-13", start: "09:00+04:00", end: "12:30" }`, secondHalf), "l’heure de Paris"},
		"an hour with a zone":             {at(`{ date: "2027-01-13", start: "09:00 Indian/Reunion", end: "12:30" }`, secondHalf), "l’heure de Paris"},
		"an hour of universal time":       {at(`{ date: "2027-01-13", start: "08:00Z", end: "12:30" }`, secondHalf), "l’heure de Paris"},
		"an hour with a place":            {at(`{ date: "2027-01-13", start: "9h00 (La Réunion)", end: "12:30" }`, secondHalf), "l’heure de Paris"},
		"a day with an hour and a zone":   {at(`{ date: "2027-01-13T09:00:00+04:00", start: "09:00", end: "12:30" }`, secondHalf), "l’heure de Paris"},
		"a day with an hour after it":     {at(`{ date: "2027-01-13 09:00", start: "09:00", end: "12:30" }`, secondHalf), "l’heure de Paris"},
		"an hour that is not one of ours": {at(`{ date: "2027-01-13", start: "9h", end: "12:30" }`, secondHalf), `entre guillemets, "09:00"`},
	} {
		if _, err := catalogue.Read(c.src, ground(t, now)); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: got %v, want « %s »", name, err, c.says)
		}
	}
}
