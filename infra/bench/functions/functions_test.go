package functions

import (
	"fmt"
	"runtime"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/lambdatest"
)

func TestTheFunctionsStayWithinTheirBudgets(t *testing.T) {
	if testing.Short() {
		t.Skip("builds and starts the functions")
	}
	root, err := lambdatest.Root()
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	sizes, err := build(t.Context(), root, dir)
	if err != nil {
		t.Fatal(err)
	}
	if over := tooBig(sizes); len(over) > 0 {
		t.Errorf("too big:\n%s", strings.Join(over, "\n"))
	}
	var over []string
	for range 3 { // a busy machine may spoil a measure, not three
		starts, err := cold(t.Context(), dir, 7)
		if err != nil {
			t.Fatal(err)
		}
		if over = tooSlow(starts); len(over) == 0 {
			return
		}
	}
	t.Errorf("too slow to start:\n%s", strings.Join(over, "\n"))
}

func tooBig(sizes map[string]size) (over []string) {
	for name, b := range budgets {
		is, may := sizes[name], b.size[runtime.GOARCH]
		if is.binary > may.binary || is.zip > may.zip {
			over = append(over, fmt.Sprintf("%s: binary %d of %d bytes, zip %d of %d", name, is.binary, may.binary, is.zip, may.zip))
		}
	}
	return over
}

func tooSlow(starts map[string]*start) (over []string) {
	for name, b := range budgets {
		cpu, wall := ratio(starts[name].cpu, starts["bare"].cpu), ratio(starts[name].wall, starts["bare"].wall)
		if cpu > b.cpu || wall > b.wall {
			over = append(over, fmt.Sprintf("%s: processor time %.2f× bare's of %.2f, elapsed %.2f× of %.2f", name, cpu, b.cpu, wall, b.wall))
		}
	}
	return over
}
