package booking

import (
	"context"
	"crypto/sha256"
	"encoding/base32"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Application is what someone sends to enrol, already parsed.
type Application struct {
	Key        string // Idempotency-Key, a UUID
	SessionID  string
	Mode       enrolment.Mode
	Person     enrolment.Person
	Mandate    enrolment.Mandate
	Contact    *enrolment.Contact
	Payer      *enrolment.Payer // nil when the mandate's collectivité pays
	Needs      string           // see [enrolment.Enrolment]
	Proved     bool             // the address needs no proof: a kiosk that the organisation opened
	Worked     bool             // a proof of work came with it
	Aside      bool             // its source has asked for so much, unproved, that this one waits aside
	CountedIn  string           // see [enrolment.Enrolment]
	BodyDigest string           // digest of the request's body: the same key with another one is refused
}

// FileID derives the file's id from the idempotency key, so that the file is its own idempotency record.
func FileID(key string) string {
	sum := sha256.Sum256([]byte("enrolment:" + strings.ToLower(key)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:26]
}

// Enrol holds a seat, or a place in the queue when the session is full. The same key and body answer the same file
// again. A person who already has a live file on the session gets a decoy that looks just like a new file, at the same
// price in round trips; the owner of the address is told by mail. Above the caps of what nobody has proved, the file is aside: its
// seat, or its place in the queue, is there for whoever opens the mailed link.
// Refusals: validation (the proof of work is asked for), key-reused, conflict (the same request, an hour later or once its link was revoked), not-found, session-closed, funding-closed, unavailable.
func (d *Desk) Enrol(ctx context.Context, a Application) (File, error) {
	var ticket int64
	f, err := attempt(ctx, func(ctx context.Context) (File, error) { return d.enrol(ctx, a, &ticket) })
	if err != nil || f.Enrolment.Status != enrolment.Waiting || f.Enrolment.Aside() || f.Session.Taken >= f.Session.Capacity {
		return f, err
	}
	return d.fillFor(ctx, f), nil
}

// fillFor offers idle seats at once when someone joined a queue that had some; the sweep does it otherwise.
func (d *Desk) fillFor(ctx context.Context, f File) File {
	if err := d.Fill(ctx, f.Session.ID); err != nil {
		return f
	}
	if again, err := d.File(ctx, f.Enrolment.ID); err == nil {
		return again
	}
	return f
}

func (d *Desk) enrol(ctx context.Context, a Application, ticket *int64) (File, error) {
	id, now := FileID(a.Key), d.now()
	s, mine, owner, err := d.store.Look(ctx, a.SessionID, id, a.Person.Email)
	if err != nil {
		return File{}, err
	}
	if mine != nil {
		f, err := d.replay(ctx, *mine, a)
		f.Replayed = true
		return f, err
	}
	if err := d.admit(s, a.Mode, a.Mandate.Kind, now); err != nil {
		return File{}, err
	}
	if owner != "" && d.by == enrolment.ByStaff {
		return File{}, duplicate(owner)
	}
	e := newFile(id, a, s, now)
	e.ProveBy, e.ProvedAt = d.rules.ProofEnd(now), time.Time{}
	if a.Proved || d.by == enrolment.ByStaff {
		e.ProveBy, e.ProvedAt = time.Time{}, now
	}
	act := enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{After: e, Reason: "session full"}}}
	if err := d.welcome(ctx, &act, a, ticket); err != nil {
		return File{}, err
	}
	tell(&act.Moves[0].After, joinedOrHeld(act.Moves[0].After), now)
	if owner != "" {
		makeDecoy(&act, owner, now)
	}
	if err := d.store.Commit(ctx, act); err != nil {
		return File{}, err
	}
	joined := act.Moves[0].After
	if len(act.Moves) > 1 { // somebody else's seat: no more are taken
		return d.place(ctx, joined, s)
	}
	return d.place(ctx, joined, afterJoining(s, joined))
}

// afterJoining is the session as the newcomer finds it, without reading it again.
func afterJoining(s enrolment.Session, e enrolment.Enrolment) enrolment.Session {
	switch {
	case e.Aside():
	case e.Status == enrolment.Waiting:
		s.Waiting++
	default:
		s.Taken++
	}
	return s
}

func newFile(id string, a Application, s enrolment.Session, now time.Time) enrolment.Enrolment {
	return enrolment.Enrolment{
		ID: id, Reference: enrolment.NewReference(id), SessionID: s.ID,
		Status: enrolment.Reserved, Mode: a.Mode, Person: a.Person, Mandate: a.Mandate, Contact: a.Contact, Needs: a.Needs, PaidBy: a.Payer,
		Terms:     s.Terms(now),
		Steps:     map[enrolment.StepKey]enrolment.StepDone{},
		CreatedAt: now, ReservedAt: now, ModeSince: now, ConsentAt: now, DueAt: now,
		SessionSeen: s.Revision, BodyDigest: a.BodyDigest, CountedIn: a.CountedIn, Version: 1,
	}
}

