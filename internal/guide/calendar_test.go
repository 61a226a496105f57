package guide_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// paris reads a wall-clock time in Paris.
func paris(t testing.TB, s string) time.Time {
	t.Helper()
	v, err := time.ParseInLocation("2006-01-02 15:04", s, guide.Paris)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// The eleven holidays, year by year, written by hand: what the library says must be this.
var holidays = map[int]string{
	2026: "01-01 04-06 05-01 05-08 05-14 05-25 07-14 08-15 11-01 11-11 12-25",
	2027: "01-01 03-29 05-01 05-06 05-08 05-17 07-14 08-15 11-01 11-11 12-25",
	2028: "01-01 04-17 05-01 05-08 05-25 06-05 07-14 08-15 11-01 11-11 12-25",
	2029: "01-01 04-02 05-01 05-08 05-10 05-21 07-14 08-15 11-01 11-11 12-25",
	2030: "01-01 04-22 05-01 05-08 05-30 06-10 07-14 08-15 11-01 11-11 12-25",
}

func TestHolidaysOf2026To2030(t *testing.T) {
	for year, want := range holidays {
		var got []string
		for d := time.Date(year, 1, 1, 12, 0, 0, 0, guide.Paris); d.Year() == year; d = d.AddDate(0, 0, 1) {
			if guide.Holiday(d) {
				got = append(got, d.Format("01-02"))
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%d: %v, want %s", year, got, want)
		}
	}
}

func TestHolidaysAreMainlandOnes(t *testing.T) {
	for name, day := range map[string]string{
		"Good Friday (Alsace-Moselle)": "2026-04-03 12:00", "26 December (Alsace-Moselle)": "2026-12-26 12:00",
		"Mayotte": "2026-04-27 12:00", "Martinique": "2026-05-22 12:00", "Guadeloupe": "2026-05-27 12:00",
		"Guyane": "2026-06-10 12:00", "Saint-Barthélemy": "2026-10-09 12:00", "La Réunion": "2026-12-20 12:00",
	} {
		if guide.Holiday(paris(t, day)) {
			t.Errorf("%s counts as a mainland holiday", name)
		}
	}
}

// A path of funding asks about dozens of days: a year's holidays are worked out once.
func TestAHolidayIsFoundWithoutWorkingOutTheYearAgain(t *testing.T) {
	day := paris(t, "2027-05-06 12:00")
	if !guide.Holiday(day) {
		t.Error("the Ascension of 2027 is no holiday")
	}
	if n := testing.AllocsPerRun(100, func() { guide.Holiday(day) }); n > 1 {
		t.Errorf("%v allocations for a day", n)
	}
}

func TestHolidayIsAParisDay(t *testing.T) {
	if !guide.Holiday(time.Date(2026, 12, 24, 23, 30, 0, 0, time.UTC)) {
		t.Error("23:30 UTC on 24 December is Christmas in Paris")
	}
	if guide.Holiday(time.Date(2026, 12, 25, 23, 30, 0, 0, time.UTC)) {
		t.Error("23:30 UTC on 25 December is the 26th in Paris")
	}
}

func TestWorkingDaysBefore(t *testing.T) {
	for _, c := range []struct {
		name, from string
		n          int
		want       string
	}{
		{"none is the day itself", "2026-12-10 14:00", 0, "2026-12-10 00:00"},
		{"one, mid-week", "2026-12-10 14:00", 1, "2026-12-09 00:00"},
		{"one, across a week-end", "2026-12-07 09:00", 1, "2026-12-04 00:00"},
		{"eleven", "2026-12-17 09:00", 11, "2026-12-02 00:00"},
		{"eleven, across Christmas and New Year", "2027-01-11 09:00", 11, "2026-12-23 00:00"},
		{"eleven, across the May holidays", "2026-05-26 09:00", 11, "2026-05-06 00:00"},
		{"one, across the spring clock change", "2026-03-30 09:00", 1, "2026-03-27 00:00"},
		{"one, across the autumn clock change", "2026-10-26 09:00", 1, "2026-10-23 00:00"},
	} {
		if got := guide.WorkingDaysBefore(paris(t, c.from), c.n); !got.Equal(paris(t, c.want)) {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
	}
}

func TestWorkingDaysLeft(t *testing.T) {
	for _, c := range []struct {
		now, deadline string
		want          int
	}{
		{"2026-12-01 10:00", "2026-12-01 23:59", 0},
		{"2026-12-01 10:00", "2026-12-02 23:59", 1},
		{"2026-12-04 10:00", "2026-12-07 23:59", 1}, // Friday to Monday
		{"2026-12-04 10:00", "2026-12-06 23:59", 0}, // Friday to Sunday: no working day left
		{"2026-12-23 10:00", "2026-12-28 23:59", 2}, // Christmas is a Friday
		{"2026-12-10 10:00", "2026-12-01 23:59", 0}, // past
	} {
		if got := guide.WorkingDaysLeft(paris(t, c.now), paris(t, c.deadline)); got != c.want {
			t.Errorf("from %s to %s: %d, want %d", c.now, c.deadline, got, c.want)
		}
	}
}

// anInstant draws an instant between 2026 and 2035, often around a clock change or a holiday.
func anInstant(rt *rapid.T) time.Time {
	if rapid.Bool().Draw(rt, "near a trap") {
		trap := rapid.SampledFrom([]time.Time{
			time.Date(2026, 3, 29, 1, 0, 0, 0, time.UTC), time.Date(2026, 10, 25, 1, 0, 0, 0, time.UTC),
			time.Date(2027, 3, 28, 1, 0, 0, 0, time.UTC), time.Date(2027, 10, 31, 1, 0, 0, 0, time.UTC),
			time.Date(2026, 12, 25, 0, 0, 0, 0, time.UTC), time.Date(2028, 6, 5, 0, 0, 0, 0, time.UTC),
			time.Date(2027, 5, 6, 0, 0, 0, 0, time.UTC),
		}).Draw(rt, "trap")
		return trap.Add(time.Duration(rapid.Int64Range(-20*24*3600, 20*24*3600).Draw(rt, "seconds")) * time.Second)
	}
	return time.Unix(rapid.Int64Range(1767225600, 2051222400).Draw(rt, "unix"), 0)
}

func isWorking(d time.Time) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !guide.Holiday(d)
}

func TestWorkingDaysNeverCountASaturdaySundayOrHoliday(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		from, n := anInstant(rt), rapid.IntRange(1, 40).Draw(rt, "n")
		got := guide.WorkingDaysBefore(from, n)
		if !isWorking(got) {
			rt.Fatalf("%d working days before %s is %s", n, from.In(guide.Paris), got)
		}
		if h, m, s := got.Clock(); h+m+s != 0 {
			rt.Fatalf("%s is not the beginning of a day", got)
		}
		count := 0 // counted again, day by day at noon
		p := from.In(guide.Paris)
		first := time.Date(p.Year(), p.Month(), p.Day(), 12, 0, 0, 0, guide.Paris)
		for d := got.Add(12 * time.Hour); d.Before(first); d = time.Date(d.Year(), d.Month(), d.Day()+1, 12, 0, 0, 0, guide.Paris) {
			if isWorking(d) {
				count++
			}
		}
		if count != n {
			rt.Fatalf("%d working days from %s to %s, want %d", count, got, p, n)
		}
	})
}

