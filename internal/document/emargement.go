package document

import (
	"cmp"
	"slices"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// perSheet is how many half-days fit side by side with room to sign.
const perSheet = 4

// emargement is the attendance sheet of a session: who holds a seat, a column to sign in for each half-day.
func (c *composer) emargement(p *Paper) {
	p.Notice = c.Formation.Title + " · " + c.place()
	present := attending(c.Attendees)
	for halves := range slices.Chunk(c.Session.HalfDays, perSheet) {
		p.Parts = append(p.Parts, Part{Blocks: []Block{
			Paragraph{Text: c.law.say("attendance-sign")},
			sheet(present, halves),
			Fields{[]Field{{"Formateur (nom)", ""}}},
		}})
	}
}

// attending keeps the files that hold a seat, by name. People who cancelled never appear.
func attending(all []enrolment.Enrolment) []enrolment.Enrolment {
	var kept []enrolment.Enrolment
	for _, e := range all {
		if e.Status.HoldsSeat() && e.Status != enrolment.Offered && !e.Decoy {
			kept = append(kept, e)
		}
	}
	slices.SortStableFunc(kept, func(a, b enrolment.Enrolment) int {
		return cmp.Or(cmp.Compare(folded(a.Person.LastName), folded(b.Person.LastName)), cmp.Compare(folded(a.Person.FirstName), folded(b.Person.FirstName)))
	})
	return kept
}

func sheet(present []enrolment.Enrolment, halves []enrolment.HalfDay) Table {
	const names = 32.0
	table := Table{Columns: []Column{{"Participant", names, false}}, Tall: true}
	for _, half := range halves {
		title := shortDay(half.Start) + " " + clock(half.Start) + "–" + clock(half.End)
		table.Columns = append(table.Columns, Column{title, (100 - names) / float64(len(halves)), false})
	}
	for _, e := range present {
		table.Rows = append(table.Rows, append([]string{e.Person.FullName() + ", " + e.Mandate.Authority}, make([]string, len(halves))...))
	}
	table.Rows = append(table.Rows, append([]string{"Signature du formateur"}, make([]string, len(halves))...))
	return table
}
