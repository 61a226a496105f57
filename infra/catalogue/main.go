// Command catalogue checks a catalogue file and applies it to a table:
//
//	go run ./infra/catalogue -file my-catalogue.yaml -check          (checks the file alone)
//	go run ./infra/catalogue -file my-catalogue.yaml -check -table T (checks it against what is applied; writes nothing)
//	go run ./infra/catalogue -file my-catalogue.yaml -table T        (checks it, then applies it)
//	go run ./infra/catalogue -file my-catalogue.yaml -table T -force (and undoes what was changed in the browser since it was made)
//	go run ./infra/catalogue -file new-file.yaml -table T -export    (writes the table to a new file, and the logo beside it)
//
// AWS credentials, region and AWS_ENDPOINT_URL_DYNAMODB come from the environment, as for every AWS tool. It ends with
// status 1, and every fault with its line, when the file cannot be applied whole.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"time"

	"github.com/aws/aws-sdk-go-v2/config"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/spread"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Args[1:], os.Stdout, time.Now, open); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

// opener gives the store of a table.
type opener func(ctx context.Context, table string, now func() time.Time) (*dynamo.Store, error)

func open(ctx context.Context, table string, now func() time.Time) (*dynamo.Store, error) {
	cfg, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("configuration AWS : %w", err)
	}
	return dynamo.Open(cfg, table, now), nil
}

type options struct {
	file, table          string
	check, force, export bool
}

func parse(args []string) (o options, err error) {
	flags := flag.NewFlagSet("catalogue", flag.ContinueOnError)
	flags.StringVar(&o.file, "file", "", "catalogue à lire (YAML)")
	flags.StringVar(&o.table, "table", "", "table DynamoDB (sortie TableName de la pile)")
	flags.BoolVar(&o.check, "check", false, "vérifier sans rien écrire")
	flags.BoolVar(&o.force, "force", false, "défaire ce qui a été changé dans le navigateur depuis que le fichier est écrit")
	flags.BoolVar(&o.export, "export", false, "écrire le catalogue de la table dans un nouveau fichier")
	if err := flags.Parse(args); err != nil {
		return o, err
	}
	switch {
	case flags.NArg() > 0:
		return o, fmt.Errorf("argument en trop : %s", flags.Arg(0))
	case o.file == "":
		return o, errors.New("indiquez le catalogue : -file mon-catalogue.yaml")
	case o.export && (o.check || o.force || o.table == ""):
		return o, errors.New("-export demande une table (-table), et ne va ni avec -check ni avec -force")
	case o.table == "" && !o.check:
		return o, errors.New("indiquez la table (-table), ou demandez une simple vérification (-check)")
	}
	return o, nil
}

func run(ctx context.Context, args []string, out io.Writer, now func() time.Time, open opener) error {
	o, err := parse(args)
	if err != nil {
		return err
	}
	g, err := guide.Load()
	if err != nil {
		return fmt.Errorf("guide : %w", err)
	}
	ground := catalogue.Ground{Now: now(), Rules: g}
	var store *dynamo.Store
	if o.table != "" {
		if store, err = open(ctx, o.table, now); err != nil {
			return err
		}
		if !o.check { // a change made in the browser is brought to every session before anything is read
			if err := spread.All(ctx, store, now()); err != nil {
				return fmt.Errorf("sessions de la table %s : %w", o.table, err)
			}
		}
		if ground, err = catalogue.Survey(ctx, store, g, now()); err != nil {
			return fmt.Errorf("lecture de la table %s : %w", o.table, err)
		}
	}
	if o.export {
		return export(o.file, ground, out)
	}
	src, err := os.ReadFile(o.file)
	if err != nil {
		return fmt.Errorf("lecture du catalogue : %w", err)
	}
	ground.Files, ground.Force = os.DirFS(filepath.Dir(o.file)), o.force
	c, err := catalogue.Read(src, ground)
	if err != nil {
		return named(o.file, err)
	}
	if o.check {
		fmt.Fprintf(out, "%s : correct. %d formations, %d sessions à venir. Rien n’a été écrit.\n", o.file, len(c.Formations), len(c.Sessions))
		show(out, nil, c.Warnings(now()))
		return nil
	}
	report, err := c.Apply(ctx, ground, store, booking.New(store, g, now))
	if len(report.Changes) == 0 && err == nil {
		fmt.Fprintln(out, "Rien à changer : la table est à jour.")
	}
	show(out, report.Changes, report.Notes)
	return named(o.file, err)
}

// export writes the table to a file that is not there yet, and its logo beside it.
func export(file string, ground catalogue.Ground, out io.Writer) error {
	src, err := ground.Export()
	if err != nil {
		return err
	}
	if err := create(file, src); err != nil {
		return err
	}
	fmt.Fprintf(out, "%s : %d formations, %d sessions à venir.\n", file, len(ground.Formations), len(ground.Sessions)+len(ground.Cancelled))
	o := ground.Organisation
	if o.Logo == "" || len(o.LogoImage) == 0 || !filepath.IsLocal(o.Logo) {
		return nil
	}
	if err := create(filepath.Join(filepath.Dir(file), o.Logo), o.LogoImage); err != nil {
		fmt.Fprintln(out, "À savoir : le logo n’a pas été écrit à côté.", err)
	}
	return nil
}

// create writes a file that is not there yet: nobody's work is written over.
func create(file string, content []byte) error {
	f, err := os.OpenFile(file, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return fmt.Errorf("écriture : %w", err)
	}
	_, err = f.Write(content)
	return errors.Join(err, f.Close())
}

// named puts the file's name over its faults.
func named(file string, err error) error {
	var faults catalogue.Faults
	if errors.As(err, &faults) {
		return fmt.Errorf("%s : %d à corriger\n%w", file, len(faults), faults)
	}
	return err
}

func show(out io.Writer, changes, notes []string) {
	for _, line := range changes {
		fmt.Fprintln(out, line)
	}
	for _, line := range notes {
		fmt.Fprintln(out, "À savoir :", line)
	}
}
