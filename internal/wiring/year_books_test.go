package wiring_test

import (
	"fmt"
	"math"
	"time"
)

// The books of a year, as a clerk who trusts no software would keep them: what was done, written down when it is done, with amounts worked
// out here. Nothing of them is read back from the product, and none of its arithmetic is used.

// course is a formation: its price is what the organisation asks today.
type course struct {
	slug, theme string
	cents       int // before tax
	capacity    int
	remote      bool
	noDIFE      bool
	halves      []slot
}

// slot is a half-day, so many days after the first, in hours and minutes of Paris.
type slot struct {
	day      int
	from, to string
}

// lesson is a session.
type lesson struct {
	course            *course
	id                string
	halves            []half
	capacity, minimum int
	group             *party // nil when nobody comes by a mairie
	cancelled         bool
	cents             int // what it asks once it has begun
}

type half struct{ start, end time.Time }

func (h half) minutes() int { return int(h.end.Sub(h.start).Minutes()) }

func (l *lesson) starts() time.Time { return l.halves[0].start }

func (l *lesson) ends() time.Time { return l.halves[len(l.halves)-1].end }

func (l *lesson) minutes() int { return sum(l.halves, half.minutes) }

// year is the one it counts in: that of its end.
func (l *lesson) year() int { return l.ends().In(paris).Year() }

// guest is somebody with a file.
type guest struct {
	n             int
	first, last   string
	lesson        *lesson
	group         *party // whose papers cover them
	mode          string
	fate          string // what happens to them before the day
	cents, rate   int    // promised: before tax, and the VAT in basis points
	id, reference string
	bearer        string // of their link, when they enrolled by the site
	ticked        bool   // they did the first step of their way of paying
	left, waits   bool
	marks         []mark // of the half-days
	bill          *issued
	undone        []string // invoices, with their credit notes
}

// mark is what is known of somebody at a half-day; without a presence, nobody said.
type mark struct {
	presence string
	minutes  int
}

func (g *guest) email() string { return fmt.Sprintf("elu%03d@annee.example", g.n) }

func (g *guest) promise(cents, rate int) { g.cents, g.rate = cents, rate }

// taxed is what they were promised to pay.
func (g *guest) taxed() int { return g.cents + taxOn(g.cents, g.rate) }

func (g *guest) minutes() int { return sum(g.marks, func(m mark) int { return m.minutes }) }

// seated tells whether they are on the sheet of a session that takes place.
func (g *guest) seated() bool { return !g.left && !g.waits && !g.lesson.cancelled }

func (g *guest) came() bool { return g.seated() && g.minutes() > 0 }

// party is a group of a mairie.
type party struct {
	id, reference string
	members       []*guest
}

// covered are those of it whom its papers cover still.
func (p *party) covered() (all []*guest) {
	for _, g := range p.members {
		if g.group == p && g.seated() {
			all = append(all, g)
		}
	}
	return all
}

// bill is what is invoiced at once: to a group, or to somebody on their own.
type bill struct {
	lesson   *lesson
	party    *party // nil for somebody
	guest    *guest
	mode     string
	id       string // of the file
	prorated bool
}

// issued is an invoice, or the credit note that undoes one.
type issued struct {
	bill     bill
	number   string
	at       time.Time
	lines    int
	net, tax int
	undoes   string
}

func (p *issued) year() int { return p.at.In(paris).Year() }

// sign is -1 for a credit note.
func (p *issued) sign() int {
	if p.undoes != "" {
		return -1
	}
	return 1
}

// taxOn is the VAT of an amount: to the nearest cent.
func taxOn(net, rate int) int { return int(math.Round(float64(net) * float64(rate) / 10000)) }

// share is a price for the time attended: to the nearest cent.
func share(cents, minutes, whole int) int {
	return int(math.Round(float64(cents) * float64(minutes) / float64(whole)))
}

type books struct {
	lessons []*lesson
	guests  []*guest
	papers  []*issued
}

// of are the people of a session, whatever became of them.
func (b *books) of(l *lesson) []*guest {
	return only(b.guests, func(g *guest) bool { return g.lesson == l })
}

// seated are those on its sheet.
func (b *books) seated(l *lesson) []*guest { return only(b.of(l), (*guest).seated) }

// on are those on the sheets of the sessions that ended in a year.
func (b *books) on(year int) []*guest {
	return only(b.guests, func(g *guest) bool { return g.seated() && g.lesson.year() == year })
}

// came are those of them who did.
func (b *books) came(year int) []*guest { return only(b.on(year), (*guest).came) }

// held are the sessions that took place and ended in a year.
func (b *books) held(year int) []*lesson {
	return only(b.lessons, func(l *lesson) bool { return !l.cancelled && l.year() == year })
}

func only[T any](all []T, is func(T) bool) (some []T) {
	for _, one := range all {
		if is(one) {
			some = append(some, one)
		}
	}
	return some
}

// sum adds up some of a list.
func sum[T any](all []T, of func(T) int) (n int) {
	for _, one := range all {
		n += of(one)
	}
	return n
}
