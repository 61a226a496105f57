package httpapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

// asked is a file that its collectivité pays, with the header of the contact's link.
func (w *world) asked(n int) (path, contact, holder string) {
	w.t.Helper()
	path, holder = w.holder(w.enrol(n, fmt.Sprintf("m%d@mairie.fr", n), func(q map[string]any) {
		q["funding"], q["authorityContact"] = "collectivite", map[string]any{"name": "Paul Martin", "email": "sg@mairie.fr"}
	}))
	id := strings.TrimPrefix(path, "/api/enrolments/")
	return path, "Bearer " + w.links.Keys.Token(link.Authority, id, 0), holder
}

func TestTheContactAgreesSaysWhereToInvoiceAndReturnsTheConvention(t *testing.T) {
	w := newWorld(t)
	path, contact, holder := w.asked(1)
	a := w.ask("PUT", path+"/answer", `{"given":"accord"}`, "Authorization", contact)
	if a.status != http.StatusOK || at(a.body, "answer", "given") != "accord" || at(a.body, "answer", "by") != "Paul Martin" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	a = w.ask("PUT", path+"/billing", `{"known":true,"siret":" 214 401 093 00015 ","service":"FORM","commitment":"42","address":"1 place, 44000 Plouha"}`, "Authorization", contact)
	if at(a.body, "billing", "siret") != "21440109300015" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	a = w.ask("PUT", path+"/convention", "", "Authorization", contact)
	if a.status != http.StatusOK || at(a.body, "convention", "by") != "Paul Martin" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	f := w.ask("GET", path, "", "Authorization", holder)
	if at(f.body, "steps", 1, "doneBy") != "authority" || !strings.Contains(fmt.Sprint(at(f.body, "steps", 1, "said", 0)), "(Paul Martin) a répondu") || at(f.body, "steps", 2, "done") != true {
		t.Errorf("%s", f.raw)
	}
	if e := w.ask("GET", path+"/export", "", "Authorization", holder); at(e.body, "authorityBilling", "commitment") != "42" {
		t.Errorf("not all that is kept is given: %s", e.raw)
	}
	for _, act := range []string{"convention", "billing", "answer"} {
		if a = w.ask("DELETE", path+"/"+act, "", "Authorization", contact); a.status != http.StatusOK || at(a.body, act) != nil {
			t.Fatalf("%s is not undone: %d %s", act, a.status, a.raw)
		}
	}
	if f = w.ask("GET", path, "", "Authorization", holder); at(f.body, "steps", 1, "done") != false || at(f.body, "status") != "reserved" {
		t.Errorf("%s", f.raw)
	}
}

