// Command team is the organisation's team from a terminal, for whoever has AWS credentials of the account: when nobody of the direction
// can sign in any more, and after a new index.
//
//	go run ./infra/team -table TABLE list
//	go run ./infra/team -table TABLE invite ADDRESS gestion,direction
//	go run ./infra/team -table TABLE remove ADDRESS
//	go run ./infra/team -table TABLE backfill
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/staff"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err == nil {
		err = run(ctx, cfg, os.Args[1:], os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "team:", err)
		os.Exit(1)
	}
}

var errUsage = errors.New("usage: team -table TABLE list | invite ADDRESS ROLE,ROLE | remove ADDRESS | backfill")

func run(ctx context.Context, cfg aws.Config, args []string, out io.Writer) error {
	if len(args) < 3 || args[0] != "-table" {
		return errUsage
	}
	table, what, rest := args[1], args[2], args[3:]
	store := dynamo.Open(cfg, table, time.Now)
	team := staff.Team{Store: store, Now: func() time.Time { return time.Now().UTC() }}
	by := enrolment.Actor{Name: "infra/team"}
	switch {
	case what == "list" && len(rest) == 0:
		people, err := team.People(ctx)
		for _, m := range people {
			fmt.Fprintln(out, m.Email, m.Roles, map[bool]string{true: "has signed in", false: "is invited"}[m.Sub != ""])
		}
		return err
	case what == "invite" && len(rest) == 2:
		return invite(ctx, team, by, rest[0], rest[1])
	case what == "remove" && len(rest) == 1:
		people, err := team.People(ctx)
		if err != nil {
			return err
		}
		for _, m := range people {
			if strings.EqualFold(m.Email, rest[0]) {
				return store.RemoveMember(ctx, m)
			}
		}
		return fmt.Errorf("%s is not of the team", rest[0])
	case what == "backfill" && len(rest) == 0:
		return backfill(ctx, dynamodb.NewFromConfig(cfg), store, table, out)
	}
	return errUsage
}

func invite(ctx context.Context, team staff.Team, by enrolment.Actor, address, names string) error {
	email, err := enrolment.ParseEmail(address)
	if err != nil {
		return err
	}
	var roles []enrolment.Role
	for _, name := range strings.Split(names, ",") {
		role, known := enrolment.ParseRole(name)
		if !known {
			return fmt.Errorf("role %q: give gestion, lecture or direction", name)
		}
		roles = append(roles, role)
	}
	_, _, err = team.Invite(ctx, by, email, roles)
	return err
}

// backfill makes every file due a look, which writes the words it is found by and plans the organisation's duty: for files that
// were made before there was an index. It may be stopped and run again; mails are not sent for it.
func backfill(ctx context.Context, db *dynamodb.Client, store *dynamo.Store, table string, out io.Writer) error {
	pages := dynamodb.NewScanPaginator(db, &dynamodb.ScanInput{
		TableName: &table, FilterExpression: aws.String("sk = :file"), ProjectionExpression: aws.String("pk"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":file": &types.AttributeValueMemberS{Value: "FILE"}},
	})
	n := 0
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return err
		}
		for _, it := range page.Items {
			id, _ := it["pk"].(*types.AttributeValueMemberS)
			if id == nil {
				continue
			}
			if err := store.Wake(ctx, strings.TrimPrefix(id.Value, "E#")); err != nil {
				return err
			}
			n++
		}
	}
	fmt.Fprintln(out, n, "files are due a look; the reminders function takes them within minutes")
	return nil
}
