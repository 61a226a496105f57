package feedback_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/feedback"
)

var now = time.Date(2027, 3, 1, 13, 31, 0, 0, time.UTC)

// room is a table with one file whose messages have left, and the listener.
type room struct {
	t        *testing.T
	store    *dynamo.Store
	listener *feedback.Listener
	log      *bytes.Buffer
}

func newRoom(t *testing.T) *room {
	t.Helper()
	r := &room{t: t, store: dynamotest.Store(t, func() time.Time { return now }), log: &bytes.Buffer{}}
	r.listener = &feedback.Listener{Store: r.store, Log: slog.New(slog.NewJSONHandler(r.log, nil))}
	start := now.AddDate(0, 0, 60)
	_, err := r.store.ApplySession(t.Context(), enrolment.Session{ID: "s1", Capacity: 5, Status: enrolment.SessionOpen, ClosesAt: start,
		HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(time.Hour)}}})
	r.must(err)
	s, err := r.store.Session(t.Context(), "s1")
	r.must(err)
	e := enrolment.Enrolment{ID: "f1", SessionID: "s1", Status: enrolment.Reserved, Mode: enrolment.Collectivite, Version: 1, CreatedAt: now, ReservedAt: now,
		Person: enrolment.Person{FirstName: "Zoé", LastName: "Martin", Email: "zoe@mairie.example"}, DueAt: now.AddDate(0, 0, 3),
		Contact: &enrolment.Contact{Name: "Secrétariat", Email: "secretariat@mairie.example"}}
	r.must(r.store.Commit(t.Context(), enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{After: e}}}))
	r.sent("confirmation", "holder")
	r.sent("authority-papers.2027-03-01", "authority")
	r.sent("dife.compte.2027-03-01.2", "holder")
	r.sent("unreachable", "staff")
	return r
}

func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) sent(key, to string) {
	r.t.Helper()
	m, err := r.store.ClaimMessage(r.t.Context(), enrolment.MessageClaim{FileID: "f1", Version: 1, Key: key, Kind: "x", To: to, Now: now, Lease: time.Minute})
	r.must(err)
	m.State, m.MessageID = enrolment.MessageSent, "ses-"+key
	r.must(r.store.RecordMessage(r.t.Context(), "f1", m))
}

func (r *room) hears(name string) {
	r.t.Helper()
	_, err := r.listener.Handle(r.t.Context(), event(r.t, name))
	r.must(err)
}

func event(t *testing.T, name string) json.RawMessage {
	t.Helper()
	b, err := os.ReadFile("testdata/" + name + ".json")
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// state reads the file and one message of its log.
func (r *room) state(key string) (enrolment.Enrolment, enrolment.MessageRecord) {
	r.t.Helper()
	e, log, err := r.store.FileWithMessages(r.t.Context(), "f1")
	r.must(err)
	for _, m := range log {
		if m.Key == key {
			return e, m
		}
	}
	r.t.Fatalf("no message %q", key)
	return e, enrolment.MessageRecord{}
}

func TestWhatEachEventDoes(t *testing.T) {
	const papers = "authority-papers.2027-03-01"
	for _, c := range []struct {
		name, event, key  string
		unreachable, off  bool
		state             enrolment.MessageState
		woken, loudly     bool
		lateAndOutOfOrder bool
	}{
		{name: "the holder's address does not exist", event: "bounce-holder", key: "confirmation", unreachable: true, state: enrolment.MessageBounced, woken: true},
		{name: "the holder's address is suppressed, written otherwise", event: "bounce-suppressed", key: "confirmation", unreachable: true, state: enrolment.MessageBounced, woken: true},
		{name: "the holder's mailbox is full", event: "bounce-transient", key: "confirmation", state: enrolment.MessageSent},
		{name: "the contact's address does not exist", event: "bounce-authority", key: papers, state: enrolment.MessageBounced, woken: true},
		{name: "the copy to the holder comes back, not the contact's mail", event: "bounce-copy", key: papers, unreachable: true, state: enrolment.MessageSent, woken: true},
		{name: "the organisation's own alert address does not exist", event: "bounce-staff", key: "unreachable", state: enrolment.MessageBounced, loudly: true},
		{name: "the holder complains", event: "complaint-holder", key: "dife.compte.2027-03-01.2", off: true, state: enrolment.MessageSent, woken: true},
		{name: "the contact complains", event: "complaint-authority", key: papers, state: enrolment.MessageBounced, woken: true},
		{name: "delivered", event: "delivery", key: "confirmation", state: enrolment.MessageSent},
		{name: "taken by SES", event: "send", key: "confirmation", state: enrolment.MessageSent},
		{name: "SES would not carry it", event: "reject", key: "confirmation", state: enrolment.MessageBounced, loudly: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := newRoom(t)
			r.hears(c.event)
			e, m := r.state(c.key)
			if e.Unreachable != c.unreachable || e.RemindersOff != c.off || m.State != c.state {
				t.Errorf("unreachable %v, reminders off %v, message %s", e.Unreachable, e.RemindersOff, m.State)
			}
			if woken := e.DueAt.Equal(now); woken != c.woken {
				t.Errorf("due %s, woken %v, want %v", e.DueAt, woken, c.woken)
			}
			if loudly := strings.Contains(r.log.String(), `"level":"ERROR"`); loudly != c.loudly {
				t.Errorf("log: %s", r.log)
			}
			version := e.Version
			r.hears(c.event) // EventBridge delivers at least once
			if e, _ := r.state(c.key); e.Version != version {
				t.Errorf("the same event twice wrote again: version %d then %d", version, e.Version)
			}
			if strings.Contains(r.log.String(), "@") {
				t.Errorf("an address is in the log: %s", r.log)
			}
		})
	}
}

