// Package whole builds the house as the functions wire it, over a table that a measurement holds in hand: its clock, its
// meter and its post are the measurement's own.
package whole

import (
	"io"
	"math"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/internal/abuse"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/metrics"
	"github.com/echarpe/echarpe/internal/wiring"
)

// Site is the address that links lead to.
const Site = "https://inscriptions.exemple.fr"

// Parts are what a measurement brings.
type Parts struct {
	Store    *dynamo.Store
	Counters *dynamo.Store // of the abuse limits, when they are metered apart; else Store
	Mail     aws.Config    // where the post is
	Log      io.Writer     // logs and metrics
	Now      func() time.Time
}

// House wires the parts, with the settings that a deployment has.
func House(p Parts) (*wiring.House, error) {
	g, err := guide.Load()
	if err != nil {
		return nil, err
	}
	keys, err := link.ParseKeys("1:" + strings.Repeat("a1", 32))
	if err != nil {
		return nil, err
	}
	if p.Counters == nil {
		p.Counters = p.Store
	}
	cfg := config.Config{Build: "bench", MailFrom: `"Écharpe" <inscriptions@exemple.fr>`, MailConfigurationSet: "echarpe"}
	return &wiring.House{
		Config: cfg, Store: p.Store, Guide: g, Links: link.Links{Site: Site, Keys: keys},
		Desk: booking.New(p.Store, g, p.Now), Log: logging.New(p.Log, cfg.LogLevel), Now: p.Now, AWS: p.Mail,
		Metrics: metrics.Product{Recorder: metrics.New(p.Log, "Echarpe/bench", p.Now)},
		// Everybody comes from one address, and is neither asked for a proof of work nor put aside for it.
		Limits: abuse.New(p.Counters, abuse.Policy{PerEmail: 10, PerSource: 300, UnprovedFree: math.MaxInt32, UnprovedMost: math.MaxInt32}, keys.Derive("abuse"), p.Now),
	}, nil
}
