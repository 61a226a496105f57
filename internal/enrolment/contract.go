package enrolment

import "time"

// Contract is the personal contract that the holder last declared signed. Another way of paying does not end it: until its period is
// over they may withdraw from it (Code de la consommation, L221-18).
type Contract struct {
	Number   string
	SignedAt time.Time
	Replaces *Replaced // the contract whose place it took, so that taking the declaration back gives that one back; nil without one
}

// Replaced is a contract that a later one took the place of.
type Replaced struct {
	Number                string
	SignedAt, WithdrawnAt time.Time // withdrawn: zero when its holder did not
}

// Sign notes that the contract of today's number is signed. It takes the place of an earlier one, and of its withdrawal.
func (e *Enrolment) Sign(now time.Time) {
	signed := Contract{Number: e.Number(PaperContrat), SignedAt: now}
	if c := e.Contract; c != nil {
		signed.Replaces = &Replaced{c.Number, c.SignedAt, e.WithdrawnAt}
	}
	e.Contract, e.WithdrawnAt = &signed, time.Time{}
}

// Unsign notes that the contract was not signed after all: the one whose place it took is the holder's again, with the right to
// withdraw from it, or its withdrawal.
func (e *Enrolment) Unsign() {
	c := e.Contract
	e.Reopen(StepContrat)
	if c != nil && c.Replaces != nil {
		e.Contract, e.WithdrawnAt = &Contract{Number: c.Replaces.Number, SignedAt: c.Replaces.SignedAt}, c.Replaces.WithdrawnAt
	}
}

// Signed is the contract that the holder signed last; ok is false without one. Files made before contracts were kept have the step only.
func (e Enrolment) Signed() (c Contract, ok bool) {
	if e.Contract != nil {
		return *e.Contract, true
	}
	step, done := e.Steps[StepContrat]
	return Contract{Number: e.Number(PaperContrat), SignedAt: step.At}, done
}

// PaysByContract tells whether the signed contract is what pays for the seat: withdrawing from it gives the seat back. Once another way
// of paying took over, or a new contract waits to be signed, it does not.
func (e Enrolment) PaysByContract() bool {
	_, signed := e.Steps[StepContrat]
	return signed && e.Mode == Personnel
}

// ChooseMode is another way of paying, with papers of another number. A contract signed before stays signed; whoever comes back to
// paying themselves has a new one to sign.
func (e *Enrolment) ChooseMode(m Mode, s Session, now time.Time) {
	if c, signed := e.Signed(); signed {
		e.Contract = &c
	}
	e.Mode, e.ModeSince, e.PartOf = m, now, ""
	if m == Personnel {
		delete(e.Steps, StepContrat)
		delete(e.Steps, StepAcompte)
	}
	e.Renew(s, now)
	e.Settle()
}
