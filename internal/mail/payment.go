package mail

import (
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// payment is what a step of a personal contract needs: where the signed contract goes; how much is paid, from which day, to
// which account and under which reference. Nothing for another step.
func (d Data) payment(key enrolment.StepKey) []block {
	switch key {
	case enrolment.StepContrat:
		return d.whereTo()
	case enrolment.StepAcompte:
		return d.howToPay()
	}
	return nil
}

func (d Data) whereTo() []block {
	o := d.Organisation
	list := []fact{}
	if o.Email != "" {
		list = append(list, fact{Label: "Par e-mail", Value: o.Email})
	}
	list = append(list, fact{Label: "Par courrier", Value: strings.Join(append([]string{o.Name}, o.Address...), ", ")})
	return []block{sub("Où renvoyer le contrat signé"), facts(list...)}
}

func (d Data) howToPay() []block {
	s := d.Session
	if s.VAT == nil {
		s.VAT = &d.Organisation.VAT
	}
	total, _ := s.TaxedCents()
	list := []fact{}
	if first, ok := d.Guide.FirstPayment(total, d.Now); ok && !d.Guide.WholePrice(d.Enrolment, d.Session) {
		list = append(list, fact{Label: "Acompte", Value: guide.Euros(first) + " au plus, sur " + guide.Euros(total) + " TTC"})
	} else {
		list = append(list, fact{Label: "Prix", Value: guide.Euros(total) + " TTC"})
	}
	from, signed := d.Guide.StepOpensAt(d.Enrolment, enrolment.StepAcompte)
	when := guide.Day(from)
	if !signed {
		from, _ = d.Guide.WithdrawalEnds(d.Now)
		when = guide.Day(from) + ", pour un contrat signé aujourd’hui"
	}
	list = append(list, fact{Label: "À partir du", Value: when}, fact{Label: "Bénéficiaire", Value: d.Organisation.Name})
	if d.Organisation.IBAN != "" {
		list = append(list, fact{Label: "IBAN", Value: d.Organisation.IBAN})
	}
	blocks := []block{sub("Pour payer"), facts(append(list, fact{Label: "Référence à indiquer", Value: d.contract()})...)}
	if !from.Before(d.Session.Start()) && d.Now.Before(d.Session.End()) {
		blocks = append(blocks, strong("La session a lieu avant la fin du délai de rétractation"+nbsp+": rien n’est à payer avant elle. Le paiement vient après."))
	}
	return blocks
}
