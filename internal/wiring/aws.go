package wiring

import (
	"cmp"
	"context"
	"errors"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	smithylog "github.com/aws/smithy-go/logging"
)

// fromEnvironment is the SDK's configuration as Lambda gives it, in variables: region, keys, and for a local stack the addresses that
// stand for the services (AWS_ENDPOINT_URL, AWS_ENDPOINT_URL_DYNAMODB…). The SDK's own loader reads profiles, single sign-on and
// instance metadata too, which no function has, and which weigh on every cold start (infra/bench/functions).
func fromEnvironment(log smithylog.Logger) (aws.Config, error) {
	cfg := aws.Config{Region: os.Getenv("AWS_REGION"), Logger: log, ConfigSources: []any{endpoints{}}}
	id, secret := os.Getenv("AWS_ACCESS_KEY_ID"), os.Getenv("AWS_SECRET_ACCESS_KEY")
	if cfg.Region == "" || id == "" || secret == "" {
		return aws.Config{}, errors.New("AWS_REGION, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY: all three are needed; Lambda gives them")
	}
	cfg.Credentials = credentials.NewStaticCredentialsProvider(id, secret, os.Getenv("AWS_SESSION_TOKEN"))
	if address := os.Getenv("AWS_ENDPOINT_URL"); address != "" {
		cfg.BaseEndpoint = &address
	}
	return cfg, nil
}

// endpoints gives the SDK's clients the address of one service, which goes before AWS_ENDPOINT_URL.
type endpoints struct{}

// GetServiceBaseEndpoint reads AWS_ENDPOINT_URL_SECRETS_MANAGER for "Secrets Manager".
func (endpoints) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	address := os.Getenv("AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(service, " ", "_")))
	return address, address != "", nil
}

// localAddress is where a local stack's server stands for a service; "" on AWS.
func localAddress(cfg aws.Config, service string) string {
	if address, ok, _ := (endpoints{}).GetServiceBaseEndpoint(context.Background(), service); ok {
		return address
	}
	return aws.ToString(cfg.BaseEndpoint)
}

// secretsAddress is where Secrets Manager answers.
func secretsAddress(cfg aws.Config) string {
	return cmp.Or(localAddress(cfg, "Secrets Manager"), "https://secretsmanager."+cfg.Region+".amazonaws.com")
}
