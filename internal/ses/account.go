package ses

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Account asks SES what the account may send. Every error is an *Error.
func (s *Sender) Account(ctx context.Context) (enrolment.PostAccount, error) {
	out, err := s.client.GetAccount(ctx, &sesv2.GetAccountInput{})
	if err != nil {
		return enrolment.PostAccount{}, classify(ctx, err, "")
	}
	a := enrolment.PostAccount{Sending: out.SendingEnabled && aws.ToString(out.EnforcementStatus) != "SHUTDOWN"}
	if q := out.SendQuota; q != nil {
		a.Rate, a.Quota, a.Used = q.MaxSendRate, int(q.Max24HourSend), int(q.SentLast24Hours)
	}
	return a, nil
}
