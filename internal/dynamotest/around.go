package dynamotest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"github.com/aws/smithy-go/middleware"
)

// Call is one call to DynamoDB on its way out.
type Call struct {
	Operation string // "TransactWriteItems"…
	Input     any    // *dynamodb.TransactWriteItemsInput…
	send      func() (any, error)
}

// Send makes the call, and gives its output.
func (c Call) Send() (any, error) { return c.send() }

// Writes tells whether the call may change the table.
func (c Call) Writes() bool {
	switch c.Operation {
	case "TransactWriteItems", "PutItem", "UpdateItem", "DeleteItem":
		return true
	}
	return false
}

// Around puts a function around each call of a store: it may look, change the input, refuse, or lose the answer.
func Around(f func(ctx context.Context, c Call) (any, error)) func(*dynamodb.Options) {
	m := middleware.InitializeMiddlewareFunc("around", func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (
		out middleware.InitializeOutput, meta middleware.Metadata, err error,
	) {
		out.Result, err = f(ctx, Call{
			Operation: awsmiddleware.GetOperationName(ctx),
			Input:     in.Parameters,
			send: func() (any, error) {
				o, md, err := next.HandleInitialize(ctx, in)
				meta = md
				return o.Result, err
			},
		})
		return out, meta, err
	})
	return dynamodb.WithAPIOptions(func(s *middleware.Stack) error { return s.Initialize.Add(m, middleware.After) })
}

// Unguarded takes the condition off the seat counts: the negative control of every race for a seat.
func Unguarded() func(*dynamodb.Options) {
	return Around(func(_ context.Context, c Call) (any, error) {
		if tx, ok := c.Input.(*dynamodb.TransactWriteItemsInput); ok {
			for i, w := range tx.TransactItems {
				if w.Update != nil && slices.ContainsFunc([]string{":taken", ":seats", ":mayName"}, func(name string) bool { return w.Update.ExpressionAttributeValues[name] != nil }) {
					tx.TransactItems[i].Update = unguarded(w.Update)
				}
			}
		}
		return c.Send()
	})
}

func unguarded(u *types.Update) *types.Update {
	bare := *u
	bare.ConditionExpression, bare.ExpressionAttributeNames = nil, nil
	for short, name := range u.ExpressionAttributeNames {
		if strings.Contains(*u.UpdateExpression, short) {
			if bare.ExpressionAttributeNames == nil {
				bare.ExpressionAttributeNames = map[string]string{}
			}
			bare.ExpressionAttributeNames[short] = name
		}
	}
	bare.ExpressionAttributeValues = maps.Clone(u.ExpressionAttributeValues)
	maps.DeleteFunc(bare.ExpressionAttributeValues, func(name string, _ types.AttributeValue) bool {
		return !strings.Contains(*u.UpdateExpression, name)
	})
	return &bare
}

// Conflict is what DynamoDB answers when two transactions meet on one item. DynamoDB Local never does.
func Conflict(items int) error {
	reasons := make([]types.CancellationReason, items)
	for i := range reasons {
		reasons[i].Code = ptr("None")
	}
	reasons[items-1].Code = ptr("TransactionConflict")
	return &types.TransactionCanceledException{Message: ptr("Transaction cancelled"), CancellationReasons: reasons}
}

// Throttle is what DynamoDB answers above the capacity of a partition.
func Throttle() error {
	return &types.ProvisionedThroughputExceededException{Message: ptr("rate exceeded")}
}

// ErrLost is an answer that never came: the call may have been made.
var ErrLost = errors.New("connection lost")

// ErrCrash is the end of the process, injected: the store gives up at once, as a killed process does.
var ErrCrash = &smithy.GenericAPIError{Code: "InjectedCrash", Message: "the process ended here"}

