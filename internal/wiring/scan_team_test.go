package wiring_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/wiring/team"
)

// office asks functions/staff through its gateway, as the first person of the team, who has every role; or as nobody.
func (p *product) office() func(method, path string) answer {
	p.Helper()
	ask := p.staff()
	return func(method, path string) answer { return ask(method, "/api/staff"+path, "") }
}

// staff is functions/staff behind its gateway, for any request of it: as the first person of the team, or by the trainer's link, whose
// routes have no authorizer. headers are pairs.
func (p *product) staff() func(method, path, body string, headers ...string) answer {
	p.Helper()
	p.house.Config.StaffEmail = "ada@exemple.fr"
	bare, gate := lambdahttp.Handler(team.Handler(p.house), ""), http.NewServeMux()
	gate.Handle("/api/attendance/", lambdahttp.Gateway(bare))
	gate.Handle("/", lambdahttp.Guarded(bare, func(_ context.Context, token string) (map[string]string, error) {
		if token != "ada" {
			return nil, errors.New("unknown token")
		}
		return map[string]string{"sub": "s", "email": "ada@exemple.fr", "email_verified": "true", "name": "Ada"}, nil
	}))
	server := httptest.NewServer(gate)
	p.Cleanup(server.Close)
	ask := func(method, path, body string, headers ...string) answer {
		r, err := http.NewRequestWithContext(p.Context(), method, server.URL+path, strings.NewReader(body))
		if err != nil {
			return answer{body: err.Error()}
		}
		if body != "" {
			r.Header.Set("Content-Type", "application/json")
		}
		r.Header.Set("Authorization", "Bearer ada")
		for i := 0; i+1 < len(headers); i += 2 {
			r.Header.Set(headers[i], headers[i+1])
		}
		got, err := http.DefaultClient.Do(r)
		if err != nil {
			return answer{body: err.Error()}
		}
		defer func() { _ = got.Body.Close() }()
		raw, _ := io.ReadAll(got.Body)
		return answer{status: got.StatusCode, header: got.Header, body: string(raw)}
	}
	if a := ask(http.MethodGet, "/api/staff/me", ""); a.status != http.StatusOK {
		p.Fatalf("%d %s", a.status, a.body)
	}
	return ask
}

// sends has the contact of a file send one PDF.
func (p *product) sends(path, contact string, n int) (scan string) {
	p.Helper()
	one := sheet{enrolment.ScanPDF, paper}
	o := p.offer(path, contact, n, one)
	p.upload(o, one)
	if a := p.take(path, contact, o.Scan); a.status != http.StatusOK {
		p.Fatalf("%d %s", a.status, a.body)
	}
	return o.Scan
}

// downloaded is what the team's page gives, by the address that the API gave it: a download, and nothing else.
func downloaded(t *testing.T, a answer) []byte {
	t.Helper()
	var v struct {
		By    string
		Pages []struct{ URL string }
	}
	if err := json.Unmarshal([]byte(a.body), &v); err != nil || len(v.Pages) != 1 || v.By == "" {
		t.Fatalf("%d %s %v", a.status, a.body, err)
	}
	got, err := http.Get(v.Pages[0].URL)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = got.Body.Close() }()
	if said := got.Header.Get("Content-Disposition"); !strings.HasPrefix(said, `attachment; filename="convention-signee-EC-`) || got.Header.Get("Content-Type") != enrolment.ScanPDF {
		t.Errorf("%v", got.Header)
	}
	body, _ := io.ReadAll(got.Body)
	return body
}

