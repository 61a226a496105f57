package reminder_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// says is an act of the contact at the collectivité, as booking makes it.
func says(at string, do func(*enrolment.Enrolment, *enrolment.Reply)) event {
	return event{at, func(l *life) {
		l.tell(enrolment.NoticeAuthoritySaid, func(e *enrolment.Enrolment) { do(e, e.OpenReply()) })
	}}
}

func replies(at string, given enrolment.AnswerGiven) event {
	return says(at, func(e *enrolment.Enrolment, r *enrolment.Reply) {
		when := day(at)
		r.Answer = enrolment.Answer{Given: given, At: when}
		e.Steps[enrolment.StepDemande] = enrolment.StepDone{At: when, By: enrolment.ByAuthority}
		e.Declare(enrolment.StepAccord, enrolment.ByAuthority, given == enrolment.Accord, when)
	})
}

func takesAllBack(at string) event {
	return says(at, func(e *enrolment.Enrolment, r *enrolment.Reply) {
		*r = enrolment.Reply{}
		delete(e.Steps, enrolment.StepDemande)
		delete(e.Steps, enrolment.StepAccord)
	})
}

// lived is what left about the collectivité after some events of a file enrolled on Monday 1 March, for the 29th of April.
func lived(t *testing.T, until string, edit func(*enrolment.Enrolment), events ...event) []string {
	t.Helper()
	l := newLife(session("2027-04-29"), day("2027-03-01 14:30"))
	e := file(enrolment.Collectivite, l.clock)
	withContact(&e)
	if edit != nil {
		edit(&e)
	}
	l.enrol(e)
	for _, ev := range events {
		l.until(t, day(ev.at))
		ev.do(l)
		l.sweep(t)
	}
	l.until(t, day(until))
	return l.letters()
}

func about(letters []string, words ...string) []string {
	return slices.DeleteFunc(slices.Clone(letters), func(l string) bool {
		return !slices.ContainsFunc(words, func(w string) bool { return strings.Contains(l, w) })
	})
}

func TestWhatTheContactDeclaresIsToldOnceToEachAfterTenQuietMinutes(t *testing.T) {
	billing := says("2027-03-02 10:06", func(_ *enrolment.Enrolment, r *enrolment.Reply) {
		r.Billing = enrolment.Billing{Unknown: true, At: day("2027-03-02 10:06")}
	})
	got := lived(t, "2027-03-03 10:00", nil, replies("2027-03-02 10:00", enrolment.Accord), billing)
	want := []string{"Tue 2027-03-02 10:16 authority-said", "Tue 2027-03-02 10:16 staff-authority-said → staff"}
	if diff := cmp.Diff(want, about(got, "authority-said")); diff != "" {
		t.Error(diff)
	}
}

