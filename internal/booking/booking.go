// Package booking is the desk where seats are asked for, offered, taken and given back.
//
// Every act reads, decides in plain code what each file becomes, and commits the whole change at once ([Store.Commit]).
// When what it read has moved meanwhile the store writes nothing and answers [enrolment.ErrStale]: the act reads and
// decides again, until its few seconds are over; then the answer is "unavailable, try again", never a wrong one.
// Every act may be repeated without harm: the second time finds the work done and answers the same file.
//
//   - enrol.go: a new file, its replay, its decoy
//   - holder.go: what the holder does to the file (cancel, accept, steps, funding, session, erase, export, links)
//   - withdraw.go: the holder withdraws from their personal contract
//   - behalf.go: what the organisation does for them, with its line of the audit
//   - proof.go: an address is proved; a seat that nobody proved goes to who wants it
//   - group.go: a collectivité enrols several people at once; their papers follow what becomes of each
//   - authority.go: what the contact at the collectivité declares
//   - queue.go: a freed seat goes to the first in line; offers expire; idle seats are offered
//   - tell.go: the organisation moved or cancelled a session
//   - circular.go: the organisation's team writes to people of a session
package booking

import (
	"context"
	"errors"
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Store keeps files and seats. Absence is an error of kind not-found; a busy table is one of kind unavailable.
type Store interface {
	Files
	Queue
	Sessions
	Circulars
	// LastInvoice is the place of the last invoice of a year, 0 before the first.
	LastInvoice(ctx context.Context, year int) (int, error)
	// LastCredit is the place of the last credit note of a year, 0 before the first.
	LastCredit(ctx context.Context, year int) (int, error)
	// Lower takes one back from a counter of the abuse limits.
	Lower(ctx context.Context, counter string) error
	// Commit writes an act, all or nothing. It answers [enrolment.ErrStale] when a condition was refused.
	Commit(ctx context.Context, act enrolment.Act) error
}

// Files reads and forgets files.
type Files interface {
	// Look reads at once what enrolling needs: the session, the file of this id (nil when there is none)
	// and the id of the live file that this address already has on the session ("" when none).
	Look(ctx context.Context, sessionID, fileID, email string) (s enrolment.Session, mine *enrolment.Enrolment, owner string, err error)
	// LookAll is Look with the live files of several addresses, in their order; "" for one that has none.
	LookAll(ctx context.Context, sessionID, fileID string, emails []string) (s enrolment.Session, mine *enrolment.Enrolment, owners []string, err error)
	File(ctx context.Context, id string) (enrolment.Enrolment, error)
	// Files gives the files of these ids, in their order, leaving out those that have gone.
	Files(ctx context.Context, ids []string) ([]enrolment.Enrolment, error)
	FilesByEmail(ctx context.Context, email string) ([]enrolment.Enrolment, error)
	// FilesOfSession gives the live files of a session, a page at a time; next is "" on the last page.
	FilesOfSession(ctx context.Context, sessionID, cursor string) (files []enrolment.Enrolment, next string, err error)
	Messages(ctx context.Context, fileID string) ([]enrolment.MessageRecord, error)
	// SignedText gives the text of a file's convention as it was signed online.
	SignedText(ctx context.Context, fileID string) (string, error)
	ForgetMessages(ctx context.Context, fileID string) error
}

// Queue reads the line of people who wait for a session.
type Queue interface {
	// Ticket gives the next place in the order of arrival; a ticket may be lost, never given twice.
	Ticket(ctx context.Context, sessionID string) (int64, error)
	// Position counts who stands in line up to this ticket, itself included, as far as [enrolment.FarPlace].
	Position(ctx context.Context, sessionID string, ticket int64) (int, error)
	// First gives the file at the head of the line; ok is false when nobody waits.
	First(ctx context.Context, sessionID string) (e enrolment.Enrolment, ok bool, err error)
}

// Sessions reads sessions.
type Sessions interface {
	Session(ctx context.Context, id string) (enrolment.Session, error)
	// Unsettled gives the sessions to come that have idle seats, or seats that nobody proved in time, while people wait, or
	// something to tell.
	Unsettled(ctx context.Context, from time.Time) ([]enrolment.Session, error)
	// MarkTold records that every live file has been told of this revision.
	MarkTold(ctx context.Context, sessionID string, revision int) error
}

// Circulars keeps what the team writes to people of a session.
type Circulars interface {
	Circular(ctx context.Context, sessionID, id string) (enrolment.Circular, error)
	Circulars(ctx context.Context, sessionID string) ([]enrolment.Circular, error)
	// Spreading gives those of which some files may not have their notice.
	Spreading(ctx context.Context) ([]enrolment.Circular, error)
	// MarkSpread records that every file of a circular has its notice.
	MarkSpread(ctx context.Context, sessionID, id string) error
}

// Rules are the dated rules of the guide that decide who may still enrol and how long an offer lasts.
type Rules interface {
	// Feasible tells whether a mode chosen at now can still be completed for the session; reason is the French
	// sentence that says why not.
	Feasible(s enrolment.Session, m enrolment.Mode, now time.Time) (ok bool, reason string)
	// OfferEnd is the end of an offer made at now, never past the session's closing; ok is false when offers have
	// stopped because no mode can be completed in time any more.
	OfferEnd(s enrolment.Session, now time.Time) (end time.Time, ok bool)
	// ProofEnd is until when a seat taken at now is kept whatever happens, though nobody has proved its address.
	ProofEnd(now time.Time) time.Time
	// MostUnproved says of a session of so many seats how many may be unproved: without a proof of work, and at all.
	MostUnproved(capacity int, now time.Time) (withoutWork, most int)
	// ProposalLapsed tells whether the days that the élu had to confirm the DIFE proposal are over and it was not.
	ProposalLapsed(e enrolment.Enrolment, s enrolment.Session, now time.Time) bool
	// StepOpensAt is when a step may first be declared done, zero for at once; ok is false while what it depends on is not done.
	StepOpensAt(e enrolment.Enrolment, k enrolment.StepKey) (at time.Time, ok bool)
	// Withdrawal is until when the holder may withdraw from their contract; ok is false when there is nothing to withdraw from.
	Withdrawal(e enrolment.Enrolment) (end time.Time, ok bool)
}

// File is an enrolment with what its page shows: its session, and its place in the queue (1 is first,
// [enrolment.FarPlace] is that far or further, 0 when it does not wait).
type File struct {
	Enrolment enrolment.Enrolment
	Session   enrolment.Session
	Position  int
	Replayed  bool                  // the answer to a request that had made the file already
	Signed    string                // the text of its convention as it was signed online, for whoever prints it
	Certified []enrolment.Enrolment // of a group, the files of those who came, for whoever prints their certificates
}

// Patience is how long an act keeps trying while the table is busy, when its context sets no deadline. It is well under
// the function's own limit (15 s) and far above what a busy real table asks; the slowest local one needs some of it.
const Patience = 10 * time.Second

// retryAfter is what a busy table asks people to wait.
const retryAfter = 2 * time.Second

// Desk does the acts. Its clock decides what is open, late or expired.
type Desk struct {
	store Store
	rules Rules
	now   func() time.Time
	by    string // who declares a step done: enrolment.ByHolder, ByStaff or ByAuthority
	why   string // the organisation's reason, when it acts

	revision int // of the contact's link, when they act
	signs    *enrolment.SignedText
}

// New makes a desk.
func New(store Store, rules Rules, now func() time.Time) *Desk {
	return &Desk{store: followed{store}, rules: rules, by: enrolment.ByHolder, now: func() time.Time { return now().UTC().Truncate(time.Millisecond) }}
}

// File gives a file by its id.
func (d *Desk) File(ctx context.Context, id string) (File, error) {
	return attempt(ctx, func(ctx context.Context) (File, error) {
		f, err := d.bare(ctx, id)
		if err != nil {
			return File{}, err
		}
		return d.place(ctx, f.Enrolment, f.Session)
	})
}

// Enrolment gives a file alone, without its session: what a door needs to know whose link opens it.
func (d *Desk) Enrolment(ctx context.Context, id string) (enrolment.Enrolment, error) {
	return d.store.File(ctx, id)
}

// place adds the position of a file that waits. A decoy has no entry in the queue: it shows the place it would have.
func (d *Desk) place(ctx context.Context, e enrolment.Enrolment, s enrolment.Session) (File, error) {
	s.Counters, s.Unproved = nil, nil // of no use to whoever reads the file
	f := File{Enrolment: e, Session: e.Promised(s)}
	if e.Status != enrolment.Waiting || e.Aside() {
		return f, nil
	}
	n, err := d.store.Position(ctx, e.SessionID, e.Ticket)
	if err != nil {
		return File{}, err
	}
	if e.Decoy {
		n++
	}
	f.Position = min(n, enrolment.FarPlace)
	return f, nil
}

// attempt runs an act until it is not stale any more, or its patience is over.
func attempt[T any](ctx context.Context, act func(context.Context) (T, error)) (T, error) {
	if _, set := ctx.Deadline(); !set {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, Patience)
		defer cancel()
	}
	for n := 0; ; n++ {
		out, err := act(ctx)
		if !errors.Is(err, enrolment.ErrStale) {
			return out, err
		}
		if !pause(ctx, n) {
			var none T
			return none, busy(err)
		}
	}
}

