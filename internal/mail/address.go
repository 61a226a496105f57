package mail

import "github.com/echarpe/echarpe/internal/guide"

// toOther tells whether the kind is written to another address than the file's: one that is not yet, or is no more, its holder's.
// Such a letter opens no file, and names nobody to an address that may be a stranger's.
func (k Kind) toOther() bool { return k == AddressAsked || k == AddressChanged }

func addressAsked(d Data) letter {
	return letter{
		Subject: "Confirmez votre nouvelle adresse" + nbsp + ": inscription " + d.Enrolment.Reference,
		Preview: "Un geste suffit. Jusque-là, rien ne change.",
		Title:   "Confirmez votre nouvelle adresse",
		Lead: []block{{Text: "Vous avez demandé à recevoir à cette adresse les messages de l’inscription " + d.Enrolment.Reference +
			" à une formation. Confirmez-la" + nbsp + ": jusque-là, rien ne change."}},
		Action: &action{Label: "Confirmer cette adresse", URL: d.Addresses.NewAddress},
		Body: paragraphs("Cette adresse peut être confirmée jusqu’au "+guide.DayMonth(d.Enrolment.NewEmailBy)+" à"+nbsp+guide.Hour(d.Enrolment.NewEmailBy)+".",
			"Ce n’est pas vous"+nbsp+"? Ne faites rien"+nbsp+": sans ce geste, cette adresse ne servira pas. "+d.reach()),
	}
}

func addressChanged(d Data) letter {
	return letter{
		Subject: "Votre adresse a été changée" + nbsp + ": inscription " + d.Enrolment.Reference,
		Preview: "Les messages de votre inscription vont maintenant à votre nouvelle adresse.",
		Title:   "Votre adresse a été changée",
		Lead: []block{{Text: "Les messages de l’inscription " + d.Enrolment.Reference + ", «" + nbsp + d.Session.Formation.Title + nbsp + "», " +
			on(d.Session) + ", vont maintenant à la nouvelle adresse que vous avez confirmée. Les liens des messages reçus ici n’ouvrent plus votre dossier."}},
		Body: []block{strong("Ce n’était pas vous" + nbsp + "? Prévenez-nous tout de suite. " + d.reach())},
	}
}
