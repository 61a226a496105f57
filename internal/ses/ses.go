// Package ses carries e-mails through Amazon SES v2: the two calls that the house makes of it, over package awscall. A test holds them
// against the SDK's own client, byte for byte.
//
// Messages go as MIME that package mail wrote (attachments, List-Unsubscribe, one text for all). Their headers
// X-Echarpe-… become tags of the sending, without the prefix, so that bounces, complaints and deliveries come back with
// them; they do not travel in the mail itself.
package ses

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/mail"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/internal/enrolment"
	letter "github.com/echarpe/echarpe/internal/mail"
)

// tagPrefix begins the headers that become tags.
const tagPrefix = "X-Echarpe-"

// Sender sends through one configuration set.
type Sender struct {
	office           office
	configurationSet string
}

// New makes a sender. Endpoint is "" but for a local SES; configurationSet is "" for none. It asks once only: whoever
// sends knows better when to try again, and a hidden second try could be a second mail.
func New(cfg aws.Config, endpoint, configurationSet string) *Sender {
	return &Sender{office: open(cfg, endpoint), configurationSet: configurationSet}
}

// Send gives the message to SES and answers SES's own id for it. Every error is an *Error.
func (s *Sender) Send(ctx context.Context, m letter.Message) (messageID string, err error) {
	in, err := s.input(m)
	if err != nil {
		return "", &Error{verdict: enrolment.Refused, Code: "Malformed", Err: err}
	}
	var out struct {
		MessageID string `json:"MessageId"`
	}
	if err := s.office.ask(ctx, http.MethodPost, "/v2/email/outbound-emails", in, &out); err != nil {
		return "", classify(ctx, err, m.From.Address)
	}
	return out.MessageID, nil
}

// sending is what SendEmail takes, of which the house uses this much.
// Reference: https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html
type sending struct {
	FromEmailAddress     string
	Destination          destination
	Content              content
	EmailTags            []tag  `json:",omitempty"`
	ConfigurationSetName string `json:",omitempty"`
}

type (
	destination struct {
		ToAddresses []string
		CcAddresses []string
	}
	content struct{ Raw struct{ Data []byte } }
	tag     struct{ Name, Value string }
)

func (s *Sender) input(m letter.Message) (json.RawMessage, error) {
	tags, headers, err := split(m.Headers)
	if err != nil {
		return nil, err
	}
	m.Headers = headers
	raw, err := m.Raw()
	if err != nil {
		return nil, err
	}
	in := sending{
		FromEmailAddress: m.From.String(), Destination: destination{addresses(m.To), addresses(m.Cc)},
		EmailTags: tags, ConfigurationSetName: s.configurationSet,
	}
	in.Content.Raw.Data = raw
	return json.Marshal(in)
}

func addresses(list []mail.Address) []string {
	plain := make([]string, len(list))
	for i, a := range list {
		plain[i] = a.Address
	}
	return plain
}

// split takes the headers that are tags out of the others. SES takes letters, digits and _ - . @ in a tag, 256 at most.
func split(headers []letter.Header) (tags []tag, rest []letter.Header, err error) {
	for _, h := range headers {
		name, isTag := strings.CutPrefix(h.Name, tagPrefix)
		if !isTag {
			rest = append(rest, h)
			continue
		}
		if len(h.Value) > 256 || strings.ContainsFunc(h.Value, notInTag) {
			return nil, nil, fmt.Errorf("ses: header %s cannot be a tag", h.Name)
		}
		tags = append(tags, tag{strings.ToLower(name), h.Value})
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
