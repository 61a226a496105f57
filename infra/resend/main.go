// Command resend sends again what was given up (dead or refused messages), once its cause is mended:
//
//	go run ./infra/resend -table T                          (lists everything given up, and what would become of it; writes nothing)
//	go run ./infra/resend -table T -file F -kind confirmation -from 2027-03-01 -to 2027-03-05
//	go run ./infra/resend -table T -from 2027-03-01 -send   (has them tried again)
//
// The reminders function then sends them, with its pace and its rules: a message whose reason is over stays given up. AWS credentials,
// region and AWS_ENDPOINT_URL_DYNAMODB come from the environment, as for every AWS tool. What it prints names nobody.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/reminder"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	o, err := parse(os.Args[1:])
	if err == nil {
		err = run(ctx, o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type options struct {
	table, file, kind string
	from, to          time.Time // of when it was last tried; to is the end of that day
	send              bool
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("resend", flag.ContinueOnError)
	flags.StringVar(&o.table, "table", "", "table DynamoDB (sortie TableName de la pile)")
	flags.StringVar(&o.file, "file", "", "seulement ce dossier")
	flags.StringVar(&o.kind, "kind", "", "seulement ce message, par exemple confirmation")
	flags.Func("from", "seulement ce qui a été tenté depuis ce jour (2027-03-01)", dayInto(&o.from, 0))
	flags.Func("to", "seulement ce qui a été tenté jusqu’à ce jour compris", dayInto(&o.to, 1))
	flags.BoolVar(&o.send, "send", false, "envoyer ; sans cela, rien n’est écrit")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	if flags.NArg() > 0 {
		return o, fmt.Errorf("argument en trop : %s", flags.Arg(0))
	}
	if o.table == "" {
		return o, errors.New("indiquez la table : -table (sortie TableName de la pile)")
	}
	return o, nil
}

func dayInto(at *time.Time, days int) func(string) error {
	return func(text string) (err error) {
		*at, err = time.ParseInLocation(time.DateOnly, text, guide.Paris)
		if err != nil {
			return errors.New("donnez un jour comme 2027-03-01")
		}
		*at = at.AddDate(0, 0, days)
		return nil
	}
}

func (o options) wants(fileID string, r enrolment.MessageRecord) bool {
	return (o.file == "" || o.file == fileID) && (o.kind == "" || o.kind == r.Kind) &&
		!r.At.Before(o.from) && (o.to.IsZero() || r.At.Before(o.to))
}

func run(ctx context.Context, o options, out io.Writer) error {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return fmt.Errorf("configuration AWS : %w", err)
	}
	g, err := guide.Load()
	if err != nil {
		return err
	}
	return resend(ctx, o, dynamo.Open(cfg, o.table, time.Now), reminder.Planner{Calendar: g}, time.Now, out)
}

// tally counts what was found.
type tally struct{ found, over, again int }

func resend(ctx context.Context, o options, store *dynamo.Store, planner reminder.Planner, now func() time.Time, out io.Writer) error {
	var n tally
	err := store.GivenUp(ctx, func(fileID string, r enrolment.MessageRecord) error {
		if !o.wants(fileID, r) {
			return nil
		}
		n.found++
		what, err := one(ctx, o, store, planner, now(), fileID, r, &n)
		if err != nil {
			return fmt.Errorf("dossier %s, %s : %w", fileID, r.Key, err)
		}
		fmt.Fprintf(out, "%s  %s  %s  %s (%s) : %s\n", fileID, r.Key, r.At.In(guide.Paris).Format("2006-01-02 15:04"), r.State, r.Failure, what)
		return nil
	})
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "%d messages abandonnés, %d sans objet désormais, %d à envoyer.\n", n.found, n.over, n.again)
	if !o.send && n.again > 0 {
		fmt.Fprintln(out, "Rien n’est écrit : ajoutez -send pour les envoyer.")
	}
	return nil
}

// one looks at a message given up, and has it tried again when that is asked.
func one(ctx context.Context, o options, store *dynamo.Store, planner reminder.Planner, now time.Time, fileID string, r enrolment.MessageRecord, n *tally) (string, error) {
	file, log, err := store.FileWithMessages(ctx, fileID)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		n.over++
		return "le dossier n’existe plus", nil
	}
	if err != nil {
		return "", err
	}
	session, err := store.Session(ctx, file.SessionID)
	if err != nil {
		return "", err
	}
	again := planner.Resend(reminder.Situation{File: file, Log: log, Session: session, Now: now}, r)
	if again.Leaves.IsZero() {
		n.over++
		return "sans objet désormais", nil
	}
	n.again++
	if !o.send {
		return "partirait le " + again.Leaves.In(guide.Paris).Format("2006-01-02 15:04"), nil
	}
	switch err := store.Reopen(ctx, fileID, file.Version, r, again.Record, again.Notice); {
	case errors.Is(err, enrolment.ErrStale):
		return "le dossier vient de changer : recommencez", nil
	case err != nil:
		return "", err
	}
	return "part le " + again.Leaves.In(guide.Paris).Format("2006-01-02 15:04"), nil
}
