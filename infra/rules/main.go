// Command rules lists what a deployer must check: every rule of the guide that is announced, not confirmed, and whose day is near or past;
// the helpline's numbers, which only a call proves; and every address that nobody has opened.
//
//	go run ./infra/rules
//
// It never fails for what it finds: nothing unconfirmed is ever applied.
package main

import (
	"fmt"
	"io"
	"maps"
	"os"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/guide"
)

// near is how many days ahead a rule is worth checking.
const near = 30

func main() {
	g, err := guide.Load()
	if err != nil {
		fmt.Fprintln(os.Stderr, "rules:", err)
		os.Exit(1)
	}
	list(os.Stdout, g, time.Now())
}

func list(out io.Writer, g *guide.Guide, now time.Time) {
	for _, r := range g.Unconfirmed(now, near) {
		fmt.Fprintf(out, "warn  rule %s = %d (%s) announced from %s, not confirmed (%s): check on Légifrance, then correct internal/guide/content/guide.yaml\n",
			r.Key, r.Value, r.Unit, r.From, r.Source.Source)
	}
	h := g.Helpline
	fmt.Fprintf(out, "check call %s (%s; %s, read on %s): people are told to\n", h.Number, h.Label, h.Source.Source, h.Checked)
	if h.Alternative.Number != "" {
		fmt.Fprintf(out, "check call %s, another number found for it (%s, read on %s)\n", h.Alternative.Number, h.Alternative.Source.Source, h.Alternative.Checked)
	}
	for _, id := range slices.Sorted(maps.Keys(g.Links)) {
		if l := g.Links[id]; !l.Verified {
			fmt.Fprintf(out, "warn  link %s (%s) was never verified; %s is shown: open it, then correct internal/guide/content/guide.yaml\n", id, l.Title, l.Address())
		}
	}
}
