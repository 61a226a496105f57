package reminder

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
)

// Audience is who a message is for.
type Audience string

// The holder of the file, their contact at the collectivité, the organisation's staff.
const (
	Holder    Audience = "holder"
	Authority Audience = "authority"
	Staff     Audience = "staff"
)

// origin is what a rule counts its days from.
type origin int

const (
	stepBegan       origin = iota // the step to do became the step to do
	pathBegan                     // this way of paying was chosen, or the seat obtained
	sessionStart                  // first half-day; whole days, in the morning
	sessionEnd                    // last half-day; whole days, in the morning
	difeCloses                    // last good day for the request on Mon Compte Élu; working days, in the morning
	difeCalls                     // the instant from which that request needs an answer the same day
	difeClosed                    // the instant from which even that answer comes too late
	answerDue                     // last moment of the organisation to answer the DIFE request, while no proposal is known
	proposalLapses                // last moment of the élu to confirm the proposal; working days, in the morning
	proposalLapsed                // the same, once it has passed
	withdrawalEnded               // the first payment of a personal contract became possible
	offersStopped                 // no freed seat can be offered any more
	proofAsked                    // the person was asked to confirm their address, which is still to do
)

// rule is one line of what people are told. Days count from its origin, negative before it.
type rule struct {
	name   string
	kind   mail.Kind           // "" for the reminder about the step to do
	to     Audience            // "" for the holder
	mode   enrolment.Mode      // only for this way of paying; "" for all
	steps  []enrolment.StepKey // only when the step to do is one of them; nil: whatever is done
	from   origin
	days   []int
	weekly bool // after the last of days, every seven days
	queue  bool // for who still waits; the others are for who holds a seat
	rank   int  // which message stands for the others when several are due together; 0 for a last call
	// fixed: tied to a date, not to the person's pace. It is covered by the message that gave the seat, or told of a
	// new date, when that one left less than two days before.
	fixed    bool
	lastCall bool // may come within two days of another message
	logged   bool // when its time passes without it leaving, that is written in the message log
}

// audience is who the rule writes to.
func (r rule) audience() Audience {
	if r.to == "" {
		return Holder
	}
	return r.to
}

// authorityLimit is how many times the contact at the collectivité is ever reminded of one file.
const authorityLimit = 3

// gap is the least time between two reminders to the same person; lastCallGap the least time between the message that
// gave the seat and a last call, or the news that DIFE has closed.
const (
	gap         = 48 * time.Hour
	lastCallGap = 24 * time.Hour
)

// slack is how much later in its day a message may leave because another left late two days before: the schedule runs a few
// minutes after the hour, and must not make two mails of nine o'clock, two days apart, into one.
const slack = 4 * time.Hour

// morning is the hour, in Paris, of messages tied to a date.
const morning = 9 * time.Hour

var (
	justConfirm     = []enrolment.StepKey{enrolment.StepConfirm}
	anyDIFE         = []enrolment.StepKey{enrolment.StepCompte, enrolment.StepIdentite, enrolment.StepDossier}
	justRequest     = []enrolment.StepKey{enrolment.StepDossier}
	untilAgreement  = []enrolment.StepKey{enrolment.StepDemande, enrolment.StepAccord}
	untilConvention = []enrolment.StepKey{enrolment.StepDemande, enrolment.StepAccord, enrolment.StepConvention}
	justAgreement   = []enrolment.StepKey{enrolment.StepAccord}
	justContract    = []enrolment.StepKey{enrolment.StepContrat}
	justPayment     = []enrolment.StepKey{enrolment.StepAcompte}
)

