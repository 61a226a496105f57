package document

import (
	"cmp"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Compose gives a paper as a value. It refuses what [Check] refuses.
func Compose(k Kind, in Input) (Paper, error) {
	if err := Check(k, in); err != nil {
		return Paper{}, err
	}
	in.Enrolment, in.Session, in.Formation, in.Organisation = in.Enrolment.OnPaper(in.Session, in.Formation, in.Organisation)
	c := &composer{Input: in, law: law{guide: in.Guide, at: in.Now}}
	p := Paper{
		Kind:    k,
		Title:   heading(k),
		Subject: in.Formation.Title,
		Author:  in.Organisation.Name,
		Head:    c.letterhead(),
		Logo:    in.Organisation.LogoImage,
		Foot:    c.foot(),
		Made:    in.Now,
	}
	composers[k](c, &p)
	if err := cmp.Or(c.err, c.law.err); err != nil {
		return Paper{}, fmt.Errorf("compose %s: %w", k, err)
	}
	p.clean()
	return p, nil
}

var composers = map[Kind]func(*composer, *Paper){
	Programme:        (*composer).programme,
	Devis:            (*composer).devis,
	Convention:       (*composer).convention,
	DemandeMaire:     (*composer).demandeMaire,
	Contrat:          (*composer).contrat,
	Convocation:      (*composer).convocation,
	DemandeEmployeur: (*composer).demandeEmployeur,
	Emargement:       (*composer).emargement,
	Certificat:       (*composer).certificat,
	Certificats:      (*composer).certificats,
	Facture:          (*composer).facture,
	Signed:           (*composer).signedOnline,
}

// composer writes the parts that papers share.
type composer struct {
	Input
	law law
	err error // why a part could not be written
}

func (c *composer) letterhead() []string {
	o := c.Organisation
	return append(append([]string{o.Name}, o.Address...), joined(" · ", phone(o.Phone), o.Email))
}

func (c *composer) foot() string {
	o := c.Organisation
	return joined(" · ", o.Name, o.LegalForm, labelled("SIRET ", siret(o.SIRET)), labelled("Agrément"+nbsp+"n°"+nbsp, o.Agrement.Number))
}

// made is the line that dates a paper.
func (c *composer) made() string { return "Édité le " + day(c.Now) }

func (c *composer) organisationFields() Fields {
	o := c.Organisation
	return filled(
		Field{"Raison sociale", joined(", ", o.Name, o.LegalForm)},
		Field{"Adresse", strings.Join(o.Address, ", ")},
		Field{"SIRET", siret(o.SIRET)},
		Field{"Déclaration d’activité", declaration(o)},
		Field{"Agrément ministériel", c.agrement()},
		Field{"Certification Qualiopi", labelled("n°"+nbsp, o.Qualiopi)},
		Field{"Représentant", joined(", ", o.Representative.Name, o.Representative.Function)},
		Field{"Contact", joined(", ", phone(o.Phone), o.Email)},
	)
}

func declaration(o enrolment.Organisation) string {
	if o.NDA == "" {
		return ""
	}
	return joined(", ", "n°"+nbsp+o.NDA, o.NDARegion)
}

func (c *composer) agrement() string {
	a := c.Organisation.Agrement
	return fmt.Sprintf("n°%s%s, valable du %s au %s", nbsp, a.Number, isoDay(a.Start), isoDay(a.End))
}

func (c *composer) personFields() []Field {
	e := c.Enrolment
	return []Field{
		{"Participant", joined(" ", e.Person.Title, e.Person.FullName())},
		{"Mandat", e.Mandate.Kind.Called(e.Person)},
		{"Collectivité", e.Mandate.Authority},
	}
}

// participantFields name who is trained; the table of prices names each of a group.
func (c *composer) participantFields() []Field {
	if c.Enrolment.Group == nil && c.Enrolment.PaidBy != nil { // the élu's own collectivité is another than the one that signs
		return c.personFields()
	}
	if c.Enrolment.Group == nil {
		return c.personFields()[:2]
	}
	var names []string
	for _, l := range c.Enrolment.Seated() {
		names = append(names, l.Name+" ("+lowered(l.Mandate.Label())+")")
	}
	return []Field{{"Participants", strings.Join(names, nbsp+"; ")}}
}

func lowered(s string) string {
	first, size := utf8.DecodeRuneInString(s)
	return string(unicode.ToLower(first)) + s[size:]
}

func (c *composer) sessionFields() []Field {
	fields := []Field{
		{"Durée", hours(c.Formation.Hours) + ", en " + count(len(c.Session.HalfDays), "demi-journée", "demi-journées")},
		{dates(len(c.days())), strings.Join(c.days(), nbsp+"; ")},
		{"Lieu", c.place()},
	}
	return fields
}

func dates(days int) string {
	if days > 1 {
		return "Dates et horaires"
	}
	return "Date et horaires"
}

func (c *composer) place() string {
	if c.Session.Remote {
		return c.Session.Place
	}
	return joined(", ", c.Session.Place, c.Session.Address)
}

// days tells the session day by day: "jeudi 11 mars 2027, de 9 h à 12 h 30 et de 14 h à 16 h 30".
func (c *composer) days() []string {
	var days []string
	for i, half := range c.Session.HalfDays {
		span := "de " + clock(half.Start) + " à " + clock(half.End)
		if !opensDay(c.Session, i) {
			days[len(days)-1] += " et " + span
			continue
		}
		days = append(days, weekday(half.Start)+", "+span)
	}
	return days
}

// period is "le 11 mars 2027" or "du 11 mars 2027 au 12 mars 2027".
func (c *composer) period() string {
	first, last := day(c.Session.Start()), day(c.Session.End())
	if first == last {
		return "le " + first
	}
	return "du " + first + " au " + last
}

func (c *composer) amounts() amounts { return price(c.Organisation.VAT, c.Formation.PriceCents) }

// priceLine is the price in words for a paper without a table of totals.
func (c *composer) priceLine() string {
	a := c.amounts()
	if c.Organisation.VAT.Exempt {
		return euros(a.total) + " par participant. " + c.Organisation.VAT.Mention
	}
	return fmt.Sprintf("%s HT, soit %s TTC par participant (TVA %s%s: %s)", euros(a.net), euros(a.total),
		percent(c.Organisation.VAT.RateBasisPoints), nbsp, euros(a.vat))
}

// priceTable is the seat, or a line for each person of a group, its price, VAT or the reason why there is none, and the total.
func (c *composer) priceTable() []Block {
	one, vat := c.amounts(), c.Organisation.VAT
	designation := fmt.Sprintf("Formation «%s%s%s», %s, %s", nbsp, c.Formation.Title, nbsp, hours(c.Formation.Hours), c.period())
	rows, a := [][]string{{designation, "1" + nbsp + "place", euros(one.net), euros(one.net)}}, one
	if c.Enrolment.Group != nil {
		rows, a = nil, price(vat, c.Formation.PriceCents*len(c.Enrolment.Seated()))
		for _, l := range c.Enrolment.Seated() {
			rows = append(rows, []string{designation + ", pour " + l.Name, "1" + nbsp + "place", euros(one.net), euros(one.net)})
		}
	}
	table := Table{
		Columns: []Column{{"Désignation", 46, false}, {"Quantité", 16, true}, {"Prix unitaire HT", 19, true}, {"Total HT", 19, true}},
		Rows:    rows,
		Totals:  []Field{{"Total HT", euros(a.net)}, {"TVA " + percent(vat.RateBasisPoints), euros(a.vat)}, {"Total TTC", euros(a.total)}},
	}
	blocks := []Block{table}
	if vat.Exempt {
		table.Totals = []Field{{"Total HT", euros(a.net)}, {"TVA", "néant"}, {"Total à payer", euros(a.total)}}
		blocks = []Block{table, Paragraph{Text: vat.Mention}}
	}
	return append(blocks, Paragraph{Text: "Coût horaire HT par participant" + nbsp + ": " + euros(hourly(one.net, c.Formation.Hours)) + "."})
}

func (c *composer) organisationBox() Box {
	r := c.Organisation.Representative
	return Box{Title: "Pour l’organisme", Lines: []string{c.Organisation.Name, joined(", ", r.Name, r.Function), "Date et signature" + nbsp + ":"}}
}

// filled keeps the fields that have a value: an empty one would be a line to fill in.
func filled(fields ...Field) Fields {
	var f Fields
	for _, field := range fields {
		if field.Value != "" {
			f.Fields = append(f.Fields, field)
		}
	}
	return f
}

// blanks are lines to fill in by hand.
func blanks(labels ...string) Fields {
	var f Fields
	for _, label := range labels {
		f.Fields = append(f.Fields, Field{Label: label})
	}
	return f
}

// joined joins what is not empty.
func joined(separator string, parts ...string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, separator)
}

func labelled(label, value string) string {
	if value == "" {
		return ""
	}
	return label + value
}

// siret writes 14 digits as people read them; anything else comes back as it is.
func siret(s string) string {
	if len(s) != 14 {
		return s
	}
	return s[:3] + nnbsp + s[3:6] + nnbsp + s[6:9] + nnbsp + s[9:]
}

// municipal tells whether the mandate is held in a commune, whose head is the maire.
func municipal(k enrolment.MandateKind) bool {
	switch k {
	case "conseiller-municipal", "adjoint", "maire", "conseiller-arrondissement":
		return true
	}
	return false
}
