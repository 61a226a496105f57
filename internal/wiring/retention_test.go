package wiring_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// months lets so many months pass, a sweep at a time.
func (p *product) months(n int) {
	p.Helper()
	for range 4 * n {
		p.advance(365 * 24 * time.Hour / 48)
		p.remind()
	}
}

func TestWhatIsAnnouncedIsErased(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	held, heldBearer := p.enrol(1, session, "elue@plougastel.example", "personnel")
	left, leftBearer := p.enrol(2, session, "partie@plougastel.example", "personnel")
	decoy := p.visitor(3, session, "elue@plougastel.example", "personnel", "")
	waits := enrolmentIDs{id(held), id(left), id(decoy.path)}
	p.remind()
	if a := p.ask("192.0.2.1", "POST", left+"/cancellation", "", "Authorization", leftBearer); a.status != http.StatusOK {
		t.Fatalf("cancellation: %d", a.status)
	}
	store, ctx := p.house.Store, t.Context()
	for _, id := range waits {
		if err := p.house.Desk.For(booking.Behalf{Actor: enrolment.Actor{Sub: "s", Name: "Direction"}, Act: "note"}).Note(ctx, id, enrolment.Actor{Sub: "s", Name: "Direction"}, "appelée"); err != nil {
			t.Fatal(err)
		}
	}
	p.remind()
	there := func(id string) bool {
		t.Helper()
		_, err := store.File(ctx, id)
		if err != nil && enrolment.KindOf(err) != enrolment.KindNotFound {
			t.Fatal(err)
		}
		return err == nil
	}
	gone := func(id string) {
		t.Helper()
		if there(id) {
			t.Errorf("%s is still there at %s", id, p.now().Format(time.DateOnly))
		}
		messages, err := store.Messages(ctx, id)
		if err != nil || len(messages) != 0 {
			t.Errorf("messages of what is gone: %v %v", messages, err)
		}
		deeds, err := store.Deeds(ctx, id)
		if err != nil || len(deeds) != 0 {
			t.Errorf("lines of the audit of what is gone: %v %v", deeds, err)
		}
	}
	if ids, err := store.FilesByWord(ctx, "kerouedan", 10); err != nil || len(ids) != 2 {
		t.Fatalf("found by their name: %v %v", ids, err)
	}

	p.months(11)
	if !there(waits[0]) || !there(waits[1]) || !there(waits[2]) {
		t.Fatal("erased before the time that is announced")
	}
	p.months(2)
	gone(waits[1])
	p.months(46) // 59 from the beginning: the session was two months after it
	if !there(waits[0]) || !there(waits[2]) {
		t.Fatal("a file, or a decoy, is gone before the time that is announced")
	}
	p.months(4)
	gone(waits[0])
	gone(waits[2])
	if ids, err := store.FilesByWord(ctx, "kerouedan", 10); err != nil || len(ids) != 0 {
		t.Errorf("still found by their name: %v %v", ids, err)
	}
	tally, err := store.Tally(ctx, session)
	if err != nil || tally.Files != 2 || tally.Statuses[enrolment.Cancelled] != 1 || tally.Statuses[enrolment.Reserved] != 1 || tally.Modes[enrolment.Personnel] != 2 || tally.Mandates["maire"] != 2 {
		t.Errorf("what is left in figures: %+v %v", tally, err)
	}
	if n := strings.Count(p.logs.String(), `"msg":"erased"`); n != 3 {
		t.Errorf("%d lines of the log say that a file was erased, want 3", n)
	}
	for _, personal := range []string{"plougastel", "erouedan", "erouédan"} {
		if strings.Contains(p.logs.String(), personal) {
			t.Errorf("the log holds %q", personal)
		}
	}
	if a := p.ask("192.0.2.1", "GET", held, "", "Authorization", heldBearer); a.status != http.StatusNotFound {
		t.Errorf("the old link: %d", a.status)
	}
	before := p.post.sentTo("elue@plougastel.example")
	p.months(12)
	if n := p.post.sentTo("elue@plougastel.example"); n != before {
		t.Error("mail to somebody who was erased")
	}
}

type enrolmentIDs [3]string

func id(path string) string { return strings.TrimPrefix(path, "/api/enrolments/") }

func TestARevokedOrLateReplayGivesNoLink(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	body := élu(session, "elue@plougastel.example", "personnel", "")
	again := func(n int) answer {
		return p.ask("192.0.2.1", "POST", "/api/enrolments", body, "Idempotency-Key", key(n))
	}
	first := again(1)
	path, bearer := opened(t, first)
	if a := again(1); a.status != http.StatusCreated || a.json(t)["link"] != first.json(t)["link"] {
		t.Fatalf("a lost answer asked again: %d %s", a.status, a.body)
	}
	if _, err := p.house.Desk.MailLinks(t.Context(), id(path), true); err != nil { // the organisation revokes
		t.Fatal(err)
	}
	if a := again(1); a.status != http.StatusConflict || strings.Contains(a.body, `"link"`) {
		t.Errorf("a revoked link came back: %d %s", a.status, a.body)
	}
	if a := p.ask("192.0.2.1", "GET", path, "", "Authorization", bearer); a.status != http.StatusUnauthorized {
		t.Errorf("the revoked link: %d", a.status)
	}
	body = élu(session, "autre@plougastel.example", "personnel", "")
	again(2)
	p.advance(61 * time.Minute)
	if a := again(2); a.status != http.StatusConflict || strings.Contains(a.body, `"link"`) {
		t.Errorf("an hour later: %d %s", a.status, a.body)
	}
}

func TestAKeyReusedAfterErasureOpensNothingToTheOldLink(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	path, bearer := p.enrol(1, session, "elue@plougastel.example", "personnel")
	p.remind()
	if a := p.ask("192.0.2.1", "DELETE", path, "", "Authorization", bearer); a.status != http.StatusNoContent {
		t.Fatalf("erasure: %d", a.status)
	}
	for _, email := range []string{"elue@plougastel.example", "autre@plougastel.example"} {
		a := p.ask("192.0.2.1", "POST", "/api/enrolments", élu(session, email, "personnel", ""), "Idempotency-Key", key(1))
		if a.status != http.StatusConflict {
			t.Errorf("the key again, for %s: %d %s", email, a.status, a.body)
		}
	}
	if a := p.ask("192.0.2.1", "GET", path, "", "Authorization", bearer); a.status != http.StatusNotFound {
		t.Errorf("the old link: %d %s", a.status, a.body)
	}
	// What comes back from the post of a file that was erased wakes nothing up.
	if err := p.house.Store.MarkUnreachable(t.Context(), id(path)); err != nil {
		t.Fatal(err)
	}
	for shard := range 4 {
		if due, err := p.house.Store.DueFiles(t.Context(), shard, p.now().AddDate(10, 0, 0), 10); err != nil || len(due) != 0 {
			t.Errorf("due: %v %v", due, err)
		}
	}
	if _, err := p.house.Desk.Enrol(t.Context(), booking.Application{Key: key(9), SessionID: session, Mode: enrolment.Personnel, Mandate: enrolment.Mandate{Kind: "maire"}, Person: enrolment.Person{Email: "elue@plougastel.example"}}); err != nil {
		t.Errorf("another request of the same person: %v", err)
	}
}
