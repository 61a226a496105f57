// Package timing measures whether the time of an answer tells that somebody is enrolled: a first enrolment against a second one, which is
// answered by a decoy, and the links of a known address against those of an unknown one. With the floor under these answers, as deployed,
// and without it.
package timing

import (
	"context"
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"time"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/infra/bench/whole"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/httpapi"
)

// Sizes says how much is measured.
type Sizes struct{ Each int } // requests of each kind

// Full is what BENCH.md shows; Small is for trying.
var (
	Full  = Sizes{Each: 200}
	Small = Sizes{Each: 10}
)

// Write measures, and writes the section of BENCH.md.
func (z Sizes) Write(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "## Does the time of an answer tell who is enrolled?\n\n")
	fmt.Fprintf(out, "%d requests about addresses that are known and as many about unknown ones, in random order, one after the other; |z| under 2 is what chance gives. Load of the machine meanwhile: %s.\n\n", z.Each, load())
	fmt.Fprintf(out, "| request | floor | known, mean | unknown, mean | z |\n|---|---:|---:|---:|---:|\n")
	for _, floor := range []bool{true, false} {
		h, err := open(ctx, floor)
		if err != nil {
			return err
		}
		for _, r := range []struct {
			name string
			ask  func(email string) (time.Duration, error)
		}{{"enrolment", h.enrol}, {"links again", h.links}} {
			known, unknown, err := z.compare(h, r.ask)
			if err != nil {
				return err
			}
			fmt.Fprintf(out, "| %s | %s | %.1f ms | %.1f ms | %+.1f |\n", r.name, h.floor, known.mean(), unknown.mean(), score(known, unknown))
		}
		if err := h.close(ctx); err != nil {
			return err
		}
	}
	return nil
}

// compare asks about known and unknown addresses, in random order.
func (z Sizes) compare(h *house, ask func(email string) (time.Duration, error)) (known, unknown sample, err error) {
	enrolled := make([]string, z.Each)
	for i := range enrolled {
		enrolled[i] = h.somebody()
		if _, err := h.enrol(enrolled[i]); err != nil {
			return nil, nil, err
		}
	}
	for _, i := range rand.Perm(2 * z.Each) {
		email, of := h.somebody(), &unknown
		if i < z.Each {
			email, of = enrolled[i], &known
		}
		took, err := ask(email)
		if err != nil {
			return nil, nil, err
		}
		*of = append(*of, float64(took.Microseconds())/1000)
	}
	return known, unknown, nil
}

// sample is how long some answers took, in milliseconds.
type sample []float64

func (s sample) mean() float64 {
	sum := 0.0
	for _, x := range s {
		sum += x
	}
	return sum / float64(len(s))
}

// spread is the variance of the mean.
func (s sample) spread() float64 {
	mean, sum := s.mean(), 0.0
	for _, x := range s {
		sum += (x - mean) * (x - mean)
	}
	return sum / float64(len(s)-1) / float64(len(s))
}

// score is how many standard errors lie between the means.
func score(known, unknown sample) float64 {
	return (known.mean() - unknown.mean()) / math.Sqrt(known.spread()+unknown.spread())
}

// house is the product as the functions wire it, over a table of its own.
type house struct {
	api    http.Handler
	floor  time.Duration
	people int
	close  func(context.Context) error
}

const session = "timing"

func open(ctx context.Context, floor bool) (*house, error) {
	cfg := table.New()
	store := dynamotest.Open(cfg, time.Now)
	product, err := whole.House(whole.Parts{Store: store, Log: io.Discard, Now: time.Now})
	if err != nil {
		return nil, err
	}
	start := time.Now().AddDate(0, 0, 60)
	if _, err := store.ApplySession(ctx, enrolment.Session{
		ID: session, Capacity: 5000, Status: enrolment.SessionOpen, ClosesAt: start.Add(-24 * time.Hour),
		HalfDays:  []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
		Formation: enrolment.FormationSummary{Slug: "budget-communal", Title: "Comprendre et suivre le budget de sa commune", Hours: 7, PriceCents: 53000},
	}); err != nil {
		return nil, err
	}
	deps := product.Deps()
	deps.Challenge = nil
	if !floor {
		deps.AnswerFloor = 0
	}
	return &house{api: httpapi.New(deps), floor: deps.AnswerFloor, close: func(ctx context.Context) error { return table.Drop(ctx, cfg) }}, nil
}

// somebody is an address that nobody has used.
func (h *house) somebody() string {
	h.people++
	return fmt.Sprintf("elue%d@plougastel.example", h.people)
}

func (h *house) enrol(email string) (time.Duration, error) {
	body := fmt.Sprintf(`{"sessionId":%q,"funding":"personnel","consent":true,"mandate":{"kind":"maire","authority":"Commune de Plougastel"},`+
		`"person":{"title":"Madame","firstName":"Maëlys","lastName":"Kerouédan","email":%q}}`, session, email)
	return h.ask("/api/enrolments", body, http.StatusCreated)
}

func (h *house) links(email string) (time.Duration, error) {
	return h.ask("/api/links", fmt.Sprintf(`{"email":%q}`, email), http.StatusAccepted)
}

// ask sends a request from a source of its own, and says how long its answer took.
func (h *house) ask(path, body string, want int) (time.Duration, error) {
	r := httptest.NewRequest(http.MethodPost, whole.Site+path, strings.NewReader(body))
	key := rand.Uint64()
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.%d:1", key>>16&255, key>>8&255, key&255)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("00000000-0000-4000-8000-%012x", key>>16))
	answer, begun := httptest.NewRecorder(), time.Now()
	h.api.ServeHTTP(answer, r)
	took := time.Since(begun)
	if answer.Code != want {
		return 0, fmt.Errorf("POST %s: %d %s", path, answer.Code, answer.Body)
	}
	return took, nil
}

// load is what else the machine did: its load average of the last minute, "unknown" where Linux's /proc is absent.
func load() string {
	raw, err := os.ReadFile("/proc/loadavg")
	if err != nil {
		return "unknown"
	}
	one, _, _ := strings.Cut(string(raw), " ")
	return one
}
