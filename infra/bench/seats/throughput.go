package seats

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

const (
	plenty = 1_000_000             // seats
	scarce = 15                    // seats: those of a DIFE session
	hold   = 10 * time.Millisecond // that a transaction keeps its items on AWS: a guess, on the long side
)

// counting is a way of keeping the counts of one session.
type counting struct {
	name string
	make func(ctx context.Context, cfg aws.Config, s enrolment.Session) error
}

// spread is the product's way; oneCounter was its way before, and is kept by the sessions made then.
var (
	spread     = counting{"spread over counters", apply}
	oneCounter = counting{"one counter", func(ctx context.Context, cfg aws.Config, s enrolment.Session) error {
		if err := apply(ctx, cfg, s); err != nil {
			return err
		}
		return dynamotest.OneCounter(ctx, cfg, s.ID, s.Capacity)
	}}
)

func apply(ctx context.Context, cfg aws.Config, s enrolment.Session) error {
	_, err := dynamotest.Open(cfg, clock).ApplySession(ctx, s)
	return err
}

// crowd is what came of clients who ask one after the other, without a pause, all at once.
type crowd struct {
	answers []time.Duration // in order
	busy    int             // answered "unavailable", not in answers
	took    time.Duration
}

func (c crowd) rate() float64 { return float64(len(c.answers)) / c.took.Seconds() }

func (c crowd) under(share float64) time.Duration { return shareOf(c.answers, share) }

// shareOf is the time that a share of the answers took at most.
func shareOf(answers []time.Duration, share float64) time.Duration {
	if len(answers) == 0 {
		return 0
	}
	return answers[min(len(answers)-1, int(share*float64(len(answers))))]
}

// gather has clients ask for a while, once at least; those who wait for an answer at its end get it. ask is given a number of its own
// each time.
func gather(ctx context.Context, clients int, during time.Duration, ask func(ctx context.Context, n int) error) (crowd, error) {
	var next, busy atomic.Int64
	var fault atomic.Pointer[error]
	each := make([][]time.Duration, clients)
	begun := time.Now()
	var all sync.WaitGroup
	for i := range clients {
		all.Go(func() {
			for more := true; more; more = time.Since(begun) < during && fault.Load() == nil {
				asked := time.Now()
				switch err := ask(ctx, int(next.Add(1))); {
				case err == nil:
					each[i] = append(each[i], time.Since(asked))
				case enrolment.KindOf(err) == enrolment.KindUnavailable:
					busy.Add(1)
				default:
					fault.Store(&err)
				}
			}
		})
	}
	all.Wait()
	c := crowd{slices.Concat(each...), int(busy.Load()), time.Since(begun)}
	slices.Sort(c.answers)
	if err := fault.Load(); err != nil {
		return c, *err
	}
	return c, nil
}

func (z Sizes) writeThroughput(ctx context.Context, out io.Writer) error {
	r, err := newRace(ctx, z.Cell)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "## Enrolments per second\n\nOne session, each client asks again as soon as it is answered, for %s. In each cell: per second (against the\n"+
		"bare write with as many clients) · median · 99 in 100. The bare write is a PutItem of a file if it is absent, in the same\n"+
		"minute. Plenty: no queue. Scarce: %d seats, so almost everybody joins a queue that grows, and has their place in it counted.\n\n", z.Cell, scarce)
	fmt.Fprint(out, "| clients | bare write | seats plenty | seats scarce |\n|---:|---|---|---|\n")
	bare := map[int]crowd{}
	for _, clients := range z.Clients {
		if bare[clients], err = r.write(ctx, clients); err != nil {
			return err
		}
		fmt.Fprintf(out, "| %d | %s |", clients, bare[clients].cell(crowd{}))
		for _, seats := range []int{plenty, scarce} {
			c, err := r.enrol(ctx, clients, r.during, spread, aSession(r.name(), seats))
			if err != nil {
				return err
			}
			fmt.Fprintf(out, " %s |", c.cell(bare[clients]))
		}
		fmt.Fprintln(out)
	}
	if err := r.writeHot(ctx, out, z.Clients, bare); err != nil {
		return err
	}
	return r.close(ctx)
}

