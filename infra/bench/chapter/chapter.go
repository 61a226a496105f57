// Package chapter writes a part of BENCH.md whole or not at all. A measurement of many minutes on a machine that does something else for a
// moment meets an answer that comes too late; it is made once more, rather than the whole bench.
package chapter

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"time"
)

// Part is what is measured together.
type Part struct {
	Name  string
	Write func(ctx context.Context, out io.Writer) error
}

// tries is how often a part is measured at most.
const tries = 2

// Try measures, once more when that failed, and says on the error output how long it took.
func (p Part) Try(ctx context.Context, out io.Writer) (err error) {
	for try := range tries {
		begun := time.Now()
		var written bytes.Buffer
		if err = p.Write(ctx, &written); err == nil {
			fmt.Fprintf(os.Stderr, "bench: %s took %s\n", p.Name, time.Since(begun).Round(time.Second))
			_, err = written.WriteTo(out)
			return err
		}
		if ctx.Err() != nil {
			break
		}
		fmt.Fprintf(os.Stderr, "bench: %s failed after %s, try %d of %d: %v\n", p.Name, time.Since(begun).Round(time.Second), try+1, tries, err)
	}
	return fmt.Errorf("%s: %w", p.Name, err)
}