// SES's news of a message that we did not know to have left makes it sent: whoever waits for it does not send it again.
func TestNewsOfAMessageThatWasInDoubtMakesItSent(t *testing.T) {
	for _, state := range []enrolment.MessageState{enrolment.MessageClaimed, enrolment.MessageRetry, enrolment.MessageDead, enrolment.MessageLapsed} {
		for _, news := range []string{"send", "delivery", "complaint-holder"} {
			t.Run(string(state)+" "+news, func(t *testing.T) {
				r := newRoom(t)
				key := "in-doubt"
				m, err := r.store.ClaimMessage(t.Context(), enrolment.MessageClaim{FileID: "f1", Version: 1, Key: key, Kind: "x", To: "holder", Now: now, Lease: time.Minute})
				r.must(err)
				if m.State = state; state != enrolment.MessageClaimed {
					r.must(r.store.RecordMessage(t.Context(), "f1", m))
				}
				about := event(t, news)
				for _, other := range []string{"confirmation", "dife.compte.2027-03-01.2"} {
					about = bytes.ReplaceAll(about, []byte(`"`+other+`"`), []byte(`"`+key+`"`))
				}
				for range 2 {
					_, err := r.listener.Handle(t.Context(), about)
					r.must(err)
				}
				if _, m := r.state(key); m.State != enrolment.MessageSent || m.MessageID == "" {
					t.Errorf("%+v", m)
				}
			})
		}
	}
}

func TestAnAddressThatIsNotTheHoldersAnyMoreSaysNothing(t *testing.T) {
	r := newRoom(t)
	old := bytes.ReplaceAll(event(t, "bounce-holder"), []byte("zoe@mairie"), []byte("ancienne@mairie"))
	if _, err := r.listener.Handle(t.Context(), old); err != nil {
		t.Fatal(err)
	}
	if e, _ := r.state("confirmation"); e.Unreachable {
		t.Error("the file is unreachable because of another address")
	}
}

func TestWhatIsNotOursIsLetGo(t *testing.T) {
	r := newRoom(t)
	for name, edit := range map[string][2]string{
		"a message without our tags":                       {`"file"`, `"other"`},
		"a file that was erased":                           {`"f1"`, `"gone"`},
		"an event of a kind that SES may invent":           {"Email Bounced", "Email Dreamt Of"},
		"a bounce of a message that is not in the log any": {`"confirmation"`, `"unknown"`},
	} {
		changed := bytes.ReplaceAll(event(t, "bounce-holder"), []byte(edit[0]), []byte(edit[1]))
		if _, err := r.listener.Handle(t.Context(), changed); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := r.listener.Handle(t.Context(), json.RawMessage(`[`)); err == nil {
		t.Error("malformed JSON is accepted")
	}
}

// broken is a store that cannot be read.
type broken struct{ feedback.Store }

func (broken) FileWithMessages(context.Context, string) (enrolment.Enrolment, []enrolment.MessageRecord, error) {
	return enrolment.Enrolment{}, nil, errors.New("table busy")
}

func TestAStoreThatFailsMakesTheEventComeAgain(t *testing.T) {
	l := &feedback.Listener{Store: broken{}, Log: slog.New(slog.DiscardHandler)}
	if _, err := l.Handle(t.Context(), event(t, "bounce-holder")); err == nil {
		t.Error("the event is lost")
	}
}
