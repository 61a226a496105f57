package booking_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// errand is one thing that a client will ask for, drawn before the history begins.
type errand struct {
	act     act
	session string
	person  int
	fuse    *fuse
}

// fuse ends the process of one act at a call, before that is made or after: its outcome is then unknown.
type fuse struct {
	left  int // calls before that one
	after bool
}

func (f *fuse) burn(c dynamotest.Call) (any, error) {
	f.left--
	if f.left >= 0 {
		return c.Send()
	}
	if f.left == -1 && f.after {
		_, _ = c.Send()
	}
	return nil, dynamotest.ErrCrash
}

type aroundKey struct{}

// around is a context for one act, with a function around each of its calls.
func around(ctx context.Context, f func(dynamotest.Call) (any, error)) context.Context {
	return context.WithValue(ctx, aroundKey{}, f)
}

// byAct makes a store heed [around].
func byAct() func(*dynamodb.Options) {
	return dynamotest.Around(func(ctx context.Context, c dynamotest.Call) (any, error) {
		if f, ok := ctx.Value(aroundKey{}).(func(dynamotest.Call) (any, error)); ok {
			return f(c)
		}
		return c.Send()
	})
}

// crowd is one history: clients who run their errands at the same time, and what they saw.
type crowd struct {
	*room
	clients  [][]errand
	sessions []string
	seats    int
	people   int

	began  time.Time
	mu     sync.Mutex
	ops    []porcupine.Operation
	faults []error // answers that were lost, and not by a fuse
}

// gather draws a history from its seed: 5 to 8 clients with 5 to 8 errands each, over one or two sessions of one or two
// seats that 4 to 8 people want.
func (r *room) gather(seed uint64) *crowd {
	rng := rand.New(rand.NewPCG(seed, 0))
	c := &crowd{room: r, seats: 1 + rng.IntN(2), people: 4 + rng.IntN(crowdSize-3), clients: make([][]errand, 5+rng.IntN(4))}
	for i := range 1 + rng.IntN(2) {
		c.sessions = append(c.sessions, fmt.Sprintf("s%d-%d", seed, i))
	}
	var wanted []errand
	for range 5 + rng.IntN(4) {
		for i := range c.clients {
			e := c.errand(rng, wanted)
			c.clients[i] = append(c.clients[i], e)
			if e.act == enrol {
				wanted = append(wanted, e)
			}
		}
	}
	return c
}

// errand draws one. What is done to a file is done to one that some client may have made by then.
func (c *crowd) errand(rng *rand.Rand, wanted []errand) errand {
	acts := []act{enrol, enrol, enrol, enrol, cancel, cancel, cancel, accept, accept, accept, accept, expire, look, late, late}
	e := errand{act: acts[rng.IntN(len(acts))], session: c.sessions[rng.IntN(len(c.sessions))], person: rng.IntN(c.people)}
	if len(wanted) > 0 && e.act != enrol {
		of := wanted[rng.IntN(len(wanted))]
		e.session, e.person = of.session, of.person
	}
	if rng.IntN(12) == 0 {
		e.fuse = &fuse{left: rng.IntN(5), after: rng.IntN(2) == 0}
	}
	return e
}

// run runs the history, then looks at every file and every count when all is quiet. The acts have this long in all.
func (c *crowd) run(patience time.Duration) []porcupine.Operation {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	defer stop()
	c.begin()
	atOnce(len(c.clients), func(client int) struct{} {
		for _, e := range c.clients[client] {
			c.do(ctx, client, e)
		}
		return struct{}{}
	})
	return append(c.settled(), c.look()...)
}

func (c *crowd) begin() {
	c.clock.set(monday)
	for i, id := range c.sessions {
		if i%2 == 0 {
			c.session(id, c.seats)
		} else {
			c.olderSession(id, c.seats)
		}
	}
	c.began = time.Now()
}

func (c *crowd) do(ctx context.Context, client int, e errand) {
	if e.act == late {
		c.clock.advance(offerLasts)
		e.act = accept
	}
	if e.fuse != nil {
		ctx = around(ctx, e.fuse.burn)
	}
	in := request{act: e.act, session: e.session, seats: c.seats, person: e.person, called: c.instant(), clock: span{from: c.clock.Now()}}
	f, err := c.ask(ctx, e)
	in.clock.to, in.returned = c.clock.Now(), c.instant()
	if enrolment.KindOf(err) == enrolment.KindOfferExpired { // two acts: the refusal, then the end of the offer
		over := in
		over.act, over.unanswered = expire, errors.Is(err, dynamotest.ErrCrash) || ctx.Err() != nil
		c.note(client, over, reply{})
		c.note(client, in, reply{kind: enrolment.KindOfferExpired})
		return
	}
	if in.unanswered = lost(err); in.unanswered && !errors.Is(err, dynamotest.ErrCrash) {
		c.fault(fmt.Errorf("%s of person %d in %s: %w", e.act, e.person, e.session, err))
	}
	c.note(client, in, replyOf(f, err))
}

