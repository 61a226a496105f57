package booking_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

const mairie = "Paul Martin"

func (r *room) contact() *booking.Desk { return r.desk.ForContact(mairie, "answer", 0) }

func accord() enrolment.Answer { return enrolment.Answer{Given: enrolment.Accord, By: mairie} }

func refus() enrolment.Answer {
	return enrolment.Answer{Given: enrolment.Refus, Ground: "autre", Detail: "Plus de crédits", By: mairie}
}

func by(f booking.File, k enrolment.StepKey) string { return f.Enrolment.Steps[k].By }

func TestTheContactsAccordTicksTheStepsAndLeavesALine(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	f := r.must(r.contact().Answer(ctx, id, accord()))
	if by(f, enrolment.StepDemande) != "authority" || by(f, enrolment.StepAccord) != "authority" || f.Enrolment.Status != enrolment.Reserved {
		t.Errorf("%+v %s", f.Enrolment.Steps, f.Enrolment.Status)
	}
	deeds, err := r.store.Deeds(ctx, id)
	if err != nil || len(deeds) != 1 || deeds[0].Actor.Name != mairie || deeds[0].Actor.Role != enrolment.RoleContact || deeds[0].Act != "answer" {
		t.Fatalf("%+v %v", deeds, err)
	}
	version := f.Enrolment.Version
	f = r.must(r.contact().Answer(ctx, id, accord()))
	if deeds, _ = r.store.Deeds(ctx, id); f.Enrolment.Version != version || len(deeds) != 1 {
		t.Error("the same answer again was written again")
	}
	if got := kinds(f.Enrolment); len(got) != 2 || !slices.Contains(got, enrolment.NoticeAuthoritySaid) {
		t.Error("notices:", got)
	}
	f = r.must(r.contact().Returned(ctx, id, mairie, true))
	if by(f, enrolment.StepConvention) != "authority" || f.Enrolment.FundingState() != enrolment.FundingDeclared {
		t.Errorf("%+v %s", f.Enrolment.Steps, f.Enrolment.Status)
	}
}

func TestEachActOfTheContactCanBeUndone(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	r.must(r.contact().Returned(ctx, id, mairie, true))
	r.must(r.contact().Bill(ctx, id, enrolment.Billing{SIRET: "21440109300015", Address: "Nantes", By: mairie}))
	_, err := r.contact().Answer(ctx, id, enrolment.Answer{})
	wantKind(t, err, enrolment.KindConflict) // the convention first
	_, err = r.contact().Answer(ctx, id, refus())
	wantKind(t, err, enrolment.KindConflict)
	r.must(r.contact().Returned(ctx, id, mairie, false))
	r.must(r.contact().Bill(ctx, id, enrolment.Billing{}))
	f := r.must(r.contact().Answer(ctx, id, enrolment.Answer{}))
	if len(f.Enrolment.Steps) != 0 || f.Enrolment.Reply.Said() || f.Enrolment.Status != enrolment.Reserved {
		t.Errorf("%+v %+v %s", f.Enrolment.Steps, f.Enrolment.Reply, f.Enrolment.Status)
	}
}

// The élu and the contact disagree: the latest stands, and what each said last is kept.
func TestTheLatestWordStandsAndBothAreKept(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	r.must(r.desk.Tick(ctx, id, enrolment.StepAccord))
	r.clock.advance(time.Hour)
	f := r.must(r.contact().Answer(ctx, id, refus()))
	if _, done := f.Enrolment.Steps[enrolment.StepAccord]; done {
		t.Error("the refusal, which is later, does not stand")
	}
	said := func(who string, done bool) {
		t.Helper()
		if w, ok := f.Enrolment.Reply.Word(enrolment.StepAccord, who); !ok || w.Done != done {
			t.Errorf("%s: %+v %v, want %v", who, w, ok, done)
		}
	}
	said(enrolment.ByHolder, true)
	said(enrolment.ByAuthority, false)

	r.clock.advance(time.Hour)
	f = r.must(r.desk.Tick(ctx, id, enrolment.StepAccord))
	if by(f, enrolment.StepAccord) != "holder" {
		t.Error("the élu's word, which is later, does not stand")
	}
	said(enrolment.ByAuthority, false)

	r.clock.advance(time.Hour)
	r.must(r.contact().Answer(ctx, id, accord()))
	f = r.must(r.desk.Untick(ctx, id, enrolment.StepAccord))
	said(enrolment.ByHolder, false)
	said(enrolment.ByAuthority, true)
	if _, done := f.Enrolment.Steps[enrolment.StepAccord]; done {
		t.Error("the élu's word, which is later, does not stand")
	}
	f = r.must(r.contact().Answer(ctx, id, enrolment.Answer{}))
	if _, done := f.Enrolment.Steps[enrolment.StepAccord]; done {
		t.Error("what the contact took back still stands")
	}
}

