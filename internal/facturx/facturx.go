package facturx

import (
	"encoding/xml"
	"fmt"
	"regexp"
	"strings"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Name is that of the attachment, which the standard fixes; Profile what its claim calls the profile.
const (
	Name    = "factur-x.xml"
	Profile = "EN 16931"
)

// The codes of the standard. Identifiers say of which list they are: ISO 6523.
const (
	profile           = "urn:cen.eu:en16931:2017"
	service           = "S1" // cadre de facturation: services, not paid yet
	typeInvoice       = "380"
	typeCredit        = "381"
	siren, siretList  = "0002", "0009"
	dateFormat        = "102"
	seat              = "C62" // one
	transfer          = "30"
	vat               = "VAT"
	standard, exempt  = "S", "E"
	vatNumber, fiscal = "VA", "FC"
	euro, france      = "EUR", "FR"
)

// Subjects of notes that the French rules of electronic invoices name.
const (
	regulatory = "REG"
	penalties  = "PMD"
	recovery   = "PMT"
	discount   = "AAB"
	reason     = "ACD" // why a document is issued
)

// XML is the invoice, or the credit note, for machines.
func XML(i enrolment.Invoice) ([]byte, error) {
	body, err := xml.MarshalIndent(document(i), "", " ")
	if err != nil {
		return nil, fmt.Errorf("factur-x of %s: %w", i.Number(), err)
	}
	return append([]byte(xml.Header), body...), nil
}

func document(i enrolment.Invoice) invoiceXML {
	d := invoiceXML{
		RSM: "urn:un:unece:uncefact:data:standard:CrossIndustryInvoice:100",
		QDT: "urn:un:unece:uncefact:data:standard:QualifiedDataType:100",
		RAM: "urn:un:unece:uncefact:data:standard:ReusableAggregateBusinessInformationEntity:100",
		UDT: "urn:un:unece:uncefact:data:standard:UnqualifiedDataType:100",

		Process: service, Guideline: profile,
		ID: i.Number(), Type: typeInvoice, Issued: dateOf(i.At), Notes: notes(i),
		Lines: lines(i), Agreement: agreement(i),
		Settlement: settlement(i),
	}
	if i.Undoes != "" {
		d.Type = typeCredit
	}
	if len(i.HalfDays) > 0 {
		d.Delivered = &dated{dateOf(i.HalfDays[len(i.HalfDays)-1].End)}
	}
	return d
}

// notes are the paper's mentions. What is due when it is paid late is one text, frozen with the invoice, which says both the penalties
// and the recovery costs: each of the two subjects gets it whole. A credit note keeps those of its invoice, as the French rules want.
func notes(i enrolment.Invoice) (all []note) {
	o := i.Seller
	add := func(text, subject string) {
		if text = strings.TrimSpace(text); text != "" {
			all = append(all, note{text, subject})
		}
	}
	var legal []string
	for _, part := range []struct{ label, value string }{{"", o.LegalForm}, {"Déclaration d’activité n° ", o.NDA}, {"Agrément n° ", o.Agrement.Number}, {"Dossier ", i.Reference}} {
		if part.value != "" {
			legal = append(legal, part.label+part.value)
		}
	}
	add(strings.Join(legal, " · "), regulatory)
	add(i.Reason, reason)
	late := i.Late
	if first, rest, ok := strings.Cut(late, ". "); ok && strings.Contains(first, "escompte") {
		add(first+".", discount)
		late = rest
	}
	add(late, penalties)
	add(late, recovery)
	return all
}

func lines(i enrolment.Invoice) (all []line) {
	for n, l := range i.Lines {
		all = append(all, line{
			N:    n + 1,
			Name: i.Formation.Title, Description: l.Name + " : " + guide.Duration(l.Minutes) + " suivies sur " + guide.Duration(l.Planned),
			Price: amount(l.Cents), Quantity: quantity{seat, "1"},
			Tax: taxed{Type: vat, Category: category(i.VAT), Rate: rate(i.VAT)}, Total: amount(l.Cents),
		})
	}
	return all
}

func agreement(i enrolment.Invoice) agreementXML {
	a := agreementXML{Reference: i.Payer.Service, Seller: seller(i), Buyer: buyer(i.Payer)}
	if i.Payer.Commitment != "" {
		a.Order = &reference{ID: i.Payer.Commitment}
	}
	if i.Agreement != "" {
		a.Contract = &reference{ID: i.Agreement}
	}
	return a
}

func seller(i enrolment.Invoice) party {
	o := i.Seller
	p := identified(o.Name, o.SIRET)
	p.Contact = contactOf(o)
	p.Address = addressOf(strings.Join(o.Address, ", "))
	if number := o.VATNumber(); !i.VAT.Exempt && number != "" {
		p.Tax = &identifier{vatNumber, number}
	} else if p.Legal != nil {
		p.Tax = &identifier{fiscal, p.Legal.ID.Value}
	}
	return p
}

func buyer(b enrolment.Billed) party {
	p := identified(b.Name, b.SIRET)
	p.Address = addressOf(b.Address)
	return p
}

// identified is a party with all that its SIRET says: the establishment, the legal unit, and where networks reach it. Without one, its
// name alone.
func identified(name, siret string) party {
	p := party{Name: name}
	if len(siret) == 14 {
		p.Global = &identifier{siretList, siret}
		p.Legal = &legal{identifier{siren, siret[:9]}}
		p.Reached = &uri{identifier{siretList, siret}}
	}
	return p
}

func contactOf(o enrolment.Organisation) *contact {
	c := contact{Name: o.Representative.Name}
	if o.Phone != "" {
		c.Phone = &number{o.Phone}
	}
	if o.Email != "" {
		c.Email = &email{o.Email}
	}
	if c == (contact{}) {
		return nil
	}
	return &c
}

var postal = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^(?s)(.*?)[,\s]*\b(\d{5})\s+(\S.*)$`) })

// addressOf cuts an address where its postal code stands; one without any is a line.
func addressOf(s string) address {
	a := address{Line: s, Country: france}
	if m := postal().FindStringSubmatch(s); m != nil {
		a.Line, a.Code, a.City = m[1], m[2], m[3]
	}
	return a
}

func settlement(i enrolment.Invoice) settlementXML {
	net := i.Net()
	tax := i.VAT.Tax(net)
	s := settlementXML{
		Reference: i.Number(), Currency: euro,
		Tax:   taxed{Amount: amount(tax), Type: vat, Basis: amount(net), Category: category(i.VAT), Rate: rate(i.VAT)},
		Terms: &terms{i.Seller.PaymentTerms},
		Sums:  sums{amount(net), amount(net), money{euro, amount(tax)}, amount(net + tax), amount(net + tax)},
	}
	if i.VAT.Exempt {
		s.Tax.Reason, s.Tax.Code = i.VAT.Mention, exemption(i.VAT.Mention)
	}
	if iban := strings.Join(strings.Fields(i.Seller.IBAN), ""); iban != "" && i.Undoes == "" {
		s.Means = &means{Type: transfer, IBAN: iban}
	}
	if n := len(i.HalfDays); n > 0 {
		s.Period = &period{dateOf(i.HalfDays[0].Start), dateOf(i.HalfDays[n-1].End)}
	}
	if i.Undoes != "" {
		s.Terms = &terms{"Avoir : rien n’est à payer."}
		s.Undoes = &reference{ID: i.Undoes}
		if !i.UndoesAt.IsZero() {
			s.Undoes.Date = &dateText{dateFormat, dayOf(i.UndoesAt)}
		}
	}
	return s
}

// exemption is the code of the reason why there is no VAT; "" when the mention is none of those known, and then its words alone say it.
// The French article on training is that of the directive's on vocational training.
func exemption(mention string) string {
	plain := strings.Join(strings.FieldsFunc(mention, func(r rune) bool { return strings.ContainsRune(" \u00a0\u202f.,-–°", r) }), "")
	switch {
	case strings.Contains(plain, "293B"):
		return "VATEX-FR-FRANCHISE"
	case strings.Contains(plain, "26144"):
		return "VATEX-EU-132-1I"
	}
	return ""
}

func category(v enrolment.VAT) string {
	if v.Exempt {
		return exempt
	}
	return standard
}

// rate is 20.00 for 20 %.
func rate(v enrolment.VAT) string {
	if v.Exempt {
		return amount(0)
	}
	return amount(v.RateBasisPoints)
}

// amount writes hundredths as a decimal number.
func amount(hundredths int) string {
	sign := ""
	if hundredths < 0 {
		sign, hundredths = "-", -hundredths
	}
	return fmt.Sprintf("%s%d.%02d", sign, hundredths/100, hundredths%100)
}

func dayOf(t time.Time) string { return t.In(guide.Paris).Format("20060102") }

func dateOf(t time.Time) date { return date{dateText{dateFormat, dayOf(t)}} }
