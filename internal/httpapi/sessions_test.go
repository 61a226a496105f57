package httpapi_test

import (
	"strings"
	"testing"
)

func TestListShowsSeatsAndWhatIsStillPossible(t *testing.T) {
	w := newWorld(t)
	w.publish(session("trop-tard", 12, today.AddDate(0, 0, 9)))
	a := w.ask("GET", "/api/sessions", "")
	if a.status != 200 || a.header.Get("Cache-Control") != "public, max-age=10" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	near, far := at(a.body, "sessions", 0), at(a.body, "sessions", 1)
	if at(near, "id") != "trop-tard" || at(far, "id") != "budget-mars" {
		t.Fatalf("not by date: %s", a.raw)
	}
	if at(near, "funding", "dife", "open") != false || !strings.Contains(at(near, "funding", "dife", "reason").(string), "Trop tard pour le DIFE") {
		t.Errorf("DIFE of a session in 9 days: %v", at(near, "funding", "dife"))
	}
	if at(near, "funding", "collectivite", "open") != true || at(far, "funding", "dife", "open") != true || at(far, "funding", "dife", "closesAt") == nil {
		t.Errorf("%s", a.raw)
	}
	if at(far, "seatsLeft") != 12.0 || at(far, "place") != "Maison des communes, Nantes" || at(far, "formation", "priceCents") != 21000.0 {
		t.Errorf("%v", far)
	}
	if other := w.ask("GET", "/api/sessions?formation=autre", ""); len(at(other.body, "sessions").([]any)) != 0 {
		t.Errorf("another formation: %s", other.raw)
	}
}

func TestOneSessionTellsTheFormationAndTheIdentityQuestion(t *testing.T) {
	w := newWorld(t)
	a := w.ask("GET", "/api/sessions/budget-mars", "")
	if at(a.body, "formation", "objective") != "Savoir lire" || at(a.body, "identity", "possible") != true {
		t.Errorf("%s", a.raw)
	}
	if at(a.body, "identity", "ways", 0, "key") != "bureau-de-poste" {
		t.Errorf("the post office comes first: %s", a.raw)
	}
	w.ask("GET", "/api/sessions/inconnue", "").problem(t, 404, "not-found")
}

func TestUnknownRoutesAndHealth(t *testing.T) {
	w := newWorld(t)
	w.ask("GET", "/api/nothing", "").problem(t, 404, "not-found")
	if a := w.ask("GET", "/api/health", ""); a.status != 200 || a.body["build"] != "test" {
		t.Errorf("%s", a.raw)
	}
}
