package phone_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/phone"
)

func TestANumberOfSeveralTerritoriesAsksForTheTerritory(t *testing.T) {
	for _, in := range []string{"72 12 34", "0800 12 34 56", "41 12 34", "0596 50 12 34"} { // Wallis and New Caledonia; free calls; Saint-Pierre; Martinique
		if got, err := phone.Parse(in); err == nil || !strings.Contains(err.Error(), "plusieurs territoires") {
			t.Errorf("Parse(%q) = %q, %v: chosen without asking", in, got, err)
		}
	}
	for in, want := range map[string]string{"+687 72 12 34": "+687721234", "+681 72 12 34": "+681721234", "+596 596 50 12 34": "+596596501234", "+33 800 12 34 56": "+33800123456"} {
		if got, err := phone.Parse(in); got != want {
			t.Errorf("Parse(%q) = %q, %v; want %q", in, got, err, want)
		}
	}
}
