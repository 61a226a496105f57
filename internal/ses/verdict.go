package ses

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// saying is what SES says, in words or by a code, and what it means for the message.
type saying struct {
	words   string // part of the text, in lower case
	verdict enrolment.Verdict
}

// texts are SES's documented messages, looked for in this order: the same code ("MessageRejected", "BadRequestException")
// stands for the account and for the message. TestWhatSESSaysDecidesWhatBecomesOfTheMessage pins them with their sources.
var texts = []saying{
	{"suppression list", enrolment.Suppressed},
	{"address blacklisted", enrolment.Suppressed},
	{"email address is not verified", enrolment.Withheld}, // or Unverified: see identities
	{"domain isn't verified", enrolment.Withheld},
	{"not verified", enrolment.Withheld},
	{"daily message quota exceeded", enrolment.QuotaUsed},
	{"sending rate exceeded", enrolment.TooFast},
	{"paused", enrolment.Withheld},
	{"suspended", enrolment.Withheld},
	{"permanently restricted", enrolment.Withheld},
	{"configuration set", enrolment.Withheld},
	{"not authorized", enrolment.Withheld},
	// What is left is about the message itself, or about whom it is for.
	{"contains invalid content", enrolment.Refused},
	{"message length", enrolment.Refused},
	{"recipient count exceeds", enrolment.Refused},
	{"missing final '@domain'", enrolment.Refused},
	{"illegal address", enrolment.Refused},
	{"local address", enrolment.Refused},
	{"domain contains", enrolment.Refused},
	{"duplicate header", enrolment.Refused},
}

// codes mean the same whatever the text.
var codes = map[string]enrolment.Verdict{
	"SendingPausedException": enrolment.Withheld, "AccountSuspendedException": enrolment.Withheld, "MailFromDomainNotVerifiedException": enrolment.Withheld,
	"NotFoundException": enrolment.Withheld, "AccessDeniedException": enrolment.Withheld, "AccessDenied": enrolment.Withheld, "OptInRequired": enrolment.Withheld,
	"ExpiredTokenException": enrolment.Withheld, "UnrecognizedClientException": enrolment.Withheld, "InvalidClientTokenId": enrolment.Withheld,
	"InvalidSignatureException": enrolment.Withheld, "SignatureDoesNotMatch": enrolment.Withheld, "RequestExpired": enrolment.Withheld,
	"IncompleteSignature": enrolment.Withheld, "MissingAuthenticationToken": enrolment.Withheld,
	"TooManyRequestsException": enrolment.TooFast, "ThrottlingException": enrolment.TooFast, "Throttling": enrolment.TooFast,
	"LimitExceededException":        enrolment.QuotaUsed,
	"InternalServiceErrorException": enrolment.Busy, "ServiceUnavailable": enrolment.Busy, "InternalFailure": enrolment.Busy, "ConcurrentModificationException": enrolment.Busy,
}

// classify says what became of a sending that failed. from is the sender's address.
func classify(ctx context.Context, err error, from string) *Error {
	var no *refusal
	if !errors.As(err, &no) {
		return unanswered(ctx, err)
	}
	code := no.code
	if code == "" {
		code = fmt.Sprint(no.status)
	}
	return &Error{verdict: judge(no.status, no.code, strings.ToLower(no.text), strings.ToLower(from)), Code: code, Err: err}
}

func judge(status int, code, text, from string) enrolment.Verdict {
	switch {
	case status >= http.StatusInternalServerError:
		return enrolment.Busy
	case strings.Contains(text, "following identities failed the check") && !namesSender(text, from):
		return enrolment.Unverified
	}
	for _, s := range texts {
		if strings.Contains(text, s.words) {
			return s.verdict
		}
	}
	if v, known := codes[code]; known {
		return v
	}
	switch status {
	case http.StatusTooManyRequests:
		return enrolment.TooFast
	case http.StatusForbidden, http.StatusUnauthorized:
		return enrolment.Withheld
	}
	return enrolment.Unknown
}

// namesSender tells whether the sender, or its domain, is among the identities that failed; a list that SES cut short may
// hide it.
func namesSender(text, from string) bool {
	_, list, _ := strings.Cut(text, "following identities failed the check")
	_, domain, _ := strings.Cut(from, "@")
	for _, identity := range strings.FieldsFunc(list, func(r rune) bool { return strings.ContainsRune(" ,:<>\"", r) }) {
		if identity == from || identity == domain {
			return true
		}
	}
	return strings.HasSuffix(strings.TrimSpace(text), "...")
}

// unanswered: a request that never reached SES did not leave; one that got no proper answer may have.
func unanswered(ctx context.Context, err error) *Error {
	switch {
	case refusedConnection(err):
		return &Error{verdict: enrolment.Busy, Code: "unreachable", Err: err}
	case ctx.Err() != nil:
		return &Error{verdict: enrolment.Uncertain, Code: "timeout", Err: err}
	}
	return &Error{verdict: enrolment.Uncertain, Code: "no answer", Err: err}
}
