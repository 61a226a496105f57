package mail

import (
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/phone"
)

// confirming is the last stage of the DIFE in the infinitive, as it stands.
func (d Data) confirming() string {
	switch r := d.request(); r.Stage {
	case guide.Proposed:
		return "confirmer notre proposition sur Mon Compte Élu, avant la fin du " + guide.Day(r.ConfirmBy)
	case guide.Lapsed:
		if d.possible(enrolment.DIFE).ReasonCode == guide.ReasonTooLate {
			return "choisir une autre façon de payer"
		}
		return "refaire votre demande, ou choisir une autre façon de payer"
	case guide.Unanswered:
		return "regarder si notre proposition est sur Mon Compte Élu, et la confirmer"
	}
	return "attendre notre proposition, puis la confirmer sur Mon Compte Élu"
}

// seat recalls which seat it is about.
func (d Data) seat() string {
	return "«" + nbsp + d.Session.Formation.Title + nbsp + "», " + on(d.Session)
}

func (d Data) confirmStep() guide.Step {
	step, _ := d.Guide.Step(enrolment.DIFE, enrolment.StepConfirm)
	return step
}

// difeProposal tells that the proposal is known, the day it is.
func difeProposal(d Data) letter {
	by := guide.Day(d.request().ConfirmBy)
	return letter{
		Subject: "DIFE" + nbsp + ": confirmez notre proposition avant la fin du " + guide.DayMonth(d.request().ConfirmBy),
		Preview: "Elle vous attend sur Mon Compte Élu. Sans votre confirmation, elle s’annule.",
		Title:   "Notre proposition vous attend sur Mon Compte Élu",
		Lead: []block{{Text: "Nous avons répondu à votre demande pour " + d.seat() + "."},
			strong("Confirmez la proposition sur Mon Compte Élu au plus tard le " + by + ". Après, elle s’annule d’elle-même et toute la demande est à refaire.")},
		Action:  d.openFile("Voir comment confirmer"),
		Body:    append([]block{heading("Comment faire")}, d.step(d.confirmStep())...),
		Closing: "C’est confirmé" + nbsp + "? Cochez l’étape dans votre dossier" + nbsp + ": nous ne vous en parlerons plus.",
	}
}

// difeConfirmation is the last call before the proposal lapses: the day before, then the same day.
func difeConfirmation(d Data) letter {
	l := difeProposal(d)
	r := d.request()
	if guide.WorkingDaysLeft(d.Now, r.ConfirmBy) == 0 {
		l.Subject = "DIFE, dernier jour" + nbsp + ": confirmez notre proposition aujourd’hui"
		l.Preview = "Ce soir à minuit, elle s’annule."
		l.Title = "C’est aujourd’hui le dernier jour pour confirmer"
		l.Lead = []block{strong("Sans votre confirmation sur Mon Compte Élu d’ici ce soir, notre proposition pour " + d.seat() + ", s’annule, et votre DIFE ne paiera pas."),
			{Text: "Un souci pour vous connecter" + nbsp + "? " + d.reach()}}
		return l
	}
	l.Subject = "DIFE" + nbsp + ": notre proposition s’annule " + guide.DayMonth(r.ConfirmBy) + " au soir"
	l.Preview = "Il vous reste à la confirmer sur Mon Compte Élu."
	l.Title = "Il reste peu de temps pour confirmer notre proposition"
	l.Lead[0] = block{Text: "D’après votre dossier, notre proposition pour " + d.seat() + ", attend encore votre confirmation."}
	return l
}

// difeAwaited is for whoever declared the request and heard nothing: the proposal may be there, and its days may run.
func difeAwaited(d Data) letter {
	return letter{
		Subject: "DIFE" + nbsp + ": notre réponse vous attend-elle sur Mon Compte Élu" + nbsp + "?",
		Preview: "Regardez vos messages là-bas" + nbsp + ": vous avez quatre jours ouvrés pour confirmer.",
		Title:   "Avez-vous reçu notre proposition" + nbsp + "?",
		Lead: []block{{Text: "Vous nous avez dit avoir envoyé votre demande pour " + d.seat() + ". Nous avions jusqu’au " + guide.Day(d.request().AnswerBy) + " pour y répondre."},
			strong("Connectez-vous à Mon Compte Élu. La proposition y est" + nbsp + ": confirmez-la, vous avez quatre jours ouvrés à partir de notre réponse. Elle n’y est pas" + nbsp + ": appelez-nous au " + d.Organisation.Phone + ", la demande a peut-être été annulée, et c’est à nous de la rattraper.")},
		Action:  d.openFile("Dire où j’en suis"),
		Body:    append([]block{heading("Comment faire")}, d.step(d.confirmStep())...),
		Closing: "Dans votre dossier, dites-nous «" + nbsp + "J’ai reçu la proposition" + nbsp + "»" + nbsp + ": nous vous rappellerons le dernier jour.",
	}
}

