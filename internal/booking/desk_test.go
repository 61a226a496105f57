package booking_test

import (
	"context"
	"fmt"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// clock is the product's clock, moved by hand.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = t
}

func (c *clock) advance(d time.Duration) { c.set(c.Now().Add(d)) }

// rules are the simplest: DIFE closes 20 days before the session, an offer lasts a day and offers stop at the closing.
type rules struct{ most int }

const difeLead = 20 * 24 * time.Hour

func (rules) Feasible(s enrolment.Session, m enrolment.Mode, now time.Time) (bool, string) {
	if m == enrolment.DIFE && !now.Before(s.Start().Add(-difeLead)) {
		return false, "Le DIFE n’est plus possible pour cette session."
	}
	return !s.Closed(now), "Les inscriptions sont closes."
}

func (rules) OfferEnd(s enrolment.Session, now time.Time) (time.Time, bool) {
	end := now.Add(24 * time.Hour)
	if end.After(s.ClosesAt) {
		end = s.ClosesAt
	}
	return end, end.After(now)
}

// ProofEnd is two days, to the second.
func (rules) ProofEnd(now time.Time) time.Time { return now.Add(48 * time.Hour).Truncate(time.Second) }

// MostUnproved: as many as there are seats, but in the tests of these caps.
func (r rules) MostUnproved(capacity int, _ time.Time) (withoutWork, most int) {
	if r.most == 0 {
		return capacity + 1, capacity + 1
	}
	return r.most / 2, r.most
}

// ProposalLapsed: the élu has four days to confirm a proposal.
func (rules) ProposalLapsed(e enrolment.Enrolment, _ enrolment.Session, now time.Time) bool {
	proposal, known := e.Steps[enrolment.StepProposal]
	_, agreed := e.Steps[enrolment.StepConfirm]
	return known && !agreed && now.After(proposal.At.Add(4*24*time.Hour))
}

const withdrawal = 14 * 24 * time.Hour

func (rules) StepOpensAt(e enrolment.Enrolment, k enrolment.StepKey) (time.Time, bool) {
	if k != enrolment.StepAcompte {
		return time.Time{}, true
	}
	signed, done := e.Steps[enrolment.StepContrat]
	return signed.At.Add(withdrawal), done
}

func (rules) Withdrawal(e enrolment.Enrolment) (time.Time, bool) {
	c, signed := e.Signed()
	return c.SignedAt.Add(withdrawal), signed
}

var monday = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// room is a desk over a real table, with one clock.
type room struct {
	t     testing.TB
	desk  *booking.Desk
	store *dynamo.Store
	clock *clock
	table aws.Config
}

func newRoom(t testing.TB, options ...func(*dynamodb.Options)) *room {
	t.Helper()
	c := &clock{t: monday}
	table := dynamotest.Database(t)
	store := dynamotest.Open(table, c.Now, options...)
	return &room{t: t, desk: booking.New(store, rules{}, c.Now), store: store, clock: c, table: table}
}

// capped lets a session have so many unproved seats, half of them without a proof of work.
func (r *room) capped(most int) *room {
	r.desk = booking.New(r.store, rules{most}, r.clock.Now)
	return r
}

// session applies a session of some seats, 60 days from the clock's start.
func (r *room) session(id string, capacity int) enrolment.Session {
	r.t.Helper()
	s := aSession(id, capacity)
	r.apply(s)
	return s
}

// olderSession is a session made before counts were spread: it has one counter.
func (r *room) olderSession(id string, capacity int) {
	r.t.Helper()
	r.session(id, capacity)
	if err := dynamotest.OneCounter(context.Background(), r.table, id, capacity); err != nil {
		r.t.Fatal("one counter:", err)
	}
}

func aSession(id string, capacity int) enrolment.Session {
	start := monday.AddDate(0, 0, 60)
	return enrolment.Session{
		ID: id, Formation: enrolment.FormationSummary{Slug: "budget", Title: "Le budget de la commune", DIFEEligible: true, Hours: 6, PriceCents: 48000},
		HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
		Place:    "Nantes", Capacity: capacity, ClosesAt: start.Add(-24 * time.Hour), Status: enrolment.SessionOpen,
	}
}

func (r *room) apply(s enrolment.Session) {
	r.t.Helper()
	if _, err := r.store.ApplySession(context.Background(), s); err != nil {
		r.t.Fatal("apply session:", err)
	}
}

func (r *room) seats(id string) enrolment.Session {
	r.t.Helper()
	s, err := r.store.Session(context.Background(), id)
	if err != nil {
		r.t.Fatal(err)
	}
	return s
}

func (r *room) file(id string) booking.File {
	r.t.Helper()
	f, err := r.desk.File(context.Background(), id)
	if err != nil {
		r.t.Fatal("file:", err)
	}
	return f
}

// enrol is one person's request, which must be admitted.
func (r *room) enrol(sessionID string, person int) booking.File {
	r.t.Helper()
	f, err := r.desk.Enrol(context.Background(), application(sessionID, person))
	if err != nil {
		r.t.Fatal("enrol:", err)
	}
	return f
}

func application(sessionID string, person int) booking.Application {
	return booking.Application{
		Key: fmt.Sprintf("%s-%d", sessionID, person), SessionID: sessionID, Mode: enrolment.Collectivite,
		Person:     enrolment.Person{FirstName: "Camille", LastName: "Durand", Email: fmt.Sprintf("elu%d@exemple.fr", person)},
		Mandate:    enrolment.Mandate{Kind: "maire", Authority: "Commune d’Exemple"},
		Proved:     true,
		BodyDigest: fmt.Sprintf("body-%d", person),
	}
}

// unproved is the request of somebody who has not shown that the address is theirs.
func unproved(sessionID string, person int) booking.Application {
	a := application(sessionID, person)
	a.Proved = false
	return a
}

// patient is a context for races on a machine that others keep busy: what is proved is who wins, not how fast.
func (r *room) patient() context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	r.t.Cleanup(cancel)
	return ctx
}

// must gives the file of an act that has to succeed.
func (r *room) must(f booking.File, err error) booking.File {
	r.t.Helper()
	if err != nil {
		r.t.Fatal(err)
	}
	return f
}

func wantKind(t testing.TB, err error, kind enrolment.Kind) {
	t.Helper()
	if enrolment.KindOf(err) != kind {
		t.Fatalf("got error %v, want kind %q", err, kind)
	}
}

func kinds(e enrolment.Enrolment) (k []enrolment.NoticeKind) {
	for _, n := range e.Notices {
		k = append(k, n.Kind)
	}
	return k
}
