package booking_test

import (
	"context"
	"maps"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// Round trips of each act. A new one is a decision: change the number here and in internal/dynamo/DESIGN.md.
func TestEachActKeepsToItsRoundTrips(t *testing.T) {
	calls := map[string]int{}
	r := newRoom(t, dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		calls[c.Operation]++
		return c.Send()
	}))
	ctx := context.Background()
	r.session("s1", 2)
	r.session("s2", 2)
	spent := func(act func()) map[string]int {
		clear(calls)
		act()
		return maps.Clone(calls)
	}
	var a, b, c string
	for _, x := range []struct {
		name string
		act  func()
		want map[string]int
	}{
		{"enrol, seats left", func() { a = r.enrol("s1", 1).Enrolment.ID }, map[string]int{"BatchGetItem": 1, "Query": 1, "TransactWriteItems": 1}},
		{"the same request again", func() { r.enrol("s1", 1) }, map[string]int{"BatchGetItem": 1, "Query": 2}},
		{"a second enrolment", func() {
			again := application("s1", 1)
			again.Key = "again"
			r.must(r.desk.Enrol(ctx, again))
		}, map[string]int{"BatchGetItem": 1, "Query": 1, "TransactWriteItems": 1}},
		{"enrol, full", func() {
			b = r.enrol("s1", 2).Enrolment.ID
			clear(calls)
			c = r.enrol("s1", 3).Enrolment.ID
		}, map[string]int{"BatchGetItem": 1, "UpdateItem": 1, "TransactWriteItems": 1, "Query": 2}},
		{"list of sessions", func() {
			if _, _, err := r.store.Sessions(ctx, monday, ""); err != nil {
				t.Fatal(err)
			}
		}, map[string]int{"Query": 1}},
		{"file", func() { r.file(a) }, map[string]int{"GetItem": 1, "Query": 1}},
		{"file that waits", func() { r.file(c) }, map[string]int{"GetItem": 1, "Query": 2}},
		{"tick", func() { r.must(r.desk.Tick(ctx, a, enrolment.StepDemande)) }, map[string]int{"GetItem": 1, "Query": 1, "PutItem": 1}},
		{"change of mode", func() { r.must(r.desk.ChangeMode(ctx, a, enrolment.DIFE, nil)) }, map[string]int{"GetItem": 1, "Query": 1, "PutItem": 1}},
		{"cancel, someone waits", func() { r.must(r.desk.Cancel(ctx, b)) }, map[string]int{"GetItem": 2, "Query": 2, "TransactWriteItems": 1}},
		{"accept", func() { r.must(r.desk.Accept(ctx, c)) }, map[string]int{"GetItem": 1, "Query": 1, "TransactWriteItems": 1}},
		{"change of session", func() { r.must(r.desk.ChangeSession(ctx, a, "s2")) }, map[string]int{"GetItem": 1, "Query": 2, "BatchGetItem": 1, "TransactWriteItems": 1}},
		{"cancel, nobody waits", func() { r.must(r.desk.Cancel(ctx, c)) }, map[string]int{"GetItem": 1, "Query": 1, "TransactWriteItems": 1}},
	} {
		if diff := cmp.Diff(x.want, spent(x.act)); diff != "" {
			t.Errorf("%s: %s", x.name, diff)
		}
	}
}
