package booking_test

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"slices"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/scan"
)

// world is a desk whose process may end at any call, before it is made or after: the next act begins a new process.
type world struct {
	*room
	files map[string]string // id → key of the application that made it, for each that was answered or may exist
	fuse  atomic.Int64      // calls left before the process ends; none when negative
	after atomic.Bool       // the call that ends the process is made

	bucket map[enrolment.LooseScan]bool // the scans in it, by file and scan alone
	scans  int                          // sent so far
}

// Sessions of a model: small, so that they are full most of the time. The second is an older one.
var modelSessions = []string{"s1", "s2"}

func newWorld(t testing.TB, controls ...func(*dynamodb.Options)) *world {
	w := &world{files: map[string]string{}, bucket: map[enrolment.LooseScan]bool{}}
	w.fuse.Store(-1)
	crash := dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		left := w.fuse.Add(-1)
		if left != -1 {
			return c.Send()
		}
		if w.after.Load() {
			_, _ = c.Send()
		}
		return nil, dynamotest.ErrCrash
	})
	w.room = newRoom(t, append(controls, crash)...).capped(2)
	w.fuse.Store(-1 << 40)
	w.session(modelSessions[0], 2)
	w.olderSession(modelSessions[1], 3)
	return w
}

// do runs an act; the process may end in it. The act is then made again, as a person or a schedule does.
func (w *world) do(t *rapid.T, act func(context.Context) error) {
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	w.clock.advance(time.Millisecond)
	if rapid.IntRange(0, 3).Draw(t, "crash") == 0 {
		w.after.Store(rapid.Bool().Draw(t, "after the call"))
		w.fuse.Store(int64(rapid.IntRange(0, 5).Draw(t, "at call")))
		err := act(ctx)
		w.fuse.Store(-1 << 40)
		if err != nil && !errors.Is(err, dynamotest.ErrCrash) && enrolment.KindOf(err) == "" {
			t.Fatal("a crash made another error:", err)
		}
	}
	err := act(ctx)
	if kind := enrolment.KindOf(err); err != nil && (kind == "" || kind == enrolment.KindUnavailable) {
		t.Fatal("nobody else is here, and yet:", err)
	}
}

