package booking

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// ForContact is this desk with the contact at the collectivité in the holder's place, for the acts of this file only: name is the one
// they go by, act what the audit says, revision that of their link. Each act leaves its line in its own transaction.
func (d *Desk) ForContact(name, act string, revision int) *Desk {
	b := Behalf{Actor: enrolment.Actor{Name: name, Role: enrolment.RoleContact}, Act: act}
	return &Desk{store: behalf{d.store, b}, rules: d.rules, now: d.now, by: enrolment.ByAuthority, revision: revision}
}

// handovers is how often the contact of a file may change before somebody must call.
const handovers = 20

// HandOn passes the request to somebody else at the collectivité, whom the papers are sent to; the link of whoever passes it on only
// reads from then on. Refusals: conflict, as [Desk.Answer]; invalid for their own address, and for one that asked not to be written to.
func (d *Desk) HandOn(ctx context.Context, id string, c enrolment.Contact, by string) (File, error) {
	return d.fromContact(ctx, id, "the request was passed on", func(e *enrolment.Enrolment, now time.Time) error {
		switch {
		case e.Relay.Revision >= handovers:
			return enrolment.Refuse(enrolment.KindConflict, "Cette demande a déjà changé de mains bien des fois. Appelez-nous\u00a0: nous l’adresserons à la bonne personne.")
		case e.Contact != nil && e.Contact.Email == c.Email:
			return mend("email", "C’est déjà l’adresse qui reçoit cette demande. Saisissez celle d’un ou d’une collègue.")
		case !e.Quiet(c.Email).IsZero():
			return mend("email", "Cette personne ne veut plus recevoir d’e-mails pour cette demande. Choisissez une autre adresse.")
		}
		e.HandOn(c, by, now)
		return nil
	})
}

func mend(field, text string) error {
	return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{field: text}}
}

// Silence notes that whoever has this revision of the link asks not to be written to about the file any more, or takes that back: at
// any time, whoever the contact is now. The organisation sees it as a call to make.
func (d *Desk) Silence(ctx context.Context, id string, quiet bool) (File, error) {
	return d.amend(ctx, id, "mails to the collectivité", alone, func(e *enrolment.Enrolment, _ enrolment.Session, now time.Time) error {
		if !e.Silence(d.revision, quiet, now) {
			return errUnchanged
		}
		if _, called := e.Marks[enrolment.DutyContactCall]; called {
			e.Marks = maps.Clone(e.Marks)
			delete(e.Marks, enrolment.DutyContactCall) // what was said of an earlier one
		}
		return nil
	})
}

// Answer notes the collectivité's answer to the request; one without Given takes it back. Its accord ticks the holder's steps, its
// refusal takes the tick of the accord away. Refusals: conflict on a file that has ended or is paid otherwise, once the session has
// begun, and while the convention is declared signed.
func (d *Desk) Answer(ctx context.Context, id string, a enrolment.Answer) (File, error) {
	return d.fromContact(ctx, id, "the collectivité answered", func(e *enrolment.Enrolment, now time.Time) error {
		r := e.OpenReply()
		had := r.Answer
		if had.Given == a.Given && had.Ground == a.Ground && had.Detail == a.Detail {
			return errUnchanged
		}
		if a.Given != enrolment.Accord {
			if err := whileSigned(*e); err != nil {
				return err
			}
		}
		if a.Given == "" {
			r.Answer = enrolment.Answer{}
			e.Retract(enrolment.StepAccord, d.by)
			if e.Steps[enrolment.StepDemande].By == d.by {
				delete(e.Steps, enrolment.StepDemande)
			}
			return nil
		}
		a.At = now
		r.Answer = a
		d.received(e, now)
		e.Declare(enrolment.StepAccord, d.by, a.Given == enrolment.Accord, now)
		return nil
	})
}

// Bill notes what the invoice needs; one without SIRET that is not Unknown takes it back. Refusals: conflict, as [Desk.Answer].
func (d *Desk) Bill(ctx context.Context, id string, b enrolment.Billing) (File, error) {
	return d.fromContact(ctx, id, "the collectivité said where to send the invoice", func(e *enrolment.Enrolment, now time.Time) error {
		r := e.OpenReply()
		had := r.Billing
		had.At, had.By, b.At = time.Time{}, b.By, time.Time{}
		if had == b || r.Billing.At.IsZero() && b.SIRET == "" && !b.Unknown {
			return errUnchanged
		}
		if b.SIRET == "" && !b.Unknown {
			r.Billing = enrolment.Billing{}
			return nil
		}
		b.At = now
		r.Billing = b
		return nil
	})
}

// whileSigned says why an answer other than accord cannot be given, while the convention is signed; nil when it is not.
func whileSigned(e enrolment.Enrolment) error {
	switch {
	case e.SignedOnline():
		return bothSigned()
	case e.SignedByAuthority():
		return enrolment.Refuse(enrolment.KindConflict, "Vous avez signé la convention. Reprenez d’abord votre signature, ou appelez-nous.")
	case !e.Reply.Return.At.IsZero():
		return enrolment.Refuse(enrolment.KindConflict, "Vous avez déclaré la convention signée. Revenez d’abord sur cette déclaration, ou appelez-nous.")
	}
	return nil
}

