// Package awshttp carries the requests of AWS's clients so that an answer that came is never thrown away.
package awshttp

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
)

// Client is what the SDK asks of an HTTP client.
type Client interface {
	Do(*http.Request) (*http.Response, error)
}

// Whole is a client that hands over each request with its body in memory.
//
// The SDK gives net/http a body of its own (smithy-go 1.28.9, safeWriteToReadCloser), which it closes as soon as the head of the answer
// is there, and which from then on says io.EOF to the copy that looks for bytes after the last one. net/http takes that for a failed
// request and closes the connection while the answer is being read: a write that was made, or a mail that was sent, is told as unknown.
// It takes a processor that is busy, as a small Lambda's is (aws-sdk-go-v2 issues 1825, 2737 and 2935). A body in memory is also
// written together with the head of the request, and can be sent again on a fresh connection when not a byte of it went out.
type Whole struct{ Client Client }

// Do sends the request; the answer and the errors are the client's.
func (w Whole) Do(r *http.Request) (*http.Response, error) {
	if r.Body == nil || r.Body == http.NoBody {
		return w.Client.Do(r)
	}
	var body bytes.Buffer
	body.Grow(max(int(r.ContentLength), 0) + bytes.MinRead)
	if _, err := body.ReadFrom(r.Body); err != nil {
		return nil, fmt.Errorf("read the body of a request: %w", err)
	}
	r = r.WithContext(r.Context()) // the SDK keeps its own
	r.GetBody = func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(body.Bytes())), nil }
	r.Body, _ = r.GetBody()
	return w.Client.Do(r)
}
