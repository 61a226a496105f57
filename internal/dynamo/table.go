package dynamo

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Table is the table as the tests create it. internal/wiring compares it with template.yaml, which creates the real one.
func Table(name string) *dynamodb.CreateTableInput {
	return &dynamodb.CreateTableInput{
		TableName:            &name,
		BillingMode:          types.BillingModePayPerRequest,
		AttributeDefinitions: textual(pk, sk, openPK, openSK, duePK, dueSK, emailPK, emailSK, staffPK, staffSK),
		KeySchema:            keySchema(pk, sk),
		GlobalSecondaryIndexes: []types.GlobalSecondaryIndex{
			index(indexSessionsByDate, openPK, openSK, types.Projection{ProjectionType: types.ProjectionTypeAll}),
			index(indexFilesByDue, duePK, dueSK, types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}),
			index(indexFilesByEmail, emailPK, emailSK, types.Projection{ProjectionType: types.ProjectionTypeInclude, NonKeyAttributes: []string{"enrolmentId"}}),
			index(indexForStaff, staffPK, staffSK, types.Projection{ProjectionType: types.ProjectionTypeKeysOnly}),
		},
		StreamSpecification: &types.StreamSpecification{StreamEnabled: aws.Bool(true), StreamViewType: types.StreamViewTypeNewAndOldImages},
	}
}

// TTLAttribute is the attribute after which DynamoDB may delete an item.
const TTLAttribute = ttl

func textual(names ...string) []types.AttributeDefinition {
	var defs []types.AttributeDefinition
	for _, n := range names {
		defs = append(defs, types.AttributeDefinition{AttributeName: aws.String(n), AttributeType: types.ScalarAttributeTypeS})
	}
	return defs
}

func keySchema(hash, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}

func index(name, hash, sort string, p types.Projection) types.GlobalSecondaryIndex {
	return types.GlobalSecondaryIndex{IndexName: &name, KeySchema: keySchema(hash, sort), Projection: &p}
}
