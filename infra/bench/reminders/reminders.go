// Package reminders measures that a sweep costs what is due and not what exists: with 100,000 files of which 100 are due, it
// counts what the schedule reads, by the capacity that DynamoDB says it consumed.
package reminders

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	netmail "net/mail"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
	"github.com/echarpe/echarpe/internal/spread"
)

// Sizes says how much is measured.
type Sizes struct {
	Files int // that the table holds
	Due   int // of them
}

// Full is what BENCH.md shows; Small is for trying.
var (
	Full  = Sizes{Files: 100_000, Due: 100}
	Small = Sizes{Files: 1000, Due: 20}
)

// Write measures, and writes the section of BENCH.md.
func (z Sizes) Write(ctx context.Context, out io.Writer) error {
	cfg := table.New()
	if err := z.fill(ctx, cfg); err != nil {
		return err
	}
	busy, idle, err := measure(ctx, cfg)
	if err != nil {
		return err
	}
	z.report(out, busy, idle)
	return table.Drop(ctx, cfg)
}

var now = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// sweeping is what one sweep did and consumed.
type sweeping struct {
	dynamotest.Bill
	sent int64 // messages that left
	took time.Duration
}

// due is the search for files due; rest is everything else.
func (s sweeping) due() dynamotest.Spent { return s.Bill[dueQuery] }
func (s sweeping) rest() dynamotest.Bill { return s.Except(dueQuery) }

const dueQuery = "Query filesByDue"

// measure sweeps twice: once with what is due, once with nothing.
func measure(ctx context.Context, cfg aws.Config) (busy, idle sweeping, err error) {
	if busy, err = sweep(ctx, cfg); err != nil {
		return busy, idle, err
	}
	idle, err = sweep(ctx, cfg)
	return busy, idle, err
}

const sessionID = "bench"

// fill makes the files: those that are due as the product does, the others as copies that are due later.
func (z Sizes) fill(ctx context.Context, cfg aws.Config) error {
	store := dynamotest.Open(cfg, clock)
	if err := store.PutOrganisation(ctx, enrolment.Organisation{Name: "Organisme", Email: "contact@organisme.example"}); err != nil {
		return err
	}
	start := now.AddDate(0, 0, 90)
	if _, err := store.ApplySession(ctx, enrolment.Session{ID: sessionID, Capacity: z.Files, Status: enrolment.SessionOpen, ClosesAt: start,
		HalfDays:  []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
		Formation: enrolment.FormationSummary{Title: "Le budget de la commune"}}); err != nil {
		return err
	}
	for i := range z.Due {
		s, err := store.Session(ctx, sessionID)
		if err != nil {
			return err
		}
		if err := store.Commit(ctx, enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{After: file(i)}}}); err != nil {
			return err
		}
	}
	return copies(ctx, cfg, z.Files-z.Due)
}

func file(i int) enrolment.Enrolment {
	id := fmt.Sprintf("due%023d", i)
	return enrolment.Enrolment{ID: id, Reference: enrolment.NewReference(id), SessionID: sessionID, Status: enrolment.Reserved, Mode: enrolment.Collectivite, Version: 1,
		Person:  enrolment.Person{FirstName: "Zoé", LastName: "Martin", Email: fmt.Sprintf("elu%d@mairie.example", i)},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Sainte-Anne"}, CreatedAt: now, ReservedAt: now, ModeSince: now, ConsentAt: now, DueAt: now,
		Notices: []enrolment.Notice{{Key: "confirmation", Kind: enrolment.NoticeConfirmation, At: now}}}
}

// copies writes n copies of a file, due over the year to come.
func copies(ctx context.Context, cfg aws.Config, n int) error {
	like, err := table.Like(ctx, cfg, "E#"+file(0).ID, "FILE")
	if err != nil {
		return err
	}
	return table.Fill(ctx, cfg, n, func(i int) table.Item {
		later := now.Add(time.Hour + time.Duration(i)*5*time.Minute)
		return table.Copy(like, table.Item{
			"pk":    table.Text(fmt.Sprintf("E#later%021d", i)),
			"duePk": table.Text(fmt.Sprint("DUE#", i%dynamo.DueShards)), "dueSk": table.Text(later.Format("2006-01-02T15:04:05.000Z")),
		})
	})
}

// sweep runs the schedule once, with everything real but the post.
func sweep(ctx context.Context, cfg aws.Config) (sweeping, error) {
	g, err := guide.Load()
	if err != nil {
		return sweeping{}, err
	}
	meter := dynamotest.NewMeter(cfg)
	store := dynamotest.Open(cfg, clock, meter.Option())
	post := &counter{}
	desk := &reminder.Desk{
		Sender: &reminder.Sender{Planner: reminder.Planner{Calendar: g}, Store: store, Post: post, Now: clock, Log: slog.New(slog.DiscardHandler), Offers: booking.New(store, g, clock),
			Composer: reminder.Writer{Guide: g, From: netmail.Address{Address: "bonjour@organisme.example"}, Books: store,
				Addresses: func(enrolment.Enrolment) mail.Addresses {
					return mail.Addresses{Site: "https://x.example/", File: "https://x.example/dossier/", Papers: "https://x.example/papiers/"}
				},
				Calendar: func(enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]byte, error) { return nil, nil }}},
		Before: []reminder.Sweeper{booking.New(store, g, clock), spread.Desk{Table: store, Now: clock}}, Due: store, Shards: dynamo.DueShards,
	}
	begun := time.Now()
	err = desk.Sweep(ctx)
	return sweeping{meter.Take(), post.n.Load(), time.Since(begun)}, err
}

type counter struct{ n atomic.Int64 }

func (c *counter) Send(context.Context, mail.Message) (string, error) {
	return fmt.Sprint("ses-", c.n.Add(1)), nil
}

func (z Sizes) report(out io.Writer, busy, idle sweeping) {
	fmt.Fprintf(out, "## Reminders: a sweep costs what is due\n\n")
	fmt.Fprintf(out, "Everything real but the post (no SES).\n\n")
	fmt.Fprintf(out, "| of %d files, %d due | a sweep that sends | the next one, nothing due |\n|---|---:|---:|\n", z.Files, z.Due)
	line := func(what, format string, of func(sweeping) any) {
		fmt.Fprintf(out, "| %s | "+format+" | "+format+" |\n", what, of(busy), of(idle))
	}
	line("files found due (items read from the index)", "%d", func(s sweeping) any { return s.due().Items })
	line("read units to find them", "%.1f", func(s sweeping) any { return s.due().ReadUnits })
	line("queries to find them", "%d", func(s sweeping) any { return s.due().Calls })
	line("other reads (files, logs, session, organisation), calls", "%d", func(s sweeping) any { return s.rest().Reads().Calls })
	line("the same, read units", "%.1f", func(s sweeping) any { return s.rest().Reads().ReadUnits })
	line("writes (claim, record, next due), calls", "%d", func(s sweeping) any { return s.Writes().Calls })
	line("the same, write units", "%.1f", func(s sweeping) any { return s.Writes().WriteUnits })
	line("time", "%s", func(s sweeping) any { return s.took.Round(time.Millisecond) })
	line("messages that left", "%d", func(s sweeping) any { return s.sent })
}
