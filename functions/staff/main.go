// Command staff answers the organisation’s API.
package main

import (
	"context"
	"os"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/logging"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/team"
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
	lambda.StartWithOptions(lambdahttp.Guest(lambdahttp.Handler(team.Handler(house), string(house.Config.OriginSecret))), lambda.WithContext(ctx))
	return nil
}