// Weather makes some calls fail, each kind at its own rate (0 to 1), by a seed.
type Weather struct {
	Conflicts float64 // of write calls, before they are made
	Throttles float64 // of all calls, before they are made
	Lost      float64 // of write calls, after they are made: the outcome is unknown
	mu        sync.Mutex
	rand      *rand.Rand
	Seed      uint64
	Failed    atomic.Int64 // calls that failed so
}

// Option is the weather, for a store.
func (w *Weather) Option() func(*dynamodb.Options) {
	w.rand = rand.New(rand.NewPCG(w.Seed, 1))
	return Around(func(_ context.Context, c Call) (any, error) {
		switch {
		case w.falls(w.Throttles):
			return nil, Throttle()
		case c.Writes() && w.falls(w.Conflicts):
			return nil, conflictOf(c)
		case c.Writes() && w.falls(w.Lost):
			if _, err := c.Send(); err != nil {
				return nil, err
			}
			return nil, ErrLost
		}
		return c.Send()
	})
}

func conflictOf(c Call) error {
	if tx, ok := c.Input.(*dynamodb.TransactWriteItemsInput); ok {
		return Conflict(len(tx.TransactItems))
	}
	return &types.TransactionConflictException{Message: ptr("conflict")}
}

func (w *Weather) falls(rate float64) bool {
	if rate == 0 {
		return false
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.rand.Float64() >= rate {
		return false
	}
	w.Failed.Add(1)
	return true
}

// HotItems makes transactions meet as they do on AWS: one that comes to an item which another is busy with is refused as a
// conflict. Hold is how long a transaction keeps its items busy there, from its beginning; how long it takes here, on a
// small machine with everything else, is not the question.
type HotItems struct {
	Hold      time.Duration
	mu        sync.Mutex
	busy      map[string]bool
	Conflicts atomic.Int64
	Calls     atomic.Int64
}

// Option is the behaviour, for a store. Several stores may share it: they then share the items.
func (h *HotItems) Option() func(*dynamodb.Options) {
	return Around(func(_ context.Context, c Call) (any, error) {
		keys := written(c)
		if len(keys) == 0 {
			return c.Send()
		}
		h.Calls.Add(1)
		if !h.lock(keys) {
			h.Conflicts.Add(1)
			return nil, conflictOf(c)
		}
		time.AfterFunc(h.Hold, func() { h.unlock(keys) })
		return c.Send()
	})
}

func (h *HotItems) lock(keys []string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.busy == nil {
		h.busy = map[string]bool{}
	}
	for _, k := range keys {
		if h.busy[k] {
			return false
		}
	}
	for _, k := range keys {
		h.busy[k] = true
	}
	return true
}

func (h *HotItems) unlock(keys []string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, k := range keys {
		delete(h.busy, k)
	}
}

// written gives the keys a transaction locks. Single writes queue up at their item without a conflict among themselves.
func written(c Call) (keys []string) {
	tx, ok := c.Input.(*dynamodb.TransactWriteItemsInput)
	if !ok {
		return nil
	}
	for _, w := range tx.TransactItems {
		switch {
		case w.Put != nil:
			keys = append(keys, keyText(w.Put.Item))
		case w.Update != nil:
			keys = append(keys, keyText(w.Update.Key))
		case w.Delete != nil:
			keys = append(keys, keyText(w.Delete.Key))
		case w.ConditionCheck != nil:
			keys = append(keys, keyText(w.ConditionCheck.Key))
		}
	}
	return keys
}

func keyText(it map[string]types.AttributeValue) string {
	p, _ := it["pk"].(*types.AttributeValueMemberS)
	s, _ := it["sk"].(*types.AttributeValueMemberS)
	if p == nil || s == nil {
		return fmt.Sprint(it)
	}
	return p.Value + " " + s.Value
}

func ptr[T any](v T) *T { return &v }

// SortKey tells whether an item's sort key begins with a prefix.
func SortKey(it map[string]types.AttributeValue, prefix string) bool {
	s, ok := it["sk"].(*types.AttributeValueMemberS)
	return ok && strings.HasPrefix(s.Value, prefix)
}
