package guide_test

import (
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func TestOfferEndsInWorkingHoursAndNeverAfterTheClosing(t *testing.T) {
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	paris := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, guide.Paris)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	s := enrolment.Session{
		HalfDays: []enrolment.HalfDay{{Start: paris("2027-03-20 09:00"), End: paris("2027-03-20 12:00")}},
		ClosesAt: paris("2027-03-18 18:00"), Status: enrolment.SessionOpen, Capacity: 12,
	}
	for _, c := range []struct{ name, now, want string }{
		{"a day later", "2027-03-02 10:00", "2027-03-03 10:00"},
		{"made at night, ends in the morning after", "2027-03-02 23:00", "2027-03-04 08:00"},
		{"made on a Friday, ends on Monday", "2027-03-05 10:00", "2027-03-08 08:00"},
		{"made the day before a public holiday", "2026-11-10 10:00", "2026-11-12 08:00"},
		{"freed on a Saturday afternoon: eight hours of Monday", "2027-03-06 16:19", "2027-03-08 16:00"},
		{"not on a full hour", "2027-03-02 10:19", "2027-03-03 11:00"},
		{"in the evening", "2027-03-02 19:40", "2027-03-04 08:00"},
		{"on a Friday evening", "2027-03-05 18:00", "2027-03-08 14:00"},
		{"near the closing", "2027-03-18 09:00", "2027-03-18 18:00"},
		{"once closed", "2027-03-18 18:00", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			end, ok := g.OfferEnd(s, paris(c.now))
			if c.want == "" {
				if ok {
					t.Fatalf("offer until %v after the closing", end)
				}
				return
			}
			if !ok || !end.Equal(paris(c.want)) {
				t.Errorf("ends %v (%v), want %s", end.In(guide.Paris), ok, c.want)
			}
		})
	}
}

func TestOffersAreMadeUntilTheInstantTheyStopAndNeverFromThenOn(t *testing.T) {
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	first := time.Date(2027, time.March, 20, 9, 0, 0, 0, guide.Paris)
	for name, s := range map[string]enrolment.Session{
		"closes before DIFE does": {ClosesAt: first.AddDate(0, -1, 0)},
		"closes after DIFE":       {ClosesAt: first.AddDate(0, 0, -2), Formation: enrolment.FormationSummary{DIFEEligible: true}},
		"closes when it starts":   {ClosesAt: first},
	} {
		s.HalfDays = []enrolment.HalfDay{{Start: first, End: first.Add(3 * time.Hour)}}
		stop := g.OffersStop(s)
		if _, ok := g.OfferEnd(s, stop.Add(-time.Millisecond)); !ok {
			t.Errorf("%s: no offer just before %s", name, stop)
		}
		if end, ok := g.OfferEnd(s, stop); ok {
			t.Errorf("%s: an offer until %s once they stopped", name, end)
		}
	}
}
