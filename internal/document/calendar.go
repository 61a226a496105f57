package document

import (
	"fmt"
	"strings"

	ics "github.com/arran4/golang-ical"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// CalendarName is the file name under which a calendar is sent and downloaded.
const CalendarName = "formation.ics"

// Calendar gives the half-days of a file's session as iCalendar (RFC 5545), one event each.
//
// Instants are in UTC, so that no reader needs our time zone; the description tells the hours of Paris. An event keeps
// its UID as long as the file lives and its SEQUENCE only grows, so that a later calendar replaces an earlier one, after
// the session was moved or exchanged. What an earlier one held beyond the half-days of now (the session lost some, or
// another one had more) is cancelled one by one. A cancelled file or session gives METHOD:CANCEL. An offered seat is tentative. The
// organizer is the organisation's own address, where answers are read. It refuses (KindConflict) a file that waits for a
// seat, and fails when the organisation has no e-mail or the session no half-day.
func Calendar(in Input) ([]byte, error) {
	if in.Enrolment.Status == enrolment.Waiting {
		return nil, enrolment.Refuse(enrolment.KindConflict, "Le calendrier sera prêt dès que vous aurez une place.")
	}
	if in.Organisation.Email == "" {
		return nil, fmt.Errorf("calendar: the organisation has no e-mail")
	}
	if len(in.Session.HalfDays) == 0 {
		return nil, fmt.Errorf("calendar: session %s has no half-day", in.Session.ID)
	}
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//Echarpe//Formation des elus locaux//FR")
	calendar.SetCalscale("GREGORIAN")
	calendar.SetMethod(ics.MethodPublish)
	if withdrawn(in) {
		calendar.SetMethod(ics.MethodCancel)
	}
	for i := range in.Session.HalfDays {
		addHalfDay(calendar, in, i)
	}
	for i := range in.Enrolment.LeftDiary(in.Session) {
		addGhost(calendar, in, len(in.Session.HalfDays)+i)
	}
	return []byte(calendar.Serialize(ics.WithNewLineWindows)), nil
}

// withdrawn tells whether the events must leave the holder's diary.
func withdrawn(in Input) bool {
	return in.Session.Status == enrolment.SessionCancelled || !in.Enrolment.Status.Live()
}

func addHalfDay(calendar *ics.Calendar, in Input, i int) {
	half := in.Session.HalfDays[i]
	event := calendar.AddEvent(uid(in, i))
	event.SetDtStampTime(in.Now)
	event.SetSequence(sequence(in))
	event.SetStartAt(half.Start)
	event.SetEndAt(half.End)
	event.SetSummary(summary(in, i))
	event.SetDescription(description(in, i))
	event.SetLocation(location(in.Session))
	if video := in.Enrolment.VideoURL(in.Session); video != "" {
		event.SetURL(oneLine(video))
	}
	event.SetOrganizer("mailto:"+oneLine(in.Organisation.Email), ics.WithCN(parameter(in.Organisation.Name)))
	event.SetStatus(eventStatus(in))
	if withdrawn(in) || !opensDay(in.Session, i) {
		return
	}
	alarm := event.AddAlarm()
	alarm.SetAction(ics.ActionDisplay)
	alarm.SetTrigger("-P1D")
	alarm.SetProperty(ics.ComponentPropertyDescription, "Demain, "+summary(in, i))
}

// addGhost takes out of the diary a half-day that is no more. Where it was is not known any more, and readers do not ask:
// they go by the UID.
func addGhost(calendar *ics.Calendar, in Input, i int) {
	event := calendar.AddEvent(uid(in, i))
	event.SetDtStampTime(in.Now)
	event.SetSequence(sequence(in))
	event.SetStartAt(in.Session.Start())
	event.SetEndAt(in.Session.HalfDays[0].End)
	event.SetSummary("Retirée" + nbsp + ": " + oneLine(in.Session.Formation.Title))
	event.SetDescription("Cette demi-journée est retirée de votre agenda.")
	event.SetOrganizer("mailto:"+oneLine(in.Organisation.Email), ics.WithCN(parameter(in.Organisation.Name)))
	event.SetStatus(ics.ObjectStatusCancelled)
}

// uid names a half-day for diaries, by its rank, as long as the file lives.
func uid(in Input, i int) string { return fmt.Sprintf("%s-%d@echarpe", in.Enrolment.ID, i+1) }

// opensDay tells whether half-day i is the first of its day: one reminder a day is enough.
func opensDay(s enrolment.Session, i int) bool {
	return i == 0 || day(s.HalfDays[i].Start) != day(s.HalfDays[i-1].Start)
}

// sequence grows at each change of the file or of its session: a cancellation counts as one, and an exchange of session
// (which writes the file) outweighs the revisions of the session that was left.
func sequence(in Input) int {
	const perWrite = 100
	n := perWrite*int(in.Enrolment.Version) + min(in.Session.Revision, perWrite-2)
	if withdrawn(in) {
		n++
	}
	return n
}

func eventStatus(in Input) ics.ObjectStatus {
	switch {
	case withdrawn(in):
		return ics.ObjectStatusCancelled
	case in.Enrolment.Status == enrolment.Offered:
		return ics.ObjectStatusTentative
	}
	return ics.ObjectStatusConfirmed
}

func summary(in Input, i int) string {
	title := "Formation" + nbsp + ": " + oneLine(in.Session.Formation.Title)
	if n := len(in.Session.HalfDays); n > 1 {
		title += fmt.Sprintf(" (%d/%d)", i+1, n)
	}
	return title
}

func location(s enrolment.Session) string {
	if s.Remote || s.Address == "" {
		return oneLine(s.Place)
	}
	return oneLine(s.Place + ", " + s.Address)
}

// description says, line by line, what the holder looks for in the morning. No name and no link to the file: diaries are shared.
func description(in Input, i int) string {
	half := in.Session.HalfDays[i]
	lines := []string{
		fmt.Sprintf("%s, de %s à %s (heure de Paris).", capitalised(weekday(half.Start)), clock(half.Start), clock(half.End)),
	}
	switch {
	case withdrawn(in):
		lines = append(lines, "Cette formation est retirée de votre agenda.")
	case in.Enrolment.VideoURL(in.Session) != "":
		lines = append(lines, "Visioconférence"+nbsp+": "+oneLine(in.Enrolment.VideoURL(in.Session)))
	case in.Session.Access != "":
		lines = append(lines, "Accès"+nbsp+": "+oneLine(in.Session.Access))
	}
	contact := oneLine(in.Organisation.Name)
	if in.Organisation.Phone != "" {
		contact += ", " + oneLine(in.Organisation.Phone)
	}
	lines = append(lines,
		"Contact"+nbsp+": "+contact+", "+oneLine(in.Organisation.Email),
		"Référence de votre dossier"+nbsp+": "+in.Enrolment.Reference)
	return strings.Join(lines, "\n")
}

// parameter is a text that a parameter of a calendar can carry: the library escapes these characters in a way that
// readers do not undo.
func parameter(s string) string {
	return strings.NewReplacer(`"`, " ", `\`, " ", ",", " ", ";", " ", ":", " ", "'", "’").Replace(oneLine(s))
}

func capitalised(s string) string { return strings.ToUpper(s[:1]) + s[1:] }
