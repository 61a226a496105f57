package dynamo_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// file writes a file that nothing else touches, due at an instant.
func file(t *testing.T, s *dynamo.Store, id string, due time.Time) enrolment.Enrolment {
	t.Helper()
	e := enrolment.Enrolment{
		ID: id, SessionID: "s1", Status: enrolment.Cancelled, Version: 1, DueAt: due, CreatedAt: noon,
		Person:  enrolment.Person{Email: id + "@exemple.fr"},
		Notices: []enrolment.Notice{{Key: "confirmation", Kind: enrolment.NoticeConfirmation, At: noon}, {Key: "links-1", Kind: enrolment.NoticeLinks, At: noon.Add(time.Second)}},
	}
	if err := s.Commit(ctx, enrolment.Act{At: noon, Moves: []enrolment.Move{{After: e}}}); err != nil {
		t.Fatal(err)
	}
	return e
}

func claim(version int64, now time.Time) enrolment.MessageClaim {
	return enrolment.MessageClaim{FileID: "f", Version: version, Key: "confirmation", Kind: "confirmation", To: "holder", Covers: []string{"a"}, Now: now, Lease: time.Minute}
}

// planned is a claim from what the table says now.
func planned(t *testing.T, s *dynamo.Store, c enrolment.MessageClaim) (enrolment.MessageRecord, error) {
	t.Helper()
	log, err := s.Messages(ctx, c.FileID)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range log {
		if r.Key == c.Key {
			c.Before = r
		}
	}
	return s.ClaimMessage(ctx, c)
}

func TestAMessageIsClaimedByOneAndSentOnce(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	m, err := planned(t, s, claim(1, noon))
	if err != nil || m.Attempts != 1 || m.State != enrolment.MessageClaimed {
		t.Fatal(m, err)
	}
	if _, err := planned(t, s, claim(1, noon.Add(time.Minute-time.Millisecond))); !errors.Is(err, enrolment.ErrNotClaimed) {
		t.Fatal("claimed twice within the lease:", err)
	}
	m.State, m.LeaseUntil, m.MessageID, m.At = enrolment.MessageSent, time.Time{}, "ses-1", noon.Add(time.Second)
	if err := s.RecordMessage(ctx, "f", m); err != nil {
		t.Fatal(err)
	}
	if _, err := planned(t, s, claim(1, noon.Add(time.Hour))); !errors.Is(err, enrolment.ErrNotClaimed) {
		t.Fatal("claimed after it was sent:", err)
	}
	_, log, err := s.FileWithMessages(ctx, "f")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]enrolment.MessageRecord{m}, log); diff != "" {
		t.Error(diff)
	}
	if err := s.BounceMessage(ctx, "f", "confirmation", "Permanent"); err != nil {
		t.Fatal(err)
	}
	if log, _ := s.Messages(ctx, "f"); log[0].State != enrolment.MessageBounced {
		t.Error(log[0].State)
	}
}

func TestALeaseThatEndedCountsACrash(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	if _, err := planned(t, s, claim(1, noon)); err != nil {
		t.Fatal(err)
	}
	m, err := planned(t, s, claim(1, noon.Add(time.Minute)))
	if err != nil || m.Attempts != 2 || m.Crashes != 1 {
		t.Fatal(m, err)
	}
	late := m
	late.Attempts = 1 // the run that was thought dead
	if err := s.RecordMessage(ctx, "f", late); !errors.Is(err, enrolment.ErrStale) {
		t.Error("recorded over another's claim:", err)
	}
}

func TestARetryWaitsForItsTime(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	m, _ := planned(t, s, claim(1, noon))
	m.State, m.NextTry, m.Failure = enrolment.MessageRetry, noon.Add(10*time.Minute), "throttled"
	if err := s.RecordMessage(ctx, "f", m); err != nil {
		t.Fatal(err)
	}
	if _, err := planned(t, s, claim(1, noon.Add(9*time.Minute))); !errors.Is(err, enrolment.ErrNotClaimed) {
		t.Error(err)
	}
	if again, err := planned(t, s, claim(1, noon.Add(10*time.Minute))); err != nil || again.Attempts != 2 || again.Crashes != 0 {
		t.Error(again, err)
	}
}

func TestNothingIsClaimedForAFileThatChanged(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	if err := s.StopReminders(ctx, "f"); err != nil {
		t.Fatal(err)
	}
	if _, err := planned(t, s, claim(1, noon)); !errors.Is(err, enrolment.ErrNotClaimed) {
		t.Error(err)
	}
	if _, err := planned(t, s, claim(2, noon)); err != nil {
		t.Error(err)
	}
}

func TestAMessageNeverTriedCanBeRecorded(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	lapsed := enrolment.MessageRecord{Key: "convocation", Kind: "convocation", To: "holder", State: enrolment.MessageLapsed, At: noon}
	if err := s.RecordMessage(ctx, "f", lapsed); err != nil {
		t.Fatal(err)
	}
	if err := s.RecordMessage(ctx, "f", lapsed); !errors.Is(err, enrolment.ErrStale) {
		t.Error(err)
	}
}

