package booking_test

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/anishathalye/porcupine"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// The sequential model of one session: what the desk would answer if acts came one at a time, each at one instant
// between its call and its answer. Two things are not decided at that one instant, and the model says how far that goes.
//
// The order of the queue. An enrolment that finds the session full first draws a ticket, and joins the line some round
// trips later; the line stands in the order of tickets. So two people who enrol at the same time may stand either way round,
// and someone may join ahead of people who already wait. What is promised is: who was told that they wait before another
// one asked has the lower ticket.
//
// Who is offered a freed seat. An act that frees a seat reads the head of the line, then commits on the condition that this
// head still waits; somebody with a lower ticket may join in between, and is then not served by this act. That can only be
// someone who is still waiting for their answer. What is promised is: nobody is passed who was told that they wait
// before the act was asked for.
//
// The clock. An act reads the product's clock once, somewhere between its call and its answer: it is judged by any
// instant that the clock has shown meanwhile.
//
// Counts and places in line are read beside the act, so they promise nothing in a crowd; they are compared when all is quiet.

// crowdSize is how many people want a seat in a session.
const crowdSize = 8

// hall is a session: one file for each person. Seats taken and the line follow from the files.
type hall [crowdSize]paper

// paper is what the model knows of a file.
type paper struct {
	status enrolment.Status // "" when there is none
	ticket int64            // 0 when it never waited
	told   int64            // instant by which its holder knew that they wait
	made   span             // when the offer was made
}

// span is the first and the last thing that the product's clock may have shown.
type span struct{ from, to time.Time }

// act is what a client asks for.
type act string

const (
	enrol  act = "enrol"
	cancel act = "cancel"
	accept act = "accept"
	expire act = "expire"
	look   act = "look"  // at one file
	late   act = "late"  // to accept, once the product's clock has passed the end of every offer made until now
	tally  act = "tally" // seats taken and people waiting: only when nobody else is there
)

// request is one operation of a history. Instants are nanoseconds since its start.
type request struct {
	act        act
	session    string
	seats      int // of the session
	person     int
	called     int64
	returned   int64
	clock      span
	alone      bool // nobody else is there: the place in line is looked at too
	unanswered bool // no answer came: the act was done or was not
}

// reply is what was answered. Of an enrolment without an answer it holds the ticket that its file was found to have in the end.
type reply struct {
	kind     enrolment.Kind // of a refusal
	status   enrolment.Status
	ticket   int64
	position int
	taken    int
	waiting  int
}

// outcome is one thing that an act may do to a session, and what it then answers.
type outcome struct {
	hall hall
	says reply
}

// sequential is the model for porcupine, one session at a time.
func sequential() porcupine.Model {
	m := porcupine.NondeterministicModel{
		Partition:         bySession,
		Init:              func() []any { return []any{hall{}} },
		Step:              step,
		DescribeOperation: func(in, out any) string { return describe(in.(request), out.(reply)) },
		DescribeState:     func(s any) string { return s.(hall).String() },
	}
	return m.ToModel()
}

func bySession(history []porcupine.Operation) (parts [][]porcupine.Operation) {
	of := map[string]int{}
	for _, op := range history {
		id := op.Input.(request).session
		if _, ok := of[id]; !ok {
			of[id] = len(parts)
			parts = append(parts, nil)
		}
		parts[of[id]] = append(parts[of[id]], op)
	}
	return parts
}

func step(state, input, output any) (next []any) {
	h, in, said := state.(hall), input.(request), output.(reply)
	if in.unanswered {
		next = append(next, h)
	}
	for _, o := range h.outcomes(in, said) {
		if in.unanswered || o.says == said {
			next = append(next, o.hall)
		}
	}
	return next
}

func (h hall) outcomes(in request, said reply) []outcome {
	p := h[in.person]
	switch {
	case in.act == tally:
		return []outcome{{h, reply{taken: h.taken(), waiting: len(h.line())}}}
	case in.act == enrol && p.status == "":
		return h.enrol(in, said.ticket)
	case p.status == "":
		return []outcome{{h, reply{kind: enrolment.KindNotFound}}}
	case in.act == enrol:
		return append(h.answer(in), outcome{h, reply{kind: enrolment.KindConflict}}) // the same request an hour later is refused
	case in.act == cancel && p.status.Live():
		return h.leave(in, enrolment.Cancelled)
	case in.act == accept:
		return h.accept(in)
	case in.act == expire:
		return h.expire(in)
	}
	return h.answer(in)
}

