package staffapi_test

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// comes is what the tablet sends of somebody who is on no list.
func comes(first, last, email string) string {
	return fmt.Sprintf(`{"firstName":%q,"lastName":%q,"email":%q,"phone":"06 12 34 56 78","mandate":"maire","authority":"Commune de Riec","funding":"collectivite"}`, first, last, email)
}

// onTheDay is a session of so many seats, two of them taken, one person waiting when there are but two; it is the day.
func onTheDay(t *testing.T, seats int) (w *world, s enrolment.Session, people []enrolment.Enrolment, token string) {
	w = staffed(t)
	s, people = w.room()
	token = w.token("mars")
	w.advance(s.Start().Sub(w.clock()))
	w.seats("mars", seats)
	return w, s, people, token
}

// seats changes how many seats a session has, as the catalogue does.
func (w *world) seats(id string, n int) {
	w.t.Helper()
	s, err := w.store.Session(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	s.Capacity = n
	if _, err := w.store.ApplySession(context.Background(), s); err != nil {
		w.t.Fatal(err)
	}
}

func taken(t *testing.T, store *dynamo.Store) (taken, waiting int) {
	t.Helper()
	s, err := store.Session(context.Background(), "mars")
	if err != nil {
		t.Fatal(err)
	}
	return s.Taken, s.Waiting
}

func TestSomebodyUnexpectedIsEnrolledInTheRoomWhileASeatIsLeft(t *testing.T) {
	w, s, _, token := onTheDay(t, 3)
	half := enrolment.HalfDayKey(s.Start())
	const path = "/api/attendance/mars/arrivals/x-5f3c2b1a-0001"
	first := w.ask(token, "PUT", path, comes("Inès", "Imprévue", "ines@exemple.fr")).want(200)
	if first.body["outcome"] != "enrolled" || first.body["why"] != nil {
		t.Fatal(first.raw)
	}
	id := first.body["person"].(map[string]any)["id"].(string)
	w.look(id)
	if duties := w.ask("gestion", "GET", "/api/staff/duties", "").want(200); !strings.Contains(duties.raw, `"kind":"arrival"`) || !strings.Contains(duties.raw, "Compléter l’inscription de Inès Imprévue") {
		t.Error("the organisation is not asked to complete it:", duties.raw)
	}
	w.change("gestion", "POST", id, "duty", `{"kind":"arrival","done":true}`).want(200)
	if duties := w.ask("gestion", "GET", "/api/staff/duties", "").want(200); strings.Contains(duties.raw, `"kind":"arrival"`) {
		t.Error("once done it is still asked:", duties.raw)
	}
	w.ask(token, "PUT", "/api/attendance/mars/"+half+"/x-5f3c2b1a-0001", `{"presence":"present"}`).want(200) // the tablet knows no other name yet
	w.advance(26 * time.Hour)                                                                                // it had no network
	if again := w.ask(token, "PUT", path, comes("Inès", "Imprévue", "ines@exemple.fr")).want(200); again.body["outcome"] != "enrolled" || !strings.Contains(again.raw, id) {
		t.Error("sent twice, it is not the same person:", again.raw)
	}
	e, err := w.store.File(context.Background(), id)
	if err != nil || e.Status != enrolment.Reserved || e.ToProve() || e.Mode != enrolment.Collectivite || e.ArrivedAt.IsZero() {
		t.Errorf("%+v %v", e, err)
	}
	if n, waiting := taken(t, w.store); n != 3 || waiting != 1 {
		t.Error("taken", n, "waiting", waiting)
	}
	sheet := w.ask(token, "GET", "/api/attendance/mars", "").want(200)
	if strings.Count(sheet.raw, "Inès Imprévue") != 1 || strings.Contains(sheet.raw, `"unexpected"`) || !strings.Contains(sheet.raw, `"arrival":"x-5f3c2b1a-0001","marks":{"`+half+`":{"presence":"present"`) {
		t.Error("the presence marked under the tablet's name is not the file's:", sheet.raw)
	}
	for _, secret := range []string{"ines@", "+336", "Riec"} {
		if strings.Contains(sheet.raw+first.raw, secret) {
			t.Errorf("%s comes back to the trainer's link: names only", secret)
		}
	}
	if audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200); !strings.Contains(audit.raw, "Inscription dans la salle") || !strings.Contains(audit.raw, "Lien du formateur") {
		t.Error(audit.raw)
	}
	if strings.Contains(w.logs.String(), "Imprévue") || strings.Contains(w.logs.String(), "ines@") {
		t.Error("who came is in the log")
	}
	w.advance(s.End().Add(time.Hour).Sub(w.clock()))
	w.ask("gestion", "POST", "/api/staff/sessions/mars/closure", `{"unmarked":"absent"}`).want(200)
	if e, _ := w.store.File(context.Background(), id); e.Status != enrolment.Attended || e.Attendance.Minutes() != 180 {
		t.Errorf("%s %+v", e.Status, e.Attendance)
	}
}

