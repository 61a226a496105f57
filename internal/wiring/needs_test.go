package wiring_test

import (
	"net/http"
	"strings"
	"testing"
	"time"
)

const ramp = "Fauteuil roulant : une rampe"

// enrolNeeding is enrol, by somebody who needs something to follow the session.
func (p *product) enrolNeeding(n int, session, email string) (path, bearer string) {
	p.Helper()
	body := strings.Replace(élu(session, email, "personnel", ""), `"consent":true`, `"consent":true,"needs":"`+ramp+`\u200b"`, 1)
	a := p.ask("192.0.2.1", "POST", "/api/enrolments", body, "Idempotency-Key", key(n))
	if a.status != http.StatusCreated || a.json(p)["enrolment"].(map[string]any)["needs"] != ramp {
		p.Fatalf("enrol: %d %s", a.status, a.body)
	}
	return opened(p, a)
}

func TestWhatAPersonNeedsIsTheirsToChangeAndNobodyElseIsTold(t *testing.T) {
	p := newProduct(t)
	path, bearer := p.enrolNeeding(1, p.session("budget-nantes"), "elue@plougastel.example")
	put := func(body string) answer {
		return p.ask("192.0.2.1", "PUT", path+"/needs", body, "Authorization", bearer)
	}
	for _, bad := range []string{`{"needs":"` + strings.Repeat("é", 301) + `"}`, `{"needs":"une\u0007ligne"}`} {
		if a := put(bad); a.status != http.StatusUnprocessableEntity || a.json(t)["fields"].(map[string]any)["needs"] == nil {
			t.Errorf("%d %s", a.status, a.body)
		}
	}
	if a := put(`{}`); a.status != http.StatusBadRequest {
		t.Errorf("nothing said: %d", a.status)
	}
	if a := p.ask("192.0.2.1", "PUT", path+"/needs", `{"needs":""}`); a.status != http.StatusUnauthorized {
		t.Errorf("without the link: %d", a.status)
	}
	if a := put(`{"needs":"Sous-titres"}`); a.status != http.StatusOK || a.json(t)["needs"] != "Sous-titres" {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a := p.ask("192.0.2.1", "GET", path+"/export", "", "Authorization", bearer); a.json(t)["needs"] != "Sous-titres" {
		t.Errorf("the export forgets it: %s", a.body)
	}
	for range 30 {
		p.remind()
		p.advance(24 * time.Hour)
	}
	for _, mail := range p.post.mails {
		if strings.Contains(mail, "Sous-titres") || strings.Contains(mail, "Fauteuil") {
			t.Fatal("a mail says what the person needs")
		}
	}
	if a := put(`{"needs":" "}`); a.status != http.StatusOK || strings.Contains(p.stored(path), "Sous-titres") {
		t.Errorf("taken away: %d %s", a.status, p.stored(path))
	}
}

func TestWhatAPersonNeedsIsForgottenAfterTheSessionAndAtOnceWhenTheyNoLongerCome(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	comes, _ := p.enrolNeeding(1, session, "elue@plougastel.example")
	leaves, bearer := p.enrolNeeding(2, session, "partie@plougastel.example")
	decoy, _ := p.enrolNeeding(3, session, "elue@plougastel.example")
	kept := func(path string, want bool) {
		t.Helper()
		if got := strings.Contains(p.stored(path), "Fauteuil"); got != want {
			t.Errorf("%s, %s: kept %v, want %v", path, p.now().Format(time.DateTime), got, want)
		}
	}
	if a := p.ask("192.0.2.1", "POST", leaves+"/cancellation", "", "Authorization", bearer); a.status != http.StatusOK {
		t.Fatalf("cancellation: %d", a.status)
	}
	p.remind()
	kept(leaves, false)
	s, err := p.house.Store.Session(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	for p.now().Before(s.End()) {
		kept(comes, true)
		p.advance(24 * time.Hour)
		p.remind()
	}
	for range 3 { // the day after, and what the end of the session sends
		p.advance(12 * time.Hour)
		p.remind()
	}
	kept(comes, false)
	kept(decoy, false)
}
