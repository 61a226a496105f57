package booking_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// council is the request of a mairie for people of these numbers.
func council(sessionID, key string, waits bool, people ...int) booking.Council {
	c := booking.Council{
		Key: key, SessionID: sessionID, Authority: "Commune d’Exemple", Waits: waits, BodyDigest: fmt.Sprint(key, people),
		Contact: enrolment.Contact{Name: "Paul Martin", Email: "mairie@exemple.fr"},
	}
	for _, i := range people {
		a := application(sessionID, i)
		a.Person.LastName = fmt.Sprintf("Durand %c", 'A'+i%26)
		c.People = append(c.People, booking.Councillor{Person: a.Person, Mandate: "conseiller-municipal"})
	}
	return c
}

func numbers(from, n int) (list []int) {
	for i := range n {
		list = append(list, from+i)
	}
	return list
}

func (r *room) council(c booking.Council) booking.Party {
	r.t.Helper()
	p, err := r.desk.EnrolGroup(context.Background(), c)
	if err != nil {
		r.t.Fatal("enrol a council:", err)
	}
	return p
}

func statuses(p booking.Party) (s []enrolment.Status) {
	for _, m := range p.Members {
		s = append(s, m.Status)
	}
	return s
}

func seated(e enrolment.Enrolment) (names []string) {
	for _, l := range e.Seated() {
		names = append(names, strings.TrimPrefix(l.Name, "Camille Durand "))
	}
	return names
}

func TestACouncilTakesItsSeatsAllOrNone(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 4)
	_, err := r.desk.EnrolGroup(context.Background(), council("s1", "c1", false, numbers(0, 6)...))
	var refused *enrolment.Error
	if !errors.As(err, &refused) || !strings.Contains(refused.Fields["rest"], "Il reste 4 places pour 6 personnes") {
		t.Fatalf("six people for four seats: %v", err)
	}
	r.wantSeats("s1", 0, 0)
	p := r.council(council("s1", "c1", false, numbers(0, 4)...))
	r.wantSeats("s1", 4, 0)
	for _, m := range p.Members {
		f := r.file(m.ID).Enrolment
		if f.Status != enrolment.Reserved || !f.ToProve() || f.PartOf != p.Enrolment.ID || f.Contact.Email != "mairie@exemple.fr" {
			t.Errorf("a member: %+v", f)
		}
	}
	if got := seated(r.file(p.Enrolment.ID).Enrolment); !slices.Equal(got, []string{"A", "B", "C", "D"}) {
		t.Errorf("on the papers: %v", got)
	}
}

// TestAMemberOfACouncilNamesNoOtherPayer: the council's contact does, for all.
func TestAMemberOfACouncilNamesNoOtherPayer(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 4)
	id, other := r.council(council("s1", "c1", false, numbers(0, 2)...)).Members[0].ID, &enrolment.Payer{Kind: "commune", Name: "Brest"}
	_, err := r.desk.Pay(context.Background(), id, booking.Paying{Mode: enrolment.Collectivite, Payer: &other})
	wantKind(t, err, enrolment.KindConflict)
	_, err = r.desk.SetPayer(context.Background(), id, other)
	wantKind(t, err, enrolment.KindConflict)
}

func TestTheRestOfACouncilWaitsInTheOrderOfTheTable(t *testing.T) {
	for name, make := range map[string]func(*room){
		"spread": func(r *room) { r.session("s1", 4) }, "one counter": func(r *room) { r.olderSession("s1", 4) },
	} {
		t.Run(name, func(t *testing.T) {
			r := newRoom(t)
			make(r)
			p := r.council(council("s1", "c1", true, numbers(0, 6)...))
			want := []enrolment.Status{"reserved", "reserved", "reserved", "reserved", "waiting", "waiting"}
			if diff := cmp.Diff(want, statuses(p)); diff != "" {
				t.Error(diff)
			}
			r.wantSeats("s1", 4, 2)
			for i, m := range p.Members[4:] {
				if f := r.file(m.ID); f.Position != i+1 {
					t.Errorf("person %d stands at %d", 4+i, f.Position)
				}
			}
			// Others wait behind them, a second council too; a freed seat is offered to the first of the first.
			r.enrol("s1", 50)
			second := r.council(council("s1", "c2", true, 60, 61))
			if got := r.file(second.Enrolment.ID).Enrolment; got.Status != enrolment.Waiting || len(got.Seated()) != 0 {
				t.Errorf("a council that waits: %s, %v", got.Status, seated(got))
			}
			r.wantSeats("s1", 4, 5)
			r.must(r.desk.Cancel(context.Background(), p.Members[0].ID))
			r.wantStatus(p.Members[4].ID, enrolment.Offered)
		})
	}
}

