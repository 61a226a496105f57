package document

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/echarpe/echarpe/internal/plain"
)

// oneLine makes what people typed safe to draw or to put in a calendar: valid UTF-8, no control, direction or
// invisible character, accents composed with their letter, every run of breaking white space one space.
func oneLine(s string) string {
	var b strings.Builder
	space := false
	for _, r := range plain.Letters(s) { // the fonts have no tied letters
		switch {
		case r == nbspRune || r == nnbspRune:
			b.WriteRune(r)
			space = false
			continue
		case unicode.IsSpace(r) || r == '\u2028' || r == '\u2029':
			space = b.Len() > 0
			continue
		case r == utf8.RuneError || unicode.IsControl(r) || plain.Invisible(r) || unicode.Is(unicode.Cf, r) || unicode.Is(unicode.Co, r):
			continue
		}
		if space {
			b.WriteByte(' ')
			space = false
		}
		b.WriteRune(r)
	}
	return norm.NFC.String(b.String()) // last: a character taken out may join an accent to its letter
}

const (
	nbspRune  = '\u00a0'
	nnbspRune = '\u202f'
)

// folded is a name as it is sorted: without accents nor case, so that Éven comes before Zanetti.
func folded(s string) string {
	return strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.Is(unicode.Mn, r) {
			return -1
		}
		return r
	}, norm.NFD.String(s)))
}
