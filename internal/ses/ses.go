// Package ses carries e-mails through Amazon SES v2. It is the only importer of that SDK.
//
// Messages go as MIME that package mail wrote (attachments, List-Unsubscribe, one text for all). Their headers
// X-Echarpe-… become tags of the sending, without the prefix, so that bounces, complaints and deliveries come back with
// them; they do not travel in the mail itself.
package ses

import (
	"context"
	"fmt"
	"net/mail"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"

	"github.com/echarpe/echarpe/internal/awshttp"
	"github.com/echarpe/echarpe/internal/enrolment"
	letter "github.com/echarpe/echarpe/internal/mail"
)

// tagPrefix begins the headers that become tags.
const tagPrefix = "X-Echarpe-"

// Sender sends through one configuration set.
type Sender struct {
	client           *sesv2.Client
	configurationSet string
}

// New makes a sender. Endpoint is "" but for a local SES; configurationSet is "" for none. The SDK tries once only: whoever
// sends knows better when to try again, and a hidden second try could be a second mail.
func New(cfg aws.Config, endpoint, configurationSet string) *Sender {
	client := sesv2.NewFromConfig(cfg, func(o *sesv2.Options) {
		o.RetryMaxAttempts = 1
		o.HTTPClient = awshttp.Whole{Client: o.HTTPClient}
		if endpoint != "" {
			o.BaseEndpoint = aws.String(endpoint)
		}
	})
	return &Sender{client: client, configurationSet: configurationSet}
}

// Send gives the message to SES and answers SES's own id for it. Every error is an *Error.
func (s *Sender) Send(ctx context.Context, m letter.Message) (messageID string, err error) {
	in, err := s.input(m)
	if err != nil {
		return "", &Error{verdict: enrolment.Refused, Code: "Malformed", Err: err}
	}
	out, err := s.client.SendEmail(ctx, in)
	if err != nil {
		return "", classify(ctx, err, m.From.Address)
	}
	return aws.ToString(out.MessageId), nil
}

func (s *Sender) input(m letter.Message) (*sesv2.SendEmailInput, error) {
	tags, headers, err := split(m.Headers)
	if err != nil {
		return nil, err
	}
	m.Headers = headers
	raw, err := m.Raw()
	if err != nil {
		return nil, err
	}
	in := &sesv2.SendEmailInput{
		FromEmailAddress: aws.String(m.From.String()),
		Destination:      &types.Destination{ToAddresses: addresses(m.To), CcAddresses: addresses(m.Cc)},
		Content:          &types.EmailContent{Raw: &types.RawMessage{Data: raw}},
		EmailTags:        tags,
	}
	if s.configurationSet != "" {
		in.ConfigurationSetName = aws.String(s.configurationSet)
	}
	return in, nil
}

func addresses(list []mail.Address) []string {
	plain := make([]string, len(list))
	for i, a := range list {
		plain[i] = a.Address
	}
	return plain
}

// split takes the headers that are tags out of the others. SES takes letters, digits and _ - . @ in a tag, 256 at most.
func split(headers []letter.Header) (tags []types.MessageTag, rest []letter.Header, err error) {
	for _, h := range headers {
		name, isTag := strings.CutPrefix(h.Name, tagPrefix)
		if !isTag {
			rest = append(rest, h)
			continue
		}
		if len(h.Value) > 256 || strings.ContainsFunc(h.Value, notInTag) {
			return nil, nil, fmt.Errorf("ses: header %s cannot be a tag", h.Name)
		}
		tags = append(tags, types.MessageTag{Name: aws.String(strings.ToLower(name)), Value: aws.String(h.Value)})
	}
	return tags, rest, nil
}

func notInTag(r rune) bool {
	return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("_-.@", r))
}

// Error is a message that SES did not take. Its text may hold an address: [Error.Failure] never does.
type Error struct {
	verdict enrolment.Verdict
	Code    string // SES's own, e.g. "MessageRejected"
	Err     error
}

func (e *Error) Error() string { return "ses: " + e.Failure() + ": " + e.Err.Error() }

// Unwrap gives the cause.
func (e *Error) Unwrap() error { return e.Err }

// Failure names it, without any address.
func (e *Error) Failure() string { return strings.TrimSuffix(string(e.verdict)+" "+e.Code, " ") }

// Verdict says what can be done about it.
func (e *Error) Verdict() enrolment.Verdict { return e.verdict }
