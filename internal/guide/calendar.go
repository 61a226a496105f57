package guide

import (
	"fmt"
	"time"
	_ "time/tzdata" // the Lambda image has no time zones of its own

	"github.com/rickar/cal/v2/fr"
)

// Paris is the time zone of every hour shown.
var Paris = mustLoad("Europe/Paris")

func mustLoad(name string) *time.Location {
	loc, err := time.LoadLocation(name)
	if err != nil {
		panic(err) // cannot happen: the zones are embedded
	}
	return loc
}

var weekdays = [7]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}

// clock reads "08:30" as the time since midnight.
func clock(hhmm string) (time.Duration, error) {
	t, err := time.Parse("15:04", hhmm)
	if err != nil {
		return 0, fmt.Errorf("hour %q: %w", hhmm, err)
	}
	return time.Duration(t.Hour())*time.Hour + time.Duration(t.Minute())*time.Minute, nil
}

// midnight is the beginning of the Paris day of an instant, moved by some days.
func midnight(t time.Time, days int) time.Time {
	t = t.In(Paris)
	return time.Date(t.Year(), t.Month(), t.Day()+days, 0, 0, 0, 0, Paris)
}

// at is a wall-clock time of the Paris day of an instant: right on the days when the clocks change too.
func at(day time.Time, sinceMidnight time.Duration) time.Time {
	day = day.In(Paris)
	return time.Date(day.Year(), day.Month(), day.Day(), int(sinceMidnight/time.Hour),
		int(sinceMidnight%time.Hour/time.Minute), 0, 0, Paris)
}

// Holiday tells whether the Paris day of an instant is a public holiday in mainland France (Alsace-Moselle's and
// the overseas ones do not count: deadlines of Mon Compte Élu use mainland working days).
func Holiday(t time.Time) bool {
	day := midnight(t, 0)
	for _, h := range fr.Holidays {
		if actual, _ := h.Calc(day.Year()); sameDay(actual, day) {
			return true
		}
	}
	return false
}

func sameDay(a, b time.Time) bool {
	return a.Year() == b.Year() && a.Month() == b.Month() && a.Day() == b.Day()
}
