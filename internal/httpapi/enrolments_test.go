package httpapi_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestEnrollingHoldsASeatAndOpensTheFile(t *testing.T) {
	w := newWorld(t)
	a := w.enrol(1, " Maelys@Mairie.FR ")
	path, bearer := w.holder(a)
	if at(a.body, "enrolment", "status") != "reserved" || !strings.HasPrefix(at(a.body, "enrolment", "reference").(string), "EC-") {
		t.Fatalf("%s", a.raw)
	}
	if left := at(w.ask("GET", "/api/sessions/budget-mars", "").body, "seatsLeft"); left != 11.0 {
		t.Errorf("seats left: %v", left)
	}
	f := w.ask("GET", path, "", "Authorization", bearer)
	if at(f.body, "person", "email") != "maelys@mairie.fr" || at(f.body, "person", "phone") != "+33612345678" {
		t.Errorf("not normalised: %v", at(f.body, "person"))
	}
	if at(f.body, "nextStep") != "compte" || at(f.body, "steps", 1, "key") != "identite" || at(f.body, "deadline", "workingDays") != true {
		t.Errorf("steps or deadline: %s", f.raw)
	}
	if at(f.body, "helpline", "number") != "09 09 39 02 77" || at(f.body, "helpline", "open") != true {
		t.Errorf("helpline: %v", at(f.body, "helpline"))
	}
	if f.header.Get("Cache-Control") != "no-store" {
		t.Error("a file must not be cached")
	}
}

func TestTheSameKeyAndBodyGiveTheSameFile(t *testing.T) {
	w := newWorld(t)
	first, second := w.enrol(1, "m@mairie.fr"), w.enrol(1, "m@mairie.fr")
	if second.status != 201 || second.body["link"] != first.body["link"] {
		t.Fatalf("%d %s", second.status, second.raw)
	}
	if left := at(w.ask("GET", "/api/sessions/budget-mars", "").body, "seatsLeft"); left != 11.0 {
		t.Errorf("seats left: %v", left)
	}
	w.enrol(1, "other@mairie.fr").problem(t, 409, "idempotency-key-reused")
}

func TestWhatIsNotARequestIsRefused(t *testing.T) {
	w := newWorld(t)
	good := request("m@mairie.fr")
	for name, c := range map[string]struct {
		body    string
		headers []string
	}{
		"no idempotency key":    {good, nil},
		"key that is no UUID":   {good, []string{"Idempotency-Key", "abc"}},
		"unknown field":         {strings.Replace(good, `"funding"`, `"nir":"1","funding"`, 1), []string{"Idempotency-Key", key(1)}},
		"two values":            {good + "{}", []string{"Idempotency-Key", key(1)}},
		"not JSON":              {"sessionId=1", []string{"Idempotency-Key", key(1)}},
		"too long":              {`{"sessionId":"` + strings.Repeat("x", 20000) + `"}`, []string{"Idempotency-Key", key(1)}},
		"wrong type of a field": {strings.Replace(good, `"consent":true`, `"consent":"yes"`, 1), []string{"Idempotency-Key", key(1)}},
	} {
		t.Run(name, func(t *testing.T) {
			w.ask("POST", "/api/enrolments", c.body, c.headers...).problem(t, 400, "bad-request")
		})
	}
	t.Run("other content type", func(t *testing.T) {
		w.ask("POST", "/api/enrolments", good, "Idempotency-Key", key(1), "Content-Type", "text/plain").problem(t, 400, "bad-request")
	})
}

func TestEveryFieldToMendComesBackTogetherInFrench(t *testing.T) {
	w := newWorld(t)
	a := w.ask("POST", "/api/enrolments", `{"sessionId":"","funding":"cash","person":{"firstName":"","lastName":" ","email":"x","phone":"12","title":"Duc"},"mandate":{"kind":"roi","authority":""},"authorityContact":{"name":"Mairie","email":"no"},"consent":false}`,
		"Idempotency-Key", key(1))
	a.problem(t, 422, "validation")
	got := []string{}
	for name, text := range a.body["fields"].(map[string]any) {
		got = append(got, name)
		if !strings.HasSuffix(text.(string), ".") {
			t.Errorf("%s: %q is no sentence", name, text)
		}
	}
	slices.Sort(got)
	want := []string{"authorityContact.email", "consent", "funding", "mandate.authority", "mandate.kind", "person.email", "person.firstName", "person.lastName", "person.phone", "person.title", "sessionId"}
	if !slices.Equal(got, want) {
		t.Errorf("fields %v, want %v", got, want)
	}
}

