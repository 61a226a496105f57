package wiring_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/wiring/returns"
)

// routes is every route of the contract; {id}, {rest} and {query} are filled by the fuzzer. Seeds reach each.
var routes = []string{
	"GET /api/sessions?{query}",
	"GET /api/sessions/{id}",
	"POST /api/enrolments",
	"POST /api/links",
	"GET /api/challenge",
	"GET /api/health",
	"GET /api/enrolments/{id}",
	"PUT /api/enrolments/{id}/steps/{rest}",
	"DELETE /api/enrolments/{id}/steps/{rest}",
	"PUT /api/enrolments/{id}/funding",
	"PUT /api/enrolments/{id}/session",
	"POST /api/enrolments/{id}/cancellation",
	"POST /api/enrolments/{id}/acceptance",
	"POST /api/enrolments/{id}/withdrawal",
	"GET /api/enrolments/{id}/documents/{rest}",
	"GET /api/enrolments/{id}/calendar.ics",
	"GET /api/enrolments/{id}/export",
	"POST /api/enrolments/{id}/unsubscription/{rest}",
	"DELETE /api/enrolments/{id}",
	"{other} /api/{id}",
}

var others = []string{"HEAD", "OPTIONS", "PATCH", "TRACE", "POST", "DELETE", "CONNECT"}

// mine stands for the id, or the token, of a file that exists, so that what is behind the door is fuzzed too.
const mine = "mine"

// FuzzRoutes sends anything to every route: never a 5xx, never a panic, never the inside of the house in an answer, and every
// refusal a problem document.
func FuzzRoutes(f *testing.F) {
	p := newProduct(f, func(c *config.Config) { c.AbusePerEmail, c.AbusePerSource = 1<<30, 1<<30 })
	session := p.session("budget-nantes")
	good := élu(session, "a@plougastel.example", "collectivite", "b@plougastel.example")
	for i := range routes {
		f.Add(uint8(i), mine, "compte", "", good, "application/json", mine, key(i))
		f.Add(uint8(i), session, "devis", "formation=budget-communal&cursor=AAAA", "{}", "application/json; charset=utf-8", "Bearer x", "")
		f.Add(uint8(i), strings.Repeat("é", 1500), strings.Repeat("z", 3000), "cursor="+strings.Repeat("A", 3000), `{"a":`+strings.Repeat("[", 5000), "text/plain", "", key(1))
	}
	for _, body := range []string{
		`{"mode":"personnel","authorityContact":{"name":"\u0000","email":"x@y.fr"}}`, `{"sessionId":"` + session + `"}`, `{"sessionId":"\u0000"}`,
		`{"email":"a@b.fr"}`, `[]`, `null`, `{"person":null,"mandate":null,"authorityContact":null}`, `{"consent":true}{"consent":true}`, strings.Repeat(" ", 20000), "\xff\xfe",
		strings.Replace(good, `"Ma`, `"\ud800Ma`, 1), strings.Replace(good, session, strings.Repeat("s", 100), 1),
	} {
		for _, route := range []uint8{2, 3, 9, 10} {
			f.Add(route, mine, "", "", body, "application/json", mine, key(len(body)))
		}
	}
	file := 0
	f.Fuzz(func(t *testing.T, route uint8, id, rest, query, body, contentType, authorization, idempotencyKey string) {
		p.TB = t
		pattern := routes[int(route)%len(routes)]
		method, path, _ := strings.Cut(pattern, " ")
		if id == mine || authorization == mine {
			file++
			a := p.ask("192.0.2.1", "POST", "/api/enrolments", élu(session, fmt.Sprintf("f%d@plougastel.example", file), "collectivite", ""), "Idempotency-Key", key(1000+file))
			own, bearer := opened(t, a)
			if id == mine {
				id = strings.TrimPrefix(own, "/api/enrolments/")
			}
			if authorization == mine {
				authorization = bearer
			}
		}
		if method == "{other}" {
			method = others[len(rest)%len(others)]
		}
		for _, v := range []string{method, contentType, authorization, idempotencyKey} {
			if strings.ContainsFunc(v, func(r rune) bool { return r < ' ' || r == 0x7f }) {
				return // the gateway lets no such header or method through
			}
		}
		path = strings.NewReplacer("{id}", id, "{rest}", rest, "{query}", query).Replace(path)
		a := p.ask("192.0.2.1", method, path, body, "Content-Type", contentType, "Authorization", authorization, "Idempotency-Key", idempotencyKey)
		judge(t, method+" "+path, a)
	})
}

// judge refuses a failure of the house, and an answer that shows its inside.
func judge(t *testing.T, what string, a answer) {
	t.Helper()
	if a.status >= http.StatusInternalServerError {
		t.Fatalf("%q: %d %s", what, a.status, a.body)
	}
	if a.status >= http.StatusBadRequest && a.header.Get("Content-Type") == "application/problem+json" {
		if v := a.json(t); v["detail"] == "" || v["title"] == "" {
			t.Fatalf("%q: a refusal without words: %s", what, a.body)
		}
	} else if a.status >= http.StatusBadRequest && a.status != http.StatusMethodNotAllowed {
		t.Fatalf("%q: %d is not a problem document: %s", what, a.status, a.body)
	}
	for _, inside := range []string{"goroutine ", "panic", "operation error", "Exception", ".go:", "dynamo", "echarpe/internal"} {
		if strings.Contains(a.body, inside) && !strings.HasPrefix(a.header.Get("Content-Type"), "application/pdf") {
			t.Fatalf("%q: the answer shows %q: %s", what, inside, a.body)
		}
	}
}

