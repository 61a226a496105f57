package dynamo

import (
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// seats updates the counts of one session, under the conditions that keep its promises:
//
//   - a newcomer takes a seat only when one is free and nobody waits, joins the queue only when none is, and either
//     only while the session is open and is as the newcomer saw it (else they would never be told that it moved);
//   - a seat offered to the queue exists, and the queue has someone;
//   - a seat given back without an offer leaves nobody waiting, unless offers have stopped.
//
// The counts are spread over counters, and an act writes as few of them as it can: the one where a seat is taken or given
// back, the one where the ticket waits. That nobody waits, or that no seat is free, is a matter of all counters: so each
// also says whether people may wait, and opening the queue or closing it writes them all. Which counters there are is known
// from the session as it was read: an act that changes its counts and does not hand it back is an error.
func (p *plan) seats(act enrolment.Act, sessionID string) error {
	c := changeOf(act, sessionID)
	if c.taken == 0 && c.waiting == 0 {
		return nil
	}
	i := slices.IndexFunc(act.Sessions, func(s enrolment.Session) bool { return s.ID == sessionID && len(s.Counters) > 0 })
	if i < 0 {
		return fmt.Errorf("the act changes the counts of session %s and does not hand it back as it was read", sessionID)
	}
	s := act.Sessions[i]
	w := writing{session: s, shares: map[int]*share{}}
	w.plan(c, act.Idle)
	values := item{
		":none": number(0), ":one": number(1), ":yes": &types.AttributeValueMemberBOOL{Value: true},
		":taken": number(int64(c.taken)), ":waiting": number(int64(c.waiting)),
		":open": text(string(enrolment.SessionOpen)), ":at": text(stampOf(act.At).text()), ":seen": number(int64(s.Revision)),
	}
	for _, i := range slices.Sorted(maps.Keys(w.shares)) {
		p.update(seatsKey(s.ID, i), w.shares[i].update(), strings.Join(w.shares[i].conditions, " AND "), values)
	}
	p.wide = p.wide || len(w.shares) > 2 // more than a seat and a place in the queue
	return nil
}

// change is what an act does to the counts of one session: a seat taken or given back, a place in the queue taken or left.
type change struct {
	taken, waiting int
	newcomer       bool   // a file comes to the session
	by             string // the file whose seat it is: spreads acts over the counters
	ticket         int64  // of the place in the queue
}

func changeOf(act enrolment.Act, sessionID string) (c change) {
	for _, m := range act.Moves {
		taken, waiting := m.Counts(sessionID)
		c.taken += taken
		c.waiting += waiting
		if taken != 0 {
			c.by = m.Before.ID + m.After.ID
		}
		switch {
		case waiting > 0:
			c.ticket = m.After.Ticket
		case waiting < 0:
			c.ticket = m.Before.Ticket
		}
		c.newcomer = c.newcomer || comesTo(m, sessionID)
	}
	return c
}

func comesTo(m enrolment.Move, sessionID string) bool {
	wasThere := m.Before.Claims() && m.Before.SessionID == sessionID
	return m.After.Claims() && m.After.SessionID == sessionID && !wasThere
}

// share is what is written to one counter.
type share struct {
	adds, conditions []string
	queueing         string // clause that opens or closes the queue, "" to leave it
}

func (h *share) require(condition string) { h.conditions = append(h.conditions, condition) }

func (h *share) update() string {
	clauses := []string{h.queueing}
	if len(h.adds) > 0 {
		clauses = append(clauses, "ADD "+strings.Join(h.adds, ", "))
	}
	return strings.TrimSpace(strings.Join(clauses, " "))
}

// writing gathers the shares of a session that an act writes.
type writing struct {
	session enrolment.Session
	shares  map[int]*share
}

func (w *writing) at(i int) *share {
	if w.shares[i] == nil {
		w.shares[i] = &share{}
	}
	return w.shares[i]
}

func (w *writing) everywhere(f func(*share)) {
	for i := range w.session.Counters {
		f(w.at(i))
	}
}

func (w *writing) plan(c change, idle bool) {
	var entry *share
	if c.taken != 0 {
		entry = w.seat(c)
	}
	switch {
	case c.waiting > 0:
		entry = w.join(c.ticket)
	case c.waiting < 0:
		w.leave(c.ticket)
	case c.taken > 0 || !idle:
		w.nobodyWaits(entry)
	}
	if c.newcomer {
		entry.require("#status = :open AND closesAt > :at AND revision = :seen")
	}
}

// seat takes or gives back a seat at a counter that has one, by what was read.
func (w *writing) seat(c change) *share {
	condition, fits := "taken < #capacity", func(n enrolment.Counter) bool { return n.Taken < n.Capacity }
	if c.taken < 0 {
		condition, fits = "taken >= :one", func(n enrolment.Counter) bool { return n.Taken > 0 }
	}
	var candidates []int
	for i, n := range w.session.Counters {
		if fits(n) {
			candidates = append(candidates, i)
		}
	}
	if len(candidates) == 0 { // the reading was of several instants: the condition will say so
		candidates = []int{0}
	}
	h := w.at(candidates[int(spread(c.by)%uint32(len(candidates)))])
	h.adds = append(h.adds, "taken :taken")
	h.require(condition)
	return h
}

// join takes a place in the queue: behind others, or as the first, when no counter has a seat.
func (w *writing) join(ticket int64) *share {
	h := w.place(ticket)
	if w.session.Waiting > 0 {
		h.require("(attribute_exists(queueing) OR waiting > :none)")
		return h
	}
	w.everywhere(func(h *share) {
		h.require("taken >= #capacity")
		h.queueing = "SET queueing = :yes"
	})
	return h
}

// leave gives a place up; the last one to leave closes the queue.
func (w *writing) leave(ticket int64) {
	h := w.place(ticket)
	if w.session.Waiting > 1 {
		h.require("waiting >= :one")
		return
	}
	w.everywhere(func(other *share) {
		if other != h {
			other.require("waiting = :none")
		}
		other.queueing = "REMOVE queueing"
	})
	h.require("waiting = :one")
}

// place is the counter where a ticket waits, the same for as long as it does.
func (w *writing) place(ticket int64) *share {
	i := 0
	if n := int64(len(w.session.Counters)); n > 1 {
		i = int(1 + ticket%(n-1))
	}
	h := w.at(i)
	h.adds = append(h.adds, "waiting :waiting")
	return h
}

// nobodyWaits makes that a condition. Two who left at once may have left the queue open behind them: it is closed then.
func (w *writing) nobodyWaits(entry *share) {
	if !slices.ContainsFunc(w.session.Counters, func(n enrolment.Counter) bool { return n.Queueing }) {
		entry.require("waiting = :none AND attribute_not_exists(queueing)")
		return
	}
	w.everywhere(func(h *share) {
		h.require("waiting = :none")
		h.queueing = "REMOVE queueing"
	})
}
