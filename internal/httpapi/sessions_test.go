package httpapi_test

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"

	ics "github.com/arran4/golang-ical"
	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/httpapi"
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

func TestAPriceIsToldAllTaxesIncludedAndAFileKeepsTheOneItWasPromised(t *testing.T) {
	w := newWorld(t)
	s := session("budget-tva", 12, today.AddDate(0, 2, 0))
	s.VAT = &enrolment.VAT{RateBasisPoints: 2000}
	w.publish(s)
	a := w.ask("GET", "/api/sessions/budget-tva", "")
	if at(a.body, "formation", "priceCents") != 21000.0 || at(a.body, "formation", "taxedCents") != 25200.0 {
		t.Errorf("%s", a.raw)
	}
	if old := w.ask("GET", "/api/sessions/budget-mars", ""); at(old.body, "formation", "taxedCents") != nil {
		t.Errorf("no VAT is known of it: %s", old.raw)
	}
	path, bearer := w.holder(w.enrol(1, "tva@exemple.fr", func(q map[string]any) { q["sessionId"] = "budget-tva" }))
	s.VAT = &enrolment.VAT{Exempt: true}
	w.publish(s)
	if now := w.ask("GET", "/api/sessions/budget-tva", ""); at(now.body, "formation", "taxedCents") != 21000.0 {
		t.Errorf("exempt from now on: %s", now.raw)
	}
	if file := w.ask("GET", path, "", "Authorization", bearer); at(file.body, "session", "formation", "taxedCents") != 25200.0 {
		t.Errorf("the price promised to the file: %s", file.raw)
	}
}

func TestOpenSessionsAreACalendarToSubscribeTo(t *testing.T) {
	w := newWorld(t)
	two := session("deux-jours", 3, today.AddDate(0, 3, 0))
	two.HalfDays = append(two.HalfDays, enrolment.HalfDay{Start: two.HalfDays[0].Start.AddDate(0, 0, 1), End: two.HalfDays[0].End.AddDate(0, 0, 1)})
	w.publish(two)
	a := w.ask("GET", "/api/sessions.ics", "")
	if a.status != 200 || a.header.Get("Content-Type") != "text/calendar; charset=utf-8; method=PUBLISH" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	feed, err := ics.ParseCalendar(strings.NewReader(a.raw))
	if err != nil {
		t.Fatal(err)
	}
	if n := len(feed.Events()); n != 3 {
		t.Errorf("%d events, want the 3 half-days of two sessions", n)
	}
	for _, want := range []string{"SUMMARY:Lire le budget (2/2)", "URL:https://exemple.fr/session/?id=deux-jours", "UID:session-budget-mars-1@echarpe"} {
		if !strings.Contains(strings.ReplaceAll(a.raw, "\r\n ", ""), want) {
			t.Errorf("no %s in\n%s", want, a.raw)
		}
	}
}

// TestTheDescriptionIsOfTheseRoutes: every route is described, and nothing else is.
func TestTheDescriptionIsOfTheseRoutes(t *testing.T) {
	w := newWorld(t)
	described := w.ask("GET", "/api/openapi.json", "")
	var doc struct {
		OpenAPI string                    `json:"openapi"`
		Paths   map[string]map[string]any `json:"paths"`
	}
	if err := json.Unmarshal([]byte(described.raw), &doc); err != nil || doc.OpenAPI != "3.1.0" {
		t.Fatalf("%v, version %q", err, doc.OpenAPI)
	}
	var written []string
	for path, operations := range doc.Paths {
		for method := range operations {
			if method != "parameters" {
				written = append(written, strings.ToUpper(method)+" "+path)
			}
		}
	}
	routes := slices.DeleteFunc(httpapi.Routes(), func(r string) bool { return strings.HasPrefix(r, "HEAD ") })
	slices.Sort(written)
	slices.Sort(routes)
	if diff := cmp.Diff(routes, written); diff != "" {
		t.Errorf("routes (-) and description (+) differ:\n%s", diff)
	}
}

func TestTitlesAreTakenAsFormsSendThem(t *testing.T) {
	w := newWorld(t)
	for n, c := range [][2]string{{"Mme", "Madame"}, {"M.", "Monsieur"}, {" Madame ", "Madame"}, {"", ""}} {
		a := w.enrol(n+1, fmt.Sprintf("p%d@mairie.fr", n), func(q map[string]any) { q["person"].(map[string]any)["title"] = strings.TrimSpace(c[0]) })
		title := at(a.body, "enrolment", "person", "title")
		if text, _ := title.(string); a.status != 201 || text != c[1] {
			t.Errorf("%q: %d, kept as %v", c[0], a.status, title)
		}
	}
	w.enrol(9, "x@mairie.fr", func(q map[string]any) { q["person"].(map[string]any)["title"] = "Docteur" }).problem(t, 422, "validation")
}

func TestUnknownRoutesAndHealth(t *testing.T) {
	w := newWorld(t)
	w.ask("GET", "/api/nothing", "").problem(t, 404, "not-found")
	if a := w.ask("GET", "/api/health", ""); a.status != 200 || a.body["build"] != "test" {
		t.Errorf("%s", a.raw)
	}
}
