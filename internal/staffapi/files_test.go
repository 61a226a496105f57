package staffapi_test

import (
	"context"
	"fmt"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/duty"
	"github.com/echarpe/echarpe/internal/enrolment"
)

func (w *world) publish(id string, capacity int, start time.Time) enrolment.Session {
	w.t.Helper()
	s := enrolment.Session{
		ID: id, Formation: enrolment.FormationSummary{Slug: "budget", Title: "Lire le budget", Hours: 3, PriceCents: 21000, DIFEEligible: true},
		HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
		Place:    "Nantes", Capacity: capacity, Minimum: 1, ClosesAt: start.AddDate(0, 0, -2), Status: enrolment.SessionOpen,
	}
	if err := w.store.PutFormation(context.Background(), enrolment.Formation{Slug: "budget", Title: "Lire le budget"}); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.store.ApplySession(context.Background(), s); err != nil {
		w.t.Fatal(err)
	}
	return s
}

var serial int

// enrols enrols an élu by the public door, and looks at the file as the reminders do.
func (w *world) enrols(session string, mode enrolment.Mode, p enrolment.Person, authority string) enrolment.Enrolment {
	w.t.Helper()
	serial++
	f, err := w.desk.Enrol(context.Background(), booking.Application{
		Key: fmt.Sprintf("00000000-0000-4000-8000-%012d", serial), SessionID: session, Mode: mode, Person: p, Proved: true,
		Mandate: enrolment.Mandate{Kind: "maire", Authority: authority},
	})
	if err != nil {
		w.t.Fatal(err)
	}
	w.look(f.Enrolment.ID)
	return f.Enrolment
}

// look is what the reminders do of a file once its mails have left.
func (w *world) look(id string) {
	w.t.Helper()
	ctx := context.Background()
	e, err := w.store.File(ctx, id)
	if err != nil {
		w.t.Fatal(err)
	}
	s, err := w.store.Session(ctx, e.SessionID)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := w.store.IndexWords(ctx, e); err != nil {
		w.t.Fatal(err)
	}
	d, _ := duty.Planner{Guide: w.guide}.Plan(e, s, w.clock())
	if err := w.store.SetDue(ctx, id, e.Version, enrolment.Look{Todo: d}, nil); err != nil {
		w.t.Fatal(err)
	}
}

var awa = enrolment.Person{FirstName: "Awa", LastName: "Le Goff-Ndiayé", BirthName: "Müller", Email: "awa@exemple.fr", Phone: "+33612345678"}

func TestAPersonIsFoundByWhateverTheySay(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.DIFE, awa, "Commune de Plougastel-Daoulas")
	w.enrols("mars", enrolment.Collectivite, enrolment.Person{FirstName: "Jean", LastName: "Martin", Email: "jean@exemple.fr"}, "Ville de Brest")
	ref := e.Reference // EC-7KQ4-M9F
	for _, q := range []string{
		"ndiaye", "NDIAYÉ", "le goff", "goff nd", "awa", "aw", "awa ndia", "ndiaye awa", "muller", "Müller awa", "06 12 34 56 78", "+33 6 12 34 56 78", "0033612345678",
		"0612", "5678", "34.56.78", ref, strings.ToLower(ref), strings.ReplaceAll(ref[3:], "-", " "), "EC " + ref[3:7], "awa@exemple.fr", "awa@ex", "plougastel", "daoulas", "ndiaye plougastel",
	} {
		for _, a := range []answer{
			w.ask("lecture", "POST", "/api/staff/files/search", `{"q":"`+q+`"}`).want(200),
			w.ask("lecture", "GET", "/api/staff/files?q="+url.QueryEscape(q), "").want(200),
		} {
			if files := a.body["files"].([]any); len(files) != 1 || files[0].(map[string]any)["id"] != e.ID {
				t.Errorf("%q finds %s", q, a.raw)
			}
		}
	}
	for _, q := range []string{"dupont", "goff martin", "9999", "EC-AAAA-AAA", "awa brest"} {
		if a := w.ask("gestion", "POST", "/api/staff/files/search", `{"q":"`+q+`"}`).want(200); len(a.body["files"].([]any)) != 0 {
			t.Errorf("%q finds %s", q, a.raw)
		}
	}
	w.ask("gestion", "POST", "/api/staff/files/search", `{"q":"a"}`).problem(422, "validation")
	if strings.Contains(w.logs.String(), "plougastel") || strings.Contains(w.logs.String(), "612345678") {
		t.Error("what was searched for is in the log")
	}
}

