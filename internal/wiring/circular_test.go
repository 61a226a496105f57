package wiring_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

var errKilled = errors.New("the process was killed")

// mortal is the table of a process that is killed before its n-th write.
type mortal struct {
	booking.Store
	left *int
}

func (m mortal) Commit(ctx context.Context, act enrolment.Act) error {
	if *m.left--; *m.left < 0 {
		return errKilled
	}
	return m.Store.Commit(ctx, act)
}

func (m mortal) MarkSpread(ctx context.Context, sessionID, id string) error {
	if *m.left--; *m.left < 0 {
		return errKilled
	}
	return m.Store.MarkSpread(ctx, sessionID, id)
}

// mailsTitled counts the mails to an address under a subject.
func (o *postOffice) mailsTitled(address, subject string) (n int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, m := range o.mails {
		if o.to[i] == address && strings.Contains(m, "Subject: "+subject+"\r\n") {
			n++
		}
	}
	return n
}

func TestWhatTheTeamWritesReachesEachPersonOnceWhereverItsProcessIsKilled(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	var to, addresses []string
	for i := range 3 {
		address := fmt.Sprintf("elue%d@plougastel.example", i)
		path, _ := p.enrol(i+1, session, address, "personnel")
		to, addresses = append(to, strings.TrimPrefix(path, "/api/enrolments/")), append(addresses, address)
	}
	p.remind()
	const writes = 1 + 3 + 1 // the message, a notice each, that all have one
	for survived := range writes + 1 {
		subject := fmt.Sprintf("Salle-%d", survived)
		c := enrolment.Circular{ID: fmt.Sprintf("abc%d", survived), SessionID: session, Audience: "seats", To: to, Subject: subject, Text: []string{"Au deuxième étage."}, At: p.now()}
		left := survived
		dying := booking.New(mortal{p.house.Store, &left}, p.house.Guide, p.now)
		written, err := dying.Write(t.Context(), c)
		if err == nil {
			err = dying.Spread(t.Context(), written)
		}
		if killed := survived < writes; killed != errors.Is(err, errKilled) {
			t.Fatalf("killed after %d writes: %v", survived, err)
		}
		if survived == 0 { // nothing was written: the person sees an error, and sends again
			if _, err := p.house.Desk.Write(t.Context(), c); err != nil {
				t.Fatal(err)
			}
		}
		for range 2 {
			p.remind()
			p.advance(11 * time.Minute)
		}
		for _, a := range addresses { // the sweep alone
			if n := p.post.mailsTitled(a, subject); n != 1 {
				t.Errorf("killed after %d writes, and nobody asks again: %d mails to %s", survived, n, a)
			}
		}
		// Sent again by the page that had no answer, and spread twice more.
		again, err := p.house.Desk.Write(t.Context(), c)
		if err != nil {
			t.Fatal(err)
		}
		again.Spread = false
		if err := p.house.Desk.Spread(t.Context(), again); err != nil {
			t.Fatal(err)
		}
		p.remind()
		for _, a := range addresses {
			if n := p.post.mailsTitled(a, subject); n != 1 {
				t.Errorf("killed after %d writes: %d mails to %s", survived, n, a)
			}
		}
	}
	if left, err := p.house.Store.Spreading(t.Context()); err != nil || len(left) != 0 {
		t.Error("still to spread:", left, err)
	}
}

func TestWhatTheTeamWritesWaitsForOfficeHoursAndGoesToWhoIsStillThere(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	path, _ := p.enrol(1, session, "reste@plougastel.example", "personnel")
	left, bearer := p.enrol(2, session, "part@plougastel.example", "personnel")
	p.remind()
	p.advance(12 * time.Hour) // in the night
	c := enrolment.Circular{ID: "nuit", SessionID: session, Audience: "seats", To: []string{strings.TrimPrefix(path, "/api/enrolments/"), strings.TrimPrefix(left, "/api/enrolments/")},
		Subject: "Nuit", Text: []string{"Bonjour."}, At: p.now()}
	if _, err := p.house.Desk.Write(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := p.house.Desk.Spread(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	p.remind()
	if n := p.post.mailsTitled("reste@plougastel.example", "Nuit"); n != 0 {
		t.Error("sent in the night")
	}
	if a := p.ask("192.0.2.1", "POST", left+"/cancellation", "", "Authorization", bearer); a.status != 200 {
		t.Fatal(a.body)
	}
	p.advance(12 * time.Hour)
	p.remind()
	if n := p.post.mailsTitled("reste@plougastel.example", "Nuit"); n != 1 {
		t.Errorf("%d mails in the morning", n)
	}
	if n := p.post.mailsTitled("part@plougastel.example", "Nuit"); n != 0 {
		t.Error("who gave their seat back is written to about it")
	}
}

// Whoever opens a decoy reads that they were written to, as on a file.
func TestADecoyIsWrittenToAsAFileIs(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	owner, _ := p.enrol(1, session, "victime@plougastel.example", "personnel")
	decoy, file := p.visitor(2, session, "victime@plougastel.example", "personnel", ""), p.visitor(3, session, "inconnue@plougastel.example", "personnel", "")
	p.remind()
	p.advance(time.Hour)
	c := enrolment.Circular{ID: "tous", SessionID: session, Audience: "seats", Subject: "Salle", Text: []string{"Au deuxième étage."}, At: p.now(), Leaves: p.now(),
		To: []string{strings.TrimPrefix(owner, "/api/enrolments/"), strings.TrimPrefix(file.path, "/api/enrolments/")}}
	if _, err := p.house.Desk.Write(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	if err := p.house.Desk.Spread(t.Context(), c); err != nil {
		t.Fatal(err)
	}
	p.remind()
	a, b := file.sees("GET", "/export", ""), decoy.sees("GET", "/export", "")
	if a != b || !strings.Contains(a, `"kind":"message"`) {
		t.Errorf("a file shows\n%s\na decoy\n%s", a, b)
	}
	if n := p.post.mailsTitled("victime@plougastel.example", "Salle"); n != 1 {
		t.Errorf("%d mails to the owner", n)
	}
}
