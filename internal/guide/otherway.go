package guide

import (
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// OtherWay is what is said once what is left of the DIFE can no longer be done in time: the person changes their way of paying. Mails
// and page say it alike.
type OtherWay struct {
	Title  string
	Text   string // why, in one or two sentences
	Button string
	Closed bool // nothing of the DIFE can be done any more; otherwise whoever has their identity already still can
}

const (
	changeWay  = "Changez de façon de payer"
	noIdentity = "D’après votre dossier, vous n’avez pas encore d’identité numérique, et elle ne serait plus prête à temps pour le DIFE."
)

// OtherWay tells whether a file that holds its seat and is to be paid for by the DIFE needs another way of paying: its request, or
// the identity that comes before it (a day, week-ends excluded), no longer fits. On the days when a request still fits with the
// organisation's help, an identity that does not exist yet does not.
func (g *Guide) OtherWay(e enrolment.Enrolment, s enrolment.Session, now time.Time) (OtherWay, bool) {
	seated := e.Status.HoldsSeat() && e.Status != enrolment.Offered
	if e.Mode != enrolment.DIFE || !seated || e.FundingState() != enrolment.FundingTodo || !now.Before(s.Start()) {
		return OtherWay{}, false
	}
	w := OtherWay{Title: changeWay, Button: "Changer de façon de payer"}
	p := g.Settling(s, enrolment.DIFE, now)
	late := !p.Open && p.ReasonCode != ReasonCallToday
	r := g.Request(e, s, now)
	switch {
	case late && r.Stage == Void:
		w.Text, w.Closed = r.Text(now), true
	case late && r.Stage == Lapsed:
		w.Text, w.Closed = r.Text(now)+" Il est trop tard pour refaire la demande. Votre place est gardée.", true
	case late && r.Stage == NoRequest:
		w.Text, w.Closed = p.Reason+" Votre place est gardée.", true
	case (r.Stage == NoRequest || r.Stage == Void) && g.withoutIdentity(e) && !g.identityFits(p, now):
		w.Text = noIdentity + " La demande se fait au plus tard le " + Day(p.LastDay) + ". Votre place est gardée."
		if !p.Open {
			w.Text = noIdentity + " Votre place est gardée."
		}
	default:
		return OtherWay{}, false
	}
	return w, true
}

func (g *Guide) withoutIdentity(e enrolment.Enrolment) bool {
	next, _ := e.NextStep()
	return next == enrolment.StepCompte || next == enrolment.StepIdentite
}

// identityFits tells whether an identity begun now, by a way that is fast, is ready before the request comes too late.
func (g *Guide) identityFits(p Possibility, now time.Time) bool {
	hours, known := g.Rule("identity-fast-hours", now)
	return p.Open && (!known || !workingLater(now, time.Duration(hours)*time.Hour).After(p.ClosesAt.Add(time.Second)))
}

// StepFor is a step as it can still be done for a file: once the DIFE needs another way of paying, nothing is explained that would come
// too late; before, a way of creating the identity that is too slow for this session says so first.
func (g *Guide) StepFor(e enrolment.Enrolment, s enrolment.Session, k enrolment.StepKey, now time.Time) Step {
	step, _ := g.Step(e.Mode, k)
	if k == enrolment.StepAcompte {
		return g.payFor(step, e, s, now)
	}
	if e.Mode != enrolment.DIFE || !left(e, k) {
		return step
	}
	if g.DIFEMissed(e, s, now) {
		step.Options, step.Links, step.Help = nil, nil, nil
		step.Body = []string{"Le DIFE se demande avant la formation. Appelez-nous\u00a0: nous convenons avec vous d’une autre façon de payer."}
		return step
	}
	if w, needed := g.OtherWay(e, s, now); needed {
		step.Options, step.Links, step.Help = nil, nil, nil
		step.Body = []string{"Trop tard pour cette session. Changez de façon de payer\u00a0: votre place est gardée."}
		if !w.Closed && (k == enrolment.StepCompte || k == enrolment.StepIdentite) {
			step.Body = []string{"C’est déjà fait\u00a0? Cochez l’étape, puis envoyez votre demande tout de suite. Sinon, changez de façon de payer\u00a0: votre place est gardée."}
		}
		return step
	}
	if k == enrolment.StepDossier {
		step.Body = append(slices.Clone(step.Body), whatToType(s.Formation))
	}
	if k != enrolment.StepIdentite || !e.Status.HoldsSeat() {
		return step
	}
	step.Options = slices.Clone(step.Options)
	for i, w := range g.Identity(s, now).Ways {
		if w.Chance == TooLate {
			step.Options[i].Body = append([]string{"Trop tard par ce moyen pour cette session. Pour une autre, plus lointaine\u00a0:"}, step.Options[i].Body...)
		}
	}
	return step
}

// DIFEMissed tells whether the session has begun without a request that may still pay for it: nothing of the DIFE can be done any more.
func (g *Guide) DIFEMissed(e enrolment.Enrolment, s enrolment.Session, now time.Time) bool {
	if e.Mode != enrolment.DIFE || e.FundingState() != enrolment.FundingTodo || now.Before(s.Start()) {
		return false
	}
	switch g.Request(e, s, now).Stage {
	case NoRequest, Void, Lapsed:
		return true
	}
	return false
}

// payFor is the payment of a personal contract as it stands: the step says « une fois le délai passé » until it has, and the whole price
// is due when the training took place before that.
func (g *Guide) payFor(step Step, e enrolment.Enrolment, s enrolment.Session, now time.Time) Step {
	opens, signed := g.StepOpensAt(e, enrolment.StepAcompte)
	if !signed || now.Before(opens) {
		return step
	}
	step.Help = nil // how to change one's mind during the period
	if g.WholePrice(e, s) {
		step.Title, step.Done = "Payer la formation", "J’ai payé la formation"
		step.Summary = "La formation a eu lieu, et le délai de rétractation est passé."
		step.Body = []string{"La formation a eu lieu, et le délai de rétractation est passé\u00a0: vous payez le prix convenu."}
		return step
	}
	step.Title = "Verser l’acompte"
	step.Summary = "Le délai de rétractation est passé."
	step.Body = []string{"Le délai de rétractation est passé\u00a0: vous versez un acompte. Le solde se paie au fur et à mesure de la formation."}
	return step
}

// WholePrice tells whether the first payment of a signed contract is the whole price: nothing could be asked before the training was over.
func (g *Guide) WholePrice(e enrolment.Enrolment, s enrolment.Session) bool {
	opens, signed := g.StepOpensAt(e, enrolment.StepAcompte)
	return signed && !opens.Before(s.End())
}

// whatToType finds the course on Mon Compte Élu: by its number when the catalogue has it.
func whatToType(f enrolment.FormationSummary) string {
	if f.MonCompteEluNumber == "" {
		return "Pour nous trouver là-bas, tapez le titre exact\u00a0: «\u00a0" + f.Title + "\u00a0»."
	}
	return "Pour nous trouver là-bas, tapez le numéro de la formation\u00a0: " + f.MonCompteEluNumber + ". Son titre\u00a0: «\u00a0" + f.Title + "\u00a0»."
}

// left tells whether a step is still to do: a later one that is done implies it.
func left(e enrolment.Enrolment, k enrolment.StepKey) bool {
	next, todo := e.NextStep()
	steps := e.Mode.Steps()
	return todo && slices.Index(steps, k) >= slices.Index(steps, next)
}
