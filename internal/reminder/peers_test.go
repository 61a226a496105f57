package reminder_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
)

// Bugs of others, each with where it was met. Those that a life of TestWhatIsSentOverALife tells are named there.

// cal.com #10749: reminders all leave right after booking.
func TestNoReminderLeavesRightAfterEnrolling(t *testing.T) {
	for _, mode := range enrolment.Modes {
		for days := 1; days <= 60; days++ {
			now := day("2027-03-01 10:00")
			l := newLife(session(now.AddDate(0, 0, days).Format(time.DateOnly)), now)
			l.enrol(file(mode, now))
			l.until(t, now.Add(23*time.Hour))
			if len(l.post) != 1 {
				t.Errorf("%s, %d days before: %v", mode, days, l.letters())
			}
		}
	}
}

// pretix #3181, #4620: a copied session fires its old rules at once; a new date gets rules meant for another.
func TestWhoeverChangesSessionGetsTheRulesOfTheNewOneOnly(t *testing.T) {
	l := newLife(session("2027-03-12"), day("2027-03-01 10:00"))
	other := session("2027-05-20")
	other.ID = "s2"
	l.store.session["s2"] = other
	l.enrol(file(enrolment.Personnel, l.clock))
	l.until(t, day("2027-03-08 10:00"))
	l.tell(enrolment.NoticeSessionChanged, func(e *enrolment.Enrolment) { e.SessionID, e.ReservedAt = "s2", l.clock })
	l.tick(enrolment.StepContrat)
	l.until(t, day("2027-03-22 09:00"))
	l.tick(enrolment.StepAcompte) // a little early for the law: the planner does not mind
	l.until(t, day("2027-06-01 00:00"))
	want := []string{
		"Mon 2027-03-01 10:00 confirmation",
		"Fri 2027-03-05 09:00 convocation", // Thursday's reminder of the contract waits for it, and is said in it
		"Mon 2027-03-08 10:00 session-changed",
		"Thu 2027-05-13 09:00 convocation",
		"Wed 2027-05-19 09:00 day-before",
		"Fri 2027-05-21 09:00 thanks",
	}
	if diff := cmp.Diff(want, l.letters()); diff != "" {
		t.Error(diff)
	}
}

// pretix #4478: a mail is neither sent nor logged as failed. Every way of not leaving is in the log.
func TestEveryWayOfNotLeavingIsInTheLog(t *testing.T) {
	for name, c := range map[string]struct {
		happens func(*life)
		want    enrolment.MessageState
	}{
		"cancelled before it left":       {func(l *life) { l.cancel() }, enrolment.MessageLapsed},
		"the address does not work":      {func(l *life) { l.change(func(e *enrolment.Enrolment) { e.Unreachable = true }) }, enrolment.MessageLapsed},
		"refused by the post":            {func(l *life) { l.refuse = func(string, int) error { return refused } }, enrolment.MessageRefused},
		"the post never answers":         {func(l *life) { l.refuse = func(string, int) error { return uncertain } }, enrolment.MessageDead},
		"the post is busy for days":      {func(l *life) { l.refuse = func(string, int) error { return errors.New("busy") } }, enrolment.MessageDead},
		"nothing happens, and it leaves": {func(*life) {}, enrolment.MessageSent},
	} {
		t.Run(name, func(t *testing.T) {
			l := startLife("2027-03-01 14:30")
			c.happens(l)
			l.until(t, day("2027-03-15 14:00"))
			if r := l.record("confirmation"); r.State != c.want {
				t.Errorf("%+v", r)
			}
		})
	}
}

// A reminder tied to a date that could not leave in time is in the log too.
func TestADayBeforeThatCouldNotLeaveIsInTheLog(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.until(t, day("2027-04-27 00:00"))
	l.clock = day("2027-04-29 10:00") // nothing ran for two days
	l.until(t, day("2027-05-10 00:00"))
	lapsed := 0
	for key, r := range l.store.logs["f1"] {
		if r.Kind == string(mail.DayBefore) && r.State == enrolment.MessageLapsed {
			lapsed++
		} else if r.Kind == string(mail.DayBefore) {
			t.Errorf("%s: %+v", key, r)
		}
	}
	if lapsed != 1 {
		t.Errorf("%d lapsed", lapsed)
	}
}

// pretix #1101: the certificate (here the thanks that tell of it) goes to people who cancelled.
func TestThanksGoToThoseWhoHeldASeat(t *testing.T) {
	for status, want := range map[enrolment.Status]bool{
		enrolment.Reserved: true, enrolment.Confirmed: true, enrolment.Attended: true,
		enrolment.Cancelled: false, enrolment.Expired: false, enrolment.Waiting: false,
	} {
		s := session("2027-04-29")
		e := file(enrolment.Personnel, day("2027-03-01 10:00"))
		e.Status, e.Notices = status, nil
		plan := reminder.Planner{Calendar: content()}.Plan(reminder.Situation{File: e, Session: s, Now: day("2027-04-30 10:00")})
		got := false
		for _, m := range plan.Due {
			got = got || m.Kind == mail.Thanks
		}
		if got != want {
			t.Errorf("%s: thanks %v", status, got)
		}
	}
}

// alf.io #1469: duplicate mails. The same notice written twice by a retried act is one mail.
func TestTheSameNoticeTwiceIsOneMail(t *testing.T) {
	l := startLife("2027-03-01 14:30")
	l.sweep(t)
	l.change(func(e *enrolment.Enrolment) {
		e.Notices = append(e.Notices, enrolment.Notice{Key: "confirmation", Kind: enrolment.NoticeConfirmation, At: l.clock})
	})
	l.until(t, day("2027-03-02 14:30"))
	if diff := cmp.Diff([]mail.Kind{mail.Confirmation}, l.kinds()); diff != "" {
		t.Error(diff)
	}
	if n := l.store.file("f1").Notices; len(n) > 0 {
		t.Errorf("the notice stays: %v", n)
	}
}
