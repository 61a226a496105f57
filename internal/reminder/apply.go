package reminder

import (
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
)

// reminders turns the rules into candidates.
func (w *work) reminders() {
	if !w.File.Status.Live() || w.File.Status == enrolment.Offered || w.Session.Status == enrolment.SessionCancelled {
		return
	}
	for _, r := range rules {
		if w.applies(r) {
			w.expand(r)
		}
	}
}

func (w *work) applies(r rule) bool {
	proof := r.from == proofAsked
	switch {
	case proof && !w.File.ToProve(),
		!proof && (w.File.Aside() || r.queue != (w.File.Status == enrolment.Waiting)),
		r.mode != "" && r.mode != w.File.Mode,
		r.steps != nil && !w.handed(r) && !slices.Contains(r.steps, w.step),
		w.File.Group != nil && r.audience() == Holder,    // a group has nobody but its contact
		w.File.PartOf != "" && r.audience() == Authority, // who is written to about the group's file
		r.audience() == Holder && (w.File.Unreachable || w.File.RemindersOff && w.kind(r).Stoppable()),
		r.audience() == Authority && (w.File.ToProve() || w.refused() && !w.handed(r) || !w.authorityWelcome()),
		r.kind == mail.AuthorityPapers && w.papersSent().After(latest(w.File.ModeSince, w.File.CreatedAt)),
		r.name == "accord" && w.refused(),
		r.kind == mail.Thanks && w.certified(),
		w.File.ToCountersign() && w.step == enrolment.StepConvention && r.kind != mail.AuthorityPapers && slices.Contains(r.steps, w.step): // it is for us to sign
		return false
	}
	return true
}

// certified: the message that brings the certificate says thank you.
func (w *work) certified() bool {
	due := slices.ContainsFunc(w.File.Notices, func(n enrolment.Notice) bool { return n.Kind == enrolment.NoticeCertificate })
	told := slices.ContainsFunc(w.Log, func(r enrolment.MessageRecord) bool { return r.Kind == string(mail.Certificate) && r.MayHaveLeft() })
	return told || due && came(w.File, enrolment.Notice{}, w.Now)
}

// handed: whoever has the request from a colleague gets its papers, and their link, whatever is done already.
func (w *work) handed(r rule) bool { return r.kind == mail.AuthorityPapers && w.File.HandedOn() }

// refused tells whether the collectivité's refusal stands: whoever said no is not asked again, and who was refused knows it.
func (w *work) refused() bool {
	_, agreed := w.File.Steps[enrolment.StepAccord]
	return w.File.Reply != nil && w.File.Reply.Answer.Given == enrolment.Refus && !agreed
}

// kind is the rule's own, or the reminder about the step to do.
func (w *work) kind(r rule) mail.Kind {
	if r.kind != "" {
		return r.kind
	}
	k, _ := mail.StepReminder(w.step)
	return k
}

// authorityWelcome tells whether the contact at the collectivité may be written to at all.
func (w *work) authorityWelcome() bool {
	return w.File.Contact != nil && w.File.Contact.Email != "" && w.File.ContactQuiet().IsZero() && !w.toContact(func(r enrolment.MessageRecord) bool {
		return r.State == enrolment.MessageBounced || r.State == enrolment.MessageRefused
	})
}

// toContact tells whether a record of the present contact satisfies is.
func (w *work) toContact(is func(enrolment.MessageRecord) bool) bool {
	mark := w.File.ContactMark()
	return slices.ContainsFunc(w.Log, func(r enrolment.MessageRecord) bool { return strings.HasSuffix(r.Key, mark) && is(r) })
}

// enough tells whether the contact has been reminded as often as we ever do; what was begun may still be finished.
func (w *work) enough(m Message) bool {
	if m.Kind != mail.AuthorityReminder || w.begun(m.Key) {
		return false
	}
	return w.had(m) >= authorityLimit
}

// had counts the messages like this one, of its kind and to the same person, that left before it.
func (w *work) had(m Message) (n int) {
	mark := ""
	if m.To == Authority {
		mark = w.File.ContactMark()
	}
	for _, r := range w.Log {
		if r.Kind == string(m.Kind) && r.To == string(m.To) && r.Key != m.Key && strings.HasSuffix(r.Key, mark) && r.MayHaveLeft() {
			n++
		}
	}
	return n
}
