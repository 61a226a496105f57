package main

import (
	"os"
	"path/filepath"
	"testing"
)

func TestSectionsComeInTheOrderOfTheDocument(t *testing.T) {
	all := sections(true)
	if chosen, err := choose(all, "reminders,seats"); err != nil || len(chosen) != 2 || chosen[0].name != "seats" {
		t.Errorf("%v, %v: want both in the order of BENCH.md", chosen, err)
	}
	if chosen, err := choose(all, ""); err != nil || len(chosen) != 8 || chosen[7].name != "cost" {
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
	if got, err := begin(file, "", false); err != nil || got == doc {
		t.Errorf("the whole file keeps what it was: %v", err)
	}
}
