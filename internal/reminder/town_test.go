package reminder_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/pace"
	"github.com/echarpe/echarpe/internal/reminder"
)

// town is many files, the deployed sender with the deployed pace, and a post office that has a rate, a quota and bad days.
type town struct {
	store *memory
	desk  *reminder.Desk
	meter *meter

	mu      sync.Mutex
	now     time.Time
	rate    int
	quota   int
	trouble func(n int) trouble // of the nth request, from 1
	asked   int
	tooFast int
	taken   []parcel
	told    int // of taken: news given
	deaf    bool
}

// trouble is what happens to a request.
type trouble struct {
	verdict enrolment.Verdict // "" for none
	takes   time.Duration
	taken   bool // it was taken all the same
}

type parcel struct {
	at        time.Time
	file, key string
	kind      mail.Kind
}

func newTown(t *testing.T, now string) *town {
	t.Helper()
	w := &town{store: newMemory(), now: day(now), rate: 14, quota: 50_000, meter: &meter{}}
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	pacer := &pace.Pacer{Store: w.store, Office: w, Now: w.Now, Sleep: w.sleep, Log: log, Withheld: w.meter.MessageWithheld}
	w.desk = &reminder.Desk{Sender: &reminder.Sender{
		Planner: reminder.Planner{Calendar: content()}, Store: w.store, Composer: &life{}, Post: w, Offers: w, Now: w.Now, Log: log, Meter: w.meter, Pace: pacer,
	}, Before: []reminder.Sweeper{w}, Due: w.store, Shards: 1}
	return w
}

func (w *town) Now() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return ms(w.now)
}

// sleep moves the clock to where it would be, however many sleep at once.
func (w *town) sleep(ctx context.Context, d time.Duration) error {
	until := w.Now().Add(d + time.Millisecond)
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = latestOf(w.now, until)
	return ctx.Err()
}

func (w *town) Expire(context.Context, string) error { return nil }
func (w *town) Sweep(context.Context) error          { return nil }

// strikes applies the trouble of the hour to one request.
func (w *town) strikes() trouble {
	w.asked++
	if w.trouble == nil {
		return trouble{}
	}
	b := w.trouble(w.asked)
	w.now = w.now.Add(b.takes)
	return b
}

func (w *town) Account(context.Context) (enrolment.PostAccount, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if b := w.strikes(); b.verdict != "" && b.verdict != enrolment.Withheld { // the account is asked about, whatever it may not send
		return enrolment.PostAccount{}, fault(b.verdict)
	}
	return enrolment.PostAccount{Rate: float64(w.rate), Quota: w.quota, Used: w.since(24 * time.Hour), Sending: true}, nil
}

// since counts what was taken lately.
func (w *town) since(d time.Duration) (n int) {
	from := w.now.Add(-d)
	return len(w.taken) - sort.Search(len(w.taken), func(i int) bool { return w.taken[i].at.After(from) })
}

func (w *town) Send(_ context.Context, m mail.Message) (string, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	b := w.strikes()
	if b.verdict != "" && !b.taken {
		return "", fault(b.verdict)
	}
	if w.since(24*time.Hour) >= w.quota {
		return "", fault(enrolment.QuotaUsed)
	}
	if w.since(time.Second) >= w.rate {
		w.tooFast++
		return "", fault(enrolment.TooFast)
	}
	p := parcel{w.now, m.Header(reminder.HeaderFile), m.Header(reminder.HeaderMessage), m.Kind}
	w.taken = append(w.taken, p)
	if b.taken {
		return "", fault(b.verdict)
	}
	return "ses-" + p.key, nil
}

// hear brings the news of what was taken.
func (w *town) hear() {
	for _, p := range w.taken[w.told:] {
		if !w.deaf {
			w.store.left(p.file, p.key)
		}
	}
	w.told = len(w.taken)
}

// enrol adds people whose confirmation is due.
func (w *town) enrol(n int, mode enrolment.Mode) {
	for i := range n {
		e := file(mode, w.now)
		e.ID = fmt.Sprintf("%s%05d", mode, i)
		w.store.put(e, w.now)
	}
}

// run lets the schedule come every five minutes until an instant.
func (w *town) run(t *testing.T, until time.Time) {
	t.Helper()
	for !w.now.After(until) {
		begun := w.now
		w.hear()
		if err := w.desk.Sweep(t.Context()); err != nil {
			t.Fatalf("%s: %v", w.now, err)
		}
		w.now = latestOf(w.now, begun.Add(5*time.Minute))
	}
	w.hear()
}

