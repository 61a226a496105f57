package reminder_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
)

// TestPromisesOverRandomLives draws lives: what people and the organisation do in any order, a schedule that is late, runs
// twice or dies around any write, a post that refuses. Whatever happens, the promises of the package hold.
func TestPromisesOverRandomLives(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t)
		steps := rapid.IntRange(3, 25).Draw(t, "steps")
		for range steps {
			drawStep(t, l)
		}
		l.store.crash = func(string) bool { return false }
		l.refuse = nil
		l.until(t, l.clock.AddDate(0, 0, 200))
		for _, promise := range promises {
			if broken := promise.broken(l); broken != "" {
				t.Fatalf("%s: %s\n%s", promise.name, broken, strings.Join(l.history, "\n"))
			}
		}
	})
}

// tester is the part of *rapid.T and *testing.T that a life needs.
type tester interface {
	Helper()
	Fatalf(format string, args ...any)
}

func drawLife(t *rapid.T) *life {
	start := day("2027-01-01 00:00").Add(time.Duration(rapid.IntRange(0, 360*24*60).Draw(t, "enrolled")) * time.Minute)
	date := start.AddDate(0, 0, rapid.IntRange(1, 120).Draw(t, "daysBefore")).Format(time.DateOnly)
	l := newLife(session(date), start)
	l.keepHistory = true
	l.deaf = rapid.IntRange(0, 4).Draw(t, "deaf") == 0
	e := file(rapid.SampledFrom(enrolment.Modes).Draw(t, "mode"), l.clock)
	if rapid.Bool().Draw(t, "contact") {
		withContact(&e)
	}
	if rapid.IntRange(0, 4).Draw(t, "full") == 0 {
		e.Status, e.ReservedAt, e.Ticket = enrolment.Waiting, time.Time{}, 3
		e.Notices = []enrolment.Notice{{Key: "queue-joined-1", Kind: enrolment.NoticeQueueJoined, At: l.clock}}
	}
	l.enrol(e)
	l.note(string(e.Status) + ", " + string(e.Mode) + ", session " + date)
	return l
}

func drawStep(t *rapid.T, l *life) {
	step := rapid.SampledFrom([]string{"live", "live", "live", "sleep", "tick", "untick", "mode", "cancel", "stop", "unreachable", "move", "contact", "links", "answer", "sign", "countersign", "pass on", "crash", "busy", "twice"}).Draw(t, "step")
	switch step {
	case "live":
		l.until(t, l.clock.Add(time.Duration(rapid.IntRange(1, 15*24*60).Draw(t, "minutes"))*time.Minute))
	case "sleep": // nobody runs: the schedule is late
		l.clock = l.clock.Add(time.Duration(rapid.IntRange(1, 72).Draw(t, "hours")) * time.Hour)
		l.note("the schedule was down until now")
		l.sweep(t)
	case "tick":
		k := rapid.SampledFrom(l.only().Mode.Steps()).Draw(t, "tick")
		l.note("ticks " + string(k))
		l.tick(k)
	case "untick":
		k := rapid.SampledFrom(l.only().Mode.Steps()).Draw(t, "untick")
		l.note("unticks " + string(k))
		l.change(func(e *enrolment.Enrolment) { delete(e.Steps, k) })
	case "mode":
		m := rapid.SampledFrom(enrolment.Modes).Draw(t, "mode")
		if l.only().Status.Live() {
			l.note("pays by " + string(m))
			l.tell(enrolment.NoticeFundingChanged, func(e *enrolment.Enrolment) { e.Mode, e.ModeSince = m, l.clock })
		}
	case "cancel":
		if l.only().Status.Live() && rapid.IntRange(0, 3).Draw(t, "really") == 0 {
			l.note("cancels")
			l.cancel()
		}
	case "stop":
		if rapid.IntRange(0, 2).Draw(t, "really") == 0 {
			l.note("stops reminders")
			l.change(func(e *enrolment.Enrolment) { e.RemindersOff = true })
		}
	case "unreachable":
		if rapid.IntRange(0, 3).Draw(t, "really") == 0 {
			l.note("unreachable")
			l.change(func(e *enrolment.Enrolment) { e.Unreachable = true })
		}
	case "move":
		date := l.clock.AddDate(0, 0, rapid.IntRange(1, 90).Draw(t, "to")).Format(time.DateOnly)
		s := session(date)
		s.Revision = l.store.session["s1"].Revision + 1
		l.store.session["s1"] = s
		l.note("moved to " + date)
		if l.only().Status.Live() {
			l.tell(enrolment.NoticeSessionMoved, func(e *enrolment.Enrolment) { e.SessionSeen = s.Revision })
		}
	case "contact":
		l.note("another contact")
		l.change(func(e *enrolment.Enrolment) {
			e.Contact = &enrolment.Contact{Name: "x", Email: fmt.Sprintf("contact%d@mairie.example", rapid.IntRange(0, 2).Draw(t, "n"))}
		})
	case "links":
		l.note("asks for links")
		l.tell(enrolment.NoticeLinks, func(*enrolment.Enrolment) {})
	case "answer", "sign", "countersign", "pass on":
		drawContact(t, l, step)
	case "crash":
		odds := rapid.IntRange(2, 8).Draw(t, "crashOdds")
		l.note("runs die now and then")
		n := 0
		l.store.crash = func(point string) bool {
			n++
			if n%odds == 0 {
				l.note("dies " + point)
				return true
			}
			return false
		}
	case "busy":
		odds := rapid.IntRange(2, 5).Draw(t, "busyOdds")
		l.note("the post is busy now and then")
		n := 0
		l.refuse = func(string, int) error {
			if n++; n%odds == 0 {
				if n%2 == 0 {
					return uncertain
				}
				return busy
			}
			return nil
		}
	case "twice":
		l.sweep(t)
		l.sweep(t)
	}
}

