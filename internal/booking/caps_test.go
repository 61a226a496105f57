package booking_test

import (
	"context"
	"sync/atomic"
	"testing"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// worked is the request of somebody unproved whose browser did the proof of work.
func worked(sessionID string, person int) booking.Application {
	a := unproved(sessionID, person)
	a.Worked = true
	return a
}

func TestOnlySoManySeatsOfASessionAreUnproved(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t).capped(4)
	r.session("s1", 6)
	for n := range 2 {
		r.wantStatus(r.come("s1", n).ID, enrolment.Reserved)
	}
	_, err := r.desk.Enrol(ctx, unproved("s1", 2))
	wantKind(t, err, enrolment.KindInvalid)
	var seated, aside []string
	for n := 2; n < 8; n++ {
		e := r.must(r.desk.Enrol(ctx, worked("s1", n))).Enrolment
		if e.Aside() {
			aside = append(aside, e.ID)
			continue
		}
		seated = append(seated, e.ID)
	}
	if len(seated) != 2 || len(r.seats("s1").Unproved) != 4 {
		t.Errorf("%d more seats, %d unproved in all, want 4", len(seated), len(r.seats("s1").Unproved))
	}
	taken := r.seats("s1").Taken
	r.wantSeats("s1", taken, 0)
	r.wantStatus(r.enrol("s1", 20).Enrolment.ID, enrolment.Reserved) // a kiosk, or the organisation
	if e := r.must(r.desk.Prove(ctx, aside[0])).Enrolment; e.Status != enrolment.Reserved {
		t.Errorf("who opens the mailed link is %s while a seat is free", e.Status)
	}
	for _, id := range aside[1:] {
		r.must(r.desk.Prove(ctx, id))
	}
	full := r.seats("s1")
	if full.Taken != 6 || full.Waiting != len(aside)-1-(6-taken-2) {
		t.Errorf("taken %d, waiting %d", full.Taken, full.Waiting)
	}
}

func TestWhoIsAsideForTheirSourceHasNoSeatUntilTheyProve(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t)
	r.session("s1", 2)
	a := worked("s1", 1)
	a.Aside = true
	f := r.must(r.desk.Enrol(ctx, a))
	if !f.Enrolment.Aside() || !f.Enrolment.ToProve() || f.Position != 0 {
		t.Fatalf("%s at %d", f.Enrolment.Status, f.Position)
	}
	r.wantSeats("s1", 0, 0)
	r.must(r.desk.Prove(ctx, f.Enrolment.ID))
	r.wantStatus(f.Enrolment.ID, enrolment.Reserved)
	r.wantSeats("s1", 1, 0)
}

// Those who come at once all read the session as it was before any of them.
func TestAHundredAtOnceDoNotPassTheCapTogether(t *testing.T) {
	r := newRoom(t).capped(10)
	r.session("s1", 15)
	patient := r.patient()
	var aside atomic.Int64
	atOnce(100, func(i int) error {
		f, err := r.desk.Enrol(patient, worked("s1", i))
		if f.Enrolment.Aside() {
			aside.Add(1)
		}
		return err
	})
	s := r.seats("s1")
	if n := len(s.Unproved); n != 10 || s.Taken != n || s.Waiting != 0 {
		t.Errorf("%d unproved of %d taken, %d wait, %d aside; want 10", n, s.Taken, s.Waiting, aside.Load())
	}
}

// However the seats that are proved lie over the counters, those that are not may be as many as announced, and no more.
func TestWhoIsProvedTakesNothingFromTheShareOfWhoIsNot(t *testing.T) {
	for first := range 4 {
		r := newRoom(t).capped(4)
		r.session("s1", 6)
		for n := range 2 {
			r.enrol("s1", 10*first+n)
		}
		for n := 2; n < 8; n++ {
			r.must(r.desk.Enrol(t.Context(), worked("s1", 10*first+n)))
		}
		if n := len(r.seats("s1").Unproved); n != 4 {
			t.Errorf("%d unproved beside two that are proved, want 4", n)
		}
	}
}

func TestAnUnprovedFileMovesToNoCrowdedSession(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t).capped(2)
	r.session("s1", 6)
	r.session("s2", 6)
	for n := range 6 {
		r.must(r.desk.Enrol(ctx, worked("s2", n)))
	}
	mine := r.come("s1", 9)
	_, err := r.desk.ChangeSession(ctx, mine.ID, "s2")
	wantKind(t, err, enrolment.KindConflict)
	r.must(r.desk.Prove(ctx, mine.ID))
	r.must(r.desk.ChangeSession(ctx, mine.ID, "s2"))
}

func TestASeatIsOfferedToNobodyWhoDidNotProveInTime(t *testing.T) {
	ctx := context.Background()
	r := newRoom(t)
	r.session("s1", 1)
	holder := r.enrol("s1", 1).Enrolment.ID
	var late []string
	for n := 2; n < 12; n++ {
		late = append(late, r.come("s1", n).ID)
	}
	honest := r.enrol("s1", 20).Enrolment.ID
	r.clock.advance(announced)
	r.must(r.desk.Cancel(ctx, holder))
	r.wantStatus(honest, enrolment.Offered)
	for _, id := range late {
		if e := r.status(id); !e.Aside() || e.Notices[len(e.Notices)-1].Kind != enrolment.NoticeRankPassed {
			t.Errorf("%s with %v", e.Status, kinds(e))
		}
	}
	r.wantSeats("s1", 1, 0)
	r.must(r.desk.Prove(ctx, late[3]))
	r.wantSeats("s1", 1, 1)
}
