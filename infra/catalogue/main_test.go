package main

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// bench is a table, the command over it, and the desk of people.
type bench struct {
	*testing.T
	at    time.Time
	store *dynamo.Store
	logo  []byte // beside the catalogue, as logo.png
	desk  *booking.Desk
	guide *guide.Guide
}

func newBench(t *testing.T) *bench {
	t.Helper()
	b := &bench{T: t, at: time.Date(2026, 11, 23, 9, 0, 0, 0, guide.Paris)}
	b.store = dynamotest.Store(t, b.now)
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	b.guide, b.desk = g, booking.New(b.store, g, b.now)
	return b
}

func (b *bench) now() time.Time { return b.at }

func (b *bench) try(src []byte, extra ...string) (string, error) {
	b.Helper()
	file := filepath.Join(b.TempDir(), "catalogue.yaml")
	if err := os.WriteFile(file, src, 0o644); err != nil {
		b.Fatal(err)
	}
	if b.logo != nil {
		if err := os.WriteFile(filepath.Join(filepath.Dir(file), "logo.png"), b.logo, 0o644); err != nil {
			b.Fatal(err)
		}
	}
	return b.command(append([]string{"-file", file, "-table", dynamotest.TableName}, extra...)...)
}

func (b *bench) command(args ...string) (string, error) {
	b.Helper()
	var out bytes.Buffer
	err := run(b.Context(), args, &out, b.now, func(context.Context, string, func() time.Time) (*dynamo.Store, error) { return b.store, nil })
	return out.String(), err
}

func (b *bench) apply(src []byte) string {
	b.Helper()
	out, err := b.try(src)
	if err != nil {
		b.Fatalf("apply: %v", err)
	}
	return out
}

func (b *bench) sessions() []enrolment.Session {
	b.Helper()
	g, err := catalogue.Survey(b.Context(), b.store, b.guide, b.at)
	if err != nil {
		b.Fatal(err)
	}
	return g.Sessions
}

func (b *bench) session(prefix string) enrolment.Session {
	b.Helper()
	for _, s := range b.sessions() {
		if strings.HasPrefix(s.ID, prefix) {
			return s
		}
	}
	b.Fatalf("no session %s", prefix)
	return enrolment.Session{}
}

func (b *bench) enrol(s enrolment.Session, who int) booking.File {
	b.Helper()
	f, err := b.desk.Enrol(b.Context(), booking.Application{
		Key: fmt.Sprintf("00000000-0000-4000-8000-%012d", who), SessionID: s.ID, Mode: enrolment.Collectivite,
		Person:  enrolment.Person{FirstName: "Anne", LastName: "Exemple", Email: fmt.Sprintf("elu%d@example.fr", who)},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune d’Exemple"},
	})
	if err != nil {
		b.Fatal(err)
	}
	return f
}

