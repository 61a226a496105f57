package upgrade_test

import (
	"bytes"
	"context"
	"net/http"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

var ctx = context.Background()

// newer leaves out what the domain has more than the oldest table kept: how the counts of a session are spread, whose sums
// are compared. Seats that nobody proved are in no order.
var newer = cmp.Options{cmpopts.IgnoreFields(enrolment.Session{}, "Counters"),
	cmpopts.SortSlices(func(a, b enrolment.UnprovedSeat) bool { return a.FileID < b.FileID })}

func TestEverythingIsReadAsItWasWritten(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		p := inherit(t, dir)
		var sessions, formations []string
		for _, s := range p.was.Sessions {
			sessions = append(sessions, s.ID)
		}
		for _, f := range p.was.Formations {
			formations = append(formations, f.Slug)
		}
		now, declared := p.read(sessions, p.everybody(), formations), 0
		for i, f := range p.was.Files { // a seat that the élu's ticks alone confirmed reads as one whose money they declare
			if p.was.Files[i].Enrolment.Settle(); f.Enrolment.Status != p.was.Files[i].Enrolment.Status {
				declared++
			}
		}
		if declared == 0 && filepath.Base(dir) == "2026-11-25" {
			t.Error("nobody in the table was confirmed by their ticks alone: the above proves nothing")
		}
		if diff := cmp.Diff(p.was, now, newer); diff != "" {
			t.Error(diff)
		}
		p.agrees()
		listed := map[string]enrolment.Session{}
		p.listed(func(s enrolment.Session) { listed[s.ID] = s })
		for _, s := range p.was.Sessions {
			l, there := listed[s.ID]
			if upcoming := s.Status == enrolment.SessionOpen && s.Start().After(p.now()); there != upcoming {
				t.Errorf("session %s is listed: %v, want %v", s.ID, there, upcoming)
			} else if diff := cmp.Diff(s, l, newer); there && diff != "" {
				t.Errorf("session %s in the list: %s", s.ID, diff)
			}
		}
		files, err := p.Store.FilesByEmail(ctx, address("dife"))
		if err != nil || len(files) != 1 || files[0].ID != idOf("dife") {
			t.Errorf("files of an address: %v, %v", files, err)
		}
	})
}

func TestPersonalLinksStillOpenAfterTheSecretWasRotatedToo(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		p := inherit(t, dir, func(c *config.Config) { c.LinkSecrets += config.Secret(",2:" + strings.Repeat("b2", 32)) })
		for _, f := range p.was.Files {
			if len(f.Links) != 3 {
				t.Fatalf("%s had %d links", f.Who, len(f.Links))
			}
			for scope, token := range f.Links {
				if got, ok := p.Links.Keys.Open(token, f.Enrolment.ID, f.Enrolment.LinkRevision); !ok || got != scope {
					t.Errorf("the %s link of %s: %q, %v", scope, f.Who, got, ok)
				}
			}
			if status, answer, _ := p.ask("GET", "/api/enrolments/"+f.Enrolment.ID, nil, f.Links[link.Holder], ""); status != http.StatusOK || !strings.Contains(answer, f.Enrolment.Reference) {
				t.Errorf("the page of %s: %d %s", f.Who, status, answer)
			}
		}
		if status, _, _ := p.ask("GET", "/api/enrolments/"+idOf("dife"), nil, p.was.Files[0].Links[link.Holder], ""); status == http.StatusOK {
			t.Error("somebody else's link opens a file: the checks above prove nothing")
		}
	})
}

func TestARequestSentAgainAfterTheUpgradeMakesNoSecondFile(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		p := inherit(t, dir)
		for who, session := range map[string]string{"untold": open, "waits-first": full} {
			before := p.file(who)
			want := http.StatusCreated
			if p.now().Sub(before.CreatedAt) > time.Hour {
				want = http.StatusConflict // it was made, and the mail has the link
			}
			if status, answer, _ := p.ask("POST", "/api/enrolments", request(address(who), session, before.Mode), "", keyOf(who)); status != want || strings.Contains(answer, before.Reference) != (want == http.StatusCreated) {
				t.Errorf("%s: %d %s", who, status, answer)
			}
			if diff := cmp.Diff(before, p.file(who)); diff != "" {
				t.Errorf("%s: %s", who, diff)
			}
		}
		if again := p.enrolAs("again", address("collectivite"), open, enrolment.Personnel); !again.Decoy {
			t.Error("a person got a second file on a session")
		}
		p.agrees()
	})
}

