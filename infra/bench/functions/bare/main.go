// Command bare is the least that a function in Go can be: what the house's functions are compared with. It is not deployed.
package main

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-lambda-go/lambda"
)

func main() { lambda.Start(answer) }

func answer(context.Context, json.RawMessage) (string, error) { return "ok", nil }
