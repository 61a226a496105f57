package mail

import (
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func convocation(d Data) letter {
	return letter{
		Subject: "Convocation" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: capital(sittings(d.Session)[0]) + ", " + d.Session.Place + ".",
		Title:   "Votre convocation",
		Lead:    []block{{Text: "Votre formation approche. Voici l’essentiel" + nbsp + ":"}, d.fileFacts()},
		Action:  d.openFile("Ouvrir mon dossier"),
		Body:    append(d.unsettled(), d.practical()...),
		Closing: "La convocation à imprimer est dans votre dossier. À bientôt.",
	}
}

// unsettled says that the funding is not settled yet, when it is so.
func (d Data) unsettled() []block {
	what, todo := d.next()
	if !todo {
		return nil
	}
	if opens, signed := d.Guide.StepOpensAt(d.Enrolment, enrolment.StepAcompte); signed && d.Enrolment.Mode == enrolment.Personnel && d.Now.Before(opens) {
		if !opens.Before(d.Session.Start()) {
			return []block{strong("Vous n’avez rien à payer avant la formation" + nbsp + ": le paiement vient après, à partir du " + guide.Day(opens) + ".")}
		}
		return []block{strong("L’acompte se verse à partir du " + guide.Day(opens) + ", une fois le délai de rétractation passé.")}
	}
	return []block{strong("Votre financement n’est pas encore réglé. À faire" + nbsp + ": " + what + ".")}
}

func dayBefore(d Data) letter {
	first := d.Session.HalfDays[0]
	l := letter{
		Subject: "C’est demain à" + nbsp + guide.Hour(first.Start) + nbsp + ": " + d.Session.Formation.Title,
		Preview: place(d.Session) + ", " + guide.DayMonth(first.Start) + " à" + nbsp + guide.Hour(first.Start) + " (heure de Paris).",
		Title:   "C’est demain",
		Lead:    []block{d.fileFacts()},
		Body:    append(d.unsettled(), d.practical()...),
		Action:  d.openFile("Ouvrir mon dossier"),
		Closing: "À demain.",
	}
	switch {
	case d.video() != "":
		l.Action = &action{Label: "Rejoindre la visioconférence", URL: d.video()}
	case !d.Session.Remote && d.Session.MapURL != "":
		l.Action = &action{Label: "Voir le plan", URL: d.Session.MapURL}
	}
	if !tomorrow(d) {
		l.Subject = guide.DayMonth(first.Start) + " à" + nbsp + guide.Hour(first.Start) + nbsp + ": " + d.Session.Formation.Title
		l.Subject, l.Title, l.Closing = capital(l.Subject), "C’est "+guide.DayMonth(first.Start), "À bientôt."
	}
	return l
}

// tomorrow tells whether the session begins the day after the message leaves: before a Monday or a holiday it leaves earlier.
func tomorrow(d Data) bool {
	return guide.Day(d.Now.In(guide.Paris).AddDate(0, 0, 1)) == guide.Day(d.Session.Start())
}

func thanks(d Data) letter {
	l := letter{
		Subject: "Merci d’avoir suivi « " + d.Session.Formation.Title + " »",
		Preview: "Ce qui vient maintenant, et les prochaines formations.",
		Title:   "Merci de votre venue",
		Lead: []block{{Text: "Merci d’avoir suivi « " + d.Session.Formation.Title + " »."},
			items("Votre certificat de réalisation vous parvient par e-mail une fois les présences relevées"+nbsp+": gardez-le.",
				"Un avis, une question restée sans réponse"+nbsp+"? Répondez à ce message"+nbsp+": quelqu’un vous lit.")},
		Action: &action{Label: "Voir les prochaines formations", URL: d.site()},
	}
	if a := d.Enrolment.Attendance; a != nil && a.Minutes() == 0 {
		return absent(d, l)
	}
	if d.Enrolment.Opines() {
		l.Lead = append(l.Lead, d.opinion())
		l.Action = d.openFile("Ouvrir mon dossier")
	}
	if d.Enrolment.Status != enrolment.Attended { // nobody has noted yet who came
		l.Subject = "Après «" + nbsp + d.Session.Formation.Title + nbsp + "»" + nbsp + ": vos attestations, vos questions"
		l.Title = "Après la formation"
		l.Lead[0] = block{Text: "«" + nbsp + d.Session.Formation.Title + nbsp + "» a eu lieu " + on(d.Session) + ". Si vous y étiez, merci."}
	}
	return l
}

// certificate is what who came is sent once the session is closed: their hours, and the paper that says so.
func certificate(d Data) letter {
	l := letter{
		Subject: "Votre certificat de réalisation" + nbsp + ": «" + nbsp + d.Session.Formation.Title + nbsp + "»",
		Preview: "Il est joint à ce message" + nbsp + ": gardez-le.",
		Title:   "Votre certificat de réalisation",
		Lead: []block{{Text: "Merci d’avoir suivi «" + nbsp + d.Session.Formation.Title + nbsp + "». Votre certificat de réalisation est joint à ce message. Il dit ce que vous avez suivi" + nbsp + ":"},
			d.attended()},
		Action:  d.openFile("Ouvrir mon dossier"),
		Body:    paragraphs("Gardez-le. Vous le retrouvez aussi dans votre dossier.", "Une heure manque, ou est en trop"+nbsp+"? Répondez à ce message"+nbsp+": nous corrigeons la feuille de présence et vous en envoyons un autre."),
		Closing: d.reach(),
	}
	if d.Enrolment.Opines() {
		l.Body = append(l.Body, d.opinion())
	}
	return l
}

// attended are the hours that the sheet of the session says.
func (d Data) attended() block {
	return facts(append(d.sessionFacts(d.Session), fact{Label: "Durée suivie", Value: guide.Duration(d.Enrolment.Attendance.Minutes())})...)
}

// opinion asks what they thought.
func (d Data) opinion() block {
	return block{Text: "Votre avis nous aide" + nbsp + ": cinq questions, sans votre nom, vous attendent dans votre dossier. C’est facultatif."}
}

// authorityCertificate sends the contact at the collectivité what goes with the invoice.
func authorityCertificate(d Data) letter {
	if d.Enrolment.Group != nil {
		return authorityCertificates(d)
	}
	return letter{
		Subject: "Certificat de réalisation" + nbsp + ": formation " + of(d.whose()),
		Preview: "À garder avec la facture.",
		Title:   "Certificat de réalisation",
		Lead: []block{{Text: capital(d.elu()) + " a suivi la formation que " + d.payer() + " prend en charge. Le certificat de réalisation est joint à ce message" + nbsp + ": il accompagne la facture."},
			d.attended()},
		Action:  &action{Label: "Ouvrir les papiers", URL: d.Addresses.Papers},
		Body:    paragraphs(foundAgain),
		Closing: "Merci. " + d.reach(),
	}
}

const foundAgain = "Vous le retrouvez aussi à la page de la demande, avec le devis et la convention."

// authorityCertificates sends the contact of a group the certificates of everybody who came, in one file: nobody else's, and who was
// absent is not named.
func authorityCertificates(d Data) letter {
	var came []string
	for _, l := range d.Enrolment.Certified() {
		came = append(came, l.Name+nbsp+": "+guide.Duration(l.Minutes))
	}
	title, have := "Certificats de réalisation", "ont suivi"
	file := "Leurs certificats de réalisation sont joints à ce message, en un seul fichier" + nbsp + ": ils accompagnent la facture."
	if len(came) == 1 {
		title, have = "Certificat de réalisation", "a suivi"
		file = "Son certificat de réalisation est joint à ce message" + nbsp + ": il accompagne la facture."
	}
	return letter{
		Subject: title + nbsp + ": formation " + of(guide.Count(len(came), "élu", "élus")),
		Preview: "À garder avec la facture.",
		Title:   title,
		Lead: []block{
			{Text: guide.Count(len(came), "élu", "élus") + " (" + d.Enrolment.Mandate.Authority + ") " + have + " la formation que " + d.payer() + " prend en charge" + nbsp + ":"},
			items(came...),
			{Text: file},
			facts(d.sessionFacts(d.Session)...),
		},
		Action:  &action{Label: "Ouvrir les papiers", URL: d.Addresses.Papers},
		Body:    paragraphs(foundAgain, "Une heure manque, ou est en trop"+nbsp+"? Répondez à ce message"+nbsp+": nous corrigeons, et vous en recevez un autre."),
		Closing: "Merci. " + d.reach(),
	}
}

// absent is for who has a seat and was at no half-day, as the closing of the session recorded it: no thanks, no certificate, and the way
// to put a mistake right.
func absent(d Data, l letter) letter {
	title := "«" + nbsp + d.Session.Formation.Title + nbsp + "»"
	l.Subject = "Vous n’avez pas pu venir" + nbsp + ": " + title
	l.Preview = "Votre absence est notée. Dites-nous si c’est une erreur."
	l.Title = "Vous n’avez pas pu venir"
	l.Lead = []block{{Text: "Une place vous était réservée pour " + title + ", et votre absence a été notée à toutes les demi-journées."},
		items("Vous y étiez"+nbsp+"? Répondez à ce message"+nbsp+": nous corrigeons la feuille de présence.",
			"Une question sur ce qui reste dû, ou sur votre financement"+nbsp+"? Répondez à ce message"+nbsp+": quelqu’un vous lit.")}
	return l
}