func TestASyndicatHasNoDIFE(t *testing.T) {
	w := newWorld(t)
	a := w.enrol(1, "m@mairie.fr", func(q map[string]any) { q["mandate"] = map[string]any{"kind": "syndicat", "authority": "SIVU"} })
	a.problem(t, 422, "validation")
	if at(a.body, "fields", "funding") == nil {
		t.Error(a.raw)
	}
}

func TestWhatIsTooLateIsRefusedBeforeASeatIsHeld(t *testing.T) {
	w := newWorld(t)
	w.publish(session("proche", 12, today.AddDate(0, 0, 9)))
	soon := func(q map[string]any) { q["sessionId"] = "proche" }
	w.enrol(1, "m@mairie.fr", soon).problem(t, 409, "funding-closed")
	w.now = today.AddDate(0, 0, 8)
	w.enrol(2, "m@mairie.fr", soon).problem(t, 409, "session-closed")
	w.enrol(3, "m@mairie.fr", func(q map[string]any) { q["sessionId"] = "inconnue" }).problem(t, 404, "not-found")
}

func TestAFullSessionGivesAPlaceInTheQueue(t *testing.T) {
	w := newWorld(t)
	w.publish(session("petite", 1, today.AddDate(0, 2, 1)))
	small := func(q map[string]any) { q["sessionId"] = "petite" }
	held := w.enrol(1, "a@mairie.fr", small)
	for n := 2; n <= 4; n++ {
		a := w.enrol(n, fmt.Sprintf("m%d@mairie.fr", n), small)
		if a.status != 201 || at(a.body, "enrolment", "status") != "waiting" || at(a.body, "enrolment", "position") != float64(n-1) {
			t.Fatalf("%d: %s", n, a.raw)
		}
	}
	path, bearer := w.holder(held)
	if a := w.ask("POST", path+"/cancellation", "", "Authorization", bearer); at(a.body, "status") != "cancelled" {
		t.Fatal(a.raw)
	}
	second, opens := w.holder(w.enrol(2, "m2@mairie.fr", small))
	if f := w.ask("GET", second, "", "Authorization", opens); at(f.body, "status") != "offered" || at(f.body, "offeredUntil") == nil {
		t.Fatalf("the freed seat was not offered: %s", f.raw)
	}
	w.now = today.AddDate(0, 0, 7)
	w.ask("POST", second+"/acceptance", "", "Authorization", opens).problem(t, 409, "offer-expired")
}

func TestASecondEnrolmentLooksJustLikeAFirst(t *testing.T) {
	w := newWorld(t)
	first, second := w.enrol(1, "m@mairie.fr"), w.enrol(2, "M@mairie.fr")
	if second.status != first.status || !reflect.DeepEqual(shape(first.body), shape(second.body)) || !reflect.DeepEqual(names(first.header), names(second.header)) {
		t.Fatalf("the form differs:\n%s\n%s", first.raw, second.raw)
	}
	if first.body["link"] == second.body["link"] {
		t.Fatal("the second attempt opens the first file")
	}
	path, bearer := w.holder(second)
	if f := w.ask("GET", path, "", "Authorization", bearer); f.status != 200 || at(f.body, "status") != "reserved" {
		t.Errorf("the decoy does not open: %s", f.raw)
	}
	if left := at(w.ask("GET", "/api/sessions/budget-mars", "").body, "seatsLeft"); left != 11.0 {
		t.Errorf("it took a seat: %v left", left)
	}
}

// shape is a JSON value without its values.
func shape(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for k, x := range v {
			out[k] = shape(x)
		}
		return out
	case []any:
		out := []any{}
		for _, x := range v {
			out = append(out, shape(x))
		}
		return out
	}
	return fmt.Sprintf("%T", v)
}

