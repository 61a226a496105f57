// Package pdf writes PDF files: pages of text, rules, rectangles and pictures, and the objects that its caller adds. It knows
// nothing of what a paper says. Lengths are millimetres from the top left corner of an A4 page, sizes of type are points.
package pdf

import (
	"fmt"
	"math"
	"strconv"
)

// points in a millimetre.
const points = 72 / 25.4

// A4, in millimetres.
const (
	pageWidth, pageHeight = 210.0, 297.0
)

// Colour is red, green and blue, up to 255.
type Colour [3]int

// Document is pages being drawn, in any order.
type Document struct {
	pages    []*Page
	faces    []*Face
	pictures []*Picture
}

// Face takes a font into the document.
func (d *Document) Face(font *Font) *Face {
	f := &Face{Font: font, key: "F" + strconv.Itoa(len(d.faces)+1), codes: map[rune]uint16{}, runes: []rune{0}, glyphs: []int{0}}
	d.faces = append(d.faces, f)
	return f
}

// Add gives a new page, after the others.
func (d *Document) Add() *Page {
	p := &Page{}
	d.pages = append(d.pages, p)
	return p
}

// Page gives a page again, from 1 on.
func (d *Document) Page(n int) *Page { return d.pages[n-1] }

// Write adds the pages to a file, and gives the number of their tree and of each; entries are added to each page's dictionary.
func (d *Document) Write(file *File, entries func(index int) string) (tree int, pages []int) {
	tree = file.Next()
	resources := []byte("<</Font <<")
	for _, f := range d.faces {
		if len(f.runes) > 1 {
			resources = fmt.Appendf(resources, "/%s %d 0 R ", f.key, f.write(file))
		}
	}
	resources = append(resources, ">> /XObject <<"...)
	for _, p := range d.pictures {
		resources = fmt.Appendf(resources, "/%s %d 0 R ", p.key, p.write(file))
	}
	used := file.Next()
	file.Put(used, append(resources, ">>>>"...))
	var kids []byte
	for i, p := range d.pages {
		n, content := file.Next(), file.Next()
		file.Put(n, fmt.Appendf(nil, "<</Type /Page\n/Parent %d 0 R /Resources %d 0 R /Contents %d 0 R %s>>", tree, used, content, entries(i))) // archives want resources named, not inherited
		file.Stream(content, "", p.content)
		kids = fmt.Appendf(kids, "%d 0 R ", n)
		pages = append(pages, n)
	}
	file.Put(tree, fmt.Appendf(nil, "<</Type /Pages /Count %d /Kids [%s] /MediaBox [0 0 %.2f %.2f]>>", len(pages), kids, pageWidth*points, pageHeight*points))
	return tree, pages
}

// Page is a page's drawing. It remembers the colours, the thickness and the type at hand, and says them again when they change.
type Page struct {
	content      []byte
	fill, stroke pen
	thickness    float64
	face         *Face
	size         float64
}

// pen is a colour, once one has been chosen.
type pen struct {
	Colour
	set bool
}

// Raw adds an operator as it is.
func (p *Page) Raw(operator string) { p.content = append(append(p.content, operator...), '\n') }

// Text writes a text from x on, on a line at y.
func (p *Page) Text(f *Face, size, x, y float64, c Colour, s string) {
	p.colour(&p.fill, c, "rg")
	p.content = append(p.content, "BT "...)
	if p.face != f || p.size != size {
		p.face, p.size = f, size
		p.content = append(append(append(p.content, '/'), f.key...), ' ')
		p.number(size)
		p.content = append(p.content, "Tf "...)
	}
	p.point(x, y)
	p.content = append(p.content, "Td ("...)
	for _, r := range s {
		code := f.code(r)
		p.escaped(byte(code >> 8))
		p.escaped(byte(code))
	}
	p.content = append(p.content, ") Tj ET\n"...)
}

// Fill fills a rectangle whose top left corner is at x, y.
func (p *Page) Fill(x, y, w, h float64, c Colour) {
	p.colour(&p.fill, c, "rg")
	p.rectangle(x, y, w, h, "f")
}

// Frame draws the sides of a rectangle.
func (p *Page) Frame(x, y, w, h float64, c Colour, thick float64) {
	p.pen(c, thick)
	p.rectangle(x, y, w, h, "S")
}

// Line draws a line.
func (p *Page) Line(x1, y1, x2, y2 float64, c Colour, thick float64) {
	p.pen(c, thick)
	p.point(x1, y1)
	p.content = append(p.content, "m "...)
	p.point(x2, y2)
	p.content = append(p.content, "l S\n"...)
}

// Picture draws a picture within a rectangle.
func (p *Page) Picture(picture *Picture, x, y, w, h float64) {
	p.content = append(p.content, "q "...)
	p.number(w * points)
	p.content = append(p.content, "0 0 "...)
	p.number(h * points)
	p.point(x, y+h)
	p.content = append(append(append(p.content, "cm /"...), picture.key...), " Do Q\n"...)
}

func (p *Page) rectangle(x, y, w, h float64, paint string) {
	p.point(x, y)
	p.number(w * points)
	p.number(-h * points)
	p.content = append(append(append(p.content, "re "...), paint...), '\n')
}

func (p *Page) pen(c Colour, thick float64) {
	p.colour(&p.stroke, c, "RG")
	if p.thickness != thick {
		p.thickness = thick
		p.number(thick * points)
		p.content = append(p.content, "w "...)
	}
}

func (p *Page) colour(now *pen, c Colour, operator string) {
	if now.set && now.Colour == c {
		return
	}
	*now = pen{c, true}
	for _, part := range c {
		p.content = strconv.AppendFloat(p.content, math.Round(float64(part)*1000/255)/1000, 'f', -1, 64)
		p.content = append(p.content, ' ')
	}
	p.content = append(append(p.content, operator...), ' ')
}

// point writes a place, which the format counts from the bottom.
func (p *Page) point(x, y float64) {
	p.number(x * points)
	p.number((pageHeight - y) * points)
}

func (p *Page) number(v float64) {
	p.content = strconv.AppendFloat(p.content, math.Round(v*100)/100, 'f', -1, 64)
	p.content = append(p.content, ' ')
}

// escaped writes a byte of a string.
func (p *Page) escaped(b byte) {
	switch b {
	case '(', ')', '\\':
		p.content = append(p.content, '\\', b)
	case '\r': // a bare one would be read as a line feed
		p.content = append(p.content, '\\', 'r')
	default:
		p.content = append(p.content, b)
	}
}
