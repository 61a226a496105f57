package booking

import (
	"context"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Tell makes every live file of a session that the organisation moved or cancelled due a message about it. A cancelled
// session also frees its seats and its queue: each file becomes cancelled, and keeps its steps for another session.
// It may be stopped anywhere and run again, by two at once: each file is told once.
func (d *Desk) Tell(ctx context.Context, sessionID string) error {
	s, err := d.store.Session(ctx, sessionID)
	if err != nil || s.Told >= s.Revision {
		return err
	}
	for cursor, first := "", true; first || cursor != ""; first = false {
		var files []enrolment.Enrolment
		if files, cursor, err = d.store.FilesOfSession(ctx, sessionID, cursor); err != nil {
			return err
		}
		for _, e := range files {
			if err := d.tellOne(ctx, e.ID, sessionID); err != nil {
				return err
			}
		}
	}
	return d.store.MarkTold(ctx, sessionID, s.Revision)
}

func (d *Desk) tellOne(ctx context.Context, id, sessionID string) error {
	_, err := attempt(ctx, func(ctx context.Context) (struct{}, error) {
		f, err := d.bare(ctx, id)
		if enrolment.KindOf(err) == enrolment.KindNotFound {
			return struct{}{}, nil // erased meanwhile
		}
		if err != nil {
			return struct{}{}, err
		}
		e, s := f.Enrolment, f.Session
		if !e.Claims() || s.ID != sessionID || e.SessionSeen >= s.Revision {
			return struct{}{}, nil
		}
		now := d.now()
		return struct{}{}, d.store.Commit(ctx, enrolment.Act{At: now, Idle: true, Sessions: []enrolment.Session{s},
			Moves: []enrolment.Move{{Before: e, After: told(e, s, now), Reason: "session cancelled by the organisation"}}})
	})
	return err
}

// news tells a decoy, when it is looked at, what a file was told at once: the organisation's news finds files by their claim, and it
// has none.
func (d *Desk) news(ctx context.Context, e enrolment.Enrolment, s enrolment.Session) (enrolment.Enrolment, error) {
	if !e.Decoy || !e.Status.Live() || e.SessionSeen >= s.Revision {
		return e, nil
	}
	now := d.now()
	after := told(e, s, now)
	return after, d.store.Commit(ctx, enrolment.Act{At: now, Moves: []enrolment.Move{{Before: e, After: after}}})
}

func told(e enrolment.Enrolment, s enrolment.Session, now time.Time) enrolment.Enrolment {
	e = next(e, now)
	e.SessionSeen = s.Revision
	if s.Status != enrolment.SessionCancelled {
		e.Renew(s, now)
		tell(&e, enrolment.NoticeSessionMoved, now)
		return e
	}
	e.Status, e.CancelledAt, e.OfferedUntil = enrolment.Cancelled, now, time.Time{}
	tell(&e, enrolment.NoticeSessionCancelled, now)
	return e
}