func TestWordsFollowThePersonAndGoWithTheFile(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.DIFE, awa, "Brest")
	finds := func(q string) int {
		return len(w.ask("gestion", "POST", "/api/staff/files/search", `{"q":"`+q+`"}`).want(200).body["files"].([]any))
	}
	w.change("gestion", "PUT", e.ID, "person", `{"firstName":"Awa","lastName":"Kermarrec","email":"awa@exemple.fr","phone":"0699887766"}`).want(200)
	w.look(e.ID)
	if finds("kermarrec") != 1 || finds("9988") != 0 || finds("7766") != 1 || finds("goff") != 0 || finds("5678") != 0 {
		t.Error("words do not follow the person")
	}
	if err := w.desk.Erase(context.Background(), e.ID); err != nil {
		t.Fatal(err)
	}
	if ids, err := w.store.FilesByWord(context.Background(), "kermarrec", 10); err != nil || len(ids) != 0 {
		t.Error("an erased file keeps its words:", ids, err)
	}
	if deeds, err := w.store.Deeds(context.Background(), e.ID); err != nil || len(deeds) != 0 {
		t.Error("an erased file keeps its audit:", deeds, err)
	}
}

// change reads a file and does an act on it, as the pages do.
func (w *world) change(who, method, id, act, body string) answer {
	w.t.Helper()
	tag := w.ask(who, "GET", "/api/staff/files/"+id, "").want(200).header.Get("ETag")
	return w.ask(who, method, "/api/staff/files/"+id+"/"+act, body, "If-Match", tag)
}

func TestTheSecondOfTwoPeopleSeesThatTheFileMoved(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.DIFE, awa, "Brest")
	tag := w.ask("gestion", "GET", "/api/staff/files/"+e.ID, "").want(200).header.Get("ETag")
	w.look(e.ID) // mails go on meanwhile: nobody is told that the file changed
	w.ask("gestion", "PUT", "/api/staff/files/"+e.ID+"/steps/compte", "", "If-Match", tag).want(200)
	w.ask("gestion", "PUT", "/api/staff/files/"+e.ID+"/steps/identite", "", "If-Match", tag).problem(412, "changed")
	w.ask("gestion", "PUT", "/api/staff/files/"+e.ID+"/steps/identite", "").problem(428, "if-match")
	now, err := w.store.File(context.Background(), e.ID)
	if err != nil || len(now.Steps) != 1 {
		t.Error("something was written:", now.Steps, err)
	}
}