// writeHot measures the same with conflicts imitated.
func (r *race) writeHot(ctx context.Context, out io.Writer, clients []int, bare map[int]crowd) error {
	fmt.Fprintf(out, "\n### A hot session: conflicts imitated\n\nThe same, but a transaction keeps its items for %s and refuses whoever meets it there, as AWS does and DynamoDB Local\n"+
		"does not. A conflict is tried again by the product; \"busy\" were told to come back. In the last columns each client comes once, all\n"+
		"together, and there are seats for all.\n\n", hold)
	fmt.Fprint(out, "| counts | clients | seats plenty | conflicts an answer | seats scarce | conflicts an answer | once each | conflicts an answer |\n|---|---:|---|---:|---|---:|---|---:|\n")
	for _, how := range []counting{spread, oneCounter} {
		for _, n := range clients {
			fmt.Fprintf(out, "| %s | %d |", how.name, n)
			for _, come := range []struct {
				seats  int
				during time.Duration
			}{{plenty, r.during}, {scarce, r.during}, {plenty, 0}} {
				hot := &dynamotest.HotItems{Hold: hold}
				c, err := r.enrol(ctx, n, come.during, how, aSession(r.name(), come.seats), hot.Option())
				if err != nil {
					return err
				}
				fmt.Fprintf(out, " %s | %.1f |", c.cell(bare[n]), float64(hot.Conflicts.Load())/float64(max(1, len(c.answers))))
			}
			fmt.Fprintln(out)
		}
	}
	fmt.Fprintln(out)
	return nil
}

func (c crowd) cell(bare crowd) string {
	against := ""
	if len(bare.answers) > 0 {
		against = fmt.Sprintf(" (%.2f)", c.rate()/bare.rate())
	}
	s := fmt.Sprintf("%.0f/s%s · %s · %s", c.rate(), against, brief(c.under(0.5)), brief(c.under(0.99)))
	if c.busy > 0 {
		s += fmt.Sprintf(" · %d busy", c.busy)
	}
	return s
}

// brief is a duration in three figures.
func brief(d time.Duration) string {
	switch {
	case d < 10*time.Millisecond:
		return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
	case d < time.Second:
		return fmt.Sprintf("%d ms", d.Milliseconds())
	}
	return fmt.Sprintf("%.1f s", d.Seconds())
}

// race is where crowds meet one table.
type race struct {
	cfg      aws.Config
	guide    *guide.Guide
	file     table.Item // as the product writes it
	during   time.Duration
	sessions int
	written  atomic.Int64
}

func newRace(ctx context.Context, during time.Duration) (*race, error) {
	g, err := guide.Load()
	if err != nil {
		return nil, err
	}
	r := &race{cfg: table.New(), guide: g, during: during}
	r.file, err = aFile(ctx, r.cfg, g, r.name())
	if err != nil {
		return nil, err
	}
	// Both JVM and connections are warm before anything is timed.
	_, err = r.enrol(ctx, 16, during, spread, aSession(r.name(), plenty))
	return r, err
}

// aFile makes a session, and gives the item of the first file on it.
func aFile(ctx context.Context, cfg aws.Config, g *guide.Guide, session string) (table.Item, error) {
	store := dynamotest.Open(cfg, clock)
	if _, err := store.ApplySession(ctx, aSession(session, 10)); err != nil {
		return nil, err
	}
	f, err := booking.New(store, g, clock).Enrol(ctx, application(session, 0))
	if err != nil {
		return nil, err
	}
	return table.Like(ctx, cfg, "E#"+f.Enrolment.ID, "FILE")
}

func (r *race) close(ctx context.Context) error { return table.Drop(ctx, r.cfg) }

func (r *race) name() string {
	r.sessions++
	return fmt.Sprintf("race-%d", r.sessions)
}

// enrol has a crowd ask for seats of a new session, and refuses a result that oversells.
func (r *race) enrol(ctx context.Context, clients int, during time.Duration, how counting, s enrolment.Session, options ...func(*dynamodb.Options)) (crowd, error) {
	if err := how.make(ctx, r.cfg, s); err != nil {
		return crowd{}, err
	}
	desk := booking.New(dynamotest.Open(r.cfg, clock, options...), r.guide, clock)
	var seated atomic.Int64
	c, err := gather(ctx, clients, during, func(ctx context.Context, n int) error {
		f, err := desk.Enrol(ctx, application(s.ID, n))
		if err == nil && f.Enrolment.Status == enrolment.Reserved {
			seated.Add(1)
		}
		return err
	})
	if err == nil && int(seated.Load()) > s.Capacity {
		err = fmt.Errorf("%d seats given of %d", seated.Load(), s.Capacity)
	}
	return c, err
}

// write has a crowd write files, each alone.
func (r *race) write(ctx context.Context, clients int) (crowd, error) {
	db := dynamodb.NewFromConfig(r.cfg, func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} })
	return gather(ctx, clients, r.during, func(ctx context.Context, _ int) error {
		id := fmt.Sprintf("bare-%d", r.written.Add(1))
		_, err := db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: aws.String(dynamotest.TableName), ConditionExpression: aws.String("attribute_not_exists(pk)"),
			Item: table.Copy(r.file, table.Item{"pk": table.Text("E#" + id), "enrolmentId": table.Text(id), "emailPk": table.Text(id)}),
		})
		return errors.Join(err, ctx.Err())
	})
}
