package upgrade_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
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

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/messages"
	"github.com/echarpe/echarpe/internal/wiring/returns"
)

// house is the product as the functions wire it, over a table, with a clock moved by hand and a post office.
type house struct {
	testing.TB
	*wiring.House
	cfg       aws.Config
	api       http.Handler
	reminders messages.Handler
	feedback  messages.Handler
	post      *postOffice
	mu        sync.Mutex
	at        time.Time
}

// linkSecrets is the secret under which the story's personal links were made.
var linkSecrets = "1:" + strings.Repeat("a1", 32)

func newHouse(t testing.TB, at time.Time, change ...func(*config.Config)) *house {
	t.Helper()
	h := &house{TB: t, cfg: dynamotest.Database(t), at: at, post: &postOffice{}}
	post := httptest.NewServer(h.post)
	t.Cleanup(post.Close)
	credentials, err := h.cfg.Credentials.Retrieve(context.Background())
	h.must(err)
	for name, value := range map[string]string{
		"AWS_REGION": h.cfg.Region, "AWS_ACCESS_KEY_ID": credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.SecretAccessKey,
		"AWS_SESSION_TOKEN": "", "AWS_PROFILE": "", "AWS_CONFIG_FILE": os.DevNull, "AWS_SHARED_CREDENTIALS_FILE": os.DevNull,
		"AWS_ENDPOINT_URL_DYNAMODB": *h.cfg.BaseEndpoint, "AWS_ENDPOINT_URL_SESV2": post.URL,
	} {
		t.Setenv(name, value)
	}
	cfg := config.Config{
		TableName: dynamotest.TableName, SiteURL: "https://inscriptions.exemple.fr", LinkSecrets: config.Secret(linkSecrets),
		MailFrom: "inscriptions@exemple.fr", AbusePerEmail: 10, AbusePerSource: 300, AbuseUnprovedFree: 1000, AbuseUnprovedMost: 1000, Build: "test",
	}
	for _, c := range change {
		c(&cfg)
	}
	h.House, err = wiring.Build(context.Background(), cfg, io.Discard, h.now)
	h.must(err)
	h.Desk = booking.New(h.Store, uncapped{h.Guide}, h.now)
	h.reminders, err = messages.Unpaced(h.House)
	h.must(err)
	h.feedback = returns.Handler(h.House)
	quick := h.Deps()
	quick.AnswerFloor, quick.Challenge = 0, nil
	h.api = httpapi.New(quick)
	return h
}

func (h *house) must(err error) {
	h.Helper()
	if err != nil {
		h.Fatal(err)
	}
}

func (h *house) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.at
}

func (h *house) advance(d time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.at = h.at.Add(d)
}

// publish applies the story's catalogue, with words replaced: pairs of old and new.
func (h *house) publish(changes ...string) catalogue.Report {
	h.Helper()
	c, ground := h.catalogue(changes...)
	report, err := c.Apply(context.Background(), ground, h.Store, h.Desk)
	h.must(err)
	return report
}

func (h *house) catalogue(changes ...string) (catalogue.Catalogue, catalogue.Ground) {
	h.Helper()
	src, err := os.ReadFile("testdata/catalogue.yaml")
	h.must(err)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(string(src), changes[i]) {
			h.Fatalf("the catalogue has no %q", changes[i])
		}
	}
	ground, err := catalogue.Survey(context.Background(), h.Store, h.Guide, h.now())
	h.must(err)
	c, err := catalogue.Read([]byte(strings.NewReplacer(changes...).Replace(string(src))), ground)
	h.must(err)
	return c, ground
}

// keyOf is the idempotency key of somebody's request, idOf the file that it makes.
func keyOf(who string) string {
	sum := sha256.Sum256([]byte(who))
	return "00000000-0000-4000-8000-" + hex.EncodeToString(sum[:6])
}

func idOf(who string) string { return booking.FileID(keyOf(who)) }

func address(who string) string { return who + "@exemple.fr" }

// request is somebody's request for a seat, as the form sends it.
func request(email, session string, mode enrolment.Mode) map[string]any {
	q := map[string]any{
		"sessionId": session, "funding": mode, "consent": true,
		"person":  map[string]any{"title": "Madame", "firstName": "Camille", "lastName": "Exemple", "email": email, "phone": "02 61 91 00 01"},
		"mandate": map[string]any{"kind": "maire", "authority": "Commune d’Exemple"},
	}
	switch mode {
	case enrolment.DIFE:
		q["person"].(map[string]any)["birthName"] = "Essai"
	case enrolment.Collectivite:
		q["authorityContact"] = map[string]any{"name": "Secrétariat", "email": "mairie@exemple.fr"}
	}
	return q
}

