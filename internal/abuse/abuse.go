// Package abuse limits how often one address, one source and one file may act, across all instances of the functions: the
// counts are in the table. It stops mail bombing (links asked again and again for somebody else's address) and seat
// squatting (many enrolments from one place), and never says whether an address is known: what is counted is what was typed,
// but for what makes many addresses of one mailbox (a plus tag, the dots of Gmail).
//
// A limit holds over a sliding window, kept as two counters: this window's, and the last one's weighted by how much of
// it the sliding window still covers. All counters of a request are read before any is raised, and each is raised on the
// condition that room is left, so that simultaneous requests never pass a limit together: what one of them refuses is taken
// back from the others. A refused request uses up nothing: waiting is always enough.
package abuse

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Counters keeps numbers that vanish. Keys hold no personal data.
type Counters interface {
	// Counts gives the values of counters, in the order of their keys: 0 for one that does not exist or has vanished. They may be a
	// moment old.
	Counts(ctx context.Context, keys []string) ([]int, error)
	// Raise adds one to a counter that is below ceiling, and makes it vanish after expires. n is its value then;
	// raised is false, and nothing is written, when it had reached ceiling.
	Raise(ctx context.Context, key string, ceiling int, expires time.Time) (n int, raised bool, err error)
	// Lower takes one back from a counter.
	Lower(ctx context.Context, key string) error
}

// Policy says how many requests a sliding window allows. A zero limit allows none: there is no way to lift limits here.
type Policy struct {
	PerEmail  int           // of one act, about one address
	PerSource int           // of all acts, from one source
	Window    time.Duration // an hour when zero

	// Enrolments from one source whose address nobody has proved yet, in unprovedWindow: up to UnprovedFree nothing is asked for, up to
	// UnprovedMost a proof of work, and beyond they wait aside: nobody is refused, whoever shares the source.
	UnprovedFree, UnprovedMost int
}

// What is allowed of acts that have their own measure.
const (
	linksShare  = 3   // a request for links is a mail to somebody: a third of PerEmail
	perFile     = 60  // ticks of a file's steps, in a window: each writes the file
	perPaper    = 120 // papers of a file, in a window: each keeps a processor busy
	perReader   = 60  // programmes printed for one source, in a window
	letters     = 5   // to one contact at a collectivité, in a window, whoever named it
	lettersADay = 20  // the same, in a day
)

// What a source asked for and nobody proved, in a window that is about the office hours in which an address is to be proved.
const (
	unproved       = "unproved"
	unprovedWindow = 48 * time.Hour
)

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

// limit is so many requests of a kind, of somebody, in a window.
type limit struct {
	what, who string
	most      int
	window    time.Duration
}

// Allow counts one request of an act ("enrol", "links"…) about an address, from a source ("" is not counted). It refuses
// with an error of kind too-many-requests that says how long to wait.
func (l *Limits) Allow(ctx context.Context, act, email, source string) error {
	return l.refusal(l.take(ctx, l.of(act, email, source)))
}

// of is what limits an act about an address, from a source.
func (l *Limits) of(act, email, source string) []limit {
	mailbox := Mailbox(email)
	limits := []limit{
		{"email:" + act, mailbox, l.perEmail(act), l.policy.Window},
		{"email", mailbox, l.burst(), time.Minute},
	}
	if source != "" {
		limits = append(limits, limit{"source", network(source), l.policy.PerSource, l.policy.Window})
	}
	return limits
}

