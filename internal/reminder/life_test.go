package reminder_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
)

var content = sync.OnceValue(func() *guide.Guide {
	g, err := guide.Load()
	if err != nil {
		panic(err)
	}
	return g
})

// day reads "2027-03-01 09:00", Paris time.
func day(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, guide.Paris)
	if err != nil {
		panic(err)
	}
	return t
}

// letter is one e-mail that left.
type letter struct {
	at      time.Time
	kind    mail.Kind
	to      string
	key     string
	covers  []string
	last    bool
	status  enrolment.Status // of the file as it was when the letter left
	attempt int
	file    enrolment.Enrolment // as it was
	session enrolment.Session   // as it was
	contact string              // the contact's address, when it is for them
}

func (l letter) String() string {
	text := l.at.In(guide.Paris).Format("Mon 2006-01-02 15:04") + " " + string(l.kind)
	if l.to != mail.ToHolder {
		text += " → " + l.to
	}
	if l.last {
		text += " (last call)"
	}
	return text
}

// life is one file with a real sender around it, a clock that jumps, and a post that keeps what it carries.
type life struct {
	store  *memory
	clock  time.Time
	sender *reminder.Sender
	desk   *reminder.Desk
	mu     sync.Mutex
	post   []letter
	refuse func(key string, nth int) error // what the post says of the nth try of a message; nil takes it
	tries  map[string]int
	deaf   bool // no news comes
	heard  int  // of post: told of

	keepHistory bool
	history     []string // everything that happened, in words
}

// note writes down what happens, for whoever reads a failure.
func (l *life) note(what string) {
	if l.keepHistory {
		l.history = append(l.history, l.clock.In(guide.Paris).Format("Mon 2006-01-02 15:04:05 ")+what)
	}
}

func newLife(s enrolment.Session, now time.Time) *life {
	l := &life{store: newMemory(), clock: ms(now), tries: map[string]int{}}
	l.store.session[s.ID] = s
	l.sender = &reminder.Sender{
		Planner: reminder.Planner{Calendar: content()}, Store: l.store, Composer: l, Post: l, Offers: l,
		Now: func() time.Time { return l.clock }, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	}
	l.desk = &reminder.Desk{Sender: l.sender, Before: []reminder.Sweeper{l}, Due: l.store, Shards: 1}
	return l
}

// Compose stands for package mail: the sender does not look inside.
func (l *life) Compose(_ context.Context, m reminder.Letter) (mail.Message, error) {
	msg := mail.Message{Kind: m.Kind, Headers: []mail.Header{{Name: "To", Value: string(m.To)}, {Name: "Covers", Value: strings.Join(m.Covers, " ")}}}
	if m.LastCall {
		msg.Headers = append(msg.Headers, mail.Header{Name: "Last", Value: "yes"})
	}
	return msg, nil
}

func (l *life) Send(_ context.Context, m mail.Message) (string, error) {
	if l.store.dies("before post") {
		return "", errCrash
	}
	id, key := m.Header(reminder.HeaderFile), m.Header(reminder.HeaderMessage)
	l.mu.Lock()
	l.tries[key]++
	n := l.tries[key]
	l.mu.Unlock()
	if l.refuse != nil {
		if err := l.refuse(key, n); err != nil {
			return "", err
		}
	}
	e, _, _ := l.store.FileWithMessages(context.Background(), id)
	p := letter{at: l.clock, kind: m.Kind, to: m.Header("To"), key: key, covers: strings.Fields(m.Header("Covers")), last: m.Header("Last") != "",
		status: e.Status, attempt: n, file: e, session: l.store.session[e.SessionID]}
	if p.to == mail.ToAuthority {
		p.contact = e.Contact.Email
	}
	l.mu.Lock()
	l.post = append(l.post, p)
	l.note("    left: " + p.String() + " " + key)
	l.mu.Unlock()
	if l.store.dies("after post") {
		return "", errCrash
	}
	return "ses-" + key, nil
}

func (l *life) Expire(_ context.Context, id string) error { l.store.expire(id, l.clock); return nil }

func (l *life) Sweep(context.Context) error { return nil }

// enrol puts a new file in, with its confirmation to send.
func (l *life) enrol(e enrolment.Enrolment) {
	l.store.put(e, l.clock)
}