func TestEachActLeavesWhoWhenWhatAndWhy(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	w.publish("avril", 12, today.AddDate(0, 3, 0))
	e := w.enrols("mars", enrolment.Collectivite, awa, "Brest")
	for _, s := range []struct{ method, act, body, shows string }{
		{"PUT", "steps/demande", "", "Étape cochée"},
		{"DELETE", "steps/demande", `{"reason":"erreur de ligne"}`, "erreur de ligne"},
		{"PUT", "steps/demande", "", "Étape cochée"},
		{"PUT", "steps/accord", "", "Étape cochée"},
		{"PUT", "steps/convention", `{"reason":"reçue par la poste"}`, `"fundingState":"settled"`},
		{"PUT", "contact", `{"name":"Mme Roux","email":"roux@mairie.fr"}`, "Mme Roux"},
		{"PUT", "funding", `{"funding":"personnel","reason":"demandé au téléphone"}`, "demandé au téléphone"},
		{"PUT", "session", `{"sessionId":"avril","reason":"préfère avril"}`, "préfère avril"},
		{"PUT", "person", `{"title":"Madame","firstName":"Awa","lastName":"Ndiaye","birthName":"","email":"neuve@exemple.fr","phone":"","reason":""}`, "neuve@exemple.fr"},
		{"POST", "links", "", "Liens envoyés de nouveau"},
		{"POST", "revocation", `{"reason":"téléphone perdu"}`, "téléphone perdu"},
		{"POST", "notes", `{"text":"Rappeler jeudi."}`, "Rappeler jeudi."},
		{"POST", "cancellation", `{"reason":"empêchée"}`, "empêchée"},
	} {
		w.advance(time.Minute)
		a := w.change("gestion", s.method, e.ID, s.act, s.body).want(200)
		if !strings.Contains(a.raw, s.shows) {
			t.Errorf("%s %s: %q is not in %s", s.method, s.act, s.shows, a.raw)
		}
	}
	deeds, err := w.store.Deeds(context.Background(), e.ID)
	if err != nil || len(deeds) != 13 {
		t.Fatalf("%d lines of the audit, want 13: %v", len(deeds), err)
	}
	for _, d := range deeds {
		if d.Actor.Name != "Claire Gestion" || d.Actor.Role != enrolment.RoleGestion || d.At.IsZero() {
			t.Errorf("%+v", d)
		}
	}
	all := w.ask("direction", "GET", "/api/staff/audit", "").want(200)
	if n := len(all.body["lines"].([]any)); n != 16 { // three invitations
		t.Errorf("%d lines in the audit of all, want 16", n)
	}
	if ended, err := w.store.File(context.Background(), e.ID); err != nil || ended.CancelledFor != "empêchée" {
		t.Error("what the mail tells of the cancellation:", ended.CancelledFor, err)
	}
	s, err := w.store.Session(context.Background(), "avril")
	if err != nil || s.Taken != 0 {
		t.Error("the seat was not given back:", s.Taken, err)
	}
	w.change("gestion", "POST", e.ID, "cancellation", "{}").problem(422, "validation")
}

// TestAContractThatPaysNoMoreIsShownAndWithdrawnFromAndTheSeatStays: what the team sees, and what a letter received does.
func TestAContractThatPaysNoMoreIsShownAndWithdrawnFromAndTheSeatStays(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.Personnel, awa, "Brest")
	number := w.change("gestion", "PUT", e.ID, "steps/contrat", "").want(200).body["contract"].(map[string]any)["number"]
	left := w.change("gestion", "PUT", e.ID, "funding", `{"funding":"collectivite","reason":""}`).want(200)
	if c := left.body["contract"].(map[string]any); c["number"] != number || c["keepsSeat"] != true || c["lastDay"] == nil || !strings.Contains(left.raw, `"withdrawal"`) {
		t.Errorf("signed %v, then another way of paying: %s", number, left.raw)
	}
	gone := w.change("gestion", "POST", e.ID, "withdrawal", `{"reason":"lettre du 20 janvier"}`).want(200)
	if gone.body["file"].(map[string]any)["status"] != "reserved" || gone.body["contract"].(map[string]any)["withdrawnAt"] == nil || !strings.Contains(gone.raw, "Rétractation du contrat n°\u00a0"+number.(string)+`"`) {
		t.Errorf("a letter came: %s", gone.raw)
	}
}

func TestEnrolledByTelephoneADuplicateIsSaidPlainly(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	body := `{"sessionId":"mars","funding":"dife","person":{"firstName":"Awa","lastName":"Ndiaye","email":"awa@exemple.fr","phone":"06 12 34 56 78"},"mandate":{"kind":"maire","authority":"Brest"},"receivedOn":"2027-01-08","reason":"Par téléphone"}`
	key := []string{"Idempotency-Key", "11111111-1111-4111-8111-111111111111"}
	a := w.ask("gestion", "POST", "/api/staff/enrolments", body, key...).want(201)
	id := a.body["file"].(map[string]any)["id"].(string)
	if !strings.Contains(a.raw, "Par téléphone") || !strings.Contains(a.raw, "2027-01-08") {
		t.Error(a.raw)
	}
	if again := w.ask("gestion", "POST", "/api/staff/enrolments", body, key...).want(201); again.body["file"].(map[string]any)["id"] != id {
		t.Error("sent again, it makes another file")
	}
	other := w.ask("gestion", "POST", "/api/staff/enrolments", body, "Idempotency-Key", "22222222-2222-4222-8222-222222222222").problem(409, "duplicate")
	if other.body["file"] != id {
		t.Error(other.raw)
	}
	if s, _ := w.store.Session(context.Background(), "mars"); s.Taken != 1 {
		t.Error("taken", s.Taken)
	}
	bad := w.ask("gestion", "POST", "/api/staff/enrolments", `{"sessionId":"mars","funding":"dife","person":{},"mandate":{},"receivedOn":"2030-01-01"}`, "Idempotency-Key", "33333333-3333-4333-8333-333333333333").problem(422, "validation")
	for _, field := range []string{"person.firstName", "person.email", "mandate.kind", "receivedOn"} {
		if bad.body["fields"].(map[string]any)[field] == nil {
			t.Error(field, "is not said:", bad.raw)
		}
	}
}

