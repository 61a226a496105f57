package booking

import (
	"context"
	"strconv"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// AskEmail notes the address that the holder wants to be written to at instead, and makes a message to it due: nothing else changes
// until that address confirms. Another one takes its place; the file's own takes the question back. Nothing is said, nor looked up, of
// who else has the address. Refusals: conflict while the file's own address is not proved, or when it has ended.
func (d *Desk) AskEmail(ctx context.Context, id, email string) (File, error) {
	return d.edit(ctx, id, "another address asked for", func(e *enrolment.Enrolment, _ enrolment.Session, now time.Time) error {
		switch {
		case !e.Status.Live():
			return ended()
		case e.ToProve():
			return enrolment.Refuse(enrolment.KindConflict,
				"Confirmez d’abord l’adresse de votre inscription\u00a0: ouvrez le lien de l’e-mail que nous vous avons envoyé. Elle est fausse\u00a0? Appelez-nous.")
		case email == e.Person.Email && e.NewEmail == "":
			return errUnchanged
		case email == e.Person.Email:
			e.NewEmail, e.NewEmailBy = "", time.Time{}
			return nil
		}
		e.NewEmail, e.NewEmailBy = email, d.rules.ProofEnd(now)
		tellAt(e, enrolment.NoticeAddressAsked, email, now)
		return nil
	})
}

// ConfirmEmail makes the address that was asked for the file's, once its mailbox has shown that it is the holder's. The claim on the
// session moves in the same act, the former address is told, and its links open nothing any more. Confirming twice answers the same file.
// Refusals: conflict when it was not asked for, or too long ago, and when that address has a file of its own on the session.
func (d *Desk) ConfirmEmail(ctx context.Context, id, email string) (File, error) {
	desk := &Desk{store: behalf{d.store, Behalf{Act: "address"}}, rules: d.rules, now: d.now, by: d.by}
	return attempt(ctx, func(ctx context.Context) (File, error) { return desk.confirmEmail(ctx, id, email) })
}

func (d *Desk) confirmEmail(ctx context.Context, id, email string) (File, error) {
	f, err := d.bare(ctx, id)
	if err != nil {
		return File{}, err
	}
	before, now := f.Enrolment, d.now()
	switch {
	case email == before.Person.Email:
		return d.place(ctx, before, f.Session)
	case email != before.NewEmail || !now.Before(before.NewEmailBy):
		return File{}, enrolment.Refuse(enrolment.KindConflict, "Ce lien n’est plus valable. Demandez-en un autre depuis votre dossier.")
	case !before.Status.Live():
		return File{}, ended()
	}
	_, _, owner, err := d.store.Look(ctx, f.Session.ID, id, email)
	if err != nil {
		return File{}, err
	}
	if owner != "" && before.Claims() {
		return File{}, enrolment.Refuse(enrolment.KindConflict,
			"Cette adresse a déjà une inscription à cette session. Annulez l’une des deux, ou appelez-nous.")
	}
	after := next(before, now)
	former := before.Person.Email
	after.Person.Email, after.NewEmail, after.NewEmailBy = email, "", time.Time{}
	after.Unreachable = false
	after.LinkRevision++ // whoever reads the former address no longer opens the file
	tell(&after, enrolment.NoticeLinks, now)
	tellAt(&after, enrolment.NoticeAddressChanged, former, now)
	act := enrolment.Act{At: now, Sessions: []enrolment.Session{f.Session}, Moves: []enrolment.Move{{Before: before, After: after, Reason: "address corrected by its holder"}}}
	if err := d.store.Commit(ctx, act); err != nil {
		return File{}, err
	}
	return d.place(ctx, after, f.Session)
}

// tellAt is tell, to another address than the file's.
func tellAt(e *enrolment.Enrolment, kind enrolment.NoticeKind, to string, now time.Time) {
	e.Notices = append(e.Notices[:len(e.Notices):len(e.Notices)], enrolment.Notice{
		Key: string(kind) + "-" + strconv.FormatInt(e.Version, 10), Kind: kind, At: now, To: to,
	})
}