func TestAbuseLimitsStillCount(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		p := inherit(t, dir)
		ask := func(who string) int {
			status, _, header := p.ask("POST", "/api/links", map[string]string{"email": address(who)}, "", "")
			if status == http.StatusTooManyRequests && header.Get("Retry-After") == "" {
				t.Error("429 without Retry-After")
			}
			return status
		}
		if status := ask("insistent"); status != http.StatusTooManyRequests {
			t.Errorf("a fifth request within the hour: %d", status)
		}
		if status := ask("somebody-else"); status != http.StatusAccepted {
			t.Errorf("a first request: %d", status)
		}
		for request, want := range map[string]bool{"request": true, "another": false} {
			if ok, err := p.Store.Spend(ctx, "solution", request, p.now().Add(time.Hour)); ok != want || err != nil {
				t.Errorf("a solution spent before, on %q: %v, %v", request, ok, err)
			}
		}
	})
}

// acts are what people and the organisation do with what they had before the upgrade. agrees is asked after each.
var acts = []struct {
	name  string
	needs []string
	do    func(p *inherited)
}{
	{"whoever enrols gets a seat that is left", nil, func(p *inherited) {
		p.proveAll()
		for _, id := range []string{open, free} {
			left := p.was.session(p.TB, id).SeatsLeft()
			for i := range left {
				p.status(p.comes(id+"-"+string(rune('a'+i)), id, enrolment.Collectivite), enrolment.Reserved)
				p.agrees()
			}
			p.status(p.comes(id+"-late", id, enrolment.Collectivite), enrolment.Waiting)
		}
	}},
	{"whoever enrols in a full session stands behind those who wait", []string{"waits-first", "waits-second"}, func(p *inherited) {
		p.status(p.comes("newcomer", full, enrolment.Collectivite), enrolment.Waiting)
		p.place("waits-first", 1)
		p.place("waits-second", 2)
		p.place("newcomer", 3)
	}},
	{"a seat given back goes to the first in line", []string{"seated", "waits-first"}, func(p *inherited) {
		p.done(p.Desk.Cancel(ctx, idOf("seated")))
		p.status(p.file("waits-first"), enrolment.Offered)
		p.place("waits-second", 1)
		p.history("waits-first", enrolment.QueueOffered)
	}},
	{"a seat given back where nobody waits is free again", []string{"dife"}, func(p *inherited) {
		p.done(p.Desk.Cancel(ctx, idOf("dife")))
		p.status(p.comes("newcomer", open, enrolment.Personnel), enrolment.Reserved)
	}},
	{"an offer is accepted", []string{"offered"}, func(p *inherited) {
		p.done(p.Desk.Accept(ctx, idOf("offered")))
		p.status(p.file("offered"), enrolment.Reserved)
	}},
	{"an offer that is declined goes to the next", []string{"offered", "waits-first"}, func(p *inherited) {
		p.done(p.Desk.Cancel(ctx, idOf("offered")))
		p.status(p.file("waits-first"), enrolment.Offered)
	}},
	{"an offer that is not taken in time goes to the next", []string{"offered", "waits-first"}, func(p *inherited) {
		p.advance(p.file("offered").OfferedUntil.Sub(p.now()))
		p.sweep()
		p.status(p.file("offered"), enrolment.Expired)
		p.status(p.file("waits-first"), enrolment.Offered)
	}},
	{"somebody leaves the queue", []string{"waits-first", "waits-second"}, func(p *inherited) {
		p.done(p.Desk.Cancel(ctx, idOf("waits-first")))
		p.place("waits-second", 1)
	}},
	{"the request is declared, answered and confirmed, and taking it back is not", []string{"dife"}, func(p *inherited) {
		p.tick("dife", enrolment.StepDossier)
		p.done(p.Desk.For(booking.Behalf{Act: "proposal"}).Tick(ctx, idOf("dife"), enrolment.StepProposal))
		p.status(p.file("dife"), enrolment.Reserved)
		p.tick("dife", enrolment.StepConfirm)
		p.status(p.file("dife"), enrolment.Confirmed)
		p.done(p.Desk.Untick(ctx, idOf("dife"), enrolment.StepDossier))
		p.status(p.file("dife"), enrolment.Reserved)
	}},
	{"another way of paying is chosen", []string{"dife", "waits-first"}, func(p *inherited) {
		for _, who := range []string{"dife", "waits-first"} {
			p.done(p.Desk.ChangeMode(ctx, idOf(who), enrolment.Personnel, nil))
			if e := p.file(who); e.Mode != enrolment.Personnel {
				p.Errorf("%s pays by %s", who, e.Mode)
			}
		}
	}},
	{"another session is chosen, from each of the places one may have", []string{"collectivite", "waits-second", "offered", "session-cancelled"}, func(p *inherited) {
		for _, who := range []string{"collectivite", "waits-second", "offered", "session-cancelled"} {
			p.done(p.Desk.ChangeSession(ctx, idOf(who), free))
			if e := p.file(who); e.SessionID != free || !e.Holds() {
				p.Errorf("%s: %s in %s", who, e.Status, e.SessionID)
			}
			p.agrees()
		}
	}},
	{"files are erased, whatever they were", []string{"dife", "offered", "waits-second", "attended", "expired", "cancelled"}, func(p *inherited) {
		for _, who := range []string{"dife", "offered", "waits-second", "attended", "expired", "cancelled"} {
			p.must(p.Desk.Erase(ctx, idOf(who)))
			if left := p.items("E#" + idOf(who)); left != 1 { // its id, so that no other file is made under it
				p.Errorf("%s: %d items are left", who, left)
			}
			p.agrees()
		}
		p.status(p.file("waits-first"), enrolment.Offered)
	}},
	{"the same catalogue again gives sessions their VAT, then changes nothing", nil, func(p *inherited) {
		p.publish(asLeft...)
		for _, was := range p.was.Sessions {
			s, err := p.Store.Session(ctx, was.ID)
			if p.must(err); s.Revision != was.Revision || s.VAT == nil && s.Start().After(p.now()) {
				p.Errorf("%s: revision %d, was %d; VAT %v", s.ID, s.Revision, was.Revision, s.VAT)
			}
		}
		if report := p.publish(asLeft...); len(report.Changes) > 0 {
			p.Errorf("applying it again: %v", report.Changes)
		}
	}},
	{"more seats go to those who wait, in order", []string{"waits-first", "waits-second"}, func(p *inherited) {
		p.status(p.comes("newcomer", full, enrolment.Collectivite), enrolment.Waiting)
		p.publish(append(slices.Clone(asLeft), "capacity: 3", "capacity: 5")...)
		p.status(p.file("waits-first"), enrolment.Offered)
		p.status(p.file("waits-second"), enrolment.Offered)
		p.status(p.file("newcomer"), enrolment.Waiting)
	}},
	{"no session becomes smaller than the seats taken", nil, func(p *inherited) {
		for _, s := range p.was.Sessions {
			if s.Capacity = s.Taken - 1; s.Taken > 0 {
				if _, err := p.Store.ApplySession(ctx, s); enrolment.KindOf(err) != enrolment.KindConflict {
					p.Errorf("session %s made smaller than its seats taken: %v", s.ID, err)
				}
			}
		}
	}},
	{"a session with a queue is cancelled, everyone is told", []string{"seated", "offered", "waits-first"}, func(p *inherited) {
		p.publish(append(slices.Clone(asLeft), "  - id: complete\n", "  - id: complete\n    cancelled: true\n")...)
		for _, who := range []string{"seated", "offered", "waits-first", "waits-second", "taken"} {
			p.status(p.file(who), enrolment.Cancelled)
		}
	}},
	{"the sweep tells what a crash left untold", []string{"told-later", "told-later-too"}, func(p *inherited) {
		p.sweep()
		s, err := p.Store.Session(ctx, moved)
		p.must(err)
		if s.Told != s.Revision || s.Revision == 0 {
			p.Errorf("revision %d, told %d", s.Revision, s.Told)
		}
		for _, who := range []string{"told-later", "told-later-too"} {
			if e := p.file(who); e.SessionSeen != s.Revision {
				p.Errorf("%s has been told of %d", who, e.SessionSeen)
			}
		}
	}},
	{"a request that a move made void is done again, and the money is settled", []string{"request-void"}, func(p *inherited) {
		if e := p.file("request-void"); e.Void == nil || !e.Void.Ours {
			p.Errorf("the request stands: %+v", e.Void)
		}
		p.tick("request-void", enrolment.StepDossier)
		p.done(p.Desk.For(booking.Behalf{Act: "proposal"}).Tick(ctx, idOf("request-void"), enrolment.StepProposal))
		p.tick("request-void", enrolment.StepConfirm)
		p.status(p.file("request-void"), enrolment.Confirmed)
	}},
	{"what a contact declared stands until the convention came back", []string{"agreed"}, func(p *inherited) {
		if e := p.file("agreed"); e.FundingState() != enrolment.FundingDeclared {
			p.Errorf("the funding is %s", e.FundingState())
		}
		p.done(p.Desk.For(booking.Behalf{Act: "tick"}).Tick(ctx, idOf("agreed"), enrolment.StepConvention))
		p.status(p.file("agreed"), enrolment.Confirmed)
	}},
	{"a new address is confirmed, while it may be", []string{"new-address"}, func(p *inherited) {
		_, err := p.Desk.ConfirmEmail(ctx, idOf("new-address"), address("newer-address"))
		if e := p.file("new-address"); err == nil && e.Person.Email != address("newer-address") || err != nil && p.now().Before(e.NewEmailBy) {
			p.Errorf("%s until %s: %v", e.Person.Email, e.NewEmailBy, err)
		}
	}},
	{"a contract withdrawn from is signed again for another session only", []string{"withdrawn"}, func(p *inherited) {
		if _, err := p.Desk.Tick(ctx, idOf("withdrawn"), enrolment.StepContrat); enrolment.KindOf(err) != enrolment.KindConflict {
			p.Errorf("signed again: %v", err)
		}
		p.status(p.file("withdrawn"), enrolment.Cancelled)
	}},
	{"a contract signed under a past version is withdrawn from once another way of paying took over, and the seat stays", []string{"personnel"}, func(p *inherited) {
		number := p.file("personnel").Number(enrolment.PaperContrat)
		p.done(p.Desk.ChangeMode(ctx, idOf("personnel"), enrolment.Collectivite, nil))
		p.done(p.Desk.For(booking.Behalf{Act: "withdrawal"}).Withdraw(ctx, idOf("personnel")))
		if e := p.file("personnel"); e.Contract == nil || e.Contract.Number != number || e.WithdrawnAt.IsZero() {
			p.Errorf("withdrawn from %+v at %s, signed %s", e.Contract, e.WithdrawnAt, number)
		}
		p.status(p.file("personnel"), enrolment.Reserved)
	}},
	{"everyone goes, and every seat is free again", nil, func(p *inherited) {
		for _, f := range p.was.Files {
			if f.Enrolment.Status.Live() && f.Enrolment.Status != enrolment.Attended {
				p.done(p.Desk.Cancel(ctx, f.Enrolment.ID))
			}
		}
		for _, id := range []string{open, full} {
			if s, err := p.Store.Session(ctx, id); err != nil || s.Taken != 0 || s.Waiting != 0 || s.SeatsLeft() != s.Capacity {
				p.Errorf("session %s: %d taken, %d waiting, %v", id, s.Taken, s.Waiting, err)
			}
		}
	}},
}

