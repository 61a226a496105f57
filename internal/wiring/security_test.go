package wiring_test

import (
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/challenge"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/wiring"
)

// SECURITY.md names these tests.

func TestTheLogsOfAFullJourneyHoldNoPersonalData(t *testing.T) {
	p := newProduct(t)
	session, small := p.session("parole-rennes"), p.session("parole-angers")
	from := "198.51.100.77"
	enrolled := p.ask(from, "POST", "/api/enrolments", élu(session, "maelys.kerouedan@plougastel.example", "collectivite", "gwenola.abgrall@plougastel.example"), "Idempotency-Key", key(1))
	path, bearer := opened(t, enrolled)
	p.remind()
	statuses := map[string]int{}
	for _, step := range [][3]string{
		{"POST", "/api/enrolments", élu(session, "maelys.kerouedan@plougastel.example", "dife", "")}, // a second time
		{"POST", "/api/links", `{"email":"maelys.kerouedan@plougastel.example"}`},
		{"POST", "/api/links", `{"email":"maelys.kerouedan@"}`},
		{"POST", "/api/enrolments", `{"person":{"lastName":"Kerouédan"},"Kerouédan":1}`},
		{"POST", "/api/enrolments", `"Kerouédan`},
		{"GET", path, ""}, {"GET", path + "/export", ""}, {"GET", "/api/sessions/Kerouédan", ""},
		{"PUT", path + "/steps/demande", ""}, {"PUT", path + "/steps/Kerouédan", ""}, {"DELETE", path + "/steps/demande", ""},
		{"PUT", path + "/funding", `{"mode":"personnel"}`}, {"PUT", path + "/funding", `{"mode":"Kerouédan"}`},
		{"GET", path + "/documents/contrat", ""}, {"GET", path + "/documents/convention", ""}, {"GET", path + "/calendar.ics", ""},
		{"PUT", path + "/session", `{"sessionId":"` + small + `"}`},
		{"GET", "/api/sessions?cursor=Kerouédan", ""},
	} {
		a := p.ask(from, step[0], step[1], step[2], "Authorization", bearer, "Idempotency-Key", key(2))
		statuses[step[0]+" "+strings.TrimPrefix(step[1], path)] = a.status
		if a.status >= 500 {
			t.Errorf("%s %s: %d", step[0], step[1], a.status)
		}
		p.remind()
		p.advance(time.Minute)
	}
	for _, done := range []string{"GET ", "GET /export", "PUT /steps/demande", "GET /documents/contrat", "GET /calendar.ics", "PUT /session"} {
		if statuses[done] != http.StatusOK {
			t.Errorf("%s: %d, the journey is not a full one", done, statuses[done])
		}
	}
	p.ask(from, "GET", path, "", "Authorization", bearer+"x")
	for n := range 3 { // fill the small session, wait, be offered a seat
		p.enrol(10+n, small, strings.Repeat("a", n+1)+".kerouedan@plougastel.example", "personnel")
	}
	p.post.refuses(true)
	p.ask(from, "POST", path+"/cancellation", "", "Authorization", bearer)
	p.remind()
	p.post.refuses(false)
	for range 40 {
		p.advance(24 * time.Hour)
		p.remind()
	}
	p.ask(from, "DELETE", path, "", "Authorization", bearer)

	logs := p.logs.String()
	if n := strings.Count(logs, `"msg":"request"`); n < 20 {
		t.Fatalf("only %d requests in the logs", n)
	}
	if len(p.post.mails) < 5 {
		t.Fatalf("only %d mails were sent: the journey is not a full one", len(p.post.mails))
	}
	token := strings.TrimPrefix(bearer, "Bearer ")
	for _, personal := range []string{
		"maelys", "Maëlys", "erouedan", "erouédan", "erou\\u00e9dan", "uiniou", "612345678", "12 34 56 78", "lougastel", "wenola", "bgrall", token, from,
	} {
		if at := strings.Index(logs, personal); at >= 0 {
			t.Errorf("%q is in the logs: …%s…", personal, logs[max(0, at-200):min(len(logs), at+60)])
		}
	}
}

// hour is how many mails an attacker may make the product send to one address in an hour, all ways together: 10
// enrolments, 10 changes, 4 links, and as many for what the enrolments bring by themselves.
const hour = 40

