package ses_test

import (
	"context"
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

func TestWhatSESSaysDecidesWhetherToTryAgain(t *testing.T) {
	for name, c := range map[string]struct {
		status     int
		code, text string
		want       ses.Kind
	}{
		"an address that it will not take":     {400, "MessageRejected", `{"message":"Email address is not verified"}`, ses.Rejected},
		"a malformed request":                  {400, "BadRequestException", `{"message":"Missing final '@domain'"}`, ses.Rejected},
		"an address on the suppression list":   {400, "MessageRejected", `{"message":"Address is on the suppression list for your account"}`, ses.Suppressed},
		"too many a second":                    {429, "TooManyRequestsException", `{"message":"Maximum sending rate exceeded."}`, ses.Busy},
		"the day's quota is used":              {400, "LimitExceededException", `{"message":"Daily message quota exceeded."}`, ses.Busy},
		"sending is paused for the account":    {400, "SendingPausedException", `{"message":"paused"}`, ses.Busy},
		"the sender's domain is not set up":    {400, "MailFromDomainNotVerifiedException", `{"message":"x"}`, ses.Busy},
		"our rights are missing":               {403, "AccessDeniedException", `{"message":"not authorized"}`, ses.Busy},
		"SES is out of order":                  {503, "ServiceUnavailable", `{"message":"x"}`, ses.Busy},
		"a proxy answers something else, 502":  {502, "", `<html>bad gateway</html>`, ses.Busy},
		"an error that we do not know, client": {400, "SomethingNew", `{"message":"x"}`, ses.Rejected},
	} {
		t.Run(name, func(t *testing.T) {
			sender, _ := stub(t, c.status, c.code, c.text)
			_, err := sender.Send(t.Context(), message())
			var e *ses.Error
			if !errors.As(err, &e) || e.Kind != c.want {
				t.Fatalf("%v, want %s", err, c.want)
			}
			if e.Refused() == (c.want == ses.Busy) || e.Uncertain() {
				t.Errorf("refused %v, uncertain %v", e.Refused(), e.Uncertain())
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
	if _, err := ses.New(config(), closed, "").Send(t.Context(), message()); !errors.As(err, &e) || e.Kind != ses.Busy {
		t.Errorf("nobody listens: %v", err)
	}
	silent := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.ReadAll(r.Body)
		<-r.Context().Done()
	}))
	defer silent.Close()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if _, err := ses.New(config(), silent.URL, "").Send(ctx, message()); !errors.As(err, &e) || !e.Uncertain() || e.Refused() {
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
		if !errors.As(err, &e) || e.Kind != ses.Invalid || *body != "" {
			t.Errorf("%s: %v", name, err)
		}
	}
}
