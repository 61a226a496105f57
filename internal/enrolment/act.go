package enrolment

import "time"

// Act is what one act of booking writes: all of it or nothing. The store derives from its moves every seat count, claim,
// queue entry and history line, so that they cannot disagree with the files.
type Act struct {
	At       time.Time
	Moves    []Move
	Sessions []Session // as they were read: every session whose counts the act changes, or that a file comes to
	Remarks  []Remark
	Deeds    []Deed      // lines of the audit
	Circular *Circular   // a new one to write down, nil for none
	Invoice  *Invoice    // one that is issued, nil for none
	Signed   *SignedText // of a convention signed online, nil for none
	// MostUnproved is how many seats of a session may be unproved once somebody who has not proved their address takes one; 0 when none does.
	MostUnproved int
	// Idle lets a seat be given back although people wait, because offers have stopped. Otherwise a freed seat goes to
	// the first in line in the same act, and an act that forgets someone who waits is refused as stale.
	Idle bool
	// InRoom is the act of whoever teaches, once the session has begun: who is in the room takes a free seat though enrolment is closed and
	// people wait, to whom nothing can be offered any more.
	InRoom bool
	// Tally keeps, of the first file, which the act erases, what the session's figures need: no person.
	Tally bool
}

// Admission is what the abuse limits counted for an enrolment.
type Admission struct {
	Counters  []string // that were raised, to be given back when it comes to nothing
	CountedIn string   // see [Enrolment]
	Aside     bool     // its source asked for so much that nobody proved, that this one waits aside
}

// Tally is what is left in figures of the files of a session that were erased, by status, way of paying and mandate, and how many
// minutes were attended.
type Tally struct {
	Files, Minutes int
	Statuses       map[Status]int
	Modes          map[Mode]int
	Mandates       map[MandateKind]int
}

// Move is one file before and after an act. Before has no ID when the file must not exist yet; After has none when it is erased.
type Move struct {
	Before, After Enrolment
	Reason        string // for the history of the queue, e.g. "seat freed by a cancellation"; never personal data
}

// Remark adds a notice to a live file whatever its version, and makes it due at once. The same key twice adds one notice.
type Remark struct {
	FileID string
	Notice Notice
	Lifts  bool // lifts the mark of an address that does not work: its holder asks to be written to
}

// counts tells whether the file is somebody's enrolment: neither a decoy nor the file of a group.
func (e Enrolment) counts() bool { return !e.Decoy && e.Group == nil }

// Holds tells whether the file counts in Session.Taken.
func (e Enrolment) Holds() bool { return e.counts() && e.Status.HoldsSeat() }

// Unproved tells whether the file counts in Session.Unproved: it holds a seat that nobody has proved. An offer has its own end.
func (e Enrolment) Unproved() bool {
	return e.counts() && e.ToProve() && (e.Status == Reserved || e.Status == Confirmed)
}

// PutAside takes the seat or the place in the queue from the file, until its address is proved.
func (e *Enrolment) PutAside() {
	e.Status, e.Ticket, e.ReservedAt = Waiting, 0, time.Time{}
}

// Queues tells whether the file counts in Session.Waiting and has a place in the queue.
func (e Enrolment) Queues() bool { return e.counts() && e.Status == Waiting && !e.Aside() }

// Claims tells whether the file is the one enrolment of its person on its session.
func (e Enrolment) Claims() bool { return e.counts() && e.ID != "" && e.Status.Live() }

// Counts gives what the move adds to the seats taken and to the people waiting of a session.
func (m Move) Counts(sessionID string) (taken, waiting int) {
	if m.After.SessionID == sessionID {
		taken, waiting = taken+one(m.After.Holds()), waiting+one(m.After.Queues())
	}
	if m.Before.SessionID == sessionID {
		taken, waiting = taken-one(m.Before.Holds()), waiting-one(m.Before.Queues())
	}
	return taken, waiting
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// QueueEvent is one line of the append-only history of a queue: it proves who was served, in which order, and why.
type QueueEvent struct {
	At     time.Time
	FileID string
	Ticket int64
	Event  string // joined, offered, taken, declined, expired, left
	Reason string
}

// The events of a queue's history.
const (
	QueueJoined   = "joined"
	QueueOffered  = "offered"
	QueueTaken    = "taken"
	QueueDeclined = "declined"
	QueueExpired  = "expired"
	QueueLeft     = "left"
)
