package main

import (
	"bytes"
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/guide"
)

// site answers each path with the status it names.
func site(t *testing.T) *httptest.Server {
	t.Helper()
	mux := http.NewServeMux()
	mux.HandleFunc("/ok", func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte("bonjour")) })
	mux.HandleFunc("/gone", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusGone) })
	mux.HandleFunc("/forbidden", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusForbidden) })
	mux.HandleFunc("/busy", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) })
	mux.Handle("/moved", http.RedirectHandler("/ok", http.StatusMovedPermanently))
	mux.Handle("/for-now", http.RedirectHandler("/ok", http.StatusFound))
	mux.Handle("/round", http.RedirectHandler("/round", http.StatusFound))
	mux.Handle("/moved-to-nothing", http.RedirectHandler("/nothing", http.StatusMovedPermanently))
	s := httptest.NewServer(mux)
	t.Cleanup(s.Close)
	return s
}

func TestVerdictOfEachAddress(t *testing.T) {
	s := site(t)
	for path, want := range map[string]Verdict{
		"/ok": Alive, "/for-now": Alive, "/moved": Moved, "/gone": Dead, "/nothing": Dead, "/moved-to-nothing": Dead,
		"/forbidden": Refused, "/busy": Failed, "/round": Failed,
	} {
		got := check(context.Background(), s.Client(), map[string]guide.Link{"x": {URL: s.URL + path, Verified: true}})
		if len(got) != 1 || got[0].Verdict != want || got[0].Role != RoleShown {
			t.Errorf("%s: %v, want %s", path, got, want)
		}
	}
}

func TestUnknownHostIsDeadAndARefusedConnectionIsNot(t *testing.T) {
	unknown := &net.DNSError{IsNotFound: true}
	if v := verdict(0, "", unknown); v != Dead {
		t.Errorf("unknown host: %s", v)
	}
	if v := verdict(0, "", errors.New("connection refused")); v != Failed {
		t.Errorf("refused connection: %s", v)
	}
}

func TestFallbackAndCandidateAreCheckedToo(t *testing.T) {
	s := site(t)
	got := check(context.Background(), s.Client(), map[string]guide.Link{
		"elu": {URL: s.URL + "/gone", Fallback: s.URL + "/ok"},
	})
	if len(got) != 2 || got[0].Verdict != Alive || got[0].Role != RoleShown || got[1].Verdict != Dead || got[1].Role != RoleCandidate {
		t.Errorf("%v", got)
	}
}

// withLinks writes the real guide, every https address replaced by paths of the local site.
func withLinks(t *testing.T, client *http.Client, dead string) (path string, c *http.Client) {
	t.Helper()
	source, err := os.ReadFile("../../internal/guide/content/guide.yaml")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "guide.yaml")
	if err := os.WriteFile(path, source, 0o600); err != nil {
		t.Fatal(err)
	}
	local := *client
	local.Transport = answer(func(r *http.Request) int {
		if strings.Contains(r.URL.String(), dead) && dead != "" {
			return http.StatusNotFound
		}
		return http.StatusOK
	})
	return path, &local
}

type answer func(*http.Request) int

func (a answer) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{StatusCode: a(r), Body: http.NoBody, Request: r}, nil
}

func TestCommandFailsOnADeadLinkThatIsShown(t *testing.T) {
	for name, c := range map[string]struct {
		dead string
		code int
		says string
	}{
		"all alive":                      {"", 0, "alive"},
		"a shown page is gone":           {"node/93", 1, "mcf-creer-compte"},
		"a page nobody is shown is gone": {"mon-compte-elu-0", 0, RoleCandidate},
	} {
		t.Run(name, func(t *testing.T) {
			path, client := withLinks(t, http.DefaultClient, c.dead)
			var out, errs bytes.Buffer
			if code := run(context.Background(), []string{path}, client, &out, &errs); code != c.code {
				t.Errorf("exit %d, want %d: %s%s", code, c.code, &out, &errs)
			}
			if !strings.Contains(out.String(), c.says) {
				t.Errorf("does not say %q: %s", c.says, &out)
			}
		})
	}
}

func TestCommandNamesAnUnreadableGuide(t *testing.T) {
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{"nowhere.yaml"}, http.DefaultClient, &out, &errs); code != 2 || errs.Len() == 0 {
		t.Errorf("exit %d, %q", code, errs.String())
	}
}

func TestWithoutNetworkNothingIsCalledDead(t *testing.T) {
	path, client := withLinks(t, http.DefaultClient, "")
	client.Transport = unplugged{}
	var out, errs bytes.Buffer
	if code := run(context.Background(), []string{path}, client, &out, &errs); code != 2 || !strings.Contains(errs.String(), "network") {
		t.Errorf("exit %d, %q", code, errs.String())
	}
}

type unplugged struct{}

func (unplugged) RoundTrip(*http.Request) (*http.Response, error) {
	return nil, &net.DNSError{Err: "no such host", IsNotFound: true}
}
