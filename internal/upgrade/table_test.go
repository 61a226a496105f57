package upgrade_test

import (
	"bytes"
	cmporder "cmp"
	"context"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/echarpe/echarpe/internal/config"
	"github.com/echarpe/echarpe/internal/enrolment"
)

var write = flag.String("write", "", "keep the table that this version writes, under the name of its day")

// TestTheWholeTable lives the story with this version and looks at what it wrote: every kind of item in every state. With -write it keeps it.
func TestTheWholeTable(t *testing.T) {
	h := newHouse(t, storyBegins)
	h.tell()
	items := scan(t, h.cfg)
	k := h.read([]string{past, open, full, moved, cancelled, postponed, free}, cast, []string{"budget", "accueil"})
	wholeTable(t, k)
	if *write != "" {
		keep(t, filepath.Join("testdata", *write), items, k, h.freeze())
	}
}

// wholeTable fails when the story lacks something that a table may hold.
func wholeTable(t *testing.T, k kept) {
	t.Helper()
	seen := map[string]bool{}
	for _, f := range k.Files {
		e := f.Enrolment
		seen[string(e.Status)], seen[string(e.Mode)] = true, true
		for name, there := range map[string]bool{
			"decoy": e.Decoy, "unreachable": e.Unreachable, "reminders off": e.RemindersOff, "due": !e.DueAt.IsZero(), "notice": len(e.Notices) > 0, "contact": e.Contact != nil,
			"void": e.Void != nil, "came from": e.CameFrom != "", "to prove": !e.ProveBy.IsZero(), "proved": !e.ProvedAt.IsZero(), "terms": !e.Terms.Since.IsZero(),
			"reply": e.Reply != nil, "cancelled for": e.CancelledFor != "", "withdrawn": !e.WithdrawnAt.IsZero(), "new address": e.NewEmail != "", "duty": e.Todo.Kind != "",
		} {
			seen[name] = seen[name] || there
		}
		for _, m := range f.Messages {
			seen["message "+string(m.State)] = true
			seen["covers"] = seen["covers"] || len(m.Covers) > 0
		}
	}
	for _, s := range k.Sessions {
		seen["was"] = seen["was"] || s.Was != nil
		seen["session "+string(s.Status)], seen["remote"], seen["to tell"] = true, seen["remote"] || s.Remote, seen["to tell"] || s.Told < s.Revision
	}
	for _, event := range k.Histories[full] {
		seen["queue "+event.Event] = true
	}
	for _, name := range []string{
		"reserved", "confirmed", "attended", "waiting", "offered", "cancelled", "expired", "dife", "collectivite", "personnel",
		"decoy", "unreachable", "reminders off", "due", "notice", "contact", "covers",
		"void", "came from", "to prove", "proved", "terms", "reply", "cancelled for", "withdrawn", "new address", "duty", "was",
		"message claimed", "message sent", "message retry", "message refused", "message dead", "message lapsed", "message bounced",
		"session open", "session cancelled", "remote", "to tell",
		"queue joined", "queue offered", "queue taken", "queue declined", "queue expired", "queue left",
	} {
		if !seen[name] {
			t.Errorf("the story has no %s", name)
		}
	}
}

func keep(t *testing.T, dir string, items []item, k kept, acts []late) {
	t.Helper()
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal("what was deployed is not written again: ", err)
	}
	keepList(t, filepath.Join(dir, "table.json"), items)
	keepList(t, filepath.Join(dir, "late.json"), acts)
	raw, err := json.MarshalIndent(k, "", "\t")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "kept.json"), append(raw, '\n'), 0o644); err != nil {
		t.Fatal(err)
	}
}

