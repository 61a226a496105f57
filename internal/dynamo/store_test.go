package dynamo_test

import (
	"context"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

var (
	ctx  = context.Background()
	noon = time.Date(2027, 1, 11, 12, 0, 0, 123e6, time.UTC)
)

func newStore(t testing.TB) *dynamo.Store {
	return dynamotest.Store(t, func() time.Time { return noon })
}

// fill gives every field of a value something that is not zero, so that a field forgotten by an item is seen.
func fill(v reflect.Value, n *int) {
	*n++
	switch v.Kind() {
	case reflect.String:
		v.SetString(fmt.Sprintf("text %d", *n))
	case reflect.Int, reflect.Int64:
		v.SetInt(int64(*n))
	case reflect.Uint8:
		v.SetUint(uint64(*n % 256))
	case reflect.Float64:
		v.SetFloat(float64(*n) + 0.5)
	case reflect.Bool:
		v.SetBool(true)
	case reflect.Pointer:
		v.Set(reflect.New(v.Type().Elem()))
		fill(v.Elem(), n)
	case reflect.Slice:
		v.Set(reflect.MakeSlice(v.Type(), 2, 2))
		fill(v.Index(0), n)
		fill(v.Index(1), n)
	case reflect.Map:
		v.Set(reflect.MakeMap(v.Type()))
		k, e := reflect.New(v.Type().Key()).Elem(), reflect.New(v.Type().Elem()).Elem()
		fill(k, n)
		fill(e, n)
		v.SetMapIndex(k, e)
	case reflect.Struct:
		if v.Type() == reflect.TypeFor[time.Time]() {
			v.Set(reflect.ValueOf(noon.Add(time.Duration(*n) * time.Second)))
			return
		}
		for i := range v.NumField() {
			fill(v.Field(i), n)
		}
	default:
		panic("fill: " + v.Kind().String())
	}
}

func filled[T any]() (v T) {
	n := 0
	fill(reflect.ValueOf(&v).Elem(), &n)
	return v
}

func TestEveryFieldOfAFileIsKept(t *testing.T) {
	s := newStore(t)
	want := filled[enrolment.Enrolment]()
	want.Status, want.Decoy = enrolment.Cancelled, false
	if err := s.Commit(ctx, enrolment.Act{At: noon, Moves: []enrolment.Move{{After: want}}}); err != nil {
		t.Fatal(err)
	}
	got, err := s.File(ctx, want.ID)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFieldOfASessionIsKept(t *testing.T) {
	s := newStore(t)
	want := filled[enrolment.Session]()
	want.Status = enrolment.SessionOpen
	if _, err := s.ApplySession(ctx, want); err != nil {
		t.Fatal(err)
	}
	got, err := s.Session(ctx, want.ID)
	if err != nil {
		t.Fatal(err)
	}
	counts := cmpopts.IgnoreFields(enrolment.Session{}, "Taken", "Waiting", "Revision", "Told", "Counters")
	if diff := cmp.Diff(want, got, counts); diff != "" {
		t.Error(diff)
	}
}

func TestEveryFieldOfTheCatalogueIsKept(t *testing.T) {
	s := newStore(t)
	o, f := filled[enrolment.Organisation](), filled[enrolment.Formation]()
	if err := s.PutOrganisation(ctx, o); err != nil {
		t.Fatal(err)
	}
	if err := s.PutFormation(ctx, f); err != nil {
		t.Fatal(err)
	}
	said := filled[enrolment.Wording]()
	if err := s.KeepWording(ctx, said); err != nil {
		t.Fatal(err)
	}
	if got, err := s.Wording(ctx, said.Formation.Slug, said.Key()); err != nil || cmp.Diff(said, got) != "" {
		t.Errorf("wording: %v\n%s", err, cmp.Diff(said, got))
	}
	gotO, err := s.Organisation(ctx)
	if err != nil {
		t.Fatal(err)
	}
	gotF, err := s.Formation(ctx, f.Slug)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(o, gotO); diff != "" {
		t.Error(diff)
	}
	if diff := cmp.Diff(f, gotF); diff != "" {
		t.Error(diff)
	}
}

func TestWhatIsAbsentIsNotFound(t *testing.T) {
	s := newStore(t)
	for name, read := range map[string]func() error{
		"file":         func() error { _, err := s.File(ctx, "x"); return err },
		"file and log": func() error { _, _, err := s.FileWithMessages(ctx, "x"); return err },
		"session":      func() error { _, err := s.Session(ctx, "x"); return err },
		"look":         func() error { _, _, _, err := s.Look(ctx, "x", "y", "z"); return err },
		"formation":    func() error { _, err := s.Formation(ctx, "x"); return err },
		"organisation": func() error { _, err := s.Organisation(ctx); return err },
	} {
		if err := read(); enrolment.KindOf(err) != enrolment.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if err := s.Prime(ctx); err != nil {
		t.Error("priming an empty table:", err)
	}
}

func session(id string, start time.Time) enrolment.Session {
	return enrolment.Session{
		ID: id, HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}}, Place: "Nantes",
		Capacity: 10, ClosesAt: start.Add(-time.Hour), Status: enrolment.SessionOpen,
	}
}

func apply(t *testing.T, s *dynamo.Store, want enrolment.Session, changes bool) enrolment.Session {
	t.Helper()
	changed, err := s.ApplySession(ctx, want)
	if err != nil || changed != changes {
		t.Fatalf("changed %v, %v", changed, err)
	}
	got, err := s.Session(ctx, want.ID)
	if err != nil {
		t.Fatal(err)
	}
	return got
}

// A diary holds an event for each half-day that the session ever had: how many is remembered while it has fewer.
func TestASessionThatLosesHalfDaysRemembersThem(t *testing.T) {
	s := newStore(t)
	want := session("a", noon.AddDate(0, 1, 0))
	half := want.HalfDays[0]
	want.HalfDays = nil
	for day := range 4 {
		want.HalfDays = append(want.HalfDays, enrolment.HalfDay{Start: half.Start.AddDate(0, 0, day), End: half.End.AddDate(0, 0, day)})
	}
	all := want.HalfDays
	for _, c := range []struct{ halves, remembered int }{{4, 0}, {2, 4}, {3, 4}, {1, 4}, {4, 0}} {
		want.HalfDays = all[:c.halves]
		if _, err := s.ApplySession(ctx, want); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Session(ctx, want.ID); err != nil || got.Sittings != c.remembered {
			t.Errorf("%d half-days: remembers %d, want %d (%v)", c.halves, got.Sittings, c.remembered, err)
		}
	}
	apply(t, s, want, false)
}

func TestApplyingASessionTwiceChangesNothing(t *testing.T) {
	s := newStore(t)
	want := session("a", noon.AddDate(0, 1, 0))
	apply(t, s, want, true)
	apply(t, s, want, false)

	want.Access = "Tram 1"
	if got := apply(t, s, want, true); got.Revision != 0 || got.Access != "Tram 1" {
		t.Errorf("revision %d, access %q: an access note moves nobody", got.Revision, got.Access)
	}
	want.Access = ""
	if got := apply(t, s, want, true); got.Access != "" {
		t.Errorf("access %q is left behind", got.Access)
	}
	want.Place = "Rennes"
	if got := apply(t, s, want, true); got.Revision != 1 {
		t.Errorf("revision %d after a move", got.Revision)
	}
	want.HalfDays[0].End = want.HalfDays[0].End.Add(time.Hour)
	apply(t, s, want, true)
	want.Status = enrolment.SessionCancelled
	if got := apply(t, s, want, true); got.Revision != 3 {
		t.Errorf("revision %d after two moves and a cancellation", got.Revision)
	}
	apply(t, s, want, false)
}

func TestSessionsAreListedByDateAPageAtATime(t *testing.T) {
	s := newStore(t)
	const many = 130
	for i := range many {
		apply(t, s, session(fmt.Sprintf("s%03d", (i*37)%many), noon.AddDate(0, 0, 1+(i*37)%many)), true)
	}
	apply(t, s, session("past", noon.AddDate(0, 0, -1)), true)
	cancelled := session("cancelled", noon.AddDate(0, 0, 5))
	apply(t, s, cancelled, true)
	cancelled.Status = enrolment.SessionCancelled
	apply(t, s, cancelled, true)

	var ids []string
	for cursor, first := "", true; first || cursor != ""; first = false {
		page, next, err := s.Sessions(ctx, noon, cursor)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range page {
			ids = append(ids, x.ID)
		}
		cursor = next
	}
	if len(ids) != many || ids[0] != "s000" || ids[many-1] != fmt.Sprintf("s%03d", many-1) {
		t.Errorf("%d sessions: %v", len(ids), ids)
	}
	for _, bad := range []string{"%", "abc", strings.Repeat("A", 20)} {
		if _, _, err := s.Sessions(ctx, noon, bad); enrolment.KindOf(err) != enrolment.KindInvalid {
			t.Errorf("cursor %q: %v", bad, err)
		}
	}
}

func TestAPlaceInLineIsCountedAsFarAsAThousand(t *testing.T) {
	cfg := dynamotest.Database(t)
	s := dynamotest.Open(cfg, func() time.Time { return noon })
	db := dynamodb.NewFromConfig(cfg)
	const waiting = 1500
	for first := 1; first < waiting; first += 25 {
		var puts []types.WriteRequest
		for ticket := first; ticket < first+25; ticket++ {
			it, err := attributevalue.MarshalMap(map[string]string{"pk": "S#a", "sk": fmt.Sprintf("Q#%012d", ticket), "enrolmentId": strings.Repeat("x", 26)})
			if err != nil {
				t.Fatal(err)
			}
			puts = append(puts, types.WriteRequest{PutRequest: &types.PutRequest{Item: it}})
		}
		if _, err := db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{dynamotest.TableName: puts}}); err != nil {
			t.Fatal(err)
		}
	}
	for ticket, want := range map[int64]int{1: 1, 60: 60, 1000: 1000, 1001: enrolment.FarPlace, 1500: enrolment.FarPlace} {
		if got, err := s.Position(ctx, "a", ticket); err != nil || got != want {
			t.Errorf("ticket %d: place %d, %v; want %d", ticket, got, err, want)
		}
	}
}

func TestAnActThatDoesNotHandBackTheSessionItCountsInWritesNothing(t *testing.T) {
	s := newStore(t)
	read := apply(t, s, session("a", noon.AddDate(0, 1, 0)), true)
	bare := read
	bare.Counters = nil
	for name, sessions := range map[string][]enrolment.Session{"none": nil, "another": {apply(t, s, session("b", noon.AddDate(0, 1, 0)), true)}, "without its counters": {bare}} {
		e := enrolment.Enrolment{ID: "f", SessionID: "a", Status: enrolment.Reserved, Person: enrolment.Person{Email: "elue@exemple.fr"}, Version: 1}
		if err := s.Commit(ctx, enrolment.Act{At: noon, Sessions: sessions, Moves: []enrolment.Move{{After: e}}}); err == nil {
			t.Errorf("%s: a seat is held that no count knows", name)
		}
		if _, err := s.File(ctx, "f"); enrolment.KindOf(err) != enrolment.KindNotFound {
			t.Errorf("%s: written all the same (%v)", name, err)
		}
	}
}
