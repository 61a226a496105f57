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
type fault struct{ refused, suppressed, uncertain bool }

func (f fault) Error() string    { return "zoe@mairie.example: no" }
func (f fault) Refused() bool    { return f.refused }
func (f fault) Suppressed() bool { return f.suppressed }
func (f fault) Uncertain() bool  { return f.uncertain }
func (f fault) Failure() string  { return "test" }

func startLife(now string) *life {
	l := newLife(session("2027-04-29"), day(now))
	l.enrol(file(enrolment.DIFE, l.clock))
	return l
}

func (l *life) record(key string) enrolment.MessageRecord { return l.store.logs["f1"][key] }

func TestABusyPostIsTriedAgainWithGrowingPauses(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.refuse = func(_ string, nth int) error {
		if nth <= 4 {
			return fault{}
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
	want := []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute, 10 * time.Minute}
	if diff := cmp.Diff(want, pauses); diff != "" {
		t.Error(diff)
	}
	if r := l.record("confirmation"); r.State != enrolment.MessageSent || r.Attempts != 5 || r.MessageID == "" {
		t.Errorf("%+v", r)
	}
}

func TestAPostThatStaysBusyIsGivenUpLoudlyAndOnce(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	var out bytes.Buffer
	l.sender.Log = slog.New(slog.NewJSONHandler(&out, nil))
	l.refuse = func(key string, _ int) error {
		if key == "confirmation" {
			return fault{}
		}
		return nil
	}
	dead := 0
	for end := l.clock.AddDate(0, 0, 3); l.clock.Before(end); l.clock = l.clock.Add(10 * time.Minute) {
		if err := l.desk.Sweep(t.Context()); errors.Is(err, reminder.ErrDead) {
			dead++
		} else if err != nil {
			t.Fatal(err)
		}
	}
	if r := l.record("confirmation"); r.State != enrolment.MessageDead || dead != 1 || r.Attempts != 11 {
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
		{"refused: written, never tried again, the rest goes on", fault{refused: true}, enrolment.MessageRefused, []mail.Kind{mail.DIFECompte}},
		{"the address is suppressed: unreachable, staff is told", fault{refused: true, suppressed: true}, enrolment.MessageBounced, []mail.Kind{mail.StaffUnreachable}},
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

func TestAnAnswerThatNeverCameIsTriedOnceMoreOnly(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.refuse = func(key string, _ int) error {
		if key == "confirmation" {
			return fault{uncertain: true}
		}
		return nil
	}
	l.until(t, day("2027-03-02 14:30"))
	if r := l.record("confirmation"); r.State != enrolment.MessageDead || r.Attempts != 2 {
		t.Errorf("%+v", r)
	}
}

func TestACrashBetweenSendAndRecordResendsOnceAndSaysSo(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	crashes := 1
	l.store.crash = func(point string) bool {
		if point == "before record sent" && crashes > 0 {
			crashes--
			return true
		}
		return false
	}
	l.until(t, day("2027-03-02 14:30"))
	if diff := cmp.Diff([]mail.Kind{mail.Confirmation, mail.Confirmation}, l.kinds()); diff != "" {
		t.Error(diff)
	}
	if r := l.record("confirmation"); r.State != enrolment.MessageSent || r.Attempts != 2 || r.Crashes != 1 {
		t.Errorf("the second sending is not visible: %+v", r)
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
	l.refuse = func(string, int) error { return fault{uncertain: true} }
	batch := json.RawMessage(`{"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"E#f1"},"sk":{"S":"FILE"}},"SequenceNumber":"111"}}]}`)
	var outcomes []bool
	for range 3 {
		_, err := l.desk.Handle(t.Context(), batch)
		outcomes = append(outcomes, errors.Is(err, reminder.ErrDead))
		l.clock = l.clock.Add(5 * time.Minute)
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
			return fault{}
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
