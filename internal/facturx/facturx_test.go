package facturx

import (
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestAnAddressIsCutWhereItsPostalCodeStands(t *testing.T) {
	for text, want := range map[string]address{
		"1 place de la Mairie, 29340 Riec-sur-Bélon": {"29340", "1 place de la Mairie", "Riec-sur-Bélon", "FR"},
		"12 quai de la Fosse\n44000 Nantes":          {"44000", "12 quai de la Fosse", "Nantes", "FR"},
		"BP 12345, 10 rue du Port, 29900 Concarneau": {"29900", "BP 12345, 10 rue du Port", "Concarneau", "FR"},
		"Hôtel de ville":                             {"", "Hôtel de ville", "", "FR"},
		"":                                           {"", "", "", "FR"},
	} {
		if got := addressOf(text); got != want {
			t.Errorf("%q: %+v, want %+v", text, got, want)
		}
	}
}

func TestTheNumberForVATIsDrawnFromTheSIREN(t *testing.T) {
	for siret, want := range map[string]string{"40483304800022": "FR83404833048", "": "", "12345678X00012": ""} {
		if got := (enrolment.Organisation{SIRET: siret}).VATNumber(); got != want {
			t.Errorf("%q: %q, want %q", siret, got, want)
		}
	}
}

func TestAmountsKeepTheirCents(t *testing.T) {
	for cents, want := range map[int]string{0: "0.00", 5: "0.05", 126000: "1260.00", -199: "-1.99"} {
		if got := amount(cents); got != want {
			t.Errorf("%d: %s, want %s", cents, got, want)
		}
	}
}
