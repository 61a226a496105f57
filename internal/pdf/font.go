package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
)

// Font is a TrueType file, read once a process: whoever writes with it takes a [Face] of it.
type Font struct {
	name                       string
	tables                     map[string][]byte
	em                         float64
	metrics                    int // entries of hmtx with a width
	long                       bool
	ascent, descent, capitals  int // in thousandths of the type's size, as widths are
	weight                     int
	box                        [4]int
	ends, starts, deltas, from []byte // of the table from characters to glyphs, by segment; from goes on with the glyphs
	common                     [0x250]uint16
}

// what a file must hold, and what it keeps when it is cut: the outlines, their widths, and the programs that fit them to pixels.
var (
	needed = []string{"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp"}
	kept   = []string{"cvt ", "fpgm", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "prep"}
)

// ParseFont reads a TrueType file that is trusted: it comes with the program.
func ParseFont(name string, file []byte) (*Font, error) {
	f := &Font{name: name, tables: map[string][]byte{}}
	if len(file) < 12 || binary.BigEndian.Uint32(file) != 0x00010000 {
		return nil, errors.New("font: not TrueType")
	}
	for i := range u16(file, 4) {
		record := file[12+16*i:]
		at := int(binary.BigEndian.Uint32(record[8:]))
		f.tables[string(record[:4])] = file[at : at+int(binary.BigEndian.Uint32(record[12:]))]
	}
	for _, table := range needed {
		if f.tables[table] == nil {
			return nil, fmt.Errorf("font: no table %s", table)
		}
	}
	head, hhea, os2 := f.tables["head"], f.tables["hhea"], f.tables["OS/2"]
	f.em = float64(u16(head, 18))
	f.long = u16(head, 50) == 1
	f.metrics = u16(hhea, 34)
	f.ascent, f.descent, f.capitals = f.scaled(i16(hhea, 4)), f.scaled(i16(hhea, 6)), f.scaled(i16(os2, 88))
	f.weight = u16(os2, 4)
	for i := range f.box {
		f.box[i] = f.scaled(i16(head, 36+2*i))
	}
	if err := f.characters(); err != nil {
		return nil, err
	}
	for r := range f.common {
		f.common[r] = uint16(f.advance(f.glyph(rune(r))))
	}
	return f, nil
}

// characters finds the table from Unicode to glyphs: format 4, which every font has.
func (f *Font) characters() error {
	cmap := f.tables["cmap"]
	for i := range u16(cmap, 2) {
		record := cmap[4+8*i:]
		table := cmap[binary.BigEndian.Uint32(record[4:]):]
		if u16(record, 0) == 3 && u16(record, 2) == 1 && u16(table, 0) == 4 {
			twice := u16(table, 6)
			f.ends = table[14:][:twice]
			f.starts = table[16+twice:][:twice]
			f.deltas = table[16+2*twice:][:twice]
			f.from = table[16+3*twice : u16(table, 2)]
			return nil
		}
	}
	return errors.New("font: no table from Unicode to glyphs")
}

