package mail

import (
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// confirmation is the mail that makes an enrolment true for the person: the seat, the file, and how to pay.
func confirmation(d Data) letter {
	return letter{
		Subject: "Votre place est réservée" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session),
		Preview: d.nextInWords(),
		Title:   "Votre place est réservée",
		Lead: append(paragraphs(d.enrolled()+" Gardez ce message"+nbsp+": il contient tout ce qu’il vous faut, et le lien de votre dossier."),
			append(d.toProve(), d.fileFacts())...),
		Action:  d.openProved("Ouvrir mon dossier"),
		Body:    append(d.afterwards(), d.funding(d.Enrolment.Mode)...),
		Closing: "À bientôt. Une question" + nbsp + "? Répondez à ce message" + nbsp + ": quelqu’un vous lit.",
	}
}

// enrolled says who enrolled the person: themselves, or their collectivité.
func (d Data) enrolled() string {
	if by := d.enrolledBy(); by != "" {
		return by + "Elle reçoit le devis et la convention."
	}
	return "Votre inscription est enregistrée."
}

// enrolledBy says that somebody else enrolled the person; "" when they did. It ends with a space.
func (d Data) enrolledBy() string {
	if d.Enrolment.PartOf == "" {
		return ""
	}
	return "Votre collectivité (" + d.Enrolment.Mandate.Authority + ") vous inscrit à cette formation, avec d’autres élus. "
}

// offerTaken is the confirmation of someone who waited.
func offerTaken(d Data) letter {
	l := confirmation(d)
	l.Subject = "La place est à vous" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session)
	l.Title = "La place est à vous"
	l.Lead[0] = block{Text: "Vous étiez sur la liste d’attente, et vous avez maintenant une place. Gardez ce message" + nbsp + ": il contient tout ce qu’il vous faut, et le lien de votre dossier."}
	return l
}

// late is for someone who enrols when the session is near: one message instead of three.
func late(d Data) letter {
	l := confirmation(d)
	l.Subject = "Inscription et convocation" + nbsp + ": " + d.Session.Formation.Title + ", " + on(d.Session)
	l.Title = "Votre place est réservée, et c’est bientôt"
	l.Lead[0] = block{Text: d.enrolledBy() + "Votre inscription est enregistrée, et la formation approche" + nbsp + ": ce message vous sert aussi de convocation."}
	l.Body = append(append(d.practical(), d.afterwards()...), d.funding(d.Enrolment.Mode)...)
	return l
}

// ready says what the funding's state lets us say.
func (d Data) ready() string {
	if d.Enrolment.FundingState() == enrolment.FundingSettled {
		return "Votre financement est réglé."
	}
	return "Vous nous avez dit que tout est fait."
}

// next is the first thing left to do, in the infinitive; ok is false when nothing is left to the élu.
func (d Data) next() (what string, ok bool) {
	key, todo := d.Enrolment.NextStep()
	if !todo {
		return "", false
	}
	if _, needed := d.otherWay(); needed {
		return "choisir une autre façon de payer", true
	}
	if key == enrolment.StepConfirm {
		return d.confirming(), true
	}
	step, _ := d.Guide.Step(d.Enrolment.Mode, key)
	return lowerFirst(step.Title), true
}

// nothingLeft tells whether the élu has nothing left to do about paying.
func (d Data) nothingLeft() bool { return d.Enrolment.FundingState() != enrolment.FundingTodo }

// requested tells whether the DIFE request was declared.
func (d Data) requested() bool {
	_, done := d.Enrolment.Steps[enrolment.StepDossier]
	return done || d.nothingLeft()
}

// request is where the DIFE request stands.
func (d Data) request() guide.Request { return d.Guide.Request(d.Enrolment, d.Session, d.Now) }

// nextInWords is what remains to do, in one sentence.
func (d Data) nextInWords() string {
	what, todo := d.next()
	if !todo {
		return d.ready() + " Votre dossier, votre référence " + d.Enrolment.Reference + " et l’agenda sont dans ce message."
	}
	return "À faire maintenant" + nbsp + ": " + what + ". Référence " + d.Enrolment.Reference + "."
}

// by is the last day of what is left to send, and what that is; "" when nothing is.
func (d Data) by() string {
	m := d.Enrolment.Mode
	p := d.Guide.Settling(d.Session, m, d.Now)
	_, signed := d.Enrolment.Steps[enrolment.StepContrat]
	if m == enrolment.DIFE && d.requested() || m == enrolment.Personnel && signed || d.nothingLeft() || !p.Open || p.LastDay.IsZero() {
		return ""
	}
	what := map[enrolment.Mode]string{
		enrolment.DIFE: "votre demande sur Mon Compte Élu", enrolment.Collectivite: "la convention signée nous est renvoyée",
		enrolment.Personnel: "le contrat signé nous est renvoyé",
	}[m]
	return "Au plus tard le " + guide.Day(p.LastDay) + nbsp + ": " + what + "."
}

// afterwards says what happens next, in order.
func (d Data) afterwards() []block {
	list := []string{}
	if what, todo := d.next(); todo {
		list = append(list, "Maintenant"+nbsp+": "+what+". Tout est expliqué ci-dessous.")
	}
	if by := d.by(); by != "" {
		list = append(list, by)
	}
	if d.kind != Late {
		list = append(list, "Une semaine avant la formation"+nbsp+": nous vous envoyons votre convocation.")
	}
	list = append(list, "À tout moment, dans votre dossier"+nbsp+": vos papiers, votre agenda, changer de façon de payer, ou rendre votre place.")
	return []block{heading("Et maintenant"), items(list...)}
}
