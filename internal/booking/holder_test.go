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

// team is the desk of somebody of the organisation.
func (r *room) team() *booking.Desk {
	return r.desk.For(booking.Behalf{Actor: enrolment.Actor{Sub: "s", Name: "Claire", Role: enrolment.RoleGestion}, Act: "tick"})
}

func TestTheEluAloneDeclaresAndTheOrganisationConfirms(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	id, ctx := r.enrol("s1", 1).Enrolment.ID, context.Background()
	r.must(r.desk.Tick(ctx, id, enrolment.StepDemande))
	r.must(r.desk.Tick(ctx, id, enrolment.StepAccord))
	if e := r.must(r.desk.Tick(ctx, id, enrolment.StepConvention)).Enrolment; e.Status != enrolment.Reserved || e.FundingState() != enrolment.FundingDeclared {
		t.Error("a tick by the élu alone:", e.Status, e.FundingState())
	}
	if e := r.must(r.team().Tick(ctx, id, enrolment.StepConvention)).Enrolment; e.Status != enrolment.Confirmed || e.FundingState() != enrolment.FundingSettled {
		t.Error("the convention came back:", e.Status, e.FundingState())
	}
	if e := r.must(r.desk.Untick(ctx, id, enrolment.StepConvention)).Enrolment; e.Status != enrolment.Reserved {
		t.Error(e.Status)
	}
	before := r.must(r.team().Tick(ctx, id, enrolment.StepConvention))
	if diff := cmp.Diff(before, r.must(r.desk.Tick(ctx, id, enrolment.StepConvention))); diff != "" {
		t.Error("ticking twice changes something:", diff)
	}
	_, err := r.desk.Tick(ctx, id, enrolment.StepCompte)
	wantKind(t, err, enrolment.KindNotFound)
}

func TestNoFirstPaymentBeforeTheWithdrawalPeriodEnds(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	id, ctx := r.enrol("s1", 1).Enrolment.ID, context.Background()
	r.must(r.desk.ChangeMode(ctx, id, enrolment.Personnel, nil))
	_, err := r.desk.Tick(ctx, id, enrolment.StepAcompte)
	wantKind(t, err, enrolment.KindConflict)
	r.must(r.desk.Tick(ctx, id, enrolment.StepContrat))
	r.clock.advance(withdrawal - time.Millisecond)
	_, err = r.desk.Tick(ctx, id, enrolment.StepAcompte)
	wantKind(t, err, enrolment.KindConflict)
	r.clock.advance(time.Millisecond)
	if f := r.must(r.desk.Tick(ctx, id, enrolment.StepAcompte)); f.Enrolment.FundingState() != enrolment.FundingDeclared {
		t.Error(f.Enrolment.FundingState())
	}
	if f := r.must(r.desk.Untick(ctx, id, enrolment.StepContrat)); len(f.Enrolment.Steps) != 0 {
		t.Error("what depends on the contract stays done:", f.Enrolment.Steps)
	}
}

func TestChangingModeKeepsTheSeatOrThePlaceInTheQueue(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 2)
	ctx := context.Background()
	contact := &enrolment.Contact{Name: "Mme Le Gall", Email: "dgs@exemple.fr"}
	f := r.must(r.desk.ChangeMode(ctx, line[1], enrolment.DIFE, contact))
	if f.Enrolment.Status != enrolment.Waiting || f.Position != 2 || f.Enrolment.Mode != enrolment.DIFE {
		t.Errorf("%s at %d in %s", f.Enrolment.Status, f.Position, f.Enrolment.Mode)
	}
	f = r.must(r.desk.ChangeMode(ctx, holder, enrolment.Personnel, nil))
	if f.Enrolment.Status != enrolment.Reserved || !slices.Contains(kinds(f.Enrolment), enrolment.NoticeFundingChanged) {
		t.Error(f.Enrolment.Status, kinds(f.Enrolment))
	}
	again := r.must(r.desk.ChangeMode(ctx, holder, enrolment.Personnel, nil))
	if diff := cmp.Diff(f, again); diff != "" {
		t.Error("choosing the same mode changes something:", diff)
	}
	r.wantSeats("s1", 1, 2)
	r.clock.set(r.seats("s1").Start().Add(-difeLead))
	_, err := r.desk.ChangeMode(ctx, holder, enrolment.DIFE, nil)
	wantKind(t, err, enrolment.KindFundingClosed)
}

