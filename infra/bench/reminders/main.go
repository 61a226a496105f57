// Command reminders measures that a sweep costs what is due and not what exists: with 100,000 files of which 100 are due, it
// counts what the schedule reads, by the capacity that DynamoDB says it consumed. It prints its section of BENCH.md.
//
//	go run ./infra/bench/reminders [-files 100000] [-due 100]
//
// It starts a DynamoDB Local of its own (infra/local/setup dynamodb puts it in place) and takes about a minute.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"log/slog"
	netmail "net/mail"
	"os"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
)

func main() {
	files := flag.Int("files", 100_000, "how many files the table holds")
	due := flag.Int("due", 100, "how many of them are due")
	flag.Parse()
	if err := run(context.Background(), os.Stdout, *files, *due); err != nil {
		log.Fatal(err)
	}
}

var now = time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

func run(ctx context.Context, out io.Writer, files, due int) error {
	cfg := dynamotest.Database(outside{})
	if err := fill(ctx, cfg, files, due); err != nil {
		return err
	}
	busy, idle, err := measure(ctx, cfg)
	if err != nil {
		return err
	}
	report(out, files, due, busy, idle)
	return nil
}

// measure sweeps twice: once with what is due, once with nothing.
func measure(ctx context.Context, cfg aws.Config) (busy, idle *meter, err error) {
	if busy, err = sweep(ctx, cfg); err != nil {
		return nil, nil, err
	}
	idle, err = sweep(ctx, cfg)
	return busy, idle, err
}

// outside lets a command use the helpers of tests.
type outside struct{ testing.TB }

func (outside) Helper()           {}
func (outside) Fatal(args ...any) { log.Fatal(args...) }

const sessionID = "bench"

// fill makes the files: those that are due as the product does, the others as copies that are due later.
func fill(ctx context.Context, cfg aws.Config, files, due int) error {
	store := dynamotest.Open(cfg, clock)
	if err := store.PutOrganisation(ctx, enrolment.Organisation{Name: "Organisme", Email: "contact@organisme.example"}); err != nil {
		return err
	}
	start := now.AddDate(0, 0, 90)
	if _, err := store.ApplySession(ctx, enrolment.Session{ID: sessionID, Capacity: files, Status: enrolment.SessionOpen, ClosesAt: start,
		HalfDays:  []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
		Formation: enrolment.FormationSummary{Title: "Le budget de la commune"}}); err != nil {
		return err
	}
	for i := range due {
		s, err := store.Session(ctx, sessionID)
		if err != nil {
			return err
		}
		if err := store.Commit(ctx, enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{After: file(i)}}}); err != nil {
			return err
		}
	}
	return copies(ctx, cfg, files-due)
}

func file(i int) enrolment.Enrolment {
	id := fmt.Sprintf("due%023d", i)
	return enrolment.Enrolment{ID: id, Reference: enrolment.NewReference(id), SessionID: sessionID, Status: enrolment.Reserved, Mode: enrolment.Collectivite, Version: 1,
		Person:  enrolment.Person{FirstName: "Zoé", LastName: "Martin", Email: fmt.Sprintf("elu%d@mairie.example", i)},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Sainte-Anne"}, CreatedAt: now, ReservedAt: now, ModeSince: now, ConsentAt: now, DueAt: now,
		Notices: []enrolment.Notice{{Key: "confirmation", Kind: enrolment.NoticeConfirmation, At: now}}}
}

// copies writes n copies of a file, due over the year to come, as fast as the table takes them.
func copies(ctx context.Context, cfg aws.Config, n int) error {
	db := dynamodb.NewFromConfig(cfg)
	got, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(dynamotest.TableName), Key: map[string]types.AttributeValue{"pk": text("E#" + file(0).ID), "sk": text("FILE")}})
	if err != nil {
		return err
	}
	batches := make(chan int)
	var writers sync.WaitGroup
	var failed atomic.Pointer[error]
	for range 8 {
		writers.Go(func() {
			for first := range batches {
				if err := write(ctx, db, got.Item, first, min(first+25, n)); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	for first := 0; first < n; first += 25 {
		batches <- first
	}
	close(batches)
	writers.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func write(ctx context.Context, db *dynamodb.Client, like map[string]types.AttributeValue, from, to int) error {
	var requests []types.WriteRequest
	for i := from; i < to; i++ {
		it := make(map[string]types.AttributeValue, len(like))
		for k, v := range like {
			it[k] = v
		}
		later := now.Add(time.Hour + time.Duration(i)*5*time.Minute)
		it["pk"], it["duePk"], it["dueSk"] = text(fmt.Sprintf("E#later%021d", i)), text(fmt.Sprint("DUE#", i%dynamo.DueShards)), text(later.Format("2006-01-02T15:04:05.000Z"))
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
	}
	out, err := db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{dynamotest.TableName: requests}})
	if err == nil && len(out.UnprocessedItems) > 0 {
		return errors.New("DynamoDB Local left items out")
	}
	return err
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// sweep runs the schedule once, with everything real but the post.
func sweep(ctx context.Context, cfg aws.Config) (*meter, error) {
	g, err := guide.Load()
	if err != nil {
		return nil, err
	}
	m := &meter{}
	store := dynamotest.Open(cfg, clock, m.option())
	post := &counter{}
	desk := &reminder.Desk{
		Sender: &reminder.Sender{Planner: reminder.Planner{Calendar: g}, Store: store, Post: post, Now: clock, Log: slog.New(slog.DiscardHandler), Offers: booking.New(store, g, clock),
			Composer: reminder.Writer{Guide: g, From: netmail.Address{Address: "bonjour@organisme.example"}, Books: store,
				Addresses: func(enrolment.Enrolment) mail.Addresses {
					return mail.Addresses{Site: "https://x.example/", File: "https://x.example/dossier/", Papers: "https://x.example/papiers/"}
				},
				Calendar: func(enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]byte, error) { return nil, nil }}},
		Seats: booking.New(store, g, clock), Due: store, Shards: dynamo.DueShards,
	}
	begun := time.Now()
	err = desk.Sweep(ctx)
	m.took, m.sent = time.Since(begun), post.n.Load()
	return m, err
}

type counter struct{ n atomic.Int64 }

func (c *counter) Send(context.Context, mail.Message) (string, error) {
	return fmt.Sprint("ses-", c.n.Add(1)), nil
}
