package guide

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// WithdrawalEnds is the instant from which a personal contract signed at an instant can no longer be withdrawn from. The day
// of the signature does not count, the last day counts whole, and a last day that is a Saturday, a Sunday or a public holiday
// gives way to the next working day (Code de la consommation, L221-18 and L221-19). ok is false when no rule is in force.
func (g *Guide) WithdrawalEnds(signed time.Time) (end time.Time, ok bool) {
	days, ok := g.Rule("personnel-withdrawal-days", signed)
	last := midnight(signed, days)
	for !WorkingDay(last) {
		last = midnight(last, 1)
	}
	return midnight(last, 1).UTC(), ok
}

// Withdrawal is until when the holder of a file may withdraw from their contract, whatever pays for the seat today; ok is false without
// a signed contract, and once withdrawn.
func (g *Guide) Withdrawal(e enrolment.Enrolment) (end time.Time, ok bool) {
	c, signed := e.Signed()
	if !signed || !e.WithdrawnAt.IsZero() {
		return time.Time{}, false
	}
	return g.WithdrawalEnds(c.SignedAt)
}

// StepOpensAt is when a step may first be declared done: the first payment of a personal contract comes after the withdrawal
// period (Code du travail, L6353-6). The zero time means at once; ok is false while what it depends on is not done.
func (g *Guide) StepOpensAt(e enrolment.Enrolment, k enrolment.StepKey) (at time.Time, ok bool) {
	if k != enrolment.StepAcompte {
		return time.Time{}, true
	}
	signed, done := e.Steps[enrolment.StepContrat]
	if !done {
		return time.Time{}, false
	}
	return g.WithdrawalEnds(signed.At)
}

// FirstPayment is the most that may be paid of a total, in cents, once the withdrawal period is over (Code du travail,
// L6353-6); ok is false when no rule is in force.
func (g *Guide) FirstPayment(totalCents int, now time.Time) (cents int, ok bool) {
	percent, ok := g.Rule("personnel-first-payment-percent", now)
	return totalCents * percent / 100, ok
}

// PaidAfter tells whether a personal contract signed at an instant is paid for after the session: the withdrawal period
// ends once it has begun. from is the first day of payment.
func (g *Guide) PaidAfter(s enrolment.Session, signed time.Time) (from time.Time, after bool) {
	from, ok := g.WithdrawalEnds(signed)
	return from, ok && !from.Before(s.Start())
}
