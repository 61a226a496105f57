package guide

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Feasible tells whether a mode chosen at now can still be completed for the session; reason says why not, in French.
func (g *Guide) Feasible(s enrolment.Session, m enrolment.Mode, now time.Time) (ok bool, reason string) {
	p := g.Possibility(s, m, now)
	return p.Open, p.Reason
}

// OfferEnd is the end of a seat offered at now: the rule's number of hours later, at least so many of them on working days
// from 08:00 to 20:00 Paris, where it ends on a full hour; and never past the session's closing. ok is false when offers have stopped: no mode can be completed
// any more.
func (g *Guide) OfferEnd(s enrolment.Session, now time.Time) (end time.Time, ok bool) {
	hours, known := g.Rule("offer-hours", now)
	least, bounded := g.Rule("offer-least-office-hours", now)
	if !known || !bounded || !g.anyModeOpen(s, now) {
		return time.Time{}, false
	}
	end = now.Add(time.Duration(hours) * time.Hour)
	if enough := offers.later(now, time.Duration(least)*time.Hour); end.Before(enough) {
		end = enough
	}
	end = NextOfferInstant(roundUp(end))
	if end.After(s.ClosesAt) {
		end = s.ClosesAt
	}
	return end.UTC(), true
}

// OffersStop is the instant from which no freed seat of the session is offered any more: the last way of paying closes.
func (g *Guide) OffersStop(s enrolment.Session) time.Time {
	var last time.Time
	for _, m := range enrolment.Modes {
		if closes := g.Possibility(s, m, time.Time{}).ClosesAt; closes.After(last) {
			last = closes
		}
	}
	return last
}

func (g *Guide) anyModeOpen(s enrolment.Session, now time.Time) bool {
	for _, m := range enrolment.Modes {
		if g.Possibility(s, m, now).Open {
			return true
		}
	}
	return false
}
