package booking_test

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// Hi.Events: a double submit oversells by one.
func TestOneFormSentManyTimesAtOnceMakesOneFile(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 5)
	ctx := r.patient()
	answers := atOnce(40, func(int) answer {
		f, err := r.desk.Enrol(ctx, application("s1", 1))
		return answer{f, err}
	})
	for _, a := range answers {
		if a.err != nil {
			t.Fatal(a.err)
		}
		if diff := cmp.Diff(answers[0].file.Enrolment, a.file.Enrolment); diff != "" {
			t.Fatal("two answers to one form:", diff)
		}
	}
	r.wantSeats("s1", 1, 0)
}

// One person, many keys at once: one file that counts, and decoys.
func TestOnePersonSendingManyFormsAtOnceHoldsOneSeat(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 50)
	real := 0
	for _, a := range r.manyForms("s1", 40) {
		if a.err != nil {
			t.Fatal(a.err)
		}
		if !a.file.Enrolment.Decoy {
			real++
		}
	}
	if real != 1 {
		t.Errorf("%d files that count", real)
	}
	r.wantSeats("s1", 1, 0)
}

func (r *room) manyForms(sessionID string, n int) []answer {
	ctx := r.patient()
	return atOnce(n, func(i int) answer {
		a := application(sessionID, 1)
		a.Key = application(sessionID, 1000+i).Key
		f, err := r.desk.Enrol(ctx, a)
		return answer{f, err}
	})
}

// The negative control: without the condition on the claim, the same person holds several seats.
func TestWithoutTheClaimsConditionOnePersonHoldsSeveralSeats(t *testing.T) {
	r := newRoom(t, unconditionalPuts("P#"))
	r.session("s1", 50)
	r.manyForms("s1", 40)
	if s := r.seats("s1"); s.Taken <= 1 {
		t.Errorf("taken %d: this race proves nothing", s.Taken)
	}
}

func TestAcceptingAtTheInstantOfExpiry(t *testing.T) {
	for name, c := range map[string]struct {
		after time.Duration
		first enrolment.Status
		next  enrolment.Status
	}{
		"1 ms before": {-time.Millisecond, enrolment.Reserved, enrolment.Waiting},
		"exactly":     {0, enrolment.Expired, enrolment.Offered},
		"1 ms after":  {time.Millisecond, enrolment.Expired, enrolment.Offered},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			holder, line := r.full("s1", 2)
			r.must(r.desk.Cancel(context.Background(), holder))
			r.clock.set(r.file(line[0]).Enrolment.OfferedUntil.Add(c.after))
			ctx := r.patient()
			for _, err := range atOnce(12, func(i int) error {
				if i%2 == 0 {
					return r.desk.Expire(ctx, line[0])
				}
				_, err := r.desk.Accept(ctx, line[0])
				return err
			}) {
				if err != nil && enrolment.KindOf(err) != enrolment.KindOfferExpired {
					t.Error(err)
				}
			}
			r.wantStatus(line[0], c.first)
			r.wantStatus(line[1], c.next)
			if s := r.seats("s1"); s.Taken != 1 {
				t.Errorf("taken %d", s.Taken)
			}
		})
	}
}

// acceptAcrossExpiry lets the offer expire, by another process, between an acceptance's read and its write.
func acceptAcrossExpiry(t *testing.T, options ...func(*dynamodb.Options)) (first, next enrolment.Status) {
	var r *room
	var line []string
	armed := false
	between := dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if armed && c.Writes() {
			armed = false
			r.clock.advance(24 * time.Hour)
			if err := r.desk.Expire(r.patient(), line[0]); err != nil {
				t.Error(err)
			}
		}
		return c.Send()
	})
	r = newRoom(t, append(options, between)...)
	var holder string
	holder, line = r.full("s1", 2)
	r.must(r.desk.Cancel(context.Background(), holder))
	armed = true
	_, _ = r.desk.Accept(r.patient(), line[0])
	return r.file(line[0]).Enrolment.Status, r.file(line[1]).Enrolment.Status
}

// Hi.Events: a hold that expires between check and commit oversells by one.
func TestAnOfferThatExpiresBetweenReadAndWriteIsNotTaken(t *testing.T) {
	if first, next := acceptAcrossExpiry(t); first != enrolment.Expired || next != enrolment.Offered {
		t.Errorf("first %s, next %s", first, next)
	}
}

