package seats

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// The comparison: so many people, one attempt each, by so many clients at once, for so many seats.
const (
	attempts     = 320
	attempters   = 64
	someSeats    = 20
	crashesOneIn = 7 // writes, in the run with crashes
)

// way is a way of reserving a seat of one session. The first two are the product's; the others are prototypes on its items, kept as
// the reason of the choice.
type way interface {
	// reserve tries once for one person; seat is false when there is none left.
	reserve(ctx context.Context, person int) (seat bool, err error)
	// books gives the seats that the session counts as taken, and the files that hold one.
	books(ctx context.Context) (taken, files int, err error)
}

// maker opens a session of its own and gives a way over it. options are those of the client that makes the attempts.
type maker func(ctx context.Context, b *bank, name string, capacity int, options ...func(*dynamodb.Options)) (way, error)

var ways = []struct {
	name string
	make maker
}{
	{"**one transaction**: the product's desk, with its queue for those who get none", throughDesk},
	{"the same transaction alone, refused when full", oneTransaction},
	{"a set of holders on the session, then the file", setOfHolders},
	{"a counter, then the claim and the file, taken back when refused", counterThenPut},
}

// bank is the table where all of them meet.
type bank struct {
	cfg   aws.Config
	guide *guide.Guide
	file  table.Item // as the product writes it
}

func newBank(ctx context.Context, cfg aws.Config) (*bank, error) {
	g, err := guide.Load()
	if err != nil {
		return nil, err
	}
	file, err := aFile(ctx, cfg, g, "pattern")
	return &bank{cfg, g, file}, err
}

func (z Sizes) writeWays(ctx context.Context, out io.Writer) error {
	cfg := table.New()
	b, err := newBank(ctx, cfg)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "## Three ways of reserving\n\n%d people, one attempt each, %d at once: attempts a second for %d seats, with seats for all, and for %d with conflicts\n"+
		"imitated as above (a write alone meets none). Units are read + write, of an attempt for %d seats and of a seat when seats are\n"+
		"left. Leaked: seats that count as taken and have no file, in a run with seats for all where one write in %d is the end of its process.\n\n",
		attempts, attempters, someSeats, someSeats, someSeats, crashesOneIn)
	fmt.Fprintf(out, "| way | %d seats | seats for all | %d seats, conflicts | units an attempt | units a seat | leaked |\n|---|---:|---:|---:|---:|---:|---:|\n", someSeats, someSeats)
	for i, w := range ways {
		line, err := b.compare(ctx, w.make, fmt.Sprint("way-", i))
		if err != nil {
			return fmt.Errorf("%s: %w", w.name, err)
		}
		fmt.Fprintf(out, "| %s | %s |\n", w.name, line)
	}
	fmt.Fprintln(out)
	if err := b.writeManyHolders(ctx, out, z.Holders); err != nil {
		return err
	}
	return table.Drop(ctx, cfg)
}

// compare runs a way timed, metered, and with crashes.
func (b *bank) compare(ctx context.Context, open maker, name string) (line string, err error) {
	var rates [3]float64
	if rates[0], err = b.rate(ctx, open, name+"-some", someSeats); err != nil {
		return "", err
	}
	if rates[1], err = b.rate(ctx, open, name+"-all", attempts); err != nil {
		return "", err
	}
	if rates[2], err = b.rate(ctx, open, name+"-hot", someSeats, (&dynamotest.HotItems{Hold: hold}).Option()); err != nil {
		return "", err
	}
	alone, all, err := b.weigh(ctx, open, name+"-metered")
	if err != nil {
		return "", err
	}
	leaked, err := b.leaks(ctx, open, name+"-crashes")
	return fmt.Sprintf("%.0f/s | %.0f/s | %.0f/s | %.1f + %.1f | %g + %g | %d", rates[0], rates[1], rates[2],
		all.ReadUnits/attempts, all.WriteUnits/attempts, alone.ReadUnits, alone.WriteUnits, leaked), err
}

