package pdf

import (
	"bytes"
	"encoding/binary"
	"maps"
	"os"
	"slices"
	"testing"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
)

var files = map[string]string{"LiberationSans": "LiberationSans-Regular.ttf", "LiberationSans-Bold": "LiberationSans-Bold.ttf"}

// both gives each font of the papers, as this package and as the Go project's own reads it.
func both(t *testing.T, with func(t *testing.T, ours *Font, theirs *sfnt.Font)) {
	for name, file := range files {
		t.Run(name, func(t *testing.T) {
			raw, err := os.ReadFile("../document/fonts/" + file)
			if err != nil {
				t.Fatal(err)
			}
			ours, err := ParseFont(name, raw)
			if err != nil {
				t.Fatal(err)
			}
			theirs, err := sfnt.Parse(raw)
			if err != nil {
				t.Fatal(err)
			}
			with(t, ours, theirs)
		})
	}
}

func TestEveryCharacterHasTheGlyphAndTheWidthThatAnotherReaderGives(t *testing.T) {
	both(t, func(t *testing.T, ours *Font, theirs *sfnt.Font) {
		var b sfnt.Buffer
		drawn := 0
		for r := rune(0); r <= 0x10FFF; r++ {
			glyph, err := theirs.GlyphIndex(&b, r)
			if err != nil {
				t.Fatal(err)
			}
			if got := ours.glyph(r); got != int(glyph) {
				t.Fatalf("%U is glyph %d, not %d", r, got, glyph)
			}
			if glyph == 0 {
				continue
			}
			drawn++
			wide, err := theirs.GlyphAdvance(&b, glyph, fixed.I(int(ours.em)), font.HintingNone)
			if err != nil {
				t.Fatal(err)
			}
			if got, want := ours.width(r), ours.scaled(wide.Round()); got != want {
				t.Errorf("%U is %d wide, not %d", r, got, want)
			}
		}
		if drawn < 2000 {
			t.Errorf("%d characters compared", drawn)
		}
	})
}

func TestACutFontDrawsTheSame(t *testing.T) {
	both(t, func(t *testing.T, ours *Font, theirs *sfnt.Font) {
		glyphs := []int{0}
		for _, r := range "Égal à l’été : ŵ ǻ Ѝ – 12 €, ﬁn□  " { // some are made of others, one of them twice
			glyphs = append(glyphs, ours.glyph(r))
		}
		cut := readable(t, ours, ours.cut(glyphs))
		for n, glyph := range glyphs {
			want, got := outlineOf(t, theirs, glyph), outlineOf(t, cut, n)
			if !slices.Equal(want, got) {
				t.Errorf("glyph %d, now %d, is drawn otherwise", glyph, n)
			}
		}
	})
}

func TestSumsOfACutFontAreRight(t *testing.T) {
	both(t, func(t *testing.T, ours *Font, _ *sfnt.Font) {
		cut := ours.cut([]int{0, ours.glyph('a')})
		if got := sum(cut); got != 0xB1B0AFBA {
			t.Errorf("the file adds up to %X", got)
		}
		for i := range u16(cut, 4) {
			record := cut[12+16*i:]
			at, long := binary.BigEndian.Uint32(record[8:]), binary.BigEndian.Uint32(record[12:])
			table := bytes.Clone(cut[at : at+(long+3)&^3])
			if string(record[:4]) == "head" {
				clear(table[checkAt : checkAt+4])
			}
			if got, want := sum(table), binary.BigEndian.Uint32(record[4:]); got != want {
				t.Errorf("%s adds up to %X, not %X", record[:4], got, want)
			}
		}
	})
}

func TestWhatIsNoFontIsRefused(t *testing.T) {
	for name, file := range map[string][]byte{"nothing": nil, "a text": []byte("not a font, though it is long enough"), "no tables": append([]byte{0, 1, 0, 0}, make([]byte, 8)...)} {
		if _, err := ParseFont("x", file); err == nil {
			t.Errorf("%s passes for a font", name)
		}
	}
}

// readable adds to a cut font the tables that the other reader wants and a PDF does not.
func readable(t *testing.T, from *Font, cut []byte) *sfnt.Font {
	t.Helper()
	tables := map[string][]byte{"OS/2": from.tables["OS/2"], "cmap": from.tables["cmap"], "name": from.tables["name"], "post": append([]byte{0, 3, 0, 0}, make([]byte, 28)...)}
	for i := range u16(cut, 4) {
		record := cut[12+16*i:]
		at := binary.BigEndian.Uint32(record[8:])
		tables[string(record[:4])] = cut[at : at+binary.BigEndian.Uint32(record[12:])]
	}
	before := kept
	kept = slices.Sorted(maps.Keys(tables))
	defer func() { kept = before }()
	font, err := sfnt.Parse(assembled(tables))
	if err != nil {
		t.Fatal(err)
	}
	return font
}

func outlineOf(t *testing.T, f *sfnt.Font, glyph int) sfnt.Segments {
	t.Helper()
	var b sfnt.Buffer
	segments, err := f.LoadGlyph(&b, sfnt.GlyphIndex(glyph), fixed.I(1000), nil)
	if err != nil {
		t.Fatal(err)
	}
	return slices.Clone(segments)
}
