package booking

import (
	"context"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Behalf is an act of the organisation for somebody: who, which, why, and the file as they saw it.
type Behalf struct {
	Actor  enrolment.Actor
	Act    string // such as "cancellation": what the audit says
	Reason string
	Seen   string // [enrolment.Enrolment.Face] of the file that was read; "" for a new one
}

// For is this desk with the organisation in the holder's place: the same rules, conditions and queue. Each act leaves its line of
// the audit in its own transaction, and refuses, by an error of kind changed, a file that somebody else has changed since it was
// seen. A person who is enrolled already is said plainly.
func (d *Desk) For(b Behalf) *Desk {
	return &Desk{store: behalf{d.store, b}, rules: d.rules, now: d.now, by: enrolment.ByStaff, why: b.Reason}
}

type behalf struct {
	Store
	Behalf
}

func (b behalf) Commit(ctx context.Context, act enrolment.Act) error {
	for i, m := range act.Moves {
		if i == 0 && b.Seen != "" && m.Before.ID != "" && m.Before.Face() != b.Seen {
			return &enrolment.Error{Kind: enrolment.KindChanged}
		}
		if i == 0 || m.After.PartOf != "" && m.After.PartOf == act.Moves[0].After.ID {
			act.Deeds = append(act.Deeds, enrolment.Deed{At: act.At, FileID: m.After.ID, Actor: b.Actor, Act: b.Act, Reason: b.Reason,
				Changes: enrolment.Changes(m.Before, m.After)})
		}
	}
	return b.Store.Commit(ctx, act)
}

func duplicate(owner string) error {
	return &enrolment.Error{Kind: enrolment.KindDuplicate, Detail: "Cette personne est déjà inscrite à cette session.", File: owner}
}

// Correct changes who the person is and how to reach them. Another address makes the file reachable again, moves its claim,
// and gets the links.
func (d *Desk) Correct(ctx context.Context, id string, p enrolment.Person) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.personal(ctx, id)
		if err != nil {
			return File{}, err
		}
		if f.Enrolment.Person == p {
			return d.place(ctx, f.Enrolment, f.Session)
		}
		now := d.now()
		after := next(f.Enrolment, now)
		after.Person = p
		if p.Email != f.Enrolment.Person.Email {
			after.Unreachable = false
			_, _, owner, err := d.store.Look(ctx, f.Session.ID, id, p.Email)
			if err != nil {
				return File{}, err
			}
			if owner != "" && after.Claims() {
				return File{}, duplicate(owner)
			}
			after.LinkRevision++ // whoever reads the old address no longer opens the file
			after.NewEmail, after.NewEmailBy = "", time.Time{}
			tell(&after, enrolment.NoticeLinks, now)
		}
		if err := d.store.Commit(ctx, enrolment.Act{At: now, Sessions: []enrolment.Session{f.Session}, Moves: []enrolment.Move{{Before: f.Enrolment, After: after}}}); err != nil {
			return File{}, err
		}
		return d.place(ctx, after, f.Session)
	})
}

// SetPhone changes the holder's own telephone; "" takes it away.
func (d *Desk) SetPhone(ctx context.Context, id, phone string) (File, error) {
	return d.edit(ctx, id, "telephone corrected", func(e *enrolment.Enrolment, _ enrolment.Session, _ time.Time) error {
		if e.Person.Phone == phone {
			return errUnchanged
		}
		e.Person.Phone = phone
		return nil
	})
}

// SetNeeds changes what the holder needs to follow the session; "" takes it away. Refusal: conflict once there is no session to come to.
func (d *Desk) SetNeeds(ctx context.Context, id, needs string) (File, error) {
	return d.edit(ctx, id, "needs changed", func(e *enrolment.Enrolment, s enrolment.Session, now time.Time) error {
		switch {
		case e.Needs == needs:
			return errUnchanged
		case needs != "" && (!e.Status.Live() || !now.Before(s.End())):
			return ended()
		}
		e.Needs = needs
		return nil
	})
}

// SetContact replaces the contact at the collectivité; nil takes it away.
func (d *Desk) SetContact(ctx context.Context, id string, c *enrolment.Contact) (File, error) {
	return d.amend(ctx, id, "contact corrected", whole, func(e *enrolment.Enrolment, _ enrolment.Session, _ time.Time) error {
		if c == nil && e.Contact == nil || c != nil && e.Contact != nil && *c == *e.Contact {
			return errUnchanged
		}
		e.NameContact(c)
		return nil
	})
}

