// Command bench measures what the product costs, and writes BENCH.md.
//
//	go run ./infra/bench [-only seats,office,reminders,post,rush,timing,functions,cost] [-small] [-within 25m] [-o BENCH.md]
//
// Each section measures on a DynamoDB Local of this machine (infra/local/setup dynamodb puts it in place), so that units and
// calls are exact while times compare on this machine only. With -only, the other chapters of the file stay as they are. A chapter that fails is
// measured once more, then left as it was; the file is written after each.
package main

import (
	"bytes"
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/signal"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/echarpe/echarpe/infra/bench/chapter"
	"github.com/echarpe/echarpe/infra/bench/functions"
	"github.com/echarpe/echarpe/infra/bench/lives"
	"github.com/echarpe/echarpe/infra/bench/post"
	"github.com/echarpe/echarpe/infra/bench/reminders"
	"github.com/echarpe/echarpe/infra/bench/rush"
	"github.com/echarpe/echarpe/infra/bench/seats"
	"github.com/echarpe/echarpe/infra/bench/timing"
)

// sections lists the chapters in the order of BENCH.md.
func sections(small bool) []chapter.Part {
	seated, reminded, posted, rushed, timed, started, lived := seats.Full, reminders.Full, post.Full, rush.Full, timing.Full, functions.Full, lives.Full
	if small {
		seated, reminded, posted, rushed, timed, started, lived = seats.Small, reminders.Small, post.Small, rush.Small, timing.Small, functions.Small, lives.Small
	}
	return []chapter.Part{
		{Name: "seats", Write: seated.Write},
		{Name: "office", Write: seated.WriteOffice},
		{Name: "reminders", Write: reminded.Write},
		{Name: "post", Write: posted.Write},
		{Name: "rush", Write: rushed.Write},
		{Name: "timing", Write: timed.Write},
		{Name: "functions", Write: started.Write},
		{Name: "cost", Write: lived.Write},
	}
}

func main() {
	only := flag.String("only", "", "names of the sections to run, with commas; every one when empty")
	small := flag.Bool("small", false, "small sizes, to try: the figures mean little")
	file := flag.String("o", "BENCH.md", `file to write, "-" for the screen`)
	within := flag.Duration("within", 0, "end by then: a chapter that has no time left stays as it was; 0 for as long as it takes")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	end := func() {}
	if *within > 0 {
		ctx, end = context.WithTimeout(ctx, *within)
	}
	err := run(ctx, *only, *small, *file)
	end()
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
	return measure(ctx, chosen, doc, file)
}

// measure writes the file after each chapter, so that nothing that was measured is lost with what was not. A chapter that fails, or that
// the time does not suffice for, stays as it was, with its own date.
func measure(ctx context.Context, chosen []chapter.Part, doc, file string) (failed error) {
	for _, c := range chosen {
		fmt.Fprintf(os.Stderr, "bench: %s…\n", c.Name)
		begun := time.Now()
		var text bytes.Buffer
		if err := c.Try(ctx, &text); err != nil {
			failed = errors.Join(failed, err)
			continue
		}
		fmt.Fprintf(&text, "\n*Measured on %s, in %s.*\n", begun.UTC().Format(time.DateOnly), time.Since(begun).Round(time.Second))
		doc = replace(doc, c.Name, text.String())
		if file != "-" {
			if err := os.WriteFile(file, []byte(doc), 0o644); err != nil {
				return err
			}
		}
	}
	if file == "-" {
		_, err := os.Stdout.WriteString(doc)
		return errors.Join(failed, err)
	}
	fmt.Fprintf(os.Stderr, "bench: the result is in %s\n", file)
	return failed
}

// begin is what the chapters are written into: the file itself when only some are, else a new head before the chapters that it has.
func begin(file, only string, small bool) (doc string, err error) {
	var old []byte
	if file != "-" {
		if old, err = os.ReadFile(file); err != nil && !errors.Is(err, os.ErrNotExist) {
			return "", err
		}
	}
	if only != "" && len(old) > 0 {
		return string(old), nil
	}
	var head bytes.Buffer
	header(&head, only, small)
	if _, chapters, found := strings.Cut(string(old), marked); found {
		fmt.Fprintf(&head, "\n%s%s", marked, chapters)
	}
	return head.String(), nil
}

// marked begins what stands before a chapter in the document.
const marked = "<!-- bench: "

func mark(name string) string { return marked + name + " -->\n" }

// replace writes a chapter in the place of the one of its name, or at the end.
func replace(doc, name, chapter string) string {
	whole := mark(name) + strings.TrimSpace(chapter) + "\n"
	before, after, found := strings.Cut(doc, mark(name))
	if !found {
		return strings.TrimRight(doc, "\n") + "\n\n" + whole
	}
	if i := strings.Index(after, marked); i >= 0 {
		return before + whole + "\n" + after[i:]
	}
	return before + whole
}

// choose keeps the sections named; a name that is none of theirs is an error.
func choose(all []chapter.Part, only string) ([]chapter.Part, error) {
	if only == "" {
		return all, nil
	}
	var chosen []chapter.Part
	names := strings.Split(only, ",")
	for _, s := range all {
		if i := slices.Index(names, s.Name); i >= 0 {
			chosen, names = append(chosen, s), slices.Delete(names, i, i+1)
		}
	}
	if len(names) > 0 {
		return nil, errors.New("no section " + strings.Join(names, ", "))
	}
	return chosen, nil
}
