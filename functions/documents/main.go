// Command documents answers the HTTP API's PDFs and calendars.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/papers"
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
	lambda.StartWithOptions(lambdahttp.Handler(papers.Handler(house), string(house.Config.OriginSecret)), lambda.WithContext(ctx))
	return nil
}
