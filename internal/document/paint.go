package document

import (
	"bytes"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"codeberg.org/go-pdf/fpdf"
)

// Millimetres on A4, and points for type. No text is smaller than bodySize.
const (
	pageWidth, pageHeight = 210.0, 297.0
	margin, top           = 20.0, 18.0
	footLines             = 5 // of the identity under a page, at most: it is whole in the letterhead
	width                 = pageWidth - 2*margin
	bodySize              = 10.5
	headingSize           = 12.5
	titleSize             = 19.0
	gap                   = 2.2  // after a paragraph
	labelWidth            = 46.0 // of the names of fields
	cellPad               = 1.8
	totalPad              = 1.6
)

// rgb is a colour. Ink on paper: all contrasts are above 7 to 1.
type rgb struct{ r, g, b int }

var (
	ink    = rgb{28, 28, 34}
	accent = rgb{24, 52, 96}
	muted  = rgb{74, 78, 88}
	rule   = rgb{176, 182, 194}
	tint   = rgb{238, 242, 248}
)

// Render writes a paper as PDF. It refuses what [Check] refuses, before anything is written.
func Render(w io.Writer, k Kind, in Input) error {
	paper, err := Compose(k, in)
	if err != nil {
		return err
	}
	return Paint(w, paper)
}

// Paint draws a paper: A4, real text with its structure, language and title, page numbers for each part; PDF/UA-1 and
// PDF/A-2a, or 3a with its data attached. A logo that cannot be
// drawn is left out: a paper without its logo is still a paper (CheckLogo refuses it when the catalogue is applied).
func Paint(w io.Writer, p Paper) error {
	t := newPainter(p)
	for _, part := range p.Parts {
		t.part(part)
	}
	t.feet()
	var drawn bytes.Buffer
	if err := t.pdf.Output(&drawn); err != nil {
		return fmt.Errorf("paint %s: %w", p.Kind, err)
	}
	file, err := archive(drawn.Bytes(), t.tags, slices.Sorted(maps.Keys(t.runes)), p)
	if err != nil {
		return fmt.Errorf("paint %s: %w", p.Kind, err)
	}
	_, err = w.Write(file)
	return err
}

// painter draws from the top down; y is where the next block begins.
type painter struct {
	pdf   *fpdf.Fpdf
	paper Paper
	size  float64 // of the current type
	x, w  float64 // the column being written
	y     float64
	foot  [][]piece // the identity under every page
	runs  []run     // the pages of each part
	tags  *tagger
	runes map[rune]bool // the characters drawn
}

type run struct {
	label       string
	first, last int
}

func newPainter(p Paper) *painter {
	pdf := fpdf.New("P", "mm", "A4", "")
	pdf.SetMargins(0, 0, 0)
	pdf.SetAutoPageBreak(false, 0)
	pdf.SetCompression(false) // archive does, once
	pdf.SetCatalogSort(true)
	pdf.SetCreationDate(p.Made.UTC())
	pdf.SetModificationDate(p.Made.UTC())
	pdf.SetLang("fr-FR")
	pdf.SetTitle(drawable(fileTitle(p)), true)
	pdf.SetSubject(drawable(p.Subject), true)
	pdf.SetAuthor(drawable(p.Author), true)
	pdf.SetCreator("Écharpe", true)
	pdf.SetXmpMetadata(claims(p))
	pdf.AddOutputIntent(fpdf.OutputIntentType{SubtypeIdent: fpdf.OutputIntent_GTS_PDFA1, OutputConditionIdentifier: "sRGB", Info: "sRGB", ICCProfile: sRGB})
	addFonts(pdf)
	t := &painter{pdf: pdf, paper: p, size: bodySize, x: margin, w: width, tags: newTagger(pdf.RawWriteStr), runes: map[rune]bool{}}
	t.foot = t.wrap(width-30, piece{p.Foot, false})
	t.foot = t.foot[:min(footLines, len(t.foot))]
	return t
}

func fileTitle(p Paper) string {
	if p.Title == p.Subject {
		return heading(p.Kind) + " – " + p.Title
	}
	return p.Title + " – " + p.Subject
}

func (t *painter) part(part Part) { t.tags.under("Part", func() { t.drawPart(part) }) }

func (t *painter) drawPart(part Part) {
	t.newPage()
	t.runs = append(t.runs, run{label: part.Label, first: t.pdf.PageNo()})
	if part.Label != "" {
		t.tags.under("P", func() { t.label(part.Label) })
	}
	if !t.paper.Letter {
		t.letterhead()
		t.title(part)
	}
	for i, b := range part.Blocks {
		if h, ok := b.(Heading); ok {
			t.heading(h, i, t.least(part.Blocks[i+1:]))
			continue
		}
		t.block(b)
	}
	t.runs[len(t.runs)-1].last = t.pdf.PageNo()
}

