// Package post measures how fast mail leaves: a burst at the rate of an account, and the drain of a rush of enrolments.
// Everything is real but SES, which a server with a rate plays (internal/sestest.Office).
package post

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	netmail "net/mail"
	"os"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/echarpe/echarpe/infra/bench/stream"
	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/pace"
	"github.com/echarpe/echarpe/internal/reminder"
	"github.com/echarpe/echarpe/internal/ses"
	"github.com/echarpe/echarpe/internal/sestest"
	"github.com/echarpe/echarpe/internal/wiring"
)

// Sizes says how much is measured.
type Sizes struct {
	Burst int     // files due at once
	Rate  float64 // of the account, messages a second
	Drain int     // enrolments that come as the stream's batches
	Due   int     // files due at once beyond a day's quota
	Quota int     // messages in 24 hours
}

// Full is what BENCH.md shows; Small is for trying.
var (
	Full  = Sizes{Burst: 2000, Rate: 14, Drain: 1800, Due: 2000, Quota: 500}
	Small = Sizes{Burst: 60, Rate: 14, Drain: 100, Due: 60, Quota: 20}
)

const sessionID = "bench"

// Write measures, and writes the section of BENCH.md.
func (z Sizes) Write(ctx context.Context, out io.Writer) error {
	burst, err := z.burst(ctx)
	if err != nil {
		return err
	}
	drain, err := z.drain(ctx)
	if err != nil {
		return err
	}
	days, err := z.days(ctx)
	if err != nil {
		return err
	}
	ideal := time.Duration(float64(z.Burst) / z.Rate * float64(time.Second))
	fmt.Fprintf(out, "## Mail: at the account's rate, and after a rush\n\n")
	fmt.Fprintf(out, "Everything real but SES, which a server of this machine plays with a rate; on this machine it shares the processors with the table. Load of the machine meanwhile: %s.\n\n", load())
	fmt.Fprintf(out, "| | messages | left | time | of the ideal | refused as too fast | given up |\n|---|---:|---:|---:|---:|---:|---:|\n")
	fmt.Fprintf(out, "| due at once, account of %g a second (one sweep) | %d | %d | %s | %.2f | %d | %d |\n", z.Rate, z.Burst, burst.left, burst.took.Round(100*time.Millisecond), float64(burst.took)/float64(ideal), burst.tooFast, burst.lost)
	fmt.Fprintf(out, "| enrolments by the stream, %d batches of %d at once, 16 files at once each | %d | %d | %s | | %d | %d |\n", stream.AtOnce, stream.BatchSize, z.Drain, drain.left, drain.took.Round(10*time.Millisecond), drain.tooFast, drain.lost)
	fmt.Fprintf(out, "| due at once, half of it news, which leaves a tenth of each day to answers; account of %d a day, simulated clock | %d | %d | %.1f days | | %d | %d |\n", z.Quota, z.Due, days.left, days.took.Hours()/24, days.tooFast, days.lost)
	fmt.Fprintf(out, "\nThe drain makes %.1f calls of the table a message, and takes %.1f ms of processor a message (SES's player included) beside the table.\n", drain.calls, drain.processor)
	return nil
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

// measured is what became of a load.
type measured struct {
	left, tooFast, lost int
	took                time.Duration
	calls, processor    float64 // a message: calls of the table, milliseconds of this process
}

// house is a table, an office and the deployed sender.
type house struct {
	cfg    aws.Config
	clock  *clock
	calls  *atomic.Int64 // of the table
	people int           // who have enrolled
	store  *dynamo.Store
	office *sestest.Office
	guide  *guide.Guide
}

func (z Sizes) open(ctx context.Context, people int, rate float64, c *clock) (*house, error) {
	h := &house{cfg: table.New(), office: sestest.OpenOffice(), clock: c, calls: &atomic.Int64{}}
	h.office.Rate, h.office.Now = rate, c.Now
	h.store = dynamotest.Open(h.cfg, c.Now, dynamotest.Around(func(_ context.Context, call dynamotest.Call) (any, error) {
		h.calls.Add(1)
		return call.Send()
	}))
	var err error
	if h.guide, err = guide.Load(); err != nil {
		return h, err
	}
	if err := h.store.PutOrganisation(ctx, enrolment.Organisation{Name: "Organisme", Email: "contact@organisme.example"}); err != nil {
		return h, err
	}
	start := time.Now().AddDate(0, 0, 90)
	_, err = h.store.ApplySession(ctx, enrolment.Session{ID: sessionID, Capacity: people + 2, Status: enrolment.SessionOpen, ClosesAt: start,
		HalfDays:  []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
		Formation: enrolment.FormationSummary{Title: "Le budget de la commune"}})
	if err != nil {
		return h, err
	}
	return h, h.fill(ctx, people, enrolment.NoticeConfirmation, nil)
}

func (h *house) close(ctx context.Context) error {
	h.office.Close()
	return table.Drop(ctx, h.cfg)
}

// fill enrols people to whom something is due.
func (h *house) fill(ctx context.Context, people int, notice enrolment.NoticeKind, done map[enrolment.StepKey]enrolment.StepDone) error {
	if people == 0 {
		return nil
	}
	s, err := h.store.Session(ctx, sessionID)
	if err != nil {
		return err
	}
	from := h.people
	h.people += people
	first := file(from)
	first.Notices[0].Key, first.Notices[0].Kind, first.Person.Email = string(notice), notice, string(notice)+"@mairie.example"
	if done != nil {
		first.Mode, first.Steps = enrolment.Personnel, done
	}
	if err := h.store.Commit(ctx, enrolment.Act{At: time.Now(), Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{After: first}}}); err != nil {
		return err
	}
	like, err := table.Like(ctx, h.cfg, "E#"+first.ID, "FILE")
	if err != nil {
		return err
	}
	return table.Fill(ctx, h.cfg, people-1, func(i int) table.Item {
		id := file(from + i + 1).ID
		return table.Copy(like, table.Item{"pk": table.Text("E#" + id), "enrolmentId": table.Text(id), "duePk": table.Text(fmt.Sprint("DUE#", i%dynamo.DueShards))})
	})
}