// rate is how many attempts a second a storm makes. Books that do not balance after it are an error.
func (b *bank) rate(ctx context.Context, open maker, name string, seats int, options ...func(*dynamodb.Options)) (float64, error) {
	w, err := open(ctx, b, name, seats, options...)
	if err != nil {
		return 0, err
	}
	begun := time.Now()
	if err := storm(ctx, w); err != nil {
		return 0, err
	}
	rate := attempts / time.Since(begun).Seconds()
	taken, files, err := w.books(ctx)
	if err == nil && (taken != seats || files != seats) {
		err = fmt.Errorf("%d seats count as taken, %d files hold one, of %d", taken, files, seats)
	}
	return rate, err
}

// weigh gives what a seat costs when seats are left, and what a storm does.
func (b *bank) weigh(ctx context.Context, open maker, name string) (alone, all dynamotest.Spent, err error) {
	meter := dynamotest.NewMeter(b.cfg)
	w, err := open(ctx, b, name, someSeats, meter.Option())
	if err != nil {
		return alone, all, err
	}
	meter.Take()
	if _, err := w.reserve(ctx, 0); err != nil {
		return alone, all, err
	}
	alone = meter.Take().Total()
	err = storm(ctx, w)
	return alone, meter.Take().Total(), err
}

// storm has everybody attempt once. A process that ends is one attempt less.
func storm(ctx context.Context, w way) error {
	var next atomic.Int64
	var fault atomic.Pointer[error]
	var all sync.WaitGroup
	for range attempters {
		all.Go(func() {
			for person := int(next.Add(1)); person <= attempts; person = int(next.Add(1)) {
				if _, err := w.reserve(ctx, person); err != nil && !errors.Is(err, dynamotest.ErrCrash) {
					fault.Store(&err)
				}
			}
		})
	}
	all.Wait()
	if err := fault.Load(); err != nil {
		return *err
	}
	return nil
}

// leaks is how many seats a storm with crashes leaves without a file, with seats for all so that everybody writes.
func (b *bank) leaks(ctx context.Context, open maker, name string) (int, error) {
	w, err := open(ctx, b, name, attempts, crashes())
	if err != nil {
		return 0, err
	}
	if err := storm(ctx, w); err != nil {
		return 0, err
	}
	taken, files, err := w.books(ctx)
	return taken - files, err
}

// crashes ends the process instead of one write in so many.
func crashes() func(*dynamodb.Options) {
	var writes atomic.Int64
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if c.Writes() && writes.Add(1)%crashesOneIn == 0 {
			return nil, dynamotest.ErrCrash
		}
		return c.Send()
	})
}

// writeManyHolders shows what the set costs once it is long.
func (b *bank) writeManyHolders(ctx context.Context, out io.Writer, holders int) error {
	meter := dynamotest.NewMeter(b.cfg)
	w, err := setOfHolders(ctx, b, "many-holders", 2*holders, meter.Option())
	if err != nil {
		return err
	}
	var held []string
	for i := range holders {
		held = append(held, holderOf(attempts+i))
	}
	if err := w.(*holderSet).add(ctx, held...); err != nil {
		return err
	}
	meter.Take()
	if _, err := w.reserve(ctx, 0); err != nil {
		return err
	}
	t := meter.Take().Total()
	fmt.Fprintf(out, "With %s holders, a seat in a set costs %g read units and %g write units.\n\n", thousands(holders), t.ReadUnits, t.WriteUnits)
	return nil
}

// product is the transaction, by the desk or alone.
type product struct {
	store   *dynamo.Store
	session string
	desk    *booking.Desk // nil: alone
}

func newProduct(ctx context.Context, b *bank, name string, capacity int, options []func(*dynamodb.Options)) (*product, error) {
	plain := dynamotest.Open(b.cfg, clock)
	_, err := plain.ApplySession(ctx, aSession(name, capacity))
	return &product{store: dynamotest.Open(b.cfg, clock, options...), session: name}, err
}

func throughDesk(ctx context.Context, b *bank, name string, capacity int, options ...func(*dynamodb.Options)) (way, error) {
	p, err := newProduct(ctx, b, name, capacity, options)
	p.desk = booking.New(p.store, b.guide, clock)
	return p, err
}

func oneTransaction(ctx context.Context, b *bank, name string, capacity int, options ...func(*dynamodb.Options)) (way, error) {
	return newProduct(ctx, b, name, capacity, options)
}

