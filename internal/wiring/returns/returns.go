// Package returns wires functions/feedback: what came back of the e-mails. It stands apart from package messages so that
// what writes them weighs nothing on a function that only marks files.
package returns

import (
	"context"
	"encoding/json"

	"github.com/echarpe/echarpe/internal/feedback"
	"github.com/echarpe/echarpe/internal/wiring"
)

// Handler is the handler of functions/feedback: what SES says became of each e-mail.
func Handler(h *wiring.House) func(ctx context.Context, payload json.RawMessage) (any, error) {
	listener := &feedback.Listener{Store: h.Store, Log: h.Log}
	return listener.Handle
}