// difeLapsed says what to do once the proposal was not confirmed in time.
func difeLapsed(d Data) letter {
	l := letter{
		Subject: "DIFE" + nbsp + ": la proposition n’a pas été confirmée à temps, voici que faire",
		Preview: "Votre place est gardée.",
		Title:   "La proposition s’est annulée, votre place est gardée",
		Lead:    []block{{Text: "D’après votre dossier, notre proposition pour " + d.seat() + ", n’a pas été confirmée avant la fin du " + guide.Day(d.request().ConfirmBy) + "."}},
		Closing: "Vous l’aviez confirmée à temps" + nbsp + "? Cochez l’étape dans votre dossier, et tout va bien.",
	}
	p := d.possible(enrolment.DIFE)
	switch {
	case p.Open:
		l.Lead = append(l.Lead, strong("Vous pouvez refaire la demande. "+p.Remaining(enrolment.DIFE, d.Now)))
		l.Action = d.openFile("Refaire ma demande")
	case p.ReasonCode == guide.ReasonCallToday:
		l.Lead = append(l.Lead, strong(p.Reason+" Notre numéro"+nbsp+": "+d.Organisation.Phone+"."))
		l.Action = d.openFile("Voir mon dossier")
	default:
		l.Lead = append(l.Lead, block{Text: p.Reason + " Choisissez une autre façon de payer" + nbsp + ":"})
		l.Lead = append(l.Lead, d.otherWays(heading)...)
		l.Action = d.openFile("Choisir une autre façon de payer")
		return l
	}
	l.Body = append([]block{heading("Ou payer autrement")}, d.otherWays(sub)...)
	return l
}

// staffRequest asks the organisation to answer a request, with its own last day.
func staffRequest(d Data) letter {
	p := d.Enrolment.Person
	by := d.request().AnswerBy
	l := letter{
		Subject: "DIFE à répondre avant la fin du " + guide.DayMonth(by) + nbsp + ": dossier " + d.Enrolment.Reference,
		Preview: "Sans proposition de notre part, la demande s’annule d’elle-même.",
		Title:   "Une demande DIFE attend notre proposition",
		Lead: []block{strong("Répondez sur Mon Compte Formation au plus tard le " + guide.Day(by) + ". Après, la demande s’annule d’elle-même, ou la proposition vient trop tard pour la session."),
			{Text: capital(d.theElu()) + " nous dit avoir envoyé sa demande sur Mon Compte Élu. Vous ne la voyez pas là-bas" + nbsp + "? Appelez."}},
		Body: paragraphs("Dès que la proposition est envoyée, notez-le dans le dossier («" + nbsp + "Proposition envoyée" + nbsp + "»)" + nbsp + ": un e-mail part alors, et les quatre jours ouvrés pour confirmer commencent."),
	}
	if d.LastCall {
		l.Subject = "Dernier jour, DIFE à répondre aujourd’hui" + nbsp + ": dossier " + d.Enrolment.Reference
		l.Title = "C’est le dernier jour pour répondre"
	}
	list := append([]fact{{Label: "Demande de", Value: p.FullName()}, {Label: "Téléphone", Value: orNone(phone.Dialled(p.Phone))}, {Label: "Nom de naissance", Value: orNone(p.BirthName)}},
		facts(d.sessionFacts(d.Session)...).Facts...)
	l.Lead = append(l.Lead, facts(append(list, fact{Label: "Référence", Value: d.Enrolment.Reference})...))
	if p.Phone != "" {
		l.Action = &action{Label: "Appeler " + p.FullName(), Tel: digits(p.Phone)}
	}
	return l
}
