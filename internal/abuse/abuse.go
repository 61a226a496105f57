// Package abuse limits how often one address and one source may act, across all instances of the functions: the
// counts are in the table. It stops mail bombing (links asked again and again for somebody else's address) and seat
// squatting (many enrolments from one place), and never says whether an address is known: what is counted is what was typed.
//
// A limit holds over a sliding hour, kept as two counters: this window's, and the last one's weighted by how much of
// it the sliding hour still covers. The counter of this window is raised on the condition that room is left, so that
// simultaneous requests never pass the limit together. A refused request is not counted: waiting is always enough.
package abuse

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"fmt"
	"net/netip"
	"strconv"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Counters keeps numbers that vanish. Keys hold no personal data.
type Counters interface {
	// Counter gives a counter's value, 0 when it does not exist or has vanished.
	Counter(ctx context.Context, key string) (int, error)
	// Raise adds one to a counter that is below ceiling, and makes it vanish after expires. n is its value then;
	// raised is false, and nothing is written, when it had reached ceiling.
	Raise(ctx context.Context, key string, ceiling int, expires time.Time) (n int, raised bool, err error)
}

// Policy says how many requests a sliding window allows. A zero limit allows none: there is no way to lift limits here.
type Policy struct {
	PerEmail  int           // of one act, about one address
	PerSource int           // of all acts, from one source
	Window    time.Duration // an hour when zero
}

// share of PerEmail that acts may use, as a fraction, when it is not the whole. Each request for links is a mail to
// somebody; the whole council of a town hall may name the same contact; a contact has three acts on a file, and may correct each.
var share = map[string]struct{ times, over int }{
	"links":   {1, 3},
	"contact": {3, 1},
	"answer":  {3, 1},
}

// Limits counts and refuses.
type Limits struct {
	counters Counters
	policy   Policy
	secret   []byte
	now      func() time.Time
}

// New makes limits. secret keys the digests under which addresses and sources are counted, so that the table cannot
// be searched for them.
func New(counters Counters, policy Policy, secret []byte, now func() time.Time) *Limits {
	if policy.Window <= 0 {
		policy.Window = time.Hour
	}
	return &Limits{counters: counters, policy: policy, secret: secret, now: now}
}

// Allow counts one request of an act ("enrol", "links"…) about an address, from a source ("" is not counted). It refuses
// with an error of kind too-many-requests that says how long to wait.
func (l *Limits) Allow(ctx context.Context, act, email, source string) error {
	if source != "" {
		if err := l.allow(ctx, "source", network(source), l.policy.PerSource); err != nil {
			return err
		}
	}
	return l.allow(ctx, "email:"+act, email, l.perEmail(act))
}

// perEmail rounds up, so that a small limit still lets a first request through.
func (l *Limits) perEmail(act string) int {
	part, ok := share[act]
	if !ok {
		return l.policy.PerEmail
	}
	return (l.policy.PerEmail*part.times + part.over - 1) / part.over
}

func (l *Limits) allow(ctx context.Context, what, who string, limit int) error {
	now, window := l.now(), l.policy.Window
	start := now.Truncate(window)
	gone := float64(now.Sub(start)) / float64(window)
	last, err := l.counters.Counter(ctx, l.key(what, who, start.Add(-window)))
	if err != nil {
		return fmt.Errorf("read the last window: %w", err)
	}
	ceiling := limit - int(float64(last)*(1-gone))
	n, raised := last, false
	if ceiling > 0 {
		if n, raised, err = l.counters.Raise(ctx, l.key(what, who, start), ceiling, start.Add(2*window)); err != nil {
			return fmt.Errorf("count: %w", err)
		}
	}
	if raised {
		return nil
	}
	return tooMany(wait(ceiling > 0, n, limit, window, start, now))
}

// wait is a while after which one more request is sure to fit: when this window is full, the time for enough of it to
// slide out of the hour; when the last one fills it alone, the rest of this one.
func wait(inThis bool, n, limit int, window time.Duration, start, now time.Time) time.Duration {
	end := start.Add(window)
	if !inThis || limit <= 0 || n < limit {
		return end.Sub(now)
	}
	share := 1 - float64(limit-1)/float64(n)
	return end.Sub(now) + time.Duration(share*float64(window))
}

func tooMany(wait time.Duration) error {
	wait = max(wait.Round(time.Second), time.Second)
	return &enrolment.Error{
		Kind:       enrolment.KindTooManyRequest,
		Detail:     "Vous avez fait trop de demandes en peu de temps. Réessayez dans " + inWords(wait) + ". Si vous n’y êtes pour rien, appelez-nous.",
		RetryAfter: wait,
	}
}

func inWords(d time.Duration) string {
	minutes := int((d + time.Minute - 1) / time.Minute)
	if minutes <= 1 {
		return "une minute"
	}
	return strconv.Itoa(minutes) + "\u00a0minutes"
}

// key names a counter: a keyed digest of who, and the window.
func (l *Limits) key(what, who string, window time.Time) string {
	mac := hmac.New(sha256.New, l.secret)
	mac.Write([]byte("abuse:" + what + ":" + who))
	return base32.HexEncoding.EncodeToString(mac.Sum(nil)[:15]) + "#" + strconv.FormatInt(window.Unix(), 10)
}

// network is what stands for one source: an IPv4 address, or the /64 that one subscriber has in IPv6.
func network(source string) string {
	addr, err := netip.ParseAddr(source)
	if err != nil {
		return source
	}
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}
