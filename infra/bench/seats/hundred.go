package seats

import (
	"context"
	"fmt"
	"io"
	"slices"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// pace is how many people come to one session in a second, each when they come and not when another has been answered.
const pace = 100

// writeHundred measures a session that everyone wants at the same time, with conflicts imitated.
func (z Sizes) writeHundred(ctx context.Context, out io.Writer) error {
	r, err := newRace(ctx, z.Cell)
	if err != nil {
		return err
	}
	people := int(z.Hundred.Seconds() * pace)
	fmt.Fprintf(out, "## A hundred people a second on one session\n\n%d people come in %s, one every %s, whatever became of the others. Conflicts are imitated as above:\n"+
		"a transaction keeps its items for %s. In time: answered within a second. Every answer is checked against the table.\n\n", people, z.Hundred, time.Second/pace, hold)
	fmt.Fprint(out, "| counts | seats | seated | wait | busy | median | 99 in 100 | slowest | in time | conflicts an answer |\n|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|\n")
	for _, seats := range []int{people, scarce} {
		for _, how := range []counting{spread, oneCounter} {
			if err := r.writeArrivals(ctx, out, how, people, seats); err != nil {
				return err
			}
		}
	}
	fmt.Fprintln(out)
	return r.close(ctx)
}

func (r *race) writeArrivals(ctx context.Context, out io.Writer, how counting, people, seats int) error {
	s := aSession(r.name(), seats)
	if err := how.make(ctx, r.cfg, s); err != nil {
		return err
	}
	hot := &dynamotest.HotItems{Hold: hold}
	store := dynamotest.Open(r.cfg, clock, hot.Option())
	desk := booking.New(store, r.guide, clock)
	answers := make([]arrival, people)
	tick := time.NewTicker(time.Second / pace)
	defer tick.Stop()
	var all sync.WaitGroup
	for i := range answers {
		<-tick.C
		all.Go(func() { answers[i] = arrive(ctx, desk, s.ID, i) })
	}
	all.Wait()
	t, err := tally(answers)
	if err != nil {
		return err
	}
	now, err := store.Session(ctx, s.ID)
	if err != nil {
		return err
	}
	if now.Taken != t.seated || now.Waiting != t.waiting || t.seated > seats {
		return fmt.Errorf("%s: answered %d seated and %d waiting, the table says %d and %d of %d", how.name, t.seated, t.waiting, now.Taken, now.Waiting, seats)
	}
	inTime, _ := slices.BinarySearch(t.took, time.Second)
	fmt.Fprintf(out, "| %s | %d | %d | %d | %d | %s | %s | %s | %.1f %% | %.1f |\n", how.name, seats, t.seated, t.waiting, t.busy,
		brief(t.under(0.5)), brief(t.under(0.99)), brief(t.under(1)), 100*float64(inTime)/float64(people), float64(hot.Conflicts.Load())/float64(people))
	return nil
}

// arrival is what one person was answered, and how long it took.
type arrival struct {
	status enrolment.Status
	took   time.Duration
	err    error
}

func arrive(ctx context.Context, desk *booking.Desk, session string, person int) arrival {
	asked := time.Now()
	f, err := desk.Enrol(ctx, application(session, person))
	return arrival{f.Enrolment.Status, time.Since(asked), err}
}

// arrivals adds up.
type arrivals struct {
	seated, waiting, busy int
	took                  []time.Duration // of every answer, in order
}

func tally(answers []arrival) (t arrivals, err error) {
	for _, a := range answers {
		switch {
		case enrolment.KindOf(a.err) == enrolment.KindUnavailable:
			t.busy++
		case a.err != nil:
			return t, a.err
		case a.status == enrolment.Reserved:
			t.seated++
		default:
			t.waiting++
		}
		t.took = append(t.took, a.took)
	}
	slices.Sort(t.took)
	return t, nil
}

func (t arrivals) under(share float64) time.Duration { return shareOf(t.took, share) }
