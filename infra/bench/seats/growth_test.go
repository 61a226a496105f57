package seats

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

// What the bench shows up to 100,000.
func TestAnActCostsTheSameHoweverManyAreEnrolled(t *testing.T) {
	for _, g := range growths {
		var first []string
		for _, n := range []int{10, 500} {
			costs, err := fillAndMeasure(t.Context(), dynamotest.Database(t), n, g.of)
			if err != nil {
				t.Fatal(err)
			}
			if first == nil {
				first = costs
			}
			if diff := cmp.Diff(first, costs); diff != "" {
				t.Errorf("%d enrolments %s: %s", n, g.name, diff)
			}
		}
	}
}

// The negative control: a place in the line is counted by reading the line, and the measure shows it.
func TestALongerLineIsSeenToCostMore(t *testing.T) {
	short, err := lineUp(t.Context(), dynamotest.Database(t), 10)
	if err != nil {
		t.Fatal(err)
	}
	long, err := lineUp(t.Context(), dynamotest.Database(t), 500)
	if err != nil {
		t.Fatal(err)
	}
	if short[1] == long[1] {
		t.Errorf("a file costs %s behind 10 people and behind 500", long[1])
	}
}

// Why a seat is reserved in one transaction.
func TestOnlyTheTransactionLeaksNoSeatWhenProcessesEnd(t *testing.T) {
	b, err := newBank(t.Context(), dynamotest.Database(t))
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range ways {
		leaked, err := b.leaks(t.Context(), w.make, string(rune('a'+i)))
		if err != nil {
			t.Fatal(err)
		}
		if transaction := i < 2; transaction != (leaked == 0) {
			t.Errorf("%s: %d seats leaked", w.name, leaked)
		}
	}
}
