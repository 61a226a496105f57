package document

import (
	"cmp"
	"fmt"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/facturx"
	"github.com/echarpe/echarpe/internal/guide"
)

// facture is an invoice as it was issued: all it says comes from the invoice itself, and nothing from what is true since.
func (c *composer) facture(p *Paper) {
	i := *c.Invoice
	p.Data, c.err = facturx.XML(i)
	if i.Undoes != "" {
		c.avoir(p, i)
		return
	}
	p.Title, p.Made = "Facture n°"+nbsp+i.Number(), i.At
	p.Notice = "Émise le " + day(i.At) + " · dossier " + i.Reference
	blocks := []Block{
		Heading{"Organisme de formation"},
		sellerFields(c.organisationFields(), i),
		Heading{"Facturé à"},
		payerFields(i),
		Heading{"Formation"},
		Fields{append(filled(Field{"Intitulé", i.Formation.Title}, Field{"Thème du répertoire", i.Formation.Theme}).Fields, c.sessionFields()...)},
		Heading{"Prix"},
	}
	blocks = append(blocks, invoiceTable(i)...)
	p.Parts = []Part{{Blocks: append(blocks,
		Heading{"Paiement"},
		Paragraph{Text: c.Organisation.PaymentTerms},
		Paragraph{Text: i.Late},
		Paragraph{Text: labelled("IBAN"+nbsp+": ", unbroken(c.Organisation.IBAN))},
		Paragraph{Text: "À rappeler avec le paiement" + nbsp + ": " + i.Number() + "."},
	)}}
}

// sellerFields adds what an invoice with VAT must say of who issues it.
func sellerFields(f Fields, i enrolment.Invoice) Fields {
	if number := i.Seller.VATNumber(); !i.VAT.Exempt && number != "" {
		f.Fields = append(f.Fields, Field{"N°" + nbsp + "de TVA intracommunautaire", number})
	}
	return f
}

func payerFields(i enrolment.Invoice) Fields {
	agreement := "Convention de formation"
	if i.Mode == enrolment.Personnel {
		agreement = "Contrat de formation"
	}
	fields := filled(Field{"Nom", i.Payer.Name}, Field{"Adresse", i.Payer.Address}, Field{"SIRET", siret(i.Payer.SIRET)}, Field{agreement, labelled("n°"+nbsp, i.Agreement)})
	if i.Mode == enrolment.Collectivite { // what Chorus Pro asks for; its absence is said
		fields.Fields = append(fields.Fields, Field{"Code service", cmp.Or(i.Payer.Service, "aucun")}, Field{"Numéro d’engagement", cmp.Or(i.Payer.Commitment, "aucun")})
	}
	return fields
}

// invoiceTable has a line for each person, with the time attended; then the tax, or the reason why there is none.
func invoiceTable(i enrolment.Invoice) []Block {
	table := Table{Columns: []Column{{"Participant", 38, false}, {"Durée prévue", 20, true}, {"Durée suivie", 20, true}, {"Total HT", 22, true}}}
	for _, l := range i.Lines {
		table.Rows = append(table.Rows, []string{l.Name, guide.Duration(l.Planned), guide.Duration(l.Minutes), euros(l.Cents)})
	}
	a := price(i.VAT, i.Net())
	if i.VAT.Exempt {
		table.Totals = []Field{{"Total HT", euros(a.net)}, {"TVA", "néant"}, {"Total à payer", euros(a.total)}}
		return []Block{table, Paragraph{Text: i.VAT.Mention}}
	}
	table.Totals = []Field{{"Total HT", euros(a.net)}, {fmt.Sprint("TVA ", percent(i.VAT.RateBasisPoints)), euros(a.vat)}, {"Total TTC", euros(a.total)}}
	return []Block{table}
}
