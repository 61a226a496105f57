package document

import "fmt"

// letterhead draws the logo and the organisation's name and address.
func (t *painter) letterhead() {
	const logoWidth, logoHeight = 42.0, 18.0
	page, y, x := t.pdf.PageNo(), t.y, margin
	if plain := plainLogo(t.paper.Logo); plain != nil {
		x += t.logo(plain, logoWidth, logoHeight) + 6
	}
	t.x = x
	for i, text := range t.paper.Head {
		t.size = bodySize
		colour := muted
		if i == 0 {
			t.size, colour = headingSize, accent
		}
		t.tags.under("P", func() { t.flow(t.wrap(pageWidth-margin-x, piece{text, i == 0}), colour) })
	}
	t.x, t.size = margin, bodySize
	if x > margin && t.pdf.PageNo() == page {
		t.y = max(t.y, y+logoHeight)
	}
	t.y += 4
	t.rule(margin, t.y, accent, 0.6)
	t.y += 6
}

func (t *painter) title(part Part) {
	title := part.Title
	if title == "" {
		title = t.paper.Title
	}
	t.size = titleSize
	t.tags.under("H1", func() { t.flow(t.wrap(width, piece{title, true}), accent) })
	t.size = bodySize
	if t.paper.Notice != "" {
		t.y += 1
		t.tags.under("P", func() { t.flow(t.wrap(width, piece{t.paper.Notice, false}), muted) })
	}
	t.y += 4
}

// least is the height that a heading must find under it: enough for the beginning of the next block.
func (t *painter) least(next []Block) float64 {
	const twoLines = 16.0
	if len(next) == 0 {
		return 0
	}
	switch b := next[0].(type) {
	case Paragraph:
		if len(next) > 1 && isSignatures(next[1]) { // nobody signs on a page without the text
			return t.least(next[1:]) + float64(len(t.wrap(width, piece{b.Lead, true}, piece{b.Text, false})))*t.leadOf(bodySize) + gap
		}
	case Table:
		return t.tableStart(b)
	case Signatures:
		_, height := t.boxes(b)
		return height
	}
	return twoLines
}

func isSignatures(b Block) bool { _, ok := b.(Signatures); return ok }

// heading stays with what follows, of which it takes the least height.
func (t *painter) heading(h Heading, index int, least float64) {
	t.size = headingSize
	lines := t.wrap(width, piece{h.Text, true})
	t.need(float64(len(lines))*t.lead() + 4.2 + least)
	if index > 0 && t.y > top {
		t.y += 3
	}
	t.tags.under("H2", func() { t.flow(lines, accent) })
	t.size = bodySize
	t.y += 1.2
}

func (t *painter) paragraph(p Paragraph) {
	t.size = bodySize
	t.tags.under("P", func() { t.flow(t.wrap(t.w, piece{p.Lead, true}, piece{p.Text, false}), ink) })
	t.y += gap
}

func (t *painter) list(l List) {
	t.tags.under("L", func() {
		t.tags.at.attr = "/A <</O /List /ListNumbering /Disc>>"
		for _, item := range l.Items {
			t.tags.under("LI", func() { t.item(item) })
		}
	})
	t.y += gap - afterItem
}

const afterItem = 0.8

func (t *painter) item(item string) {
	const indent = 5.0
	lines := t.wrap(t.w-indent, piece{item, false})
	t.need(float64(min(2, len(lines))) * t.lead())
	t.tags.under("Lbl", func() { t.line(t.x, t.y, []piece{{"–", false}}, accent) })
	t.x += indent
	t.tags.under("LBody", func() { t.flow(lines, ink) })
	t.x -= indent
	t.y += afterItem
}

// fields writes names on the left and values on the right, a thin rule between two of them.
func (t *painter) fields(f Fields) {
	t.tags.under("Table", func() {
		for _, field := range f.Fields {
			t.tags.under("TR", func() { t.field(field) })
			t.rule(margin, t.y+0.4, rule, 0.15)
			t.y += 1.4
		}
	})
	t.y += gap
}

