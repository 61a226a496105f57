package reminder

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

// Calendar gives the dates that rules set. *guide.Guide is one.
type Calendar interface {
	// DIFECloses is the instant from which the DIFE request comes too late for a first day; ok is false when no rule is known.
	DIFECloses(firstDay time.Time) (closes time.Time, ok bool)
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
	Covers   []string          // keys of the messages that it stands for
	Due      time.Time         // when it should have left
	LastCall bool              // the limit is near
}

// Plan is what to do about a file now.
type Plan struct {
	Due    []Message // to send now, in this order
	Lapsed []Message // their time passed before they could leave: to be written in the log, not sent
	Next   time.Time // when to look again once Due is settled; zero when never
}

// Plan decides. When Due and Lapsed are empty, Next is after Now, or zero.
func (p Planner) Plan(s Situation) Plan {
	if s.File.Decoy {
		return Plan{}
	}
	w := p.work(s)
	w.reminders()
	w.notices()
	w.alerts()
	w.choose(Holder)
	w.choose(Authority)
	w.choose(Staff)
	if s.File.Status == enrolment.Offered {
		w.look(s.File.OfferedUntil)
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
}

// free messages neither wait for others nor make them wait.
func (c candidate) free() bool { return c.notice || c.LastCall }

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

// stepToDo is the first step after the last one that is done (whoever has filed the request has an account, ticked or
// not), and since when.
func stepToDo(e enrolment.Enrolment, began time.Time) (k enrolment.StepKey, since time.Time) {
	steps := e.Mode.Steps()
	next := 0
	for i, k := range steps {
		if done, ok := e.Steps[k]; ok {
			next, began = i+1, latest(began, done.At)
		}
	}
	if next == len(steps) {
		return "", began
	}
	return steps[next], began
}

// told is when the person was last told everything: at the seat, and at each new date.
func (w *work) told() time.Time {
	told := w.File.ReservedAt
	if told.IsZero() {
		told = w.File.CreatedAt
	}
	for _, n := range w.File.Notices {
		if tells(noticeRules[n.Kind].kind) && !w.settled(n.Key) {
			told = latest(told, n.At, w.Now) // it is about to
		}
	}
	for _, r := range w.Log {
		if tells(mail.Kind(r.Kind)) && r.MayHaveLeft() {
			told = latest(told, r.At)
		}
	}
	return told
}

// tells: the kinds that say everything about the seat and its dates.
func tells(kind mail.Kind) bool {
	switch kind {
	case mail.Confirmation, mail.Late, mail.OfferTaken, mail.SessionMoved, mail.SessionChanged:
		return true
	}
	return false
}

// notices turns what happened into candidates, and lets go what is over.
func (w *work) notices() {
	for _, n := range w.File.Notices {
		r, known := noticeRules[n.Kind]
		if !known || w.settled(n.Key) {
			continue
		}
		m := Message{Key: n.Key, Kind: r.kind, To: Holder, Step: w.step, Due: n.At}
		if w.File.Unreachable || !r.when(w.File, n, w.Now) {
			w.lapse(m)
			continue
		}
		if tells(m.Kind) {
			m.Covers = slices.Clip(w.late)
			if r.full && m.Kind != mail.SessionChanged && len(w.late) > 0 {
				m.Kind = mail.Late
			}
		}
		w.candidates = append(w.candidates, candidate{Message: m, at: n.At, notice: true, full: r.full, anyHour: r.anyHour})
	}
}

// reminders turns the rules into candidates.
func (w *work) reminders() {
	if !w.File.Status.Live() || w.File.Status == enrolment.Offered || w.Session.Status == enrolment.SessionCancelled {
		return
	}
	for _, r := range rules {
		if w.applies(r) {
			w.expand(r)
		}
	}
}

func (w *work) applies(r rule) bool {
	switch {
	case r.queue != (w.File.Status == enrolment.Waiting),
		r.mode != "" && r.mode != w.File.Mode,
		r.steps != nil && !slices.Contains(r.steps, w.step),
		r.audience() == Holder && (w.File.Unreachable || w.File.RemindersOff && w.kind(r).Stoppable()),
		r.audience() == Authority && !w.authorityWelcome():
		return false
	}
	return true
}

// kind is the rule's own, or the reminder about the step to do.
func (w *work) kind(r rule) mail.Kind {
	if r.kind != "" {
		return r.kind
	}
	k, _ := mail.StepReminder(w.step)
	return k
}

// authorityWelcome tells whether the contact at the collectivité may be written to at all.
func (w *work) authorityWelcome() bool {
	return w.File.Contact != nil && w.File.Contact.Email != "" && !w.toContact(func(r enrolment.MessageRecord) bool {
		return r.State == enrolment.MessageBounced || r.State == enrolment.MessageRefused
	})
}

// toContact tells whether a record of the present contact satisfies is.
func (w *work) toContact(is func(enrolment.MessageRecord) bool) bool {
	mark := w.contactMark()
	return slices.ContainsFunc(w.Log, func(r enrolment.MessageRecord) bool { return strings.HasSuffix(r.Key, mark) && is(r) })
}

// enough tells whether the contact has been reminded as often as we ever do; what was begun may still be finished.
func (w *work) enough(m Message) bool {
	if m.Kind != mail.AuthorityReminder || w.begun(m.Key) {
		return false
	}
	reminded, mark := 0, w.contactMark()
	for _, r := range w.Log {
		if r.Kind == string(mail.AuthorityReminder) && strings.HasSuffix(r.Key, mark) && r.MayHaveLeft() {
			reminded++
		}
	}
	return reminded >= authorityLimit
}

// contactMark ends the keys of messages to the contact, so that another contact starts afresh. It cannot be turned
// back into an address.
func (w *work) contactMark() string {
	sum := sha256.Sum256([]byte(w.File.ID + w.File.Contact.Email))
	return "." + hex.EncodeToString(sum[:4])
}

// slot is one turn of a rule.
type slot struct {
	at     time.Time
	offset int
}

// expand makes the rule's candidates. A turn ends when the next one comes: a late run sends the newest only.
func (w *work) expand(r rule) {
	origin, end, ok := w.span(r)
	if !ok {
		return
	}
	slots := r.slots(origin, end)
	for i, sl := range slots {
		m := Message{Key: w.key(r, origin, sl.offset), Kind: w.kind(r), To: r.audience(), Step: w.step, Due: sl.at, LastCall: r.lastCall}
		if w.settled(m.Key) || w.enough(m) {
			continue
		}
		if w.covered(r, sl.at) {
			if r.logged && w.Now.Before(end) {
				w.late = append(w.late, m.Key)
			}
			continue
		}
		until := end
		if i+1 < len(slots) && slots[i+1].at.Before(end) {
			until = slots[i+1].at
		}
		if !w.Now.Before(until) {
			if r.logged {
				w.lapse(m)
			}
			continue
		}
		w.candidates = append(w.candidates, candidate{Message: m, at: w.notBefore(r, sl.at), until: until, rank: r.rank, logged: r.logged})
	}
}

// span gives a rule's origin and the instant from which it has no reason any more; ok is false when it has none at all.
func (w *work) span(r rule) (origin, end time.Time, ok bool) {
	start := w.Session.Start()
	switch r.from {
	case stepBegan, pathBegan:
		origin, end = w.pathBegan, start
		if r.from == stepBegan {
			origin = w.stepBegan
		}
		if closes, known := w.cal.DIFECloses(start); known && w.File.Mode == enrolment.DIFE {
			end = onMorning(guide.WorkingDaysBefore(closes, 7), 0) // from here on, last calls
		}
		return origin, end, true
	case difeCloses:
		closes, known := w.cal.DIFECloses(start)
		return closes, closes, known
	case difeClosed:
		closes, known := w.cal.DIFECloses(start)
		return closes, start, known
	case withdrawalEnded:
		opens, done := w.File.StepOpensAt(enrolment.StepAcompte)
		return opens, start, done
	case sessionEnd:
		return w.Session.End(), w.Session.End().Add(afterSession), true
	case offersStopped:
		return w.cal.OffersStop(w.Session), w.Session.End().Add(afterSession), true
	}
	if slices.Contains(r.days, -1) {
		return start, onMorning(start, 0).Add(-morning), true // « demain » ends at midnight
	}
	return start, start, true
}

// slots are the rule's turns before end, in order.
func (r rule) slots(origin, end time.Time) []slot {
	var all []slot
	for _, d := range r.days {
		all = append(all, slot{r.instant(origin, d), d})
	}
	for d := r.days[len(r.days)-1] + 7; r.weekly; d += 7 {
		at := r.instant(origin, d)
		if !at.Before(end) {
			break
		}
		all = append(all, slot{at, d})
	}
	return all
}

// instant is one turn, within office hours. What counts back from a date moves earlier when the office is closed, never
// later: a practical reminder for Monday leaves on Saturday.
func (r rule) instant(origin time.Time, days int) time.Time {
	switch r.from {
	case sessionStart:
		at := onMorning(origin, days)
		for !guide.OfficeHours(at) {
			at = onMorning(at, -1)
		}
		return at
	case difeCloses:
		return onMorning(guide.WorkingDaysBefore(origin, -days), 0)
	case sessionEnd:
		return guide.NextOfficeInstant(onMorning(origin, days))
	}
	return guide.NextOfficeInstant(origin.In(guide.Paris).AddDate(0, 0, days))
}

// covered tells whether the message that gave the seat, told of a new date, or of this way of paying, already said it.
func (w *work) covered(r rule, at time.Time) bool {
	told := w.toldAt
	if r.mode != "" {
		told = latest(told, w.File.ModeSince)
	}
	switch {
	case r.lastCall:
		return !at.After(told.Add(lastCallGap))
	case r.fixed && r.audience() == Holder:
		return !at.After(told.Add(gap))
	case r.fixed:
		return !at.After(told)
	}
	return false
}

// notBefore keeps what goes at the person's pace two days away from the message that told them everything.
func (w *work) notBefore(r rule, at time.Time) time.Time {
	switch {
	case r.from == difeClosed:
		return latest(at, w.toldAt.Add(lastCallGap))
	case r.fixed || r.lastCall || r.queue || r.audience() != Holder:
		return at
	}
	return latest(at, w.toldAt.Add(gap))
}

// key names one turn of a rule by what it counts from, so that a new date or another way of paying makes a new key and
// a second look at the same one does not.
func (w *work) key(r rule, origin time.Time, offset int) string {
	parts := []string{r.name}
	switch r.from {
	case stepBegan:
		parts = append(parts, string(w.step))
	case sessionStart, sessionEnd, offersStopped:
		parts = append(parts, w.Session.ID)
	}
	parts = append(parts, origin.In(guide.Paris).Format(time.DateOnly))
	if len(r.days) > 1 {
		parts = append(parts, strconv.Itoa(offset))
	}
	key := strings.Join(parts, ".")
	if r.to == Authority {
		key += w.contactMark()
	}
	return key
}

// alerts tell the organisation, before the session, that somebody cannot be written to.
func (w *work) alerts() {
	if !w.File.Status.Live() || !w.Now.Before(w.Session.Start()) {
		return
	}
	if w.File.Unreachable {
		w.alert(AlertHolder)
	}
	if w.File.Mode == enrolment.Collectivite && w.File.Contact != nil && w.toContact(func(r enrolment.MessageRecord) bool { return r.State == enrolment.MessageBounced }) {
		w.alert(AlertAuthority)
	}
}

// Keys of the alerts to staff: whose address came back.
const (
	AlertHolder    = "unreachable"
	AlertAuthority = "unreachable-authority"
)

func (w *work) alert(key string) {
	if w.settled(key) {
		return
	}
	m := Message{Key: key, Kind: mail.StaffUnreachable, To: Staff, Step: w.step, Due: w.Now}
	w.candidates = append(w.candidates, candidate{Message: m, at: w.Now, until: w.Session.Start(), notice: true})
}

// choose picks what leaves now for one audience and notes when to look again.
func (w *work) choose(to Audience) {
	var mine []candidate
	for _, c := range w.candidates {
		if c.To == to {
			c.at = w.ready(c)
			if c.until.IsZero() || c.at.Before(c.until) {
				mine = append(mine, c)
			} else if c.logged {
				w.look(c.until) // it can only lapse: be there to write it down
			}
		}
	}
	w.chooseNotices(mine)
	w.chooseLastCalls(mine)
	w.chooseReminder(mine)
	for _, c := range mine {
		w.look(c.at)
	}
}

// ready is the instant from which a candidate may leave: office hours, two days after the last reminder, and what its
// own record says (a lease, a pause).
func (w *work) ready(c candidate) time.Time {
	at := c.at
	if !c.free() {
		at = latest(at, w.lastReminder(c.To, c.Key).Add(gap))
	}
	at = latest(at, w.heldUntil(c.Key))
	if c.anyHour {
		return at
	}
	return guide.NextOfficeInstant(latest(at, w.Now)) // what is late would leave now
}

// heldUntil is until when a message's own record keeps it: a lease, or a pause between tries.
func (w *work) heldUntil(key string) time.Time {
	switch r := w.records[key]; r.State {
	case enrolment.MessageClaimed:
		return r.LeaseUntil
	case enrolment.MessageRetry:
		return r.NextTry
	}
	return time.Time{}
}

// lapse lets a message go, once nobody holds it.
func (w *work) lapse(m Message) {
	if held := w.heldUntil(m.Key); held.After(w.Now) {
		w.look(held)
		return
	}
	w.plan.Lapsed = append(w.plan.Lapsed, m)
}

// lastReminder is when the last message that others must keep away from left, other than key itself.
func (w *work) lastReminder(to Audience, key string) time.Time {
	var last time.Time
	for _, r := range w.Log {
		if r.To == string(to) && r.Key != key && r.MayHaveLeft() && spaced(r.Key) {
			last = latest(last, r.At)
		}
	}
	return last
}

// spaced tells whether a message key belongs to a rule that keeps the gap.
func spaced(key string) bool {
	name, _, _ := strings.Cut(key, ".")
	for _, r := range rules {
		if r.name == name {
			return !r.lastCall
		}
	}
	return false
}

// chooseNotices sends every event that is due; one that tells the whole state stands for the others that the person
// would otherwise get at the same minute.
func (w *work) chooseNotices(mine []candidate) {
	var due []candidate
	full := -1
	for _, c := range mine {
		if c.notice && !c.at.After(w.Now) {
			if c.full {
				full = len(due)
			}
			due = append(due, c)
		}
	}
	for i, c := range due {
		if full >= 0 && i != full && coveredByFull(c) {
			continue
		}
		if i == full {
			for j, other := range due {
				if j != full && coveredByFull(other) {
					c.Covers = append(c.Covers, other.Key)
				}
			}
		}
		w.plan.Due = append(w.plan.Due, c.Message)
	}
}

// coveredByFull: the answer to « send me my links » or to a second enrolment is a message of its own.
func coveredByFull(c candidate) bool {
	switch c.Kind {
	case mail.Links, mail.AlreadyEnrolled, mail.SessionCancelled:
		return false
	}
	return true
}

func (w *work) chooseLastCalls(mine []candidate) {
	for _, c := range mine {
		if c.LastCall && !c.at.After(w.Now) {
			w.plan.Due = append(w.plan.Due, c.Message)
		}
	}
}

// chooseReminder sends the first in rank of what is due, which stands for the others; unless something of a higher rank
// comes within two days, which will stand for it.
func (w *work) chooseReminder(mine []candidate) {
	var due []candidate
	for _, c := range mine {
		if !c.free() && !c.at.After(w.Now) {
			due = append(due, c)
		}
	}
	if len(due) == 0 {
		return
	}
	best := slices.MaxFunc(due, func(a, b candidate) int { return a.rank - b.rank })
	near := gap
	if best.rank > 1 { // tied to a date itself: both leave, the next one a little later in its day
		near -= slack
	}
	for _, c := range mine {
		soon := c.at.After(w.Now) && c.at.Before(w.Now.Add(near))
		if soon && !c.notice && (c.rank > best.rank || c.LastCall && best.rank == 1) {
			return
		}
	}
	for _, c := range due {
		if c.Key != best.Key {
			best.Covers = append(best.Covers, c.Key)
		}
	}
	w.plan.Due = append(w.plan.Due, best.Message)
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

// onMorning is nine o'clock, in Paris, of a day some days away.
func onMorning(t time.Time, days int) time.Time {
	t = t.In(guide.Paris)
	return time.Date(t.Year(), t.Month(), t.Day()+days, int(morning/time.Hour), 0, 0, 0, guide.Paris)
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
