// Command feedback hears what became of the e-mails: bounces, complaints, deliveries.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/returns"
)

func main() {
	if err := run(context.Background()); err != nil {
		logging.Fatal(err)
	}
}

func run(ctx context.Context) error {
	house, err := wiring.OpenTable(ctx, os.Stdout, wiring.Now)
	if err != nil {
		return err
	}
	lambda.StartWithOptions(returns.Handler(house), lambda.WithContext(ctx))
	return nil
}
