package lambdatest_test

import (
	"bytes"
	"context"
	"crypto/rand"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/lambdatest"
	"github.com/echarpe/echarpe/internal/sestest"
)

const root = "../.."

// binaries are built once per test run, in a folder that TestMain removes.
var binaries string

func TestMain(m *testing.M) {
	var err error
	if binaries, err = os.MkdirTemp("", "echarpe-functions"); err != nil {
		panic(err)
	}
	code := m.Run()
	_ = os.RemoveAll(binaries)
	os.Exit(code)
}

var builds sync.Map

func binary(t *testing.T, folder string) string {
	t.Helper()
	file := filepath.Join(binaries, folder)
	once, _ := builds.LoadOrStore(folder, sync.OnceValue(func() error {
		return lambdatest.Build(context.Background(), root, folder, file)
	}))
	if err := once.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return file
}

// world is a table with the sample catalogue, a mailbox, and the environment that the template gives the functions.
type world struct {
	t      *testing.T
	store  booking.Store
	guard  *guard
	mail   *sestest.Server
	env    map[string]string
	values map[string]string // what stands for {{name}} in the event files
}

func newWorld(t *testing.T) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and starts the functions")
	}
	cfg := dynamotest.Database(t)
	credentials, err := cfg.Credentials.Retrieve(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret)
	w := &world{t: t, mail: sestest.Start(t), guard: newGuard(t, *cfg.BaseEndpoint)}
	store := dynamotest.Open(cfg, nil)
	w.store = store
	w.env = map[string]string{
		"TABLE_NAME": dynamotest.TableName, "SITE_URL": "https://inscriptions.exemple.fr", "LINK_SECRETS": "1:" + hex.EncodeToString(secret),
		"MAIL_FROM": `"Écharpe" <inscriptions@exemple.fr>`, "MAIL_CONFIGURATION_SET": "echarpe", "METRICS_NAMESPACE": "Echarpe/test",
		"AWS_ENDPOINT_URL_DYNAMODB": w.guard.URL, "AWS_ENDPOINT_URL_SESV2": w.mail.URL,
		"AWS_ACCESS_KEY_ID": credentials.AccessKeyID, "AWS_SECRET_ACCESS_KEY": credentials.SecretAccessKey,
	}

	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	sample, err := os.ReadFile(root + "/infra/catalogue/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ctx := context.Background()
	ground, err := catalogue.Survey(ctx, store, g, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	read, err := catalogue.Read(sample, ground)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := read.Apply(ctx, ground, store, booking.New(store, g, time.Now)); err != nil {
		t.Fatal(err)
	}
	session := read.Sessions[len(read.Sessions)-1]
	w.values = map[string]string{
		"session": session.ID, "formation": session.Formation.Slug, "key": uuid.NewString(), "email": "jeanne.legoff@exemple.fr",
	}
	return w
}

// start starts a function and waits for its first poll; its calls to the table are checked against its role.
func (w *world) start(folder string) *lambdatest.Function {
	w.t.Helper()
	file := binary(w.t, folder)
	w.guard.watch(folder)
	f, err := lambdatest.Start(file, w.env)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { f.Stop() })
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := f.Ready(ctx); err != nil {
		w.t.Fatal(err)
	}
	return f
}

