// Package pace keeps all running functions together within what the post office takes: so many messages a second, so many
// in 24 hours, none while it is shut. They agree through one item of the table.
//
//   - Slots: whoever sends takes the next instants that are given to nobody, a few at a time. Reminders take only what is free now, so that
//     a confirmation never stands behind a queue of them.
//   - Rate and quota are the office's own words, asked again every ten minutes. The last of the quota is spared for urgent messages.
//   - When it refuses for the account's sake, is out of order or does not answer, it is shut for everyone. After a pause one run asks how
//     the account is, and sends one message; once that left, everyone goes on.
package pace

import (
	"context"
	"errors"
	"log/slog"
	"math"
	"sync"
	"sync/atomic"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Store keeps the state that is shared.
type Store interface {
	// Post gives the state as it is now; the zero state when there is none.
	Post(ctx context.Context) (enrolment.PostState, error)
	// SwapPost writes a state over the one of the same version, and gives it back as written; [enrolment.ErrStale] when that
	// one is not the last any more.
	SwapPost(ctx context.Context, s enrolment.PostState) (enrolment.PostState, error)
}

// Office is the post office. Its errors say what can be done by Verdict() [enrolment.Verdict].
type Office interface {
	Account(ctx context.Context) (enrolment.PostAccount, error)
}

const (
	relearn    = 10 * time.Minute // how long what the office said of the account is believed
	askAgain   = time.Minute      // the least between two questions when the quota seems used
	quotaPause = 15 * time.Minute // how long it is shut when the quota is used
	share      = 0.95             // of the rate: the office counts when messages arrive, not when they leave
	assumed    = 1                // messages a second when the office does not say: what every account may
	ahead      = time.Minute      // how far ahead an urgent message takes a slot
	nearly     = 500 * time.Millisecond
	unused     = time.Second // a slot that is over since then is given up
	asking     = 10 * time.Second
)

// shut are the pauses of an office that is shut, the first time, the second… Shorter than the schedule's, so that every
// sweep tries.
var shut = []time.Duration{time.Minute, 2 * time.Minute, 4 * time.Minute}

// Pacer is one function's part in the pace. All fields but Withheld and Spare are needed.
type Pacer struct {
	Store    Store
	Office   Office
	Now      func() time.Time
	Sleep    func(ctx context.Context, d time.Duration) error // until then, or the context's end
	Log      *slog.Logger
	Withheld func()     // counts an account that may not send
	Spare    func() int // percent of the quota that only urgent messages use; nil for none

	waiting atomic.Int64

	mu    sync.Mutex
	state enrolment.PostState
	known bool
	slots []time.Time // ours, and not used yet
}

// Turn waits until one message may leave. It answers [enrolment.ErrLater] when nothing may for now, or the context ends first;
// [enrolment.ErrSpared] when only urgent messages may.
func (p *Pacer) Turn(ctx context.Context, urgent bool) error {
	p.waiting.Add(1)
	at, err := p.next(ctx, urgent)
	p.waiting.Add(-1)
	if err == nil {
		err = p.until(ctx, at)
	}
	if err != nil && ctx.Err() != nil {
		return enrolment.ErrLater
	}
	return err
}

func (p *Pacer) until(ctx context.Context, at time.Time) error {
	if d := at.Sub(p.Now()); d > 0 {
		return p.Sleep(ctx, d)
	}
	return nil
}

// next gives the instant of one message.
func (p *Pacer) next(ctx context.Context, urgent bool) (time.Time, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for ctx.Err() == nil {
		if at, ok := p.ours(); ok {
			return at, nil
		}
		done, at, err := p.step(ctx, urgent)
		if err != nil || done {
			return at, err
		}
	}
	return time.Time{}, enrolment.ErrLater
}

// ours takes a slot that this function has.
func (p *Pacer) ours() (time.Time, bool) {
	old := p.Now().Add(-unused)
	for len(p.slots) > 0 {
		at := p.slots[0]
		p.slots = p.slots[1:]
		if !at.Before(old) {
			return at, true
		}
	}
	return time.Time{}, false
}

// step brings the state one step nearer to a slot. done: the message may leave at once, to see whether the office takes it.
func (p *Pacer) step(ctx context.Context, urgent bool) (done bool, at time.Time, err error) {
	if err := p.read(ctx, false); err != nil {
		return false, at, err
	}
	s, now := p.state, p.Now()
	switch {
	case s.Shut() && now.Before(s.ShutUntil):
		if err := p.read(ctx, true); err != nil || p.state.Version != s.Version {
			return false, at, err
		}
		return false, at, enrolment.ErrLater
	case s.Shut():
		return p.probe(ctx, s)
	case now.Sub(s.LearntAt) > relearn, p.left(s, urgent) <= 0 && now.Sub(s.LearntAt) > askAgain:
		return false, at, p.learn(ctx, s)
	case p.left(s, true) <= 0:
		p.withheld()
		return false, at, p.shutFor(ctx, "quota", quotaPause)
	case p.left(s, urgent) <= 0:
		p.withheld()
		return false, at, enrolment.ErrSpared
	}
	limit := nearly
	if urgent {
		limit = ahead
	}
	if free := s.NextSlot.Sub(now); free > limit {
		if urgent {
			return false, at, enrolment.ErrLater
		}
		err := p.Sleep(ctx, free-limit)
		p.known = false // others have moved on
		return false, at, err
	}
	return false, at, p.reserve(ctx, s, now)
}

// left is how many more messages may leave today, such as this one.
func (p *Pacer) left(s enrolment.PostState, urgent bool) int {
	if s.Quota < 0 {
		return math.MaxInt
	}
	limit := s.Quota
	if !urgent && p.Spare != nil {
		limit -= (s.Quota*p.Spare() + 99) / 100
	}
	return limit - s.Used
}

// reserve takes as many slots as messages wait here, half a second's at most. Of what is spared an urgent message takes its own only,
// since whoever waits here takes the next.
func (p *Pacer) reserve(ctx context.Context, s enrolment.PostState, now time.Time) error {
	rate := s.Rate * share
	n := min(max(int(p.waiting.Load()), 1), max(int(rate/2), 1))
	n = max(min(n, p.left(s, false)), 1)
	interval := time.Duration(float64(time.Second) / rate)
	first := s.NextSlot
	if first.Before(now) {
		first = now
	}
	s.NextSlot, s.Used = first.Add(time.Duration(n)*interval), s.Used+n
	if ok, err := p.swap(ctx, s); !ok {
		return err
	}
	for i := range n {
		p.slots = append(p.slots, first.Add(time.Duration(i)*interval))
	}
	return nil
}

// read makes the state known; again reads it even so.
func (p *Pacer) read(ctx context.Context, again bool) (err error) {
	if p.known && !again {
		return nil
	}
	p.state, err = p.Store.Post(ctx)
	p.known = err == nil
	return err
}

// swap writes a state; ok is false when somebody else did first: the state is read again next time.
func (p *Pacer) swap(ctx context.Context, s enrolment.PostState) (ok bool, err error) {
	written, err := p.Store.SwapPost(context.WithoutCancel(ctx), s)
	if err != nil {
		p.known = false
		if errors.Is(err, enrolment.ErrStale) {
			err = nil
		}
		return false, err
	}
	p.state = written
	return true, nil
}

// learn asks the office about the account. An office that does not answer is shut; one that will not say is given what
// every account may send.
func (p *Pacer) learn(ctx context.Context, s enrolment.PostState) error {
	account, err := p.ask(ctx)
	switch v := enrolment.VerdictOf(err); {
	case err == nil && !account.Sending:
		p.withheld()
		return p.shutFor(ctx, "account paused", 0)
	case v == enrolment.Busy, v == enrolment.Uncertain:
		return p.shutFor(ctx, string(v), 0)
	case err != nil && s.Rate > 0: // what we know is better than nothing
		p.Log.WarnContext(ctx, "the post office does not say what the account may send", "verdict", v)
	case err != nil:
		p.Log.WarnContext(ctx, "the post office does not say what the account may send", "verdict", v)
		s.Rate, s.Quota = assumed, -1
	default:
		s.Rate, s.Quota, s.Used = account.Rate, account.Quota, account.Used
	}
	s.LearntAt = p.Now()
	_, err = p.swap(ctx, s)
	return err
}

func (p *Pacer) ask(ctx context.Context) (enrolment.PostAccount, error) {
	ctx, cancel := context.WithTimeout(ctx, asking)
	defer cancel()
	a, err := p.Office.Account(ctx)
	if err == nil && a.Rate <= 0 {
		a.Rate = assumed
	}
	return a, err
}

func (p *Pacer) withheld() {
	if p.Withheld != nil {
		p.Withheld()
	}
}

// probe: the pause of an office that is shut is over. One run, the first to say so, asks about the account, then sends one message.
func (p *Pacer) probe(ctx context.Context, s enrolment.PostState) (done bool, at time.Time, err error) {
	now := p.Now()
	s.Shuts++
	s.ShutUntil = now.Add(shut[min(s.Shuts, len(shut)-1)])
	if ok, err := p.swap(ctx, s); !ok {
		return false, at, err // somebody else tries, or it is open again: look again
	}
	account, err := p.ask(ctx)
	switch v := enrolment.VerdictOf(err); {
	case v == enrolment.Busy, v == enrolment.Uncertain:
		return false, at, enrolment.ErrLater
	case err == nil && !account.Sending:
		p.withheld()
		return false, at, enrolment.ErrLater
	case err == nil && account.Quota >= 0 && account.Used >= account.Quota:
		p.withheld()
		return false, at, p.shutFor(ctx, "quota", quotaPause)
	case err == nil:
		s = p.state
		s.Rate, s.Quota, s.Used, s.LearntAt = account.Rate, account.Quota, account.Used, now
		if ok, err := p.swap(ctx, s); !ok {
			return false, at, err
		}
	}
	return true, now, nil
}

// shutFor shuts the office for everyone, for a pause that grows, or the one given. It always answers an error, [enrolment.ErrLater] when it
// is done.
func (p *Pacer) shutFor(ctx context.Context, why string, pause time.Duration) error {
	for {
		if err := p.read(ctx, true); err != nil {
			return err
		}
		s, now := p.state, p.Now()
		if !s.Shut() {
			s.ShutSince, s.Shuts = now, 0
		}
		s.Why = why
		if pause == 0 {
			pause = shut[min(s.Shuts, len(shut)-1)]
		}
		if until := now.Add(pause); until.After(s.ShutUntil) {
			s.ShutUntil = until
		}
		ok, err := p.swap(ctx, s)
		if err != nil {
			return err
		}
		if ok {
			p.slots = nil
			p.Log.WarnContext(ctx, "post office shut", "why", why, "since", s.ShutSince, "until", s.ShutUntil)
			return enrolment.ErrLater
		}
	}
}

// Done tells what became of a message whose turn it was; "" when it left.
func (p *Pacer) Done(ctx context.Context, v enrolment.Verdict) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	ctx = context.WithoutCancel(ctx)
	var err error
	switch v {
	case enrolment.Withheld, enrolment.Busy, enrolment.Uncertain:
		err = p.shutFor(ctx, string(v), 0)
	case enrolment.QuotaUsed:
		err = p.shutFor(ctx, string(v), quotaPause)
	case enrolment.TooFast:
		err = p.slower(ctx)
	case enrolment.Unwritten: // it never got to the office
	default: // it left, or the office said what is wrong with it: the office works
		err = p.open(ctx)
	}
	if errors.Is(err, enrolment.ErrLater) {
		return nil
	}
	return err
}

