package main

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	awsconfig "github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/stack"
	"github.com/echarpe/echarpe/internal/staff"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/messages"
	"github.com/echarpe/echarpe/internal/wiring/papers"
	"github.com/echarpe/echarpe/internal/wiring/scans"
	"github.com/echarpe/echarpe/internal/wiring/team"
)

// sweepEvery is how often the schedule fires; template.yaml has the deployed pace.
const sweepEvery = 5 * time.Minute

// house is the functions' handlers, with what wakes them.
type house struct {
	routes    map[string]http.Handler // mux pattern → function behind a gateway
	stream    *stream
	reminders func(context.Context, json.RawMessage) (any, error)
	sweep     func(context.Context) error // of the bucket of scans
	now       func() time.Time
	sweeping  sync.Mutex
	log       io.Writer
	issuer    *issuer
}

// formTeam invites the three local people at the first start; later changes of the team stay.
func formTeam(ctx context.Context, parts *wiring.House) error {
	members, _, err := parts.Store.Team(ctx)
	if err != nil || len(members) > 0 {
		return err
	}
	t := staff.Team{Store: parts.Store, Now: parts.Now}
	for _, who := range identities {
		if len(who.Roles) == 0 {
			continue
		}
		if _, _, err := t.Invite(ctx, enrolment.Actor{Name: "make run"}, who.Email, who.Roles); err != nil {
			return err
		}
	}
	return nil
}

func openHouse(ctx context.Context, o options, template *stack.Template, c *clock, out io.Writer) (*house, error) {
	secret, err := linkSecret(filepath.Join(o.Data, "link-secret"))
	if err != nil {
		return nil, err
	}
	if err := setEnvironment(o, secret); err != nil {
		return nil, err
	}
	table, err := template.Table()
	if err != nil {
		return nil, err
	}
	cfg, err := awsconfig.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, err
	}
	streamARN, err := createTable(ctx, dynamodb.NewFromConfig(cfg), tableName, table)
	if err != nil {
		return nil, err
	}
	if err := createBucket(ctx, cfg, o.site()); err != nil {
		return nil, err
	}
	parts, err := wiring.Open(ctx, out, c.Now)
	if err != nil {
		return nil, err
	}
	if err := applyCatalogue(ctx, o.Catalogue, parts); err != nil {
		return nil, err
	}
	if o.LiftLimits {
		parts.Limits, parts.Desk = unlimited{}, booking.New(parts.Store, uncapped{parts.Guide}, parts.Now)
	}
	h := &house{now: c.Now, log: out}
	if h.reminders, err = messages.Reminders(parts); err != nil {
		return nil, err
	}
	h.sweep = scans.Sweep(parts)
	h.stream = &stream{
		client: dynamodbstreams.NewFromConfig(cfg), arn: streamARN, filters: template.StreamFilters(), log: parts.Log,
		deliver: func(ctx context.Context, event []byte) error { return h.invoke(ctx, event) },
	}
	if h.issuer, err = newIssuer(o.auth(), o.site()); err != nil {
		return nil, err
	}
	if err := formTeam(ctx, parts); err != nil {
		return nil, err
	}
	h.routes, err = gateways(template, h.issuer.authorizer(), map[string]http.Handler{
		"api": parts.API(), "documents": papers.Handler(parts), "scans": scans.Handler(parts), "staff": team.Handler(parts),
	})
	return h, err
}

// setEnvironment gives the parts what the template gives the functions.
func setEnvironment(o options, secret string) error {
	var faults []error
	for name, value := range map[string]string{
		"TABLE_NAME": tableName, "SITE_URL": o.site(), "LINK_SECRETS": "1:" + secret, "LINK_SECRET_ARN": "",
		"MAIL_FROM": `"Écharpe" <inscriptions@exemple.fr>`, "MAIL_CONFIGURATION_SET": "",
		"SCAN_BUCKET": bucketName, "SCAN_MALWARE": "false",
		"STAFF_ISSUER": o.auth(), "STAFF_CLIENT": staffClient, "STAFF_EMAIL": "", "STAFF_SIGN_OUT": "", "METRICS_NAMESPACE": "Echarpe/local", "BUILD": "local",
		"AWS_ENDPOINT_URL_DYNAMODB": o.dynamoDB(), "AWS_ENDPOINT_URL_DYNAMODB_STREAMS": o.dynamoDB(), "AWS_ENDPOINT_URL_SESV2": o.mail(), "AWS_ENDPOINT_URL_S3": o.s3(),
		"AWS_REGION": "eu-west-3", "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_SESSION_TOKEN": "", "AWS_PROFILE": "",
	} {
		faults = append(faults, os.Setenv(name, value))
	}
	return errors.Join(faults...)
}

// linkSecret is made once and kept beside the data, so that the links of yesterday's mails open after a restart.
func linkSecret(file string) (string, error) {
	kept, err := os.ReadFile(file)
	if err == nil {
		return string(kept), nil
	}
	raw := make([]byte, 32)
	_, _ = rand.Read(raw) // never fails, by its contract
	secret := hex.EncodeToString(raw)
	if err := os.WriteFile(file, []byte(secret), 0o600); err != nil {
		return "", fmt.Errorf("keep the links' secret: %w", err)
	}
	return secret, nil
}

