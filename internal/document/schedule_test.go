package document_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// Code du travail L6353-6: nothing before the withdrawal period ends, at most 30 % then, the balance as it proceeds.
func TestScheduleSumsToTheTotalAndNeverAsksTooMuchFirst(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		total := rapid.IntRange(1, 5_000_000).Draw(t, "total")
		start := time.Date(2027, 1, 1, 8, 0, 0, 0, time.UTC)
		var halves []enrolment.HalfDay
		for range rapid.IntRange(1, 12).Draw(t, "halfDays") {
			start = start.Add(time.Duration(rapid.IntRange(3, 400).Draw(t, "gap")) * time.Hour)
			halves = append(halves, enrolment.HalfDay{Start: start, End: start.Add(3 * time.Hour)})
		}
		sum, last := 0, time.Time{}
		for i, p := range document.Schedule(total, 30, halves) {
			sum += p.Cents
			if p.Cents <= 0 {
				t.Fatalf("instalment %d is %d cents", i, p.Cents)
			}
			if p.After.IsZero() {
				if i > 0 || p.Cents*100 > total*30 {
					t.Fatalf("instalment %d asks %d cents of %d before the training", i, p.Cents, total)
				}
				continue
			}
			if !p.After.After(last) {
				t.Fatalf("instalment %d is not later than the one before", i)
			}
			last = p.After
		}
		if sum != total {
			t.Fatalf("the instalments add up to %d, not %d", sum, total)
		}
	})
}

func TestScheduleIsByDayInProportionOfItsHalfDays(t *testing.T) {
	halves := []enrolment.HalfDay{
		halfDay(t, "2027-03-11", "09:00", "12:30"), halfDay(t, "2027-03-11", "14:00", "16:30"),
		halfDay(t, "2027-03-12", "09:00", "12:30"),
	}
	got := document.Schedule(100_000, 30, halves)
	want := []document.Instalment{{Cents: 30_000}, {Cents: 46_666, After: halves[1].End}, {Cents: 23_334, After: halves[2].End}}
	if len(got) != len(want) {
		t.Fatalf("%d instalments, want %d", len(got), len(want))
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("instalment %d: %+v, want %+v", i, got[i], want[i])
		}
	}
}
