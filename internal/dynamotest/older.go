package dynamotest

import (
	"context"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// OneCounter makes a session in which nobody is enrolled one of those made before counts were spread: its own item counts
// alone. Such sessions live on until they are over, and they show what spreading is worth.
func OneCounter(ctx context.Context, cfg aws.Config, sessionID string, capacity int) error {
	db := dynamodb.NewFromConfig(cfg)
	items, err := db.Query(ctx, &dynamodb.QueryInput{
		TableName: ptr(TableName), KeyConditionExpression: ptr("pk = :pk AND begins_with(sk, :counter)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":pk": &types.AttributeValueMemberS{Value: "S#" + sessionID}, ":counter": &types.AttributeValueMemberS{Value: "SESSION#"},
		},
	})
	if err != nil {
		return fmt.Errorf("read the counters: %w", err)
	}
	own := &types.Update{
		TableName: ptr(TableName), Key: keyItem("S#"+sessionID, "SESSION"),
		UpdateExpression:          ptr("SET #capacity = :capacity"),
		ExpressionAttributeNames:  map[string]string{"#capacity": "capacity"},
		ExpressionAttributeValues: map[string]types.AttributeValue{":capacity": &types.AttributeValueMemberN{Value: strconv.Itoa(capacity)}},
	}
	writes := []types.TransactWriteItem{{Update: own}}
	for _, it := range items.Items {
		writes = append(writes, types.TransactWriteItem{Delete: &types.Delete{
			TableName: ptr(TableName), Key: map[string]types.AttributeValue{"pk": it["pk"], "sk": it["sk"]},
		}})
	}
	_, err = db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: writes})
	return err
}

func keyItem(pk, sk string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"pk": &types.AttributeValueMemberS{Value: pk}, "sk": &types.AttributeValueMemberS{Value: sk}}
}
