package staffapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/duty"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/staff"
	"github.com/echarpe/echarpe/internal/staffapi"
	"github.com/echarpe/echarpe/internal/wiring/team"
)

// today is a Monday, in office hours.
var today = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// world is the API behind a gateway, over a real table, with a clock that tests move. A token is the name of a person.
type world struct {
	t      *testing.T
	server *httptest.Server
	bare   func(context.Context, lambdahttp.Request) (lambdahttp.Response, error)
	store  *dynamo.Store
	desk   *booking.Desk
	guide  *guide.Guide
	links  link.Links
	team   staff.Team
	routes map[string][]enrolment.Role
	logs   *bytes.Buffer
	mu     sync.Mutex
	now    time.Time
}

// people are the claims that the authorizer hands over for each token.
var people = map[string]map[string]string{
	"first":     {"sub": "sub-first", "email": "premiere@exemple.fr", "email_verified": "true", "name": "Ada Première"},
	"gestion":   {"sub": "sub-gestion", "email": "gestion@exemple.fr", "email_verified": "true", "name": "Claire Gestion"},
	"lecture":   {"sub": "sub-lecture", "email": "lecture@exemple.fr", "email_verified": "true", "name": "Luc Lecture"},
	"direction": {"sub": "sub-direction", "email": "direction@exemple.fr", "email_verified": "true", "name": "Diane Direction"},
	"stranger":  {"sub": "sub-stranger", "email": "personne@exemple.fr", "email_verified": "true"},
	"unproved":  {"sub": "sub-unproved", "email": "gestion@exemple.fr", "email_verified": "false"},
	"impostor":  {"sub": "sub-other", "email": "gestion@exemple.fr", "email_verified": "true"},
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, logs: &bytes.Buffer{}, now: today}
	var err error
	if w.guide, err = guide.Load(); err != nil {
		t.Fatal(err)
	}
	keys, err := link.ParseKeys("1:" + strings.Repeat("a1", 32))
	if err != nil {
		t.Fatal(err)
	}
	w.store = dynamotest.Store(t, w.clock)
	w.desk = booking.New(w.store, w.guide, w.clock)
	w.links = link.Links{Site: "https://exemple.fr", Keys: keys}
	w.team = staff.Team{Store: w.store, First: "premiere@exemple.fr", Now: w.clock}
	deps := staffapi.Deps{
		Store: w.store, Desk: w.desk, Duties: duty.Planner{Guide: w.guide},
		Printer: team.Printer(w.guide, w.links),
		Team:    w.team, Guide: w.guide, Links: w.links,
		Claims: lambdahttp.Claims, Log: logging.New(w.logs, slog.LevelDebug), Now: w.clock,
		SignIn: staffapi.SignIn{Issuer: "https://issuer.example", ClientID: "c", Scopes: []string{"openid"}},
	}
	w.routes = staffapi.Roles(deps)
	w.bare = lambdahttp.Handler(staffapi.New(deps), "")
	gate := http.NewServeMux()
	gate.Handle("/api/attendance/", lambdahttp.Gateway(w.bare)) // as in the template: no authorizer
	gate.Handle("/", lambdahttp.Guarded(w.bare, func(_ context.Context, token string) (map[string]string, error) {
		if c := people[token]; c != nil {
			return c, nil
		}
		return nil, errors.New("unknown token")
	}))
	w.server = httptest.NewServer(gate)
	t.Cleanup(w.server.Close)
	return w
}