// rules is everything that is sent because time passes. Names are part of message keys: renaming one sends it again.
var rules = []rule{
	// DIFE: the step to do, then its last calls, then what is still possible.
	{name: "dife", mode: enrolment.DIFE, steps: anyDIFE, from: stepBegan, days: []int{2, 5, 10}, weekly: true, rank: 1},
	{name: "dife-last", mode: enrolment.DIFE, steps: anyDIFE, from: difeCloses, days: []int{-7, -3, -1}, lastCall: true},
	{name: "dife-call", kind: mail.DIFECall, mode: enrolment.DIFE, steps: justRequest, from: difeCalls, days: []int{0}, lastCall: true},
	{name: "dife-closed", kind: mail.DIFEClosed, mode: enrolment.DIFE, steps: anyDIFE, from: difeClosed, days: []int{0}, rank: 3, logged: true},

	// DIFE, once the request is declared: the answer, then the days to confirm it. The proposal itself is a notice.
	{name: "dife-awaited", kind: mail.DIFEAwaited, mode: enrolment.DIFE, steps: justConfirm, from: answerDue, days: []int{0}, rank: 2},
	{name: "dife-confirm", mode: enrolment.DIFE, steps: justConfirm, from: proposalLapses, days: []int{-1, 0}, lastCall: true},
	{name: "dife-lapsed", kind: mail.DIFELapsed, mode: enrolment.DIFE, steps: justConfirm, from: proposalLapsed, days: []int{0}, rank: 3, logged: true},

	// Collectivité: the agreement, then the convention; its contact too, a few times only.
	{name: "accord", mode: enrolment.Collectivite, steps: untilAgreement, from: pathBegan, days: []int{3, 10}, rank: 1},
	{name: "convention", mode: enrolment.Collectivite, steps: untilConvention, from: sessionStart, days: []int{-15, -7, -3}, rank: 2, fixed: true},
	{name: "authority-papers", kind: mail.AuthorityPapers, to: Authority, mode: enrolment.Collectivite, steps: untilConvention, from: pathBegan, days: []int{0}, rank: 3},
	{name: "authority-accord", kind: mail.AuthorityReminder, to: Authority, mode: enrolment.Collectivite, steps: justAgreement, from: pathBegan, days: []int{10}, rank: 1},
	{name: "authority-convention", kind: mail.AuthorityReminder, to: Authority, mode: enrolment.Collectivite, steps: untilConvention, from: sessionStart, days: []int{-15, -7, -3}, rank: 2, fixed: true},

	// Personal: the contract, then the first payment once the withdrawal period is over.
	{name: "contrat", mode: enrolment.Personnel, steps: justContract, from: pathBegan, days: []int{3, 10}, rank: 1},
	{name: "contrat-before", mode: enrolment.Personnel, steps: justContract, from: sessionStart, days: []int{-7, -3}, rank: 2, fixed: true},
	{name: "acompte", mode: enrolment.Personnel, steps: justPayment, from: withdrawalEnded, days: []int{0, 7}, rank: 1},

	// Whoever has not confirmed their address, whether they hold a seat or wait.
	{name: "proof", kind: mail.Proof, from: proofAsked, days: []int{1, 3}, lastCall: true},

	// Everyone who holds a seat.
	{name: "convocation", kind: mail.Convocation, from: sessionStart, days: []int{-7}, rank: 4, fixed: true, logged: true},
	{name: "day-before", kind: mail.DayBefore, from: sessionStart, days: []int{-1}, rank: 5, fixed: true, logged: true},
	{name: "thanks", kind: mail.Thanks, from: sessionEnd, days: []int{1}, rank: 1},

	// Whoever waited to the end.
	{name: "queue-ended", kind: mail.QueueEnded, from: offersStopped, days: []int{0}, queue: true, rank: 1, logged: true},
}

// afterSession is how long after the end it still makes sense to say thank you, or that no seat came free.
const afterSession = 14 * 24 * time.Hour

// noticeRule says how an event is told.
type noticeRule struct {
	kind mail.Kind
	// anyHour: the answer to what the person has just done, or an offer whose time runs. The others wait for office hours.
	anyHour bool
	// when: told only while this holds; otherwise the event is over and says nothing any more.
	when func(enrolment.Enrolment, enrolment.Notice, time.Time) bool
	// full: tells the whole state of the file, so that it stands for the events that led there.
	full bool
	// staff: the organisation is told too, by a message of its own; "" when it is not.
	staff mail.Kind
	// authority: the contact at the collectivité is told too, by a message of its own; "" when they are not.
	authority mail.Kind
	// rest: told once nothing of the kind has happened for so long; the last one stands for those before it.
	rest time.Duration
}

// authorityRests is how long the contact at the collectivité is left to finish and to correct before anybody is told.
const authorityRests = 10 * time.Minute

// certificateRests is how long a sheet is left to be corrected before the certificates leave.
const certificateRests = 10 * time.Minute

func asked(enrolment.Enrolment, enrolment.Notice, time.Time) bool { return true }

