package staffapi

import (
	"cmp"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/web"
)

var mailLabels = map[string]string{
	"confirmation": "Confirmation", "queue-joined": "Liste d’attente", "offer": "Place proposée", "offer-expired": "Offre expirée", "offer-taken": "Place prise",
	"offer-declined": "Offre refusée", "queue-left": "Liste d’attente quittée", "queue-ended": "Fin de la liste d’attente", "cancelled": "Annulation", "withdrawn": "Accusé de réception de la rétractation", "staff-withdrawn": "Alerte : rétractation",
	"funding-changed": "Changement de financement", "session-changed": "Changement de session", "session-moved": "Session déplacée", "session-cancelled": "Session annulée",
	"already-enrolled": "Déjà inscrit", "links": "Liens", "address-asked": "Nouvelle adresse à confirmer", "address-changed": "Adresse changée, à l’ancienne", "seat-released": "Place remise en jeu", "rank-passed": "Rang passé", "proof": "Adresse à confirmer", "message": "Message de l’équipe", "late": "Confirmation et convocation", "dife-closed": "DIFE : trop tard", "convocation": "Convocation",
	"arrived":    "Inscription dans la salle",
	"day-before": "Veille de la formation", "thanks": "Remerciement", "certificate": "Certificat de réalisation", "authority-certificate": "Certificat de réalisation", "authority-papers": "Papiers à la collectivité", "authority-reminder": "Rappel à la collectivité", "authority-moved": "Papiers remplacés, à la collectivité", "authority-over": "Sans objet, à la collectivité",
	"staff-request": "Alerte : demande DIFE à laquelle répondre", "proposal": "Proposition DIFE à confirmer", "dife-call": "DIFE : appelez-nous", "dife-awaited": "DIFE : notre réponse est arrivée",
	"dife-lapsed": "DIFE : proposition annulée", "dife-confirmation": "Rappel : confirmer la proposition DIFE",
	"staff-unreachable": "Alerte : adresse qui ne répond pas", "authority-said": "Déclaration de la collectivité", "staff-authority-said": "Déclaration de la collectivité",
	"convention-signed": "Convention signée par les deux parties", "authority-convention-signed": "Convention signée par les deux parties", "staff-convention-signed": "Convention signée par les deux parties",
	"convention-undone": "Convention à signer de nouveau", "authority-convention-undone": "Convention à signer de nouveau",
}

var recipients = map[string]string{"holder": "à l’élu", "authority": "à la collectivité", "staff": "à l’équipe"}

var mailStates = map[enrolment.MessageState]string{
	enrolment.MessageClaimed: "en cours d’envoi", enrolment.MessageSent: "envoyé", enrolment.MessageRetry: "sera envoyé de nouveau", enrolment.MessageRefused: "refusé",
	enrolment.MessageDead: "abandonné : à regarder", enrolment.MessageLapsed: "pas envoyé, son heure était passée", enrolment.MessageBounced: "revenu",
}

// timeline puts everything that happened to a file in one line, oldest first.
func (a api) timeline(e enrolment.Enrolment, log []enrolment.MessageRecord, deeds []enrolment.Deed) []event {
	all := []event{{At: e.CreatedAt.UTC(), Kind: "created", Text: "Inscription"}}
	all = append(all, a.declared(e)...)
	if !e.WithdrawnAt.IsZero() {
		c, _ := e.Signed()
		all = append(all, event{At: e.WithdrawnAt.UTC(), Kind: "withdrawal", Text: "Rétractation du contrat n°\u00a0" + c.Number})
	}
	for _, m := range log {
		label := cmp.Or(mailLabels[m.Kind], a.reminderLabel(m.Kind), m.Kind)
		all = append(all, event{At: m.At.UTC(), Kind: "mail", Text: web.French("E-mail «\u00a0" + label + "\u00a0» " + recipients[m.To] + " : " + mailStates[m.State]), State: string(m.State)})
	}
	for _, d := range deeds {
		ev := event{At: d.At.UTC(), Kind: "act", Text: cmp.Or(actLabels[d.Act], d.Act), By: d.Actor.Name + byContact(d.Actor), Reason: d.Reason, Changes: a.changes(d.Changes)}
		if d.Act == "note" {
			ev.Kind, ev.Text, ev.Reason = "note", d.Reason, ""
		}
		all = append(all, ev)
	}
	slices.SortStableFunc(all, func(x, y event) int { return x.At.Compare(y.At) })
	return all
}

// declared is what the élu declared of the steps. Acts of the team and of the contact at the collectivité leave lines of their own.
// Once the contact has spoken the élu's last word is told even when it does not stand.
func (a api) declared(e enrolment.Enrolment) (all []event) {
	say := func(k enrolment.StepKey, at time.Time, text string) {
		step, _ := a.Guide.Step(e.Mode, k)
		all = append(all, event{At: at.UTC(), Kind: "step", Text: web.French(text + " : " + cmp.Or(step.Title, string(k)))})
	}
	for k, done := range e.Steps {
		if _, counted := e.Reply.Word(k, enrolment.ByHolder); done.By == enrolment.ByHolder && !counted {
			say(k, done.At, "Étape déclarée faite par l’élu")
		}
	}
	for _, m := range enrolment.Modes {
		for _, k := range m.Steps() {
			switch w, counted := e.Reply.Word(k, enrolment.ByHolder); {
			case counted && w.Done:
				say(k, w.At, "Étape déclarée faite par l’élu")
			case counted:
				say(k, w.At, "Étape déclarée pas faite par l’élu")
			}
		}
	}
	return all
}

// reminderLabel names a reminder by its step: its kind is the mode and the step.
func (a api) reminderLabel(kind string) string {
	for _, m := range enrolment.Modes {
		for _, k := range m.Steps() {
			if kind == string(m)+"-"+string(k) {
				step, _ := a.Guide.Step(m, k)
				return "Rappel" + web.French(" : ") + step.Title
			}
		}
	}
	return ""
}

// byContact says of the contact at the collectivité that they are not of the team.
func byContact(a enrolment.Actor) string {
	if a.Role != enrolment.RoleContact {
		return ""
	}
	return " (contact à la collectivité)"
}
