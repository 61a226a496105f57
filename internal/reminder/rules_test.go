package reminder_test

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
)

// event is something that happens to the file at an instant.
type event struct {
	at string
	do func(*life)
}

// answers is the organisation's proposal, noted by it.
func answers(at string) event {
	return event{at, func(l *life) {
		l.tell(enrolment.NoticeProposal, func(e *enrolment.Enrolment) {
			e.Steps[enrolment.StepProposal] = enrolment.StepDone{At: l.clock, By: enrolment.ByStaff}
		})
	}}
}

func ticks(at string, steps ...enrolment.StepKey) event {
	return event{at, func(l *life) { l.tick(steps...) }}
}

func moves(at, date string) event {
	return event{at, func(l *life) {
		s := session(date)
		s.Revision = l.store.session["s1"].Revision + 1
		l.store.session["s1"] = s
		l.tell(enrolment.NoticeSessionMoved, func(e *enrolment.Enrolment) { e.SessionSeen, e.Terms.Since = s.Revision, l.clock })
	}}
}

// movesTooLate is a new date that makes the DIFE request worthless.
func movesTooLate(at, date string) event {
	m := moves(at, date)
	return event{at, func(l *life) {
		l.change(func(e *enrolment.Enrolment) { e.VoidRequest(l.clock, true) })
		m.do(l)
	}}
}

func pays(at string, mode enrolment.Mode) event {
	return event{at, func(l *life) {
		l.tell(enrolment.NoticeFundingChanged, func(e *enrolment.Enrolment) { e.Mode, e.ModeSince = mode, l.clock })
	}}
}

func withdraws(at string) event {
	return event{at, func(l *life) {
		l.tell(enrolment.NoticeWithdrawn, func(e *enrolment.Enrolment) {
			e.Status, e.CancelledAt, e.WithdrawnAt = enrolment.Cancelled, l.clock, l.clock
		})
	}}
}

func cancels(at string) event { return event{at, (*life).cancel} }

func stops(at string) event {
	return event{at, func(l *life) { l.change(func(e *enrolment.Enrolment) { e.RemindersOff = true }) }}
}

func bounces(at string) event {
	return event{at, func(l *life) { l.change(func(e *enrolment.Enrolment) { e.Unreachable = true }) }}
}

func withContact(e *enrolment.Enrolment) {
	e.Contact = &enrolment.Contact{Name: "Secrétariat", Email: "secretariat@mairie.example"}
}

