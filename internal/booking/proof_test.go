package booking_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// announced is how long a seat that nobody proved is kept, in these tests.
const announced = 48 * time.Hour

func (r *room) come(sessionID string, person int) enrolment.Enrolment {
	r.t.Helper()
	return r.must(r.desk.Enrol(context.Background(), unproved(sessionID, person))).Enrolment
}

func (r *room) sweep() {
	r.t.Helper()
	if err := r.desk.Sweep(context.Background()); err != nil {
		r.t.Fatal(err)
	}
}

// status reads a file again.
func (r *room) status(id string) enrolment.Enrolment {
	r.t.Helper()
	return r.file(id).Enrolment
}

func TestASeatNobodyProvedStaysWhileNobodyWantsIt(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 2)
	squatter := r.come("s1", 1)
	r.clock.advance(20 * announced)
	r.sweep()
	r.enrol("s1", 2) // a seat was free
	r.wantStatus(squatter.ID, enrolment.Reserved)
	r.wantSeats("s1", 2, 0)
}

func TestASeatNobodyProvedGoesToWhoComesOnceItsTimeIsOver(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	squatter := r.come("s1", 1)
	r.clock.advance(announced - time.Second)
	early := r.enrol("s1", 2).Enrolment
	r.wantStatus(early.ID, enrolment.Waiting)
	r.must(r.desk.Cancel(context.Background(), early.ID))
	r.clock.advance(time.Second)
	late := r.come("s1", 3)
	r.wantStatus(late.ID, enrolment.Reserved)
	r.wantSeats("s1", 1, 0)
	gone := r.status(squatter.ID)
	if !gone.Aside() || !slices.Contains(kinds(gone), enrolment.NoticeSeatReleased) {
		t.Errorf("who lost the seat is %s, and was told of %v", gone.Status, kinds(gone))
	}
	if u := r.seats("s1").Unproved; len(u) != 1 || u[0].FileID != late.ID {
		t.Errorf("unproved seats: %v", u)
	}
}

func TestASeatNobodyProvedGoesToTheFirstInLineOnceItsTimeIsOver(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 2)
	squatters := []string{r.come("s1", 1).ID, r.come("s1", 2).ID}
	r.clock.advance(time.Hour)
	line := []string{r.enrol("s1", 3).Enrolment.ID, r.enrol("s1", 4).Enrolment.ID, r.enrol("s1", 5).Enrolment.ID}
	r.sweep()
	r.wantStatus(line[0], enrolment.Waiting)
	r.clock.advance(announced)
	r.sweep()
	r.wantStatus(line[0], enrolment.Offered)
	r.wantStatus(line[1], enrolment.Offered)
	r.wantStatus(line[2], enrolment.Waiting)
	for _, id := range squatters {
		if !r.status(id).Aside() {
			t.Errorf("%s keeps its seat", id)
		}
	}
	r.wantSeats("s1", 2, 1)
}

func TestWhoProvesKeepsTheSeat(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t)
	r.session("s1", 1)
	mine := r.come("s1", 1)
	if !mine.ToProve() || !mine.ProveBy.Equal(monday.Add(announced)) {
		t.Fatalf("to prove by %v", mine.ProveBy)
	}
	r.must(r.desk.Prove(ctx, mine.ID))
	again := r.must(r.desk.Prove(ctx, mine.ID)).Enrolment
	if again.ToProve() || !again.ProvedAt.Equal(monday) {
		t.Errorf("proved at %v, to prove by %v", again.ProvedAt, again.ProveBy)
	}
	r.clock.advance(10 * announced)
	r.enrol("s1", 2)
	r.sweep()
	r.wantStatus(mine.ID, enrolment.Reserved)
	if u := r.seats("s1").Unproved; len(u) != 0 {
		t.Errorf("unproved seats: %v", u)
	}
}

