package functions

import (
	"strings"
	"testing"
	"time"
)

func TestWhatIsLeftOfAStartIsNamed(t *testing.T) {
	found := map[string]initial{}
	for _, s := range subjects {
		found[s.name] = initial{map[string][]time.Duration{}, map[string]int64{}}
	}
	found["api"].read("init os @0.1 ms, 0.02 ms clock, 100 bytes, 2 allocs\ninit github.com/x/schemas @1.0 ms, 1.5 ms clock, 586696 bytes, 3 allocs\n{\"level\":\"INFO\"}\n")
	found["api"].read("init github.com/x/schemas @1.0 ms, 0.5 ms clock, 586696 bytes, 3 allocs\ninit github.com/x/schemas @1.0 ms, 0.5 ms clock, 586696 bytes, 3 allocs\n")
	var out strings.Builder
	writeInitials(&out, found)
	for _, want := range []string{"| x/schemas |  | 0.50 ms, 587 kB |", "| os |  | 0.02 ms, 0 kB |", "| **all** |  | 0.52 ms, 587 kB |"} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("%q is not in\n%s", want, out.String())
		}
	}
}
