package guide_test

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// TestAnInvoiceSaysWhatALatePayerOwes: a public payer by the Code de la commande publique, the Caisse by the Code de commerce, an
// individual nothing.
func TestAnInvoiceSaysWhatALatePayerOwes(t *testing.T) {
	g, now := load(t), time.Date(2026, 12, 18, 9, 0, 0, 0, time.UTC)
	public := []string{"30 jours", "8 points", "40 euros", "R2192-10", "R2192-31", "D2192-35"}
	private := []string{"10 points", "40 euros", "escompte", "L441-9", "L441-10", "D441-5"}
	for name, c := range map[string]struct {
		file enrolment.Enrolment
		says []string
	}{
		"the commune of the mandate": {enrolment.Enrolment{Mode: enrolment.Collectivite, Mandate: enrolment.Mandate{Kind: "maire"}}, public},
		"an intercommunalité":        {enrolment.Enrolment{Mode: enrolment.Collectivite, PaidBy: &enrolment.Payer{Kind: "intercommunalite"}}, public},
		"another public payer":       {enrolment.Enrolment{Mode: enrolment.Collectivite, PaidBy: &enrolment.Payer{Kind: "autre"}}, public},
		"the DIFE":                   {enrolment.Enrolment{Mode: enrolment.DIFE}, private},
	} {
		text := g.Late(c.file, now)
		for _, want := range c.says {
			if !strings.Contains(strings.ReplaceAll(text, "\u00a0", " "), want) {
				t.Errorf("%s: %q is not in « %s »", name, want, text)
			}
		}
		if strings.ContainsAny(text, "{}") {
			t.Errorf("%s: a rule without a value: %s", name, text)
		}
	}
	if text := g.Late(enrolment.Enrolment{Mode: enrolment.Personnel}, now); text != "" {
		t.Errorf("an individual is told: %s", text)
	}
}
