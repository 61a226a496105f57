package reminder

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

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
		m.Turn = w.had(m)
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
			if r.logged || w.begun(m.Key) {
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
			if w.step == enrolment.StepDossier {
				origin = latest(origin, w.cal.DIFEOpens(w.Session))
			}
		}
		if closes, known := w.cal.DIFECloses(w.Session); known && w.File.Mode == enrolment.DIFE {
			end = onMorning(guide.WorkingDaysBefore(closes, 7), 0) // from here on, last calls
		}
		return origin, end, true
	case difeCloses:
		closes, known := w.cal.DIFECloses(w.Session)
		return closes, closes, known
	case difeCalls:
		closes, known := w.cal.DIFECloses(w.Session)
		over, _ := w.cal.DIFEProposalCloses(w.Session)
		return closes, over, known && closes.Before(over)
	case difeClosed:
		closes, known := w.cal.DIFEProposalCloses(w.Session)
		v := w.File.Void // a new date that came too late for the request said so itself
		return closes, start, known && (v == nil || v.At.Before(closes))
	case proofAsked:
		return latest(w.File.CreatedAt, w.File.ReservedAt), w.Session.ClosesAt, true
	case answerDue:
		r := w.request()
		waited := r.Stage == guide.Awaited || r.Stage == guide.Unanswered
		return r.AnswerBy, start, waited && !r.AnswerBy.IsZero()
	case proposalLapses:
		r := w.request()
		return r.ConfirmBy, r.ConfirmBy, !r.ConfirmBy.IsZero()
	case proposalLapsed:
		r := w.request()
		return r.ConfirmBy, start, !r.ConfirmBy.IsZero()
	case withdrawalEnded:
		opens, done := w.cal.StepOpensAt(w.File, enrolment.StepAcompte)
		end := start
		if !opens.Before(start) {
			end = opens.Add(afterSession) // a near session is paid for after it
		}
		return opens, end, done
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
		for !guide.OfficeHours(at) || r.to == Authority && !guide.WorkingDay(at) {
			at = onMorning(at, -1)
		}
		return at
	case answerDue, proposalLapsed:
		return guide.NextOfficeInstant(origin.Add(time.Second))
	case difeCloses, proposalLapses:
		return onMorning(guide.WorkingDaysBefore(origin, -days), 0)
	case sessionEnd:
		return guide.NextOfficeInstant(onMorning(origin, days))
	}
	return guide.NextOfficeInstant(origin.In(guide.Paris).AddDate(0, 0, days))
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
		key += w.File.ContactMark()
	}
	return key
}

// onMorning is nine o'clock, in Paris, of a day some days away.
func onMorning(t time.Time, days int) time.Time {
	t = t.In(guide.Paris)
	return time.Date(t.Year(), t.Month(), t.Day()+days, int(morning/time.Hour), 0, 0, 0, guide.Paris)
}