func applyCatalogue(ctx context.Context, file string, parts *wiring.House) error {
	if file == "" {
		return nil
	}
	source, err := os.ReadFile(file)
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	ground, err := catalogue.Survey(ctx, parts.Store, parts.Guide, parts.Now())
	if err != nil {
		return fmt.Errorf("catalogue: %w", err)
	}
	read, err := catalogue.Read(source, ground)
	if err != nil {
		return fmt.Errorf("%s:\n%w", file, err)
	}
	if _, err := read.Apply(ctx, ground, parts.Store, parts.Desk); err != nil {
		return fmt.Errorf("apply %s: %w", file, err)
	}
	return nil
}

// unlimited is ABUSE_LIMITS=off, which only this command knows: a deployed function has no such setting.
type unlimited struct{}

func (unlimited) Allow(context.Context, string, string, string) error { return nil }

func (unlimited) AllowEnrolment(context.Context, string, string, bool) (enrolment.Admission, error) {
	return enrolment.Admission{}, nil
}

func (unlimited) GiveBack(context.Context, enrolment.Admission) error { return nil }
func (unlimited) AllowFile(context.Context, string, string) error     { return nil }
func (unlimited) AllowPrint(context.Context, string) error            { return nil }

func (unlimited) Letter(context.Context, string) (func(context.Context) error, time.Duration, error) {
	return func(context.Context) error { return nil }, 0, nil
}

// uncapped is the guide without its caps on seats that nobody proved.
type uncapped struct{ *guide.Guide }

func (uncapped) MostUnproved(capacity int, _ time.Time) (withoutWork, most int) {
	return capacity + 1, capacity + 1
}

// gateways puts each function behind a gateway of its own, on the routes that the template gives it. $default is all of /api/,
// as in the content network.
func gateways(template *stack.Template, authorize lambdahttp.Authorizer, functions map[string]http.Handler) (map[string]http.Handler, error) {
	declared, err := template.Routes()
	if err != nil {
		return nil, err
	}
	behind, guarded := map[string]http.Handler{}, map[string]http.Handler{}
	for folder, handler := range functions {
		behind[folder] = inTurn(lambdahttp.Gateway(lambdahttp.Handler(handler, "")))
		guarded[folder] = inTurn(lambdahttp.Guarded(lambdahttp.Handler(handler, ""), authorize))
	}
	routes := map[string]http.Handler{}
	for _, r := range declared {
		handler, ok := behind[r.Folder]
		if !ok {
			return nil, fmt.Errorf("route %s: function %s does not answer HTTP here", r.Key, r.Folder)
		}
		if r.Authorized {
			handler = guarded[r.Folder]
		}
		pattern := strings.TrimPrefix(strings.Replace(r.Key, "{proxy+}", "{rest...}", 1), "ANY ")
		if pattern == "$default" {
			pattern = "/api/"
		}
		routes[pattern] = handler
	}
	return routes, nil
}

// atOnce is how many requests of a function run together. Deployed, each has a machine of its own; here they share one
// with the table, and more at once would only make all of them late.
const atOnce = 16

// inTurn lets the others wait for their turn, as long as their clients do.
func inTurn(h http.Handler) http.Handler {
	turns := make(chan struct{}, atOnce)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case turns <- struct{}{}:
			defer func() { <-turns }()
			h.ServeHTTP(w, r)
		case <-r.Context().Done():
		}
	})
}

// invoke runs the reminders function on an event, one at a time as far as the schedule is concerned.
func (h *house) invoke(ctx context.Context, event []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 2*time.Minute)
	defer cancel()
	answer, err := h.reminders(ctx, event)
	if err != nil {
		return err
	}
	raw, err := json.Marshal(answer)
	if err != nil {
		return err
	}
	var failures struct {
		BatchItemFailures []any `json:"batchItemFailures"`
	}
	if err := json.Unmarshal(raw, &failures); err == nil && len(failures.BatchItemFailures) > 0 {
		return errors.New("a record failed: the schedule will catch it")
	}
	return nil
}

// wake fires the schedules now: the scans' as often as the other, since whoever moves the clock waits for both.
func (h *house) wake(ctx context.Context) error {
	h.sweeping.Lock()
	defer h.sweeping.Unlock()
	event := fmt.Sprintf(`{"version":"0","id":"local","detail-type":"Scheduled Event","source":"aws.scheduler","account":"000000000000","time":%q,"region":"eu-west-3","resources":["arn:aws:scheduler:eu-west-3:000000000000:schedule/default/local"],"detail":"{}"}`,
		h.now().Format(time.RFC3339))
	return errors.Join(h.invoke(ctx, []byte(event)), h.sweep(ctx))
}

// runSchedule fires the schedule at once, for what became due while the stack was stopped, and then at its pace.
func (h *house) runSchedule(ctx context.Context) {
	for {
		if err := h.wake(ctx); err != nil && ctx.Err() == nil {
			h.stream.log.Warn("on the schedule", "error", err.Error())
		}
		if !sleep(ctx, sweepEvery) {
			return
		}
	}
}
