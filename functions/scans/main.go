// Command scans takes in the conventions that collectivités sign by hand, behind the HTTP API, and on a schedule deletes what is to leave
// their bucket.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/scans"
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
	lambda.StartWithOptions(scans.Function(house), lambda.WithContext(ctx))
	return nil
}
