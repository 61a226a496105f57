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

// TestAContractIsWithdrawnFromAfterAnotherWayOfPayingTookOver: the contract alone ends, under the number that was signed; the seat is kept.
func TestAContractIsWithdrawnFromAfterAnotherWayOfPayingTookOver(t *testing.T) {
	r := newRoom(t)
	id, line := r.full("s1", 1)
	ctx := context.Background()
	r.signs(id)
	number, signedAt := r.file(id).Enrolment.Number(enrolment.PaperContrat), r.clock.Now()
	r.clock.advance(time.Hour)
	r.must(r.desk.ChangeMode(ctx, id, enrolment.Collectivite, nil))
	r.clock.advance(withdrawal - 2*time.Hour)
	e := r.must(r.desk.Withdraw(ctx, id)).Enrolment
	if e.Status != enrolment.Reserved || e.WithdrawnAt.IsZero() || !slices.Contains(kinds(e), enrolment.NoticeWithdrawn) {
		t.Error(e.Status, e.WithdrawnAt, kinds(e))
	}
	if c, _ := e.Signed(); c.Number != number || !c.SignedAt.Equal(signedAt) {
		t.Errorf("withdrawn from %+v, signed %s", c, number)
	}
	r.wantStatus(line[0], enrolment.Waiting)
	r.wantSeats("s1", 1, 1)
	if diff := cmp.Diff(r.file(id), r.must(r.desk.Withdraw(ctx, id))); diff != "" {
		t.Error("withdrawing twice changes something:", diff)
	}
	if e := r.must(r.desk.Tick(ctx, id, enrolment.StepDemande)).Enrolment; e.WithdrawnAt.IsZero() {
		t.Error("the withdrawal is forgotten")
	}
}

// TestWhoComesBackToPayingThemselvesSignsAgain: the contract left behind pays for nothing, may be withdrawn from, and goes once the new one
// is signed.
func TestWhoComesBackToPayingThemselvesSignsAgain(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 2)
	ctx := context.Background()
	for n, withdraws := range []bool{false, true} {
		id := r.enrol("s1", n+1).Enrolment.ID
		r.signs(id)
		r.clock.advance(withdrawal)
		r.must(r.desk.Tick(ctx, id, enrolment.StepAcompte))
		r.clock.advance(-withdrawal + time.Hour)
		first, _ := r.file(id).Enrolment.Signed()
		r.must(r.desk.ChangeMode(ctx, id, enrolment.DIFE, nil))
		e := r.must(r.desk.ChangeMode(ctx, id, enrolment.Personnel, nil)).Enrolment
		if k, todo := e.NextStep(); k != enrolment.StepContrat || !todo || e.FundingState() != enrolment.FundingTodo {
			t.Error("the contract signed before stands for the new one:", e.Steps)
		}
		if left, _ := e.Signed(); left != first {
			t.Errorf("left behind: %+v, signed: %+v", left, first)
		}
		if withdraws {
			if e := r.must(r.desk.Withdraw(ctx, id)).Enrolment; e.Status != enrolment.Reserved || e.WithdrawnAt.IsZero() {
				t.Error(e.Status, e.WithdrawnAt)
			}
		}
		e = r.must(r.desk.Tick(ctx, id, enrolment.StepContrat)).Enrolment
		if second, _ := e.Signed(); second.Number == first.Number || second.Number != e.Number(enrolment.PaperContrat) || !e.WithdrawnAt.IsZero() {
			t.Errorf("signed again: %+v, withdrawn %s", second, e.WithdrawnAt)
		}
		if e := r.must(r.desk.Withdraw(ctx, id)).Enrolment; e.Status != enrolment.Cancelled {
			t.Error("the new contract pays for the seat, which stays:", e.Status)
		}
	}
}

// TestAContractTickedByMistakeGivesTheFormerOneBack: taking back the declaration of a second contract brings back the first, with the right
// to withdraw from it while its period lasts, or the withdrawal that was made.
func TestAContractTickedByMistakeGivesTheFormerOneBack(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 3)
	ctx := context.Background()
	for n, withdraws := range []bool{false, true} {
		id := r.enrol("s1", n+1).Enrolment.ID
		r.signs(id)
		r.clock.advance(time.Hour)
		r.must(r.desk.ChangeMode(ctx, id, enrolment.DIFE, nil))
		r.must(r.desk.ChangeMode(ctx, id, enrolment.Personnel, nil))
		if withdraws {
			r.must(r.desk.Withdraw(ctx, id))
		}
		before := r.file(id).Enrolment
		r.clock.advance(time.Hour)
		r.must(r.desk.Tick(ctx, id, enrolment.StepContrat))
		r.must(r.desk.Untick(ctx, id, enrolment.StepContrat))
		after := r.file(id).Enrolment // as it is kept
		if diff := cmp.Diff(before.Contract, after.Contract); diff != "" || !after.WithdrawnAt.Equal(before.WithdrawnAt) {
			t.Errorf("withdrawn %v: withdrawn at %s, then %s; %s", withdraws, before.WithdrawnAt, after.WithdrawnAt, diff)
		}
		if e := r.must(r.desk.Withdraw(ctx, id)).Enrolment; e.Status != enrolment.Reserved || e.WithdrawnAt.IsZero() {
			t.Error("the contract left behind pays for nothing:", e.Status, e.WithdrawnAt)
		}
		// Alone, a contract that was not signed after all leaves nothing.
		alone := r.enrol("s1", 10+n).Enrolment.ID
		r.signs(alone)
		if _, signed := r.must(r.desk.Untick(ctx, alone, enrolment.StepContrat)).Enrolment.Signed(); signed {
			t.Error("still signed")
		}
		r.must(r.desk.Cancel(ctx, alone))
	}
}
