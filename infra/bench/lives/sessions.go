package lives

import (
	"context"
	"fmt"
	"net/http"

	"github.com/echarpe/echarpe/infra/bench/cost"
)

// sessions adds what grows with the sessions to come: the sweep. The list, and the seats of what it shows, are those of a full page.
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
	n := float64(z.Sessions)
	u.Sessions = cost.Sessions{
		ToCome: publishedDays / 365.0 / seated,
		Swept:  cost.PerSweep{ReadUnits: (many.sweep.ReadUnits - few.sweep.ReadUnits) / n, GBSeconds: (many.sweep.GBSeconds - few.sweep.GBSeconds) / n},
	}
	u.Sweep = cost.PerSweep{
		ReadUnits: few.sweep.ReadUnits - few.sessions*u.Sessions.Swept.ReadUnits,
		GBSeconds: few.sweep.GBSeconds + few.cold, LogBytes: few.sweep.LogBytes + invocationLog + coldStartLog + 3*lineOverhead,
	}
	for i, p := range u.Public {
		if full, listed := many.listed[p.Route]; listed {
			full.Times, full.Origin.GBSeconds = p.Times, manyTimed.listed[p.Route].Origin.GBSeconds
			// Bytes are those of the sample's sessions: copies of one would be compressed away.
			full.SentBytes = headerBytes + (few.listed[p.Route].SentBytes-headerBytes)/few.sessions*sessionsAPage
			u.Public[i] = full
		}
	}
	return nil
}

// tableOf is what a table of some sessions makes of a sweep with nothing due and of one reading of the list, by route.
type tableOf struct {
	sessions float64
	sweep    cost.PerSweep
	cold     float64 // GB-seconds of a cold start of the sweep's function
	listed   map[string]cost.Public
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
			clear(h.public)
		}
		for _, route := range []string{listRoute, seatsRoute} {
			if _, err := h.ask(ctx, call{route: route, want: http.StatusOK}); err != nil {
				return t, err
			}
		}
	}
	t.listed = map[string]cost.Public{}
	for route, p := range h.public {
		t.listed[route] = p.costs(route)
	}
	return t, nil
}
