// Command restore brings the items of a table restored at a point in time back under the running stack (RUNBOOK, "Restore from a backup"):
//
//	go run ./infra/restore -from echarpe-restored -to T          (counts what would change; writes nothing)
//	go run ./infra/restore -from echarpe-restored -to T -write   (makes T what the restored table is)
//
// T keeps its settings, its stream and its place in the stack. What was added since is removed, what was changed or removed comes back,
// but for one thing: the lines of the message log of files that come back stay as they are, so that nobody is written to twice. Stop what
// writes first. It may be given again: it goes on from wherever it stopped. It prints counts, never a name.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	from := flag.String("from", "", "table restaurée")
	to := flag.String("to", "", "table de la pile (sortie TableName)")
	write := flag.Bool("write", false, "écrire ; sans cela, rien n’est changé")
	flag.Parse()
	cfg, err := config.LoadDefaultConfig(ctx)
	if err == nil {
		err = run(ctx, dynamodb.NewFromConfig(cfg), *from, *to, *write, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}

type item = map[string]types.AttributeValue

func run(ctx context.Context, client *dynamodb.Client, from, to string, write bool, out io.Writer) error {
	if from == "" || to == "" || from == to {
		return errors.New("indiquez les deux tables : -from (restaurée) et -to (sortie TableName de la pile)")
	}
	restored, err := read(ctx, client, from)
	if err != nil {
		return fmt.Errorf("table %s : %w", from, err)
	}
	if len(restored) == 0 {
		return fmt.Errorf("table %s : elle est vide ; rien n’a été changé", from)
	}
	current, err := read(ctx, client, to)
	if err != nil {
		return fmt.Errorf("table %s : %w", to, err)
	}
	changes, c := compare(restored, current)
	fmt.Fprintf(out, "éléments à remettre : %d ; à ramener à leur état : %d ; à retirer : %d ; lignes d’envoi gardées : %d ; inchangés : %d\n", c.added, c.changed, c.removed, c.kept, c.same)
	if !write {
		fmt.Fprintln(out, "Rien n’a été écrit : ajoutez -write.")
		return nil
	}
	if err := apply(ctx, client, to, changes); err != nil {
		return fmt.Errorf("table %s : %w ; relancez la même commande, elle reprendra", to, err)
	}
	fmt.Fprintln(out, "La table est revenue à cet état.")
	return nil
}

type counts struct{ added, changed, removed, kept, same int }

// compare says what makes the current items the restored ones.
func compare(restored, current map[string]item) (changes []types.WriteRequest, c counts) {
	for key, r := range restored {
		now, there := current[key]
		switch {
		case there && isLog(r):
			c.kept++
		case there && reflect.DeepEqual(r, now):
			c.same++
		case there:
			c.changed++
			changes = append(changes, types.WriteRequest{PutRequest: &types.PutRequest{Item: r}})
		default:
			c.added++
			changes = append(changes, types.WriteRequest{PutRequest: &types.PutRequest{Item: r}})
		}
	}
	for key, now := range current {
		if _, there := restored[key]; there {
			continue
		}
		if _, file := restored[text(now, "pk")+"\x00FILE"]; file && isLog(now) {
			c.kept++ // sent since: sent
			continue
		}
		c.removed++
		changes = append(changes, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: item{"pk": now["pk"], "sk": now["sk"]}}})
	}
	return changes, c
}

// isLog tells a line of a file's message log (internal/dynamo/DESIGN.md).
func isLog(i item) bool {
	return strings.HasPrefix(text(i, "pk"), "E#") && strings.HasPrefix(text(i, "sk"), "M#")
}

func text(i item, name string) string {
	s, _ := i[name].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

// read gives every item of a table by its key.
func read(ctx context.Context, client *dynamodb.Client, table string) (map[string]item, error) {
	found := map[string]item{}
	pages := dynamodb.NewScanPaginator(client, &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, i := range page.Items {
			found[text(i, "pk")+"\x00"+text(i, "sk")] = i
		}
	}
	return found, nil
}

// batch is what BatchWriteItem takes at once.
const batch = 25

func apply(ctx context.Context, client *dynamodb.Client, table string, changes []types.WriteRequest) error {
	for len(changes) > 0 {
		n := min(batch, len(changes))
		answer, err := client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{table: changes[:n]}})
		if err != nil {
			return err
		}
		late := answer.UnprocessedItems[table]
		changes = append(changes[n:], late...)
		if len(late) > 0 {
			select {
			case <-time.After(200 * time.Millisecond):
			case <-ctx.Done():
				return ctx.Err()
			}
		}
	}
	return nil
}
