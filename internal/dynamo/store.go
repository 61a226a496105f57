// Package dynamo keeps everything in one DynamoDB table, and is the only importer of the DynamoDB SDK.
// DESIGN.md lists the access patterns, the keys, and which condition keeps which promise.
//
//   - keys.go: every key · table.go: the table itself · item_*.go: domain types as items and back
//   - store.go: opening, and what is retried · reads.go: one item or a few
//   - commit.go: an act as one transaction; the claims, queue and history that follow from it · seats.go: its counts and their conditions
//   - catalogue.go: organisation, formations, sessions · messages.go: the log of messages and what is due · abuse.go: counters that vanish
package dynamo

import (
	"context"
	"errors"
	"math/rand/v2"
	"net/http"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/echarpe/echarpe/internal/awshttp"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// Store is the table. Its methods answer an error of kind not-found for what is absent, [enrolment.ErrStale] when a
// condition was refused (nothing was written), and one of kind unavailable when the table stayed busy, or unreachable,
// until the context's deadline.
type Store struct {
	db    *dynamodb.Client
	table string
	now   func() time.Time
}

// Open makes a store of a table. The SDK's own retries are off: the store decides what is retried, and how long.
// now is used only to ignore items whose TTL has passed and which DynamoDB has not deleted yet, and to wake a file.
func Open(cfg aws.Config, table string, now func() time.Time, options ...func(*dynamodb.Options)) *Store {
	options = append([]func(*dynamodb.Options){func(o *dynamodb.Options) {
		o.Retryer = aws.NopRetryer{}
		o.HTTPClient = awshttp.Whole{Client: o.HTTPClient}
		o.EndpointResolverV2 = &settled{rules: dynamodb.NewDefaultEndpointResolverV2()}
		o.DisableValidateResponseChecksum = true // it warns, outside our log, about every condition refused; TLS guards the bytes
	}}, options...)
	return &Store{db: dynamodb.NewFromConfig(cfg, options...), table: table, now: now}
}

// Prime opens the connection, so that the first person does not pay for it.
func (s *Store) Prime(ctx context.Context) error {
	_, err := s.get(ctx, organisationKey)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return nil
	}
	return err
}

const (
	patience   = 10 * time.Second // for one call, when the context sets no deadline
	oneTry     = 3 * time.Second  // a try that takes longer, and a third of what is left, is given up: its outcome is unknown
	firstPause = 10 * time.Millisecond
	lastPause  = 200 * time.Millisecond
	retryAfter = 2 * time.Second
)

// retry makes a call until it answers: conflicts, throttles and lost answers are tried again with full jitter, a
// condition refused is final. The call must be safe to make twice.
func retry(ctx context.Context, call func(context.Context) error) error {
	if _, set := ctx.Deadline(); !set {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, patience)
		defer cancel()
	}
	for pause := firstPause; ; pause = min(2*pause, lastPause) {
		err := once(ctx, call)
		switch {
		case err == nil:
			return nil
		case refused(err):
			return enrolment.ErrStale
		case !passing(err):
			return err
		}
		select {
		case <-ctx.Done():
			return unavailable(err)
		case <-time.After(rand.N(pause) + 1):
		}
	}
}

func once(ctx context.Context, call func(context.Context) error) error {
	end, _ := ctx.Deadline()
	ctx, cancel := context.WithTimeout(ctx, max(oneTry, time.Until(end)/3))
	defer cancel()
	return call(ctx)
}

func unavailable(cause error) error {
	return &enrolment.Error{
		Kind:       enrolment.KindUnavailable,
		Detail:     "Le service est très demandé en ce moment. Réessayez dans quelques secondes.",
		RetryAfter: retryAfter,
		Err:        cause,
	}
}

// refused tells whether a condition was refused: what was planned from has changed.
func refused(err error) bool {
	var alone *types.ConditionalCheckFailedException
	if errors.As(err, &alone) {
		return true
	}
	var tx *types.TransactionCanceledException
	if errors.As(err, &tx) {
		for _, r := range tx.CancellationReasons {
			if aws.ToString(r.Code) == "ConditionalCheckFailed" {
				return true
			}
		}
	}
	return false
}

// passing tells whether the same call may succeed a moment later: a conflict, a throttle, a server's fault, a lost answer.
func passing(err error) bool {
	var tx *types.TransactionCanceledException
	if errors.As(err, &tx) {
		return !invalid(tx)
	}
	var answer *smithyhttp.ResponseError
	if errors.As(err, &answer) && answer.HTTPStatusCode() >= http.StatusInternalServerError {
		return true
	}
	var api smithy.APIError
	if errors.As(err, &api) {
		return passingCodes[api.ErrorCode()]
	}
	return !errors.Is(err, context.Canceled) // no answer from the service at all
}

var passingCodes = map[string]bool{
	"TransactionConflictException":           true,
	"TransactionInProgressException":         true,
	"ProvisionedThroughputExceededException": true,
	"RequestLimitExceeded":                   true,
	"ThrottlingException":                    true,
	"InternalServerError":                    true,
	"ServiceUnavailable":                     true,
}

// conflicted tells whether a transaction met another one on an item.
func conflicted(err error) bool {
	var tx *types.TransactionCanceledException
	return errors.As(err, &tx) && !refused(err) && slices.ContainsFunc(tx.CancellationReasons, func(r types.CancellationReason) bool {
		return aws.ToString(r.Code) == "TransactionConflict"
	})
}

// invalid tells whether a transaction was cancelled because an item can never be written.
func invalid(tx *types.TransactionCanceledException) bool {
	for _, r := range tx.CancellationReasons {
		switch aws.ToString(r.Code) {
		case "ValidationError", "ItemCollectionSizeLimitExceeded", "AccessDenied":
			return true
		}
	}
	return false
}

func absent(what string) error {
	return &enrolment.Error{Kind: enrolment.KindNotFound, Detail: what + " n’existe pas, ou n’existe plus."}
}