// AllowEnrolment counts an enrolment as Allow does, and among those of its source that nobody has proved. It also refuses, and asks for
// the proof of work, when there are many of them and none was done.
func (l *Limits) AllowEnrolment(ctx context.Context, email, source string, worked bool) (enrolment.Admission, error) {
	limits := l.of("enrol", email, source)
	if source != "" {
		most := l.policy.UnprovedFree
		if worked {
			most = math.MaxInt32
		}
		limits = append(limits, limit{unproved, network(source), most, unprovedWindow})
	}
	rooms, wait, err := l.take(ctx, limits)
	if err != nil {
		return enrolment.Admission{}, err
	}
	last := rooms[len(rooms)-1]
	if wait > 0 && last.what == unproved {
		if wait = longest(rooms[:len(rooms)-1]); wait == 0 {
			return enrolment.Admission{}, enrolment.AskWork()
		}
	}
	if wait > 0 {
		return enrolment.Admission{}, tooMany(wait)
	}
	a := enrolment.Admission{Counters: keysOf(rooms)}
	if source != "" {
		a.CountedIn, a.Aside = last.key, last.standing() > l.policy.UnprovedMost
	}
	return a, nil
}

// GiveBack takes back what was counted for a request that came to nothing.
func (l *Limits) GiveBack(ctx context.Context, a enrolment.Admission) error {
	return l.lower(ctx, a.Counters)
}

// burst is what one address may get in a minute, all acts together: two fifths of what it may in an hour.
func (l *Limits) burst() int { return (2*l.policy.PerEmail + 4) / 5 }

// perEmail rounds up, so that a small limit still lets a first request through.
func (l *Limits) perEmail(act string) int {
	if act == "links" {
		return (l.policy.PerEmail + linksShare - 1) / linksShare
	}
	return l.policy.PerEmail
}

// AllowFile counts one use of a file: "tick" of its steps, "answer" of its contact, "paper" printed. It refuses as Allow does, far beyond what anybody needs.
func (l *Limits) AllowFile(ctx context.Context, act, fileID string) error {
	most := perFile
	if act == "paper" {
		most = perPaper
	}
	return l.refusal(l.take(ctx, []limit{{"file:" + act, fileID, most, l.policy.Window}}))
}

// AllowPrint counts one public paper printed for a source ("" is not counted). It refuses as Allow does.
func (l *Limits) AllowPrint(ctx context.Context, source string) error {
	if source == "" {
		return nil
	}
	return l.refusal(l.take(ctx, []limit{{"print", network(source), perReader, l.policy.Window}}))
}

// Letter counts one mail to an address that somebody else gave: wait is zero when it may leave now, or how long it waits.
// giveBack takes the count back when the mail did not leave.
func (l *Limits) Letter(ctx context.Context, email string) (giveBack func(context.Context) error, wait time.Duration, err error) {
	mailbox := Mailbox(email)
	limits := []limit{{"letter", mailbox, letters, l.policy.Window}, {"letter:day", mailbox, lettersADay, 24 * time.Hour}}
	rooms, wait, err := l.take(ctx, limits)
	return func(ctx context.Context) error { return l.lower(ctx, keysOf(rooms)) }, wait, err
}

// refusal is the error of what was not taken.
func (l *Limits) refusal(_ []room, wait time.Duration, err error) error {
	if err != nil || wait == 0 {
		return err
	}
	return tooMany(wait)
}

// room is what a limit has left.
type room struct {
	limit
	start   time.Time // of this window
	key     string    // of this window's counter
	ceiling int       // up to which it may be raised
	last, n int       // the last window's count, and this one's
	raised  bool
	wait    time.Duration // how long until there is room; zero when there is
}

// standing is what the sliding window holds.
func (r room) standing() int { return r.n + r.most - r.ceiling }

// longest is how long until all have room.
func longest(rooms []room) (wait time.Duration) {
	for _, r := range rooms {
		wait = max(wait, r.wait)
	}
	return wait
}

// keysOf gives the counters that were raised.
func keysOf(rooms []room) (keys []string) {
	for _, r := range rooms {
		if r.raised {
			keys = append(keys, r.key)
		}
	}
	return keys
}

