package reminder

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

// Calendar gives the dates that rules set. *guide.Guide is one.
type Calendar interface {
	// DIFECloses is the instant from which the DIFE request comes too late for a session, unless the organisation answers
	// the same day; ok is false when no rule is known.
	DIFECloses(s enrolment.Session) (closes time.Time, ok bool)
	// DIFEProposalCloses is the instant from which even the organisation's answer comes too late.
	DIFEProposalCloses(s enrolment.Session) (closes time.Time, ok bool)
	// DIFEOpens is the first instant at which the DIFE request makes sense; zero: at once.
	DIFEOpens(s enrolment.Session) time.Time
	// Request says where the DIFE request of a file stands, and its last moments.
	Request(e enrolment.Enrolment, s enrolment.Session, now time.Time) guide.Request
	// StepOpensAt is when a step may first be declared done; ok is false while what it depends on is not done.
	StepOpensAt(e enrolment.Enrolment, k enrolment.StepKey) (at time.Time, ok bool)
	// OffersStop is the instant from which no freed seat of the session is offered any more.
	OffersStop(s enrolment.Session) time.Time
}

// Planner decides what is due. It is pure: the same file, log, session and instant give the same plan.
type Planner struct{ Calendar Calendar }

// Situation is all that a plan depends on.
type Situation struct {
	File    enrolment.Enrolment
	Log     []enrolment.MessageRecord
	Session enrolment.Session
	Now     time.Time
}

// Message is one e-mail to send.
type Message struct {
	Key      string // unique in the life of the file
	Kind     mail.Kind
	To       Audience
	Step     enrolment.StepKey // the step to do that it is about; "" when none
	Turn     int               // how many of its kind the person has had before
	Covers   []string          // keys of the messages that it stands for
	Due      time.Time         // when it should have left
	LastCall bool              // the limit is near
	Urgent   bool              // somebody waits for it now: it goes before what only has its time
	urgency  int               // see [candidate.urgency]
}

// Plan is what to do about a file now.
type Plan struct {
	Due    []Message // to send now, in this order
	Lapsed []Message // their time passed before they could leave: to be written in the log, not sent
	Next   time.Time // when to look again once Due is settled; zero when never

	late    time.Time // when the oldest message that its record keeps should have left; zero when none is kept
	urgency int       // of what comes at Next
}

// Look is when to look again, with what a sweep must know before it reads the file.
func (p Plan) Look() enrolment.Look {
	l := enrolment.Look{At: p.Next, Since: p.late, Urgency: p.urgency}
	if l.At.IsZero() {
		return enrolment.Look{}
	}
	return l
}

// Plan decides. When Due and Lapsed are empty, Next is after Now, or zero.
func (p Planner) Plan(s Situation) Plan {
	w := p.work(s)
	w.reminders()
	w.notices()
	w.alerts()
	w.contact()
	w.choose(Holder)
	w.choose(Authority)
	w.choose(Staff)
	if s.File.Status == enrolment.Offered {
		w.look(s.File.OfferedUntil)
	}
	if s.File.NewEmail != "" {
		w.look(s.File.NewEmailBy) // to forget it
	}
	return w.plan
}

// candidate is a message that a rule or a notice wants in [at, until); until is zero when it has no end.
type candidate struct {
	Message
	at, until time.Time
	rank      int
	notice    bool
	full      bool
	anyHour   bool
	logged    bool
	wanted    time.Time // when it should have left, if its own record keeps it
}

// free messages neither wait for others nor make them wait.
func (c candidate) free() bool { return c.notice || c.LastCall }

// urgency orders what is due when not everything can leave at once: the answer to what somebody has just done and offers
// whose time runs, then what is tied to a date that is near, then the rest, then thanks.
func (c candidate) urgency() int {
	switch {
	case c.anyHour:
		return 0
	case c.notice, c.LastCall, c.rank >= 4:
		return 1
	case c.Kind == mail.Thanks, c.Kind == mail.QueueEnded:
		return 3
	}
	return 2
}

// work is one planning in progress.
type work struct {
	Situation
	cal        Calendar
	step       enrolment.StepKey // the step to do, "" when none
	stepBegan  time.Time
	pathBegan  time.Time
	toldAt     time.Time // when a message gave the whole state: what was due before is covered by it
	late       []string  // keys of what that message covers
	records    map[string]enrolment.MessageRecord
	candidates []candidate
	plan       Plan
}

func (p Planner) work(s Situation) *work {
	w := &work{Situation: s, cal: p.Calendar, records: map[string]enrolment.MessageRecord{}}
	for _, r := range s.Log {
		w.records[r.Key] = r
		if r.MayHaveLeft() || r.State == enrolment.MessageLapsed {
			for _, k := range r.Covers {
				if _, own := w.records[k]; !own {
					w.records[k] = enrolment.MessageRecord{Key: k, To: r.To, State: enrolment.MessageLapsed}
				}
			}
		}
	}
	w.pathBegan = latest(s.File.CreatedAt, s.File.ReservedAt, s.File.ModeSince)
	w.step, w.stepBegan = stepToDo(s.File, w.pathBegan)
	w.toldAt = w.told()
	return w
}

// stepToDo is the file's next step, "" when none is left, and since when.
func stepToDo(e enrolment.Enrolment, began time.Time) (k enrolment.StepKey, since time.Time) {
	for _, k := range e.Mode.Steps() {
		began = latest(began, e.Steps[k].At)
	}
	k, _ = e.NextStep()
	return k, began
}

// lapse lets a message go, once nobody holds it.
func (w *work) lapse(m Message) {
	if held := w.heldUntil(m.Key); held.After(w.Now) {
		w.look(held)
		return
	}
	w.plan.Lapsed = append(w.plan.Lapsed, m)
}

// look notes an instant to come back at.
func (w *work) look(at time.Time) {
	if at.After(w.Now) && (w.plan.Next.IsZero() || at.Before(w.plan.Next)) {
		w.plan.Next = at
	}
}

func (w *work) begun(key string) bool { _, ok := w.records[key]; return ok }

func (w *work) settled(key string) bool {
	r, ok := w.records[key]
	return ok && r.Settled()
}

func latest(times ...time.Time) time.Time {
	var last time.Time
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
