package reminder_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
)

// fault is what a post may say.
type fault enrolment.Verdict

func (f fault) Error() string              { return "zoe@mairie.example: no" }
func (f fault) Verdict() enrolment.Verdict { return enrolment.Verdict(f) }
func (f fault) Failure() string            { return "test" }

const (
	busy       = fault(enrolment.Busy)
	refused    = fault(enrolment.Refused)
	suppressed = fault(enrolment.Suppressed)
	uncertain  = fault(enrolment.Uncertain)
)

func startLife(now string) *life {
	l := newLife(session("2027-04-29"), day(now))
	l.enrol(file(enrolment.DIFE, l.clock))
	return l
}

func (l *life) record(key string) enrolment.MessageRecord { return l.store.logs["f1"][key] }

func TestABusyPostIsTriedAgainWithGrowingPauses(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.refuse = func(_ string, nth int) error {
		if nth <= 6 {
			return busy
		}
		return nil
	}
	var pauses []time.Duration
	for len(l.post) == 0 {
		l.sweep(t)
		if next := l.store.file("f1").DueAt; len(l.post) == 0 {
			pauses = append(pauses, next.Sub(l.clock))
			l.clock = next
		}
	}
	want := []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute, 15 * time.Minute, 15 * time.Minute}
	if diff := cmp.Diff(want, pauses); diff != "" {
		t.Error(diff)
	}
	if r := l.record("confirmation"); r.State != enrolment.MessageSent || r.Attempts != 7 || r.MessageID == "" {
		t.Errorf("%+v", r)
	}
}