func TestNewsOfTheCollectivitéWaitForOfficeHours(t *testing.T) {
	got := about(lived(t, "2027-03-04 10:00", nil, replies("2027-03-02 22:00", enrolment.Accord)), "authority-said")
	want := []string{"Wed 2027-03-03 08:00 authority-said", "Wed 2027-03-03 08:00 staff-authority-said → staff"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestWhatWasTakenBackBeforeAnybodyKnewIsNotTold(t *testing.T) {
	got := about(lived(t, "2027-03-04 10:00", nil, replies("2027-03-02 10:00", enrolment.Accord), takesAllBack("2027-03-02 10:05")), "authority-said")
	if len(got) > 0 {
		t.Error(got)
	}
}

func TestWhatIsTakenBackLaterIsTold(t *testing.T) {
	got := about(lived(t, "2027-03-04 10:00", nil, replies("2027-03-02 10:00", enrolment.Accord), takesAllBack("2027-03-02 16:00")), " authority-said")
	want := []string{"Tue 2027-03-02 10:10 authority-said", "Tue 2027-03-02 16:10 authority-said"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheOrganisationIsToldEvenWhenTheHolderCannotBeReached(t *testing.T) {
	got := lived(t, "2027-03-04 10:00", func(e *enrolment.Enrolment) { e.Unreachable = true }, replies("2027-03-02 10:00", enrolment.Refus))
	want := []string{"Tue 2027-03-02 10:10 staff-authority-said → staff"}
	if diff := cmp.Diff(want, about(got, "authority-said")); diff != "" {
		t.Error(diff)
	}
}

// Whoever refused is not asked again; who was refused is told again near the session that nothing is settled.
func TestARefusalEndsTheReminders(t *testing.T) {
	got := about(lived(t, "2027-04-30 10:00", nil, replies("2027-03-02 10:00", enrolment.Refus)), "authority-reminder", "collectivite-")
	want := []string{"Wed 2027-04-14 09:00 collectivite-accord", "Mon 2027-04-26 09:00 collectivite-accord"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestAnAccordThatTheElectedDeclaresAfterARefusalBringsTheRemindersBack(t *testing.T) {
	got := about(lived(t, "2027-04-30 10:00", nil, replies("2027-03-02 10:00", enrolment.Refus), event{"2027-03-03 10:00", func(l *life) {
		l.change(func(e *enrolment.Enrolment) { e.Declare(enrolment.StepAccord, enrolment.ByHolder, true, l.clock) })
	}}), "authority-reminder")
	if len(got) == 0 {
		t.Error("the contact is not reminded of the convention")
	}
}

// handsOn is the contact passing the request to a colleague, as booking makes it.
func handsOn(at string) event {
	return event{at, func(l *life) {
		l.tell(enrolment.NoticeAuthoritySaid, func(e *enrolment.Enrolment) {
			e.HandOn(enrolment.Contact{Name: "Inès Faure", Email: "finances@mairie.fr"}, "Paul Martin", day(at))
		})
	}}
}

func TestWhoeverHasTheRequestFromAColleagueGetsThePapersAndBothSidesAreToldOnce(t *testing.T) {
	got := about(lived(t, "2027-03-04 10:00", nil, handsOn("2027-03-02 10:00")), "authority-")
	want := []string{
		"Mon 2027-03-01 14:30 authority-papers → authority", "Tue 2027-03-02 10:00 authority-papers → authority",
		"Tue 2027-03-02 10:10 authority-said", "Tue 2027-03-02 10:10 staff-authority-said → staff",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTheColleagueGetsThePapersEvenAfterARefusalOrWhenAllIsDone(t *testing.T) {
	for what, before := range map[string]event{"refused": replies("2027-03-02 10:00", enrolment.Refus), "all done": says("2027-03-02 10:00", func(e *enrolment.Enrolment, r *enrolment.Reply) {
		r.Return = enrolment.Return{At: day("2027-03-02 10:00")}
		for _, k := range e.Mode.Steps() {
			e.Declare(k, enrolment.ByAuthority, true, day("2027-03-02 10:00"))
		}
	})} {
		got := about(lived(t, "2027-03-05 10:00", nil, before, handsOn("2027-03-03 10:00")), "authority-papers")
		if len(got) != 2 {
			t.Errorf("%s: %v", what, got)
		}
	}
}

// Nothing more goes to who asked for it: no reminder, no new papers, no word that it is over.
func TestWhoWantsNoMailsGetsNone(t *testing.T) {
	quiet := event{"2027-03-02 10:00", func(l *life) {
		l.change(func(e *enrolment.Enrolment) { e.Silence(e.Relay.Revision, true, l.clock) })
	}}
	cancelled := event{"2027-04-20 10:00", func(l *life) {
		l.change(func(e *enrolment.Enrolment) { e.Status, e.CancelledAt = enrolment.Cancelled, l.clock })
	}}
	got := about(lived(t, "2027-04-30 10:00", nil, quiet, cancelled), "→ authority")
	if want := []string{"Mon 2027-03-01 14:30 authority-papers → authority"}; !slices.Equal(got, want) {
		t.Error(got)
	}
	if got = about(lived(t, "2027-04-30 10:00", nil, quiet, handsOn("2027-03-03 10:00")), "→ authority"); len(got) < 3 {
		t.Error("nor does the colleague:", got)
	}
}

// signsOnline is the contact signing the convention, as booking makes it; countersigns is somebody of the team.
func signsOnline(at string) event {
	return says(at, func(e *enrolment.Enrolment, r *enrolment.Reply) {
		when := day(at)
		r.Answer = enrolment.Answer{Given: enrolment.Accord, At: when}
		r.Signature = enrolment.Signature{Name: "Paul Martin", At: when}
		e.Declare(enrolment.StepDemande, enrolment.ByAuthority, true, when)
		e.Declare(enrolment.StepAccord, enrolment.ByAuthority, true, when)
	})
}

func countersigns(at string) event {
	return event{at, func(l *life) {
		l.tell(enrolment.NoticeConventionSigned, func(e *enrolment.Enrolment) {
			e.OpenReply().Signature.Organisation = enrolment.Countersignature{By: "Claire", At: day(at)}
			e.Declare(enrolment.StepConvention, enrolment.ByStaff, true, day(at))
		})
	}}
}

func TestASignatureIsToldToTwoAndBothSignaturesToThreeOnceEach(t *testing.T) {
	got := about(lived(t, "2027-03-20 10:00", nil, signsOnline("2027-03-02 10:00"), countersigns("2027-03-03 11:00")), "said", "signed")
	want := []string{
		"Tue 2027-03-02 10:10 authority-said", "Tue 2027-03-02 10:10 staff-authority-said → staff",
		"Wed 2027-03-03 11:00 convention-signed", "Wed 2027-03-03 11:00 authority-convention-signed → authority", "Wed 2027-03-03 11:00 staff-convention-signed → staff",
	}
	slices.Sort(got)
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func undoes(at string) event {
	return event{at, func(l *life) {
		l.tell(enrolment.NoticeConventionUndone, func(e *enrolment.Enrolment) {
			e.OpenReply().Signature = enrolment.Signature{}
			delete(e.Steps, enrolment.StepConvention)
		})
	}}
}

// A convention that the organisation takes back is told to the élu and to the contact, once each; but not to a contact who has signed
// again before the mail could leave, nor while the mail of the signatures has not left.
func TestAConventionTakenBackIsToldToTwoOnceEach(t *testing.T) {
	told := []string{"Thu 2027-03-04 10:00 authority-convention-undone → authority", "Thu 2027-03-04 10:00 convention-undone"}
	for name, c := range map[string]struct {
		events []event
		want   []string
	}{
		"after the mail of both signatures": {[]event{signsOnline("2027-03-02 10:00"), countersigns("2027-03-03 11:00"), undoes("2027-03-04 10:00")}, told},
		"before it could leave": {[]event{signsOnline("2027-03-02 10:00"), countersigns("2027-03-03 23:00"), undoes("2027-03-03 23:30")},
			[]string{"Thu 2027-03-04 08:00 authority-convention-undone → authority", "Thu 2027-03-04 08:00 convention-undone"}},
		"signed again before it could leave": {[]event{signsOnline("2027-03-02 10:00"), countersigns("2027-03-03 11:00"), undoes("2027-03-03 23:30"), signsOnline("2027-03-03 23:50")}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			got := about(lived(t, "2027-03-20 10:00", nil, c.events...), "undone")
			slices.Sort(got)
			if !slices.Equal(c.want, got) {
				t.Errorf("told %v, want %v", got, c.want)
			}
		})
	}
}

// Whoever has signed is not asked to sign, though the organisation takes its time; without a signature both are.
func TestNobodyIsRemindedOfAConventionThatWaitsForTheOrganisation(t *testing.T) {
	if got := about(lived(t, "2027-04-28 10:00", nil, signsOnline("2027-03-02 10:00")), "reminder", "collectivite-convention"); len(got) != 0 {
		t.Error(got)
	}
	if got := about(lived(t, "2027-04-28 10:00", nil, replies("2027-03-02 10:00", enrolment.Accord)), "reminder", "collectivite-convention"); len(got) == 0 {
		t.Error("nobody is reminded at all")
	}
}

// Both signed, and one of the papers changed before the mail left: what is void is not sent.
func TestASignedConventionThatIsVoidIsNotSent(t *testing.T) {
	got := about(lived(t, "2027-03-09 10:00", nil, signsOnline("2027-03-02 10:00"), countersigns("2027-03-06 21:00"), event{"2027-03-06 22:00", func(l *life) {
		l.change(func(e *enrolment.Enrolment) { e.Renew(session("2027-04-29"), l.clock) })
	}}), "signed")
	if len(got) != 0 {
		t.Error(got)
	}
}

// A run that dies with the news in its hand leaves what the news stands for to whoever takes it up: what was declared first is neither told
// on its own afterwards nor kept for ever.
func TestNewsTakenUpAgainStandsForAsMuchAsBefore(t *testing.T) {
	for name, c := range map[string]struct{ unreachable, again bool }{"reached": {}, "unreachable": {unreachable: true}, "declared again meanwhile": {again: true}} {
		t.Run(name, func(t *testing.T) {
			l := newLife(session("2027-04-29"), day("2027-03-01 14:30"))
			e := file(enrolment.Collectivite, l.clock)
			withContact(&e)
			e.Unreachable = c.unreachable
			l.enrol(e)
			for _, ev := range []event{replies("2027-03-02 10:00", enrolment.Accord), replies("2027-03-02 10:01", enrolment.Accord)} {
				l.until(t, day(ev.at))
				ev.do(l)
				l.sweep(t)
			}
			died := false
			l.store.crash = func(point string) bool {
				_, taken := l.store.logs["f1"]["authority-said-20270302T090100"]
				now := point == "after claim" && taken && !died
				died = died || now
				return now
			}
			l.until(t, day("2027-03-02 10:12"))
			if !died {
				t.Fatal("no run died")
			}
			if c.again {
				replies("2027-03-02 10:12", enrolment.Refus).do(l)
			}
			l.until(t, day("2027-03-05 10:00"))
			if left := l.only().Notices; len(left) > 0 {
				t.Errorf("kept for ever: %v", left)
			}
			l.tick(enrolment.StepConvention) // whatever wakes the file later
			l.until(t, day("2027-03-10 10:00"))
			told := map[string]int{}
			for _, p := range l.post {
				told[string(p.kind)]++
			}
			staff := 1
			if c.again {
				staff = 2 // what is declared after ten quiet minutes is news of its own
			}
			if n := told["authority-said"]; n > 1 || n == 0 && !c.unreachable || told["staff-authority-said"] != staff {
				t.Errorf("told %v", told)
			}
		})
	}
}
