package web

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"strings"

	"github.com/echarpe/echarpe/internal/lazy"
)

// maxBody is far above any honest request but those that carry a whole text of the catalogue.
const maxBody = 16 << 10

// Decode reads one JSON value strictly: the right content type, no unknown field, nothing after the value.
func Decode(r *http.Request, v any) error { return DecodeUpTo(r, v, maxBody) }

// DecodeUpTo is [Decode] for a body of so many bytes at most.
func DecodeUpTo(r *http.Request, v any, most int) error {
	if media, _, err := mime.ParseMediaType(r.Header.Get("Content-Type")); err != nil || media != "application/json" {
		return BadRequest(errors.New("content type is not application/json"))
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	if err != nil {
		return BadRequest(errors.New("body cannot be read"))
	}
	if len(body) > most {
		return BadRequest(fmt.Errorf("body over %d bytes", most))
	}
	return unmarshal(body, v)
}

// unmarshal never lets the text of a JSON error out: it can quote what the person typed.
func unmarshal(body []byte, v any) error {
	dec := json.NewDecoder(bytes.NewReader(body))
	dec.DisallowUnknownFields()
	if err := dec.Decode(v); err != nil {
		return BadRequest(fmt.Errorf("body is not the JSON expected (%T)", err))
	}
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return BadRequest(errors.New("something follows the JSON value"))
	}
	return nil
}

var uuid = lazy.Regexp(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)

// IdempotencyKey reads the header that makes a repeated request harmless.
func IdempotencyKey(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if !uuid().MatchString(key) {
		return "", BadRequest(errors.New("header Idempotency-Key is not a UUID"))
	}
	return strings.ToLower(key), nil
}