func TestAPostThatStaysBusyIsGivenUpLoudlyAndOnce(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	var out bytes.Buffer
	l.sender.Log = slog.New(slog.NewJSONHandler(&out, nil))
	l.refuse = func(key string, _ int) error {
		if key == "confirmation" {
			return busy
		}
		return nil
	}
	dead := 0
	for end := l.clock.AddDate(0, 0, 11); l.clock.Before(end); l.clock = l.clock.Add(10 * time.Minute) {
		if err := l.desk.Sweep(t.Context()); errors.Is(err, reminder.ErrDead) {
			dead++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if r := l.record("confirmation"); r.State != enrolment.MessageDead || dead != 1 {
		t.Errorf("given up %d times: %+v", dead, r)
	}
	if !strings.Contains(out.String(), `"level":"ERROR"`) || !strings.Contains(out.String(), `"outcome":"dead"`) {
		t.Errorf("nothing in the log: %s", out.String())
	}
	if len(l.store.file("f1").Notices) != 0 {
		t.Error("the notice is still there: it would be tried for ever")
	}
	if diff := cmp.Diff([]mail.Kind{mail.DIFECompte}, l.kinds()); diff != "" {
		t.Errorf("the rest goes on: %s", diff)
	}
}

func TestWhatThePostRefusesForGood(t *testing.T) {
	for _, c := range []struct {
		name  string
		fault fault
		state enrolment.MessageState
		then  []mail.Kind
	}{
		{"refused: written, never tried again, the rest goes on", refused, enrolment.MessageRefused, []mail.Kind{mail.DIFECompte}},
		{"the address is suppressed: unreachable, staff is told", suppressed, enrolment.MessageBounced, []mail.Kind{mail.StaffUnreachable}},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := startLife("2027-03-01 14:30")
			l.refuse = func(key string, _ int) error {
				if key == "confirmation" {
					return c.fault
				}
				return nil
			}
			l.until(t, day("2027-03-04 12:00"))
			if r := l.record("confirmation"); r.State != c.state || r.Attempts != 1 || strings.Contains(r.Failure, "@") {
				t.Errorf("%+v", r)
			}
			if diff := cmp.Diff(c.then, l.kinds()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// What is refused for the account's sake waits as long as that lasts, which is nothing against the message, and leaves when
// it is mended: after a month as after an hour, however often it was tried.
func TestWhatIsRefusedForTheAccountsSakeLeavesWhenThatIsMended(t *testing.T) {
	for _, verdict := range []enrolment.Verdict{enrolment.Withheld, enrolment.Unverified, enrolment.QuotaUsed, enrolment.TooFast} {
		for name, lasts := range map[string]time.Duration{"an hour": time.Hour, "a month": 30 * 24 * time.Hour} {
			t.Run(string(verdict)+" "+name, func(t *testing.T) {
				l := startLife("2027-03-01 14:30")
				mended, meter := l.clock.Add(lasts), &meter{}
				l.sender.Meter = meter
				l.refuse = func(string, int) error {
					if l.clock.Before(mended) {
						return fault(verdict)
					}
					return busy // and then SES is out of order for a minute
				}
				l.until(t, mended)
				l.clock = mended
				l.sweep(t)
				if r := l.record("confirmation"); r.State != enrolment.MessageRetry || len(l.post) > 0 {
					t.Fatalf("%+v", r)
				}
				l.refuse = nil
				l.until(t, mended.Add(35*time.Minute))
				if r := l.record("confirmation"); r.State != enrolment.MessageSent || r.Crashes != 0 {
					t.Errorf("%+v", r)
				}
				if rings := meter.withheld > 0; rings != (verdict != enrolment.TooFast) {
					t.Errorf("%d refusals counted", meter.withheld)
				}
			})
		}
	}
}

// meter keeps what was measured.
type meter struct {
	mu             sync.Mutex
	sent, withheld int
	lags           []time.Duration
}

func (m *meter) MessageSent(string) { m.mu.Lock(); m.sent++; m.mu.Unlock() }
func (m *meter) MessageWithheld()   { m.mu.Lock(); m.withheld++; m.mu.Unlock() }
func (m *meter) ReminderLag(lag time.Duration) {
	m.mu.Lock()
	m.lags = append(m.lags, lag)
	m.mu.Unlock()
}

// The lag is measured at every sweep, of what is due, sent or not, and of what waits between two tries.
func TestTheLagIsMeasuredAtEverySweepWhetherMailLeavesOrNot(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	meter := &meter{}
	l.sender.Meter = meter
	l.refuse = func(string, int) error { return fault(enrolment.Withheld) }
	var want []time.Duration
	for n := range 12 {
		l.sweep(t)
		want = append(want, time.Duration(n)*5*time.Minute)
		l.clock = l.clock.Add(5 * time.Minute)
	}
	l.refuse = nil
	l.clock = l.clock.Add(15 * time.Minute)
	l.sweep(t)
	l.sweep(t)
	want = append(want, 75*time.Minute, 0)
	if diff := cmp.Diff(want, meter.lags); diff != "" {
		t.Error(diff)
	}
}

// An answer that never came: the message may have left, and SES tells of what it took. Without news of it in ten minutes it
// is sent again; with news it is not.
func TestAnAnswerThatNeverCameWaitsForNews(t *testing.T) {
	for name, taken := range map[string]bool{"it had left": true, "it had not left": false} {
		t.Run(name, func(t *testing.T) {
			l := startLife("2027-03-01 14:30")
			l.refuse = func(key string, nth int) error {
				if key == "confirmation" && nth == 1 {
					return uncertain
				}
				return nil
			}
			l.sweep(t)
			l.clock = l.clock.Add(9 * time.Minute)
			l.sweep(t)
			if r := l.record("confirmation"); r.State != enrolment.MessageRetry || r.Crashes != 1 || r.Attempts != 1 {
				t.Errorf("%+v", r)
			}
			if taken {
				l.store.left("f1", "confirmation")
			}
			l.until(t, day("2027-03-02 14:30"))
			if r := l.record("confirmation"); r.State != enrolment.MessageSent || taken != (r.Attempts == 1) || len(l.store.file("f1").Notices) != 0 {
				t.Errorf("%+v", r)
			}
			if sent := len(l.post); sent != map[bool]int{true: 0, false: 1}[taken] {
				t.Errorf("sent %d times more", sent)
			}
		})
	}
}

// Nothing is lost in five days of silence, and nothing is sent again and again during them.
func TestFiveDaysOfSilenceLoseNothing(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	tries := 0
	l.refuse = func(key string, _ int) error {
		if key == "confirmation" && l.clock.Before(day("2027-03-06 14:30")) {
			tries++
			return uncertain
		}
		return nil
	}
	l.until(t, day("2027-03-08 14:30"))
	if r := l.record("confirmation"); r.State != enrolment.MessageSent || tries > 8 {
		t.Errorf("tried %d times: %+v", tries, r)
	}
}

// A message that may have left is not said to have lapsed when its time passes, and news of it makes it sent.
func TestWhatMayHaveLeftIsNeverSaidToHaveLapsed(t *testing.T) {
	l := newLife(session("2027-04-29"), day("2027-03-01 14:30"))
	l.enrol(file(enrolment.DIFE, l.clock))
	l.refuse = func(key string, _ int) error {
		if strings.HasPrefix(key, "day-before") {
			return uncertain
		}
		return nil
	}
	l.until(t, day("2027-05-10 00:00"))
	for key, r := range l.store.logs["f1"] {
		if r.Kind != string(mail.DayBefore) {
			continue
		}
		if r.State != enrolment.MessageDead {
			t.Errorf("%+v", r)
		}
		l.store.left("f1", key)
		if r := l.record(key); r.State != enrolment.MessageSent {
			t.Errorf("%+v", r)
		}
		return
	}
	t.Error("no day before")
}

// A run that dies between sending and writing it down: SES's news says that it left.
func TestACrashBetweenSendAndRecordIsSettledByNews(t *testing.T) {
	for name, c := range map[string]struct {
		deaf             bool
		letters, crashes int
	}{"news comes": {false, 1, 0}, "no news comes": {true, 2, 1}} {
		t.Run(name, func(t *testing.T) {
			l := startLife("2027-03-01 14:30")
			l.deaf = c.deaf
			crashes := 1
			l.store.crash = func(point string) bool {
				if point == "before record sent" && crashes > 0 {
					crashes--
					return true
				}
				return false
			}
			l.until(t, day("2027-03-02 14:30"))
			if len(l.post) != c.letters {
				t.Errorf("%v", l.letters())
			}
			if r := l.record("confirmation"); r.State != enrolment.MessageSent || r.Attempts != c.letters || r.Crashes != c.crashes {
				t.Errorf("the second sending is not visible: %+v", r)
			}
		})
	}
}

func TestTwoRunsAtOnceSendOnce(t *testing.T) {
	for range 50 {
		l := startLife("2027-03-01 14:30")
		runTwice(t, l)
		if diff := cmp.Diff([]mail.Kind{mail.Confirmation}, l.kinds()); diff != "" {
			t.Fatal(diff)
		}
	}
}

// The negative control: with claims granted to whoever asks, the test above sees duplicates.
func TestWithoutTheClaimTwoRunsAtOnceSendTwice(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.store.noClaims = true
	var meet sync.WaitGroup
	meet.Add(2)
	l.sender.Store = meeting{l.store, &meet}
	runTwice(t, l)
	if len(l.post) != 2 {
		t.Errorf("%d mails without the claim: the test above proves nothing", len(l.post))
	}
}

// meeting holds each run until the other is about to claim too: both have planned the same message.
type meeting struct {
	*memory
	meet *sync.WaitGroup
}

func (m meeting) ClaimMessage(ctx context.Context, c enrolment.MessageClaim) (enrolment.MessageRecord, error) {
	m.meet.Done()
	m.meet.Wait()
	return m.memory.ClaimMessage(ctx, c)
}

func runTwice(t *testing.T, l *life) {
	t.Helper()
	var both sync.WaitGroup
	for range 2 {
		both.Go(func() {
			if err := l.desk.Sweep(t.Context()); err != nil {
				t.Error(err)
			}
		})
	}
	both.Wait()
}

// A file that changes between the plan and the claim is planned again: nothing leaves after a cancellation.
func TestACancellationWhileWeSendStopsTheReminder(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.until(t, day("2027-03-03 14:00"))
	l.clock = day("2027-03-03 14:30")
	done := false
	l.store.crash = func(point string) bool {
		if point == "before claim" && !done { // the person cancels just now
			done = true
			l.cancel()
		}
		return false
	}
	l.sweep(t)
	if diff := cmp.Diff([]mail.Kind{mail.Confirmation, mail.Cancelled}, l.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestTheStreamWakesTheSender(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	record := func(event, pk, sk, n string) string {
		return `{"eventID":"` + n + `","eventName":"` + event + `","eventSource":"aws:dynamodb","dynamodb":{"Keys":{"pk":{"S":"` + pk + `"},"sk":{"S":"` + sk + `"}},"SequenceNumber":"` + n + `","StreamViewType":"NEW_AND_OLD_IMAGES"}}`
	}
	batch := `{"Records":[` + strings.Join([]string{
		record("INSERT", "S#s1", "SESSION", "1"), record("INSERT", "E#f1", "FILE", "2"), record("MODIFY", "E#f1", "FILE", "3"),
		record("INSERT", "E#f1", "M#confirmation", "4"), record("REMOVE", "E#f2", "FILE", "5"), record("INSERT", "E#unknown", "FILE", "6"),
	}, ",") + `]}`
	for range 2 { // the same records twice send one mail
		answer, err := l.desk.Handle(t.Context(), json.RawMessage(batch))
		if err != nil {
			t.Fatal(err)
		}
		if text, _ := json.Marshal(answer); string(text) != `{"batchItemFailures":[]}` {
			t.Errorf("%s", text)
		}
	}
	if diff := cmp.Diff([]mail.Kind{mail.Confirmation}, l.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestAStreamRecordThatFailsComesAgain(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.store.crash = func(point string) bool { return point == "before claim" }
	batch := `{"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"E#f1"},"sk":{"S":"FILE"}},"SequenceNumber":"111"}}]}`
	answer, err := l.desk.Handle(t.Context(), json.RawMessage(batch))
	if text, _ := json.Marshal(answer); err != nil || string(text) != `{"batchItemFailures":[{"itemIdentifier":"111"}]}` {
		t.Errorf("%s, %v", text, err)
	}
}

func TestAMessageGivenUpInTheStreamRingsTheAlarmOnce(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.refuse = func(string, int) error { return busy }
	batch := json.RawMessage(`{"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"E#f1"},"sk":{"S":"FILE"}},"SequenceNumber":"111"}}]}`)
	var outcomes []bool
	for range 3 {
		_, err := l.desk.Handle(t.Context(), batch)
		outcomes = append(outcomes, errors.Is(err, reminder.ErrDead))
		l.clock = l.clock.AddDate(0, 0, 11)
	}
	if diff := cmp.Diff([]bool{false, true, false}, outcomes); diff != "" {
		t.Error(diff)
	}
}

// The clock of the machine that wrote the file may be ahead of ours.
func TestAClockAFewSecondsBehindStillSendsAtOnce(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.clock = l.clock.Add(-2 * time.Second)
	if err := l.sender.Tend(t.Context(), "f1"); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]mail.Kind{mail.Confirmation}, l.kinds()); diff != "" {
		t.Error(diff)
	}
}

func TestTheScheduleSweepsAndOneFailureDoesNotStopTheOthers(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	for _, id := range []string{"a1", "z1"} {
		e := file(enrolment.DIFE, l.clock)
		e.ID = id
		l.enrol(e)
	}
	l.sender.Store = failing{l.store, "a1"}
	if _, err := l.desk.Handle(t.Context(), json.RawMessage(`{"source":"aws.scheduler"}`)); err == nil {
		t.Error("the failure is hidden")
	}
	if len(l.post) != 2 {
		t.Errorf("%d mails, want the two others", len(l.post))
	}
}

// failing is a store that cannot read one file.
type failing struct {
	*memory
	id string
}

func (f failing) FileWithMessages(ctx context.Context, id string) (enrolment.Enrolment, []enrolment.MessageRecord, error) {
	if id == f.id {
		return enrolment.Enrolment{}, nil, errors.New("table busy")
	}
	return f.memory.FileWithMessages(ctx, id)
}

func TestTheLogNamesNobody(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	var out bytes.Buffer
	l.sender.Log = slog.New(slog.NewJSONHandler(&out, nil))
	l.refuse = func(_ string, nth int) error {
		if nth == 1 {
			return busy
		}
		return nil
	}
	l.until(t, day("2027-03-04 14:30"))
	text := out.String()
	for _, secret := range []string{"zoe@", "Zoé", "Martin"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q is in the log", secret)
		}
	}
	for _, want := range []string{`"kind":"confirmation"`, `"file":"f1"`, `"outcome":"retry"`, `"outcome":"sent"`, `"attempt":2`, `"lagSeconds"`} {
		if !strings.Contains(text, want) {
			t.Errorf("%s is not in the log", want)
		}
	}
}
