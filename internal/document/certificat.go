package document

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// certificat says what a person really attended, half-day by half-day, as the session's closing recorded it.
func (c *composer) certificat(p *Paper) {
	e, o := c.Enrolment, c.Organisation
	record := *e.Attendance
	p.Notice = "Dossier " + e.Reference + " · " + c.made()
	table := Table{Columns: []Column{{"Demi-journée", 52, false}, {"Présence", 24, false}, {"Durée suivie", 24, true}}}
	for _, s := range record.Sittings {
		half := enrolment.HalfDay{Start: s.Start, End: s.Start.Add(minutes(s.Planned))}
		table.Rows = append(table.Rows, []string{
			weekday(half.Start) + ", de " + clock(half.Start) + " à " + clock(half.End), attendance[s.Presence], guide.Duration(s.Minutes),
		})
	}
	table.Totals = []Field{{"Durée prévue", guide.Duration(record.Planned())}, {"Durée suivie", guide.Duration(record.Minutes())}}
	r := o.Representative
	p.Parts = []Part{{Blocks: []Block{
		Paragraph{Text: joined(", ", r.Name, r.Function) + ", représentant l’organisme de formation " + o.Name + ", atteste que " + joined(" ", e.Person.Title, e.Person.FullName()) +
			" a suivi l’action de formation «" + nbsp + c.Formation.Title + nbsp + "», qui s’est déroulée " + c.period() + ", pendant " + guide.Duration(record.Minutes()) + "."},
		Fields{append(c.personFields()[1:], Field{"Thème du répertoire", c.Formation.Theme}, Field{"Lieu", c.place()})},
		Heading{"Ce qui a été suivi"},
		table,
		Paragraph{Text: c.law.say("certificate-proofs")},
		Paragraph{Text: joined(" · ", labelled("Déclaration d’activité ", declaration(o)), "Agrément ministériel "+c.agrement(), labelled("Qualiopi n°"+nbsp, o.Qualiopi))},
		Signatures{[]Box{c.organisationBox()}},
	}}}
}

var attendance = map[enrolment.Presence]string{enrolment.Present: "présence", enrolment.Absent: "absence", enrolment.Excused: "absence excusée"}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