func TestWithoutTheVersionsConditionTheSameSeatIsGivenTwice(t *testing.T) {
	if first, next := acceptAcrossExpiry(t, unconditionalPuts("FILE")); !first.HoldsSeat() || !next.HoldsSeat() {
		t.Errorf("first %s, next %s: this race proves nothing", first, next)
	}
}

func TestCancellingTwiceAtOnceFreesOneSeat(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 5)
	id := r.enrol("s1", 1).Enrolment.ID
	r.enrol("s1", 2)
	r.cancelAtOnce(id)
	r.wantSeats("s1", 1, 0)
}

func TestWithoutTheVersionsConditionCancellingTwiceFreesTwo(t *testing.T) {
	r := newRoom(t, unconditionalPuts("FILE"), unconditionalDeletes())
	r.session("s1", 5)
	id := r.enrol("s1", 1).Enrolment.ID
	r.enrol("s1", 2)
	r.cancelAtOnce(id)
	if s := r.seats("s1"); s.Taken >= 1 {
		t.Errorf("taken %d: this race proves nothing", s.Taken)
	}
}

func (r *room) cancelAtOnce(id string) {
	r.t.Helper()
	ctx := r.patient()
	for _, err := range atOnce(20, func(int) error { _, err := r.desk.Cancel(ctx, id); return err }) {
		if err != nil {
			r.t.Error(err)
		}
	}
}

// unconditionalPuts takes the condition off puts of items whose sort key begins with a prefix.
func unconditionalPuts(prefix string) func(*dynamodb.Options) {
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if tx, ok := c.Input.(*dynamodb.TransactWriteItemsInput); ok {
			for _, w := range tx.TransactItems {
				if w.Put != nil && dynamotest.SortKey(w.Put.Item, prefix) {
					w.Put.ConditionExpression, w.Put.ExpressionAttributeNames, w.Put.ExpressionAttributeValues = nil, nil, nil
				}
			}
		}
		return c.Send()
	})
}

// unconditionalDeletes takes the condition off deletes.
func unconditionalDeletes() func(*dynamodb.Options) {
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if tx, ok := c.Input.(*dynamodb.TransactWriteItemsInput); ok {
			for _, w := range tx.TransactItems {
				if w.Delete != nil {
					w.Delete.ConditionExpression, w.Delete.ExpressionAttributeNames, w.Delete.ExpressionAttributeValues = nil, nil, nil
				}
			}
		}
		return c.Send()
	})
}

func TestALostAnswerNeverReadsAsAlreadyEnrolled(t *testing.T) {
	lost := 0
	r := newRoom(t, dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		out, err := c.Send()
		if c.Operation == "TransactWriteItems" && err == nil && lost < 1 {
			lost++
			return nil, dynamotest.ErrLost
		}
		return out, err
	}))
	r.session("s1", 2)
	f := r.enrol("s1", 1)
	if lost != 1 || f.Enrolment.Decoy || f.Enrolment.Status != enrolment.Reserved {
		t.Errorf("lost %d, decoy %v, %s", lost, f.Enrolment.Decoy, f.Enrolment.Status)
	}
	r.wantSeats("s1", 1, 0)
}

func TestInBadWeatherTheAnswerIsRightOrTryAgain(t *testing.T) {
	w := &dynamotest.Weather{Conflicts: 0.3, Throttles: 0.1, Lost: 0.1, Seed: 7}
	r := newRoom(t, w.Option())
	r.session("s1", 5)
	ctx := r.patient()
	for i, a := range atOnce(60, func(i int) answer {
		f, err := r.desk.Enrol(ctx, application("s1", i))
		return answer{f, err}
	}) {
		if a.err != nil && enrolment.KindOf(a.err) != enrolment.KindUnavailable {
			t.Error(a.err)
		}
		if a.err == nil && (a.file.Enrolment.Decoy || r.file(a.file.Enrolment.ID).Enrolment.Status != a.file.Enrolment.Status) {
			t.Errorf("person %d: answered %s, decoy %v, and read otherwise", i, a.file.Enrolment.Status, a.file.Enrolment.Decoy)
		}
	}
	r.wantSeats("s1", 5, 55)
	if w.Failed.Load() == 0 {
		t.Error("the weather was fine: this proves nothing")
	}
}