// How a screen reader ties the cells of a table to their names.
const (
	namesRow    = "/A <</O /Table /Scope /Row>>"
	namesColumn = "/A <</O /Table /Scope /Column>>"
)

// toFill is read out where there is a line to fill in.
const toFill = "à compléter"

func (t *painter) field(f Field) {
	label := t.wrap(labelWidth-3, piece{f.Label, false})
	value := t.wrap(width-labelWidth, piece{f.Value, false})
	extra := 0.0
	if f.Value == "" {
		extra = 3 // room to write
	}
	t.need(float64(max(len(label), min(3, len(value))))*t.lead() + extra + 1)
	t.y += extra
	page, y := t.pdf.PageNo(), t.y
	t.tags.under("TH", func() {
		t.tags.at.attr = namesRow
		for i, l := range label {
			t.line(margin, y+float64(i)*t.lead(), l, muted)
		}
	})
	t.x += labelWidth
	t.tags.under("TD", func() {
		if f.Value == "" {
			t.tags.at.told(toFill)
		}
		t.flow(value, ink)
	})
	t.x -= labelWidth
	if t.pdf.PageNo() == page {
		t.y = max(t.y, y+float64(len(label))*t.lead())
	}
}

func (t *painter) table(b Table) {
	t.need(t.tableStart(b))
	t.tags.under("Table", func() {
		t.tags.under("THead", func() { t.tableHead(b) })
		t.tags.under("TBody", func() { t.tableRows(b) })
		if len(b.Totals) > 0 {
			t.tags.under("TFoot", func() { t.tableTotals(b) })
		}
	})
	t.y += gap + 1
}

func (t *painter) tableRows(b Table) {
	totals := t.totals(b)
	for i, row := range b.Rows {
		after := 0.0
		if i == len(b.Rows)-1 {
			after = totals // never a total alone on its page
		}
		t.tags.under("TR", func() { t.tableRow(b, row, after) })
	}
	t.y += 1
}

func (t *painter) tableTotals(b Table) {
	for i, total := range b.Totals {
		t.tags.under("TR", func() { t.total(total, i == len(b.Totals)-1, len(b.Columns)) })
	}
}

// tableCells are the elements of a row's cells; a row cut by a page end goes on in them. The first names the row where
// people sign.
func (t *painter) tableCells(b Table, head bool) []*element {
	cells := make([]*element, len(b.Columns))
	for i := range cells {
		switch {
		case head:
			cells[i] = t.tags.at.child("TH")
			cells[i].attr = namesColumn
		case b.Tall && i == 0:
			cells[i] = t.tags.at.child("TH")
			cells[i].attr = namesRow
		default:
			cells[i] = t.tags.at.child("TD")
		}
	}
	return cells
}

func (t *painter) totals(b Table) float64 { return float64(len(b.Totals))*(t.lead()+totalPad) + 1 }

// tableStart is the height of the header and the first row, with the totals when it is the only one.
func (t *painter) tableStart(b Table) float64 {
	t.size = bodySize
	_, height := t.cells(b, headers(b), true)
	if len(b.Rows) == 0 {
		return height
	}
	_, row := t.cells(b, b.Rows[0], false)
	if len(b.Rows) == 1 {
		row += t.totals(b)
	}
	return height + row
}

func headers(b Table) []string {
	titles := make([]string, len(b.Columns))
	for i, c := range b.Columns {
		titles[i] = c.Title
	}
	return titles
}

// cells wraps a row; height is that of its tallest cell.
func (t *painter) cells(b Table, texts []string, bold bool) (cells [][][]piece, height float64) {
	for i, c := range b.Columns {
		lines := t.wrap(width*c.Share/100-2*cellPad, piece{texts[i], bold})
		cells = append(cells, lines)
		height = max(height, float64(len(lines))*t.lead())
	}
	return cells, height + 2*cellPad
}

func (t *painter) tableHead(b Table) {
	cells, height := t.cells(b, headers(b), true)
	t.fill(margin, t.y, width, height, tint)
	t.tags.under("TR", func() { t.drawCells(b, t.tableCells(b, true), cells, accent) })
	t.y += height
	t.rule(margin, t.y, accent, 0.3)
}