// invoke sends an event file, its {{names}} replaced.
func (w *world) invoke(f *lambdatest.Function, file string) []byte {
	w.t.Helper()
	raw, err := os.ReadFile("testdata/" + file)
	if err != nil {
		w.t.Fatal(err)
	}
	event := string(raw)
	for name, value := range w.values {
		event = strings.ReplaceAll(event, "{{"+name+"}}", value)
	}
	if i := strings.Index(event, "{{"); i >= 0 {
		w.t.Fatalf("%s: no value for %.30s", file, event[i:])
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	reply, err := f.Invoke(ctx, []byte(event))
	if err != nil {
		w.t.Fatalf("%s: %v\n%s", file, err, f.Logs())
	}
	return reply
}

func (w *world) request(f *lambdatest.Function, file string, status int) lambdahttp.Response {
	w.t.Helper()
	var answer lambdahttp.Response
	if err := json.Unmarshal(w.invoke(f, file), &answer); err != nil {
		w.t.Fatalf("%s: the reply is not an answer of the gateway: %v", file, err)
	}
	if answer.StatusCode != status {
		w.t.Fatalf("%s: status %d, want %d: %s", file, answer.StatusCode, status, answer.Body)
	}
	return answer
}

// enrol enrols through the api function and keeps the file's id and token for the next events.
func (w *world) enrol(api *lambdatest.Function) {
	w.t.Helper()
	var got struct {
		Enrolment struct{ ID, Status string }
		Link      string
	}
	answer := w.request(api, "api-enrol.json", 201)
	if err := json.Unmarshal([]byte(answer.Body), &got); err != nil {
		w.t.Fatal(err)
	}
	_, fragment, _ := strings.Cut(got.Link, "#")
	id, token, ok := strings.Cut(fragment, ".")
	if !ok || id != got.Enrolment.ID || got.Enrolment.Status != "reserved" {
		w.t.Fatalf("answer %s", answer.Body)
	}
	w.values["id"], w.values["token"] = id, token
}

func TestTheAPIFunctionHoldsASeatAndShowsTheFile(t *testing.T) {
	w := newWorld(t)
	api := w.start("api")
	if body := w.request(api, "api-sessions.json", 200).Body; !strings.Contains(body, `"id":"`+w.values["session"]+`"`) {
		t.Errorf("the session is not listed: %s", body)
	}
	w.enrol(api)
	again := w.request(api, "api-enrol.json", 201)
	if !strings.Contains(again.Body, w.values["id"]) {
		t.Error("the same key and body gave another file")
	}
	answer := w.request(api, "api-file.json", 200)
	if !strings.HasPrefix(answer.Headers["Content-Type"], "application/json") || answer.IsBase64Encoded {
		t.Errorf("content type %q, base64 %v", answer.Headers["Content-Type"], answer.IsBase64Encoded)
	}
	w.request(api, "api-tick.json", 200)
	w.request(api, "api-links.json", 202)
	w.request(api, "api-cancel.json", 200)
	w.request(api, "api-erase.json", 204)
	w.values["token"] = "1.h.forged"
	if problem := w.request(api, "api-file.json", 401); problem.Headers["Content-Type"] != "application/problem+json" {
		t.Errorf("content type %q", problem.Headers["Content-Type"])
	}
	for _, personal := range []string{"legoff", "Le Goff", "Jeanne", "612345678", "06 12", "Plouzan", w.env["LINK_SECRETS"][2:]} {
		if strings.Contains(api.Logs(), personal) {
			t.Errorf("%q is in the logs", personal)
		}
	}
}

func TestTheDocumentsFunctionPrintsPapersAndCalendars(t *testing.T) {
	w := newWorld(t)
	w.enrol(w.start("api"))
	documents := w.start("documents")
	devis := w.request(documents, "documents-devis.json", 200)
	raw, err := base64.StdEncoding.DecodeString(devis.Body)
	if err != nil || !devis.IsBase64Encoded || !bytes.HasPrefix(raw, []byte("%PDF-")) || devis.Headers["Content-Type"] != "application/pdf" {
		t.Errorf("devis: %v, base64 %v, %q, %.20q", err, devis.IsBase64Encoded, devis.Headers["Content-Type"], raw)
	}
	if ics := w.request(documents, "documents-calendar.json", 200); !strings.HasPrefix(ics.Body, "BEGIN:VCALENDAR") {
		t.Errorf("calendar: %.60q", ics.Body)
	}
	w.values["token"] = "1.h.forged"
	w.request(documents, "documents-devis.json", 401)
}

func TestTheRemindersFunctionSendsTheConfirmationOnceWhateverWakesIt(t *testing.T) {
	for name, order := range map[string][]string{
		"the stream, twice, then the schedule": {"reminders-stream.json", "reminders-stream.json", "reminders-schedule.json"},
		"the schedule alone":                   {"reminders-schedule.json", "reminders-schedule.json"},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			w.enrol(w.start("api"))
			reminders := w.start("reminders")
			for _, event := range order {
				reply := w.invoke(reminders, event)
				if event == "reminders-stream.json" && !bytes.Contains(reply, []byte(`"batchItemFailures":[]`)) {
					t.Errorf("reply to the stream: %s", reply)
				}
			}
			if got := w.toHolder(); len(got) != 1 || !strings.Contains(got[0].Body.Text, w.values["id"]+"."+w.values["token"]) {
				t.Errorf("%d mails to the holder", len(got))
			}
		})
	}
}

func (w *world) toHolder() (found []sestest.Email) {
	for _, e := range w.mail.Emails() {
		if strings.Contains(strings.Join(e.Destination.To, " "), w.values["email"]) {
			found = append(found, e)
		}
	}
	return found
}

func TestTheFeedbackFunctionMarksAnAddressThatDoesNotExist(t *testing.T) {
	w := newWorld(t)
	w.enrol(w.start("api"))
	w.invoke(w.start("reminders"), "reminders-schedule.json")
	w.invoke(w.start("feedback"), "feedback-bounce.json")
	file, err := w.store.File(context.Background(), w.values["id"])
	if err != nil || !file.Unreachable {
		t.Errorf("unreachable %v, error %v", file.Unreachable, err)
	}
}

func TestAFunctionThatCannotWorkSaysWhyBeforeItsFirstPoll(t *testing.T) {
	w := newWorld(t)
	w.env["SITE_URL"] = ""
	f, err := lambdatest.Start(binary(t, "api"), w.env)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := f.Ready(ctx); err == nil || !strings.Contains(err.Error(), "SITE_URL") {
		t.Errorf("error %v", err)
	}
}