func (p *product) reserve(ctx context.Context, person int) (bool, error) {
	a := application(p.session, person)
	if p.desk != nil {
		f, err := p.desk.Enrol(ctx, a)
		return f.Enrolment.Status == enrolment.Reserved, err
	}
	for {
		id := booking.FileID(a.Key)
		s, _, _, err := p.store.Look(ctx, p.session, id, a.Person.Email)
		if err != nil || s.SeatsLeft() == 0 {
			return false, err
		}
		err = p.store.Commit(ctx, enrolment.Act{At: now, Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{After: enrolment.Enrolment{
			ID: id, Reference: enrolment.NewReference(id), SessionID: p.session, Status: enrolment.Reserved, Mode: a.Mode, Person: a.Person, Mandate: a.Mandate,
			CreatedAt: now, ReservedAt: now, ModeSince: now, ConsentAt: now, DueAt: now, BodyDigest: a.BodyDigest, Version: 1,
			Notices: []enrolment.Notice{{Key: "confirmation", Kind: enrolment.NoticeConfirmation, At: now}},
		}}}})
		if !errors.Is(err, enrolment.ErrStale) {
			return err == nil, err
		}
	}
}

func (p *product) books(ctx context.Context) (taken, files int, err error) {
	s, err := p.store.Session(ctx, p.session)
	if err != nil {
		return 0, 0, err
	}
	for cursor, first := "", true; first || cursor != ""; first = false {
		page, next, err := p.store.FilesOfSession(ctx, p.session, cursor)
		if err != nil {
			return 0, 0, err
		}
		for _, e := range page {
			if e.Holds() {
				files++
			}
		}
		cursor = next
	}
	return s.Taken, files, nil
}

// prototype is what both prototypes share: the product's items, written one by one.
type prototype struct {
	db, plain *dynamodb.Client // plain neither counts nor crashes
	like      table.Item       // the file to write
	session   string
	capacity  int
}

func newPrototype(ctx context.Context, b *bank, name string, capacity int, options []func(*dynamodb.Options)) (*prototype, error) {
	if _, err := dynamotest.Open(b.cfg, clock).ApplySession(ctx, aSession(name, capacity)); err != nil {
		return nil, err
	}
	options = append([]func(*dynamodb.Options){func(o *dynamodb.Options) { o.Retryer = aws.NopRetryer{} }}, options...)
	return &prototype{dynamodb.NewFromConfig(b.cfg, options...), dynamodb.NewFromConfig(b.cfg), b.file, name, capacity}, nil
}

// read gives the session's item.
func (p *prototype) read(ctx context.Context, db *dynamodb.Client) (table.Item, error) {
	out, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(dynamotest.TableName), Key: p.key(), ConsistentRead: aws.Bool(true)})
	if err != nil {
		return nil, err
	}
	return out.Item, nil
}

func (p *prototype) key() table.Item {
	return table.Item{"pk": table.Text("S#" + p.session), "sk": table.Text("SESSION")}
}

// update changes the session's item; done is false when its condition was refused.
func (p *prototype) update(ctx context.Context, update, condition string, values table.Item) (done bool, err error) {
	in := &dynamodb.UpdateItemInput{TableName: aws.String(dynamotest.TableName), Key: p.key(), UpdateExpression: &update, ExpressionAttributeValues: values}
	if condition != "" {
		in.ConditionExpression = &condition
	}
	_, err = p.db.UpdateItem(ctx, in)
	return written(err)
}

// put writes an item that must be absent; done is false when it was there.
func (p *prototype) put(ctx context.Context, it table.Item) (done bool, err error) {
	_, err = p.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(dynamotest.TableName), Item: it, ConditionExpression: aws.String("attribute_not_exists(pk)")})
	return written(err)
}

func written(err error) (done bool, _ error) {
	var refused *types.ConditionalCheckFailedException
	if errors.As(err, &refused) {
		return false, nil
	}
	return err == nil, err
}

func (p *prototype) fileOf(person int) table.Item {
	id := p.session + "-" + holderOf(person)
	return table.Copy(p.like, table.Item{"pk": table.Text("E#" + id), "enrolmentId": table.Text(id), "emailPk": table.Text(id), "sessionId": table.Text(p.session)})
}