func names(h map[string][]string) (names []string) {
	for n := range h {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

func TestOnlyTheRightLinkOpensAFile(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr"))
	_, other := w.holder(w.enrol(2, "b@mairie.fr"))
	id := strings.TrimPrefix(path, "/api/enrolments/")
	for name, auth := range map[string]string{
		"none": "", "another file's": other, "made up": "Bearer 1.h.aaaa", "not a bearer": "Basic " + bearer[7:],
		"the collectivité's":    "Bearer " + w.links.Keys.Token("a", id, 0),
		"the unsubscribing one": "Bearer " + w.links.Keys.Token("u", id, 0),
	} {
		t.Run(name, func(t *testing.T) {
			for _, try := range [][2]string{{"GET", ""}, {"GET", "/export"}, {"DELETE", ""}, {"POST", "/cancellation"}, {"PUT", "/steps/compte"}} {
				w.ask(try[0], path+try[1], "", "Authorization", auth).problem(t, 401, "unauthorized")
			}
		})
	}
	w.ask("GET", "/api/enrolments/"+strings.Repeat("z", 26), "", "Authorization", bearer).problem(t, 401, "unauthorized")
	w.ask("GET", "/api/enrolments/short", "", "Authorization", bearer).problem(t, 401, "unauthorized")
}

func TestTheFourStagesOfTheDIFE(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr"))
	tick := func(step string) map[string]any {
		return w.ask("PUT", path+"/steps/"+step, "", "Authorization", bearer).body
	}
	if f := tick("identite"); at(f, "nextStep") != "dossier" || at(f, "request") != nil || at(f, "steps", 3, "available") != false {
		t.Error("before the request:", f)
	}
	if f := tick("dossier"); at(f, "nextStep") != "confirmation" || at(f, "request", "stage") != "awaited" || at(f, "deadline") != nil ||
		at(f, "request", "answerBy") != "2027-01-13T22:59:59Z" || at(f, "steps", 3, "available") != false || at(f, "fundingState") != "todo" {
		t.Error("declared on a Monday:", f)
	}
	if f := tick("proposition"); at(f, "request", "stage") != "proposed" || at(f, "deadline", "at") != "2027-01-15T22:59:59Z" || at(f, "steps", 3, "available") != true {
		t.Error("the proposal is known on Monday: until Friday to confirm it", f)
	}
	if f := tick("confirmation"); at(f, "fundingState") != "declared" || at(f, "status") != "reserved" || at(f, "nextStep") != nil || at(f, "deadline") != nil || at(f, "request", "stage") != "confirmed" {
		t.Error("the élu says that all is done:", f)
	}
	if back := w.ask("DELETE", path+"/steps/dossier", "", "Authorization", bearer); at(back.body, "status") != "reserved" || at(back.body, "nextStep") != "dossier" {
		t.Fatal(back.raw)
	}
	w.ask("PUT", path+"/steps/convention", "", "Authorization", bearer).problem(t, 404, "not-found")
}

func TestTheFirstPaymentWaitsForTheWithdrawalPeriod(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr", func(q map[string]any) { q["funding"] = "personnel" }))
	a := w.ask("PUT", path+"/steps/contrat", "", "Authorization", bearer)
	if at(a.body, "steps", 1, "available") != false || !strings.Contains(at(a.body, "steps", 1, "unavailableReason").(string), "26\u00a0janvier") {
		t.Fatalf("%v", at(a.body, "steps", 1))
	}
	w.ask("PUT", path+"/steps/acompte", "", "Authorization", bearer).problem(t, 409, "conflict")
	w.now = today.AddDate(0, 0, 15)
	if a := w.ask("PUT", path+"/steps/acompte", "", "Authorization", bearer); at(a.body, "fundingState") != "declared" {
		t.Fatal(a.raw)
	}
}

func TestChangingTheFundingKeepsTheSeat(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr"))
	a := w.ask("PUT", path+"/funding", `{"mode":"collectivite","authorityContact":{"name":"Mairie","email":"dgs@plouha.fr"}}`, "Authorization", bearer)
	if at(a.body, "funding") != "collectivite" || at(a.body, "status") != "reserved" || at(a.body, "authorityContact", "email") != "dgs@plouha.fr" {
		t.Fatal(a.raw)
	}
	if at(a.body, "papers", 0, "kind") != "devis" || at(a.body, "papers", 0, "available") != true {
		t.Errorf("papers: %v", at(a.body, "papers"))
	}
	w.now = today.AddDate(0, 2, -9)
	w.ask("PUT", path+"/funding", `{"mode":"dife"}`, "Authorization", bearer).problem(t, 409, "funding-closed")
	w.ask("PUT", path+"/funding", `{"mode":"loto"}`, "Authorization", bearer).problem(t, 422, "validation")
}

func TestExportAndErase(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr"))
	if a := w.ask("GET", path+"/export", "", "Authorization", bearer); at(a.body, "person", "birthName") != "D’Août" || at(a.body, "consentAt") == nil || at(a.body, "messages") == nil {
		t.Fatal(a.raw)
	}
	if a := w.ask("DELETE", path, "", "Authorization", bearer); a.status != 204 || a.raw != "" {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	w.ask("GET", path, "", "Authorization", bearer).problem(t, 404, "not-found")
	if left := at(w.ask("GET", "/api/sessions/budget-mars", "").body, "seatsLeft"); left != 12.0 {
		t.Errorf("the seat was not freed: %v", left)
	}
}

func TestAskingForLinksNeverSaysWhoIsKnown(t *testing.T) {
	w := newWorld(t)
	w.holder(w.enrol(1, "a@mairie.fr"))
	known := w.ask("POST", "/api/links", `{"email":"a@mairie.fr"}`)
	unknown := w.ask("POST", "/api/links", `{"email":"b@mairie.fr"}`)
	if known.status != 202 || known.status != unknown.status || known.raw != unknown.raw || !reflect.DeepEqual(known.header, unknown.header) {
		t.Errorf("%d %s\n%d %s", known.status, known.raw, unknown.status, unknown.raw)
	}
	w.ask("POST", "/api/links", `{"email":"nope"}`).problem(t, 422, "validation")
}

func TestOneClickStopsReminders(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr"))
	id := strings.TrimPrefix(path, "/api/enrolments/")
	_, address, _ := strings.Cut(w.links.Unsubscribe(id, 0), "https://exemple.fr")
	if a := w.ask("POST", address, "List-Unsubscribe=One-Click", "Content-Type", "application/x-www-form-urlencoded"); a.status != 200 {
		t.Fatalf("%d %s", a.status, a.raw)
	}
	if f := w.ask("GET", path, "", "Authorization", bearer); at(f.body, "remindersStopped") != true {
		t.Error(f.raw)
	}
	w.ask("POST", path+"/unsubscription/"+bearer[7:], "").problem(t, 401, "unauthorized")
}

// A person who opens the address gets a page with a button; opening stops nothing.
func TestTheStopAddressOpensAPageWithAButton(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr"))
	id := strings.TrimPrefix(path, "/api/enrolments/")
	_, address, _ := strings.Cut(w.links.Unsubscribe(id, 0), "https://exemple.fr")
	page := w.ask("GET", address, "", "Accept", "text/html")
	if page.status != 200 || !strings.Contains(page.raw, "<button>Arrêter les rappels</button>") || !strings.HasPrefix(page.header.Get("Content-Type"), "text/html") {
		t.Fatalf("%d %s", page.status, page.raw)
	}
	if f := w.ask("GET", path, "", "Authorization", bearer); at(f.body, "remindersStopped") == true {
		t.Error("opening the page stops the reminders: a mail filter does that too")
	}
	done := w.ask("POST", address, "", "Accept", "text/html", "Content-Type", "application/x-www-form-urlencoded")
	if done.status != 200 || !strings.Contains(done.raw, "Les rappels sont arrêtés") {
		t.Errorf("%d %s", done.status, done.raw)
	}
	if f := w.ask("GET", path, "", "Authorization", bearer); at(f.body, "remindersStopped") != true {
		t.Error(f.raw)
	}
	if lost := w.ask("GET", path+"/unsubscription/"+bearer[7:], ""); lost.status != 303 || lost.header.Get("Location") != "/lien-perdu/" {
		t.Errorf("a wrong address: %d %s", lost.status, lost.raw)
	}
}

// TestHeadPrintsNothing: the function that answers it has no printer at all.
func TestHeadPrintsNothing(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr"))
	for address, kind := range map[string]string{path + "/documents/programme": "application/pdf", path + "/calendar.ics": "text/calendar; charset=utf-8"} {
		a := w.ask("HEAD", address, "", "Authorization", bearer)
		if a.status != 200 || a.header.Get("Content-Type") != kind || a.raw != "" {
			t.Errorf("%s: %d %s %q", address, a.status, a.header.Get("Content-Type"), a.raw)
		}
		if a := w.ask("HEAD", address, ""); a.status != 401 {
			t.Errorf("%s without a link: %d", address, a.status)
		}
	}
	if a := w.ask("HEAD", path+"/documents/contrat", "", "Authorization", bearer); a.status != 404 {
		t.Errorf("a paper of another way of paying: %d", a.status)
	}
}

// TestAKnownAddressSaysItsMethods: whichever function the gateway hands the request to.
func TestAKnownAddressSaysItsMethods(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "a@mairie.fr"))
	for _, c := range []struct{ method, address, allow string }{
		{"POST", "/api/sessions", "GET, HEAD"},
		{"GET", "/api/enrolments", "POST"},
		{"PATCH", path, "DELETE, GET, HEAD"},
		{"POST", path + "/steps/compte", "DELETE, PUT"},
		{"POST", path + "/documents/devis", "GET, HEAD"},
		{"DELETE", path + "/papers", "GET, HEAD"},
		{"POST", path + "/convention", "DELETE, GET, HEAD, PUT"},
		{"PUT", path + "/calendar.ics", "GET, HEAD"},
	} {
		a := w.ask(c.method, c.address, "", "Authorization", bearer)
		a.problem(t, 405, "method-not-allowed")
		if got := a.header.Get("Allow"); got != c.allow {
			t.Errorf("%s %s: Allow is %q, want %q", c.method, c.address, got, c.allow)
		}
	}
	w.ask("GET", "/api/nowhere", "").problem(t, 404, "not-found")
}

func TestTooManyRequestsSayWhenToComeBack(t *testing.T) {
	w := newWorld(t)
	w.limits.err = &enrolment.Error{Kind: enrolment.KindTooManyRequest, RetryAfter: 90 * time.Second}
	a := w.enrol(1, "a@mairie.fr")
	a.problem(t, 429, "too-many-requests")
	if a.header.Get("Retry-After") != "90" {
		t.Error(a.header)
	}
}

func TestAnUnknownFailureIsA500WithoutItsCause(t *testing.T) {
	w := newWorld(t)
	w.limits.err = errors.New("secret cause")
	a := w.enrol(1, "a@mairie.fr")
	a.problem(t, 500, "internal")
	if strings.Contains(a.raw, "secret") {
		t.Error(a.raw)
	}
	if !strings.Contains(w.logs.String(), "secret cause") {
		t.Error("the log does not say why")
	}
}

func TestLogsHoldNoPersonalData(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "maelys@mairie.fr"))
	w.enrol(2, "maelys@mairie.fr")
	w.ask("PUT", path+"/steps/compte", "", "Authorization", bearer)
	w.ask("POST", "/api/links", `{"email":"maelys@mairie.fr"}`)
	w.ask("POST", "/api/enrolments", strings.Replace(request("maelys@mairie.fr"), `"consent":true`, `"consent":"Le Goff"`, 1), "Idempotency-Key", key(3))
	for _, personal := range []string{"maelys", "Maëlys", "Goff", "Août", "612345678", "Plouha", bearer[7:]} {
		if strings.Contains(w.logs.String(), personal) {
			t.Errorf("%q in the logs", personal)
		}
	}
	if n := strings.Count(w.logs.String(), `"msg":"request"`); n != 5 {
		t.Errorf("%d events for 5 requests", n)
	}
}