// welcome gives a new file a seat or a place in the queue, or puts it aside when too much of the session, or of what its source asked
// for, is unproved already.
func (d *Desk) welcome(ctx context.Context, act *enrolment.Act, a Application, ticket *int64) error {
	e, s := &act.Moves[0].After, act.Sessions[0]
	if !e.ToProve() {
		return d.seat(ctx, act, ticket)
	}
	work, most := d.rules.MostUnproved(s.Capacity, act.At)
	if len(s.Unproved) >= work && !a.Worked {
		return enrolment.AskWork()
	}
	act.MostUnproved = most
	if a.Aside || crowded(s, most) {
		e.PutAside()
		return nil
	}
	return d.seat(ctx, act, ticket)
}

// crowded tells whether one more unproved seat, or one more who waits for such seats, would be too many.
func crowded(s enrolment.Session, most int) bool {
	room, _ := s.UnprovedRoom(most)
	return room == 0
}

// seat gives the file that the act brings to its session a seat: a free one, else one that nobody proved in time; or else a place in
// the queue.
func (d *Desk) seat(ctx context.Context, act *enrolment.Act, ticket *int64) error {
	e, s := &act.Moves[0].After, act.Sessions[0]
	e.Status, e.ReservedAt = enrolment.Reserved, act.At
	if s.SeatsLeft() > 0 {
		return nil
	}
	if s.Waiting == 0 {
		released, found, err := d.overdue(ctx, s, act.At)
		if err != nil {
			return err
		}
		if found {
			act.Moves = append(act.Moves, released)
			return nil
		}
	}
	return d.queueUp(ctx, e, ticket)
}

// queueUp turns a new file into one that waits. The ticket is kept over retries, so that trying again loses no place.
func (d *Desk) queueUp(ctx context.Context, e *enrolment.Enrolment, ticket *int64) error {
	if *ticket == 0 {
		n, err := d.store.Ticket(ctx, e.SessionID)
		if err != nil {
			return err
		}
		*ticket = n
	}
	e.Status, e.Ticket, e.ReservedAt = enrolment.Waiting, *ticket, time.Time{}
	return nil
}

func joinedOrHeld(e enrolment.Enrolment) enrolment.NoticeKind {
	if e.Status == enrolment.Waiting {
		return enrolment.NoticeQueueJoined
	}
	return enrolment.NoticeConfirmation
}

// makeDecoy takes the seat from the new file, and tells the owner of the address (once a day at most: the key is the day's). For all
// the rest a decoy lives as a file does: its messages are planned and written down, and go nowhere.
func makeDecoy(act *enrolment.Act, owner string, now time.Time) {
	act.Moves = act.Moves[:1] // it takes nobody's seat
	act.Moves[0].After.Decoy = true
	act.Remarks = append(act.Remarks, alreadyEnrolled(owner, now))
}

func alreadyEnrolled(owner string, now time.Time) enrolment.Remark {
	return enrolment.Remark{FileID: owner, Notice: enrolment.Notice{
		Key:  string(enrolment.NoticeAlreadyEnrolled) + "-" + now.Format(time.DateOnly),
		Kind: enrolment.NoticeAlreadyEnrolled, At: now,
	}}
}

// replayable is how long the same request is answered by its file: for whom the answer was lost. Later, or once the link was revoked,
// whoever still has the request is not given a link by it.
const replayable = time.Hour

// replay answers a repeated request with the file it made, whatever became of the file or of the session since.
func (d *Desk) replay(ctx context.Context, mine enrolment.Enrolment, a Application) (File, error) {
	if mine.BodyDigest != a.BodyDigest {
		return File{}, enrolment.Refuse(enrolment.KindKeyReused,
			"Cette demande a déjà été envoyée avec d’autres réponses. Rechargez la page pour recommencer.")
	}
	if mine.LinkRevision > 0 || d.now().After(mine.CreatedAt.Add(replayable)) {
		return File{}, enrolment.Refuse(enrolment.KindConflict,
			"Cette inscription est déjà enregistrée. Ouvrez-la avec le lien que vous avez reçu par e-mail, ou demandez de nouveau vos liens depuis «\u00a0Mon dossier\u00a0».")
	}
	s, err := d.store.Session(ctx, mine.SessionID)
	if err != nil {
		return File{}, err
	}
	return d.place(ctx, mine, s)
}

// admit refuses what cannot lead anywhere: a closed session, a mode that cannot be completed in time.
func (d *Desk) admit(s enrolment.Session, m enrolment.Mode, k enrolment.MandateKind, now time.Time) error {
	if s.Status == enrolment.SessionCancelled {
		return enrolment.Refuse(enrolment.KindSessionClosed, "Cette session a été annulée par l’organisme. Choisissez une autre date.")
	}
	if s.Closed(now) {
		return enrolment.Refuse(enrolment.KindSessionClosed, "Les inscriptions à cette session sont closes. Choisissez une autre date.")
	}
	return d.fundable(s, m, k, now)
}

func (d *Desk) fundable(s enrolment.Session, m enrolment.Mode, k enrolment.MandateKind, now time.Time) error {
	if m == enrolment.DIFE && !k.HasDIFE() {
		return enrolment.Refuse(enrolment.KindFundingClosed,
			"Votre mandat n’ouvre pas de droit DIFE. Choisissez la collectivité ou le financement personnel.")
	}
	if ok, reason := d.rules.Feasible(s, m, now); !ok {
		return enrolment.Refuse(enrolment.KindFundingClosed, reason)
	}
	return nil
}
