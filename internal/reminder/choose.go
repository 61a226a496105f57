package reminder

import (
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

// choose picks what leaves now for one audience and notes when to look again.
func (w *work) choose(to Audience) {
	var mine []candidate
	for _, c := range w.candidates {
		if c.To == to {
			c.at, c.wanted = w.ready(c)
			c.Urgent, c.Message.urgency = c.anyHour, c.urgency()
			if c.until.IsZero() || c.at.Before(c.until) {
				mine = append(mine, c)
			} else if c.logged || w.begun(c.Key) {
				w.look(c.until) // it can only lapse: be there to write it down
			}
		}
	}
	w.chooseNotices(mine)
	w.chooseLastCalls(mine)
	w.chooseReminder(mine)
	for _, c := range mine {
		w.lookFor(c)
	}
}

// lookFor notes to come back for a candidate, and since when it is late.
func (w *work) lookFor(c candidate) {
	if c.at.After(w.Now) && (w.plan.Next.IsZero() || c.at.Before(w.plan.Next) || c.at.Equal(w.plan.Next) && c.urgency() < w.plan.urgency) {
		w.plan.urgency = c.urgency()
	}
	w.look(c.at)
	if !c.wanted.IsZero() && !c.wanted.After(w.Now) && c.at.After(w.Now) && (w.plan.late.IsZero() || c.wanted.Before(w.plan.late)) {
		w.plan.late = c.wanted
	}
}

// ready is the instant from which a candidate may leave: office hours, two days after the last reminder, and what its
// own record says (a lease, a pause). wanted is when it should have left, but for that record; zero when nothing keeps it.
func (w *work) ready(c candidate) (at, wanted time.Time) {
	at = c.at
	if !c.free() {
		at = latest(at, w.lastReminder(c.To, c.Key).Add(gap))
	}
	held := w.heldUntil(c.Key)
	if !held.IsZero() {
		if wanted = at; !c.anyHour {
			wanted = c.To.opening(at)
		}
	}
	at = latest(at, held)
	if c.anyHour {
		return at, wanted
	}
	return c.To.opening(latest(at, w.Now)), wanted // what is late would leave now
}

// opening is the instant itself when the audience may be written to, else the next one: a mairie is closed on Saturdays.
func (a Audience) opening(t time.Time) time.Time {
	if a == Authority {
		return guide.NextOfferInstant(t)
	}
	return guide.NextOfficeInstant(t)
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

// lastReminder is when the last message that others must keep away from left to the same person, other than key itself.
func (w *work) lastReminder(to Audience, key string) time.Time {
	var last time.Time
	mark := ""
	if to == Authority {
		mark = w.File.ContactMark()
	}
	for _, r := range w.Log {
		if strings.HasSuffix(r.Key, mark) && r.To == string(to) && r.Key != key && r.MayHaveLeft() && spaced(r.Key) {
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

// coveredByFull: the signed convention, the answer to « send me my links » or to a second enrolment, what the team writes, and what another address is told, are
// messages of their own.
func coveredByFull(c candidate) bool {
	switch c.Kind {
	case mail.Links, mail.AlreadyEnrolled, mail.SessionCancelled, mail.Withdrawn, mail.TeamMessage, mail.AddressAsked, mail.AddressChanged, mail.ConventionSigned, mail.ConventionUndone, mail.Certificate:
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
		if soon && !c.notice && (c.rank > best.rank || c.LastCall && c.Kind != mail.Proof && best.rank == 1) {
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
