package httpapi_test

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/contracttest"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/metrics"
)

// today is a Monday, in office hours.
var today = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

// world is the API over a real table, with a clock that tests move.
// counted is the catalogue, and how often the organisation's item, with its logo, was read.
type counted struct {
	*dynamo.Store
	organisations int
}

func (c *counted) Organisation(ctx context.Context) (enrolment.Organisation, error) {
	c.organisations++
	return c.Store.Organisation(ctx)
}

type world struct {
	catalogue counted
	t         *testing.T
	handler   http.Handler
	papers    http.Handler // what the contact reads; it prints nothing here
	store     *dynamo.Store
	desk      *booking.Desk
	links     link.Links
	logs      *bytes.Buffer
	mu        sync.Mutex
	now       time.Time
	limits    refusal
}

// refusal plays the abuse limits.
type refusal struct{ err error }

func (r *refusal) Allow(context.Context, string, string, string) error { return r.err }

func (r *refusal) AllowEnrolment(context.Context, string, string, bool) (enrolment.Admission, error) {
	return enrolment.Admission{}, r.err
}

func (r *refusal) GiveBack(context.Context, enrolment.Admission) error { return nil }
func (r *refusal) AllowFile(context.Context, string, string) error     { return r.err }
func (r *refusal) AllowPrint(context.Context, string) error            { return r.err }

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{t: t, logs: &bytes.Buffer{}, now: today}
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	keys, err := link.ParseKeys("1:" + strings.Repeat("a1", 32))
	if err != nil {
		t.Fatal(err)
	}
	w.store = dynamotest.Store(t, w.clock)
	w.desk = booking.New(w.store, g, w.clock)
	w.links = link.Links{Site: "https://exemple.fr", Keys: keys}
	w.catalogue.Store = w.store
	deps := httpapi.Deps{
		Catalogue: &w.catalogue, Desk: w.desk, Reminders: w.store, Opinions: w.store, Guide: g, Links: w.links, Limits: &w.limits,
		Metrics: metrics.Product{}, Log: logging.New(w.logs, slog.LevelDebug), Now: w.clock, Build: "test",
	}
	w.handler, w.papers = httpapi.New(deps), httpapi.NewDocuments(deps, nil, nil)
	w.publish(session("budget-mars", 12, today.AddDate(0, 2, 0)))
	return w
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func session(id string, capacity int, start time.Time) enrolment.Session {
	return enrolment.Session{
		ID: id,
		Formation: enrolment.FormationSummary{
			Slug: "budget", Title: "Lire le budget", Summary: "…", Theme: "Finances", Hours: 3, PriceCents: 21000, DIFEEligible: true,
		},
		HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
		Place:    "Maison des communes, Nantes", Capacity: capacity, Minimum: 1,
		ClosesAt: start.AddDate(0, 0, -2), Status: enrolment.SessionOpen,
	}
}

func (w *world) publish(s enrolment.Session) {
	w.t.Helper()
	ctx := context.Background()
	if err := w.store.PutFormation(ctx, enrolment.Formation{Slug: "budget", Title: "Lire le budget", Objective: "Savoir lire", Programme: []string{"Un"}}); err != nil {
		w.t.Fatal(err)
	}
	if _, err := w.store.ApplySession(ctx, s); err != nil {
		w.t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	raw    string
	body   map[string]any
}

// ask sends a request; headers are pairs.
func (w *world) ask(method, path, body string, headers ...string) answer {
	w.t.Helper()
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	r.Header.Set("X-Request-Id", "req-1")
	rec := httptest.NewRecorder()
	handler := w.handler
	if strings.HasSuffix(path, "/papers") {
		handler = w.papers
	}
	handler.ServeHTTP(rec, r)
	a := answer{status: rec.Code, header: rec.Header(), raw: rec.Body.String(), body: map[string]any{}}
	contracttest.Check(w.t, r, body, a.status, a.header, []byte(a.raw))
	if strings.Contains(rec.Header().Get("Content-Type"), "json") {
		if err := json.Unmarshal(rec.Body.Bytes(), &a.body); err != nil {
			w.t.Fatalf("%s %s: %v in %q", method, path, err, a.raw)
		}
	}
	return a
}

func key(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

func request(email string, change ...func(map[string]any)) string {
	q := map[string]any{
		"sessionId": "budget-mars", "funding": "dife", "consent": true,
		"person":  map[string]any{"title": "Madame", "firstName": "Maëlys", "lastName": "Le Goff", "birthName": "D’Août", "email": email, "phone": "06 12 34 56 78"},
		"mandate": map[string]any{"kind": "maire", "authority": "Commune de Plouha"},
	}
	for _, c := range change {
		c(q)
	}
	text, _ := json.Marshal(q)
	return string(text)
}

func (w *world) enrol(n int, email string, change ...func(map[string]any)) answer {
	w.t.Helper()
	return w.ask("POST", "/api/enrolments", request(email, change...), "Idempotency-Key", key(n))
}

// holder gives the path of the file and the header that opens it.
func (w *world) holder(a answer) (path, bearer string) {
	w.t.Helper()
	if a.status != http.StatusCreated {
		w.t.Fatalf("not enrolled: %d %s", a.status, a.raw)
	}
	_, fragment, _ := strings.Cut(a.body["link"].(string), "#")
	id, token, _ := strings.Cut(fragment, ".")
	return "/api/enrolments/" + id, "Bearer " + token
}

func (a answer) problem(t *testing.T, status int, slug string) {
	t.Helper()
	if a.status != status || a.body["type"] != "/problems/"+slug {
		t.Fatalf("answered %d %s; want %d %s", a.status, a.raw, status, slug)
	}
	if got := a.header.Get("Content-Type"); got != "application/problem+json" {
		t.Errorf("content type %q", got)
	}
	for _, part := range []string{"title", "detail"} {
		if text, _ := a.body[part].(string); text == "" {
			t.Errorf("no %s in %s", part, a.raw)
		}
	}
	if a.body["requestId"] != "req-1" || a.body["status"] != float64(status) {
		t.Errorf("request id or status missing in %s", a.raw)
	}
}

// at digs into a JSON value by keys and indexes.
func at(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}
