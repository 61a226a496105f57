// Package rush measures an opening from the first request to the last confirmation: people come at a steady pace whatever became of the
// others, and the table's stream brings their mails meanwhile. Everything is real but Lambda, the gateway and SES, which a server plays.
package rush

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/echarpe/echarpe/infra/bench/stream"
	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/infra/bench/whole"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/sestest"
	"github.com/echarpe/echarpe/internal/stack"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/messages"
)

// Sizes says how many people come, and in how long.
type Sizes struct {
	People, Sessions int
	Over             time.Duration
}

// Full is what BENCH.md shows; Small is for trying.
var (
	Full  = Sizes{People: 2000, Sessions: 40, Over: 20 * time.Second}
	Small = Sizes{People: 60, Sessions: 2, Over: 2 * time.Second}
)

const (
	rate      = 200                    // messages of SES a second, of an account that asked for more than the first 14
	pollEvery = 250 * time.Millisecond // how often Lambda looks at a shard
	patience  = 5 * time.Minute
)

// Write measures, and writes the section of BENCH.md.
func (z Sizes) Write(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "## An opening: burst and drain\n\n%d people in %s, one every %s whatever became of the others, on %d sessions with seats for all. Path measured: `POST /api/enrolments` through the real handlers, "+
		"limits on, in one process, without gateway or runtime API; meanwhile the table's stream through the template's filter, looked at every %s, in batches and as many at once as the template says, "+
		"to the functions that write the mails, for an account of %d a second. All of it, the table too, shares this machine's processors. "+
		"Every answer is checked against the table, and every file's confirmation against what SES took.\n\n", z.People, z.Over, z.Over/time.Duration(z.People), z.Sessions, pollEvery, rate)
	fmt.Fprint(out, "| floor under the answer's time | seated | median | 99 in 100 | slowest | last answer after | last confirmation after | a confirmation, median | 99 in 100 |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	if _, err := Small.measure(ctx, ".", false); err != nil { // the table's runtime warms up
		return err
	}
	for _, floor := range []bool{true, false} {
		m, err := z.measure(ctx, ".", floor)
		if err != nil {
			return err
		}
		name := "none"
		if floor {
			name = "as deployed"
		}
		fmt.Fprintf(out, "| %s | %d | %s | %s | %s | %s | %s | %s | %s |\n", name, len(m.answers), brief(share(m.answers, 0.5)), brief(share(m.answers, 0.99)), brief(share(m.answers, 1)),
			brief(m.lastAnswer), brief(m.lastMail), brief(share(m.mails, 0.5)), brief(share(m.mails, 0.99)))
	}
	return nil
}

// measured is what one opening took.
type measured struct {
	answers              []time.Duration // in order of length
	mails                []time.Duration // from the request to SES's taking of its confirmation, in order of length
	lastAnswer, lastMail time.Duration   // from the first request
}

type opening struct {
	*wiring.House
	api    http.Handler
	stream *stream.Stream
	office *sestest.Office
}

// measure has everybody come, and waits for the last confirmation; root is the repository.
func (z Sizes) measure(ctx context.Context, root string, floor bool) (measured, error) {
	cfg := table.New()
	office := sestest.OpenOffice()
	defer office.Close()
	office.Rate = rate
	template, err := stack.Load(filepath.Join(root, "template.yaml"))
	if err != nil {
		return measured{}, err
	}
	mailing := cfg
	mailing.BaseEndpoint = &office.URL
	o := opening{office: office}
	if o.House, err = whole.House(whole.Parts{Store: dynamotest.Open(cfg, time.Now), Mail: mailing, Log: io.Discard, Now: time.Now}); err != nil {
		return measured{}, err
	}
	if err := table.Publish(ctx, root, o.Store, o.Guide, o.Desk, time.Now()); err != nil {
		return measured{}, err
	}
	for i := range z.Sessions {
		if _, err := o.Store.ApplySession(ctx, z.session(i)); err != nil {
			return measured{}, err
		}
	}
	deps := o.Deps()
	if !floor {
		deps.AnswerFloor = 0
	}
	o.api = httpapi.New(deps)
	if o.stream, err = stream.Open(ctx, cfg, template.StreamFilters()); err != nil {
		return measured{}, err
	}
	m, err := z.run(ctx, o)
	if err != nil {
		return m, err
	}
	return m, table.Drop(ctx, cfg)
}

// session has room for its share of the people three times over: nobody is asked for a proof of work.
func (z Sizes) session(i int) enrolment.Session {
	start := time.Now().AddDate(0, 0, 90).Truncate(time.Hour)
	return enrolment.Session{ID: fmt.Sprintf("rush-%d", i), Capacity: 4 * z.People / z.Sessions, Status: enrolment.SessionOpen, ClosesAt: start,
		HalfDays:  []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
		Formation: enrolment.FormationSummary{Slug: "budget", Title: "Le budget de la commune"}}
}

