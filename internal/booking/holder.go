package booking

import (
	"context"
	"errors"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// errUnchanged is how a change says that the file is already as asked.
var errUnchanged = errors.New("already so")

// change is what an act does to a copy of a file.
type change func(e *enrolment.Enrolment, s enrolment.Session, now time.Time) error

// bare gives a file and its session, without its place in the queue.
func (d *Desk) bare(ctx context.Context, id string) (File, error) {
	e, err := d.store.File(ctx, id)
	if err != nil {
		return File{}, err
	}
	s, err := d.store.Session(ctx, e.SessionID)
	if err != nil {
		return File{}, err
	}
	e, err = d.news(ctx, e, s)
	return File{Enrolment: e, Session: s}, err
}

// personal is bare for what only a person's file can do.
func (d *Desk) personal(ctx context.Context, id string) (File, error) {
	f, err := d.bare(ctx, id)
	if err == nil && f.Enrolment.Group != nil {
		return File{}, forEachMember()
	}
	return f, err
}

func forEachMember() error {
	return enrolment.Refuse(enrolment.KindConflict, "Ce dossier est celui d’un groupe\u00a0: agissez sur le dossier de chaque élu.")
}

// reach is how far a change of one file goes when that file is a group's.
type reach int

const (
	person reach = iota // it is refused: only a person's file can change so
	alone               // the group's file changes alone
	whole               // its members' files change too, in the same act
)

// edit applies a change to one person's file; a change that holds nothing and frees nothing. The reason is for the history.
func (d *Desk) edit(ctx context.Context, id, reason string, c change) (File, error) {
	return d.amend(ctx, id, reason, person, c)
}

// amend is edit, and says how far the change of a group's file goes.
func (d *Desk) amend(ctx context.Context, id, reason string, far reach, c change) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.bare(ctx, id)
		if err != nil {
			return File{}, err
		}
		if f.Enrolment.Group != nil && far == person {
			return File{}, forEachMember()
		}
		now := d.now()
		after := next(f.Enrolment, now)
		if err := c(&after, f.Session, now); errors.Is(err, errUnchanged) {
			return d.place(ctx, f.Enrolment, f.Session)
		} else if err != nil {
			return File{}, err
		}
		act := enrolment.Act{At: now, Sessions: []enrolment.Session{f.Session}, Moves: []enrolment.Move{{Before: f.Enrolment, After: after, Reason: reason}}, Signed: d.signs}
		if far == whole {
			if err := d.members(ctx, &act, c); err != nil {
				return File{}, err
			}
		}
		if err := d.store.Commit(ctx, act); err != nil {
			return File{}, err
		}
		return d.place(ctx, after, f.Session)
	})
}

// Cancel gives the seat back or declines an offer, until the session starts, or leaves the queue, at any time. Once done
// it answers the same file again. Refusal: conflict once the session of a seat has started.
func (d *Desk) Cancel(ctx context.Context, id string) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.personal(ctx, id)
		if err != nil {
			return File{}, err
		}
		before, now := f.Enrolment, d.now()
		if before.Status == enrolment.Cancelled || before.Status == enrolment.Expired {
			return d.place(ctx, before, f.Session)
		}
		if before.Status == enrolment.Attended || before.Status != enrolment.Waiting && !now.Before(f.Session.Start()) {
			return File{}, enrolment.Refuse(enrolment.KindConflict, "La session a commencé : l’inscription ne peut plus être annulée ici. Appelez-nous.")
		}
		after := next(before, now)
		after.CancelledFor = d.why
		kind, reason := leaving(before.Status)
		tell(&after, kind, now)
		act, err := d.leave(ctx, f, after, reason, now)
		if err != nil {
			return File{}, err
		}
		if err := d.store.Commit(ctx, act); err != nil {
			return File{}, err
		}
		return d.place(ctx, act.Moves[0].After, afterLeaving(f.Session, act))
	})
}