// Reachable lifts the mark of an address that came back: they were called, and their address works.
func (d *Desk) Reachable(ctx context.Context, id string) (File, error) {
	return d.edit(ctx, id, "reachable again", func(e *enrolment.Enrolment, _ enrolment.Session, _ time.Time) error {
		if !e.Unreachable {
			return errUnchanged
		}
		e.Unreachable = false
		return nil
	})
}

// MailLinks sends the links of one file again; revoke makes the old ones stop.
func (d *Desk) MailLinks(ctx context.Context, id string, revoke bool) (File, error) {
	return d.edit(ctx, id, "links sent again", func(e *enrolment.Enrolment, _ enrolment.Session, now time.Time) error {
		if revoke {
			e.LinkRevision++
			e.NewEmail, e.NewEmailBy = "", time.Time{} // nor does a link to confirm an address
		}
		tell(e, enrolment.NoticeLinks, now)
		return nil
	})
}

// Note leaves a line on the file and changes nothing else.
func (d *Desk) Note(ctx context.Context, id string, by enrolment.Actor, text string) error {
	if _, err := d.store.File(ctx, id); err != nil {
		return err
	}
	now := d.now()
	return d.store.Commit(ctx, enrolment.Act{At: now, Deeds: []enrolment.Deed{{At: now, FileID: id, Actor: by, Act: "note", Reason: text}}})
}

// Mark says of a duty that it is done, or puts it off.
func (d *Desk) Mark(ctx context.Context, id string, kind enrolment.DutyKind, mark enrolment.DutyMark) (File, error) {
	return d.amend(ctx, id, "duty settled", alone, func(e *enrolment.Enrolment, _ enrolment.Session, now time.Time) error {
		if had, there := e.Marks[kind]; there && had.Done == mark.Done && had.Until.Equal(mark.Until) {
			return errUnchanged
		}
		mark.At = now
		markDuty(e, kind, mark)
		return nil
	})
}

// markDuty notes what was said of a duty, on marks of the file's own.
func markDuty(e *enrolment.Enrolment, kind enrolment.DutyKind, mark enrolment.DutyMark) {
	marks := map[enrolment.DutyKind]enrolment.DutyMark{kind: mark}
	for k, m := range e.Marks {
		if k != kind {
			marks[k] = m
		}
	}
	e.Marks = marks
	if e.Todo.Kind == kind {
		e.Todo = enrolment.Duty{} // the next look, a second later, plans what comes after it
	}
}

// Give gives a free seat to somebody who waits, whoever stands before them; reason stands in the queue's history.
func (d *Desk) Give(ctx context.Context, id, sessionID, reason string) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.personal(ctx, id)
		if err != nil {
			return File{}, err
		}
		e, s := f.Enrolment, f.Session
		switch {
		case e.SessionID != sessionID:
			return File{}, enrolment.Refuse(enrolment.KindNotFound, "Cette personne n’attend pas pour cette session.")
		case e.Status == enrolment.Reserved || e.Status == enrolment.Confirmed:
			return d.place(ctx, e, s)
		case !e.Queues():
			return File{}, enrolment.Refuse(enrolment.KindConflict, "Cette personne n’est pas sur la liste d’attente.")
		case s.Status == enrolment.SessionCancelled || !d.now().Before(s.Start()):
			return File{}, enrolment.Refuse(enrolment.KindConflict, "La session a commencé, ou elle est annulée.")
		case s.Taken >= s.Capacity:
			return File{}, enrolment.Refuse(enrolment.KindConflict, "Aucune place n’est libre. Augmentez d’abord le nombre de places de la session.")
		}
		now := d.now()
		after := next(e, now)
		after.Status, after.ReservedAt = enrolment.Reserved, now
		if after.ToProve() {
			after.ProveBy, after.ProvedAt = time.Time{}, now
		}
		after.Settle()
		tell(&after, enrolment.NoticeOfferTaken, now)
		act := enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{Before: e, After: after, Reason: "seat given out of order: " + reason}}}
		if err := d.store.Commit(ctx, act); err != nil {
			return File{}, err
		}
		return d.place(ctx, after, afterLeaving(s, act))
	})
}