// holderOf is as long as the digest of an address.
func holderOf(person int) string { return fmt.Sprintf("%032d", person) }

// files counts the files that are there.
func (p *prototype) files(ctx context.Context) (n int, err error) {
	for person := range attempts + 1 {
		it := p.fileOf(person)
		out, err := p.plain.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: aws.String(dynamotest.TableName), Key: table.Item{"pk": it["pk"], "sk": it["sk"]}, ConsistentRead: aws.Bool(true),
		})
		if err != nil {
			return 0, err
		}
		if out.Item != nil {
			n++
		}
	}
	return n, nil
}

// holderSet keeps who holds a seat in a set on the session, which is the claim too; the file follows.
type holderSet struct{ *prototype }

func setOfHolders(ctx context.Context, b *bank, name string, capacity int, options ...func(*dynamodb.Options)) (way, error) {
	p, err := newPrototype(ctx, b, name, capacity, options)
	return &holderSet{p}, err
}

func (h *holderSet) add(ctx context.Context, who ...string) error {
	_, err := h.update(ctx, "ADD holders :who", "", table.Item{":who": &types.AttributeValueMemberSS{Value: who}})
	return err
}

func (h *holderSet) reserve(ctx context.Context, person int) (bool, error) {
	it, err := h.read(ctx, h.db)
	if err != nil || held(it) >= h.capacity {
		return false, err
	}
	me := holderOf(person)
	seat, err := h.update(ctx, "ADD holders :who", "attribute_not_exists(holders) OR size(holders) < :capacity AND NOT contains(holders, :me)",
		table.Item{":who": &types.AttributeValueMemberSS{Value: []string{me}}, ":me": table.Text(me), ":capacity": amount(h.capacity)})
	if err != nil || !seat {
		return false, err
	}
	return h.put(ctx, h.fileOf(person)) // a process that ends before this leaks the seat
}

func (h *holderSet) books(ctx context.Context) (taken, files int, err error) {
	it, err := h.read(ctx, h.plain)
	if err != nil {
		return 0, 0, err
	}
	files, err = h.files(ctx)
	return held(it), files, err
}

func held(it table.Item) int {
	if set, ok := it["holders"].(*types.AttributeValueMemberSS); ok {
		return len(set.Value)
	}
	return 0
}

func amount(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: fmt.Sprint(n)} }

// counted raises a counter on the session, then writes claim and file, and lowers the counter again when the person had a claim.
type counted struct{ *prototype }

func counterThenPut(ctx context.Context, b *bank, name string, capacity int, options ...func(*dynamodb.Options)) (way, error) {
	p, err := newPrototype(ctx, b, name, capacity, options)
	return &counted{p}, err
}

func (c *counted) reserve(ctx context.Context, person int) (bool, error) {
	it, err := c.read(ctx, c.db)
	if err != nil || count(it) >= c.capacity {
		return false, err
	}
	seat, err := c.update(ctx, "ADD seatsHeld :one", "attribute_not_exists(seatsHeld) OR seatsHeld < :capacity", table.Item{":one": amount(1), ":capacity": amount(c.capacity)})
	if err != nil || !seat {
		return false, err
	}
	f := c.fileOf(person) // a process that ends between any two of the writes that follow leaks the seat
	first, err := c.put(ctx, table.Item{"pk": c.key()["pk"], "sk": table.Text("P#" + holderOf(person)), "enrolmentId": f["enrolmentId"], "v": amount(1)})
	if err != nil {
		return false, err
	}
	if !first {
		_, err := c.update(ctx, "ADD seatsHeld :one", "", table.Item{":one": amount(-1)})
		return false, err
	}
	return c.put(ctx, f)
}

func (c *counted) books(ctx context.Context) (taken, files int, err error) {
	it, err := c.read(ctx, c.plain)
	if err != nil {
		return 0, 0, err
	}
	files, err = c.files(ctx)
	return count(it), files, err
}

func count(it table.Item) (n int) {
	if v, ok := it["seatsHeld"].(*types.AttributeValueMemberN); ok {
		_, _ = fmt.Sscan(v.Value, &n)
	}
	return n
}
