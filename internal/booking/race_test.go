package booking_test

import (
	"context"
	"slices"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// atOnce runs n calls that begin together, and gives their answers.
func atOnce[T any](n int, call func(i int) T) []T {
	var wg sync.WaitGroup
	begin := make(chan struct{})
	out := make([]T, n)
	for i := range n {
		wg.Add(1)
		go func() {
			defer wg.Done()
			<-begin
			out[i] = call(i)
		}()
	}
	close(begin)
	wg.Wait()
	return out
}

type answer struct {
	file booking.File
	err  error
}

func (r *room) enrolAtOnce(sessionID string, people int) []answer {
	ctx := r.patient()
	return atOnce(people, func(i int) answer {
		f, err := r.desk.Enrol(ctx, application(sessionID, i))
		return answer{f, err}
	})
}

func count(answers []answer, s enrolment.Status) (n int) {
	for _, a := range answers {
		if a.file.Enrolment.Status == s {
			n++
		}
	}
	return n
}

func TestGivesTheLastSeatsToExactlyAsManyOfThreeHundred(t *testing.T) {
	const people, seats = 300, 12
	r := newRoom(t)
	r.session("s1", seats)
	answers := r.enrolAtOnce("s1", people)
	for _, a := range answers {
		if a.err != nil {
			t.Fatal("refused:", a.err)
		}
	}
	if got := count(answers, enrolment.Reserved); got != seats {
		t.Errorf("%d reserved for %d seats", got, seats)
	}
	var positions []int
	for _, a := range answers {
		f := r.file(a.file.Enrolment.ID)
		if f.Enrolment.Status != a.file.Enrolment.Status {
			t.Errorf("answered %s, read back %s", a.file.Enrolment.Status, f.Enrolment.Status)
		}
		if f.Enrolment.Status == enrolment.Waiting {
			positions = append(positions, f.Position)
		}
	}
	slices.Sort(positions)
	for i, p := range positions {
		if p != i+1 {
			t.Fatalf("positions %v: want 1…%d without gap or twin", positions, people-seats)
		}
	}
	if s := r.seats("s1"); s.Taken != seats || s.Waiting != people-seats || len(positions) != people-seats {
		t.Errorf("taken %d waiting %d, %d positions", s.Taken, s.Waiting, len(positions))
	}
}

func TestGivesTheLastSeatToExactlyOneOfTwoHundred(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	answers := r.enrolAtOnce("s1", 200)
	if got := count(answers, enrolment.Reserved); got != 1 {
		t.Errorf("%d hold the last seat", got)
	}
	if got := count(answers, enrolment.Waiting); got != 199 {
		t.Errorf("%d wait, want 199", got)
	}
}

// The negative control of both: without its condition the same race oversells. Two people at least have decided before either writes:
// left to chance, a run once had everybody come after the first.
func TestWithoutItsConditionTheSameRaceOversells(t *testing.T) {
	begin, meet := meeting(2)
	r := newRoom(t, dynamotest.Unguarded(), meet)
	r.session("s1", 1)
	begin()
	answers := r.enrolAtOnce("s1", 200)
	if got := count(answers, enrolment.Reserved); got <= 1 {
		t.Errorf("%d hold the last seat: this race proves nothing", got)
	}
}

// meeting has the first n transactions after begin wait for each other.
func meeting(n int32) (begin func(), option func(*dynamodb.Options)) {
	var begun atomic.Bool
	var come atomic.Int32
	all := make(chan struct{})
	return func() { begun.Store(true) }, dynamotest.Around(func(ctx context.Context, c dynamotest.Call) (any, error) {
		if _, writes := c.Input.(*dynamodb.TransactWriteItemsInput); writes && begun.Load() {
			switch mine := come.Add(1); {
			case mine == n:
				close(all)
			case mine < n:
				select {
				case <-all:
				case <-ctx.Done():
				}
			}
		}
		return c.Send()
	})
}