func TestWhoProvesLateComesBackToASeatOrToTheEndOfTheQueue(t *testing.T) {
	ctx := context.Background()
	lose := func(t *testing.T) (r *room, lost, has string) {
		r = newRoom(t)
		r.session("s1", 1)
		lost = r.come("s1", 1).ID
		r.clock.advance(announced)
		return r, lost, r.enrol("s1", 2).Enrolment.ID
	}
	t.Run("a seat is free", func(t *testing.T) {
		r, lost, has := lose(t)
		r.must(r.desk.Cancel(ctx, has))
		r.must(r.desk.Prove(ctx, lost))
		r.wantStatus(lost, enrolment.Reserved)
		r.wantSeats("s1", 1, 0)
	})
	t.Run("another seat was not proved in time", func(t *testing.T) {
		r, lost, has := lose(t)
		r.must(r.desk.Cancel(ctx, has))
		other := r.come("s1", 3).ID
		r.clock.advance(announced)
		r.must(r.desk.Prove(ctx, lost))
		r.wantStatus(lost, enrolment.Reserved)
		r.wantStatus(other, enrolment.Waiting)
		r.wantSeats("s1", 1, 0)
	})
	t.Run("the session is full", func(t *testing.T) {
		r, lost, has := lose(t)
		waits := r.enrol("s1", 3).Enrolment.ID
		if f := r.must(r.desk.Prove(ctx, lost)); f.Position != 2 {
			t.Errorf("stands at %d, want the end of the queue", f.Position)
		}
		r.must(r.desk.Cancel(ctx, has))
		r.wantStatus(waits, enrolment.Offered)
		r.wantStatus(lost, enrolment.Waiting)
		r.wantSeats("s1", 1, 1)
	})
	t.Run("enrolment is closed", func(t *testing.T) {
		r, lost, has := lose(t)
		r.must(r.desk.Cancel(ctx, has))
		r.clock.advance(60 * 24 * time.Hour)
		if e := r.must(r.desk.Prove(ctx, lost)).Enrolment; !e.Aside() || e.ToProve() {
			t.Errorf("%s, to prove %v", e.Status, e.ToProve())
		}
		r.wantSeats("s1", 0, 0)
	})
}

func TestNoActOfAnUnprovedFileBuysItTime(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t)
	r.session("s1", 1)
	r.session("s2", 1)
	squatter := r.come("s1", 1)
	r.must(r.desk.Tick(ctx, squatter.ID, enrolment.StepDemande))
	r.must(r.desk.ChangeMode(ctx, squatter.ID, enrolment.Personnel, nil))
	r.clock.advance(time.Hour)
	moved := r.must(r.desk.ChangeSession(ctx, squatter.ID, "s2")).Enrolment
	if !moved.ProveBy.Equal(squatter.ProveBy) {
		t.Errorf("to prove by %v after a change of session, %v before", moved.ProveBy, squatter.ProveBy)
	}
	if a, b := r.seats("s1").Unproved, r.seats("s2").Unproved; len(a) != 0 || len(b) != 1 {
		t.Errorf("unproved seats: %v and %v", a, b)
	}
	r.clock.advance(announced)
	r.wantStatus(r.enrol("s2", 2).Enrolment.ID, enrolment.Reserved)
	_, err := r.desk.ChangeSession(ctx, squatter.ID, "s1")
	wantKind(t, err, enrolment.KindConflict)
}