func TestEnrolledByTelephoneWithWhatTheyNeedAndWhoPaysInstead(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	enrol := func(key int, payer, needs string) answer {
		body := `{"sessionId":"mars","funding":"collectivite","person":{"firstName":"Awa","lastName":"Ndiaye","email":"awa@exemple.fr"},"mandate":{"kind":"maire","authority":"Brest"},"payer":` + payer + `,"needs":"` + needs + `","reason":"Par téléphone"}`
		return w.ask("gestion", "POST", "/api/staff/enrolments", body, "Idempotency-Key", fmt.Sprintf("11111111-1111-4111-8111-%012d", key))
	}
	if bad := enrol(1, `{"kind":"","name":"Brest métropole"}`, strings.Repeat("a", 301)).problem(422, "validation"); !strings.Contains(bad.raw, `"payer.kind"`) || !strings.Contains(bad.raw, `"needs"`) {
		t.Error(bad.raw)
	}
	made := enrol(2, `{"kind":"intercommunalite","name":"Brest métropole"}`, "une place près de la porte").want(201)
	file := w.ask("gestion", "GET", "/api/staff/files/"+made.body["file"].(map[string]any)["id"].(string), "").want(200)
	if file.body["needs"] != "une place près de la porte" || !strings.Contains(file.raw, `"payer":{"kind":"intercommunalite","name":"Brest métropole"}`) {
		t.Error(file.raw)
	}
	if audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200); strings.Contains(audit.raw, "porte") {
		t.Error("the need stands in the audit:", audit.raw)
	}
}

