package seats

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// counter is a desk whose every call is counted. Its clock is a minute later each time it is read, so that what an act makes due has
// an instant of its own.
type counter struct {
	cfg   aws.Config
	meter *dynamotest.Meter
	store *dynamo.Store
	desk  *booking.Desk
}

func newCounter(cfg aws.Config) (*counter, error) {
	g, err := guide.Load()
	if err != nil {
		return nil, err
	}
	meter := dynamotest.NewMeter(cfg)
	var minutes atomic.Int64
	later := func() time.Time { return now.Add(time.Duration(minutes.Add(1)) * time.Minute) }
	store := dynamotest.Open(cfg, clock, meter.Option())
	return &counter{cfg, meter, store, booking.New(store, g, later)}, nil
}

// grown is the session that is measured.
const grown = "grown"

const (
	firsts = 10 // enrolments that are made as the product makes them; the others are copies
	toCome = 20 // sessions to come, which a list shows
)

// open makes the session and its first enrolments.
func (c *counter) open(ctx context.Context, capacity int) error {
	for i := range toCome - 1 {
		if _, err := c.store.ApplySession(ctx, aSession(fmt.Sprint("other-", i), 15)); err != nil {
			return err
		}
	}
	if _, err := c.store.ApplySession(ctx, aSession(grown, capacity)); err != nil {
		return err
	}
	for n := range firsts {
		if _, err := c.desk.Enrol(ctx, application(grown, n)); err != nil {
			return err
		}
	}
	return nil
}

// copies adds n enrolments, a file and a claim each, to the session that of gives for each.
func (c *counter) copies(ctx context.Context, n int, of func(i int) string) error {
	file, err := table.Like(ctx, c.cfg, "E#"+booking.FileID(application(grown, 0).Key), "FILE")
	if err != nil {
		return err
	}
	claim, err := table.Like(ctx, c.cfg, "S#"+grown, "P#")
	if err != nil {
		return err
	}
	return table.Fill(ctx, c.cfg, 2*n, func(i int) table.Item {
		id, session := fmt.Sprintf("copy%022d", i/2), of(i/2)
		if i%2 == 0 {
			return table.Copy(claim, table.Item{"pk": table.Text("S#" + session), "sk": table.Text("P#" + id), "enrolmentId": table.Text(id)})
		}
		return table.Copy(file, table.Item{
			"pk": table.Text("E#" + id), "enrolmentId": table.Text(id), "emailPk": table.Text(id), "sessionId": table.Text(session),
		})
	})
}

// act is something asked of the desk or of the store.
type act struct {
	name string
	do   func(context.Context) error
}

// acts are those that are asked most. The file is somebody's who came first.
func (c *counter) acts() []act {
	id := booking.FileID(application(grown, 1).Key)
	file := func(_ booking.File, err error) error { return err }
	return []act{
		{"enrol", func(ctx context.Context) error { return file(c.desk.Enrol(ctx, application(grown, firsts))) }},
		{"file", func(ctx context.Context) error { return file(c.desk.File(ctx, id)) }},
		{"tick", func(ctx context.Context) error { return file(c.desk.Tick(ctx, id, enrolment.StepDemande)) }},
		{"cancel", func(ctx context.Context) error { return file(c.desk.Cancel(ctx, id)) }},
		{"session", func(ctx context.Context) error { _, err := c.store.Session(ctx, grown); return err }},
		{"list of sessions", func(ctx context.Context) error { _, _, err := c.store.Sessions(ctx, now, ""); return err }},
	}
}

// measure does every act once, and gives what each used.
func (c *counter) measure(ctx context.Context) (costs []string, err error) {
	for _, a := range c.acts() {
		c.meter.Take()
		if err := a.do(ctx); err != nil {
			return nil, fmt.Errorf("%s: %w", a.name, err)
		}
		costs = append(costs, inShort(c.meter.Take()))
	}
	return costs, nil
}

func inShort(b dynamotest.Bill) string {
	t := b.Total()
	calls := "calls"
	if t.Calls == 1 {
		calls = "call"
	}
	return fmt.Sprintf("%d %s, %g + %g", t.Calls, calls, t.ReadUnits, t.WriteUnits)
}

// growths are the two ways in which enrolments may pile up.
var growths = []struct {
	name string
	of   func(i int) string // session of the i-th copy
}{
	{"in one session", func(int) string { return grown }},
	{"in the table, in other sessions of 15", func(i int) string { return fmt.Sprint("past-", i/15) }},
}

