package seats

import (
	"cmp"
	_ "embed"
	"fmt"
	"io"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// before is the same of the product as it was on 27 November 2026 (5961bd6), before its processor time was shortened: lines of
// "own" or "under", a share and a name, as sharesOf made them of the whole profile.
//
//go:embed testdata/before.txt
var before string

// topTen is how many lines of a profile are shown.
const topTen = 10

// shares are percents of a profile's samples: own by what the time was spent in, under by the house's function that it was spent for.
type shares struct{ own, under map[string]float64 }

// sample is a line of a profile: what a function took itself, and with all that it called.
var sample = regexp.MustCompile(`^ *[0-9.a-z]+ +([0-9.]+)% +[0-9.]+% +[0-9.a-z]+ +([0-9.]+)% +(\S+)`)

// ours finds the house's own functions.
var ours = regexp.MustCompile(`^github\.com/echarpe/echarpe/internal/([^\s\[]+)`)

// sharesOf reads a profile of `go tool pprof -top`.
func sharesOf(profile string) shares {
	s := shares{map[string]float64{}, map[string]float64{}}
	for line := range strings.Lines(profile) {
		m := sample.FindStringSubmatch(line)
		if m == nil {
			continue
		}
		var flat, cum float64
		_, _ = fmt.Sscan(m[1], &flat)
		_, _ = fmt.Sscan(m[2], &cum)
		s.own[kindOf(m[3])] += flat
		if f := ours.FindStringSubmatch(m[3]); f != nil && !strings.HasPrefix(f[1], "web.") && !strings.Contains(f[1], "func") {
			s.under[f[1]] = max(s.under[f[1]], cum)
		}
	}
	return s
}

var memory = regexp.MustCompile(`malloc|mallocgc|newobject|makeslice|growslice|gc[A-Z]|scan|sweep|mspan|mheap|mcache|mcentral|heapBits|memclr|greyobject|findObject|bgsweep|wbBuf|markroot|spanOf|pageAlloc|madvise`)

// kindOf is what a function's own time is spent in: its package, the runtime's in two.
func kindOf(function string) string {
	dir, name := "", function
	if i := strings.LastIndex(strings.SplitN(function, "(", 2)[0], "/"); i >= 0 {
		dir, name = function[:i+1], function[i+1:]
	}
	pkg, _, _ := strings.Cut(name, ".")
	pkg = dir + pkg
	switch {
	case strings.HasPrefix(pkg, "internal/runtime/syscall"), pkg == "syscall":
		return "calls of the kernel"
	case (pkg == "runtime" || strings.HasPrefix(pkg, "internal/runtime")) && memory.MatchString(name):
		return "runtime: memory and its collection"
	case pkg == "runtime", strings.HasPrefix(pkg, "internal/runtime"), pkg == "memeqbody", pkg == "aeshashbody", pkg == "cmpbody", pkg == "indexbytebody":
		return "runtime: scheduling, maps, copies"
	case strings.HasPrefix(pkg, "crypto/"):
		return "crypto/…"
	case strings.HasPrefix(pkg, "github.com/aws/"):
		return "the DynamoDB client (aws-sdk-go-v2, smithy-go)"
	case strings.HasPrefix(pkg, "github.com/echarpe/"):
		return "the house's own code"
	}
	return pkg
}

// readShares reads what was kept of a profile.
func readShares(kept string) shares {
	s := shares{map[string]float64{}, map[string]float64{}}
	for line := range strings.Lines(kept) {
		which, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		share, name, _ := strings.Cut(rest, " ")
		var percent float64
		_, _ = fmt.Sscan(share, &percent)
		map[string]map[string]float64{"own": s.own, "under": s.under}[which][name] = percent
	}
	return s
}

// writeShares shows the ten heaviest of each, now and before.
func writeShares(out io.Writer, now shares) {
	then := readShares(before)
	for _, t := range []struct {
		title       string
		now, before map[string]float64
	}{
		{"Where it is spent, ten heaviest", now.own, then.own},
		{"For which of the house's functions (each with what it calls), ten heaviest", now.under, then.under},
	} {
		fmt.Fprintf(out, "| %s | now | before |\n|---|---:|---:|\n", t.title)
		for _, name := range heaviest(t.now, t.before) {
			fmt.Fprintf(out, "| %s | %s | %s |\n", name, percent(t.now[name]), percent(t.before[name]))
		}
		fmt.Fprintln(out)
	}
	fmt.Fprint(out, "Shares of the samples of a processor profile. Before: at 5961bd6, of which this chapter said 6.8 ms on another machine, on 27 November 2026, with the "+
		"meter's calls in it. On one machine that did something else too, on 28 November, turn by turn and measured as here (no meter, sessions of twelve, 400 enrolments, middle of three): "+
		"5961bd6 took 5.5 ms and 780 kB, the product of that day 4.6 ms with Go's own settings and 3.4 ms as deployed, and 360 kB.\n\n")
}

// heaviest are the ten heaviest of now, with those that were among the ten before.
func heaviest(now, before map[string]float64) (names []string) {
	for _, m := range []map[string]float64{now, before} {
		sorted := slices.SortedFunc(maps.Keys(m), func(a, b string) int { return cmp.Or(cmp.Compare(m[b], m[a]), strings.Compare(a, b)) })
		for _, name := range sorted[:min(topTen, len(sorted))] {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

func percent(share float64) string {
	if share == 0 {
		return ""
	}
	return fmt.Sprintf("%.1f %%", share)
}
