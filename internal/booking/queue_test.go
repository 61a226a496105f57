package booking_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// full is a session of one seat, held by person 1, with people 2 to 1+waiting in line.
func (r *room) full(id string, waiting int) (holder string, line []string) {
	r.t.Helper()
	r.session(id, 1)
	holder = r.enrol(id, 1).Enrolment.ID
	for i := range waiting {
		line = append(line, r.enrol(id, 2+i).Enrolment.ID)
	}
	return holder, line
}

func (r *room) wantStatus(id string, want enrolment.Status) booking.File {
	r.t.Helper()
	f := r.file(id)
	if f.Enrolment.Status != want {
		r.t.Fatalf("%s, want %s", f.Enrolment.Status, want)
	}
	return f
}

func (r *room) wantSeats(id string, taken, waiting int) {
	r.t.Helper()
	if s := r.seats(id); s.Taken != taken || s.Waiting != waiting {
		r.t.Fatalf("session %s: taken %d waiting %d, want %d and %d", id, s.Taken, s.Waiting, taken, waiting)
	}
}

func (r *room) history(id string) (lines []string) {
	r.t.Helper()
	events, err := r.store.History(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	for _, e := range events {
		lines = append(lines, e.Event+": "+e.Reason)
	}
	return lines
}

func TestAFreedSeatIsOfferedToTheFirstInLineInTheSameAct(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 2)
	r.clock.advance(time.Hour)
	f := r.must(r.desk.Cancel(context.Background(), holder))
	if f.Enrolment.Status != enrolment.Cancelled || f.Session.Taken != 1 || f.Session.Waiting != 1 {
		t.Fatalf("%s, taken %d waiting %d", f.Enrolment.Status, f.Session.Taken, f.Session.Waiting)
	}
	r.wantSeats("s1", 1, 1)
	first := r.wantStatus(line[0], enrolment.Offered)
	if want := monday.Add(25 * time.Hour); !first.Enrolment.OfferedUntil.Equal(want) {
		t.Errorf("offered until %v, want %v", first.Enrolment.OfferedUntil, want)
	}
	if !slices.Contains(kinds(first.Enrolment), enrolment.NoticeOffer) || !first.Enrolment.DueAt.Equal(r.clock.Now()) {
		t.Error("the offer is not told")
	}
	if second := r.wantStatus(line[1], enrolment.Waiting); second.Position != 1 {
		t.Errorf("the second is at %d, want 1", second.Position)
	}

	taken := r.must(r.desk.Accept(context.Background(), line[0]))
	if taken.Enrolment.Status != enrolment.Reserved || !taken.Enrolment.OfferedUntil.IsZero() {
		t.Errorf("%s until %v", taken.Enrolment.Status, taken.Enrolment.OfferedUntil)
	}
	r.wantSeats("s1", 1, 1)
	want := []string{"joined: session full", "joined: session full", "offered: seat freed by a cancellation", "taken: offer accepted"}
	if diff := cmp.Diff(want, r.history("s1")); diff != "" {
		t.Error(diff)
	}
}

// pretix #1163, #1405: the freed seat stays blocked by the canceller's own claim.
func TestWhoCancelsMayEnrolAgain(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	first := r.enrol("s1", 1)
	r.must(r.desk.Cancel(context.Background(), first.Enrolment.ID))
	again := application("s1", 1)
	again.Key = "again"
	f := r.must(r.desk.Enrol(context.Background(), again))
	if f.Enrolment.Status != enrolment.Reserved || f.Enrolment.Decoy {
		t.Errorf("%s, decoy %v", f.Enrolment.Status, f.Enrolment.Decoy)
	}
	r.wantSeats("s1", 1, 0)
}

// pretix #1164: joining the list is told, so that a mistyped address is noticed.
func TestJoiningTheQueueIsTold(t *testing.T) {
	r := newRoom(t)
	_, line := r.full("s1", 1)
	if diff := cmp.Diff([]enrolment.NoticeKind{enrolment.NoticeQueueJoined}, kinds(r.file(line[0]).Enrolment)); diff != "" {
		t.Error(diff)
	}
}

// pretix #681: an offer is sent after the deadline closed.
func TestOffersStopWhenTheSessionHasClosed(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 1)
	r.clock.set(r.seats("s1").ClosesAt)
	r.must(r.desk.Cancel(context.Background(), holder))
	r.wantStatus(line[0], enrolment.Waiting)
	r.wantSeats("s1", 0, 1)
	if err := r.desk.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	r.wantStatus(line[0], enrolment.Waiting)
}

