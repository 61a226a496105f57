// Package table gives the benchmarks a real table, DynamoDB Local as in the tests, and fills it faster than the product could.
package table

import (
	"context"
	"errors"
	"fmt"
	"log"
	"maps"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

// Item is an item as DynamoDB has it.
type Item = map[string]types.AttributeValue

// New makes an empty table in a database of its own. It ends the command when DynamoDB Local cannot be started.
func New() aws.Config { return dynamotest.Database(command{}) }

// command lets a command use the helpers of tests.
type command struct{ testing.TB }

func (command) Helper()           {}
func (command) Fatal(args ...any) { log.Fatal(args...) }

// Drop gives the memory back.
func Drop(ctx context.Context, cfg aws.Config) error {
	_, err := dynamodb.NewFromConfig(cfg).DeleteTable(ctx, &dynamodb.DeleteTableInput{TableName: aws.String(dynamotest.TableName)})
	return err
}

// Text is an attribute value.
func Text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// Like gives the first item of a partition whose sort key begins with a prefix: what the product wrote, to make copies of.
func Like(ctx context.Context, cfg aws.Config, partition, prefix string) (Item, error) {
	out, err := dynamodb.NewFromConfig(cfg).Query(ctx, &dynamodb.QueryInput{
		TableName: aws.String(dynamotest.TableName), Limit: aws.Int32(1), KeyConditionExpression: aws.String("pk = :pk AND begins_with(sk, :sk)"),
		ExpressionAttributeValues: Item{":pk": Text(partition), ":sk": Text(prefix)},
	})
	if err != nil {
		return nil, err
	}
	if len(out.Items) == 0 {
		return nil, fmt.Errorf("nothing in %s begins with %s", partition, prefix)
	}
	return out.Items[0], nil
}

// Copy is an item with some attributes changed.
func Copy(like, change Item) Item {
	it := maps.Clone(like)
	maps.Copy(it, change)
	return it
}

// batch is how many items one call writes at most.
const batch = 25

// Fill writes n items, of which item gives the i-th, as fast as the table takes them. The table must not be one that throttles.
func Fill(ctx context.Context, cfg aws.Config, n int, item func(i int) Item) error {
	db := dynamodb.NewFromConfig(cfg)
	firsts := fromTo(n)
	var writers sync.WaitGroup
	var failed atomic.Pointer[error]
	for range 8 {
		writers.Go(func() {
			for first := range firsts {
				if err := write(ctx, db, first, min(first+batch, n), item); err != nil {
					failed.Store(&err)
				}
			}
		})
	}
	writers.Wait()
	if err := failed.Load(); err != nil {
		return *err
	}
	return nil
}

func fromTo(n int) <-chan int {
	firsts := make(chan int, n/batch+1)
	for first := 0; first < n; first += batch {
		firsts <- first
	}
	close(firsts)
	return firsts
}

func write(ctx context.Context, db *dynamodb.Client, from, to int, item func(i int) Item) error {
	var requests []types.WriteRequest
	for i := from; i < to; i++ {
		requests = append(requests, types.WriteRequest{PutRequest: &types.PutRequest{Item: item(i)}})
	}
	out, err := db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{dynamotest.TableName: requests}})
	if err == nil && len(out.UnprocessedItems) > 0 {
		return errors.New("DynamoDB Local left items out")
	}
	return err
}
