package booking

import (
	"context"
	"slices"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Invoice issues the invoice of a file under the next number of the year, and settles the duty to make it. Issued already, it answers
// the file as it is: no file has two. Refusal: conflict for who is invoiced with their group.
func (d *Desk) Invoice(ctx context.Context, id string, draft enrolment.Invoice) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.bare(ctx, id)
		if err != nil {
			return File{}, err
		}
		switch {
		case f.Enrolment.PartOf != "":
			return File{}, enrolment.Refuse(enrolment.KindConflict, "La facture de cette personne est celle de son groupe : ouvrez le dossier du groupe.")
		case f.Enrolment.Invoice != "":
			return d.place(ctx, f.Enrolment, f.Session)
		}
		last, err := d.store.LastInvoice(ctx, draft.Year)
		if err != nil {
			return File{}, err
		}
		now := d.now()
		issued := draft
		issued.N, issued.At, issued.FileID = last+1, now, id
		after := next(f.Enrolment, now)
		after.Invoice = issued.Number()
		markDuty(&after, enrolment.DutyInvoice, enrolment.DutyMark{Done: true, At: now})
		act := enrolment.Act{At: now, Invoice: &issued, Sessions: []enrolment.Session{f.Session}, Moves: []enrolment.Move{{Before: f.Enrolment, After: after}}}
		if err := d.store.Commit(ctx, act); err != nil {
			return File{}, err
		}
		return d.place(ctx, after, f.Session)
	})
}

// Credit undoes the invoice of a file by a credit note under the next number of the year: the file may then be invoiced anew, and the duty
// to do so is back. Refusals: conflict when there is no invoice to undo, changed when it is another one.
func (d *Desk) Credit(ctx context.Context, id string, draft enrolment.Invoice) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.bare(ctx, id)
		if err != nil {
			return File{}, err
		}
		if f.Enrolment.Invoice == "" || f.Enrolment.Invoice != draft.Undoes {
			return File{}, enrolment.Refuse(enrolment.KindConflict, "Ce dossier n’a pas de facture à annuler.")
		}
		last, err := d.store.LastCredit(ctx, draft.Year)
		if err != nil {
			return File{}, err
		}
		now := d.now()
		issued := draft
		issued.N, issued.At, issued.FileID = last+1, now, id
		after := next(f.Enrolment, now)
		after.Credited = append(slices.Clone(after.Credited), enrolment.CreditedInvoice{Invoice: after.Invoice, Credit: issued.Number()})
		after.Invoice = ""
		markDuty(&after, enrolment.DutyInvoice, enrolment.DutyMark{At: now})
		act := enrolment.Act{At: now, Invoice: &issued, Sessions: []enrolment.Session{f.Session}, Moves: []enrolment.Move{{Before: f.Enrolment, After: after}}}
		if err := d.store.Commit(ctx, act); err != nil {
			return File{}, err
		}
		return d.place(ctx, after, f.Session)
	})
}