// TestAContractIsWithdrawnFromInTheFile: the right is there during the whole period, it is used once, and what it was stays.
func TestAContractIsWithdrawnFromInTheFile(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "contrat@exemple.fr", func(q map[string]any) { q["funding"] = "personnel" }))
	ask := func(method, sub string) answer { return w.ask(method, path+sub, "", "Authorization", bearer) }
	ask("POST", "/withdrawal").problem(t, 409, "conflict")
	if a := ask("GET", ""); at(a.body, "withdrawal") != nil {
		t.Errorf("nothing is signed: %s", a.raw)
	}
	signed := ask("PUT", "/steps/contrat")
	if at(signed.body, "withdrawal", "lastDay") != "2027-01-25T22:59:59Z" || !strings.HasPrefix(at(signed.body, "withdrawal", "contract").(string), "CT-EC-") {
		t.Errorf("signed on Monday 11 January: %s", signed.raw)
	}
	w.ask("POST", path+"/withdrawal", "", "Authorization", "Bearer 1.h.faux").problem(t, 401, "unauthorized")
	first, second := ask("POST", "/withdrawal"), ask("POST", "/withdrawal")
	if first.status != 200 || at(first.body, "status") != "cancelled" || at(first.body, "withdrawal", "at") != "2027-01-11T09:00:00Z" || at(first.body, "withdrawal", "lastDay") != nil {
		t.Errorf("%d %s", first.status, first.raw)
	}
	if first.raw != second.raw {
		t.Errorf("once more: %s", second.raw)
	}

	late, opens := w.holder(w.enrol(2, "tard@exemple.fr", func(q map[string]any) { q["funding"] = "personnel" }))
	w.ask("PUT", late+"/steps/contrat", "", "Authorization", opens)
	w.now = time.Date(2027, 1, 25, 22, 59, 0, 0, time.UTC)
	if a := w.ask("GET", late, "", "Authorization", opens); at(a.body, "withdrawal") == nil {
		t.Errorf("a minute before the end: %s", a.raw)
	}
	w.now = time.Date(2027, 1, 25, 23, 0, 0, 0, time.UTC)
	if a := w.ask("GET", late, "", "Authorization", opens); at(a.body, "withdrawal") != nil {
		t.Errorf("the period is over: %s", a.raw)
	}
	w.ask("POST", late+"/withdrawal", "", "Authorization", opens).problem(t, 409, "conflict")
}

