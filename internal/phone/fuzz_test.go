package phone_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/phone"
)

func FuzzParse(f *testing.F) {
	for _, s := range []string{"06 12 34 56 78", "+33612345678", "0692 12 34 56", "tel:+33", "+", "((((", "06;ext=1"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		got, err := phone.Parse(text)
		if err != nil {
			return
		}
		if !strings.HasPrefix(got, "+") || len(got) < 8 || len(got) > 16 || strings.Trim(got[1:], "0123456789") != "" {
			t.Fatalf("%q gives %q, which is not E.164", text, got)
		}
		if again, err := phone.Parse(got); err != nil || again != got {
			t.Fatalf("%q gives %q, which gives %q (%v)", text, got, again, err)
		}
	})
}
