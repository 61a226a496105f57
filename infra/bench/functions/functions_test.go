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
	late := map[string]string{}
	for name := range budgets {
		late[name] = ""
	}
	for range 6 { // a busy machine may spoil some measures of a function, not all
		starts, err := cold(t.Context(), dir, 7)
		if err != nil {
			t.Fatal(err)
		}
		for name := range late {
			if late[name] = tooSlow(name, starts); late[name] == "" {
				delete(late, name)
			}
		}
		if len(late) == 0 {
			return
		}
	}
	t.Errorf("too slow to start: %v", late)
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

// tooSlow says by how much a function is over its budget, "" when it is not.
func tooSlow(name string, starts map[string]*start) string {
	b, is, bare := budgets[name], starts[name], starts["bare"]
	cpu, wall := ratio(is.cpu, bare.cpu), ratio(is.wall, bare.wall)
	if cpu <= b.cpu && wall <= b.wall {
		return ""
	}
	return fmt.Sprintf("processor time %.2f× bare's of %.2f, elapsed %.2f× of %.2f", cpu, b.cpu, wall, b.wall)
}