// TestALogoIsNotReadAgainWithEachOpeningOfAFile: who is paid is remembered for a minute, and corrected after it.
func TestALogoIsNotReadAgainWithEachOpeningOfAFile(t *testing.T) {
	w := newWorld(t)
	put := func(iban string) {
		if err := w.store.PutOrganisation(t.Context(), enrolment.Organisation{Name: "Écharpe Formation", IBAN: iban, LogoImage: bytes.Repeat([]byte{1}, 150_000)}); err != nil {
			t.Fatal(err)
		}
	}
	put("FR76")
	path, bearer := w.holder(w.enrol(1, "virement@exemple.fr", func(q map[string]any) { q["funding"] = "personnel" }))
	opens := func(iban string) {
		if a := w.ask("GET", path, "", "Authorization", bearer); at(a.body, "payment", "iban") != iban {
			t.Errorf("want %s: %s", iban, a.raw)
		}
	}
	before := w.catalogue.organisations
	for range 5 {
		opens("FR76")
	}
	if n := w.catalogue.organisations - before; n > 1 {
		t.Errorf("%d readings of the organisation for five openings", n)
	}
	put("FR14")
	w.now = w.now.Add(time.Minute)
	opens("FR14")
}

// TestTheRightToWithdrawOutlivesTheWayOfPaying: after a change of mode the signed contract is named by the number it had, and the seat stays.
func TestTheRightToWithdrawOutlivesTheWayOfPaying(t *testing.T) {
	w := newWorld(t)
	path, bearer := w.holder(w.enrol(1, "contrat@exemple.fr", func(q map[string]any) { q["funding"] = "personnel" }))
	ask := func(method, sub, body string) answer { return w.ask(method, path+sub, body, "Authorization", bearer) }
	number := at(ask("PUT", "/steps/contrat", "").body, "withdrawal", "contract")
	moved := ask("PUT", "/funding", `{"mode":"dife"}`)
	if at(moved.body, "withdrawal", "contract") != number || at(moved.body, "withdrawal", "lastDay") == nil || at(moved.body, "withdrawal", "keepsSeat") != true {
		t.Errorf("signed %v, then another way of paying: %s", number, moved.raw)
	}
	gone := ask("POST", "/withdrawal", "")
	if gone.status != 200 || at(gone.body, "status") != "reserved" || at(gone.body, "withdrawal", "at") == nil || at(gone.body, "withdrawal", "contract") != number || at(gone.body, "withdrawal", "lastDay") != nil {
		t.Errorf("%d %s", gone.status, gone.raw)
	}
	back := ask("PUT", "/funding", `{"mode":"personnel"}`)
	if at(back.body, "nextStep") != "contrat" || at(back.body, "withdrawal", "at") == nil {
		t.Errorf("back to paying themselves: %s", back.raw)
	}
	again := ask("PUT", "/steps/contrat", "")
	if c := at(again.body, "withdrawal", "contract"); c == number || at(again.body, "withdrawal", "keepsSeat") != nil || at(again.body, "withdrawal", "at") != nil {
		t.Errorf("signed again: %s", again.raw)
	}
}

