package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/echarpe/echarpe/internal/stack"
)

// stream plays Lambda's event source mapping: it reads every shard of the table's stream from now on, lets through what the
// template's filters let through, and hands batches of records to the function, as the JSON that Lambda sends.
type stream struct {
	client  *dynamodbstreams.Client
	arn     string
	filters []string
	deliver func(ctx context.Context, event []byte) error
	log     *slog.Logger
}

// pollEvery is how often a shard is read: DynamoDB Local answers at once.
const pollEvery = 100 * time.Millisecond

// run reads until the context ends. New shards are found as they open.
func (s *stream) run(ctx context.Context) {
	iterators := map[string]*string{} // by shard; nil once closed
	first := true
	for ctx.Err() == nil {
		if err := s.discover(ctx, iterators, first); err != nil {
			s.warn(ctx, "read the stream", err)
		} else {
			first = false
		}
		for range 20 {
			for shard, it := range iterators {
				if it != nil {
					iterators[shard] = s.read(ctx, it)
				}
			}
			if !sleep(ctx, pollEvery) {
				return
			}
		}
	}
}

// discover starts the shards not seen before: at their end when we begin (the schedule sends what was due before), at
// their start when they opened since.
func (s *stream) discover(ctx context.Context, iterators map[string]*string, first bool) error {
	from := types.ShardIteratorTypeTrimHorizon
	if first {
		from = types.ShardIteratorTypeLatest
	}
	in := &dynamodbstreams.DescribeStreamInput{StreamArn: &s.arn}
	for {
		out, err := s.client.DescribeStream(ctx, in)
		if err != nil {
			return err
		}
		for _, shard := range out.StreamDescription.Shards {
			id := aws.ToString(shard.ShardId)
			if _, seen := iterators[id]; seen {
				continue
			}
			it, err := s.client.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: &s.arn, ShardId: &id, ShardIteratorType: from})
			if err != nil {
				return err
			}
			iterators[id] = it.ShardIterator
		}
		if in.ExclusiveStartShardId = out.StreamDescription.LastEvaluatedShardId; in.ExclusiveStartShardId == nil {
			return nil
		}
	}
}

// read delivers what a shard has and gives its next iterator. What the function refuses is left to the schedule.
func (s *stream) read(ctx context.Context, iterator *string) *string {
	out, err := s.client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: iterator})
	if err != nil {
		s.warn(ctx, "read the stream", err)
		return nil
	}
	if event, n, err := s.event(out.Records); err != nil {
		s.warn(ctx, "stream event", err)
	} else if n > 0 {
		if err := s.deliver(ctx, event); err != nil {
			s.warn(ctx, "reminders on the stream", err)
		}
	}
	return out.NextShardIterator
}

func (s *stream) warn(ctx context.Context, what string, err error) {
	if ctx.Err() == nil && !errors.Is(err, context.Canceled) {
		s.log.Warn(what, "error", err.Error())
	}
}

// event makes Lambda's event of the records that pass a filter; n is how many do.
func (s *stream) event(records []types.Record) (event []byte, n int, err error) {
	var passed []any
	for _, r := range records {
		record := lambdaRecord(s.arn, r)
		ok, err := s.passes(record)
		if err != nil {
			return nil, 0, err
		}
		if ok {
			passed = append(passed, record)
		}
	}
	event, err = json.Marshal(map[string]any{"Records": passed})
	return event, len(passed), err
}

func (s *stream) passes(record map[string]any) (bool, error) {
	for _, pattern := range s.filters {
		if ok, err := stack.Matches(pattern, record); err != nil || ok {
			return ok, err
		}
	}
	return len(s.filters) == 0, nil
}

func lambdaRecord(arn string, r types.Record) map[string]any {
	change := map[string]any{
		"Keys":           attributes(r.Dynamodb.Keys),
		"SequenceNumber": aws.ToString(r.Dynamodb.SequenceNumber),
		"SizeBytes":      aws.ToInt64(r.Dynamodb.SizeBytes),
		"StreamViewType": string(r.Dynamodb.StreamViewType),
	}
	if at := r.Dynamodb.ApproximateCreationDateTime; at != nil {
		change["ApproximateCreationDateTime"] = float64(at.Unix())
	}
	if r.Dynamodb.NewImage != nil {
		change["NewImage"] = attributes(r.Dynamodb.NewImage)
	}
	if r.Dynamodb.OldImage != nil {
		change["OldImage"] = attributes(r.Dynamodb.OldImage)
	}
	return map[string]any{
		"eventID": aws.ToString(r.EventID), "eventName": string(r.EventName), "eventVersion": "1.1", "eventSource": "aws:dynamodb",
		"awsRegion": "eu-west-3", "eventSourceARN": arn, "dynamodb": change,
	}
}

func attributes(item map[string]types.AttributeValue) map[string]any {
	m := make(map[string]any, len(item))
	for name, v := range item {
		m[name] = attribute(v)
	}
	return m
}

// attribute is a value in DynamoDB's JSON, which is what Lambda's events hold.
func attribute(v types.AttributeValue) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberNULL:
		return map[string]any{"NULL": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": base64.StdEncoding.EncodeToString(v.Value)}
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": v.Value}
	case *types.AttributeValueMemberNS:
		return map[string]any{"NS": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": attributes(v.Value)}
	case *types.AttributeValueMemberL:
		list := make([]any, 0, len(v.Value))
		for _, e := range v.Value {
			list = append(list, attribute(e))
		}
		return map[string]any{"L": list}
	default:
		panic(fmt.Sprintf("attribute %T does not stand in our items", v))
	}
}

// sleep waits, and says whether the context still lives.
func sleep(ctx context.Context, d time.Duration) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(d):
		return true
	}
}
