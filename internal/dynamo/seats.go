package dynamo

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// seats updates the counts of one session, under the conditions that keep its promises:
//
//   - a newcomer takes a seat only when one is free and nobody waits, joins the queue only when none is, and either
//     only while the session is open and is as the newcomer saw it (else they would never be told that it moved); who is in the room
//     once it has begun needs a free seat alone;
//   - a seat offered to the queue exists, and the queue has someone;
//   - a seat given back without an offer leaves nobody waiting, unless offers have stopped.
//
// The counts are spread over counters, and an act writes as few of them as it can: the one where a seat is taken or given
// back, the one where the ticket waits. That nobody waits, or that no seat is free, is a matter of all counters: so each
// also says whether people may wait, and opening the queue or closing it writes them all. Which counters there are is known
// from the session as it was read: an act that changes its counts and does not hand it back is an error.
func (p *plan) seats(act enrolment.Act, sessionID string) error {
	c := changeOf(act, sessionID)
	if c.taken == 0 && c.waiting == 0 && len(c.proved)+len(c.unproved) == 0 {
		return nil
	}
	i := slices.IndexFunc(act.Sessions, func(s enrolment.Session) bool { return s.ID == sessionID && len(s.Counters) > 0 })
	if i < 0 {
		return fmt.Errorf("the act changes the counts of session %s and does not hand it back as it was read", sessionID)
	}
	s := act.Sessions[i]
	w := writing{session: s, shares: map[int]*share{}, inRoom: act.InRoom}
	if act.MostUnproved > 0 {
		_, w.mayName = s.UnprovedRoom(act.MostUnproved)
	}
	if !w.plan(c, act.Idle) {
		return enrolment.ErrStale
	}
	values := item{
		":none": number(0), ":one": number(1), ":yes": &types.AttributeValueMemberBOOL{Value: true},
		":taken": number(int64(c.taken)), ":waiting": number(int64(c.waiting)),
		":open": text(string(enrolment.SessionOpen)), ":at": text(stampOf(act.At).text()), ":seen": number(int64(s.Revision)),
	}
	for _, i := range slices.Sorted(maps.Keys(w.shares)) {
		h := w.shares[i]
		h.countUnproved(len(s.Counters[i].Unproved))
		maps.Copy(h.values, values)
		p.update(seatsKey(s.ID, i), h.update(), strings.Join(h.conditions, " AND "), h.names, h.values)
	}
	p.wide = p.wide || len(w.shares) > 2 // more than a seat and a place in the queue
	return nil
}

// change is what an act does to the counts of one session: a seat taken or given back, a place in the queue taken or left.
type change struct {
	taken, waiting int
	newcomers      int     // files that come to the session
	by             string  // the file whose seat it is: spreads acts over the counters
	ticket         int64   // of the place in the queue
	tickets        []int64 // of the places that are taken
	comes          bool    // a newcomer takes a seat

	proved   []string                 // files whose seats are unproved no more: proved, or given up
	unproved []enrolment.UnprovedSeat // seats that become so
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
			c.tickets = append(c.tickets, c.ticket)
		case waiting < 0:
			c.ticket = m.Before.Ticket
		}
		if comesTo(m, sessionID) {
			c.newcomers++
			c.comes = c.comes || m.After.Holds()
		}
		c.prove(m, sessionID)
	}
	return c
}

// comesTo tells whether the move brings a file to a seat or a place in the queue; one that is aside has neither.
func comesTo(m enrolment.Move, sessionID string) bool {
	there := func(e enrolment.Enrolment) bool { return e.Claims() && e.SessionID == sessionID && !e.Aside() }
	return there(m.After) && !there(m.Before)
}

// prove notes what the move makes of an unproved seat.
func (c *change) prove(m enrolment.Move, sessionID string) {
	had := m.Before.Unproved() && m.Before.SessionID == sessionID
	has := m.After.Unproved() && m.After.SessionID == sessionID
	switch {
	case had && !has:
		c.proved = append(c.proved, m.Before.ID)
	case has && !had:
		c.unproved = append(c.unproved, enrolment.UnprovedSeat{FileID: m.After.ID, Until: m.After.ProveBy})
	}
}

// share is what is written to one counter.
type share struct {
	sets, removes, adds, conditions []string
	unproved                        int               // more seats that it names, or fewer
	most                            int               // of them, when it names more; 0 when there is no cap
	names                           map[string]string // of the attributes that are named after a file
	values                          item
}

func (h *share) require(condition string) { h.conditions = append(h.conditions, condition) }

