package stack

import (
	"encoding/json"
	"fmt"
)

// Matches tells whether an event passes an EventBridge pattern, as Lambda's filters and rules use them. It knows what
// this template uses: literal values and {"exists": true or false}; anything else is an error, so that no filter is
// believed to be rehearsed when it is not.
func Matches(pattern string, event any) (bool, error) {
	var p, e any
	if err := json.Unmarshal([]byte(pattern), &p); err != nil {
		return false, fmt.Errorf("the pattern is not JSON: %w", err)
	}
	raw, err := json.Marshal(event)
	if err == nil {
		err = json.Unmarshal(raw, &e)
	}
	if err != nil {
		return false, fmt.Errorf("the event is not JSON: %w", err)
	}
	return matches(p, e, e != nil)
}

func matches(pattern, value any, present bool) (bool, error) {
	if alternatives, ok := pattern.([]any); ok {
		return matchesAny(alternatives, value, present)
	}
	for name, p := range Map(pattern) {
		v, ok := Map(value)[name]
		if pass, err := matches(p, v, ok); err != nil || !pass {
			return false, err
		}
	}
	return true, nil
}

func matchesAny(alternatives []any, value any, present bool) (bool, error) {
	for _, a := range alternatives {
		switch a := a.(type) {
		case string, float64, bool:
			for _, v := range List(value) {
				if v == a {
					return true, nil
				}
			}
		case map[string]any:
			exists, ok := a["exists"].(bool)
			if !ok || len(a) != 1 {
				return false, fmt.Errorf("pattern %v is not known here", a)
			}
			if exists == present {
				return true, nil
			}
		default:
			return false, fmt.Errorf("pattern %v is not known here", a)
		}
	}
	return false, nil
}

// StreamFilters gives the patterns of the table's stream: a record passes when it matches one, or when there is none.
func (t *Template) StreamFilters() []string {
	var patterns []string
	for _, name := range t.OfType("AWS::Lambda::EventSourceMapping") {
		for _, f := range List(Map(t.Resources[name].Properties["FilterCriteria"])["Filters"]) {
			patterns = append(patterns, Text(Map(f)["Pattern"]))
		}
	}
	return patterns
}
