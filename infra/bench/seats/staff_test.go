package seats

import (
	"testing"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

// What the bench shows up to 100,000 files.
func TestWhatTheTeamAsksKeepsToItsBudgetHoweverManyFilesThereAre(t *testing.T) {
	for _, n := range []int{seated, 1000} {
		o, err := openOffice(t.Context(), dynamotest.Database(t), root, n)
		if err != nil {
			t.Fatal(err)
		}
		err = o.each(t.Context(), func(r deskRoute) error {
			c, err := o.measure(r)
			if err != nil {
				t.Error(err)
				return nil
			}
			if c.calls > r.calls || c.readUnits > r.readUnits || c.writeUnits > r.writeUnits {
				t.Errorf("%d files, %s: %d calls, %g + %g units; the budget is %d, %g + %g\n%v", n, r.name, c.calls, c.readUnits, c.writeUnits, r.calls, r.readUnits, r.writeUnits, c.bill)
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}
