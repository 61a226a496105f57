package enrolment

import (
	"errors"
	"time"
)

// MessageState is where one message of a file stands.
type MessageState string

// claimed → sent, or retry (the post office did not take it, or did not answer: again at NextTry), refused (for good: bad
// address…), dead (given up after days, or it may have left and its time passed: somebody must look). lapsed: it did not
// leave before its reason was over. bounced: sent, and came back for good. What the post office says later of a message
// that was given up makes it sent all the same.
const (
	MessageClaimed MessageState = "claimed"
	MessageSent    MessageState = "sent"
	MessageRetry   MessageState = "retry"
	MessageRefused MessageState = "refused"
	MessageDead    MessageState = "dead"
	MessageLapsed  MessageState = "lapsed"
	MessageBounced MessageState = "bounced"
)

// MessageRecord is one line of a file's message log: what was sent, or tried, and when. There is one for each Key,
// and a Key is made once in a file's life, so that one reason never makes two mails. Letters, digits, dots, dashes and
// underscores only: it travels as a tag of the mail.
type MessageRecord struct {
	Key        string // e.g. "confirmation", "convocation.<session>.2027-03-10"
	Kind       string // a mail.Kind
	To         string // "holder", "authority" or "staff": never an address
	State      MessageState
	Covers     []string  // keys of other messages that this one stood for (merged)
	At         time.Time // when it was claimed, then when it was sent
	LeaseUntil time.Time // while claimed: nobody else sends it before
	NextTry    time.Time // while retry
	Attempts   int       // times it was claimed
	Crashes    int       // times it may have left without our knowing: no answer came, or a claim outlived its lease
	Since      time.Time // since when it is tried; a refusal for the account's sake starts that again
	MessageID  string    // the post office's own id, once sent
	Failure    string    // kind of the last failure, for staff; no personal data
}

// Settled tells whether nothing more will be done about the message.
func (m MessageRecord) Settled() bool { return m.State != MessageClaimed && m.State != MessageRetry }

// MayHaveLeft tells whether the person may have received it: sent, or claimed by a run that may have died after
// sending.
func (m MessageRecord) MayHaveLeft() bool {
	return m.State == MessageSent || m.State == MessageBounced || m.State == MessageClaimed || m.Crashes > 0
}

// MessageClaim asks for the right to send one message. It is granted when the file's version is still Version (what
// the planner saw is still true) and when there is no record of Key, or one in retry whose NextTry has come, or one
// claimed whose lease is over at Now. Granting counts an attempt, and a crash in the last case.
type MessageClaim struct {
	FileID  string
	Version int64
	Key     string
	Kind    string
	To      string
	Covers  []string
	Now     time.Time
	Lease   time.Duration
	Before  MessageRecord // as it was planned from; without a State when there was none
}

// Look is when a file is looked at again.
type Look struct {
	At      time.Time // zero: never
	Since   time.Time // when the oldest of its messages that wait for the post should have left; zero when none does
	Urgency int       // of what is due then: 0 goes first
	Todo    Duty      // what the organisation must do about the file until then
	Served  bool      // the session is over, or theirs no more: what the holder needed there is forgotten
	Lapsed  bool      // nobody confirmed the address that was asked for in time: it is forgotten
}

// DueFile is a file to look at.
type DueFile struct {
	ID string
	Look
}

// Late is since when something of the file waits.
func (l Look) Late() time.Time {
	if l.Since.IsZero() {
		return l.At
	}
	return l.Since
}

// ErrNotClaimed is the answer to a claim that is not granted: somebody else has it or did it, or the file changed.
var ErrNotClaimed = errors.New("message not claimed")

// ErrStale is the answer to a write based on a file that changed since: read it again.
var ErrStale = errors.New("the file changed since it was read")
