package lambdahttp_test

import (
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/lambdahttp"
)

// seen is what a handler found in the request.
type seen struct {
	Method, Path, Query, Host, Remote, RequestID, Cookie, Body string
	Length                                                     int64
	Accept, Key, Origin                                        string
}

func see(r *http.Request) seen {
	body, _ := io.ReadAll(r.Body)
	return seen{
		Method: r.Method, Path: r.URL.Path, Query: r.URL.RawQuery, Host: r.Host, Remote: r.RemoteAddr,
		RequestID: r.Header.Get("X-Request-Id"), Cookie: r.Header.Get("Cookie"), Body: string(body), Length: r.ContentLength,
		Accept: r.Header.Get("Accept"), Key: r.Header.Get("Idempotency-Key"), Origin: r.Header.Get(lambdahttp.HeaderOrigin),
	}
}

func event(t *testing.T, name string) lambdahttp.Request {
	t.Helper()
	raw, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	var e lambdahttp.Request
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

func TestTheHandlerSeesWhatThePersonSent(t *testing.T) {
	const host = "a1b2c3d4e5.execute-api.eu-west-3.amazonaws.com"
	tests := map[string]struct {
		event, secret string
		want          seen
	}{
		"a request that proves it came through the content network is counted under the person's address": {
			event: "post-enrolment.json", secret: "s3cret-of-the-origin",
			want: seen{Method: "POST", Path: "/api/enrolments", Host: host, Remote: "198.51.100.10:46532", RequestID: "UlWQdhAXiGYEJ9A=",
				Body: `{"sessionId":"budget-2026-12","note":"élu & adjoint"}`, Length: 54, Accept: "application/json", Key: "0b6f4f5e-58c1-4a3c-9d2c-6f2b6b9d5c11"},
		},
		"a request with another proof is counted under the gateway's source": {
			event: "post-enrolment.json", secret: "another",
			want: seen{Method: "POST", Path: "/api/enrolments", Host: host, Remote: "130.176.0.7:0", RequestID: "UlWQdhAXiGYEJ9A=",
				Body: `{"sessionId":"budget-2026-12","note":"élu & adjoint"}`, Length: 54, Accept: "application/json", Key: "0b6f4f5e-58c1-4a3c-9d2c-6f2b6b9d5c11"},
		},
		"cookies, repeated parameters and an IPv6 source": {
			event: "get-sessions-cookies.json",
			want: seen{Method: "GET", Path: "/api/sessions", Query: "formation=budget-communal&cursor=abc%3D&tag=un&tag=deux", Host: host,
				Remote: "[2001:db8::7]:0", RequestID: "UlWRDjYyCGYEMIg=", Cookie: "a=1; b=2; x", Accept: "application/json,text/html"},
		},
		"a binary body, a path with spaces, and a viewer's address that proves nothing": {
			event: "put-base64.json", secret: "",
			want: seen{Method: "PUT", Path: "/api/enrolments/a b/c/funding", Host: host, Remote: "203.0.113.9:0", RequestID: "UlWSkhc9iGYEPgQ=",
				Body: "\xff\x00\xfe\x80", Length: 4},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			var got seen
			h := lambdahttp.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = see(r) }), tt.secret)
			if _, err := h(context.Background(), event(t, tt.event)); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("request (-want +got):\n%s", diff)
			}
		})
	}
}

func TestTheViewersAddressIsReadInItsThreeForms(t *testing.T) {
	for sent, want := range map[string]string{
		"198.51.100.10:46532":   "198.51.100.10:46532",
		"[2001:db8::1]:4711":    "[2001:db8::1]:4711",
		"2001:db8:0:0::1:4711":  "[2001:db8::1]:4711",
		"not an address:4711":   "130.176.0.7:0",
		"":                      "130.176.0.7:0",
		"198.51.100.10, 1.2.3.": "130.176.0.7:0",
	} {
		e := event(t, "post-enrolment.json")
		e.Headers["cloudfront-viewer-address"] = sent
		var got string
		h := lambdahttp.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { got = r.RemoteAddr }), "s3cret-of-the-origin")
		if _, err := h(context.Background(), e); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("viewer address %q: remote address %q, want %q", sent, got, want)
		}
	}
}

