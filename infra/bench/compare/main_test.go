package main

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

func script(t *testing.T, body string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "enrol")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+body+"\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestEachSystemIsAskedInTurnAndItsFailuresAreCounted(t *testing.T) {
	asked := filepath.Join(t.TempDir(), "asked")
	systems, err := parse([]string{"kind=" + script(t, "echo $1 >> "+asked) + "@" + strconv.Itoa(os.Getpid()), "deaf=" + script(t, "exit 1")})
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range systems {
		if err := s.turn(t.Context(), "run", 6, 3); err != nil {
			t.Fatal(err)
		}
	}
	raw, _ := os.ReadFile(asked)
	if lines := strings.Fields(string(raw)); len(lines) != 6 || len(systems[0].times) != 6 || systems[1].failed != 6 {
		t.Errorf("%v, %d, %d", lines, len(systems[0].times), systems[1].failed)
	}
	if shown := table(systems); !strings.Contains(shown, "| kind | 6 | 0 |") || !strings.Contains(shown, "| deaf | 0 | 6 | 0.0 | 0s | 0s | not measured |") {
		t.Error(shown)
	}
}

func TestProcessorTimeIsTheProcesss(t *testing.T) {
	s := system{pids: []string{strconv.Itoa(os.Getpid())}}
	before, err := s.spent()
	if err != nil {
		t.Skip("no /proc here: ", err)
	}
	for begun := time.Now(); time.Since(begun) < 200*time.Millisecond; {
	}
	after, err := s.spent()
	if spent := after - before; err != nil || spent <= 0 || spent > 5*time.Second {
		t.Errorf("a busy fifth of a second spent %s (%v)", spent, err)
	}
}

func TestASystemIsANameAndAScript(t *testing.T) {
	for _, args := range [][]string{nil, {"nothing"}, {"=x"}, {"x="}} {
		if _, err := parse(args); err == nil {
			t.Errorf("%q accepted", args)
		}
	}
}
