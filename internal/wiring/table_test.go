package wiring_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/stack"
)

func TestTheTableOfTheTestsIsTheTemplates(t *testing.T) {
	template, err := stack.Load("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	deployed, err := template.Table()
	if err != nil {
		t.Fatal(err)
	}
	in := dynamo.Table("any")
	tested := stack.Table{
		Attributes: map[string]string{}, Key: keyOf(in.KeySchema), TTL: dynamo.TTLAttribute,
		StreamView: string(in.StreamSpecification.StreamViewType),
	}
	for _, a := range in.AttributeDefinitions {
		tested.Attributes[*a.AttributeName] = string(a.AttributeType)
	}
	for _, i := range in.GlobalSecondaryIndexes {
		tested.Indexes = append(tested.Indexes, stack.Index{
			Name: aws.ToString(i.IndexName), Key: keyOf(i.KeySchema),
			Projection: string(i.Projection.ProjectionType), NonKey: i.Projection.NonKeyAttributes,
		})
	}
	for _, indexes := range [][]stack.Index{deployed.Indexes, tested.Indexes} {
		slices.SortFunc(indexes, func(a, b stack.Index) int { return strings.Compare(a.Name, b.Name) })
	}
	if diff := cmp.Diff(deployed, tested); diff != "" {
		t.Errorf("template.yaml (-) and internal/dynamo (+) differ:\n%s", diff)
	}
}

func keyOf(schema []types.KeySchemaElement) (k stack.Key) {
	for _, e := range schema {
		if e.KeyType == types.KeyTypeHash {
			k.Hash = aws.ToString(e.AttributeName)
		} else {
			k.Range = aws.ToString(e.AttributeName)
		}
	}
	return k
}
