package ses

import (
	"context"
	"net/http"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Account asks SES what the account may send. Every error is an *Error.
// Reference: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_GetAccount.html
func (s *Sender) Account(ctx context.Context) (enrolment.PostAccount, error) {
	var out struct {
		SendingEnabled    bool
		EnforcementStatus string
		SendQuota         struct{ Max24HourSend, MaxSendRate, SentLast24Hours float64 }
	}
	if err := s.office.ask(ctx, http.MethodGet, "/v2/email/account", nil, &out); err != nil {
		return enrolment.PostAccount{}, classify(ctx, err, "")
	}
	q := out.SendQuota
	return enrolment.PostAccount{
		Sending: out.SendingEnabled && out.EnforcementStatus != "SHUTDOWN",
		Rate:    q.MaxSendRate, Quota: int(q.Max24HourSend), Used: int(q.SentLast24Hours),
	}, nil
}