// leave is the act by which a file, otherwise become after, gives back its seat or its place in line.
func (d *Desk) leave(ctx context.Context, f File, after enrolment.Enrolment, reason string, now time.Time) (enrolment.Act, error) {
	after.Status, after.CancelledAt, after.OfferedUntil = enrolment.Cancelled, now, time.Time{}
	return d.giveBack(ctx, f, after, reason, now)
}

func leaving(s enrolment.Status) (enrolment.NoticeKind, string) {
	switch s {
	case enrolment.Offered:
		return enrolment.NoticeOfferDeclined, "offer declined"
	case enrolment.Waiting:
		return enrolment.NoticeQueueLeft, "left the queue"
	default:
		return enrolment.NoticeCancelled, "seat freed by a cancellation"
	}
}

// afterLeaving is the session as the act leaves it, without reading it again.
func afterLeaving(s enrolment.Session, act enrolment.Act) enrolment.Session {
	for _, m := range act.Moves {
		taken, waiting := m.Counts(s.ID)
		s.Taken += taken
		s.Waiting += waiting
	}
	return s
}

// Tick declares a step done. Settled money confirms a held seat. A DIFE request that is declared again once the proposal that
// answered it has lapsed starts afresh; the proposal itself is told to the holder, with the days they have. Refusals: not-found for
// a step of another mode, conflict before the step may be done (a first payment before the withdrawal period ends) or on a file that has ended.
func (d *Desk) Tick(ctx context.Context, id string, step enrolment.StepKey) (File, error) {
	return d.amend(ctx, id, "step declared done", whole, func(e *enrolment.Enrolment, s enrolment.Session, now time.Time) error {
		if err := steppable(*e, step); err != nil {
			return err
		}
		again := (step == enrolment.StepDossier || step == enrolment.StepProposal) && d.rules.ProposalLapsed(*e, s, now)
		if was, done := e.Steps[step]; done && !again {
			return d.seconded(e, step, was, now)
		}
		at, ok := d.rules.StepOpensAt(*e, step)
		if !ok {
			return enrolment.Refuse(enrolment.KindConflict, "Signez d’abord le contrat de formation.")
		}
		if now.Before(at) {
			return enrolment.Refuse(enrolment.KindConflict, "Aucun paiement ne peut être fait avant la fin du délai de rétractation.")
		}
		if again {
			e.Reopen(step)
		}
		d.declare(e, step, now)
		return nil
	})
}

// declare notes a step, and what it implies of the DIFE request: a proposal answers one, a confirmation is of one.
func (d *Desk) declare(e *enrolment.Enrolment, step enrolment.StepKey, now time.Time) {
	done := enrolment.StepDone{At: now, By: d.by}
	implied := []enrolment.StepKey{step}
	switch step {
	case enrolment.StepProposal:
		implied = append(implied, enrolment.StepDossier)
		tell(e, enrolment.NoticeProposal, now)
	case enrolment.StepConfirm:
		implied = append(implied, enrolment.StepDossier, enrolment.StepProposal)
	}
	e.Note(step, d.by, true, now)
	for _, k := range implied {
		if _, there := e.Steps[k]; !there {
			e.Steps[k] = done
		}
	}
	if step == enrolment.StepContrat {
		e.Sign(now)
	}
	if _, asked := e.Steps[enrolment.StepDossier]; asked {
		e.Void = nil
	}
	e.Settle()
}

// seconded lets the organisation take over what the holder declared: both have said so then.
func (d *Desk) seconded(e *enrolment.Enrolment, step enrolment.StepKey, was enrolment.StepDone, now time.Time) error {
	if d.by == was.By || d.by != enrolment.ByStaff {
		return errUnchanged
	}
	e.Note(step, d.by, true, now)
	was.By = d.by
	e.Steps[step] = was
	e.Settle()
	return nil
}

