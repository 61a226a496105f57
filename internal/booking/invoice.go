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
		return d.issue(ctx, f, draft, last, func(after *enrolment.Enrolment, number string) {
			after.Invoice = number
			markDuty(after, enrolment.DutyInvoice, enrolment.DutyMark{Done: true, At: d.now()})
		})
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
		return d.issue(ctx, f, draft, last, func(after *enrolment.Enrolment, number string) {
			after.Credited = append(slices.Clone(after.Credited), enrolment.CreditedInvoice{Invoice: after.Invoice, Credit: number})
			after.Invoice = ""
			markDuty(after, enrolment.DutyInvoice, enrolment.DutyMark{At: d.now()})
		})
	})
}

// issue writes an invoice or a credit note under the number after the last of its kind, and what it changes in its file, in one act.
func (d *Desk) issue(ctx context.Context, f File, draft enrolment.Invoice, last int, mark func(after *enrolment.Enrolment, number string)) (File, error) {
	now := d.now()
	draft.N, draft.At, draft.FileID = last+1, now, f.Enrolment.ID
	after := next(f.Enrolment, now)
	mark(&after, draft.Number())
	act := enrolment.Act{At: now, Invoice: &draft, Sessions: []enrolment.Session{f.Session}, Moves: []enrolment.Move{{Before: f.Enrolment, After: after}}}
	if err := d.store.Commit(ctx, act); err != nil {
		return File{}, err
	}
	return d.place(ctx, after, f.Session)
}
