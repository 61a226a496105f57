package main

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/guide"
)

func TestARuleThatIsAnnouncedIsListedFromThirtyDaysBefore(t *testing.T) {
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	for day, want := range map[string]int{"2026-10-31": 0, "2026-11-01": 3, "2026-12-01": 3, "2027-06-01": 3} {
		now, _ := time.ParseInLocation(time.DateOnly, day, guide.Paris)
		var out strings.Builder
		if list(&out, g, now); strings.Count(out.String(), "warn  rule dife-") != want {
			t.Errorf("on %s:\n%s", day, out.String())
		}
	}
}

// TestTheNumbersToCallAndTheAddressesNobodyOpenedAreListed: each one, whatever the day.
func TestTheNumbersToCallAndTheAddressesNobodyOpenedAreListed(t *testing.T) {
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	list(&out, g, time.Date(2027, 6, 1, 9, 0, 0, 0, time.UTC))
	want := []string{"check call " + g.Helpline.Number, "check call " + g.Helpline.Alternative.Number}
	for id, l := range g.Links {
		line := "warn  link " + id + " "
		if l.Verified == strings.Contains(out.String(), line) {
			t.Errorf("link %s, verified: %t\n%s", id, l.Verified, out.String())
		}
	}
	for _, line := range want {
		if !strings.Contains(out.String(), line) {
			t.Errorf("%q is not said:\n%s", line, out.String())
		}
	}
}