// change edits the only file, as an act of booking does.
func (l *life) change(edit func(*enrolment.Enrolment)) {
	for id := range l.store.files {
		e, _, _ := l.store.FileWithMessages(context.Background(), id)
		edit(&e)
		l.store.put(e, l.clock)
	}
}

func (l *life) tick(steps ...enrolment.StepKey) {
	l.change(func(e *enrolment.Enrolment) {
		if e.Steps == nil {
			e.Steps = map[enrolment.StepKey]enrolment.StepDone{}
		}
		for _, k := range steps {
			e.Steps[k] = enrolment.StepDone{At: l.clock, By: "holder"}
		}
		e.Settle()
	})
}

func (l *life) tell(kind enrolment.NoticeKind, edit func(*enrolment.Enrolment)) {
	l.change(func(e *enrolment.Enrolment) {
		edit(e)
		e.Notices = append(e.Notices, enrolment.Notice{Key: string(kind) + "-" + l.clock.Format("20060102T150405"), Kind: kind, At: l.clock})
	})
}

func (l *life) cancel() {
	l.tell(enrolment.NoticeCancelled, func(e *enrolment.Enrolment) { e.Status, e.CancelledAt = enrolment.Cancelled, l.clock })
}

// sweep runs the schedule now.
func (l *life) sweep(t tester) {
	t.Helper()
	l.store.dead = false
	l.hear()
	if err := l.desk.Sweep(context.Background()); err != nil && !errors.Is(err, errCrash) && !errors.Is(err, reminder.ErrDead) {
		t.Fatalf("%s: %v", l.clock.In(guide.Paris), err)
	}
}

// hear is the post's own news of what it carries, which comes unless everybody is deaf.
func (l *life) hear() {
	if l.deaf {
		return
	}
	for _, p := range l.post[l.heard:] {
		l.store.left(p.file.ID, p.key)
	}
	l.heard = len(l.post)
}

// until lives on to an instant: the schedule runs each time something is due.
func (l *life) until(t tester, end time.Time) {
	t.Helper()
	for l.clock.Before(end) {
		next := end
		for _, e := range l.store.files {
			if !e.DueAt.IsZero() && e.DueAt.Before(next) {
				next = e.DueAt
			}
		}
		if !next.Before(end) {
			break
		}
		l.clock = ms(latestOf(l.clock, next))
		l.sweep(t)
		if l.stillDue() { // the run died, or the post was busy: the schedule comes again
			l.clock = l.clock.Add(5 * time.Minute)
		}
	}
	l.clock = ms(latestOf(l.clock, end))
	l.sweep(t)
}

func (l *life) stillDue() bool {
	ids, _ := l.store.DueFiles(context.Background(), 0, l.clock, 1)
	return len(ids) > 0
}

func latestOf(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// letters lists what left, in words.
func (l *life) letters(to ...string) []string {
	var all []string
	for _, p := range l.post {
		if len(to) == 0 || slices.Contains(to, p.to) {
			all = append(all, p.String())
		}
	}
	return all
}

func (l *life) kinds() []mail.Kind {
	var all []mail.Kind
	for _, p := range l.post {
		all = append(all, p.kind)
	}
	return all
}

// session is one day of training, 9:00 to 17:00.
func session(date string) enrolment.Session {
	start := day(date + " 09:00")
	return enrolment.Session{ID: "s1", HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}, {Start: start.Add(5 * time.Hour), End: start.Add(8 * time.Hour)}},
		Capacity: 12, ClosesAt: start.Add(-24 * time.Hour), Status: enrolment.SessionOpen, Revision: 1,
		Formation: enrolment.FormationSummary{Title: "Le budget de la commune", DIFEEligible: true}}
}

// file is a fresh enrolment, its confirmation to send.
func file(mode enrolment.Mode, now time.Time) enrolment.Enrolment {
	now = ms(now)
	return enrolment.Enrolment{ID: "f1", SessionID: "s1", Status: enrolment.Reserved, Mode: mode, SessionSeen: 1,
		Person:    enrolment.Person{FirstName: "Zoé", LastName: "Martin", Email: "zoe@mairie.example"},
		CreatedAt: now, ReservedAt: now, ModeSince: now, DueAt: now, Steps: map[enrolment.StepKey]enrolment.StepDone{},
		Notices: []enrolment.Notice{{Key: "confirmation", Kind: enrolment.NoticeConfirmation, At: now}}}
}
