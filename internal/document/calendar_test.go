package document_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

func calendar(t *testing.T, in document.Input) string {
	t.Helper()
	got, err := document.Calendar(in)
	if err != nil {
		t.Fatal(err)
	}
	return string(got)
}

func TestCalendarGolden(t *testing.T) {
	cases := map[string]func(*document.Input){
		"reserved": func(*document.Input) {},
		// Summer time begins on Sunday 28 March 2027: 9 h in Paris is 08:00Z on the 26th, 07:00Z on the 29th.
		"clock-forward": func(in *document.Input) {
			in.Session.HalfDays = []enrolment.HalfDay{halfDay(t, "2027-03-26", "09:00", "12:30"), halfDay(t, "2027-03-29", "09:00", "12:30")}
		},
		// It ends on Sunday 31 October 2027.
		"clock-back": func(in *document.Input) {
			in.Session.HalfDays = []enrolment.HalfDay{halfDay(t, "2027-10-29", "09:00", "12:30"), halfDay(t, "2027-11-02", "09:00", "12:30")}
		},
		"remote": func(in *document.Input) {
			in.Session.Remote, in.Session.Place, in.Session.Address, in.Session.Access = true, "À distance (visioconférence)", "", ""
			in.Session.VideoURL = "https://visio.example/salle-12"
			in.Session.HalfDays = in.Session.HalfDays[:1]
		},
		"shorter": func(in *document.Input) {
			in.Session.Sittings, in.Session.Revision, in.Session.HalfDays = 4, 1, in.Session.HalfDays[:2]
		},
		"offered":   func(in *document.Input) { in.Enrolment.Status = enrolment.Offered },
		"cancelled": func(in *document.Input) { in.Enrolment.Status = enrolment.Cancelled },
		"session-cancelled": func(in *document.Input) {
			in.Session.Status, in.Session.Revision = enrolment.SessionCancelled, 3
		},
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			in := sample(t, enrolment.DIFE)
			change(&in)
			golden(t, "calendar-"+name+".ics", strings.ReplaceAll(calendar(t, in), "\r\n", "\n"))
		})
	}
}

func TestAMovedSessionReplacesTheEventsOfTheDiary(t *testing.T) {
	in := sample(t, enrolment.DIFE)
	before := events(t, calendar(t, in))
	in.Session.Revision++
	in.Session.HalfDays[0] = halfDay(t, "2027-04-01", "09:00", "12:30")
	after := events(t, calendar(t, in))
	for i := range before {
		if before[i].Id() != after[i].Id() {
			t.Errorf("event %d changed its UID: %s, then %s", i, before[i].Id(), after[i].Id())
		}
		if number(t, after[i]) <= number(t, before[i]) {
			t.Errorf("event %d: the sequence did not grow", i)
		}
	}
}

func TestSequenceOnlyGrows(t *testing.T) {
	in := sample(t, enrolment.DIFE)
	in.Session.Revision, in.Enrolment.Version = 40, 3
	last := number(t, events(t, calendar(t, in))[0])
	for name, change := range map[string]func(in *document.Input){
		"exchanged for a session that never moved": func(in *document.Input) { in.Session.Revision, in.Enrolment.Version = 0, 4 },
		"given back":            func(in *document.Input) { in.Enrolment.Status, in.Enrolment.Version = enrolment.Cancelled, 4 },
		"session cancelled":     func(in *document.Input) { in.Session.Status = enrolment.SessionCancelled },
		"session moved forever": func(in *document.Input) { in.Session.Revision = 5000 },
	} {
		t.Run(name, func(t *testing.T) {
			in := in
			change(&in)
			if got := number(t, events(t, calendar(t, in))[0]); got <= last {
				t.Errorf("sequence %d, was %d", got, last)
			}
		})
	}
}

func TestTwoFilesNeverShareAnEvent(t *testing.T) {
	one, other := sample(t, enrolment.DIFE), sample(t, enrolment.DIFE)
	other.Enrolment.ID = "z" + other.Enrolment.ID[1:]
	seen := map[string]bool{}
	for _, e := range append(events(t, calendar(t, one)), events(t, calendar(t, other))...) {
		if seen[e.Id()] {
			t.Errorf("UID %s given twice", e.Id())
		}
		seen[e.Id()] = true
	}
}

func TestOneReminderADayTheDayBefore(t *testing.T) {
	text := calendar(t, sample(t, enrolment.DIFE)) // two days of two half-days
	if n := strings.Count(text, "TRIGGER:-P1D"); n != 2 {
		t.Errorf("%d reminders, want 2", n)
	}
}

func TestNoCalendarWithoutASeat(t *testing.T) {
	in := sample(t, enrolment.DIFE)
	in.Enrolment.Status = enrolment.Waiting
	if _, err := document.Calendar(in); enrolment.KindOf(err) != enrolment.KindConflict {
		t.Errorf("got %v, want a conflict", err)
	}
}

func TestCalendarFailsClearly(t *testing.T) {
	in := sample(t, enrolment.DIFE)
	in.Organisation.Email = ""
	if _, err := document.Calendar(in); err == nil || !strings.Contains(err.Error(), "e-mail") {
		t.Errorf("no e-mail: got %v", err)
	}
	in = sample(t, enrolment.DIFE)
	in.Session.HalfDays = nil
	if _, err := document.Calendar(in); err == nil || !strings.Contains(err.Error(), "half-day") {
		t.Errorf("no half-day: got %v", err)
	}
}

