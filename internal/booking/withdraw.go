package booking

import (
	"context"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Withdraw takes the holder out of their personal contract (Code de la consommation, L221-18 and L221-21): their seat goes
// to the first in line in the same act, and the acknowledgement is due at once. A seat that another way of paying took over is
// kept: the contract alone ends. It may be done on a seat already given back, and after the session has begun. Once done it answers the same file again. Refusals: conflict without a signed
// contract, or once the period is over; the organisation may still record what was sent to it in time.
func (d *Desk) Withdraw(ctx context.Context, id string) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.personal(ctx, id)
		if err != nil {
			return File{}, err
		}
		before, now := f.Enrolment, d.now()
		if !before.WithdrawnAt.IsZero() {
			return d.place(ctx, before, f.Session)
		}
		end, ok := d.rules.Withdrawal(before)
		if !ok {
			return File{}, enrolment.Refuse(enrolment.KindConflict, "Aucun contrat de formation n’est déclaré signé pour ce dossier : il n’y a rien à quoi renoncer.")
		}
		if !now.Before(end) && d.by != enrolment.ByStaff {
			return File{}, enrolment.Refuse(enrolment.KindConflict, "Le délai pour renoncer au contrat est passé. Appelez-nous.")
		}
		after := next(before, now)
		after.WithdrawnAt = now
		tell(&after, enrolment.NoticeWithdrawn, now)
		act := enrolment.Act{At: now, Moves: []enrolment.Move{{Before: before, After: after}}}
		if before.PaysByContract() && before.Status.Live() && before.Status != enrolment.Attended {
			if act, err = d.leave(ctx, f, after, "seat freed by a withdrawal", now); err != nil {
				return File{}, err
			}
		}
		if err := d.store.Commit(ctx, act); err != nil {
			return File{}, err
		}
		return d.place(ctx, act.Moves[0].After, afterLeaving(f.Session, act))
	})
}
