package main

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// exported writes the table to a file and gives what it says.
func (b *bench) exported() []byte {
	b.Helper()
	file := filepath.Join(b.TempDir(), "export.yaml")
	if _, err := b.command("-file", file, "-table", dynamotest.TableName, "-export"); err != nil {
		b.Fatal(err)
	}
	src, err := os.ReadFile(file)
	if err != nil {
		b.Fatal(err)
	}
	if picture, err := os.ReadFile(filepath.Join(filepath.Dir(file), "logo.png")); err == nil && string(picture) != string(b.logo) {
		b.Error("another logo")
	}
	return src
}

// editor acts as somebody of the team, in the browser.
func (b *bench) editor() catalogue.Editor {
	return catalogue.Editor{Table: b.store, Rules: b.guide, Now: b.now}
}

var claire = enrolment.Actor{Sub: "s", Name: "Claire Gestion", Role: enrolment.RoleGestion}

func TestWhatIsExportedChangesNothingWhenItIsApplied(t *testing.T) {
	b := newBench(t)
	var picture bytes.Buffer
	if err := png.Encode(&picture, image.NewGray(image.Rect(0, 0, 8, 8))); err != nil {
		t.Fatal(err)
	}
	b.logo = picture.Bytes()
	b.apply(sample(t, "  iban:", "  logo: \"logo.png\"\n  iban:"))
	if _, err := b.editor().Cancel(t.Context(), claire, "urbanisme-tours-20270208", "salle prise", false); err != nil {
		t.Fatal(err)
	}
	src := b.exported()
	before, org := b.sessions(), b.organisation()
	if out := b.apply(src); out != nothing {
		t.Errorf("%s\n%s", out, src)
	}
	if diff := cmp.Diff(before, b.sessions()) + cmp.Diff(org, b.organisation()); diff != "" {
		t.Error(diff)
	}
	fresh := newBench(t)
	fresh.logo = b.logo
	fresh.apply(src)
	if diff := cmp.Diff(stripped(before), stripped(fresh.sessions())) + cmp.Diff(org, fresh.organisation()); diff != "" {
		t.Errorf("in an empty table: %s", diff)
	}
	if again := fresh.exported(); strings.Replace(string(src), "revision: 1\n", "revision: 0\n", 1) != string(again) {
		t.Errorf("exported again:\n%s", cmp.Diff(string(src), string(again)))
	}
}

// stripped leaves out what only a life makes.
func stripped(all []enrolment.Session) (out []enrolment.Session) {
	for _, s := range all {
		s.Revision, s.Told, s.Counters = 0, 0, nil
		out = append(out, s)
	}
	return out
}