func bothSigned() error {
	return enrolment.Refuse(enrolment.KindConflict, "La convention est signée par les deux parties. Pour revenir dessus avant la formation, appelez-nous ou écrivez-nous.")
}

// Returned notes that the convention was signed by hand and sent back by somebody, or, undone, that it was not. Whoever signs agrees:
// without an answer yet, it is one. The latest way of signing stands. Refusals: conflict, as [Desk.Answer], after a refusal, and while
// there is no convention to sign. What was sent of it stays when it is declared again, and goes when it is undone.
func (d *Desk) Returned(ctx context.Context, id, by string, done bool) (File, error) {
	return d.returned(ctx, id, by, done, nil)
}

// Scanned is [Desk.Returned] with the scan of what was signed, which replaces one that was sent before.
func (d *Desk) Scanned(ctx context.Context, id, by string, s enrolment.Scan) (File, error) {
	return d.returned(ctx, id, by, true, &s)
}

// Sendable says whether the convention could be sent now, and nothing else: refusals as [Desk.Returned].
func (d *Desk) Sendable(f File) error {
	if err := d.standing(f.Enrolment, f.Session, d.now()); err != nil {
		return err
	}
	if f.Enrolment.SignedOnline() {
		return bothSigned()
	}
	return signable(f.Enrolment)
}

func (d *Desk) returned(ctx context.Context, id, by string, done bool, scan *enrolment.Scan) (File, error) {
	return d.fromContact(ctx, id, "the convention was signed and sent back", func(e *enrolment.Enrolment, now time.Time) error {
		r := e.OpenReply()
		signed := !r.Return.At.IsZero()
		switch {
		case e.SignedOnline():
			return bothSigned()
		case done == signed && (!done || r.Return.Edition == e.Terms.Edition && sameScan(*e, scan)):
			return errUnchanged
		case !done:
			r.Return = enrolment.Return{}
			e.Retract(enrolment.StepConvention, d.by)
			return nil
		}
		if err := signable(*e); err != nil {
			return err
		}
		r.Return, r.Signature = enrolment.Return{Edition: e.Terms.Edition, At: now, By: by}, enrolment.Signature{}
		if e.PartOf == "" { // that of a group is in the group's file alone
			r.Return.Scan = scan
		}
		d.agrees(e, by, now)
		e.Declare(enrolment.StepConvention, d.by, true, now)
		return nil
	})
}

// sameScan tells whether a file has what is sent with the convention, or is sent nothing.
func sameScan(e enrolment.Enrolment, scan *enrolment.Scan) bool {
	if scan == nil || e.PartOf != "" {
		return true
	}
	had, _ := e.Sent()
	return had.ID == scan.ID
}

// signable says why there is no convention to sign; nil when there is.
func signable(e enrolment.Enrolment) error {
	switch {
	case e.Reply != nil && e.Reply.Answer.Given == enrolment.Refus:
		return enrolment.Refuse(enrolment.KindConflict, "Vous avez répondu par un refus. Changez d’abord votre réponse.")
	case e.PaperRefusal(enrolment.PaperConvention) != "":
		return enrolment.Refuse(enrolment.KindConflict, "La convention n’est pas encore prête\u00a0: la place n’est pas encore réservée.")
	}
	return nil
}

// agrees: whoever signs has the request, and says yes to it.
func (d *Desk) agrees(e *enrolment.Enrolment, by string, now time.Time) {
	d.received(e, now)
	r := e.OpenReply()
	if r.Answer.Given == "" {
		r.Answer = enrolment.Answer{Given: enrolment.Accord, At: now, By: by}
		e.Declare(enrolment.StepAccord, d.by, true, now)
	}
}

// Sign notes that the collectivité signed the convention online: the text that was shown is kept as it was signed, in the same transaction.
// The convention is signed once the organisation signs too, see [Desk.Countersign]. The same text signed again changes nothing.
// Refusals: conflict, as [Desk.Returned], once both have signed, and when the papers were made again since the text was shown.
func (d *Desk) Sign(ctx context.Context, id string, s enrolment.Signature, text string) (File, error) {
	signing := *d
	signing.signs = &enrolment.SignedText{FileID: id, Text: text}
	return signing.fromContact(ctx, id, "the convention was signed online", func(e *enrolment.Enrolment, now time.Time) error {
		r := e.OpenReply()
		switch {
		case e.SignedByAuthority() && r.Signature.Digest == s.Digest:
			return errUnchanged
		case e.SignedOnline():
			return bothSigned()
		case e.PartOf == "" && s.Edition != e.Terms.Edition:
			return enrolment.Refuse(enrolment.KindConflict, "La convention a changé pendant que vous la lisiez\u00a0: rien n’est signé. Relisez-la.")
		}
		if err := signable(*e); err != nil {
			return err
		}
		if !r.Return.At.IsZero() { // the latest way of signing stands
			r.Return = enrolment.Return{}
			e.Retract(enrolment.StepConvention, d.by)
		}
		d.agrees(e, s.Name, now)
		signed := s
		signed.At, signed.Edition, signed.Organisation = now, e.Terms.Edition, enrolment.Countersignature{}
		if e.Contact != nil {
			signed.Email = e.Contact.Email
		}
		e.OpenReply().Signature = signed
		return nil
	})
}

