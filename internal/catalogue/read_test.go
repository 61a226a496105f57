package catalogue_test

import (
	"bytes"
	"errors"
	"flag"
	"image"
	"image/png"
	"os"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

var update = flag.Bool("update", false, "write the golden files")

// now is a Monday.
var now = time.Date(2026, 11, 23, 9, 0, 0, 0, guide.Paris)

func ground(t testing.TB, at time.Time) catalogue.Ground {
	t.Helper()
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	return catalogue.Ground{Now: at, Rules: g}
}

func sample(t testing.TB) []byte {
	t.Helper()
	src, err := os.ReadFile("../../infra/catalogue/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return src
}

func read(t testing.TB, src []byte, g catalogue.Ground) catalogue.Catalogue {
	t.Helper()
	c, err := catalogue.Read(src, g)
	if err != nil {
		t.Fatalf("refused:\n%v", err)
	}
	return c
}

func TestSaysEveryFaultWithItsLine(t *testing.T) {
	src, err := os.ReadFile("testdata/faults.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g := ground(t, now)
	start := time.Date(2027, 1, 14, 8, 0, 0, 0, time.UTC)
	g.Sessions = []enrolment.Session{{ID: "reduite", Formation: enrolment.FormationSummary{Slug: "budget"}, Taken: 6, Capacity: 10, HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(time.Hour)}}}}
	_, err = catalogue.Read(src, g)
	var faults catalogue.Faults
	if !errors.As(err, &faults) {
		t.Fatalf("got %v, want faults", err)
	}
	const golden = "testdata/faults.golden"
	got := faults.Error() + "\n"
	if *update {
		if err := os.WriteFile(golden, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(golden)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("faults differ (-want +got), run with -update to accept:\n%s", diff)
	}
}

func TestSampleIsAcceptedAnyDayOfTheYearOnWorkingDays(t *testing.T) {
	src := sample(t)
	for d := range 370 {
		at := now.AddDate(0, 0, d)
		c, err := catalogue.Read(src, ground(t, at))
		if err != nil {
			t.Fatalf("on %s:\n%v", at.Format(time.DateOnly), err)
		}
		if len(c.Formations) < 4 || len(c.Sessions) < 8 || len(c.Begun) > 0 {
			t.Fatalf("on %s: %d formations, %d sessions ahead, begun %v", at.Format(time.DateOnly), len(c.Formations), len(c.Sessions), c.Begun)
		}
		for _, s := range c.Sessions {
			for _, h := range s.HalfDays {
				day := h.Start.In(guide.Paris)
				if day.Weekday() == time.Saturday || day.Weekday() == time.Sunday || guide.Holiday(day) {
					t.Fatalf("read on %s, %s sits on %s", at.Format(time.DateOnly), s.ID, day.Format("Mon 2006-01-02"))
				}
			}
		}
	}
}

func TestSampleShowsEverySituation(t *testing.T) {
	c := read(t, sample(t), ground(t, now))
	var remote, inPerson, small, notDIFE, close int
	for _, s := range c.Sessions {
		if s.Remote {
			remote++
		} else {
			inPerson++
		}
		if s.Capacity <= 2 {
			small++
		}
		if !s.Formation.DIFEEligible {
			notDIFE++
		}
		if s.Formation.DIFEEligible && s.Start().Sub(now) < 12*24*time.Hour {
			close++
		}
	}
	if remote == 0 || inPerson == 0 || small == 0 || notDIFE == 0 || close == 0 {
		t.Errorf("remote %d, in person %d, nearly full %d, not for DIFE %d, too close for DIFE %d: want some of each", remote, inPerson, small, notDIFE, close)
	}
}

func TestRelativeSessionInTheTableKeepsItsDates(t *testing.T) {
	first := read(t, sample(t), ground(t, now))
	for _, days := range []int{0, 1, 5, 8} {
		g := ground(t, now.AddDate(0, 0, days))
		g.Sessions, g.Organisation = first.Sessions, &first.Organisation
		again := read(t, sample(t), g)
		if diff := cmp.Diff(first.Sessions, again.Sessions); diff != "" {
			t.Errorf("%d days later, sessions moved:\n%s", days, diff)
		}
		if diff := cmp.Diff(first.Organisation, again.Organisation); diff != "" {
			t.Errorf("%d days later, the organisation changed:\n%s", days, diff)
		}
	}
}

func TestRelativeSessionThatHasBegunGetsANewOccurrence(t *testing.T) {
	first := read(t, sample(t), ground(t, now))
	g := ground(t, now.AddDate(0, 0, 10))
	g.Sessions = first.Sessions
	again := read(t, sample(t), g)
	old, fresh := find(t, first, "urbanisme-visio"), find(t, again, "urbanisme-visio")
	if old.ID == fresh.ID || !fresh.Start().After(g.Now) {
		t.Errorf("begun on %s as %s; then %s as %s: want a new id, ahead", old.Start(), old.ID, fresh.Start(), fresh.ID)
	}
	if kept := find(t, again, "budget-nantes"); kept.ID != find(t, first, "budget-nantes").ID {
		t.Errorf("a session still ahead got a new id: %s", kept.ID)
	}
}

func find(t *testing.T, c catalogue.Catalogue, id string) enrolment.Session {
	t.Helper()
	for _, s := range c.Sessions {
		if strings.HasPrefix(s.ID, id+"-2") {
			return s
		}
	}
	t.Fatalf("no session %s", id)
	return enrolment.Session{}
}

func TestHoursAreThoseOfParisOnBothSidesOfTheClockChange(t *testing.T) {
	src := edit(t, `{ date: "+45", start: "09:00", end: "12:30" }`, `{ date: "2027-03-26", start: "09:00", end: "12:30" }`,
		`{ date: "+45", start: "14:00", end: "17:30" }`, `{ date: "2027-03-29", start: "14:00", end: "17:30" }`)
	for _, s := range read(t, src, ground(t, now)).Sessions {
		if s.ID == "budget-nantes" {
			got := []string{s.HalfDays[0].Start.Format(time.RFC3339), s.HalfDays[1].Start.Format(time.RFC3339)}
			if diff := cmp.Diff([]string{"2027-03-26T08:00:00Z", "2027-03-29T12:00:00Z"}, got); diff != "" {
				t.Error(diff)
			}
			return
		}
	}
	t.Error("an absolute session keeps its id")
}

// edit replaces pieces of the sample, which must be there.
func edit(t testing.TB, oldNew ...string) []byte {
	t.Helper()
	src := string(sample(t))
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(src, oldNew[i]) {
			t.Fatalf("the sample has no %q", oldNew[i])
		}
		src = strings.Replace(src, oldNew[i], oldNew[i+1], 1)
	}
	return []byte(src)
}

// dated is a set of rules that change on a day.
type dated map[string]map[string]int

func (d dated) Rule(key string, on time.Time) (int, bool) {
	best, value, ok := "", 0, false
	for from, v := range d[key] {
		if day := on.In(guide.Paris).Format(time.DateOnly); from <= day && from >= best {
			best, value, ok = from, v, true
		}
	}
	return value, ok
}

func (dated) Announced(string, time.Time) (guide.Rule, bool) { return guide.Rule{}, false }

// 100 € an hour is announced from 1 December 2026 and confirmed by nobody: a warning that names its source and the day to check.
func TestAPriceUnderAnAnnouncedCapIsAWarningAndAboveItAFault(t *testing.T) {
	for price, want := range map[string]string{"530": "", "700": "annoncé pour le 01/12/2026", "701": "refused"} {
		c, err := catalogue.Read(edit(t, "priceEuros: 530", "priceEuros: "+price), ground(t, now))
		warnings := strings.Join(c.Warnings(now), "\n")
		switch {
		case want == "refused":
			if err == nil {
				t.Errorf("%s € for 7 hours is accepted", price)
			}
		case err != nil:
			t.Errorf("%s € for 7 hours is refused: %v", price, err)
		case want == "" && strings.Contains(warnings, "plafond"), !strings.Contains(warnings, want):
			t.Errorf("%s € for 7 hours: %q", price, warnings)
		}
	}
}

func TestAnAnswerTimeIsZeroOneOrTwoWorkingDays(t *testing.T) {
	for days, accepted := range map[string]bool{"0": true, "1": true, "2": true, "3": false, "-1": false, "1,5": false} {
		_, err := catalogue.Read(edit(t, "difeAnswerDays: 2", "difeAnswerDays: "+days), ground(t, now))
		if (err == nil) != accepted || err != nil && !strings.Contains(err.Error(), "difeAnswerDays") {
			t.Errorf("%s days: %v", days, err)
		}
	}
}

// A report looks for the sessions that ended in a year as far back as one may begin.
func TestASessionLastsAYearAtMost(t *testing.T) {
	for last, accepted := range map[string]bool{"+330": true, "+450": false} {
		_, err := catalogue.Read(edit(t, `{ date: "+32", start: "09:00", end: "12:30" }`, `{ date: "`+last+`", start: "09:00", end: "12:30" }`), ground(t, now))
		if (err == nil) != accepted || err != nil && !strings.Contains(err.Error(), "plus d’un an") {
			t.Errorf("until %s: %v", last, err)
		}
	}
}

func TestRulesAreThoseOfTheSessionsDate(t *testing.T) {
	rules := dated{
		"dife-max-participants": {"2020-01-01": 15},
		"dife-hourly-cap-cents": {"2020-01-01": 8000, "2027-01-11": 9000},
	}
	at := func(date string) []byte {
		return edit(t, "priceEuros: 530", "priceEuros: 600",
			`{ date: "+45", start: "09:00", end: "12:30" }`, `{ date: "`+date+`", start: "09:00", end: "12:30" }`,
			`{ date: "+45", start: "14:00", end: "17:30" }`, `{ date: "`+date+`", start: "14:00", end: "17:30" }`,
			`{ date: "+31", start: "09:00", end: "12:30" }`, `{ date: "2027-01-12", start: "09:00", end: "12:30" }`,
			`{ date: "+32", start: "09:00", end: "12:30" }`, `{ date: "2027-01-13", start: "09:00", end: "12:30" }`)
	}
	if _, err := catalogue.Read(at("2027-01-11"), catalogue.Ground{Now: now, Rules: rules}); err != nil {
		t.Errorf("under the cap of its date, refused:\n%v", err)
	}
	_, err := catalogue.Read(at("2027-01-08"), catalogue.Ground{Now: now, Rules: rules})
	if err == nil || !strings.Contains(err.Error(), "85,71 € HT de l’heure") || strings.Count(err.Error(), "\n") > 0 {
		t.Errorf("the day before the new cap: got %v, want one fault about 85,71 €", err)
	}
	if _, err := catalogue.Read(sample(t), catalogue.Ground{Now: now, Rules: dated{}}); err == nil {
		t.Error("accepted without any rule")
	}
}

func TestNumbers(t *testing.T) {
	for _, c := range []struct {
		siret string
		ok    bool
	}{
		{"12345678200010", true},
		{"123 456 782 00010", true},
		{"12345678200011", false},
		{"35600000000048", true},  // La Poste, head office
		{"35600000049837", true},  // La Poste, an establishment: digits add up to 45
		{"35600000049838", false}, // neither sum
		{"00000000000000", false},
		{"1234567820001", false},
	} {
		_, err := catalogue.Read(edit(t, `"12345678200010"`, `"`+c.siret+`"`), ground(t, now))
		if (err == nil) != c.ok {
			t.Errorf("SIRET %s: got %v, want accepted %v", c.siret, err, c.ok)
		}
	}
}

func TestAFileThatIsNotYAMLHasOneFault(t *testing.T) {
	for _, src := range []string{"", "# rien\n", "organisation: [", "a: b: c", "\tx: 1", "---\na: 1\n---\nb: 2\n", "- 1\n- 2\n", "texte", "organisation: \"\xc9charpe\""} {
		_, err := catalogue.Read([]byte(src), ground(t, now))
		var faults catalogue.Faults
		if !errors.As(err, &faults) || len(faults) == 0 || faults[0].Line < 1 {
			t.Errorf("%q: got %v, want a fault with its line", src, err)
		}
	}
}

func TestWindowsEditorsDoNoHarm(t *testing.T) {
	src := "\ufeff" + strings.ReplaceAll(string(sample(t)), "\n", "\r\n")
	plain, windows := read(t, sample(t), ground(t, now)), read(t, []byte(src), ground(t, now))
	if diff := cmp.Diff(plain.Formations, windows.Formations); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(plain.Sessions, windows.Sessions); diff != "" {
		t.Error(diff)
	}
	_, err := catalogue.Read([]byte("organisation:\n  name: \"\xc9charpe\"\n"), ground(t, now))
	if err == nil || !strings.Contains(err.Error(), "ligne 2") || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a file that is not UTF-8: got %v", err)
	}
}

