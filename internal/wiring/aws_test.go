package wiring_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"

	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/wiring"
)

const secretARN = "arn:aws:secretsmanager:eu-west-3:123456789012:secret:LinkSecret-AbCdEf"

// safe plays Secrets Manager: it gives its answers in turn, the last one for ever, to whoever signed the question.
type safe struct {
	t       *testing.T
	mu      sync.Mutex
	answers []func(http.ResponseWriter)
	asked   int
}

func (s *safe) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		s.t.Error(err)
	}
	if target := r.Header.Get("X-Amz-Target"); target != "secretsmanager.GetSecretValue" || string(body) != `{"SecretId":"`+secretARN+`"}` {
		s.t.Errorf("asked for %s of %s", target, body)
	}
	if got, want := r.Header.Get("Authorization"), signature(s.t, r, body); got != want {
		s.t.Errorf("signed  %s\nwant    %s", got, want)
	}
	s.answers[min(s.asked, len(s.answers)-1)](w)
	s.asked++
}

// signature signs a request again, as AWS does to check it.
func signature(t *testing.T, r *http.Request, body []byte) string {
	t.Helper()
	at, err := time.Parse("20060102T150405Z", r.Header.Get("X-Amz-Date"))
	if err != nil {
		t.Error(err)
	}
	again, err := http.NewRequestWithContext(t.Context(), r.Method, "http://"+r.Host+r.URL.Path, bytes.NewReader(body))
	if err != nil {
		t.Error(err)
	}
	for _, name := range []string{"Content-Type", "X-Amz-Target"} {
		again.Header.Set(name, r.Header.Get(name))
	}
	sum := sha256.Sum256(body)
	keys := aws.Credentials{AccessKeyID: "id", SecretAccessKey: "key", SessionToken: "session"}
	if err := v4.NewSigner().SignHTTP(t.Context(), keys, again, hex.EncodeToString(sum[:]), "secretsmanager", "eu-west-3", at); err != nil {
		t.Error(err)
	}
	return again.Header.Get("Authorization")
}

func says(status int, body string) func(http.ResponseWriter) {
	return func(w http.ResponseWriter) {
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// deployed builds the house as on Lambda: the link secret is in Secrets Manager, and everything is reached through addresses in
// variables. The table answers "absent" to its first call.
func deployed(t *testing.T, answers ...func(http.ResponseWriter)) (*wiring.House, *safe, error) {
	t.Helper()
	s := &safe{t: t, answers: answers}
	secrets, table := httptest.NewServer(s), httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { says(200, "{}")(w) }))
	t.Cleanup(secrets.Close)
	t.Cleanup(table.Close)
	for name, value := range map[string]string{
		"AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_SESSION_TOKEN": "session",
		"AWS_ENDPOINT_URL": table.URL, "AWS_ENDPOINT_URL_SECRETS_MANAGER": secrets.URL,
	} {
		t.Setenv(name, value)
	}
	house, err := wiring.Build(t.Context(), config.Config{TableName: "any", LinkSecretARN: secretARN}, io.Discard, time.Now)
	return house, s, err
}

const kept = `{"SecretString":"{\"1\":\"0123456789abcdef0123456789abcdef\"}"}`

func TestTheDeployedHouseReadsItsLinkSecretFromSecretsManager(t *testing.T) {
	house, s, err := deployed(t, says(200, kept))
	if err != nil {
		t.Fatal(err)
	}
	if scope, ok := house.Links.Keys.Open(house.Links.Keys.Token(link.Holder, "file", 0), "file", 0); !ok || scope != link.Holder || s.asked != 1 {
		t.Errorf("asked %d times, the keys do not work", s.asked)
	}
}

func TestABusySecretsManagerIsAskedAgain(t *testing.T) {
	for name, busy := range map[string]func(http.ResponseWriter){
		"out of order": says(500, `{"__type":"InternalServiceError"}`),
		"throttled":    says(400, `{"__type":"ThrottlingException"}`),
		"cut off":      says(200, `{"Secret`),
	} {
		t.Run(name, func(t *testing.T) {
			if _, s, err := deployed(t, busy, says(200, kept)); err != nil || s.asked != 2 {
				t.Errorf("asked %d times: %v", s.asked, err)
			}
		})
	}
}

func TestTheTableAndTheSecretAreAskedAtTheSameTime(t *testing.T) {
	secretAsked, tableAsked := make(chan struct{}), make(chan struct{})
	meet := func(mine, other chan struct{}, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			close(mine)
			select {
			case <-other:
			case <-time.After(2 * time.Second):
				t.Error("one waits for the other's answer")
			}
			says(200, body)(w)
		}
	}
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { meet(tableAsked, secretAsked, "{}")(w) }))
	t.Cleanup(table.Close)
	t.Setenv("AWS_ENDPOINT_URL_DYNAMODB", table.URL)
	if _, _, err := deployed(t, meet(secretAsked, tableAsked, kept)); err != nil {
		t.Fatal(err)
	}
}

func TestASecretRefusedSaysWhyAtOnceAndIsNeverQuoted(t *testing.T) {
	_, s, err := deployed(t, says(400, `{"__type":"AccessDeniedException","SecretString":"hunter2"}`))
	if err == nil || !strings.Contains(err.Error(), "AccessDeniedException") || strings.Contains(err.Error(), "hunter2") || s.asked != 1 {
		t.Errorf("asked %d times: %v", s.asked, err)
	}
}

func TestAHouseWithoutALinkSecretIsRefused(t *testing.T) {
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { says(200, "{}")(w) }))
	t.Cleanup(table.Close)
	for name, value := range map[string]string{"AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "id", "AWS_SECRET_ACCESS_KEY": "key", "AWS_ENDPOINT_URL": table.URL} {
		t.Setenv(name, value)
	}
	if _, err := wiring.Build(t.Context(), config.Config{TableName: "any"}, io.Discard, time.Now); err == nil || !strings.Contains(err.Error(), "LINK_SECRET_ARN") {
		t.Error(err)
	}
}

func TestAMissingKeyOfTheEnvironmentIsNamed(t *testing.T) {
	for _, name := range []string{"AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Setenv("AWS_REGION", "eu-west-3")
		t.Setenv("AWS_ACCESS_KEY_ID", "id")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "key")
		t.Setenv(name, "")
		_, err := wiring.Build(t.Context(), config.Config{TableName: "any"}, io.Discard, time.Now)
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("without %s: %v", name, err)
		}
	}
}