// slower leaves everyone a second of rest.
func (p *Pacer) slower(ctx context.Context) error {
	p.slots = nil
	for {
		if err := p.read(ctx, true); err != nil {
			return err
		}
		s, rest := p.state, p.Now().Add(time.Second)
		if !s.NextSlot.Before(rest) {
			return nil
		}
		s.NextSlot = rest
		if ok, err := p.swap(ctx, s); ok || err != nil {
			return err
		}
	}
}

// open: the office takes messages again.
func (p *Pacer) open(ctx context.Context) error {
	for p.state.Shut() {
		s := p.state
		s.ShutSince, s.ShutUntil, s.Shuts, s.Why = time.Time{}, time.Time{}, 0, ""
		if s.NextSlot.Before(p.Now()) {
			s.NextSlot = p.Now()
		}
		ok, err := p.swap(ctx, s)
		if err != nil {
			return err
		}
		if ok {
			p.Log.InfoContext(ctx, "post office open")
			return nil
		}
		if err := p.read(ctx, true); err != nil {
			return err
		}
	}
	return nil
}

// Shut tells whether nothing may leave for now, and until when nobody tries.
func (p *Pacer) Shut(ctx context.Context) (until time.Time, shut bool, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	err = p.read(ctx, true)
	return p.state.ShutUntil, p.state.Shut(), err
}
