package reminder

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
)

// Store keeps files and their message logs. Absence is an error of kind not-found.
type Store interface {
	// FileWithMessages reads a file and its log, as they are now (strongly consistent).
	FileWithMessages(ctx context.Context, id string) (enrolment.Enrolment, []enrolment.MessageRecord, error)
	Session(ctx context.Context, id string) (enrolment.Session, error)
	// ClaimMessage grants a claim as [enrolment.MessageClaim] says and gives the record as written, or
	// [enrolment.ErrNotClaimed].
	ClaimMessage(ctx context.Context, c enrolment.MessageClaim) (enrolment.MessageRecord, error)
	// RecordMessage writes what became of a claimed message, while the claim of that attempt (m.Attempts) is still the
	// last; otherwise [enrolment.ErrStale].
	RecordMessage(ctx context.Context, fileID string, m enrolment.MessageRecord) error
	// MarkUnreachable records that the holder's address does not work, and makes the file due at once.
	MarkUnreachable(ctx context.Context, fileID string) error
	// SetDue sets the next instant to look at the file (zero: never) and removes the notices that are told, if the file
	// still has that version; otherwise [enrolment.ErrStale].
	SetDue(ctx context.Context, fileID string, version int64, look enrolment.Look, told []string) error
}

// Post carries a message and gives its own id for it. An error says what can be done by Verdict() [enrolment.Verdict]; one that does
// not is [enrolment.Busy].
type Post interface {
	Send(ctx context.Context, m mail.Message) (id string, err error)
}

// Letter is a message to write, with what it is written from.
type Letter struct {
	Message
	File    enrolment.Enrolment
	Session enrolment.Session
	Now     time.Time
}

// Composer writes the e-mail of a letter.
type Composer interface {
	Compose(ctx context.Context, l Letter) (mail.Message, error)
}

// Offers ends an offer whose time is over; it does nothing to any other file. *booking.Desk is one.
type Offers interface {
	Expire(ctx context.Context, fileID string) error
}

// Headers that name the file and the message on their way out, and come back with the post's events.
const (
	HeaderFile    = "X-Echarpe-File"
	HeaderMessage = "X-Echarpe-Message"
)

// Times of the sender.
const (
	sendWithin = 15 * time.Second // a send takes no longer
	skew       = 5 * time.Second  // two machines' clocks may differ by as much
)

// pauses between tries of a message that did not leave; the last one repeats. Nothing is given up for having been tried often.
var pauses = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, longestPause}

// longestPause is the longest between two tries of what did not leave: it leaves within that time once the cause is mended.
const longestPause = 15 * time.Minute

