package wiring_test

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/stack"
)

// What these tests try is what is deployed.
func TestTheLimitsTriedAreTheDeployedOnes(t *testing.T) {
	tried := newProduct(t).house.Config
	t.Setenv("TABLE_NAME", "t")
	t.Setenv("SITE_URL", "https://exemple.fr")
	defaults, err := config.Load()
	if err != nil {
		t.Fatal(err)
	}
	template, err := stack.Load("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, of := range map[string]func(config.Config) string{
		"AbusePerEmail":     func(c config.Config) string { return strconv.Itoa(c.AbusePerEmail) },
		"AbusePerSource":    func(c config.Config) string { return strconv.Itoa(c.AbusePerSource) },
		"AbuseUnprovedFree": func(c config.Config) string { return strconv.Itoa(c.AbuseUnprovedFree) },
		"AbuseUnprovedMost": func(c config.Config) string { return strconv.Itoa(c.AbuseUnprovedMost) },
		"AltchaEnabled":     func(c config.Config) string { return strconv.FormatBool(c.Altcha) },
	} {
		if deployed := fmt.Sprint(template.Parameters[name].Default); of(tried) != deployed || of(defaults) != deployed {
			t.Errorf("%s: %s tried, %s without a setting, %s deployed", name, of(tried), of(defaults), deployed)
		}
	}
}

// attack is a product, its three sessions, and who comes.
type attack struct {
	*product
	sessions []string
	people   int
}

func newAttack(t *testing.T, change ...func(*config.Config)) *attack {
	a := &attack{product: newProduct(t, change...)}
	for _, name := range []string{"budget-nantes", "parole-rennes", "parole-angers"} {
		a.sessions = append(a.sessions, a.session(name))
	}
	return a
}

// comes asks for a seat from a source, does the proof of work when it is asked for, and gives the file.
func (a *attack) comes(source, session string) (path string, shown map[string]any, refused bool) {
	a.Helper()
	a.people++
	body := élu(session, fmt.Sprintf("p%d@plougastel.example", a.people), "personnel", "")
	n := a.ask(source, "POST", "/api/enrolments", body, "Idempotency-Key", key(a.people))
	if n.status == http.StatusUnprocessableEntity && strings.Contains(n.body, `"challenge"`) {
		body = strings.Replace(body, "{", `{"challenge":"`+a.solve()+`",`, 1)
		n = a.ask(source, "POST", "/api/enrolments", body, "Idempotency-Key", key(a.people))
	}
	if n.status == http.StatusTooManyRequests {
		return "", nil, true
	}
	path, _ = opened(a, n)
	return path, n.json(a)["enrolment"].(map[string]any), false
}

// honest is an élu at home who opens the mailed link: the status of their file.
func (a *attack) honest(session string) string {
	a.Helper()
	path, _, refused := a.comes("203.0.113."+strconv.Itoa(a.people%250), session)
	if refused {
		a.Fatal("an élu at home is refused")
	}
	return a.opensMail(path)["status"].(string)
}

func (a *attack) opensMail(path string) map[string]any {
	a.Helper()
	id := strings.TrimPrefix(path, "/api/enrolments/")
	return a.ask("203.0.113.9", "GET", path, "", "Authorization", "Bearer "+a.house.Links.Keys.Token(link.Mailed, id, 0)).json(a)
}

func (a *attack) seats(session string) enrolment.Session {
	a.Helper()
	s, err := a.house.Store.Session(a.Context(), session)
	if err != nil {
		a.Fatal(err)
	}
	return s
}

// hour is what one source does in one, as fast as the limits let it.
func (a *attack) burst(source string, requests int) (seats int) {
	for n := range requests {
		_, shown, refused := a.comes(source, a.sessions[n%len(a.sessions)])
		if !refused && shown["status"] == "reserved" {
			seats++
		}
		a.advance(time.Hour / time.Duration(requests))
	}
	return seats
}

func TestOneSourceCannotTakeEverySeat(t *testing.T) {
	a := newAttack(t)
	if n := a.burst("192.0.2.9", 120); n == 0 || n > a.house.Config.AbuseUnprovedMost {
		t.Errorf("one source took %d seats in an hour, want some and %d at most", n, a.house.Config.AbuseUnprovedMost)
	}
	for _, id := range a.sessions[:2] { // the third has two seats: they come back in time
		if left := a.seats(id).SeatsLeft(); left < a.seats(id).Capacity/4 {
			t.Errorf("%s: %d seats are left to who confirms their address", id, left)
		}
		if got := a.honest(id); got != "reserved" {
			t.Errorf("%s: an honest élu is %s", id, got)
		}
	}
}