func TestThePapersOfACouncilFollowItsPeople(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 4)
	r.session("s2", 4)
	ctx := context.Background()
	p := r.council(council("s1", "c1", true, numbers(0, 6)...))
	id := p.Enrolment.ID
	edition := 0
	after := func(what string, act func() error, changes bool, want ...string) {
		t.Helper()
		r.clock.advance(time.Minute)
		if err := act(); err != nil {
			t.Fatal(what, err)
		}
		if changes {
			edition++
		}
		e := r.file(id).Enrolment
		if got := seated(e); !slices.Equal(got, want) || e.Terms.Edition != edition {
			t.Errorf("%s: %v on edition %d, want %v on %d", what, got, e.Terms.Edition, want, edition)
		}
	}
	file := func(f func(context.Context, string) (booking.File, error), i int) func() error {
		return func() error { _, err := f(ctx, p.Members[i].ID); return err }
	}
	if !r.file(id).Enrolment.ToProve() {
		t.Error("nobody has proved an address, and the group counts as proved")
	}
	after("an address proved", file(r.desk.Prove, 0), false, "A", "B", "C", "D")
	if r.file(id).Enrolment.ToProve() {
		t.Error("an address is proved, and the group's is not")
	}
	after("one leaves", file(r.desk.Cancel, 1), true, "A", "C", "D")
	after("the offered seat is taken", file(r.desk.Accept, 4), true, "A", "C", "D", "E")
	after("another way of paying", func() error { _, err := r.desk.ChangeMode(ctx, p.Members[2].ID, enrolment.Personnel, nil); return err }, true, "A", "D", "E")
	after("and back: papers of their own", func() error {
		_, err := r.desk.ChangeMode(ctx, p.Members[2].ID, enrolment.Collectivite, nil)
		return err
	}, false, "A", "D", "E")
	after("another session", func() error { _, err := r.desk.ChangeSession(ctx, p.Members[3].ID, "s2"); return err }, true, "A", "E")
	after("erased", func() error { return r.desk.Erase(ctx, p.Members[0].ID) }, true, "E")
	after("a name corrected", func() error {
		who := r.file(p.Members[4].ID).Enrolment.Person
		who.LastName = "Durand Z"
		_, err := r.desk.For(booking.Behalf{Actor: enrolment.Actor{Name: "Claire"}, Act: "person"}).Correct(ctx, p.Members[4].ID, who)
		return err
	}, true, "Z")
	moved := r.seats("s1")
	moved.HalfDays = []enrolment.HalfDay{{Start: moved.Start().AddDate(0, 0, 7), End: moved.End().AddDate(0, 0, 7)}}
	after("the session moved", func() error { r.apply(moved); return r.desk.Tell(ctx, "s1") }, true, "Z")
	after("the last one leaves", file(r.desk.Cancel, 4), true)
	if f := r.file(p.Members[5].ID).Enrolment; f.Status != enrolment.Offered {
		t.Fatalf("the one who waits is %s", f.Status)
	}
	after("and the offer is declined", file(r.desk.Cancel, 5), false)
	if e := r.file(id).Enrolment; e.Status != enrolment.Cancelled || e.CancelledAt.IsZero() {
		t.Errorf("a group without people is %s", e.Status)
	}
}

func TestASessionThatIsCancelledEndsItsCouncilsOnce(t *testing.T) {
	r := newRoom(t)
	s := r.session("s1", 6)
	other := r.enrol("s1", 1) // has a file: a decoy in the council, which nothing tells of the session
	p := r.council(council("s1", "c1", false, 1, 2, 3))
	s.Status = enrolment.SessionCancelled
	r.apply(s)
	if err := r.desk.Tell(context.Background(), "s1"); err != nil {
		t.Fatal(err)
	}
	if e := r.file(p.Enrolment.ID).Enrolment; e.Status != enrolment.Cancelled {
		t.Errorf("the group is %s", e.Status)
	}
	r.wantStatus(other.Enrolment.ID, enrolment.Cancelled)
}