// doubts are how long a message that may have left waits for the post's own news of it, the first time, the second… Without
// news it did not leave, and is sent again. SES tells of what it took within seconds; ten minutes are longer than a send or
// a run may take too, so they are also the lease of a claim.
var doubts = []time.Duration{10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

// patience is how long a message is tried before somebody must look, not counting what was refused for the account's sake.
const patience = 10 * 24 * time.Hour

// quickTries is how often a message that was too fast only waits for its next turn.
const quickTries = 3

// doubt is how long a message waits that may have left n times.
func doubt(n int) time.Duration { return doubts[min(max(n, 1), len(doubts))-1] }

// ErrDead is the failure of a message that was given up: somebody must look.
var ErrDead = errors.New("message given up")

// Meter counts what leaves and how late it was.
type Meter interface {
	MessageSent(kind string)
	// MessageWithheld counts what the post refused for the account's sake.
	MessageWithheld()
	ReminderLag(lag time.Duration)
}

// Pace keeps everyone who sends within what the post takes. *pace.Pacer is one.
type Pace interface {
	// Turn waits until one message may leave; [enrolment.ErrLater] when nothing may for now, or the context ends first, and
	// [enrolment.ErrSpared] when only urgent messages may.
	Turn(ctx context.Context, urgent bool) error
	// Done tells what became of a message whose turn it was; "" when it left.
	Done(ctx context.Context, v enrolment.Verdict) error
	// Shut tells whether nothing may leave for now, and until when nobody tries.
	Shut(ctx context.Context) (until time.Time, shut bool, err error)
}

// Sender sends what is due. All fields are needed but those that say otherwise.
type Sender struct {
	Planner  Planner
	Store    Store
	Composer Composer
	Post     Post
	Offers   Offers
	Now      func() time.Time
	Log      *slog.Logger
	Meter    Meter   // nil for none
	Duties   Duties  // nil for none
	Words    Words   // nil for none
	Pace     Pace    // nil: as fast as it goes
	Letters  Letters // nil: as many as there are

	Retention Retention // nil: files are kept for ever
	Archive   Archive   // needed with Retention
}

// Retention says until when a file, and what its holder needs, are kept; zero for ever. *guide.Guide is one.
type Retention interface {
	KeptUntil(e enrolment.Enrolment, s enrolment.Session) time.Time
	NeedsUntil(e enrolment.Enrolment, s enrolment.Session) time.Time // what the holder needs to follow the session
}

// Archive erases a file and all that is kept beside it. *booking.Desk is one.
type Archive interface {
	Forget(ctx context.Context, fileID string) error
}

// lastOfAll is the urgency of erasing: whatever leaves goes first.
const lastOfAll = 9

// Letters bounds what one contact at a collectivité gets, whoever named it: wait is zero when a mail may leave now. giveBack says
// that it did not leave. *abuse.Limits is one.
type Letters interface {
	Letter(ctx context.Context, email string) (giveBack func(context.Context) error, wait time.Duration, err error)
}

// Duties plans what the organisation must do about a file: the zero duty is nothing. next is when that may change by itself,
// zero for never.
type Duties interface {
	Plan(e enrolment.Enrolment, s enrolment.Session, now time.Time) (d enrolment.Duty, next time.Time)
}

// Words keeps what a file is found by.
type Words interface {
	IndexWords(ctx context.Context, e enrolment.Enrolment) error
}

// rounds is how many times a file may change under us in one run before we leave it, still due, to the next.
const rounds = 20

// Tend sends what is due of one file and sets the instant of its next look. It may run twice at once and be killed
// anywhere. A file that no longer exists, or is not due, needs nothing. A message given up makes it fail with
// [ErrDead] once everything else is done. [enrolment.ErrLater]: something is due, and the post takes nothing for now.
func (s *Sender) Tend(ctx context.Context, fileID string) error {
	var dead []error
	for range rounds {
		done, err := s.round(ctx, fileID, &dead)
		if err != nil {
			return errors.Join(append(dead, fmt.Errorf("tend %s: %w", fileID, err))...)
		}
		if done {
			return errors.Join(dead...)
		}
	}
	return errors.Join(append(dead, fmt.Errorf("tend %s: %w", fileID, enrolment.ErrStale))...)
}

// round looks once. It is done when nothing was left to send and the file knows it.
func (s *Sender) round(ctx context.Context, fileID string, dead *[]error) (done bool, err error) {
	at, idle, err := s.load(ctx, fileID)
	if err != nil || idle {
		return idle, err
	}
	if at.File.Status == enrolment.Offered && !at.Now.Before(at.File.OfferedUntil) {
		if s.Now().Before(at.File.OfferedUntil) {
			return true, nil // looked at early: it ends by this clock, and is due until then
		}
		return false, s.Offers.Expire(ctx, fileID)
	}
	if over := s.keptUntil(at); !over.IsZero() && !at.Now.Before(over) {
		return true, s.forget(ctx, at)
	}
	plan := s.Planner.Plan(at)
	if len(plan.Due)+len(plan.Lapsed) == 0 {
		return s.settle(ctx, at, plan.Look())
	}
	for _, m := range plan.Lapsed {
		if err := aside(dead, s.lapse(ctx, at, m)); err != nil {
			return false, err
		}
	}
	var spared []Message
	for _, m := range plan.Due {
		r, err := s.send(ctx, at, m)
		if errors.Is(err, enrolment.ErrSpared) {
			spared = append(spared, m) // what comes after it may be urgent
			continue
		}
		if err := aside(dead, err); err != nil {
			return false, err
		}
		at.Log = with(at.Log, r)
	}
	if len(spared) > 0 {
		return false, s.spare(ctx, at, spared)
	}
	return s.settled(ctx, at)
}

// spare leaves a file due as it is, and has the index say that what is left can wait: no sweep reads it before it may leave.
func (s *Sender) spare(ctx context.Context, at Situation, left []Message) error {
	look := enrolment.Look{At: at.File.DueAt, Urgency: left[0].urgency}
	for _, m := range left {
		look.Urgency = min(look.Urgency, m.urgency)
	}
	_, err := s.settle(ctx, at, look)
	return cmp.Or(err, enrolment.ErrSpared)
}

// settled looks again at what is now known of the file, without reading it: that is enough for most. Anything that changed
// meanwhile, or is still due, needs another round.
func (s *Sender) settled(ctx context.Context, at Situation) (done bool, err error) {
	at.Now = latest(s.Now(), at.Now)
	plan := s.Planner.Plan(at)
	if len(plan.Due)+len(plan.Lapsed) > 0 {
		return false, nil
	}
	return s.settle(ctx, at, plan.Look())
}

// with is a log with one record written over.
func with(log []enrolment.MessageRecord, r enrolment.MessageRecord) []enrolment.MessageRecord {
	if r.Key == "" {
		return log
	}
	written := append(slices.Clone(log), r)
	if i := slices.IndexFunc(log, func(other enrolment.MessageRecord) bool { return other.Key == r.Key }); i >= 0 {
		written = slices.Delete(written, i, i+1)
	}
	return written
}

// aside keeps a message given up for the end of the run, and gives any other failure back.
func aside(dead *[]error, err error) error {
	if errors.Is(err, ErrDead) {
		*dead = append(*dead, err)
		return nil
	}
	return err
}

// load reads what the plan needs. idle: the file is gone, or not due.
func (s *Sender) load(ctx context.Context, fileID string) (at Situation, idle bool, err error) {
	file, log, err := s.Store.FileWithMessages(ctx, fileID)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return at, true, nil
	}
	if err != nil {
		return at, false, err
	}
	now := s.Now()
	if file.DueAt.IsZero() || file.DueAt.After(now.Add(skew)) {
		return at, true, nil
	}
	session, err := sessionOf(ctx, file.SessionID, s.Store.Session)
	return Situation{File: file, Log: log, Session: session, Now: latest(now, file.DueAt)}, false, err
}