// TestWhatIsSentOverALife: each life is lived day after day by the real sender, and everything that left is written down.
func TestWhatIsSentOverALife(t *testing.T) {
	for _, c := range []struct {
		name     string
		mode     enrolment.Mode
		session  string // first day, at nine
		enrolled string
		edit     func(*enrolment.Enrolment)
		events   []event
		until    string
		want     []string
	}{
		{
			name: "DIFE, idle: the step to do at 2, 5, 10 days then weekly, last calls, what is still possible, and the day itself",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-06-01 00:00",
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-03-03 14:30 dife-compte",
				"Sat 2027-03-06 14:30 dife-compte",
				"Thu 2027-03-11 14:30 dife-compte",
				"Thu 2027-03-18 14:30 dife-compte",
				"Thu 2027-03-25 14:30 dife-compte",
				"Thu 2027-04-01 09:00 dife-compte (last call)",
				"Wed 2027-04-07 09:00 dife-compte (last call)",
				"Fri 2027-04-09 09:00 dife-compte (last call)", // the last day: the limit is Sunday 11th
				"Wed 2027-04-14 08:00 dife-closed",             // no call before: an identity that does not exist helps nobody
				"Thu 2027-04-22 09:00 convocation",
				"Wed 2027-04-28 09:00 day-before",
				"Fri 2027-04-30 09:00 thanks",
			},
		},
		{
			name: "DIFE, an identity and no request: until Tuesday night we may still answer the same day",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-04-20 00:00",
			events: []event{ticks("2027-04-08 18:00", enrolment.StepCompte, enrolment.StepIdentite)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-03-03 14:30 dife-compte",
				"Sat 2027-03-06 14:30 dife-compte",
				"Thu 2027-03-11 14:30 dife-compte",
				"Thu 2027-03-18 14:30 dife-compte",
				"Thu 2027-03-25 14:30 dife-compte",
				"Thu 2027-04-01 09:00 dife-compte (last call)",
				"Wed 2027-04-07 09:00 dife-compte (last call)",
				"Fri 2027-04-09 09:00 dife-dossier (last call)",
				"Mon 2027-04-12 08:00 dife-call (last call)",
				"Wed 2027-04-14 08:00 dife-closed",
			},
		},
		{
			name: "DIFE, a new date that comes too late for the request says so itself: nothing follows that says it again",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-04-20 00:00",
			events: []event{ticks("2027-03-01 18:00", enrolment.StepCompte, enrolment.StepIdentite, enrolment.StepDossier),
				answers("2027-03-02 09:00"), ticks("2027-03-02 10:00", enrolment.StepConfirm), movesTooLate("2027-04-15 10:00", "2027-04-28")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Mon 2027-03-01 18:00 staff-request → staff",
				"Tue 2027-03-02 09:00 proposal",
				"Thu 2027-04-15 10:00 session-moved",
			},
		},
		{
			name: "DIFE, diligent: the organisation is told of the request, and nothing more but the convocation and the day before",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-04-29 12:00",
			events: []event{ticks("2027-03-01 18:00", enrolment.StepCompte), ticks("2027-03-02 10:00", enrolment.StepIdentite, enrolment.StepDossier),
				answers("2027-03-02 16:00"), ticks("2027-03-02 20:30", enrolment.StepConfirm)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Tue 2027-03-02 10:00 staff-request → staff",
				"Tue 2027-03-02 16:00 proposal",
				"Thu 2027-04-22 09:00 convocation",
				"Wed 2027-04-28 09:00 day-before",
			},
		},
		{
			name: "DIFE: each step has its own reminders, counted from when it became the next one; nothing about a done step",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-03-20 00:00",
			events: []event{ticks("2027-03-03 20:30", enrolment.StepCompte), ticks("2027-03-09 11:00", enrolment.StepIdentite)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-03-03 14:30 dife-compte",
				"Sat 2027-03-06 08:00 dife-identite", // two days after, but not in the evening
				"Tue 2027-03-09 08:00 dife-identite",
				"Thu 2027-03-11 11:00 dife-dossier",
				"Mon 2027-03-15 08:00 dife-dossier", // not on Sunday 14th
				"Fri 2027-03-19 11:00 dife-dossier",
			},
		},
		{
			name: "DIFE: the request is filed and nobody says more: the organisation twice, then the élu, whose days may run",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-04-20 00:00",
			events: []event{ticks("2027-03-01 22:00", enrolment.StepDossier)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Mon 2027-03-01 22:00 staff-request → staff",
				"Wed 2027-03-03 09:00 staff-request → staff (last call)",
				"Thu 2027-03-04 08:00 dife-awaited",
			},
		},
		{
			name: "DIFE: proposed on a Friday, never confirmed: the day it is known, its two last mornings, then what to do",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-04-20 00:00",
			events: []event{ticks("2027-03-04 10:00", enrolment.StepDossier), answers("2027-03-05 17:00")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-03-03 14:30 dife-compte",
				"Thu 2027-03-04 10:00 staff-request → staff",
				"Fri 2027-03-05 17:00 proposal",
				"Wed 2027-03-10 09:00 dife-confirmation (last call)",
				"Thu 2027-03-11 09:00 dife-confirmation (last call)",
				"Fri 2027-03-12 08:00 dife-lapsed",
			},
		},
		{
			name: "DIFE: a session ten months away: nothing about the request before it can be made",
			mode: enrolment.DIFE, session: "2028-01-20", enrolled: "2027-03-01 14:30", until: "2027-05-30 00:00",
			events: []event{ticks("2027-03-01 15:00", enrolment.StepIdentite)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Sat 2027-05-22 08:00 dife-dossier", // open from Thursday the 20th
				"Tue 2027-05-25 08:00 dife-dossier",
			},
		},
		{
			name: "DIFE closed: one tap to the collectivité, and its own reminders",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-04-09 10:00", until: "2027-04-29 12:00",
			events: []event{pays("2027-04-14 09:30", enrolment.Collectivite)},
			want: []string{
				"Fri 2027-04-09 10:00 confirmation",
				"Wed 2027-04-14 08:00 dife-closed",
				"Wed 2027-04-14 09:30 funding-changed",
				"Sat 2027-04-17 09:30 collectivite-demande",
				"Thu 2027-04-22 09:00 convocation", // the convention, due the same morning, is said in it
				"Mon 2027-04-26 09:00 collectivite-demande",
				"Wed 2027-04-28 09:00 day-before",
			},
		},
		{
			name: "collectivité, idle, with a contact: the contact gets the papers and three reminders, no more",
			mode: enrolment.Collectivite, session: "2027-04-29", enrolled: "2027-03-01 14:30", edit: withContact, until: "2027-06-01 00:00",
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Mon 2027-03-01 14:30 authority-papers → authority",
				"Thu 2027-03-04 14:30 collectivite-demande",
				"Thu 2027-03-11 14:30 collectivite-demande",
				"Wed 2027-04-14 09:00 collectivite-demande",
				"Wed 2027-04-14 09:00 authority-reminder → authority",
				"Thu 2027-04-22 09:00 convocation",
				"Thu 2027-04-22 09:00 authority-reminder → authority",
				"Mon 2027-04-26 09:00 collectivite-demande",
				"Mon 2027-04-26 09:00 authority-reminder → authority",
				"Wed 2027-04-28 09:00 day-before",
				"Fri 2027-04-30 09:00 thanks",
			},
		},
		{
			name: "collectivité: an agreement that waits is the contact's first reminder, so the fourth never leaves",
			mode: enrolment.Collectivite, session: "2027-04-29", enrolled: "2027-03-01 14:30", edit: withContact, until: "2027-04-29 00:00",
			events: []event{ticks("2027-03-02 09:00", enrolment.StepDemande)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Mon 2027-03-01 14:30 authority-papers → authority",
				"Thu 2027-03-04 14:30 collectivite-accord",
				"Thu 2027-03-11 14:30 collectivite-accord",
				"Thu 2027-03-11 14:30 authority-reminder → authority",
				"Wed 2027-04-14 09:00 collectivite-accord",
				"Wed 2027-04-14 09:00 authority-reminder → authority",
				"Thu 2027-04-22 09:00 convocation",
				"Thu 2027-04-22 09:00 authority-reminder → authority",
				"Mon 2027-04-26 09:00 collectivite-accord",
				"Wed 2027-04-28 09:00 day-before",
			},
		},
		{
			name: "collectivité: agreement declared, then the convention only",
			mode: enrolment.Collectivite, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-04-29 00:00",
			events: []event{ticks("2027-03-03 09:00", enrolment.StepDemande, enrolment.StepAccord), ticks("2027-04-20 10:00", enrolment.StepConvention)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-04-14 09:00 collectivite-convention",
				"Thu 2027-04-22 09:00 convocation",
				"Wed 2027-04-28 09:00 day-before",
			},
		},
		{
			name: "personal: the contract, then the first payment when the withdrawal period is over",
			mode: enrolment.Personnel, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-04-29 00:00",
			events: []event{ticks("2027-03-05 10:00", enrolment.StepContrat), ticks("2027-03-28 10:00", enrolment.StepAcompte)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Thu 2027-03-04 14:30 personnel-contrat",
				"Sat 2027-03-20 08:00 personnel-acompte", // Friday 19th is the last day to withdraw
				"Sat 2027-03-27 08:00 personnel-acompte",
				"Thu 2027-04-22 09:00 convocation",
				"Wed 2027-04-28 09:00 day-before",
			},
		},
		{
			name: "collectivité: the contact is told of a move, on a working day, with the papers that replace theirs; then of a cancellation",
			mode: enrolment.Collectivite, session: "2027-04-29", enrolled: "2027-03-01 14:30", edit: withContact, until: "2027-06-01 00:00",
			events: []event{ticks("2027-03-02 10:00", enrolment.StepDemande, enrolment.StepAccord), moves("2027-03-06 15:00", "2027-05-11"), cancels("2027-03-13 21:00")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Mon 2027-03-01 14:30 authority-papers → authority",
				"Sat 2027-03-06 15:00 session-moved",
				"Mon 2027-03-08 08:00 authority-moved → authority",
				"Sat 2027-03-13 21:00 cancelled",
				"Mon 2027-03-15 08:00 authority-over → authority",
			},
		},
		{
			name: "collectivité, then another way of paying: the contact is told that nothing is asked any more, and asked again when it comes back",
			mode: enrolment.Collectivite, session: "2027-04-29", enrolled: "2027-03-01 14:30", edit: withContact, until: "2027-03-14 00:00",
			events: []event{ticks("2027-03-01 15:00", enrolment.StepDemande, enrolment.StepAccord), pays("2027-03-08 10:00", enrolment.DIFE), pays("2027-03-10 09:30", enrolment.Collectivite)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Mon 2027-03-01 14:30 authority-papers → authority",
				"Mon 2027-03-08 10:00 funding-changed",
				"Mon 2027-03-08 10:00 authority-over → authority",
				"Wed 2027-03-10 09:30 funding-changed",
				"Wed 2027-03-10 09:30 authority-papers → authority",
			},
		},
		{
			name: "personal, a near session: the payment comes after it, when the withdrawal period is over",
			mode: enrolment.Personnel, session: "2027-03-10", enrolled: "2027-03-01 14:30", until: "2027-06-01 00:00",
			events: []event{ticks("2027-03-02 10:00", enrolment.StepContrat)},
			want: []string{
				"Mon 2027-03-01 14:30 late",
				"Tue 2027-03-09 09:00 day-before",
				"Thu 2027-03-11 09:00 thanks",
				"Wed 2027-03-17 08:00 personnel-acompte",
				"Wed 2027-03-24 08:00 personnel-acompte",
			},
		},
		{
			name: "withdrawn from the contract, in the night: the acknowledgement at once, the organisation in the morning, nothing else",
			mode: enrolment.Personnel, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-06-01 00:00",
			events: []event{ticks("2027-03-02 10:00", enrolment.StepContrat), withdraws("2027-03-03 23:15")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-03-03 23:15 withdrawn",
				"Thu 2027-03-04 08:00 staff-withdrawn → staff",
			},
		},
		{
			name: "enrolled three days before: one merged message and the day before",
			mode: enrolment.Collectivite, session: "2027-04-29", enrolled: "2027-04-26 08:30", until: "2027-04-29 12:00",
			want: []string{
				"Mon 2027-04-26 08:30 late",
				"Wed 2027-04-28 09:00 day-before",
			},
		},
		{
			name: "enrolled the day before, in the evening: one merged message, nothing else (pretix #3757)",
			mode: enrolment.Personnel, session: "2027-04-29", enrolled: "2027-04-28 19:00", until: "2027-04-29 12:00",
			want: []string{"Wed 2027-04-28 19:00 late"},
		},
		{
			name: "enrolled eight working days before DIFE closes: the confirmation says the limit, the next morning's last call does not repeat it",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-04-01 15:00", until: "2027-04-13 00:00",
			want: []string{
				"Thu 2027-04-01 15:00 confirmation",
				"Wed 2027-04-07 09:00 dife-compte (last call)",
				"Fri 2027-04-09 09:00 dife-compte (last call)",
			},
		},
		{
			name: "a session on Monday: the practical reminder leaves on Saturday, and says the convention that was due on Friday",
			mode: enrolment.Collectivite, session: "2027-04-26", enrolled: "2027-03-01 14:30", until: "2027-04-26 12:00",
			events: []event{ticks("2027-03-02 09:00", enrolment.StepDemande, enrolment.StepAccord)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Sat 2027-04-10 09:00 collectivite-convention", // fifteen days before is a Sunday
				"Mon 2027-04-19 09:00 convocation",
				"Sat 2027-04-24 09:00 day-before",
			},
		},
		{
			name: "a session after a long week-end: the practical reminder leaves before it",
			mode: enrolment.Personnel, session: "2027-03-30", enrolled: "2027-03-01 14:30", until: "2027-03-30 12:00",
			events: []event{ticks("2027-03-01 15:00", enrolment.StepContrat), ticks("2027-03-16 15:00", enrolment.StepAcompte)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Tue 2027-03-16 08:00 personnel-acompte",
				"Tue 2027-03-23 09:00 convocation",
				"Sat 2027-03-27 09:00 day-before", // Easter Monday and Sunday are closed
			},
		},
		{
			name: "cancelled: nothing after the cancellation's own message (cal.com #7225)",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-06-01 00:00",
			events: []event{cancels("2027-03-03 14:00")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-03-03 14:00 cancelled",
			},
		},
		{
			name: "reminders stopped: papers and news only",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-06-01 00:00",
			events: []event{stops("2027-03-04 10:00"), moves("2027-03-10 10:00", "2027-05-11")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-03-03 14:30 dife-compte",
				"Wed 2027-03-10 10:00 session-moved",
				"Tue 2027-05-04 09:00 convocation",
				"Mon 2027-05-10 09:00 day-before",
			},
		},
		{
			name: "unreachable: staff is told, the person is not written to any more",
			mode: enrolment.DIFE, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-06-01 00:00",
			events: []event{bounces("2027-03-01 21:00")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Tue 2027-03-02 08:00 staff-unreachable → staff",
			},
		},
		{
			name: "moved later: told in office hours, and the rules follow the new date (pretix #4620)",
			mode: enrolment.Collectivite, session: "2027-04-29", enrolled: "2027-03-01 14:30", until: "2027-06-01 00:00",
			events: []event{ticks("2027-03-02 10:00", enrolment.StepDemande, enrolment.StepAccord), moves("2027-04-25 10:00", "2027-05-20")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Wed 2027-04-14 09:00 collectivite-convention",
				"Thu 2027-04-22 09:00 convocation",
				"Mon 2027-04-26 08:00 session-moved", // decided on a Sunday
				"Wed 2027-05-05 09:00 collectivite-convention",
				"Thu 2027-05-13 09:00 convocation",
				"Sat 2027-05-15 09:00 collectivite-convention", // Whit Monday is closed
				"Wed 2027-05-19 09:00 day-before",
				"Fri 2027-05-21 09:00 thanks",
			},
		},
		{
			name: "moved closer: the news says it all, what was due in between does not all leave at once",
			mode: enrolment.Collectivite, session: "2027-05-20", enrolled: "2027-03-01 14:30", until: "2027-04-29 12:00",
			events: []event{ticks("2027-03-02 10:00", enrolment.StepDemande, enrolment.StepAccord), moves("2027-04-23 10:00", "2027-04-29")},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Fri 2027-04-23 10:00 session-moved",
				"Mon 2027-04-26 09:00 collectivite-convention",
				"Wed 2027-04-28 09:00 day-before",
			},
		},
		{
			name: "changed from DIFE to personal and back the same day: each way begins afresh, nothing leaves twice",
			mode: enrolment.DIFE, session: "2027-05-20", enrolled: "2027-03-01 14:30", until: "2027-03-10 00:00",
			events: []event{pays("2027-03-02 10:00", enrolment.Personnel), pays("2027-03-02 10:30", enrolment.DIFE)},
			want: []string{
				"Mon 2027-03-01 14:30 confirmation",
				"Tue 2027-03-02 10:00 funding-changed",
				"Tue 2027-03-02 10:30 funding-changed",
				"Thu 2027-03-04 10:30 dife-compte",
				"Mon 2027-03-08 08:00 dife-compte", // the fifth day is a Sunday
			},
		},
		{
			name: "clocks go forward in the night: once, at nine on the wall",
			mode: enrolment.Personnel, session: "2027-04-05", enrolled: "2027-03-20 23:30", until: "2027-04-06 00:00",
			want: []string{
				"Sat 2027-03-20 23:30 confirmation",
				"Wed 2027-03-24 08:00 personnel-contrat",
				"Sat 2027-03-27 09:00 convocation",       // seven days before is Easter Monday, then Sunday
				"Wed 2027-03-31 08:00 personnel-contrat", // ten days after; Friday's would be a day before the next one, which says it
				"Sat 2027-04-03 09:00 day-before",
			},
		},
		{
			name: "clocks go back in the night: once, at nine on the wall",
			mode: enrolment.Personnel, session: "2027-11-03", enrolled: "2027-10-25 02:30", until: "2027-11-04 00:00",
			want: []string{
				"Mon 2027-10-25 02:30 confirmation",
				"Wed 2027-10-27 09:00 convocation",
				"Sat 2027-10-30 09:00 personnel-contrat",
				"Tue 2027-11-02 09:00 day-before",
			},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLife(session(c.session), day(c.enrolled))
			e := file(c.mode, l.clock)
			if c.edit != nil {
				c.edit(&e)
			}
			l.enrol(e)
			l.until(t, l.clock)
			for _, ev := range c.events {
				l.until(t, day(ev.at))
				ev.do(l)
				l.until(t, l.clock)
			}
			l.until(t, day(c.until))
			if diff := cmp.Diff(c.want, l.letters()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestQueueMessages(t *testing.T) {
	now := day("2027-03-06 22:15") // Saturday night
	l := newLife(session("2027-04-29"), now)
	e := file(enrolment.DIFE, now)
	e.Status, e.ReservedAt, e.Ticket = enrolment.Waiting, time.Time{}, 3
	e.Notices = []enrolment.Notice{{Key: "queue-joined-1", Kind: enrolment.NoticeQueueJoined, At: l.clock}}
	l.enrol(e)
	l.until(t, day("2027-03-14 09:00")) // Sunday: eight days of waiting without a reminder
	l.tell(enrolment.NoticeOffer, func(e *enrolment.Enrolment) {
		e.Status, e.OfferedUntil = enrolment.Offered, day("2027-03-15 10:00")
	})
	l.until(t, day("2027-03-16 00:00"))
	want := []mail.Kind{mail.QueueJoined, mail.Offer, mail.OfferExpired}
	if diff := cmp.Diff(want, l.kinds()); diff != "" {
		t.Error(diff)
	}
	if l.store.expired != 1 || !l.post[2].at.Equal(day("2027-03-15 10:00")) {
		t.Errorf("the offer ended %d times, told %s", l.store.expired, l.post[2].at)
	}
}

// TestWhoeverWaitsToTheEndIsToldOnce: each line is a life of someone who joined the queue of a session that closes on
// Wednesday 28 April 2027 at 09:00 unless it says otherwise.
func TestWhoeverWaitsToTheEndIsToldOnce(t *testing.T) {
	const joined, ended = "Mon 2027-03-01 14:30 queue-joined", "Wed 2027-04-28 09:00 queue-ended"
	closes := func(when string) func(*life) {
		return func(l *life) {
			s := l.store.session["s1"]
			s.ClosesAt = day(when)
			l.store.session["s1"] = s
		}
	}
	for _, c := range []struct {
		name   string
		mode   enrolment.Mode
		decoy  bool
		events []event
		want   []string
	}{
		{name: "nothing but that it ended", mode: enrolment.DIFE, want: []string{joined, ended}},
		{name: "whatever the way of paying", mode: enrolment.Collectivite, want: []string{joined, ended}},
		{name: "stopping reminders does not stop it", mode: enrolment.Personnel, events: []event{stops("2027-03-02 10:00")}, want: []string{joined, ended}},
		{name: "on the next morning when it closes in the evening", mode: enrolment.DIFE,
			events: []event{{"2027-03-01 14:30", closes("2027-04-23 21:00")}}, want: []string{joined, "Sat 2027-04-24 08:00 queue-ended"}},
		{name: "not on a Sunday", mode: enrolment.DIFE,
			events: []event{{"2027-03-01 14:30", closes("2027-04-25 12:00")}}, want: []string{joined, "Mon 2027-04-26 08:00 queue-ended"}},
		{name: "at the closing, however late they joined", mode: enrolment.DIFE,
			events: []event{{"2027-03-01 14:30", closes("2027-03-01 16:00")}}, want: []string{joined, "Mon 2027-03-01 16:00 queue-ended"}},
		{name: "at the new closing when it is put later", mode: enrolment.DIFE,
			events: []event{{"2027-04-27 10:00", closes("2027-04-28 18:00")}}, want: []string{joined, "Wed 2027-04-28 18:00 queue-ended"}},
		{name: "at the new closing when the session moves", mode: enrolment.DIFE, events: []event{moves("2027-04-01 10:00", "2027-05-13")},
			want: []string{joined, "Thu 2027-04-01 10:00 session-moved", "Wed 2027-05-12 09:00 queue-ended"}},
		{name: "not whoever left before", mode: enrolment.DIFE, events: []event{{"2027-04-01 10:00", func(l *life) {
			l.tell(enrolment.NoticeQueueLeft, func(e *enrolment.Enrolment) { e.Status, e.CancelledAt = enrolment.Cancelled, l.clock })
		}}}, want: []string{joined, "Thu 2027-04-01 10:00 queue-left"}},
		{name: "not whoever got a seat", mode: enrolment.Collectivite, events: []event{{"2027-04-27 10:00", func(l *life) {
			l.tell(enrolment.NoticeOfferTaken, func(e *enrolment.Enrolment) { e.Status, e.ReservedAt = enrolment.Confirmed, l.clock })
		}}}, want: []string{joined, "Tue 2027-04-27 10:00 late", "Fri 2027-04-30 09:00 thanks"}},
		{name: "not when the organisation cancelled it", mode: enrolment.DIFE, events: []event{{"2027-04-20 10:00", func(l *life) {
			s := l.store.session["s1"]
			s.Status = enrolment.SessionCancelled
			l.store.session["s1"] = s
			l.tell(enrolment.NoticeSessionCancelled, func(e *enrolment.Enrolment) { e.Status, e.CancelledAt = enrolment.Cancelled, l.clock })
		}}}, want: []string{joined, "Tue 2027-04-20 10:00 session-cancelled"}},
		{name: "not when it is cancelled and the file does not know yet", mode: enrolment.DIFE, events: []event{{"2027-04-20 10:00", func(l *life) {
			s := l.store.session["s1"]
			s.Status = enrolment.SessionCancelled
			l.store.session["s1"] = s
		}}}, want: []string{joined}},
		{name: "not an address that does not work", mode: enrolment.DIFE, events: []event{bounces("2027-04-20 10:00")},
			want: []string{joined, "Tue 2027-04-20 10:00 staff-unreachable → staff"}},
		{name: "not a decoy", mode: enrolment.DIFE, decoy: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := newLife(session("2027-04-29"), day("2027-03-01 14:30"))
			e := file(c.mode, l.clock)
			e.Status, e.ReservedAt, e.Ticket, e.Decoy = enrolment.Waiting, time.Time{}, 3, c.decoy
			e.Notices = []enrolment.Notice{{Key: "queue-joined-1", Kind: enrolment.NoticeQueueJoined, At: l.clock}}
			l.enrol(e)
			for _, e := range c.events {
				if at := day(e.at); at.After(l.clock) {
					l.until(t, at)
				}
				e.do(l)
			}
			l.until(t, day("2027-09-01 00:00"))
			if diff := cmp.Diff(c.want, l.letters()); diff != "" {
				t.Error(diff)
			}
			if e := l.only(); !e.DueAt.IsZero() {
				t.Errorf("still due, %s", e.DueAt)
			}
		})
	}
}

// The schedule was down from before the closing until weeks after the session: too late to tell, and that is written.
func TestAnEndOfTheQueueThatNobodyToldInTimeIsInTheLog(t *testing.T) {
	l := newLife(session("2027-04-29"), day("2027-03-01 14:30"))
	e := file(enrolment.DIFE, l.clock)
	e.Status, e.ReservedAt, e.Ticket, e.Notices = enrolment.Waiting, time.Time{}, 3, nil
	l.enrol(e)
	l.until(t, day("2027-04-27 00:00"))
	l.clock = day("2027-06-01 10:00")
	l.sweep(t)
	log := l.store.log("f1")
	if len(l.post) > 0 || len(log) != 1 || log[0].Kind != string(mail.QueueEnded) || log[0].State != enrolment.MessageLapsed {
		t.Errorf("left %v, log %+v", l.letters(), log)
	}
}

// Waiting-list offer sent after the deadline (pretix #681): an offer that could not leave in time never leaves.
func TestAnOfferThatIsOverIsNotSent(t *testing.T) {
	now := day("2027-03-15 09:00")
	l := newLife(session("2027-04-29"), now)
	e := file(enrolment.DIFE, now)
	e.Status, e.OfferedUntil = enrolment.Offered, day("2027-03-16 09:00")
	e.Notices = []enrolment.Notice{{Key: "offer-2", Kind: enrolment.NoticeOffer, At: l.clock}}
	l.enrol(e)
	l.clock = day("2027-03-16 11:00") // the schedule was down
	l.until(t, day("2027-03-17 00:00"))
	if diff := cmp.Diff([]mail.Kind{mail.OfferExpired}, l.kinds()); diff != "" {
		t.Error(diff)
	}
	for _, r := range l.store.log("f1") {
		if r.Key == "offer-2" && r.State != enrolment.MessageLapsed {
			t.Errorf("the offer is neither sent nor written down: %+v", r)
		}
	}
}

// A file is looked at a few seconds early, for clocks that differ; an offer is never ended early, and never forgotten.
func TestALookSecondsBeforeAnOfferEndsLeavesItAndComesBack(t *testing.T) {
	now := day("2027-03-15 09:00")
	l := newLife(session("2027-04-29"), now)
	e := file(enrolment.DIFE, now)
	e.Status, e.OfferedUntil = enrolment.Offered, day("2027-03-16 09:00")
	e.Notices = []enrolment.Notice{{Key: "offer-2", Kind: enrolment.NoticeOffer, At: l.clock}}
	l.enrol(e)
	l.until(t, day("2027-03-16 08:59"))
	l.clock = ms(day("2027-03-16 09:00").Add(-3 * time.Second))
	if err := l.sender.Tend(context.Background(), "f1"); err != nil {
		t.Errorf("a look before the end: %v", err)
	}
	if l.store.expired != 0 {
		t.Error("the offer ended early")
	}
	l.until(t, day("2027-03-16 09:00"))
	if l.store.expired != 1 {
		t.Errorf("the offer ended %d times at its end, want once", l.store.expired)
	}
}

func TestTheOrganisationCancelsTheSession(t *testing.T) {
	now := day("2027-03-01 09:00")
	for name, c := range map[string]struct {
		before func(*life)
		want   []mail.Kind
	}{
		"the holder is told at once":                         {func(*life) {}, []mail.Kind{mail.Confirmation, mail.SessionCancelled}},
		"whoever had left is not told (nothing after leave)": {func(l *life) { l.cancel() }, []mail.Kind{mail.Confirmation, mail.Cancelled}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLife(session("2027-04-29"), now)
			l.enrol(file(enrolment.DIFE, now))
			l.until(t, day("2027-03-01 10:00"))
			c.before(l)
			l.until(t, day("2027-03-01 11:00"))
			s := l.store.session["s1"]
			s.Status = enrolment.SessionCancelled
			l.store.session["s1"] = s
			l.tell(enrolment.NoticeSessionCancelled, func(e *enrolment.Enrolment) {
				if e.Status.Live() {
					e.Status, e.CancelledAt = enrolment.Cancelled, l.clock
				}
			})
			l.until(t, day("2027-06-01 00:00"))
			if diff := cmp.Diff(c.want, l.kinds()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// The schedule and the stream were down for two days: the confirmation leaves alone, and says what it covers.
func TestAfterTwoDaysOfSilenceNotEverythingLeavesAtOnce(t *testing.T) {
	now := day("2027-03-01 14:30")
	l := newLife(session("2027-04-29"), now)
	l.enrol(file(enrolment.DIFE, now))
	l.clock = day("2027-03-03 16:00")
	l.until(t, day("2027-03-08 00:00"))
	want := []string{"Wed 2027-03-03 16:00 confirmation", "Fri 2027-03-05 16:00 dife-compte"}
	if diff := cmp.Diff(want, l.letters()); diff != "" {
		t.Error(diff)
	}
}

// The schedule always runs a little after the hour: two reminders of nine o'clock, two days apart, must both leave.
func TestARunThatIsMinutesLateLosesNothing(t *testing.T) {
	now := day("2027-03-01 14:30")
	l := newLife(session("2027-04-29"), now)
	l.enrol(file(enrolment.Collectivite, now))
	for end := day("2027-04-29 08:00"); l.clock.Before(end); {
		l.clock = l.clock.Add(37 * time.Minute)
		l.sweep(t)
	}
	want := []string{
		"Mon 2027-03-01 15:07 confirmation",
		"Thu 2027-03-04 14:39 collectivite-demande",
		"Thu 2027-03-11 15:00 collectivite-demande",
		"Wed 2027-04-14 09:04 collectivite-demande",
		"Thu 2027-04-22 09:28 convocation",
		"Mon 2027-04-26 09:03 collectivite-demande",
		"Wed 2027-04-28 09:09 day-before",
	}
	if diff := cmp.Diff(want, l.letters()); diff != "" {
		t.Error(diff)
	}
}

func TestADecoyGetsNothing(t *testing.T) {
	now := day("2027-03-01 09:00")
	l := newLife(session("2027-04-29"), now)
	e := file(enrolment.DIFE, now)
	e.Decoy = true
	l.enrol(e)
	l.until(t, day("2027-06-01 00:00"))
	if len(l.post) > 0 {
		t.Error(l.letters())
	}
}

func TestANewContactStartsAfresh(t *testing.T) {
	now := day("2027-03-01 09:00")
	l := newLife(session("2027-04-29"), now)
	e := file(enrolment.Collectivite, now)
	withContact(&e)
	l.enrol(e)
	l.until(t, day("2027-03-02 10:00"))
	for key, r := range l.store.logs["f1"] { // the first address came back
		if r.To == mail.ToAuthority {
			r.State = enrolment.MessageBounced
			l.store.logs["f1"][key] = r
		}
	}
	l.change(func(*enrolment.Enrolment) {})
	l.until(t, day("2027-03-03 12:00"))
	l.change(func(e *enrolment.Enrolment) { e.Contact = &enrolment.Contact{Name: "DGS", Email: "dgs@mairie.example"} })
	l.until(t, day("2027-03-03 13:00"))
	want := []string{
		"Mon 2027-03-01 09:00 authority-papers → authority",
		"Tue 2027-03-02 10:00 staff-unreachable → staff",
		"Wed 2027-03-03 12:00 authority-papers → authority",
	}
	if diff := cmp.Diff(want, l.letters(mail.ToAuthority, mail.ToStaff)); diff != "" {
		t.Error(diff)
	}
}