func TestWhatTheContactOfACouncilDeclaresIsSaidOfEach(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 2)
	ctx := context.Background()
	p := r.council(council("s1", "c1", true, 0, 1, 2))
	id := p.Enrolment.ID
	r.must(r.desk.ForContact("Paul", "return", 0).Returned(ctx, id, "Paul", true))
	for i, want := range []bool{true, true, false} { // the third has no seat, and nothing to sign yet
		e := r.file(p.Members[i].ID).Enrolment
		if _, signed := e.Steps[enrolment.StepConvention]; signed != want || want && e.Reply.Answer.Given != enrolment.Accord {
			t.Errorf("person %d: %v, reply %+v", i, e.Steps, e.Reply)
		}
	}
	r.must(r.desk.ForContact("Paul", "answer", 0).Answer(ctx, id, enrolment.Answer{Given: enrolment.Accord, By: "Paul"}))
	r.must(r.desk.For(booking.Behalf{Actor: enrolment.Actor{Name: "Claire"}, Act: "step"}).Tick(ctx, id, enrolment.StepConvention))
	for i, want := range []enrolment.Status{"confirmed", "confirmed", "waiting"} {
		if e := r.file(p.Members[i].ID).Enrolment; e.Status != want {
			t.Errorf("person %d is %s once the organisation has the convention", i, e.Status)
		}
	}
	deeds, err := r.store.Deeds(ctx, p.Members[0].ID)
	if err != nil || len(deeds) != 2 {
		t.Errorf("%d lines of the audit on a member's file, %v", len(deeds), err)
	}
	// The group's own file gives nothing back and goes nowhere.
	for name, act := range map[string]func() error{
		"cancel": func() error { _, err := r.desk.Cancel(ctx, id); return err },
		"mode":   func() error { _, err := r.desk.ChangeMode(ctx, id, enrolment.DIFE, nil); return err },
		"erase":  func() error { return r.desk.Erase(ctx, id) },
	} {
		if err := act(); enrolment.KindOf(err) != enrolment.KindConflict {
			t.Errorf("%s of a group's file: %v", name, err)
		}
	}
}

func TestACouncilSentTwiceIsOneAndSaysNothingOfWhoIsEnrolled(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 4)
	owner := r.enrol("s1", 2)
	c := council("s1", "c1", true, 1, 2, 3, 4)
	p, again := r.council(c), r.council(c)
	if diff := cmp.Diff(statuses(p)[:3], statuses(again)[:3]); diff != "" || again.Enrolment.ID != p.Enrolment.ID {
		t.Error("the same request again:", diff)
	}
	// Three seats were left for four people; the one who had a seat takes none, and looks as if: the last one is offered the seat.
	if diff := cmp.Diff([]enrolment.Status{"reserved", "reserved", "reserved", "waiting"}, statuses(p)); diff != "" {
		t.Error(diff)
	}
	r.wantStatus(p.Members[3].ID, enrolment.Offered)
	r.wantSeats("s1", 4, 0)
	if !p.Members[1].Decoy || !slices.Contains(kinds(r.file(owner.Enrolment.ID).Enrolment), enrolment.NoticeAlreadyEnrolled) {
		t.Error("the second enrolment is no decoy, or its owner is not told")
	}
	other := c
	other.BodyDigest = "another"
	_, err := r.desk.EnrolGroup(context.Background(), other)
	wantKind(t, err, enrolment.KindKeyReused)
}

// The most that one act writes is what a group of the greatest size does; DynamoDB takes a hundred items.
func TestTheLargestGroupFitsInOneTransaction(t *testing.T) {
	most := 0
	count := dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if tx, ok := c.Input.(*dynamodb.TransactWriteItemsInput); ok {
			most = max(most, len(tx.TransactItems))
		}
		return c.Send()
	})
	r := newRoom(t, count)
	for seats := range enrolment.GroupLimit + 1 {
		id := fmt.Sprintf("s%d", seats)
		r.session(id, max(seats, 1))
		if seats == 0 {
			r.enrol(id, 500)
		}
		p := r.council(council(id, id, true, numbers(0, enrolment.GroupLimit)...))
		if seats == enrolment.GroupLimit {
			r.must(r.desk.ForContact("Paul", "answer", 0).Answer(context.Background(), p.Enrolment.ID, enrolment.Answer{Given: enrolment.Accord}))
		}
	}
	t.Logf("%d items at most for %d people", most, enrolment.GroupLimit)
	if most > 100 {
		t.Errorf("%d items: more than a transaction takes", most)
	}
}

