// Package awscall makes one signed call of an AWS service without the SDK's client of that service: the client of a service that the house
// asks one or two things weighs on every cold start (SES v2: half a millisecond and 8 MB of the reminders function, for two calls of its
// hundred; infra/bench/functions). What is hard, the signature, stays the SDK's. Tests hold each call against the SDK's own client.
package awscall

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
)

// Service is where a service answers.
type Service struct {
	ID   string // the SDK's name, which the variables of local stacks are named after (AWS_ENDPOINT_URL_…): "Secrets Manager"
	Host string // first part of its address: "secretsmanager"
	Sign string // its name in a signature: "secretsmanager"
}

// Address is where the service answers: where a variable says, else in the configuration's region.
func (s Service) Address(ctx context.Context, cfg aws.Config) string {
	for _, source := range cfg.ConfigSources {
		if said, ok := source.(interface {
			GetServiceBaseEndpoint(ctx context.Context, service string) (string, bool, error)
		}); ok {
			if address, found, err := said.GetServiceBaseEndpoint(ctx, s.ID); err == nil && found {
				return address
			}
		}
	}
	if cfg.BaseEndpoint != nil {
		return *cfg.BaseEndpoint
	}
	return "https://" + s.Host + "." + cfg.Region + ".amazonaws.com"
}

// Request is a request of JSON, signed as of an instant. Headers are signed with it.
func (s Service) Request(ctx context.Context, cfg aws.Config, method, address string, headers map[string]string, body []byte, at time.Time) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	for name, value := range headers {
		request.Header.Set(name, value)
	}
	keys, err := cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256(body)
	return request, v4.NewSigner().SignHTTP(ctx, keys, request, hex.EncodeToString(sum[:]), s.Sign, cfg.Region, at)
}
