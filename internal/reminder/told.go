package reminder

import (
	"time"

	"github.com/echarpe/echarpe/internal/mail"
)

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

// covered tells whether the message that gave the seat, told of a new date, or of this way of paying, already said it.
func (w *work) covered(r rule, at time.Time) bool {
	told := w.toldAt
	if r.mode != "" {
		told = latest(told, w.File.ModeSince)
	}
	switch {
	case r.from == proofAsked:
		return false
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
