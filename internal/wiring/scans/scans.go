// Package scans wires functions/scans: the conventions that collectivités sign by hand and send, and what is to leave their bucket. It
// alone has the bucket's client, so that it weighs on no other function.
package scans

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/scan"
	"github.com/echarpe/echarpe/internal/wiring"
)

// Bucket is where the scans of a house are; nil when it takes none.
func Bucket(h *wiring.House) *scan.Bucket {
	if h.Config.ScanBucket == "" {
		return nil
	}
	return scan.Open(h.AWS, h.Config.ScanBucket)
}

// Handler answers the pages of the contact.
func Handler(h *wiring.House) http.Handler {
	bucket := Bucket(h)
	if bucket == nil {
		return httpapi.NewScans(h.Deps(), nil)
	}
	return httpapi.NewScans(h.Deps(), scan.Desk{Bucket: bucket, Notes: h.Store, Now: h.Now})
}

// Sweep deletes what no file knows any more; nothing without a bucket.
func Sweep(h *wiring.House) func(context.Context) error {
	bucket := Bucket(h)
	if bucket == nil {
		return func(context.Context) error { return nil }
	}
	return scan.Sweeper{Notes: h.Store, Bucket: bucket, Now: h.Now}.Sweep
}

// Function answers both triggers of functions/scans: the gateway, and the schedule (anything else).
func Function(h *wiring.House) func(ctx context.Context, event json.RawMessage) (any, error) {
	answer, sweep := lambdahttp.Handler(Handler(h), string(h.Config.OriginSecret)), Sweep(h)
	return func(ctx context.Context, event json.RawMessage) (any, error) {
		var asked lambdahttp.Request
		if json.Unmarshal(event, &asked) != nil {
			return nil, errors.New("read the event: not the JSON expected") // never its text: it holds the token
		}
		if asked.RequestContext.HTTP.Method == "" {
			return nil, sweep(ctx)
		}
		return answer(ctx, asked)
	}
}