// TestAPersonalContractSaysHowItIsPaidAndNotBeforeANearSession: amount, day, account, reference; a session that is near is
// paid for after it, and no deadline says otherwise.
func TestAPersonalContractSaysHowItIsPaidAndNotBeforeANearSession(t *testing.T) {
	w := newWorld(t)
	org := enrolment.Organisation{Name: "Institut", Address: []string{"1 place de la Mairie", "44000 Nantes"}, Email: "contact@exemple.fr",
		IBAN: "FR76 0000", VAT: enrolment.VAT{RateBasisPoints: 2000}}
	if err := w.store.PutOrganisation(context.Background(), org); err != nil {
		t.Fatal(err)
	}
	path, bearer := w.holder(w.enrol(1, "loin@exemple.fr", func(q map[string]any) { q["funding"] = "personnel" }))
	a := w.ask("GET", path, "", "Authorization", bearer)
	if p := at(a.body, "payment"); at(p, "totalCents") != 25200.0 || at(p, "firstCents") != 7560.0 || at(p, "iban") != "FR76 0000" || at(p, "from") != nil ||
		at(p, "address") != "Institut, 1 place de la Mairie, 44000 Nantes" || at(p, "reference") == nil {
		t.Errorf("%v", p)
	}
	if text, _ := at(a.body, "deadline", "text").(string); !strings.Contains(text, "Le contrat doit être signé") {
		t.Errorf("%q", text)
	}
	a = w.ask("PUT", path+"/steps/contrat", "", "Authorization", bearer)
	if at(a.body, "payment", "from") != "2027-01-25T23:00:00Z" || at(a.body, "deadline") != nil {
		t.Errorf("%s", a.raw)
	}

	w.publish(session("proche", 12, today.AddDate(0, 0, 9)))
	path, bearer = w.holder(w.enrol(2, "pres@exemple.fr", func(q map[string]any) { q["funding"], q["sessionId"] = "personnel", "proche" }))
	for _, signed := range []bool{false, true} {
		if signed {
			w.ask("PUT", path+"/steps/contrat", "", "Authorization", bearer)
		}
		a := w.ask("GET", path, "", "Authorization", bearer)
		reason, _ := at(a.body, "steps", 1, "unavailableReason").(string)
		if !strings.Contains(reason, "rien n’est à payer avant elle") || !strings.Contains(reason, "mardi 26\u00a0janvier 2027") {
			t.Errorf("signed %v: %q", signed, reason)
		}
		if text, _ := at(a.body, "deadline", "text").(string); signed && text != "" || strings.Contains(text, "Tout doit") {
			t.Errorf("signed %v: %q", signed, text)
		}
	}

	path, bearer = w.holder(w.enrol(3, "autre@exemple.fr", func(q map[string]any) { q["funding"] = "collectivite" }))
	if a := w.ask("GET", path, "", "Authorization", bearer); at(a.body, "payment") != nil {
		t.Errorf("somebody else pays: %s", a.raw)
	}
}

