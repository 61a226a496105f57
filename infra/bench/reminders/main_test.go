package main

import (
	"testing"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

// The promise that the bench measures at full size: what a sweep reads follows what is due, not what exists.
func TestASweepReadsWhatIsDueAndNotWhatExists(t *testing.T) {
	const files, due = 1000, 20
	cfg := dynamotest.Database(t)
	if err := fill(t.Context(), cfg, files, due); err != nil {
		t.Fatal(err)
	}
	busy, idle, err := measure(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	if busy.dueItems != due || busy.sent != due || idle.dueItems != 0 || idle.sent != 0 {
		t.Errorf("found %d then %d, sent %d then %d, of %d due", busy.dueItems, idle.dueItems, busy.sent, idle.sent, due)
	}
	if busy.dueUnits > due || busy.readUnits > 10*due || idle.readUnits > 10 {
		t.Errorf("read units %.1f + %.1f, then %.1f", busy.dueUnits, busy.readUnits, idle.readUnits)
	}
}