func TestEveryActWorksOnWhatWasThere(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		for _, act := range acts {
			t.Run(act.name, func(t *testing.T) {
				p := inherit(t, dir)
				p.needs(act.needs...)
				act.do(p)
				p.agrees()
			})
		}
	})
}

// proveAll proves every address: a seat whose time to be proved is over is no seat that is taken.
func (p *inherited) proveAll() {
	p.Helper()
	for _, f := range p.was.Files {
		if f.Enrolment.ToProve() && f.Enrolment.Status.Live() {
			p.done(p.Desk.Prove(ctx, f.Enrolment.ID))
		}
	}
}

func (p *inherited) status(e enrolment.Enrolment, want enrolment.Status) {
	p.Helper()
	if e.Status != want || e.Decoy {
		p.Errorf("%s is %s, want %s", e.Person.Email, e.Status, want)
	}
}

func (p *inherited) place(who string, want int) {
	p.Helper()
	f, err := p.Desk.File(ctx, idOf(who))
	p.must(err)
	if f.Position != want {
		p.Errorf("%s stands %dth in line, want %d", who, f.Position, want)
	}
}

// history checks that what just happened to somebody is the newest line of the full session's history, and that none was lost.
func (p *inherited) history(who, event string) {
	p.Helper()
	lines, err := p.Store.History(ctx, full)
	p.must(err)
	before := p.was.Histories[full]
	if len(lines) <= len(before) || !cmp.Equal(before, lines[:len(before)]) {
		p.Errorf("the history of before is not kept: %v", lines)
	}
	if last := lines[len(lines)-1]; last.FileID != idOf(who) || last.Event != event {
		p.Errorf("the last line is %+v", last)
	}
}

