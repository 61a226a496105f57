package lambdatest_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
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
		return lambdatest.Build(context.Background(), root, "functions/"+folder, file)
	}))
	if err := once.(func() error)(); err != nil {
		t.Fatal(err)
	}
	return file
}

// world is a [lambdatest.World] whose functions' calls to the table are checked against their roles.
type world struct {
	*lambdatest.World
	t     *testing.T
	guard *guard
}

func newWorld(t *testing.T) *world {
	t.Helper()
	if testing.Short() {
		t.Skip("builds and starts the functions")
	}
	w := &world{World: lambdatest.NewWorld(t, root), t: t}
	w.guard = newGuard(t, w.Table)
	w.Env["AWS_ENDPOINT_URL_DYNAMODB"] = w.guard.URL
	return w
}

// start starts a function and waits for its first poll; its calls to the table are checked against its role.
func (w *world) start(folder string) *lambdatest.Function {
	w.t.Helper()
	file := binary(w.t, folder)
	w.guard.watch(folder)
	f, err := lambdatest.Start(file, w.Env)
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
	event, err := w.Event(file)
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	reply, err := f.Invoke(ctx, event)
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
	if err := w.Enrolled([]byte(w.request(api, "api-enrol.json", 201).Body)); err != nil {
		w.t.Fatal(err)
	}
}

func TestTheAPIFunctionHoldsASeatAndShowsTheFile(t *testing.T) {
	w := newWorld(t)
	api := w.start("api")
	if body := w.request(api, "api-sessions.json", 200).Body; !strings.Contains(body, `"id":"`+w.Value("session")+`"`) {
		t.Errorf("the session is not listed: %s", body)
	}
	w.enrol(api)
	again := w.request(api, "api-enrol.json", 201)
	if !strings.Contains(again.Body, w.Value("id")) {
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
	w.Forge()
	if problem := w.request(api, "api-file.json", 401); problem.Headers["Content-Type"] != "application/problem+json" {
		t.Errorf("content type %q", problem.Headers["Content-Type"])
	}
	for _, personal := range []string{"legoff", "Le Goff", "Jeanne", "612345678", "06 12", "Plouzan", w.Env["LINK_SECRETS"][2:]} {
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
	w.Forge()
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
			if got := w.toHolder(); len(got) != 1 || !strings.Contains(got[0].Body.Text, w.Value("id")+".1.m.") {
				t.Errorf("%d mails to the holder", len(got))
			}
		})
	}
}

// The real binary, behind the gateway and on its schedule, with a real bucket: its calls to the table are checked against its role.
func TestTheScansFunctionTakesInAConventionAndEmptiesTheBucket(t *testing.T) {
	w := newWorld(t)
	bucket := w.Bucket(t)
	w.enrol(w.start("api"))
	if _, err := booking.New(w.Store, nil, time.Now).Prove(t.Context(), w.Value("id")); err != nil {
		t.Fatal(err)
	}
	scans := w.start("scans")
	if err := w.Offered([]byte(w.request(scans, "scans-offer.json", 201).Body)); err != nil {
		t.Fatal(err)
	}
	w.request(scans, "scans-take.json", 409)
	at := w.Value("id") + "/" + w.Value("scan") + "/01"
	bucket.Put("uploads/"+at, "application/pdf", []byte("%PDF-1.7\n")) // what the form lets in is tried in package scan
	if said := w.request(scans, "scans-take.json", 200).Body; !strings.Contains(said, `"pdf":true`) {
		t.Errorf("taken: %s", said)
	}
	w.invoke(scans, "scans-schedule.json")
	if got := bucket.Read("scans/" + at); string(got) != "%PDF-1.7\n" {
		t.Errorf("%q is kept", got)
	}
	lost := enrolment.LooseScan{FileID: w.Value("id"), ScanID: strings.Repeat("a", 26) + "-01", At: time.Now().Add(-time.Minute)}
	bucket.Put("scans/"+lost.FileID+"/"+lost.ScanID+"/01", "application/pdf", []byte("%PDF-1.7\n"))
	if err := w.Store.ExpectScan(t.Context(), lost); err != nil {
		t.Fatal(err)
	}
	w.invoke(scans, "scans-schedule.json")
	if keys := bucket.Keys(); slices.ContainsFunc(keys, func(k string) bool { return strings.Contains(k, lost.ScanID) }) || !slices.Contains(keys, "scans/"+at) {
		t.Errorf("after the sweep: %v", keys)
	}
	for _, secret := range []string{w.Value("contact"), "X-Amz", bucket.URL} {
		if strings.Contains(scans.Logs(), secret) {
			t.Errorf("%q is in the logs", secret)
		}
	}
}

func (w *world) toHolder() (found []sestest.Email) {
	for _, e := range w.Mail.Emails() {
		if strings.Contains(strings.Join(e.Destination.To, " "), w.Value("email")) {
			found = append(found, e)
		}
	}
	return found
}

func TestTheFeedbackFunctionMarksAnAddressThatDoesNotExist(t *testing.T) {
	w := newWorld(t)
	w.enrol(w.start("api"))
	w.invoke(w.start("reminders"), "reminders-schedule.json")
	delete(w.Env, "LINK_SECRETS") // which it has no right to
	w.invoke(w.start("feedback"), "feedback-bounce.json")
	file, err := w.Store.File(context.Background(), w.Value("id"))
	if err != nil || !file.Unreachable {
		t.Errorf("unreachable %v, error %v", file.Unreachable, err)
	}
}

func TestAFunctionThatCannotWorkSaysWhyBeforeItsFirstPoll(t *testing.T) {
	w := newWorld(t)
	w.Env["SITE_URL"] = ""
	f, err := lambdatest.Start(binary(t, "api"), w.Env)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Stop()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	if _, err := f.Ready(ctx); err == nil || !strings.Contains(err.Error(), "SITE_URL") {
		t.Errorf("error %v", err)
	}
	if logs := f.Logs(); !strings.Contains(logs, `"level":"ERROR"`) {
		t.Errorf("neither an alarm nor the RUNBOOK's command sees it: %s", logs)
	}
}
