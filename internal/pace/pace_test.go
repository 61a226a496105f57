package pace_test

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/pace"
)

// fault is an office that does not answer, or refuses.
type fault enrolment.Verdict

func (f fault) Error() string              { return string(f) }
func (f fault) Verdict() enrolment.Verdict { return enrolment.Verdict(f) }

// office says what the account may send.
type office struct {
	mu      sync.Mutex
	account enrolment.PostAccount
	err     error
	asked   int
}

func (o *office) Account(context.Context) (enrolment.PostAccount, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.asked++
	return o.account, o.err
}

// room is a real table and functions that share it.
type room struct {
	t        *testing.T
	store    *dynamo.Store
	office   *office
	now      time.Time
	withheld int
}

func newRoom(t *testing.T) *room {
	r := &room{t: t, now: time.Date(2027, 3, 1, 9, 0, 0, 0, time.UTC), office: &office{account: enrolment.PostAccount{Rate: 14, Quota: 50_000, Sending: true}}}
	r.store = dynamotest.Store(t, r.clock)
	return r
}

func (r *room) clock() time.Time { return r.now }

func (r *room) function() *pace.Pacer {
	return &pace.Pacer{Store: r.store, Office: r.office, Now: r.clock, Log: slog.New(slog.DiscardHandler), Withheld: func() { r.withheld++ },
		Sleep: func(_ context.Context, d time.Duration) error { r.now = r.now.Add(d); return nil }}
}

func (r *room) turn(p *pace.Pacer, urgent bool) error { return p.Turn(r.t.Context(), urgent) }

func (r *room) done(p *pace.Pacer, v enrolment.Verdict) {
	r.t.Helper()
	if err := p.Done(r.t.Context(), v); err != nil {
		r.t.Fatal(err)
	}
}

func (r *room) must(err error) {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
}

func TestFunctionsShareTheRateAndAskForItOnce(t *testing.T) {
	r := newRoom(t)
	functions := []*pace.Pacer{r.function(), r.function(), r.function()}
	begun, sent := r.now, 0
	for ; r.now.Before(begun.Add(20 * time.Second)); sent++ {
		r.must(r.turn(functions[sent%3], false))
	}
	if rate := float64(sent) / r.now.Sub(begun).Seconds(); rate > 14 || rate < 12.5 {
		t.Errorf("%.1f a second", rate)
	}
	if r.office.asked != 1 {
		t.Errorf("asked %d times", r.office.asked)
	}
}

// Reminders take only what is free now: whoever is urgent takes the next slot, however many wait.
func TestUrgentMessagesGoFirst(t *testing.T) {
	r := newRoom(t)
	p := r.function()
	for range 100 {
		r.must(r.turn(p, false))
	}
	before := r.now
	r.must(r.turn(r.function(), true))
	if waited := r.now.Sub(before); waited > time.Second {
		t.Errorf("waited %s behind reminders", waited)
	}
}

func TestARefusalShutsTheOfficeForEveryoneUntilOneMessageHasLeft(t *testing.T) {
	for _, v := range []enrolment.Verdict{enrolment.Withheld, enrolment.Busy, enrolment.Uncertain, enrolment.QuotaUsed} {
		t.Run(string(v), func(t *testing.T) {
			r := newRoom(t)
			first, second := r.function(), r.function()
			r.must(r.turn(first, true))
			r.must(r.turn(second, true))
			r.done(first, v)
			for _, p := range []*pace.Pacer{first, second, r.function()} {
				if err := r.turn(p, true); !errors.Is(err, enrolment.ErrLater) {
					t.Fatalf("while it is shut: %v", err)
				}
			}
			r.now = r.now.Add(16 * time.Minute)
			r.must(r.turn(second, true)) // one tries
			if err := r.turn(first, true); !errors.Is(err, enrolment.ErrLater) {
				t.Errorf("a second one tries too: %v", err)
			}
			r.done(second, v) // and it is still shut
			r.now = r.now.Add(16 * time.Minute)
			r.must(r.turn(first, true))
			r.done(first, "")
			r.must(r.turn(second, true)) // open
			r.must(r.turn(first, false))
		})
	}
}

// What is wrong with one message shuts nothing.
func TestARefusalOfOneMessageShutsNothing(t *testing.T) {
	for _, v := range []enrolment.Verdict{enrolment.Refused, enrolment.Suppressed, enrolment.Unverified, enrolment.Unknown, enrolment.Unwritten, enrolment.TooFast} {
		r := newRoom(t)
		p := r.function()
		r.must(r.turn(p, true))
		r.done(p, v)
		if err := r.turn(p, true); err != nil {
			t.Errorf("%s: %v", v, err)
		}
	}
}

func TestAPausedAccountIsSeenBeforeAnyMessageIsTried(t *testing.T) {
	r := newRoom(t)
	r.office.account.Sending = false
	if err := r.turn(r.function(), true); !errors.Is(err, enrolment.ErrLater) || r.withheld == 0 {
		t.Errorf("%v, %d counted", err, r.withheld)
	}
	r.office.account.Sending = true
	r.now = r.now.Add(5 * time.Minute)
	if err := r.turn(r.function(), true); err != nil {
		t.Error("mended:", err)
	}
}

func TestTheQuotaIsNotTriedBeyond(t *testing.T) {
	r := newRoom(t)
	r.office.account.Quota, r.office.account.Used = 100, 90
	p, sent := r.function(), 0
	for r.turn(p, false) == nil {
		sent++
		r.office.account.Used++
		r.done(p, "")
	}
	if sent != 10 || r.withheld == 0 {
		t.Errorf("%d sent of the 10 that are left; %d counted", sent, r.withheld)
	}
	r.office.account.Used = 40
	r.now = r.now.Add(16 * time.Minute)
	r.must(r.turn(p, false))
	r.done(p, "")
	r.must(r.turn(p, false))
}

// What can wait leaves the last of the day to what somebody waits for.
func TestRemindersSpareTheLastOfTheQuota(t *testing.T) {
	r := newRoom(t)
	r.office.account.Quota, r.office.account.Used = 100, 80
	p := r.function()
	p.Spare = func() int { return 10 }
	all := func(urgent bool) (sent int) {
		for r.turn(p, urgent) == nil {
			sent++
			r.office.account.Used++
			r.done(p, "")
		}
		return sent
	}
	if n := all(false); n != 10 {
		t.Errorf("%d reminders of the 10 that the spared part leaves", n)
	}
	if err := r.turn(p, false); !errors.Is(err, enrolment.ErrSpared) || !errors.Is(err, enrolment.ErrLater) {
		t.Errorf("one more: %v", err)
	}
	if n := all(true); n != 10 {
		t.Errorf("%d answers of the 10 that are spared", n)
	}
	if r.withheld == 0 {
		t.Error("no alarm rings")
	}
}

// An office that does not say what the account may send is given what every account may: one a second.
func TestWithoutAnAnswerEveryAccountsRate(t *testing.T) {
	r := newRoom(t)
	r.office.err = fault(enrolment.Withheld)
	p, begun := r.function(), r.now
	for range 10 {
		r.must(r.turn(p, false))
	}
	if took := r.now.Sub(begun); took < 8*time.Second {
		t.Errorf("ten messages in %s", took)
	}
	r = newRoom(t)
	r.office.err = fault(enrolment.Uncertain)
	if err := r.turn(r.function(), true); !errors.Is(err, enrolment.ErrLater) {
		t.Errorf("an office that does not answer takes messages: %v", err)
	}
}
