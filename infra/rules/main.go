// Command rules lists what a deployer must check: every rule of the guide that is announced, not confirmed, and whose day is near or past.
//
//	go run ./infra/rules
//
// It never fails for what it finds: nothing unconfirmed is ever applied.
package main

import (
	"fmt"
	"io"
	"os"
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
}
