package guide_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func TestAPriceIsSaidAllTaxesIncludedFirst(t *testing.T) {
	for want, vat := range map[string]*enrolment.VAT{
		"636 € TTC (530 € HT)":    {RateBasisPoints: 2000},
		"559,15 € TTC (530 € HT)": {RateBasisPoints: 550},
		"530 €, sans TVA":         {Exempt: true, Mention: "TVA non applicable, article 293 B du CGI."},
		"530 € hors taxes":        nil,
	} {
		s := enrolment.Session{VAT: vat, Formation: enrolment.FormationSummary{PriceCents: 53000}}
		if got := strings.ReplaceAll(guide.Price(s), "\u00a0", " "); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