func file(i int) enrolment.Enrolment {
	now := time.Now().Add(-time.Second)
	id := fmt.Sprintf("due%023d", i)
	return enrolment.Enrolment{ID: id, Reference: enrolment.NewReference(id), SessionID: sessionID, Status: enrolment.Reserved, Mode: enrolment.Collectivite, Version: 1,
		Person:  enrolment.Person{FirstName: "Zoé", LastName: "Martin", Email: "elu@mairie.example"},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Sainte-Anne"}, CreatedAt: now, ReservedAt: now, ModeSince: now, ConsentAt: now, DueAt: now,
		Notices: []enrolment.Notice{{Key: "confirmation", Kind: enrolment.NoticeConfirmation, At: now}}}
}

// function is one running function: each has a sender and a pace of its own, and they meet in the table.
func (h *house) function() *reminder.Desk {
	log := slog.New(slog.DiscardHandler)
	post := ses.New(aws.Config{Region: "eu-west-3", Credentials: credentials.NewStaticCredentialsProvider("bench", "bench", "")}, h.office.URL, "echarpe")
	return &reminder.Desk{
		Sender: &reminder.Sender{Planner: reminder.Planner{Calendar: h.guide}, Store: h.store, Post: post, Now: h.clock.Now, Log: log, Offers: booking.New(h.store, h.guide, h.clock.Now),
			Pace: &pace.Pacer{Store: h.store, Office: post, Now: h.clock.Now, Sleep: h.clock.Sleep, Log: log, Spare: h.spare},
			Composer: reminder.Writer{Guide: h.guide, From: netmail.Address{Address: "bonjour@organisme.example"}, Books: h.store,
				Addresses: func(enrolment.Enrolment) mail.Addresses {
					return mail.Addresses{Site: "https://x.example/", File: "https://x.example/dossier/", Papers: "https://x.example/papiers/"}
				},
				Calendar: func(enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]byte, error) { return nil, nil }}},
		Before: []reminder.Sweeper{booking.New(h.store, h.guide, h.clock.Now)}, Due: h.store, Shards: dynamo.DueShards,
	}
}

func (h *house) measure(begun time.Time, of int) measured {
	taken, tooFast := h.office.Taken()
	m := measured{left: len(taken), tooFast: tooFast, lost: of - len(taken)}
	if len(taken) > 0 {
		m.took = taken[len(taken)-1].At.Sub(begun)
	}
	return m
}

