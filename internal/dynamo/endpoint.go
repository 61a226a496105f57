package dynamo

import (
	"context"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	smithyendpoints "github.com/aws/smithy-go/endpoints"
)

// settled asks once where the table is: the SDK goes through its rules, and parses the address, at every call, for an answer that
// a store's one region and one table never change. An error is not kept.
type settled struct {
	rules dynamodb.EndpointResolverV2
	mu    sync.Mutex
	found *smithyendpoints.Endpoint
}

// ResolveEndpoint gives what the rules gave first; nobody changes it.
func (s *settled) ResolveEndpoint(ctx context.Context, params dynamodb.EndpointParameters) (smithyendpoints.Endpoint, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.found == nil {
		e, err := s.rules.ResolveEndpoint(ctx, params)
		if err != nil {
			return e, err
		}
		s.found = &e
	}
	return *s.found, nil
}
