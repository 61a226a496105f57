package mail

import (
	"strconv"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func queueJoined(d Data) letter {
	if d.Enrolment.Aside() && d.Enrolment.ToProve() {
		return asked(d)
	}
	where := "Vous êtes sur la liste d’attente."
	switch {
	case d.Position == 1:
		where = "Vous êtes en tête de la liste d’attente."
	case d.Position >= enrolment.FarPlace:
		where = "Vous êtes au-delà du rang 1" + nbsp + "000 de la liste d’attente."
	case d.Position > 1:
		where = "Vous êtes au rang " + strconv.Itoa(d.Position) + " de la liste d’attente."
	}
	l := letter{
		Subject: "Liste d’attente" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: where + " Nous vous écrivons dès qu’une place se libère.",
		Title:   "Vous êtes sur la liste d’attente",
		Lead: append(append([]block{{Text: d.enrolledBy() + "Cette session est complète. " + where}}, d.toProve()...), d.fileFacts(),
			block{Text: "Dès qu’une place se libère et que c’est votre tour, nous vous la proposons par e-mail. Vous aurez alors un délai, toujours en semaine et en journée, pour l’accepter."}),
		Action: d.openProved("Voir ma place dans la file"),
		Body:   []block{heading("En attendant")},
	}
	if d.Enrolment.Mode == enrolment.DIFE {
		l.Body = append(l.Body, items("Avec le DIFE, préparez-vous dès maintenant"+nbsp+": votre compte formation et votre identité numérique vous serviront pour n’importe quelle session. Cochez-les dans votre dossier.",
			"La demande sur Mon Compte Élu, elle, attend que la place soit à vous."))
		if p := d.possible(enrolment.DIFE); p.Open {
			l.Body = append(l.Body, strong("Après le "+guide.Day(p.LastDay)+", une place à cette session ne pourra plus être payée avec le DIFE."))
		}
		l.Body = append(l.Body, d.helpline())
	} else {
		l.Body = append(l.Body, items("Vous n’avez rien à payer, ni à faire signer, tant qu’une place ne vous est pas proposée."))
	}
	l.Body = append(l.Body, block{Text: "Vous pouvez quitter la liste d’attente à tout moment, dans votre dossier."})
	return l
}

func offer(d Data) letter {
	until := guide.DayMonth(d.Enrolment.OfferedUntil) + " à" + nbsp + guide.Hour(d.Enrolment.OfferedUntil)
	l := letter{
		Subject: "Une place s’est libérée" + nbsp + ": répondez avant le " + until,
		Preview: d.Session.Formation.Title + ", " + on(d.Session) + ". La place vous est gardée jusque-là.",
		Title:   "Une place est à vous, si vous la voulez",
		Lead: []block{{Text: "Une place s’est libérée, et c’est votre tour. Nous vous la gardons."},
			strong("Répondez avant le " + until + " (heure de Paris). Après, elle sera proposée à la personne suivante."),
			d.fileFacts()},
		Action: d.openFile("Répondre" + nbsp + ": prendre la place"),
		Body:   []block{{Text: "Vous ne pouvez plus venir" + nbsp + "? Ouvrez votre dossier et refusez-la" + nbsp + ": quelqu’un d’autre en profitera tout de suite."}},
	}
	if p := d.possible(d.Enrolment.Mode); !p.Open {
		l.Body = append(l.Body, heading("Pour payer"), strong(p.Reason), block{Text: "Vous pouvez prendre la place et choisir une autre façon de payer dans votre dossier."})
	} else if limit := d.limit(d.Enrolment.Mode); limit != "" {
		l.Body = append(l.Body, heading("Pour payer"), block{Text: limit})
	}
	return l
}

func offerExpired(d Data) letter {
	return letter{
		Subject: "La place proposée n’est plus disponible" + nbsp + ": " + d.Session.Formation.Title,
		Preview: "Le délai pour répondre est passé. Voyez les prochaines sessions.",
		Title:   "Le délai pour répondre est passé",
		Lead: []block{{Text: "La place que nous vous gardions n’a pas été prise à temps" + nbsp + ": elle va à la personne suivante, s’il y en a une. Votre demande pour cette session est close."},
			facts(d.sessionFacts(d.Session)...),
			{Text: "Toujours envie de suivre cette formation" + nbsp + "? Choisissez une autre session."}},
		Action: d.sessions(),
		Body:   []block{{Text: d.reach()}},
	}
}

func offerDeclined(d Data) letter {
	l := letter{
		Subject: "Vous avez refusé la place" + nbsp + ": " + d.Session.Formation.Title,
		Preview: "C’est noté. Votre demande pour cette session est close.",
		Title:   "C’est noté" + nbsp + ": vous ne prenez pas la place",
		Lead: []block{{Text: "Merci de nous l’avoir dit" + nbsp + ": la place va à la personne suivante, s’il y en a une. Vous n’avez rien d’autre à faire pour cette session."},
			facts(d.sessionFacts(d.Session)...)},
		Action: d.sessions(),
	}
	if d.Enrolment.CancelledFor != "" {
		l.Subject = "Votre demande est close" + nbsp + ": " + d.Session.Formation.Title
		l.Preview, l.Title = "La place qui vous était proposée n’est plus gardée pour vous.", "Votre demande est close"
		l.Lead[0].Text = d.ended("") + " La place proposée va à la personne suivante, s’il y en a une. " + d.reach()
	}
	return l
}

func queueLeft(d Data) letter {
	return letter{
		Subject: "Vous avez quitté la liste d’attente" + nbsp + ": " + d.Session.Formation.Title,
		Preview: d.ended("C’est noté.") + " Vous n’avez rien d’autre à faire.",
		Title:   "Vous n’êtes plus sur la liste d’attente",
		Lead: []block{{Text: d.ended("C’est noté.") + " Vous n’avez rien d’autre à faire pour cette session."},
			facts(d.sessionFacts(d.Session)...)},
		Action: d.sessions(),
	}
}

func queueEnded(d Data) letter {
	nothing := "Vous n’avez rien à payer, ni à annuler."
	if d.Enrolment.Mode == enrolment.DIFE {
		nothing = "Vous n’avez rien à payer."
	}
	l := letter{
		Subject: "Aucune place ne s’est libérée" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: "La liste d’attente est close. " + nothing,
		Title:   "La liste d’attente est close",
		Lead: []block{{Text: "Aucune place ne s’est libérée à temps pour vous à cette session. Nous le regrettons."},
			strong(nothing),
			d.fileFacts(),
			{Text: "Toujours envie de suivre cette formation" + nbsp + "? Choisissez une autre session."}},
		Action: &action{Label: "Voir les autres sessions", URL: d.site()},
	}
	if d.Enrolment.Mode == enrolment.DIFE {
		l.Body = paragraphs("Vous aviez déjà envoyé une demande sur Mon Compte Élu pour cette session" + nbsp + "? Annulez-la là-bas. Sinon, vous n’avez rien à annuler.")
	}
	if d.Now.Before(d.Session.Start()) {
		l.Body = append(l.Body, block{Text: "Dans votre dossier, vous pouvez aussi changer de session, sans rien retaper."})
	}
	l.Body = append(l.Body, block{Text: d.reach()})
	return l
}

// sessions is the action of those whose file is over.
func (d Data) sessions() *action {
	return &action{Label: "Voir les prochaines sessions", URL: d.site()}
}

func (d Data) site() string {
	if d.Addresses.Site == "" {
		return d.Addresses.File
	}
	return d.Addresses.Site
}