func sample(t testing.TB, oldNew ...string) []byte {
	t.Helper()
	raw, err := os.ReadFile("sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	src := string(raw)
	for i := 0; i < len(oldNew); i += 2 {
		if !strings.Contains(src, oldNew[i]) {
			t.Fatalf("the sample has no %q", oldNew[i])
		}
		src = strings.Replace(src, oldNew[i], oldNew[i+1], 1)
	}
	return []byte(src)
}

const nothing = "Rien à changer : la table est à jour.\n"

func TestApplyingTwiceOrTheDayAfterChangesNothing(t *testing.T) {
	b := newBench(t)
	if out := b.apply(sample(t)); strings.Count(out, "créée") != 9 || strings.Count(out, "enregistrée") != 5 {
		t.Fatalf("first time:\n%s", out)
	}
	before := b.sessions()
	for range 3 {
		if out := b.apply(sample(t)); out != nothing {
			t.Errorf("on %s:\n%s", b.at.Format(time.DateOnly), out)
		}
		b.at = b.at.AddDate(0, 0, 1)
	}
	if diff := cmp.Diff(before, b.sessions()); diff != "" {
		t.Error(diff)
	}
}

func TestTheLogoIsReadBesideTheCatalogue(t *testing.T) {
	b := newBench(t)
	src := sample(t, "  iban:", "  logo: \"logo.png\"\n  iban:")
	if _, err := b.try(src); err == nil || !strings.Contains(err.Error(), "ne peut pas être lu") {
		t.Errorf("without the file: got %v", err)
	}
	for name, bad := range map[string][]byte{"a drawing": []byte("<svg/>"), "too heavy": make([]byte, 200_000), "cut short": []byte("\x89PNG\r\n\x1a\n")} {
		b.logo = bad
		if _, err := b.try(src); err == nil || !strings.Contains(err.Error(), "doit être une image PNG ou JPEG de 150 ko") {
			t.Errorf("%s: got %v", name, err)
		}
	}
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	b.logo = picture.Bytes()
	b.apply(src)
	if out := b.apply(src); out != nothing {
		t.Errorf("the second time:\n%s", out)
	}
	if o, err := b.store.Organisation(t.Context()); err != nil || !bytes.Equal(o.LogoImage, b.logo) {
		t.Errorf("the table has %d bytes of logo (%v)", len(o.LogoImage), err)
	}
	if _, err := b.try(sample(t, "  iban:", "  logo: \"../../etc/hostname\"\n  iban:")); err == nil {
		t.Error("read outside the catalogue's folder")
	}
}

func TestACheckWritesNothing(t *testing.T) {
	b := newBench(t)
	if out, err := b.try(sample(t), "-check"); err != nil || !strings.Contains(out, "Rien n’a été écrit") {
		t.Fatalf("%s%v", out, err)
	}
	if n := len(b.sessions()); n != 0 {
		t.Errorf("%d sessions were written", n)
	}
}

func TestAFaultyFileChangesNothing(t *testing.T) {
	b := newBench(t)
	_, err := b.try(sample(t, "capacity: 14", "capacity: 16", `siret: "12345678200010"`, `siret: "1"`))
	if err == nil || !strings.Contains(err.Error(), "2 à corriger") || !strings.Contains(err.Error(), "ligne ") {
		t.Errorf("got %v, want both faults with their lines", err)
	}
	if n := len(b.sessions()); n != 0 {
		t.Errorf("%d sessions were written", n)
	}
}

func TestAnEditedFileKeepsEveryEnrolment(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	s := b.session("budget-nantes-")
	file := b.enrol(s, 1)
	out := b.apply(sample(t,
		`title: "Comprendre et suivre le budget de sa commune"`, `title: "Le budget de sa commune"`,
		`place: "Maison des communes (exemple), Nantes"`, `place: "Hôtel de ville (exemple), Nantes"`,
		`priceEuros: 530`, `priceEuros: 500`))
	if !strings.Contains(out, s.ID) || !strings.Contains(out, "déplacée, les inscrits sont prévenus") {
		t.Errorf("said:\n%s", out)
	}
	after := b.session("budget-nantes-")
	if after.ID != s.ID || after.Taken != 1 || after.Formation.Title != "Le budget de sa commune" || !after.Start().Equal(s.Start()) {
		t.Errorf("after the edit: %+v", after)
	}
	got, err := b.desk.File(t.Context(), file.Enrolment.ID)
	if err != nil || got.Enrolment.Status != enrolment.Reserved || got.Enrolment.SessionID != s.ID {
		t.Fatalf("the enrolment is %+v (%v)", got.Enrolment, err)
	}
	if last := got.Enrolment.Notices[len(got.Enrolment.Notices)-1]; last.Kind != enrolment.NoticeSessionMoved {
		t.Errorf("the holder is not told: last notice %s", last.Kind)
	}
}

func TestASessionRemovedFromTheFileIsLeftAndSaid(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	src := sample(t)
	cut := bytes.Index(src, []byte("  - id: deontologie-printemps"))
	file := b.enrol(b.session("deontologie-printemps"), 1)
	out := b.apply(src[:cut])
	if !strings.Contains(out, "deontologie-printemps") || !strings.Contains(out, "absente du fichier, laissée telle quelle") {
		t.Errorf("said:\n%s", out)
	}
	if got, err := b.desk.File(t.Context(), file.Enrolment.ID); err != nil || got.Enrolment.Status != enrolment.Reserved || got.Session.Status != enrolment.SessionOpen {
		t.Errorf("the enrolment is %+v (%v)", got, err)
	}
}

func TestCancellingIsSaidToEveryoneOnce(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	file := b.enrol(b.session("parole-rennes-"), 1)
	cancelled := sample(t, "  - id: parole-rennes\n", "  - id: parole-rennes\n    cancelled: true\n")
	if out := b.apply(cancelled); !strings.Contains(out, "annulée") {
		t.Errorf("said:\n%s", out)
	}
	got, err := b.desk.File(t.Context(), file.Enrolment.ID)
	if err != nil || got.Enrolment.Status != enrolment.Cancelled {
		t.Fatalf("the enrolment is %+v (%v)", got.Enrolment, err)
	}
	if out := b.apply(cancelled); out != nothing {
		t.Errorf("the second time:\n%s", out)
	}
	again, err := b.desk.File(t.Context(), file.Enrolment.ID)
	if err != nil || len(again.Enrolment.Notices) != len(got.Enrolment.Notices) {
		t.Errorf("told again: %v (%v)", again.Enrolment.Notices, err)
	}
}

func TestMoreSeatsAreOfferedToThoseWhoWait(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	s := b.session("parole-angers-")
	for who := range 2 {
		b.enrol(s, who)
	}
	first, second := b.enrol(s, 2), b.enrol(s, 3)
	if first.Enrolment.Status != enrolment.Waiting || second.Enrolment.Status != enrolment.Waiting {
		t.Fatalf("full session, got %s and %s", first.Enrolment.Status, second.Enrolment.Status)
	}
	b.apply(sample(t, "capacity: 2\n", "capacity: 3\n"))
	for _, c := range []struct {
		id   string
		want enrolment.Status
	}{{first.Enrolment.ID, enrolment.Offered}, {second.Enrolment.ID, enrolment.Waiting}} {
		if got, err := b.desk.File(t.Context(), c.id); err != nil || got.Enrolment.Status != c.want {
			t.Errorf("got %s (%v), want %s", got.Enrolment.Status, err, c.want)
		}
	}
}

func TestSeatsTakenAreNeverTakenBack(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	s := b.session("parole-angers-")
	for who := range 2 {
		b.enrol(s, who)
	}
	fewer := sample(t, "capacity: 2\n", "capacity: 1\n")
	_, err := b.try(fewer)
	if err == nil || !strings.Contains(err.Error(), "gardez au moins 2 places") {
		t.Errorf("got %v, want the fault of the capacity", err)
	}
	// Seats taken between the reading and the writing: the table refuses, and the fault still has its line.
	ground, err := catalogue.Survey(t.Context(), b.store, b.guide, b.at)
	if err != nil {
		t.Fatal(err)
	}
	for i := range ground.Sessions {
		ground.Sessions[i].Taken = 0
	}
	c, err := catalogue.Read(fewer, ground)
	if err != nil {
		t.Fatal(err)
	}
	if _, err = c.Apply(t.Context(), ground, b.store, b.desk); err == nil || !strings.Contains(err.Error(), "ligne ") {
		t.Errorf("got %v, want a fault with its line", err)
	}
	if after := b.session("parole-angers-"); after.Capacity != 2 || after.Taken != 2 {
		t.Errorf("after: capacity %d, taken %d", after.Capacity, after.Taken)
	}
}

func TestABegunSessionMakesRoomForItsNextOccurrence(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	old := b.session("urbanisme-visio-")
	file := b.enrol(old, 1)
	b.at = b.at.AddDate(0, 0, 10)
	if out := b.apply(sample(t)); strings.Count(out, "\n") != 1 || !strings.Contains(out, "urbanisme-visio-") {
		t.Errorf("said:\n%s", out)
	}
	if fresh := b.session("urbanisme-visio-"); fresh.ID == old.ID || fresh.Taken != 0 {
		t.Errorf("next occurrence: %+v", fresh)
	}
	if got, err := b.desk.File(t.Context(), file.Enrolment.ID); err != nil || got.Session.ID != old.ID || got.Enrolment.Status != enrolment.Reserved {
		t.Errorf("the enrolment is %+v (%v)", got, err)
	}
}

func TestAnAcceptedFileLacksNothingThatAPaperCarries(t *testing.T) {
	b := newBench(t)
	c, err := catalogue.Read(sample(t), catalogue.Ground{Now: b.at, Rules: b.guide})
	if err != nil {
		t.Fatal(err)
	}
	papers := map[enrolment.Paper]bool{}
	for _, m := range enrolment.Modes {
		for _, p := range m.Papers() {
			papers[p] = true
		}
	}
	for p := range papers {
		for _, f := range c.Formations {
			if names := document.Missing(c.Organisation, f, p); len(names) > 0 {
				t.Errorf("%s of %s lacks %v", p, f.Slug, names)
			}
		}
	}
	for _, field := range append(document.Missing(enrolment.Organisation{VAT: enrolment.VAT{}}, enrolment.Formation{}, document.Contrat),
		document.Missing(enrolment.Organisation{}, enrolment.Formation{}, document.Programme)...) {
		path, _, _ := strings.Cut(field, " ")
		name := path[strings.LastIndex(path, ".")+1:]
		if name == "mention" {
			continue
		}
		if _, err := catalogue.Read(without(t, name), catalogue.Ground{Now: b.at, Rules: b.guide}); err == nil || !strings.Contains(err.Error(), "il manque « "+name+" »") {
			t.Errorf("a file without %s: got %v, want it said", path, err)
		}
	}
}

// without removes every line of a field from the sample, and what hangs under it.
func without(t *testing.T, name string) []byte {
	t.Helper()
	var kept []string
	deep := -1
	for _, line := range strings.SplitAfter(string(sample(t)), "\n") {
		indent := len(line) - len(strings.TrimLeft(line, " "))
		if deep >= 0 && indent > deep {
			continue
		}
		deep = -1
		if strings.HasPrefix(strings.TrimLeft(line, " "), name+":") {
			deep = indent
			continue
		}
		kept = append(kept, line)
	}
	return []byte(strings.Join(kept, ""))
}

func TestTheCommandSaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		args []string
		want string
	}{
		{nil, "-file"},
		{[]string{"-file", "sample.yaml"}, "-table"},
		{[]string{"-file", "sample.yaml", "-check", "x"}, "en trop"},
		{[]string{"-file", "absent.yaml", "-check"}, "absent.yaml"},
	} {
		err := run(t.Context(), c.args, &bytes.Buffer{}, time.Now, nil)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%v: got %v, want %q", c.args, err, c.want)
		}
	}
}