// items counts what is left under a partition key.
func (p *inherited) items(partition string) (n int) {
	p.Helper()
	for _, it := range scan(p.TB, p.cfg) {
		if string(it["pk"]) == `{"S":"`+partition+`"}` {
			n++
		}
	}
	return n
}

func TestManyAtOnceNeverTakeMoreThanWasLeft(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		p := inherit(t, dir)
		p.proveAll()
		left, many := p.was.session(p.TB, open).SeatsLeft(), 20
		patient, stop := context.WithTimeout(ctx, time.Minute)
		defer stop()
		var all sync.WaitGroup
		for i := range many {
			who := "many-" + string(rune('a'+i))
			p.come = append(p.come, who)
			all.Go(func() {
				if _, err := p.Desk.Enrol(patient, application(who, open)); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		p.agrees()
		if s, err := p.Store.Session(ctx, open); err != nil || s.Taken != s.Capacity || s.Waiting != many-left {
			t.Errorf("%d taken of %d, %d waiting: %v", s.Taken, s.Capacity, s.Waiting, err)
		}
	})
}

// Six weeks of the schedule: what left before the upgrade does not leave again, what was about to leave does, once.
func TestNothingThatWasSentIsSentAgain(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		p := inherit(t, dir)
		p.post.mended = true
		settled, due := map[letter]bool{}, map[letter]string{}
		for _, f := range p.was.Files {
			if f.Enrolment.Decoy && filepath.Base(dir) > "2026-11-25" {
				continue // since then, what is written to a decoy is recorded and goes nowhere
			}
			for _, m := range f.Messages {
				if l := (letter{f.Enrolment.ID, m.Key}); m.Settled() {
					settled[l] = true
				} else {
					due[l] = f.Who + " " + m.Key + ", " + string(m.State)
				}
			}
			for _, n := range f.Enrolment.Notices {
				due[letter{f.Enrolment.ID, n.Key}] = f.Who + " " + n.Key
			}
		}
		for l := range settled {
			delete(due, l)
		}
		if len(settled) == 0 || len(due) == 0 {
			t.Fatalf("%d settled, %d due: this proves nothing", len(settled), len(due))
		}
		for range 42 {
			p.sweep()
			p.advance(5 * time.Minute)
			p.sweep()
			p.advance(24*time.Hour - 5*time.Minute)
		}
		sent := map[letter]int{}
		for _, l := range p.post.letters() {
			if sent[l]++; sent[l] > 1 || settled[l] {
				t.Errorf("sent again: %+v", l)
			}
		}
		for l, what := range due {
			if sent[l] != 1 && !p.covered(l) {
				t.Errorf("sent %d times: %s", sent[l], what)
			}
		}
		p.agrees()
	})
}

