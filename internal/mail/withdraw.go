package mail

import (
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// withdrawn acknowledges a withdrawal on a durable medium: what was declared, and its day and hour (Code de la consommation, L221-21).
func withdrawn(d Data) letter {
	l := letter{
		Subject: "Accusé de réception de votre rétractation, contrat n°" + nbsp + d.contract(),
		Preview: "Reçue le " + d.withdrawnAt() + ". Vous ne devez rien.",
		Title:   "Votre rétractation est enregistrée",
		Lead: []block{{Text: "Nous accusons réception de votre rétractation. Le contrat de formation est annulé" + nbsp + ": vous ne devez rien, et vous n’avez pas de raison à donner."},
			d.withdrawal()},
		Action:  d.sessions(),
		Body:    paragraphs("Vous aviez déjà versé une somme"+nbsp+"? Elle vous est remboursée.", "Ce n’était pas vous, ou c’était une erreur"+nbsp+"? "+d.reach()),
		Closing: "Gardez ce message" + nbsp + ": il prouve le jour et l’heure de votre rétractation.",
	}
	if d.Enrolment.Status == enrolment.Cancelled {
		l.Body = append(paragraphs("Votre place est rendue, et vous ne recevrez plus de rappel."), l.Body...)
	}
	return l
}

func staffWithdrawn(d Data) letter {
	l := letter{
		Subject: "Rétractation" + nbsp + ": contrat n°" + nbsp + d.contract(),
		Preview: "Reçue le " + d.withdrawnAt() + ".",
		Title:   "Un contrat est annulé par rétractation",
		Lead:    []block{{Text: d.Enrolment.Person.FullName() + " renonce à son contrat de formation. L’accusé de réception part au même moment."}, d.withdrawal()},
		Body:    paragraphs("Rien n’est dû, et rien ne peut être encaissé. Une somme déjà reçue est à rembourser."),
	}
	if d.Enrolment.Status == enrolment.Cancelled {
		l.Body = append(paragraphs("La place est rendue."), l.Body...)
	}
	return l
}

// withdrawal is the content of the declaration.
func (d Data) withdrawal() block {
	signed := d.Enrolment.Steps[enrolment.StepContrat].At
	list := []fact{
		{Label: "Déclaration", Value: "«" + nbsp + "Je renonce au contrat de formation n°" + nbsp + d.contract() + "." + nbsp + "»"},
		{Label: "Reçue le", Value: d.withdrawnAt()},
		{Label: "De la part de", Value: d.Enrolment.Person.FullName() + ", " + d.Enrolment.Person.Email},
		{Label: "Contrat déclaré signé le", Value: guide.Day(signed)},
	}
	list = append(list, d.sessionFacts(d.Session)...)
	return facts(append(list, fact{Label: "Référence du dossier", Value: d.Enrolment.Reference})...)
}

func (d Data) contract() string { return d.Enrolment.Number(enrolment.PaperContrat) }

func (d Data) withdrawnAt() string {
	at := d.Enrolment.WithdrawnAt
	return guide.Day(at) + " à" + nbsp + guide.Hour(at) + " (heure de Paris)"
}
