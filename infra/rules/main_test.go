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