func TestWhatTheContactTakesBackLeavesTheWordOfTheElected(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	r.must(r.desk.Tick(ctx, id, enrolment.StepAccord))
	r.must(r.contact().Answer(ctx, id, refus()))
	f := r.must(r.contact().Answer(ctx, id, enrolment.Answer{}))
	if by(f, enrolment.StepAccord) != "holder" {
		t.Errorf("%+v", f.Enrolment.Steps)
	}
}

func TestTheContactsActsEndWithTheSessionOrTheReason(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	s := r.session("s1", 3)
	started, cancelled, personal := r.enrol("s1", 1).Enrolment.ID, r.enrol("s1", 2).Enrolment.ID, r.enrol("s1", 3).Enrolment.ID
	r.must(r.desk.Cancel(ctx, cancelled))
	r.must(r.desk.ChangeMode(ctx, personal, enrolment.Personnel, nil))
	for _, id := range []string{cancelled, personal} {
		_, err := r.contact().Answer(ctx, id, accord())
		wantKind(t, err, enrolment.KindConflict)
	}
	r.clock.set(s.Start())
	for _, act := range []func() (booking.File, error){
		func() (booking.File, error) { return r.contact().Answer(ctx, started, accord()) },
		func() (booking.File, error) {
			return r.contact().Bill(ctx, started, enrolment.Billing{Unknown: true})
		},
		func() (booking.File, error) { return r.contact().Returned(ctx, started, mairie, true) },
	} {
		_, err := act()
		wantKind(t, err, enrolment.KindConflict)
	}
}