func TestCancellingIsPossibleUntilTheSessionStarts(t *testing.T) {
	r := newRoom(t)
	s := r.session("s1", 2)
	a, b := r.enrol("s1", 1).Enrolment.ID, r.enrol("s1", 2).Enrolment.ID
	r.clock.set(s.Start())
	_, err := r.desk.Cancel(context.Background(), a)
	wantKind(t, err, enrolment.KindConflict)
	r.clock.set(s.Start().Add(-time.Millisecond))
	first := r.must(r.desk.Cancel(context.Background(), b))
	r.clock.advance(time.Minute)
	second := r.must(r.desk.Cancel(context.Background(), b))
	if diff := cmp.Diff(first.Enrolment, second.Enrolment); diff != "" {
		t.Error("cancelling twice changes something:", diff)
	}
	r.wantSeats("s1", 1, 0)
}

func TestChangeOfSessionKeepsTheFileAndGivesTheOldSeatToTheQueue(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 1)
	r.session("s2", 1)
	ctx := context.Background()
	r.must(r.desk.Tick(ctx, holder, enrolment.StepDemande))
	f := r.must(r.desk.ChangeSession(ctx, holder, "s2"))
	if f.Enrolment.SessionID != "s2" || f.Enrolment.ID != holder || len(f.Enrolment.Steps) != 1 || f.Session.Taken != 1 {
		t.Errorf("%+v", f)
	}
	if want := len(r.seats("s1").HalfDays); f.Enrolment.Sittings != want {
		t.Errorf("the diary's %d half-days of the session left are not remembered: %d", want, f.Enrolment.Sittings)
	}
	r.wantStatus(line[0], enrolment.Offered)
	r.wantSeats("s1", 1, 0)
	r.wantSeats("s2", 1, 0)
	if diff := cmp.Diff(f, r.must(r.desk.ChangeSession(ctx, holder, "s2"))); diff != "" {
		t.Error("moving twice changes something:", diff)
	}
}

func TestTheOldSeatIsKeptWhenTheNewSessionIsFull(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	r.session("s2", 1)
	id := r.enrol("s1", 1).Enrolment.ID
	r.enrol("s2", 2)
	_, err := r.desk.ChangeSession(context.Background(), id, "s2")
	wantKind(t, err, enrolment.KindConflict)
	if f := r.wantStatus(id, enrolment.Reserved); f.Enrolment.SessionID != "s1" {
		t.Error(f.Enrolment.SessionID)
	}
	r.wantSeats("s1", 1, 0)
}

func TestChangeOfSessionRevealsNobody(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 2)
	r.session("s2", 2)
	probe, owner := r.enrol("s1", 1).Enrolment.ID, r.enrol("s2", 1).Enrolment.ID // the same address
	f := r.must(r.desk.ChangeSession(context.Background(), probe, "s2"))
	if f.Enrolment.Status != enrolment.Reserved || !f.Enrolment.Decoy {
		t.Errorf("%s, decoy %v", f.Enrolment.Status, f.Enrolment.Decoy)
	}
	r.wantSeats("s1", 0, 0)
	r.wantSeats("s2", 1, 0)
	if !slices.Contains(kinds(r.file(owner).Enrolment), enrolment.NoticeAlreadyEnrolled) {
		t.Error("the owner is not told")
	}
}

func TestErasingRemovesTheFileAndGivesItsSeatToTheQueue(t *testing.T) {
	r := newRoom(t)
	holder, line := r.full("s1", 1)
	ctx := context.Background()
	e := r.file(holder).Enrolment
	if _, err := r.store.ClaimMessage(ctx, enrolment.MessageClaim{FileID: holder, Version: e.Version, Key: "confirmation", Now: monday, Lease: time.Minute}); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := r.desk.Erase(ctx, holder); err != nil {
			t.Fatal(err)
		}
	}
	_, err := r.desk.File(ctx, holder)
	wantKind(t, err, enrolment.KindNotFound)
	if log, err := r.store.Messages(ctx, holder); err != nil || len(log) != 0 {
		t.Error("messages left:", log, err)
	}
	if files, err := r.store.FilesByEmail(ctx, e.Person.Email); err != nil || len(files) != 0 {
		t.Error("found by address:", files, err)
	}
	r.wantStatus(line[0], enrolment.Offered)
	r.wantSeats("s1", 1, 0)
}