// The races of a seat that nobody proved: what happens between the reading and the writing of the other act wins, and the other
// looks again. Without the version of the file, the first is not seen (TestWithoutItsVersionAProofIsOverwritten).
func TestAProofAndAReleaseNeverBothWin(t *testing.T) {
	ctx := context.Background()
	full := func(t *testing.T) (r *room, before func(func()), squatter string) {
		r, before = interrupted(t)
		r.session("s1", 1)
		squatter = r.come("s1", 1).ID
		r.clock.advance(announced)
		return r, before, squatter
	}
	t.Run("proved while somebody comes: they wait", func(t *testing.T) {
		r, before, squatter := full(t)
		before(func() { r.must(r.desk.Prove(ctx, squatter)) })
		comer := r.come("s1", 2).ID
		r.wantStatus(squatter, enrolment.Reserved)
		r.wantStatus(comer, enrolment.Waiting)
		r.wantSeats("s1", 1, 1)
	})
	t.Run("somebody comes while it is proved: the seat is theirs", func(t *testing.T) {
		r, before, squatter := full(t)
		var comer string
		before(func() { comer = r.come("s1", 2).ID })
		f := r.must(r.desk.Prove(ctx, squatter))
		r.wantStatus(comer, enrolment.Reserved)
		if f.Enrolment.Status != enrolment.Waiting || f.Position != 1 || f.Enrolment.ToProve() {
			t.Errorf("%s at %d, to prove %v", f.Enrolment.Status, f.Position, f.Enrolment.ToProve())
		}
		r.wantSeats("s1", 1, 1)
	})
	t.Run("proved while the sweep passes it on: kept", func(t *testing.T) {
		r, before := interrupted(t)
		r.session("s1", 1)
		squatter := r.come("s1", 1).ID
		waits := r.enrol("s1", 2).Enrolment.ID
		r.clock.advance(announced)
		before(func() { r.must(r.desk.Prove(ctx, squatter)) })
		r.sweep()
		r.wantStatus(squatter, enrolment.Reserved)
		r.wantStatus(waits, enrolment.Waiting)
		r.wantSeats("s1", 1, 1)
	})
	t.Run("the first in line leaves while the sweep passes it on: nobody gets two", func(t *testing.T) {
		r, before := interrupted(t)
		r.session("s1", 1)
		squatter := r.come("s1", 1).ID
		waits := r.enrol("s1", 2).Enrolment.ID
		r.clock.advance(announced)
		before(func() { r.must(r.desk.Cancel(ctx, waits)) })
		r.sweep()
		r.wantStatus(squatter, enrolment.Reserved)
		r.wantSeats("s1", 1, 0)
	})
	t.Run("two come for the same seat: one has it", func(t *testing.T) {
		r, before, squatter := full(t)
		var first string
		before(func() { first = r.come("s1", 2).ID })
		second := r.come("s1", 3).ID
		r.wantStatus(first, enrolment.Reserved)
		r.wantStatus(second, enrolment.Waiting)
		r.wantStatus(squatter, enrolment.Waiting)
		r.wantSeats("s1", 1, 1)
	})
	t.Run("somebody joins the queue while another takes it: nobody is passed", func(t *testing.T) {
		r, before := interrupted(t)
		r.session("s1", 1)
		squatter := r.come("s1", 1).ID
		r.clock.advance(announced)
		var waits string
		before(func() {
			r.clock.set(monday) // by another clock its time is not over
			waits = r.enrol("s1", 2).Enrolment.ID
			r.clock.set(monday.Add(announced))
		})
		comer := r.come("s1", 3).ID
		r.wantStatus(waits, enrolment.Waiting)
		r.wantStatus(comer, enrolment.Waiting)
		r.sweep()
		r.wantStatus(waits, enrolment.Offered)
		r.wantStatus(squatter, enrolment.Waiting)
	})
	t.Run("the organisation closes the session while somebody takes it: refused", func(t *testing.T) {
		r, before, squatter := full(t)
		before(func() {
			s := aSession("s1", 1)
			s.ClosesAt = monday
			r.apply(s)
		})
		_, err := r.desk.Enrol(ctx, unproved("s1", 2))
		wantKind(t, err, enrolment.KindSessionClosed)
		r.wantStatus(squatter, enrolment.Reserved)
	})
	t.Run("many at once, some prove: as many hold as there are seats", func(t *testing.T) {
		r := newRoom(t)
		r.session("s1", 5)
		var squatters []string
		for n := range 5 {
			squatters = append(squatters, r.come("s1", n).ID)
		}
		r.clock.advance(announced)
		patient := r.patient()
		atOnce(25, func(i int) error {
			if i%5 == 0 {
				_, err := r.desk.Prove(patient, squatters[i/5])
				return err
			}
			_, err := r.desk.Enrol(patient, unproved("s1", 100+i))
			return err
		})
		held, waiting := 0, 0
		for i := range 25 {
			id := fileID("s1", 100+i)
			if i%5 == 0 {
				id = squatters[i/5]
			}
			e := r.status(id)
			held, waiting = held+one(e.Holds()), waiting+one(e.Queues())
			if e.Aside() {
				t.Errorf("file %d has nothing", i)
			}
		}
		r.wantSeats("s1", held, waiting)
		if held != 5 || waiting != 20 {
			t.Errorf("%d hold a seat and %d wait, want 5 and 20", held, waiting)
		}
	})
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

// The negative control of the races above.
func TestWithoutItsVersionAProofIsOverwritten(t *testing.T) {
	var happens func()
	r := newRoom(t, unconditionalPuts("FILE"), dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if do := happens; do != nil && c.Writes() {
			happens = nil
			do()
		}
		return c.Send()
	}))
	r.session("s1", 1)
	squatter := r.come("s1", 1).ID
	r.clock.advance(announced)
	happens = func() { r.must(r.desk.Prove(context.Background(), squatter)) }
	comer := r.come("s1", 2).ID
	if r.status(squatter).Status == enrolment.Reserved && r.status(comer).Status == enrolment.Waiting {
		t.Error("the proof was kept without its guard: the races prove nothing")
	}
}