func (z Sizes) run(ctx context.Context, o opening) (m measured, err error) {
	ctx, stop := context.WithTimeout(ctx, patience)
	defer stop()
	drained := make(chan error, 1)
	go func() { drained <- o.drain(ctx, z.People) }()

	begun, tick := time.Now(), time.NewTicker(z.Over/time.Duration(z.People))
	defer tick.Stop()
	came := make([]coming, z.People)
	var all sync.WaitGroup
	for i := range came {
		<-tick.C
		all.Go(func() { came[i] = o.come(ctx, fmt.Sprintf("rush-%d", i%z.Sessions), i) })
	}
	all.Wait()
	m.lastAnswer = time.Since(begun)
	if err := <-drained; err != nil {
		return m, err
	}
	err = o.tally(ctx, z, begun, came, &m)
	return m, err
}

// coming is one person's request: when, what file they were given and how long it took.
type coming struct {
	at   time.Time
	file string
	took time.Duration
	err  error
}

func (o opening) come(ctx context.Context, session string, person int) coming {
	body := fmt.Sprintf(`{"sessionId":%q,"funding":"collectivite","consent":true,"mandate":{"kind":"maire","authority":"Commune de Plougastel"},`+
		`"person":{"title":"Madame","firstName":"Maëlys","lastName":"Kerouédan","email":"elue%d@plougastel.example","phone":"06 12 34 56 78"}}`, session, person)
	r := httptest.NewRequestWithContext(ctx, http.MethodPost, whole.Site+"/api/enrolments", strings.NewReader(body))
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:1", person>>8&255, person&255)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("00000000-0000-4000-8000-%012d", person))
	answer := httptest.NewRecorder()
	c := coming{at: time.Now()}
	o.api.ServeHTTP(answer, r)
	c.took = time.Since(c.at)
	if answer.Code != http.StatusCreated {
		c.err = fmt.Errorf("person %d: %d %s", person, answer.Code, answer.Body)
		return c
	}
	var said struct{ Link string }
	c.err = json.Unmarshal(answer.Body.Bytes(), &said)
	_, fragment, _ := strings.Cut(said.Link, "#")
	c.file, _, _ = strings.Cut(fragment, ".")
	return c
}

// drain hands the stream's records to the functions as Lambda would, until everybody has a message.
func (o opening) drain(ctx context.Context, people int) error {
	work, faults := make(chan json.RawMessage), make(chan error, stream.AtOnce)
	var running sync.WaitGroup
	for range stream.AtOnce {
		handle, err := messages.Reminders(o.House)
		if err != nil {
			return err
		}
		running.Go(func() {
			for batch := range work {
				if _, err := handle(ctx, batch); err != nil {
					faults <- err
					return
				}
			}
		})
	}
	err := o.feed(ctx, work, faults, people)
	close(work)
	running.Wait()
	return err
}

func (o opening) feed(ctx context.Context, work chan<- json.RawMessage, faults <-chan error, people int) error {
	for {
		if taken, _ := o.office.Taken(); len(taken) >= people {
			return nil
		}
		records, err := o.stream.Records(ctx)
		if err != nil {
			return err
		}
		for part := range slices.Chunk(records, stream.BatchSize) {
			event, err := stream.Event(part)
			if err != nil {
				return err
			}
			select {
			case work <- event:
			case err := <-faults:
				return err
			case <-ctx.Done():
				return ctx.Err()
			}
		}
		if err := wiring.Sleep(ctx, pollEvery); err != nil {
			return err
		}
	}
}

// tally checks that nobody was lost, and adds up.
func (o opening) tally(ctx context.Context, z Sizes, begun time.Time, came []coming, m *measured) error {
	seats := 0
	for i := range z.Sessions {
		s, err := o.Store.Session(ctx, fmt.Sprintf("rush-%d", i))
		if err != nil {
			return err
		}
		seats += s.Taken
	}
	confirmed := map[string]time.Time{}
	taken, _ := o.office.Taken()
	for _, t := range taken {
		if _, twice := confirmed[t.File]; twice {
			return fmt.Errorf("file %s got two mails", t.File)
		}
		confirmed[t.File] = t.At
		m.lastMail = max(m.lastMail, t.At.Sub(begun))
	}
	for _, c := range came {
		if c.err != nil {
			return c.err
		}
		at, ok := confirmed[c.file]
		if !ok {
			return fmt.Errorf("file %s has no confirmation", c.file)
		}
		m.answers, m.mails = append(m.answers, c.took), append(m.mails, at.Sub(c.at))
	}
	if seats != z.People {
		return fmt.Errorf("%d people, the table counts %d seats", z.People, seats)
	}
	slices.Sort(m.answers)
	slices.Sort(m.mails)
	return nil
}

// share is the length that so many of the sorted lengths do not pass.
func share(sorted []time.Duration, of float64) time.Duration {
	return sorted[min(len(sorted)-1, int(of*float64(len(sorted))))]
}

func brief(d time.Duration) string {
	if d < time.Second {
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}
