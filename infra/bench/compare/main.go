// Command compare measures systems side by side: the same driver asks each for enrolments, turn by turn, so that what else the
// machine does weighs on all alike.
//
//	go run ./infra/bench/compare [-rounds 5] [-each 40] [-clients 4] NAME=SCRIPT[@PID,PID…] …
//
// SCRIPT is run once for each enrolment, with its number (unique in this run) as its argument; it enrols a new person in whatever way the
// system has, and ends with 0 when the seat is held. The processes named after @ are the system's: their processor time, and their
// children's, is what the last column shares out (Linux's /proc). The script's own time is in the times, and in no system's processor time.
//
// infra/bench/compare/echarpe is the script for this product, running by make run.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"log"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"
)

// system is one of those compared.
type system struct {
	name, script string
	pids         []string
	times        []time.Duration // of the enrolments that succeeded
	failed       int
	took         time.Duration // of all its turns
	processor    time.Duration // of its processes, in its turns
}

func main() {
	rounds := flag.Int("rounds", 5, "turns of each system")
	each := flag.Int("each", 40, "enrolments a turn")
	clients := flag.Int("clients", 4, "at once")
	flag.Parse()
	systems, err := parse(flag.Args())
	if err != nil {
		log.Fatal(err)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	run := strconv.FormatInt(time.Now().Unix(), 36)
	for round := range *rounds {
		for _, s := range systems {
			if err := s.turn(ctx, fmt.Sprintf("%s-%d", run, round), *each, *clients); err != nil {
				log.Fatal(s.name, ": ", err)
			}
		}
	}
	fmt.Print(table(systems))
}

// parse reads NAME=SCRIPT[@PID,PID…].
func parse(args []string) (systems []*system, err error) {
	for _, arg := range args {
		name, rest, ok := strings.Cut(arg, "=")
		if !ok || name == "" || rest == "" {
			return nil, fmt.Errorf("%q is not NAME=SCRIPT[@PID,PID]", arg)
		}
		script, pids, measured := strings.Cut(rest, "@")
		s := &system{name: name, script: script}
		if measured {
			s.pids = strings.Split(pids, ",")
		}
		systems = append(systems, s)
	}
	if len(systems) == 0 {
		return nil, errors.New("name at least one system: NAME=SCRIPT[@PID,PID]")
	}
	return systems, nil
}

// turn asks one system for some enrolments.
func (s *system) turn(ctx context.Context, run string, enrolments, clients int) error {
	before, err := s.spent()
	if err != nil {
		return err
	}
	begun := time.Now()
	var next atomic.Int64
	var mu sync.Mutex
	var all sync.WaitGroup
	for range clients {
		all.Go(func() {
			for n := next.Add(1); int(n) <= enrolments && ctx.Err() == nil; n = next.Add(1) {
				asked := time.Now()
				out, err := exec.CommandContext(ctx, s.script, fmt.Sprintf("%s-%d", run, n)).CombinedOutput()
				mu.Lock()
				if err != nil {
					s.failed++
					fmt.Fprintf(os.Stderr, "%s: %v %s\n", s.name, err, out)
				} else {
					s.times = append(s.times, time.Since(asked))
				}
				mu.Unlock()
			}
		})
	}
	all.Wait()
	s.took += time.Since(begun)
	after, err := s.spent()
	s.processor += after - before
	return errors.Join(err, ctx.Err())
}

// tick is Linux's unit of processor time in /proc (USER_HZ).
const tick = 10 * time.Millisecond

// spent is the processor time of the system's processes and of their children that ended, since they began.
func (s *system) spent() (total time.Duration, err error) {
	for _, pid := range s.pids {
		raw, err := os.ReadFile(filepath.Join("/proc", pid, "stat"))
		if err != nil {
			return 0, err
		}
		// After the name in parentheses, which may hold spaces: utime, stime, cutime and cstime are fields 14 to 17 of proc(5).
		fields := strings.Fields(string(raw[strings.LastIndex(string(raw), ")")+1:]))
		for _, field := range fields[11:15] {
			n, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return 0, err
			}
			total += time.Duration(n) * tick
		}
	}
	return total, nil
}

func table(systems []*system) string {
	var b strings.Builder
	b.WriteString("| system | enrolments | failed | a second | median | 99 in 100 | processor, each |\n|---|---:|---:|---:|---:|---:|---:|\n")
	for _, s := range systems {
		slices.Sort(s.times)
		processor := "not measured"
		if len(s.pids) > 0 && len(s.times) > 0 {
			processor = fmt.Sprintf("%.1f ms", float64(s.processor.Milliseconds())/float64(len(s.times)))
		}
		fmt.Fprintf(&b, "| %s | %d | %d | %.1f | %s | %s | %s |\n", s.name, len(s.times), s.failed, float64(len(s.times))/s.took.Seconds(), s.share(0.5), s.share(0.99), processor)
	}
	return b.String()
}

func (s *system) share(of float64) time.Duration {
	if len(s.times) == 0 {
		return 0
	}
	return s.times[min(len(s.times)-1, int(of*float64(len(s.times))))].Round(time.Millisecond)
}
