package guide

import (
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Possibility says whether a way of paying can still be completed for a session.
type Possibility struct {
	Open       bool
	ClosesAt   time.Time // not possible from this instant on; zero when it never was
	LastDay    time.Time // end of the working day to name as the last one; zero with ClosesAt
	ReasonCode string    // why not: one of the Reason constants, "" when open
	Reason     string    // the same in French, ready to show
}

// Why a way of paying is closed.
const (
	ReasonSessionCancelled = "session-cancelled"
	ReasonSessionClosed    = "session-closed"
	ReasonNotEligible      = "not-eligible"
	ReasonTooManySeats     = "too-many-seats"
	ReasonCallToday        = "call-today" // only with the organisation's help: it must answer the same day
	ReasonTooLate          = "too-late"
	ReasonUnknownRule      = "unknown-rule"
	ReasonMandate          = "mandate"
)

// Possibility says whether a mode can still be completed for the session at an instant. Seats are another matter: a
// full session has a queue, and the same answer.
func (g *Guide) Possibility(s enrolment.Session, m enrolment.Mode, now time.Time) Possibility {
	closed := func(code, reason string) Possibility {
		return Possibility{ClosesAt: s.ClosesAt, LastDay: lastDay(s, s.ClosesAt), ReasonCode: code, Reason: reason}
	}
	switch {
	case s.Status == enrolment.SessionCancelled:
		return closed(ReasonSessionCancelled, "Cette session est annulée.")
	case s.Closed(now):
		return closed(ReasonSessionClosed, "Les inscriptions à cette session sont closes depuis le "+Day(s.ClosesAt)+".")
	case m == enrolment.DIFE:
		return g.difePossibility(s, now)
	}
	return Possibility{Open: true, ClosesAt: s.ClosesAt, LastDay: lastDay(s, s.ClosesAt)}
}

func (g *Guide) difePossibility(s enrolment.Session, now time.Time) Possibility {
	never := func(code, reason string) Possibility { return Possibility{ReasonCode: code, Reason: reason} }
	if !s.Formation.DIFEEligible {
		return never(ReasonNotEligible, "Cette formation ne peut pas être payée avec le DIFE.")
	}
	most, known := g.Rule("dife-max-participants", s.Start())
	closes, dated := g.DIFECloses(s)
	if !known || !dated {
		return never(ReasonUnknownRule, "Nous ne connaissons pas les règles du DIFE pour cette date : appelez-nous.")
	}
	if s.Capacity > most {
		return never(ReasonTooManySeats, "Une session payée avec le DIFE compte au plus "+Count(most, "participant", "participants")+" : celle-ci en accueille davantage.")
	}
	proposal, _ := g.DIFEProposalCloses(s)
	if s.ClosesAt.Before(closes) {
		closes = s.ClosesAt
	}
	last := lastDay(s, closes)
	switch {
	case now.Before(closes):
		return Possibility{Open: true, ClosesAt: closes, LastDay: last}
	case now.Before(proposal):
		return Possibility{ClosesAt: closes, LastDay: last, ReasonCode: ReasonCallToday,
			Reason: "Pour le DIFE, appelez-nous aujourd’hui : nous devons répondre le jour même à votre demande sur Mon Compte Élu."}
	}
	lead, _ := g.Rule(ruleDIFELead, s.Start())
	return Possibility{ClosesAt: closes, LastDay: last, ReasonCode: ReasonTooLate,
		Reason: "Trop tard pour le DIFE : la demande se faisait au plus tard le " + Day(last) + ". Notre réponse doit partir " + Count(lead, "jour ouvré", "jours ouvrés") + " avant le premier jour."}
}

// AllowsMandate tells whether a mandate can be used with a mode; reason says why not, in French.
func (g *Guide) AllowsMandate(m enrolment.Mode, kind enrolment.MandateKind) (reason string, ok bool) {
	mandate, known := g.Mandate(kind)
	if m != enrolment.DIFE || !known || mandate.DIFE {
		return "", true
	}
	return mandate.Reason, false
}

// Chance is whether a way of creating a digital identity can be ready in time.
type Chance string

// Unknown is for the ways whose delay nobody can promise.
const (
	InTime      Chance = "in-time"
	TooLate     Chance = "too-late"
	UnknownTime Chance = "unknown"
)

// Way is one way of creating the identity, judged for a session.
type Way struct {
	Option  Option
	Chance  Chance
	StartBy time.Time // last instant to begin and be in time; zero when unknown
}

// Identity answers an élu who has no digital identity yet and thinks of paying with the DIFE.
type Identity struct {
	Possible bool   // at least one way whose delay is known is in time
	Text     string // the answer in plain French
	Limit    string // until when the request can be made, in French; "" when DIFE is closed
	Ways     []Way  // in the order of the guide: the post office first
}

// Identity judges every way of creating the identity: it must be ready before DIFE closes.
func (g *Guide) Identity(s enrolment.Session, now time.Time) Identity {
	dife := g.Possibility(s, enrolment.DIFE, now)
	step, _ := g.Step(enrolment.DIFE, enrolment.StepIdentite)
	var answer Identity
	for _, o := range step.Options {
		w := g.way(o, dife, now)
		answer.Possible = answer.Possible || w.Chance == InTime
		answer.Ways = append(answer.Ways, w)
	}
	answer.Text = identityText(answer, dife)
	if dife.Open {
		answer.Limit = dife.Remaining(enrolment.DIFE, now)
	}
	return answer
}

func (g *Guide) way(o Option, dife Possibility, now time.Time) Way {
	if !dife.Open {
		return Way{Option: o, Chance: TooLate}
	}
	delay, known := g.identityDelay(o, now)
	if !known {
		return Way{Option: o, Chance: UnknownTime}
	}
	ready := func(start time.Time) time.Time { return start.Add(delay) }
	start, by := now, dife.ClosesAt.Add(-delay)
	if strings.HasSuffix(o.DelayRule, hoursRule) {
		ready = func(start time.Time) time.Time { return workingLater(start, delay) }
		by = workingEarlier(dife.ClosesAt, delay)
	}
	if o.Key == optionPostOffice {
		start = NextOfficeInstant(now) // nobody at the counter before
	}
	if ready(start).After(dife.ClosesAt.Add(time.Second)) {
		return Way{Option: o, Chance: TooLate, StartBy: by}
	}
	return Way{Option: o, Chance: InTime, StartBy: by}
}

// hoursRule ends the names of the rules that count hours, week-ends and holidays excluded.
const hoursRule = "-hours"

// Keys of the ways that the answer names.
const (
	optionPostOffice = "bureau-de-poste"
	optionPaper      = "sans-smartphone"
)

// identityDelay is how long a way takes at most: rules in hours (…-hours) or days (…-days).
func (g *Guide) identityDelay(o Option, now time.Time) (time.Duration, bool) {
	v, ok := g.Rule(o.DelayRule, now)
	if !ok {
		return 0, false
	}
	if len(o.DelayRule) > 5 && o.DelayRule[len(o.DelayRule)-5:] == "-days" {
		return time.Duration(v) * 24 * time.Hour, true
	}
	return time.Duration(v) * time.Hour, true
}

func identityText(a Identity, dife Possibility) string {
	if !dife.Open {
		return dife.Reason
	}
	chance := map[string]Chance{}
	for _, w := range a.Ways {
		chance[w.Option.Key] = w.Chance
	}
	switch {
	case chance[optionPostOffice] == InTime && chance[optionPaper] == InTime:
		return "C’est possible, en créant votre identité numérique : le plus sûr est un bureau de poste. Sans smartphone, comptez quatre semaines au moins."
	case chance[optionPostOffice] == InTime:
		return "C’est encore possible si vous allez dans un bureau de poste dès maintenant. Sans smartphone, il est trop tard."
	case a.Possible:
		return "C’est très juste : il reste l’application « L’Identité Numérique », à faire tout de suite. Au bureau de poste et sans smartphone, il est trop tard."
	}
	return "Il est trop tard pour créer une identité numérique avant la limite du DIFE. Choisissez de faire payer votre collectivité, ou de payer à titre personnel."
}
