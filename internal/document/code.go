package document

import (
	"fmt"

	"github.com/boombuler/barcode/qr"
)

// The side of a QR code on paper and the white around it that readers need, in millimetres; the margin of the page is white already.
const (
	codeSide  = 30.0
	codeQuiet = 3.0
)

// code draws a QR code beside what it is for. Squares are drawn as shapes, which stay sharp at any size; read aloud, it is one picture
// with its text.
func (t *painter) code(c Code) {
	drawn, err := qr.Encode(c.Address, qr.M, qr.Auto)
	if err != nil {
		t.pdf.SetError(fmt.Errorf("code: %w", err))
		return
	}
	const beside = codeSide + 2*codeQuiet
	t.size = bodySize
	title := t.wrap(width-beside, piece{c.Title, true})
	text := t.wrap(width-beside, piece{c.Text, false})
	height := max(codeSide, float64(len(title)+len(text))*t.lead())
	t.need(height + 1)
	t.y++
	top := t.y
	t.tags.under("Figure", func() {
		const points = 72 / 25.4
		t.tags.at.told(c.Says)
		t.tags.at.attr += fmt.Sprintf(" /A <</O /Layout /Placement /Block /BBox [%.2f %.2f %.2f %.2f]>>",
			margin*points, (pageHeight-top-codeSide)*points, (margin+codeSide)*points, (pageHeight-top)*points)
		t.tags.text(t.pdf.PageNo())
		t.squares(drawn.Bounds().Dx(), func(x, y int) bool { r, _, _, _ := drawn.At(x, y).RGBA(); return r == 0 })
	})
	t.x += beside
	t.y = top + (codeSide-float64(len(title)+len(text))*t.lead())/2
	t.y = max(t.y, top)
	t.tags.under("P", func() { t.flow(title, ink) })
	t.tags.under("P", func() { t.flow(text, ink) })
	t.x -= beside
	t.y = top + height + gap
}

// squares fills the dark ones, each row by its stretches: no hairline shows between two of them.
func (t *painter) squares(n int, dark func(x, y int) bool) {
	side := codeSide / float64(n)
	t.pdf.SetFillColor(0, 0, 0)
	for y := range n {
		for x := 0; x < n; x++ {
			from := x
			for x < n && dark(x, y) {
				x++
			}
			if x > from {
				t.pdf.Rect(margin+side*float64(from), t.y+side*float64(y), side*float64(x-from), side, "F")
			}
		}
	}
}
