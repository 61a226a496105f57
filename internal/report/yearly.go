package report

import (
	"strconv"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// inTheRoom is where a session that is not counted is closed.
const inTheRoom = "Page de la session, feuille de présence, puis « Clore la session »"

// sheets is what people and hours are counted from.
const sheets = "les présences relevées des sessions closes"

const of = "\u00a0: "

// Yearly makes the boxes of the yearly pedagogical and financial report (bilan pédagogique et financier), to be copied: what the product
// holds of the sessions that ended in the year, and for each box what is missing and what it is made of. Receipts are before tax: the
// invoices of these sessions less their credit notes, and the promised price of who came and has no invoice. Frames and words are the
// guide's, with their source; lines change from one edition to the next, so a box says in words what it counts.
func (d Desk) Yearly(rooms []Room, issued []enrolment.Invoice, year int) Table {
	t := Table{Name: "bilan-" + strconv.Itoa(year), Title: "Bilan pédagogique et financier " + strconv.Itoa(year), Columns: []string{
		"Cadre", "Ce qui est demandé", "Personnes", "Heures", "Montant HT", "Ce qui manque", "Où le trouver", "Calculé d’après",
	}}
	y := yearOf(rooms, issued, year)
	open := ""
	if y.open > 0 {
		open = guide.Count(y.open, "session finie n’est pas close et n’est pas comptée", "sessions finies ne sont pas closes et ne sont pas comptées")
	}
	for _, b := range d.Guide.Yearly {
		switch b.Key {
		case "receipts":
			for _, m := range enrolment.Modes {
				t.add(b.Place(m), b.Text+of+d.Guide.Mode(m).Title, nil, nil, Cents(y.receipts[m].cents()), open, where(open, inTheRoom), y.receipts[m].basis())
			}
		case "remote":
			t.add(b.Frame, b.Text, y.remote.people, Minutes(y.remote.minutes), nil, b.Missing, b.Where, sheets)
		case "taught":
			t.add(b.Frame, b.Text, nil, Minutes(y.taught), nil, b.Missing, b.Where, "la durée des demi-journées des sessions closes")
		case "trainees":
			for _, m := range enrolment.Modes {
				p := y.modes[m]
				t.add(b.Place(m), b.Text+of+d.Guide.Mode(m).Title, p.people, Minutes(p.minutes), nil, open, where(open, inTheRoom), sheets)
			}
		case "speciality":
			for _, theme := range y.order {
				p := y.themes[theme]
				t.add(b.Frame, b.Text+of+theme, p.people, Minutes(p.minutes), nil, b.Missing, b.Where, sheets)
			}
		default:
			t.add(b.Frame, b.Text, nil, nil, nil, b.Missing, b.Where, nil)
		}
	}
	return t
}

func where(missing, place string) string {
	if missing == "" {
		return ""
	}
	return place
}

type part struct{ people, minutes int }

func (p *part) add(minutes int) { p.people, p.minutes = p.people+1, p.minutes+minutes }

// yearSums are the sums of the sessions that ended in a year and are closed; of the receipts, all that is invoiced of those that ended.
type yearSums struct {
	modes        map[enrolment.Mode]*part
	receipts     map[enrolment.Mode]*receipts
	themes       map[string]*part
	order        []string // of the themes
	remote       part     // of the sessions held by video
	taught, open int      // minutes; sessions that are over and not closed
}

func yearOf(rooms []Room, issued []enrolment.Invoice, year int) yearSums {
	y := yearSums{modes: map[enrolment.Mode]*part{}, themes: map[string]*part{}, receipts: billedOf(issued, year)}
	for _, m := range enrolment.Modes {
		y.modes[m] = &part{}
	}
	for _, r := range rooms {
		s := r.Session
		if s.Status == enrolment.SessionCancelled || s.End().In(guide.Paris).Year() != year || len(r.attendees()) == 0 {
			continue
		}
		if !r.closed() {
			y.open++
			continue
		}
		for _, h := range s.HalfDays {
			y.taught += int(h.End.Sub(h.Start).Minutes())
		}
		for _, e := range r.attendees() {
			came := e.Attendance.Minutes()
			if came == 0 {
				continue
			}
			y.modes[e.Mode].add(came)
			y.theme(e.Promised(s).Formation.Theme).add(came)
			if s.Remote {
				y.remote.add(came)
			}
			if r.billed(e).Invoice == "" {
				p := y.receipts[e.Mode]
				p.people, p.promised = p.people+1, p.promised+net(e, s)
			}
		}
	}
	return y
}

func (y *yearSums) theme(name string) *part {
	if y.themes[name] == nil {
		y.themes[name] = &part{}
		y.order = append(y.order, name)
	}
	return y.themes[name]
}
