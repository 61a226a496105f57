package wiring_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/challenge"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/contracttest"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/messages"
	"github.com/echarpe/echarpe/internal/wiring/papers"
	"github.com/echarpe/echarpe/internal/wiring/scans"
)

// product is the whole house as the functions wire it, over a real table and a post office that keeps what it is given.
type product struct {
	testing.TB
	house     *wiring.House
	api       http.Handler
	documents http.Handler
	scans     http.Handler
	reminders messages.Handler
	post      *postOffice
	logs      *safeBuffer
	mu        sync.Mutex
	at        time.Time
}

// Monday, in office hours.
var monday = time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)

func newProduct(t testing.TB, change ...func(*config.Config)) *product {
	t.Helper()
	p := &product{TB: t, at: monday, logs: &safeBuffer{}, post: newPostOffice(t)}
	aws := dynamotest.Database(t)
	credentials, err := aws.Credentials.Retrieve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range map[string]string{
		"AWS_REGION": aws.Region, "AWS_ACCESS_KEY_ID": credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_ENDPOINT_URL_DYNAMODB": *aws.BaseEndpoint, "AWS_ENDPOINT_URL_SESV2": p.post.address,
	} {
		t.Setenv(name, value)
	}
	cfg := config.Config{
		TableName: dynamotest.TableName, SiteURL: "https://inscriptions.exemple.fr", LinkSecrets: config.Secret("1:" + strings.Repeat("a1", 32)),
		MailFrom: "inscriptions@exemple.fr", AbusePerEmail: 10, AbusePerSource: 300, AbuseUnprovedFree: 10, AbuseUnprovedMost: 30, MetricsNamespace: "Echarpe", Build: "test",
	}
	for _, c := range change {
		c(&cfg)
	}
	if p.house, err = wiring.Build(context.Background(), cfg, p.logs, p.now); err != nil {
		t.Fatal(err)
	}
	if p.reminders, err = messages.Unpaced(p.house); err != nil {
		t.Fatal(err)
	}
	quick := p.house.Deps()
	quick.AnswerFloor = 0                                                                                    // for all but the test of the floor itself
	quick.Challenge = challenge.New(p.house.Store, []byte("key"), challenge.Work{Keys: 8, Rounds: 1}, p.now) // what it costs is tried in its own package
	p.api, p.documents, p.scans = httpapi.New(quick), papers.Handler(p.house), scans.Handler(p.house)
	p.publish()
	return p
}

func (p *product) now() time.Time {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.at
}

func (p *product) advance(d time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.at = p.at.Add(d)
}

// publish applies the sample catalogue, with pieces of it replaced.
func (p *product) publish(oldNew ...string) {
	p.Helper()
	src, err := os.ReadFile("../../infra/catalogue/sample.yaml")
	if err != nil {
		p.Fatal(err)
	}
	ground, err := catalogue.Survey(context.Background(), p.house.Store, p.house.Guide, p.now())
	if err != nil {
		p.Fatal(err)
	}
	src = []byte(strings.NewReplacer(oldNew...).Replace(string(src)))
	c, err := catalogue.Read(src, ground)
	if err != nil {
		p.Fatal(err)
	}
	if _, err := c.Apply(context.Background(), ground, p.house.Store, p.house.Desk); err != nil {
		p.Fatal(err)
	}
}

// session gives the id of a session of the sample.
func (p *product) session(name string) string {
	p.Helper()
	sessions, _, err := p.house.Store.Sessions(context.Background(), p.now(), "")
	if err != nil {
		p.Fatal(err)
	}
	for _, s := range sessions {
		if strings.HasPrefix(s.ID, name) {
			return s.ID
		}
	}
	p.Fatalf("no session %s", name)
	return ""
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	body   string
	took   time.Duration
}

func (a answer) json(t testing.TB) map[string]any {
	t.Helper()
	var v map[string]any
	if err := json.Unmarshal([]byte(a.body), &v); err != nil {
		t.Fatalf("%d %q: %v", a.status, a.body, err)
	}
	return v
}

// ask sends a request from an address to the function that the template routes it to. headers are pairs.
func (p *product) ask(source, method, path, body string, headers ...string) answer {
	p.Helper()
	r := httptest.NewRequest(method, "https://exemple.fr/", strings.NewReader(body))
	r.URL.Path, r.URL.RawQuery, _ = strings.Cut(path, "?")
	r.RemoteAddr = source + ":1"
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	rec, started := httptest.NewRecorder(), time.Now()
	h := p.api
	if strings.Contains(path, "/documents") || strings.HasSuffix(path, "/papers") || method == "GET" && strings.HasSuffix(path, "/convention") || strings.HasSuffix(path, "/calendar.ics") || strings.HasSuffix(path, "/programme.pdf") {
		h = p.documents
	}
	if strings.Contains(path, "/scans") {
		h = p.scans
	}
	h.ServeHTTP(rec, r)
	contracttest.Check(p, r, body, rec.Code, rec.Header(), rec.Body.Bytes())
	return answer{rec.Code, rec.Header(), rec.Body.String(), time.Since(started)}
}

