package guide

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Keys of the rules that set the last days of the DIFE.
const (
	ruleDIFELead   = "dife-lead-working-days"
	ruleDIFEAnswer = "dife-organisation-answer-working-days"
)

// DIFEProposalCloses is the instant from which the organisation's proposal on Mon Compte Élu comes too late for a session.
//
// The rule: at least 11 working days between the proposal and the first day. We read it so: 11 full working days lie
// strictly between both days, neither counted. The last good day is therefore the calendar day before the eleventh
// working day that precedes the first day, and it is good until its end in Paris. The instant is that day's 23:59:59,
// exclusive. ok is false when no rule is in force.
func (g *Guide) DIFEProposalCloses(s enrolment.Session) (closes time.Time, ok bool) {
	lead, ok := g.Rule(ruleDIFELead, s.Start())
	return before(s.Start(), lead), ok
}

// DIFECloses is the instant from which the élu's request comes too late: the organisation must still have the working
// days it takes to answer (a setting of its own, at most what the rules allow it) before its proposal is too late.
func (g *Guide) DIFECloses(s enrolment.Session) (closes time.Time, ok bool) {
	lead, known := g.Rule(ruleDIFELead, s.Start())
	answer, bounded := g.Rule(ruleDIFEAnswer, s.Start())
	if s.AnswerDays != nil {
		answer = *s.AnswerDays
	}
	return before(s.Start(), lead+answer), known && bounded
}

// before is the last second of the last day that leaves this many full working days before a day.
func before(day time.Time, workingDays int) time.Time {
	return midnight(WorkingDaysBefore(day, workingDays), 0).Add(-time.Second)
}

// lastDay is the end of the day to name as the last one before an instant: a working day, before the session's first.
func lastDay(s enrolment.Session, closes time.Time) time.Time {
	if eve := midnight(s.Start(), 0); eve.Before(closes) {
		closes = eve
	}
	day := midnight(closes.Add(-time.Second), 0)
	for !WorkingDay(day) {
		day = midnight(day, -1)
	}
	return midnight(day, 1).Add(-time.Second)
}

// Settling says whether, and until when, the way of paying of a file that has its place can be settled: the request on
// Mon Compte Élu for the DIFE, the last working day before the session for the others. That enrolment has closed meanwhile
// changes nothing.
func (g *Guide) Settling(s enrolment.Session, m enrolment.Mode, now time.Time) Possibility {
	s.ClosesAt = s.Start()
	return g.Possibility(s, m, now)
}

// Remaining says in one sentence until when, and how many working days are left. The day named is a working day; on the
// Saturday or the holiday after it, while the limit has not passed, it says that today is the last moment.
func (p Possibility) Remaining(m enrolment.Mode, now time.Time) string {
	what, did := "Votre demande doit être envoyée sur Mon Compte Élu", "Votre demande devait être envoyée sur Mon Compte Élu"
	switch m {
	case enrolment.Collectivite:
		what, did = "La convention signée doit nous être renvoyée", "La convention signée devait nous être renvoyée"
	case enrolment.Personnel:
		what, did = "Le contrat doit être signé et nous être renvoyé", "Le contrat devait être signé et nous être renvoyé"
	}
	if now.After(p.LastDay) {
		return did + " au plus tard le " + Day(p.LastDay) + " : faites-le aujourd’hui, c’est le dernier moment."
	}
	n := WorkingDaysLeft(now, p.LastDay)
	if n == 0 {
		return what + " au plus tard le " + Day(p.LastDay) + " : c’est aujourd’hui, le dernier moment."
	}
	return what + " au plus tard le " + Day(p.LastDay) + " : il reste " + Count(n, "jour ouvré", "jours ouvrés") + "."
}