// Untick takes the declaration back, and with it what depends on it.
func (d *Desk) Untick(ctx context.Context, id string, step enrolment.StepKey) (File, error) {
	return d.amend(ctx, id, "step taken back", whole, func(e *enrolment.Enrolment, _ enrolment.Session, now time.Time) error {
		if err := steppable(*e, step); err != nil {
			return err
		}
		if _, done := e.Steps[step]; !done {
			return errUnchanged
		}
		if step == enrolment.StepConvention && e.SignedOnline() {
			if d.by != enrolment.ByStaff {
				return bothSigned()
			}
			e.OpenReply().Signature = enrolment.Signature{} // both are to sign again
			tell(e, enrolment.NoticeConventionUndone, now)
		}
		if step == enrolment.StepConvention && d.by == enrolment.ByStaff {
			e.DropScan() // the organisation has nothing to read of it; the holder's word takes nothing of the collectivité's away
		}
		e.Note(step, d.by, false, now)
		if step == enrolment.StepContrat {
			e.Unsign()
		} else {
			e.Reopen(step)
		}
		e.Settle()
		return nil
	})
}

func steppable(e enrolment.Enrolment, step enrolment.StepKey) error {
	if !e.Mode.HasStep(step) {
		return enrolment.Refuse(enrolment.KindNotFound, "Cette étape n’existe pas pour ce mode de financement.")
	}
	if !e.Status.Live() {
		return ended()
	}
	return nil
}

func ended() error {
	return enrolment.Refuse(enrolment.KindConflict, "Cette inscription est terminée : elle ne peut plus être modifiée.")
}

// Paying is a way of paying with who follows it. A contact replaces the one on file; nil leaves it. Payer, when it is asked about, replaces
// the payer on file: nil for the mandate's own collectivité.
type Paying struct {
	Mode    enrolment.Mode
	Contact *enrolment.Contact
	Payer   **enrolment.Payer
}

// ChangeMode chooses another way of paying, with a contact; see [Desk.Pay].
func (d *Desk) ChangeMode(ctx context.Context, id string, mode enrolment.Mode, contact *enrolment.Contact) (File, error) {
	return d.Pay(ctx, id, Paying{Mode: mode, Contact: contact})
}

// Pay chooses another way of paying, or who pays; the seat or the place in the queue is kept. Another payer makes the papers again, under
// another number. Refusals: funding-closed, conflict on a file that has ended.
func (d *Desk) Pay(ctx context.Context, id string, how Paying) (File, error) {
	mode, contact := how.Mode, how.Contact
	return d.edit(ctx, id, "another way of paying", func(e *enrolment.Enrolment, s enrolment.Session, now time.Time) error {
		if !e.Status.Live() {
			return ended()
		}
		sameContact := contact == nil || e.Contact != nil && *e.Contact == *contact
		samePayer := how.Payer == nil || e.SamePayer(*how.Payer)
		if !(sameContact && samePayer) && e.PartOf != "" {
			return enrolment.Refuse(enrolment.KindConflict, "Votre collectivité vous inscrit avec d’autres élus\u00a0: c’est son contact qui suit cette demande.")
		}
		if e.Mode == mode && sameContact && samePayer {
			return errUnchanged
		}
		if !samePayer {
			e.PaidBy = *how.Payer
		}
		if contact != nil {
			c := *contact
			e.NameContact(&c)
		}
		if e.Mode == mode {
			if !samePayer && mode == enrolment.Collectivite {
				e.Renew(s, now)
			}
			return nil
		}
		if err := d.fundable(s, mode, e.Mandate.Kind, now); err != nil {
			return err
		}
		e.ChooseMode(mode, s, now)
		tell(e, enrolment.NoticeFundingChanged, now)
		return nil
	})
}

// SetPayer names who pays when the collectivité does, or takes that back: nil for the mandate's own. Another payer makes the papers again,
// under another number. Refusals: conflict on a file that has ended, on one that is paid for otherwise, and on one of a group.
func (d *Desk) SetPayer(ctx context.Context, id string, payer *enrolment.Payer) (File, error) {
	return d.edit(ctx, id, "another payer", func(e *enrolment.Enrolment, s enrolment.Session, now time.Time) error {
		switch {
		case !e.Status.Live():
			return ended()
		case e.Mode != enrolment.Collectivite:
			return enrolment.Refuse(enrolment.KindConflict, "Ce dossier n’est pas payé par une collectivité\u00a0: changez d’abord son financement.")
		case e.PartOf != "":
			return enrolment.Refuse(enrolment.KindConflict, "Ce dossier est payé avec celui de son groupe.")
		case e.SamePayer(payer):
			return errUnchanged
		}
		e.PaidBy = payer
		e.Renew(s, now)
		return nil
	})
}

