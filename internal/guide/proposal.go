package guide

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Keys of the rules that follow the DIFE request.
const (
	ruleDIFEConfirm = "dife-elu-confirmation-working-days"
	ruleDIFECall    = "dife-confirm-call-working-days"

	ruleDIFEAgreement = "dife-agreement-months"
)

// Stage is where a DIFE request stands once the élu has declared it.
type Stage string

// awaited: the organisation still has the time to answer. unanswered: that time is over and no proposal is known. proposed: the élu
// has to confirm. lapsed: they did not in time. confirmed: they say they did.
const (
	NoRequest  Stage = ""
	Awaited    Stage = "awaited"
	Unanswered Stage = "unanswered"
	Proposed   Stage = "proposed"
	Lapsed     Stage = "lapsed"
	Agreed     Stage = "confirmed"
	Void       Stage = "void" // made for other dates: to be made again
)

// Request is a DIFE request with its last moments.
type Request struct {
	Stage     Stage
	AnswerBy  time.Time // last second that the organisation has to answer; zero before a request
	ConfirmBy time.Time // last second that the élu has to confirm; zero before a proposal
	void      string    // what a new date does to the request
	CallFrom  time.Time // from when the organisation calls whoever has not confirmed; zero with ConfirmBy
}

// Request says where the DIFE request of a file stands. The organisation answers within its working days, and in any case before its
// proposal comes too late for the session; the élu confirms within theirs, before the session begins. Without a confirmed rule a
// moment has no end.
func (g *Guide) Request(e enrolment.Enrolment, s enrolment.Session, now time.Time) Request {
	filed, done := e.Steps[enrolment.StepDossier]
	if e.Mode == enrolment.DIFE && !done && e.Void != nil {
		return Request{Stage: Void, void: g.voidText(e, s, now)}
	}
	if e.Mode != enrolment.DIFE || !done {
		return Request{}
	}
	r := Request{Stage: Awaited, AnswerBy: g.answerBy(filed.At, s)}
	if !r.AnswerBy.IsZero() && now.After(r.AnswerBy) {
		r.Stage = Unanswered
	}
	if proposal, known := e.Steps[enrolment.StepProposal]; known {
		r.Stage = Proposed
		r.ConfirmBy, r.CallFrom = g.confirmBy(proposal.At, s)
		if !r.ConfirmBy.IsZero() && now.After(r.ConfirmBy) {
			r.Stage = Lapsed
		}
	}
	if _, agreed := e.Steps[enrolment.StepConfirm]; agreed {
		r.Stage = Agreed
	}
	return r
}

// ProposalLapsed tells whether the élu did not confirm the proposal in time.
func (g *Guide) ProposalLapsed(e enrolment.Enrolment, s enrolment.Session, now time.Time) bool {
	return g.Request(e, s, now).Stage == Lapsed
}

// voidText says what a new date does to a request: all of it again, and by when; or too late, and by whose doing.
func (g *Guide) voidText(e enrolment.Enrolment, s enrolment.Session, now time.Time) string {
	v, again := *e.Void, "Refaites-la pour la nouvelle date. "
	why := "La demande que vous aviez envoyée sur Mon Compte Élu porte sur votre ancienne session\u00a0: annulez-la là-bas. "
	switch {
	case v.Ours && v.At.Equal(e.ReservedAt): // they left a session that we had cancelled
		why = "Nous avons annulé votre ancienne session, et nous vous prions de nous en excuser\u00a0: la demande que vous aviez envoyée sur Mon Compte Élu ne vaut plus. "
	case v.Ours:
		why = "Nous avons changé la date, et nous vous prions de nous en excuser\u00a0: la demande que vous aviez envoyée sur Mon Compte Élu ne vaut plus. "
	default:
		again = "Refaites-en une pour la nouvelle date. "
	}
	p := g.Settling(s, enrolment.DIFE, now)
	switch {
	case p.Open:
		return why + again + p.Remaining(enrolment.DIFE, now)
	case p.ReasonCode == ReasonCallToday:
		return why + p.Reason
	case v.Ours:
		return why + "Il est trop tard pour la refaire, et c’est de notre fait\u00a0: appelez-nous, ou choisissez une autre façon de payer ou une autre session. Votre place est gardée."
	}
	return why + p.Reason + " Choisissez une autre façon de payer, ou une autre session."
}

func (g *Guide) answerBy(filed time.Time, s enrolment.Session) time.Time {
	days, ok := g.Rule(ruleDIFEAnswer, filed)
	if !ok {
		return time.Time{}
	}
	by := EndOfWorkingDayAfter(filed, days)
	if closes, known := g.DIFEProposalCloses(s); known && filed.Before(closes) && closes.Before(by) {
		by = lastDay(s, closes)
		if by.Before(filed) { // declared on the week-end after the last working day: the same day, as promised
			by = closes
		}
	}
	return by
}

func (g *Guide) confirmBy(proposed time.Time, s enrolment.Session) (by, call time.Time) {
	days, ok := g.Rule(ruleDIFEConfirm, proposed)
	if !ok {
		return by, call
	}
	by = EndOfWorkingDayAfter(proposed, days)
	if eve := midnight(s.Start(), 0).Add(-time.Second); proposed.Before(eve) && eve.Before(by) {
		by = eve
	}
	if n, known := g.Rule(ruleDIFECall, proposed); known {
		call = midnight(EndOfWorkingDayAfter(proposed, n), 0)
	}
	return by, call
}

// Text says in one or two sentences where the request stands and what is next; "" before one.
func (r Request) Text(now time.Time) string {
	switch r.Stage {
	case Void:
		return r.void
	case Awaited:
		return "Nous répondons à votre demande au plus tard le " + Day(r.AnswerBy) + ", par une proposition sur Mon Compte Élu. Vous aurez alors quatre jours ouvrés pour la confirmer."
	case Unanswered:
		return "Notre réponse devait vous parvenir au plus tard le " + Day(r.AnswerBy) + ". Regardez vos messages sur Mon Compte Élu : la proposition y est, confirmez-la ; elle n’y est pas, appelez-nous."
	case Proposed:
		what := "Confirmez notre proposition sur Mon Compte Élu au plus tard le " + Day(r.ConfirmBy)
		if n := WorkingDaysLeft(now, r.ConfirmBy); n > 0 {
			return what + " : il reste " + Count(n, "jour ouvré", "jours ouvrés") + "."
		}
		return what + " : c’est aujourd’hui, le dernier moment."
	case Lapsed:
		return "La proposition devait être confirmée au plus tard le " + Day(r.ConfirmBy) + " : elle s’est annulée d’elle-même."
	}
	return ""
}

// DIFEOpens is the first instant at which the request for a session makes sense: a course must end within some months of the
// agreement. The zero time when no rule says.
func (g *Guide) DIFEOpens(s enrolment.Session) time.Time {
	months, ok := g.Rule(ruleDIFEAgreement, s.Start())
	if !ok {
		return time.Time{}
	}
	end := midnight(s.End(), 0)
	opens := time.Date(end.Year(), end.Month()-time.Month(months), 1, 0, 0, 0, 0, Paris)
	if last := opens.AddDate(0, 1, -1); end.Day() > last.Day() {
		return opens.AddDate(0, 1, 0) // 31 October, eight months on, is in the month after the one that has no such day
	}
	return midnight(opens, end.Day()-1)
}
