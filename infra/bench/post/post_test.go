package post

import (
	"testing"
	"time"
)

// The promises that the bench measures at full size.
func TestABurstIsPacedAndARushDrains(t *testing.T) {
	if testing.Short() {
		t.Skip("takes seconds")
	}
	burst, err := Small.burst(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	ideal := time.Duration(float64(Small.Burst) / Small.Rate * float64(time.Second))
	if burst.left != Small.Burst || burst.took > ideal*13/10+2*time.Second || burst.tooFast > 5 {
		t.Errorf("%+v, ideal %s", burst, ideal)
	}
	drain, err := Small.drain(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if drain.left != Small.Drain || drain.calls < 1 {
		t.Errorf("%+v", drain)
	}
	days, err := Small.days(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if days.left != Small.Due || days.took < 2*24*time.Hour || days.took > 4*24*time.Hour {
		t.Errorf("%d due, %d a day: %+v", Small.Due, Small.Quota, days)
	}
}
