package document

import (
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"
	_ "time/tzdata" // the Lambda runtime has no time zones of its own
)

// paris is where every session is told: Europe/Paris.
var paris = sync.OnceValue(func() *time.Location {
	location, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		panic("document: time/tzdata lacks Europe/Paris: " + err.Error())
	}
	return location
})

const (
	nbsp  = "\u00a0" // before : and €, between a number and what it counts
	nnbsp = "\u202f" // before ; ! ? and between thousands
)

var (
	weekdays = [...]string{"dimanche", "lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi"}
	months   = [...]string{"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}
)

// day is a date in Paris: "1er mars 2027".
func day(t time.Time) string {
	t = t.In(paris())
	number := strconv.Itoa(t.Day())
	if t.Day() == 1 {
		number = "1er"
	}
	return number + nbsp + months[t.Month()-1] + nbsp + strconv.Itoa(t.Year())
}

// weekday is a date in Paris with its day of the week: "lundi 1er mars 2027".
func weekday(t time.Time) string {
	return weekdays[t.In(paris()).Weekday()] + nbsp + day(t)
}

// clock is an hour in Paris: "9 h", "13 h 30".
func clock(t time.Time) string {
	t = t.In(paris())
	if t.Minute() == 0 {
		return fmt.Sprintf("%d%sh", t.Hour(), nbsp)
	}
	return fmt.Sprintf("%d%sh%s%02d", t.Hour(), nbsp, nbsp, t.Minute())
}

// isoDay writes a stored day ("2027-06-30") as people read it; what is not such a day comes back as it is.
func isoDay(s string) string {
	t, err := time.ParseInLocation(time.DateOnly, s, paris())
	if err != nil {
		return s
	}
	return day(t)
}

// euros writes cents: "1 234,50 €".
func euros(cents int) string {
	sign := ""
	if cents < 0 {
		sign, cents = "−", -cents
	}
	return fmt.Sprintf("%s%s,%02d%s€", sign, thousands(cents/100), cents%100, nbsp)
}

func thousands(n int) string {
	digits := strconv.Itoa(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteString(nnbsp)
		}
		b.WriteRune(d)
	}
	return b.String()
}

// hours writes a duration of training: "1 heure", "6 heures", "10,5 heures".
func hours(h float64) string {
	number := strings.Replace(strconv.FormatFloat(h, 'f', -1, 64), ".", ",", 1)
	if h < 2 {
		return number + nbsp + "heure"
	}
	return number + nbsp + "heures"
}

// percent writes basis points: "20 %", "5,5 %".
func percent(basisPoints int) string {
	return strings.Replace(strconv.FormatFloat(float64(basisPoints)/100, 'f', -1, 64), ".", ",", 1) + nbsp + "%"
}

// count writes a number and the word it counts: "1 demi-journée", "4 demi-journées".
func count(n int, singular, plural string) string {
	if n < 2 {
		return strconv.Itoa(n) + nbsp + singular
	}
	return strconv.Itoa(n) + nbsp + plural
}

// shortDay is a date for a narrow column: "11/03/2027".
func shortDay(t time.Time) string { return t.In(paris()).Format("02/01/2006") }

// phone writes a stored number (E.164) of mainland France as people read it, any other as it is, never cut by a line.
func phone(s string) string {
	if national, ok := strings.CutPrefix(s, "+33"); ok && len(national) == 9 {
		s = "0" + national[:1]
		for i := 1; i < 9; i += 2 {
			s += " " + national[i:i+2]
		}
	}
	return unbroken(s)
}

// unbroken keeps a text on one line.
func unbroken(s string) string { return strings.ReplaceAll(s, " ", nbsp) }