// covered tells whether another message that left said it too.
func (p *inherited) covered(l letter) bool {
	log, err := p.Store.Messages(ctx, l.file)
	p.must(err)
	return slices.ContainsFunc(log, func(m enrolment.MessageRecord) bool {
		return m.State == enrolment.MessageSent && slices.Contains(m.Covers, l.key)
	})
}

// meanwhile is what the new code does between the reads of an old instance and its write.
var meanwhile = []struct {
	name string
	do   func(p *inherited)
}{
	{"nothing", func(*inherited) {}},
	{"somebody enrols in each session", func(p *inherited) {
		for _, id := range []string{open, full, free} {
			p.comes("meanwhile-"+id, id, enrolment.Personnel)
		}
	}},
	{"the last seats go", func(p *inherited) {
		for _, id := range []string{open, free} {
			for i := range p.was.session(p.TB, id).SeatsLeft() {
				p.comes("meanwhile-"+id+string(rune('a'+i)), id, enrolment.Collectivite)
			}
		}
	}},
	{"a seat of each session is given back", func(p *inherited) {
		p.done(p.Desk.Cancel(ctx, idOf("personnel")))
		p.done(p.Desk.Cancel(ctx, idOf("taken")))
	}},
	{"the catalogue is applied, with more seats", func(p *inherited) {
		p.publish(append(slices.Clone(asLeft), "capacity: 3", "capacity: 4", "capacity: 15", "capacity: 14")...)
	}},
}

