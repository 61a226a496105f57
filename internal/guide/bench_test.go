package guide_test

import (
	"testing"

	"github.com/echarpe/echarpe/internal/guide"
)

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		if _, err := guide.Load(); err != nil {
			b.Fatal(err)
		}
	}
}
