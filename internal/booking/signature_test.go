package booking_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

func signature(text string, edition int) enrolment.Signature {
	return enrolment.Signature{Edition: edition, Name: "Paul Martin", Function: "maire", Right: enrolment.SignsAsHead, Digest: enrolment.TextDigest(text)}
}

func (r *room) signatory() *booking.Desk {
	return r.desk.For(booking.Behalf{Actor: enrolment.Actor{Name: "Claire", Role: enrolment.RoleGestion}, Act: "countersignature"})
}

func ours() enrolment.Countersignature {
	return enrolment.Countersignature{Signatory: enrolment.Signatory{Name: "Claire Moreau", Function: "directrice"}, By: "Claire"}
}

// The contact's signature alone settles nothing; the organisation's, which a person puts, does.
func TestAConventionIsSignedOnceBothSidesHaveSigned(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	_, err := r.signatory().Countersign(ctx, id, ours())
	wantKind(t, err, enrolment.KindConflict) // ours is never the first
	f := r.must(r.contact().Sign(ctx, id, signature("un", 0), "un"))
	if by(f, enrolment.StepAccord) != "authority" || by(f, enrolment.StepConvention) != "" || f.Enrolment.Status != enrolment.Reserved || f.Enrolment.SignedOnline() || !f.Enrolment.ToCountersign() {
		t.Fatalf("%+v %s", f.Enrolment.Steps, f.Enrolment.Status)
	}
	version := f.Enrolment.Version
	if f = r.must(r.contact().Sign(ctx, id, signature("un", 0), "un")); f.Enrolment.Version != version {
		t.Error("the same signature again was written again")
	}
	r.clock.advance(time.Hour)
	f = r.must(r.signatory().Countersign(ctx, id, ours()))
	if by(f, enrolment.StepConvention) != "staff" || f.Enrolment.Status != enrolment.Confirmed || f.Enrolment.FundingState() != enrolment.FundingSettled {
		t.Fatalf("%+v %s", f.Enrolment.Steps, f.Enrolment.Status)
	}
	version = f.Enrolment.Version
	f = r.must(r.signatory().Countersign(ctx, id, ours()))
	if told := toldOf(f.Enrolment, enrolment.NoticeConventionSigned); f.Enrolment.Version != version || told != 1 {
		t.Errorf("countersigned again: version %d, told %d times", f.Enrolment.Version, told)
	}
	if text, err := r.desk.SignedText(ctx, f.Enrolment); err != nil || text != "un" {
		t.Errorf("%q %v", text, err)
	}
	read := r.file(id).Enrolment.Reply.Signature
	if o := read.Organisation; o.By != "Claire" || o.Function != "directrice" || o.At.IsZero() || read.Right != enrolment.SignsAsHead || read.Digest != enrolment.TextDigest("un") {
		t.Errorf("not all the evidence is kept: %+v", read)
	}
}

// Until the organisation signs the contact may take the signature back; then the organisation alone may.
func TestASignatureIsTakenBackUntilTheOrganisationSigns(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	r.must(r.contact().Sign(ctx, id, signature("un", 0), "un"))
	_, err := r.contact().Answer(ctx, id, refus())
	wantKind(t, err, enrolment.KindConflict) // the signature first
	if f := r.must(r.contact().Unsign(ctx, id)); f.Enrolment.SignedByAuthority() || f.Enrolment.Reply.Answer.Given != enrolment.Accord {
		t.Errorf("%+v", f.Enrolment.Reply)
	}
	_, err = r.signatory().Countersign(ctx, id, ours())
	wantKind(t, err, enrolment.KindConflict)
	r.must(r.contact().Sign(ctx, id, signature("deux", 0), "deux"))
	r.must(r.signatory().Countersign(ctx, id, ours()))
	for name, act := range map[string]func() error{
		"unsign":          func() error { _, err := r.contact().Unsign(ctx, id); return err },
		"refuse":          func() error { _, err := r.contact().Answer(ctx, id, refus()); return err },
		"by hand instead": func() error { _, err := r.contact().Returned(ctx, id, mairie, true); return err },
		"another text":    func() error { _, err := r.contact().Sign(ctx, id, signature("trois", 0), "trois"); return err },
		"the élu":         func() error { _, err := r.desk.Untick(ctx, id, enrolment.StepConvention); return err },
	} {
		if err := act(); enrolment.KindOf(err) != enrolment.KindConflict {
			t.Errorf("%s: %v", name, err)
		}
	}
	f := r.must(r.signatory().Untick(ctx, id, enrolment.StepConvention))
	if f.Enrolment.SignedByAuthority() || f.Enrolment.Status != enrolment.Reserved {
		t.Errorf("%+v %s", f.Enrolment.Reply, f.Enrolment.Status)
	}
	r.must(r.signatory().Untick(ctx, id, enrolment.StepConvention)) // there is nothing left to take back
	if n := toldOf(r.file(id).Enrolment, enrolment.NoticeConventionUndone); n != 1 {
		t.Errorf("told %d times", n)
	}
}

