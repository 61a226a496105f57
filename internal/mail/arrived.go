package mail

import "github.com/echarpe/echarpe/internal/enrolment"

// arrived is the confirmation of somebody who came without a seat, and whom whoever teaches enrolled in the room. Another person typed
// the address: it may be a stranger's.
func arrived(d Data) letter {
	left := "Votre collectivité n’a pas encore donné son accord" + nbsp + ": parlez-lui de cette formation dès maintenant. Le devis, le programme et la convention à signer sont dans votre dossier."
	if d.Enrolment.Mode == enrolment.Personnel {
		left = "Votre contrat est dans votre dossier" + nbsp + ": lisez-le, puis signez-le. Ne payez rien avant la fin de votre délai de rétractation."
	}
	return letter{
		Subject: "Votre inscription sur place" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: "Votre place est notée. Il reste à régler qui paie.",
		Title:   "Vous avez une place dans cette session",
		Lead: append(paragraphs("Votre inscription a été faite dans la salle, le jour de la formation. Gardez ce message"+nbsp+": il contient le lien de votre dossier."),
			d.fileFacts()),
		Action: d.openFile("Ouvrir mon dossier"),
		Body: []block{heading("Ce qui reste à faire"), {Text: left}, {Text: "Nous vous appelons si quelque chose manque."},
			heading("Ce n’est pas vous" + nbsp + "?"), {Text: "Répondez à ce message" + nbsp + ": nous annulons l’inscription."}},
		Closing: "À bientôt. Une question" + nbsp + "? Répondez à ce message" + nbsp + ": quelqu’un vous lit.",
	}
}