func TestASeatOutOfOrderKeepsItsReasonInTheQueuesHistory(t *testing.T) {
	w := staffed(t)
	s := w.publish("mars", 1, today.AddDate(0, 2, 0))
	w.enrols("mars", enrolment.Personnel, awa, "Brest")
	w.enrols("mars", enrolment.Personnel, enrolment.Person{FirstName: "Jean", LastName: "Premier", Email: "jean@exemple.fr"}, "Brest")
	last := w.enrols("mars", enrolment.Personnel, enrolment.Person{FirstName: "Zoé", LastName: "Dernière", Email: "zoe@exemple.fr"}, "Brest")
	body := `{"file":"` + last.ID + `","reason":"maire de la commune d’accueil"}`
	w.ask("direction", "POST", "/api/staff/sessions/mars/offers", body).problem(409, "conflict")
	s.Capacity = 2
	if _, err := w.store.ApplySession(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	w.ask("gestion", "POST", "/api/staff/sessions/mars/offers", body).problem(404, "forbidden")
	w.ask("direction", "POST", "/api/staff/sessions/mars/offers", `{"file":"`+last.ID+`"}`).problem(422, "validation")
	if a := w.ask("direction", "POST", "/api/staff/sessions/mars/offers", body).want(200); !strings.Contains(a.raw, "Place réservée") {
		t.Error(a.raw)
	}
	one := w.ask("lecture", "GET", "/api/staff/sessions/mars", "").want(200)
	if !strings.Contains(one.raw, "maire de la commune d’accueil") || len(one.body["queue"].([]any)) != 1 || len(one.body["people"].([]any)) != 3 {
		t.Error(one.raw)
	}
}

func TestTheListOfSessionsCountsWhatIsThereNow(t *testing.T) {
	w := staffed(t)
	w.publish("hier", 5, today.AddDate(0, 0, -1))
	w.publish("mars", 5, today.AddDate(0, 2, 0))
	gone := w.publish("annulee", 5, today.AddDate(0, 1, 0))
	e := w.enrols("mars", enrolment.Collectivite, awa, "Brest")
	w.enrols("mars", enrolment.DIFE, enrolment.Person{FirstName: "Jean", LastName: "Premier", Email: "jean@exemple.fr"}, "Brest")
	for _, k := range []enrolment.StepKey{"demande", "accord", "convention"} {
		if _, err := w.desk.Tick(context.Background(), e.ID, k); err != nil {
			t.Fatal(err)
		}
	}
	gone.Status = enrolment.SessionCancelled
	if _, err := w.store.ApplySession(context.Background(), gone); err != nil {
		t.Fatal(err)
	}
	if err := w.desk.Tell(context.Background(), "annulee"); err != nil {
		t.Fatal(err)
	}
	a := w.ask("lecture", "GET", "/api/staff/sessions", "").want(200)
	sessions := a.body["sessions"].([]any)
	if len(sessions) != 3 {
		t.Fatal(a.raw)
	}
	for i, want := range []string{"hier", "annulee", "mars"} {
		if sessions[i].(map[string]any)["id"] != want {
			t.Errorf("session %d is %v, want %s", i, sessions[i], want)
		}
	}
	sum := sessions[2].(map[string]any)["summary"].(map[string]any)
	if sum["declared"] != 1.0 || sum["todo"] != 1.0 || sum["settled"] != 0.0 {
		t.Error("a tick by the élu alone is a declaration:", sum)
	}
	w.ask("lecture", "GET", "/api/staff/sessions?from=hier", "").problem(422, "validation")
	if a := w.ask("lecture", "GET", "/api/staff/sessions?from=2027-03-01&to=2027-03-31", "").want(200); len(a.body["sessions"].([]any)) != 1 {
		t.Error(a.raw)
	}
}

func TestTheTeamCallsWhoseAddressNobodyProvedAndProvesIt(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	f, err := w.desk.Enrol(context.Background(), booking.Application{
		Key: "00000000-0000-4000-8000-999999999999", SessionID: "mars", Mode: enrolment.Personnel, Person: awa, Mandate: enrolment.Mandate{Kind: "maire", Authority: "Brest"},
	})
	if err != nil {
		t.Fatal(err)
	}
	id := f.Enrolment.ID
	duties := func() []any {
		w.look(id)
		return w.ask("lecture", "GET", "/api/staff/duties", "").want(200).body["duties"].([]any)
	}
	if d := duties(); len(d) != 0 {
		t.Error("something to do already:", d)
	}
	w.advance(36 * time.Hour)
	d := duties()
	if len(d) != 1 || d[0].(map[string]any)["kind"] != "proof-call" || d[0].(map[string]any)["act"] != "proof" {
		t.Fatal(d)
	}
	a := w.change("gestion", "POST", id, "proof", `{}`).want(200)
	if a.body["file"].(map[string]any)["proveBy"] != nil || len(duties()) != 0 {
		t.Error("proved, and still to prove:", a.raw)
	}
	w.change("gestion", "POST", id, "proof", `{}`).want(200)
	e := w.ask("gestion", "GET", "/api/staff/files/"+id, "").want(200)
	if n := strings.Count(e.raw, "Adresse confirmée"); n != 1 {
		t.Errorf("%d lines of the timeline say so, want 1: %s", n, e.raw)
	}
}

func TestASessionWithTooFewPeopleAsksForADecisionUntilItIsTaken(t *testing.T) {
	w := staffed(t)
	few := w.publish("peu", 12, today.AddDate(0, 0, 18))
	few.Minimum = 6
	if _, err := w.store.ApplySession(context.Background(), few); err != nil {
		t.Fatal(err)
	}
	w.publish("assez", 12, today.AddDate(0, 0, 18)) // a minimum of one, and nobody: its decision is asked for too
	w.enrols("assez", enrolment.Personnel, awa, "Brest")
	duties := func() []any {
		return w.ask("lecture", "GET", "/api/staff/duties", "").want(200).body["duties"].([]any)
	}
	d := duties()
	if len(d) != 1 || d[0].(map[string]any)["kind"] != "session-minimum" || d[0].(map[string]any)["due"] != "2027-01-14T22:59:59Z" || d[0].(map[string]any)["act"] != "keep" {
		t.Fatal(d)
	}
	const path = "/api/staff/sessions/peu/duty"
	w.ask("gestion", "POST", path, `{"kind":"session-minimum","until":"2027-01-13"}`).problem(422, "validation")
	w.ask("gestion", "POST", path, `{"kind":"invoice","done":true}`).problem(422, "validation")
	w.ask("gestion", "POST", "/api/staff/sessions/rien/duty", `{"kind":"session-minimum","done":true}`).problem(404, "not-found")
	w.ask("gestion", "POST", path, `{"kind":"session-minimum","until":"2027-01-13","reason":"deux mairies répondent demain"}`).want(204)
	if len(duties()) != 0 {
		t.Error("put off, it is still there")
	}
	w.advance(3 * 24 * time.Hour)
	if d := duties(); len(d) != 1 {
		t.Error("put off, it does not come back:", d)
	}
	w.ask("gestion", "POST", path, `{"kind":"session-minimum","done":true,"reason":"le formateur est d’accord"}`).want(204)
	if len(duties()) != 0 {
		t.Error("decided, it is still there")
	}
	if a := w.ask("direction", "GET", "/api/staff/audit", "").want(200); !strings.Contains(a.raw, "le formateur est d’accord") || !strings.Contains(a.raw, "se tient") {
		t.Error(a.raw)
	}
}

func TestADutyComesByItsDateAndGoesByTheActThatSettlesIt(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.DIFE, awa, "Brest")
	duties := func() []any {
		return w.ask("lecture", "GET", "/api/staff/duties", "").want(200).body["duties"].([]any)
	}
	if len(duties()) != 0 {
		t.Error("something to do already:", duties())
	}
	if _, err := w.desk.Tick(context.Background(), e.ID, enrolment.StepDossier); err != nil {
		t.Fatal(err)
	}
	w.look(e.ID)
	d := duties()
	if len(d) != 1 || d[0].(map[string]any)["kind"] != "dife-answer" || d[0].(map[string]any)["due"] != "2027-01-13T22:59:59Z" || d[0].(map[string]any)["late"] != false {
		t.Fatal(d) // declared on a Monday: two working days are over at the end of Wednesday, in Paris
	}
	w.advance(3 * 24 * time.Hour)
	if duties()[0].(map[string]any)["late"] != true {
		t.Error("not late on Thursday")
	}
	w.change("gestion", "POST", e.ID, "duty", `{"kind":"dife-answer","until":"2027-01-18"}`).problem(422, "validation")
	w.change("gestion", "POST", e.ID, "duty", `{"kind":"dife-answer","until":"2027-01-18","reason":"la plateforme est en panne"}`).want(200)
	w.look(e.ID)
	if len(duties()) != 0 {
		t.Error("put off, it is still there")
	}
	w.advance(5 * 24 * time.Hour)
	w.look(e.ID)
	if len(duties()) != 1 {
		t.Error("put off, it does not come back")
	}
	if a := w.change("gestion", "POST", e.ID, "proposal", "").want(200); !strings.Contains(a.raw, "Proposition DIFE envoyée") {
		t.Error(a.raw)
	}
	if w.look(e.ID); len(duties()) != 0 {
		t.Error("answered, it is still there:", duties())
	}
	w.advance(3 * 24 * time.Hour) // proposed on a Tuesday: the third of the four working days is a Friday
	w.look(e.ID)
	if d := duties(); len(d) != 1 || d[0].(map[string]any)["kind"] != "dife-confirm-call" || d[0].(map[string]any)["due"] != "2027-01-25T22:59:59Z" {
		t.Fatal(d)
	}
	if a := w.change("gestion", "PUT", e.ID, "steps/confirmation", "").want(200); !strings.Contains(a.raw, `"fundingState":"settled"`) {
		t.Error(a.raw)
	}
	if w.look(e.ID); len(duties()) != 0 {
		t.Error("confirmed, it is still there:", duties())
	}
}
