// Command reminders sends whatever message is due: woken by the table's stream, and by a schedule that catches what the
// stream missed.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/messages"
)

func main() {
	if err := run(context.Background()); err != nil {
		logging.Fatal(err)
	}
}

func run(ctx context.Context) error {
	house, err := wiring.Open(ctx, os.Stdout, wiring.Now)
	if err != nil {
		return err
	}
	handle, err := messages.Reminders(house)
	if err != nil {
		return err
	}
	lambda.StartWithOptions(handle, lambda.WithContext(ctx))
	return nil
}
