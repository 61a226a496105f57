package booking

import (
	"context"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// EnrolInRoom gives a seat to somebody who came on the day itself without one: a free seat, past the closing, and past a queue to which
// nothing can be offered any more; their address is proved, since somebody saw them. Who was waiting keeps their own file. The same key
// answers the same file for ever: a tablet without network sends late, and more than once, and is given no link. same tells whether two
// are the same person by their names: with the address of another, nobody gets that one's file.
// Refusals: session-closed, funding-closed, conflict (no free seat), duplicate (this address has a seat already: its file).
func (d *Desk) EnrolInRoom(ctx context.Context, a Application, same func(x, y enrolment.Person) bool) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) { return d.enrolInRoom(ctx, a, same) })
}

func (d *Desk) enrolInRoom(ctx context.Context, a Application, same func(x, y enrolment.Person) bool) (File, error) {
	id, now := FileID(a.Key), d.now()
	s, mine, owner, err := d.store.Look(ctx, a.SessionID, id, a.Person.Email)
	switch {
	case err != nil:
		return File{}, err
	case mine != nil:
		return File{Enrolment: *mine, Session: s, Replayed: true}, nil
	case s.Status == enrolment.SessionCancelled:
		return File{}, enrolment.Refuse(enrolment.KindSessionClosed, "Cette session est annulée.")
	case a.Mode == enrolment.DIFE:
		return File{}, enrolment.Refuse(enrolment.KindFundingClosed, "Le jour même, le DIFE n’est plus possible : choisissez la collectivité ou le financement personnel.")
	}
	move := enrolment.Move{After: newFile(id, a, s, now), Reason: "came to the room"}
	if owner != "" {
		if move, err = d.waited(ctx, owner, func(e enrolment.Enrolment) bool { return same(e.Person, a.Person) }, now); err != nil {
			return File{}, err
		}
	}
	if !move.Before.Queues() && s.Waiting > 0 && d.offers(s, now) {
		return File{}, enrolment.Refuse(enrolment.KindConflict, "Des personnes attendent une place, et peuvent encore la recevoir.")
	}
	if !move.Before.Holds() && s.Taken >= s.Capacity {
		return File{}, enrolment.Refuse(enrolment.KindConflict, "La session est complète : aucune place n’est libre.")
	}
	move.After.ProveBy, move.After.ProvedAt, move.After.CountedIn = time.Time{}, now, ""
	move.After.ArrivedAt = now
	tell(&move.After, enrolment.NoticeArrived, now)
	act := enrolment.Act{At: now, InRoom: true, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{move}}
	if err := d.store.Commit(ctx, act); err != nil {
		return File{}, err
	}
	return File{Enrolment: move.After, Session: s}, nil
}

// offers tells whether a free seat may still be offered to who waits.
func (d *Desk) offers(s enrolment.Session, now time.Time) bool {
	end, ok := d.rules.OfferEnd(s, now)
	return ok && end.After(now) && !s.Closed(now)
}

// waited is the move by which somebody who waited, or was offered a seat, has one.
func (d *Desk) waited(ctx context.Context, owner string, them func(enrolment.Enrolment) bool, now time.Time) (m enrolment.Move, err error) {
	e, err := d.store.File(ctx, owner)
	if err != nil {
		return m, err
	}
	if e.Attendee() || !them(e) {
		return m, duplicate(owner)
	}
	if !e.Status.Live() || e.Group != nil {
		return m, enrolment.ErrStale
	}
	after := next(e, now)
	after.Status, after.ReservedAt, after.OfferedUntil = enrolment.Reserved, now, time.Time{}
	after.Settle()
	return enrolment.Move{Before: e, After: after, Reason: "came to the room"}, nil
}
