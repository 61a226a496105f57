package ses

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/internal/awscall"
)

// post is SES: its calls are signed as "ses", whatever the version.
var post = awscall.Service{ID: "SESv2", Host: "email", Sign: "ses"}

// office is SES at an address.
type office struct {
	cfg     aws.Config
	address string
	client  *http.Client
}

// atOnce is how many connections stay open: about what the reminders function sends at a time.
const atOnce = 16

// longest is how much of an answer is read. SES's have a few hundred bytes.
const longest = 1 << 20

func open(cfg aws.Config, endpoint string) office {
	if endpoint == "" {
		endpoint = post.Address(context.Background(), cfg)
	}
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConnsPerHost = atOnce
	return office{cfg, endpoint, &http.Client{
		Transport: transport,
		// A redirection would carry a mail elsewhere; it is an answer that nobody expects.
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}}
}

// refusal is an answer that is not the one asked for.
type refusal struct {
	status     int
	code, text string // SES's own, "" when somebody else answered
}

func (r *refusal) Error() string {
	return strings.TrimSpace(fmt.Sprintf("status %d %s: %s", r.status, r.code, r.text))
}

// ask makes one call, and reads its answer into out. A refusal is a *refusal; any other error says that there was no answer, or none
// that can be read.
func (o office) ask(ctx context.Context, method, path string, in json.RawMessage, out any) error {
	headers := map[string]string{}
	if in != nil {
		headers["Content-Type"] = "application/json"
	}
	at := time.Now() //nolint:forbidigo // a signature is good for five minutes of AWS's clock, wherever the house's stands
	request, err := post.Request(ctx, o.cfg, method, strings.TrimSuffix(o.address, "/")+path, headers, in, at)
	if err != nil {
		return err
	}
	response, err := o.client.Do(request)
	if err != nil {
		return err
	}
	defer func() { _ = response.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(response.Body, longest))
	if response.StatusCode < 200 || response.StatusCode > 299 {
		return refused(response, body)
	}
	if err != nil {
		return err
	}
	return json.Unmarshal(body, out)
}

// refused reads what SES says when it refuses: a code in a header or in the body, where it may stand between a namespace and an address,
// and a text.
// Reference: https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html#operation-error-serialization
func refused(response *http.Response, body []byte) *refusal {
	var said struct {
		Type    string `json:"__type"`
		Code    string `json:"code"`
		Message string // and "message": a field is found whatever its case
	}
	_ = json.NewDecoder(bytes.NewReader(body)).Decode(&said) // a proxy's page has neither
	code := response.Header.Get("X-Amzn-ErrorType")
	for _, other := range []string{said.Code, said.Type} {
		if code == "" {
			code = other
		}
	}
	code, _, _ = strings.Cut(code, ":")
	return &refusal{response.StatusCode, code[strings.LastIndex(code, "#")+1:], said.Message}
}
