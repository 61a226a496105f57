package booking_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/enrolment"
)

const (
	mine    = "elu1@exemple.fr" // of application(…, 1)
	another = "camille.durand@exemple.fr"
)

func TestAnAddressMovesOnlyOnceTheNewOneConfirms(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 3)
	id, ctx := r.enrol("s1", 1).Enrolment.ID, t.Context()
	asked := r.must(r.desk.AskEmail(ctx, id, another)).Enrolment
	if asked.Person.Email != mine || asked.NewEmail != another || asked.LinkRevision != 0 {
		t.Errorf("before the confirmation: %q, asked %q, links %d", asked.Person.Email, asked.NewEmail, asked.LinkRevision)
	}
	if twin, err := r.desk.Enrol(ctx, application("s1", 1)); err != nil || twin.Enrolment.ID != id {
		t.Error("the old address lost its claim already:", err)
	}
	moved := r.must(r.desk.ConfirmEmail(ctx, id, another)).Enrolment
	if moved.Person.Email != another || moved.NewEmail != "" || moved.LinkRevision != 1 {
		t.Errorf("after it: %q, asked %q, links %d", moved.Person.Email, moved.NewEmail, moved.LinkRevision)
	}
	told := map[enrolment.NoticeKind]string{}
	for _, n := range moved.Notices {
		told[n.Kind] = n.To
	}
	if to, ok := told[enrolment.NoticeAddressChanged]; !ok || to != mine {
		t.Errorf("the former address is not told: %q", told)
	}
	if again := r.must(r.desk.ConfirmEmail(ctx, id, another)).Enrolment; again.Version != moved.Version {
		t.Error("confirming twice changes something")
	}
	// The claim went with it: the old address may enrol, the new one has its file.
	freed := application("s1", 1)
	freed.Key, freed.BodyDigest = "other", "other"
	if f := r.must(r.desk.Enrol(ctx, freed)).Enrolment; f.Decoy {
		t.Error("the old address keeps a claim")
	}
	taken := freed
	taken.Key, taken.BodyDigest, taken.Person.Email = "third", "third", another
	if f := r.must(r.desk.Enrol(ctx, taken)).Enrolment; !f.Decoy {
		t.Error("the new address has no claim")
	}
	r.wantSeats("s1", 2, 0)
}

func TestAnAddressIsNotMovedTooLateNorToOneThatIsEnrolled(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 3)
	id, ctx := r.enrol("s1", 1).Enrolment.ID, t.Context()
	r.enrol("s1", 2)
	_, err := r.desk.ConfirmEmail(ctx, id, another)
	wantKind(t, err, enrolment.KindConflict) // nobody asked

	r.must(r.desk.AskEmail(ctx, id, another))
	r.must(r.desk.AskEmail(ctx, id, "elu2@exemple.fr")) // another one takes its place, whoever has it
	_, err = r.desk.ConfirmEmail(ctx, id, another)
	wantKind(t, err, enrolment.KindConflict)
	_, err = r.desk.ConfirmEmail(ctx, id, "elu2@exemple.fr")
	wantKind(t, err, enrolment.KindConflict)

	r.must(r.desk.AskEmail(ctx, id, another))
	r.clock.advance(48 * time.Hour)
	_, err = r.desk.ConfirmEmail(ctx, id, another)
	wantKind(t, err, enrolment.KindConflict)

	r.must(r.desk.AskEmail(ctx, id, another))
	if f := r.must(r.desk.AskEmail(ctx, id, mine)).Enrolment; f.NewEmail != "" {
		t.Error("giving the file's own address does not take the question back")
	}
	r.must(r.desk.AskEmail(ctx, id, another))
	r.must(r.desk.Cancel(ctx, id))
	_, err = r.desk.ConfirmEmail(ctx, id, another)
	wantKind(t, err, enrolment.KindConflict)

	a := unproved("s1", 3)
	_, err = r.desk.AskEmail(ctx, r.must(r.desk.Enrol(ctx, a)).Enrolment.ID, another)
	wantKind(t, err, enrolment.KindConflict) // prove the first one first
}

func TestTwoFilesThatConfirmOneAddressAtOnceLeaveItToOne(t *testing.T) {
	for round := range 6 {
		r := newRoom(t)
		r.session("s1", 3)
		ctx := r.patient()
		files := []string{r.enrol("s1", 1).Enrolment.ID, r.enrol("s1", 2).Enrolment.ID}
		for _, id := range files {
			r.must(r.desk.AskEmail(ctx, id, another))
		}
		stranger := application("s1", 9)
		stranger.Person.Email = another
		answers := atOnce(3, func(i int) answer {
			if i == 2 {
				f, err := r.desk.Enrol(ctx, stranger)
				return answer{f, err}
			}
			f, err := r.desk.ConfirmEmail(ctx, files[i], another)
			return answer{f, err}
		})
		have := 0
		for i, a := range answers {
			if i < 2 && a.err != nil {
				wantKind(t, a.err, enrolment.KindConflict)
			} else if i == 2 && a.err != nil {
				t.Fatal(a.err)
			}
			if f := a.file.Enrolment; a.err == nil && f.Claims() && f.Person.Email == another {
				have++
			}
		}
		if have != 1 {
			t.Errorf("round %d: %d files claim the address", round, have)
		}
	}
}

// cutShort ends its process before the write, or after it, when the answer is lost.
type cutShort struct {
	*dynamo.Store
	after bool
}

var errCut = errors.New("the process ended")

func (c cutShort) Commit(ctx context.Context, act enrolment.Act) error {
	if c.after {
		_ = c.Store.Commit(ctx, act)
	}
	return errCut
}

func TestAProcessThatEndsWhileAnAddressMovesLeavesItWhole(t *testing.T) {
	for _, after := range []bool{false, true} {
		r := newRoom(t)
		r.session("s1", 3)
		id, ctx := r.enrol("s1", 1).Enrolment.ID, t.Context()
		r.must(r.desk.AskEmail(ctx, id, another))
		if _, err := booking.New(cutShort{r.store, after}, rules{}, r.clock.Now).ConfirmEmail(ctx, id, another); !errors.Is(err, errCut) {
			t.Fatal(err)
		}
		want := map[bool]string{false: mine, true: another}[after]
		if e := r.file(id).Enrolment; e.Person.Email != want {
			t.Errorf("after the write %t: %q", after, e.Person.Email)
		}
		if e := r.must(r.desk.ConfirmEmail(ctx, id, another)).Enrolment; e.Person.Email != another || e.LinkRevision != 1 {
			t.Errorf("confirmed again: %q, links %d", e.Person.Email, e.LinkRevision)
		}
		r.wantSeats("s1", 1, 0)
	}
}
