package mail

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// withdrawn acknowledges a withdrawal on a durable medium: what was declared, and its day and hour (Code de la consommation, L221-21).
func withdrawn(d Data) letter {
	l := letter{
		Subject: "Accusé de réception de votre rétractation, contrat n°" + nbsp + d.signed().Number,
		Preview: "Reçue le " + d.withdrawnAt() + ". Vous ne devez rien.",
		Title:   "Votre rétractation est enregistrée",
		Lead: []block{{Text: "Nous accusons réception de votre rétractation. Le contrat de formation est annulé" + nbsp + ": vous ne devez rien, et vous n’avez pas de raison à donner."},
			d.withdrawal()},
		Action:  d.sessions(),
		Body:    paragraphs("Vous aviez déjà versé une somme"+nbsp+"? Elle vous est remboursée.", "Ce n’était pas vous, ou c’était une erreur"+nbsp+"? "+d.reach()),
		Closing: "Gardez ce message" + nbsp + ": il prouve le jour et l’heure de votre rétractation.",
	}
	switch {
	case d.Enrolment.Status == enrolment.Cancelled:
		l.Body = append(paragraphs("Votre place est rendue, et vous ne recevrez plus de rappel."), l.Body...)
	case d.Enrolment.Status.Live() && !d.Enrolment.PaysByContract():
		l.Body, l.Action = append(paragraphs(d.keptWithoutContract()), l.Body...), d.openFile("Ouvrir mon dossier")
	}
	return l
}

// keptWithoutContract says that only the contract ended: something else pays, or will.
func (d Data) keptWithoutContract() string {
	kept := "Votre place est gardée"
	if d.Enrolment.Status == enrolment.Waiting {
		kept = "Vous gardez votre place dans la liste d’attente"
	}
	if d.Enrolment.Mode == enrolment.Personnel {
		return kept + nbsp + ": un nouveau contrat reste à signer."
	}
	return kept + nbsp + ": vous payez maintenant " + paysBy[d.Enrolment.Mode] + "."
}

func staffWithdrawn(d Data) letter {
	l := letter{
		Subject: "Rétractation" + nbsp + ": contrat n°" + nbsp + d.signed().Number,
		Preview: "Reçue le " + d.withdrawnAt() + ".",
		Title:   "Un contrat est annulé par rétractation",
		Lead:    []block{{Text: d.Enrolment.Person.FullName() + " renonce à son contrat de formation. L’accusé de réception part au même moment."}, d.withdrawal()},
		Body:    paragraphs("Rien n’est dû, et rien ne peut être encaissé. Une somme déjà reçue est à rembourser."),
	}
	switch {
	case d.Enrolment.Status == enrolment.Cancelled:
		l.Body = append(paragraphs("La place est rendue."), l.Body...)
	case d.Enrolment.Status.Live() && !d.Enrolment.PaysByContract():
		l.Body = append(paragraphs("La place est gardée"+nbsp+": ce contrat ne la payait plus."), l.Body...)
	}
	return l
}

// withdrawal is the content of the declaration.
func (d Data) withdrawal() block {
	list := []fact{
		{Label: "Déclaration", Value: "«" + nbsp + "Je renonce au contrat de formation n°" + nbsp + d.signed().Number + "." + nbsp + "»"},
		{Label: "Reçue le", Value: d.withdrawnAt()},
		{Label: "De la part de", Value: d.Enrolment.Person.FullName() + ", " + d.Enrolment.Person.Email},
		{Label: "Contrat déclaré signé le", Value: guide.Day(d.signed().SignedAt)},
	}
	list = append(list, d.sessionFacts(d.Session)...)
	return facts(append(list, fact{Label: "Référence du dossier", Value: d.Enrolment.Reference})...)
}

func (d Data) signed() enrolment.Contract {
	c, _ := d.Enrolment.Signed()
	return c
}

// mayWithdraw says that a signed contract lives on, and until when it may be withdrawn from; nothing without one. opening is why it is said.
func (d Data) mayWithdraw(opening string) []block {
	end, signed := d.Guide.Withdrawal(d.Enrolment)
	if !signed || !d.Now.Before(end) {
		return nil
	}
	return []block{strong("Vous avez signé un contrat" + nbsp + ": " + opening + " Jusqu’au " + guide.Day(end.Add(-time.Second)) +
		" inclus, vous pouvez y renoncer sans rien devoir, par «" + nbsp + "Renoncer au contrat ici" + nbsp + "», dans votre dossier.")}
}

// contract is the number of the contract as it would be printed today.
func (d Data) contract() string { return d.Enrolment.Number(enrolment.PaperContrat) }

func (d Data) withdrawnAt() string {
	at := d.Enrolment.WithdrawnAt
	return guide.Day(at) + " à" + nbsp + guide.Hour(at) + " (heure de Paris)"
}