// TestAFileSaysWhatItsContactWasSentAndEachStepItsPapers: of the present contact only, and what came back.
func TestAFileSaysWhatItsContactWasSentAndEachStepItsPapers(t *testing.T) {
	w := newWorld(t)
	contact := func(name, email string) string {
		return `{"mode":"collectivite","authorityContact":{"name":"` + name + `","email":"` + email + `"}}`
	}
	path, bearer := w.holder(w.enrol(1, "elu@exemple.fr", func(q map[string]any) { q["funding"] = "collectivite" }))
	a := w.ask("PUT", path+"/funding", contact("Paul Martin", "paul@mairie.fr"), "Authorization", bearer)
	if at(a.body, "sentToContact") != nil || at(a.body, "authorityContact", "name") != "Paul Martin" {
		t.Errorf("%s", a.raw)
	}
	if at(a.body, "steps", 0, "papers", 0) != "demande-maire" || at(a.body, "steps", 2, "papers", 0) != "convention" {
		t.Errorf("%v", at(a.body, "steps"))
	}
	ctx, id := context.Background(), at(a.body, "id").(string)
	e, err := w.store.File(ctx, id)
	if err != nil {
		t.Fatal(err)
	}
	r, err := w.store.ClaimMessage(ctx, enrolment.MessageClaim{FileID: id, Version: e.Version, Key: "authority-papers.2027-01-11" + e.ContactMark(),
		Kind: "authority-papers", To: "authority", Now: today, Lease: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	r.State, r.At = enrolment.MessageSent, today
	if err := w.store.RecordMessage(ctx, id, r); err != nil {
		t.Fatal(err)
	}
	a = w.ask("GET", path, "", "Authorization", bearer)
	if at(a.body, "sentToContact", 0, "label") != "Devis, programme et convention" || at(a.body, "sentToContact", 0, "at") != "2027-01-11T09:00:00Z" {
		t.Errorf("%s", a.raw)
	}
	a = w.ask("PUT", path+"/funding", contact("Anne Roux", "anne@mairie.fr"), "Authorization", bearer)
	if at(a.body, "authorityContact", "name") != "Anne Roux" || at(a.body, "sentToContact") != nil {
		t.Errorf("another contact was sent nothing: %s", a.raw)
	}
}

// Who pays in place of the mandate's collectivité is named with the request or later, and taken away by an empty one; each time the papers
// are made again under another number, once they could have been printed.
func TestAnotherPayerIsNamedAndTakenAway(t *testing.T) {
	w := newWorld(t)
	body := request("m@mairie.fr", func(q map[string]any) {
		q["funding"], q["payer"] = "collectivite", map[string]any{"kind": "intercommunalite", "name": "Brest métropole"}
	})
	a := w.ask("POST", "/api/enrolments", body, "Idempotency-Key", key(1))
	path, bearer := w.holder(a)
	payer := func() any { return at(w.ask("GET", path, "", "Authorization", bearer).body, "payer", "name") }
	if a.status != 201 || payer() != "Brest métropole" {
		t.Fatalf("%d %s: %v", a.status, a.raw, payer())
	}
	pay := func(rest string) answer {
		return w.ask("PUT", path+"/funding", `{"mode":"collectivite"`+rest+`}`, "Authorization", bearer)
	}
	if pay(""); payer() != "Brest métropole" {
		t.Errorf("what is not asked about changed: %v", payer())
	}
	bad := pay(`,"payer":{"kind":"","name":"Brest"}`)
	bad.problem(t, 422, "validation")
	if at(bad.body, "fields", "payer.kind") == nil {
		t.Errorf("%s", bad.raw)
	}
	if pay(`,"payer":{"kind":"commune","name":"Commune de Brest"}`); payer() != "Commune de Brest" {
		t.Errorf("not replaced: %v", payer())
	}
	if pay(`,"payer":{"kind":"","name":""}`); payer() != nil {
		t.Errorf("not taken away: %v", payer())
	}
}
