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
		{"display name", "Jeanne <jeanne@mairie.fr>", "jeanne@mairie.fr"},
		{"a zero-width space", "\u200bjeanne@mairie.fr", "jeanne@mairie.fr"},
		{"a byte order mark", "jeanne@mairie.fr\ufeff", "jeanne@mairie.fr"},
		{"a word joiner", "jeanne\u2060@mairie.fr", "jeanne@mairie.fr"},
		{"a soft hyphen", "jeanne@mai\u00adrie.fr", "jeanne@mairie.fr"},
		{"a link", "mailto:jeanne@mairie.fr", "jeanne@mairie.fr"},
		{"out of a list", "jeanne@mairie.fr;", "jeanne@mairie.fr"},
		{"in guillemets", "«\u00a0jeanne@mairie.fr\u00a0»", "jeanne@mairie.fr"},
		{"a Japanese keyboard's at sign", "jeanne\uff20mairie.fr", "jeanne@mairie.fr"},
		{"two people", "A <a@mairie.fr>, B <b@mairie.fr>", ""},
		{"an accent before the at sign", "hélène@mairie.fr", ""},
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
		{"a right-to-left override is taken out", "Le\u202eGoff", "LeGoff", true},
		{"isolates around a name from the contacts", "\u2068Jeanne\u2069", "Jeanne", true},
		{"letters that a PDF ties together", "Ra\ufb01n", "Rafin", true},
		{"nothing but zero-width spaces", "\u200b\u2060", "", false},
		{"nothing but a Hangul filler", "\u3164", "", false},
		{"nothing but a blank of Braille", "\u2800", "", false},
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

func TestAnAccentInAnAddressIsNamed(t *testing.T) {
	for in, letter := range map[string]string{"hélène@mairie.fr": "«\u00a0é\u00a0»", "jeanne@évry.fr": "«\u00a0é\u00a0»", "leçon@mairie.fr": "«\u00a0ç\u00a0»"} {
		if _, err := enrolment.ParseEmail(in); err == nil || !strings.Contains(err.Error(), letter) {
			t.Errorf("ParseEmail(%q): %v, want the letter %s named", in, err, letter)
		}
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

func TestANameIsNoLinkAndAnyHonestNamePasses(t *testing.T) {
	for _, in := range []string{
		"http://exemple.fr/x", "HTTPS://exemple.fr", "gagnez sur exemple.fr/loterie", "exemple.fr", "Exemple.Com", "www exemple", "www.exemple", "//exemple", "x.co", "t.me/abc",
		"exem\u200bple.fr", "exemple\u200b.fr", "exemple．fr", "exemple。fr", "exemple․fr", "ｗｗｗ．ｅｘｅｍｐｌｅ．ｆｒ", "évreux.бел", "javascript:/x", "192.0.2.1/x", "a@b.fr", "mailto:x",
		"=?utf-8?q?Gagn=C3=A9?=", "=?x", "x?=", "\u202erf.elpmexe", "sub.exemple.museum",
	} {
		if got, err := enrolment.ParseName(in, "Saisissez votre nom.", 80); err == nil {
			t.Errorf("ParseName(%q) = %q, want it refused", in, got)
		}
	}
	for _, in := range []string{
		"Maëlys D’Août-Œrtel", "Jean-Pierre", "J.-P.", "M. Dupont", "O'Neill", "Saint-Denis (974)", "Ville de St. Denis", "S.I.V.O.M.", "C.C.P.F", "S.A.N. de Sénart", "CCAS/Mairie de Lattes",
		"Communauté d’agglo. du Pays", "Syndicat n° 2", "Canton 1.2", "Métropole d’Aix-Marseille-Provence", "Le Goff ép. Martin", "Commune de Y", "Mairie du 1er arr.", "N’Guyễn Thị", "Wwwilfried",
	} {
		if got, err := enrolment.ParseName(in, "Saisissez votre nom.", 80); err != nil || got != in {
			t.Errorf("ParseName(%q) = %q, %v: an honest name", in, got, err)
		}
	}
	if _, err := enrolment.ParseName(" ", "Saisissez votre nom.", 80); err == nil || err.Error() != "Saisissez votre nom." {
		t.Errorf("missing: %v", err)
	}
}