// élu is a request for a seat; the reader of logs looks for its words.
func élu(session, email, funding string, contact string) string {
	q := map[string]any{
		"sessionId": session, "funding": funding, "consent": true,
		"person":  map[string]any{"title": "Madame", "firstName": "Maëlys", "lastName": "Kerouédan", "birthName": "Quiniou", "email": email, "phone": "06 12 34 56 78"},
		"mandate": map[string]any{"kind": "maire", "authority": "Commune de Plougastel"},
	}
	if contact != "" {
		q["authorityContact"] = map[string]any{"name": "Gwenola Abgrall", "email": contact}
	}
	raw, _ := json.Marshal(q)
	return string(raw)
}

func key(n int) string { return fmt.Sprintf("00000000-0000-4000-8000-%012d", n) }

// enrol asks for a seat and gives the file's path with the header that opens it.
func (p *product) enrol(n int, session, email, funding string) (path, bearer string) {
	p.Helper()
	a := p.ask("192.0.2.1", "POST", "/api/enrolments", élu(session, email, funding, ""), "Idempotency-Key", key(n))
	if a.status != http.StatusCreated {
		p.Fatalf("enrol: %d %s", a.status, a.body)
	}
	return opened(p, a)
}

func opened(t testing.TB, a answer) (path, bearer string) {
	t.Helper()
	_, fragment, _ := strings.Cut(a.json(t)["link"].(string), "#")
	id, token, _ := strings.Cut(fragment, ".")
	return "/api/enrolments/" + id, "Bearer " + token
}

// remind fires the schedule.
func (p *product) remind() {
	p.Helper()
	event := fmt.Sprintf(`{"version":"0","id":"x","detail-type":"Scheduled Event","source":"aws.scheduler","time":%q,"resources":[],"detail":"{}"}`, p.now().Format(time.RFC3339))
	if _, err := p.reminders(context.Background(), json.RawMessage(event)); err != nil {
		p.Logf("reminders: %v", err)
	}
}

// postOffice plays SES v2: it keeps each mail, or refuses it with the address in its words, as SES does.
type postOffice struct {
	address string
	mu      sync.Mutex
	refuse  bool
	mails   []string // whole, as they would leave
	to      []string
}

func newPostOffice(t testing.TB) *postOffice {
	o := &postOffice{}
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	o.address = server.URL
	return o
}

func (o *postOffice) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var q struct {
		Destination struct{ ToAddresses, CcAddresses []string }
		Content     struct{ Raw struct{ Data string } }
	}
	raw, _ := io.ReadAll(r.Body)
	if err := json.Unmarshal(raw, &q); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	to := strings.Join(append(q.Destination.ToAddresses, q.Destination.CcAddresses...), ",")
	if o.refuse {
		w.Header().Set("X-Amzn-ErrorType", "MessageRejected")
		w.WriteHeader(http.StatusBadRequest)
		fmt.Fprintf(w, `{"message":"Email address is not verified. The following identities failed the check: %s"}`, to)
		return
	}
	whole, _ := base64.StdEncoding.DecodeString(q.Content.Raw.Data)
	o.mails, o.to = append(o.mails, string(whole)), append(o.to, to)
	fmt.Fprintf(w, `{"MessageId":"m-%d"}`, len(o.mails))
}

// sentTo counts the mails that name an address as recipient.
func (o *postOffice) sentTo(address string) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := range o.mails {
		head, _, _ := strings.Cut(o.mails[i], "\r\n\r\n")
		if strings.Contains(o.to[i], address) || strings.Contains(head, "\r\nTo: "+address) || strings.Contains(head, "<"+address+">") {
			n++
		}
	}
	return n
}

// lastTo is the last mail to an address, its lines whole; "" when there is none.
func (o *postOffice) lastTo(address string) string {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i := len(o.mails) - 1; i >= 0; i-- {
		if strings.Contains(o.to[i], address) {
			return strings.ReplaceAll(o.mails[i], "=\r\n", "")
		}
	}
	return ""
}

func (o *postOffice) refuses(yes bool) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.refuse = yes
}

type safeBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *safeBuffer) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

func (s *safeBuffer) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
