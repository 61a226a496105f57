package enrolment

import (
	"slices"
	"strings"
	"time"
)

// GroupLimit is how many people a collectivité enrols at once: all of them fit in one transaction of the table, at worst
// (TestTheLargestGroupFitsInOneTransaction in package booking counts the items).
const GroupLimit = 20

// Group makes a file that of a group: people whom their collectivité enrolled together. Each has a file of their own, with their seat
// and their address to prove; the group's file has what they share: the contact, what that contact declares, one devis and one
// convention with a line for each. It holds no seat, has no place in the queue and no person; it goes by [GroupName].
type Group struct{ Lines []Line }

// Line is one of a group: somebody whose file is live and still paid by the collectivité. Only who holds a seat is on the papers.
type Line struct {
	FileID  string
	Name    string
	Mandate MandateKind
	Seat    bool
	Minutes int // attended, as the session's closing recorded it
}

// GroupName stands where the name of a person would: in lists and on the organisation's screens.
func GroupName(authority string) Person {
	return Person{FirstName: "Groupe", LastName: authority}
}

// LineOf is the line of a file in its group.
func LineOf(e Enrolment) Line {
	l := Line{
		FileID: e.ID, Name: strings.TrimSpace(e.Person.Title + " " + e.Person.FullName()), Mandate: e.Mandate.Kind,
		Seat: e.Status.HoldsSeat() && e.Status != Offered,
	}
	if e.Came() {
		l.Minutes = e.Attendance.Minutes()
	}
	return l
}

// Came tells whether somebody attended some of the session, as its closing recorded it; of a group, whether anybody did.
func (e Enrolment) Came() bool {
	if e.Group != nil {
		return len(e.Certified()) > 0
	}
	return e.Status == Attended && e.Attendance != nil && e.Attendance.Minutes() > 0
}

// Certified are those of a group who came; none of a file that is not a group's.
func (e Enrolment) Certified() (came []Line) {
	for _, l := range e.Seated() {
		if l.Minutes > 0 {
			came = append(came, l)
		}
	}
	return came
}

// Seated are those who are on the papers; none of a file that is not a group's.
func (e Enrolment) Seated() (seated []Line) {
	if e.Group == nil {
		return nil
	}
	for _, m := range e.Group.Lines {
		if m.Seat {
			seated = append(seated, m)
		}
	}
	return seated
}

// Tells tells whether the change of a member's file may change its group's.
func (m Move) Tells() bool {
	if m.Before.PartOf == "" {
		return false
	}
	return m.After.PartOf != m.Before.PartOf || m.Before.Status.Live() != m.After.Status.Live() ||
		LineOf(m.Before) != LineOf(m.After) || m.Certifies() || m.Before.ToProve() != m.After.ToProve() || m.Before.SessionSeen != m.After.SessionSeen
}

// Certifies tells whether the certificate of who came is another than before, or there is none any more.
func (m Move) Certifies() bool {
	before, after := m.Before.Came(), m.After.Came()
	return before != after || after && !m.Before.Attendance.Same(*m.After.Attendance)
}

// Follow is the group's file once a member's has changed, as its next version. Papers that say something else take another number
// ("annule et remplace"); who leaves does not come back. changed is false when the group stays as it is.
func (e Enrolment) Follow(m Move, s Session, now time.Time) (g Enrolment, changed bool) {
	g = e
	g.Group = &Group{Lines: slices.Clone(e.Group.Lines)}
	g.follow(m, s)
	if g.ToProve() && m.After.ID != "" && !m.After.ToProve() {
		g.ProveBy, g.ProvedAt = time.Time{}, now
	}
	moved := m.After.PartOf == g.ID && m.After.SessionSeen > g.SessionSeen
	renewed := moved || !slices.EqualFunc(e.Seated(), g.Seated(), sameOnPapers)
	if moved {
		g.SessionSeen = m.After.SessionSeen
	}
	if !renewed && slices.Equal(e.Group.Lines, g.Group.Lines) && !m.Certifies() && g.ToProve() == e.ToProve() {
		return e, false
	}
	g.Version, g.DueAt = e.Version+1, now
	if renewed {
		g.Renew(s, now)
	}
	g.stand(now)
	return g, true
}

// sameOnPapers: what was promised does not change with what was attended.
func sameOnPapers(a, b Line) bool {
	a.Minutes, b.Minutes = 0, 0
	return a == b
}

// follow puts the member's line right, or takes it out.
func (e *Enrolment) follow(m Move, s Session) {
	stays := m.After.PartOf == e.ID && m.After.Status.Live() && s.Status != SessionCancelled
	if s.Status == SessionCancelled {
		e.Group.Lines = nil
	}
	i := slices.IndexFunc(e.Group.Lines, func(l Line) bool { return l.FileID == m.Before.ID })
	switch {
	case i < 0:
	case stays:
		e.Group.Lines[i] = LineOf(m.After)
	default:
		e.Group.Lines = slices.Delete(e.Group.Lines, i, i+1)
	}
}

// stand gives the group the status of its people: a seat, else a place in the queue, else nothing any more.
func (e *Enrolment) stand(now time.Time) {
	switch {
	case len(e.Seated()) > 0:
		if e.Status == Waiting {
			e.Status, e.ReservedAt = Reserved, now
		}
		e.Settle()
	case len(e.Group.Lines) > 0:
		e.Status, e.ReservedAt = Waiting, time.Time{}
	default:
		e.Status, e.CancelledAt = Cancelled, now
	}
}