// ChangeSession moves the file, with its steps, to a seat of another session; the old seat is given back in the same
// act, so it is kept whenever the new one cannot be had. A file whose session the organisation cancelled may move too.
// When the person already has a file on the new session this one becomes its decoy: nothing is revealed, and the old
// seat is freed. Refusals: not-found, session-closed, funding-closed, conflict when the new session is full or the file has ended.
func (d *Desk) ChangeSession(ctx context.Context, id, sessionID string) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.personal(ctx, id)
		if err != nil {
			return File{}, err
		}
		if f.Enrolment.SessionID == sessionID {
			return d.place(ctx, f.Enrolment, f.Session)
		}
		if !movable(f) {
			return File{}, ended()
		}
		if f.Enrolment.Aside() && f.Enrolment.ToProve() {
			return File{}, proveFirst()
		}
		return d.moveTo(ctx, f, sessionID)
	})
}

func movable(f File) bool {
	s := f.Enrolment.Status
	return s.Live() && s != enrolment.Attended || s == enrolment.Cancelled && f.Session.Status == enrolment.SessionCancelled
}

func (d *Desk) moveTo(ctx context.Context, f File, sessionID string) (File, error) {
	now := d.now()
	s, _, owner, err := d.store.Look(ctx, sessionID, f.Enrolment.ID, f.Enrolment.Person.Email)
	if err != nil {
		return File{}, err
	}
	if f.Session.Status != enrolment.SessionCancelled && !now.Before(f.Session.Start()) {
		return File{}, enrolment.Refuse(enrolment.KindConflict, "La session a commencé : elle ne peut plus être changée ici. Appelez-nous.")
	}
	if err := d.admit(s, f.Enrolment.Mode, f.Enrolment.Mandate.Kind, now); err != nil {
		return File{}, err
	}
	if s.SeatsLeft() == 0 {
		return File{}, enrolment.Refuse(enrolment.KindConflict, "Cette session est complète. Votre inscription actuelle est gardée.")
	}
	_, most := d.rules.MostUnproved(s.Capacity, now)
	if f.Enrolment.ToProve() && crowded(s, most) {
		return File{}, proveFirst()
	}
	leaving := f.Enrolment
	leaving.Leave(f.Session)
	after := moved(leaving, s, now, f.Session.Status == enrolment.SessionCancelled)
	if !f.Enrolment.Status.HoldsSeat() { // a decoy holds none, and must look as if it did
		d.proving(&after, now)
	}
	act, err := d.giveBack(ctx, f, after, "seat freed by a change of session", now)
	if err != nil {
		return File{}, err
	}
	act.Sessions, act.MostUnproved = append(act.Sessions, s), most
	if owner != "" && d.by == enrolment.ByStaff {
		return File{}, duplicate(owner)
	}
	if owner != "" && !after.Decoy {
		makeDecoy(&act, owner, now)
	}
	if err := d.store.Commit(ctx, act); err != nil {
		return File{}, err
	}
	return d.place(ctx, act.Moves[0].After, afterJoining(s, after))
}

// moved is the file on its new session. ours tells that the organisation had cancelled the former one.
func moved(e enrolment.Enrolment, s enrolment.Session, now time.Time, ours bool) enrolment.Enrolment {
	e = next(e, now)
	e.CameFrom, e.SessionID, e.SessionSeen, e.PartOf = e.SessionID, s.ID, s.Revision, ""
	e.VoidRequest(now, ours)
	e.Exchange(s, now)
	e.Status, e.ReservedAt, e.CancelledAt, e.CancelledFor = enrolment.Reserved, now, time.Time{}, ""
	e.Ticket, e.OfferedUntil = 0, time.Time{}
	if !e.WithdrawnAt.IsZero() && e.PaysByContract() {
		e.WithdrawnAt = time.Time{} // another contract, to be signed
		e.Reopen(enrolment.StepContrat)
	}
	e.Settle()
	tell(&e, enrolment.NoticeSessionChanged, now)
	return e
}

