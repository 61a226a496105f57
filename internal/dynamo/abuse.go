package dynamo

import (
	"context"
	"errors"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Counts gives the values of counters, in the order of their names, in one call: 0 for one that does not exist or has vanished.
// They may be a moment old.
func (s *Store) Counts(ctx context.Context, names []string) ([]int, error) {
	keys := make([]key, 0, len(names))
	for _, name := range names {
		keys = append(keys, counterKey(name))
	}
	found, err := s.batchOf(ctx, keys, false)
	counts := make([]int, len(names))
	for i, k := range keys {
		counts[i] = int(numberOf(found[k], "n"))
	}
	return counts, err
}

// Lower takes one back from a counter. One that has vanished is left so.
func (s *Store) Lower(ctx context.Context, name string) error {
	return s.touch(ctx, counterKey(name), &dynamodb.UpdateItemInput{
		UpdateExpression: aws.String("ADD n :less"), ConditionExpression: aws.String("n > :none"),
		ExpressionAttributeValues: item{":less": number(-1), ":none": number(0)},
	})
}

// Raise adds one to a counter that is below ceiling and gives its value; at ceiling it writes nothing and raised is
// false. The counter may be deleted from expires on. The name never holds an address in clear. A write whose answer was
// lost counts twice: a limit may come one request early, never late.
func (s *Store) Raise(ctx context.Context, name string, ceiling int, expires time.Time) (n int, raised bool, err error) {
	err = retry(ctx, func(ctx context.Context) error {
		out, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: counterKey(name).item(),
			UpdateExpression:                    aws.String("ADD n :one SET v = :v, #ttl = :expires"),
			ConditionExpression:                 aws.String("attribute_not_exists(n) OR n < :ceiling"),
			ExpressionAttributeNames:            map[string]string{"#ttl": ttl},
			ExpressionAttributeValues:           item{":one": number(1), ":v": number(schema), ":ceiling": number(int64(ceiling)), ":expires": number(expires.Unix())},
			ReturnValues:                        types.ReturnValueUpdatedNew,
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		var full *types.ConditionalCheckFailedException
		if errors.As(err, &full) {
			n, raised = int(numberOf(full.Item, "n")), false
			return nil
		}
		if err == nil {
			n, raised = int(numberOf(out.Attributes, "n")), true
		}
		return err
	})
	return n, raised, err
}

// Spend keeps which request a solution was spent on. ok is false when it was spent on another one. The record may be
// deleted from expires on.
func (s *Store) Spend(ctx context.Context, solution, request string, expires time.Time) (ok bool, err error) {
	err = retry(ctx, func(ctx context.Context) error {
		_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: counterKey("challenge#" + digest(solution)).item(),
			UpdateExpression:         aws.String("SET v = :v, spentOn = :request, #ttl = :expires"),
			ConditionExpression:      aws.String("attribute_not_exists(pk) OR spentOn = :request"),
			ExpressionAttributeNames: map[string]string{"#ttl": ttl},
			ExpressionAttributeValues: item{":v": number(schema), ":request": text(digest(request)),
				":expires": number(expires.Unix())},
		})
		return err
	})
	if errors.Is(err, enrolment.ErrStale) {
		return false, nil
	}
	return err == nil, err
}
