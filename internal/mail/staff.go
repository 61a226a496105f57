package mail

import (
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/phone"
)

// staffUnreachable asks the organisation to call someone whose address does not answer.
func staffUnreachable(d Data) letter {
	p := d.Enrolment.Person
	list := append([]fact{{Label: "À appeler", Value: p.FullName()}}, facts(d.sessionFacts(d.Session)...).Facts...)
	l := letter{
		Subject: "À appeler" + nbsp + ": dossier " + d.Enrolment.Reference + ", adresse e-mail injoignable",
		Preview: "Session " + guide.DayMonth(d.Session.Start()) + ". Les messages reviennent.",
		Title:   "Adresse injoignable" + nbsp + ": appelez",
		Lead:    paragraphs("Un message est revenu définitivement. Nous n’écrivons plus à cette adresse" + nbsp + ": seul un appel peut prévenir cette personne avant la session."),
		Body:    paragraphs("Demandez une adresse qui fonctionne, et notez l’appel."),
	}
	if d.Bounced == ToAuthority && d.Enrolment.Contact != nil {
		l.Lead = paragraphs("Un message envoyé au contact de la collectivité est revenu définitivement. Demandez une autre adresse à " + d.Enrolment.Person.FullName() + ".")
		list = append(list, fact{Label: "Contact à la collectivité", Value: d.Enrolment.Contact.Name + ", " + d.Enrolment.Contact.Email})
	}
	list = append(list, fact{Label: "Adresse de " + p.FullName(), Value: p.Email}, fact{Label: "Téléphone", Value: orNone(phone.Dialled(p.Phone))},
		fact{Label: "Référence", Value: d.Enrolment.Reference})
	l.Lead = append(l.Lead, facts(list...))
	if p.Phone != "" {
		l.Action = &action{Label: "Appeler " + p.FullName(), Tel: digits(p.Phone)}
	}
	return l
}

func orNone(s string) string {
	if s == "" {
		return "non donné"
	}
	return s
}