func (w *world) anyFile(t *rapid.T) (string, bool) {
	if len(w.files) == 0 {
		return "", false
	}
	ids := make([]string, 0, len(w.files))
	for id := range w.files {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	return rapid.SampledFrom(ids).Draw(t, "file"), true
}

func (w *world) onFile(act func(context.Context, string) error) func(*rapid.T) {
	return func(t *rapid.T) {
		if id, ok := w.anyFile(t); ok {
			w.do(t, func(ctx context.Context) error { return act(ctx, id) })
		}
	}
}

func (w *world) actions() map[string]func(*rapid.T) {
	drop := func(_ booking.File, err error) error { return err }
	return map[string]func(*rapid.T){
		"enrol": func(t *rapid.T) {
			w.enrolAny(t)
		},
		"enrol more": func(t *rapid.T) {
			for range 3 {
				w.enrolAny(t)
			}
		},
		"enrol a council": w.enrolCouncil,
		"cancel":          w.onFile(func(ctx context.Context, id string) error { return drop(w.desk.Cancel(ctx, id)) }),
		"decline":         w.onFile(func(ctx context.Context, id string) error { return w.onlyIf(ctx, id, enrolment.Offered, w.desk.Cancel) }),
		"accept":          w.onFile(func(ctx context.Context, id string) error { return drop(w.desk.Accept(ctx, id)) }),
		"expire":          w.onFile(func(ctx context.Context, id string) error { return w.desk.Expire(ctx, id) }),
		"prove":           w.onFile(func(ctx context.Context, id string) error { return drop(w.desk.Prove(ctx, id)) }),
		"sweep":           func(t *rapid.T) { w.do(t, w.desk.Sweep) },
		"tick":            w.onFile(func(ctx context.Context, id string) error { return drop(w.desk.Tick(ctx, id, enrolment.StepDemande)) }),
		"answer": w.onFile(func(ctx context.Context, id string) error {
			return drop(w.desk.ForContact("Mairie", "answer", 0).Answer(ctx, id, enrolment.Answer{Given: enrolment.Accord}))
		}),
		"refuse": w.onFile(func(ctx context.Context, id string) error {
			return drop(w.desk.ForContact("Mairie", "answer", 0).Answer(ctx, id, enrolment.Answer{Given: enrolment.Refus, Ground: "cout"}))
		}),
		"sign": w.onFile(func(ctx context.Context, id string) error {
			return drop(w.desk.ForContact("Mairie", "return", 0).Returned(ctx, id, "Mairie", true))
		}),
		"send a scan":      w.onFile(w.sendScan),
		"empty the bucket": func(t *rapid.T) { w.do(t, w.emptyBucket) },
		"team unticks": w.onFile(func(ctx context.Context, id string) error {
			return drop(w.desk.For(booking.Behalf{Act: "untick"}).Untick(ctx, id, enrolment.StepConvention))
		}),
		"sign online": w.onFile(func(ctx context.Context, id string) error {
			return w.asContact(ctx, id, "signature", func(d *booking.Desk, e enrolment.Enrolment) error {
				return drop(d.Sign(ctx, id, enrolment.Signature{Edition: e.Terms.Edition, Name: "Maire", Digest: enrolment.TextDigest(id)}, id))
			})
		}),
		"take the signature back": w.onFile(func(ctx context.Context, id string) error {
			return w.asContact(ctx, id, "signature", func(d *booking.Desk, _ enrolment.Enrolment) error { return drop(d.Unsign(ctx, id)) })
		}),
		"countersign": w.onFile(func(ctx context.Context, id string) error {
			return drop(w.desk.For(booking.Behalf{Act: "countersignature"}).Countersign(ctx, id, enrolment.Countersignature{By: "Claire"}))
		}),
		"hand on": w.onFile(func(ctx context.Context, id string) error {
			return w.asContact(ctx, id, "handover", func(d *booking.Desk, e enrolment.Enrolment) error {
				to := enrolment.Contact{Name: "Inès", Email: "mairie" + strconv.Itoa(e.Relay.Revision+1) + "@mairie.fr"}
				return drop(d.HandOn(ctx, id, to, "Mairie"))
			})
		}),
		"erase": w.onFile(func(ctx context.Context, id string) error { return w.desk.Erase(ctx, id) }),
		"mode": w.onFile(func(ctx context.Context, id string) error {
			return drop(w.desk.ChangeMode(ctx, id, enrolment.Personnel, nil))
		}),
		"session": func(t *rapid.T) {
			to := rapid.SampledFrom(modelSessions).Draw(t, "to")
			w.onFile(func(ctx context.Context, id string) error { return drop(w.desk.ChangeSession(ctx, id, to)) })(t)
		},
		"capacity": func(t *rapid.T) {
			s := aSession(rapid.SampledFrom(modelSessions).Draw(t, "session"), rapid.IntRange(1, 4).Draw(t, "capacity"))
			w.do(t, func(ctx context.Context) error { // as the catalogue command does
				if _, err := w.store.ApplySession(ctx, s); err != nil {
					return err
				}
				return w.desk.Fill(ctx, s.ID)
			})
		},
		"time": func(t *rapid.T) {
			w.clock.advance(time.Duration(rapid.IntRange(1, 30).Draw(t, "hours")) * time.Hour)
		},
		"": w.check,
	}
}

// enrolAny sends one form of one person, who gets a decoy exactly when they have another live file on the session.
func (w *world) enrolAny(t *rapid.T) {
	ctx := context.Background()
	a := application(rapid.SampledFrom(modelSessions).Draw(t, "session"), rapid.IntRange(1, 12).Draw(t, "person"))
	a.Key = fmt.Sprintf("%s/%d", a.Key, rapid.IntRange(1, 3).Draw(t, "form"))
	a.Proved, a.Worked = rapid.IntRange(0, 2).Draw(t, "proved") == 0, true
	id := booking.FileID(a.Key)
	_, err := w.desk.File(ctx, id)
	fresh := enrolment.KindOf(err) == enrolment.KindNotFound
	known := false
	for other := range w.files {
		f, err := w.desk.File(ctx, other)
		known = known || err == nil && f.Enrolment.Claims() && f.Enrolment.SessionID == a.SessionID && f.Enrolment.Person.Email == a.Person.Email
	}
	w.files[id] = a.Key
	var answered booking.File
	var refused error // an erased form sent again is
	w.do(t, func(ctx context.Context) error { answered, refused = w.desk.Enrol(ctx, a); return refused })
	if refused == nil && fresh && answered.Enrolment.Decoy != known {
		t.Fatalf("decoy %v for a person who has a live file: %v", answered.Enrolment.Decoy, known)
	}
}

// sendScan is what functions/scans does once the pages have arrived: a note, the bucket, the file. A new scan each time that it is whole.
func (w *world) sendScan(ctx context.Context, id string) error {
	pages := []enrolment.ScanPage{{Type: enrolment.ScanPDF, Size: 1000}}
	l := enrolment.LooseScan{FileID: id, ScanID: enrolment.ScanID(id, strconv.Itoa(w.scans), pages)}
	return w.asContact(ctx, id, "return", func(d *booking.Desk, _ enrolment.Enrolment) error {
		noted := l
		noted.At = w.clock.Now().Add(time.Hour)
		if err := w.store.ExpectScan(ctx, noted); err != nil {
			return err
		}
		w.bucket[l] = true
		_, err := d.Scanned(ctx, id, "Mairie", enrolment.Scan{ID: l.ScanID, Pages: pages})
		if err == nil {
			w.scans++
		}
		return err
	})
}

// Delete is the bucket's.
func (w *world) Delete(_ context.Context, fileID, scanID string) error {
	delete(w.bucket, enrolment.LooseScan{FileID: fileID, ScanID: scanID})
	return nil
}

func (w *world) emptyBucket(ctx context.Context) error {
	return scan.Sweeper{Notes: w.store, Bucket: w, Now: w.clock.Now}.Sweep(ctx)
}

// verifyScans: what a file knows is in the bucket, and what no file knows is noted, to be deleted.
func (w *world) verifyScans(ctx context.Context, files []booking.File) error {
	known := map[enrolment.LooseScan]bool{}
	for _, f := range files {
		if s, ok := f.Enrolment.Sent(); ok {
			l := enrolment.LooseScan{FileID: f.Enrolment.ID, ScanID: s.ID}
			if known[l] = true; !w.bucket[l] {
				return fmt.Errorf("the bucket has not the scan that its file knows: %+v", l)
			}
		}
	}
	notes, err := w.store.LooseScans(ctx, w.clock.Now().AddDate(10, 0, 0))
	if err != nil {
		return err
	}
	for _, n := range notes {
		known[enrolment.LooseScan{FileID: n.FileID, ScanID: n.ScanID}] = true
	}
	for l := range w.bucket {
		if !known[l] {
			return fmt.Errorf("nothing knows a scan of the bucket any more: %+v", l)
		}
	}
	return nil
}

// asContact is an act of whoever the contact is now.
func (w *world) asContact(ctx context.Context, id, act string, do func(*booking.Desk, enrolment.Enrolment) error) error {
	e, err := w.desk.Enrolment(ctx, id)
	if err != nil {
		return err
	}
	return do(w.desk.ForContact("Mairie", act, e.Relay.Revision), e)
}

func (w *world) onlyIf(ctx context.Context, id string, s enrolment.Status, act func(context.Context, string) (booking.File, error)) error {
	f, err := w.desk.File(ctx, id)
	if err != nil || f.Enrolment.Status != s {
		return err
	}
	_, err = act(ctx, id)
	return err
}

// check holds after each step, whatever crashed in it.
func (w *world) check(t *rapid.T) {
	if err := w.verify(); err != nil {
		t.Fatal(err)
	}
}

func (w *world) verify() error {
	ctx := context.Background()
	files := map[string][]booking.File{}
	for id := range w.files {
		f, err := w.desk.File(ctx, id)
		if enrolment.KindOf(err) == enrolment.KindNotFound {
			continue
		}
		if err != nil {
			return err
		}
		files[f.Enrolment.SessionID] = append(files[f.Enrolment.SessionID], f)
	}
	if err := w.verifyScans(ctx, slices.Concat(files[modelSessions[0]], files[modelSessions[1]])); err != nil {
		return err
	}
	if err := verifyGroups(slices.Concat(files[modelSessions[0]], files[modelSessions[1]])); err != nil {
		return err
	}
	for _, id := range modelSessions {
		if err := w.verifySession(ctx, id, files[id]); err != nil {
			return fmt.Errorf("session %s: %w", id, err)
		}
	}
	return nil
}

// verifySigned: both signatures, the step that they settle and the text that was signed are never apart; nobody is contact without the
// link that goes with it.
func (w *world) verifySigned(ctx context.Context, e enrolment.Enrolment) error {
	if e.SignedOnline() && e.Mode == enrolment.Collectivite && e.Steps[enrolment.StepConvention].By != enrolment.ByStaff {
		return fmt.Errorf("both have signed, and the step is %+v", e.Steps[enrolment.StepConvention])
	}
	if e.SignedByAuthority() {
		if text, err := w.desk.SignedText(ctx, e); err != nil || enrolment.TextDigest(text) != e.Reply.Signature.Digest {
			return fmt.Errorf("what was signed is not kept: %q, %w", text, err)
		}
	}
	if e.HandedOn() && e.Relay.Revision == 0 {
		return errors.New("the request was passed on, and the first link still acts")
	}
	return nil
}

func (w *world) verifySession(ctx context.Context, id string, files []booking.File) error {
	s, err := w.store.Session(ctx, id)
	if err != nil {
		return err
	}
	held, waiting, people := 0, 0, map[string]bool{}
	var unproved []enrolment.UnprovedSeat
	var line []booking.File
	for _, f := range files {
		e := f.Enrolment
		if e.Holds() {
			held++
		}
		if e.Unproved() {
			unproved = append(unproved, enrolment.UnprovedSeat{FileID: e.ID, Until: e.ProveBy})
		}
		if e.Status.HoldsSeat() != !e.ReservedAt.IsZero() && e.Status.Live() && e.Status != enrolment.Offered {
			return fmt.Errorf("a file is %s, and has a seat since %v", e.Status, e.ReservedAt)
		}
		if err := w.verifySigned(ctx, e); err != nil {
			return err
		}
		if e.Queues() {
			waiting++
			line = append(line, f)
		}
		if e.Claims() && people[e.Person.Email] {
			return errors.New("one person has two live files")
		}
		people[e.Person.Email] = people[e.Person.Email] || e.Claims()
	}
	if s.Taken != held || s.Waiting != waiting || s.Taken > s.Capacity {
		return fmt.Errorf("taken %d waiting %d of %d, but %d files hold a seat and %d wait", s.Taken, s.Waiting, s.Capacity, held, waiting)
	}
	if diff := cmp.Diff(unproved, s.Unproved, cmpopts.SortSlices(func(a, b enrolment.UnprovedSeat) bool { return a.FileID < b.FileID }), cmpopts.EquateEmpty()); diff != "" {
		return fmt.Errorf("seats that nobody proved, by the files and by the session: %s", diff)
	}
	if s.Waiting > 0 && slices.ContainsFunc(s.Counters, func(c enrolment.Counter) bool { return !c.Queueing }) {
		return fmt.Errorf("%d wait in a queue that is closed: %v", s.Waiting, s.Counters)
	}
	if s.Waiting > 0 && s.Taken < s.Capacity && !s.Closed(w.clock.Now()) {
		return fmt.Errorf("%d seats idle while %d wait", s.Capacity-s.Taken, s.Waiting)
	}
	if err := inOrder(line); err != nil {
		return err
	}
	return w.verifyHistory(ctx, id)
}

func inOrder(line []booking.File) error {
	slices.SortFunc(line, func(a, b booking.File) int { return int(a.Enrolment.Ticket - b.Enrolment.Ticket) })
	for i, f := range line {
		if f.Position != i+1 {
			return fmt.Errorf("ticket %d stands at %d, want %d", f.Enrolment.Ticket, f.Position, i+1)
		}
	}
	return nil
}

// verifyHistory replays the queue's history: nobody is offered a seat while someone with an earlier ticket waits.
func (w *world) verifyHistory(ctx context.Context, id string) error {
	events, err := w.store.History(ctx, id)
	if err != nil {
		return err
	}
	joined, gone := map[int64]time.Time{}, map[int64]time.Time{}
	for _, e := range events {
		switch e.Event {
		case enrolment.QueueJoined:
			joined[e.Ticket] = e.At
		case enrolment.QueueOffered, enrolment.QueueLeft:
			gone[e.Ticket] = e.At
		}
	}
	for _, e := range events {
		if e.Event != enrolment.QueueOffered {
			continue
		}
		for ticket, at := range joined {
			left, ok := gone[ticket]
			if ticket < e.Ticket && at.Before(e.At) && (!ok || left.After(e.At)) {
				return fmt.Errorf("ticket %d was offered a seat before ticket %d", e.Ticket, ticket)
			}
		}
	}
	return nil
}

// Whatever is asked, in whatever order, and wherever the process ends: seats, queue, claims and files agree.
// SOAK=5m goes on for that long; a plain run is short.
func TestSeatsFilesAndQueueAgreeWhateverHappens(t *testing.T) {
	for name, value := range map[string]string{"rapid.checks": "20", "rapid.steps": "25"} {
		if err := flag.Set(name, value); err != nil {
			t.Fatal(err)
		}
	}
	for end := time.Now().Add(soak()); ; {
		rapid.Check(t, func(rt *rapid.T) { rt.Repeat(newWorld(t).actions()) })
		if t.Failed() || !time.Now().Before(end) {
			return
		}
	}
}

// The negative control: the same checks see a condition that is not there. Whether one race oversells is chance (newcomers may
// happen to come in turn), so several are run until one does.
func TestTheModelSeesAMissingCondition(t *testing.T) {
	for range 20 {
		if oversellOnce(t) != nil {
			return
		}
	}
	t.Error("the model saw nothing wrong in twenty races without a guard")
}

// oversellOnce runs one race with the conditions off and gives what the model finds wrong.
func oversellOnce(t *testing.T) error {
	t.Helper()
	w := newWorld(t, dynamotest.Unguarded())
	ctx := w.patient()
	atOnce(30, func(i int) error { _, err := w.desk.Enrol(ctx, application("s1", i)); return err })
	for i := range 30 {
		a := application("s1", i)
		w.files[booking.FileID(a.Key)] = a.Key
	}
	return w.verify()
}