// Unsign takes the collectivité's signature back. Refusals: conflict, as [Desk.Answer], and once the organisation has signed too.
func (d *Desk) Unsign(ctx context.Context, id string) (File, error) {
	return d.fromContact(ctx, id, "the signature was taken back", func(e *enrolment.Enrolment, _ time.Time) error {
		r := e.OpenReply()
		switch {
		case r.Signature.At.IsZero():
			return errUnchanged
		case e.SignedOnline():
			return bothSigned()
		}
		r.Signature = enrolment.Signature{}
		return nil
	})
}

// Countersign puts the organisation's signature beside the collectivité's, under the same text: the convention is signed by both, its step
// is done and the money settled. Again it changes nothing. Everybody is sent the signed convention. Refusals: conflict without a
// signature of the collectivité that stands, and once the session has begun.
func (d *Desk) Countersign(ctx context.Context, id string, c enrolment.Countersignature) (File, error) {
	return d.amend(ctx, id, "the convention was countersigned", whole, func(e *enrolment.Enrolment, s enrolment.Session, now time.Time) error {
		switch {
		case e.ID == id && e.PartOf != "":
			return enrolment.Refuse(enrolment.KindConflict, "La convention est celle du groupe\u00a0: contresignez-la dans son dossier.")
		case e.SignedOnline():
			return errUnchanged
		case !e.Status.Live() || e.Mode != enrolment.Collectivite || !e.SignedByAuthority():
			return enrolment.Refuse(enrolment.KindConflict, "La collectivité n’a pas signé cette convention en ligne, ou elle a repris sa signature.")
		case s.Status == enrolment.SessionCancelled || !now.Before(s.Start()):
			return enrolment.Refuse(enrolment.KindConflict, "La session a commencé, ou elle est annulée\u00a0: la convention ne peut plus être signée ici.")
		}
		e.Declare(enrolment.StepConvention, d.by, true, now)
		c.At = now
		e.OpenReply().Signature.Organisation = c
		e.Settle()
		tell(e, enrolment.NoticeConventionSigned, now)
		return nil
	})
}

// SignedText gives the text of a file's convention as it was signed online; a group's is that of its file.
func (d *Desk) SignedText(ctx context.Context, e enrolment.Enrolment) (string, error) {
	return d.store.SignedText(ctx, cmp.Or(e.PartOf, e.ID))
}

// Certified gives the files of those of a group who came, and of nobody else: who left the group meanwhile is not shown to its contact.
func (d *Desk) Certified(ctx context.Context, group enrolment.Enrolment) ([]enrolment.Enrolment, error) {
	var ids []string
	for _, l := range group.Certified() {
		ids = append(ids, l.FileID)
	}
	files, err := d.store.Files(ctx, ids)
	return slices.DeleteFunc(files, func(e enrolment.Enrolment) bool { return e.PartOf != group.ID || !e.Came() }), err
}

// received ticks the request itself: whoever answers has it.
func (d *Desk) received(e *enrolment.Enrolment, now time.Time) {
	if _, done := e.Steps[enrolment.StepDemande]; !done {
		e.Declare(enrolment.StepDemande, d.by, true, now)
	}
}

// fromContact is an act of the contact: told once to the holder and to the organisation.
func (d *Desk) fromContact(ctx context.Context, id, reason string, do func(*enrolment.Enrolment, time.Time) error) (File, error) {
	return d.amend(ctx, id, reason, whole, func(e *enrolment.Enrolment, s enrolment.Session, now time.Time) error {
		if err := d.standing(*e, s, now); err != nil {
			return err
		}
		if err := do(e, now); err != nil {
			return err
		}
		e.Settle()
		tell(e, enrolment.NoticeAuthoritySaid, now)
		return nil
	})
}

// standing says why whoever has this revision of the contact's link can declare nothing any more; nil when they can.
func (d *Desk) standing(e enrolment.Enrolment, s enrolment.Session, now time.Time) error {
	switch {
	case e.PartOf == "" && e.Relay.Revision != d.revision:
		return enrolment.Refuse(enrolment.KindConflict, "Cette demande est maintenant suivie par une autre personne de votre collectivité\u00a0: rien n’a été changé.")
	case !e.Status.Live():
		return enrolment.Refuse(enrolment.KindConflict, "Cette inscription est annulée\u00a0: il n’y a plus rien à faire.")
	case e.Mode != enrolment.Collectivite:
		return enrolment.Refuse(enrolment.KindConflict, "Cette formation n’est plus payée par votre collectivité\u00a0: il n’y a plus rien à faire.")
	case s.Status == enrolment.SessionCancelled || !now.Before(s.Start()):
		return enrolment.Refuse(enrolment.KindConflict, "La session a commencé, ou elle est annulée\u00a0: rien ne peut plus être changé ici. Appelez-nous.")
	}
	return nil
}
