package duty_test

import (
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/duty"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// at is a Paris hour; the session is on Tuesday 9 March 2027, from 9 to 17.
func at(day string, hour int) time.Time {
	d, err := time.ParseInLocation(time.DateOnly, day, guide.Paris)
	if err != nil {
		panic(err)
	}
	return d.Add(time.Duration(hour) * time.Hour)
}

func session() enrolment.Session {
	return enrolment.Session{ID: "mars", HalfDays: []enrolment.HalfDay{
		{Start: at("2027-03-09", 9), End: at("2027-03-09", 12)}, {Start: at("2027-03-09", 14), End: at("2027-03-09", 17)},
	}}
}

// file is reserved on the fourth of January, with some steps done by their day.
func file(mode enrolment.Mode, steps ...any) enrolment.Enrolment {
	made := at("2027-01-04", 10)
	e := enrolment.Enrolment{
		ID: "f", Mode: mode, Status: enrolment.Reserved, CreatedAt: made, ReservedAt: made, ModeSince: made,
		Steps: map[enrolment.StepKey]enrolment.StepDone{}, Marks: map[enrolment.DutyKind]enrolment.DutyMark{},
	}
	for i := 0; i+1 < len(steps); i += 2 {
		e.Steps[steps[i].(enrolment.StepKey)] = enrolment.StepDone{At: at(steps[i+1].(string), 10)}
	}
	return e
}

func planner(t *testing.T) duty.Planner {
	t.Helper()
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	return duty.Planner{Guide: g}
}

func TestADutyBeginsAndIsDueByTheCalendar(t *testing.T) {
	p := planner(t)
	gone := file(enrolment.Collectivite)
	gone.Unreachable = true
	seen := file(enrolment.Collectivite)
	seen.Attendance = &enrolment.Attendance{}
	for _, c := range []struct {
		what string
		file enrolment.Enrolment
		now  time.Time
		kind enrolment.DutyKind
		due  string
	}{
		{"nothing is asked for a convention that is far", file(enrolment.Collectivite), at("2027-02-01", 9), "", ""},
		{"a convention not back fifteen days before", file(enrolment.Collectivite), at("2027-02-22", 10), enrolment.DutyConventionCall, "2027-03-09"},
		{"a convention that is back", file(enrolment.Collectivite, enrolment.StepConvention, "2027-02-01"), at("2027-02-22", 10), "", ""},
		{"a contract not signed seven days before", file(enrolment.Personnel), at("2027-03-02", 10), enrolment.DutyContractCall, "2027-03-09"},
		{"not eight days before", file(enrolment.Personnel), at("2027-03-01", 8), "", ""},
		{"a request declared on a Friday is answered by Tuesday", file(enrolment.DIFE, enrolment.StepDossier, "2027-01-15"), at("2027-01-15", 11), enrolment.DutyDIFEAnswer, "2027-01-19"},
		{"an address that comes back", gone, at("2027-01-05", 9), enrolment.DutyUnreachable, "2027-03-09"},
		{"who came is recorded after the session", file(enrolment.Personnel, enrolment.StepContrat, "2027-02-01"), at("2027-03-09", 18), enrolment.DutyAttendance, "2027-03-10"},
		{"and calls of before are over", gone, at("2027-03-09", 18), enrolment.DutyAttendance, "2027-03-10"},
	} {
		d, _ := p.Plan(c.file, session(), c.now)
		due := ""
		if !d.Due.IsZero() {
			due = d.Due.In(guide.Paris).Format(time.DateOnly)
		}
		if d.Kind != c.kind || due != c.due {
			t.Errorf("%s: %q by %q, want %q by %q", c.what, d.Kind, due, c.kind, c.due)
		}
	}
	if d, _ := p.Plan(seen, session(), at("2027-03-10", 9)); d.Kind != enrolment.DutyInvoice {
		t.Error("once who came is recorded, the invoice:", d)
	}
}

func TestWhatIsLostFirstComesFirstAndTheNextOneIsKnown(t *testing.T) {
	p := planner(t)
	e := file(enrolment.Collectivite)
	e.Unreachable = true
	_, next := p.Plan(e, session(), at("2027-02-01", 9))
	if want := session().Start().AddDate(0, 0, -15); !next.Equal(want) {
		t.Errorf("the call about the convention begins %v, want %v", next, want)
	}
	filed := file(enrolment.DIFE, enrolment.StepDossier, "2027-03-05")
	filed.Unreachable = true
	if d, _ := p.Plan(filed, session(), at("2027-03-05", 12)); d.Kind != enrolment.DutyUnreachable {
		t.Error("the call ends when the session begins, before the answer's last day:", d)
	}
	for now := at("2027-01-04", 11); now.Before(at("2027-04-15", 0)); now = now.Add(12 * time.Hour) {
		d, next := p.Plan(filed, session(), now)
		if !next.IsZero() && !next.After(now) {
			t.Fatalf("at %v the next duty begins in the past: %v", now, next)
		}
		if d.Kind != "" && d.Due.IsZero() {
			t.Fatalf("at %v: %v has no last day", now, d)
		}
	}
}

func TestADutyPutOffComesBackAndOneDoneDoesNot(t *testing.T) {
	p := planner(t)
	e := file(enrolment.Collectivite)
	now, until := at("2027-02-22", 10), at("2027-02-24", 0)
	e.Marks[enrolment.DutyConventionCall] = enrolment.DutyMark{Until: until}
	if d, next := p.Plan(e, session(), now); d.Kind != "" || !next.Equal(until) {
		t.Error("put off:", d, next)
	}
	if d, _ := p.Plan(e, session(), until); d.Kind != enrolment.DutyConventionCall {
		t.Error("on its day:", d)
	}
	e.Marks[enrolment.DutyConventionCall] = enrolment.DutyMark{Done: true}
	if d, _ := p.Plan(e, session(), until); d.Kind != "" {
		t.Error("done:", d)
	}
}

func TestAContactWhoWantsNoMailsIsCalledUntilAnotherOneIsNamed(t *testing.T) {
	p := planner(t)
	e := file(enrolment.Collectivite)
	e.Contact = &enrolment.Contact{Name: "Paul Martin", Email: "sg@mairie.fr"}
	e.Silence(0, true, at("2027-01-15", 10)) // a Friday
	if d, _ := p.Plan(e, session(), at("2027-01-15", 11)); d.Kind != enrolment.DutyContactCall || d.Due.In(guide.Paris).Format(time.DateOnly) != "2027-01-19" {
		t.Error(d)
	}
	called := e
	called.Marks = map[enrolment.DutyKind]enrolment.DutyMark{enrolment.DutyContactCall: {Done: true}}
	settled := e
	settled.HandOn(enrolment.Contact{Email: "finances@mairie.fr"}, "Paul Martin", at("2027-01-16", 10))
	for what, e := range map[string]enrolment.Enrolment{"called": called, "another contact": settled} {
		if d, _ := p.Plan(e, session(), at("2027-01-18", 11)); d.Kind != "" {
			t.Error(what, d)
		}
	}
}

func TestTheMairieIsCalledAgainAWeekBeforeWhateverWasSaidOfTheFirstCall(t *testing.T) {
	p := planner(t)
	for what, mark := range map[string]enrolment.DutyMark{"nothing": {}, "made": {Done: true}, "put off": {Until: at("2027-03-08", 0)}} {
		e := file(enrolment.Collectivite)
		e.Marks[enrolment.DutyConventionCall] = mark
		if d, _ := p.Plan(e, session(), at("2027-03-02", 8)); d.Kind == enrolment.DutyConventionLast {
			t.Errorf("first call %s: the second comes before its day", what)
		}
		if d, _ := p.Plan(e, session(), at("2027-03-02", 10)); d.Kind != enrolment.DutyConventionLast {
			t.Errorf("first call %s: a week before, %q", what, d.Kind)
		}
	}
	e := file(enrolment.Collectivite)
	e.Marks[enrolment.DutyConventionCall] = enrolment.DutyMark{Done: true}
	if _, next := p.Plan(e, session(), at("2027-02-25", 10)); !next.Equal(session().Start().AddDate(0, 0, -7)) {
		t.Error("the file is not looked at again on that day:", next)
	}
}

func TestASessionUnderItsMinimumIsDecidedAboutTwoWeeksBefore(t *testing.T) {
	p := planner(t)
	few := session()
	few.Status, few.Minimum, few.Taken = enrolment.SessionOpen, 6, 3
	enough, cancelled := few, few
	enough.Taken, cancelled.Status = 6, enrolment.SessionCancelled
	for _, c := range []struct {
		what    string
		session enrolment.Session
		mark    enrolment.DutyMark
		now     time.Time
		due     string
	}{
		{"too early", few, enrolment.DutyMark{}, at("2027-02-14", 12), ""},
		{"a week before the decision", few, enrolment.DutyMark{}, at("2027-02-16", 12), "2027-02-22"},
		{"late", few, enrolment.DutyMark{}, at("2027-03-08", 12), "2027-02-22"},
		{"begun", few, enrolment.DutyMark{}, at("2027-03-09", 10), ""},
		{"enough people", enough, enrolment.DutyMark{}, at("2027-02-16", 12), ""},
		{"cancelled", cancelled, enrolment.DutyMark{}, at("2027-02-16", 12), ""},
		{"it takes place all the same", few, enrolment.DutyMark{Done: true}, at("2027-02-16", 12), ""},
		{"put off", few, enrolment.DutyMark{Until: at("2027-02-18", 0)}, at("2027-02-17", 12), ""},
		{"back", few, enrolment.DutyMark{Until: at("2027-02-18", 0)}, at("2027-02-18", 12), "2027-02-22"},
	} {
		d, due := p.Minimum(c.session, c.mark, c.now), ""
		if d.Kind != "" {
			due = d.Due.In(guide.Paris).Format(time.DateOnly)
		}
		if due != c.due {
			t.Errorf("%s: due %q, want %q", c.what, due, c.due)
		}
	}
	if h := p.MinimumHorizon(at("2027-02-15", 12)); !h.After(session().Start()) {
		t.Error("the session is asked about and is not looked for:", h)
	}
}

func TestAFileWithoutASeatAsksForNothing(t *testing.T) {
	p := planner(t)
	for _, status := range []enrolment.Status{enrolment.Waiting, enrolment.Offered, enrolment.Cancelled, enrolment.Expired} {
		e := file(enrolment.Collectivite)
		e.Status, e.Unreachable = status, true
		if d, next := p.Plan(e, session(), at("2027-03-08", 9)); d.Kind != "" || !next.IsZero() {
			t.Error(status, d, next)
		}
	}
	called := session()
	called.Status = enrolment.SessionCancelled
	if d, _ := p.Plan(file(enrolment.Collectivite), called, at("2027-03-08", 9)); d.Kind != "" {
		t.Error("a cancelled session:", d)
	}
	decoy := file(enrolment.Collectivite)
	decoy.Decoy = true
	if d, _ := p.Plan(decoy, session(), at("2027-03-08", 9)); d.Kind != "" {
		t.Error("a decoy:", d)
	}
}
