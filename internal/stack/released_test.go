package stack_test

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/stack"
)

var update = flag.Bool("update", false, "the last release is the template as it is")

// released is the table of the last release, which stacks that people use have.
const released = "testdata/released.json"

const renew = `deploy what is released first, then the rest. Once a release that changes the table runs in production:
	go test ./internal/stack -run Release -update`

// changes are the indexes that an update would make and remove; forbidden is what DynamoDB does not do to a table that exists.
func changes(before, after stack.Table) (indexes, forbidden []string) {
	if before.Key != after.Key {
		forbidden = append(forbidden, "another key is another table: every file would be lost from view")
	}
	for name, kind := range before.Attributes {
		if now := after.Attributes[name]; now != "" && now != kind {
			forbidden = append(forbidden, fmt.Sprintf("the attribute %s of a key changes its type", name))
		}
	}
	named := func(name string) func(stack.Index) bool { return func(i stack.Index) bool { return i.Name == name } }
	for _, b := range before.Indexes {
		if at := slices.IndexFunc(after.Indexes, named(b.Name)); at < 0 {
			indexes = append(indexes, "removes "+b.Name)
		} else if !reflect.DeepEqual(b, after.Indexes[at]) {
			forbidden = append(forbidden, fmt.Sprintf("the index %s cannot be changed: make another under another name, and remove it in a later release", b.Name))
		}
	}
	for _, a := range after.Indexes {
		if !slices.ContainsFunc(before.Indexes, named(a.Name)) {
			indexes = append(indexes, "makes "+a.Name)
		}
	}
	if len(indexes) > 1 {
		forbidden = append(forbidden, "DynamoDB makes or removes one index in an update, and this one "+strings.Join(indexes, ", "))
	}
	return indexes, forbidden
}

func TestAnUpdateOfTheLastReleaseChangesOneIndexAtMost(t *testing.T) {
	now, err := load(t, "template.yaml").Table()
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(released)
	if err != nil {
		t.Fatal(err)
	}
	var before stack.Table
	if err := json.Unmarshal(raw, &before); err != nil {
		t.Fatal(err)
	}
	_, forbidden := changes(before, now)
	if len(forbidden) > 0 {
		t.Fatalf("stacks of the last release (%s) could not be updated: %s\n%s", released, strings.Join(forbidden, "; "), renew)
	}
	if !*update {
		return
	}
	raw, err = json.MarshalIndent(now, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(released, append(raw, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestWhatOneUpdateOfATableCannotDo(t *testing.T) {
	index := func(name, hash string) stack.Index {
		return stack.Index{Name: name, Key: stack.Key{Hash: hash}, Projection: "KEYS_ONLY"}
	}
	before := stack.Table{Key: stack.Key{Hash: "pk", Range: "sk"}, Attributes: map[string]string{"pk": "S", "a": "S"}, Indexes: []stack.Index{index("one", "a"), index("two", "b")}}
	wide := index("two", "b")
	wide.Projection = "ALL"
	for name, tt := range map[string]struct {
		after   func(*stack.Table)
		refused bool
	}{
		"nothing changes": {func(*stack.Table) {}, false},
		"their order":     {func(t *stack.Table) { t.Indexes = []stack.Index{index("two", "b"), index("one", "a")} }, false},
		"one is made":     {func(t *stack.Table) { t.Indexes = append(slices.Clone(t.Indexes), index("three", "c")) }, false},
		"one is removed":  {func(t *stack.Table) { t.Indexes = t.Indexes[:1] }, false},
		"two are made": {func(t *stack.Table) {
			t.Indexes = append(slices.Clone(t.Indexes), index("three", "c"), index("four", "d"))
		}, true},
		"one comes for another":     {func(t *stack.Table) { t.Indexes = []stack.Index{index("one", "a"), index("three", "c")} }, true},
		"an index has another key":  {func(t *stack.Table) { t.Indexes = []stack.Index{index("one", "a"), index("two", "c")} }, true},
		"an index holds more":       {func(t *stack.Table) { t.Indexes = []stack.Index{index("one", "a"), wide} }, true},
		"the table has another key": {func(t *stack.Table) { t.Key.Range = "a" }, true},
		"a key has another type":    {func(t *stack.Table) { t.Attributes = map[string]string{"pk": "S", "a": "N"} }, true},
	} {
		after := before
		tt.after(&after)
		if _, forbidden := changes(before, after); (len(forbidden) > 0) != tt.refused {
			t.Errorf("%s: %v", name, forbidden)
		}
	}
}
