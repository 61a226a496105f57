package lives

import (
	"context"
	"fmt"
	"net/http"

	"github.com/echarpe/echarpe/infra/bench/cost"
)

// sessions adds what grows with the sessions to come: to a sweep, and to the list for everybody who reads it.
func (z Sizes) sessions(ctx context.Context, root string, u *cost.Usage) error {
	few, many, err := z.fewAndMany(ctx, root, counted)
	if err != nil {
		return err
	}
	fewTimed, manyTimed, err := z.fewAndMany(ctx, root, timed)
	if err != nil {
		return err
	}
	few.sweep.GBSeconds, many.sweep.GBSeconds = fewTimed.sweep.GBSeconds, manyTimed.sweep.GBSeconds
	few.list.GBSeconds, many.list.GBSeconds = fewTimed.list.GBSeconds, manyTimed.list.GBSeconds
	n := float64(z.Sessions)
	u.Sessions = cost.Sessions{
		ToCome: publishedDays / 365.0 / seated, MostListed: pagesListed * sessionsAPage,
		Swept: cost.PerSweep{ReadUnits: (many.sweep.ReadUnits - few.sweep.ReadUnits) / n, GBSeconds: (many.sweep.GBSeconds - few.sweep.GBSeconds) / n},
	}
	u.Sweep = cost.PerSweep{
		ReadUnits: few.sweep.ReadUnits - few.sessions*u.Sessions.Swept.ReadUnits,
		GBSeconds: few.sweep.GBSeconds + few.cold, LogBytes: few.sweep.LogBytes + invocationLog + coldStartLog + 3*lineOverhead,
	}
	// A full page is one more request; the rest grows from session to session. Bytes are those of the sample's sessions: copies of one would
	// be compressed away.
	listed := cost.PerEnrolment{
		ReadUnits: (many.list.ReadUnits - few.list.ReadUnits) / n, GBSeconds: (many.list.GBSeconds - few.list.GBSeconds) / n,
		SentBytes: (few.list.SentBytes - headerBytes) / few.sessions, LogBytes: few.list.LogBytes / sessionsAPage,
		APIRequests: 1.0 / sessionsAPage, Invocations: 1.0 / sessionsAPage,
	}
	u.Sessions.Listed = cost.PerEnrolment{}.Plus(listed, listsRead())
	u.Enrolment = u.Enrolment.Plus(u.Sessions.Listed, -few.sessions) // the lives' own lists had the sample's
	return nil
}

// listsRead is how often the list is read for one enrolment.
func listsRead() (times float64) {
	for _, l := range mix {
		times += minute * l.of100 / 100 * max(1, l.people)
	}
	return times
}

// tableOf is what a table of some sessions makes of a sweep with nothing due and of one reading of the list.
type tableOf struct {
	sessions float64
	sweep    cost.PerSweep
	cold     float64 // GB-seconds of a cold start of the sweep's function
	list     cost.PerEnrolment
}

// fewAndMany measures over the sample's sessions, and again with more.
func (z Sizes) fewAndMany(ctx context.Context, root string, how how) (few, many tableOf, err error) {
	h, err := openHouse(ctx, root, how)
	if err != nil {
		return few, many, err
	}
	if few, err = h.measureTable(ctx); err != nil {
		return few, many, err
	}
	for i := range z.Sessions {
		if err := h.apply(ctx, fmt.Sprintf("autre-%d", i), seated); err != nil {
			return few, many, err
		}
	}
	if many, err = h.measureTable(ctx); err != nil {
		return few, many, err
	}
	return few, many, h.close(ctx)
}

func (h *house) measureTable(ctx context.Context) (t tableOf, err error) {
	if err := h.measureIdle(ctx); err != nil {
		return t, err
	}
	sessions, _, err := h.Store.Sessions(ctx, h.at, "")
	if err != nil {
		return t, err
	}
	t.sessions, t.sweep, t.cold = float64(len(sessions)), h.idle, h.gigabytes("reminders")*coldStart.Seconds()
	const readings = 5
	for i := range 1 + readings { // the first one opens connections
		if i == 1 {
			h.used = cost.PerEnrolment{}
		}
		if _, err := h.ask(ctx, call{route: listRoute, want: http.StatusOK}); err != nil {
			return t, err
		}
	}
	t.list = cost.PerEnrolment{}.Plus(h.used, 1.0/readings)
	return t, nil
}