func TestSomebodyElsesAddressCannotBeBombed(t *testing.T) {
	p := newProduct(t)
	victim := "victime@plougastel.example"
	sessions := []string{p.session("parole-rennes"), p.session("budget-nantes"), p.session("urbanisme-tours"), p.session("deontologie-printemps")}
	path, bearer := p.enrol(1, sessions[0], victim, "personnel")
	refused := map[string]int{}
	note := func(what string, a answer) {
		if a.status == http.StatusTooManyRequests {
			refused[what]++
			if a.header.Get("Retry-After") == "" {
				t.Errorf("%s: 429 without Retry-After", what)
			}
		}
	}
	for n := range 30 {
		mode := []string{"collectivite", "personnel"}[n%2]
		note("funding", p.ask("192.0.2.2", "PUT", path+"/funding", `{"mode":"`+mode+`"}`, "Authorization", bearer))
		note("links", p.ask("192.0.2.3", "POST", "/api/links", `{"email":"`+victim+`"}`))
		note("enrol", p.ask("192.0.2.4", "POST", "/api/enrolments", élu(sessions[n%len(sessions)], victim, "personnel", ""), "Idempotency-Key", key(100+n)))
		note("session", p.ask("192.0.2.5", "PUT", path+"/session", `{"sessionId":"`+sessions[n%2]+`"}`, "Authorization", bearer))
		p.remind()
		p.advance(time.Second)
	}
	for _, what := range []string{"funding", "links", "enrol", "session"} {
		if refused[what] == 0 {
			t.Errorf("%s was never refused", what)
		}
	}
	if n := p.post.sentTo(victim); n == 0 || n > hour {
		t.Errorf("%d mails to the victim within the hour, want some and at most %d", n, hour)
	}
}

func TestLimitsHoldAcrossInstances(t *testing.T) {
	few := func(c *config.Config) { c.AbusePerEmail = 3 }
	p := newProduct(t, few)
	var instances []http.Handler
	for range 3 { // each function instance builds its own house over the same table
		house, err := wiring.Build(t.Context(), p.house.Config, p.logs, p.now)
		if err != nil {
			t.Fatal(err)
		}
		deps := house.Deps()
		deps.AnswerFloor = 0
		instances = append(instances, httpapi.New(deps))
	}
	session, taken := p.session("budget-nantes"), 0
	for n := range 9 {
		p.api = instances[n%len(instances)]
		a := p.ask("192.0.2."+strconv.Itoa(n), "POST", "/api/enrolments", élu(session, "a@plougastel.example", "personnel", ""), "Idempotency-Key", key(n))
		if a.status == http.StatusCreated {
			taken++
		}
		p.advance(time.Minute)
	}
	if taken != 3 {
		t.Errorf("%d enrolments with one address through three instances, want 3", taken)
	}
}

func TestWithTheProofOfWorkNoSeatIsHeldWithoutIt(t *testing.T) {
	p := newProduct(t, func(c *config.Config) { c.Altcha = true })
	if a := p.ask("192.0.2.9", "GET", "/api/challenge", ""); a.status != http.StatusOK || a.json(t)["required"] != true {
		t.Fatalf("challenge: %d %s", a.status, a.body)
	}
	session := p.session("budget-nantes")
	a := p.ask("192.0.2.9", "POST", "/api/enrolments", élu(session, "a@plougastel.example", "personnel", ""), "Idempotency-Key", key(1))
	if a.status != http.StatusUnprocessableEntity || a.json(t)["fields"].(map[string]any)["challenge"] == nil {
		t.Errorf("without a solution: %d %s", a.status, a.body)
	}
	if s, err := p.house.Store.Session(t.Context(), session); err != nil || s.Taken != 0 {
		t.Errorf("%d seats held (%v)", s.Taken, err)
	}
	solution := p.solve()
	body := strings.Replace(élu(session, "a@plougastel.example", "personnel", ""), "{", `{"challenge":"`+solution+`",`, 1)
	for range 2 { // sent again after a lost answer
		if a := p.ask("192.0.2.9", "POST", "/api/enrolments", body, "Idempotency-Key", key(1)); a.status != http.StatusCreated {
			t.Errorf("with a solution: %d %s", a.status, a.body)
		}
	}
	if a := p.ask("192.0.2.9", "POST", "/api/enrolments", body, "Idempotency-Key", key(2)); a.status != http.StatusUnprocessableEntity {
		t.Errorf("a solution for two requests: %d %s", a.status, a.body)
	}
}

