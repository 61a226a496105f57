package seats

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/infra/bench/whole"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/papers"
)

// house is the product as the functions wire it, with the sample catalogue, over a table whose every call is metered. The abuse
// limits are on, and metered apart: they are the same few calls on every route that has them.
type house struct {
	*wiring.House
	api, documents, scans http.Handler
	acts, limits          *dynamotest.Meter
	faults                faults
	people                int // who came so far
	sessions              int // made so far
	at                    time.Time
}

// faults keeps the last event that the product logged as an error: no answer holds its cause.
type faults struct{ last []byte }

func (f *faults) Write(line []byte) (int, error) {
	if bytes.Contains(line, []byte(`"level":"ERROR"`)) {
		f.last = bytes.Clone(line)
	}
	return len(line), nil
}

// now is a minute later at each request, so that what an act makes due has an instant of its own.
func (h *house) now() time.Time { return h.at }

// openHouse builds the house; root is the repository.
func openHouse(ctx context.Context, cfg aws.Config, root string) (*house, error) {
	return furnish(ctx, cfg, root, dynamotest.NewMeter(cfg), dynamotest.NewMeter(cfg))
}

// openBare is openHouse without the meters, which read a transaction's items before and after it.
func openBare(ctx context.Context, cfg aws.Config, root string) (*house, error) {
	return furnish(ctx, cfg, root, nil, nil)
}

func furnish(ctx context.Context, cfg aws.Config, root string, acts, limits *dynamotest.Meter) (*house, error) {
	h := &house{acts: acts, limits: limits, at: now}
	open := func(m *dynamotest.Meter) *dynamo.Store {
		if m == nil {
			return dynamotest.Open(cfg, h.now)
		}
		return dynamotest.Open(cfg, h.now, m.Option())
	}
	store, counters := open(acts), open(limits)
	var err error
	if h.House, err = whole.House(whole.Parts{Store: store, Counters: counters, Log: &h.faults, Now: h.now}); err != nil {
		return nil, err
	}
	deps := h.Deps()
	deps.Challenge = nil // of no interest here: it costs the table one write
	deps.AnswerFloor = 0 // hides how long an act takes: nothing that is counted here
	h.api, h.documents = httpapi.New(deps), papers.Handler(h.House)
	h.scans = h.scansDesk(deps)
	return h, table.Publish(ctx, root, h.Store, h.Guide, h.Desk, h.at)
}

// question is a request; its method is the route's.
type question struct {
	path, body string
	key        string // Idempotency-Key
	bearer     string
	want       int // status
}

// ask sends a request to the function that the template routes it to, and gives the answer's body.
func (h *house) ask(method string, q question) ([]byte, error) {
	h.at = h.at.Add(time.Minute)
	r := httptest.NewRequest(method, whole.Site+q.path, strings.NewReader(q.body))
	r.RemoteAddr = fmt.Sprintf("10.%d.%d.1:1", h.people>>8&255, h.people&255) // each newcomer comes from elsewhere: the limits by source are not what is measured
	for name, value := range map[string]string{"Content-Type": "application/json", "Idempotency-Key": q.key, "Authorization": "Bearer " + q.bearer} {
		r.Header.Set(name, value)
	}
	handler := h.api
	if strings.Contains(q.path, "/documents/") || strings.HasSuffix(q.path, "/papers") || method == http.MethodGet && strings.HasSuffix(q.path, "/convention") || strings.HasSuffix(q.path, "/calendar.ics") || strings.HasSuffix(q.path, "/programme.pdf") {
		handler = h.documents
	}
	if strings.Contains(q.path, "/scans") {
		handler = h.scans
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, r)
	if answer.Code != q.want {
		return nil, fmt.Errorf("%s %s: %d %s\n%s", method, q.path, answer.Code, answer.Body, h.faults.last)
	}
	return answer.Body.Bytes(), nil
}

// session makes a session of the sample's kind.
func (h *house) session(ctx context.Context, capacity int) (id string, err error) {
	h.sessions++
	s := aSession(fmt.Sprintf("bench-%d", h.sessions), capacity)
	_, err = h.Store.ApplySession(ctx, s)
	return s.ID, err
}

// newcomer is the request of somebody who was not there before.
func (h *house) newcomer(session string, mode enrolment.Mode) question {
	h.people++
	return enrolling(session, fmt.Sprintf("elue%d@plougastel.example", h.people), mode, h.people)
}

func enrolling(session, email string, mode enrolment.Mode, key int) question {
	body := fmt.Sprintf(`{"sessionId":%q,"funding":%q,"consent":true,"mandate":{"kind":"maire","authority":"Commune de Plougastel"},`+
		`"person":{"title":"Madame","firstName":"Maëlys","lastName":"Kerouédan","birthName":"Quiniou","email":%q,"phone":"06 12 34 56 78"}}`, session, mode, email)
	return question{path: "/api/enrolments", body: body, key: fmt.Sprintf("00000000-0000-4000-8000-%012d", key), want: http.StatusCreated}
}

// file is a file that its holder can open.
type file struct{ id, token string }

func (h *house) enrol(q question) (f file, err error) {
	raw, err := h.ask(http.MethodPost, q)
	if err != nil {
		return f, err
	}
	var answer struct{ Link string }
	if err := json.Unmarshal(raw, &answer); err != nil {
		return f, err
	}
	_, fragment, _ := strings.Cut(answer.Link, "#")
	f.id, f.token, _ = strings.Cut(fragment, ".")
	return f, nil
}

// on is a request about a file.
func (f file) on(path, body string) question {
	return question{path: "/api/enrolments/" + f.id + path, body: body, bearer: f.token, want: http.StatusOK}
}