// staffed is a world whose team has joined.
func staffed(t *testing.T) *world {
	w := newWorld(t)
	for _, role := range enrolment.Roles {
		if _, _, err := w.team.Invite(context.Background(), enrolment.Actor{Sub: "test"}, string(role)+"@exemple.fr", []enrolment.Role{role}); err != nil {
			t.Fatal(err)
		}
		w.ask(string(role), "GET", "/api/staff/me", "").want(200)
	}
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) advance(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

// answer is what came back.
type answer struct {
	t      *testing.T
	what   string
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// ask sends a request as someone; headers are pairs.
func (w *world) ask(who, method, path, body string, headers ...string) answer {
	w.t.Helper()
	r, err := http.NewRequest(method, w.server.URL+path, strings.NewReader(body))
	if err != nil {
		w.t.Fatal(err)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	if who != "" {
		r.Header.Set("Authorization", "Bearer "+who)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	res, err := http.DefaultClient.Do(r)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	raw, _ := io.ReadAll(res.Body)
	a := answer{t: w.t, what: who + " " + method + " " + path, status: res.StatusCode, header: res.Header, raw: string(raw)}
	_ = json.Unmarshal(raw, &a.body)
	return a
}

func (a answer) want(status int) answer {
	a.t.Helper()
	if a.status != status {
		a.t.Fatalf("%s: %d, want %d: %s", a.what, a.status, status, a.raw)
	}
	return a
}

// looseSpace is a space that breaks where French has one that does not.
var looseSpace = regexp.MustCompile(`[^ ] [:;!?»€%]|« `)

func (a answer) problem(status int, kind string) answer {
	a.t.Helper()
	a.want(status)
	if a.body["type"] != "/problems/"+kind {
		a.t.Fatalf("%s: problem %v, want %s", a.what, a.body["type"], kind)
	}
	if loose := looseSpace.FindString(a.raw); loose != "" {
		a.t.Errorf("%s: a space that breaks before %q in %s", a.what, loose, a.raw)
	}
	return a
}

func TestABareEventWithoutClaimsIsRefusedBeforeAnythingExists(t *testing.T) {
	w := newWorld(t)
	for _, headers := range []map[string]string{
		{}, {"authorization": "Bearer gestion"}, {"x-amzn-claims": `{"sub":"sub-gestion"}`},
	} {
		for _, path := range []string{"/api/staff/me", "/api/staff/team", "/api/staff/nothing", "/api/staff/"} {
			var e lambdahttp.Request
			e.RawPath, e.Headers = path, headers
			e.RequestContext.HTTP.Method = "GET"
			got, err := w.bare(context.Background(), e)
			if err != nil || got.StatusCode != 401 || !strings.Contains(got.Body, "/problems/signed-out") {
				t.Errorf("%s %v: %d %s %v", path, headers, got.StatusCode, got.Body, err)
			}
		}
	}
}

func TestWhereToSignInIsSaidToAnybody(t *testing.T) {
	w := newWorld(t)
	var e lambdahttp.Request
	e.RawPath, e.RequestContext.HTTP.Method = "/api/staff/sign-in", "GET"
	got, err := w.bare(context.Background(), e)
	if err != nil || got.StatusCode != 200 || !strings.Contains(got.Body, `"issuer":"https://issuer.example"`) {
		t.Error(got, err)
	}
}

func TestTheFirstPersonComesInOnceByTheStacksAddress(t *testing.T) {
	w := newWorld(t)
	me := w.ask("first", "GET", "/api/staff/me", "").want(200)
	if !strings.Contains(me.raw, "direction") || !strings.Contains(me.raw, "gestion") {
		t.Error(me.raw)
	}
	people["usurper"] = map[string]string{"sub": "sub-usurper", "email": "premiere@exemple.fr", "email_verified": "true"}
	defer delete(people, "usurper")
	w.ask("usurper", "GET", "/api/staff/me", "").problem(404, "not-of-the-team")
}

func TestAnInvitationIsBoundToWhoeverProvesItsAddressFirst(t *testing.T) {
	w := newWorld(t)
	w.ask("first", "POST", "/api/staff/team", `{"email":"gestion@exemple.fr","roles":["gestion"]}`).want(201)
	w.ask("unproved", "GET", "/api/staff/me", "").problem(404, "not-of-the-team")
	w.ask("stranger", "GET", "/api/staff/me", "").problem(404, "not-of-the-team")
	w.ask("gestion", "GET", "/api/staff/me", "").want(200)
	w.ask("impostor", "GET", "/api/staff/me", "").problem(404, "not-of-the-team")
}

func TestWhoIsRemovedIsOutAtTheNextRequest(t *testing.T) {
	w := staffed(t)
	list := w.ask("direction", "GET", "/api/staff/team", "").want(200)
	id := map[string]string{}
	for _, p := range list.body["people"].([]any) {
		p := p.(map[string]any)
		id[p["email"].(string)] = p["id"].(string)
	}
	w.ask("gestion", "GET", "/api/staff/me", "").want(200)
	w.ask("direction", "DELETE", "/api/staff/team/"+id["gestion@exemple.fr"], "").want(204)
	w.ask("gestion", "GET", "/api/staff/me", "").problem(404, "not-of-the-team")
	w.ask("direction", "DELETE", "/api/staff/team/"+id["gestion@exemple.fr"], "").problem(404, "not-found")
	w.ask("direction", "DELETE", "/api/staff/team/"+id["direction@exemple.fr"], "").problem(409, "conflict")
	w.ask("direction", "POST", "/api/staff/team", `{"email":"direction@exemple.fr","roles":["lecture"]}`).problem(409, "conflict")
}

func TestTheTeamIsChangedByClearRequestsOnly(t *testing.T) {
	w := staffed(t)
	bad := w.ask("direction", "POST", "/api/staff/team", `{"email":"nope","roles":["chef"]}`).problem(422, "validation")
	if f, _ := bad.body["fields"].(map[string]any); f["email"] == nil || f["roles"] == nil {
		t.Error(bad.raw)
	}
	w.ask("direction", "POST", "/api/staff/team", `{"email":"lecture@exemple.fr","roles":["lecture","gestion"]}`).want(200)
	if me := w.ask("lecture", "GET", "/api/staff/me", "").want(200); !strings.Contains(me.raw, "gestion") {
		t.Error("the new role is not there at the next request:", me.raw)
	}
}

// TestEachRouteOpensToItsRolesOnly walks every route as every role, as a stranger, as nobody, and with the links of an élu, a contact and a trainer. A right role gets past the
// door: whatever comes then is no refusal of who asks.
func TestEachRouteOpensToItsRolesOnly(t *testing.T) {
	w := staffed(t)
	s := w.publish("mars", 3, today.AddDate(0, 2, 0))
	e := w.enrols(s.ID, enrolment.Collectivite, awa, "Brest")
	w.advance(s.Start().Sub(w.clock()))
	links := map[string]string{}
	for whose, url := range map[string]string{
		"an élu": w.links.File(e.ID, 0), "a contact": w.links.Papers(e.ID, 0, 0), "a trainer": w.links.Sheet(s.ID, 0),
	} {
		_, fragment, _ := strings.Cut(url, "#")
		_, links[whose], _ = strings.Cut(fragment, ".")
	}
	if a := w.ask(links["a trainer"], "GET", "/api/attendance/mars", ""); a.status != 200 {
		t.Fatal("the control, a trainer's own sheet:", a.raw)
	}
	if len(w.routes) < 4 {
		t.Fatal("only", len(w.routes), "routes")
	}
	for pattern, roles := range w.routes {
		method, path, _ := strings.Cut(pattern, " ")
		if method != "GET" && len(roles) == 0 {
			t.Errorf("%s opens to nobody", pattern)
		}
		path = strings.NewReplacer("{id}", "aaaaaaaaaaaaaaaaaaaaaaaaaa", "{step}", "compte", "{halfDay}", "20270310T0800Z", "{file}", "bbbbbbbbbbbbbbbbbbbbbbbbbb").Replace(path)
		if a := w.ask("", method, path, "", "Cookie", "token=gestion; session=gestion", "Origin", "https://ailleurs.example"); a.status != 401 {
			t.Errorf("%s as nobody: %d", pattern, a.status)
		}
		for whose, token := range links { // at the function itself, as if no authorizer stood before it
			var e lambdahttp.Request
			e.RawPath, e.Headers = path, map[string]string{"authorization": "Bearer " + token}
			e.RequestContext.HTTP.Method = method
			if got, err := w.bare(context.Background(), e); err != nil || got.StatusCode != 401 {
				t.Errorf("%s with the link of %s: %d %v", pattern, whose, got.StatusCode, err)
			}
		}
		w.ask("stranger", method, path, "").problem(404, "not-of-the-team")
		for _, role := range enrolment.Roles {
			allowed := false
			for _, r := range roles {
				allowed = allowed || r == role
			}
			a := w.ask(string(role), method, path, "")
			if refused := a.status == 401 || a.body["type"] == "/problems/forbidden" || a.body["type"] == "/problems/not-of-the-team"; refused == allowed {
				t.Errorf("%s as %s: %d, allowed %v", pattern, role, a.status, allowed)
			}
			if a.status >= 500 {
				t.Errorf("%s as %s: %s", pattern, role, a.raw)
			}
			if a.header.Get("Set-Cookie") != "" || a.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s gives another site something to ride: %v", pattern, a.header)
			}
		}
	}
}