// onDay is a session that begins at an instant.
func onDay(first time.Time) enrolment.Session {
	return enrolment.Session{HalfDays: []enrolment.HalfDay{{Start: first, End: first.Add(time.Hour)}}}
}

func TestDIFEProposalLeavesElevenFullWorkingDaysAndNotOneMore(t *testing.T) {
	g := load(t)
	rapid.Check(t, func(rt *rapid.T) {
		first := anInstant(rt)
		closes, ok := g.DIFEProposalCloses(onDay(first))
		if !ok {
			rt.Fatal("no rule")
		}
		if n := guide.WorkingDaysBetween(closes, first); n != 11 {
			rt.Fatalf("%d working days between %s and %s", n, closes, first.In(guide.Paris))
		}
		if n := guide.WorkingDaysBetween(closes.Add(time.Second), first); n != 10 {
			rt.Fatalf("asking the day after %s would leave %d working days", closes, n)
		}
		if got := closes.Format("15:04:05"); got != "23:59:59" {
			rt.Fatalf("closes at %s", got)
		}
	})
}

func TestDIFEClosingIsMonotoneInTheSessionsDate(t *testing.T) {
	g := load(t)
	rapid.Check(t, func(rt *rapid.T) {
		a, b := anInstant(rt), anInstant(rt)
		if b.Before(a) {
			a, b = b, a
		}
		ca, _ := g.DIFECloses(onDay(a))
		cb, _ := g.DIFECloses(onDay(b))
		if cb.Before(ca) {
			rt.Fatalf("a session on %s closes on %s, a later one on %s closes on %s", a, ca, b, cb)
		}
	})
}

