package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/infra/bench/chapter"
)

func TestSectionsComeInTheOrderOfTheDocument(t *testing.T) {
	all := sections(true)
	if chosen, err := choose(all, "reminders,seats"); err != nil || len(chosen) != 2 || chosen[0].Name != "seats" {
		t.Errorf("%v, %v: want both in the order of BENCH.md", chosen, err)
	}
	if chosen, err := choose(all, ""); err != nil || len(chosen) != 8 || chosen[7].Name != "cost" {
		t.Errorf("%v, %v: want all eight, the cost last", chosen, err)
	}
	if _, err := choose(all, "seats,cellar"); err == nil {
		t.Error("no word about a section that does not exist")
	}
}

func TestAChapterMeasuredAgainLeavesTheOthers(t *testing.T) {
	doc := replace(replace(replace("# Title\n", "a", "## A\n\n1\n"), "b", "## B\n\n### B2\n\n2\n"), "c", "## C\n\n3\n")
	want := "# Title\n\n" + mark("a") + "## A\n\n1\n\n" + mark("b") + "## B\n\n9\n\n" + mark("c") + "## C\n\n3\n"
	if got := replace(doc, "b", "## B\n\n9"); got != want {
		t.Errorf("%s\nwant\n%s", got, want)
	}
	file := filepath.Join(t.TempDir(), "BENCH.md")
	if err := os.WriteFile(file, []byte(doc), 0o600); err != nil {
		t.Fatal(err)
	}
	if got, err := begin(file, "b", false); err != nil || got != doc {
		t.Errorf("with -only the file is begun anew: %v\n%s", err, got)
	}
	got, err := begin(file, "", false)
	if _, chapters, _ := strings.Cut(got, "\n\n"+mark("a")); err != nil || strings.Contains(got, "# Title") || mark("a")+chapters != doc[strings.Index(doc, mark("a")):] {
		t.Errorf("a whole bench: %v, want a new head before the chapters of the file\n%s", err, got)
	}
}

func TestAChapterThatFailsStaysAsItWasAndTheOthersAreWritten(t *testing.T) {
	file := filepath.Join(t.TempDir(), "BENCH.md")
	doc := replace(replace("# Title\n", "a", "old a"), "b", "old b")
	says := func(err error) func(context.Context, io.Writer) error {
		return func(_ context.Context, out io.Writer) error {
			fmt.Fprint(out, "new")
			return err
		}
	}
	err := measure(t.Context(), []chapter.Part{{Name: "a", Write: says(errors.New("too late"))}, {Name: "b", Write: says(nil)}}, doc, file)
	if err == nil || !strings.Contains(err.Error(), "a: too late") {
		t.Errorf("%v: the command does not say what failed", err)
	}
	raw, err := os.ReadFile(file)
	if got := string(raw); err != nil || !strings.Contains(got, "old a") || strings.Contains(got, "old b") || !strings.Contains(got, "new\n*Measured on ") {
		t.Errorf("%v\n%s", err, raw)
	}
}
