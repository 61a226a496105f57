package wiring_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// What whoever holds the link of a decoy sees is what the holder of a first enrolment sees, at every door, in every season.
func TestADecoyIsAFileAtEveryDoor(t *testing.T) {
	for _, funding := range []string{"collectivite", "dife", "personnel"} {
		t.Run(funding, func(t *testing.T) {
			p := newProduct(t)
			session, other := p.session("budget-nantes"), p.session("urbanisme-tours")
			p.enrol(1, session, "victime@plougastel.example", funding)
			p.remind()
			p.advance(time.Hour)
			contact := ""
			if funding == "collectivite" {
				contact = "moi@attaquant.example"
			}
			file, decoy := p.visitor(2, session, "inconnue@plougastel.example", funding, contact), p.visitor(3, session, "victime@plougastel.example", funding, contact)
			look := func(when string) {
				t.Helper()
				for _, sub := range []string{"", "/export"} {
					if a, b := file.sees("GET", sub, ""), decoy.sees("GET", sub, ""); a != b {
						t.Errorf("%s, %s: a file shows\n%s\na decoy\n%s", when, sub, a, b)
					}
				}
				for _, sub := range []string{"/documents/devis", "/documents/programme", "/documents/convention", "/documents/contrat", "/calendar.ics"} {
					same(t, file.ask("GET", sub, ""), decoy.ask("GET", sub, ""))
				}
			}
			p.remind()
			look("seconds after")
			if !strings.Contains(decoy.sees("GET", "/export", ""), `"kind":"confirmation"`) {
				t.Error("the export of a decoy tells of no message")
			}
			for _, days := range []int{1, 3, 7, 30} {
				p.advance(time.Duration(days) * 24 * time.Hour)
				p.remind()
				look(p.now().Format(time.DateOnly))
			}
			for _, act := range [][3]string{
				{"PUT", "/steps/proposition", ""}, {"PUT", "/funding", `{"mode":"personnel"}`}, {"PUT", "/steps/proposition", ""}, {"PUT", "/funding", `{"mode":"collectivite"}`}, {"PUT", "/steps/demande", ""}, {"DELETE", "/steps/demande", ""},
				{"PUT", "/session", `{"sessionId":"` + other + `"}`}, {"PUT", "/steps/nothing", ""}, {"POST", "/acceptance", ""}, {"POST", "/cancellation", ""}, {"PUT", "/steps/demande", ""},
			} {
				if a, b := file.sees(act[0], act[1], act[2]), decoy.sees(act[0], act[1], act[2]); a != b {
					t.Errorf("%s %s: a file answers\n%s\na decoy\n%s", act[0], act[1], a, b)
				}
				p.remind()
				look("after " + act[0] + " " + act[1])
				p.advance(2 * time.Minute)
			}
			for _, act := range [][2]string{{"DELETE", ""}, {"GET", ""}} {
				if a, b := file.sees(act[0], act[1], ""), decoy.sees(act[0], act[1], ""); a != b {
					t.Errorf("%s: a file answers %s, a decoy %s", act[0], a, b)
				}
			}
		})
	}
}

// visitor is somebody with the link that an enrolment gave them.
type visitor struct {
	p            *product
	path, bearer string
	own          *strings.Replacer // what differs from file to file
}

func (p *product) visitor(n int, session, email, funding, contact string) visitor {
	p.Helper()
	a := p.ask("192.0.2.9", "POST", "/api/enrolments", élu(session, email, funding, contact), "Idempotency-Key", key(n))
	path, bearer := opened(p, a)
	shown := a.json(p)["enrolment"].(map[string]any)
	return visitor{p, path, bearer, strings.NewReplacer(shown["id"].(string), "ID", shown["reference"].(string), "REFERENCE", email, "EMAIL")}
}

func (v visitor) ask(method, sub, body string) answer {
	v.p.Helper()
	return v.p.ask("192.0.2.9", method, v.path+sub, body, "Authorization", v.bearer)
}

// sees is an answer without what differs from file to file.
func (v visitor) sees(method, sub, body string) string {
	v.p.Helper()
	a := v.ask(method, sub, body)
	return fmt.Sprint(a.status, " ", paperNumber.ReplaceAllString(seatsLeft.ReplaceAllString(v.own.Replace(a.body), "SEATS"), "REFERENCE-NUMBER"))
}

// seatsLeft is one less for the second of two who come, decoy or not.
// paperNumber is drawn from the file's id.
var paperNumber = regexp.MustCompile(`REFERENCE-\d{6}`)

var seatsLeft = regexp.MustCompile(`"seatsLeft":\d+`)

func TestADecoysMailsLeaveForNobody(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	p.enrol(1, session, "victime@plougastel.example", "collectivite")
	p.remind()
	before := p.post.sentTo("victime@plougastel.example")
	p.ask("192.0.2.9", "POST", "/api/enrolments", élu(session, "victime@plougastel.example", "collectivite", "moi@attaquant.example"), "Idempotency-Key", key(2))
	for range 40 {
		p.remind()
		p.advance(24 * time.Hour)
	}
	if n := p.post.sentTo("moi@attaquant.example"); n != 0 {
		t.Errorf("%d mails to the contact that a decoy names", n)
	}
	alone := newProduct(t)
	alone.enrol(1, session, "victime@plougastel.example", "collectivite")
	for range 40 {
		alone.remind()
		alone.advance(24 * time.Hour)
	}
	// The one more says that somebody tried to enrol again.
	if n, want := p.post.sentTo("victime@plougastel.example"), alone.post.sentTo("victime@plougastel.example")+1; n != want || before == 0 {
		t.Errorf("%d mails to the owner, want %d", n, want)
	}
}

// The session is cancelled: a decoy says so too.
func TestADecoyIsToldThatItsSessionIsCancelled(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	p.enrol(1, session, "victime@plougastel.example", "personnel")
	decoy, file := p.visitor(2, session, "victime@plougastel.example", "personnel", ""), p.visitor(3, session, "inconnue@plougastel.example", "personnel", "")
	p.remind()
	p.advance(time.Hour)
	s, err := p.house.Store.Session(t.Context(), session)
	if err != nil {
		t.Fatal(err)
	}
	s.Status = enrolment.SessionCancelled
	if _, err := p.house.Store.ApplySession(t.Context(), s); err != nil {
		t.Fatal(err)
	}
	if err := p.house.Desk.Tell(t.Context(), session); err != nil {
		t.Fatal(err)
	}
	shown := decoy.sees("GET", "", "")
	if !strings.Contains(shown, `"status":"cancelled"`) {
		t.Errorf("the decoy shows %s", shown)
	}
	p.remind()
	if a, b := file.sees("GET", "/export", ""), decoy.sees("GET", "/export", ""); a != b {
		t.Errorf("a file shows\n%s\na decoy\n%s", a, b)
	}
}
