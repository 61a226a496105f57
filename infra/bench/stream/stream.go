// Package stream reads the table's stream for a measurement.
package stream

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/stack"
)

// As in template.yaml (TestReadAsTheTemplateSays): records of a batch, and how many batches are worked on at once.
const (
	BatchSize = 100
	AtOnce    = 2
)

// Stream reads the table's stream, and lets through what the template's filters let through. What one function wrote comes as one batch:
// Lambda waits for an invocation to end before it hands over what came meanwhile.
type Stream struct {
	client    *dynamodbstreams.Client
	arn       *string
	filters   []string
	iterators map[string]*string // by shard; nil once closed
}

// Open begins at the start of the table's stream; filters are the template's patterns.
func Open(ctx context.Context, cfg aws.Config, filters []string) (*Stream, error) {
	described, err := dynamodb.NewFromConfig(cfg).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(dynamotest.TableName)})
	if err != nil {
		return nil, err
	}
	return &Stream{client: dynamodbstreams.NewFromConfig(cfg), arn: described.Table.LatestStreamArn, filters: filters, iterators: map[string]*string{}}, nil
}

// Batch is what came since the last one, as Lambda's event; nil when nothing did.
func (s *Stream) Batch(ctx context.Context) (json.RawMessage, error) {
	passed, err := s.Records(ctx)
	if err != nil || len(passed) == 0 {
		return nil, err
	}
	return Event(passed)
}

// Event is a batch of records as Lambda hands it over.
func Event(records []any) (json.RawMessage, error) {
	return json.Marshal(map[string]any{"Records": records})
}

// Records are those that came since the last ones, and that a filter lets through.
func (s *Stream) Records(ctx context.Context) (passed []any, err error) {
	if err := s.discover(ctx); err != nil {
		return nil, err
	}
	for shard := range s.iterators {
		for s.iterators[shard] != nil {
			out, err := s.client.GetRecords(ctx, &dynamodbstreams.GetRecordsInput{ShardIterator: s.iterators[shard]})
			if err != nil {
				return nil, err
			}
			s.iterators[shard] = out.NextShardIterator
			if len(out.Records) == 0 {
				break
			}
			if passed, err = s.filter(passed, out.Records); err != nil {
				return nil, err
			}
		}
	}
	return passed, nil
}

// discover finds the shards not seen before, and begins at their start.
func (s *Stream) discover(ctx context.Context) error {
	described, err := s.client.DescribeStream(ctx, &dynamodbstreams.DescribeStreamInput{StreamArn: s.arn})
	if err != nil {
		return err
	}
	for _, shard := range described.StreamDescription.Shards {
		if _, seen := s.iterators[*shard.ShardId]; seen {
			continue
		}
		at, err := s.client.GetShardIterator(ctx, &dynamodbstreams.GetShardIteratorInput{StreamArn: s.arn, ShardId: shard.ShardId, ShardIteratorType: types.ShardIteratorTypeTrimHorizon})
		if err != nil {
			return err
		}
		s.iterators[*shard.ShardId] = at.ShardIterator
	}
	return nil
}

func (s *Stream) filter(passed []any, records []types.Record) ([]any, error) {
	for _, r := range records {
		record := map[string]any{"eventName": string(r.EventName), "dynamodb": map[string]any{
			"Keys": texts(r.Dynamodb.Keys), "NewImage": texts(r.Dynamodb.NewImage), "SequenceNumber": aws.ToString(r.Dynamodb.SequenceNumber),
		}}
		for _, pattern := range s.filters {
			pass, err := stack.Matches(pattern, record)
			if err != nil {
				return nil, err
			}
			if pass {
				passed = append(passed, record)
				break
			}
		}
	}
	return passed, nil
}

// texts is the part of an item that the filters and the function look at.
func texts(it map[string]types.AttributeValue) map[string]any {
	kept := map[string]any{}
	for name, v := range it {
		if s, ok := v.(*types.AttributeValueMemberS); ok {
			kept[name] = map[string]string{"S": s.Value}
		}
	}
	return kept
}