// SendLinks makes one message due with the links of every file of the address: the newest file carries it. It
// answers nothing about whether there are any; it is sent at most once an hour. Asking says that the address works: the mark
// of an address that came back is lifted from all of them, and comes back with the next bounce. The caller evens out the time it takes.
func (d *Desk) SendLinks(ctx context.Context, email string) error {
	_, err := attempt(ctx, func(ctx context.Context) (struct{}, error) { return struct{}{}, d.sendLinks(ctx, email) })
	return err
}

func (d *Desk) sendLinks(ctx context.Context, email string) error {
	files, err := d.store.FilesByEmail(ctx, email)
	if err != nil || len(files) == 0 {
		return err
	}
	now := d.now()
	newest := slices.MaxFunc(files, func(a, b enrolment.Enrolment) int { return a.CreatedAt.Compare(b.CreatedAt) })
	act := enrolment.Act{At: now, Remarks: []enrolment.Remark{{FileID: newest.ID, Lifts: true, Notice: enrolment.Notice{
		Key: string(enrolment.NoticeLinks) + "-" + now.Format("2006-01-02T15"), Kind: enrolment.NoticeLinks, At: now,
	}}}}
	for _, e := range files {
		if e.Unreachable && e.ID != newest.ID {
			after := next(e, now)
			after.Unreachable = false
			act.Moves = append(act.Moves, enrolment.Move{Before: e, After: after, Reason: "links asked for"})
		}
	}
	return d.store.Commit(ctx, act)
}

// Erase removes the file, its personal data and its log of messages; a seat it held goes to the first in line in the
// same act. Erasing what is already gone succeeds, and finishes an erasure that was cut short.
func (d *Desk) Erase(ctx context.Context, id string) error {
	if err := d.remove(ctx, id, "file erased", false); err != nil {
		return err
	}
	return d.store.ForgetMessages(ctx, id)
}

// Forget removes a file whose time is over, with its log of messages, its lines of the audit and the words it was found by; what it was
// stays in the count of its session, without the person. The file itself goes last, so that one cut short is begun again.
func (d *Desk) Forget(ctx context.Context, id string) error {
	if err := d.store.ForgetMessages(ctx, id); err != nil {
		return err
	}
	return d.remove(ctx, id, "kept as long as announced", true)
}

// remove takes a file away, counted or not in its session, and passes its seat on. One that has gone already is no error.
func (d *Desk) remove(ctx context.Context, id, reason string, counted bool) error {
	_, err := attempt(ctx, func(ctx context.Context) (struct{}, error) {
		f, err := d.bare(ctx, id)
		if enrolment.KindOf(err) == enrolment.KindNotFound {
			return struct{}{}, nil
		}
		if err != nil {
			return struct{}{}, err
		}
		if f.Enrolment.Group != nil && !counted {
			return struct{}{}, forEachMember()
		}
		act, err := d.giveBack(ctx, f, enrolment.Enrolment{}, reason, d.now())
		if err != nil {
			return struct{}{}, err
		}
		act.Tally = counted && !f.Enrolment.Decoy && f.Enrolment.Group == nil
		return struct{}{}, d.store.Commit(ctx, act)
	})
	return err
}

// Messages gives what was sent about a file, or tried.
func (d *Desk) Messages(ctx context.Context, id string) ([]enrolment.MessageRecord, error) {
	return d.store.Messages(ctx, id)
}

// Export is everything kept about a person's file.
type Export struct {
	File     File
	Messages []enrolment.MessageRecord
}

// Export gives a copy of what is kept.
func (d *Desk) Export(ctx context.Context, id string) (Export, error) {
	f, err := d.File(ctx, id)
	if err != nil {
		return Export{}, err
	}
	m, err := d.store.Messages(ctx, id)
	if err != nil {
		return Export{}, err
	}
	said, err := d.store.Circulars(ctx, f.Session.ID)
	return Export{File: f, Messages: d.withCirculars(m, f.Enrolment, said)}, err
}
