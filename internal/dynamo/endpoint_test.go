package dynamo

import (
	"context"
	"errors"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// counted counts who asks the SDK's own rules; the first answer may be lost.
type counted struct {
	dynamodb.EndpointResolverV2
	asked, fails int
}

func (c *counted) ResolveEndpoint(ctx context.Context, params dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	c.asked++
	if c.asked <= c.fails {
		return smithyendpoints.Endpoint{}, errors.New("no rule")
	}
	return c.EndpointResolverV2.ResolveEndpoint(ctx, params)
}

func TestWhereTheTableIsIsAskedOnce(t *testing.T) {
	rules := &counted{EndpointResolverV2: dynamodb.NewDefaultEndpointResolverV2(), fails: 1}
	s := &settled{rules: rules}
	params := dynamodb.EndpointParameters{Region: aws.String("eu-west-3")}
	if _, err := s.ResolveEndpoint(t.Context(), params); err == nil {
		t.Error("the rules' error is lost")
	}
	for range 3 {
		e, err := s.ResolveEndpoint(t.Context(), params)
		if err != nil || e.URI.String() != "https://dynamodb.eu-west-3.amazonaws.com" {
			t.Fatalf("%v, %v", e.URI.String(), err)
		}
	}
	if rules.asked != 2 {
		t.Errorf("the rules were asked %d times: once in vain, then once", rules.asked)
	}
}
