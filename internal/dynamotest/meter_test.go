package dynamotest_test

import (
	"context"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

type item = map[string]types.AttributeValue

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// thing is an item of a little under so many KB.
func thing(pk string, kb int) item {
	return item{"pk": text(pk), "sk": text("X"), "body": text(strings.Repeat("a", kb*1024-100))}
}

// due puts a thing in the index of what is due, and in that of addresses.
func due(it item, at string) item {
	it["duePk"], it["dueSk"], it["emailPk"], it["emailSk"] = text("D"), text(at), text("M"), text("1")
	return it
}

// The prices of https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/read-write-operations.html, on which the budgets rest.
func TestTheMeterCountsTheDocumentedPrices(t *testing.T) {
	cfg := dynamotest.Database(t)
	meter := dynamotest.NewMeter(cfg)
	db := dynamodb.NewFromConfig(cfg, meter.Option())
	table := aws.String(dynamotest.TableName)
	put := func(it item) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: it})
			return err
		}
	}
	get := func(pk string, strong bool) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.GetItem(ctx, &dynamodb.GetItemInput{TableName: table, Key: item{"pk": text(pk), "sk": text("X")}, ConsistentRead: &strong})
			return err
		}
	}
	transact := func(writes ...types.TransactWriteItem) func(context.Context) error {
		return func(ctx context.Context) error {
			_, err := db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
			return err
		}
	}
	batch := func(names ...string) func(context.Context) error {
		return func(ctx context.Context) error {
			var keys []item
			for _, n := range names {
				keys = append(keys, item{"pk": text(n), "sk": text("X")})
			}
			_, err := db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{*table: {Keys: keys, ConsistentRead: aws.Bool(true)}}})
			return err
		}
	}
	query := func(q dynamodb.QueryInput) func(context.Context) error {
		return func(ctx context.Context) error {
			q.TableName = table
			_, err := db.Query(ctx, &q)
			return err
		}
	}
	putting := func(it item) types.TransactWriteItem {
		return types.TransactWriteItem{Put: &types.Put{TableName: table, Item: it}}
	}
	check := types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: table, Key: item{"pk": text("small"), "sk": text("X")}, ConditionExpression: aws.String("attribute_exists(pk)"),
	}}
	for _, x := range []struct {
		name          string
		call          func(context.Context) error
		reads, writes float64
	}{
		{"put 1 KB", put(thing("small", 1)), 0, 1},
		{"put 3 KB", put(thing("big", 3)), 0, 3},
		{"put 3 KB into two indexes of keys", put(due(thing("due", 3), "1")), 0, 3 + 2},
		{"the same again: its entries stay", put(due(thing("due", 3), "1")), 0, 3},
		{"due at another time: its entry moves", put(due(thing("due", 3), "2")), 0, 3 + 2},
		{"put 1 KB in a transaction", transact(putting(thing("a", 1))), 0, 2},
		{"put 3 KB and 1 KB in a transaction", transact(putting(thing("b", 3)), putting(thing("c", 1))), 0, 8},
		{"put 3 KB into two indexes in a transaction", transact(putting(due(thing("d", 3), "1"))), 0, 6 + 4},
		{"three of under 1 KB in a transaction", transact(putting(thing("f", 1)), putting(thing("g", 1)), putting(thing("h", 1))), 0, 6},
		{"the same again in a transaction", transact(putting(due(thing("d", 3), "1"))), 0, 6},
		{"due at another time in a transaction", transact(putting(due(thing("d", 3), "2"))), 0, 6 + 4},
		{"put 1 KB on a condition on another item", transact(putting(thing("e", 1)), check), 0, 4},
		{"get 3 KB and two that are absent, in a batch", batch("big", "absent", "gone"), 3, 0},
		{"ask for what is not due", query(dynamodb.QueryInput{
			IndexName: aws.String("filesByDue"), KeyConditionExpression: aws.String("duePk = :none"), ExpressionAttributeValues: item{":none": text("none")},
		}), 0.5, 0},
		{"get 3 KB", get("big", true), 1, 0},
		{"get 3 KB, maybe late", get("big", false), 0.5, 0},
		{"get what is absent", get("absent", true), 1, 0},
	} {
		if err := x.call(t.Context()); err != nil {
			t.Fatal(x.name, err)
		}
		if s := meter.Take().Total(); s.ReadUnits != x.reads || s.WriteUnits != x.writes || s.Calls != 1 {
			t.Errorf("%s: %+v, want %g read and %g write units in one call", x.name, s, x.reads, x.writes)
		}
	}
}