// solve does what the page does (frontend/src/app/work.ts): find the counter, answer in base64.
func (p *product) solve() string {
	p.Helper()
	var asked struct{ Challenge challenge.Challenge }
	a := p.ask("192.0.2.9", "GET", "/api/challenge", "")
	if err := json.Unmarshal([]byte(a.body), &asked); err != nil {
		p.Fatal(err)
	}
	for n := range uint32(1000) {
		key, err := challenge.Derive(asked.Challenge.Parameters, n)
		if err != nil {
			p.Fatal(err)
		}
		if found := hex.EncodeToString(key); strings.HasPrefix(found, asked.Challenge.Parameters.KeyPrefix) {
			raw, err := json.Marshal(map[string]any{"challenge": asked.Challenge, "solution": map[string]any{"counter": n, "derivedKey": found}})
			if err != nil {
				p.Fatal(err)
			}
			return base64.StdEncoding.EncodeToString(raw)
		}
	}
	p.Fatal("no counter fits")
	return ""
}

func TestASolutionServesOnePersonOnceThoughTheirFileIsErased(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	solution := p.solve()
	send := func(n int, email string) answer {
		body := strings.Replace(élu(session, email, "personnel", ""), "{", `{"challenge":"`+solution+`",`, 1)
		return p.ask("192.0.2.9", "POST", "/api/enrolments", body, "Idempotency-Key", key(n))
	}
	path, bearer := opened(t, send(1, "a@plougastel.example"))
	if a := send(1, "b@plougastel.example"); a.status != http.StatusUnprocessableEntity {
		t.Errorf("for another person: %d %s", a.status, a.body)
	}
	if a := p.ask("192.0.2.9", "DELETE", path, "", "Authorization", bearer); a.status != http.StatusNoContent {
		t.Fatalf("erase: %d", a.status)
	}
	for n, want := range map[int]int{1: http.StatusConflict, 2: http.StatusUnprocessableEntity} {
		if a := send(n, "a@plougastel.example"); a.status != want {
			t.Errorf("after the erasure, request %d: %d %s", n, a.status, a.body)
		}
	}
}

func TestASecondEnrolmentAnswersInTheSameFormAndNoFaster(t *testing.T) {
	p := newProduct(t)
	p.api = p.house.API()
	session := p.session("budget-nantes")
	ask := func(n int, email string) answer {
		return p.ask("192.0.2.1", "POST", "/api/enrolments", élu(session, email, "collectivite", "dgs@plougastel.example"), "Idempotency-Key", key(n))
	}
	first, second := ask(1, "a@plougastel.example"), ask(2, "A@plougastel.example ")
	path, _ := opened(t, first)
	again, _ := opened(t, second)
	if path == again {
		t.Fatal("the second attempt opens the first file")
	}
	same(t, first, second)
	// What is then read with each link has the same form too.
	_, bearer1 := opened(t, first)
	_, bearer2 := opened(t, second)
	for _, sub := range []string{"", "/documents/devis", "/documents/programme", "/calendar.ics", "/export"} {
		same(t, p.ask("192.0.2.1", "GET", path+sub, "", "Authorization", bearer1), p.ask("192.0.2.1", "GET", again+sub, "", "Authorization", bearer2))
	}
	known, unknown := p.ask("192.0.2.1", "POST", "/api/links", `{"email":"a@plougastel.example"}`), p.ask("192.0.2.1", "POST", "/api/links", `{"email":"b@plougastel.example"}`)
	if known.status != http.StatusAccepted || known.body != unknown.body {
		t.Errorf("links: %d %q against %d %q", known.status, known.body, unknown.status, unknown.body)
	}
	same(t, known, unknown)
	if p.house.Deps().AnswerFloor < 100*time.Millisecond {
		t.Error("the floor is under what the acts may take")
	}
	for what, a := range map[string]answer{"first": first, "second": second, "links of a known address": known, "links of an unknown one": unknown} {
		if a.took < p.house.Deps().AnswerFloor {
			t.Errorf("%s: answered in %s, under the floor that hides what was done", what, a.took)
		}
	}
}

// same compares the status, the headers' names and the shape of the body of two answers.
func same(t *testing.T, a, b answer) {
	t.Helper()
	if a.status != b.status || !reflect.DeepEqual(headers(a), headers(b)) {
		t.Errorf("%d %v\nagainst %d %v", a.status, headers(a), b.status, headers(b))
	}
	if strings.Contains(a.header.Get("Content-Type"), "json") && !reflect.DeepEqual(shape(a.json(t)), shape(b.json(t))) {
		t.Errorf("the form differs:\n%s\n%s", a.body, b.body)
	}
}

func headers(a answer) map[string]string {
	h := map[string]string{}
	for name := range a.header {
		h[name] = a.header.Get(name)
	}
	delete(h, "Content-Length")
	h["Content-Disposition"] = digits.ReplaceAllString(h["Content-Disposition"], "")
	return h
}

