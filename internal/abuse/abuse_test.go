package abuse_test

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/abuse"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// counters is a table in memory: one mutex stands for the condition of the real one (tested in package dynamo).
type counters struct {
	mu   sync.Mutex
	n    map[string]int
	keys []string
}

func (c *counters) Counts(_ context.Context, keys []string) (counts []int, _ error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, key := range keys {
		counts = append(counts, c.n[key])
	}
	return counts, nil
}

// sum is what all counters hold.
func (c *counters) sum() (n int) {
	for _, k := range c.n {
		n += k
	}
	return n
}

func (c *counters) Lower(_ context.Context, key string) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.n[key]--
	return nil
}

func (c *counters) Raise(_ context.Context, key string, ceiling int, _ time.Time) (int, bool, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n[key] >= ceiling {
		return c.n[key], false, nil
	}
	c.n[key]++
	c.keys = append(c.keys, key)
	return c.n[key], true, nil
}

type clock struct{ at time.Time }

func (c *clock) now() time.Time { return c.at }

func limits(perEmail, perSource int) (*abuse.Limits, *clock, *counters) {
	c, table := &clock{time.Date(2026, 11, 23, 9, 10, 0, 0, time.UTC)}, &counters{n: map[string]int{}}
	return abuse.New(table, abuse.Policy{PerEmail: perEmail, PerSource: perSource, UnprovedFree: 2, UnprovedMost: 4}, []byte("secret"), c.now), c, table
}

func refused(t *testing.T, err error) time.Duration {
	t.Helper()
	var e *enrolment.Error
	if !errors.As(err, &e) || e.Kind != enrolment.KindTooManyRequest || e.RetryAfter <= 0 || e.Detail == "" {
		t.Fatalf("got %v, want a refusal with the time to wait", err)
	}
	return e.RetryAfter
}

func allow(t *testing.T, l *abuse.Limits, act, email, source string) {
	t.Helper()
	if err := l.Allow(t.Context(), act, email, source); err != nil {
		t.Fatalf("refused: %v", err)
	}
}

func TestAnAddressMayBeEnrolledSoManyTimesAnHourFromAnywhere(t *testing.T) {
	l, c, _ := limits(3, 100)
	for _, source := range []string{"192.0.2.1", "192.0.2.2", "192.0.2.3"} {
		allow(t, l, "enrol", "anne@example.fr", source)
		c.at = c.at.Add(2 * time.Minute)
	}
	refused(t, l.Allow(t.Context(), "enrol", "anne@example.fr", "192.0.2.4"))
	allow(t, l, "enrol", "paul@example.fr", "192.0.2.4")
}

func TestASourceMayActSoManyTimesAnHourWhateverTheAddress(t *testing.T) {
	l, _, _ := limits(100, 2)
	allow(t, l, "enrol", "a@example.fr", "192.0.2.1")
	allow(t, l, "links", "b@example.fr", "192.0.2.1")
	refused(t, l.Allow(t.Context(), "enrol", "c@example.fr", "192.0.2.1"))
	allow(t, l, "enrol", "c@example.fr", "192.0.2.2")
}

func TestLinksAreScarcerSinceEachIsAMailToSomebody(t *testing.T) {
	l, _, _ := limits(9, 100)
	for range 3 {
		allow(t, l, "links", "anne@example.fr", "192.0.2.1")
	}
	refused(t, l.Allow(t.Context(), "links", "anne@example.fr", "192.0.2.1"))
	allow(t, l, "enrol", "anne@example.fr", "192.0.2.1")
}

