package staffapi_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestWhatAPersonNeedsIsForWhoeverReceivesThem(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.DIFE, awa, "Brest")
	if a := w.change("gestion", "PUT", e.ID, "needs", `{"needs":"Une boucle magnétique"}`).want(200); a.body["needs"] != "Une boucle magnétique" {
		t.Error(a.raw)
	}
	person := w.ask("gestion", "GET", "/api/staff/sessions/mars", "").want(200).body["people"].([]any)[0].(map[string]any)
	if person["needs"] != true {
		t.Errorf("the table of the session does not say that something is to be prepared: %v", person)
	}
	for _, who := range []string{"lecture", "direction"} {
		for _, path := range []string{"/api/staff/files/" + e.ID, "/api/staff/sessions/mars"} {
			if a := w.ask(who, "GET", path, "").want(200); strings.Contains(a.raw, "boucle") || strings.Contains(a.raw, `"needs"`) {
				t.Errorf("%s reads it at %s", who, path)
			}
		}
		w.ask(who, "PUT", "/api/staff/files/"+e.ID+"/needs", `{"needs":""}`).problem(404, "forbidden")
	}
	for _, path := range []string{"/api/staff/exports/personnes.csv?from=2027-01-01&to=2027-12-31", "/api/staff/audit?from=2026-01-01&to=2027-12-31"} {
		if a := w.ask("direction", "GET", path, "").want(200); strings.Contains(a.raw, "boucle") || len(a.raw) < 100 {
			t.Errorf("%s: %s", path, a.raw)
		}
	}
	w.change("gestion", "PUT", e.ID, "needs", `{"needs":"`+strings.Repeat("x", 301)+`"}`).problem(422, "validation")
	if strings.Contains(w.logs.String(), "boucle") {
		t.Error("the log says what a person needs")
	}
}