// What the mairie sent is the team's to download, and stays so though the élu says that it is not signed; not once the team itself took
// it back.
func TestTheTeamDownloadsWhatAMairieSent(t *testing.T) {
	p, _ := withBucket(t)
	ask := p.office()
	path, contact, holder := p.asked(1, "maelys@plougastel.example")
	at := "/files/" + strings.TrimPrefix(path, "/api/enrolments/") + "/scan"
	if a := ask("GET", at); a.status != http.StatusNotFound {
		t.Errorf("nothing was sent: %d %s", a.status, a.body)
	}
	p.sends(path, contact, 7)
	if got := downloaded(t, ask("GET", at)); !bytes.Equal(got, paper) {
		t.Errorf("%d bytes", len(got))
	}
	if a := p.ask("192.0.2.1", "DELETE", path+"/steps/convention", "", "Authorization", holder); a.status != http.StatusOK {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if got := downloaded(t, ask("GET", at)); !bytes.Equal(got, paper) {
		t.Error("the élu's word took the mairie's paper away")
	}
	if a := p.ask("192.0.2.1", "GET", path+"/papers", "", "Authorization", contact); !strings.Contains(a.body, `"pdf":true`) {
		t.Errorf("the contact does not see what they sent: %s", a.body)
	}
	desk := p.house.Desk.For(booking.Behalf{Actor: enrolment.Actor{Sub: "s", Name: "Ada", Role: enrolment.RoleGestion}, Act: "untick", Reason: "illisible"})
	id := strings.TrimPrefix(path, "/api/enrolments/")
	if _, err := desk.Tick(t.Context(), id, enrolment.StepConvention); err != nil {
		t.Fatal(err)
	}
	if _, err := desk.Untick(t.Context(), id, enrolment.StepConvention); err != nil {
		t.Fatal(err)
	}
	if a := ask("GET", at); a.status != http.StatusNotFound {
		t.Errorf("taken back by the team: %d %s", a.status, a.body)
	}
}

// One paper for the whole group: a member's file answers with it.
func TestAMembersFileGivesTheScanOfItsGroup(t *testing.T) {
	p, _ := withBucket(t)
	ask := p.office()
	g, err := p.house.Desk.EnrolGroup(t.Context(), booking.Council{
		Key: key(90), SessionID: p.session("budget-nantes"), Authority: "Commune de Clisson", BodyDigest: "g", Contact: enrolment.Contact{Name: "Paul", Email: mairie},
		People: []booking.Councillor{
			{Person: enrolment.Person{FirstName: "Anne", LastName: "Un", Email: "un@plougastel.example"}, Mandate: "maire"},
			{Person: enrolment.Person{FirstName: "Anne", LastName: "Deux", Email: "deux@plougastel.example"}, Mandate: "adjoint"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := p.house.Desk.Prove(t.Context(), g.Members[0].ID); err != nil {
		t.Fatal(err)
	}
	p.sends("/api/enrolments/"+g.Enrolment.ID, "Bearer "+p.house.Links.Keys.Token(link.Authority, g.Enrolment.ID, 0), 7)
	for _, id := range []string{g.Enrolment.ID, g.Members[0].ID, g.Members[1].ID} {
		if got := downloaded(t, ask("GET", "/files/"+id+"/scan")); !bytes.Equal(got, paper) {
			t.Errorf("%s: %d bytes", id, len(got))
		}
	}
}

// That a scan came is told once to the élu and once to the organisation, which is told where it is.
func TestThatAScanCameIsToldOnceToEach(t *testing.T) {
	p, _ := withBucket(t)
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	e, err := p.house.Store.File(t.Context(), strings.TrimPrefix(path, "/api/enrolments/"))
	if err != nil {
		t.Fatal(err)
	}
	p.remind() // the confirmation, which would stand for what came since
	scan := p.sends(path, contact, 7)
	for range 3 {
		p.take(path, contact, scan) // whoever had no answer asks again
		p.advance(20 * time.Minute)
		p.remind()
	}
	for subject, to := range map[string]string{"Votre collectivité a signé la convention": "maelys@plougastel.example", "a envoyé la convention signée": "@"} {
		if n := len(p.post.about(to, subject, e.Reference)); n != 1 {
			t.Errorf("%q: %d mails", subject, n)
		}
	}
}

// A link that went astray asks for no bucket full: sixty acts of a file an hour, and nothing is kept of what was only offered.
func TestScansAreOfferedSoOftenAnHour(t *testing.T) {
	p, bucket := withBucket(t)
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	refused := 0
	for n := range 1000 {
		a := p.ask("192.0.2.1", "POST", path+"/scans", pagesOf(sheet{enrolment.ScanPDF, paper}), "Authorization", contact, "Idempotency-Key", key(1000+n))
		switch {
		case a.status == http.StatusTooManyRequests:
			refused++
		case a.status != http.StatusCreated || n >= 60:
			t.Fatalf("the %d-th: %d %s", n+1, a.status, a.body)
		}
	}
	if loose, err := p.house.Store.LooseScans(t.Context(), p.now().AddDate(1, 0, 0)); err != nil || len(loose) != 0 || refused != 940 || len(bucket.Keys()) != 0 {
		t.Errorf("%d refused, noted %v, kept %v, %v", refused, loose, bucket.Keys(), err)
	}
}

// Whoever says PDF sends a PDF: a page of HTML under that name is not kept.
func TestAPageOfHTMLSaidToBeAPDFIsNotKept(t *testing.T) {
	p, bucket := withBucket(t)
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	html := sheet{enrolment.ScanPDF, []byte("<!DOCTYPE html><script>alert(1)</script>%PDF-1.7")}
	o := p.offer(path, contact, 7, html)
	p.upload(o, html)
	if a := p.take(path, contact, o.Scan); a.status != http.StatusUnprocessableEntity || !strings.Contains(a.body, "/problems/scan-refused") {
		t.Errorf("%d %s", a.status, a.body)
	}
	if held(bucket) != 0 {
		t.Error(bucket.Keys())
	}
}
