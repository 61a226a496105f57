// Package wiring joins the parts of the house, once, for the functions and for the local product. Its sub-packages
// add what only some functions need, so that PDF code and the mail client weigh on no other cold start:
//
//   - wiring: table, guide, desk, personal links; the handler of functions/api
//   - wiring/papers: PDFs and calendars; the handler of functions/documents
//   - wiring/scans: conventions signed by hand that come back; the handler of functions/scans
//   - wiring/messages: e-mail; the handler of functions/reminders
//   - wiring/returns: what became of the e-mails; the handler of functions/feedback
package wiring

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	smithylog "github.com/aws/smithy-go/logging"

	"github.com/echarpe/echarpe/internal/abuse"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/challenge"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/metrics"
)

// answerFloor is how long the answers that could reveal who is known take at least: well above what they take.
const answerFloor = 150 * time.Millisecond

// House is what every function starts from.
type House struct {
	Config  config.Config
	Store   *dynamo.Store
	Guide   *guide.Guide
	Links   link.Links
	Desk    *booking.Desk
	Log     *slog.Logger
	Now     func() time.Time
	Limits  Limits
	Metrics metrics.Product
	AWS     aws.Config
}

// Limits is what people may do so many times, and what may leave to one contact. *abuse.Limits is one.
type Limits interface {
	httpapi.Limits
	Letter(ctx context.Context, email string) (giveBack func(context.Context) error, wait time.Duration, err error)
}

// Open reads the configuration of the environment and builds the house on it. Logs go to w. It makes a first call to the table, so that
// the first request does not pay for the connection.
func Open(ctx context.Context, w io.Writer, now func() time.Time) (*House, error) {
	cfg, err := config.Load()
	if err != nil {
		return nil, err
	}
	return Build(ctx, cfg, w, now)
}

// OpenTable is a house of which only the table, the log and the metrics are there: what functions/feedback needs. It never reads the link
// secret, so that the function has no right to it.
func OpenTable(ctx context.Context, w io.Writer, now func() time.Time) (*House, error) {
	cfg, err := config.Load()
	if err != nil {
		return nil, err
	}
	log := logging.New(w, cfg.LogLevel)
	awsCfg, err := fromEnvironment(quiet(log))
	if err != nil {
		return nil, err
	}
	store := dynamo.Open(awsCfg, cfg.TableName, now)
	if err := store.Prime(ctx); err != nil {
		return nil, fmt.Errorf("read the table %s: %w", cfg.TableName, err)
	}
	return &House{
		Config: cfg, Store: store, Log: log, Now: now, AWS: awsCfg,
		Metrics: metrics.Product{Recorder: metrics.New(w, cfg.MetricsNamespace, now)},
	}, nil
}

// Build builds the house on a configuration.
func Build(ctx context.Context, cfg config.Config, w io.Writer, now func() time.Time) (*House, error) {
	g, err := guide.Load()
	if err != nil {
		return nil, err
	}
	log := logging.New(w, cfg.LogLevel)
	awsCfg, err := fromEnvironment(quiet(log))
	if err != nil {
		return nil, err
	}
	store := dynamo.Open(awsCfg, cfg.TableName, now)
	keys, err := connect(ctx, awsCfg, cfg, store, now)
	if err != nil {
		return nil, err
	}
	return &House{
		Config: cfg, Store: store, Guide: g, Links: link.Links{Site: cfg.SiteURL, Keys: keys},
		Desk: booking.New(store, g, now), Log: log, Now: now, AWS: awsCfg,
		Metrics: metrics.Product{Recorder: metrics.New(w, cfg.MetricsNamespace, now)},
		Limits: abuse.New(store, abuse.Policy{
			PerEmail: cfg.AbusePerEmail, PerSource: cfg.AbusePerSource, UnprovedFree: cfg.AbuseUnprovedFree, UnprovedMost: cfg.AbuseUnprovedMost,
		}, keys.Derive("abuse"), now),
	}, nil
}

// connect asks for the link secret while it makes the table's first call: their connections are the longest part of a cold start.
func connect(ctx context.Context, awsCfg aws.Config, cfg config.Config, store *dynamo.Store, now func() time.Time) (*link.Keys, error) {
	var (
		secret sync.WaitGroup
		keys   *link.Keys
		fault  error
	)
	secret.Go(func() { keys, fault = linkKeys(ctx, awsCfg, cfg, now) })
	err := store.Prime(ctx)
	if err != nil {
		err = fmt.Errorf("read the table %s: %w", cfg.TableName, err)
	}
	secret.Wait()
	return keys, errors.Join(err, fault)
}

// quiet gives the SDK's own remarks to the debug level: what matters comes back as errors.
func quiet(log *slog.Logger) smithylog.Logger {
	return smithylog.LoggerFunc(func(_ smithylog.Classification, format string, v ...any) {
		log.Debug("aws sdk", "detail", fmt.Sprintf(format, v...))
	})
}

// Deps is what the HTTP handlers need.
func (h *House) Deps() httpapi.Deps {
	return httpapi.Deps{
		Catalogue: h.Store, Desk: h.Desk, Reminders: h.Store, Opinions: h.Store, Guide: h.Guide, Links: h.Links, Limits: h.Limits,
		Challenge: challenge.New(h.Store, h.Links.Keys.Derive("challenge"), challenge.Deployed, h.Now), WorkAlways: h.Config.Altcha, TakesScans: h.Config.ScanBucket != "",
		Metrics: h.Metrics, Log: h.Log, Now: h.Now, Build: h.Config.Build, AnswerFloor: answerFloor,
	}
}

// BucketAddress is where a local stack's server stands for the bucket of scans; "" on AWS.
func (h *House) BucketAddress() string { return localAddress(h.AWS, "S3") }

// API is the handler of functions/api.
func (h *House) API() http.Handler { return httpapi.New(h.Deps()) }
