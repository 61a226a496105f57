// Package sestest starts the local SES v2 for tests and reads what it was given.
package sestest

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"
)

// Server is one local SES, with a mailbox of its own. It stops when the test ends.
type Server struct {
	URL string
	t   testing.TB
}

// Email is one message as the local SES keeps it.
type Email struct {
	MessageID   string   `json:"messageId"`
	From        string   `json:"from"`
	ReplyTo     []string `json:"replyTo"`
	Destination struct {
		To, CC, BCC []string
	} `json:"destination"`
	Subject string `json:"subject"`
	Body    struct {
		Text string `json:"text"`
		HTML string `json:"html"`
	} `json:"body"`
	Attachments []struct {
		Filename    string `json:"filename"`
		ContentType string `json:"contentType"`
		Content     string `json:"content"` // base64
	} `json:"attachments"`
	At int64 `json:"at"`
}

// Start starts one on a free port of this machine. It installs the local SES when it is missing, and skips the test when
// that is not possible.
func Start(t testing.TB) *Server {
	t.Helper()
	program := install(t)
	for try := range 3 { // the free port may be taken before node gets it
		if s := start(t, program); s != nil {
			return s
		} else if try == 2 {
			t.Fatal("the local SES does not answer")
		}
	}
	return nil
}

// account is what it says of itself: an account that sends.
const account = `{"DedicatedIpAutoWarmupEnabled":false,"Details":{"AdditionalContactEmailAddresses":[],"ContactLanguage":"EN","MailType":"TRANSACTIONAL",` +
	`"ReviewDetails":{"CaseId":"test","Status":"GRANTED"},"UseCaseDescription":"test","WebsiteURL":"https://x.example"},"EnforcementStatus":"HEALTHY",` +
	`"ProductionAccessEnabled":true,"SendingEnabled":true,"SendQuota":{"Max24HourSend":50000,"MaxSendRate":14,"SentLast24Hours":0},` +
	`"SuppressionAttributes":{"SuppressedReasons":["BOUNCE","COMPLAINT"]}}`

func start(t testing.TB, program string) *Server {
	t.Helper()
	port := freePort(t)
	ctx, cancel := context.WithCancel(context.Background())
	cmd := exec.CommandContext(ctx, "node", program, "--host", "127.0.0.1", "--port", strconv.Itoa(port))
	cmd.Dir = t.TempDir()
	cmd.Env = append(os.Environ(), "AWS_SES_ACCOUNT="+account)
	if err := cmd.Start(); err != nil {
		cancel()
		t.Fatalf("local SES: %v", err)
	}
	s := &Server{URL: fmt.Sprintf("http://127.0.0.1:%d", port), t: t}
	stop := func() { cancel(); _ = cmd.Wait() }
	for deadline := time.Now().Add(30 * time.Second); time.Now().Before(deadline); time.Sleep(50 * time.Millisecond) {
		if response, err := http.Get(s.URL + "/health-check"); err == nil {
			_ = response.Body.Close()
			t.Cleanup(stop)
			return s
		}
	}
	stop()
	return nil
}

// install finds the local SES under .tools, or puts it there.
func install(t testing.TB) string {
	t.Helper()
	_, here, _, _ := runtime.Caller(0)
	root := filepath.Join(filepath.Dir(here), "..", "..")
	program := filepath.Join(root, ".tools", "ses", "node_modules", ".bin", "aws-ses-v2-local")
	if _, err := os.Stat(program); err == nil {
		return program
	}
	if out, err := exec.Command(filepath.Join(root, "infra", "local", "setup"), "ses").CombinedOutput(); err != nil {
		t.Skipf("the local SES cannot be installed: %v\n%s", err, out)
	}
	return program
}

func freePort(t testing.TB) int {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	return l.Addr().(*net.TCPAddr).Port
}

// Emails gives everything received so far, oldest first.
func (s *Server) Emails() []Email {
	s.t.Helper()
	response, err := http.Get(s.URL + "/store")
	if err != nil {
		s.t.Fatal(err)
	}
	defer func() { _ = response.Body.Close() }()
	var store struct{ Emails []Email }
	if err := json.NewDecoder(response.Body).Decode(&store); err != nil {
		s.t.Fatalf("local SES store: %v", err)
	}
	return store.Emails
}
