package wiring_test

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"
)

// What whoever gives somebody else's address can do with it, on the deployed defaults. SECURITY.md names these tests.

func TestNamesTakeNoLinkToAStranger(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	for n, spam := range []string{"Gagnez sur exemple.fr/x", "www.exemple.fr", "exemple\u200b.fr", "\u202ehttp://exemple.fr", "=?utf-8?q?Gagn=C3=A9?="} {
		for field, name := range map[string]string{"person.firstName": "Maëlys", "person.lastName": "Kerouédan", "person.birthName": "Quiniou", "mandate.authority": "Commune de Plougastel", "authorityContact.name": "Gwenola Abgrall"} {
			body := strings.Replace(élu(session, "victime@plougastel.example", "collectivite", "dgs@plougastel.example"), name, spam, 1)
			a := p.ask("192.0.2.9", "POST", "/api/enrolments", body, "Idempotency-Key", key(n))
			if a.status != http.StatusUnprocessableEntity {
				t.Fatalf("%s %q: %d", field, spam, a.status)
			}
			if said := a.json(t)["fields"].(map[string]any)[field]; said == nil {
				t.Errorf("%s %q: the refusal does not say which field: %s", field, spam, a.body)
			}
		}
	}
	p.remind()
	if n := len(p.post.mails); n != 0 {
		t.Errorf("%d mails", n)
	}
}

func TestATagMakesNoOtherMailbox(t *testing.T) {
	p := newProduct(t)
	session, made := p.session("budget-nantes"), 0
	for n := range 35 {
		a := p.ask("192.0.2.9", "POST", "/api/enrolments", élu(session, fmt.Sprintf("victime+%d@plougastel.example", n), "personnel", ""), "Idempotency-Key", key(n))
		if a.status == http.StatusCreated {
			made++
		}
		p.advance(time.Minute)
	}
	if made == 0 || made > 12 {
		t.Errorf("%d of 35 enrolments under tags of one mailbox, want about 10", made)
	}
}

func TestOneAddressGetsFewMailsInAMinute(t *testing.T) {
	p := newProduct(t)
	victim := "victime@plougastel.example"
	sessions := []string{p.session("parole-rennes"), p.session("budget-nantes"), p.session("urbanisme-tours"), p.session("deontologie-printemps")}
	path, bearer := p.enrol(1, sessions[0], victim, "personnel")
	for n := range 30 {
		p.ask("192.0.2.2", "PUT", path+"/funding", `{"mode":"`+[]string{"collectivite", "personnel"}[n%2]+`"}`, "Authorization", bearer)
		p.ask("192.0.2.3", "POST", "/api/links", `{"email":"`+victim+`"}`)
		p.ask("192.0.2.4", "POST", "/api/enrolments", élu(sessions[n%len(sessions)], victim, "personnel", ""), "Idempotency-Key", key(100+n))
		p.remind()
		p.advance(2 * time.Second)
	}
	if n := p.post.sentTo(victim); n == 0 || n > 6 {
		t.Errorf("%d mails within a minute, want a few", n)
	}
}

func TestNobodyIsKeptFromTheirOfferByWhatIsDoneWithTheirAddress(t *testing.T) {
	p := newProduct(t)
	victim, full, other := "victime@plougastel.example", p.session("parole-angers"), p.session("budget-nantes")
	s, err := p.house.Store.Session(t.Context(), full)
	if err != nil {
		t.Fatal(err)
	}
	var holder, holders string
	for n := range s.Capacity {
		holder, holders = p.enrol(1+n, full, fmt.Sprintf("a%d@plougastel.example", n), "personnel")
	}
	path, bearer := p.enrol(500, full, victim, "personnel")
	theirs, attackers := p.enrol(501, other, victim, "personnel")
	if a := p.ask("192.0.2.1", "POST", holder+"/cancellation", "", "Authorization", holders); a.status != http.StatusOK {
		t.Fatalf("cancellation: %d %s", a.status, a.body)
	}
	refused := 0
	for n := range 40 {
		if p.ask("192.0.2.9", "PUT", theirs+"/funding", `{"mode":"`+[]string{"collectivite", "personnel"}[n%2]+`"}`, "Authorization", attackers).status == http.StatusTooManyRequests {
			refused++
		}
	}
	if refused == 0 {
		t.Error("the attacker was never refused: this test shows nothing")
	}
	if a := p.ask("192.0.2.1", "POST", path+"/acceptance", "", "Authorization", bearer); a.status != http.StatusOK {
		t.Errorf("acceptance: %d %s", a.status, a.body)
	}
	if a := p.ask("192.0.2.1", "POST", path+"/cancellation", "", "Authorization", bearer); a.status != http.StatusOK {
		t.Errorf("cancellation: %d %s", a.status, a.body)
	}
}