// keptUntil is when a file must be erased; zero for never.
func (s *Sender) keptUntil(at Situation) time.Time {
	if s.Retention == nil {
		return time.Time{}
	}
	return s.Retention.KeptUntil(at.File, at.Session)
}

// neededUntil is when what the holder needs to follow the session must be forgotten; zero when they need nothing.
func (s *Sender) neededUntil(at Situation) time.Time {
	if s.Retention == nil || at.File.Needs == "" {
		return time.Time{}
	}
	return s.Retention.NeedsUntil(at.File, at.Session)
}

// forget erases a file whose time is over, with all that was kept beside it, and says so in the log.
func (s *Sender) forget(ctx context.Context, at Situation) error {
	if err := s.Archive.Forget(ctx, at.File.ID); err != nil {
		return err
	}
	s.Log.InfoContext(ctx, "erased", "file", at.File.ID, "session", at.Session.ID, "status", at.File.Status, "why", "kept as long as announced")
	return nil
}

// settle writes when to look again. A file that changed meanwhile is looked at again.
func (s *Sender) settle(ctx context.Context, at Situation, next enrolment.Look) (done bool, err error) {
	if s.Words != nil {
		if err := s.Words.IndexWords(ctx, at.File); err != nil {
			return false, fmt.Errorf("words: %w", err)
		}
	}
	if s.Duties != nil {
		var change time.Time
		if next.Todo, change = s.Duties.Plan(at.File, at.Session, at.Now); !change.IsZero() && (next.At.IsZero() || change.Before(next.At)) {
			next.At = change
		}
	}
	if over := s.keptUntil(at); !over.IsZero() && (next.At.IsZero() || over.Before(next.At)) {
		next.At, next.Urgency = over, lastOfAll
	}
	if over := s.neededUntil(at); !over.IsZero() {
		if next.Served = !at.Now.Before(over); !next.Served && (next.At.IsZero() || over.Before(next.At)) {
			next.At, next.Urgency = over, lastOfAll
		}
	}
	next.Lapsed = at.File.NewEmail != "" && !at.Now.Before(at.File.NewEmailBy)
	err = s.Store.SetDue(ctx, at.File.ID, at.File.Version, next, told(at))
	if errors.Is(err, enrolment.ErrStale) {
		return false, nil
	}
	return err == nil, err
}

