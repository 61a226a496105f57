package enrolment_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
	"pgregory.net/rapid"
)

func TestParseEmail(t *testing.T) {
	for _, c := range []struct{ name, in, want string }{
		{"plain", "jeanne@mairie-ici.fr", "jeanne@mairie-ici.fr"},
		{"upper case and spaces", "  Jeanne.LE-GOFF@Mairie.FR ", "jeanne.le-goff@mairie.fr"},
		{"plus and apostrophe", "d'arc+formation@exemple.fr", "d'arc+formation@exemple.fr"},
		{"no domain", "jeanne", ""},
		{"no dot in the domain", "jeanne@mairie", ""},
		{"display name", "Jeanne <jeanne@mairie.fr>", ""},
		{"two addresses", "a@mairie.fr,b@mairie.fr", ""},
		{"a header smuggled in", "a@mairie.fr\r\nBcc: b@mairie.fr", ""},
		{"double dot", "a@mairie..fr", ""},
		{"empty", " ", ""},
		{"too long", strings.Repeat("a", 64) + "@" + strings.Repeat("b.", 100) + "fr", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := enrolment.ParseEmail(c.in)
			if got != c.want || (err == nil) != (c.want != "") {
				t.Errorf("ParseEmail(%q) = %q, %v; want %q", c.in, got, err, c.want)
			}
		})
	}
}

func TestParseTextKeepsNamesAndRefusesForgery(t *testing.T) {
	for _, c := range []struct {
		name, in, want string
		ok             bool
	}{
		{"accents, hyphens, apostrophes", " Maëlys  D’Août-Œrtel ", "Maëlys D’Août-Œrtel", true},
		{"a line break becomes a space", "Le\nGoff", "Le Goff", true},
		{"a null character", "Le\x00Goff", "", false},
		{"a right-to-left override", "Le\u202eGoff", "", false},
		{"too long", strings.Repeat("é", 11), "", false},
		{"missing", "  ", "", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := enrolment.ParseText(c.in, "Saisissez votre nom.", 20)
			if c.name == "too long" {
				got, err = enrolment.ParseText(c.in, "", 10)
			}
			if got != c.want || (err == nil) != c.ok {
				t.Errorf("got %q, %v; want %q", got, err, c.want)
			}
		})
	}
}

func TestReferenceIsReadBackAsPeopleWriteIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		ref := enrolment.NewReference(rapid.String().Draw(t, "id"))
		for _, written := range []string{ref, strings.ToLower(ref), strings.ReplaceAll(ref, "-", " ")} {
			if got, ok := enrolment.ParseReference(written); !ok || got != ref {
				t.Fatalf("ParseReference(%q) = %q, %v", written, got, ok)
			}
		}
	})
}

func TestReferenceCatchesOneWrongCharacterAndSwaps(t *testing.T) {
	const alphabet = "34679ACDEFGHJKMNPQRTWXY"
	rapid.Check(t, func(t *rapid.T) {
		ref := []byte(enrolment.NewReference(rapid.String().Draw(t, "id")))
		at := rapid.SampledFrom([]int{3, 4, 5, 6, 8, 9, 10}).Draw(t, "at")
		wrong := rapid.SampledFrom([]byte(alphabet)).Draw(t, "wrong")
		if was := ref[at]; was != wrong {
			ref[at] = wrong
			if _, ok := enrolment.ParseReference(string(ref)); ok {
				t.Fatalf("%s accepted after changing one character", ref)
			}
			ref[at] = was
		}
		if i := rapid.SampledFrom([]int{3, 4, 5, 8, 9}).Draw(t, "swap"); ref[i] != ref[i+1] {
			ref[i], ref[i+1] = ref[i+1], ref[i]
			if _, ok := enrolment.ParseReference(string(ref)); ok {
				t.Fatalf("%s accepted after a swap", ref)
			}
		}
	})
}