// glyph is where a character's outline is; 0 when there is none.
func (f *Font) glyph(r rune) int {
	if r > 0xFFFF {
		return 0
	}
	lo, hi, c := 0, len(f.ends)/2, int(r)
	for lo < hi {
		if mid := (lo + hi) / 2; u16(f.ends, 2*mid) < c {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	if 2*lo >= len(f.ends) || u16(f.starts, 2*lo) > c {
		return 0
	}
	delta, offset := u16(f.deltas, 2*lo), u16(f.from, 2*lo)
	if offset == 0 {
		return (c + delta) & 0xFFFF
	}
	glyph := u16(f.from, 2*lo+offset+2*(c-u16(f.starts, 2*lo)))
	if glyph == 0 {
		return 0
	}
	return (glyph + delta) & 0xFFFF
}

// width of a character, in thousandths of the type's size.
func (f *Font) width(r rune) int {
	if int(r) < len(f.common) {
		return int(f.common[r])
	}
	return f.advance(f.glyph(r))
}

func (f *Font) advance(glyph int) int {
	return f.scaled(u16(f.tables["hmtx"], 4*min(glyph, f.metrics-1)))
}

func (f *Font) scaled(units int) int { return int(math.Round(float64(units) * 1000 / f.em)) }

// Width of a text in millimetres, at a size in points.
func (f *Font) Width(s string, size float64) float64 {
	total := 0
	for _, r := range s {
		total += f.width(r)
	}
	return float64(total) * size / points / 1000
}

// outline is the drawing of a glyph: empty for a space.
func (f *Font) outline(glyph int) []byte {
	loca, glyf := f.tables["loca"], f.tables["glyf"]
	if f.long {
		return glyf[binary.BigEndian.Uint32(loca[4*glyph:]):binary.BigEndian.Uint32(loca[4*glyph+4:])]
	}
	return glyf[2*u16(loca, 2*glyph) : 2*u16(loca, 2*glyph+2)]
}

// cut makes a font of some glyphs, in this order, and of those that they are drawn with.
func (f *Font) cut(glyphs []int) []byte {
	all := slices.Clone(glyphs)
	number := map[int]int{}
	for n, glyph := range all {
		number[glyph] = n
	}
	var glyf, loca, hmtx []byte
	for n := 0; n < len(all); n++ { // all grows
		loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
		begin := len(glyf)
		glyf = append(glyf, f.outline(all[n])...)
		for part := range parts(glyf[begin:]) {
			glyph := u16(part, 0)
			if _, known := number[glyph]; !known {
				number[glyph] = len(all)
				all = append(all, glyph)
			}
			binary.BigEndian.PutUint16(part, uint16(number[glyph]))
		}
		glyf = append(glyf, make([]byte, -len(glyf)&3)...)
		hmtx = append(hmtx, f.metric(all[n])...)
	}
	loca = binary.BigEndian.AppendUint32(loca, uint32(len(glyf)))
	const count = 34 // where hhea says how many metrics there are
	return assembled(map[string][]byte{
		"cvt ": f.tables["cvt "], "fpgm": f.tables["fpgm"], "prep": f.tables["prep"],
		"glyf": glyf, "loca": loca, "hmtx": hmtx,
		"head": with(with(f.tables["head"], 50, 1), checkAt, 0, 0), // offsets of four bytes
		"hhea": with(f.tables["hhea"], count, len(all)),
		"maxp": with(f.tables["maxp"], 4, len(all)),
	})
}

// metric is a glyph's entry of hmtx: its width and what it leaves on its left.
func (f *Font) metric(glyph int) []byte {
	hmtx := f.tables["hmtx"]
	if glyph < f.metrics {
		return hmtx[4*glyph : 4*glyph+4]
	}
	last, side := 4*(f.metrics-1), 4*f.metrics+2*(glyph-f.metrics)
	return append(slices.Clone(hmtx[last:last+2]), hmtx[side:side+2]...)
}

// parts gives, for an outline made of other glyphs, where the number of each stands.
func parts(outline []byte) func(func([]byte) bool) {
	const words, scale, more, scales, matrix = 1, 8, 32, 64, 128
	return func(yield func([]byte) bool) {
		if len(outline) < 10 || i16(outline, 0) >= 0 {
			return
		}
		for at, flags := 10, more; flags&more != 0; {
			flags = u16(outline, at)
			if !yield(outline[at+2 : at+4]) {
				return
			}
			at += 6
			if flags&words != 0 {
				at += 2
			}
			switch {
			case flags&scale != 0:
				at += 2
			case flags&scales != 0:
				at += 4
			case flags&matrix != 0:
				at += 8
			}
		}
	}
}

const checkAt = 8 // where head holds what makes the sum of the whole file right

// assembled makes a file of the tables.
func assembled(tables map[string][]byte) []byte {
	n := 0
	for _, name := range kept {
		if len(tables[name]) > 0 {
			n++
		}
	}
	power := 1
	for power*2 <= n {
		power *= 2
	}
	file := []byte{0, 1, 0, 0}
	for _, v := range []int{n, 16 * power, int(math.Log2(float64(power))), 16 * (n - power)} {
		file = binary.BigEndian.AppendUint16(file, uint16(v))
	}
	at, head := 12+16*n, 0
	var content []byte
	for _, name := range kept {
		table := tables[name]
		if len(table) == 0 {
			continue
		}
		if name == "head" {
			head = at + len(content)
		}
		file = append(file, name...)
		begin := len(content)
		content = append(content, table...)
		content = append(content, make([]byte, -len(content)&3)...)
		for _, v := range []uint32{sum(content[begin:]), uint32(at + begin), uint32(len(table))} {
			file = binary.BigEndian.AppendUint32(file, v)
		}
	}
	file = append(file, content...)
	binary.BigEndian.PutUint32(file[head+checkAt:], 0xB1B0AFBA-sum(file))
	return file
}

// sum of a table, as the format has it.
func sum(table []byte) uint32 {
	var total uint32
	for i := 0; i+4 <= len(table); i += 4 {
		total += binary.BigEndian.Uint32(table[i:])
	}
	return total
}

// with gives a table with other values of two bytes from an offset on.
func with(table []byte, at int, values ...int) []byte {
	table = slices.Clone(table)
	for i, v := range values {
		binary.BigEndian.PutUint16(table[at+2*i:], uint16(v))
	}
	return table
}

func u16(b []byte, at int) int { return int(binary.BigEndian.Uint16(b[at:])) }
func i16(b []byte, at int) int { return int(int16(binary.BigEndian.Uint16(b[at:]))) }