func (b *bench) organisation() enrolment.Organisation {
	b.Helper()
	o, err := b.store.Organisation(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return o
}

func TestAnExportNeverWritesOverAFile(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	file := filepath.Join(t.TempDir(), "mine.yaml")
	if err := os.WriteFile(file, []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := b.command("-file", file, "-table", dynamotest.TableName, "-export"); err == nil {
		t.Error("written over")
	}
	if src, _ := os.ReadFile(file); string(src) != "mine" {
		t.Error(string(src))
	}
}

func TestAFileDoesNotReopenWhatWasCancelledInTheBrowser(t *testing.T) {
	b := newBench(t)
	old := sample(t)
	b.apply(old)
	s := b.session("budget-nantes-")
	if _, err := b.editor().Cancel(t.Context(), claire, s.ID, "formateur malade", false); err != nil {
		t.Fatal(err)
	}
	for _, extra := range [][]string{{"-check"}, nil} {
		_, err := b.try(dated(t, s), extra...)
		if err == nil || !strings.Contains(err.Error(), "session « "+s.ID+" » : changée dans le navigateur le 23/11/2026, par Claire Gestion") || !strings.Contains(err.Error(), "cancelled : « oui » → « rien »") {
			t.Errorf("%v: %v", extra, err)
		}
	}
	if now, _ := b.store.Session(t.Context(), s.ID); now.Status != enrolment.SessionCancelled {
		t.Fatal("reopened")
	}
	if out, err := b.try(dated(t, s), "-force"); err != nil || !strings.Contains(out, "rouverte") {
		t.Errorf("%s %v", out, err)
	}
	if out, err := b.try(dated(t, s)); err != nil || out != nothing {
		t.Errorf("once forced, the file is the table's: %s %v", out, err)
	}
}

// dated is the sample with the session under the dates that it was given.
func dated(t *testing.T, s enrolment.Session) []byte {
	day := s.Start().Format("2006-01-02")
	src := string(sample(t, "id: budget-nantes\n", "id: "+s.ID+"\n"))
	before, after, _ := strings.Cut(src, "id: "+s.ID+"\n")
	return []byte(before + "id: " + s.ID + "\n" + strings.Replace(after, `"+45"`, `"`+day+`"`, 2))
}

func TestAnOldFileIsRefusedWhereAFormChangedSomethingAndOnlyThere(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	s := b.session("budget-nantes-")
	text, seen, err := b.editor().Read(t.Context(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	text.Capacity, text.Place = 15, "Hôtel de ville"
	if _, err := b.editor().Save(t.Context(), claire, text, seen, "", false); err != nil {
		t.Fatal(err)
	}
	_, err = b.try(sample(t))
	if err == nil || !strings.Contains(err.Error(), "place : « Hôtel de ville » → « Maison des communes (exemple), Nantes » ; capacity : « 15 » → « 12 »") {
		t.Fatal(err)
	}
	if now := b.session("budget-nantes-"); now.Capacity != 15 {
		t.Fatal("undone")
	}
	// What the browser made, written into the file by hand, is no conflict; and from then on the file may go on.
	same := func(capacity string) []byte {
		src := string(sample(t))
		before, after, _ := strings.Cut(src, "id: budget-nantes\n")
		after = strings.Replace(after, "Maison des communes (exemple), Nantes", "Hôtel de ville", 1)
		return []byte(before + "id: budget-nantes\n" + strings.Replace(after, "capacity: 12", "capacity: "+capacity, 1))
	}
	if out, err := b.try(same("15")); err != nil || out != nothing {
		t.Fatalf("%s %v", out, err)
	}
	if out, err := b.try(same("14")); err != nil || !strings.Contains(out, "14 places au lieu de 15") {
		t.Fatalf("%s %v", out, err)
	}
	// A file exported after the change knows of it.
	text, seen, _ = b.editor().Read(t.Context(), s.ID)
	text.Minimum = 2
	if _, err := b.editor().Save(t.Context(), claire, text, seen, "", false); err != nil {
		t.Fatal(err)
	}
	src := strings.Replace(string(b.exported()), "minimum: 2\n", "minimum: 3\n", 1)
	if out, err := b.try([]byte(src)); err != nil || !strings.Contains(out, "modifiée") {
		t.Fatalf("%s %v", out, err)
	}
}

func TestTwoWhoEditAtOnceDoNotUndoEachOther(t *testing.T) {
	b := newBench(t)
	b.apply(sample(t))
	s := b.session("budget-nantes-")
	text, seen, err := b.editor().Read(t.Context(), s.ID)
	if err != nil {
		t.Fatal(err)
	}
	mine, theirs := text, text
	mine.Capacity, theirs.Minimum = 14, 1
	if _, err := b.editor().Save(t.Context(), claire, mine, seen, "", false); err != nil {
		t.Fatal(err)
	}
	if _, err := b.editor().Save(t.Context(), claire, theirs, seen, "", false); enrolment.KindOf(err) != enrolment.KindChanged {
		t.Errorf("%v", err)
	}
	g, err := catalogue.Survey(t.Context(), b.store, b.guide, b.at)
	if err != nil {
		t.Fatal(err)
	}
	late := enrolment.Publication{Thing: enrolment.SessionThing(s.ID), Seen: g.Edits.Revision + 1}
	s.Capacity = 9
	if _, err := b.store.PublishSession(t.Context(), s, late); enrolment.KindOf(err) != enrolment.KindChanged {
		t.Errorf("decided upon what was changed meanwhile: %v", err)
	}
}