// states counts the confirmations by state, and copies is how many left more than once.
func (w *town) states() (states map[enrolment.MessageState]int, copies, recorded int) {
	states = map[enrolment.MessageState]int{}
	count := map[string]int{}
	for _, p := range w.taken {
		count[p.file+" "+p.key]++
	}
	for id := range w.store.files {
		r := w.store.logs[id]["confirmation"]
		states[r.State]++
		if n := count[id+" confirmation"]; n > 1 {
			copies += n - 1
			recorded += min(n-1, r.Crashes)
		}
	}
	return states, copies, recorded
}

// Two thousand at once at fourteen a second: paced, none lost, none throttled for long.
func TestABurstLeavesAtTheAccountsRate(t *testing.T) {
	w := newTown(t, "2027-03-01 09:00")
	w.desk.AtOnce = 1 // a simulated clock moves by leaps: several at once would leap together
	w.enrol(2000, enrolment.Personnel)
	w.store.session["s1"] = session("2027-04-29")
	begun := w.now
	w.run(t, begun)
	states, copies, _ := w.states()
	took := w.taken[len(w.taken)-1].at.Sub(begun)
	ideal := 2000 * time.Second / 14
	t.Logf("2,000 in %s, ideal %s, %d throttled", took, ideal, w.tooFast)
	if states[enrolment.MessageSent] != 2000 || copies != 0 || took > ideal*13/10 || w.tooFast > 3 {
		t.Errorf("%v, %d copies, in %s (ideal %s), %d throttled", states, copies, took, ideal, w.tooFast)
	}
}

// Twenty thousand due with a quota of five thousand: over four days, the most urgent first, nothing against anyone. Reminders and news spare
// a tenth of each day, so that whoever enrols meanwhile has their confirmation at once.
func TestADaysQuotaIsUsedInOrderOfUrgency(t *testing.T) {
	w := newTown(t, "2027-03-01 09:00")
	w.quota, w.desk.AtOnce = 5000, 1
	w.store.session["s1"] = session("2027-04-29")
	kinds := []enrolment.NoticeKind{enrolment.NoticeSessionMoved, enrolment.NoticeConfirmation}
	for i := range 20_000 {
		e := file(enrolment.Personnel, w.now.Add(-time.Duration(i)*time.Millisecond))
		e.ID, e.Notices[0].Kind = fmt.Sprintf("f%05d", i), kinds[i%2]
		e.Steps = map[enrolment.StepKey]enrolment.StepDone{enrolment.StepContrat: {At: e.CreatedAt}, enrolment.StepAcompte: {At: e.CreatedAt}}
		w.store.put(e, w.now)
		f := w.store.files[e.ID]
		w.store.looks[e.ID] = enrolment.Look{At: f.DueAt, Urgency: 1 - i%2} // as the planner last wrote it
	}
	w.desk.Sender.Pace.(*pace.Pacer).Spare = func() int { return 10 }
	begun, news := w.now, 10_000
	for day, want := range []int{5000, 5000, 4500, 4500, news - 9000} {
		sent := len(w.taken)
		w.run(t, w.now.Add(12*time.Hour))
		if day >= 2 { // somebody enrols in the afternoon
			w.enrols(fmt.Sprint("late", day))
			want++
			w.run(t, w.now.Add(5*time.Minute))
			if last := w.taken[len(w.taken)-1]; last.file != fmt.Sprint("late", day) || w.now.Sub(last.at) > 10*time.Minute {
				t.Errorf("day %d: the confirmation of who enrols waits", day+1)
			}
		}
		w.run(t, w.now.Add(12*time.Hour-5*time.Minute))
		t.Logf("by %s: %d", w.now.Sub(begun), len(w.taken))
		if n := len(w.taken) - sent; n != want {
			t.Errorf("day %d: %d left, want %d", day+1, n, want)
		}
	}
	states, copies, _ := w.states()
	if states[enrolment.MessageSent] != 20_003 || copies != 0 {
		t.Errorf("%v, %d copies", states, copies)
	}
	firstNews := slices.IndexFunc(w.taken, func(p parcel) bool { return p.kind == mail.SessionMoved })
	for _, p := range w.taken[firstNews:] {
		if p.kind == mail.Confirmation && !strings.HasPrefix(p.file, "late") {
			t.Fatalf("news left after %d, and a confirmation after it", firstNews)
		}
	}
	if w.meter.withheld == 0 {
		t.Error("no alarm rings")
	}
}

// enrols makes a file whose confirmation is due now.
func (w *town) enrols(id string) {
	e := file(enrolment.Personnel, w.now)
	e.ID, e.Notices[0].Kind = id, enrolment.NoticeConfirmation
	w.store.put(e, w.now)
	w.store.looks[id] = enrolment.Look{At: w.store.files[id].DueAt}
}

