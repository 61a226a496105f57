package chapter

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
)

// fails writes, then fails so many times.
func fails(times int, tried *int) Part {
	return Part{"routes", func(_ context.Context, out io.Writer) error {
		*tried++
		fmt.Fprintf(out, "try %d\n", *tried)
		if *tried <= times {
			return errors.New("too late")
		}
		return nil
	}}
}

func TestAPartThatFailedIsMeasuredOnceMoreAndLeavesNothingOfItsFirstTry(t *testing.T) {
	var out strings.Builder
	tried := 0
	if err := fails(1, &tried).Try(t.Context(), &out); err != nil || out.String() != "try 2\n" {
		t.Errorf("%v, %q", err, out.String())
	}
	out.Reset()
	tried = 0
	if err := fails(9, &tried).Try(t.Context(), &out); err == nil || tried != 2 || out.String() != "" {
		t.Errorf("%v, %d tries, %q: want an error after two and nothing written", err, tried, out.String())
	}
	ended, end := context.WithCancel(t.Context())
	end()
	tried = 0
	if err := fails(9, &tried).Try(ended, &out); err == nil || tried != 1 {
		t.Errorf("%v, %d tries of a bench that was stopped", err, tried)
	}
}
