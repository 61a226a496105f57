package reminders

import (
	"testing"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

// The promise that the bench measures at full size: what a sweep reads follows what is due, not what exists.
func TestASweepReadsWhatIsDueAndNotWhatExists(t *testing.T) {
	cfg := dynamotest.Database(t)
	if err := Small.fill(t.Context(), cfg); err != nil {
		t.Fatal(err)
	}
	busy, idle, err := measure(t.Context(), cfg)
	if err != nil {
		t.Fatal(err)
	}
	due := Small.Due
	if busy.due().Items != due || busy.sent != int64(due) || idle.due().Items != 0 || idle.sent != 0 {
		t.Errorf("found %d then %d, sent %d then %d, of %d due", busy.due().Items, idle.due().Items, busy.sent, idle.sent, due)
	}
	if units, first, next := busy.due().ReadUnits, busy.rest().Total().ReadUnits, idle.rest().Total().ReadUnits; units > float64(due) || first > float64(10*due) || next > 10 {
		t.Errorf("read units %.1f + %.1f, then %.1f", units, first, next)
	}
}
