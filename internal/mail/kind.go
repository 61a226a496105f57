package mail

import (
	"slices"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Kind names a kind of message. The kinds of notices are spelt like their [enrolment.NoticeKind].
type Kind string

// What the holder is told at once.
const (
	Confirmation     Kind = "confirmation"      // seat held: everything about it and about paying
	QueueJoined      Kind = "queue-joined"      // session full: place in the queue (Data.Position)
	Offer            Kind = "offer"             // a seat is offered until Enrolment.OfferedUntil
	OfferExpired     Kind = "offer-expired"     // it was not taken in time
	OfferTaken       Kind = "offer-taken"       // it was taken: the confirmation of someone who waited
	OfferDeclined    Kind = "offer-declined"    // it was refused
	QueueLeft        Kind = "queue-left"        // the holder left the queue
	QueueEnded       Kind = "queue-ended"       // no seat came free in time (a rule, not a notice)
	Cancelled        Kind = "cancelled"         // the holder gave the seat back
	Withdrawn        Kind = "withdrawn"         // the holder withdrew from the personal contract: the acknowledgement
	FundingChanged   Kind = "funding-changed"   // another mode: its steps
	SessionChanged   Kind = "session-changed"   // the holder moved to another session (Data.Previous)
	SessionMoved     Kind = "session-moved"     // the organisation changed dates or place (Data.Previous when known)
	SessionCancelled Kind = "session-cancelled" // the organisation cancelled it
	AlreadyEnrolled  Kind = "already-enrolled"  // someone tried to enrol again with this address
	Links            Kind = "links"             // the holder's links (Data.Files)
	AddressAsked     Kind = "address-asked"     // to the address that the holder gave instead (Data.To): confirm it
	AddressChanged   Kind = "address-changed"   // to the former address (Data.To): it is not written to any more
	SeatReleased     Kind = "seat-released"     // nobody confirmed the address, and the seat went to somebody else: how to come back
	RankPassed       Kind = "rank-passed"       // nobody confirmed the address, and the seat was offered to the next in line: how to come back
	Arrived          Kind = "arrived"           // enrolled in the room by whoever teaches, on the day itself
	TeamMessage      Kind = "message"           // what the team writes to people of the session (Data.Circular)
	Late             Kind = "late"              // enrolled late: confirmation, convocation and what to bring in one
)

// Proof reminds to confirm one's address, by opening the file from the mail.
const Proof Kind = "proof"

// Reminders about funding. With Data.LastCall they say how little time is left (Data.Deadline).
const (
	DIFECompte             Kind = "dife-compte"
	DIFEIdentite           Kind = "dife-identite"
	DIFEDossier            Kind = "dife-dossier"
	DIFECall               Kind = "dife-call"         // past the last day: call us, we must answer the same day
	DIFEClosed             Kind = "dife-closed"       // too late for the DIFE: what is still possible
	DIFEAwaited            Kind = "dife-awaited"      // our answer should be there: look for it and confirm it
	DIFEProposal           Kind = "proposal"          // the proposal is known: confirm it before such a day
	DIFEConfirmation       Kind = "dife-confirmation" // last calls before the proposal lapses
	DIFELapsed             Kind = "dife-lapsed"       // it was not confirmed in time: what to do
	CollectiviteDemande    Kind = "collectivite-demande"
	CollectiviteAccord     Kind = "collectivite-accord"
	CollectiviteConvention Kind = "collectivite-convention"
	PersonnelContrat       Kind = "personnel-contrat"
	PersonnelAcompte       Kind = "personnel-acompte" // the withdrawal period is over
)

// Around the day itself.
const (
	Convocation Kind = "convocation" // a week before
	DayBefore   Kind = "day-before"
	Thanks      Kind = "thanks"
)

// The session is closed and they came: the certificate of what they attended, to them and to whoever pays for it.
const (
	Certificate          Kind = "certificate"
	AuthorityCertificate Kind = "authority-certificate"
)

// To the collectivité's contact (the holder in copy of the papers); and to the organisation's staff.
const (
	AuthorityPapers   Kind = "authority-papers"
	AuthorityReminder Kind = "authority-reminder"
	AuthorityMoved    Kind = "authority-moved"   // the papers are replaced: another date, another session
	AuthorityOver     Kind = "authority-over"    // the papers are to no purpose
	StaffUnreachable  Kind = "staff-unreachable" // an address bounced: call (Data.Bounced says whose)
	StaffRequest      Kind = "staff-request"     // an élu declared a DIFE request: answer it (Data.LastCall: this very day)
	StaffWithdrawn    Kind = "staff-withdrawn"   // the holder withdrew from the personal contract
)

// What the contact at the collectivité declared (Enrolment.Reply): to the holder, and to the organisation.
const (
	AuthoritySaid      Kind = "authority-said"
	StaffAuthoritySaid Kind = "staff-authority-said"
)

// Both sides have signed the convention online: the signed paper, to all three.
const (
	ConventionSigned          Kind = "convention-signed"
	AuthorityConventionSigned Kind = "authority-convention-signed"
	StaffConventionSigned     Kind = "staff-convention-signed"
)

// The organisation took that back: the convention is to be signed again.
const (
	ConventionUndone          Kind = "convention-undone"
	AuthorityConventionUndone Kind = "authority-convention-undone"
)

// Kinds lists them all.
var Kinds = []Kind{
	Confirmation, QueueJoined, Offer, OfferExpired, OfferTaken, OfferDeclined, QueueLeft, QueueEnded, Cancelled, Withdrawn, FundingChanged,
	SessionChanged, SessionMoved, SessionCancelled, AlreadyEnrolled, Links, AddressAsked, AddressChanged, SeatReleased, RankPassed, Arrived, TeamMessage, Late, Proof,
	DIFECompte, DIFEIdentite, DIFEDossier, DIFECall, DIFEClosed, DIFEAwaited, DIFEProposal, DIFEConfirmation, DIFELapsed,
	CollectiviteDemande, CollectiviteAccord, CollectiviteConvention, PersonnelContrat, PersonnelAcompte, Convocation, DayBefore, Thanks,
	AuthorityPapers, AuthorityReminder, AuthorityMoved, AuthorityOver, StaffUnreachable, StaffWithdrawn, StaffRequest,
	AuthoritySaid, StaffAuthoritySaid, ConventionSigned, AuthorityConventionSigned, StaffConventionSigned, ConventionUndone, AuthorityConventionUndone, Certificate, AuthorityCertificate,
}

// stoppable are the reminders that the holder may stop; the rest was asked for or is needed to attend.
var stoppable = []Kind{
	DIFECompte, DIFEIdentite, DIFEDossier, DIFECall, DIFEClosed, DIFEAwaited, DIFEConfirmation, DIFELapsed, CollectiviteDemande, CollectiviteAccord, CollectiviteConvention,
	PersonnelContrat, PersonnelAcompte, Proof, Thanks,
}

// Stoppable tells whether the holder may stop such messages (one-click unsubscribe, complaint).
func (k Kind) Stoppable() bool { return slices.Contains(stoppable, k) }

// WithPapers tells whether the papers of the collectivité go with such a message.
func (k Kind) WithPapers() bool {
	return k == AuthorityPapers || k == AuthorityReminder || k == AuthorityMoved
}

// WithSigned tells whether the convention that was signed online goes with such a message.
func (k Kind) WithSigned() bool {
	return k == ConventionSigned || k == AuthorityConventionSigned || k == StaffConventionSigned
}

// WithCertificate tells whether the certificate of what was attended goes with such a message.
func (k Kind) WithCertificate() bool { return k == Certificate || k == AuthorityCertificate }

// Recipient of a message, as [enrolment.MessageRecord] names it.
const (
	ToHolder    = "holder"
	ToAuthority = "authority"
	ToStaff     = "staff"
)

// Recipient says who the kind is written to.
func (k Kind) Recipient() string {
	switch k {
	case AuthorityPapers, AuthorityReminder, AuthorityMoved, AuthorityOver, AuthorityConventionSigned, AuthorityConventionUndone, AuthorityCertificate:
		return ToAuthority
	case StaffUnreachable, StaffWithdrawn, StaffRequest, StaffAuthoritySaid, StaffConventionSigned:
		return ToStaff
	}
	return ToHolder
}

// StepReminder is the reminder about a step; ok is false for a step that does not exist.
func StepReminder(k enrolment.StepKey) (kind Kind, ok bool) {
	for kind, step := range remindedStep {
		if step == k {
			return kind, true
		}
	}
	return "", false
}

var remindedStep = map[Kind]enrolment.StepKey{
	DIFECompte: enrolment.StepCompte, DIFEIdentite: enrolment.StepIdentite, DIFEDossier: enrolment.StepDossier,
	DIFEConfirmation:    enrolment.StepConfirm,
	CollectiviteDemande: enrolment.StepDemande, CollectiviteAccord: enrolment.StepAccord, CollectiviteConvention: enrolment.StepConvention,
	PersonnelContrat: enrolment.StepContrat, PersonnelAcompte: enrolment.StepAcompte,
}