// One rule says who has the video link (enrolment.VideoURL); the diary and the convocation keep it.
func TestTheVideoLinkIsForWhoHasAFirmSeat(t *testing.T) {
	for status, want := range map[enrolment.Status]bool{
		enrolment.Reserved: true, enrolment.Confirmed: true, enrolment.Attended: true,
		enrolment.Offered: false, enrolment.Cancelled: false, enrolment.Expired: false, enrolment.Waiting: false,
	} {
		in := sample(t, enrolment.DIFE)
		in.Session.Remote, in.Session.VideoURL = true, "https://visio.example/salle-12"
		in.Enrolment.Status = status
		if got := in.Enrolment.VideoURL(in.Session) != ""; got != want {
			t.Errorf("%s: the rule says %v", status, got)
		}
		if cal, err := document.Calendar(in); err == nil && strings.Contains(string(cal), "visio.example") != want {
			t.Errorf("%s: the diary has the link: %v", status, !want)
		}
		paper, err := document.Compose(document.Convocation, in)
		if err == nil && strings.Contains(text(paper), "visio.example") != want {
			t.Errorf("%s: the convocation has the link: %v", status, !want)
		}
	}
}

// What people type must not add a property, break a line or survive as a control character.
func TestHostileTextStaysText(t *testing.T) {
	in := sample(t, enrolment.DIFE)
	in.Session.Formation.Title = "Budget\r\nATTENDEE:mailto:x@example.org\x00\u202e\u2066, suite; fin \\n"
	in.Organisation.Name = `L'Atelier "des" élus; section:1, rue`
	in.Session.Access = strings.Repeat("très long é€ ", 60) + "\x07"
	text := calendar(t, in)
	for _, line := range strings.Split(text, "\r\n") {
		if len(line) > 75 {
			t.Errorf("line of %d bytes: %q", len(line), line)
		}
		if strings.HasPrefix(line, "ATTENDEE") || strings.ContainsAny(line, "\x00\x07\r\n\u202e\u2066") {
			t.Errorf("hostile line: %q", line)
		}
	}
	for _, e := range events(t, text) {
		if got := e.GetProperty(ics.ComponentPropertyOrganizer).ICalParameters["CN"]; len(got) != 1 || got[0] != "L’Atelier  des  élus  section 1  rue" {
			t.Errorf("organizer's name: %q", got)
		}
	}
}

func events(t *testing.T, text string) []*ics.VEvent {
	t.Helper()
	parsed, err := ics.ParseCalendar(bytes.NewReader([]byte(text)))
	if err != nil {
		t.Fatal(err)
	}
	return parsed.Events()
}

func number(t *testing.T, e *ics.VEvent) (n int) {
	t.Helper()
	if _, err := fmt.Sscan(e.GetProperty(ics.ComponentPropertySequence).Value, &n); err != nil {
		t.Fatal(err)
	}
	return n
}

// A session of four half-days becomes one of two, or the file goes on to one of two: the other two leave the diary.
func TestWhatIsNoMoreLeavesTheDiary(t *testing.T) {
	in := sample(t, enrolment.DIFE)
	before := events(t, calendar(t, in))
	for name, change := range map[string]func(*document.Input){
		"the session lost two":               func(in *document.Input) { in.Session.Sittings, in.Session.Revision = 4, 1 },
		"another session of fewer":           func(in *document.Input) { in.Enrolment.Sittings, in.Enrolment.Version = 4, 9 },
		"another one, and given back":        func(in *document.Input) { in.Enrolment.Sittings, in.Enrolment.Status = 4, enrolment.Cancelled },
		"another one, then it is called off": func(in *document.Input) { in.Enrolment.Sittings, in.Session.Status = 4, enrolment.SessionCancelled },
	} {
		t.Run(name, func(t *testing.T) {
			in := in
			in.Session.HalfDays = in.Session.HalfDays[:2]
			change(&in)
			now := map[string]*ics.VEvent{}
			for _, e := range events(t, calendar(t, in)) {
				now[e.Id()] = e
			}
			for i, e := range before {
				after := now[e.Id()]
				if after == nil {
					t.Fatalf("event %s stays in the diary for ever", e.Id())
				}
				status := after.GetProperty(ics.ComponentPropertyStatus).Value
				if gone := i >= 2 || strings.Contains(calendar(t, in), "METHOD:CANCEL"); gone != (status == "CANCELLED") {
					t.Errorf("event %d is %s", i, status)
				}
			}
		})
	}
}

func TestTheMediaTypeCarriesTheMethod(t *testing.T) {
	in := sample(t, enrolment.DIFE)
	if got := enrolment.CalendarType([]byte(calendar(t, in))); got != "text/calendar; charset=utf-8; method=PUBLISH" {
		t.Error(got)
	}
	in.Enrolment.Status = enrolment.Cancelled
	if got := enrolment.CalendarType([]byte(calendar(t, in))); got != "text/calendar; charset=utf-8; method=CANCEL" {
		t.Error(got)
	}
}
