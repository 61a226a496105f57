package mail

import (
	"github.com/echarpe/echarpe/internal/guide"
)

// toProve says that the address is to be confirmed, and until when the seat is kept; none when it is.
func (d Data) toProve() []block {
	if text := guide.ProofText(d.Enrolment, d.Now, guide.InThisMail); text != "" {
		return []block{strong(text)}
	}
	return nil
}

// openProved is the action of a letter that gives the file's link: opening it confirms the address.
func (d Data) openProved(label string) *action {
	if guide.ProofText(d.Enrolment, d.Now, guide.InThisMail) != "" {
		label = "Confirmer mon adresse et ouvrir mon dossier"
	}
	return d.openFile(label)
}

// stranger is for whoever owns an address that somebody else typed.
const stranger = "Vous n’êtes pas à l’origine de cette inscription" + nbsp + "? N’ouvrez pas le dossier" + nbsp + ": sans confirmation de votre part, elle ne vous engage à rien."

// proof reminds to confirm one's address.
func proof(d Data) letter {
	subject, standing := "Confirmez votre adresse pour garder votre place"+nbsp+": ", "Votre place est réservée pour «"+nbsp
	switch {
	case d.Enrolment.Aside():
		subject, standing = "Confirmez votre adresse pour avoir une place"+nbsp+": ", "Vous avez demandé une place pour «"+nbsp
	case !d.Enrolment.Status.HoldsSeat():
		subject, standing = "Confirmez votre adresse pour garder votre rang"+nbsp+": ", "Vous êtes sur la liste d’attente pour «"+nbsp
	}
	return letter{
		Subject: subject + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: "Un geste suffit" + nbsp + ": ouvrir votre dossier depuis ce message.",
		Title:   "Confirmez votre adresse",
		Lead: append([]block{{Text: standing + d.Session.Formation.Title + nbsp + "», " + on(d.Session) + ". Il reste à nous montrer que cette adresse est la vôtre."}},
			append(d.toProve(), d.fileFacts())...),
		Action: d.openFile("Confirmer mon adresse et ouvrir mon dossier"),
		Body:   paragraphs("Le bouton ne répond pas"+nbsp+"? Appelez-nous"+d.onPhone()+nbsp+": nous confirmons pour vous.", stranger),
	}
}

func (d Data) onPhone() string {
	if d.Organisation.Phone == "" {
		return ""
	}
	return " au " + d.Organisation.Phone
}

// asked is for a request that waits for its address to be confirmed before it has a seat or a place in the queue.
func asked(d Data) letter {
	l := proof(d)
	l.Lead[0] = block{Text: "Votre demande est enregistrée. Beaucoup de demandes nous arrivent en ce moment" + nbsp + ": il reste à nous montrer que cette adresse est la vôtre."}
	return l
}

// rankPassed says that a seat came free at one's turn, and went to the next in line.
func rankPassed(d Data) letter {
	return letter{
		Subject: "Votre tour est passé" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: "Votre adresse n’était pas confirmée. Vous pouvez encore revenir, en un geste.",
		Title:   "Votre tour est passé",
		Lead: append([]block{{Text: "Une place s’est libérée quand vous étiez en tête de la liste d’attente. Votre adresse n’était pas confirmée dans le délai annoncé" + nbsp + ": la place a été proposée à la personne suivante. Nous le regrettons."}},
			append(d.toProve(), d.fileFacts())...),
		Action: d.openFile("Confirmer mon adresse et revenir"),
		Body:   paragraphs("Une question"+nbsp+"? Appelez-nous"+d.onPhone()+", ou répondez à ce message.", stranger),
	}
}

// seatReleased says that the seat has gone, and how to come back.
func seatReleased(d Data) letter {
	return letter{
		Subject: "Votre place a été remise en jeu" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: "Votre adresse n’était pas confirmée. Vous pouvez encore revenir, en un geste.",
		Title:   "Votre place a été remise en jeu",
		Lead: append([]block{{Text: "Cette session est complète, et votre adresse n’était pas confirmée dans le délai annoncé" + nbsp + ": votre place est allée à quelqu’un qui la demandait. Nous le regrettons."}},
			append(d.toProve(), d.fileFacts())...),
		Action: d.openFile("Confirmer mon adresse et revenir"),
		Body:   paragraphs("Une question"+nbsp+"? Appelez-nous"+d.onPhone()+", ou répondez à ce message.", stranger),
	}
}
