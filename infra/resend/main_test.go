package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
)

var now = time.Date(2027, 3, 1, 10, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// room is a table with people whose messages were given up, and the sender.
type room struct {
	t       *testing.T
	store   *dynamo.Store
	planner reminder.Planner
	sender  *reminder.Sender
	sent    []string
}

func (r *room) Compose(_ context.Context, l reminder.Letter) (mail.Message, error) {
	return mail.Message{Kind: l.Kind}, nil
}

func (r *room) Send(_ context.Context, m mail.Message) (string, error) {
	r.sent = append(r.sent, m.Header(reminder.HeaderFile)+" "+m.Header(reminder.HeaderMessage))
	return "ses", nil
}

func (r *room) Expire(context.Context, string) error { return nil }

func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func newRoom(t *testing.T) *room {
	t.Helper()
	g, err := guide.Load()
	r := &room{t: t, store: dynamotest.Store(t, clock), planner: reminder.Planner{Calendar: g}}
	r.must(err)
	r.sender = &reminder.Sender{Planner: r.planner, Store: r.store, Composer: r, Post: r, Offers: r, Now: clock, Log: slog.New(slog.NewTextHandler(io.Discard, nil))}
	start := now.AddDate(0, 0, 60)
	_, err = r.store.ApplySession(t.Context(), enrolment.Session{ID: "s1", Capacity: 9, Status: enrolment.SessionOpen, ClosesAt: start,
		HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}}})
	r.must(err)
	r.file("a", enrolment.MessageDead)
	r.file("b", enrolment.MessageRefused)
	r.file("c", enrolment.MessageSent)
	return r
}

// file is somebody whose confirmation ended in a state.
func (r *room) file(id string, state enrolment.MessageState) {
	r.t.Helper()
	ctx := r.t.Context()
	s, err := r.store.Session(ctx, "s1")
	r.must(err)
	e := enrolment.Enrolment{ID: id, SessionID: "s1", Status: enrolment.Reserved, Mode: enrolment.Personnel, Version: 1, CreatedAt: now, ReservedAt: now, ModeSince: now,
		Person: enrolment.Person{Email: id + "@mairie.example"}, DueAt: now}
	r.must(r.store.Commit(ctx, enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{After: e}}}))
	m, err := r.store.ClaimMessage(ctx, enrolment.MessageClaim{FileID: id, Version: 1, Key: "confirmation", Kind: "confirmation", To: "holder", Now: now, Lease: time.Minute})
	r.must(err)
	m.State, m.Failure = state, "test"
	r.must(r.store.RecordMessage(ctx, id, m))
	r.must(r.sender.Tend(ctx, id)) // it is settled: nothing is due any more
}

func (r *room) resend(args ...string) string {
	r.t.Helper()
	o, err := parse(append([]string{"-table", "any"}, args...))
	r.must(err)
	var out bytes.Buffer
	r.must(resend(r.t.Context(), o, r.store, r.planner, clock, &out))
	return out.String()
}

func (r *room) tend() {
	r.t.Helper()
	for _, id := range []string{"a", "b", "c"} {
		r.must(r.sender.Tend(r.t.Context(), id))
	}
}

func TestWhatWasGivenUpIsListedFirstAndSentWhenAsked(t *testing.T) {
	r := newRoom(t)
	said := r.resend()
	if !strings.Contains(said, "2 messages abandonnés, 0 sans objet désormais, 2 à envoyer.") || !strings.Contains(said, "Rien n’est écrit") || strings.Contains(said, "@") {
		t.Errorf("%s", said)
	}
	if r.tend(); len(r.sent) > 0 {
		t.Fatalf("a dry run sent %v", r.sent)
	}
	r.resend("-send")
	r.tend()
	r.tend()
	if got := fmt.Sprint(r.sent); got != "[a confirmation b confirmation]" {
		t.Error(got)
	}
	if said := r.resend(); !strings.HasPrefix(said, "0 messages") {
		t.Errorf("once they are sent: %s", said)
	}
}

func TestOnlyWhatIsAskedForIsSentAgain(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{[]string{"-file", "b"}, "1 messages"}, {[]string{"-kind", "convocation"}, "0 messages"}, {[]string{"-kind", "confirmation"}, "2 messages"},
		{[]string{"-from", "2027-03-02"}, "0 messages"}, {[]string{"-from", "2027-03-01", "-to", "2027-03-01"}, "2 messages"}, {[]string{"-to", "2027-02-28"}, "0 messages"},
	} {
		if said := newRoom(t).resend(c.args...); !strings.Contains(said, c.want) {
			t.Errorf("%v: %s", c.args, said)
		}
	}
}

func TestAMessageWhoseReasonIsOverStaysGivenUp(t *testing.T) {
	r := newRoom(t)
	e, err := r.store.File(t.Context(), "a")
	r.must(err)
	s, err := r.store.Session(t.Context(), "s1")
	r.must(err)
	after := e
	after.Status, after.CancelledAt, after.Version = enrolment.Cancelled, now, e.Version+1
	r.must(r.store.Commit(t.Context(), enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{Before: e, After: after}}}))
	said := r.resend("-send")
	r.tend()
	if !strings.Contains(said, "2 messages abandonnés, 1 sans objet désormais, 1 à envoyer.") || fmt.Sprint(r.sent) != "[b confirmation]" {
		t.Errorf("%v\n%s", r.sent, said)
	}
}

func TestArgumentsThatCannotBeRead(t *testing.T) {
	for _, args := range [][]string{{}, {"-table", "t", "more"}, {"-table", "t", "-from", "hier"}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%v is accepted", args)
		}
	}
}
