package booking

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Write writes to people of a session: the message and its line of the audit in one write, then a notice to each file. Asked again
// under the same id it goes on where it stopped, and answers what was written the first time.
func (d *Desk) Write(ctx context.Context, c enrolment.Circular) (enrolment.Circular, error) {
	return attempt(ctx, func(ctx context.Context) (enrolment.Circular, error) {
		had, err := d.store.Circular(ctx, c.SessionID, c.ID)
		switch {
		case err == nil && !had.Same(c):
			return had, enrolment.Refuse(enrolment.KindKeyReused, "Ce message a déjà été envoyé avec un autre texte. Rechargez la page, puis recommencez.")
		case err == nil:
			return had, nil
		case enrolment.KindOf(err) != enrolment.KindNotFound:
			return had, err
		}
		deed := enrolment.Deed{At: c.At, Actor: c.By, Act: "message", Changes: []enrolment.Change{{Field: "message", After: c.Subject}}}
		if len(c.To) == 1 {
			deed.FileID = c.To[0]
		}
		return c, d.store.Commit(ctx, enrolment.Act{At: c.At, Circular: &c, Deeds: []enrolment.Deed{deed}})
	})
}

// Spread gives each file of a circular its notice; the planner sends it once, by its log, however often the notice is given. It may be
// stopped anywhere and run again, by two at once. A file erased meanwhile is passed over.
func (d *Desk) Spread(ctx context.Context, c enrolment.Circular) error {
	if c.Spread {
		return nil
	}
	for _, id := range c.To {
		if err := d.notify(ctx, c, id); err != nil {
			return err
		}
	}
	return d.store.MarkSpread(ctx, c.SessionID, c.ID)
}

func (d *Desk) notify(ctx context.Context, c enrolment.Circular, id string) error {
	now := d.now()
	err := d.store.Commit(ctx, enrolment.Act{At: now, Remarks: []enrolment.Remark{{FileID: id, Notice: c.Notice(now)}}})
	if errors.Is(err, enrolment.ErrStale) {
		return nil // erased meanwhile
	}
	return err
}

// withCirculars adds to a decoy's mails what the team wrote to the session: nothing finds a decoy, and what it shows of its mails must
// read as a file's does.
func (d *Desk) withCirculars(log []enrolment.MessageRecord, e enrolment.Enrolment, said []enrolment.Circular) []enrolment.MessageRecord {
	for _, c := range said {
		if e.Decoy && e.InAudience(c.Audience) && c.At.After(e.CreatedAt) && !c.Leaves.After(d.now()) {
			n := c.Notice(c.Leaves)
			log = append(log, enrolment.MessageRecord{Key: n.Key, Kind: string(n.Kind), To: "holder", State: enrolment.MessageSent, At: n.At})
		}
	}
	slices.SortFunc(log, func(a, b enrolment.MessageRecord) int { return strings.Compare(a.Key, b.Key) })
	return log
}

// spreadAll goes on with the circulars that a crash left, or that were longer than a request.
func (d *Desk) spreadAll(ctx context.Context) error {
	left, err := d.store.Spreading(ctx)
	faults := []error{err}
	for _, c := range left {
		faults = append(faults, d.Spread(ctx, c))
	}
	return errors.Join(faults...)
}