var digits = regexp.MustCompile(`EC-[0-9A-Z-]+`)

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
		if len(v) == 0 {
			return []any{}
		}
		return []any{shape(v[0])}
	case nil:
		return nil
	}
	return reflect.TypeOf(v).String()
}

func TestGuessingLinksTeachesNothing(t *testing.T) {
	p := newProduct(t)
	path, bearer := p.enrol(1, p.session("budget-nantes"), "a@plougastel.example", "personnel")
	nobody := "/api/enrolments/" + strings.Repeat("z", 26)
	forged := bearer[:len(bearer)-4] + "AAAA"
	for _, sub := range []string{"", "/export", "/documents/contrat", "/calendar.ics"} {
		there, absent := p.ask("192.0.2.7", "GET", path+sub, "", "Authorization", forged), p.ask("192.0.2.7", "GET", nobody+sub, "", "Authorization", forged)
		if there.status != http.StatusUnauthorized || there.status != absent.status || there.body != absent.body || !reflect.DeepEqual(there.header, absent.header) {
			t.Errorf("%s: %d %s\nagainst %d %s", sub, there.status, there.body, absent.status, absent.body)
		}
	}
}

// mailed is the bearer of the file's link in the last mail to an address.
func (p *product) mailed(to string) string {
	p.Helper()
	found := fileLink.FindAllStringSubmatch(p.post.lastTo(to), -1)
	if len(found) == 0 {
		p.Fatalf("no link of a file in the last mail to %s", to)
	}
	return "Bearer " + found[0][1]
}

var fileLink = regexp.MustCompile(`/dossier/#[a-z0-9]{26}\.([0-9]+\.[a-z]\.[A-Za-z0-9_-]+)`)

func TestOnlyTheMailedLinkProvesTheAddress(t *testing.T) {
	p := newProduct(t)
	path, bearer := p.enrol(1, p.session("budget-nantes"), "a@plougastel.example", "collectivite")
	toProve := func(bearer string) bool {
		return p.ask("192.0.2.1", "GET", path, "", "Authorization", bearer).json(t)["proof"] != nil
	}
	for range 2 { // the first look could be what proves
		if !toProve(bearer) {
			t.Error("the link that whoever enrols gets at once proves the address")
		}
	}
	p.remind()
	if mailed := p.mailed("a@plougastel.example"); mailed == bearer || toProve(mailed) {
		t.Error("the link of the mail does not prove the address")
	}
	if toProve(bearer) {
		t.Error("proved, and still to prove for who has the first link")
	}
}

func TestTheMailedLinkOpensAllThatTheFirstOneOpens(t *testing.T) {
	p := newProduct(t)
	path, bearer := p.enrol(1, p.session("budget-nantes"), "a@plougastel.example", "collectivite")
	p.remind()
	mailed := p.mailed("a@plougastel.example")
	for _, sub := range []string{"", "/export", "/documents/devis", "/documents/demande-maire", "/documents/contrat", "/calendar.ics", "/papers"} {
		first, second := p.ask("192.0.2.1", "GET", path+sub, "", "Authorization", bearer), p.ask("192.0.2.1", "GET", path+sub, "", "Authorization", mailed)
		if first.status != second.status {
			t.Errorf("%s: %d by the first link, %d by the mailed one", sub, first.status, second.status)
		}
	}
}

func TestNothingLeavesTowardsAThirdPartyBeforeTheAddressIsProved(t *testing.T) {
	p := newProduct(t)
	contact := "mairie@plougastel.example"
	a := p.ask("192.0.2.1", "POST", "/api/enrolments", élu(p.session("budget-nantes"), "a@plougastel.example", "collectivite", contact), "Idempotency-Key", key(1))
	path, _ := opened(t, a)
	for range 8 {
		p.remind()
		p.advance(12 * time.Hour)
	}
	if n := p.post.sentTo(contact); n != 0 {
		t.Errorf("%d mails to the contact of an address that nobody proved", n)
	}
	p.ask("192.0.2.1", "POST", "/api/links", `{"email":"a@plougastel.example"}`)
	p.remind()
	p.ask("192.0.2.1", "GET", path, "", "Authorization", p.mailed("a@plougastel.example"))
	for range 4 { // office hours among them
		p.remind()
		p.advance(6 * time.Hour)
	}
	if n := p.post.sentTo(contact); n == 0 {
		t.Error("nothing to the contact once the address is proved")
	}
}
