// Command bench measures what the product costs, and writes BENCH.md.
//
//	go run ./infra/bench [-only seats,office,reminders,post,rush,timing,functions,cost] [-small] [-o BENCH.md]
//
// Each section measures on a DynamoDB Local of this machine (infra/local/setup dynamodb puts it in place), so that units and
// calls are exact while times compare on this machine only. With -only, the other chapters of the file stay as they are.
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
	"github.com/echarpe/echarpe/infra/bench/rush"
	"github.com/echarpe/echarpe/infra/bench/seats"
	"github.com/echarpe/echarpe/infra/bench/timing"
)

// section is one chapter of BENCH.md.
type section struct {
	name  string
	write func(ctx context.Context, out io.Writer) error
}

// sections lists the chapters in the order of BENCH.md.
func sections(small bool) []section {
	seated, reminded, posted, rushed, timed, started, lived := seats.Full, reminders.Full, post.Full, rush.Full, timing.Full, functions.Full, lives.Full
	if small {
		seated, reminded, posted, rushed, timed, started, lived = seats.Small, reminders.Small, post.Small, rush.Small, timing.Small, functions.Small, lives.Small
	}
	return []section{
		{"seats", seated.Write},
		{"office", seated.WriteOffice},
		{"reminders", reminded.Write},
		{"post", posted.Write},
		{"rush", rushed.Write},
		{"timing", timed.Write},
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
	doc, err := begin(file, only, small)
	if err != nil {
		return err
	}
	for _, s := range chosen {
		begun := time.Now()
		fmt.Fprintf(os.Stderr, "bench: %s…\n", s.name)
		var chapter bytes.Buffer
		if err := s.write(ctx, &chapter); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
		if only != "" {
			fmt.Fprintf(&chapter, "\n*Measured alone, on %s.*\n", time.Now().UTC().Format(time.DateOnly))
		}
		doc = replace(doc, s.name, chapter.String())
		fmt.Fprintf(os.Stderr, "bench: %s took %s\n", s.name, time.Since(begun).Round(time.Second))
	}
	if file == "-" {
		_, err := os.Stdout.WriteString(doc)
		return err
	}
	if err := os.WriteFile(file, []byte(doc), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(os.Stderr, "bench: the result is in %s\n", file)
	return nil
}

// begin is what the chapters are written into: the file itself when only some are, so that the others stay.
func begin(file, only string, small bool) (doc string, err error) {
	if only != "" && file != "-" {
		raw, err := os.ReadFile(file)
		if err == nil || !errors.Is(err, os.ErrNotExist) {
			return string(raw), err
		}
	}
	var head bytes.Buffer
	header(&head, only, small)
	return head.String(), nil
}

// mark stands before a chapter in the document.
func mark(name string) string { return "<!-- bench: " + name + " -->\n" }

// replace writes a chapter in the place of the one of its name, or at the end.
func replace(doc, name, chapter string) string {
	whole := mark(name) + strings.TrimSpace(chapter) + "\n"
	before, after, found := strings.Cut(doc, mark(name))
	if !found {
		return strings.TrimRight(doc, "\n") + "\n\n" + whole
	}
	if i := strings.Index(after, "<!-- bench: "); i >= 0 {
		return before + whole + "\n" + after[i:]
	}
	return before + whole
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
