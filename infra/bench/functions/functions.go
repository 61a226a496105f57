// Package functions measures what a cold start costs: for each function its size, the time to its first poll of the runtime API,
// its first answer, a warm one, and its memory, beside a bare function of the same language and library. Sizes.Write makes
// its section of BENCH.md; the tests of this package keep the budgets of budget.go.
//
// The functions run as they are deployed, as processes under the runtime API of package lambdatest, over DynamoDB Local and a local
// SES. The rounds are interleaved (bare, api, documents, … then again), so that a busy machine slows all of them alike.
package functions

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"time"

	"github.com/echarpe/echarpe/internal/lambdatest"
)

// Sizes says how much is measured.
type Sizes struct {
	Rounds int // cold starts of each function
	Warm   int // answers of each function once it is warm, in each round
}

// Full is what BENCH.md shows; Small is for trying.
var (
	Full  = Sizes{Rounds: 20, Warm: 50}
	Small = Sizes{Rounds: 3, Warm: 3}
)

// subject is one function to measure.
type subject struct {
	name    string
	command string // folder under the repository
	first   string // event of its first answer, which is what a person waits for
	nothing string // event that it answers without the table: its own overhead
}

// bare comes first: the others are compared with it.
var subjects = []subject{
	{name: "bare", command: "infra/bench/functions/bare", first: "api-health.json", nothing: "api-health.json"},
	{name: "api", command: "functions/api", first: "api-sessions.json", nothing: "api-health.json"},
	{name: "documents", command: "functions/documents", first: "documents-devis.json", nothing: "documents-unknown.json"},
	{name: "scans", command: "functions/scans", first: "scans-offer.json", nothing: "scans-unknown.json"},
	{name: "reminders", command: "functions/reminders", first: "reminders-stream.json", nothing: "reminders-nothing.json"},
	{name: "feedback", command: "functions/feedback", first: "feedback-bounce.json", nothing: "feedback-foreign.json"},
}

// Write measures and writes the section of BENCH.md. It takes about a minute, the first build for arm64 left out, and needs Go, DynamoDB Local and the local SES.
func (z Sizes) Write(ctx context.Context, out io.Writer) error {
	dir, err := os.MkdirTemp("", "echarpe-functions")
	if err != nil {
		return err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	root, err := lambdatest.Root()
	if err != nil {
		return err
	}
	sizes, err := build(ctx, root, dir)
	if err != nil {
		return err
	}
	deployed, err := build(ctx, root, filepath.Join(dir, "arm64"), "GOARCH=arm64")
	if err != nil {
		return err
	}
	starts, err := cold(ctx, dir, z.Rounds)
	if err != nil {
		return err
	}
	before, err := initials(ctx, dir, z.Rounds)
	if err != nil {
		return err
	}
	ground, done := outside()
	defer done()
	world := lambdatest.NewWorld(ground, root)
	world.Bucket(ground)
	measured, err := measure(ctx, world, dir, z.Rounds, z.Warm)
	if err != nil {
		return err
	}
	z.report(out, sizes, deployed, starts, measured)
	writeInitials(out, before)
	return nil
}

func (z Sizes) report(out io.Writer, sizes, deployed map[string]size, starts map[string]*start, measured map[string]*samples) {
	fmt.Fprintf(out, "## Functions: cold and warm\n\n")
	fmt.Fprintf(out, "Each function as a process of its own under the Lambda runtime API, built as it is deployed, over DynamoDB Local and a local SES;\n"+
		"medians of %d cold starts, interleaved, and of %d warm answers; %s/%s, %d cores. `bare` is a function that only answers \"ok\".\n\n",
		z.Rounds, z.Rounds*z.Warm, runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	fmt.Fprintf(out, "| | bare | api | documents | scans | reminders | feedback |\n|---|---:|---:|---:|---:|---:|---:|\n")
	line := func(what string, cell func(name string) string) {
		fmt.Fprintf(out, "| %s |", what)
		for _, s := range subjects {
			fmt.Fprintf(out, " %s |", cell(s.name))
		}
		fmt.Fprintln(out)
	}
	m := func(name string) *samples { return measured[name] }
	line("binary, "+runtime.GOARCH, func(n string) string { return megabytes(sizes[n].binary) })
	line("zip, "+runtime.GOARCH, func(n string) string { return megabytes(sizes[n].zip) })
	line("binary, arm64 (deployed)", func(n string) string { return megabytes(deployed[n].binary) })
	line("zip, arm64 (deployed)", func(n string) string { return megabytes(deployed[n].zip) })
	line("start to first poll, table that answers at once", func(n string) string { return milliseconds(median(starts[n].wall)) })
	line("the same, against bare", func(n string) string { return fmt.Sprintf("%.2f×", ratio(starts[n].wall, starts["bare"].wall)) })
	line("processor time of it, against bare", func(n string) string { return fmt.Sprintf("%.2f×", ratio(starts[n].cpu, starts["bare"].cpu)) })
	line("start to first poll, DynamoDB Local", func(n string) string { return milliseconds(median(m(n).init)) })
	line("first answer", func(n string) string { return milliseconds(median(m(n).first)) })
	line("the same event, warm", func(n string) string { return milliseconds(median(m(n).again)) })
	line("an event that needs no table, warm", func(n string) string { return milliseconds(median(m(n).nothing)) })
	line("peak memory", func(n string) string { return fmt.Sprintf("%.1f MB", float64(median(m(n).peakKB))/1024) })
	fmt.Fprint(out, notes)
}

const notes = `
First answers: the list of sessions; a devis (PDF); the form for a page of a signed convention (and a question to the local bucket); a confirmation sent on the table's word; a bounce marked. What comparing is good for:
the ratios to bare, and these figures with those of another day on the same machine. What it is not: AWS. There, a cold start also takes
the sandbox, the download and the unpacking of the zip; the processor is a share that follows the memory setting (512 MB is under a third of one,
though initialisation gets more); the table and SES are across a network with TLS, and the link secret is read from Secrets Manager during
initialisation, where the local environment gives it. DynamoDB Local answers a read in one to three milliseconds. The zips are made with Go's deflate: sam
package's differ by less than a hundredth.
`

func megabytes(bytes int64) string { return fmt.Sprintf("%.2f MB", float64(bytes)/1e6) }

func milliseconds(d time.Duration) string { return fmt.Sprintf("%.2f ms", float64(d)/1e6) }
