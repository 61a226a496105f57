// Command bench measures what the product costs, and writes BENCH.md.
//
//	go run ./infra/bench [-only seats,reminders,post,functions,cost] [-small] [-o BENCH.md]
//
// Each section measures on a DynamoDB Local of this machine (infra/local/setup dynamodb puts it in place), so that units and
// calls are exact while times compare on this machine only.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/echarpe/echarpe/infra/bench/functions"
	"github.com/echarpe/echarpe/infra/bench/lives"
	"github.com/echarpe/echarpe/infra/bench/post"
	"github.com/echarpe/echarpe/infra/bench/reminders"
	"github.com/echarpe/echarpe/infra/bench/seats"
)

// section is one chapter of BENCH.md.
type section struct {
	name  string
	write func(ctx context.Context, out io.Writer) error
}

// sections lists the chapters in the order of BENCH.md.
func sections(small bool) []section {
	seated, reminded, posted, started, lived := seats.Full, reminders.Full, post.Full, functions.Full, lives.Full
	if small {
		seated, reminded, posted, started, lived = seats.Small, reminders.Small, post.Small, functions.Small, lives.Small
	}
	return []section{
		{"seats", seated.Write},
		{"reminders", reminded.Write},
		{"post", posted.Write},
		{"functions", started.Write},
		{"cost", lived.Write},
	}
}

func main() {
	only := flag.String("only", "", "names of the sections to run, with commas; every one when empty")
	small := flag.Bool("small", false, "small sizes, to try: the figures mean little")
	file := flag.String("o", "BENCH.md", `file to write, "-" for the screen`)
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	err := run(ctx, *only, *small, *file)
	stop()
	if err != nil {
		log.Fatal(err)
	}
}

func run(ctx context.Context, only string, small bool, file string) error {
	chosen, err := choose(sections(small), only)
	if err != nil {
		return err
	}
	var doc bytes.Buffer
	header(&doc, only, small)
	for _, s := range chosen {
		begun := time.Now()
		fmt.Fprintf(os.Stderr, "bench: %s…\n", s.name)
		var chapter bytes.Buffer
		if err := s.write(ctx, &chapter); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		fmt.Fprintf(&doc, "\n%s\n", bytes.TrimSpace(chapter.Bytes()))
		fmt.Fprintf(os.Stderr, "bench: %s took %s\n", s.name, time.Since(begun).Round(time.Second))
	}
	if file == "-" {
		_, err := doc.WriteTo(os.Stdout)
		return err
	}
	if err := os.WriteFile(file, doc.Bytes(), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "bench: the result is in %s\n", file)
	return nil
}

// choose keeps the sections named; a name that is none of theirs is an error.
func choose(all []section, only string) ([]section, error) {
	if only == "" {
		return all, nil
	}
	var chosen []section
	names := strings.Split(only, ",")
	for _, s := range all {
		if i := slices.Index(names, s.name); i >= 0 {
			chosen, names = append(chosen, s), slices.Delete(names, i, i+1)
		}
	}
	if len(names) > 0 {
		return nil, errors.New("no section " + strings.Join(names, ", "))
	}
	return chosen, nil
}