// pause waits a random while, longer at each try, at most 200 ms; false when the context ended first.
func pause(ctx context.Context, n int) bool {
	top := min(200*time.Millisecond, 5*time.Millisecond<<min(n, 8))
	t := time.NewTimer(rand.N(top) + 1)
	defer t.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-t.C:
		return true
	}
}

func busy(cause error) error {
	return &enrolment.Error{
		Kind:       enrolment.KindUnavailable,
		Detail:     "Beaucoup de personnes s’inscrivent en ce moment. Vos réponses sont gardées : réessayez dans quelques secondes.",
		RetryAfter: retryAfter,
		Err:        cause,
	}
}

// tell appends a notice and makes the file due at once. The key carries the version to come, so it is unique in the file's life.
func tell(e *enrolment.Enrolment, kind enrolment.NoticeKind, now time.Time) {
	key := string(kind)
	if kind != enrolment.NoticeConfirmation {
		key += "-" + strconv.FormatInt(e.Version, 10)
	}
	e.Notices = append(e.Notices[:len(e.Notices):len(e.Notices)], enrolment.Notice{Key: key, Kind: kind, At: now})
}

// next is a copy of the file to change, one version on and due now.
func next(e enrolment.Enrolment, now time.Time) enrolment.Enrolment {
	e.Version++
	e.DueAt = now
	steps := make(map[enrolment.StepKey]enrolment.StepDone, len(e.Steps)+1)
	for k, v := range e.Steps {
		steps[k] = v
	}
	e.Steps = steps
	return e
}
