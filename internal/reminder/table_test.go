package reminder_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	netmail "net/mail"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
)

// house is everything real but the post: the table, the acts of booking, the letters of package mail.
type house struct {
	t     *testing.T
	cfg   aws.Config
	store *dynamo.Store
	seats *booking.Desk
	desk  *reminder.Desk
	mu    sync.Mutex
	clock time.Time
	post  []string
	id    string // of the file
}

func newHouse(t *testing.T, now string, options ...func(*dynamodb.Options)) *house {
	t.Helper()
	h := &house{t: t, clock: day(now), cfg: dynamotest.Database(t)}
	h.store = dynamotest.Open(h.cfg, h.now)
	h.seats = booking.New(h.store, content(), h.now)
	h.desk = h.process(options...)
	h.must(h.store.PutOrganisation(t.Context(), enrolment.Organisation{Name: "Organisme", Email: "contact@organisme.example", AlertEmail: "alerte@organisme.example"}))
	_, err := h.store.ApplySession(t.Context(), session("2027-04-29"))
	h.must(err)
	return h
}

// process is one more run of functions/reminders over the same table.
func (h *house) process(options ...func(*dynamodb.Options)) *reminder.Desk {
	store := dynamotest.Open(h.cfg, h.now, options...)
	return &reminder.Desk{
		Sender: &reminder.Sender{
			Planner: reminder.Planner{Calendar: content()}, Store: store, Post: h, Offers: h.seats, Now: h.now, Log: slog.New(slog.DiscardHandler),
			Composer: reminder.Writer{Guide: content(), From: netmail.Address{Address: "bonjour@organisme.example"}, Books: store,
				Papers: func(context.Context, enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]mail.Attachment, error) {
					return nil, nil
				},
				Addresses: func(e enrolment.Enrolment) mail.Addresses {
					return mail.Addresses{Site: "https://x.example/", File: "https://x.example/dossier/#" + e.ID, Papers: "https://x.example/papiers/#" + e.ID, Unsubscribe: "https://x.example/u/" + e.ID}
				},
				Calendar: func(enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]byte, error) { return nil, nil },
			},
		},
		Before: []reminder.Sweeper{h.seats}, Due: store, Shards: dynamo.DueShards,
	}
}

func (h *house) must(err error) {
	h.t.Helper()
	if err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.clock
}

func (h *house) at(text string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clock = day(text)
}

