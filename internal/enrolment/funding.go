package enrolment

import (
	"maps"
	"slices"
	"time"
)

// Mode is the way a seat is paid for.
type Mode string

// The three modes.
const (
	DIFE         Mode = "dife"         // Droit Individuel à la Formation des Élus
	Collectivite Mode = "collectivite" // the authority pays: compulsory spending
	Personnel    Mode = "personnel"    // the élu pays, with a contrat de formation
)

// Modes lists them in the order they are shown.
var Modes = []Mode{DIFE, Collectivite, Personnel}

// ParseMode reads a mode; ok is false for anything else.
func ParseMode(s string) (m Mode, ok bool) {
	for _, m := range Modes {
		if string(m) == s {
			return m, true
		}
	}
	return "", false
}

// StepKey names one step of a mode.
type StepKey string

// The steps, in the order of each mode.
const (
	StepCompte     StepKey = "compte"       // DIFE: create the Mon Compte Formation account
	StepIdentite   StepKey = "identite"     // DIFE: create the digital identity
	StepDossier    StepKey = "dossier"      // DIFE: file the request on Mon Compte Élu
	StepConfirm    StepKey = "confirmation" // DIFE: confirm the organisation's proposal there
	StepDemande    StepKey = "demande"      // collectivité: ask the maire or president
	StepAccord     StepKey = "accord"       // collectivité: agreement obtained
	StepConvention StepKey = "convention"   // collectivité: convention signed and sent back
	StepContrat    StepKey = "contrat"      // personal: contract signed and sent back
	StepAcompte    StepKey = "acompte"      // personal: first payment, not before the withdrawal period ends
)

// StepProposal is no step of the élu's own: the organisation answered the DIFE request by its proposal, which starts the days that
// the élu has to confirm it. The organisation says so when it sends it, or the élu when they receive it.
const StepProposal StepKey = "proposition"

// Who declares a step done.
const (
	ByHolder = "holder"
	ByStaff  = "staff"
)

var stepsOf = map[Mode][]StepKey{
	DIFE:         {StepCompte, StepIdentite, StepDossier, StepConfirm},
	Collectivite: {StepDemande, StepAccord, StepConvention},
	Personnel:    {StepContrat, StepAcompte},
}

// Steps gives the ordered steps of a mode.
func (m Mode) Steps() []StepKey { return stepsOf[m] }

// HasStep tells whether the step belongs to the mode. The proposal does to the DIFE.
func (m Mode) HasStep(k StepKey) bool {
	return slices.Contains(stepsOf[m], k) || m == DIFE && k == StepProposal
}

// FundingState is how far the money of a file is.
type FundingState string

// todo: a step is left. declared: the élu says that all is done. settled: those who must have accepted have.
const (
	FundingTodo     FundingState = "todo"
	FundingDeclared FundingState = "declared"
	FundingSettled  FundingState = "settled"
)

// NextStep is the first step after the last one that is done: whoever filed the request has an account and an identity, ticked
// or not. ok is false when nothing is left.
func (e Enrolment) NextStep() (k StepKey, ok bool) {
	steps := e.Mode.Steps()
	for i, k := range slices.Backward(steps) {
		if _, done := e.Steps[k]; !done {
			continue
		}
		if i+1 == len(steps) {
			return "", false
		}
		return steps[i+1], true
	}
	return steps[0], true
}

// FundingState says settled only when those who must have accepted have. The DIFE needs the organisation (its proposal) and the élu
// (who confirms it); a convention, a contract need both sides, and the organisation notes what came back signed. What the élu alone
// ticked is declared.
func (e Enrolment) FundingState() FundingState {
	if _, todo := e.NextStep(); todo {
		return FundingTodo
	}
	steps := e.Mode.Steps()
	last := e.Steps[steps[len(steps)-1]]
	if last.By == ByStaff || e.Mode == DIFE && e.Steps[StepProposal].By == ByStaff {
		return FundingSettled
	}
	return FundingDeclared
}

// Settle makes the status of a held seat say whether its money is settled: confirmed then, reserved before. It is applied to every
// file that is read too, so that those written when the élu's ticks alone confirmed a seat read as they are today.
func (e *Enrolment) Settle() {
	switch {
	case e.Status == Reserved && e.FundingState() == FundingSettled:
		e.Status = Confirmed
	case e.Status == Confirmed && e.FundingState() != FundingSettled:
		e.Status = Reserved
	}
}

// Reopen forgets what was said of the DIFE request from a step on, and what the organisation said of its own part.
func (e *Enrolment) Reopen(k StepKey) {
	after := map[StepKey][]StepKey{
		StepDossier:  {StepDossier, StepProposal, StepConfirm},
		StepProposal: {StepProposal, StepConfirm},
		StepContrat:  {StepContrat, StepAcompte},
	}[k]
	for _, k := range append(after, k) {
		delete(e.Steps, k)
	}
	if k == StepContrat {
		e.Contract = nil
	}
	if k == StepDossier || k == StepProposal {
		marks := maps.Clone(e.Marks)
		delete(marks, DutyDIFEAnswer)
		delete(marks, DutyDIFEConfirmCall)
		e.Marks = marks
	}
}

// VoidRequest forgets a DIFE request: it was made for other dates, and all of it is to be made again.
func (e *Enrolment) VoidRequest(now time.Time, ours bool) {
	request, asked := e.Steps[StepDossier]
	e.Reopen(StepDossier)
	if e.Mode == DIFE && asked {
		e.Void = &Void{now, ours}
		for _, k := range []StepKey{StepCompte, StepIdentite} { // whoever made it has both, ticked or not
			if _, ticked := e.Steps[k]; !ticked {
				e.Steps[k] = request
			}
		}
	}
	e.Settle()
}
