package enrolment

import "time"

// Status is where a file stands.
type Status string

// reserved → confirmed (funding settled, see [Enrolment.FundingState]) → attended; waiting → offered → reserved; cancelled; expired (offer not taken).
// reserved or confirmed → waiting without a ticket ([Enrolment.Aside]) when nobody proved the address and the seat is wanted.
const (
	Reserved  Status = "reserved"
	Confirmed Status = "confirmed"
	Attended  Status = "attended"
	Waiting   Status = "waiting"
	Offered   Status = "offered"
	Cancelled Status = "cancelled"
	Expired   Status = "expired"
)

// HoldsSeat tells whether a file of this status counts in Session.Taken.
func (s Status) HoldsSeat() bool {
	return s == Reserved || s == Confirmed || s == Attended || s == Offered
}

// Live tells whether the file still leads somewhere: it holds a seat or waits for one.
func (s Status) Live() bool { return s.HoldsSeat() || s == Waiting }

// FarPlace is the place in line that stands for itself and all beyond: nobody needs to know which, and counting further
// would cost more the longer the line.
const FarPlace = 1001

// Person is who enrols. Never a social security number, an identity document or a party.
type Person struct {
	Title     string // "Madame", "Monsieur" or ""
	FirstName string
	LastName  string
	BirthName string // for DIFE only: a mismatch is the first cause of failure
	Email     string // normalised, see ParseEmail
	Phone     string // E.164, "" when not given
}

// FullName is how letters and mails name the person, without the title.
func (p Person) FullName() string { return p.FirstName + " " + p.LastName }

// Gendered picks words by the title that the person gave; without one, words that need none.
func (p Person) Gendered(madame, monsieur, neither string) string {
	switch p.Title {
	case "Madame":
		return madame
	case "Monsieur":
		return monsieur
	}
	return neither
}

// Mandate is the mandate the training serves and the collectivité that may pay.
type Mandate struct {
	Kind      MandateKind
	Authority string // name of the collectivité
}

// Contact is who handles the file at the collectivité.
type Contact struct{ Name, Email string }

// Enrolment is one person's file on one session.
type Enrolment struct {
	ID        string // lower-case, 26 characters
	Reference string // speakable, with a check character, see NewReference
	SessionID string
	Status    Status
	Mode      Mode
	Person    Person
	Mandate   Mandate
	Contact   *Contact // nil when none was given
	PaidBy    *Payer   // who pays in place of the mandate's collectivité; nil when it does
	Needs     string   // what its holder needs to follow the session, in their words, may tell of their health: for the team that receives them, until the session is over; "" without
	Relay     Relay    // who was the contact before, and who wants no mail
	Reply     *Reply   // what that contact declared; nil until they do
	Terms     Terms    // what was promised; zero in files made before terms were kept
	Group     *Group   // of the file of a group; nil in a person's
	PartOf    string   // the file of the group whose papers cover this one, "" when it has its own

	Steps map[StepKey]StepDone // steps declared done, of every mode the file has had

	Void     *Void  // a DIFE request that a new date made worthless, until it is made again
	CameFrom string // the session that its holder left for this one, "" when they did not

	Ticket       int64     // place in the order of arrival of the queue; 0 when it never waited, or is aside
	OfferedUntil time.Time // end of the offer while Offered

	Notices []Notice // what happened and is not yet told, oldest first

	CreatedAt    time.Time
	ReservedAt   time.Time // when it last obtained a seat; zero while it waits
	CancelledAt  time.Time
	CancelledFor string    // why the organisation cancelled it, told to the holder; empty when they did
	ProveBy      time.Time // see ToProve; zero once the address is proved, and in files made before proofs were asked for
	ProvedAt     time.Time // when the address was proved; zero before, and in those older files
	CountedIn    string    // counter of what its source asked for and nobody proved, until the address is proved; "" in files not counted
	Contract     *Contract // the personal contract signed last; nil without one, see [Enrolment.Signed]
	WithdrawnAt  time.Time // when the holder withdrew from that contract; zero when they did not
	ModeSince    time.Time // when the current mode was chosen
	Sittings     int       // the most half-days of the sessions it has left: diaries may hold as many
	SessionSeen  int       // revision of the session the holder has been told of
	LinkRevision int       // grows when the personal link is revoked
	NewEmail     string    // the address that the holder asked to be written to at, not confirmed yet
	NewEmailBy   time.Time // until when it may be confirmed
	RemindersOff bool      // the holder stopped reminders, or complained
	Unreachable  bool      // their address bounced for good: call them
	ArrivedAt    time.Time // when whoever teaches enrolled the person, who had come on the day itself; zero for all others
	ConsentAt    time.Time
	BodyDigest   string                // digest of the request that made it: the file is its own idempotency record
	Decoy        bool                  // answers a second enrolment without revealing the first; holds no seat, and its mails go nowhere
	DueAt        time.Time             // when the planner must look at it next; zero when never
	Todo         Duty                  // what the organisation must do about it, as its last look planned
	Words        string                // digest of the words it can be found by, once they are written; the store's own business
	Marks        map[DutyKind]DutyMark // what the organisation said of its duties
	Attendance   *Attendance           // what closing the session recorded; nil before
	Invoice      string                // number of its invoice, once it is issued
	Credited     []CreditedInvoice     // those of its invoices that were undone, oldest first
	Version      int64                 // grows at each write: optimistic lock
}