// burst is one sweep of files that are all due.
func (z Sizes) burst(ctx context.Context) (measured, error) {
	h, err := z.open(ctx, z.Burst, z.Rate, &clock{})
	if err != nil {
		return measured{}, err
	}
	begun := time.Now()
	if err := h.function().Sweep(ctx); err != nil {
		return measured{}, err
	}
	m := h.measure(begun, z.Burst)
	return m, h.close(ctx)
}

// days is files that are all due, half of them answers, far beyond a day's quota, swept every half hour until all have left.
func (z Sizes) days(ctx context.Context) (measured, error) {
	c := &clock{simulated: true, at: time.Now().Add(time.Second)}
	h, err := z.open(ctx, 0, 0, c)
	if err != nil {
		return measured{}, err
	}
	done := map[enrolment.StepKey]enrolment.StepDone{enrolment.StepContrat: {At: c.Now()}, enrolment.StepAcompte: {At: c.Now()}} // nothing else is due these days
	for _, notice := range []enrolment.NoticeKind{enrolment.NoticeConfirmation, enrolment.NoticeSessionMoved} {
		if err := h.fill(ctx, z.Due/2, notice, done); err != nil {
			return measured{}, err
		}
	}
	h.office.Quota = z.Quota
	begun, desk := c.Now(), h.function()
	for c.Now().Sub(begun) < 10*24*time.Hour {
		if taken, _ := h.office.Taken(); len(taken) == z.Due {
			break
		}
		if err := desk.Sweep(ctx); err != nil {
			return measured{}, err
		}
		_ = c.Sleep(ctx, 30*time.Minute)
	}
	return h.measure(begun, z.Due), h.close(ctx)
}

// clock is the machine's, or one that only sleeping moves.
type clock struct {
	simulated bool
	mu        sync.Mutex
	at        time.Time
}

// Now is the instant.
func (c *clock) Now() time.Time {
	if !c.simulated {
		return time.Now()
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Sleep waits, or moves the clock.
func (c *clock) Sleep(ctx context.Context, d time.Duration) error {
	if !c.simulated {
		return wiring.Sleep(ctx, d)
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
	return ctx.Err()
}

// spare is the percent of a day that news leaves to answers, as deployed.
func (h *house) spare() int {
	percent, _ := h.guide.Rule("mail-spare-percent", h.clock.Now())
	return percent
}

// processor is what this process took of the processors so far.
func processor() time.Duration {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return 0
	}
	return time.Duration(r.Utime.Nano() + r.Stime.Nano())
}

// drain is the stream's batches after a rush, two functions at work, an account whose rate does not matter.
func (z Sizes) drain(ctx context.Context) (measured, error) {
	h, err := z.open(ctx, z.Drain, 0, &clock{})
	if err != nil {
		return measured{}, err
	}
	work, faults := make(chan json.RawMessage), make(chan error, stream.AtOnce)
	var running sync.WaitGroup
	begun, calls, used := time.Now(), h.calls.Load(), processor()
	for range stream.AtOnce {
		desk := h.function()
		running.Go(func() {
			for batch := range work {
				if _, err := desk.Handle(ctx, batch); err != nil {
					faults <- err
				}
			}
		})
	}
	for from := 0; from < z.Drain; from += stream.BatchSize {
		work <- batch(from, min(from+stream.BatchSize, z.Drain))
	}
	close(work)
	running.Wait()
	close(faults)
	for err := range faults {
		return measured{}, err
	}
	m := h.measure(begun, z.Drain)
	m.calls = float64(h.calls.Load()-calls) / float64(z.Drain)
	m.processor = float64((processor() - used).Milliseconds()) / float64(z.Drain)
	return m, h.close(ctx)
}

// batch is the stream's records of some files.
func batch(from, to int) json.RawMessage {
	var records []any
	for i := from; i < to; i++ {
		records = append(records, map[string]any{"eventName": "INSERT", "dynamodb": map[string]any{
			"Keys": map[string]any{"pk": map[string]string{"S": "E#" + file(i).ID}, "sk": map[string]string{"S": "FILE"}}, "SequenceNumber": fmt.Sprint(i + 1),
		}})
	}
	raw, _ := json.Marshal(map[string]any{"Records": records}) // texts and numbers
	return raw
}