func TestAnOfferNeverOutlivesTheClosing(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 1)
	closes := r.seats("s1").ClosesAt
	r.clock.set(closes.Add(-time.Hour))
	r.must(r.desk.Cancel(context.Background(), holder))
	if f := r.wantStatus(line[0], enrolment.Offered); !f.Enrolment.OfferedUntil.Equal(closes) {
		t.Errorf("offered until %v, closes at %v", f.Enrolment.OfferedUntil, closes)
	}
}

func TestADeclinedOfferPassesOn(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 2)
	r.must(r.desk.Cancel(context.Background(), holder))
	f := r.must(r.desk.Cancel(context.Background(), line[0]))
	if f.Enrolment.Status != enrolment.Cancelled || !slices.Contains(kinds(f.Enrolment), enrolment.NoticeOfferDeclined) {
		t.Errorf("%s, %v", f.Enrolment.Status, kinds(f.Enrolment))
	}
	r.wantStatus(line[1], enrolment.Offered)
	r.wantSeats("s1", 1, 0)
}

func TestLeavingTheQueueMovesTheOthersUp(t *testing.T) {
	r := newRoom(t)
	_, line := r.full("s1", 3)
	f := r.must(r.desk.Cancel(context.Background(), line[1]))
	if !slices.Contains(kinds(f.Enrolment), enrolment.NoticeQueueLeft) {
		t.Error(kinds(f.Enrolment))
	}
	if p := r.file(line[2]).Position; p != 2 {
		t.Errorf("the third is at %d, want 2", p)
	}
	r.wantSeats("s1", 1, 2)
}

func TestTheQueueMayBeLeftOnceTheSessionHasStarted(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 2)
	r.clock.set(r.seats("s1").Start())
	_, err := r.desk.Cancel(context.Background(), holder)
	wantKind(t, err, enrolment.KindConflict)
	f := r.must(r.desk.Cancel(context.Background(), line[0]))
	if f.Enrolment.Status != enrolment.Cancelled || !slices.Contains(kinds(f.Enrolment), enrolment.NoticeQueueLeft) {
		t.Errorf("%s, %v", f.Enrolment.Status, kinds(f.Enrolment))
	}
	r.wantSeats("s1", 1, 1)
	r.clock.set(r.seats("s1").End().AddDate(0, 1, 0))
	r.must(r.desk.Cancel(context.Background(), line[1]))
	r.wantSeats("s1", 1, 0)
}

func TestAnExpiredOfferPassesOn(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 2)
	r.must(r.desk.Cancel(context.Background(), holder))
	until := r.file(line[0]).Enrolment.OfferedUntil
	ctx := context.Background()

	r.clock.set(until.Add(-time.Millisecond))
	if err := r.desk.Expire(ctx, line[0]); err != nil {
		t.Fatal(err)
	}
	r.wantStatus(line[0], enrolment.Offered)

	r.clock.set(until)
	for range 2 { // a scheduler that runs twice
		if err := r.desk.Expire(ctx, line[0]); err != nil {
			t.Fatal(err)
		}
	}
	r.wantStatus(line[0], enrolment.Expired)
	r.wantStatus(line[1], enrolment.Offered)
	r.wantSeats("s1", 1, 0)

	again := application("s1", 2)
	again.Key = "again"
	if f := r.must(r.desk.Enrol(ctx, again)); f.Enrolment.Status != enrolment.Waiting || f.Enrolment.Decoy {
		t.Errorf("who let an offer pass comes back as %s, decoy %v", f.Enrolment.Status, f.Enrolment.Decoy)
	}
}

func TestTheLastOfferExpiredFreesTheSeat(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 1)
	r.must(r.desk.Cancel(context.Background(), holder))
	r.clock.advance(24 * time.Hour)
	if err := r.desk.Expire(context.Background(), line[0]); err != nil {
		t.Fatal(err)
	}
	r.wantSeats("s1", 0, 0)
	if f := r.enrol("s1", 9); f.Enrolment.Status != enrolment.Reserved {
		t.Error(f.Enrolment.Status)
	}
}

func TestALateAcceptanceIsRefusedAndPassesTheSeatOnAtOnce(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 2)
	r.must(r.desk.Cancel(context.Background(), holder))
	r.clock.set(r.file(line[0]).Enrolment.OfferedUntil)
	for range 2 {
		_, err := r.desk.Accept(context.Background(), line[0])
		wantKind(t, err, enrolment.KindOfferExpired)
	}
	r.wantStatus(line[0], enrolment.Expired)
	r.wantStatus(line[1], enrolment.Offered)
}

