package httpapi

import (
	_ "embed"
	"net/http"
)

// The description of the API, OpenAPI 3.1: openapi.yaml is what people write, openapi.json is made of it by
// `go test ./internal/httpapi -run Description -update`, so that no function carries a YAML parser. Tests hold the routes and every
// answer of the suite against it.
//
//go:embed openapi.json
var openapiJSON []byte

// Description is the description as JSON.
func Description() []byte { return openapiJSON }

func (a api) description(w http.ResponseWriter, _ *http.Request) error {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err := w.Write(openapiJSON)
	return err
}