// A council of five and fifty others want eight seats: nobody is given one that is not there, and the council has five or none.
func TestACouncilAndFiftyOthersNeverOversellNorSplit(t *testing.T) {
	weather := &dynamotest.Weather{Conflicts: 0.1, Throttles: 0.05, Lost: 0.1, Seed: 7}
	hot := &dynamotest.HotItems{Hold: 2 * time.Millisecond}
	whole, none := 0, 0
	for name, options := range map[string][]func(*dynamodb.Options){"fine": nil, "bad": {weather.Option()}, "hot": {hot.Option()}} {
		r := newRoom(t, options...)
		for round := range 6 {
			id := fmt.Sprintf("s%d", round)
			r.session(id, 8)
			ctx := r.patient()
			atOnce(51, func(i int) error {
				if i != 25 {
					_, err := r.desk.Enrol(ctx, application(id, i))
					return err
				}
				_, err := r.desk.EnrolGroup(ctx, council(id, "c"+id, false, numbers(100, 5)...))
				if err != nil && enrolment.KindOf(err) != enrolment.KindInvalid {
					t.Error(name, "the council:", err)
				}
				return err
			})
			switch n := r.members(id); n {
			case 5:
				whole++
			case 0:
				none++
			default:
				t.Fatalf("%s: %d of five have a seat", name, n)
			}
			if s := r.seats(id); s.Taken != 8 {
				t.Fatalf("%s: %d taken of 8", name, s.Taken)
			}
		}
	}
	t.Logf("%d councils had their five seats, %d none", whole, none)
	if weather.Failed.Load() == 0 || hot.Conflicts.Load() == 0 {
		t.Error("the weather was fine: this proves nothing")
	}
}

// members counts the files of a session's council that hold a seat.
func (r *room) members(id string) (n int) {
	for i := range 5 {
		f, err := r.desk.File(context.Background(), booking.FileID(fmt.Sprintf("c%s#%d", id, i)))
		if err == nil && f.Enrolment.Holds() {
			n++
		}
	}
	return n
}

// The negative control: without the conditions on the counters some such race sells more than there is.
func TestWithoutItsConditionACouncilOversells(t *testing.T) {
	r := newRoom(t, dynamotest.Unguarded())
	for round := range 20 {
		id := fmt.Sprintf("s%d", round)
		r.session(id, 5)
		ctx := r.patient()
		atOnce(6, func(i int) error {
			_, err := r.desk.EnrolGroup(ctx, council(id, fmt.Sprint(id, "-", i), false, numbers(10*i, 5)...))
			return err
		})
		if r.seats(id).Taken > 5 {
			return
		}
	}
	t.Error("twenty races without a guard sold no seat twice: this proves nothing")
}

// Wherever the process ends, the council is whole or not there, and the same request ends what was begun.
func TestACouncilIsWholeWhereverTheProcessEnds(t *testing.T) {
	for at := range 5 {
		for _, after := range []bool{false, true} {
			r := newRoom(t, byAct())
			r.session("s1", 3)
			f := &fuse{left: at, after: after}
			c := council("s1", "c1", true, numbers(0, 5)...)
			_, _ = r.desk.EnrolGroup(around(context.Background(), f.burn), c)
			if s := r.seats("s1"); (s.Taken != 0 || s.Waiting != 0) && (s.Taken != 3 || s.Waiting != 2) {
				t.Fatalf("call %d, after %v: %d taken, %d waiting", at, after, s.Taken, s.Waiting)
			}
			p := r.council(c)
			r.wantSeats("s1", 3, 2)
			if got := r.file(p.Enrolment.ID).Enrolment; len(got.Group.Lines) != 5 || len(got.Seated()) != 3 {
				t.Errorf("call %d, after %v: %+v", at, after, got.Group)
			}
		}
	}
}

// enrolCouncil sends two to four of the people of a model together.
func (w *world) enrolCouncil(t *rapid.T) {
	people := rapid.SliceOfNDistinct(rapid.IntRange(1, 12), 2, 4, rapid.ID[int]).Draw(t, "people")
	key := fmt.Sprintf("council-%d", rapid.IntRange(1, 4).Draw(t, "council"))
	c := council(rapid.SampledFrom(modelSessions).Draw(t, "session"), key, rapid.Bool().Draw(t, "waits"), people...)
	if _, known := w.files[booking.FileID("group "+key)]; known {
		return
	}
	for i := range people {
		w.files[booking.FileID(fmt.Sprintf("%s#%d", key, i))] = key
	}
	w.files[booking.FileID("group "+key)] = key
	w.do(t, func(ctx context.Context) error { _, err := w.desk.EnrolGroup(ctx, c); return err })
}