// take counts one of each limit, or none: wait is then how long until all have room.
func (l *Limits) take(ctx context.Context, limits []limit) (rooms []room, wait time.Duration, err error) {
	now := l.now()
	rooms, err = l.rooms(ctx, limits, now)
	if err != nil {
		return nil, 0, err
	}
	for i, r := range rooms {
		if r.n >= r.ceiling {
			rooms[i].wait = r.until(now)
		}
	}
	if wait := longest(rooms); wait > 0 {
		return rooms, wait, nil
	}
	if err = l.raise(ctx, rooms, now); err == nil && longest(rooms) == 0 {
		return rooms, 0, nil
	}
	err = errors.Join(err, l.lower(ctx, keysOf(rooms)))
	for i := range rooms {
		rooms[i].raised = false
	}
	return rooms, longest(rooms), err
}

// rooms reads what each limit has left, in one call.
func (l *Limits) rooms(ctx context.Context, limits []limit, now time.Time) ([]room, error) {
	rooms, keys := make([]room, len(limits)), make([]string, 0, 2*len(limits))
	for i, lim := range limits {
		start := now.Truncate(lim.window)
		rooms[i] = room{limit: lim, start: start, key: l.key(lim.what, lim.who, start)}
		keys = append(keys, l.key(lim.what, lim.who, start.Add(-lim.window)), rooms[i].key)
	}
	counts, err := l.counters.Counts(ctx, keys)
	if err != nil {
		return nil, fmt.Errorf("read the counters: %w", err)
	}
	for i := range rooms {
		r := &rooms[i]
		r.last, r.n = counts[2*i], counts[2*i+1]
		gone := float64(now.Sub(r.start)) / float64(r.window)
		r.ceiling = r.most - int(float64(r.last)*(1-gone))
	}
	return rooms, nil
}

// raise adds one to each counter, all at the same time.
func (l *Limits) raise(ctx context.Context, rooms []room, now time.Time) error {
	var all sync.WaitGroup
	faults := make([]error, len(rooms))
	for i := range rooms {
		all.Go(func() {
			r := &rooms[i]
			n, raised, err := l.counters.Raise(ctx, r.key, r.ceiling, r.start.Add(2*r.window))
			if err != nil {
				faults[i] = fmt.Errorf("count: %w", err)
				return
			}
			r.n, r.raised = n, raised
			if !raised {
				r.wait = r.until(now)
			}
		})
	}
	all.Wait()
	return errors.Join(faults...)
}

// lower takes back what was counted, whoever has gone meanwhile.
func (l *Limits) lower(ctx context.Context, keys []string) error {
	var faults []error
	for _, key := range keys {
		faults = append(faults, l.counters.Lower(context.WithoutCancel(ctx), key))
	}
	return errors.Join(faults...)
}

// until is a while after which one more request is sure to fit: when this window is full, the time for enough of it to
// slide out; when the last one fills it alone, the rest of this one.
func (r room) until(now time.Time) time.Duration {
	end := r.start.Add(r.window)
	if r.ceiling <= 0 || r.most <= 0 || r.n < r.most {
		return end.Sub(now)
	}
	share := 1 - float64(r.most-1)/float64(r.n)
	return end.Sub(now) + time.Duration(share*float64(r.window))
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

// key names a counter: a keyed digest of who, and the window; shorter where a file keeps it.
func (l *Limits) key(what, who string, window time.Time) string {
	mac := hmac.New(sha256.New, l.secret)
	mac.Write([]byte("abuse:" + what + ":" + who))
	sum := mac.Sum(nil)
	if what == unproved {
		return base32.HexEncoding.EncodeToString(sum[:10]) + "#" + strconv.FormatInt(window.Unix(), 36)
	}
	return base32.HexEncoding.EncodeToString(sum[:15]) + "#" + strconv.FormatInt(window.Unix(), 10)
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

// Mailbox is what stands for one mailbox: the address without its tag (« anne+essai@ »), and without the dots that Gmail ignores.
// It is for counting only: mail goes to the address that was given.
func Mailbox(email string) string {
	local, domain, found := strings.Cut(strings.ToLower(email), "@")
	if !found {
		return email
	}
	local, _, _ = strings.Cut(local, "+")
	if domain == "googlemail.com" {
		domain = "gmail.com"
	}
	if domain == "gmail.com" {
		local = strings.ReplaceAll(local, ".", "")
	}
	return local + "@" + domain
}