func TestSetDueDropsWhatWasToldUnlessTheFileChanged(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	later := noon.AddDate(0, 0, 2)
	if err := s.SetDue(ctx, "f", 1, enrolment.Look{At: later}, []string{"confirmation", "never-there"}); err != nil {
		t.Fatal(err)
	}
	e, _ := s.File(ctx, "f")
	if !e.DueAt.Equal(later) || len(e.Notices) != 1 || e.Notices[0].Key != "links-1" || e.Version != 2 {
		t.Errorf("due %v, notices %v, version %d", e.DueAt, e.Notices, e.Version)
	}
	if err := s.SetDue(ctx, "f", 1, enrolment.Look{At: noon}, nil); !errors.Is(err, enrolment.ErrStale) {
		t.Error(err)
	}
	if err := s.SetDue(ctx, "f", 2, enrolment.Look{}, nil); err != nil {
		t.Fatal(err)
	}
	if e, _ := s.File(ctx, "f"); !e.DueAt.IsZero() {
		t.Error(e.DueAt)
	}
	if err := s.SetDue(ctx, "gone", 2, enrolment.Look{At: noon}, nil); !errors.Is(err, enrolment.ErrStale) {
		t.Error("a file that was erased comes back:", err)
	}
}

func TestTheSweepFindsWhatIsDueTheLongestFirst(t *testing.T) {
	s := newStore(t)
	for i := range 12 {
		file(t, s, fmt.Sprintf("f%02d", i), noon.Add(time.Duration(i-6)*time.Minute))
	}
	file(t, s, "never", time.Time{})
	found := map[string]bool{}
	for shard := range dynamo.DueShards {
		due, err := s.DueFiles(ctx, shard, noon, 100)
		if err != nil {
			t.Fatal(err)
		}
		last := time.Time{}
		for _, f := range due {
			found[f.ID] = true
			e, _ := s.File(ctx, f.ID)
			if e.DueAt.Before(last) {
				t.Error("not in order of time")
			}
			last = e.DueAt
		}
	}
	if len(found) != 7 {
		t.Errorf("%d due by noon, want 7: %v", len(found), found)
	}
}

func TestTheIndexOfWhatIsDueKnowsHowLateAndHowUrgentItIs(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	want := enrolment.Look{At: noon.Add(15 * time.Minute), Since: noon.Add(-3 * time.Hour), Urgency: 2}
	if err := s.SetDue(ctx, "f", 1, want, nil); err != nil {
		t.Fatal(err)
	}
	if e, err := s.File(ctx, "f"); err != nil || !e.DueAt.Equal(want.At) {
		t.Errorf("due %s (%v)", e.DueAt, err)
	}
	for _, c := range []struct {
		until time.Time
		found int
	}{{want.At.Add(-time.Millisecond), 0}, {want.At, 1}} {
		var found []enrolment.DueFile
		for shard := range dynamo.DueShards {
			due, err := s.DueFiles(ctx, shard, c.until, 100)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, due...)
		}
		if len(found) != c.found || c.found == 1 && (found[0] != enrolment.DueFile{ID: "f", Look: want}) {
			t.Errorf("by %s: %+v", c.until, found)
		}
	}
}

// What the post says it carries was sent, whatever we thought; what came back or was never there is left so.
func TestNewsOfAMessageMakesItSent(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	for _, c := range []struct {
		state enrolment.MessageState
		want  enrolment.MessageState
	}{
		{enrolment.MessageClaimed, enrolment.MessageSent}, {enrolment.MessageRetry, enrolment.MessageSent}, {enrolment.MessageDead, enrolment.MessageSent},
		{enrolment.MessageLapsed, enrolment.MessageSent}, {enrolment.MessageBounced, enrolment.MessageBounced}, {enrolment.MessageRefused, enrolment.MessageRefused},
	} {
		key := "m-" + string(c.state)
		m, err := planned(t, s, enrolment.MessageClaim{FileID: "f", Version: 1, Key: key, Kind: "x", To: "holder", Now: noon, Lease: time.Minute})
		if err != nil {
			t.Fatal(err)
		}
		if m.State = c.state; c.state != enrolment.MessageClaimed {
			if err := s.RecordMessage(ctx, "f", m); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.MessageLeft(ctx, "f", key, "ses-1"); err != nil {
			t.Fatal(err)
		}
		_, log, err := s.FileWithMessages(ctx, "f")
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(log, func(r enrolment.MessageRecord) bool { return r.Key == key })
		if r := log[i]; r.State != c.want || c.want == enrolment.MessageSent && r.MessageID != "ses-1" {
			t.Errorf("%s: %+v", c.state, r)
		}
	}
	if err := s.MessageLeft(ctx, "f", "never", "ses-1"); err != nil {
		t.Error(err)
	}
}

func TestFlagsLeaveAFileThatHasGone(t *testing.T) {
	s := newStore(t)
	file(t, s, "f", noon)
	for name, flag := range map[string]func(string) error{
		"reminders":   func(id string) error { return s.StopReminders(ctx, id) },
		"unreachable": func(id string) error { return s.MarkUnreachable(ctx, id) },
	} {
		if err := flag("f"); err != nil {
			t.Error(name, err)
		}
		if err := flag("gone"); err != nil {
			t.Error(name, err)
		}
	}
	if e, _ := s.File(ctx, "f"); !e.RemindersOff || !e.Unreachable {
		t.Error(e.RemindersOff, e.Unreachable)
	}
	if _, err := s.File(ctx, "gone"); enrolment.KindOf(err) != enrolment.KindNotFound {
		t.Error("a flag made a file:", err)
	}
}
