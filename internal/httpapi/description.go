package httpapi

import (
	_ "embed"
	"net/http"
	"sync"

	"github.com/goccy/go-yaml"
)

// The description of the API, OpenAPI 3.1. Tests hold the routes and every answer of the suite against it.
//
//go:embed openapi.yaml
var openapiYAML []byte

var described = sync.OnceValues(func() ([]byte, error) { return yaml.YAMLToJSON(openapiYAML) })

// Description is the description as JSON.
func Description() ([]byte, error) { return described() }

func (a api) description(w http.ResponseWriter, _ *http.Request) error {
	text, err := Description()
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err = w.Write(text)
	return err
}
