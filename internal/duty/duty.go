// Package duty says what the organisation must do about a file, and until when. It is pure: the look that plans the next mail plans
// the next duty, and both are stored with the file. Delays are dated rules of the guide; a rule that is not confirmed makes no duty.
package duty

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Planner plans duties by the guide's rules and calendar.
type Planner struct{ Guide *guide.Guide }

// stage is one duty with the instants between which it stands: it is there from From on, and should be done by Due.
type stage struct {
	kind      enrolment.DutyKind
	from, due time.Time
}

// Plan gives the most urgent duty that stands at now; next is the next instant at which another one begins, or one that was put
// off comes back. The zero values are nothing, and never.
func (p Planner) Plan(e enrolment.Enrolment, s enrolment.Session, now time.Time) (d enrolment.Duty, next time.Time) {
	for _, st := range p.stages(e, s, now) {
		mark := e.Marks[st.kind]
		if mark.Done || st.due.IsZero() {
			continue
		}
		if mark.Until.After(st.from) {
			st.from = mark.Until
		}
		if st.from.After(now) {
			if next.IsZero() || st.from.Before(next) {
				next = st.from
			}
			continue
		}
		if d.Kind == "" || st.due.Before(d.Due) {
			d = enrolment.Duty{Kind: st.kind, Due: st.due}
		}
	}
	return d, next
}

// stages lists what a file asks of the organisation from now on.
func (p Planner) stages(e enrolment.Enrolment, s enrolment.Session, now time.Time) (all []stage) {
	if e.Decoy || len(s.HalfDays) == 0 || s.Status == enrolment.SessionCancelled || !e.Status.HoldsSeat() || e.Status == enrolment.Offered {
		return nil
	}
	begun, over := s.Start(), s.End()
	before := func(st stage) { // what nobody can do once the session has begun: it would hide what can be done
		if st.from.Before(begun) && now.Before(begun) {
			all = append(all, st)
		}
	}
	if e.Unreachable {
		before(stage{enrolment.DutyUnreachable, e.CreatedAt, begun})
	}
	if e.ToProve() && e.Group == nil {
		before(stage{enrolment.DutyProofCall, p.Guide.ProofCall(later(e.CreatedAt, e.ReservedAt), e.ProveBy), e.ProveBy})
	}
	if e.Attendance == nil && e.Group == nil {
		all = append(all, stage{enrolment.DutyAttendance, over, p.after(over, "attendance-working-days", over)})
	}
	if !e.ArrivedAt.IsZero() {
		all = append(all, stage{enrolment.DutyArrival, e.ArrivedAt, p.after(e.ArrivedAt, "arrival-working-days", over)})
	}
	if e.PartOf != "" {
		return all // the convention and the invoice are the group's
	}
	switch e.Mode {
	case enrolment.DIFE:
		p.dife(e, s, before)
		if _, filed := e.Steps[enrolment.StepDossier]; filed {
			all = append(all,
				stage{enrolment.DutyDIFEEntry, begun, p.after(begun, "dife-entry-working-days", begun)},
				stage{enrolment.DutyDIFEExit, over, p.after(over, "dife-exit-working-days", over)})
			if exit := e.Marks[enrolment.DutyDIFEExit]; exit.Done {
				validated := p.after(exit.At, "dife-validation-working-days", over)
				all = append(all, stage{enrolment.DutyInvoice, validated, p.after(validated, "invoice-working-days", over)})
			}
		}
	case enrolment.Collectivite:
		if quiet := e.ContactQuiet(); !quiet.IsZero() && e.FundingState() != enrolment.FundingSettled {
			before(stage{enrolment.DutyContactCall, quiet, p.after(quiet, "contact-call-working-days", quiet)})
		}
		if _, back := e.Steps[enrolment.StepConvention]; e.ToCountersign() {
			signed := e.Reply.Signature.At
			before(stage{enrolment.DutyCountersign, signed, p.after(signed, "countersign-working-days", signed)})
		} else if !back {
			p.conventionCalls(e, begun, now, before)
		}
		all = append(all, stage{enrolment.DutyInvoice, over, p.after(over, "invoice-working-days", over)})
	case enrolment.Personnel:
		if _, signed := e.Steps[enrolment.StepContrat]; !signed {
			if n, ok := p.Guide.Rule("contract-call-days", begun); ok {
				before(stage{enrolment.DutyContractCall, later(begun.AddDate(0, 0, -n), e.ReservedAt), begun})
			}
		}
		all = append(all, stage{enrolment.DutyInvoice, over, p.after(over, "invoice-working-days", over)})
	}
	return all
}