func TestARefusalThatTheLawDoesNotAdmitIsTakenAndSaysSo(t *testing.T) {
	w := newWorld(t)
	path, contact, holder := w.asked(1)
	w.ask("PUT", path+"/steps/accord", "", "Authorization", holder)
	a := w.ask("PUT", path+"/answer", `{"given":"refus","ground":"autre","detail":"Plus de crédits"}`, "Authorization", contact)
	if a.status != http.StatusOK || !strings.Contains(fmt.Sprint(at(a.body, "answer", "says")), "crédits votés") {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	f := w.ask("GET", path, "", "Authorization", holder)
	said := fmt.Sprint(at(f.body, "steps", 1, "said"))
	if at(f.body, "steps", 1, "done") != false || !strings.Contains(said, "refus. Motif") || !strings.Contains(said, "Plus de crédits") || !strings.Contains(said, "Vous avez déclaré") {
		t.Errorf("both are not seen: %s", said)
	}
}

func TestWhatTheContactSendsIsChecked(t *testing.T) {
	w := newWorld(t)
	path, contact, _ := w.asked(1)
	for name, c := range map[string]struct{ act, body, field string }{
		"no answer":                {"answer", `{"given":"peut-etre"}`, "given"},
		"refusal without ground":   {"answer", `{"given":"refus"}`, "ground"},
		"another ground, unsaid":   {"answer", `{"given":"refus","ground":"autre","detail":" "}`, "detail"},
		"nothing said of billing":  {"billing", `{}`, "known"},
		"thirteen digits":          {"billing", `{"known":true,"siret":"2144010930001","address":"x"}`, "siret"},
		"a digit wrong":            {"billing", `{"known":true,"siret":"21440109300016","address":"x"}`, "siret"},
		"no address":               {"billing", `{"known":true,"siret":"21440109300015"}`, "address"},
		"a commitment too long":    {"billing", `{"known":true,"siret":"21440109300015","address":"x","commitment":"` + strings.Repeat("9", 51) + `"}`, "commitment"},
		"nobody to pass it on to":  {"handover", `{"name":" ","email":"finances@mairie.fr"}`, "name"},
		"an address that is none":  {"handover", `{"name":"Inès","email":"finances"}`, "email"},
		"their own address":        {"handover", `{"name":"Inès","email":"sg@mairie.fr"}`, "email"},
		"La Poste's own sum wrong": {"billing", `{"known":true,"siret":"35600000049838","address":"x"}`, "siret"},
	} {
		t.Run(name, func(t *testing.T) {
			a := w.ask("PUT", path+"/"+c.act, c.body, "Authorization", contact)
			a.problem(t, 422, "validation")
			if text, _ := at(a.body, "fields", c.field).(string); !strings.HasSuffix(text, ".") {
				t.Errorf("no sentence for %s in %s", c.field, a.raw)
			}
		})
	}
	if a := w.ask("PUT", path+"/billing", `{"known":true,"siret":"35600000049837","address":"x"}`, "Authorization", contact); a.status != 200 {
		t.Errorf("La Poste's exception: %d %s", a.status, a.raw)
	}
	if a := w.ask("PUT", path+"/billing", `{"known":false}`, "Authorization", contact); a.status != 200 || at(a.body, "billing", "known") != false {
		t.Errorf("not known yet is an answer: %d %s", a.status, a.raw)
	}
}

// The contact's link opens the papers and these acts; the holder's opens the file and none of them.
func TestTheContactsActsAreTheContactsAlone(t *testing.T) {
	w := newWorld(t)
	path, contact, holder := w.asked(1)
	other, _, _ := w.asked(2)
	acts := []struct{ method, act, body string }{
		{"PUT", "answer", `{"given":"accord"}`}, {"PUT", "billing", `{"known":false}`}, {"PUT", "convention", ""},
		{"DELETE", "answer", ""}, {"DELETE", "billing", ""}, {"DELETE", "convention", ""},
		{"PUT", "handover", `{"name":"Inès Faure","email":"finances@mairie.fr"}`}, {"PUT", "silence", ""}, {"DELETE", "silence", ""},
	}
	for _, c := range acts {
		w.ask(c.method, path+"/"+c.act, c.body, "Authorization", holder).problem(t, 401, "unauthorized")
		w.ask(c.method, other+"/"+c.act, c.body, "Authorization", contact).problem(t, 401, "unauthorized")
		w.ask(c.method, "/api/enrolments/aaaaaaaaaaaaaaaaaaaaaaaaaa/"+c.act, c.body, "Authorization", contact).problem(t, 401, "unauthorized")
		w.ask(c.method, path+"/"+c.act, c.body).problem(t, 401, "unauthorized")
	}
	for _, c := range []struct{ method, act, body string }{
		{"GET", "", ""}, {"DELETE", "", ""}, {"PUT", "/steps/accord", ""}, {"POST", "/cancellation", ""}, {"GET", "/export", ""}, {"PUT", "/funding", `{"mode":"dife"}`},
	} {
		w.ask(c.method, path+c.act, c.body, "Authorization", contact).problem(t, 401, "unauthorized")
	}
	w.limits.err = enrolment.Refuse(enrolment.KindTooManyRequest, "Patientez.")
	for _, c := range acts {
		w.ask(c.method, path+"/"+c.act, c.body, "Authorization", contact).problem(t, 429, "too-many-requests")
	}
}

func TestNothingIsDeclaredOnceTheSessionHasBegun(t *testing.T) {
	w := newWorld(t)
	path, contact, _ := w.asked(1)
	w.now = today.AddDate(0, 2, 0).Add(time.Minute)
	w.ask("PUT", path+"/answer", `{"given":"accord"}`, "Authorization", contact).problem(t, 409, "conflict")
}

func (w *world) contactOf(path string, revision int) string {
	_, token, _ := strings.Cut(w.links.Papers(strings.TrimPrefix(path, "/api/enrolments/"), 0, revision), "#"+strings.TrimPrefix(path, "/api/enrolments/")+".")
	return "Bearer " + token
}

func TestARequestPassedOnIsReadByTheFirstLinkAndAnsweredByTheNext(t *testing.T) {
	w := newWorld(t)
	path, contact, holder := w.asked(1)
	a := w.ask("PUT", path+"/handover", `{"name":"Inès Faure","email":"finances@mairie.fr"}`, "Authorization", contact)
	if a.status != http.StatusOK || at(a.body, "handed", "to") != "Inès Faure" || !strings.Contains(fmt.Sprint(at(a.body, "closed")), "Inès Faure") {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if a = w.ask("GET", path+"/papers", "", "Authorization", contact); a.status != http.StatusOK || at(a.body, "handed", "to") != "Inès Faure" {
		t.Errorf("the first link does not read: %d %s", a.status, a.raw)
	}
	if a = w.ask("HEAD", path+"/documents/devis", "", "Authorization", contact); a.status != http.StatusOK {
		t.Errorf("nor opens the papers: %d", a.status)
	}
	for _, c := range [][2]string{{"PUT", "answer"}, {"DELETE", "convention"}, {"PUT", "handover"}, {"PUT", "silence"}} {
		w.ask(c[0], path+"/"+c[1], `{"given":"accord"}`, "Authorization", contact).problem(t, 409, "conflict")
	}
	next := w.contactOf(path, 1)
	if a = w.ask("PUT", path+"/answer", `{"given":"accord"}`, "Authorization", next); a.status != http.StatusOK || at(a.body, "answer", "by") != "Inès Faure" || at(a.body, "handed", "by") != "Paul Martin" {
		t.Fatalf("the new one does not act: %d %s", a.status, a.raw)
	}
	if f := w.ask("GET", path, "", "Authorization", holder); at(f.body, "authorityContact", "name") != "Inès Faure" || at(f.body, "authorityContact", "from") != "Paul Martin" {
		t.Errorf("the élu does not see who follows it: %s", f.raw)
	}
	// The élu names somebody: neither of them opens anything any more, and named again they do not either.
	for _, email := range []string{"dgs@mairie.fr", "sg@mairie.fr"} {
		w.ask("PUT", path+"/funding", `{"mode":"collectivite","authorityContact":{"name":"Paul Martin","email":"`+email+`"}}`, "Authorization", holder)
		for _, old := range []string{contact, next} {
			w.ask("GET", path+"/papers", "", "Authorization", old).problem(t, 401, "unauthorized")
			w.ask("PUT", path+"/answer", `{"given":"accord"}`, "Authorization", old).problem(t, 401, "unauthorized")
		}
	}
	if a = w.ask("GET", path+"/papers", "", "Authorization", w.contactOf(path, 3)); a.status != http.StatusOK {
		t.Error("the present contact's link:", a.status)
	}
}

func TestAContactStopsTheMailsFromThePageOrInOneClick(t *testing.T) {
	w := newWorld(t)
	path, contact, holder := w.asked(1)
	id := strings.TrimPrefix(path, "/api/enrolments/")
	stop := strings.TrimPrefix(w.links.Silence(id, 0, 0), w.links.Site)
	if a := w.ask("GET", stop, "", "Accept", "text/html"); a.status != http.StatusOK || !strings.Contains(a.raw, "Ne plus recevoir d’e-mails") {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	silent := func(want any) {
		t.Helper()
		if f := w.ask("GET", path, "", "Authorization", holder); at(f.body, "authorityContact", "silent") != want {
			t.Errorf("silent, to the élu: %s", f.raw)
		}
		if a := w.ask("GET", path+"/papers", "", "Authorization", contact); at(a.body, "silent") != want {
			t.Errorf("silent, to the contact: %s", a.raw)
		}
	}
	silent(nil) // opening stops nothing
	if a := w.ask("POST", stop, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded"); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	silent(true)
	if a := w.ask("GET", stop, "", "Accept", "text/html"); !strings.Contains(a.raw, "Nous ne vous écrirons plus") {
		t.Error(a.raw)
	}
	w.ask("DELETE", path+"/silence", "", "Authorization", contact)
	silent(nil)
	w.ask("PUT", path+"/silence", "", "Authorization", contact)
	silent(true)
	w.ask("GET", path+"/papers", "", "Authorization", "Bearer "+strings.TrimPrefix(stop, path+"/unsubscription/")).problem(t, 401, "unauthorized")
}
