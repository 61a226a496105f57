package document

import (
	"slices"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// avoir is a credit note as it was issued: the invoice that it undoes, why, and the same lines. Nobody pays it.
func (c *composer) avoir(p *Paper, i enrolment.Invoice) {
	p.Title, p.Made = "Avoir n°"+nbsp+i.Number(), i.At
	p.Notice = "Émis le " + day(i.At) + " · dossier " + i.Reference + " · annule la facture n°" + nbsp + i.Undoes
	issued := "" // in a credit note of before it was said
	if !i.UndoesAt.IsZero() {
		issued = day(i.UndoesAt)
	}
	blocks := []Block{
		Heading{"Organisme de formation"},
		sellerFields(c.organisationFields(), i),
		Heading{"Établi pour"},
		payerFields(i),
		Heading{"Facture annulée"},
		filled(Field{"Numéro", i.Undoes}, Field{"Émise le", issued}, Field{"Motif", i.Reason}, Field{"Intitulé", i.Formation.Title}),
		Heading{"Montant de l’avoir"},
	}
	table := invoiceTable(i)
	if priced, is := table[0].(Table); is {
		priced.Totals = slices.Clone(priced.Totals)
		priced.Totals[len(priced.Totals)-1].Label = "Total de l’avoir"
		table[0] = priced
	}
	p.Parts = []Part{{Blocks: append(append(blocks, table...),
		Heading{"Effet"},
		Paragraph{Text: "Cet avoir annule en entier la facture n°" + nbsp + i.Undoes + ". Rien n’est plus dû à ce titre" + nbsp + "; ce qui aurait été payé est remboursé."},
	)}}
}