// tableHeadAgain is drawn on each further page, and read out once.
func (t *painter) tableHeadAgain(b Table) {
	cells, height := t.cells(b, headers(b), true)
	t.fill(margin, t.y, width, height, tint)
	t.tags.within(nil, func() { t.drawCells(b, make([]*element, len(cells)), cells, accent) })
	t.y += height
	t.rule(margin, t.y, accent, 0.3)
}

func (t *painter) fill(x, y, w, h float64, c rgb) {
	t.tags.shape(t.pdf.PageNo())
	t.pdf.SetFillColor(c.r, c.g, c.b)
	t.pdf.Rect(x, y, w, h, "F")
}

// tableRow draws a row and keeps room after it on the page.
func (t *painter) tableRow(b Table, row []string, after float64) {
	cells, height := t.cells(b, row, false)
	elements := t.tableCells(b, false)
	if b.Tall {
		height = max(height, 14)
	}
	if height+after > t.room() {
		t.newPage()
		t.tableHeadAgain(b)
	}
	for height > t.room() { // taller than a page: cut between two lines
		fit := max(1, int((t.room()-2*cellPad)/t.lead()))
		head := make([][][]piece, len(cells))
		for i, lines := range cells {
			n := min(fit, len(lines))
			head[i], cells[i] = lines[:n], lines[n:]
		}
		t.drawCells(b, elements, head, ink)
		t.newPage()
		t.tableHeadAgain(b)
		height -= float64(fit) * t.lead()
	}
	t.drawCells(b, elements, cells, ink)
	if b.Tall {
		t.columns(b, height)
	}
	t.y += height
	t.rule(margin, t.y, rule, 0.2)
}

func (t *painter) drawCells(b Table, elements []*element, cells [][][]piece, colour rgb) {
	x := margin
	for i, c := range b.Columns {
		w := width * c.Share / 100
		t.tags.within(elements[i], func() { t.drawCell(c, cells[i], x, w, colour) })
		x += w
	}
}

func (t *painter) drawCell(c Column, lines [][]piece, x, w float64, colour rgb) {
	for j, l := range lines {
		y := t.y + cellPad + float64(j)*t.lead()
		if c.Right {
			t.lineRight(x+w-cellPad, y, l, colour)
		} else {
			t.line(x+cellPad, y, l, colour)
		}
	}
}

// columns draws the rules between the columns of a row to sign in.
func (t *painter) columns(b Table, height float64) {
	x := margin
	t.tags.shape(t.pdf.PageNo())
	t.pdf.SetDrawColor(rule.r, rule.g, rule.b)
	t.pdf.SetLineWidth(0.2)
	for _, c := range b.Columns[:len(b.Columns)-1] {
		x += width * c.Share / 100
		t.pdf.Line(x, t.y, x, t.y+height)
	}
}

// total is one amount under the last of a table's columns; its name spans the others.
func (t *painter) total(f Field, last bool, columns int) {
	const labelled, amount = 46.0, 34.0
	height := t.lead() + totalPad
	t.need(height)
	right := pageWidth - margin
	if last {
		t.fill(right-labelled-amount, t.y, labelled+amount, height, tint)
	}
	t.tags.under("TH", func() {
		t.tags.at.attr = fmt.Sprintf("/A <</O /Table /Scope /Row /ColSpan %d>>", columns-1)
		t.line(right-labelled-amount+cellPad, t.y+0.8, []piece{{f.Label, last}}, ink)
	})
	t.tags.under("TD", func() { t.lineRight(right-cellPad, t.y+0.8, []piece{{f.Value, last}}, ink) })
	t.y += height
}

