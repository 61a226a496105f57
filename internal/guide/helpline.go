package guide

import (
	"slices"
	"time"
)

// Opening says whether a line answers, and when that changes.
type Opening struct {
	Open    bool
	Changes time.Time // closes (when open) or opens again
	Text    string    // « ouvert maintenant, jusqu’à 19 h (heure de Paris) »
}

// At says whether the line answers at an instant, and until when or from when, in Paris time.
func (h Helpline) At(now time.Time) Opening {
	for days := range 15 { // two weeks without an opening day cannot be: [Parse] wants hours
		day := midnight(now, days)
		opens, closes, ok := h.on(day)
		if !ok || !now.Before(closes) {
			continue
		}
		if now.Before(opens) {
			return Opening{Changes: opens, Text: "fermé maintenant, ouvre " + when(days, opens) + " à" + nbsp + Hour(opens) + " (heure de Paris)"}
		}
		return Opening{Open: true, Changes: closes, Text: "ouvert maintenant, jusqu’à" + nbsp + Hour(closes) + " (heure de Paris)"}
	}
	return Opening{Text: h.Text}
}

// on gives the opening hours of a day; ok is false when the line is closed all day.
func (h Helpline) on(day time.Time) (opens, closes time.Time, ok bool) {
	if h.PublicHolidays == "closed" && Holiday(day) {
		return time.Time{}, time.Time{}, false
	}
	for _, hours := range h.Hours {
		if slices.Contains(hours.Days, weekdays[day.Weekday()]) {
			o, _ := clock(hours.Opens) // Parse has checked both
			c, _ := clock(hours.Closes)
			return at(day, o), at(day, c), true
		}
	}
	return time.Time{}, time.Time{}, false
}

// when names a day from today: « aujourd’hui », « demain », « lundi », « mardi 22 décembre ».
func when(days int, t time.Time) string {
	switch {
	case days == 0:
		return "aujourd’hui"
	case days == 1:
		return "demain"
	case days < 7:
		return weekdays[t.Weekday()]
	}
	return DayMonth(t)
}