// Send is the post: it takes what can be sent.
func (h *house) Send(_ context.Context, m mail.Message) (string, error) {
	if _, err := m.Raw(); err != nil {
		return "", err
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.post = append(h.post, h.clock.In(guide.Paris).Format("2006-01-02 15:04 ")+string(m.Kind))
	return fmt.Sprint("ses-", len(h.post)), nil
}

func (h *house) enrol(mode enrolment.Mode) {
	h.t.Helper()
	h.come(mode, nil)
	_, err := h.seats.Prove(h.t.Context(), h.id)
	h.must(err)
}

// come enrols somebody who has not shown that the address is theirs.
func (h *house) come(mode enrolment.Mode, contact *enrolment.Contact) {
	h.t.Helper()
	f, err := h.seats.Enrol(h.t.Context(), booking.Application{Key: "5f0c3c1e-7b1e-4a53-9d4a-1f2f5f4f0a10", SessionID: "s1", Mode: mode, BodyDigest: "d", Contact: contact,
		Person:  enrolment.Person{FirstName: "Zoé", LastName: "Martin", Email: "zoe@mairie.example"},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Sainte-Anne"}})
	h.must(err)
	h.id = f.Enrolment.ID
}

func (h *house) sweep() {
	h.t.Helper()
	h.must(h.desk.Sweep(h.t.Context()))
}

// days runs the schedule twice a day, in the morning and in the afternoon, up to a date.
func (h *house) days(last string) {
	h.t.Helper()
	for d := h.now().In(guide.Paris); d.Format(time.DateOnly) <= last; d = d.AddDate(0, 0, 1) {
		for _, hour := range []string{" 09:05", " 15:05"} {
			if at := d.Format(time.DateOnly) + hour; day(at).After(h.now()) {
				h.at(at)
				h.sweep()
			}
		}
	}
}

func TestOverTheRealTableWhoeverOpensNothingIsRemindedTwiceAndNobodyElseIsWrittenTo(t *testing.T) {
	h := newHouse(t, "2027-03-01 14:30")
	h.come(enrolment.Collectivite, &enrolment.Contact{Name: "Accueil", Email: "accueil@mairie.example"})
	h.sweep()
	h.days("2027-03-03")
	want := []string{"2027-03-01 14:30 confirmation", "2027-03-02 15:05 proof"}
	if diff := cmp.Diff(want, h.post); diff != "" {
		t.Error(diff)
	}
	h.days("2027-03-04")
	want = append(want, "2027-03-04 15:05 proof", "2027-03-04 15:05 collectivite-demande")
	if diff := cmp.Diff(want, h.post); diff != "" {
		t.Error(diff)
	}
	_, err := h.seats.Prove(t.Context(), h.id)
	h.must(err)
	h.sweep()
	want = append(want, "2027-03-04 15:05 authority-papers")
	if diff := cmp.Diff(want, h.post); diff != "" {
		t.Error("once the address is proved:", diff)
	}
	h.days("2027-03-12")
	for _, sent := range h.post[len(want):] {
		if strings.HasSuffix(sent, " proof") {
			t.Error("reminded to confirm what is confirmed:", sent)
		}
	}
}

func TestOverTheRealTableASeatNobodyProvedIsToldGone(t *testing.T) {
	h := newHouse(t, "2027-03-01 14:30")
	h.come(enrolment.DIFE, nil)
	h.sweep()
	for n := range 12 { // the session's seats, and one more
		h.days("2027-03-03")
		_, err := h.seats.Enrol(t.Context(), booking.Application{Key: fmt.Sprint("other", n), SessionID: "s1", Mode: enrolment.Personnel, BodyDigest: "e", Proved: true,
			Person:  enrolment.Person{FirstName: "Ana", LastName: "Le Bris", Email: fmt.Sprintf("ana%d@mairie.example", n)},
			Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Sainte-Anne"}})
		h.must(err)
	}
	f, err := h.seats.File(t.Context(), h.id)
	h.must(err)
	if !f.Enrolment.Aside() {
		t.Fatal("it is still there:", f.Enrolment.Status, f.Session.Taken, f.Session.Capacity)
	}
	h.sweep()
	h.days("2027-05-05")
	var mine []string
	for _, sent := range h.post {
		if strings.HasSuffix(sent, "seat-released") || strings.HasSuffix(sent, "proof") || strings.HasSuffix(sent, "queue-ended") || strings.Contains(sent, "dife") {
			mine = append(mine, sent)
		}
	}
	if diff := cmp.Diff([]string{"2027-03-02 15:05 proof", "2027-03-03 15:05 dife-compte", "2027-03-03 15:05 seat-released", "2027-03-04 15:05 proof"}, mine); diff != "" {
		t.Error(diff)
	}
}

func TestOverTheRealTableAnIdleEluGetsTheRightFewMails(t *testing.T) {
	h := newHouse(t, "2027-03-01 14:30")
	h.enrol(enrolment.DIFE)
	h.sweep()
	h.days("2027-05-05")
	want := []string{
		"2027-03-01 14:30 confirmation",
		"2027-03-03 15:05 dife-compte", "2027-03-06 15:05 dife-compte", "2027-03-11 15:05 dife-compte", "2027-03-18 15:05 dife-compte", "2027-03-25 15:05 dife-compte",
		"2027-04-01 09:05 dife-compte", "2027-04-07 09:05 dife-compte", "2027-04-09 09:05 dife-compte", // from here on another way of paying: nobody is told to call for what cannot be done
		"2027-04-14 09:05 dife-closed", "2027-04-22 09:05 convocation", "2027-04-28 09:05 day-before", "2027-04-30 09:05 thanks",
	}
	if diff := cmp.Diff(want, h.post); diff != "" {
		t.Error(diff)
	}
	h.settled()
}

func TestOverTheRealTableADiligentEluGetsTheConvocationAndTheDayBefore(t *testing.T) {
	h := newHouse(t, "2027-03-01 14:30")
	h.enrol(enrolment.DIFE)
	h.sweep()
	for _, k := range enrolment.DIFE.Steps() {
		_, err := h.seats.Tick(t.Context(), h.id, k)
		h.must(err)
	}
	h.days("2027-04-28")
	want := []string{"2027-03-01 14:30 confirmation", "2027-04-22 09:05 convocation", "2027-04-28 09:05 day-before"}
	if diff := cmp.Diff(want, h.post); diff != "" {
		t.Error(diff)
	}
}

func TestOverTheRealTableACancelledFileIsLeftAlone(t *testing.T) {
	h := newHouse(t, "2027-03-01 14:30")
	h.enrol(enrolment.Collectivite)
	h.sweep()
	h.at("2027-03-02 10:00")
	_, err := h.seats.Cancel(t.Context(), h.id)
	h.must(err)
	h.days("2027-05-01")
	if diff := cmp.Diff([]string{"2027-03-01 14:30 confirmation", "2027-03-02 15:05 cancelled"}, h.post); diff != "" {
		t.Error(diff)
	}
	h.settled()
}

func TestOverTheRealTableWhoeverWaitsToTheEndIsToldThatItEnded(t *testing.T) {
	h := newHouse(t, "2027-03-01 14:30")
	small := session("2027-04-29")
	small.Capacity = 1
	_, err := h.store.ApplySession(t.Context(), small)
	h.must(err)
	h.enrol(enrolment.Collectivite) // takes the seat
	f, err := h.seats.Enrol(t.Context(), booking.Application{Key: "5f0c3c1e-7b1e-4a53-9d4a-1f2f5f4f0a11", SessionID: "s1", Mode: enrolment.DIFE, BodyDigest: "e", Proved: true,
		Person:  enrolment.Person{FirstName: "Ana", LastName: "Le Bris", Email: "ana@mairie.example"},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Sainte-Anne"}})
	h.must(err)
	h.id = f.Enrolment.ID
	h.sweep()
	h.days("2027-05-20")
	want := []string{"2027-03-01 14:30 queue-joined sent", "2027-04-28 09:05 queue-ended sent"}
	if diff := cmp.Diff(want, h.sent()); diff != "" {
		t.Error(diff)
	}
	h.settled()
	_, err = h.seats.Cancel(t.Context(), h.id)
	h.must(err)
	h.days("2027-05-21")
	if diff := cmp.Diff(append(want, "2027-05-21 09:05 queue-left sent"), h.sent()); diff != "" {
		t.Error(diff)
	}
	h.settled()
}

// sent is the log of the file, in order.
func (h *house) sent() (lines []string) {
	h.t.Helper()
	_, log, err := h.store.FileWithMessages(h.t.Context(), h.id)
	h.must(err)
	for _, r := range log {
		lines = append(lines, fmt.Sprintf("%s %s %s", r.At.In(guide.Paris).Format("2006-01-02 15:04"), r.Kind, r.State))
	}
	slices.Sort(lines)
	return lines
}

// settled: nothing is due any more, no notice is left, every message has an end.
func (h *house) settled() {
	h.t.Helper()
	e, log, err := h.store.FileWithMessages(h.t.Context(), h.id)
	h.must(err)
	if len(e.Notices) > 0 || !e.DueAt.IsZero() {
		h.t.Errorf("notices %v, due %s", e.Notices, e.DueAt)
	}
	for _, r := range log {
		if !r.Settled() {
			h.t.Errorf("%+v", r)
		}
	}
}

func TestOverTheRealTableManyRunsAtOnceSendOnce(t *testing.T) {
	h := newHouse(t, "2027-03-01 14:30")
	h.enrol(enrolment.DIFE)
	h.together(8)
	if len(h.post) != 1 {
		t.Error(h.post)
	}
}

// The negative control: the same race over the same table, with the claim's condition taken off.
func TestOverTheRealTableWithoutTheClaimManyRunsSendTwice(t *testing.T) {
	for range 10 {
		h := newHouse(t, "2027-03-01 14:30", unclaimed())
		h.enrol(enrolment.DIFE)
		h.together(8, unclaimed())
		if len(h.post) > 1 {
			return
		}
	}
	t.Error("never a duplicate without the claim's condition: the test above proves nothing")
}

func (h *house) together(n int, options ...func(*dynamodb.Options)) {
	h.t.Helper()
	batch := json.RawMessage(`{"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"E#` + h.id + `"},"sk":{"S":"FILE"}},"SequenceNumber":"1"}}]}`)
	var all sync.WaitGroup
	start := make(chan struct{})
	for range n {
		desk := h.process(options...)
		all.Go(func() {
			<-start
			if _, err := desk.Handle(h.t.Context(), batch); err != nil {
				h.t.Error(err)
			}
		})
	}
	close(start)
	all.Wait()
}

// unclaimed takes every condition off the writes of claims.
func unclaimed() func(*dynamodb.Options) {
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if tx, ok := c.Input.(*dynamodb.TransactWriteItemsInput); ok {
			for i, w := range tx.TransactItems {
				if w.Put != nil {
					put := *w.Put
					put.ConditionExpression, put.ExpressionAttributeNames, put.ExpressionAttributeValues = nil, nil, nil
					tx.TransactItems[i].Put = &put
				}
			}
		}
		return c.Send()
	})
}

// TestOverTheRealTableARunMayDieAroundAnyWrite kills the first run before and after each of its writes, then lets the
// schedule run: each message leaves, at most once more than once, and the log tells the whole story.
func TestOverTheRealTableARunMayDieAroundAnyWrite(t *testing.T) {
	died := 0
	for nth := 1; nth <= 12; nth++ {
		h := newHouse(t, "2027-03-01 14:30")
		h.enrol(enrolment.DIFE)
		h.at("2027-03-03 14:31") // late: the confirmation and the first reminder are both due
		kill := &killer{nth: nth}
		if err := h.process(kill.option()).Sweep(t.Context()); err != nil {
			died++
		}
		for range 4 {
			h.mu.Lock()
			h.clock = h.clock.Add(5 * time.Minute)
			h.mu.Unlock()
			h.sweep()
		}
		n := len(slices.DeleteFunc(slices.Clone(h.post), func(s string) bool { return !strings.HasSuffix(s, string(mail.Confirmation)) }))
		if n < 1 || n > 2 || n == 2 && !h.resent(mail.Confirmation) {
			t.Errorf("killed around write %d: %d confirmations: %v", nth, n, h.post)
		}
		if e, _, err := h.store.FileWithMessages(t.Context(), h.id); err != nil || len(e.Notices) > 0 || !e.DueAt.After(h.now()) {
			t.Errorf("killed around write %d: %+v %v", nth, e.Notices, err)
		}
	}
	if died < 3 {
		t.Errorf("only %d runs died: the test kills nothing", died)
	}
}

func (h *house) resent(kind mail.Kind) bool {
	_, log, err := h.store.FileWithMessages(h.t.Context(), h.id)
	h.must(err)
	return slices.ContainsFunc(log, func(r enrolment.MessageRecord) bool { return r.Kind == string(kind) && r.Crashes > 0 })
}

// killer ends a process around its nth write: odd ones before it, even ones after it. What follows has no effect.
type killer struct {
	mu     sync.Mutex
	nth, n int
	dead   bool
}

func (k *killer) option() func(*dynamodb.Options) {
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		k.mu.Lock()
		defer k.mu.Unlock()
		if k.dead {
			return nil, dynamotest.ErrCrash
		}
		if !c.Writes() {
			return c.Send()
		}
		if k.n++; k.n < (k.nth+1)/2 {
			return c.Send()
		}
		k.dead = true
		if k.nth%2 == 0 {
			if _, err := c.Send(); err != nil {
				return nil, err
			}
		}
		return nil, dynamotest.ErrCrash
	})
}
