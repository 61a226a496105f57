package guide

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// nbsp keeps a number and its unit, or a day and its month, on one line.
const nbsp = "\u00a0"

var months = [12]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre",
	"novembre", "décembre"}

// Day writes the Paris day of an instant: « mardi 1er décembre 2026 ».
func Day(t time.Time) string {
	t = t.In(Paris)
	return DayMonth(t) + " " + strconv.Itoa(t.Year())
}

// DayMonth writes it without the year: « mardi 1er décembre ».
func DayMonth(t time.Time) string {
	t = t.In(Paris)
	number := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		number = "1er"
	}
	return weekdays[t.Weekday()] + " " + number + nbsp + months[t.Month()-1]
}

// Hour writes the Paris hour of an instant: « 8 h 30 », « 19 h ».
func Hour(t time.Time) string {
	t = t.In(Paris)
	if t.Minute() == 0 {
		return strconv.Itoa(t.Hour()) + nbsp + "h"
	}
	return fmt.Sprintf("%d%sh%s%02d", t.Hour(), nbsp, nbsp, t.Minute())
}

// Count writes a number with its noun: « 1 jour », « 3 jours ». French takes the plural from 2 on.
func Count(n int, singular, plural string) string {
	noun := plural
	if n > -2 && n < 2 {
		noun = singular
	}
	return strconv.Itoa(n) + nbsp + noun
}

// Euros writes an amount in cents: « 1 250 € », « 99,50 € ».
func Euros(cents int) string {
	whole, rest := strconv.Itoa(cents/100), cents%100
	var b strings.Builder
	for i, c := range whole {
		if i > 0 && (len(whole)-i)%3 == 0 {
			b.WriteString(nbsp)
		}
		b.WriteRune(c)
	}
	if rest != 0 {
		fmt.Fprintf(&b, ",%02d", rest)
	}
	return b.String() + nbsp + "€"
}

// Duration is a time in minutes as people say it: "6 h", "1 h 30", "45 min".
func Duration(minutes int) string {
	h, m := minutes/60, minutes%60
	switch {
	case h == 0:
		return strconv.Itoa(m) + "\u00a0min"
	case m == 0:
		return strconv.Itoa(h) + "\u00a0h"
	}
	return fmt.Sprintf("%d\u00a0h\u00a0%02d", h, m)
}

// Price is what a seat of the session costs, as a consumer is told it, all taxes included first (Code de la consommation,
// L112-1): « 636 € TTC (530 € HT) »; « 530 €, sans TVA »; before tax only while the session does not carry its VAT.
func Price(s enrolment.Session) string {
	net := Euros(s.Formation.PriceCents)
	taxed, known := s.TaxedCents()
	switch {
	case !known:
		return net + " hors taxes"
	case s.VAT.Exempt:
		return net + ", sans TVA"
	}
	return Euros(taxed) + " TTC (" + net + " HT)"
}
