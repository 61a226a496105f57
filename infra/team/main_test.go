package main

import (
	"bytes"
	"context"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func TestTheTeamIsMendedFromATerminal(t *testing.T) {
	cfg, ctx := dynamotest.Database(t), context.Background()
	do := func(args ...string) (string, error) {
		var out bytes.Buffer
		err := run(ctx, cfg, append([]string{"-table", dynamotest.TableName}, args...), &out)
		return out.String(), err
	}
	if _, err := do("invite", "claire@exemple.fr", "gestion,direction"); err != nil {
		t.Fatal(err)
	}
	if out, err := do("list"); err != nil || !strings.Contains(out, "claire@exemple.fr [gestion direction] is invited") {
		t.Error(out, err)
	}
	for _, bad := range [][]string{{"invite", "claire@exemple.fr", "chef"}, {"invite", "nope", "gestion"}, {"remove", "luc@exemple.fr"}, {"nothing"}, {}} {
		if _, err := do(bad...); err == nil {
			t.Error(bad, "is taken")
		}
	}
	if _, err := do("remove", "claire@exemple.fr"); err != nil {
		t.Fatal(err)
	}
	if out, _ := do("list"); out != "" {
		t.Error(out)
	}
}

func TestBackfillMakesEveryFileDueALook(t *testing.T) {
	cfg, ctx := dynamotest.Database(t), context.Background()
	store := dynamo.Open(cfg, dynamotest.TableName, time.Now)
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	start := time.Now().AddDate(0, 2, 0)
	if _, err := store.ApplySession(ctx, enrolment.Session{
		ID: "s", HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(time.Hour)}}, Capacity: 5, ClosesAt: start, Status: enrolment.SessionOpen,
	}); err != nil {
		t.Fatal(err)
	}
	f, err := booking.New(store, g, time.Now).Enrol(ctx, booking.Application{Key: "k", SessionID: "s", Mode: enrolment.Personnel,
		Person: enrolment.Person{FirstName: "A", LastName: "B", Email: "a@exemple.fr"}, Mandate: enrolment.Mandate{Kind: "maire", Authority: "Brest"}})
	if err != nil {
		t.Fatal(err)
	}
	if err := store.SetDue(ctx, f.Enrolment.ID, f.Enrolment.Version, enrolment.Look{}, nil); err != nil {
		t.Fatal(err)
	}
	if err := run(ctx, cfg, []string{"-table", dynamotest.TableName, "backfill"}, &bytes.Buffer{}); err != nil {
		t.Fatal(err)
	}
	if e, err := store.File(ctx, f.Enrolment.ID); err != nil || e.DueAt.IsZero() {
		t.Error("not due:", e.DueAt, err)
	}
}
