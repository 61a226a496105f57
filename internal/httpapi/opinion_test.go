package httpapi_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestWhoAttendedSaysOnceWhatTheyThoughtAndOnlyTheSumIsKept(t *testing.T) {
	ctx := context.Background()
	w := newWorld(t)
	s := session("avis", 12, today.AddDate(0, 2, 0))
	w.publish(s)
	here := func(q map[string]any) { q["sessionId"] = "avis" }
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr", here))
	away, stranger := w.holder(w.enrol(2, "b@mairie.fr", here))
	give := func(path, bearer, answers string) answer {
		return w.ask("PUT", path+"/opinion", `{"answers":`+answers+`}`, "Authorization", bearer)
	}
	give(path, bearer, "[4,4,4,4,4]").problem(t, 409, "conflict")

	w.now = s.End().Add(time.Hour)
	id := path[strings.LastIndex(path, "/")+1:]
	var marks []enrolment.PresenceMark
	for _, h := range s.HalfDays {
		marks = append(marks, enrolment.PresenceMark{FileID: id, HalfDay: h.Start, Presence: enrolment.Present})
	}
	record, _ := s.AttendanceOf(id, marks, w.now)
	if _, err := w.desk.Attend(ctx, id, record); err != nil {
		t.Fatal(err)
	}
	a := w.ask("GET", path, "", "Authorization", bearer)
	if questions, _ := at(a.body, "opinion", "questions").([]any); len(questions) != 5 {
		t.Fatal(a.raw)
	}
	for _, bad := range []string{"[]", "[0,0,0,0,0]", "[5,1,1,1,1]", "[-1,1,1,1,1]", "[1,1,1,1,1,1]", "[1.5,1,1,1,1]"} {
		give(path, bearer, bad).problem(t, 422, "validation")
	}
	if a = give(path, bearer, "[4,3,0,1,4.0]"); at(a.body, "opinion", "given") != true || at(a.body, "opinion", "questions") != nil {
		t.Fatal(a.raw)
	}
	give(path, bearer, "[1,1,1,1,1]") // sent again: the first one stands
	sums, err := w.store.Opinions(ctx, []string{"avis", "none"})
	want := enrolment.Opinions{People: 1, Counts: [5][4]int{{0, 0, 0, 1}, {0, 0, 1, 0}, {}, {1, 0, 0, 0}, {0, 0, 0, 1}}}
	if err != nil || len(sums) != 1 || sums["avis"] != want {
		t.Errorf("%v %v", sums, err)
	}
	if a = w.ask("GET", away, "", "Authorization", stranger); at(a.body, "opinion") != nil {
		t.Error("who was not there is asked:", a.raw)
	}
	give(away, stranger, "[1,1,1,1,1]").problem(t, 409, "conflict")
	w.now = s.End().AddDate(0, 0, 61)
	if a = w.ask("GET", path, "", "Authorization", bearer); at(a.body, "opinion") != nil {
		t.Error("the questionnaire never closes:", a.raw)
	}
}