func TestAcceptRefusesWithoutAnOffer(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 1)
	_, err := r.desk.Accept(context.Background(), line[0])
	wantKind(t, err, enrolment.KindConflict)
	before := r.file(holder)
	if diff := cmp.Diff(before, r.must(r.desk.Accept(context.Background(), holder))); diff != "" {
		t.Error("accepting a seat one holds changes nothing:", diff)
	}
}

func TestRaisedCapacityIsOfferedInOrder(t *testing.T) {
	r := newRoom(t)
	_, line := r.full("s1", 3)
	r.apply(aSession("s1", 3))
	r.wantSeats("s1", 1, 3)
	for range 2 {
		if err := r.desk.Sweep(context.Background()); err != nil {
			t.Fatal(err)
		}
	}
	r.wantSeats("s1", 3, 1)
	r.wantStatus(line[0], enrolment.Offered)
	r.wantStatus(line[1], enrolment.Offered)
	r.wantStatus(line[2], enrolment.Waiting)
}

func TestANewcomerNeverPassesBeforeTheQueue(t *testing.T) {
	r := newRoom(t)
	_, line := r.full("s1", 1)
	r.apply(aSession("s1", 3)) // and nobody has run Fill yet
	f := r.enrol("s1", 9)
	r.wantStatus(line[0], enrolment.Offered)
	if f.Enrolment.Status != enrolment.Offered {
		t.Errorf("the newcomer joined behind and is %s; both seats were idle", f.Enrolment.Status)
	}
	if first, last := r.file(line[0]).Enrolment.Ticket, f.Enrolment.Ticket; first >= last {
		t.Errorf("tickets %d and %d", first, last)
	}
}

func TestCapacityGoesDownToWhatIsTaken(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 3)
	r.enrol("s1", 1)
	r.enrol("s1", 2)
	if changed, err := r.store.ApplySession(context.Background(), aSession("s1", 2)); err != nil || !changed {
		t.Fatal(changed, err)
	}
	_, err := r.store.ApplySession(context.Background(), aSession("s1", 1))
	wantKind(t, err, enrolment.KindConflict)
	if s := r.seats("s1"); s.Capacity != 2 || s.Taken != 2 {
		t.Errorf("capacity %d taken %d", s.Capacity, s.Taken)
	}
}

func TestAMovedSessionIsToldOnceToEachLiveFile(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 1)
	moved := aSession("s1", 1)
	moved.HalfDays[0].Start = moved.HalfDays[0].Start.Add(time.Hour)
	r.apply(moved)
	for range 3 {
		if err := r.desk.Sweep(context.Background()); err != nil {
			t.Fatal(err)
		}
		if err := r.desk.Tell(context.Background(), "s1"); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{holder, line[0]} {
		e := r.file(id).Enrolment
		n := 0
		for _, k := range kinds(e) {
			if k == enrolment.NoticeSessionMoved {
				n++
			}
		}
		if n != 1 || e.SessionSeen != 1 {
			t.Errorf("told %d times, seen revision %d", n, e.SessionSeen)
		}
	}
	if f := r.enrol("s1", 7); slices.Contains(kinds(f.Enrolment), enrolment.NoticeSessionMoved) {
		t.Error("a newcomer is told of a change before their time")
	}
}

func TestACancelledSessionFreesAndTellsEveryone(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 2)
	other := r.session("s2", 5)
	r.must(r.desk.Tick(context.Background(), holder, enrolment.StepDemande))
	cancelled := aSession("s1", 1)
	cancelled.Status = enrolment.SessionCancelled
	r.apply(cancelled)
	if err := r.desk.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	r.wantSeats("s1", 0, 0)
	for _, id := range append(line, holder) {
		if f := r.wantStatus(id, enrolment.Cancelled); !slices.Contains(kinds(f.Enrolment), enrolment.NoticeSessionCancelled) {
			t.Error(kinds(f.Enrolment))
		}
	}
	if left, err := r.store.Unsettled(context.Background(), monday); err != nil || len(left) != 0 {
		t.Error("still to tell:", left, err)
	}
	// The steps already done go with the file to another session.
	f := r.must(r.desk.ChangeSession(context.Background(), holder, other.ID))
	if _, done := f.Enrolment.Steps[enrolment.StepDemande]; !done || f.Enrolment.Status != enrolment.Reserved {
		t.Errorf("%s, steps %v", f.Enrolment.Status, f.Enrolment.Steps)
	}
	r.wantSeats("s2", 1, 0)
	r.wantSeats("s1", 0, 0)
}
