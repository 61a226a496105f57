package booking

import (
	"context"
	"errors"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// giveBack is the act by which a file becomes after; the seat it held, if any, goes to the first in line in the same act.
func (d *Desk) giveBack(ctx context.Context, f File, after enrolment.Enrolment, reason string, now time.Time) (enrolment.Act, error) {
	act := enrolment.Act{At: now, Sessions: []enrolment.Session{f.Session}, Moves: []enrolment.Move{{Before: f.Enrolment, After: after, Reason: reason}}}
	if !f.Enrolment.Holds() {
		return act, nil
	}
	err := d.passOn(ctx, &act, f.Session, reason)
	return act, err
}

// passOn adds to the act the offer of a seat of s that it frees, when someone waits and offers have not stopped.
func (d *Desk) passOn(ctx context.Context, act *enrolment.Act, s enrolment.Session, reason string) error {
	if s.Waiting == 0 {
		return nil
	}
	offer, ok, err := d.offer(ctx, s, reason, act.At)
	if err != nil {
		return err
	}
	if !ok {
		act.Idle = true
		return nil
	}
	act.Moves = append(act.Moves, offer)
	return nil
}

// offer is the move that offers a seat to the first in line; ok is false when offers have stopped. Nobody at the head
// of a line that counts people is a line that moved: stale.
func (d *Desk) offer(ctx context.Context, s enrolment.Session, reason string, now time.Time) (m enrolment.Move, ok bool, err error) {
	if s.Closed(now) {
		return m, false, nil
	}
	end, ok := d.rules.OfferEnd(s, now)
	if !ok || !end.After(now) {
		return m, false, nil
	}
	head, found, err := d.store.First(ctx, s.ID)
	if err != nil {
		return m, false, err
	}
	if !found || head.Status != enrolment.Waiting {
		return m, false, enrolment.ErrStale
	}
	if late(head, now) {
		return m, false, d.passOver(ctx, s.ID)
	}
	after := next(head, now)
	after.Status, after.OfferedUntil = enrolment.Offered, end
	after.Terms = after.Terms.Offer(s, now)
	tell(&after, enrolment.NoticeOffer, now)
	return enrolment.Move{Before: head, After: after, Reason: reason}, true, nil
}

// Accept takes the offered seat. Taking it twice answers the same file. Refusals: offer-expired from the very instant
// the offer ends (the seat goes to the next in line at once), conflict when there is no offer.
func (d *Desk) Accept(ctx context.Context, id string) (File, error) {
	f, err := d.edit(ctx, id, "offer accepted", func(e *enrolment.Enrolment, _ enrolment.Session, now time.Time) error {
		switch {
		case e.Status == enrolment.Reserved || e.Status == enrolment.Confirmed:
			return errUnchanged
		case e.Status == enrolment.Expired, e.Status == enrolment.Offered && !now.Before(e.OfferedUntil):
			return offerExpired()
		case e.Status != enrolment.Offered:
			return enrolment.Refuse(enrolment.KindConflict, "Aucune place ne vous est proposée en ce moment.")
		}
		e.Status, e.ReservedAt, e.OfferedUntil = enrolment.Reserved, now, time.Time{}
		d.proving(e, now)
		e.Settle()
		tell(e, enrolment.NoticeOfferTaken, now)
		return nil
	})
	if enrolment.KindOf(err) == enrolment.KindOfferExpired {
		// The seat must not lie idle until the schedule finds it; the refusal stands whatever this brings.
		return f, errors.Join(err, d.Expire(ctx, id))
	}
	return f, err
}

func offerExpired() error {
	return enrolment.Refuse(enrolment.KindOfferExpired,
		"Le délai pour prendre cette place est passé : elle n’est plus gardée pour vous. Vous pouvez vous inscrire de nouveau.")
}

// Expire ends an offer whose time is over and passes the seat on in the same act. It does nothing to any other file.
func (d *Desk) Expire(ctx context.Context, id string) error {
	_, err := attempt(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, d.expire(ctx, id) })
	return err
}

func (d *Desk) expire(ctx context.Context, id string) error {
	f, err := d.personal(ctx, id)
	if err != nil {
		return err
	}
	now := d.now()
	if f.Enrolment.Status != enrolment.Offered || now.Before(f.Enrolment.OfferedUntil) {
		return nil
	}
	after := next(f.Enrolment, now)
	after.Status = enrolment.Expired
	tell(&after, enrolment.NoticeOfferExpired, now)
	act, err := d.giveBack(ctx, f, after, "offer expired", now)
	if err != nil {
		return err
	}
	return d.store.Commit(ctx, act)
}

// Fill offers the idle seats of a session to those who wait, in order. It does nothing when there is nobody or no seat.
func (d *Desk) Fill(ctx context.Context, sessionID string) error {
	for {
		more, err := attempt(ctx, func(ctx context.Context) (bool, error) { return d.fillOne(ctx, sessionID) })
		if err != nil || !more {
			return err
		}
	}
}

func (d *Desk) fillOne(ctx context.Context, sessionID string) (more bool, err error) {
	s, err := d.store.Session(ctx, sessionID)
	if err != nil || s.Waiting == 0 || s.Taken >= s.Capacity {
		return false, err
	}
	now := d.now()
	offer, ok, err := d.offer(ctx, s, "idle seat", now)
	if err != nil || !ok {
		return false, err
	}
	return true, d.store.Commit(ctx, enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{offer}})
}

// Sweep passes on the seats that nobody proved in time while people wait, and catches what a crash left: seats idle while people wait,
// sessions not told to everyone, and what the team wrote and not everyone was given.
// One session's failure does not stop the others.
func (d *Desk) Sweep(ctx context.Context) error {
	sessions, err := d.store.Unsettled(ctx, d.now())
	if err != nil {
		return err
	}
	faults := []error{d.spreadAll(ctx)}
	for _, s := range sessions {
		if s.Told < s.Revision {
			faults = append(faults, d.Tell(ctx, s.ID))
		}
		faults = append(faults, d.Fill(ctx, s.ID), d.Release(ctx, s.ID))
	}
	return errors.Join(faults...)
}