// keepList writes a list, a line for each element.
func keepList[T any](t *testing.T, path string, list []T) {
	t.Helper()
	var b bytes.Buffer
	plain := json.NewEncoder(&b)
	plain.SetEscapeHTML(false)
	for i, v := range list {
		b.WriteString(map[bool]string{true: "[\n", false: ","}[i == 0])
		if err := plain.Encode(v); err != nil {
			t.Fatal(err)
		}
	}
	b.WriteString("]\n")
	if err := os.WriteFile(path, b.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// inherited is the house of today over a table of the past.
type inherited struct {
	*house
	was  kept
	late []late
	come []string // who came since
}

// eachPast runs a test for every table of the past; inherit opens it as often as the test asks.
func eachPast(t *testing.T, test func(t *testing.T, dir string)) {
	t.Helper()
	tables, err := filepath.Glob("testdata/*/table.json")
	if err != nil || len(tables) == 0 {
		t.Fatal("no table of the past: ", err)
	}
	for _, path := range tables {
		dir := filepath.Dir(path)
		t.Run(filepath.Base(dir), func(t *testing.T) { test(t, dir) })
	}
}

// inherit loads a table of the past into a database of its own, under the clock at which it was kept.
func inherit(t testing.TB, dir string, change ...func(*config.Config)) *inherited {
	t.Helper()
	p := &inherited{}
	var items []item
	fromJSON(t, filepath.Join(dir, "kept.json"), &p.was)
	fromJSON(t, filepath.Join(dir, "table.json"), &items)
	fromJSON(t, filepath.Join(dir, "late.json"), &p.late)
	p.house = newHouse(t, p.was.At, change...)
	load(t, p.cfg, items)
	return p
}

// fromJSON reads a file strictly: a field that the domain has lost is a field that an upgrade would lose.
func fromJSON(t testing.TB, path string, into any) {
	t.Helper()
	raw, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	d := json.NewDecoder(bytes.NewReader(raw))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
}

// session gives a session as it was.
func (k kept) session(t testing.TB, id string) enrolment.Session {
	t.Helper()
	i := slices.IndexFunc(k.Sessions, func(s enrolment.Session) bool { return s.ID == id })
	if i < 0 {
		t.Skipf("this table has no session %s", id)
	}
	return k.Sessions[i]
}

// needs skips what a table of before somebody joined the story cannot show.
func (p *inherited) needs(people ...string) {
	p.Helper()
	for _, who := range people {
		if !slices.ContainsFunc(p.was.Files, func(f keptFile) bool { return f.Who == who }) {
			p.Skipf("this table has no %s", who)
		}
	}
}

// everybody is who was there, and who came since.
func (p *inherited) everybody() []string {
	var people []string
	for _, f := range p.was.Files {
		people = append(people, f.Who)
	}
	return append(people, p.come...)
}

// comes enrols somebody new.
func (p *inherited) comes(who, session string, mode enrolment.Mode) enrolment.Enrolment {
	p.Helper()
	p.come = append(p.come, who)
	return p.enrol(who, session, mode)
}

// agrees fails when a session's counts, its list of files, its queue or the list of sessions do not say the same as the files.
func (p *inherited) agrees() {
	p.Helper()
	for _, fault := range p.faults() {
		p.Error(fault)
	}
}

// tally is what the files say of a session.
type tally struct {
	taken, waiting int
	live           []string // ids
	line           []enrolment.Enrolment
}

func (p *inherited) faults() (faults []string) {
	p.Helper()
	ctx, want := context.Background(), p.tallies()
	counts := func(s enrolment.Session, where string) {
		if t := want[s.ID]; s.Taken != t.taken || s.Waiting != t.waiting {
			faults = append(faults, fmt.Sprintf("session %s has %d seats taken and %d people waiting, %s says %d and %d", s.ID, t.taken, t.waiting, where, s.Taken, s.Waiting))
		}
	}
	for _, was := range p.was.Sessions {
		s, err := p.Store.Session(ctx, was.ID)
		p.must(err)
		counts(s, "the session")
		if t := want[s.ID]; t.taken > s.Capacity {
			faults = append(faults, fmt.Sprintf("session %s: %d seats taken of %d", s.ID, t.taken, s.Capacity))
		}
		files, _, err := p.Store.FilesOfSession(ctx, s.ID, "")
		p.must(err)
		if diff := cmp.Diff(want[s.ID].live, ids(files), cmpopts.SortSlices(cmporder.Less[string]), cmpopts.EquateEmpty()); diff != "" {
			faults = append(faults, fmt.Sprintf("files of session %s: %s", s.ID, diff))
		}
		faults = append(faults, p.outOfLine(want[s.ID].line)...)
	}
	p.listed(func(s enrolment.Session) { counts(s, "the list") })
	return faults
}

// tallies reads every file that may be there.
func (p *inherited) tallies() map[string]tally {
	p.Helper()
	all := map[string]tally{}
	for _, who := range p.everybody() {
		e, err := p.Store.File(context.Background(), idOf(who))
		if enrolment.KindOf(err) == enrolment.KindNotFound {
			continue // erased
		}
		p.must(err)
		t := all[e.SessionID]
		if e.Holds() {
			t.taken++
		}
		if e.Queues() {
			t.waiting++
			t.line = append(t.line, e)
		}
		if e.Claims() {
			t.live = append(t.live, e.ID)
		}
		all[e.SessionID] = t
	}
	return all
}

func ids(files []enrolment.Enrolment) (ids []string) {
	for _, e := range files {
		ids = append(ids, e.ID)
	}
	return ids
}

// outOfLine names those who wait and do not stand in the order in which they came.
func (p *inherited) outOfLine(waiting []enrolment.Enrolment) (faults []string) {
	p.Helper()
	slices.SortFunc(waiting, func(a, b enrolment.Enrolment) int {
		return cmporder.Or(a.CreatedAt.Compare(b.CreatedAt), cmporder.Compare(a.Ticket, b.Ticket))
	})
	for i, e := range waiting {
		f, err := p.Desk.File(context.Background(), e.ID)
		p.must(err)
		if f.Position != i+1 {
			faults = append(faults, fmt.Sprintf("%s stands %dth in line, not %dth", e.Person.Email, f.Position, i+1))
		}
	}
	return faults
}

// listed walks the list of open sessions.
func (p *inherited) listed(each func(enrolment.Session)) {
	p.Helper()
	for cursor, first := "", true; first || cursor != ""; first = false {
		page, next, err := p.Store.Sessions(context.Background(), p.now(), cursor)
		p.must(err)
		for _, s := range page {
			each(s)
		}
		cursor = next
	}
}
