package seats

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"syscall"
	"time"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// A profile takes a sample every 10 ms of processor: so many enrolments that ten functions can be told apart.
const (
	warmUp   = 200
	profiled = 2000
)

// goal is what an enrolment may take of the processor.
const goal = 4 * time.Millisecond

// writeProcessor measures what an enrolment takes of the processor in the product's own process: everything from the router to
// the table's client, through the deployed abuse limits, without the table, the gateway and the floor under the answer's time,
// which waits and takes none.
func writeProcessor(ctx context.Context, out io.Writer) error {
	cfg := table.New()
	h, err := openHouse(ctx, cfg, ".")
	if err != nil {
		return err
	}
	each, lines, err := h.profileEnrolments(ctx)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "## Processor time of one enrolment\n\nPath measured: `POST /api/enrolments` with seats left, one after the other, %d after %d to warm up, through the real handlers "+
		"with the abuse limits on, in one process; no gateway, no runtime API, no floor under the answer's time (it waits, and takes no processor). The table is another process: "+
		"its time is not in this figure.\n\n**%.2f ms** of processor (user and system) an enrolment; the goal is %.0f. On a machine that does something else, both this and what it is compared with grow: the shares below do not.\n\n",
		profiled, warmUp, float64(each.Microseconds())/1000, float64(goal/time.Millisecond))
	writeShares(out, sharesOf(lines))
	return table.Drop(ctx, cfg)
}

// profileEnrolments gives the processor time of one enrolment, and where it goes.
func (h *house) profileEnrolments(ctx context.Context) (each time.Duration, lines string, err error) {
	session, err := h.session(ctx, plenty)
	if err != nil {
		return 0, "", err
	}
	enrol := func(n int) error {
		for range n {
			if _, err := h.ask("POST", h.newcomer(session, enrolment.Collectivite)); err != nil {
				return err
			}
		}
		return nil
	}
	if err := enrol(warmUp); err != nil {
		return 0, "", err
	}
	dir, err := os.MkdirTemp("", "profile")
	if err != nil {
		return 0, "", err
	}
	defer os.RemoveAll(dir)
	file, err := os.Create(filepath.Join(dir, "cpu"))
	if err != nil {
		return 0, "", err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return 0, "", err
	}
	before := processor()
	err = enrol(profiled)
	each = (processor() - before) / profiled
	pprof.StopCPUProfile()
	if err := file.Close(); err != nil || ctx.Err() != nil {
		return 0, "", err
	}
	if err != nil {
		return 0, "", err
	}
	raw, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-nodecount=100000", "-nodefraction=0", file.Name()).Output()
	return each, string(raw), err
}

// processor is the time that this process has taken of the processors, user and system.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
