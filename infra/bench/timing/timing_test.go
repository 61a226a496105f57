package timing

import (
	"bytes"
	"math"
	"strings"
	"testing"
)

func TestTheTimingOfAnswersIsMeasured(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	var out bytes.Buffer
	if err := Small.Write(t.Context(), &out); err != nil {
		t.Fatal(err)
	}
	if n := strings.Count(out.String(), " ms | "); n < 4 {
		t.Errorf("%d lines:\n%s", n, &out)
	}
}

func TestAScoreTellsADifferenceFromChance(t *testing.T) {
	if z := score(sample{10, 11, 9, 10}, sample{10, 9, 11, 10}); math.Abs(z) > 0.1 {
		t.Errorf("the same: %+.1f", z)
	}
	if z := score(sample{20, 21, 19, 20}, sample{10, 9, 11, 10}); z < 10 {
		t.Errorf("twice as long: %+.1f", z)
	}
}