func (t *painter) block(b Block) {
	switch b := b.(type) {
	case Paragraph:
		t.paragraph(b)
	case List:
		t.list(b)
	case Fields:
		t.fields(b)
	case Table:
		t.table(b)
	case Addresses:
		t.addresses(b)
	case Signatures:
		t.signatures(b)
	case Note:
		t.note(b)
	case Code:
		t.code(b)
	default:
		t.pdf.SetError(fmt.Errorf("no way to draw a %T", b))
	}
}

func (t *painter) newPage() {
	t.tags.end()
	t.pdf.AddPage()
	t.y = top
}

// bottom is where the page ends and its foot begins.
func (t *painter) bottom() float64 {
	const above, below = 8.0, 8.0
	return pageHeight - below - float64(len(t.foot))*t.leadOf(bodySize) - above
}

// room is what is left on the page, fullPage what a new one has.
func (t *painter) room() float64     { return t.bottom() - t.y }
func (t *painter) fullPage() float64 { return t.bottom() - top }

// need turns the page when a height does not fit and would on a new one.
func (t *painter) need(height float64) {
	if height > t.room() && t.y > top {
		t.newPage()
	}
}

func (t *painter) face(bold bool) {
	style := ""
	if bold {
		style = "B"
	}
	t.pdf.SetFont(family, style, t.size)
}

func (t *painter) measure(text string, bold bool) float64 {
	t.face(bold)
	return t.pdf.GetStringWidth(text)
}

// lead is the distance between two lines of the current type.
func (t *painter) lead() float64 { return t.leadOf(t.size) }

func (t *painter) leadOf(size float64) float64 { return size * 0.3528 * 1.38 }

func (t *painter) wrap(width float64, pieces ...piece) [][]piece {
	for i := range pieces {
		pieces[i].text = drawable(pieces[i].text)
	}
	return wrap(pieces, width, t.measure)
}

// line draws one line whose top is y.
func (t *painter) line(x, y float64, pieces []piece, c rgb) {
	t.tags.text(t.pdf.PageNo())
	t.pdf.SetTextColor(c.r, c.g, c.b)
	baseline := y + t.lead()*0.76
	for _, p := range pieces {
		t.face(p.bold)
		t.pdf.Text(x, baseline, p.text)
		for _, r := range p.text {
			t.runes[r] = true
		}
		x += t.pdf.GetStringWidth(p.text)
	}
}

// lineRight draws one line that ends at x.
func (t *painter) lineRight(x, y float64, pieces []piece, c rgb) {
	total := 0.0
	for i, p := range pieces {
		if i == len(pieces)-1 {
			p.text = strings.TrimRight(p.text, " ")
		}
		total += t.measure(p.text, p.bold)
	}
	t.line(x-total, y, pieces, c)
}

// flow writes lines down the column and turns pages where it must; two lines at least stay together.
func (t *painter) flow(lines [][]piece, c rgb) {
	for i, l := range lines {
		if i == 0 {
			t.need(float64(min(2, len(lines))) * t.lead())
		}
		t.need(t.lead())
		t.line(t.x, t.y, l, c)
		t.y += t.lead()
	}
}

// rule draws a line from x1 to the right margin.
func (t *painter) rule(x1, y float64, c rgb, thick float64) {
	t.tags.shape(t.pdf.PageNo())
	t.pdf.SetDrawColor(c.r, c.g, c.b)
	t.pdf.SetLineWidth(thick)
	t.pdf.Line(x1, y, pageWidth-margin, y)
}

// feet writes the identity and the page number under every page, once the number of pages is known.
func (t *painter) feet() { t.tags.within(nil, t.drawFeet) }

func (t *painter) drawFeet() {
	t.tags.end()
	for _, r := range t.runs {
		for page := r.first; page <= r.last; page++ {
			t.pdf.SetPage(page)
			t.footer(r, page)
			t.tags.end()
		}
	}
}

func (t *painter) footer(r run, page int) {
	t.size = 1
	t.face(false) // a size never used elsewhere: the library then names the font again on this page
	t.size = bodySize
	y := t.bottom() + 4
	t.rule(margin, y, rule, 0.2)
	number := fmt.Sprintf("Page%s%d sur%s%d", nbsp, page-r.first+1, nbsp, r.last-r.first+1)
	t.lineRight(pageWidth-margin, y+2, []piece{{number, false}}, muted)
	for i, l := range t.foot {
		t.line(margin, y+2+float64(i)*t.lead(), l, muted)
	}
	if page > r.first && r.label != "" {
		t.label(r.label)
	}
}

// label names the copy at the top of a page.
func (t *painter) label(label string) {
	t.lineRight(pageWidth-margin, 8, []piece{{drawable(label), true}}, accent)
}
