package document_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/document"
)

func TestTheConvocationIsOnePageWithItsCode(t *testing.T) {
	in := input(t, document.Convocation)
	if all := pages(t, render(t, document.Convocation, in)); len(all) != 1 {
		t.Errorf("%d pages: the code is not on the page that one folds in one's pocket", len(all))
	}
	in.Code = ""
	if plain := text(composed(t, document.Convocation, in)); strings.Contains(plain, "code") {
		t.Error("a convocation without a code speaks of one")
	}
}