// verifyGroups compares each group's lines with the files of its people.
func verifyGroups(files []booking.File) error {
	for _, g := range files {
		if g.Enrolment.Group == nil {
			continue
		}
		want := map[string]enrolment.Line{}
		for _, f := range files {
			if f.Enrolment.PartOf == g.Enrolment.ID && f.Enrolment.Status.Live() {
				want[f.Enrolment.ID] = enrolment.LineOf(f.Enrolment)
			}
		}
		got := map[string]enrolment.Line{}
		for _, l := range g.Enrolment.Group.Lines {
			got[l.FileID] = l
		}
		if diff := cmp.Diff(want, got); diff != "" {
			return fmt.Errorf("the people of a group, and its lines: %s", diff)
		}
		if live := len(got) > 0; live != g.Enrolment.Status.Live() || g.Enrolment.Status.HoldsSeat() != (len(g.Enrolment.Seated()) > 0) {
			return fmt.Errorf("a group of %d is %s", len(got), g.Enrolment.Status)
		}
	}
	return nil
}

// The caps of what nobody has proved hold for councils too, since whoever squats may send one.
func TestACouncilTakesNoMoreSeatsThatNobodyProvedThanOthersTogether(t *testing.T) {
	r := newRoom(t)
	r.session("s1", 12)
	r.capped(6) // 3 without a proof of work
	enrol := func(key string, worked bool, people ...int) *enrolment.Error {
		c := council("s1", key, false, people...)
		c.Worked = worked
		_, err := r.desk.EnrolGroup(context.Background(), c)
		var refused *enrolment.Error
		if err != nil && !errors.As(err, &refused) {
			t.Fatal(err)
		}
		return refused
	}
	if refused := enrol("c1", false, numbers(0, 4)...); refused == nil || refused.Fields[enrolment.FieldChallenge] == "" {
		t.Errorf("four without a proof of work: %v", refused)
	}
	if refused := enrol("c1", true, numbers(0, 4)...); refused != nil {
		t.Errorf("four with one: %v", refused)
	}
	if refused := enrol("c2", true, numbers(4, 3)...); refused == nil || !strings.Contains(refused.Detail, "d’abord 2 élus") {
		t.Errorf("three more of six at most: %v", refused)
	}
	if refused := enrol("c2", true, numbers(4, 2)...); refused != nil {
		t.Errorf("two more: %v", refused)
	}
	if refused := enrol("c3", true, 9); refused == nil || !strings.Contains(refused.Detail, "chaque élu séparément") {
		t.Errorf("one more: %v", refused)
	}
	r.wantSeats("s1", 6, 0)
}

// councilsAtOnce sends councils that, like everybody else who comes at that instant, all read a session as it was before any of them, and
// gives how many of its seats nobody has proved.
func (r *room) councilsAtOnce(id string, councils int) (unproved int) {
	r.t.Helper()
	r.session(id, 15)
	ctx := r.patient()
	atOnce(2*councils, func(i int) error {
		if i%2 == 1 {
			_, err := r.desk.Enrol(ctx, worked(id, 500+i))
			return err
		}
		c := council(id, fmt.Sprint(id, "-", i), false, numbers(20*i, 3)...)
		c.Worked = true
		_, err := r.desk.EnrolGroup(ctx, c)
		if err != nil && enrolment.KindOf(err) != enrolment.KindConflict {
			r.t.Error(err)
		}
		return err
	})
	s := r.seats(id)
	if s.Taken != len(s.Unproved) || s.Waiting != 0 {
		r.t.Errorf("%d unproved of %d taken, %d wait", len(s.Unproved), s.Taken, s.Waiting)
	}
	return len(s.Unproved)
}

func TestCouncilsThatComeAtOnceDoNotPassTheCapTogether(t *testing.T) {
	r, least := newRoom(t).capped(10), 10
	for round := range 12 {
		n := r.councilsAtOnce(fmt.Sprintf("s%d", round), 6)
		if least = min(least, n); n > 10 {
			t.Fatalf("%d seats that nobody proved, want 10 at most", n)
		}
	}
	if least < 8 { // a council of three has all its seats or none
		t.Errorf("a session kept %d of the ten to itself", 10-least)
	}
}

// The negative control: without the conditions on the counters some such race passes the cap.
func TestWithoutItsConditionCouncilsPassTheCapTogether(t *testing.T) {
	r := newRoom(t, dynamotest.Unguarded()).capped(10)
	for round := range 20 {
		if r.councilsAtOnce(fmt.Sprintf("s%d", round), 6) > 10 {
			return
		}
	}
	t.Error("twenty races without a guard never passed the cap: this proves nothing")
}
