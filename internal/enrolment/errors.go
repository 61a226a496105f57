package enrolment

import (
	"errors"
	"sort"
	"strings"
	"time"
)

// Kind says what went wrong, by meaning; one function in httpapi turns it into HTTP.
type Kind string

// The kinds of errors that callers tell apart. Anything else is internal.
const (
	KindInvalid        Kind = "validation"             // what was sent cannot be accepted; Fields say why
	KindNotFound       Kind = "not-found"              // no such session, file or paper
	KindUnauthorized   Kind = "unauthorized"           // the personal link is missing, wrong or revoked
	KindSessionClosed  Kind = "session-closed"         // enrolment is over, or the session was cancelled
	KindFundingClosed  Kind = "funding-closed"         // this way of paying cannot be completed in time any more
	KindOfferExpired   Kind = "offer-expired"          // the offered seat was not taken in time
	KindKeyReused      Kind = "idempotency-key-reused" // same Idempotency-Key, other body
	KindDuplicate      Kind = "duplicate"              // the person has a live file on the session already; said to the organisation only
	KindChanged        Kind = "changed"                // somebody changed the file since it was read
	KindConflict       Kind = "conflict"               // the file's status does not allow this act
	KindUnavailable    Kind = "unavailable"            // busy or throttled: try again after RetryAfter
	KindScanRefused    Kind = "scan-refused"           // a page that was sent is not what a page may be; Fields say which
	KindScanIncomplete Kind = "scan-incomplete"        // pages of the scan have not arrived; Fields say which
	KindTooManyRequest Kind = "too-many-requests"      // abuse limit reached: try again after RetryAfter
)

// Error is a refusal whose Detail may be shown to the person, in French.
type Error struct {
	Kind       Kind
	Detail     string            // French, says how to mend it; never carries a cause
	Fields     map[string]string // field name (dotted path of the request) → French message
	File       string            // the file in the way, for KindDuplicate
	RetryAfter time.Duration     // for KindUnavailable and KindTooManyRequest
	Err        error             // the cause, for the log only
}

// Error is for logs. It holds no personal data: field names only, never their values.
func (e *Error) Error() string {
	s := string(e.Kind)
	if len(e.Fields) > 0 {
		names := make([]string, 0, len(e.Fields))
		for n := range e.Fields {
			names = append(names, n)
		}
		sort.Strings(names)
		s += " (" + strings.Join(names, ", ") + ")"
	}
	if e.Err != nil {
		s += ": " + e.Err.Error()
	}
	return s
}

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Refuse makes an error of a kind with a sentence in French for the person.
func Refuse(kind Kind, detail string) *Error { return &Error{Kind: kind, Detail: detail} }

// AskWork asks for the proof of work: browsers do it by themselves and send again.
func AskWork() *Error {
	return &Error{
		Kind:   KindInvalid,
		Detail: "Beaucoup de demandes nous arrivent en ce moment : votre appareil doit d’abord faire une vérification contre les robots. Envoyez de nouveau : vos réponses sont gardées.",
		Fields: map[string]string{FieldChallenge: "Une vérification contre les robots est demandée. Envoyez de nouveau."},
	}
}

// FieldChallenge is where a request carries its proof of work.
const FieldChallenge = "challenge"

// KindOf gives the kind of an error, or "" when it has none (an internal error).
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return ""
}
