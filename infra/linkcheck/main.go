// Command linkcheck opens every link of the guide and says which are dead.
//
//	go run ./infra/linkcheck [file]
//
// Without a file it reads the guide that the programs embed. It exits with 1 when a link that people are shown is dead,
// and with 2 when
// the guide cannot be read or no site answers at all (no network).
package main

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/echarpe/echarpe/internal/guide"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	client := &http.Client{Timeout: 20 * time.Second}
	os.Exit(run(ctx, os.Args[1:], client, os.Stdout, os.Stderr))
}

func run(ctx context.Context, args []string, client *http.Client, out, errs io.Writer) int {
	g, err := read(args)
	if err != nil {
		fmt.Fprintln(errs, err)
		return 2
	}
	dead, answered := 0, false
	for _, r := range check(ctx, client, g.Links) {
		fmt.Fprintln(out, r)
		answered = answered || r.Status > 0
		if r.Verdict == Dead && r.Role == RoleShown {
			dead++
		}
	}
	if !answered {
		fmt.Fprintln(errs, "no site answered at all: is this machine on the network?")
		return 2
	}
	if dead > 0 {
		fmt.Fprintf(errs, "%d dead link(s): correct internal/guide/content/guide.yaml, or set verified: false with a fallback\n", dead)
		return 1
	}
	return 0
}

func read(args []string) (*guide.Guide, error) {
	if len(args) == 0 {
		return guide.Load()
	}
	source, err := os.ReadFile(args[0])
	if err != nil {
		return nil, fmt.Errorf("read the guide: %w", err)
	}
	return guide.Parse(source)
}