func TestAMailboxIsCountedWithoutItsTag(t *testing.T) {
	l, c, _ := limits(3, 100)
	for _, email := range []string{"anne@example.fr", "anne+1@example.fr", "Anne+2@example.fr"} {
		allow(t, l, "enrol", email, "192.0.2.1")
		c.at = c.at.Add(2 * time.Minute)
	}
	refused(t, l.Allow(t.Context(), "enrol", "anne+3@example.fr", "192.0.2.1"))
	allow(t, l, "enrol", "an.ne@example.fr", "192.0.2.1")
	for in, want := range map[string]string{"a.n.ne+x@gmail.com": "anne@gmail.com", "an.ne@googlemail.com": "anne@gmail.com", "an.ne@example.fr": "an.ne@example.fr", "nothing": "nothing"} {
		if got := abuse.Mailbox(in); got != want {
			t.Errorf("Mailbox(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestARefusedRequestUsesUpNothing(t *testing.T) {
	l, c, table := limits(5, 100)
	for range 2 {
		allow(t, l, "enrol", "anne@example.fr", "192.0.2.1")
	}
	before := table.sum()
	for range 50 { // the minute of the address is over, neither its hour nor its source is
		refused(t, l.Allow(t.Context(), "enrol", "anne@example.fr", "192.0.2.1"))
	}
	if table.sum() != before {
		t.Errorf("counters went from %d to %d by refused requests", before, table.sum())
	}
	c.at = c.at.Add(2 * time.Minute)
	allow(t, l, "enrol", "anne@example.fr", "192.0.2.1")
}

func TestWhatOneCounterRefusesInARaceIsTakenBackFromTheOthers(t *testing.T) {
	l, _, table := limits(1000, 7)
	var wg sync.WaitGroup
	for range 100 {
		wg.Go(func() { _ = l.Allow(context.Background(), "enrol", "anne@example.fr", "192.0.2.1") })
	}
	wg.Wait()
	if got := table.sum(); got != 3*7 {
		t.Errorf("the three counters hold %d together, want 7 each", got)
	}
}

func TestAnAddressGetsFewInAMinute(t *testing.T) {
	l, c, _ := limits(10, 1000)
	passed := 0
	for n := range 60 {
		if l.Allow(t.Context(), []string{"enrol", "links", "change"}[n%3], "anne@example.fr", "") == nil {
			passed++
		}
		c.at = c.at.Add(time.Second / 2)
	}
	if passed != 4 {
		t.Errorf("%d in half a minute, want 4", passed)
	}
}

func TestOneContactGetsFewLettersWhoeverNamesThem(t *testing.T) {
	l, c, _ := limits(10, 300)
	hour, day := 0, 0
	for n := range 24 * 60 {
		giveBack, wait, err := l.Letter(t.Context(), "dgs@example.fr")
		if err != nil {
			t.Fatal(err)
		}
		if wait == 0 {
			day++
			if n < 50 {
				hour++
			}
		}
		if n == 0 { // it did not leave
			if err := giveBack(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		c.at = c.at.Add(time.Minute)
	}
	if hour != 5+1 || day < 20 || day > 30 {
		t.Errorf("%d within the first hour and %d in a day, want 6 (one given back) and about 20", hour, day)
	}
}

func TestAFileIsUsedSoOftenAnHour(t *testing.T) {
	l, _, _ := limits(1, 1)
	for act, most := range map[string]int{"tick": 60, "paper": 120} {
		for range most {
			if err := l.AllowFile(t.Context(), act, "file"); err != nil {
				t.Fatal(err)
			}
		}
		refused(t, l.AllowFile(t.Context(), act, "file"))
		if err := l.AllowFile(t.Context(), act, "other"); err != nil {
			t.Error(err)
		}
	}
}

func TestProgrammesAreBoundedForEachReader(t *testing.T) {
	l, _, _ := limits(1, 1)
	for range 60 {
		if err := l.AllowPrint(t.Context(), "2001:db8:1:2::1"); err != nil {
			t.Fatal(err)
		}
	}
	refused(t, l.AllowPrint(t.Context(), "2001:db8:1:2::9"))
	if err := l.AllowPrint(t.Context(), "192.0.2.1"); err != nil {
		t.Error("another reader:", err)
	}
}

func TestASubscriberIsOneSourceWhateverTheirIPv6Address(t *testing.T) {
	l, _, _ := limits(100, 1)
	allow(t, l, "enrol", "a@example.fr", "2001:db8:1:2:3:4:5:6")
	refused(t, l.Allow(t.Context(), "enrol", "b@example.fr", "2001:db8:1:2:ffff::1"))
	allow(t, l, "enrol", "b@example.fr", "2001:db8:1:3::1")
	allow(t, l, "enrol", "c@example.fr", "192.0.2.9")
	refused(t, l.Allow(t.Context(), "enrol", "c@example.fr", "::ffff:192.0.2.9"))
}

func TestWaitingAsToldIsEnough(t *testing.T) {
	for _, perSource := range []int{1, 2, 5, 60} {
		l, c, _ := limits(1000, perSource)
		for range 200 { // steady hammering, waiting as told each time
			err := l.Allow(t.Context(), "enrol", "a@example.fr", "192.0.2.1")
			if err == nil {
				c.at = c.at.Add(time.Second)
				continue
			}
			c.at = c.at.Add(refused(t, err))
			allow(t, l, "enrol", "a@example.fr", "192.0.2.1")
		}
	}
}

func TestNoHourEverSeesMuchMoreThanTheLimit(t *testing.T) {
	const limit = 10
	l, c, _ := limits(1000, limit)
	var granted []time.Time
	for range 600 {
		if l.Allow(t.Context(), "enrol", "a@example.fr", "192.0.2.1") == nil {
			granted = append(granted, c.at)
		}
		c.at = c.at.Add(30 * time.Second)
	}
	if len(granted) < 4*limit {
		t.Errorf("only %d granted in five hours: a refused request must not count", len(granted))
	}
	for i, from := range granted {
		n := 0
		for _, g := range granted[i:] {
			if g.Before(from.Add(time.Hour)) {
				n++
			}
		}
		// Weighing the last window as if it had been even is an approximation: it may let a few more through.
		if n > limit+limit/2 {
			t.Fatalf("%d granted in the hour from %s, limit %d", n, from.Format(time.TimeOnly), limit)
		}
	}
}

func TestSimultaneousRequestsDoNotPassTogether(t *testing.T) {
	l, _, _ := limits(1000, 20)
	var wg sync.WaitGroup
	var mu sync.Mutex
	passed := 0
	for range 200 {
		wg.Go(func() {
			if l.Allow(context.Background(), "enrol", "a@example.fr", "192.0.2.1") == nil {
				mu.Lock()
				passed++
				mu.Unlock()
			}
		})
	}
	wg.Wait()
	if passed != 20 {
		t.Errorf("%d passed, want 20", passed)
	}
}

func TestKeysTellNothing(t *testing.T) {
	l, _, table := limits(10, 10)
	allow(t, l, "enrol", "anne@example.fr", "192.0.2.1")
	for _, k := range table.keys {
		if strings.Contains(k, "anne") || strings.Contains(k, "192") {
			t.Errorf("the key %q shows who is counted", k)
		}
	}
	if len(table.keys) != 3 {
		t.Errorf("%d counters raised, want 3", len(table.keys))
	}
}

func TestNoLimitAllowsNothing(t *testing.T) {
	l, _, _ := limits(0, 0)
	refused(t, l.Allow(t.Context(), "enrol", "a@example.fr", "192.0.2.1"))
}

func TestASourceIsAskedForWorkThenPutAside(t *testing.T) {
	l, c, table := limits(100, 100)
	come := func(n int, worked bool) (enrolment.Admission, error) {
		return l.AllowEnrolment(t.Context(), strings.Repeat("a", n+1)+"@example.fr", "192.0.2.1", worked)
	}
	var first enrolment.Admission
	for n, want := range []struct{ worked, asked, aside bool }{
		{}, {}, {asked: true}, {worked: true}, {worked: true}, {worked: true, aside: true},
	} {
		before := table.sum()
		a, err := come(n, want.worked)
		if n == 0 {
			first = a
		}
		if asked := enrolment.KindOf(err) == enrolment.KindInvalid; asked != want.asked || a.Aside != want.aside || err != nil && !asked {
			t.Errorf("enrolment %d: %v, aside %v", n, err, a.Aside)
		}
		if err != nil && table.sum() != before {
			t.Errorf("enrolment %d: refused, and counted", n)
		}
	}
	if a, err := l.AllowEnrolment(t.Context(), "b@example.fr", "192.0.2.2", false); err != nil || a.Aside {
		t.Errorf("another source: %v, aside %v", err, a.Aside)
	}
	for range 4 { // proved: counted no more
		if err := table.Lower(t.Context(), first.CountedIn); err != nil {
			t.Fatal(err)
		}
	}
	a, err := come(10, false)
	if err != nil || a.Aside {
		t.Errorf("once its people proved their addresses: %v, aside %v", err, a.Aside)
	}
	before := table.sum()
	a, err = come(11, true)
	if err == nil {
		err = l.GiveBack(t.Context(), a)
	}
	if err != nil || table.sum() != before {
		t.Errorf("given back: %v, %d counted and %d before", err, table.sum(), before)
	}
	c.at = c.at.Add(96 * time.Hour)
	if a, err := come(12, false); err != nil || a.Aside {
		t.Errorf("four days later: %v, aside %v", err, a.Aside)
	}
}
