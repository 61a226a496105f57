package wiring_test

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/guide"
)

var paris = guide.Paris

// theYear is the one that is lived. The clock of the product begins in January of the year before.
const (
	theYear   = 2028
	ofTheYear = 40  // sessions that end in it, the cancelled one included
	inAll     = 500 // who enrol on them
)

// year is an organisation that lives a year: what it does goes through the handlers of the public site, of the team and of the trainer's
// link, and is written down in the books of the test.
type year struct {
	*product
	books
	staff   func(method, path, body string, headers ...string) answer
	random  *rand.Rand
	courses []*course
	rate    int // of VAT today, in basis points
	events  []event
	writing sync.Mutex // of the books' papers
}

// event is something that happens at its time.
type event struct {
	at   time.Time
	what string
	do   func() error
}

func (y *year) then(at time.Time, what string, do func() error) {
	y.events = append(y.events, event{at, what, do})
}

// TestAYearClosedAddsUpToWhatIsSummedApart: forty sessions, five hundred people, lived act by act; then every list, report and figure of
// the year is asked from the product and held against the books of the test.
func TestAYearClosedAddsUpToWhatIsSummedApart(t *testing.T) {
	y := openYear(t)
	y.plan()
	y.live()
	y.checkAll()
}

func openYear(t *testing.T) *year {
	p := newProduct(t, func(c *config.Config) { // too many requests are refused elsewhere
		c.AbusePerSource, c.AbusePerEmail, c.AbuseUnprovedFree, c.AbuseUnprovedMost = 10*inAll, inAll, inAll, inAll
	})
	y := &year{product: p, staff: p.staff(), random: rand.New(rand.NewPCG(14, theYear)), rate: 2000}
	day := []slot{{0, "09:00", "12:30"}, {0, "14:00", "17:30"}}
	y.courses = []*course{
		{slug: "budget-communal", theme: "Finances et fiscalité locales", cents: 53000, capacity: 15, halves: day},
		{slug: "prise-de-parole", theme: "Communication et prise de parole", cents: 109000, capacity: 10, halves: append(slices.Clone(day), slot{1, "09:00", "12:30"}, slot{1, "14:00", "17:30"})},
		{slug: "urbanisme-plu", theme: "Urbanisme et aménagement", cents: 54500, capacity: 15, remote: true, halves: day},
		{slug: "deontologie", theme: "Statut de l’élu et déontologie", cents: 42000, capacity: 15, remote: true, halves: []slot{{0, "18:00", "21:00"}, {7, "18:00", "21:00"}}},
		{slug: "journee-nouveaux-elus", theme: "Fondamentaux de l’action publique locale", cents: 24000, capacity: 24, noDIFE: true, halves: []slot{{0, "09:30", "12:30"}, {0, "14:00", "17:00"}}},
	}
	return y
}

// Sessions to which something happens that happens to no other.
const (
	astride  = 3  // begins in the year before, six weeks ahead of its end
	full     = 10 // people wait
	annulled = 17 // the organisation cancels it
	lastDays = 38 // two evenings in a row: a week apart, it would end in the year after
	newYear  = 39 // invoiced around midnight of the last day of the year
)

// plan makes the sessions and the people of the year, and says when what happens.
func (y *year) plan() {
	day := func(year, month, day int) time.Time {
		return time.Date(year, time.Month(month), day, 10, 0, 0, 0, paris)
	}
	for i := range ofTheYear {
		first := day(theYear, 1, 11+9*i)
		for first.Weekday() == time.Saturday || first.Weekday() == time.Sunday {
			first = first.AddDate(0, 0, 1)
		}
		c := y.courses[i%len(y.courses)]
		halves, seats := c.halves, []int{12, 9, 13, 11, 16}[i%5]
		switch i {
		case astride:
			first, halves = day(theYear-1, 11, 23), []slot{{0, "18:00", "21:00"}, {45, "18:00", "21:00"}}
		case lastDays:
			halves = []slot{{0, "18:00", "21:00"}, {1, "18:00", "21:00"}}
		case full:
			seats = c.capacity + 2
		case 0, 5, 15, 20, 25:
			seats++
		}
		y.lesson(c, first, halves, seats)
	}
	if n := len(y.guests) + len(unexpected); n != inAll || len(y.lessons) != ofTheYear {
		y.Fatalf("%d people, %d sessions", n, len(y.lessons))
	}
	y.lesson(y.courses[0], day(theYear-1, 12, 14), y.courses[0].halves, 3) // of the year before
	y.lesson(y.courses[3], day(theYear, 12, 28), y.courses[3].halves, 3)   // of the year after
	y.then(day(theYear-1, 10, 1), "the sessions are published", y.publishAll)
	y.then(day(theYear, 4, 3), "a price changes", func() error { return y.reprice(y.courses[0], 54505) })
	y.then(day(theYear, 6, 2), "the organisation is exempt of VAT", func() error { return y.vat(0) })
	y.then(day(theYear, 9, 1), "it is not any more", func() error { return y.vat(550) })
	for i, l := range y.lessons {
		y.people(i, l)
		y.schedule(i, l)
	}
}

