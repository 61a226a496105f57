package main

import (
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func TestTimePassesHourByHourSoThatOfficeHoursAreMet(t *testing.T) {
	c, err := openClock(filepath.Join(t.TempDir(), "clock"))
	if err != nil {
		t.Fatal(err)
	}
	var hours []int
	h := c.handler(func(*http.Request) error { hours = append(hours, c.Now().Hour()); return nil })
	rec := httptest.NewRecorder()
	h.ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/_local/clock", strings.NewReader(`{"advance":"24h"}`)))
	if rec.Code != http.StatusOK || c.total() != 24*time.Hour {
		t.Fatalf("%d %s, moved by %s", rec.Code, rec.Body, c.total())
	}
	seen := map[int]bool{}
	for _, hour := range hours {
		seen[hour] = true
	}
	if len(seen) != 24 {
		t.Errorf("the schedule saw %d hours of the day: %v", len(seen), hours)
	}
}

func TestTheClockNeverGoesBackAndIsKept(t *testing.T) {
	file := filepath.Join(t.TempDir(), "clock")
	c, err := openClock(file)
	if err != nil {
		t.Fatal(err)
	}
	nothing := func(*http.Request) error { return nil }
	for body, want := range map[string]int{`{"advance":"-1h"}`: 400, `{"advance":"99999h"}`: 400, `{"advance":"soon"}`: 400, `{"advance":"90m"}`: 200} {
		rec := httptest.NewRecorder()
		c.handler(nothing).ServeHTTP(rec, httptest.NewRequest(http.MethodPost, "/_local/clock", strings.NewReader(body)))
		if rec.Code != want {
			t.Errorf("%s: %d %s", body, rec.Code, rec.Body)
		}
	}
	again, err := openClock(file)
	if err != nil || again.total() != 90*time.Minute {
		t.Errorf("after a restart: %s, %v", again.total(), err)
	}
}