// uncapped is the guide without its caps.
type uncapped struct{ *guide.Guide }

func (uncapped) MostUnproved(capacity int, _ time.Time) (withoutWork, most int) {
	return capacity + 1, capacity + 1
}

// The negative control of the test above, and of the next.
func TestWithoutItsCapsOneSourceTakesEverySeat(t *testing.T) {
	a := newAttack(t, func(c *config.Config) { c.AbuseUnprovedFree, c.AbuseUnprovedMost = 1<<20, 1<<20 })
	deps := a.house.Deps()
	deps.AnswerFloor, deps.Desk = 0, booking.New(a.house.Store, uncapped{a.house.Guide}, a.now)
	a.api = httpapi.New(deps)
	a.burst("192.0.2.9", 60)
	for _, id := range a.sessions {
		if left := a.seats(id).SeatsLeft(); left != 0 {
			t.Errorf("%s: %d seats are left without the caps: the other test proves nothing", id, left)
		}
	}
}

func TestTenSourcesForADayKeepNoHonestPersonOut(t *testing.T) {
	a := newAttack(t)
	for n := range 12 { // every two hours each source tries until two in a row get no seat
		for source := range 10 {
			for without := 0; without < 2; {
				_, shown, refused := a.comes(fmt.Sprintf("192.0.2.%d", 10+source), a.sessions[(n+source+without)%len(a.sessions)])
				without++
				if !refused && shown["status"] == "reserved" {
					without = 0
				}
			}
		}
		if got := a.honest(a.sessions[n%2]); n < 6 && got != "reserved" {
			t.Errorf("after %d hours an honest élu is %s", 2*n, got)
		}
		a.advance(2 * time.Hour)
	}
	small := a.sessions[2] // two seats, both taken: somebody waits for them
	waits, shown, _ := a.comes("203.0.113.7", small)
	if a.opensMail(waits); a.seats(small).Waiting == 0 {
		t.Fatalf("nobody waits for the small session: %v", shown["status"])
	}
	announced := a.house.Guide.ProofEnd(a.now())
	a.advance(announced.Sub(a.now()))
	if err := a.house.Desk.Sweep(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got := a.opensMail(waits)["status"]; got != "offered" {
		t.Errorf("who waited is %s once the time announced is over", got)
	}
	for _, id := range a.sessions {
		for s := a.seats(id); len(s.Unproved) > 0 || s.SeatsLeft() > 0; s = a.seats(id) {
			got, after := a.honest(id), a.seats(id)
			if got != "reserved" || len(after.Unproved) >= len(s.Unproved) && after.Taken == s.Taken {
				t.Fatalf("%s: an honest élu is %s while %d seats were proved by nobody", id, got, len(s.Unproved))
			}
		}
	}
}

func TestAKioskOfTheOrganisationIsCappedByNothing(t *testing.T) {
	a := newAttack(t)
	pass := a.house.Links.Keys.Pass("stand", a.now().Add(8*time.Hour))
	at := func(pass string) map[string]any {
		a.people++
		body := strings.Replace(élu(a.sessions[a.people%2], fmt.Sprintf("p%d@plougastel.example", a.people), "personnel", ""), "{", `{"kiosk":"`+pass+`",`, 1)
		n := a.ask("192.0.2.9", "POST", "/api/enrolments", body, "Idempotency-Key", key(a.people))
		if n.status != http.StatusCreated {
			t.Fatalf("person %d: %d %s", a.people, n.status, n.body)
		}
		a.advance(time.Minute)
		return n.json(t)["enrolment"].(map[string]any)
	}
	for range 20 {
		if e := at(pass); e["status"] != "reserved" || e["proof"] != nil {
			t.Fatalf("person %d: %v, proof %v", a.people, e["status"], e["proof"])
		}
	}
	for _, over := range []string{pass[:len(pass)-2] + "AA", a.house.Links.Keys.Pass("stand", a.now())} {
		if e := at(over); e["proof"] == nil {
			t.Errorf("a forged pass, or one that is over, proves an address: %v", e["status"])
		}
	}
	a.remind()
	if n := a.post.sentTo("p1@plougastel.example"); n != 1 {
		t.Errorf("%d mails to who enrolled at the kiosk, want 1", n)
	}
}
