package enrolment

import (
	"errors"
	"fmt"
	"time"
)

// Verdict is what can be done about a message that the post did not take.
type Verdict string

// Only what is said about the content or the recipient is final. What is said for the account's sake is nobody's fault but
// the operator's: the message waits as long as that lasts.
const (
	Refused    Verdict = "rejected"    // for its content or its recipient: never again
	Suppressed Verdict = "suppressed"  // nothing will reach that address any more
	Withheld   Verdict = "account"     // for the account's sake, whoever it is for: not verified, paused, no right to send
	Unverified Verdict = "sandbox"     // for the account's sake, for this recipient only
	TooFast    Verdict = "rate"        // too many this second
	QuotaUsed  Verdict = "quota"       // too many today
	Busy       Verdict = "busy"        // out of order or out of reach: it did not leave
	Unknown    Verdict = "unknown"     // a refusal that nobody documented: as if it might mend
	Uncertain  Verdict = "unanswered"  // no answer came: it may have left
	Unwritten  Verdict = "not written" // the message could not be composed
)

// VerdictOf is what an error that answers Verdict() says; "" without an error, and [Busy] for any other.
func VerdictOf(err error) Verdict {
	var judged interface{ Verdict() Verdict }
	switch {
	case err == nil:
		return ""
	case errors.As(err, &judged):
		return judged.Verdict()
	}
	return Busy
}

// ForTheAccount tells whether it was refused for the account's sake: that uses up none of the message's patience.
func (v Verdict) ForTheAccount() bool {
	switch v {
	case Withheld, Unverified, TooFast, QuotaUsed:
		return true
	}
	return false
}

// PostAccount is what the post office says of our account.
type PostAccount struct {
	Rate    float64 // messages a second at most
	Quota   int     // messages in 24 hours at most; negative for no limit
	Used    int     // of them, in the last 24 hours
	Sending bool    // false when the account is paused
}

// PostState is what all running functions know together of the post office: how fast it may be given messages, and
// whether it takes any.
type PostState struct {
	Rate      float64   // messages a second; 0 when it was never learnt
	Quota     int       // messages in 24 hours; negative for no limit
	Used      int       // of them: as the office said, and given out since
	LearntAt  time.Time // when the office said so
	NextSlot  time.Time // the first instant that is given to nobody yet
	ShutSince time.Time // zero while the office takes messages
	ShutUntil time.Time // nobody tries before; then one does
	Shuts     int       // times in a row that it refused
	Why       string    // what it said: no personal data
	Version   int64     // 0 when there is none yet
}

// Shut tells whether the office takes nothing for now.
func (s PostState) Shut() bool { return !s.ShutSince.IsZero() }

// ErrLater is the answer to who wants to send when nothing may leave for now: nothing was tried.
var ErrLater = errors.New("nothing may leave for now")

// ErrSpared is an [ErrLater] for what can wait: the last of the day's quota is for what somebody waits for, which may still leave.
var ErrSpared = fmt.Errorf("%w: the rest of the day is for answers", ErrLater)