// told are the notices that nothing more will be done about.
func told(at Situation) []string {
	settled := map[string]bool{}
	for _, r := range at.Log {
		settled[r.Key] = settled[r.Key] || r.Settled()
		for _, k := range r.Covers {
			settled[k] = settled[k] || r.Settled()
		}
	}
	var keys []string
	for _, n := range at.File.Notices {
		r, known := noticeRules[n.Kind]
		others := at.File.PartOf != "" || (r.staff == "" || settled[n.Key+staffKey]) && (r.authority == "" || settled[n.Key+authorityKey+at.File.ContactMark()])
		if (settled[n.Key] || at.File.Group != nil) && others || !known {
			keys = append(keys, n.Key)
		}
	}
	return keys
}

// claim asks for the right to act on a message; granted is false when somebody else has it or the file changed.
func (s *Sender) claim(ctx context.Context, at Situation, m Message) (r enrolment.MessageRecord, granted bool, err error) {
	before := recordOf(at.Log, m.Key)
	crashes, covers := before.Crashes, m.Covers
	if before.State == enrolment.MessageClaimed {
		crashes++ // its lease is over: the run that had it may have sent it
		// What it stood for counts as settled since, so that this plan does not name it again.
		covers = slices.Concat(before.Covers, slices.DeleteFunc(slices.Clone(covers), func(k string) bool { return slices.Contains(before.Covers, k) }))
	}
	r, err = s.Store.ClaimMessage(ctx, enrolment.MessageClaim{
		FileID: at.File.ID, Version: at.File.Version, Key: m.Key, Kind: string(m.Kind), To: string(m.To), Covers: covers,
		Now: at.Now, Lease: doubt(crashes + 1), Before: before,
	})
	if errors.Is(err, enrolment.ErrNotClaimed) {
		return r, false, nil
	}
	return r, err == nil, err
}

func recordOf(log []enrolment.MessageRecord, key string) enrolment.MessageRecord {
	for _, r := range log {
		if r.Key == key {
			return r
		}
	}
	return enrolment.MessageRecord{Key: key}
}

// lapse writes that a message will never leave, because its reason was over first. One that may have left is not said to
// have lapsed.
func (s *Sender) lapse(ctx context.Context, at Situation, m Message) error {
	r, granted, err := s.claim(ctx, at, m)
	if err != nil || !granted {
		return err
	}
	if r.Crashes > 0 {
		_, err = s.fail(ctx, at, m, r, enrolment.MessageDead, "its time passed, and it may have left", time.Time{})
		return err
	}
	_, err = s.fail(ctx, at, m, r, enrolment.MessageLapsed, "its time passed", time.Time{})
	return err
}

// send waits for its turn, claims, composes, posts and records one message. It gives the record as written; the zero record
// when somebody else has the message, or the file changed.
func (s *Sender) send(ctx context.Context, at Situation, m Message) (enrolment.MessageRecord, error) {
	if at.File.Decoy {
		return s.pretend(ctx, at, m)
	}
	unsent, wait, err := s.letter(ctx, at, m)
	if err != nil {
		return enrolment.MessageRecord{}, err
	}
	if wait > 0 {
		return s.enough(ctx, at, m, wait)
	}
	if err := s.turn(ctx, m); err != nil {
		return enrolment.MessageRecord{}, errors.Join(err, unsent(ctx))
	}
	at.Now = latest(s.Now(), at.Now)
	r, granted, err := s.claim(ctx, at, m)
	if err != nil || !granted {
		return enrolment.MessageRecord{}, errors.Join(err, unsent(ctx))
	}
	if r.Crashes > 0 && outOfPatience(at, r) {
		return s.fail(ctx, at, m, r, enrolment.MessageDead, "it may have left, for days without news of it", time.Time{})
	}
	id, err := s.post(ctx, at, m)
	if err != nil {
		return s.postFailed(ctx, at, m, r, err)
	}
	s.event(ctx, slog.LevelInfo, at, m, "sent", r.Attempts, "")
	if s.Meter != nil {
		s.Meter.MessageSent(string(m.Kind))
	}
	r.State, r.MessageID, r.At = enrolment.MessageSent, id, latest(s.Now(), at.Now)
	return r, errors.Join(s.recordSent(ctx, at.File.ID, r), s.done(ctx, ""))
}

