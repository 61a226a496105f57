package pdf

import (
	"fmt"
	"slices"
)

// Face is a font in one document, which embeds the characters drawn with it and no other. A character's code is the place of its
// glyph in the font that is embedded, in the order in which they were first drawn.
type Face struct {
	*Font
	key    string // its name on the pages
	codes  map[rune]uint16
	runes  []rune // by code; 0 stands for what a font draws when it has no glyph
	glyphs []int
}

// code of a character, which is then embedded.
func (f *Face) code(r rune) uint16 {
	code, known := f.codes[r]
	if !known {
		code = uint16(len(f.runes))
		f.codes[r] = code
		f.runes = append(f.runes, r)
		f.glyphs = append(f.glyphs, f.glyph(r))
	}
	return code
}

// write adds the face to a file and gives its number.
func (f *Face) write(file *File) int {
	n, drawn, described, program, unicode := file.Next(), file.Next(), file.Next(), file.Next(), file.Next()
	cut := f.cut(f.glyphs)
	name := tag(cut) + "+" + f.name
	file.Put(n, fmt.Appendf(nil, "<</Type /Font /Subtype /Type0 /BaseFont /%s /Encoding /Identity-H /DescendantFonts [%d 0 R] /ToUnicode %d 0 R>>", name, drawn, unicode))
	file.Put(drawn, fmt.Appendf(nil, "<</Type /Font /Subtype /CIDFontType2 /BaseFont /%s /CIDSystemInfo <</Registry (Adobe) /Ordering (Identity) /Supplement 0>> "+
		"/FontDescriptor %d 0 R /CIDToGIDMap /Identity /DW %d /W [1 [%s]]>>", name, described, f.advance(0), f.widths()))
	const symbolic = 4 // its codes are no known alphabet's
	file.Put(described, fmt.Appendf(nil, "<</Type /FontDescriptor /FontName /%s /Flags %d /FontBBox [%d %d %d %d] /ItalicAngle 0 /Ascent %d /Descent %d /CapHeight %d /StemV %d /FontFile2 %d 0 R>>",
		name, symbolic, f.box[0], f.box[1], f.box[2], f.box[3], f.ascent, f.descent, f.capitals, 50+f.weight*f.weight/65/65, program))
	file.Stream(program, fmt.Sprintf("/Length1 %d ", len(cut)), cut)
	file.Stream(unicode, "", toUnicode(f.runes[1:]))
	return n
}

func (f *Face) widths() []byte {
	var b []byte
	for _, glyph := range f.glyphs[1:] {
		b = fmt.Appendf(b, "%d ", f.advance(glyph))
	}
	return b
}

// tag is the six letters that tell one cut of a font from another.
func tag(cut []byte) string {
	letters, n := make([]byte, 6), sum(cut)*31+uint32(len(cut))
	for i := range letters {
		letters[i], n = 'A'+byte(n%26), n/26
	}
	return string(letters)
}

// toUnicode says which character each code stands for, from 1 on: what is copied, searched and read aloud.
func toUnicode(runes []rune) []byte {
	const most = 100 // entries a block may have
	b := []byte("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	code := 1
	for some := range slices.Chunk(runes, most) {
		b = fmt.Appendf(b, "%d beginbfchar\n", len(some))
		for _, r := range some {
			b = fmt.Appendf(b, "<%04X> <%04X>\n", code, r)
			code++
		}
		b = append(b, "endbfchar\n"...)
	}
	return append(b, "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n"...)
}
