package wiring_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/wiring/papers"
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
	"PUT /api/enrolments/{id}/phone",
	"PUT /api/enrolments/{id}/needs",
	"PUT /api/enrolments/{id}/opinion",
	"PUT /api/enrolments/{id}/email",
	"POST /api/enrolments/{id}/email",
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
	p := newProduct(f, func(c *config.Config) { c.AbusePerEmail, c.AbusePerSource, c.AbuseUnprovedMost = 1<<30, 1<<30, 1<<30 })
	p.workless()
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
	p := newProduct(f, func(c *config.Config) { c.AbusePerEmail, c.AbusePerSource, c.AbuseUnprovedMost = 1<<30, 1<<30, 1<<30 })
	p.workless()
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

// workless is the product without its proofs of work: what is tried here is what people type.
func (p *product) workless() {
	deps := p.house.Deps()
	deps.AnswerFloor, deps.Challenge = 0, nil
	p.api = httpapi.New(deps)
}

// hostile is what somebody may type where a name is asked for.
var hostile = []string{"Maëlys", "=HYPERLINK(\"http://x\")", "<script>alert(1)</script>", "a\r\nBcc: x@y.fr", "\\n END:VEVENT", ") Tj /JS (x", "🙂👩‍👩‍👧", "שלום\u202eabc", "{{.Secret}}", "%s%n", strings.Repeat("W", 80), "=?utf-8?q?=0D=0ABcc:_x@y.fr?=", "J.-P. d’Août / CCAS"}

// TestWhatPeopleTypeGoesThroughTheWholeHouse enrols with it, and reads back every paper, the calendar and the mail.
func TestWhatPeopleTypeGoesThroughTheWholeHouse(t *testing.T) {
	p := newProduct(t, func(c *config.Config) { c.AbusePerEmail, c.AbusePerSource, c.AbuseUnprovedMost = 1<<30, 1<<30, 1<<30 })
	p.workless()
	session := p.session("journee-nantes")
	for n, s := range hostile {
		email := fmt.Sprintf("t%d@plougastel.example", n)
		body, err := json.Marshal(map[string]any{
			"sessionId": session, "funding": "collectivite", "consent": true,
			"person":  map[string]any{"firstName": s, "lastName": s, "email": email},
			"mandate": map[string]any{"kind": "maire", "authority": s},
		})
		if err != nil {
			t.Fatal(err)
		}
		a := p.ask("192.0.2.1", "POST", "/api/enrolments", string(body), "Idempotency-Key", key(n))
		judge(t, "enrol", a)
		if a.status != http.StatusCreated {
			continue
		}
		path, bearer := opened(t, a)
		for _, paper := range []string{"documents/devis", "documents/programme", "documents/demande-maire", "documents/convention", "documents/convocation", "documents/demande-employeur", "calendar.ics", "export"} {
			b := p.ask("192.0.2.1", "GET", path+"/"+paper, "", "Authorization", bearer)
			judge(t, paper, b)
			if strings.HasPrefix(b.header.Get("Content-Type"), "application/pdf") {
				inert(t, b.body)
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
	}
}

// FuzzWhatPeopleType writes each mail, and now and then a paper and the calendar, with anything that the form accepts: nothing
// in them is active, and the head of the mail is ours.
func FuzzWhatPeopleType(f *testing.F) {
	g, err := guide.Load()
	if err != nil {
		f.Fatal(err)
	}
	source, err := os.ReadFile("../../infra/catalogue/sample.yaml")
	if err != nil {
		f.Fatal(err)
	}
	now := mail.Samples(g)[0].Data.Now
	c, err := catalogue.Read(source, catalogue.Ground{Now: now, Rules: g})
	if err != nil {
		f.Fatal(err)
	}
	keys, err := link.ParseKeys("1:" + strings.Repeat("a1", 32))
	if err != nil {
		f.Fatal(err)
	}
	samples, printer, session := mail.Samples(g), papers.Printer(g, link.Links{Site: "https://exemple.fr", Keys: keys}), c.Sessions[0]
	formation := c.Formations[slices.IndexFunc(c.Formations, func(f enrolment.Formation) bool { return f.Slug == session.Formation.Slug })]
	for i, s := range hostile {
		f.Add(s, s, s, uint16(i*7))
	}
	f.Fuzz(func(t *testing.T, first, last, authority string, which uint16) {
		var fault [3]error
		s := samples[int(which)%len(samples)]
		e := &s.Data.Enrolment
		e.Person.FirstName, fault[0] = enrolment.ParseName(first, "missing", 80)
		e.Person.LastName, fault[1] = enrolment.ParseName(last, "missing", 80)
		e.Mandate.Authority, fault[2] = enrolment.ParseName(authority, "missing", 150)
		if errors.Join(fault[:]...) != nil {
			return
		}
		m, err := mail.Render(s.Kind, s.Data)
		if err != nil {
			t.Fatal(err)
		}
		raw, err := m.Raw()
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
		if strings.Contains(strings.ToLower(head), "\nbcc:") || strings.Count(head, "\nTo: ") > 1 {
			t.Fatalf("the head of the mail was forged:\n%s", head)
		}
		if which%8 != 0 {
			return // a paper costs thirty times what a mail does
		}
		file, kinds := booking.File{Enrolment: *e, Session: session}, e.Mode.Papers()
		kind := kinds[int(which/8)%len(kinds)]
		if e.PaperRefusal(kind) != "" {
			return
		}
		var pdf bytes.Buffer
		if err := printer.Print(&pdf, kind, file, formation, c.Organisation, s.Data.Now); err != nil {
			t.Fatal(err)
		}
		inert(t, pdf.String())
		if _, err := printer.Calendar(file, c.Organisation, s.Data.Now); err != nil {
			t.Fatal(err)
		}
	})
}

// inert refuses a PDF that does something by itself.
func inert(t *testing.T, pdf string) {
	t.Helper()
	for _, active := range []string{"/JavaScript", "/JS ", "/OpenAction <<", "/Launch", "/URI"} {
		if strings.Contains(pdf, active) {
			t.Fatalf("the paper holds %s", active)
		}
	}
}