func holds(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool { return e.Status.HoldsSeat() }

func waits(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool {
	return e.Status == enrolment.Waiting
}

func lostSeat(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool { return e.Aside() }

func live(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool { return e.Status.Live() }

func over(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool { return !e.Status.Live() }

// notLeftBefore is for news of the session: whoever had already left it is not told.
func notLeftBefore(e enrolment.Enrolment, n enrolment.Notice, _ time.Time) bool {
	return e.Status.Live() || (e.Status == enrolment.Cancelled && !e.CancelledAt.Before(n.At))
}

// ofTheSession: who has left the session since is not written to about it.
func ofTheSession(e enrolment.Enrolment, n enrolment.Notice, _ time.Time) bool {
	session, _ := enrolment.CircularOf(n.Key)
	return e.Status.Live() && e.SessionID == session
}

func signedOnline(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool {
	return e.Status.Live() && e.Mode == enrolment.Collectivite && e.SignedOnline()
}

// unsigned: who has signed again since is not told that they must.
func unsigned(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool {
	return e.Status.Live() && e.Mode == enrolment.Collectivite && !e.SignedByAuthority() && (e.Reply == nil || e.Reply.Return.At.IsZero())
}

func paidByAuthority(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool {
	return e.Status.Live() && e.Mode == enrolment.Collectivite
}

func came(e enrolment.Enrolment, _ enrolment.Notice, _ time.Time) bool {
	return e.Came()
}

func offered(e enrolment.Enrolment, _ enrolment.Notice, now time.Time) bool {
	return e.Status == enrolment.Offered && now.Before(e.OfferedUntil)
}

// proposed: the latest proposal, not yet confirmed; the planner lets it go once it has lapsed.
func proposed(e enrolment.Enrolment, n enrolment.Notice, _ time.Time) bool {
	proposal, known := e.Steps[enrolment.StepProposal]
	_, confirmed := e.Steps[enrolment.StepConfirm]
	return known && !confirmed && proposal.At.Equal(n.At) && e.Mode == enrolment.DIFE && e.Status.HoldsSeat()
}

// addressAsked: the address last asked for, while it may be confirmed.
func addressAsked(e enrolment.Enrolment, n enrolment.Notice, now time.Time) bool {
	return n.To == e.NewEmail && now.Before(e.NewEmailBy)
}

// noticeRules is everything that is sent because something happened.
var noticeRules = map[enrolment.NoticeKind]noticeRule{
	enrolment.NoticeConfirmation:     {kind: mail.Confirmation, anyHour: true, when: holds, full: true},
	enrolment.NoticeOfferTaken:       {kind: mail.OfferTaken, anyHour: true, when: holds, full: true},
	enrolment.NoticeQueueJoined:      {kind: mail.QueueJoined, anyHour: true, when: waits, full: true},
	enrolment.NoticeOffer:            {kind: mail.Offer, anyHour: true, when: offered, full: true},
	enrolment.NoticeOfferExpired:     {kind: mail.OfferExpired, anyHour: true, when: over},
	enrolment.NoticeOfferDeclined:    {kind: mail.OfferDeclined, anyHour: true, when: over},
	enrolment.NoticeQueueLeft:        {kind: mail.QueueLeft, anyHour: true, when: over},
	enrolment.NoticeCancelled:        {kind: mail.Cancelled, anyHour: true, when: over},
	enrolment.NoticeWithdrawn:        {kind: mail.Withdrawn, anyHour: true, when: asked},
	enrolment.NoticeFundingChanged:   {kind: mail.FundingChanged, anyHour: true, when: live},
	enrolment.NoticeSessionChanged:   {kind: mail.SessionChanged, anyHour: true, when: live, full: true},
	enrolment.NoticeSessionMoved:     {kind: mail.SessionMoved, when: live},
	enrolment.NoticeSessionCancelled: {kind: mail.SessionCancelled, when: notLeftBefore},
	enrolment.NoticeAlreadyEnrolled:  {kind: mail.AlreadyEnrolled, anyHour: true, when: live},
	enrolment.NoticeSeatReleased:     {kind: mail.SeatReleased, anyHour: true, when: lostSeat, full: true},
	enrolment.NoticeRankPassed:       {kind: mail.RankPassed, anyHour: true, when: lostSeat, full: true},
	enrolment.NoticeLinks:            {kind: mail.Links, anyHour: true, when: asked},
	enrolment.NoticeAddressAsked:     {kind: mail.AddressAsked, anyHour: true, when: addressAsked},
	enrolment.NoticeAddressChanged:   {kind: mail.AddressChanged, anyHour: true, when: asked},
	enrolment.NoticeAuthoritySaid:    {kind: mail.AuthoritySaid, staff: mail.StaffAuthoritySaid, when: paidByAuthority, rest: authorityRests},
	enrolment.NoticeConventionSigned: {
		kind: mail.ConventionSigned, authority: mail.AuthorityConventionSigned, staff: mail.StaffConventionSigned, when: signedOnline,
	},
	enrolment.NoticeConventionUndone: {kind: mail.ConventionUndone, authority: mail.AuthorityConventionUndone, when: unsigned},
	enrolment.NoticeCertificate:      {kind: mail.Certificate, authority: mail.AuthorityCertificate, when: came, rest: certificateRests},
	enrolment.NoticeArrived:          {kind: mail.Arrived, anyHour: true, when: holds, full: true},
	enrolment.NoticeMessage:          {kind: mail.TeamMessage, when: ofTheSession},
	enrolment.NoticeProposal:         {kind: mail.DIFEProposal, anyHour: true, when: proposed},
}