func TestLinksAreOwedOnceAnHourByTheNewestFileOfTheAddress(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	r.session("s2", 1)
	ids := []string{r.enrol("s1", 1).Enrolment.ID, r.enrol("s2", 1).Enrolment.ID}
	for range 2 {
		if err := r.desk.SendLinks(context.Background(), "elu1@exemple.fr"); err != nil {
			t.Fatal(err)
		}
	}
	links := 0
	for _, id := range ids {
		for _, k := range kinds(r.file(id).Enrolment) {
			if k == enrolment.NoticeLinks {
				links++
			}
		}
	}
	if links != 1 {
		t.Errorf("%d messages for two requests about two files", links)
	}
	if err := r.desk.SendLinks(context.Background(), "unknown@exemple.fr"); err != nil {
		t.Error("an unknown address must look like a known one:", err)
	}
}

func TestExportGivesTheFileAndWhatWasSent(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	f := r.enrol("s1", 1)
	ctx := context.Background()
	m, err := r.store.ClaimMessage(ctx, enrolment.MessageClaim{FileID: f.Enrolment.ID, Version: 1, Key: "confirmation", Kind: "confirmation", To: "holder", Now: monday, Lease: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	x, err := r.desk.Export(ctx, f.Enrolment.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(f, x.File); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff([]enrolment.MessageRecord{m}, x.Messages); diff != "" {
		t.Error(diff)
	}
}

func TestTheProposalIsToldAndConfirmedByTheEluItSettles(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	id, ctx := r.enrol("s1", 1).Enrolment.ID, context.Background()
	r.must(r.desk.ChangeMode(ctx, id, enrolment.DIFE, nil))
	r.must(r.desk.Tick(ctx, id, enrolment.StepDossier))
	e := r.must(r.team().Tick(ctx, id, enrolment.StepProposal)).Enrolment
	if e.Status != enrolment.Reserved || !slices.Contains(kinds(e), enrolment.NoticeProposal) {
		t.Error(e.Status, kinds(e))
	}
	if again := r.must(r.team().Tick(ctx, id, enrolment.StepProposal)).Enrolment; again.Version != e.Version {
		t.Error("said twice, it is told twice")
	}
	if e := r.must(r.desk.Tick(ctx, id, enrolment.StepConfirm)).Enrolment; e.Status != enrolment.Confirmed {
		t.Error("both have accepted:", e.Status)
	}
	if e := r.must(r.desk.Untick(ctx, id, enrolment.StepDossier)).Enrolment; len(e.Steps) != 0 || e.Status != enrolment.Reserved {
		t.Error("what depends on the request stays:", e.Steps, e.Status)
	}
}

func TestAProposalThatLapsedIsMadeAgainByANewRequestOrANewAnswer(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 1)
	id, ctx := r.enrol("s1", 1).Enrolment.ID, context.Background()
	r.must(r.desk.ChangeMode(ctx, id, enrolment.DIFE, nil))
	r.must(r.desk.Tick(ctx, id, enrolment.StepProposal)) // « J’ai reçu la proposition »: there was a request
	if _, there := r.file(id).Enrolment.Steps[enrolment.StepDossier]; !there {
		t.Error("a proposal answers a request")
	}
	r.clock.advance(5 * 24 * time.Hour)
	e := r.must(r.team().Tick(ctx, id, enrolment.StepProposal)).Enrolment
	if p := e.Steps[enrolment.StepProposal]; !p.At.Equal(r.clock.Now()) || p.By != enrolment.ByStaff {
		t.Error("a new proposal begins its own days:", p)
	}
	r.clock.advance(5 * 24 * time.Hour)
	e = r.must(r.desk.Tick(ctx, id, enrolment.StepDossier)).Enrolment
	if _, there := e.Steps[enrolment.StepProposal]; there || !e.Steps[enrolment.StepDossier].At.Equal(r.clock.Now()) {
		t.Error("a new request awaits its own answer:", e.Steps)
	}
}