func (h *share) update() string {
	var clauses []string
	for _, c := range []struct {
		verb  string
		parts []string
	}{{"SET ", h.sets}, {"REMOVE ", h.removes}, {"ADD ", h.adds}} {
		if len(c.parts) > 0 {
			clauses = append(clauses, c.verb+strings.Join(c.parts, ", "))
		}
	}
	return strings.Join(clauses, " ")
}

// unprove names one more unproved seat.
func (h *share) unprove(u enrolment.UnprovedSeat) {
	name := h.named(u.FileID)
	value := ":" + name[1:]
	h.sets, h.unproved = append(h.sets, name+" = "+value), h.unproved+1
	h.values[value] = number(u.Until.Unix())
}

// countUnproved keeps how many seats the counter names, since a condition cannot count them. A counter that never said so, from before they
// were counted, names as many as were read.
func (h *share) countUnproved(read int) {
	if h.unproved == 0 {
		return
	}
	h.sets = append(h.sets, "unproved = if_not_exists(unproved, :named) + :more")
	h.values[":named"], h.values[":more"] = number(int64(read)), number(int64(h.unproved))
	if h.unproved > 0 && h.most > 0 {
		h.require("(attribute_not_exists(unproved) OR unproved <= :mayName)")
		h.values[":mayName"] = number(int64(h.most - h.unproved))
	}
}

// named gives a short name for the attribute of an unproved seat.
func (h *share) named(fileID string) string {
	short := "#u" + strconv.Itoa(len(h.names))
	h.names[short] = unprovedSeat + fileID
	return short
}

// writing gathers the shares of a session that an act writes.
type writing struct {
	session enrolment.Session
	shares  map[int]*share
	mayName []int // of unproved seats, each counter at most; nil when there is no cap
	inRoom  bool
}

func (w *writing) at(i int) *share {
	if w.shares[i] == nil {
		w.shares[i] = &share{names: map[string]string{}, values: item{}}
	}
	return w.shares[i]
}

func (w *writing) everywhere(f func(*share)) {
	for i := range w.session.Counters {
		f(w.at(i))
	}
}

// plan is false when the seat that changes hands was not read with the session.
func (w *writing) plan(c change, idle bool) bool {
	if c.newcomers > 1 || c.newcomers == 1 && idle && len(c.tickets) > 0 {
		return w.group(c, idle)
	}
	given := w.proved(c)
	var entry *share
	switch {
	case c.taken != 0:
		entry = w.seat(c)
	case c.comes: // a seat that nobody proved in time changes hands
		entry = given
	}
	if c.comes && entry == nil || !w.unprove(c.unproved) {
		return false
	}
	switch {
	case c.waiting > 0:
		entry = w.join(c.ticket)
	case c.waiting < 0:
		w.leave(c.ticket)
	case w.inRoom: // whoever waits is not there, and nothing can be offered to them
	case c.taken > 0 || c.taken < 0 && !idle || c.comes:
		w.nobodyWaits(entry)
	}
	switch {
	case c.newcomers > 0 && w.inRoom:
		entry.require(notCancelled)
	case c.newcomers > 0:
		entry.require(asSeen)
	}
	return true
}

// asSeen: the session is open, and is as the newcomer saw it. notCancelled: the same, past its closing.
const (
	asSeen       = notCancelled + " AND closesAt > :at"
	notCancelled = "#status = :open AND revision = :seen"
)

// group gives several newcomers their seats, all or none, over the counters that have room by what was read; those who are left wait,
// which opens the queue when it was closed. The last seat is taken then, unless the act is idle: a decoy that shows a seat takes none,
// and the queue is offered it next. It is false when the reading has no room for them.
func (w *writing) group(c change, idle bool) bool {
	room := c.taken
	for i, n := range w.session.Counters {
		if k := min(room, n.Capacity-n.Taken); k > 0 {
			h := w.at(i)
			h.adds = append(h.adds, "taken :seats")
			h.values[":seats"] = number(int64(k))
			h.require("taken <= :room AND #capacity >= :capacity")
			h.values[":room"], h.values[":capacity"] = number(int64(n.Capacity-k)), number(int64(n.Capacity))
			room -= k
		}
	}
	if room > 0 {
		return false
	}
	opens := len(c.tickets) > 0 && w.session.Waiting == 0
	if opens {
		w.open(idle)
	}
	entry := w.entry(c.tickets)
	switch {
	case opens:
	case c.taken > 0:
		w.nobodyWaits(entry) // a queue that is open is so on every counter
	default:
		entry.require("(attribute_exists(queueing) OR waiting > :none)")
	}
	entry.require(asSeen)
	return w.unprove(c.unproved)
}

