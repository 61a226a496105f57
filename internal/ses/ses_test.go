package ses_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/ses"
	"github.com/echarpe/echarpe/internal/sestest"
)

func config() aws.Config {
	return aws.Config{Region: "eu-west-3", Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")}
}

func message() mail.Message {
	return mail.Message{
		Kind: mail.Confirmation,
		From: netmail.Address{Name: "Écharpe", Address: "bonjour@organisme.example"},
		To:   []netmail.Address{{Name: "Zoé Müller", Address: "zoe@mairie.example"}},
		Cc:   []netmail.Address{{Address: "copie@mairie.example"}}, ReplyTo: netmail.Address{Address: "contact@organisme.example"},
		Subject: "Votre place est réservée : « Budget »", Preview: "p",
		Text: "Bonjour,\nc’est réservé.\n", HTML: "<p>Bonjour, c’est réservé.</p>",
		Headers:     []mail.Header{{Name: "X-Echarpe-File", Value: "abc"}, {Name: "X-Echarpe-Message", Value: "convocation.s1.2027-03-10"}, {Name: "List-Unsubscribe", Value: "<https://x.example/u>"}},
		Attachments: []mail.Attachment{{Name: "formation.ics", Type: "text/calendar; charset=utf-8", Content: []byte("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")}},
		Date:        time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC),
	}
}

func TestAMessageReachesTheMailboxWhole(t *testing.T) {
	server := sestest.Start(t)
	id, err := ses.New(config(), server.URL, "echarpe").Send(t.Context(), message())
	if err != nil || id == "" {
		t.Fatalf("id %q, error %v", id, err)
	}
	emails := server.Emails()
	if len(emails) != 1 {
		t.Fatalf("%d e-mails", len(emails))
	}
	got := emails[0]
	if got.MessageID != id || got.Subject != message().Subject || !strings.Contains(got.Destination.To[0], "zoe@mairie.example") || got.Destination.CC[0] != "copie@mairie.example" {
		t.Errorf("%+v", got)
	}
	if !strings.Contains(got.Body.Text, "c’est réservé") || !strings.Contains(got.Body.HTML, "<p>Bonjour") {
		t.Errorf("bodies: %+v", got.Body)
	}
	if len(got.Attachments) != 1 || got.Attachments[0].Filename != "formation.ics" {
		t.Errorf("attachments: %+v", got.Attachments)
	}
}

// stub answers as SES does on the wire and keeps what it was sent.
func stub(t *testing.T, status int, code, text string) (*ses.Sender, *string) {
	t.Helper()
	var body string
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		body = string(b)
		if code != "" {
			w.Header().Set("X-Amzn-ErrorType", code)
		}
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(status)
		_, _ = io.WriteString(w, text)
	}))
	t.Cleanup(server.Close)
	return ses.New(config(), server.URL, "echarpe"), &body
}

func TestTagsGoBesideTheMessageAndNotInIt(t *testing.T) {
	sender, body := stub(t, 200, "", `{"MessageId":"m-1"}`)
	if id, err := sender.Send(t.Context(), message()); err != nil || id != "m-1" {
		t.Fatal(id, err)
	}
	for _, want := range []string{`"EmailTags"`, `"file"`, `"abc"`, `"message"`, `"convocation.s1.2027-03-10"`, `"ConfigurationSetName":"echarpe"`} {
		if !strings.Contains(*body, want) {
			t.Errorf("%s is not in the request", want)
		}
	}
	if strings.Contains(*body, "WC1FY2hhcnBl") { // base64 of X-Echarpe
		t.Error("the tags travel in the mail")
	}
}