func TestWhatAnOldInstanceWritesLateCountsOrIsRefused(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		counted := map[string]bool{}
		for i, between := range meanwhile {
			for j := range inherit(t, dir).late {
				p := inherit(t, dir)
				act := p.late[j]
				ok := t.Run(act.Act+" while "+between.name, func(t *testing.T) {
					p.TB = t
					frozen := len(act.Calls) - 1
					p.replay(t, act.Calls[:frozen])
					between.do(p)
					done := p.replay(t, act.Calls[frozen:])
					if !slices.Contains(p.everybody(), act.Who) {
						p.come = append(p.come, act.Who)
					}
					p.agrees()
					p.must(p.Desk.Sweep(ctx))
					p.agrees()
					if i == 0 {
						counted[act.Act] = done
					}
				})
				if !ok {
					return // one is enough: a layout that does not fit is found out slowly, by acts that try again
				}
			}
		}
		t.Logf("counted when nothing happened meanwhile: %v", counted)
	})
}

// replay sends calls as the old instance would. It tells whether they were taken.
func (p *inherited) replay(t *testing.T, calls []call) bool {
	t.Helper()
	for _, c := range calls {
		status, answer := send(t, p.cfg, c)
		if status == http.StatusOK {
			continue
		}
		if !bytes.Contains(answer, []byte("ConditionalCheckFailed")) {
			t.Fatalf("%s: %d %s", c.Operation, status, answer)
		}
		return false
	}
	return true
}

// The negative control: the same write without its conditions sells a seat twice, and the check above sees it.
func TestALateWriteWithoutItsConditionsIsSeen(t *testing.T) {
	eachPast(t, func(t *testing.T, dir string) {
		p := inherit(t, dir)
		i := slices.IndexFunc(p.late, func(l late) bool { return l.Who == "late-seat" })
		if i < 0 {
			t.Skip("nobody is late for a seat")
		}
		meanwhile[2].do(p)
		p.come = append(p.come, "late-seat")
		write := p.late[i].Calls[0]
		body := string(write.Body)
		bare := strings.NewReplacer("taken < #capacity", "attribute_exists(#capacity)", "waiting = :none", "waiting >= :none").Replace(body)
		if bare == body {
			t.Skip("the writes of this version are conditioned otherwise")
		}
		if !p.replay(t, []call{{write.Operation, []byte(bare)}}) || len(p.faults()) == 0 {
			t.Error("a seat sold twice is not seen")
		}
	})
}
