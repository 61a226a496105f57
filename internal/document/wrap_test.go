package document

import (
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font/sfnt"
	"pgregory.net/rapid"
)

// byRune measures one unit a character, two in bold.
func byRune(text string, bold bool) float64 {
	n := float64(utf8.RuneCountInString(text))
	if bold {
		return 2 * n
	}
	return n
}

func TestWrapLosesNothingAndNeverOverflows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		word := rapid.StringMatching(`[a-zé\x{a0}/-]{1,40}`)
		pieces := []piece{
			{strings.Join(rapid.SliceOf(word).Draw(t, "bold"), " "), true},
			{strings.Join(rapid.SliceOf(word).Draw(t, "plain"), " "), false},
		}
		width := float64(rapid.IntRange(2, 60).Draw(t, "width"))
		var drawn strings.Builder
		for _, line := range wrap(pieces, width, byRune) {
			total := 0.0
			for i, p := range line {
				drawn.WriteString(p.text)
				if i == len(line)-1 {
					p.text = strings.TrimRight(p.text, " ") // not seen
				}
				total += byRune(p.text, p.bold)
			}
			if total > width {
				t.Fatalf("a line of %v in %v: %v", total, width, line)
			}
		}
		want := strings.Join(strings.Fields(strings.ReplaceAll(pieces[0].text+" "+pieces[1].text, "\u00a0", "~")), " ")
		if got := strings.ReplaceAll(drawn.String(), "\u00a0", "~"); got != want {
			t.Fatalf("drew %q, want %q", got, want)
		}
	})
}

func TestWrapBreaksWhereAReaderWould(t *testing.T) {
	for name, c := range map[string]struct {
		text  string
		width float64
		want  string
	}{
		"at spaces":                       {"le droit à la formation", 10, "le droit à |la |formation"},
		"never at a non-breaking space":   {"il coûte 720,00\u00a0€ net", 14, "il coûte |720,00\u00a0€ net"},
		"after a hyphen in a long word":   {"Saint-Aubin-des-Châteaux", 16, "Saint-Aubin-des-|Châteaux"},
		"anywhere in a word without end":  {"aaaaaaaaaaaa", 5, "aaaaa|aaaaa|aa"},
		"a name that fits is left whole":  {"Anne-Lise", 9, "Anne-Lise"},
		"nothing at all is an empty line": {"", 9, ""},
	} {
		t.Run(name, func(t *testing.T) {
			var lines []string
			for _, line := range wrap([]piece{{c.text, false}}, c.width, byRune) {
				var b strings.Builder
				for _, p := range line {
					b.WriteString(p.text)
				}
				lines = append(lines, b.String())
			}
			if got := strings.Join(lines, "|"); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

func TestBothFontsDrawEveryCharacterThatIsSaidToBeCovered(t *testing.T) {
	for name, file := range map[string][]byte{"regular": regularTTF, "bold": boldTTF} {
		font, err := sfnt.Parse(file)
		if err != nil {
			t.Fatal(err)
		}
		var buffer sfnt.Buffer
		for _, r16 := range covered.R16 {
			for r := rune(r16.Lo); r <= rune(r16.Hi); r += rune(r16.Stride) {
				if glyph, err := font.GlyphIndex(&buffer, r); err != nil || glyph == 0 {
					t.Errorf("%s does not draw %U %c", name, r, r)
				}
			}
		}
	}
}

func TestFrenchIsDrawnAndTheRestIsReplaced(t *testing.T) {
	for in, want := range map[string]string{
		"Œuvre «\u00a0à l’élu\u00a0» n°\u00a0… 1\u202f234,50\u00a0€ – ÿ Æ": "Œuvre «\u00a0à l’élu\u00a0» n°\u00a0… 1\u202f234,50\u00a0€ – ÿ Æ",
		"porte\u2011parole": "porte-parole",
		"Anne 🎉👩‍🚀 Le Goff": "Anne  Le Goff",
		"محمد":              "□□□□",
		"Nguyễn Ŀörč":       "Nguyễn Ŀörč",
	} {
		if got := drawable(in); got != want {
			t.Errorf("%q is drawn %q, want %q", in, got, want)
		}
	}
}

func TestOneLineIsSafeWhateverIsTyped(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes")) + rapid.String().Draw(t, "text")
		got := oneLine(s)
		if !utf8.ValidString(got) {
			t.Fatalf("%q is not valid UTF-8", got)
		}
		for _, r := range got {
			if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == '\u2028' || r == '\u2029' {
				t.Fatalf("%q keeps %U", got, r)
			}
		}
		if again := oneLine(got); again != got {
			t.Fatalf("%q, then %q", got, again)
		}
	})
	if got := oneLine(" Jose\u0301\t de\u202e la\r\nCruz\u200b Ra\ufb01n\u3164"); got != "José de la Cruz Rafin" {
		t.Errorf("got %q", got)
	}
}
