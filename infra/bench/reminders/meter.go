package main

import (
	"context"
	"fmt"
	"io"
	"runtime"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

// meter adds up what DynamoDB says that each call consumed.
type meter struct {
	mu                    sync.Mutex
	dueQueries, dueItems  int     // of the index of what is due
	dueUnits              float64 // read units of the same
	reads, writes         int     // every other call
	readUnits, writeUnits float64
	sent                  int64 // messages that left
	took                  time.Duration
}

func (m *meter) option() func(*dynamodb.Options) {
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		ask(c.Input)
		out, err := c.Send()
		m.count(c.Input, out)
		return out, err
	})
}

// ask asks each call for what it consumed.
func ask(input any) {
	const total = types.ReturnConsumedCapacityTotal
	switch in := input.(type) {
	case *dynamodb.QueryInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.GetItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.BatchGetItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.UpdateItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.PutItemInput:
		in.ReturnConsumedCapacity = total
	case *dynamodb.TransactWriteItemsInput:
		in.ReturnConsumedCapacity = total
	}
}

func (m *meter) count(input, output any) {
	m.mu.Lock()
	defer m.mu.Unlock()
	switch out := output.(type) {
	case *dynamodb.QueryOutput:
		if aws.ToString(input.(*dynamodb.QueryInput).IndexName) == "filesByDue" {
			m.dueQueries, m.dueItems, m.dueUnits = m.dueQueries+1, m.dueItems+int(out.ScannedCount), m.dueUnits+units(out.ConsumedCapacity)
			return
		}
		m.read(out.ConsumedCapacity)
	case *dynamodb.GetItemOutput:
		m.read(out.ConsumedCapacity)
	case *dynamodb.BatchGetItemOutput:
		for _, c := range out.ConsumedCapacity {
			m.read(&c)
		}
	case *dynamodb.UpdateItemOutput:
		m.wrote(out.ConsumedCapacity)
	case *dynamodb.PutItemOutput:
		m.wrote(out.ConsumedCapacity)
	case *dynamodb.TransactWriteItemsOutput:
		for _, c := range out.ConsumedCapacity {
			m.wrote(&c)
		}
	}
}

func (m *meter) read(c *types.ConsumedCapacity) { m.reads++; m.readUnits += units(c) }

func (m *meter) wrote(c *types.ConsumedCapacity) { m.writes++; m.writeUnits += units(c) }

func units(c *types.ConsumedCapacity) float64 {
	if c == nil {
		return 0
	}
	return aws.ToFloat64(c.CapacityUnits)
}

// report is the section of BENCH.md.
func report(out io.Writer, files, due int, m, idle *meter) {
	fmt.Fprintf(out, "## Reminders: a sweep costs what is due\n\n")
	fmt.Fprintf(out, "`go run ./infra/bench/reminders -files %d -due %d`: DynamoDB Local, capacity as it reports it (it counts a transaction twice), no SES, %d cores.\n\n", files, due, runtime.NumCPU())
	fmt.Fprintf(out, "| of %d files, %d due | a sweep that sends | the next one, nothing due |\n|---|---:|---:|\n", files, due)
	line := func(what, format string, a, b any) {
		fmt.Fprintf(out, "| %s | "+format+" | "+format+" |\n", what, a, b)
	}
	line("files found due (items read from the index)", "%d", m.dueItems, idle.dueItems)
	line("read units to find them", "%.1f", m.dueUnits, idle.dueUnits)
	line("queries to find them", "%d", m.dueQueries, idle.dueQueries)
	line("other reads (files, logs, session, organisation), calls", "%d", m.reads, idle.reads)
	line("the same, read units", "%.1f", m.readUnits, idle.readUnits)
	line("writes (claim, record, next due), calls", "%d", m.writes, idle.writes)
	line("the same, write units", "%.1f", m.writeUnits, idle.writeUnits)
	line("time", "%s", m.took.Round(time.Millisecond), idle.took.Round(time.Millisecond))
	line("messages that left", "%d", m.sent, idle.sent)
}
