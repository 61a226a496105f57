package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

// council is the request of a mairie for people of these numbers.
func council(n int, change ...func(map[string]any)) string {
	people := []map[string]any{}
	for i := range n {
		people = append(people, map[string]any{"title": "Madame", "firstName": "Anne", "lastName": fmt.Sprintf("Élue %c", 'A'+i), "email": fmt.Sprintf("elu%d@exemple.fr", i), "mandate": "adjoint"})
	}
	q := map[string]any{
		"sessionId": "budget-mars", "authority": "Commune de Plouha", "contact": map[string]any{"name": "Paul Martin", "email": "sg@mairie.fr"},
		"people": people, "consent": true,
	}
	for _, c := range change {
		c(q)
	}
	body, err := json.Marshal(q)
	if err != nil {
		panic(err)
	}
	return string(body)
}

func TestAMairieEnrolsItsCouncilAndAnswersForAll(t *testing.T) {
	w := newWorld(t)
	w.publish(session("budget-mars", 6, today.AddDate(0, 2, 0))) // of which two thirds may be unproved
	for i := range 2 {
		_, err := w.desk.Enrol(t.Context(), booking.Application{Key: fmt.Sprint("proved", i), SessionID: "budget-mars", Mode: enrolment.Personnel, Proved: true,
			Person: enrolment.Person{FirstName: "Zoé", LastName: "Martin", Email: fmt.Sprintf("zoe%d@exemple.fr", i)}, Mandate: enrolment.Mandate{Kind: "maire", Authority: "Plouha"}})
		if err != nil {
			t.Fatal(err)
		}
	}
	a := w.ask("POST", "/api/groups", council(6), "Idempotency-Key", key(1))
	if a.status != http.StatusUnprocessableEntity || !strings.Contains(fmt.Sprint(at(a.body, "fields", "rest")), "Il reste 4 places pour 6 personnes") {
		t.Fatalf("six for four: %d %s", a.status, a.raw)
	}
	a = w.ask("POST", "/api/groups", council(6, func(q map[string]any) { q["rest"] = "wait" }), "Idempotency-Key", key(1))
	if a.status != http.StatusCreated || at(a.body, "people", 3, "seat") != true || at(a.body, "people", 4, "seat") != false {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if strings.Contains(a.raw, "/dossier/") {
		t.Errorf("the mairie is given the links of its élus: %s", a.raw)
	}
	id, token, _ := strings.Cut(strings.TrimPrefix(fmt.Sprint(at(a.body, "link")), "https://exemple.fr/papiers/#"), ".")
	path, contact := "/api/enrolments/"+id, "Bearer "+token
	a = w.ask("PUT", path+"/answer", `{"given":"accord"}`, "Authorization", contact)
	if a.status != http.StatusOK || at(a.body, "people", 0, "name") != "Madame Anne Élue A" || at(a.body, "name") != "6\u00a0élus" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	for name, call := range map[string]struct{ method, path string }{
		"the file": {"GET", path}, "give back": {"POST", path + "/cancellation"}, "erase": {"DELETE", path}, "calendar": {"HEAD", path + "/calendar.ics"},
	} {
		if a := w.ask(call.method, call.path, "", "Authorization", contact); a.status != http.StatusUnauthorized {
			t.Errorf("the contact's link, %s: %d", name, a.status)
		}
	}
	members, err := w.store.FilesByEmail(t.Context(), "elu0@exemple.fr")
	if err != nil || len(members) != 1 {
		t.Fatal(members, err)
	}
	one, holder := "/api/enrolments/"+members[0].ID, "Bearer "+w.links.Keys.Token(link.Holder, members[0].ID, 0)
	f := w.ask("GET", one, "", "Authorization", holder)
	if at(f.body, "steps", 1, "doneBy") != "authority" || strings.Contains(fmt.Sprint(at(f.body, "papers")), "convention") {
		t.Errorf("a member's file: %s", f.raw)
	}
	again := w.ask("POST", "/api/groups", council(6, func(q map[string]any) { q["rest"] = "wait" }), "Idempotency-Key", key(1))
	if again.status != http.StatusCreated || at(again.body, "link") == nil {
		t.Errorf("the same request: %d %s", again.status, again.raw)
	}
}

func TestWhatAMairieSendsIsChecked(t *testing.T) {
	w := newWorld(t)
	people := func(q map[string]any) []map[string]any { return q["people"].([]map[string]any) }
	for name, c := range map[string]struct {
		change func(map[string]any)
		field  string
	}{
		"no contact":        {func(q map[string]any) { q["contact"] = map[string]any{"name": "Paul", "email": ""} }, "contact.email"},
		"no authority":      {func(q map[string]any) { q["authority"] = " " }, "authority"},
		"one person":        {func(q map[string]any) { q["people"] = people(q)[:1] }, "people"},
		"no name":           {func(q map[string]any) { people(q)[1]["lastName"] = "" }, "people.1.lastName"},
		"an address twice":  {func(q map[string]any) { people(q)[1]["email"] = "ELU0@exemple.fr" }, "people.1.email"},
		"no mandate":        {func(q map[string]any) { people(q)[0]["mandate"] = "roi" }, "people.0.mandate"},
		"no consent":        {func(q map[string]any) { q["consent"] = false }, "consent"},
		"another rest":      {func(q map[string]any) { q["rest"] = "perhaps" }, "rest"},
		"a link for a name": {func(q map[string]any) { people(q)[0]["firstName"] = "www.exemple.fr" }, "people.0.firstName"},
	} {
		a := w.ask("POST", "/api/groups", council(3, c.change), "Idempotency-Key", key(2))
		if a.status != http.StatusUnprocessableEntity || at(a.body, "fields", c.field) == nil {
			t.Errorf("%s: %d %s", name, a.status, a.raw)
		}
	}
	if a := w.ask("POST", "/api/groups", council(enrolment.GroupLimit+1), "Idempotency-Key", key(2)); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a crowd: %d", a.status)
	}
	w.limits.err = &enrolment.Error{Kind: enrolment.KindTooManyRequest}
	if a := w.ask("POST", "/api/groups", council(3), "Idempotency-Key", key(2)); a.status != http.StatusTooManyRequests {
		t.Errorf("beyond the limits: %d", a.status)
	}
}
