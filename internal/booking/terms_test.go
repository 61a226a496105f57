package booking_test

import (
	"context"
	"testing"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestTheTermsOfAFileAreThoseOfTheDayItWasMade(t *testing.T) {
	r := newRoom(t)
	s := r.session("s1", 5)
	other := r.session("s2", 5)
	file := r.enrol("s1", 1)
	price := file.Session.Formation.PriceCents

	s.Formation.PriceCents, s.Formation.Title = price+10000, "Autre titre"
	s.VAT = &enrolment.VAT{RateBasisPoints: 2000}
	r.apply(s)
	got := r.file(file.Enrolment.ID)
	if f := got.Session.Formation; f.PriceCents != price || f.Title != file.Session.Formation.Title {
		t.Errorf("after the catalogue changed, the file shows %d cents, « %s »", f.PriceCents, f.Title)
	}
	if got.Enrolment.Terms.VAT != nil || got.Enrolment.Terms.Edition != 0 {
		t.Errorf("the terms changed: %+v", got.Enrolment.Terms)
	}
	if newcomer := r.enrol("s1", 2); newcomer.Session.Formation.PriceCents != price+10000 || newcomer.Enrolment.Terms.VAT == nil {
		t.Errorf("a newcomer is not promised the new price: %+v", newcomer.Enrolment.Terms)
	}

	s.Place = "Ailleurs"
	r.apply(s)
	if err := r.desk.Tell(context.Background(), "s1"); err != nil {
		t.Fatal(err)
	}
	got = r.file(file.Enrolment.ID)
	if terms := got.Enrolment.Terms; terms.Edition != 1 || terms.PriceCents != price {
		t.Errorf("after a move: %+v, want the promised price under edition 1", terms)
	}

	got = r.must(r.desk.ChangeMode(context.Background(), file.Enrolment.ID, enrolment.Personnel, nil))
	if terms := got.Enrolment.Terms; terms.Edition != 2 || terms.PriceCents != price {
		t.Errorf("after another way of paying: %+v, want the promised price under edition 2", terms)
	}

	got = r.must(r.desk.ChangeSession(context.Background(), file.Enrolment.ID, "s2"))
	if terms := got.Enrolment.Terms; terms.Edition != 3 || terms.PriceCents != other.Formation.PriceCents {
		t.Errorf("after another session: %+v, want its price under edition 3", terms)
	}
	if again := r.file(file.Enrolment.ID); again.Enrolment.Terms != got.Enrolment.Terms {
		t.Errorf("read again: %+v, want %+v", again.Enrolment.Terms, got.Enrolment.Terms)
	}
}

func TestWhoWaitedIsPromisedTheTermsOfTheDayTheyJoined(t *testing.T) {
	r := newRoom(t)
	s := r.session("s1", 1)
	holder, waits := r.enrol("s1", 1), r.enrol("s1", 2)
	s.Formation.PriceCents += 5000
	r.apply(s)
	r.must(r.desk.Cancel(context.Background(), holder.Enrolment.ID))
	got := r.file(waits.Enrolment.ID)
	terms := got.Enrolment.Terms
	if got.Enrolment.Status != enrolment.Offered || terms.PriceCents != waits.Session.Formation.PriceCents || terms.Edition != 0 {
		t.Fatalf("offered: %s, %+v", got.Enrolment.Status, terms)
	}
	taken := r.must(r.desk.Accept(context.Background(), waits.Enrolment.ID))
	if taken.Enrolment.Terms != terms {
		t.Errorf("taking the offer changed the terms: %+v, were %+v", taken.Enrolment.Terms, terms)
	}
}

func TestAnotherPayerMakesThePapersAgainUnderAnotherNumber(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 5)
	file := r.enrol("s1", 1)
	ctx, id := context.Background(), file.Enrolment.ID
	r.must(r.desk.ChangeMode(ctx, id, enrolment.Collectivite, nil))
	before := r.file(id).Enrolment.Terms.Edition
	metropole := &enrolment.Payer{Kind: "intercommunalite", Name: "Brest métropole"}
	for want, p := range []*enrolment.Payer{metropole, metropole, nil} {
		got := r.must(r.desk.Pay(ctx, id, booking.Paying{Mode: enrolment.Collectivite, Payer: &p})).Enrolment
		if !got.SamePayer(p) || got.Terms.Edition != before+[]int{1, 1, 2}[want] {
			t.Errorf("step %d: paid by %v, edition %d after %d", want, got.PaidBy, got.Terms.Edition, before)
		}
	}
	if again := r.file(id).Enrolment; again.PayerName() != again.Mandate.Authority || again.Spender() != again.Mandate.Kind {
		t.Errorf("without a payer: %q, %q", again.PayerName(), again.Spender())
	}
}