// FuzzEvents gives anything to each function: an answer or an error, never a panic, and for HTTP never a 5xx.
func FuzzEvents(f *testing.F) {
	p := newProduct(f, func(c *config.Config) { c.AbusePerEmail, c.AbusePerSource = 1<<30, 1<<30 })
	feedback := returns.Handler(p.house)
	http := lambdahttp.Handler(p.api, "origin")
	for _, seed := range []string{
		`{}`, `null`, `[]`, `"x"`, `{"Records":null}`, `{"Records":[{}]}`,
		`{"Records":[{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"E#x"},"sk":{"S":"FILE"}},"SequenceNumber":"1"}}]}`,
		`{"version":"0","detail-type":"Scheduled Event","source":"aws.scheduler","detail":"{}"}`,
		`{"detail-type":"Email Bounced","source":"aws.ses","detail":{"eventType":"Bounce","mail":{"tags":{"file":["x"],"message":["confirmation"]}},"bounce":{"bounceType":"Permanent","bouncedRecipients":[{"emailAddress":"a@b.fr"}]}}}`,
		`{"detail":{"eventType":"Complaint","mail":{"tags":{"file":[""],"message":[]}}}}`,
		`{"version":"2.0","rawPath":"/api/sessions","rawQueryString":"cursor=x","headers":{"content-type":"application/json"},"requestContext":{"http":{"method":"GET","path":"/api/sessions","sourceIp":"1.2.3.4"}},"isBase64Encoded":false}`,
		`{"version":"2.0","rawPath":"/api/enrolments","body":"!!","isBase64Encoded":true,"requestContext":{"http":{"method":"POST","sourceIp":"::1"}}}`,
		`{"rawPath":"%zz","headers":{"cloudfront-viewer-address":"x","x-origin-secret":"origin"},"requestContext":{"http":{"method":"G E T"}}}`,
	} {
		for which := range uint8(3) {
			f.Add(which, []byte(seed))
		}
	}
	f.Fuzz(func(t *testing.T, which uint8, payload []byte) {
		p.TB = t
		if !json.Valid(payload) {
			return // Lambda refuses it before us
		}
		switch which % 3 {
		case 0:
			_, _ = p.reminders(context.Background(), payload)
		case 1:
			_, _ = feedback(context.Background(), payload)
		case 2:
			var e lambdahttp.Request
			if json.Unmarshal(payload, &e) != nil {
				return
			}
			if a, err := http(context.Background(), e); err == nil && a.StatusCode >= 500 {
				t.Fatalf("%s: %d %s", payload, a.StatusCode, a.Body)
			}
		}
	})
}

// FuzzWhatPeopleType enrols with anything that the form accepts, and reads back every paper, the calendar and the mail.
func FuzzWhatPeopleType(f *testing.F) {
	p := newProduct(f, func(c *config.Config) { c.AbusePerEmail, c.AbusePerSource = 1<<30, 1<<30 })
	session := p.session("journee-nantes")
	for _, s := range []string{"Maëlys", "=HYPERLINK(\"http://x\")", "<script>alert(1)</script>", "a\r\nBcc: x@y.fr", "\\n END:VEVENT", ") Tj /JS (x", "🙂👩‍👩‍👧", "שלום\u202eabc", "{{.Secret}}", "%s%n", strings.Repeat("W", 80)} {
		f.Add(s, s, s)
	}
	n := 0
	f.Fuzz(func(t *testing.T, first, last, authority string) {
		p.TB = t
		if !utf8.ValidString(first + last + authority) {
			return
		}
		n++
		email := fmt.Sprintf("t%d@plougastel.example", n)
		body, err := json.Marshal(map[string]any{
			"sessionId": session, "funding": "collectivite", "consent": true,
			"person":  map[string]any{"firstName": first, "lastName": last, "email": email},
			"mandate": map[string]any{"kind": "maire", "authority": authority},
		})
		if err != nil {
			t.Fatal(err)
		}
		a := p.ask("192.0.2.1", "POST", "/api/enrolments", string(body), "Idempotency-Key", key(n))
		judge(t, "enrol", a)
		if a.status != http.StatusCreated {
			return
		}
		path, bearer := opened(t, a)
		for _, paper := range []string{"documents/devis", "documents/programme", "documents/demande-maire", "documents/convention", "documents/convocation", "documents/demande-employeur", "calendar.ics", "export"} {
			b := p.ask("192.0.2.1", "GET", path+"/"+paper, "", "Authorization", bearer)
			judge(t, paper, b)
			if strings.HasPrefix(b.header.Get("Content-Type"), "application/pdf") {
				for _, active := range []string{"/JavaScript", "/JS ", "/OpenAction <<", "/Launch", "/URI"} {
					if strings.Contains(b.body, active) {
						t.Fatalf("%s holds %s", paper, active)
					}
				}
			}
		}
		before := len(p.post.mails)
		p.remind()
		for _, mail := range p.post.mails[before:] {
			head, _, _ := strings.Cut(mail, "\r\n\r\n")
			if strings.Contains(strings.ToLower(head), "\nbcc:") || strings.Count(head, "\nTo: ") > 1 {
				t.Fatalf("the head of the mail was forged:\n%s", head)
			}
		}
		if n := p.post.sentTo(email); n == 0 {
			t.Fatal("the confirmation did not leave")
		}
		p.ask("192.0.2.1", "DELETE", path, "", "Authorization", bearer)
		p.remind()
	})
}
