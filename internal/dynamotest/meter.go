package dynamotest

import (
	"context"
	"maps"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Meter adds up the calls of a store and the capacity that each consumed, writes to indexes included. It slows a store down: count
// with it, do not time.
//
// The units are those that DynamoDB Local 1.25.1 reports, except where it departs from AWS's documented prices
// (TestTheMeterCountsTheDocumentedPrices):
//
//   - What it reports of a transaction is of no use: 4 units for each KB where AWS asks 2, and three items of under 1 KB reported as
//     one, as often as not. The meter reads the items before and after, and counts 2 units for each KB of each item, checked ones
//     included (price.go). Whether AWS doubles a transaction's writes to indexes too is not documented: the meter supposes so.
//   - A query that finds nothing, and an absent item in a batch, are reported as free; the meter counts the smallest read.
//
// Everything else is as documented: 1 unit for each KB written, 1 for each 4 KB read (half when eventually consistent) and for an
// absent item, 1 for an entry of an index that is written, 2 for one that moves, none for one that stays the same. What a refused
// call consumed is in no answer, so it is not counted: AWS does charge most refusals as if they had been made.
type Meter struct {
	db    *dynamodb.Client // reads what is weighed, unmetered
	mu    sync.Mutex
	spent Bill
}

// NewMeter makes a meter of the stores of one table.
func NewMeter(cfg aws.Config) *Meter { return &Meter{db: dynamodb.NewFromConfig(cfg)} }

// Spent is what calls consumed.
type Spent struct {
	Calls                 int // refused ones too
	Items                 int // that queries went through
	ReadUnits, WriteUnits float64
}

// Bill is what was spent, by operation: "GetItem", "TransactWriteItems"…; a query of an index bears its name: "Query filesByDue".
type Bill map[string]Spent

// Option is the meter, for a store. Several stores may share it.
func (m *Meter) Option() func(*dynamodb.Options) {
	return Around(func(ctx context.Context, c Call) (any, error) {
		askCapacity(c.Input)
		tx, transacts := c.Input.(*dynamodb.TransactWriteItemsInput)
		if !transacts {
			out, err := c.Send()
			if err != nil {
				m.add(c, Spent{Calls: 1})
				return out, err
			}
			m.add(c, measure(c.Input, out))
			return out, err
		}
		before, err := m.stored(ctx, tx)
		if err != nil {
			return nil, err
		}
		out, err := c.Send()
		if err != nil {
			m.add(c, Spent{Calls: 1})
			return out, err
		}
		after, err := m.stored(ctx, tx)
		m.add(c, Spent{Calls: 1, WriteUnits: transactional(before, after)})
		return out, err
	})
}

func (m *Meter) add(c Call, s Spent) {
	name := c.Operation
	if q, ok := c.Input.(*dynamodb.QueryInput); ok && q.IndexName != nil {
		name += " " + *q.IndexName
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.spent == nil {
		m.spent = Bill{}
	}
	m.spent[name] = m.spent[name].plus(s)
}

// Take gives what was spent since the last time.
func (m *Meter) Take() Bill {
	m.mu.Lock()
	defer m.mu.Unlock()
	b := m.spent
	m.spent = nil
	return b
}

// Total is all of it.
func (b Bill) Total() Spent { return b.sum(func(string) bool { return true }) }

// Reads is what was spent on calls that only read.
func (b Bill) Reads() Spent { return b.sum(reads) }

// Writes is what was spent on calls that may change the table.
func (b Bill) Writes() Spent { return b.sum(func(name string) bool { return !reads(name) }) }

// Except is the bill without some operations.
func (b Bill) Except(names ...string) Bill {
	rest := maps.Clone(b)
	for _, n := range names {
		delete(rest, n)
	}
	return rest
}

func (b Bill) sum(which func(name string) bool) (total Spent) {
	for name, s := range b {
		if which(name) {
			total = total.plus(s)
		}
	}
	return total
}

func reads(name string) bool {
	for _, r := range []string{"GetItem", "BatchGetItem", "TransactGetItems", "Query", "Scan"} {
		if strings.HasPrefix(name, r) {
			return true
		}
	}
	return false
}

func (s Spent) plus(t Spent) Spent {
	return Spent{s.Calls + t.Calls, s.Items + t.Items, s.ReadUnits + t.ReadUnits, s.WriteUnits + t.WriteUnits}
}

// askCapacity has the call say what it consumed.
func askCapacity(input any) {
	const by = types.ReturnConsumedCapacityIndexes
	switch in := input.(type) {
	case *dynamodb.GetItemInput:
		in.ReturnConsumedCapacity = by
	case *dynamodb.BatchGetItemInput:
		in.ReturnConsumedCapacity = by
	case *dynamodb.QueryInput:
		in.ReturnConsumedCapacity = by
	case *dynamodb.PutItemInput:
		in.ReturnConsumedCapacity = by
	case *dynamodb.UpdateItemInput:
		in.ReturnConsumedCapacity = by
	case *dynamodb.DeleteItemInput:
		in.ReturnConsumedCapacity = by
	case *dynamodb.BatchWriteItemInput:
		in.ReturnConsumedCapacity = by
	}
}

// measure reads one answer; that of a refused call is empty.
func measure(input, output any) Spent {
	s := Spent{Calls: 1}
	switch out := output.(type) {
	case *dynamodb.GetItemOutput:
		s.ReadUnits = units(out.ConsumedCapacity)
	case *dynamodb.BatchGetItemOutput:
		s.ReadUnits = allUnits(out.ConsumedCapacity) + absent(input, out)
	case *dynamodb.QueryOutput:
		s.ReadUnits, s.Items = max(units(out.ConsumedCapacity), leastQuery(input)), int(out.ScannedCount)
	case *dynamodb.PutItemOutput:
		s.WriteUnits = units(out.ConsumedCapacity)
	case *dynamodb.UpdateItemOutput:
		s.WriteUnits = units(out.ConsumedCapacity)
	case *dynamodb.DeleteItemOutput:
		s.WriteUnits = units(out.ConsumedCapacity)
	case *dynamodb.BatchWriteItemOutput:
		s.WriteUnits = allUnits(out.ConsumedCapacity)
	}
	return s
}

// absent is the price of the items that a batch asked for and did not get.
func absent(input any, out *dynamodb.BatchGetItemOutput) (units float64) {
	in, ok := input.(*dynamodb.BatchGetItemInput)
	if !ok {
		return 0
	}
	for name, asked := range in.RequestItems {
		missing := float64(len(asked.Keys) - len(out.Responses[name]) - len(out.UnprocessedKeys[name].Keys))
		if aws.ToBool(asked.ConsistentRead) {
			units += missing
		} else {
			units += missing / 2
		}
	}
	return units
}

func leastQuery(input any) float64 {
	if q, ok := input.(*dynamodb.QueryInput); ok && aws.ToBool(q.ConsistentRead) {
		return 1
	}
	return 0.5
}

func units(c *types.ConsumedCapacity) float64 {
	if c == nil {
		return 0
	}
	return aws.ToFloat64(c.CapacityUnits)
}

func allUnits(capacities []types.ConsumedCapacity) (total float64) {
	for i := range capacities {
		total += units(&capacities[i])
	}
	return total
}
