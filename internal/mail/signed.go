package mail

import (
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// signatures are both sides' of the convention.
func (d Data) signatures() block {
	s := d.reply().Signature
	list := []fact{
		{Label: "Convention", Value: "n°" + nbsp + d.Enrolment.Number(enrolment.PaperConvention)},
		{Label: "Pour la collectivité", Value: s.Name + ", " + s.Function + ", le " + guide.Day(s.At)},
		{Label: "Pour l’organisme", Value: s.Organisation.By + ", le " + guide.Day(s.Organisation.At)},
	}
	if d.Enrolment.PartOf != "" {
		list = list[1:] // its number is the group's
	}
	return facts(list...)
}

// evidence says what the attached files are, and what such a signature is worth.
func evidence() []block {
	return paragraphs("La convention est jointe à ce message en PDF, avec les deux signatures"+nbsp+": qui, quand, et l’empreinte du texte signé. Le texte lui-même est joint aussi, pour vérifier cette empreinte. Gardez les deux.",
		"C’est une signature électronique simple au sens du règlement européen «"+nbsp+"eIDAS"+nbsp+"».")
}

// conventionSigned tells the holder that the convention is signed by both sides. Who is part of a group is told without it: it names the others.
func conventionSigned(d Data) letter {
	l := letter{
		Subject: "Convention signée" + nbsp + ": votre formation du " + guide.DayMonth(d.Session.Start()),
		Preview: "Le financement est réglé. Vous n’avez rien à faire.",
		Title:   "La convention est signée par les deux parties",
		Lead:    []block{{Text: "Vous n’avez rien à faire" + nbsp + ": votre collectivité et notre organisme ont signé la convention, le financement est réglé."}, d.signatures()},
		Action:  d.openFile("Ouvrir mon dossier"),
		Closing: d.reach(),
	}
	if d.Enrolment.PartOf == "" {
		l.Body = evidence()
	}
	return l
}

func authorityConventionSigned(d Data) letter {
	return letter{
		Subject: "Convention signée par les deux parties" + nbsp + ": formation " + of(d.whose()),
		Preview: "Vous n’avez plus rien à signer.",
		Title:   "La convention est signée par les deux parties",
		Lead:    []block{{Text: "Vous n’avez plus rien à signer. La facture vous parviendra après la formation."}, d.authorityFacts(), d.signatures()},
		Action:  &action{Label: "Ouvrir les papiers", URL: d.Addresses.Papers},
		Body:    append(evidence(), paragraphs("Pour revenir dessus avant la formation, écrivez-nous ou appelez-nous.")...),
		Closing: "Merci. " + d.reach(),
	}
}

func staffConventionSigned(d Data) letter {
	return letter{
		Subject: d.Enrolment.PayerName() + nbsp + ": convention signée par les deux parties, dossier " + d.Enrolment.Reference,
		Preview: d.whose() + ", session " + guide.DayMonth(d.Session.Start()) + ".",
		Title:   "La convention est signée par les deux parties",
		Lead:    []block{{Text: "Le financement est réglé."}, d.authorityFacts(), d.signatures()},
		Body:    evidence(),
	}
}

// conventionUndone tells the holder that the convention that both sides had signed does not stand any more.
func conventionUndone(d Data) letter {
	next := "Vous n’avez rien à faire" + nbsp + ": c’est à votre collectivité de signer de nouveau."
	if e := d.Enrolment; e.Contact != nil && e.Contact.Email != "" && e.ContactQuiet().IsZero() {
		next += " Nous le lui écrivons."
	}
	return letter{
		Subject: "Convention à signer de nouveau" + nbsp + ": votre formation du " + guide.DayMonth(d.Session.Start()),
		Preview: "Votre place est gardée. Vous n’avez rien à faire.",
		Title:   "La convention est à signer de nouveau",
		Lead: []block{
			{Text: "Notre organisme a annulé la signature de la convention" + nbsp + ": elle ne compte plus, et le financement n’est pas encore réglé. Votre place est gardée."},
			strong(next),
		},
		Action:  d.openFile("Ouvrir mon dossier"),
		Closing: d.reach(),
	}
}

func authorityConventionUndone(d Data) letter {
	return letter{
		Subject: "Convention à signer de nouveau" + nbsp + ": formation " + of(d.whose()),
		Preview: "À signer au plus tard " + d.lastDay() + ".",
		Title:   "La convention est à signer de nouveau",
		Lead: []block{
			{Text: "Notre organisme a annulé la signature de la convention" + nbsp + ": celle que les deux parties avaient signée ne compte plus. Votre accord reste enregistré."},
			d.authorityFacts(),
			strong("Ouvrez les papiers et signez la convention au plus tard " + d.lastDay() + ".")},
		Action:  &action{Label: "Ouvrir les papiers", URL: d.Addresses.Papers},
		Closing: "Vous ne savez pas pourquoi" + nbsp + "? Demandez-le-nous. " + d.reach(),
	}
}