// open opens the queue of a session that nobody waits for, and that is full once this act has taken its seats.
func (w *writing) open(idle bool) {
	w.everywhere(func(h *share) {
		switch {
		case idle:
		case h.values[":seats"] == nil:
			h.require("taken >= #capacity")
		default:
			h.require("taken = :room") // and not less: what is taken here is the last
		}
		h.require("waiting = :none")
		h.sets = append(h.sets, "queueing = :yes")
	})
}

// entry counts places in the queue where their tickets wait, and gives a counter that the act writes.
func (w *writing) entry(tickets []int64) (entry *share) {
	places := map[int]int{}
	for _, t := range tickets {
		places[w.placeOf(t)]++
	}
	for i, n := range places {
		h := w.at(i)
		h.adds = append(h.adds, "waiting :places")
		h.values[":places"] = number(int64(n))
	}
	for i := range w.session.Counters {
		if w.shares[i] != nil {
			return w.shares[i]
		}
	}
	return nil
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
	names := func(i int) bool { return len(c.unproved) == 0 || w.room(i) > 0 }
	for _, better := range []func(int) bool{names, func(i int) bool { return w.shares[i] != nil }} { // one counter less to write
		if some := slices.DeleteFunc(slices.Clone(candidates), func(i int) bool { return !better(i) }); len(some) > 0 {
			candidates = some
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

// room is how many more unproved seats a counter may name, by what was read.
func (w *writing) room(i int) int {
	n := len(w.session.Counters[i].Unproved)
	if h := w.shares[i]; h != nil {
		n += h.unproved
	}
	if w.mayName == nil {
		return w.session.Capacity
	}
	return w.mayName[i] - n
}

// proved takes away what says that seats are unproved, where it was read, and gives the counter of one; nil when none was read. That
// it is there needs no condition: it changes with its file only, whose version is one.
func (w *writing) proved(c change) (last *share) {
	for _, id := range c.proved {
		i := slices.IndexFunc(w.session.Counters, func(n enrolment.Counter) bool {
			return slices.ContainsFunc(n.Unproved, func(u enrolment.UnprovedSeat) bool { return u.FileID == id })
		})
		if i >= 0 {
			last = w.at(i)
			last.removes, last.unproved = append(last.removes, last.named(id)), last.unproved-1
		}
	}
	return last
}

// unprove names seats that are unproved on counters that may, rather those that the act writes anyway. It is false when they are too many,
// by what was read.
func (w *writing) unprove(seats []enrolment.UnprovedSeat) bool {
	for _, u := range seats {
		i, found := w.names(u.FileID)
		if !found {
			return false
		}
		h := w.at(i)
		h.unprove(u)
		if w.mayName != nil {
			h.most = w.mayName[i]
		}
	}
	return true
}

func (w *writing) names(fileID string) (counter int, found bool) {
	var written, others []int
	for i := range w.session.Counters {
		switch {
		case w.room(i) <= 0:
		case w.shares[i] != nil:
			written = append(written, i)
		default:
			others = append(others, i)
		}
	}
	for _, candidates := range [][]int{written, others} {
		if len(candidates) > 0 {
			return candidates[int(spread(fileID)%uint32(len(candidates)))], true
		}
	}
	return 0, false
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
		h.sets = append(h.sets, "queueing = :yes")
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
		other.removes = append(other.removes, "queueing")
	})
	h.require("waiting = :one")
}

// place is the counter where a ticket waits, the same for as long as it does.
func (w *writing) place(ticket int64) *share {
	h := w.at(w.placeOf(ticket))
	h.adds = append(h.adds, "waiting :waiting")
	return h
}

func (w *writing) placeOf(ticket int64) int {
	if n := int64(len(w.session.Counters)); n > 1 {
		return int(1 + ticket%(n-1))
	}
	return 0
}

// nobodyWaits makes that a condition. Two who left at once may have left the queue open behind them: it is closed then.
func (w *writing) nobodyWaits(entry *share) {
	if !slices.ContainsFunc(w.session.Counters, func(n enrolment.Counter) bool { return n.Queueing }) {
		entry.require("waiting = :none AND attribute_not_exists(queueing)")
		return
	}
	w.everywhere(func(h *share) {
		h.require("waiting = :none")
		h.removes = append(h.removes, "queueing")
	})
}
