package booking_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestEnrolHoldsASeatAndOwesTheConfirmation(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 2)
	f := r.enrol("s1", 1)
	e := f.Enrolment
	if e.Status != enrolment.Reserved || f.Session.Taken != 1 || r.seats("s1").Taken != 1 {
		t.Fatalf("status %s, taken %d and %d", e.Status, f.Session.Taken, r.seats("s1").Taken)
	}
	if diff := cmp.Diff([]enrolment.NoticeKind{enrolment.NoticeConfirmation}, kinds(e)); diff != "" {
		t.Error(diff)
	}
	if !e.DueAt.Equal(monday) {
		t.Errorf("due at %v, want now", e.DueAt)
	}
	if diff := cmp.Diff(f, r.file(e.ID)); diff != "" {
		t.Errorf("read back otherwise than answered: %s", diff)
	}
}

func TestEnrolWaitsWhenTheSessionIsFull(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	r.enrol("s1", 1)
	for want := 1; want <= 3; want++ {
		f := r.enrol("s1", want+1)
		if f.Enrolment.Status != enrolment.Waiting || f.Position != want {
			t.Fatalf("person %d: %s at %d", want+1, f.Enrolment.Status, f.Position)
		}
		if diff := cmp.Diff(f, r.file(f.Enrolment.ID)); diff != "" {
			t.Errorf("read back otherwise than answered: %s", diff)
		}
	}
	if s := r.seats("s1"); s.Taken != 1 || s.Waiting != 3 || s.SeatsLeft() != 0 {
		t.Errorf("taken %d waiting %d", s.Taken, s.Waiting)
	}
}

func TestSameKeyAndBodyAnswerTheSameFile(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 2)
	first := r.enrol("s1", 1)
	r.clock.advance(time.Hour)
	again := r.enrol("s1", 1)
	if !again.Replayed {
		t.Error("a repeated request is not said to be one")
	}
	again.Replayed = false
	if diff := cmp.Diff(first, again); diff != "" {
		t.Error(diff)
	}
	if r.seats("s1").Taken != 1 {
		t.Error("a second seat was taken")
	}
	other := application("s1", 1)
	other.BodyDigest = "another"
	_, err := r.desk.Enrol(context.Background(), other)
	wantKind(t, err, enrolment.KindKeyReused)
}

func TestASecondEnrolmentLooksLikeAFirstAndTellsTheOwner(t *testing.T) {
	for name, capacity := range map[string]int{"seats left": 5, "full": 1} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			r.session("s1", capacity)
			owner := r.enrol("s1", 1)
			before := r.seats("s1")

			second := application("s1", 1)
			second.Key, second.BodyDigest = "another-key", "another-body"
			decoy := r.must(r.desk.Enrol(context.Background(), second))
			honest := r.enrol("s1", 2)

			if decoy.Enrolment.Status != honest.Enrolment.Status || decoy.Position != honest.Position {
				t.Errorf("decoy %s at %d, an honest newcomer %s at %d", decoy.Enrolment.Status, decoy.Position, honest.Enrolment.Status, honest.Position)
			}
			if !decoy.Enrolment.Decoy || len(decoy.Enrolment.Notices) != len(honest.Enrolment.Notices) || decoy.Enrolment.DueAt.IsZero() {
				t.Error("a decoy is planned as a file is: its messages go nowhere")
			}
			after := r.seats("s1")
			if after.Taken+after.Waiting != before.Taken+before.Waiting+1 {
				t.Error("the decoy counts")
			}
			told := kinds(r.file(owner.Enrolment.ID).Enrolment)
			if diff := cmp.Diff([]enrolment.NoticeKind{enrolment.NoticeAlreadyEnrolled, enrolment.NoticeConfirmation}, told); diff != "" {
				t.Error(diff)
			}

			r.clock.set(before.End().AddDate(1, 0, 0)) // vanishing before a file does would tell
			r.file(decoy.Enrolment.ID)
		})
	}
}

func TestADecoyDoesWhatAFileDoes(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 5)
	r.session("s2", 5)
	r.enrol("s1", 1)
	second := application("s1", 1)
	second.Key = "another-key"
	id := r.must(r.desk.Enrol(context.Background(), second)).Enrolment.ID
	ctx := context.Background()
	r.must(r.desk.Tick(ctx, id, enrolment.StepDemande))
	r.must(r.desk.ChangeMode(ctx, id, enrolment.DIFE, nil))
	r.must(r.desk.ChangeSession(ctx, id, "s2"))
	if f := r.must(r.desk.Cancel(ctx, id)); f.Enrolment.Status != enrolment.Cancelled {
		t.Error("not cancelled")
	}
	if s1, s2 := r.seats("s1"), r.seats("s2"); s1.Taken != 1 || s2.Taken != 0 {
		t.Errorf("a decoy moved seats: %d and %d", s1.Taken, s2.Taken)
	}
	if err := r.desk.Erase(ctx, id); err != nil {
		t.Fatal(err)
	}
}

func TestEnrolRefusals(t *testing.T) {
	r := newRoom(t)
	s := r.session("s1", 5)
	cancelled := aSession("s2", 5)
	cancelled.Status = enrolment.SessionCancelled
	r.apply(cancelled)
	cases := map[string]struct {
		change func(*booking.Application)
		at     time.Time
		want   enrolment.Kind
	}{
		"unknown session":            {func(a *booking.Application) { a.SessionID = "nope" }, monday, enrolment.KindNotFound},
		"cancelled session":          {func(a *booking.Application) { a.SessionID = "s2" }, monday, enrolment.KindSessionClosed},
		"at the instant it closes":   {func(*booking.Application) {}, s.ClosesAt, enrolment.KindSessionClosed},
		"DIFE too late":              {func(a *booking.Application) { a.Mode = enrolment.DIFE }, s.Start().Add(-difeLead), enrolment.KindFundingClosed},
		"DIFE without a DIFE right":  {func(a *booking.Application) { a.Mode = enrolment.DIFE; a.Mandate.Kind = "syndicat" }, monday, enrolment.KindFundingClosed},
		"the same, a moment earlier": {func(*booking.Application) {}, s.ClosesAt.Add(-time.Millisecond), ""},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			r.clock.set(c.at)
			a := application("s1", len(name))
			a.Key = name
			c.change(&a)
			_, err := r.desk.Enrol(context.Background(), a)
			wantKind(t, err, c.want)
		})
	}
	r.clock.set(monday)
}
