package main

import (
	"bytes"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/dynamotest"
)

func s(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }

func row(pk, sk, state string) item { return item{"pk": s(pk), "sk": s(sk), "state": s(state)} }

// world is the stack's table and one that was restored.
func world(t *testing.T, restored, current []item) *dynamodb.Client {
	t.Helper()
	client := dynamodb.NewFromConfig(dynamotest.Database(t))
	if _, err := client.CreateTable(t.Context(), &dynamodb.CreateTableInput{
		TableName: new("restored"), BillingMode: types.BillingModePayPerRequest,
		KeySchema:            []types.KeySchemaElement{{AttributeName: new("pk"), KeyType: types.KeyTypeHash}, {AttributeName: new("sk"), KeyType: types.KeyTypeRange}},
		AttributeDefinitions: []types.AttributeDefinition{{AttributeName: new("pk"), AttributeType: "S"}, {AttributeName: new("sk"), AttributeType: "S"}},
	}); err != nil {
		t.Fatal(err)
	}
	for table, items := range map[string][]item{"restored": restored, dynamotest.TableName: current} {
		for _, i := range items {
			if _, err := client.PutItem(t.Context(), &dynamodb.PutItemInput{TableName: &table, Item: i}); err != nil {
				t.Fatal(err)
			}
		}
	}
	return client
}

func TestATableIsBroughtBackUnderTheRunningStack(t *testing.T) {
	restored := []item{
		row("E#1", "FILE", "as it was"), row("E#1", "M#confirmation", "due"), row("E#2", "FILE", "lost since"), row("S#mars", "SESSION", "12 seats"), row("S#avril", "SESSION", "same"),
	}
	current := []item{
		row("E#1", "FILE", "spoilt"), row("E#1", "M#confirmation", "sent"), row("E#1", "M#reminder", "sent since"), row("S#mars", "SESSION", "0 seats"), row("S#avril", "SESSION", "same"),
		row("E#3", "FILE", "made since"), row("E#3", "M#confirmation", "sent"),
	}
	for i := range 60 { // more than one batch of each
		restored = append(restored, row(fmt.Sprintf("E#back%d", i), "FILE", "x"))
		current = append(current, row(fmt.Sprintf("E#new%d", i), "FILE", "x"))
	}
	client := world(t, restored, current)
	before, err := read(t.Context(), client, dynamotest.TableName)
	if err != nil {
		t.Fatal(err)
	}
	do := func(write bool) string {
		var out bytes.Buffer
		if err := run(t.Context(), client, "restored", dynamotest.TableName, write, &out); err != nil {
			t.Fatal(err)
		}
		return out.String()
	}
	if said := do(false); !strings.Contains(said, "remettre : 61 ; à ramener à leur état : 2 ; à retirer : 62 ; lignes d’envoi gardées : 2 ; inchangés : 1") {
		t.Error(said)
	}
	if after, err := read(t.Context(), client, dynamotest.TableName); err != nil || !reflect.DeepEqual(before, after) {
		t.Error("a dry run wrote", err)
	}
	do(true)
	want, err := read(t.Context(), client, "restored")
	if err != nil {
		t.Fatal(err)
	}
	want["E#1\x00M#confirmation"], want["E#1\x00M#reminder"] = row("E#1", "M#confirmation", "sent"), row("E#1", "M#reminder", "sent since")
	got, err := read(t.Context(), client, dynamotest.TableName)
	if err != nil || !reflect.DeepEqual(want, got) {
		t.Errorf("%d items, want %d: %v", len(got), len(want), err)
		for key := range maps.Keys(got) {
			if _, ok := want[key]; !ok {
				t.Error("too many:", key)
			}
		}
	}
	if said := do(true); !strings.Contains(said, "remettre : 0 ; à ramener à leur état : 0 ; à retirer : 0") {
		t.Error("given again, it changes something:", said)
	}
}

func TestAnEmptyRestoreEmptiesNothing(t *testing.T) {
	client := world(t, nil, []item{row("E#1", "FILE", "x")})
	if err := run(t.Context(), client, "restored", dynamotest.TableName, true, &bytes.Buffer{}); err == nil {
		t.Error("taken")
	}
	if left, err := read(t.Context(), client, dynamotest.TableName); err != nil || len(left) != 1 {
		t.Error(left, err)
	}
	if err := run(t.Context(), client, "", dynamotest.TableName, true, &bytes.Buffer{}); err == nil {
		t.Error("without a source")
	}
}