func TestNamingAMairieKeepsNobodyFromNamingItAndBombsItNot(t *testing.T) {
	p := newProduct(t)
	mairie, session := "mairie@plougastel.example", p.session("budget-nantes")
	for n := range 60 {
		a := p.ask("192.0.2.4", "POST", "/api/enrolments", élu(session, fmt.Sprintf("moi%d@plougastel.example", n), "collectivite", mairie), "Idempotency-Key", key(n))
		if a.status != http.StatusCreated {
			t.Fatalf("number %d: %d %s", n, a.status, a.body)
		}
	}
	path, bearer := p.enrol(1000, session, "honnete@plougastel.example", "personnel")
	if a := p.ask("192.0.2.5", "PUT", path+"/funding", `{"mode":"collectivite","authorityContact":{"email":"`+mairie+`"}}`, "Authorization", bearer); a.status != http.StatusOK {
		t.Fatalf("an honest élu who names it: %d %s", a.status, a.body)
	}
	for minutes := 0; minutes < 50; minutes += 5 { // the schedule
		p.remind()
		p.advance(5 * time.Minute)
	}
	if n := p.post.sentTo(mairie); n > 5 {
		t.Errorf("%d mails with papers within the hour, want 5 at most", n)
	}
	for range 23 {
		p.advance(time.Hour)
		p.remind()
	}
	if n := p.post.sentTo(mairie); n > 30 {
		t.Errorf("%d mails with papers in a day", n)
	}
	for range 12 * 24 {
		p.advance(time.Hour)
		p.remind()
	}
	told := map[string]bool{}
	for i, to := range p.post.to {
		if strings.Contains(to, mairie) {
			told[reference.FindString(p.post.mails[i])] = true
		}
	}
	if len(told) != 12 { // those with a seat; who waits has no papers
		t.Errorf("the mairie was told of %d files in the end, want each of the 12 that hold a seat", len(told))
	}
}

var reference = regexp.MustCompile(`EC-[0-9A-Z]{4}-[0-9A-Z]{3}`)

func TestTicksAndPapersAreBounded(t *testing.T) {
	p := newProduct(t)
	path, bearer := p.enrol(1, p.session("budget-nantes"), "a@plougastel.example", "collectivite")
	done, refused := 0, 0
	for n := range 100 {
		a := p.ask("192.0.2.1", []string{"PUT", "DELETE"}[n%2], path+"/steps/demande", "", "Authorization", bearer)
		switch a.status {
		case http.StatusOK:
			done++
		case http.StatusTooManyRequests:
			refused++
		default:
			t.Fatalf("tick: %d %s", a.status, a.body)
		}
	}
	if done != 60 || refused != 40 {
		t.Errorf("%d ticks done, %d refused", done, refused)
	}
	printed := 0
	for range 125 {
		if a := p.ask("192.0.2.1", "GET", path+"/documents/devis", "", "Authorization", bearer); a.status == http.StatusOK {
			printed++
		}
	}
	if printed != 120 {
		t.Errorf("%d papers of one file within the hour, want 120", printed)
	}
}
