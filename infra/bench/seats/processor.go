package seats

import (
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"runtime/pprof"
	"strconv"
	"syscall"
	"time"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/lambdatest"
)

// A profile takes a sample every 10 ms of processor: so many enrolments that ten functions can be told apart.
const (
	warmUp   = 200
	profiled = 2000
)

// goal is what an enrolment may take of the processor.
const goal = 4 * time.Millisecond

// ofASession is how many a session of the measure takes: as many as a real one.
const ofASession = 12

// writeProcessor measures what an enrolment takes of the processor in the product's own process: everything from the router to
// the table's client, through the deployed abuse limits, without the table, the gateway and the floor under the answer's time,
// which waits and takes none. Nothing meters the calls: that takes two more of them.
func writeProcessor(ctx context.Context, out io.Writer) error {
	cfg := table.New()
	h, err := openBare(ctx, cfg, ".")
	if err != nil {
		return err
	}
	sessions, err := h.several(ctx, (warmUp+profiled)/ofASession+1)
	if err != nil {
		return err
	}
	var took [2]spent
	var lines string
	for i, deployed := range []bool{false, true} {
		restore := func() {}
		if deployed {
			restore = asDeployed()
		}
		took[i], lines, err = h.profileEnrolments(ctx, sessions[i])
		restore()
		if err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "## Processor time of one enrolment\n\nPath measured: `POST /api/enrolments` in sessions of %d seats, one after the other, %d after %d to warm up, through the real handlers "+
		"with the abuse limits on, in one process that does nothing else: no gateway, no runtime API, no meter of the table's calls, no floor under the answer's time (it waits, and takes no processor). "+
		"The table is another process: its time is not in this figure.\n\n"+
		"**%s** of processor (user and system) an enrolment with the settings that are deployed (one processor at a time, memory collected when it has grown fivefold); "+
		"%s with Go's own. The goal is %.0f ms. It makes %d kB of garbage. On a machine that does something else both grow: the shares below do not.\n\n",
		ofASession, profiled, warmUp, milliseconds(took[1].processor), milliseconds(took[0].processor), float64(goal/time.Millisecond), (took[1].bytes+500)/1000)
	writeShares(out, sharesOf(lines))
	return table.Drop(ctx, cfg)
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.2f ms", float64(d.Microseconds())/1000)
}

// asDeployed gives this process the settings of a function's, and what takes them back.
func asDeployed() (restore func()) {
	percent, _ := strconv.Atoi(lambdatest.Runtime["GOGC"])
	processors, _ := strconv.Atoi(lambdatest.Runtime["GOMAXPROCS"])
	percent, processors = debug.SetGCPercent(percent), runtime.GOMAXPROCS(processors)
	return func() {
		debug.SetGCPercent(percent)
		runtime.GOMAXPROCS(processors)
	}
}

// several makes so many sessions, twice.
func (h *house) several(ctx context.Context, n int) (sessions [2][]string, err error) {
	for i := range sessions {
		for range n {
			id, err := h.session(ctx, ofASession)
			if err != nil {
				return sessions, err
			}
			sessions[i] = append(sessions[i], id)
		}
	}
	return sessions, nil
}

// spent on one enrolment.
type spent struct {
	processor time.Duration
	bytes     uint64 // of memory, most of it garbage at once
}

// profileEnrolments gives what one enrolment takes, and where the processor's time goes.
func (h *house) profileEnrolments(ctx context.Context, sessions []string) (each spent, lines string, err error) {
	done := 0
	enrol := func(n int) error {
		for range n {
			if _, err := h.ask("POST", h.newcomer(sessions[done/ofASession], enrolment.Collectivite)); err != nil {
				return err
			}
			done++
		}
		return nil
	}
	if err := enrol(warmUp); err != nil {
		return each, "", err
	}
	dir, err := os.MkdirTemp("", "profile")
	if err != nil {
		return each, "", err
	}
	defer os.RemoveAll(dir)
	file, err := os.Create(filepath.Join(dir, "cpu"))
	if err != nil {
		return each, "", err
	}
	if err := pprof.StartCPUProfile(file); err != nil {
		return each, "", err
	}
	garbage, before := allocated(), processor()
	err = enrol(profiled)
	each = spent{(processor() - before) / profiled, (allocated() - garbage) / profiled}
	pprof.StopCPUProfile()
	if err := file.Close(); err != nil || ctx.Err() != nil {
		return each, "", err
	}
	if err != nil {
		return each, "", err
	}
	raw, err := exec.CommandContext(ctx, "go", "tool", "pprof", "-top", "-nodecount=100000", "-nodefraction=0", file.Name()).Output()
	return each, string(raw), err
}

// allocated is the memory that this process has ever asked for.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// processor is the time that this process has taken of the processors, user and system.
func processor() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
