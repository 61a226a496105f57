package dynamotest

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/dynamo"
)

type attributes = map[string]types.AttributeValue

// stored gives the items that a transaction touches, as they are now, in the order of its writes; nil for those that are absent.
func (m *Meter) stored(ctx context.Context, tx *dynamodb.TransactWriteItemsInput) ([]attributes, error) {
	found := make([]attributes, len(tx.TransactItems))
	for i, w := range tx.TransactItems {
		k := keyOf(w)
		out, err := m.db.GetItem(ctx, &dynamodb.GetItemInput{
			TableName: aws.String(TableName), ConsistentRead: aws.Bool(true), Key: attributes{"pk": k["pk"], "sk": k["sk"]},
		})
		if err != nil {
			return nil, err
		}
		found[i] = out.Item
	}
	return found, nil
}

// keyOf gives the attributes among which a write's key is.
func keyOf(w types.TransactWriteItem) attributes {
	switch {
	case w.Put != nil:
		return w.Put.Item
	case w.Update != nil:
		return w.Update.Key
	case w.Delete != nil:
		return w.Delete.Key
	case w.ConditionCheck != nil:
		return w.ConditionCheck.Key
	}
	return nil
}

// transactional is the documented price of a transaction that turned some items into others: twice that of the same writes alone.
func transactional(before, after []attributes) (units float64) {
	for i := range before {
		units += 2 * kilobytes(max(size(before[i]), size(after[i])))
		for _, index := range dynamo.Table(TableName).GlobalSecondaryIndexes {
			units += 2 * entryUnits(entry(before[i], index), entry(after[i], index), index)
		}
	}
	return units
}

// entryUnits is the price of what a write does to an index: nothing to an entry that stays the same, a deletion and an insertion
// when its key changes.
func entryUnits(before, after attributes, index types.GlobalSecondaryIndex) float64 {
	switch {
	case before == nil && after == nil, reflect.DeepEqual(before, after):
		return 0
	case before == nil || after == nil:
		return kilobytes(max(size(before), size(after)))
	}
	for _, k := range index.KeySchema {
		if !reflect.DeepEqual(before[*k.AttributeName], after[*k.AttributeName]) {
			return kilobytes(size(before)) + kilobytes(size(after))
		}
	}
	return kilobytes(max(size(before), size(after)))
}

// entry is what an index keeps of an item; nil when it keeps none.
func entry(it attributes, index types.GlobalSecondaryIndex) attributes {
	kept := attributes{}
	for _, k := range index.KeySchema {
		if it[*k.AttributeName] == nil {
			return nil
		}
		kept[*k.AttributeName] = it[*k.AttributeName]
	}
	if index.Projection.ProjectionType == types.ProjectionTypeAll {
		return it
	}
	for _, name := range append([]string{"pk", "sk"}, index.Projection.NonKeyAttributes...) {
		if it[name] != nil {
			kept[name] = it[name]
		}
	}
	return kept
}

// kilobytes is the price of writing so many bytes alone.
func kilobytes(bytes int) float64 { return float64(max(1, (bytes+1023)/1024)) }

// size is an item's size as AWS documents it: names and values in UTF-8, a number about a byte for two digits.
// https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html
func size(it attributes) (bytes int) {
	for name, v := range it {
		bytes += len(name) + valueSize(v)
	}
	return bytes
}

func valueSize(v types.AttributeValue) (bytes int) {
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return (len(v.Value)+1)/2 + 1
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberSS:
		for _, s := range v.Value {
			bytes += len(s)
		}
		return bytes
	case *types.AttributeValueMemberM:
		return 3 + len(v.Value) + size(v.Value)
	case *types.AttributeValueMemberL:
		for _, x := range v.Value {
			bytes += 1 + valueSize(x)
		}
		return 3 + bytes
	}
	return 1 // true, false, null
}
