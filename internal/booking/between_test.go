package booking_test

import (
	"context"
	"testing"

	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// interrupted is a room where something can happen, once, after the next act has read and decided and before it writes.
func interrupted(t *testing.T) (r *room, before func(func())) {
	var happens func()
	r = newRoom(t, dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if do := happens; do != nil && c.Writes() {
			happens = nil
			do()
		}
		return c.Send()
	}))
	return r, func(do func()) { happens = do }
}

// Each is one condition of seats.go: without it the test fails.
func TestWhatHappensBeforeAnActIsWrittenIsSeen(t *testing.T) {
	ctx := context.Background()
	for name, session := range map[string]func(*room, string, int){
		"spread":      func(r *room, id string, seats int) { r.session(id, seats) },
		"one counter": (*room).olderSession,
	} {
		t.Run(name, func(t *testing.T) {
			t.Run("someone joins the queue while a seat is given back: it is theirs", func(t *testing.T) {
				r, before := interrupted(t)
				session(r, "s1", 1)
				holder := r.enrol("s1", 1).Enrolment.ID
				var joined string
				before(func() { joined = r.enrol("s1", 2).Enrolment.ID })
				r.must(r.desk.Cancel(ctx, holder))
				r.wantStatus(joined, enrolment.Offered)
				r.wantSeats("s1", 1, 0)
			})
			t.Run("people come to wait, and seats are added, while a newcomer takes one: they do not pass", func(t *testing.T) {
				r, before := interrupted(t)
				session(r, "s1", 1)
				var waits string
				before(func() {
					r.enrol("s1", 1)
					waits = r.enrol("s1", 2).Enrolment.ID
					r.session("s1", 20) // seats for all, not offered yet
				})
				newcomer := r.enrol("s1", 3).Enrolment
				if first := r.file(waits).Enrolment.Status; newcomer.Status == enrolment.Reserved && first == enrolment.Waiting {
					t.Error("passed somebody who waits")
				}
			})
			t.Run("a seat is given back while someone joins the queue first: it is theirs", func(t *testing.T) {
				r, before := interrupted(t)
				session(r, "s1", 1)
				holder := r.enrol("s1", 1).Enrolment.ID
				before(func() { r.must(r.desk.Cancel(ctx, holder)) })
				r.wantStatus(r.enrol("s1", 2).Enrolment.ID, enrolment.Reserved)
				r.wantSeats("s1", 1, 0)
			})
			t.Run("all others leave and a seat is given back while someone joins the queue: it is theirs", func(t *testing.T) {
				r, before := interrupted(t)
				session(r, "s1", 1)
				holder, waits := r.enrol("s1", 1).Enrolment.ID, r.enrol("s1", 2).Enrolment.ID
				before(func() {
					r.must(r.desk.Cancel(ctx, waits))
					r.must(r.desk.Cancel(ctx, holder))
				})
				r.wantStatus(r.enrol("s1", 3).Enrolment.ID, enrolment.Reserved)
				r.wantSeats("s1", 1, 0)
			})
			t.Run("the organisation cancels, or closes, while someone enrols: refused", func(t *testing.T) {
				for name, decide := range map[string]func(*enrolment.Session){
					"cancels": func(s *enrolment.Session) { s.Status = enrolment.SessionCancelled },
					"closes":  func(s *enrolment.Session) { s.ClosesAt = monday },
				} {
					t.Run(name, func(t *testing.T) {
						r, before := interrupted(t)
						session(r, "s1", 5)
						before(func() {
							s := aSession("s1", 5)
							decide(&s)
							r.apply(s)
						})
						_, err := r.desk.Enrol(ctx, application("s1", 1))
						wantKind(t, err, enrolment.KindSessionClosed)
					})
				}
			})
			t.Run("the organisation moves the session while someone enrols: they know", func(t *testing.T) {
				r, before := interrupted(t)
				session(r, "s1", 5)
				before(func() {
					s := aSession("s1", 5)
					s.Place = "Rennes"
					r.apply(s)
				})
				if seen, s := r.enrol("s1", 1).Enrolment.SessionSeen, r.seats("s1"); seen != 1 || s.Revision != 1 {
					t.Errorf("seen as it was at revision %d, it is at %d", seen, s.Revision)
				}
			})
			t.Run("someone takes the seat that the organisation takes away: theirs, and the organisation is told", func(t *testing.T) {
				r, before := interrupted(t)
				session(r, "s1", 2)
				r.enrol("s1", 1)
				var last enrolment.Enrolment
				before(func() { last = r.enrol("s1", 2).Enrolment })
				_, err := r.store.ApplySession(ctx, aSession("s1", 1))
				wantKind(t, err, enrolment.KindConflict)
				r.wantStatus(last.ID, enrolment.Reserved)
				if s := r.seats("s1"); s.Taken != 2 || s.Capacity != 2 {
					t.Errorf("%d taken of %d", s.Taken, s.Capacity)
				}
			})
			t.Run("someone joins while the last one leaves: the queue stays open", func(t *testing.T) {
				r, before := interrupted(t)
				session(r, "s1", 1)
				holder, leaves := r.enrol("s1", 1).Enrolment.ID, r.enrol("s1", 2).Enrolment.ID
				var joined string
				before(func() { joined = r.enrol("s1", 3).Enrolment.ID })
				r.must(r.desk.Cancel(ctx, leaves))
				if !r.queueing("s1") {
					t.Error("closed, with somebody in it")
				}
				r.must(r.desk.Cancel(ctx, holder))
				r.wantStatus(joined, enrolment.Offered)
			})
		})
	}
}
