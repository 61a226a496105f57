package httpapi_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"testing"

	"github.com/goccy/go-yaml"

	"github.com/echarpe/echarpe/internal/httpapi"
)

var update = flag.Bool("update", false, "make openapi.json of openapi.yaml anew")

func TestTheDescriptionInJSONIsTheOneInYAML(t *testing.T) {
	written, err := os.ReadFile("openapi.yaml")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := yaml.YAMLToJSON(written)
	if err != nil {
		t.Fatal(err)
	}
	var short bytes.Buffer
	if err := json.Compact(&short, whole); err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile("openapi.json", short.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(short.Bytes(), httpapi.Description()) {
		t.Error("openapi.yaml was edited: go test ./internal/httpapi -run Description -update")
	}
}