func (c *crowd) ask(ctx context.Context, e errand) (booking.File, error) {
	id := fileID(e.session, e.person)
	switch e.act {
	case enrol:
		return c.desk.Enrol(ctx, application(e.session, e.person))
	case cancel:
		return c.desk.Cancel(ctx, id)
	case accept:
		return c.desk.Accept(ctx, id)
	case expire:
		return booking.File{}, c.desk.Expire(ctx, id)
	}
	return c.desk.File(ctx, id)
}

func fileID(session string, person int) string {
	return booking.FileID(application(session, person).Key)
}

// lost tells whether an error leaves open what was done.
func lost(err error) bool {
	kind := enrolment.KindOf(err)
	return err != nil && (kind == "" || kind == enrolment.KindUnavailable)
}

func replyOf(f booking.File, err error) reply {
	return reply{kind: enrolment.KindOf(err), status: f.Enrolment.Status, ticket: f.Enrolment.Ticket}
}

// instant is nanoseconds since the history began.
func (c *crowd) instant() int64 { return time.Since(c.began).Nanoseconds() }

func (c *crowd) note(client int, in request, said reply) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.ops = append(c.ops, porcupine.Operation{ClientId: client, Input: in, Output: said, Call: in.called, Return: in.returned})
}

func (c *crowd) fault(err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.faults = append(c.faults, err)
}

// settled is the history of the crowd once it has gone. An act without an answer may have been done at any instant until now,
// by any clock; the ticket that an enrolment drew is read from its file, and one that left no file did nothing.
func (c *crowd) settled() (ops []porcupine.Operation) {
	now := c.instant()
	for _, op := range c.ops {
		in := op.Input.(request)
		if in.unanswered {
			e, err := c.store.File(context.Background(), fileID(in.session, in.person))
			if err != nil && enrolment.KindOf(err) != enrolment.KindNotFound {
				c.t.Fatal(err)
			}
			if err != nil {
				continue
			}
			in.returned, in.clock.to = now, c.clock.Now()
			op.Input, op.Output, op.Return = in, reply{ticket: e.Ticket}, now
		}
		ops = append(ops, op)
	}
	return ops
}

// look looks at every file and every count, one after the other.
func (c *crowd) look() []porcupine.Operation {
	ctx, stop := context.WithTimeout(context.Background(), 2*time.Minute)
	defer stop()
	c.ops = nil
	for _, session := range c.sessions {
		for person := range crowdSize {
			called := c.instant()
			f, err := c.desk.File(ctx, fileID(session, person))
			if lost(err) {
				c.t.Fatal(err)
			}
			said := replyOf(f, err)
			said.position = f.Position
			c.noteAlone(request{act: look, session: session, person: person, called: called}, said)
		}
		called := c.instant()
		s := c.room.seats(session)
		c.noteAlone(request{act: tally, session: session, called: called}, reply{taken: s.Taken, waiting: s.Waiting})
	}
	return c.ops
}

func (c *crowd) noteAlone(in request, said reply) {
	in.alone, in.seats, in.returned = true, c.seats, c.instant()
	c.note(len(c.clients), in, said)
}

// What is proved is not how fast; but a table without a guard may hold a history up for good.
const (
	patient   = 5 * time.Minute
	impatient = 3 * time.Second
)

// decide checks a history.
func decide(ops []porcupine.Operation, patience time.Duration) porcupine.CheckResult {
	return porcupine.CheckOperationsTimeout(sequential(), ops, patience)
}

// picture writes the history as a page to look at, and gives its name.
func picture(t *testing.T, ops []porcupine.Operation) string {
	t.Helper()
	f, err := os.CreateTemp("", "linear-*.html") //nolint:usetesting // it is looked at after the test
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	_, info := porcupine.CheckOperationsVerbose(sequential(), ops, patient)
	if err := porcupine.Visualize(sequential(), info, f); err != nil {
		t.Fatal(err)
	}
	return f.Name()
}

// seen counts what was answered, to show that the histories were about something.
type seen map[string]int

func (s seen) add(ops []porcupine.Operation) {
	for _, op := range ops {
		in, said := op.Input.(request), op.Output.(reply)
		switch {
		case in.alone:
		case in.unanswered:
			s["without an answer"]++
		default:
			s[fmt.Sprintf("%s %s%s", in.act, said.status, said.kind)]++
		}
	}
}

// firstSeed is SEED, to run one history's errands again, or drawn.
func firstSeed() uint64 {
	if n, err := strconv.ParseUint(os.Getenv("SEED"), 10, 64); err == nil {
		return n
	}
	return rand.Uint64N(1e9)
}

