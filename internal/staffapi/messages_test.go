package staffapi_test

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// noticed counts the files that have a notice of what the team wrote.
func (w *world) noticed(ids ...string) (n int) {
	w.t.Helper()
	for _, id := range ids {
		e, err := w.store.File(context.Background(), id)
		if err != nil {
			w.t.Fatal(err)
		}
		if slices.ContainsFunc(e.Notices, func(n enrolment.Notice) bool { return n.Kind == enrolment.NoticeMessage }) {
			n++
		}
	}
	return n
}

func TestTheTeamWritesToASessionOnceAndKnowsToWhomBefore(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 2, today.AddDate(0, 2, 0))
	var ids []string
	for i := range 3 {
		ids = append(ids, w.enrols("mars", enrolment.Personnel, enrolment.Person{FirstName: "Zoé", LastName: fmt.Sprint("Numéro ", i), Email: fmt.Sprintf("zoe%d@exemple.fr", i)}, "Brest").ID)
	}
	if err := w.store.MarkUnreachable(context.Background(), ids[1]); err != nil {
		t.Fatal(err)
	}
	const path, key = "/api/staff/sessions/mars/messages", "00000000-0000-4000-8000-00000000aaaa"
	say := func(to, preview string) string {
		return `{"subject":"La salle change","text":"Salle Jean-Moulin.\n\nAu deuxième étage.","to":` + to + `,"preview":` + preview + `}`
	}
	seen := w.ask("gestion", "POST", path, say(`"seats"`, "true")).want(200)
	if n := len(seen.body["recipients"].([]any)); n != 2 || seen.body["unreachable"] != 1.0 || seen.body["sentFrom"] == "" || len(seen.body["text"].([]any)) != 2 {
		t.Error(seen.raw)
	}
	if n := len(w.ask("gestion", "POST", path, say(`"all"`, "true")).want(200).body["recipients"].([]any)); n != 3 {
		t.Errorf("%d with who waits", n)
	}
	if w.noticed(ids...) != 0 {
		t.Error("a preview writes")
	}
	w.ask("gestion", "POST", path, say(`"seats"`, "false")).problem(400, "bad-request")
	for range 2 {
		w.ask("gestion", "POST", path, say(`"seats"`, "false"), "Idempotency-Key", key).want(202)
	}
	if w.noticed(ids[:2]...) != 2 || w.noticed(ids[2]) != 0 {
		t.Error("not those who have a seat, and they alone")
	}
	w.ask("gestion", "POST", path, strings.Replace(say(`"seats"`, "false"), "change", "reste", 1), "Idempotency-Key", key).problem(409, "idempotency-key-reused")
	one := w.ask("lecture", "GET", "/api/staff/sessions/mars", "").want(200).body["messages"].([]any)
	if len(one) != 1 || one[0].(map[string]any)["people"] != 2.0 || one[0].(map[string]any)["by"] != "Claire Gestion" {
		t.Error(one)
	}
	audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200)
	if strings.Count(audit.raw, `"actLabel":"Message écrit aux inscrits"`) != 1 || !strings.Contains(audit.raw, "La salle change") {
		t.Error(audit.raw)
	}
	if strings.Contains(w.logs.String(), "Jean-Moulin") || strings.Contains(w.logs.String(), "La salle change") {
		t.Error("what was written is in the log")
	}
	w.ask("gestion", "POST", path, say(`["`+ids[2]+`"]`, "false"), "Idempotency-Key", "00000000-0000-4000-8000-00000000bbbb").want(202)
	if f := w.ask("lecture", "GET", "/api/staff/files/"+ids[2], "").want(200); w.noticed(ids[2]) != 1 || !strings.Contains(f.raw, "Message écrit aux inscrits") {
		t.Error(f.raw)
	}
}

func TestAMessageThatCannotBeSentSaysHowToMendIt(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 2, today.AddDate(0, 2, 0))
	const path = "/api/staff/sessions/mars/messages"
	for body, field := range map[string]string{
		`{"subject":"","text":"a","to":"all","preview":true}`:                                  "subject",
		`{"subject":"a","text":" \n ","to":"all","preview":true}`:                              "text",
		`{"subject":"a","text":"` + strings.Repeat("é", 4001) + `","to":"all","preview":true}`: "text",
		`{"subject":"` + strings.Repeat("é", 121) + `","text":"a","to":"all","preview":true}`:  "subject",
		`{"subject":"a","text":"a","to":"tous","preview":true}`:                                "to",
		`{"subject":"a","text":"a","to":[],"preview":true}`:                                    "to",
		`{"subject":"a\u0000Bcc: x","text":"a","to":"all","preview":true}`:                     "subject",
	} {
		a := w.ask("gestion", "POST", path, body).problem(422, "validation")
		if fields, _ := a.body["fields"].(map[string]any); fields[field] == nil {
			t.Errorf("%.60s: %s", body, a.raw)
		}
	}
	w.ask("gestion", "POST", path, `{"subject":"a","text":"a","to":"all","preview":true}`).problem(409, "conflict")
	w.ask("gestion", "POST", path, `{"subject":"a","text":"a","to":["4xj"],"preview":true}`).problem(409, "conflict")
	w.ask("gestion", "POST", "/api/staff/sessions/rien/messages", `{"subject":"a","text":"a","to":"all","preview":true}`).problem(404, "not-found")
}