// pretend writes down of a decoy what would have been sent of a file, and sends nothing: its export must read as a file's does. While
// the post is shut it waits, as a file does.
func (s *Sender) pretend(ctx context.Context, at Situation, m Message) (enrolment.MessageRecord, error) {
	if s.Pace != nil {
		if _, shut, err := s.Pace.Shut(ctx); err != nil || shut {
			return enrolment.MessageRecord{}, cmp.Or(err, enrolment.ErrLater)
		}
	}
	r, granted, err := s.claim(ctx, at, m)
	if err != nil || !granted {
		return enrolment.MessageRecord{}, err
	}
	r.State, r.At = enrolment.MessageSent, latest(s.Now(), at.Now)
	return r, s.recordSent(ctx, at.File.ID, r)
}

// letter counts a mail to somebody whom another person named; unsent takes the count back.
func (s *Sender) letter(ctx context.Context, at Situation, m Message) (unsent func(context.Context) error, wait time.Duration, err error) {
	if m.To != Authority || s.Letters == nil {
		return func(context.Context) error { return nil }, 0, nil
	}
	return s.Letters.Letter(ctx, at.File.Contact.Email)
}

// enough puts a message off, because its recipient has got enough for now. That is nothing against it.
func (s *Sender) enough(ctx context.Context, at Situation, m Message, wait time.Duration) (enrolment.MessageRecord, error) {
	r, granted, err := s.claim(ctx, at, m)
	if err != nil || !granted {
		return enrolment.MessageRecord{}, err
	}
	r.Since = time.Time{}
	return s.fail(ctx, at, m, r, enrolment.MessageRetry, "enough for now to this recipient", at.Now.Add(wait))
}

// turn waits until the message may leave.
func (s *Sender) turn(ctx context.Context, m Message) error {
	if s.Pace == nil {
		return nil
	}
	if deadline, limited := ctx.Deadline(); limited {
		var cancel context.CancelFunc
		ctx, cancel = context.WithDeadline(ctx, deadline.Add(-reserve))
		defer cancel()
	}
	return s.Pace.Turn(ctx, m.Urgent)
}

// done tells the pace what became of the message.
func (s *Sender) done(ctx context.Context, v enrolment.Verdict) error {
	if s.Pace == nil {
		return nil
	}
	return s.Pace.Done(ctx, v)
}

// recordSent tries hard: what is sent and not recorded will be sent again. A claim that is not ours any more is settled
// by whoever has it.
func (s *Sender) recordSent(ctx context.Context, fileID string, r enrolment.MessageRecord) (err error) {
	ctx = context.WithoutCancel(ctx)
	for range 3 {
		err = s.Store.RecordMessage(ctx, fileID, r)
		if err == nil || errors.Is(err, enrolment.ErrStale) {
			return nil
		}
	}
	return fmt.Errorf("record %s as sent: %w", r.Kind, err)
}

func (s *Sender) post(ctx context.Context, at Situation, m Message) (id string, err error) {
	ctx, cancel := context.WithTimeout(ctx, sendWithin)
	defer cancel()
	letter, err := s.Composer.Compose(ctx, Letter{Message: m, File: at.File, Session: at.Session, Now: at.Now})
	if err != nil {
		return "", composing{err}
	}
	letter.Headers = append(letter.Headers, mail.Header{Name: HeaderFile, Value: at.File.ID}, mail.Header{Name: HeaderMessage, Value: m.Key})
	return s.Post.Send(ctx, letter)
}

// composing is a failure to write the message: nothing left.
type composing struct{ error }

func (c composing) Unwrap() error { return c.error }

func (composing) Verdict() enrolment.Verdict { return enrolment.Unwritten }

func outOfPatience(at Situation, r enrolment.MessageRecord) bool {
	return at.Now.Sub(r.Since) > patience
}

// postFailed writes what became of a message that the post did not take.
func (s *Sender) postFailed(ctx context.Context, at Situation, m Message, r enrolment.MessageRecord, cause error) (enrolment.MessageRecord, error) {
	ctx = context.WithoutCancel(ctx) // it must be written even when our time is up
	verdict := enrolment.VerdictOf(cause)
	r, err := s.judged(ctx, at, m, r, cause, verdict)
	return r, errors.Join(err, s.done(ctx, verdict))
}

