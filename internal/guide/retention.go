package guide

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// KeptUntil is when a file must be erased: so many months after its session, more when it holds the proof of what was attended;
// sooner when nothing came of it (cancelled, an offer let pass, a queue that ended). Zero when no rule says: it is kept.
func (g *Guide) KeptUntil(e enrolment.Enrolment, s enrolment.Session) time.Time {
	last := latest(e.CreatedAt, e.CancelledAt, e.OfferedUntil)
	if !e.Status.HoldsSeat() || s.Status == enrolment.SessionCancelled {
		if e.Status == enrolment.Waiting {
			last = latest(last, s.End())
		}
		return g.months(last, "retention-abandoned-months")
	}
	last = latest(last, s.End())
	kept := g.months(last, "retention-file-months")
	if e.Attendance != nil && !kept.IsZero() {
		kept = latest(kept, g.months(last, "retention-attendance-months"))
	}
	return kept
}

// NeedsUntil is when what a person needs to follow the session must be forgotten: soon after it, at once when they no longer come.
// Without a rule, at the session's end.
func (g *Guide) NeedsUntil(e enrolment.Enrolment, s enrolment.Session) time.Time {
	if !e.Status.Live() || s.Status == enrolment.SessionCancelled {
		return e.CreatedAt
	}
	days, _ := g.Rule("retention-needs-days", s.End())
	return s.End().In(Paris).AddDate(0, 0, days).UTC()
}

// months is so many months after an instant, by the rule in force then; zero when none is.
func (g *Guide) months(from time.Time, rule string) time.Time {
	n, ok := g.Rule(rule, from)
	if !ok {
		return time.Time{}
	}
	return from.In(Paris).AddDate(0, n, 0).UTC()
}

func latest(times ...time.Time) (last time.Time) {
	for _, t := range times {
		if t.After(last) {
			last = t
		}
	}
	return last
}