func toldOf(e enrolment.Enrolment, kind enrolment.NoticeKind) (n int) {
	for _, k := range kinds(e) {
		if k == kind {
			n++
		}
	}
	return n
}

// Terms that change make the signatures void: the step is to do again, and another text is to be signed.
func TestSignaturesAreVoidOnceThePapersAreMadeAgain(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	s := r.session("s1", 2)
	id := r.enrol("s1", 1).Enrolment.ID
	r.must(r.contact().Sign(ctx, id, signature("un", 0), "un"))
	r.must(r.signatory().Countersign(ctx, id, ours()))
	for i := range s.HalfDays {
		s.HalfDays[i].Start, s.HalfDays[i].End = s.HalfDays[i].Start.AddDate(0, 0, 7), s.HalfDays[i].End.AddDate(0, 0, 7)
	}
	r.apply(s)
	if err := r.desk.Tell(ctx, "s1"); err != nil {
		t.Fatal(err)
	}
	f := r.file(id)
	if f.Enrolment.SignedByAuthority() || f.Enrolment.Status != enrolment.Reserved || by(f, enrolment.StepConvention) != "" || slices.Contains(f.Enrolment.Papers(), enrolment.PaperSigned) {
		t.Errorf("what was signed before still stands: %+v %s", f.Enrolment.Steps, f.Enrolment.Status)
	}
	_, err := r.contact().Sign(ctx, id, signature("un", 0), "un")
	wantKind(t, err, enrolment.KindConflict) // it is the text of before
	r.must(r.contact().Sign(ctx, id, signature("deux", 1), "deux"))
	if f = r.must(r.signatory().Countersign(ctx, id, ours())); f.Enrolment.Status != enrolment.Confirmed {
		t.Error(f.Enrolment.Status)
	}
}

// One signature of each side is for the whole council; who waits has nothing signed.
func TestACouncilsConventionIsSignedOnceForAll(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 2)
	p := r.council(council("s1", "c1", true, 0, 1, 2))
	id := p.Enrolment.ID
	r.must(r.desk.ForContact("Paul", "signature", 0).Sign(ctx, id, signature("un", 0), "un"))
	_, err := r.signatory().Countersign(ctx, p.Members[0].ID, ours())
	wantKind(t, err, enrolment.KindConflict) // it is the group's
	r.must(r.signatory().Countersign(ctx, id, ours()))
	for i, want := range []enrolment.Status{"confirmed", "confirmed", "waiting"} {
		if e := r.file(p.Members[i].ID).Enrolment; e.Status != want || e.SignedOnline() != (want == "confirmed") {
			t.Errorf("person %d is %s", i, e.Status)
		}
	}
	r.must(r.signatory().Untick(ctx, id, enrolment.StepConvention)) // taken back for all: each is told, and the contact by the group's file
	for _, e := range []enrolment.Enrolment{r.file(id).Enrolment, r.file(p.Members[0].ID).Enrolment, r.file(p.Members[1].ID).Enrolment} {
		if n := toldOf(e, enrolment.NoticeConventionUndone); n != 1 || e.SignedByAuthority() {
			t.Errorf("%s is told %d times, %+v", e.Reference, n, e.Reply.Signature)
		}
	}
	r.must(r.desk.ForContact("Paul", "signature", 0).Sign(ctx, id, signature("un", 0), "un"))
	r.must(r.signatory().Countersign(ctx, id, ours()))
	r.must(r.desk.Cancel(ctx, p.Members[1].ID)) // the papers are made again
	if e := r.file(id).Enrolment; e.SignedByAuthority() || e.Status != enrolment.Reserved {
		t.Errorf("the group: %+v %s", e.Reply.Signature, e.Status)
	}
}

// Signing and taking back, or two of the team at once: one of them is whole, and what is signed by both stays so.
func TestACountersignatureRacesWithTheSignatureTakenBack(t *testing.T) {
	r := newRoom(t)
	ctx := context.Background()
	r.session("s1", 9)
	for n := range 8 {
		id := r.enrol("s1", n+1).Enrolment.ID
		r.must(r.contact().Sign(ctx, id, signature("un", 0), "un"))
		done := make(chan error, 3)
		go func() { _, err := r.contact().Unsign(ctx, id); done <- err }()
		go func() { _, err := r.signatory().Countersign(ctx, id, ours()); done <- err }()
		go func() { _, err := r.signatory().Countersign(ctx, id, ours()); done <- err }()
		for range 3 {
			if err := <-done; err != nil && enrolment.KindOf(err) != enrolment.KindConflict {
				t.Fatal(err)
			}
		}
		e := r.file(id).Enrolment
		_, ticked := e.Steps[enrolment.StepConvention]
		if ticked != e.SignedOnline() || ticked != (e.Status == enrolment.Confirmed) || e.SignedByAuthority() && !e.SignedOnline() {
			t.Errorf("half signed: %+v %s", e.Reply.Signature, e.Status)
		}
	}
}