func TestAConventionMadeAgainIsToBeSignedAgain(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	r.session("s2", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	r.must(r.contact().Returned(ctx, id, mairie, true))
	f := r.must(r.desk.ChangeSession(ctx, id, "s2"))
	if f.Enrolment.Reply.Return.Edition == f.Enrolment.Terms.Edition {
		t.Fatal("the convention of another session counts as signed")
	}
	f = r.must(r.contact().Returned(ctx, id, mairie, true))
	if f.Enrolment.Reply.Return.Edition != f.Enrolment.Terms.Edition {
		t.Error("it cannot be signed again")
	}
}

// Both sides have accepted once the organisation notes what came back; the contact cannot take that away.
func TestTheFundingIsSettledWhenTheOrganisationNotesTheConvention(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	r.must(r.contact().Returned(ctx, id, mairie, true))
	r.clock.advance(time.Hour)
	team := r.desk.For(booking.Behalf{Actor: enrolment.Actor{Name: "Claire", Role: enrolment.RoleGestion}, Act: "tick"})
	if f := r.must(team.Tick(ctx, id, enrolment.StepConvention)); f.Enrolment.Status != enrolment.Confirmed {
		t.Fatal(f.Enrolment.Status)
	}
	if f := r.must(r.contact().Returned(ctx, id, mairie, false)); f.Enrolment.Status != enrolment.Confirmed {
		t.Error("what the organisation noted is undone by the contact")
	}
}

func colleague() enrolment.Contact {
	return enrolment.Contact{Name: "Inès Faure", Email: "finances@mairie.fr"}
}

// asked gives a file that has a contact, as an élu who names one makes it.
func (r *room) asked(n int) string {
	id := r.enrol("s1", n).Enrolment.ID
	r.must(r.desk.ChangeMode(context.Background(), id, enrolment.Collectivite, &enrolment.Contact{Name: mairie, Email: "sg@mairie.fr"}))
	return id
}

func TestWhoPassesTheRequestOnActsNoMore(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.asked(1)
	first := r.must(r.desk.File(ctx, id)).Enrolment.Relay.Revision
	f := r.must(r.desk.ForContact(mairie, "handover", first).HandOn(ctx, id, colleague(), mairie))
	if f.Enrolment.Contact.Email != "finances@mairie.fr" || f.Enrolment.Relay.HandedBy != mairie || !slices.Contains(kinds(f.Enrolment), enrolment.NoticeAuthoritySaid) {
		t.Fatalf("%+v %+v", f.Enrolment.Contact, f.Enrolment.Relay)
	}
	_, err := r.desk.ForContact(mairie, "answer", first).Answer(ctx, id, accord())
	wantKind(t, err, enrolment.KindConflict)
	r.must(r.desk.ForContact("Inès Faure", "answer", f.Enrolment.Relay.Revision).Answer(ctx, id, accord()))
	if deeds, _ := r.store.Deeds(ctx, id); !slices.ContainsFunc(deeds, func(d enrolment.Deed) bool { return d.Act == "handover" && d.Actor.Name == mairie }) {
		t.Errorf("the audit does not say who passed it on: %+v", deeds)
	}
}

func TestAContactTakenAwayAndNamedAgainIsAnotherOne(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.asked(1)
	before := r.must(r.desk.File(ctx, id)).Enrolment
	team := r.desk.For(booking.Behalf{Actor: enrolment.Actor{Name: "Claire", Role: enrolment.RoleGestion}, Act: "contact"})
	renamed := r.must(team.SetContact(ctx, id, &enrolment.Contact{Name: "Paul Martin-Roux", Email: before.Contact.Email})).Enrolment
	if renamed.Relay.Revision != before.Relay.Revision || renamed.ContactMark() != before.ContactMark() {
		t.Error("a name put right ends the link of the same address")
	}
	r.must(team.SetContact(ctx, id, nil))
	again := r.must(team.SetContact(ctx, id, before.Contact)).Enrolment
	if again.Relay.Revision == before.Relay.Revision || again.Relay.Reads != again.Relay.Revision || again.ContactMark() == before.ContactMark() {
		t.Errorf("the first link, or what it was sent, counts for who was named again: %+v", again.Relay)
	}
}

func TestWhoAskedNotToBeWrittenToIsNotWhoeverNamesThem(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.asked(1)
	first := r.must(r.desk.File(ctx, id)).Enrolment
	contact := func(revision int) *booking.Desk { return r.desk.ForContact(mairie, "silence", revision) }
	f := r.must(contact(first.Relay.Revision).Silence(ctx, id, true))
	version := f.Enrolment.Version
	if f = r.must(contact(first.Relay.Revision).Silence(ctx, id, true)); f.Enrolment.ContactQuiet().IsZero() || f.Enrolment.Version != version {
		t.Error("not noted once")
	}
	next := r.must(contact(first.Relay.Revision).HandOn(ctx, id, colleague(), mairie)).Enrolment
	if !next.ContactQuiet().IsZero() {
		t.Error("the colleague is not written to either")
	}
	_, err := contact(next.Relay.Revision).HandOn(ctx, id, *first.Contact, "Inès Faure")
	wantKind(t, err, enrolment.KindInvalid)
	if e := r.must(r.desk.ChangeMode(ctx, id, enrolment.Collectivite, first.Contact)).Enrolment; e.ContactQuiet().IsZero() {
		t.Error("named again by the élu, they are written to")
	} else if e = r.must(contact(e.Relay.Revision).Silence(ctx, id, false)).Enrolment; !e.ContactQuiet().IsZero() {
		t.Error("it cannot be taken back")
	}
	// The address of a mail that came before somebody else followed the request stops them too.
	if e := r.must(contact(next.Relay.Revision).Silence(ctx, id, true)).Enrolment; e.Quiet(colleague().Email).IsZero() || !e.ContactQuiet().IsZero() {
		t.Error("who followed it before is not heard")
	}
}