func TestAFullSessionNotesWhoComesAndSaysSoPlainly(t *testing.T) {
	w, s, people, token := onTheDay(t, 2)
	noted := w.ask(token, "PUT", "/api/attendance/mars/arrivals/x-5f3c2b1a-0001", comes("Inès", "Imprévue", "ines@exemple.fr")).want(200)
	if noted.body["outcome"] != "noted" || !strings.Contains(noted.raw, "complète") {
		t.Error(noted.raw)
	}
	if n, _ := taken(t, w.store); n != 2 {
		t.Error("taken", n)
	}
	sheet := w.ask("gestion", "GET", "/api/staff/sessions/mars/attendance", "").want(200)
	if !strings.Contains(sheet.raw, `"email":"ines@exemple.fr"`) || !strings.Contains(sheet.raw, "Commune de Riec") {
		t.Error("the team does not see whom to call:", sheet.raw)
	}
	if mine := w.ask(token, "GET", "/api/attendance/mars", "").want(200); strings.Contains(mine.raw, "ines@") {
		t.Error("the trainer's link gives an address:", mine.raw)
	}
	w.advance(s.End().Sub(w.clock()))
	w.ask("gestion", "POST", "/api/staff/sessions/mars/closure", `{"unmarked":"absent"}`).problem(409, "conflict")
	const path = "/api/staff/sessions/mars/arrivals/x-5f3c2b1a-0001"
	w.ask("gestion", "PUT", path, comes("Inès", "Imprévue", "ines@exemple.fr")).problem(409, "conflict")
	w.ask("lecture", "PUT", path, comes("Inès", "Imprévue", "ines@exemple.fr")).problem(404, "forbidden")
	w.seats("mars", 3)
	w.ask("gestion", "PUT", path, `{"name":"Inès Imprévue"}`).problem(422, "validation")
	if a := w.ask("gestion", "PUT", path, comes("Inès", "Imprévue", "ines.imprevue@exemple.fr")).want(200); strings.Contains(a.raw, `"unexpected"`) {
		t.Error(a.raw)
	}
	w.ask("gestion", "POST", "/api/staff/sessions/mars/closure", `{"unmarked":"absent"}`).want(200)
	_ = people
}

func TestWhoIsKnownKeepsTheirOwnFileInTheRoom(t *testing.T) {
	w, _, people, token := onTheDay(t, 3)
	put := func(n int, body string) answer {
		return w.ask(token, "PUT", fmt.Sprintf("/api/attendance/mars/arrivals/x-5f3c2b1a-%04d", n), body).want(200)
	}
	if a := put(1, comes("jean", "MARTIN", "jean@exemple.fr")); a.body["outcome"] != "listed" || !strings.Contains(a.raw, people[1].ID) {
		t.Error("who has a seat:", a.raw)
	}
	if a := put(2, comes("Autre", "Personne", "zoe@exemple.fr")); a.body["outcome"] != "noted" || strings.Contains(a.raw, people[2].ID) {
		t.Error("another name took somebody's file:", a.raw)
	}
	if a := put(3, comes("Zoe", "Attend", "zoe@exemple.fr")); a.body["outcome"] != "enrolled" || !strings.Contains(a.raw, people[2].ID) {
		t.Error("who waited:", a.raw)
	}
	if n, waiting := taken(t, w.store); n != 3 || waiting != 0 {
		t.Error("taken", n, "waiting", waiting)
	}
	if a := put(4, strings.Replace(comes("D", "IFE", "dife@exemple.fr"), "collectivite", "dife", 1)); a.body["outcome"] != "noted" || !strings.Contains(a.raw, "DIFE") {
		t.Error(a.raw)
	}
	if a := put(5, `{"firstName":"Sans","lastName":"Courrier","phone":"06 12 34 56 78"}`); a.body["outcome"] != "noted" || !strings.Contains(a.raw, "e-mail") {
		t.Error(a.raw)
	}
	w.ask(token, "PUT", "/api/attendance/mars/arrivals/x-5f3c2b1a-0006", comes("", "Sans", "pas une adresse")).problem(422, "validation")
}

func TestALostTrainersLinkEnrolsFewPeopleAndOnlyOnTheDay(t *testing.T) {
	w := staffed(t)
	s, _ := w.room()
	w.seats("mars", 60)
	token := w.token("mars")
	put := func(n int) answer {
		return w.ask(token, "PUT", fmt.Sprintf("/api/attendance/mars/arrivals/x-5f3c2b1a-%04d", n), comes("Qui", "Vient", fmt.Sprintf("p%d@exemple.fr", n)))
	}
	w.advance(s.Start().AddDate(0, 0, -1).Sub(w.clock()))
	if a := put(100).want(200); a.body["outcome"] != "noted" || !strings.Contains(a.raw, "jour de la formation") {
		t.Error("the day before:", a.raw)
	}
	w.advance(24 * time.Hour)
	enrolled := 0
	for n := range 29 {
		if put(n).want(200).body["outcome"] == "enrolled" {
			enrolled++
		}
	}
	if enrolled != 10 {
		t.Error("a link enrolled", enrolled)
	}
	put(29).problem(409, "conflict")
}

// Two tablets, one seat: the promise holds whatever comes at once.
func TestTheLastSeatGoesToOneOfThoseWhoComeToTheRoomAtOnce(t *testing.T) {
	w, _, _, token := onTheDay(t, 4)
	var all sync.WaitGroup
	var mu sync.Mutex
	outcomes := map[any]int{}
	for n := range 8 {
		all.Go(func() {
			a := w.ask(token, "PUT", fmt.Sprintf("/api/attendance/mars/arrivals/x-5f3c2b1a-%04d", n), comes("Qui", "Vient", fmt.Sprintf("p%d@exemple.fr", n)))
			mu.Lock()
			defer mu.Unlock()
			outcomes[a.body["outcome"]]++
		})
	}
	all.Wait()
	if n, _ := taken(t, w.store); n != 4 || outcomes["enrolled"] != 2 || outcomes["noted"] != 6 {
		t.Error("taken", n, outcomes)
	}
}
