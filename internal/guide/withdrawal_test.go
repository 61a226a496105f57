package guide_test

import (
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func TestTheWithdrawalPeriodIsWholeDaysAndEndsOnAWorkingDay(t *testing.T) {
	g := load(t)
	paris := func(s string) time.Time {
		at, err := time.ParseInLocation("2006-01-02 15:04", s, guide.Paris)
		if err != nil {
			t.Fatal(err)
		}
		return at
	}
	for signed, want := range map[string]string{
		"2026-11-24 10:00": "2026-12-09 00:00", // a Tuesday: the last day is Tuesday 8 December
		"2026-11-24 23:59": "2026-12-09 00:00",
		"2026-11-28 00:00": "2026-12-15 00:00", // the 14th day is Saturday 12: Monday 14
		"2026-12-11 09:00": "2026-12-29 00:00", // Christmas, then a week-end: Monday 28
		"2027-03-15 12:00": "2027-03-31 00:00", // Easter Monday is the 29th; summer time begins on the 28th
	} {
		if end, ok := g.WithdrawalEnds(paris(signed)); !ok || !end.Equal(paris(want)) {
			t.Errorf("signed %s: ends %s, want %s", signed, end.In(guide.Paris), want)
		}
	}
	for day := paris("2026-01-01 18:00"); day.Year() < 2031; day = day.AddDate(0, 0, 1) {
		end, _ := g.WithdrawalEnds(day)
		if last := end.Add(-time.Second); !guide.WorkingDay(last) || end.Sub(day) < 14*24*time.Hour {
			t.Fatalf("signed %s: ends %s", day, end.In(guide.Paris))
		}
	}
}

func TestASignedContractIsWithdrawnFromWhateverPaysToday(t *testing.T) {
	g := load(t)
	signed := map[enrolment.StepKey]enrolment.StepDone{enrolment.StepContrat: {At: time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)}}
	e := enrolment.Enrolment{Mode: enrolment.Personnel, Steps: signed}
	if end, ok := g.Withdrawal(e); !ok || end.IsZero() {
		t.Error(end, ok)
	}
	for name, e := range map[string]enrolment.Enrolment{
		"another way pays":            {Mode: enrolment.Collectivite, Steps: signed},
		"a new contract to be signed": {Mode: enrolment.Personnel, Contract: &enrolment.Contract{SignedAt: signed[enrolment.StepContrat].At}},
	} {
		if end, ok := g.Withdrawal(e); !ok || end.Day() != 25 {
			t.Error(name, end)
		}
	}
	for name, other := range map[string]enrolment.Enrolment{
		"not signed":        {Mode: enrolment.Personnel},
		"withdrawn already": {Mode: enrolment.Personnel, Steps: signed, WithdrawnAt: time.Unix(1, 0)},
	} {
		if _, ok := g.Withdrawal(other); ok {
			t.Error(name)
		}
	}
}
