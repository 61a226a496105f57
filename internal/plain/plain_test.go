package plain_test

import (
	"encoding/json"
	"os"
	"testing"
	"unicode"

	"github.com/echarpe/echarpe/internal/plain"
)

func TestWhatIsPastedComesOutAsItCouldHaveBeenTyped(t *testing.T) {
	text, err := os.ReadFile("testdata/cases.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases map[string][][2]string
	if err := json.Unmarshal(text, &cases); err != nil {
		t.Fatal(err)
	}
	for name, clean := range map[string]func(string) string{"text": plain.Text, "phone": plain.Phone, "email": plain.Email} {
		if len(cases[name]) < 10 {
			t.Fatalf("only %d cases of %s", len(cases[name]), name)
		}
		for _, c := range cases[name] {
			if got := clean(c[0]); got != c[1] {
				t.Errorf("%s(%+q) = %+q, want %+q", name, c[0], got, c[1])
			}
		}
	}
}

// The table is ours to read on one screen; Unicode's own lists say whether one is missing. Signs of format that are
// drawn (Arabic, Egyptian, musical and shorthand ones) are not invisible.
func TestNoInvisibleCharacterIsMissing(t *testing.T) {
	drawn := &unicode.RangeTable{
		R16: []unicode.Range16{{0x0600, 0x0605, 1}, {0x06DD, 0x06DD, 1}, {0x070F, 0x070F, 1}, {0x0890, 0x0891, 1}, {0x08E2, 0x08E2, 1}},
		R32: []unicode.Range32{{0x110BD, 0x110BD, 1}, {0x110CD, 0x110CD, 1}, {0x13430, 0x1343F, 1}, {0x1BCA0, 0x1BCA3, 1}},
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		hidden := unicode.In(r, unicode.Cf, unicode.Variation_Selector, unicode.Other_Default_Ignorable_Code_Point) && !unicode.Is(drawn, r)
		if hidden && !plain.Invisible(r) {
			t.Errorf("%U draws nothing and is not in characters.json", r)
		}
		if plain.Invisible(r) && (unicode.IsGraphic(r) && !hidden || r < 0x80) {
			t.Errorf("%U is drawn and stands among the invisible characters", r)
		}
	}
	for r := rune(0); r <= unicode.MaxRune; r++ {
		if unicode.IsSpace(r) && plain.Text("a"+string(r)+"b") != "a b" {
			t.Errorf("%U is a space and is not in characters.json", r)
		}
	}
}

func FuzzACleanTextStaysAsItIs(f *testing.F) {
	for _, s := range []string{"\u202a+33\u202c", "tel:tel:0", "mailto:<a@b.fr>;", "«a@b.fr»", "ﬁ\u200b"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once := plain.Text(s)
		if twice := plain.Text(once); twice != once {
			t.Errorf("%q gives %q, and once more %q", s, once, twice)
		}
	})
}
