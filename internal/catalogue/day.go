package catalogue

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/plain"
)

// day is a whole day in Paris, as written: absolute, or so many calendar days after an origin.
type day struct {
	absolute string // "2006-01-02", "" when relative
	offset   int
}

// parseDay reads "2027-01-14", "+45" or "-300", with the dashes of the keyboard or of a word processor.
func parseDay(raw string) (d day, ok bool) {
	raw = plain.Hyphens(visible(raw))
	if raw != "" && (raw[0] == '+' || raw[0] == '-') {
		n, err := strconv.Atoi(raw)
		return day{offset: n}, err == nil && n >= -3650 && n <= 3650
	}
	t, err := time.Parse(time.DateOnly, raw)
	return day{absolute: raw}, err == nil && t.Year() >= 2000 && t.Year() <= 2100
}

func (d day) relative() bool { return d.absolute == "" }

// dayField reads a field that holds a day.
func (s *section) dayField(key string) (d day, ok bool) {
	f, ok := s.need(key)
	if !ok {
		return day{}, false
	}
	raw, _ := scalarOf(f.node)
	if d, ok = parseDay(raw); !ok && stamped().MatchString(raw) {
		s.refuse(key, "(%s) porte aussi une heure : écrivez le jour seul, \"2027-01-14\", et l’heure de Paris dans « start » et « end ».", printable(raw))
	} else if !ok {
		s.refuse(key, "doit être un jour, \"2027-01-14\", ou un nombre de jours à partir d’aujourd’hui, \"+45\".")
		s.locateEmpty(key, raw)
	}
	return d, ok
}

// absoluteDay reads a field that holds a day of the calendar.
func (s *section) absoluteDay(key string) string {
	f, ok := s.need(key)
	if !ok {
		return ""
	}
	raw, _ := scalarOf(f.node)
	d, ok := parseDay(raw)
	if !ok || d.relative() {
		s.refuse(key, "doit être un jour du calendrier, \"2027-01-14\".")
		return ""
	}
	return d.absolute
}

// clock reads a field that holds an hour of the day, "09:00".
func (s *section) clock(key string) (hhmm string, ok bool) {
	f, ok := s.need(key)
	if !ok {
		return "", false
	}
	raw, _ := scalarOf(f.node)
	switch {
	case validClock(raw):
		return raw, true
	case zoned().MatchString(raw):
		s.refuse(key, "(%s) porte un fuseau ou un décalage : écrivez l’heure de Paris, seule, \"09:00\". Pour une session outre-mer ou à l’étranger, convertissez-la.", printable(raw))
	default:
		s.refuse(key, "doit être une heure entre guillemets, \"09:00\".")
		s.locateEmpty(key, raw)
	}
	return "", false
}

var (
	zoned = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^\d{1,2}[:hH]\d{2}(:\d{2})?\s*([+\-−–]\d|\pL|\()`)
	}) // an hour with an offset, a zone or a place after it
	stamped = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^\d{4}-\d\d-\d\d[Tt ]+\d{1,2}:`) }) // a day with an hour after it
)

func validClock(raw string) bool {
	_, err := time.Parse("15:04", raw)
	return err == nil && len(raw) == 5
}

// instant is a wall-clock time of Paris. It refuses the hour that does not exist when clocks go forward, and the one
// that happens twice when they go back.
func instant(date, hhmm string) (time.Time, error) {
	const layout = "2006-01-02 15:04"
	t, err := time.ParseInLocation(layout, date+" "+hhmm, guide.Paris)
	if err != nil {
		return time.Time{}, err
	}
	if t.Format(layout) != date+" "+hhmm {
		return time.Time{}, fmt.Errorf("le %s, il n’est jamais %s : on passe à l’heure d’été. Choisissez une autre heure.", frenchDay(date), hhmm)
	}
	for _, other := range []time.Time{t.Add(-time.Hour), t.Add(time.Hour)} {
		if other.In(guide.Paris).Format(layout) == date+" "+hhmm {
			return time.Time{}, fmt.Errorf("le %s, il est %s deux fois : on passe à l’heure d’hiver. Choisissez une autre heure.", frenchDay(date), hhmm)
		}
	}
	return t.UTC(), nil
}

// addDays moves a day of the calendar.
func addDays(date string, n int) string {
	t, err := time.Parse(time.DateOnly, date)
	if err != nil {
		return date
	}
	return t.AddDate(0, 0, n).Format(time.DateOnly)
}

// workingDay gives the day itself, or the next one that is neither a Saturday, a Sunday nor a public holiday.
func workingDay(date string) string {
	for {
		noon, err := time.ParseInLocation("2006-01-02 15:04", date+" 12:00", guide.Paris)
		if err != nil {
			return date
		}
		if wd := noon.Weekday(); wd != time.Saturday && wd != time.Sunday && !guide.Holiday(noon) {
			return date
		}
		date = addDays(date, 1)
	}
}

// parisDay is the Paris day of an instant.
func parisDay(t time.Time) string { return t.In(guide.Paris).Format(time.DateOnly) }

// frenchDay shows a day as people write it.
func frenchDay(date string) string {
	parts := strings.Split(date, "-")
	if len(parts) != 3 {
		return date
	}
	return parts[2] + "/" + parts[1] + "/" + parts[0]
}