// conventionCalls are two: the second stands in the place of the first from its day on, though that one was made or put off.
func (p Planner) conventionCalls(e enrolment.Enrolment, begun, now time.Time, before func(stage)) {
	last := begun
	if n, ok := p.Guide.Rule("convention-last-call-days", begun); ok {
		last = later(begun.AddDate(0, 0, -n), e.ReservedAt)
		before(stage{enrolment.DutyConventionLast, last, begun})
	}
	if n, ok := p.Guide.Rule("convention-call-days", begun); ok && now.Before(last) {
		before(stage{enrolment.DutyConventionCall, later(begun.AddDate(0, 0, -n), e.ReservedAt), begun})
	}
}

// Minimum gives the duty about a session that has too few people near its date: decide whether it takes place. The zero duty is
// nothing.
func (p Planner) Minimum(s enrolment.Session, mark enrolment.DutyMark, now time.Time) enrolment.Duty {
	from, due, ok := p.decides(s)
	switch {
	case !ok, s.Status == enrolment.SessionCancelled, s.Taken >= s.Minimum, mark.Done:
		return enrolment.Duty{}
	case now.Before(from), now.Before(mark.Until), !now.Before(s.Start()):
		return enrolment.Duty{}
	}
	return enrolment.Duty{Kind: enrolment.DutySessionMinimum, Due: due}
}

// decides is when a session that has too few people is to be decided about: from a day, until the end of another.
func (p Planner) decides(s enrolment.Session) (from, due time.Time, ok bool) {
	n, dated := p.Guide.Rule("session-minimum-days", s.Start())
	ahead, told := p.Guide.Rule("session-minimum-notice-days", s.Start())
	if !dated || !told {
		return from, due, false
	}
	year, month, day := s.Start().In(guide.Paris).Date()
	due = time.Date(year, month, day-n, 23, 59, 59, 0, guide.Paris)
	return due.AddDate(0, 0, -ahead), due, true
}

// MinimumHorizon is how far ahead a session that begins may ask for a decision.
func (p Planner) MinimumHorizon(now time.Time) time.Time {
	n, _ := p.Guide.Rule("session-minimum-days", now)
	ahead, _ := p.Guide.Rule("session-minimum-notice-days", now)
	return now.AddDate(0, 0, n+ahead+1)
}

func (p Planner) dife(e enrolment.Enrolment, s enrolment.Session, before func(stage)) {
	r := p.Guide.Request(e, s, e.Steps[enrolment.StepDossier].At)
	switch r.Stage {
	case guide.Awaited:
		before(stage{enrolment.DutyDIFEAnswer, e.Steps[enrolment.StepDossier].At, r.AnswerBy})
		return
	case guide.Proposed:
		before(stage{enrolment.DutyDIFEConfirmCall, r.CallFrom, r.ConfirmBy})
		return
	case guide.Agreed:
		return
	}
	closes, ok := p.Guide.DIFECloses(s)
	n, dated := p.Guide.Rule("identity-call-working-days", s.Start())
	late := e.Void != nil && !e.Void.At.Before(closes) // a new date came too late: nothing of the DIFE can be helped any more
	if ok && dated && !late {
		before(stage{enrolment.DutyIdentityCall, later(guide.WorkingDaysBefore(closes, n), e.ReservedAt), closes})
	}
}

// after is the end of the last working day that a rule leaves; zero when no confirmed rule says.
func (p Planner) after(t time.Time, rule string, on time.Time) time.Time {
	n, ok := p.Guide.Rule(rule, on)
	if !ok {
		return time.Time{}
	}
	return guide.EndOfWorkingDayAfter(t, n)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