// The outage table: however SES is silent or refuses, for however long, and for half or all of what it is asked, nothing is
// lost and nobody gets anything twice.
func TestOutagesLoseNothing(t *testing.T) {
	for _, lasts := range []time.Duration{3 * time.Hour, 30 * time.Hour, 5 * 24 * time.Hour} {
		for name, b := range map[string]trouble{
			"answered 5xx":             {verdict: enrolment.Busy},
			"connection refused":       {verdict: enrolment.Busy},
			"refused, account paused":  {verdict: enrolment.Withheld},
			"reset":                    {verdict: enrolment.Uncertain},
			"reset, though taken":      {verdict: enrolment.Uncertain, taken: true},
			"hanging":                  {verdict: enrolment.Uncertain, takes: 15 * time.Second},
			"hanging, though taken":    {verdict: enrolment.Uncertain, takes: 15 * time.Second, taken: true},
			"throttled":                {verdict: enrolment.TooFast},
			"quota used":               {verdict: enrolment.QuotaUsed},
			"refused in unknown words": {verdict: enrolment.Unknown},
		} {
			for _, percent := range []int{0, 50, 100} {
				t.Run(fmt.Sprintf("%s/%s/%d%%", lasts, name, percent), func(t *testing.T) {
					t.Parallel()
					w := newTown(t, "2027-03-01 09:00")
					w.store.session["s1"] = session("2027-04-29")
					w.enrol(60, enrolment.Personnel)
					ends := w.now.Add(lasts)
					w.trouble = func(n int) trouble {
						if w.now.Before(ends) && n%100*37%100 < percent {
							return b
						}
						return trouble{}
					}
					w.run(t, ends)
					during := len(w.taken)
					w.run(t, ends.Add(31*time.Hour))
					states, copies, recorded := w.states()
					if states[enrolment.MessageSent] != 60 || copies != 0 {
						t.Errorf("%d left during it; %v, %d copies, %d recorded", during, states, copies, recorded)
					}
					if percent == 100 && !b.taken && slices.Max(w.meter.lags) < lasts-10*time.Minute {
						t.Errorf("the lag was measured as %s at most", slices.Max(w.meter.lags))
					}
				})
			}
		}
	}
}

// When SES's news is lost too, the one re-send of each message is in its record.
func TestWithoutNewsAResendIsRecorded(t *testing.T) {
	w := newTown(t, "2027-03-01 09:00")
	w.store.session["s1"] = session("2027-04-29")
	w.enrol(60, enrolment.Personnel)
	w.deaf = true
	ends := w.now.Add(time.Hour)
	w.trouble = func(n int) trouble {
		if w.now.Before(ends) && n%3 == 0 {
			return trouble{verdict: enrolment.Uncertain, taken: true}
		}
		return trouble{}
	}
	w.run(t, ends.Add(31*time.Hour))
	states, copies, recorded := w.states()
	t.Logf("%d copies", copies)
	if states[enrolment.MessageSent] != 60 || copies == 0 || copies != recorded {
		t.Errorf("%v, %d copies, %d recorded", states, copies, recorded)
	}
}

// Of a batch of the stream, as of the files that somebody waits for, what can wait stops nobody's answer.
func TestWhatCanWaitStopsNoAnswerOfItsBatch(t *testing.T) {
	for _, wake := range []string{"stream", "sweep"} {
		w := newTown(t, "2027-03-01 09:00")
		w.quota, w.desk.AtOnce = 10, 1
		w.desk.Sender.Pace.(*pace.Pacer).Spare = func() int { return 100 }
		w.store.session["s1"] = session("2027-04-29")
		e := file(enrolment.Personnel, w.now.Add(-time.Minute))
		e.ID, e.Notices[0].Kind = "news", enrolment.NoticeSessionMoved
		w.store.put(e, w.now)
		w.enrols("answer")
		payload := `{}`
		if wake == "stream" {
			record := `{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"E#%s"},"sk":{"S":"FILE"}},"SequenceNumber":"%d"}}`
			payload = `{"Records":[` + fmt.Sprintf(record, "news", 1) + "," + fmt.Sprintf(record, "answer", 2) + `]}`
		}
		if _, err := w.desk.Handle(t.Context(), []byte(payload)); err != nil {
			t.Fatal(err)
		}
		if len(w.taken) != 1 || w.taken[0].file != "answer" {
			t.Errorf("%s: %v left", wake, w.taken)
		}
		if look := w.store.looks["news"]; look.Urgency != 1 || look.At.After(w.now) {
			t.Errorf("%s: the news is due at %s with urgency %d, and would be read by every sweep", wake, look.At, look.Urgency)
		}
	}
}
