package deploytest_test

import (
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/stack"
)

// runbook gives what is wrong with the commands of a text, and how many there are.
func runbook(t *testing.T, file string) (faults []string, commands int) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), root+"/.tools/venv/bin/python", "testdata/runbook.py", file).CombinedOutput()
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	lines := strings.Split(strings.TrimSpace(string(out)), "\n")
	commands, err = strconv.Atoi(lines[len(lines)-1])
	if err != nil {
		t.Fatal(string(out))
	}
	return lines[:len(lines)-1], commands
}

func TestEveryCommandOfTheRunbookIsOneOfAWS(t *testing.T) {
	faults, commands := runbook(t, root+"/infra/RUNBOOK.md")
	if commands < 30 {
		t.Errorf("only %d commands were found", commands)
	}
	more, of := runbook(t, root+"/infra/pipeline/README.md")
	if of != 2 {
		t.Errorf("%d commands of the pipeline", of)
	}
	for _, f := range append(faults, more...) {
		t.Error(f)
	}
	bad := t.TempDir() + "/bad.md"
	wrong := "```sh\naws dynamodb delete-tables --table-name x\naws dynamodb delete-table --tabel-name x\naws dynamodb wait table-is-there --table-name x\n" +
		"aws dynamodb create-backup --table-name x\naws lambda invoke --function-name x --payload '{}' /dev/stdout\naws dynamo list\naws dynamodb delete-table --no-table-name\n```\n"
	if err := os.WriteFile(bad, []byte(wrong), 0o600); err != nil {
		t.Fatal(err)
	}
	if faults, commands := runbook(t, bad); commands != 7 || len(faults) != 7 {
		t.Errorf("of 7 commands that are wrong, %d are found so: %v", len(faults), faults)
	}
}

func TestEveryNameThatTheRunbookAsksIsAnOutput(t *testing.T) {
	text := read(root + "/infra/RUNBOOK.md")
	template, err := stack.Load(root + "/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	names := regexp.MustCompile(`\$\(output (\w+)\)`).FindAllStringSubmatch(text, -1)
	if len(names) < 10 {
		t.Error("only", len(names))
	}
	for _, n := range names {
		if template.Outputs[n[1]] == nil {
			t.Errorf("%s is no output of the stack", n[1])
		}
	}
}