// enrol holds a seat when one is free and nobody waits, else a place in the line, which this ticket gives.
func (h hall) enrol(in request, ticket int64) []outcome {
	free := h.taken() < in.seats && len(h.line()) == 0
	if free != (ticket == 0) {
		return nil
	}
	if free {
		h[in.person] = paper{status: enrolment.Reserved}
		return h.answer(in)
	}
	for _, p := range h {
		if p.ticket == ticket || p.ticket > ticket && p.told < in.called {
			return nil
		}
	}
	h[in.person] = paper{status: enrolment.Waiting, ticket: ticket, told: in.returned}
	return h.answer(in)
}

// answer is the file as it is.
func (h hall) answer(in request) []outcome {
	p := &h[in.person]
	if p.status == enrolment.Waiting {
		p.told = min(p.told, in.returned)
	}
	says := reply{status: p.status, ticket: p.ticket}
	if in.alone && p.status == enrolment.Waiting {
		says.position = slices.Index(h.line(), in.person) + 1
	}
	return []outcome{{h, says}}
}

// leave ends a file; the seat that it held goes to the first in line in the same act.
func (h hall) leave(in request, as enrolment.Status) []outcome {
	held := h[in.person].status.HoldsSeat()
	h[in.person].status, h[in.person].made = as, span{}
	says := reply{status: as, ticket: h[in.person].ticket}
	line := h.line()
	if !held || len(line) == 0 {
		return []outcome{{h, says}}
	}
	var all []outcome
	for _, person := range line {
		after := h
		after[person].status, after[person].made = enrolment.Offered, in.clock
		all = append(all, outcome{after, says})
		if h[person].told < in.called {
			break
		}
	}
	return all
}

func (h hall) accept(in request) []outcome {
	switch p := h[in.person]; {
	case p.status == enrolment.Reserved:
		return h.answer(in)
	case p.status == enrolment.Expired:
		return []outcome{{h, reply{kind: enrolment.KindOfferExpired}}}
	case p.status != enrolment.Offered:
		return []outcome{{h, reply{kind: enrolment.KindConflict}}}
	}
	var all []outcome
	if h.mayBeOver(in) {
		all = append(all, outcome{h, reply{kind: enrolment.KindOfferExpired}})
	}
	if h.mayLast(in) {
		h[in.person].status, h[in.person].made = enrolment.Reserved, span{}
		all = append(all, h.answer(in)...)
	}
	return all
}

// expire says nothing of the file.
func (h hall) expire(in request) []outcome {
	if h[in.person].status != enrolment.Offered {
		return []outcome{{hall: h}}
	}
	var all []outcome
	if h.mayLast(in) {
		all = append(all, outcome{hall: h})
	}
	if h.mayBeOver(in) {
		for _, o := range h.leave(in, enrolment.Expired) {
			all = append(all, outcome{hall: o.hall})
		}
	}
	return all
}

// offerLasts is what the rules of these tests give.
const offerLasts = 24 * time.Hour

func (h hall) mayBeOver(in request) bool {
	return !in.clock.to.Before(h[in.person].made.from.Add(offerLasts))
}

func (h hall) mayLast(in request) bool {
	return in.clock.from.Before(h[in.person].made.to.Add(offerLasts))
}

func (h hall) taken() (n int) {
	for _, p := range h {
		if p.status.HoldsSeat() {
			n++
		}
	}
	return n
}

// line is who waits, in order.
func (h hall) line() (people []int) {
	for i, p := range h {
		if p.status == enrolment.Waiting {
			people = append(people, i)
		}
	}
	slices.SortFunc(people, func(a, b int) int { return cmp.Compare(h[a].ticket, h[b].ticket) })
	return people
}

func (h hall) String() string {
	var b strings.Builder
	for i, p := range h {
		if p.status == enrolment.Waiting {
			fmt.Fprintf(&b, "%d waiting (ticket %d)  ", i, p.ticket)
		} else if p.status != "" {
			fmt.Fprintf(&b, "%d %s  ", i, p.status)
		}
	}
	return b.String()
}

func describe(in request, said reply) string {
	switch {
	case in.unanswered:
		return fmt.Sprintf("%s %d → ?", in.act, in.person)
	case in.act == tally:
		return fmt.Sprintf("tally → %d of %d taken, %d waiting", said.taken, in.seats, said.waiting)
	case said.kind != "":
		return fmt.Sprintf("%s %d → refused: %s", in.act, in.person, said.kind)
	case in.act == expire:
		return fmt.Sprintf("expire %d", in.person)
	case said.ticket != 0:
		return fmt.Sprintf("%s %d → %s, ticket %d", in.act, in.person, said.status, said.ticket)
	}
	return fmt.Sprintf("%s %d → %s", in.act, in.person, said.status)
}