// lesson adds a session of so many people.
func (y *year) lesson(c *course, first time.Time, halves []slot, seats int) {
	l := &lesson{course: c, capacity: c.capacity, minimum: min(c.capacity, []int{4, 5, 14}[len(y.lessons)%3])}
	for _, s := range halves {
		at := func(clock string) time.Time {
			t, err := time.ParseInLocation("2006-01-02 15:04", first.AddDate(0, 0, s.day).Format(time.DateOnly)+" "+clock, paris)
			if err != nil {
				y.Fatal(err)
			}
			return t
		}
		l.halves = append(l.halves, half{at(s.from), at(s.to)})
	}
	y.lessons = append(y.lessons, l)
	for range seats {
		y.guest(l)
	}
}

// guest is one more person of a session.
func (y *year) guest(l *lesson) *guest {
	n := len(y.guests)
	g := &guest{n: n, lesson: l, first: []string{"Awa", "Luc", "Maëlys", "Inès", "Paul"}[n%5], last: fmt.Sprintf("Numéro %c%c%c", 'A'+n/100, 'A'+n/10%10, 'A'+n%10)}
	g.mode = []string{"dife", "collectivite", "personnel"}[y.random.IntN(3)]
	if l.course.noDIFE && g.mode == "dife" {
		g.mode = "collectivite"
	}
	y.guests = append(y.guests, g)
	return g
}

// people says who of a session comes by a mairie, and to whom something happens before the day.
func (y *year) people(i int, l *lesson) {
	all := y.of(l)
	last := all[len(all)-1]
	last.fate = []string{cancels, moves, another, paysElse}[i%4]
	if i%2 == 0 && i < ofTheYear {
		l.group = &party{members: slices.Clone(all[:4])}
		for _, g := range l.group.members {
			g.group, g.mode = l.group, "collectivite"
		}
		l.group.members[0].fate = map[int]string{0: cancels, 2: paysAlone, 6: moves}[i%8]
	}
	if i == full {
		last.fate, last.waits = "", true
		all[15].fate, all[15].waits, all[14].fate = takes, true, cancels
	}
	for _, g := range all {
		if g.fate == moves && (i+5 == full || i+5 >= ofTheYear) {
			g.fate = cancels
		}
		if g.fate == another {
			g.mode = "collectivite"
		}
	}
}

// What happens to somebody before the day.
const (
	cancels   = "cancels"
	moves     = "goes to another session"
	another   = "another organisation pays"
	paysElse  = "pays in another way"
	paysAlone = "leaves the group, and pays alone"
	takes     = "takes the seat that is offered"
)

// unexpected are those who come without a file, and how they pay.
var unexpected = map[int]string{20: "personnel", 24: "collectivite"}

// schedule says when a session's people enrol, change, come, and are invoiced.
func (y *year) schedule(i int, l *lesson) {
	y.then(l.starts().AddDate(0, 0, -50), "people enrol", func() error { return y.enrolAll(i, l) })
	y.then(l.starts().AddDate(0, 0, -20), "some change", func() error { return each(y.of(l), y.meets) })
	if i == full {
		y.then(l.starts().AddDate(0, 0, -20).Add(2*time.Hour), "who was offered a seat takes it", func() error { return each(y.of(l), y.takes) })
	}
	if i == annulled {
		y.then(l.starts().AddDate(0, 0, -15), "it is cancelled", func() error { return y.annul(l) })
		return
	}
	y.then(l.starts(), "it begins", func() error { l.cents = l.course.cents; return nil })
	if mode, somebody := unexpected[i]; somebody {
		y.then(l.ends().Add(-2*time.Hour), "somebody comes unexpected", func() error { return y.arrives(l, mode) })
	}
	y.then(l.ends().Add(-10*time.Minute), "the sheet", func() error { return y.teach(i, l) })
	y.then(l.ends().Add(time.Hour), "it is closed", func() error { return y.close(l) })
	if i == newYear {
		midnight := time.Date(theYear+1, 1, 1, 0, 0, 0, 0, paris)
		bills := y.billsOf(l)
		y.then(midnight.Add(-time.Minute), "half is invoiced", func() error { return each(bills()[:5], y.issue) })
		y.then(midnight.Add(time.Minute), "and the rest", func() error { return each(bills()[5:], y.issue) })
	} else {
		y.then(l.ends().AddDate(0, 0, 5), "it is invoiced", func() error { return each(y.billsOf(l)(), y.issue) })
	}
	y.then(l.ends().AddDate(0, 0, 25), "some of it is undone", func() error { return each(y.some(l, 6), y.credit) })
	y.then(l.ends().AddDate(0, 0, 26), "and some of that invoiced anew", func() error { return each(y.again(l), y.issue) })
}

// live lets everything happen in its order. What happens at once does so to several people at a time.
func (y *year) live() {
	slices.SortStableFunc(y.events, func(a, b event) int { return a.at.Compare(b.at) })
	for _, e := range y.events {
		y.advance(max(0, e.at.Sub(y.now())))
		if err := e.do(); err != nil {
			y.Fatalf("%s, %s: %v", e.at.Format(time.DateTime), e.what, err)
		}
	}
	y.advance(10 * 24 * time.Hour)
}

// each does something to all, three at a time (more addresses unproved at once would ask for a proof of work), and gives what went wrong.
func each[T any](all []T, do func(T) error) error {
	faults, next, lines := make([]error, len(all)), make(chan int), sync.WaitGroup{}
	for range 3 {
		lines.Go(func() {
			for i := range next {
				faults[i] = do(all[i])
			}
		})
	}
	for i := range all {
		next <- i
	}
	close(next)
	lines.Wait()
	return errors.Join(faults...)
}
