package stream_test

import (
	"testing"

	"github.com/echarpe/echarpe/infra/bench/stream"
	"github.com/echarpe/echarpe/internal/stack"
)

func TestReadAsTheTemplateSays(t *testing.T) {
	template, err := stack.Load("../../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	mapping := template.Resources[template.OfType("AWS::Lambda::EventSourceMapping")[0]].Properties
	if got := mapping["BatchSize"]; got != stream.BatchSize {
		t.Errorf("batches of %v, want %d", got, stream.BatchSize)
	}
	if got := template.Parameters["StreamParallelism"].Default; got != stream.AtOnce {
		t.Errorf("%v batches at once, want %d", got, stream.AtOnce)
	}
}
