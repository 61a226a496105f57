//go:build !simulated

package wiring

import (
	"context"
	"time"
)

// Now is the functions' clock.
func Now() time.Time { return time.Now() }

// Sleep waits on that clock, or until the context ends.
func Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
