package enrolment

import "time"

// DutyKind names what the organisation must do about a file.
type DutyKind string

// The duties about a file; see package duty for when each begins and ends.
const (
	DutyDIFEAnswer      DutyKind = "dife-answer"       // the élu declared the request: answer, or it is cancelled by itself
	DutyDIFEConfirmCall DutyKind = "dife-confirm-call" // the élu has not confirmed the proposal: call, or it lapses
	DutyDIFEEntry       DutyKind = "dife-entry"        // declare the entry on Mon Compte Formation
	DutyDIFEExit        DutyKind = "dife-exit"         // declare the exit and the service fait
	DutyAttendance      DutyKind = "attendance"        // the session is over: record who was there
	DutyInvoice         DutyKind = "invoice"
	DutyConventionCall  DutyKind = "convention-call"
	DutyConventionLast  DutyKind = "convention-last-call" // it is still not back a week before, whatever was said of the first call
	DutyCountersign     DutyKind = "countersign"          // the collectivité signed the convention online: sign it too
	DutyContactCall     DutyKind = "contact-call"         // the contact at the collectivité asked not to be written to any more: call
	DutyContractCall    DutyKind = "contract-call"
	DutyUnreachable     DutyKind = "unreachable-call"
	DutyIdentityCall    DutyKind = "identity-call"
	DutyProofCall       DutyKind = "proof-call"      // nobody has proved the address: call before the seat may go
	DutyArrival         DutyKind = "arrival"         // enrolled in the room on the day itself: agree on who pays, have the papers signed
	DutySessionMinimum  DutyKind = "session-minimum" // about a session: decide whether it takes place
)

// Duty is the most urgent thing that the organisation must do about a file. The zero value is nothing.
type Duty struct {
	Kind DutyKind
	Due  time.Time // last instant
}

// DutyMark is what was said of a duty: done outside the product, or put off.
type DutyMark struct {
	Done  bool
	Until time.Time // put off: not shown before
	At    time.Time
}
