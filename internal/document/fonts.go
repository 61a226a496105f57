package document

import (
	_ "embed"
	"strings"
	"unicode"

	"codeberg.org/go-pdf/fpdf"
)

// Liberation Sans, SIL Open Font License 1.1 (fonts/LICENSE), cut to the characters covered and renamed (infra/tools/fonts): the PDF
// library reads a font whole for each paper, and embeds the characters used.
//
//go:embed fonts/EcharpeSans-Regular.ttf
var regularTTF []byte

//go:embed fonts/EcharpeSans-Bold.ttf
var boldTTF []byte

const family = "EcharpeSans" // no space: it becomes a name in the file

func addFonts(pdf *fpdf.Fpdf) {
	pdf.AddUTF8FontFromBytes(family, "", regularTTF)
	pdf.AddUTF8FontFromBytes(family, "B", boldTTF)
}

// covered are the characters that both fonts draw; a test compares it with the files.
var covered = &unicode.RangeTable{
	R16: []unicode.Range16{
		{0x20, 0x7e, 1}, {0xa0, 0x2ff, 1}, {0x384, 0x38a, 1}, {0x38e, 0x3a1, 1}, {0x3a3, 0x3ce, 1}, {0x400, 0x513, 1},
		{0x5d0, 0x5ea, 1}, {0x1e00, 0x1e9b, 1}, {0x1ea0, 0x1ef9, 1}, {0x2010, 0x2010, 1}, {0x2012, 0x2022, 1},
		{0x2026, 0x2026, 1}, {0x202f, 0x2030, 1}, {0x2032, 0x2034, 1}, {0x2039, 0x203a, 1}, {0x2074, 0x2079, 1},
		{0x2080, 0x2089, 1}, {0x20ac, 0x20ac, 1}, {0x2116, 0x2116, 1}, {0x2122, 0x2122, 1}, {0x2190, 0x2195, 1},
		{0x2212, 0x2212, 1}, {0x2248, 0x2248, 1}, {0x2260, 0x2260, 1}, {0x2264, 0x2265, 1}, {0x25a0, 0x25a1, 1},
		{0x25cf, 0x25cf, 1},
	},
	LatinOffset: 2,
}

// drawable replaces what the fonts cannot draw: a letter or a digit by an empty square, so that someone sees that a
// name is not whole; an ornament (emoji) by nothing; a non-breaking hyphen by a hyphen.
func drawable(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case unicode.Is(covered, r):
			return r
		case r == '\u2011':
			return '-'
		case unicode.IsLetter(r) || unicode.IsDigit(r):
			return '□'
		}
		return -1
	}, s)
}
