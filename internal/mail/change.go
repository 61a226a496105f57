package mail

import (
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func cancelled(d Data) letter {
	l := letter{
		Subject: "Votre inscription est annulée" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: d.ended("Vous avez rendu votre place.") + " Voici ce qu’il reste peut-être à faire.",
		Title:   "Votre inscription est annulée",
		Lead: []block{{Text: d.ended("Vous avez rendu votre place.") + " La place pourra servir à quelqu’un d’autre, et vous ne recevrez plus de rappel."},
			facts(d.sessionFacts(d.Session)...)},
		Action: d.sessions(),
	}
	switch d.Enrolment.Mode {
	case enrolment.DIFE:
		l.Body = paragraphs("Vous aviez créé un dossier sur Mon Compte Élu" + nbsp + "? Annulez-le là-bas aussi.")
	case enrolment.Collectivite:
		l.Body = paragraphs(d.toldAuthority())
	case enrolment.Personnel:
		l.Body = paragraphs("Vous aviez signé le contrat" + nbsp + "? Répondez à ce message, pour que nous fassions le point ensemble.")
	}
	if right := d.mayWithdraw("rendre la place ne l’annule pas."); right != nil {
		if d.Enrolment.Mode == enrolment.Personnel {
			l.Body = nil
		}
		l.Body, l.Action = append(right, l.Body...), d.openFile("Ouvrir mon dossier")
	}
	l.Body = append(l.Body, block{Text: "Ce n’était pas vous, ou c’était une erreur" + nbsp + "? " + d.reach()})
	return l
}

// toldAuthority says who tells the collectivité that a request is to no purpose: we do, when its contact has the papers.
func (d Data) toldAuthority() string {
	if d.Enrolment.Contact == nil {
		return "Pensez à prévenir votre collectivité."
	}
	return "Nous prévenons " + d.Enrolment.Contact.Name + ", votre contact à la collectivité, si nos papiers lui étaient déjà parvenus."
}

// ended is what the holder did, unless the organisation did it for them, and then why.
func (d Data) ended(own string) string {
	if why := d.Enrolment.CancelledFor; why != "" {
		return "Notre équipe a annulé votre inscription. Motif" + nbsp + ": " + strings.TrimRight(why, ".") + "."
	}
	return own
}

// paysBy is a way of paying at the end of a sentence.
var paysBy = map[enrolment.Mode]string{enrolment.DIFE: "avec votre DIFE", enrolment.Collectivite: "par votre collectivité", enrolment.Personnel: "à titre personnel"}

func fundingChanged(d Data) letter {
	how := paysBy[d.Enrolment.Mode]
	kept := "Votre place est toujours réservée."
	if d.Enrolment.Status == enrolment.Waiting {
		kept = "Vous gardez votre place dans la liste d’attente."
	}
	return letter{
		Subject: "Vous avez changé de façon de payer" + nbsp + ": " + how,
		Preview: kept + " " + d.nextInWords(),
		Title:   "Vous payez maintenant " + how,
		Lead:    []block{{Text: "C’est noté. " + kept + " Voici les nouvelles étapes."}, d.fileFacts()},
		Action:  d.openFile("Ouvrir mon dossier"),
		Body:    append(d.mayWithdraw(d.contractLeft()), d.funding(d.Enrolment.Mode)...),
	}
}

// contractLeft says what another way of paying does to a contract signed before.
func (d Data) contractLeft() string {
	if d.Enrolment.Mode == enrolment.Personnel {
		return "le nouveau, une fois signé, le remplace."
	}
	return "changer de façon de payer ne l’annule pas."
}

func sessionChanged(d Data) letter {
	l := letter{
		Subject: "Vous avez changé de session" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: "Votre place est réservée pour la nouvelle date. " + d.nextInWords(),
		Title:   "Vous avez changé de session",
		Lead:    []block{{Text: "Votre place est réservée pour cette session"}},
		Action:  d.openFile("Ouvrir mon dossier"),
	}
	l.Lead[0].Text += nbsp + ":"
	if d.Enrolment.Status == enrolment.Waiting {
		l.Preview = "Vous êtes sur la liste d’attente de la nouvelle date."
		l.Lead[0].Text = "Cette session est complète" + nbsp + ": vous êtes sur sa liste d’attente."
	}
	l.Lead = append(l.Lead, d.fileFacts())
	if d.Previous != nil && len(d.Previous.HalfDays) > 0 {
		l.Body = paragraphs("Vous n’avez plus de place à la session du " + guide.DayMonth(d.Previous.Start()) + ".")
		if d.Previous.Status == enrolment.SessionCancelled {
			l.Body = paragraphs("La session du " + guide.DayMonth(d.Previous.Start()) + ", elle, est annulée.")
		}
	}
	l.Body = append(l.Body, d.fundingAfterMove()...)
	return l
}

func sessionMoved(d Data) letter {
	l := letter{
		Subject: "Changement" + nbsp + ": " + d.Session.Formation.Title + " aura lieu " + on(d.Session),
		Preview: "Voici les nouvelles informations. Votre place est gardée.",
		Title:   "Votre formation change " + d.whatMoved(),
		Lead:    []block{{Text: "Nous avons dû modifier cette session. Voici les nouvelles informations" + nbsp + ":"}, d.fileFacts()},
		Action:  d.openFile("Choisir dans mon dossier"),
		Body: []block{heading("Que pouvez-vous faire"), items(
			"Ça vous convient"+nbsp+": "+d.ifItSuits(),
			"Une autre date vous irait mieux"+nbsp+": changez de session dans votre dossier.",
			"Vous ne pouvez plus venir"+nbsp+": rendez votre place dans votre dossier.")},
		Closing: "Nous vous prions de nous excuser pour ce changement.",
	}
	if was := d.before(); len(was) > 0 {
		l.Lead = append(l.Lead, facts(was...))
	}
	if d.request().Stage == guide.Void { // the money first: it does not wait
		l.Action = d.openFile("Refaire ma demande")
		if w, needed := d.otherWay(); needed {
			l.Action = d.openFile(w.Button)
		}
		l.Body, l.Closing = append(d.fundingAfterMove(), l.Body...), ""
		return l
	}
	l.Body = append(l.Body, d.fundingAfterMove()...)
	return l
}

// before is how it was, of what changed.
func (d Data) before() (was []fact) {
	p := d.Previous
	if p == nil || len(p.HalfDays) == 0 {
		return nil
	}
	if !slices.Equal(sittings(*p), sittings(d.Session)) {
		for _, when := range sittings(*p) {
			was = append(was, fact{Label: "Avant, c’était", Value: when})
		}
	}
	if place(*p) != place(d.Session) {
		was = append(was, fact{Label: "Avant, le lieu était", Value: place(*p)})
	}
	return was
}

// whatMoved names what changed, in the title: « de date », « d’horaires », « de lieu ».
func (d Data) whatMoved() string {
	p := d.Previous
	if p == nil || len(p.HalfDays) == 0 {
		return "de date ou de lieu"
	}
	var what []string
	switch {
	case !slices.Equal(days(*p), days(d.Session)):
		what = append(what, "de date")
	case !slices.Equal(sittings(*p), sittings(d.Session)):
		what = append(what, "d’horaires")
	}
	if place(*p) != place(d.Session) {
		what = append(what, "de lieu")
	}
	if len(what) == 0 {
		return "de date ou de lieu"
	}
	return strings.Join(what, " et ")
}

func (d Data) ifItSuits() string {
	if d.request().Stage == guide.Void {
		return "votre place est gardée, il reste à la payer."
	}
	return "vous n’avez rien à faire, votre place est gardée."
}

// fundingAfterMove says what a new date changes for each way of paying.
func (d Data) fundingAfterMove() []block {
	blocks := []block{heading("Pour payer")}
	switch d.Enrolment.Mode {
	case enrolment.DIFE:
		if r := d.request(); r.Stage == guide.Void {
			return append(blocks, strong(r.Text(d.Now)))
		}
		if d.requested() {
			return append(blocks, block{Text: "Les dates ne changent pas" + nbsp + ": votre demande sur Mon Compte Élu reste valable."})
		}
		if limit := d.limit(enrolment.DIFE); limit != "" {
			blocks = append(blocks, strong(limit))
		}
		return append(blocks, block{Text: "Vous aviez déjà envoyé une demande sur Mon Compte Élu, sans nous le dire" + nbsp + "? Elle porte sur l’ancienne date" + nbsp + ": elle est à refaire pour la nouvelle."})
	case enrolment.Collectivite:
		blocks = append(blocks, block{Text: d.movedAuthority() + d.replaced(" Ils ont un nouveau numéro"+nbsp+": ils annulent et remplacent ceux d’avant.")})
		if p := d.Guide.Settling(d.Session, enrolment.Collectivite, d.Now); p.Open && !d.nothingLeft() && d.Enrolment.Status != enrolment.Waiting {
			blocks = append(blocks, strong(p.Remaining(enrolment.Collectivite, d.Now)))
		}
		return blocks
	}
	return append(blocks, block{Text: "Le contrat à jour est dans votre dossier." + d.replaced(" Il a un nouveau numéro"+nbsp+": il annule et remplace celui d’avant.")})
}

// movedAuthority says who gives the collectivité the papers made again.
func (d Data) movedAuthority() string {
	if d.Enrolment.Contact == nil || d.Enrolment.Status == enrolment.Waiting {
		return "Prévenez votre collectivité" + nbsp + ": le devis et la convention à jour sont dans votre dossier."
	}
	return "Nous envoyons à " + d.Enrolment.Contact.Name + ", votre contact à la collectivité, le devis et la convention à jour. Ils sont aussi dans votre dossier."
}

// replaced keeps a sentence about new numbers from who waits for a seat: no paper of theirs had one.
func (d Data) replaced(sentence string) string {
	if d.Enrolment.Status == enrolment.Waiting {
		return ""
	}
	return sentence
}

func sessionCancelled(d Data) letter {
	l := letter{
		Subject: "Session annulée" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: "Nous avons dû annuler cette session. Vous pouvez en choisir une autre.",
		Title:   "Nous avons dû annuler cette session",
		Lead: []block{{Text: "Cette session n’aura pas lieu. Nous vous prions de nous en excuser."},
			facts(d.sessionFacts(d.Session)...),
			{Text: "Choisissez une autre session dans votre dossier" + nbsp + ": vous n’aurez rien à retaper."}},
		Action: d.openFile("Choisir une autre session"),
	}
	switch d.Enrolment.Mode {
	case enrolment.DIFE:
		l.Body = paragraphs("Vous aviez envoyé une demande sur Mon Compte Élu"+nbsp+"? Elle ne vaut plus"+nbsp+": elle sera à refaire pour l’autre session, et nous vous dirons jusqu’à quand.", capital(d.reach()))
		if _, asked := d.Enrolment.Steps[enrolment.StepDossier]; asked {
			l.Body[0].Text = "La demande que vous aviez envoyée sur Mon Compte Élu ne vaut plus" + nbsp + ": elle sera à refaire pour l’autre session, et nous vous dirons jusqu’à quand."
		}
	case enrolment.Collectivite:
		l.Body = paragraphs(d.toldAuthority() + " " + d.reach())
	default:
		l.Body = paragraphs("Vous aviez déjà versé une somme" + nbsp + "? " + d.reach())
	}
	return l
}

func alreadyEnrolled(d Data) letter {
	return letter{
		Subject: "Votre inscription existe déjà" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: "Une nouvelle demande est arrivée avec votre adresse. Rien n’a changé.",
		Title:   "Votre inscription existe déjà",
		Lead: []block{{Text: "Quelqu’un, sans doute vous, vient de s’inscrire une seconde fois à cette session avec votre adresse. Votre première inscription compte toujours" + nbsp + ": rien n’a changé."},
			d.fileFacts()},
		Action: d.openFile("Ouvrir mon dossier"),
		Body:   paragraphs("Ce n’était pas vous" + nbsp + "? Vous n’avez rien à faire" + nbsp + ": personne n’a vu votre dossier."),
	}
}

func myLinks(d Data) letter {
	l := letter{
		Subject: "Le lien de votre dossier",
		Preview: "Vous l’avez demandé à l’instant.",
		Title:   "Le lien de votre dossier",
		Lead:    paragraphs("Vous nous avez demandé de vous le renvoyer. Le voici."),
		Action:  d.openFile("Ouvrir mon dossier"),
		Body:    paragraphs("Vous n’avez rien demandé" + nbsp + "? Ignorez ce message" + nbsp + ": il n’a été envoyé qu’à vous."),
	}
	files := d.Files
	if len(files) == 0 && len(d.Session.HalfDays) > 0 {
		files = []File{{d.Session.Formation.Title, d.Session.Start(), d.Enrolment.Reference, d.Enrolment.Status, d.Addresses.File}}
	}
	if len(files) > 1 {
		l.Subject, l.Title = "Les liens de vos dossiers", "Les liens de vos dossiers"
		l.Lead = paragraphs("Vous nous avez demandé de vous les renvoyer. Le bouton ouvre le premier" + nbsp + "; les autres sont dans la liste.")
		l.Action = &action{Label: "Ouvrir le premier dossier", URL: files[0].URL}
	}
	list := make([]fact, len(files))
	for i, f := range files {
		list[i] = fact{Label: capital(guide.Day(f.Start)) + ", référence " + f.Reference + ", " + statusWords[f.Status], Value: f.Title, URL: f.URL}
	}
	if len(list) > 0 {
		l.Lead = append(l.Lead, facts(list...))
	}
	return l
}

// statusWords are the statuses as people read them.
var statusWords = map[enrolment.Status]string{
	enrolment.Reserved: "place réservée", enrolment.Confirmed: "place réservée, financement réglé", enrolment.Attended: "formation suivie",
	enrolment.Waiting: "liste d’attente", enrolment.Offered: "place proposée", enrolment.Cancelled: "annulée", enrolment.Expired: "close",
}
