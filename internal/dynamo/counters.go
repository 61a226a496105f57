package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Count adds one to a named counter and gives the new count. The name holds its window, and never an
// address in clear; the counter may be deleted from expires on.
func (s *Store) Count(ctx context.Context, name string, expires time.Time) (int64, error) {
	return s.add(ctx, &dynamodb.UpdateItemInput{
		Key:                       counterKey(name).item(),
		UpdateExpression:          aws.String("ADD n :one SET v = :v, #ttl = :expires"),
		ExpressionAttributeNames:  map[string]string{"#ttl": ttl},
		ExpressionAttributeValues: item{":one": number(1), ":v": number(schema), ":expires": number(expires.Unix())},
	})
}
