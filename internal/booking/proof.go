package booking

import (
	"context"
	"strconv"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Prove notes that the address of a file is its holder's: they opened a link that only the mailbox had, or the organisation
// says so. A file that is aside gets a seat when there is one, else the last place in the queue, unless enrolment is closed. Proving
// twice answers the same file.
func (d *Desk) Prove(ctx context.Context, id string) (File, error) {
	var ticket int64
	return attempt(ctx, func(ctx context.Context) (File, error) { return d.prove(ctx, id, &ticket) })
}

func (d *Desk) prove(ctx context.Context, id string, ticket *int64) (File, error) {
	f, err := d.personal(ctx, id)
	if err != nil {
		return File{}, err
	}
	before, s, now := f.Enrolment, f.Session, d.now()
	if !before.ToProve() || before.Decoy {
		return d.place(ctx, before, s)
	}
	after := next(before, now)
	after.ProveBy, after.ProvedAt, after.CountedIn = time.Time{}, now, ""
	act := enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{Before: before, After: after, Reason: "address proved"}}}
	if before.Aside() && !s.Closed(now) {
		if err := d.comeBack(ctx, &act, ticket); err != nil {
			return File{}, err
		}
	}
	if err := d.store.Commit(ctx, act); err != nil {
		return File{}, err
	}
	if before.CountedIn != "" {
		_ = d.store.Lower(ctx, before.CountedIn) // counted two days longer otherwise: no reason to refuse the holder their file
	}
	return d.place(ctx, act.Moves[0].After, afterLeaving(s, act))
}

// comeBack gives a file that was aside a seat or a place in the queue, and tells it.
func (d *Desk) comeBack(ctx context.Context, act *enrolment.Act, ticket *int64) error {
	if err := d.seat(ctx, act, ticket); err != nil {
		return err
	}
	e := &act.Moves[0].After
	e.SessionSeen = act.Sessions[0].Revision
	e.Settle()
	if e.Status == enrolment.Waiting {
		tell(e, enrolment.NoticeQueueJoined, act.At)
		return nil
	}
	e.Notices = append(e.Notices[:len(e.Notices):len(e.Notices)], enrolment.Notice{
		Key:  string(enrolment.NoticeConfirmation) + "-" + strconv.FormatInt(e.Version, 10), // it may have had one before it lost its seat
		Kind: enrolment.NoticeConfirmation, At: act.At,
	})
	return nil
}

// proving gives a file that obtains a seat by an act of its holder the time to prove its address.
func (d *Desk) proving(e *enrolment.Enrolment, now time.Time) {
	if e.ToProve() {
		e.ProveBy = d.rules.ProofEnd(now)
	}
}

func proveFirst() error {
	return enrolment.Refuse(enrolment.KindConflict,
		"Confirmez d’abord votre adresse : ouvrez le lien de l’e-mail que nous vous avons envoyé, puis changez de session.")
}

// passOver puts aside who stands first in line without having proved their address in time, so that the seat is offered to who did.
// The session has moved then: the act that needed its head is stale.
func (d *Desk) passOver(ctx context.Context, sessionID string) error {
	for {
		s, err := d.store.Session(ctx, sessionID)
		if err != nil {
			return err
		}
		head, found, err := d.store.First(ctx, sessionID)
		if err != nil {
			return err
		}
		now := d.now()
		if !found || !late(head, now) {
			return enrolment.ErrStale
		}
		after := next(head, now)
		after.PutAside()
		tell(&after, enrolment.NoticeRankPassed, now)
		act := enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{Before: head, After: after, Reason: "address not proved in time"}}}
		if err := d.store.Commit(ctx, act); err != nil {
			return err
		}
	}
}

// late tells whether the time to prove the address of a file that waits is over.
func late(e enrolment.Enrolment, now time.Time) bool {
	return e.Status == enrolment.Waiting && e.ToProve() && !now.Before(e.ProveBy)
}

// overdue is the move by which the seat that has been unproved for longest is given up, when its time is over; the file is aside
// from then on, and told. found is false when there is none.
func (d *Desk) overdue(ctx context.Context, s enrolment.Session, now time.Time) (m enrolment.Move, found bool, err error) {
	for _, u := range s.Overdue(now) {
		e, err := d.store.File(ctx, u.FileID)
		if enrolment.KindOf(err) == enrolment.KindNotFound {
			return m, false, enrolment.ErrStale
		}
		if err != nil {
			return m, false, err
		}
		if !e.Unproved() || e.SessionID != s.ID || now.Before(e.ProveBy) {
			continue // proved this very moment
		}
		after := next(e, now)
		after.PutAside()
		tell(&after, enrolment.NoticeSeatReleased, now)
		return enrolment.Move{Before: e, After: after, Reason: "address not proved in time"}, true, nil
	}
	return m, false, nil
}

// Release passes the seats of a session that nobody proved in time on to those who wait, in order. It does nothing when nobody does,
// or when offers have stopped.
func (d *Desk) Release(ctx context.Context, sessionID string) error {
	for {
		more, err := attempt(ctx, func(ctx context.Context) (bool, error) { return d.releaseOne(ctx, sessionID) })
		if err != nil || !more {
			return err
		}
	}
}

func (d *Desk) releaseOne(ctx context.Context, sessionID string) (more bool, err error) {
	s, err := d.store.Session(ctx, sessionID)
	if err != nil || s.Waiting == 0 {
		return false, err
	}
	now := d.now()
	released, found, err := d.overdue(ctx, s, now)
	if err != nil || !found {
		return false, err
	}
	offer, ok, err := d.offer(ctx, s, released.Reason, now)
	if err != nil || !ok {
		return false, err
	}
	return true, d.store.Commit(ctx, enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{released, offer}})
}
