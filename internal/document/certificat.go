package document

import (
	"cmp"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// certificat says what a person really attended, half-day by half-day, as the session's closing recorded it.
func (c *composer) certificat(p *Paper) {
	p.Notice = "Dossier " + c.Enrolment.Reference + " · " + c.made()
	p.Parts = []Part{{Blocks: c.attested()}}
}

// certificats are those of a group, by name, a page each: who prints them may give each their own.
func (c *composer) certificats(p *Paper) {
	p.Notice = "Dossier du groupe" + nbsp + ": " + c.Enrolment.Reference + " · " + c.made()
	for _, e := range attending(c.Attendees) {
		member := *c
		member.Enrolment, member.Session, member.Formation, member.Organisation = e.OnPaper(c.Session, c.Formation, c.Organisation)
		p.Parts = append(p.Parts, Part{Label: "Dossier " + e.Reference, Title: heading(Certificat), Blocks: member.attested()})
		c.law.err = cmp.Or(c.law.err, member.law.err)
	}
}

func (c *composer) attested() []Block {
	e, o := c.Enrolment, c.Organisation
	record := *e.Attendance
	table := Table{Columns: []Column{{"Demi-journée", 52, false}, {"Présence", 24, false}, {"Durée suivie", 24, true}}}
	for _, s := range record.Sittings {
		half := enrolment.HalfDay{Start: s.Start, End: s.Start.Add(minutes(s.Planned))}
		table.Rows = append(table.Rows, []string{
			weekday(half.Start) + ", de " + clock(half.Start) + " à " + clock(half.End), attendance[s.Presence], guide.Duration(s.Minutes),
		})
	}
	table.Totals = []Field{{"Durée prévue", guide.Duration(record.Planned())}, {"Durée suivie", guide.Duration(record.Minutes())}}
	r := o.Representative
	return []Block{
		Paragraph{Text: joined(", ", r.Name, r.Function) + ", représentant l’organisme de formation " + o.Name + ", atteste que " + joined(" ", e.Person.Title, e.Person.FullName()) +
			" a suivi l’action de formation «" + nbsp + c.Formation.Title + nbsp + "», qui s’est déroulée " + c.period() + ", pendant " + guide.Duration(record.Minutes()) + "."},
		Fields{append(c.personFields()[1:], Field{"Thème du répertoire", c.Formation.Theme}, Field{"Lieu", c.place()})},
		Heading{"Ce qui a été suivi"},
		table,
		Paragraph{Text: c.law.say("certificate-proofs")},
		Paragraph{Text: joined(" · ", labelled("Déclaration d’activité ", declaration(o)), "Agrément ministériel "+c.agrement(), labelled("Qualiopi n°"+nbsp, o.Qualiopi))},
		Signatures{[]Box{c.organisationBox()}},
	}
}

var attendance = map[enrolment.Presence]string{enrolment.Present: "présence", enrolment.Absent: "absence", enrolment.Excused: "absence excusée"}

func minutes(n int) time.Duration { return time.Duration(n) * time.Minute }