// The documented messages of SES, each with what becomes of the message. Sources, read 2026-11-26:
//
//	[dg] https://docs.aws.amazon.com/ses/latest/dg/troubleshoot-error-messages.html
//	[quota] https://docs.aws.amazon.com/ses/latest/dg/manage-sending-quotas-errors.html
//	[api] https://docs.aws.amazon.com/ses/latest/APIReference-V2/API_SendEmail.html (Errors)
//	[common] https://docs.aws.amazon.com/ses/latest/APIReference-V2/CommonErrors.html
//	[seen] met on the wire: no page lists it
func TestWhatSESSaysDecidesWhatBecomesOfTheMessage(t *testing.T) {
	for _, c := range []struct {
		source     string
		status     int
		code, text string
		want       enrolment.Verdict
	}{
		// For the account's sake: it waits as long as that lasts.
		{"[dg] the sender's address is not verified", 400, "MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-3: bonjour@organisme.example", enrolment.Withheld},
		{"[dg] the sender's domain is not verified", 400, "MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-3: Écharpe <bonjour@organisme.example>, organisme.example", enrolment.Withheld},
		{"[dg] sender and recipient", 400, "MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-3: zoe@mairie.example, bonjour@organisme.example", enrolment.Withheld},
		{"[dg] a list that SES cut short", 400, "MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-3: zoe@mairie.example, ...", enrolment.Withheld},
		{"[seen] without a list", 400, "MessageRejected", "Email address is not verified.", enrolment.Withheld},
		{"[dg] the sandbox: only the recipient", 400, "MessageRejected", "Email address is not verified. The following identities failed the check in region EU-WEST-3: zoe@mairie.example", enrolment.Unverified},
		{"[dg] account paused", 400, "MessageRejected", "Account is paused", enrolment.Withheld},
		{"[seen] account paused", 400, "MessageRejected", "Sending paused for this account. For more information, please check the inbox of the email address associated with your AWS account.", enrolment.Withheld},
		{"[seen] account suspended", 400, "MessageRejected", "Sending suspended for this account.", enrolment.Withheld},
		{"[api] account paused", 400, "SendingPausedException", "The message can't be sent because the account's ability to send email is currently paused.", enrolment.Withheld},
		{"[seen] the configuration set is paused", 400, "SendingPausedException", "Sending paused for configuration set echarpe.", enrolment.Withheld},
		{"[api] account suspended", 400, "AccountSuspendedException", "The message can't be sent because the account's ability to send email has been permanently restricted.", enrolment.Withheld},
		{"[api] the sender's domain", 400, "MailFromDomainNotVerifiedException", "The message can't be sent because the sending domain isn't verified.", enrolment.Withheld},
		{"[api] the configuration set is missing", 404, "NotFoundException", "The resource you attempted to access doesn't exist.", enrolment.Withheld},
		{"[seen] the configuration set is missing", 400, "BadRequestException", "Configuration set echarpe does not exist.", enrolment.Withheld},
		{"[common] no right to send", 403, "AccessDeniedException", "User: arn:aws:sts::123456789012:assumed-role/r is not authorized to perform: ses:SendEmail on resource: arn:aws:ses:eu-west-3:123456789012:identity/organisme.example", enrolment.Withheld},
		{"[common] unknown key", 403, "UnrecognizedClientException", "The security token included in the request is invalid.", enrolment.Withheld},
		{"[common] key too old", 403, "ExpiredTokenException", "The security token included in the request is expired", enrolment.Withheld},
		{"[common] account without SES", 403, "OptInRequired", "The AWS access key ID needs a subscription for the service.", enrolment.Withheld},
		{"[quota] the day's quota", 400, "ThrottlingException", "Daily message quota exceeded", enrolment.QuotaUsed},
		{"[quota] the day's quota, SES v2", 429, "TooManyRequestsException", "Daily message quota exceeded.", enrolment.QuotaUsed},
		{"[api] a limit", 400, "LimitExceededException", "There are too many instances of the specified resource type.", enrolment.QuotaUsed},
		{"[quota] too fast", 400, "ThrottlingException", "Maximum sending rate exceeded", enrolment.TooFast},
		{"[quota] too fast, SES v2", 429, "TooManyRequestsException", "Maximum sending rate exceeded.", enrolment.TooFast},
		{"[api] too many calls", 429, "TooManyRequestsException", "Too many requests have been made to the operation.", enrolment.TooFast},
		{"[common] throttled", 400, "ThrottlingException", "Rate exceeded", enrolment.TooFast},
		// For the content's or the recipient's sake: final.
		{"[api] content", 400, "MessageRejected", "The message can't be sent because it contains invalid content.", enrolment.Refused},
		{"[dg] too heavy", 400, "MessageRejected", "Message length is more than 41943040 bytes long: '52428800'.", enrolment.Refused},
		{"[seen] a malformed address", 400, "BadRequestException", "Missing final '@domain'", enrolment.Refused},
		{"[seen] a malformed address", 400, "BadRequestException", "Local address contains control or whitespace", enrolment.Refused},
		{"[seen] a malformed address", 400, "BadRequestException", "Domain contains illegal character", enrolment.Refused},
		{"[seen] a malformed address", 400, "BadRequestException", "Illegal address", enrolment.Refused},
		{"[seen] too many recipients", 400, "BadRequestException", "Recipient count exceeds 50.", enrolment.Refused},
		{"[seen] twice the same header", 400, "BadRequestException", "Duplicate header 'Subject'.", enrolment.Refused},
		{"[seen] suppressed", 400, "MessageRejected", "Address is on the suppression list for your account", enrolment.Suppressed},
		{"[seen] suppressed", 400, "MessageRejected", "Transaction failed: Address blacklisted.", enrolment.Suppressed},
		// Out of order, or unheard of: later.
		{"[common] out of order", 503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server.", enrolment.Busy},
		{"[common] out of order", 500, "InternalFailure", "The request processing has failed because of an unknown error.", enrolment.Busy},
		{"a proxy answers something else", 502, "", "<html>bad gateway</html>", enrolment.Busy},
		{"an error that we do not know", 400, "SomethingNew", "x", enrolment.Unknown},
		{"a rejection in words that we do not know", 400, "MessageRejected", "x", enrolment.Unknown},
	} {
		t.Run(c.source+" "+c.text, func(t *testing.T) {
			body, _ := json.Marshal(map[string]string{"message": c.text})
			sender, _ := stub(t, c.status, c.code, string(body))
			_, err := sender.Send(t.Context(), message())
			var e *ses.Error
			if !errors.As(err, &e) || e.Verdict() != c.want {
				t.Fatalf("%v, want %s", err, c.want)
			}
			if strings.Contains(e.Failure(), "@") {
				t.Errorf("failure %q may hold an address", e.Failure())
			}
		})
	}
}

func TestNobodyListeningIsBusyAndNoAnswerIsUncertain(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	closed := "http://" + l.Addr().String()
	_ = l.Close()
	var e *ses.Error
	if _, err := ses.New(config(), closed, "").Send(t.Context(), message()); !errors.As(err, &e) || e.Verdict() != enrolment.Busy {
		t.Errorf("nobody listens: %v", err)
	}
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		<-r.Context().Done()
	}))
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := ses.New(config(), silent.URL, "").Send(ctx, message()); !errors.As(err, &e) || e.Verdict() != enrolment.Uncertain {
		t.Errorf("no answer: %v", err)
	}
}

func TestItAsksOnce(t *testing.T) {
	asked := 0
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { asked++; w.WriteHeader(500) }))
	defer server.Close()
	_, _ = ses.New(config(), server.URL, "").Send(t.Context(), message())
	if asked != 1 {
		t.Errorf("asked %d times: a hidden second try could be a second mail", asked)
	}
}

func TestWhatCannotBeSentIsRefusedHere(t *testing.T) {
	sender, body := stub(t, 200, "", `{"MessageId":"m"}`)
	for name, spoil := range map[string]func(*mail.Message){
		"nobody to send to":           func(m *mail.Message) { m.To = nil },
		"a line break in the subject": func(m *mail.Message) { m.Subject = "a\r\nBcc: x@y.example" },
		"a tag with a space":          func(m *mail.Message) { m.Headers[0].Value = "a b" },
	} {
		m := message()
		spoil(&m)
		_, err := sender.Send(t.Context(), m)
		var e *ses.Error
		if !errors.As(err, &e) || e.Verdict() != enrolment.Refused || *body != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
