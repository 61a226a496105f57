package guide

import (
	"fmt"
	"sync"
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
	day := t.In(Paris)
	return holidaysOf(day.Year())[dayOfYear{day.Month(), day.Day()}]
}

type dayOfYear struct {
	month time.Month
	day   int
}

// yearly keeps the holidays of each year that was asked for: a path of funding looks at dozens of days.
var yearly sync.Map

func holidaysOf(year int) map[dayOfYear]bool {
	if kept, ok := yearly.Load(year); ok {
		return kept.(map[dayOfYear]bool)
	}
	days := map[dayOfYear]bool{}
	for _, h := range fr.Holidays {
		if actual, _ := h.Calc(year); actual.Year() == year {
			days[dayOfYear{actual.Month(), actual.Day()}] = true
		}
	}
	yearly.Store(year, days)
	return days
}

// WorkingDay tells whether the Paris day of an instant is a jour ouvré: no Saturday, Sunday or public holiday.
func WorkingDay(t time.Time) bool {
	switch t.In(Paris).Weekday() {
	case time.Saturday, time.Sunday:
		return false
	}
	return !Holiday(t)
}

// WorkingDaysBefore is the beginning of the n-th working day strictly before the day of an instant. With n = 0 it is the
// beginning of that day itself, whatever it is.
func WorkingDaysBefore(t time.Time, n int) time.Time {
	day := midnight(t, 0)
	for n > 0 {
		day = midnight(day, -1)
		if WorkingDay(day) {
			n--
		}
	}
	return day
}

// WorkingDaysBetween counts the full working days strictly between the days of two instants; 0 when the second is not later.
func WorkingDaysBetween(from, to time.Time) int {
	n := 0
	for day := midnight(from, 1); day.Before(midnight(to, 0)); day = midnight(day, 1) {
		if WorkingDay(day) {
			n++
		}
	}
	return n
}

// WorkingDaysLeft counts the working days that remain after today up to and including the deadline's day: 0 on the day itself.
func WorkingDaysLeft(now, deadline time.Time) int {
	n := WorkingDaysBetween(now, deadline)
	if WorkingDay(deadline) && midnight(now, 0).Before(midnight(deadline, 0)) {
		n++
	}
	return n
}

// window is a span of wall-clock hours on some days.
type window struct {
	opens, closes time.Duration
	on            func(time.Time) bool
}

var (
	// office: Monday to Saturday, 08:00–20:00 Paris, no public holiday.
	office = window{8 * time.Hour, 20 * time.Hour, func(t time.Time) bool {
		return t.In(Paris).Weekday() != time.Sunday && !Holiday(t)
	}}
	// offers end on a working day between 08:00 and 20:00 Paris.
	offers = window{8 * time.Hour, 20 * time.Hour, WorkingDay}
)

func (w window) contains(t time.Time) bool {
	return w.on(t) && !t.Before(at(t, w.opens)) && t.Before(at(t, w.closes))
}

// next is the instant itself when it falls inside, else the next opening.
func (w window) next(t time.Time) time.Time {
	if w.contains(t) {
		return t
	}
	day := t
	if !w.on(t) || !t.Before(at(t, w.closes)) {
		for day = midnight(t, 1); !w.on(day); day = midnight(day, 1) {
		}
	}
	return at(day, w.opens)
}

// OfficeHours tells whether an ordinary mail may leave: Monday to Saturday, 08:00 to 20:00 Paris, no public holiday.
func OfficeHours(t time.Time) bool { return office.contains(t) }

// NextOfficeInstant is the instant itself within office hours, else their next beginning.
func NextOfficeInstant(t time.Time) time.Time { return office.next(t) }

// NextOfferInstant moves the end of an offer into working days, 08:00 to 20:00 Paris, so that nobody loses a seat in the night.
func NextOfferInstant(t time.Time) time.Time { return offers.next(t) }

// later is the instant at which this many hours of the window have passed since t.
func (w window) later(t time.Time, hours time.Duration) time.Time {
	for {
		t = w.next(t)
		left := at(t, w.closes).Sub(t)
		if hours <= left {
			return t.Add(hours)
		}
		hours -= left
		t = at(t, w.closes)
	}
}

// roundUp is the instant itself on a full hour, else the next one.
func roundUp(t time.Time) time.Time {
	if whole := t.Truncate(time.Hour); !whole.Equal(t) {
		return whole.Add(time.Hour)
	}
	return t
}

// EndOfWorkingDayAfter is the last second of the n-th working day after the day of an instant, in Paris.
func EndOfWorkingDayAfter(t time.Time, n int) time.Time {
	day := midnight(t, 0)
	for n > 0 {
		day = midnight(day, 1)
		if WorkingDay(day) {
			n--
		}
	}
	return midnight(day, 1).Add(-time.Second)
}

// workingLater is the instant at which this long of working days, day and night, has passed since t.
func workingLater(t time.Time, d time.Duration) time.Time {
	for {
		next := midnight(t, 1)
		if WorkingDay(t) {
			left := next.Sub(t)
			if d <= left {
				return t.Add(d)
			}
			d -= left
		}
		t = next
	}
}

// workingEarlier is the last instant from which this long of working days fits before t; the end of a day rather than the first
// second of the next one.
func workingEarlier(t time.Time, d time.Duration) time.Time {
	t = t.Add(time.Second)
	for {
		day := midnight(t.Add(-time.Second), 0)
		if WorkingDay(day) {
			used := t.Sub(day)
			if d <= used {
				return t.Add(-d - time.Second)
			}
			d -= used
		}
		t = day
	}
}

// Unconfirmed lists the rules that are announced and not confirmed, whose day is past or within some days: somebody must check them.
func (g *Guide) Unconfirmed(now time.Time, days int) (rules []Rule) {
	horizon := now.In(Paris).AddDate(0, 0, days).Format(time.DateOnly)
	for _, r := range g.Rules {
		if !r.Confidence.Confirmed() && r.From <= horizon {
			rules = append(rules, r)
		}
	}
	return rules
}

// Announced is the value that an unconfirmed rule gives on a day: nothing acts on it, but nobody should be refused what it would allow
// without a word. ok is false when there is none.
func (g *Guide) Announced(key string, on time.Time) (r Rule, ok bool) {
	day := on.In(Paris).Format(time.DateOnly)
	for _, r := range g.Rules {
		if r.Key == key && !r.Confidence.Confirmed() && r.From <= day && (r.Until == "" || day <= r.Until) {
			return r, true
		}
	}
	return Rule{}, false
}
