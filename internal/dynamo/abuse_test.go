package dynamo_test

import (
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

func TestACounterStopsAtItsCeilingWhoeverRaisesIt(t *testing.T) {
	store := dynamotest.Store(t, nil)
	end := time.Now().Add(time.Hour)
	var mu sync.Mutex
	var wg sync.WaitGroup
	raised := 0
	for range 40 {
		wg.Go(func() {
			_, ok, err := store.Raise(t.Context(), "somebody", 7, end)
			mu.Lock()
			defer mu.Unlock()
			if err != nil {
				t.Error(err)
			}
			if ok {
				raised++
			}
		})
	}
	wg.Wait()
	n, ok, err := store.Raise(t.Context(), "somebody", 7, end)
	if raised != 7 || ok || n != 7 || err != nil {
		t.Errorf("raised %d times, then n=%d raised=%v err=%v: want 7, then 7 and refused", raised, n, ok, err)
	}
	if n, err := store.Counts(t.Context(), []string{"nobody", "somebody"}); err != nil || !slices.Equal(n, []int{0, 7}) {
		t.Errorf("counters are %d (%v), want 0 for the one that does not exist, and 7", n, err)
	}
	for range 9 {
		if err := store.Lower(t.Context(), "somebody"); err != nil {
			t.Fatal(err)
		}
	}
	if n, err := store.Counts(t.Context(), []string{"somebody"}); err != nil || n[0] != 0 {
		t.Errorf("taken back more often than counted: %d (%v), want 0", n, err)
	}
}

func TestACounterVanishes(t *testing.T) {
	now := time.Now()
	store := dynamotest.Store(t, func() time.Time { return now })
	if _, _, err := store.Raise(t.Context(), "somebody", 7, now.Add(time.Minute)); err != nil {
		t.Fatal(err)
	}
	now = now.Add(2 * time.Minute)
	if n, err := store.Counts(t.Context(), []string{"somebody"}); n[0] != 0 || err != nil {
		t.Errorf("after its end the counter is %d (%v), want 0", n, err)
	}
}

func TestASolutionIsSpentOnOneRequest(t *testing.T) {
	store := dynamotest.Store(t, nil)
	end := time.Now().Add(time.Hour)
	for _, c := range []struct {
		request string
		ok      bool
	}{{"first", true}, {"first", true}, {"second", false}, {strings.Repeat("long", 500), false}} {
		if ok, err := store.Spend(t.Context(), "solution", c.request, end); ok != c.ok || err != nil {
			t.Errorf("spent on %.10s: %v, %v; want %v", c.request, ok, err, c.ok)
		}
	}
}