// VideoURL is the link to the session's video room for this file, "" when it has none: who has a firm seat has it, whether
// or not the funding is settled (the funding is declared, and the room must not be missed for a box left unticked); who
// waits, was only offered a seat or has given it back has not. The page, the mails, the papers and the diary all ask here.
func (e Enrolment) VideoURL(s Session) string {
	firm := e.Status.HoldsSeat() && e.Status != Offered
	if !firm || !s.Remote || s.Status == SessionCancelled {
		return ""
	}
	return s.VideoURL
}

// ToProve tells whether nobody has shown yet that the file's address is theirs: by opening a link that only its mailbox had, to the
// organisation's team, or at a kiosk that the team opened. Whoever enrols may have typed somebody else's address, or nobody's. A seat
// is held all the same, until ProveBy against everybody; after that it goes to whoever waits or comes, and stays while nobody does.
func (e Enrolment) ToProve() bool { return !e.ProveBy.IsZero() }

// Aside tells whether the file has neither a seat nor a place in the queue until its address is proved: it lost its seat, or too
// many unproved ones came before it.
func (e Enrolment) Aside() bool { return e.Status == Waiting && e.Ticket == 0 }

// LeftDiary is how many half-days a diary may hold of the sessions that the file has had, beyond those of its session.
func (e Enrolment) LeftDiary(s Session) int {
	return max(e.Sittings, s.Sittings, len(s.HalfDays)) - len(s.HalfDays)
}

// Leave notes what a diary holds of a session that the file leaves.
func (e *Enrolment) Leave(s Session) { e.Sittings = max(e.Sittings, s.Sittings, len(s.HalfDays)) }

// Void says since when a DIFE request is worthless, and whether the organisation's new date made it so.
type Void struct {
	At   time.Time
	Ours bool
}

// StepDone says when a step was declared done and by whom ([ByHolder], [ByStaff] or [ByAuthority]).
type StepDone struct {
	At time.Time
	By string
}

// Notice is something to tell the holder once, whatever the hour when Urgent kinds (see package reminder).
// Key is unique in the file's life, so that one event never makes two mails.
type Notice struct {
	Key  string // e.g. "confirmation", "offer-3"
	Kind NoticeKind
	At   time.Time
	To   string // the address that is told, when it is not the file's
}

// NoticeKind names the event.
type NoticeKind string

// The events that are told.
const (
	NoticeConfirmation     NoticeKind = "confirmation"      // seat held
	NoticeQueueJoined      NoticeKind = "queue-joined"      // session full, waiting
	NoticeOffer            NoticeKind = "offer"             // a seat is offered, until OfferedUntil
	NoticeOfferExpired     NoticeKind = "offer-expired"     // the offer was not taken in time
	NoticeOfferTaken       NoticeKind = "offer-taken"       // seat taken: the confirmation for someone who waited
	NoticeOfferDeclined    NoticeKind = "offer-declined"    // holder said no to the offer
	NoticeQueueLeft        NoticeKind = "queue-left"        // holder left the queue
	NoticeCancelled        NoticeKind = "cancelled"         // holder gave the seat back
	NoticeWithdrawn        NoticeKind = "withdrawn"         // holder withdrew from the personal contract
	NoticeFundingChanged   NoticeKind = "funding-changed"   // another mode was chosen
	NoticeSessionChanged   NoticeKind = "session-changed"   // holder moved to another session
	NoticeSessionMoved     NoticeKind = "session-moved"     // the organisation changed dates or place
	NoticeSessionCancelled NoticeKind = "session-cancelled" // the organisation cancelled it
	NoticeAlreadyEnrolled  NoticeKind = "already-enrolled"  // someone tried to enrol again with this address
	NoticeLinks            NoticeKind = "links"             // the holder asked for their links again
	NoticeAddressAsked     NoticeKind = "address-asked"     // the holder gave another address: confirm it (Notice.To is that one)
	NoticeAddressChanged   NoticeKind = "address-changed"   // it is confirmed (Notice.To is the former one)
	NoticeSeatReleased     NoticeKind = "seat-released"     // nobody proved the address, and the seat went to somebody else
	NoticeRankPassed       NoticeKind = "rank-passed"       // nobody proved the address, and the seat was offered to the next in line
	NoticeAuthoritySaid    NoticeKind = "authority-said"    // the contact at the collectivité declared something, or took it back
	NoticeConventionSigned NoticeKind = "convention-signed" // the organisation has countersigned the convention: both sides have signed online
	NoticeConventionUndone NoticeKind = "convention-undone" // the organisation took back a convention that both sides had signed online: it is to be signed again
	NoticeCertificate      NoticeKind = "certificate"       // the session is closed, and they came: the certificate of what they attended is there
	NoticeProposal         NoticeKind = "proposal"          // the organisation's DIFE proposal is known: confirm it
	NoticeArrived          NoticeKind = "arrived"           // whoever teaches enrolled them in the room, on the day itself
	NoticeMessage          NoticeKind = "message"           // the team wrote to people of the session, see Circular
)