func TestOfficeInstants(t *testing.T) {
	for _, c := range []struct{ name, now, office, offer string }{
		{"in the morning, before", "2026-12-01 07:59", "2026-12-01 08:00", "2026-12-01 08:00"},
		{"within", "2026-12-01 08:00", "2026-12-01 08:00", "2026-12-01 08:00"},
		{"in the evening", "2026-12-01 20:00", "2026-12-02 08:00", "2026-12-02 08:00"},
		{"Saturday is for mails, not for offers", "2026-12-05 10:00", "2026-12-05 10:00", "2026-12-07 08:00"},
		{"Saturday night", "2026-12-05 21:00", "2026-12-07 08:00", "2026-12-07 08:00"},
		{"Sunday", "2026-12-06 12:00", "2026-12-07 08:00", "2026-12-07 08:00"},
		{"Christmas is a Friday", "2026-12-25 12:00", "2026-12-26 08:00", "2026-12-28 08:00"},
		{"the night the clocks go forward", "2026-03-28 23:00", "2026-03-30 08:00", "2026-03-30 08:00"},
		{"the night the clocks go back", "2026-10-24 23:00", "2026-10-26 08:00", "2026-10-26 08:00"},
	} {
		now := paris(t, c.now)
		if got := guide.NextOfficeInstant(now); !got.Equal(paris(t, c.office)) {
			t.Errorf("%s: mails %s, want %s", c.name, got, c.office)
		}
		if got := guide.NextOfferInstant(now); !got.Equal(paris(t, c.offer)) {
			t.Errorf("%s: offers %s, want %s", c.name, got, c.offer)
		}
	}
}

func TestNextOfficeInstantIsNeverEarlierAndAlwaysWithin(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		now := anInstant(rt)
		next := guide.NextOfficeInstant(now)
		if next.Before(now) || !guide.OfficeHours(next) || next.Sub(now) > 5*24*time.Hour {
			rt.Fatalf("from %s: %s", now.In(guide.Paris), next)
		}
		p := next.In(guide.Paris)
		if p.Weekday() == time.Sunday || p.Hour() < 8 || p.Hour() >= 20 || guide.Holiday(p) {
			rt.Fatalf("%s is not within office hours", p)
		}
		if offer := guide.NextOfferInstant(now).In(guide.Paris); offer.Before(now) || !isWorking(offer) || offer.Hour() < 8 || offer.Hour() >= 20 {
			rt.Fatalf("%s is not within offer hours", offer)
		}
	})
}

func TestFrenchDatesAndAmounts(t *testing.T) {
	at := paris(t, "2026-12-01 08:30")
	got := []string{guide.Day(at), guide.DayMonth(at), guide.Hour(at), guide.Hour(paris(t, "2026-12-01 19:00")),
		guide.Count(0, "jour", "jours"), guide.Count(1, "jour", "jours"), guide.Count(2, "jour", "jours"),
		guide.Euros(125000), guide.Euros(9950), guide.Euros(0)}
	want := []string{"mardi 1er décembre 2026", "mardi 1er décembre", "8 h 30", "19 h", "0 jour", "1 jour", "2 jours", "1 250 €", "99,50 €", "0 €"}
	for i := range got {
		got[i] = plain(got[i])
	}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