func (z Sizes) writeGrowth(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "## Cost as enrolments pile up\n\nCalls, read units + write units of one act (through booking.Desk, without the abuse limits).\n"+
		"The first %d are made as the product makes them, the others are copies; %d sessions are to come.\n\n", firsts, toCome)
	for _, g := range growths {
		columns := [][]string{}
		for _, n := range z.Fills {
			costs, err := fillAndMeasure(ctx, table.New(), n, g.of)
			if err != nil {
				return err
			}
			columns = append(columns, costs)
		}
		writeColumns(out, "enrolments "+g.name, z.Fills, columns)
	}
	return nil
}

// fillAndMeasure leaves no table behind.
func fillAndMeasure(ctx context.Context, cfg aws.Config, n int, of func(i int) string) ([]string, error) {
	c, err := newCounter(cfg)
	if err != nil {
		return nil, err
	}
	if err := c.open(ctx, 2*n+firsts); err != nil {
		return nil, err
	}
	if err := c.copies(ctx, n-firsts, of); err != nil {
		return nil, err
	}
	costs, err := c.measure(ctx)
	if err != nil {
		return nil, err
	}
	return costs, table.Drop(ctx, cfg)
}

func writeColumns(out io.Writer, what string, heads []int, columns [][]string) {
	fmt.Fprintf(out, "| %s |", what)
	for _, n := range heads {
		fmt.Fprintf(out, " %s |", thousands(n))
	}
	fmt.Fprintf(out, "\n|---|%s\n", strings.Repeat("---|", len(heads)))
	for i, a := range (&counter{}).acts() {
		fmt.Fprintf(out, "| %s |", a.name)
		for _, column := range columns {
			fmt.Fprintf(out, " %s |", column[i])
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintln(out)
}

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return fmt.Sprintf("%d,%03d", n/1000, n%1000)
}

// writeLine measures those who wait, behind more and more people.
func (z Sizes) writeLine(ctx context.Context, out io.Writer) error {
	fmt.Fprint(out, "### Behind a line of people who wait\n\nA place in the line is counted by reading the line up to it, as far as a thousand.\n\n"+
		"| people ahead | join the line | see the file | leave the line |\n|---:|---|---|---|\n")
	for _, ahead := range z.Ahead {
		costs, err := lineUp(ctx, table.New(), ahead)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "| %s | %s |\n", thousands(ahead), strings.Join(costs, " | "))
	}
	fmt.Fprintln(out)
	return nil
}

// lineUp gives what somebody costs who joins behind so many people, looks, and leaves. It leaves no table behind.
func lineUp(ctx context.Context, cfg aws.Config, ahead int) (costs []string, err error) {
	c, err := newCounter(cfg)
	if err != nil {
		return nil, err
	}
	if _, err := c.store.ApplySession(ctx, aSession(grown, 1)); err != nil {
		return nil, err
	}
	for n := range 2 { // one who has the seat, and the first in line
		if _, err := c.desk.Enrol(ctx, application(grown, n)); err != nil {
			return nil, err
		}
	}
	if err := c.crowdIn(ctx, ahead-1); err != nil {
		return nil, err
	}
	last := application(grown, 2)
	for _, do := range []func() (booking.File, error){
		func() (booking.File, error) { return c.desk.Enrol(ctx, last) },
		func() (booking.File, error) { return c.desk.File(ctx, booking.FileID(last.Key)) },
		func() (booking.File, error) { return c.desk.Cancel(ctx, booking.FileID(last.Key)) },
	} {
		c.meter.Take()
		f, err := do()
		if err != nil {
			return nil, err
		}
		if f.Enrolment.Status == enrolment.Waiting && f.Position != min(ahead+1, enrolment.FarPlace) {
			return nil, fmt.Errorf("place %d behind %d people", f.Position, ahead)
		}
		costs = append(costs, inShort(c.meter.Take()))
	}
	return costs, table.Drop(ctx, cfg)
}

// crowdIn puts n more people in the line: the tickets are taken, the entries are copies of the first one's.
func (c *counter) crowdIn(ctx context.Context, n int) error {
	entry, err := table.Like(ctx, c.cfg, "S#"+grown, "Q#")
	if err != nil {
		return err
	}
	var tickets sync.WaitGroup
	var taken atomic.Int64
	var fault atomic.Pointer[error]
	for range 8 {
		tickets.Go(func() {
			for taken.Add(1) <= int64(n) {
				if _, err := c.store.Ticket(ctx, grown); err != nil {
					fault.Store(&err)
				}
			}
		})
	}
	tickets.Wait()
	if err := fault.Load(); err != nil {
		return *err
	}
	return table.Fill(ctx, c.cfg, n, func(i int) table.Item {
		return table.Copy(entry, table.Item{"sk": table.Text(fmt.Sprintf("Q#%012d", i+2)), "enrolmentId": table.Text(fmt.Sprintf("copy%022d", i))})
	})
}
