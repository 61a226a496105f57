// Package report makes the organisation's lists and its annual report: plain tables of what the product holds, written for a French
// spreadsheet. What the product does not hold stays empty and is listed with where to find it; nothing is made up.
//
//   - table.go: a table and its cells
//   - lists.go: people, sessions, attendance, what to invoice, where people stop
//   - billing.go, yearly.go: what was invoiced and undone, and the yearly pedagogical and financial report
//   - annual.go: the report to the prefect and the CNFEL (CGCT, R1221-22-1)
//   - csv.go, xlsx.go: how a table is written
package report

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Table is one sheet. A row has a cell a column.
type Table struct {
	Name    string // of the sheet and the file, in ASCII: "personnes"
	Title   string
	Columns []string
	Rows    [][]Cell
}

// Cell is a string, an int, or one of the types below; nil is empty.
type Cell any

// Cents are euros, shown with two decimals.
type Cents int

// Minutes are shown as hours with two decimals.
type Minutes int

// Percent goes from 0 to 100.
type Percent float64

// Days have one decimal.
type Days float64

// Day is a day in Paris; the zero time is empty.
type Day time.Time

// Instant is shown with its hour, in Paris; the zero time is empty.
type Instant time.Time

func (t *Table) add(cells ...Cell) { t.Rows = append(t.Rows, cells) }

// Room is a session with its live files. People who cancelled are not among them: they are in Left, for the list that asks for them.
type Room struct {
	Session   enrolment.Session
	Formation enrolment.Formation // zero when it left the catalogue
	Files     []enrolment.Enrolment
	Left      []enrolment.Enrolment
	Groups    []enrolment.Enrolment // whose papers cover some of the files, for the lists that look at invoices
	Opinions  enrolment.Opinions    // of its people, added up
}

// attendees are those on the sheet to sign.
func (r Room) attendees() (on []enrolment.Enrolment) {
	for _, e := range r.Files {
		if e.Attendee() {
			on = append(on, e)
		}
	}
	return on
}

// closed tells whether the attendance of everybody is recorded.
func (r Room) closed() bool {
	on := r.attendees()
	for _, e := range on {
		if e.Attendance == nil {
			return false
		}
	}
	return len(on) > 0
}

// net and gross are what a file was promised, before tax and with it.
func net(e enrolment.Enrolment, s enrolment.Session) int { return e.Promised(s).Formation.PriceCents }

func gross(e enrolment.Enrolment, s enrolment.Session) (cents int, known bool) {
	return e.Promised(s).TaxedCents()
}
