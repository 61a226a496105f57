package ses_test

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"
	"github.com/aws/aws-sdk-go-v2/service/sesv2/types"
	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/ses"
)

// call is a request as SES gets it.
type call struct {
	Method, Path, Query, Type string
	Scope                     string // of the signature: day, region, service
	Token                     string
	Body                      any
}

var scope = regexp.MustCompile(`^AWS4-HMAC-SHA256 Credential=test/(\d{8}/[a-z0-9-]+/[a-z]+/aws4_request), SignedHeaders=([a-z0-9;-]+), Signature=[0-9a-f]{64}$`)

// heard is an SES that keeps what it is asked.
func heard(t *testing.T, answer string) (address string, calls *[]call) {
	t.Helper()
	calls = &[]call{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c := call{Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Type: r.Header.Get("Content-Type"), Token: r.Header.Get("X-Amz-Security-Token")}
		m := scope.FindStringSubmatch(r.Header.Get("Authorization"))
		if m == nil {
			t.Errorf("signed %q", r.Header.Get("Authorization"))
		} else {
			c.Scope = m[1]
		}
		if raw, _ := io.ReadAll(r.Body); len(raw) > 0 {
			if err := json.Unmarshal(raw, &c.Body); err != nil {
				t.Error(err)
			}
		}
		*calls = append(*calls, c)
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, answer)
	}))
	t.Cleanup(server.Close)
	return server.URL, calls
}

// The SDK's own client is the judge: SES gets from us what it would get from it.
func TestEachCallIsTheSDKs(t *testing.T) {
	m := message()
	raw, err := withoutTags(m).Raw()
	if err != nil {
		t.Fatal(err)
	}
	in := &sesv2.SendEmailInput{
		FromEmailAddress: aws.String(m.From.String()), ConfigurationSetName: aws.String("echarpe"),
		Destination: &types.Destination{ToAddresses: []string{"zoe@mairie.example"}, CcAddresses: []string{"copie@mairie.example"}},
		Content:     &types.EmailContent{Raw: &types.RawMessage{Data: raw}},
		EmailTags:   []types.MessageTag{{Name: aws.String("file"), Value: aws.String("abc")}, {Name: aws.String("message"), Value: aws.String("convocation.s1.2027-03-10")}},
	}
	address, calls := heard(t, `{"MessageId":"m-1","SendingEnabled":true,"EnforcementStatus":"HEALTHY","SendQuota":{"Max24HourSend":200.0,"MaxSendRate":14,"SentLast24Hours":3.0}}`)
	ours, theirs := ses.New(config(), address, "echarpe"), sesv2.NewFromConfig(config(), func(o *sesv2.Options) { o.BaseEndpoint = &address })
	for name, ask := range map[string][2]func(context.Context) (any, error){
		"sending": {
			func(ctx context.Context) (any, error) { return ours.Send(ctx, m) },
			func(ctx context.Context) (any, error) {
				out, err := theirs.SendEmail(ctx, in)
				return aws.ToString(out.MessageId), err
			},
		},
		"the account": {
			func(ctx context.Context) (any, error) {
				a, err := ours.Account(ctx)
				return [...]any{a.Sending, a.Rate, a.Quota, a.Used}, err
			},
			func(ctx context.Context) (any, error) {
				out, err := theirs.GetAccount(ctx, &sesv2.GetAccountInput{})
				return [...]any{out.SendingEnabled, out.SendQuota.MaxSendRate, int(out.SendQuota.Max24HourSend), int(out.SendQuota.SentLast24Hours)}, err
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			*calls = nil
			var answers []any
			for _, one := range ask {
				answer, err := one(t.Context())
				if err != nil {
					t.Fatal(err)
				}
				answers = append(answers, answer)
			}
			if diff := cmp.Diff(answers[1], answers[0]); diff != "" {
				t.Errorf("answer, SDK (-), ours (+):\n%s", diff)
			}
			if len(*calls) != 2 {
				t.Fatalf("%d calls", len(*calls))
			}
			if diff := cmp.Diff((*calls)[1], (*calls)[0]); diff != "" {
				t.Errorf("asked, SDK (-), ours (+):\n%s", diff)
			}
		})
	}
}

// Without an address given, it is where the SDK would look.
func TestSESIsWhereTheSDKLooks(t *testing.T) {
	for name, cfg := range map[string]aws.Config{
		"of the region":    config(),
		"of a local stack": func() aws.Config { c := config(); c.BaseEndpoint = aws.String("http://stack.example:4566"); return c }(),
		"of a local SES beside a stack": func() aws.Config {
			c := config()
			c.BaseEndpoint = aws.String("http://stack.example:4566")
			c.ConfigSources = []any{local{}}
			return c
		}(),
	} {
		var asked []string
		cfg.HTTPClient = client(func(r *http.Request) { asked = append(asked, r.URL.String()) })
		_, _ = sesv2.NewFromConfig(cfg).GetAccount(t.Context(), &sesv2.GetAccountInput{})
		if len(asked) == 0 {
			t.Fatal(name, ": the SDK asked nobody")
		}
		if got := ses.Where(cfg) + "/v2/email/account"; got != asked[0] {
			t.Errorf("%s: %s, the SDK asks %s", name, got, asked[0])
		}
	}
}

type local struct{}

func (local) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	return "http://ses.example:8005", service == "SESv2", nil
}

type client func(*http.Request)

func (c client) Do(r *http.Request) (*http.Response, error) {
	c(r)
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(bytes.NewReader([]byte("{}")))}, nil
}

func withoutTags(m mail.Message) mail.Message {
	m.Headers = m.Headers[2:]
	return m
}
