package document

import "fmt"

// element is a node of a paper's structure: what a screen reader goes through, in order, whatever the drawing.
type element struct {
	role string
	attr string // the entries of its dictionary beyond role, parent and kids
	kids []any  // *element or mark
}

// mark is a stretch of a page's drawing that belongs to an element.
type mark struct{ page, id int }

// child adds an element under e.
func (e *element) child(role string) *element {
	kid := &element{role: role}
	e.kids = append(e.kids, kid)
	return kid
}

// told makes e read as a text that is not drawn: what a line to fill in by hand is for.
func (e *element) told(text string) { e.attr += "/Alt " + pdfText(text) }

// tagger ties what is drawn to the structure: text to the element at hand, everything else to none (an artifact, which
// is not read out: rules, backgrounds, what repeats on each page).
type tagger struct {
	root   *element
	at     *element // where the text drawn next belongs; nil when it is not read out
	open   *element // of the stretch being written
	opened bool
	pages  [][]*element // for each page, the element of each of its marks
	write  func(string) // into the present page
}

func newTagger(write func(string)) *tagger {
	root := &element{role: "Document"}
	return &tagger{root: root, at: root, write: write}
}

// under draws within a new element, a child of the one at hand.
func (t *tagger) under(role string, draw func()) {
	parent := t.at
	if parent == nil { // within what is not read out nothing is
		draw()
		return
	}
	t.within(parent.child(role), draw)
}

// within draws within an element that is already there; nil is what is not read out.
func (t *tagger) within(e *element, draw func()) {
	before := t.at
	t.at = e
	draw()
	t.at = before
}

// text begins the stretch of the element at hand, unless it goes on.
func (t *tagger) text(page int) { t.begin(t.at, page) }

// shape begins a stretch that is not read out, unless it goes on.
func (t *tagger) shape(page int) { t.begin(nil, page) }

func (t *tagger) begin(e *element, page int) {
	if t.opened && t.open == e {
		return
	}
	t.end()
	t.opened, t.open = true, e
	if e == nil {
		t.write("/Artifact BMC")
		return
	}
	for len(t.pages) < page {
		t.pages = append(t.pages, nil)
	}
	id := len(t.pages[page-1])
	t.pages[page-1] = append(t.pages[page-1], e)
	e.kids = append(e.kids, mark{page, id})
	t.write(fmt.Sprintf("/%s <</MCID %d>> BDC", e.role, id))
}

// end closes the stretch: before the page is left.
func (t *tagger) end() {
	if t.opened {
		t.write("EMC")
	}
	t.opened = false
}