// addresses sets the sender on the left, the recipient lower on the right, then the place and date to fill in.
func (t *painter) addresses(a Addresses) {
	const half = 82.0
	for i, text := range a.From {
		t.tags.under("P", func() { t.flow(t.wrap(half, piece{text, i == 0}), ink) })
	}
	t.y += 4
	t.x = pageWidth - margin - half
	for _, text := range a.To {
		if text == "" {
			t.tags.under("P", func() { t.tags.at.told("Destinataire" + nbsp + ": " + toFill) })
			t.y += t.lead() + 1
			t.rule(t.x, t.y, rule, 0.2)
			continue
		}
		t.tags.under("P", func() { t.flow(t.wrap(half, piece{text, false}), ink) })
	}
	t.y += 6
	t.tags.under("P", func() {
		t.tags.at.told("Lieu et date" + nbsp + ": " + toFill)
		t.flow(t.wrap(half, piece{"À ……………………, le …………………", false}), ink)
	})
	t.x = margin
	t.y += 6
}

const (
	betweenBoxes = 8.0
	boxWidth     = (width - betweenBoxes) / 2
)

// wrapped is a text as lines.
type wrapped [][]piece

// boxes wraps the texts of the boxes; height leaves room to sign and stamp.
func (t *painter) boxes(s Signatures) (boxes [][]wrapped, height float64) {
	t.size = bodySize
	for _, b := range s.Boxes {
		texts, lines := []wrapped{t.wrap(boxWidth-6, piece{b.Title, true})}, 0
		for _, text := range b.Lines {
			texts = append(texts, t.wrap(boxWidth-6, piece{text, false}))
		}
		for _, text := range texts {
			lines += len(text)
		}
		boxes = append(boxes, texts)
		height = max(height, float64(lines)*t.lead())
	}
	if len(boxes) == 1 {
		return boxes, height + 16
	}
	return boxes, max(44, height+24)
}

// signatures are two boxes side by side; a letter is signed on the right, without a frame.
func (t *painter) signatures(s Signatures) {
	boxes, height := t.boxes(s)
	if height > t.fullPage() {
		t.unframed(boxes)
		return
	}
	t.need(height)
	x := margin
	if len(boxes) == 1 {
		x = pageWidth - margin - boxWidth
	}
	for _, texts := range boxes {
		if len(boxes) > 1 {
			t.frame(x, height)
		}
		t.boxed(texts, x)
		x += boxWidth + betweenBoxes
	}
	t.y += height + gap
}

func (t *painter) frame(x, height float64) {
	t.tags.shape(t.pdf.PageNo())
	t.pdf.SetDrawColor(rule.r, rule.g, rule.b)
	t.pdf.SetLineWidth(0.3)
	t.pdf.Rect(x, t.y, boxWidth, height, "D")
}

// boxed writes the texts of a box, a paragraph each.
func (t *painter) boxed(texts []wrapped, x float64) {
	y := t.y + 2.5
	for _, text := range texts {
		t.tags.under("P", func() {
			for _, l := range text {
				t.line(x+3, y, l, ink)
				y += t.lead()
			}
		})
	}
}

// unframed writes boxes that no page can hold one under the other, with room to sign.
func (t *painter) unframed(boxes [][]wrapped) {
	for _, texts := range boxes {
		for _, text := range texts {
			t.tags.under("P", func() { t.flow(text, ink) })
		}
		t.y += 24
	}
}

func (t *painter) note(n Note) {
	const pad = 4.0
	title := t.wrap(width-2*pad-2, piece{n.Title, true})
	text := t.wrap(width-2*pad-2, piece{n.Text, false})
	h := float64(len(title)+len(text))*t.lead() + 2*pad
	if h > t.fullPage() {
		t.tags.under("P", func() { t.flow(title, ink) })
		t.tags.under("P", func() { t.flow(text, ink) })
		return
	}
	t.need(h)
	t.fill(margin, t.y, width, h, tint)
	t.fill(margin, t.y, 1.4, h, accent)
	y := t.y + pad
	for _, lines := range [][][]piece{title, text} {
		t.tags.under("P", func() {
			for _, l := range lines {
				t.line(margin+pad+2, y, l, ink)
				y += t.lead()
			}
		})
	}
	t.y += h + gap + 2
}