func (s *Sender) judged(ctx context.Context, at Situation, m Message, r enrolment.MessageRecord, cause error, verdict enrolment.Verdict) (enrolment.MessageRecord, error) {
	wait := pauses[min(max(r.Attempts, 1), len(pauses))-1]
	switch {
	case verdict == enrolment.Suppressed:
		return s.suppressed(ctx, at, m, r, cause)
	case verdict == enrolment.Refused:
		return s.fail(ctx, at, m, r, enrolment.MessageRefused, failureOf(cause), time.Time{})
	case verdict == enrolment.Uncertain:
		r.Crashes++
		wait = doubt(r.Crashes)
	case verdict.ForTheAccount():
		s.withheld(verdict)
		r.Since = time.Time{} // that it waited is nothing against it
		if s.Pace != nil && (verdict == enrolment.QuotaUsed || verdict == enrolment.TooFast && r.Attempts <= quickTries) {
			wait = 0 // the pace says when
		}
		return s.fail(ctx, at, m, r, enrolment.MessageRetry, failureOf(cause), at.Now.Add(wait))
	}
	if outOfPatience(at, r) {
		return s.fail(ctx, at, m, r, enrolment.MessageDead, failureOf(cause), time.Time{})
	}
	return s.fail(ctx, at, m, r, enrolment.MessageRetry, failureOf(cause), at.Now.Add(wait))
}

// withheld counts a refusal for the account's sake, which rings an alarm. Too many a second is not one.
func (s *Sender) withheld(verdict enrolment.Verdict) {
	if s.Meter != nil && verdict != enrolment.TooFast {
		s.Meter.MessageWithheld()
	}
}

// suppressed writes that an address does not work any more: the same as a bounce.
func (s *Sender) suppressed(ctx context.Context, at Situation, m Message, r enrolment.MessageRecord, cause error) (enrolment.MessageRecord, error) {
	r, err := s.fail(ctx, at, m, r, enrolment.MessageBounced, failureOf(cause), time.Time{})
	if err != nil || m.To != Holder {
		return r, err
	}
	return r, s.Store.MarkUnreachable(ctx, at.File.ID)
}

// failureOf names a failure without its text, which may hold an address.
func failureOf(err error) string {
	var named interface{ Failure() string }
	if errors.As(err, &named) {
		return named.Failure()
	}
	var c composing
	if errors.As(err, &c) {
		return "compose: " + c.Error() // our own words: kinds and fields, never their content
	}
	if errors.Is(err, context.DeadlineExceeded) {
		return "timeout"
	}
	return "unknown"
}

// fail writes what became of a message that did not leave, and gives the record as written.
func (s *Sender) fail(ctx context.Context, at Situation, m Message, r enrolment.MessageRecord, state enrolment.MessageState, why string, next time.Time) (enrolment.MessageRecord, error) {
	r.State, r.Failure, r.NextTry = state, why, next
	if err := s.Store.RecordMessage(ctx, at.File.ID, r); errors.Is(err, enrolment.ErrStale) {
		return enrolment.MessageRecord{}, nil // somebody knows better: the post's news came first
	} else if err != nil {
		return enrolment.MessageRecord{}, fmt.Errorf("record %s as %s: %w", m.Kind, state, err)
	}
	level := slog.LevelWarn
	if state == enrolment.MessageDead {
		level = slog.LevelError
	}
	s.event(ctx, level, at, m, string(state), r.Attempts, why)
	if state == enrolment.MessageDead {
		return r, fmt.Errorf("%w: %s of file %s: %s", ErrDead, m.Kind, at.File.ID, why)
	}
	return r, nil
}

// event is the one log line of a message. No address, no name.
func (s *Sender) event(ctx context.Context, level slog.Level, at Situation, m Message, outcome string, attempt int, why string) {
	s.Log.Log(ctx, level, "message", "kind", m.Kind, "file", at.File.ID, "to", m.To, "outcome", outcome,
		"attempt", attempt, "lagSeconds", int(at.Now.Sub(m.Due).Seconds()), "failure", why)
}