func TestATableThatStaysBusyAsksToTryAgain(t *testing.T) {
	busy := false
	r := newRoom(t, dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if busy && c.Writes() {
			return nil, dynamotest.Throttle()
		}
		return c.Send()
	}))
	r.session("s1", 1)
	busy = true
	ctx, cancel := context.WithTimeout(context.Background(), 300*time.Millisecond)
	defer cancel()
	_, err := r.desk.Enrol(ctx, application("s1", 1))
	var refusal *enrolment.Error
	if !errors.As(err, &refusal) || refusal.Kind != enrolment.KindUnavailable || refusal.RetryAfter <= 0 {
		t.Fatal(err)
	}
}

// On AWS two transactions that meet on one item make a conflict; here each keeps its items for the time that it takes there.
func TestAHotSessionAnswersEveryoneRightThroughItsConflicts(t *testing.T) {
	const people, seats = 100, 80
	conflicts := map[string]int64{}
	for name, session := range map[string]func(*room){
		"spread":      func(r *room) { r.session("s1", seats) },
		"one counter": func(r *room) { r.olderSession("s1", seats) },
	} {
		t.Run(name, func(t *testing.T) {
			hot := &dynamotest.HotItems{Hold: 10 * time.Millisecond}
			r := newRoom(t, hot.Option())
			session(r)
			for _, a := range r.enrolAtOnce("s1", people) {
				if a.err != nil {
					t.Error(a.err)
				}
			}
			r.wantSeats("s1", seats, people-seats)
			conflicts[name] = hot.Conflicts.Load()
			t.Logf("%d people at once: %d conflicts in %d transactions", people, hot.Conflicts.Load(), hot.Calls.Load())
		})
	}
	if conflicts["one counter"] == 0 || conflicts["spread"] > conflicts["one counter"]/2 {
		t.Errorf("conflicts %v: spreading the counts is worth little here", conflicts)
	}
}

// leftOpen is a full session of one seat whose queue two people left at once: each saw the other still there, so neither
// closed it.
func leftOpen(t *testing.T) (r *room, holder string) {
	t.Helper()
	var writes atomic.Int64
	both := make(chan struct{})
	armed := false
	r = newRoom(t, dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if armed && c.Writes() { // each write waits until the other has read
			if writes.Add(1) == 2 {
				close(both)
			}
			<-both
		}
		return c.Send()
	}))
	holder, line := r.full("s1", 2)
	ctx := r.patient()
	armed = true
	for _, err := range atOnce(2, func(i int) error { _, err := r.desk.Cancel(ctx, line[i]); return err }) {
		if err != nil {
			t.Fatal(err)
		}
	}
	armed = false
	r.wantSeats("s1", 1, 0)
	if !r.queueing("s1") {
		t.Fatal("the queue was closed: this proves nothing")
	}
	return r, holder
}

func (r *room) queueing(sessionID string) bool {
	return slices.ContainsFunc(r.seats(sessionID).Counters, func(c enrolment.Counter) bool { return c.Queueing })
}

func TestAQueueLeftOpenBlocksNobody(t *testing.T) {
	ctx := context.Background()
	t.Run("a seat is given back", func(t *testing.T) {
		r, holder := leftOpen(t)
		r.must(r.desk.Cancel(ctx, holder))
		r.wantStatus(r.enrol("s1", 9).Enrolment.ID, enrolment.Reserved)
		r.wantSeats("s1", 1, 0)
		if r.queueing("s1") {
			t.Error("the queue is still open")
		}
	})
	t.Run("a seat is added", func(t *testing.T) {
		r, _ := leftOpen(t)
		r.session("s1", 2)
		r.wantStatus(r.enrol("s1", 9).Enrolment.ID, enrolment.Reserved)
		r.wantSeats("s1", 2, 0)
		if r.queueing("s1") {
			t.Error("the queue is still open")
		}
	})
	t.Run("someone joins it", func(t *testing.T) {
		r, holder := leftOpen(t)
		next := r.enrol("s1", 9).Enrolment.ID
		r.wantStatus(next, enrolment.Waiting)
		r.must(r.desk.Cancel(ctx, holder))
		r.wantStatus(next, enrolment.Offered)
		r.wantSeats("s1", 1, 0)
	})
}
