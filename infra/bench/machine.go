package main

import (
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"
)

// header says what the file is, how to make it again, and on what it was made.
func header(out io.Writer, only string, small bool) {
	command := "make bench"
	if only != "" || small {
		command = strings.Join(append([]string{"go run ./infra/bench"}, os.Args[1:]...), " ")
	}
	fmt.Fprintf(out, `# What it costs, and how fast it is

Made by `+"`%s`"+`; do not edit. Calls and units are exact, and the same on every machine: they are those of DynamoDB's
documented prices (internal/dynamotest/meter.go says how they are counted). Times are those of one machine that also runs the
table, so compare them with each other, as ratios, and not with a table on AWS.

| | |
|---|---|
| processor | %s, %d cores |
| memory | %s |
| Go · Java | %s · %s |
| table | DynamoDB Local, in memory |
| date | %s |
`, command, field("/proc/cpuinfo", "model name"), runtime.NumCPU(), memory(),
		strings.TrimPrefix(runtime.Version(), "go"), java(), time.Now().UTC().Format(time.DateOnly))
}

// field is a line of one of Linux's descriptions of the machine.
func field(file, name string) string {
	raw, _ := os.ReadFile(file)
	for line := range strings.Lines(string(raw)) {
		if k, v, ok := strings.Cut(line, ":"); ok && strings.TrimSpace(k) == name {
			return strings.TrimSpace(v)
		}
	}
	return "unknown (" + runtime.GOOS + "/" + runtime.GOARCH + ")"
}

func memory() string {
	var kb int
	if _, err := fmt.Sscanf(field("/proc/meminfo", "MemTotal"), "%d kB", &kb); err != nil {
		return "unknown"
	}
	return fmt.Sprintf("%.0f GB", float64(kb)/1e6)
}

func java() string {
	said, err := exec.Command("java", "-version").CombinedOutput()
	if parts := strings.Split(string(said), `"`); err == nil && len(parts) > 1 {
		return parts[1]
	}
	return "unknown"
}