// Reserving, cancelling and accepting at the same time answer as if they had come one after the other, in good weather
// and in bad. SOAK=5m goes on for that long; a plain run makes 40 histories, or as many as fit in 15 seconds.
func TestWhatACrowdIsAnsweredCouldHaveComeInTurn(t *testing.T) {
	weather := &dynamotest.Weather{Conflicts: 0.2, Throttles: 0.05, Lost: 0.1, Seed: 3}
	hot := &dynamotest.HotItems{Hold: 2 * time.Millisecond}
	rooms := []*room{newRoom(t, byAct()), newRoom(t, weather.Option(), byAct()), newRoom(t, hot.Option(), byAct())}
	began, long := time.Now(), soak()
	answers := seen{}
	histories := 0
	for seed := firstSeed(); ; seed++ {
		c := rooms[histories%len(rooms)].gather(seed)
		ops := c.run(patient)
		if len(c.faults) > 0 {
			t.Fatalf("history of SEED=%d, number %d: %v", seed, histories, c.faults)
		}
		if got := decide(ops, patient); got != porcupine.Ok {
			t.Fatalf("history of SEED=%d, number %d: %s; see %s", seed, histories, got, picture(t, ops))
		}
		answers.add(ops)
		histories++
		took := time.Since(began)
		if took > long && (histories >= 40 || took > 15*time.Second) {
			break
		}
	}
	if weather.Failed.Load() == 0 || hot.Conflicts.Load() == 0 {
		t.Error("the weather was fine: this proves nothing")
	}
	for _, must := range []string{"enrol reserved", "enrol waiting", "cancel cancelled", "accept reserved", "accept conflict", "without an answer"} {
		if answers[must] == 0 {
			t.Errorf("no %s: this proves little", must)
		}
	}
	t.Logf("%d histories in %v: %v", histories, time.Since(began).Round(time.Millisecond), answers)
}

// soak is how long the tests that can go on do so.
func soak() time.Duration {
	d, _ := time.ParseDuration(os.Getenv("SOAK"))
	return d
}

// Someone who has drawn the first ticket and has no answer yet is passed by a seat that is given at that moment: the model
// allows that, and no more. Here they join after the act that frees the seat has read the line, and before it commits.
func TestOnlyWhoHasNoAnswerYetMayBePassedInTheQueue(t *testing.T) {
	c := &crowd{room: newRoom(t, byAct()), seats: 1, sessions: []string{"s1"}}
	ctx := c.patient()
	c.begin()
	do := func(ctx context.Context, client int, a act, person int) {
		c.do(ctx, client, errand{act: a, session: "s1", person: person})
	}
	lineRead, joined, given := make(chan struct{}), make(chan struct{}), make(chan struct{})
	do(ctx, 0, enrol, 0)
	do(around(ctx, beforeItsCommit(func() {
		do(ctx, 1, enrol, 2)
		do(ctx, 1, enrol, 3) // with one alone in line, the act that serves them closes the queue, and sees who joins it
		go func() {
			defer close(given)
			do(around(ctx, beforeItsCommit(func() { close(lineRead); <-joined })), 2, cancel, 0)
		}()
		select {
		case <-lineRead:
		case <-given: // without a commit: what follows says so
		}
	})), 0, enrol, 1)
	do(ctx, 0, look, 0)
	close(joined)
	<-given
	c.wantStatus(fileID("s1", 1), enrolment.Waiting)
	c.wantStatus(fileID("s1", 2), enrolment.Offered)
	if ops := append(c.settled(), c.look()...); decide(ops, patient) != porcupine.Ok {
		t.Error("no order explains this; see", picture(t, ops))
	}
}

// beforeItsCommit does something once, when an act has read and decided.
func beforeItsCommit(f func()) func(dynamotest.Call) (any, error) {
	return func(c dynamotest.Call) (any, error) {
		if c.Operation == "TransactWriteItems" && f != nil {
			f()
			f = nil
		}
		return c.Send()
	}
}

// The negative controls: each takes one guard off, and a history must then have no order at all. Whether one does is
// chance, so several are run until one does.
func TestWithoutAGuardSomeCrowdIsAnsweredWhatNoTurnExplains(t *testing.T) {
	for name, fault := range map[string][]func(*dynamodb.Options){
		"seats":                   {dynamotest.Unguarded()},
		"version of the file":     {unconditionalPuts("FILE"), unconditionalDeletes()},
		"the queue from its head": {lastInLine()},
		"tickets in order":        {ticketsBackwards()},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t, append(fault, byAct())...)
			for seed := range uint64(200) {
				if decide(r.gather(seed).run(impatient), impatient) == porcupine.Illegal {
					t.Logf("seen in history %d", seed+1)
					return
				}
			}
			t.Error("two hundred histories without the guard all had an order: this proves nothing")
		})
	}
}

// lastInLine makes whoever asks for the first in line get the last.
func lastInLine() func(*dynamodb.Options) {
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if q, ok := c.Input.(*dynamodb.QueryInput); ok && q.Limit != nil && *q.Limit == 1 {
			q.ScanIndexForward = new(bool)
		}
		return c.Send()
	})
}

// ticketsBackwards gives the later comer the lower ticket.
func ticketsBackwards() func(*dynamodb.Options) {
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		out, err := c.Send()
		if drawn, ok := out.(*dynamodb.UpdateItemOutput); ok && err == nil {
			if n, ok := drawn.Attributes["n"].(*types.AttributeValueMemberN); ok {
				v, _ := strconv.Atoi(n.Value)
				n.Value = strconv.Itoa(1000 - v)
			}
		}
		return out, err
	})
}
