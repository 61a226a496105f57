package main

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/stack"
)

// createTable makes the table that the template declares, unless it is there. It gives the stream's ARN.
func createTable(ctx context.Context, db *dynamodb.Client, name string, t stack.Table) (stream string, err error) {
	_, err = db.CreateTable(ctx, tableInput(name, t))
	if exists := new(types.ResourceInUseException); err != nil && !errors.As(err, &exists) {
		return "", fmt.Errorf("create the table: %w", err)
	}
	if err == nil && t.TTL != "" {
		_, err = db.UpdateTimeToLive(ctx, &dynamodb.UpdateTimeToLiveInput{TableName: &name, TimeToLiveSpecification: &types.TimeToLiveSpecification{
			AttributeName: &t.TTL, Enabled: aws.Bool(true),
		}})
		if err != nil {
			return "", fmt.Errorf("the table's time to live: %w", err)
		}
	}
	found, err := db.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &name})
	if err != nil {
		return "", fmt.Errorf("describe the table: %w", err)
	}
	if len(found.Table.GlobalSecondaryIndexes) != len(t.Indexes) {
		return "", errors.New("the table of an older version is here: make clean forgets the local data")
	}
	return aws.ToString(found.Table.LatestStreamArn), nil
}

func tableInput(name string, t stack.Table) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{
		TableName:   &name,
		BillingMode: types.BillingModePayPerRequest,
		KeySchema:   keySchema(t.Key),
		StreamSpecification: &types.StreamSpecification{
			StreamEnabled: aws.Bool(t.StreamView != ""), StreamViewType: types.StreamViewType(t.StreamView),
		},
	}
	for _, a := range slices.Sorted(maps.Keys(t.Attributes)) {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(a), AttributeType: types.ScalarAttributeType(t.Attributes[a]),
		})
	}
	for _, i := range t.Indexes {
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(i.Name), KeySchema: keySchema(i.Key),
			Projection: &types.Projection{ProjectionType: types.ProjectionType(i.Projection), NonKeyAttributes: i.NonKey},
		})
	}
	return in
}

func keySchema(k stack.Key) []types.KeySchemaElement {
	schema := []types.KeySchemaElement{{AttributeName: aws.String(k.Hash), KeyType: types.KeyTypeHash}}
	if k.Range != "" {
		schema = append(schema, types.KeySchemaElement{AttributeName: aws.String(k.Range), KeyType: types.KeyTypeRange})
	}
	return schema
}