func TestTheAnswerIsWhatTheHandlerWrote(t *testing.T) {
	pdf := "%PDF-1.7\n\xe2\xe3\xcf\xd3"
	tests := map[string]struct {
		handle http.HandlerFunc
		want   lambdahttp.Response
	}{
		"text stays text, repeated headers are joined, cookies apart": {
			handle: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/problem+json")
				w.Header().Add("Vary", "Accept")
				w.Header().Add("Vary", "Authorization")
				w.Header().Add("Set-Cookie", "a=1; HttpOnly")
				w.Header().Add("Set-Cookie", "b=2")
				w.WriteHeader(http.StatusConflict)
				w.Header().Set("Too-Late", "yes")
				_, _ = io.WriteString(w, `{"detail":"Désolé"}`)
			},
			want: lambdahttp.Response{StatusCode: 409, Body: `{"detail":"Désolé"}`, Cookies: []string{"a=1; HttpOnly", "b=2"},
				Headers: map[string]string{"Content-Type": "application/problem+json", "Vary": "Accept, Authorization"}},
		},
		"a document goes out in base64": {
			handle: func(w http.ResponseWriter, _ *http.Request) { _, _ = io.WriteString(w, pdf) },
			want: lambdahttp.Response{StatusCode: 200, Body: "JVBERi0xLjcK4uPP0w==", IsBase64Encoded: true,
				Headers: map[string]string{"Content-Type": "application/pdf"}},
		},
		"compressed text goes out in base64": {
			handle: func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Encoding", "gzip")
				w.Header().Set("Content-Type", "text/plain")
				_, _ = io.WriteString(w, "zipped")
			},
			want: lambdahttp.Response{StatusCode: 200, Body: "emlwcGVk", IsBase64Encoded: true,
				Headers: map[string]string{"Content-Type": "text/plain", "Content-Encoding": "gzip"}},
		},
		"nothing written is 200 without a body": {
			handle: func(http.ResponseWriter, *http.Request) {},
			want:   lambdahttp.Response{StatusCode: 200, Headers: map[string]string{}},
		},
		"the first status is kept": {
			handle: func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(http.StatusEarlyHints)
				w.WriteHeader(http.StatusNoContent)
				w.WriteHeader(http.StatusTeapot)
			},
			want: lambdahttp.Response{StatusCode: 204, Headers: map[string]string{}},
		},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := lambdahttp.Handler(tt.handle, "")(context.Background(), event(t, "post-enrolment.json"))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("answer (-want +got):\n%s", diff)
			}
		})
	}
}

func TestABodyThatIsNotBase64IsRefusedBeforeTheHandler(t *testing.T) {
	e := event(t, "put-base64.json")
	e.Body = "%%%"
	_, err := lambdahttp.Handler(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("handler called") }), "")(context.Background(), e)
	if err == nil {
		t.Error("no error")
	}
}

func TestTheHandlerRunsUntilTheInvocationsDeadline(t *testing.T) {
	deadline := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	ctx, cancel := context.WithDeadline(context.Background(), deadline)
	defer cancel()
	h := lambdahttp.Handler(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if got, ok := r.Context().Deadline(); !ok || !got.Equal(deadline) {
			t.Errorf("deadline %v %v, want %v", got, ok, deadline)
		}
	}), "")
	if _, err := h(ctx, event(t, "post-enrolment.json")); err != nil {
		t.Fatal(err)
	}
}