func TestThePeopleOfASessionKeepTheirFormation(t *testing.T) {
	g := ground(t, now)
	g.Sessions = read(t, sample(t), g).Sessions
	for i := range g.Sessions {
		g.Sessions[i].Waiting = 1
	}
	_, err := catalogue.Read(edit(t, "id: budget-nantes\n    formation: budget-communal", "id: budget-nantes\n    formation: urbanisme-plu"), g)
	if err == nil || !strings.Contains(err.Error(), "ne peut plus changer") || strings.Count(err.Error(), "\n") > 0 {
		t.Errorf("got %v, want one fault", err)
	}
	g.Sessions = nil
	read(t, edit(t, "id: budget-nantes\n    formation: budget-communal", "id: budget-nantes\n    formation: urbanisme-plu"), g)
}

func TestAnAgrementThatEndsSoonIsSaid(t *testing.T) {
	c := read(t, sample(t), ground(t, now))
	if w := c.Warnings(now); len(w) != 0 {
		t.Errorf("said too early: %v", w)
	}
	c.Organisation.Agrement.End = "2027-03-01"
	if w := c.Warnings(now); len(w) != 1 || !strings.Contains(w[0], "01/03/2027") {
		t.Errorf("got %v", w)
	}
}

func FuzzRead(f *testing.F) {
	f.Add(sample(f))
	if src, err := os.ReadFile("testdata/faults.yaml"); err == nil {
		f.Add(src)
	}
	for _, s := range []string{"", "organisation: &a [*a]", "a: !!binary x", "? [a]: b", "sessions:\n  - id: >\n      x"} {
		f.Add([]byte(s))
	}
	g := ground(f, now)
	f.Fuzz(func(t *testing.T, src []byte) {
		c, err := catalogue.Read(src, g)
		var faults catalogue.Faults
		if err != nil && !errors.As(err, &faults) {
			t.Fatalf("an error that is not faults: %v", err)
		}
		for _, f := range faults {
			if f.Line < 1 || f.Message == "" {
				t.Fatalf("a fault without line or words: %+v", f)
			}
		}
		for _, s := range c.Sessions {
			if s.ID == "" || len(s.HalfDays) == 0 || s.Capacity < 1 || s.ClosesAt.After(s.Start()) {
				t.Fatalf("accepted a session that is not whole: %+v", s)
			}
		}
	})
}

func TestTheLogoIsAPictureThatThePapersCanDraw(t *testing.T) {
	var whole bytes.Buffer
	if err := png.Encode(&whole, image.NewGray(image.Rect(0, 0, 60, 30))); err != nil {
		t.Fatal(err)
	}
	src := bytes.Replace(sample(t), []byte("organisation:\n"), []byte("organisation:\n  logo: logo.png\n"), 1)
	for name, file := range map[string][]byte{"whole": whole.Bytes(), "damaged": whole.Bytes()[:50], "text": []byte("logo")} {
		g := ground(t, now)
		g.Files = fstest.MapFS{"logo.png": {Data: file}}
		c, err := catalogue.Read(src, g)
		if name == "whole" && (err != nil || !bytes.Equal(c.Organisation.LogoImage, file)) {
			t.Errorf("%s: %v, %d bytes", name, err, len(c.Organisation.LogoImage))
		}
		if name != "whole" && (err == nil || !strings.Contains(err.Error(), "PNG ou JPEG")) {
			t.Errorf("%s: got %v, want it refused", name, err)
		}
	}
}