// ask sends a request to the API. token opens a file, key names the request; "" for none.
func (h *house) ask(method, path string, body any, token, key string) (status int, answer string, header http.Header) {
	h.Helper()
	raw, err := json.Marshal(body)
	h.must(err)
	r := httptest.NewRequest(method, path, strings.NewReader(string(raw)))
	r.RemoteAddr = "192.0.2.1:1"
	r.Header.Set("Content-Type", "application/json")
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	if key != "" {
		r.Header.Set("Idempotency-Key", key)
	}
	w := httptest.NewRecorder()
	h.api.ServeHTTP(w, r)
	return w.Code, w.Body.String(), w.Header()
}

// enrol asks for a seat, and gives the file.
func (h *house) enrol(who, session string, mode enrolment.Mode) enrolment.Enrolment {
	h.Helper()
	return h.enrolAs(who, address(who), session, mode)
}

func (h *house) enrolAs(who, email, session string, mode enrolment.Mode) enrolment.Enrolment {
	h.Helper()
	if status, answer, _ := h.ask("POST", "/api/enrolments", request(email, session, mode), "", keyOf(who)); status != http.StatusCreated {
		h.Fatalf("%s enrols: %d %s", who, status, answer)
	}
	return h.file(who)
}

func (h *house) file(who string) enrolment.Enrolment {
	h.Helper()
	e, err := h.Store.File(context.Background(), idOf(who))
	h.must(err)
	return e
}

func (h *house) done(_ booking.File, err error) {
	h.Helper()
	h.must(err)
}

// tend is the table's stream about one file.
func (h *house) tend(who string) {
	h.Helper()
	_, err := h.reminders(context.Background(), json.RawMessage(`{"Records":[{"eventName":"MODIFY","dynamodb":{"Keys":{"pk":{"S":"E#`+
		idOf(who)+`"},"sk":{"S":"FILE"}},"SequenceNumber":"1"}}]}`))
	if err != nil {
		h.Logf("tend %s: %v", who, err)
	}
}

// sweep is the schedule.
func (h *house) sweep() {
	h.Helper()
	if _, err := h.reminders(context.Background(), json.RawMessage(`{"source":"aws.scheduler"}`)); err != nil {
		h.Logf("sweep: %v", err)
	}
}

// postOffice plays SES v2. What it is asked to carry to some addresses of the story goes wrong.
type postOffice struct {
	mended bool // nothing goes wrong any more
	mu     sync.Mutex
	sent   []letter
}

// letter names a message that left by its file and its key in that file's life.
type letter struct{ file, key string }

func (o *postOffice) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	defer o.mu.Unlock()
	var q struct {
		Destination struct{ ToAddresses []string }
		EmailTags   []struct{ Name, Value string }
	}
	if err := json.NewDecoder(r.Body).Decode(&q); err != nil || len(q.Destination.ToAddresses) == 0 {
		http.Error(w, "no", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	who, _, _ := strings.Cut(q.Destination.ToAddresses[0], "@")
	switch {
	case o.mended:
	case who == postBusy:
		fault(w, http.StatusTooManyRequests, "TooManyRequestsException", "Maximum sending rate exceeded.")
		return
	case who == postRefuses:
		fault(w, http.StatusBadRequest, "MessageRejected", "The message can't be sent because it contains invalid content.")
		return
	case who == postVanishes:
		panic(http.ErrAbortHandler) // no answer: it may have left
	}
	l := letter{}
	for _, tag := range q.EmailTags {
		switch {
		case strings.HasSuffix(tag.Name, "file"):
			l.file = tag.Value
		case strings.HasSuffix(tag.Name, "message"):
			l.key = tag.Value
		}
	}
	o.sent = append(o.sent, l)
	fmt.Fprintf(w, `{"MessageId":"ses-%s-%s"}`, l.file, l.key)
}

func fault(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("X-Amzn-ErrorType", code)
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"message":%q}`, text)
}

// letters gives what left so far.
func (o *postOffice) letters() []letter {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]letter(nil), o.sent...)
}

// uncapped is the guide without its caps on seats that nobody proved: the files of the captures are many in small sessions.
type uncapped struct{ *guide.Guide }

func (uncapped) MostUnproved(capacity int, _ time.Time) (withoutWork, most int) {
	return capacity + 1, capacity + 1
}