// The gateway and the handler face each other: what a client sends over a socket reaches the handler unchanged, and back.
func TestThroughTheGatewayNothingIsLost(t *testing.T) {
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Add("Set-Cookie", "a=1")
		w.Header().Add("Set-Cookie", "b=2")
		w.Header().Set("Content-Type", r.Header.Get("Content-Type"))
		w.Header().Set("X-Seen", r.Method+" "+r.URL.Path+" "+r.URL.RawQuery+" "+r.Header.Get("Cookie"))
		w.WriteHeader(http.StatusAccepted)
		_, _ = io.Copy(w, r.Body)
	})
	server := httptest.NewServer(lambdahttp.Gateway(throughJSON(t, lambdahttp.Handler(handler, ""))))
	defer server.Close()
	for name, body := range map[string]string{"text": "bonjour « élu »", "binary": "\x00\xff\xfe", "empty": ""} {
		t.Run(name, func(t *testing.T) {
			r, _ := http.NewRequest(http.MethodPut, server.URL+"/api/caf%C3%A9%20au%20lait?x=1&y=%C3%A9", strings.NewReader(body))
			r.Header.Set("Content-Type", "application/x-test")
			r.AddCookie(&http.Cookie{Name: "c", Value: "1"})
			r.AddCookie(&http.Cookie{Name: "d", Value: "2"})
			answer, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = answer.Body.Close() }()
			got, _ := io.ReadAll(answer.Body)
			if string(got) != body || answer.StatusCode != 202 || answer.Header.Get("Content-Type") != "application/x-test" {
				t.Errorf("answer %d %q %q", answer.StatusCode, answer.Header.Get("Content-Type"), got)
			}
			if want := "PUT /api/café au lait x=1&y=%C3%A9 c=1; d=2"; answer.Header.Get("X-Seen") != want {
				t.Errorf("seen %q, want %q", answer.Header.Get("X-Seen"), want)
			}
			if diff := cmp.Diff([]string{"a=1", "b=2"}, answer.Header.Values("Set-Cookie")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestTheGatewayHidesFailuresAndRefusesGiants(t *testing.T) {
	server := httptest.NewServer(lambdahttp.Gateway(func(context.Context, lambdahttp.Request) (lambdahttp.Response, error) {
		return lambdahttp.Response{}, errors.New("the password is swordfish")
	}))
	defer server.Close()
	for name, tt := range map[string]struct {
		body string
		want int
	}{"a failure": {"{}", 500}, "a giant": {strings.Repeat("x", 7<<20), 413}} {
		answer, err := http.Post(server.URL, "text/plain", strings.NewReader(tt.body))
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(answer.Body)
		_ = answer.Body.Close()
		if answer.StatusCode != tt.want || strings.Contains(string(got), "swordfish") {
			t.Errorf("%s: %d %s", name, answer.StatusCode, got)
		}
	}
}

// throughJSON makes events and answers travel as they do on AWS.
func throughJSON(t *testing.T, f func(context.Context, lambdahttp.Request) (lambdahttp.Response, error)) func(context.Context, lambdahttp.Request) (lambdahttp.Response, error) {
	return func(ctx context.Context, e lambdahttp.Request) (lambdahttp.Response, error) {
		var in lambdahttp.Request
		reencode(t, e, &in)
		answer, err := f(ctx, in)
		var out lambdahttp.Response
		reencode(t, answer, &out)
		return out, err
	}
}

func reencode(t *testing.T, from, to any) {
	raw, err := json.Marshal(from)
	if err == nil {
		err = json.Unmarshal(raw, to)
	}
	if err != nil {
		t.Error(err)
	}
}

func BenchmarkHandler(b *testing.B) {
	raw, err := os.ReadFile("testdata/post-enrolment.json")
	if err != nil {
		b.Fatal(err)
	}
	var e lambdahttp.Request
	if err := json.Unmarshal(raw, &e); err != nil {
		b.Fatal(err)
	}
	h := lambdahttp.Handler(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"ok":true}`)
	}), "s3cret-of-the-origin")
	b.ReportAllocs()
	for b.Loop() {
		if _, err := h(context.Background(), e); err != nil {
			b.Fatal(err)
		}
	}
}
