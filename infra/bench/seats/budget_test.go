package seats

import (
	"os"
	"regexp"
	"slices"
	"testing"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

const root = "../../.."

// Calls and units of every route, abuse limits apart, as routes.go allows them.
func TestEachRouteKeepsToItsBudget(t *testing.T) {
	h, err := openHouse(t.Context(), dynamotest.Database(t), root)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range routes {
		c, err := h.measureRoute(t.Context(), r)
		if err != nil {
			t.Error(err)
			continue
		}
		if !r.allows(c) {
			t.Errorf("%s, %s: used %+v, the budget is %+v", r.pattern, r.when, used(c), r.budget)
		}
	}
}

func used(c cost) budget {
	act := c.act.Total()
	return budget{c.act.Reads().Calls, c.act.Writes().Calls, act.ReadUnits, act.WriteUnits, c.limits.Writes().Calls}
}

func (b budget) allows(c cost) bool {
	u, l := used(c), c.limits.Total()
	return u.reads <= b.reads && u.writes <= b.writes && u.readUnits <= b.readUnits && u.writeUnits <= b.writeUnits &&
		l.Calls <= 2*b.counts && l.ReadUnits <= float64(b.counts) && l.WriteUnits <= float64(b.counts)
}

func TestEveryRouteHasABudget(t *testing.T) {
	pattern := regexp.MustCompile(`"((?:GET|PUT|POST|DELETE) /api/[^"]*)"`)
	found := 0
	for _, source := range []string{"api.go", "documents.go", "scans.go"} {
		raw, err := os.ReadFile(root + "/internal/httpapi/" + source)
		if err != nil {
			t.Fatal(err)
		}
		for _, m := range pattern.FindAllSubmatch(raw, -1) {
			found++
			if !slices.ContainsFunc(routes, func(r route) bool { return r.pattern == string(m[1]) }) {
				t.Errorf("%s has no budget in routes.go", m[1])
			}
		}
	}
	if found < 15 {
		t.Errorf("only %d routes found in internal/httpapi: this test guards nothing", found)
	}
}

// A page of the list is fifty sessions, and what it costs and weighs is what fifty cost and weigh.
func TestTheListCostsAndWeighsTheSameHoweverManySessions(t *testing.T) {
	h, err := openHouse(t.Context(), dynamotest.Database(t), root)
	if err != nil {
		t.Fatal(err)
	}
	published := 0
	until := func(n int) (listed, seats cost) {
		for ; published < n; published++ {
			if _, err := h.session(t.Context(), 12); err != nil {
				t.Fatal(err)
			}
		}
		for _, m := range []struct {
			path string
			into *cost
		}{{"/api/sessions", &listed}, {"/api/seats", &seats}} {
			if *m.into, err = h.measureRoute(t.Context(), route{pattern: "GET " + m.path, ask: plain(m.path)}); err != nil {
				t.Fatal(err)
			}
		}
		return listed, seats
	}
	list60, seats60 := until(60)
	list400, seats400 := until(400)
	if a, b := used(list60).readUnits, used(list400).readUnits; b > a+1 {
		t.Errorf("the list: %g read units with 60 sessions, %g with 400", a, b)
	}
	if a, b := used(seats60).readUnits, used(seats400).readUnits; b > a+1 || b > 25 {
		t.Errorf("the seats: %g read units with 60 sessions, %g with 400", a, b)
	}
	t.Logf("a page of the list: %g read units; its seats: %g", used(list400).readUnits, used(seats400).readUnits)
}