// drawContact is an act of the contact at the collectivité, or the organisation's signature beside theirs.
func drawContact(t *rapid.T, l *life, step string) {
	if e := l.only(); !e.Status.Live() || e.Mode != enrolment.Collectivite {
		return
	}
	l.note("the collectivité: " + step)
	switch step {
	case "answer":
		given := rapid.SampledFrom([]enrolment.AnswerGiven{enrolment.Accord, enrolment.Refus, ""}).Draw(t, "given")
		l.tell(enrolment.NoticeAuthoritySaid, func(e *enrolment.Enrolment) {
			e.OpenReply().Answer = enrolment.Answer{Given: given, At: l.clock}
			e.Declare(enrolment.StepAccord, enrolment.ByAuthority, given == enrolment.Accord, l.clock)
		})
	case "sign":
		l.tell(enrolment.NoticeAuthoritySaid, func(e *enrolment.Enrolment) {
			e.OpenReply().Signature = enrolment.Signature{Edition: e.Terms.Edition, Name: "Maire", At: l.clock}
			e.Declare(enrolment.StepAccord, enrolment.ByAuthority, true, l.clock)
		})
	case "countersign":
		if !l.only().SignedByAuthority() || l.only().SignedOnline() {
			return
		}
		l.tell(enrolment.NoticeConventionSigned, func(e *enrolment.Enrolment) {
			e.OpenReply().Signature.Organisation = enrolment.Countersignature{By: "Claire", At: l.clock}
			e.Declare(enrolment.StepConvention, enrolment.ByStaff, true, l.clock)
		})
	case "pass on":
		if l.only().Contact == nil {
			return
		}
		n := l.only().Relay.Revision
		l.tell(enrolment.NoticeAuthoritySaid, func(e *enrolment.Enrolment) {
			e.HandOn(enrolment.Contact{Name: "x", Email: fmt.Sprintf("colleague%d@mairie.example", n)}, "Maire", l.clock)
		})
	}
}

func (l *life) only() enrolment.Enrolment { return l.store.file("f1") }

// promise is one thing that is true of every life.
type promise struct {
	name   string
	broken func(*life) string // says how it was broken, "" when it held
}

