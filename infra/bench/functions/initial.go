package functions

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/lambdatest"
)

// initial is what the packages of one function take before its main: what is left to shorten of a cold start, and whose it is.
type initial struct {
	clock map[string][]time.Duration // by package
	bytes map[string]int64
}

// named is how many packages the chapter names; the others are counted together.
const named = 10

// initials starts every subject so many times with the runtime's own trace of initialisations.
func initials(ctx context.Context, dir string, rounds int) (map[string]initial, error) {
	env := lambdatest.Variables()
	env["GODEBUG"] = "inittrace=1"
	table, closes := answersAtOnce()
	defer closes()
	env["AWS_ENDPOINT_URL_DYNAMODB"] = table
	found := map[string]initial{}
	for _, s := range subjects {
		found[s.name] = initial{map[string][]time.Duration{}, map[string]int64{}}
	}
	for range rounds {
		for _, s := range subjects {
			f, err := lambdatest.Start(filepath.Join(dir, s.name), env)
			if err != nil {
				return nil, err
			}
			_, err = f.Ready(ctx)
			f.Stop()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			found[s.name].read(f.Logs())
		}
	}
	return found, nil
}

// read keeps lines such as "init net/http @1.2 ms, 0.037 ms clock, 4712 bytes, 47 allocs".
func (i initial) read(trace string) {
	for line := range strings.Lines(trace) {
		var pkg string
		var at, took float64
		var kept int64
		if n, _ := fmt.Sscanf(line, "init %s @%f ms, %f ms clock, %d bytes", &pkg, &at, &took, &kept); n == 4 {
			i.clock[pkg], i.bytes[pkg] = append(i.clock[pkg], time.Duration(took*float64(time.Millisecond))), kept
		}
	}
}

// took is the middle of what a package took, 0 when the function has it not or it takes too little to be traced.
func (i initial) took(pkg string) time.Duration {
	if len(i.clock[pkg]) == 0 {
		return 0
	}
	return median(i.clock[pkg])
}

func (i initial) others(but []string) (took time.Duration, kept int64) {
	for pkg := range i.clock {
		if !slices.Contains(but, pkg) {
			took, kept = took+i.took(pkg), kept+i.bytes[pkg]
		}
	}
	return took, kept
}

// heaviest are the packages that take the most in any function.
func heaviest(found map[string]initial, count int) []string {
	most := map[string]time.Duration{}
	for _, i := range found {
		for pkg := range i.clock {
			most[pkg] = max(most[pkg], i.took(pkg))
		}
	}
	list := slices.SortedFunc(maps.Keys(most), func(a, b string) int {
		if most[a] != most[b] {
			return int(most[b] - most[a])
		}
		return strings.Compare(a, b)
	})
	return list[:min(count, len(list))]
}

// writeInitials is the table of what is left.
func writeInitials(out io.Writer, found map[string]initial) {
	fmt.Fprintf(out, "\nWhat is left of a start, by package: initialisation before `main` (`GODEBUG=inittrace=1`), middle of the starts, and what it keeps of memory. "+
		"What is not here is the process itself, which `bare` has too, the first call of the table, and the pages of a larger binary.\n\n| package |")
	var cells bytes.Buffer
	for _, s := range subjects {
		fmt.Fprintf(out, " %s |", s.name)
		cells.WriteString("---:|")
	}
	fmt.Fprintf(out, "\n|---|%s\n", cells.String())
	top := heaviest(found, named)
	for _, pkg := range top {
		fmt.Fprintf(out, "| %s |", strings.TrimPrefix(pkg, "github.com/"))
		for _, s := range subjects {
			fmt.Fprintf(out, " %s |", cell(found[s.name].took(pkg), found[s.name].bytes[pkg]))
		}
		fmt.Fprintln(out)
	}
	for _, row := range []struct {
		name string
		but  []string
	}{{"every other package", top}, {"**all**", nil}} {
		fmt.Fprintf(out, "| %s |", row.name)
		for _, s := range subjects {
			fmt.Fprintf(out, " %s |", cell(found[s.name].others(row.but)))
		}
		fmt.Fprintln(out)
	}
}

func cell(took time.Duration, kept int64) string {
	if took == 0 && kept == 0 {
		return ""
	}
	return fmt.Sprintf("%s, %d kB", milliseconds(took), (kept+500)/1000)
}
