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

// signs makes the holder pay for themselves, with a signed contract.
func (r *room) signs(id string) {
	r.t.Helper()
	ctx := context.Background()
	r.must(r.desk.ChangeMode(ctx, id, enrolment.Personnel, nil))
	r.must(r.desk.Tick(ctx, id, enrolment.StepContrat))
}

func TestWhoWithdrawsOwesNothingMoreAndTheirSeatGoesToTheFirstInLine(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 2)
	ctx := context.Background()
	r.signs(holder)
	r.clock.advance(withdrawal - time.Millisecond)
	f := r.must(r.desk.Withdraw(ctx, holder))
	e := f.Enrolment
	if e.Status != enrolment.Cancelled || !e.WithdrawnAt.Equal(r.clock.Now()) || !slices.Contains(kinds(e), enrolment.NoticeWithdrawn) || slices.Contains(kinds(e), enrolment.NoticeCancelled) {
		t.Error(e.Status, e.WithdrawnAt, kinds(e))
	}
	r.wantStatus(line[0], enrolment.Offered)
	r.wantSeats("s1", 1, 1)
	r.clock.advance(time.Hour)
	if diff := cmp.Diff(r.file(holder), r.must(r.desk.Withdraw(ctx, holder))); diff != "" {
		t.Error("withdrawing twice changes something:", diff)
	}
}

func TestThereIsNothingToWithdrawFromWithoutAContractOrAfterThePeriod(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	id, ctx := r.enrol("s1", 1).Enrolment.ID, context.Background()
	_, err := r.desk.Withdraw(ctx, id)
	wantKind(t, err, enrolment.KindConflict)
	r.signs(id)
	r.clock.advance(withdrawal)
	_, err = r.desk.Withdraw(ctx, id)
	wantKind(t, err, enrolment.KindConflict)
	if !r.file(id).Enrolment.WithdrawnAt.IsZero() {
		t.Error("withdrawn all the same")
	}
	desk := r.desk.For(booking.Behalf{Actor: enrolment.Actor{Sub: "u1", Name: "Claire", Role: enrolment.RoleGestion}, Act: "withdrawal", Reason: "lettre du 20 janvier"})
	if f := r.must(desk.Withdraw(ctx, id)); f.Enrolment.Status != enrolment.Cancelled || f.Enrolment.WithdrawnAt.IsZero() {
		t.Error("a letter sent in time and arrived late is not recorded:", f.Enrolment.Status)
	}
}

func TestASeatGivenBackOrASessionBegunDoesNotTakeTheRightAway(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 2)
	ctx := context.Background()
	gone, there := r.enrol("s1", 1).Enrolment.ID, r.enrol("s1", 2).Enrolment.ID
	r.signs(gone)
	r.must(r.desk.Cancel(ctx, gone))
	if e := r.must(r.desk.Withdraw(ctx, gone)).Enrolment; e.Status != enrolment.Cancelled || e.WithdrawnAt.IsZero() {
		t.Error(e.Status, e.WithdrawnAt)
	}
	r.clock.set(r.seats("s1").ClosesAt.Add(-time.Hour))
	r.signs(there)
	r.clock.set(r.seats("s1").Start().Add(time.Hour))
	if e := r.must(r.desk.Withdraw(ctx, there)).Enrolment; e.Status != enrolment.Cancelled {
		t.Error(e.Status)
	}
	r.wantSeats("s1", 0, 0)
}