var promises = []promise{
	{"each message leaves once; again only when no news of it came, and the log shows it", func(l *life) string {
		count := map[string]int{}
		for _, p := range l.post {
			count[p.key]++
			if n, r := count[p.key], l.record(p.key); n > 1 && (!l.deaf || n-1 > r.Crashes) {
				return fmt.Sprintf("%s left %d times: %+v", p.key, n, r)
			}
		}
		return ""
	}},
	{"never two within two days to the same person, but news and last calls", func(l *life) string {
		last := map[string]letter{}
		for _, p := range l.post {
			if p.last || !isReminder(p) {
				continue
			}
			who := p.to + p.contact
			if before, ok := last[who]; ok && p.key != before.key && p.at.Sub(before.at) < 48*time.Hour {
				return before.String() + " then " + p.String()
			}
			last[who] = p
		}
		return ""
	}},
	{"no reminder with the message that gave the seat", func(l *life) string {
		for i, p := range l.post {
			if i > 0 && isReminder(p) && p.to == mail.ToHolder && !p.last && p.at.Equal(l.post[i-1].at) && tellsSeat(l.post[i-1].kind) {
				return p.String()
			}
		}
		return ""
	}},
	{"nothing after cancelling, but the answer to it and to what the person asks", func(l *life) string {
		for _, p := range l.post {
			if p.status == enrolment.Cancelled && p.kind != mail.Cancelled && p.kind != mail.Links && p.kind != mail.AuthorityOver {
				return p.String()
			}
		}
		return ""
	}},
	{"to the contact, on working days", func(l *life) string {
		for _, p := range l.post {
			if p.to == mail.ToAuthority && (!guide.OfficeHours(p.at) || !guide.WorkingDay(p.at)) {
				return p.String()
			}
		}
		return ""
	}},
	{"in office hours, but answers and offers", func(l *life) string {
		for _, p := range l.post {
			if (isReminder(p) || p.kind == mail.SessionMoved || p.kind == mail.QueueEnded || p.to == mail.ToStaff && (p.kind != mail.StaffRequest || p.last)) && !guide.OfficeHours(p.at) {
				return p.String()
			}
		}
		return ""
	}},
	{"nothing about a step that is done", func(l *life) string {
		for _, p := range l.post {
			for step := range p.file.Steps {
				if kind, _ := mail.StepReminder(step); kind == p.kind {
					return p.String()
				}
			}
		}
		return ""
	}},
	{"nothing to an address that does not work; no reminder to whoever stopped them", func(l *life) string {
		for _, p := range l.post {
			if p.to == mail.ToHolder && (p.file.Unreachable || p.file.RemindersOff && p.kind.Stoppable()) {
				return p.String()
			}
		}
		return ""
	}},
	{"a contact is reminded three times at most", func(l *life) string {
		reminders := map[string][]string{}
		for _, p := range l.post {
			if p.kind == mail.AuthorityReminder && !slices.Contains(reminders[p.contact], p.key) {
				if reminders[p.contact] = append(reminders[p.contact], p.key); len(reminders[p.contact]) > 3 {
					return fmt.Sprint(reminders[p.contact])
				}
			}
		}
		return ""
	}},
	{"nothing about a session that is over, but thanks and a payment that had to wait; no thanks before its end", func(l *life) string {
		for _, p := range l.post {
			if over := p.at.After(p.session.End()); isReminder(p) && p.kind != mail.PersonnelAcompte && over != (p.kind == mail.Thanks) {
				return p.String()
			}
		}
		return ""
	}},
	{"in the end nothing is both unsent and unlogged", func(l *life) string {
		if e := l.only(); len(e.Notices) > 0 || !e.DueAt.IsZero() {
			return fmt.Sprintf("notices %v, due %s", e.Notices, e.DueAt)
		}
		return ""
	}},
	{"whoever waits to the end is told so, and of nothing that a seat brings", func(l *life) string {
		for _, p := range l.post {
			if p.status == enrolment.Waiting && isReminder(p) || p.status != enrolment.Waiting && p.kind == mail.QueueEnded {
				return p.String()
			}
		}
		if e := l.only(); e.Status != enrolment.Waiting || e.Unreachable {
			return ""
		}
		for _, r := range l.store.log("f1") {
			if r.Kind == string(mail.QueueEnded) && r.Settled() {
				return ""
			}
		}
		return "never"
	}},
	{"whoever keeps a seat to the end has been told where and when", func(l *life) string {
		e := l.only()
		if !e.Status.HoldsSeat() || e.Unreachable {
			return ""
		}
		for _, r := range l.store.log("f1") {
			if tellsWhereAndWhen(mail.Kind(r.Kind)) && r.Settled() {
				return ""
			}
		}
		return "never"
	}},
}

func tellsWhereAndWhen(k mail.Kind) bool {
	return slices.Contains([]mail.Kind{mail.Convocation, mail.DayBefore, mail.Late, mail.Confirmation, mail.SessionMoved}, k)
}

func tellsSeat(k mail.Kind) bool {
	return slices.Contains([]mail.Kind{mail.Late, mail.Confirmation, mail.OfferTaken}, k)
}

// isReminder: a message that time alone made due.
func isReminder(p letter) bool {
	switch p.kind {
	case mail.DIFEClosed, mail.Convocation, mail.DayBefore, mail.Thanks, mail.AuthorityPapers, mail.AuthorityReminder:
		return true
	}
	for _, m := range enrolment.Modes {
		for _, s := range m.Steps() {
			if kind, _ := mail.StepReminder(s); kind == p.kind {
				return true
			}
		}
	}
	return false
}

// TestThePlanNeverMissesAnInstant: between now and the next instant that a plan gives, nothing becomes due.
func TestThePlanNeverMissesAnInstant(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLife(t)
		for range rapid.IntRange(1, 10).Draw(t, "steps") {
			drawStep(t, l)
		}
		l.store.crash, l.refuse = func(string) bool { return false }, nil
		l.until(t, l.clock.Add(time.Hour))
		s := reminder.Situation{File: l.only(), Log: l.store.log("f1"), Session: l.store.session["s1"], Now: l.clock}
		plan := l.sender.Planner.Plan(s)
		if len(plan.Due)+len(plan.Lapsed) > 0 {
			t.Fatalf("still due after a sweep: %+v", plan)
		}
		if !plan.Next.IsZero() && !plan.Next.After(s.Now) {
			t.Fatalf("next look %s is not after %s", plan.Next, s.Now)
		}
		end := plan.Next
		if end.IsZero() {
			end = s.Now.AddDate(1, 0, 0)
		}
		for range 20 {
			s.Now = l.clock.Add(time.Duration(rapid.Int64Range(0, int64(end.Sub(l.clock))-1).Draw(t, "in")))
			if p := l.sender.Planner.Plan(s); len(p.Due) > 0 {
				t.Fatalf("%s: %s was due before the next look at %s\n%s", s.Now, p.Due[0].Key, plan.Next, strings.Join(l.history, "\n"))
			}
		}
	})
}
