package mail

import (
	"fmt"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// stepReminder reminds of one step with its own content. As a last call it begins with the time that is left.
func stepReminder(d Data) letter {
	key := remindedStep[d.kind]
	mode := modeOf(key)
	step, _ := d.Guide.Step(mode, key)
	if d.Enrolment.Mode == mode {
		step = d.Guide.StepFor(d.Enrolment, d.Session, key, d.Now)
	}
	title := d.Guide.Mode(mode)
	if w, needed := d.otherWay(); needed && mode == enrolment.DIFE {
		return d.changeWay(w)
	}
	what := lowerFirst(step.Title)
	if key == enrolment.StepDossier && d.request().Stage == guide.Void {
		what = "refaire votre demande sur Mon Compte Élu"
	}
	l := letter{
		Subject: fmt.Sprintf("%s, étape %d%ssur%s%d%s: %s", title.Short, number(mode, key), nbsp, nbsp, len(title.Steps), nbsp, what),
		Preview: step.Summary,
		Title:   capital(what),
		Lead:    []block{{Text: d.standing() + " Prochaine étape" + nbsp + ": " + what + "."}},
		Action:  d.openFile("Voir cette étape dans mon dossier"),
		Body:    append([]block{heading("Comment faire")}, d.step(step)...),
		Closing: "C’est déjà fait" + nbsp + "? Cochez l’étape dans votre dossier" + nbsp + ": nous ne vous en parlerons plus.",
	}
	if key == enrolment.StepIdentite && d.possible(enrolment.DIFE).Open {
		l.Lead = append(l.Lead, block{Text: d.Guide.Identity(d.Session, d.Now).Text})
	}
	if mode == enrolment.DIFE {
		l.Body = d.withHelpline(key, l.Body)
	}
	if !d.Deadline.IsZero() && key != enrolment.StepAcompte {
		l.Lead = append(l.Lead, strong(d.remaining(mode)))
	}
	switch n := guide.WorkingDaysLeft(d.Now, d.Deadline); {
	case d.LastCall:
		l.Subject = d.countdown() + nbsp + ": " + what
		l.Preview = d.remaining(mode)
	case d.Turn > 1 && n > 0 && key != enrolment.StepAcompte:
		l.Subject = title.Short + ", il reste " + guide.Count(n, "jour ouvré", "jours ouvrés") + nbsp + ": " + what
	case d.Turn > 0:
		l.Subject = "Toujours à faire" + nbsp + ": " + what
	}
	return l
}

// otherWay is what the file and the page say once the DIFE no longer fits.
func (d Data) otherWay() (guide.OtherWay, bool) {
	return d.Guide.OtherWay(d.Enrolment, d.Session, d.Now)
}

// changeWay says it instead of a reminder: no how-to of the impossible.
func (d Data) changeWay(w guide.OtherWay) letter {
	l := letter{
		Subject: "DIFE, le temps manque" + nbsp + ": changez de façon de payer, votre place est gardée",
		Preview: "Votre place est gardée. Vous pouvez payer autrement, en un geste.",
		Title:   w.Title,
		Lead:    []block{strong(w.Text), {Text: d.standing()}},
		Action:  d.openFile(w.Button),
		Body:    d.otherWays(heading),
		Closing: "Vous avez déjà votre identité numérique" + nbsp + "? Cochez l’étape dans votre dossier et envoyez votre demande tout de suite. Un doute" + nbsp + "? " + d.reach(),
	}
	if w.Closed {
		l.Closing = "Un doute" + nbsp + "? " + d.reach()
	}
	return l
}

// standing recalls where the file stands.
func (d Data) standing() string {
	what := "« " + d.Session.Formation.Title + " », " + on(d.Session) + "."
	if d.Enrolment.Status == enrolment.Waiting {
		return "Vous êtes sur la liste d’attente pour " + what
	}
	if !d.Now.Before(d.Session.End()) {
		return "« " + d.Session.Formation.Title + " » a eu lieu " + on(d.Session) + "."
	}
	return "Votre place est réservée pour " + what
}

// withHelpline puts the line first when it is about this very step, else last: people call before they read on.
func (d Data) withHelpline(key enrolment.StepKey, body []block) []block {
	if callsFor(key) {
		return append([]block{d.helpline()}, body...)
	}
	return append(body, heading("Besoin d’aide pour l’identité numérique"+nbsp+"?"), d.helpline())
}

func modeOf(key enrolment.StepKey) enrolment.Mode {
	for _, m := range enrolment.Modes {
		if m.HasStep(key) {
			return m
		}
	}
	return enrolment.DIFE
}

// number is the place of a step in its mode, from 1.
func number(m enrolment.Mode, key enrolment.StepKey) int {
	for i, k := range m.Steps() {
		if k == key {
			return i + 1
		}
	}
	return 0
}

// remaining says the limit in one sentence.
func (d Data) remaining(m enrolment.Mode) string {
	p := d.Guide.Settling(d.Session, m, d.Now)
	if !p.Open {
		return p.Reason
	}
	return p.Remaining(m, d.Now)
}

// countdown begins the subject of a last call.
func (d Data) countdown() string {
	mode := d.Guide.Mode(modeOf(remindedStep[d.kind])).Short
	n := guide.WorkingDaysLeft(d.Now, d.Deadline)
	if n == 0 {
		return mode + ", dernier moment"
	}
	return mode + ", plus que " + guide.Count(n, "jour ouvré", "jours ouvrés")
}

// difeClosed says what is still possible once the DIFE is not.
func difeClosed(d Data) letter {
	l := letter{
		Subject: "Le DIFE n’est plus possible pour cette session" + nbsp + ": votre place est gardée",
		Preview: "Vous pouvez encore payer autrement, en un geste.",
		Title:   "Trop tard pour le DIFE, mais votre place est gardée",
		Lead: []block{{Text: d.possible(enrolment.DIFE).Reason},
			{Text: "Votre place pour « " + d.Session.Formation.Title + " », " + on(d.Session) + ", reste réservée. Choisissez une autre façon de payer" + nbsp + ":"}},
		Action: d.openFile("Choisir une autre façon de payer"),
	}
	l.Lead = append(l.Lead, d.otherWays(heading)...)
	l.Body = append(paragraphs("Vous tenez au DIFE"+nbsp+"? Changez de session dans votre dossier, pour une date plus lointaine"+nbsp+": votre compte et votre identité numérique serviront."),
		block{Text: "Vous aviez fait votre demande à temps sur Mon Compte Élu" + nbsp + "? Cochez l’étape dans votre dossier, et tout va bien."})
	return l
}

// difeCall says that the request is still possible, with our help and today only.
func difeCall(d Data) letter {
	phone := d.Organisation.Phone
	return letter{
		Subject: "DIFE" + nbsp + ": appelez-nous aujourd’hui au " + phone,
		Preview: "Votre demande est encore possible si nous répondons le jour même.",
		Title:   "Appelez-nous aujourd’hui",
		Lead: []block{strong(d.possible(enrolment.DIFE).Reason + " Notre numéro" + nbsp + ": " + phone + "."),
			{Text: "Votre place pour «" + nbsp + d.Session.Formation.Title + nbsp + "», " + on(d.Session) + ", reste réservée."}},
		Action: d.openFile("Voir mon dossier"),
		Body: append([]block{heading("Si ce n’est plus possible"), {Text: "Choisissez une autre façon de payer dans votre dossier" + nbsp + ":"}},
			d.otherWays(sub)...),
		Closing: "Vous aviez déjà envoyé votre demande sur Mon Compte Élu" + nbsp + "? Cochez l’étape dans votre dossier.",
	}
}
