package enrolment

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

// ForTheAccount tells whether it was refused for the account's sake: that uses up none of the message's patience.
func (v Verdict) ForTheAccount() bool {
	switch v {
	case Withheld, Unverified, TooFast, QuotaUsed:
		return true
	}
	return false
}
