package document

// letterhead draws the logo and the organisation's name and address.
func (t *painter) letterhead() {
	const logoWidth, logoHeight = 42.0, 18.0
	page, y, x := t.pdf.PageNo(), t.y, margin
	if picture, err := decodeLogo(t.paper.Logo); err == nil {
		x += t.logo(picture, logoWidth, logoHeight) + 6
	}
	t.x = x
	for i, text := range t.paper.Head {
		t.size = bodySize
		colour := muted
		if i == 0 {
			t.size, colour = headingSize, accent
		}
		t.flow(t.wrap(pageWidth-margin-x, piece{text, i == 0}), colour)
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
	t.flow(t.wrap(width, piece{title, true}), accent)
	t.size = bodySize
	if t.paper.Notice != "" {
		t.y += 1
		t.flow(t.wrap(width, piece{t.paper.Notice, false}), muted)
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
	t.flow(lines, accent)
	t.size = bodySize
	t.y += 1.2
}

func (t *painter) paragraph(p Paragraph) {
	t.size = bodySize
	t.flow(t.wrap(t.w, piece{p.Lead, true}, piece{p.Text, false}), ink)
	t.y += gap
}

func (t *painter) list(l List) {
	const indent = 5.0
	for _, item := range l.Items {
		lines := t.wrap(t.w-indent, piece{item, false})
		t.need(float64(min(2, len(lines))) * t.lead())
		t.line(t.x, t.y, []piece{{"–", false}}, accent)
		t.x += indent
		t.flow(lines, ink)
		t.x -= indent
		t.y += 0.8
	}
	t.y += gap - 0.8
}

// fields writes names on the left and values on the right, a thin rule between two of them.
func (t *painter) fields(f Fields) {
	for _, field := range f.Fields {
		t.field(field)
		t.rule(margin, t.y+0.4, rule, 0.15)
		t.y += 1.4
	}
	t.y += gap
}

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
	for i, l := range label {
		t.line(margin, y+float64(i)*t.lead(), l, muted)
	}
	t.x += labelWidth
	t.flow(value, ink)
	t.x -= labelWidth
	if t.pdf.PageNo() == page {
		t.y = max(t.y, y+float64(len(label))*t.lead())
	}
}

func (t *painter) table(b Table) {
	t.need(t.tableStart(b))
	t.tableHead(b)
	totals := t.totals(b)
	for i, row := range b.Rows {
		after := 0.0
		if i == len(b.Rows)-1 {
			after = totals // never a total alone on its page
		}
		t.tableRow(b, row, after)
	}
	t.y += 1
	for i, total := range b.Totals {
		t.total(total, i == len(b.Totals)-1)
	}
	t.y += gap + 1
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
	t.pdf.SetFillColor(tint.r, tint.g, tint.b)
	t.pdf.Rect(margin, t.y, width, height, "F")
	t.drawCells(b, cells, accent)
	t.y += height
	t.rule(margin, t.y, accent, 0.3)
}

// tableRow draws a row and keeps room after it on the page.
func (t *painter) tableRow(b Table, row []string, after float64) {
	cells, height := t.cells(b, row, false)
	if b.Tall {
		height = max(height, 14)
	}
	if height+after > t.room() {
		t.newPage()
		t.tableHead(b)
	}
	for height > t.room() { // taller than a page: cut between two lines
		fit := max(1, int((t.room()-2*cellPad)/t.lead()))
		head := make([][][]piece, len(cells))
		for i, lines := range cells {
			n := min(fit, len(lines))
			head[i], cells[i] = lines[:n], lines[n:]
		}
		t.drawCells(b, head, ink)
		t.newPage()
		t.tableHead(b)
		height -= float64(fit) * t.lead()
	}
	t.drawCells(b, cells, ink)
	if b.Tall {
		t.columns(b, height)
	}
	t.y += height
	t.rule(margin, t.y, rule, 0.2)
}

func (t *painter) drawCells(b Table, cells [][][]piece, colour rgb) {
	x := margin
	for i, c := range b.Columns {
		w := width * c.Share / 100
		for j, l := range cells[i] {
			y := t.y + cellPad + float64(j)*t.lead()
			if c.Right {
				t.lineRight(x+w-cellPad, y, l, colour)
			} else {
				t.line(x+cellPad, y, l, colour)
			}
		}
		x += w
	}
}

// columns draws the rules between the columns of a row to sign in.
func (t *painter) columns(b Table, height float64) {
	x := margin
	t.pdf.SetDrawColor(rule.r, rule.g, rule.b)
	t.pdf.SetLineWidth(0.2)
	for _, c := range b.Columns[:len(b.Columns)-1] {
		x += width * c.Share / 100
		t.pdf.Line(x, t.y, x, t.y+height)
	}
}

func (t *painter) total(f Field, last bool) {
	const labelled, amount = 46.0, 34.0
	height := t.lead() + totalPad
	t.need(height)
	right := pageWidth - margin
	if last {
		t.pdf.SetFillColor(tint.r, tint.g, tint.b)
		t.pdf.Rect(right-labelled-amount, t.y, labelled+amount, height, "F")
	}
	t.line(right-labelled-amount+cellPad, t.y+0.8, []piece{{f.Label, last}}, ink)
	t.lineRight(right-cellPad, t.y+0.8, []piece{{f.Value, last}}, ink)
	t.y += height
}

// addresses sets the sender on the left, the recipient lower on the right, then the place and date to fill in.
func (t *painter) addresses(a Addresses) {
	const half = 82.0
	for i, text := range a.From {
		t.flow(t.wrap(half, piece{text, i == 0}), ink)
	}
	t.y += 4
	t.x = pageWidth - margin - half
	for _, text := range a.To {
		if text == "" {
			t.y += t.lead() + 1
			t.rule(t.x, t.y, rule, 0.2)
			continue
		}
		t.flow(t.wrap(half, piece{text, false}), ink)
	}
	t.y += 6
	t.flow(t.wrap(half, piece{"À ……………………, le …………………", false}), ink)
	t.x = margin
	t.y += 6
}

const (
	betweenBoxes = 8.0
	boxWidth     = (width - betweenBoxes) / 2
)

// boxes wraps the texts of the boxes; height leaves room to sign and stamp.
func (t *painter) boxes(s Signatures) (boxes [][][]piece, height float64) {
	t.size = bodySize
	for _, b := range s.Boxes {
		lines := t.wrap(boxWidth-6, piece{b.Title, true})
		for _, text := range b.Lines {
			lines = append(lines, t.wrap(boxWidth-6, piece{text, false})...)
		}
		boxes = append(boxes, lines)
		height = max(height, float64(len(lines))*t.lead())
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
	t.pdf.SetDrawColor(rule.r, rule.g, rule.b)
	t.pdf.SetLineWidth(0.3)
	for _, lines := range boxes {
		if len(boxes) > 1 {
			t.pdf.Rect(x, t.y, boxWidth, height, "D")
		}
		for j, l := range lines {
			t.line(x+3, t.y+2.5+float64(j)*t.lead(), l, ink)
		}
		x += boxWidth + betweenBoxes
	}
	t.y += height + gap
}

// unframed writes boxes that no page can hold one under the other, with room to sign.
func (t *painter) unframed(boxes [][][]piece) {
	for _, lines := range boxes {
		t.flow(lines, ink)
		t.y += 24
	}
}

func (t *painter) note(n Note) {
	const pad = 4.0
	title := t.wrap(width-2*pad-2, piece{n.Title, true})
	text := t.wrap(width-2*pad-2, piece{n.Text, false})
	h := float64(len(title)+len(text))*t.lead() + 2*pad
	if h > t.fullPage() {
		t.flow(append(title, text...), ink)
		return
	}
	t.need(h)
	t.pdf.SetFillColor(tint.r, tint.g, tint.b)
	t.pdf.Rect(margin, t.y, width, h, "F")
	t.pdf.SetFillColor(accent.r, accent.g, accent.b)
	t.pdf.Rect(margin, t.y, 1.4, h, "F")
	y := t.y + pad
	for _, l := range append(title, text...) {
		t.line(margin+pad+2, y, l, ink)
		y += t.lead()
	}
	t.y += h + gap + 2
}
