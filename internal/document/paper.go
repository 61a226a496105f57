package document

import "time"

// Paper is a document as a value: what it says, in order, without how it is drawn.
type Paper struct {
	Kind    Kind
	Title   string
	Subject string // the formation, for the file's properties
	Author  string // the organisation
	Notice  string // under the title: number, dates, version
	Letter  bool   // written by the élu: no letterhead of the organisation
	Head    []string
	Logo    []byte
	Foot    string // the organisation's identity, on every page
	Made    time.Time
	Parts   []Part
	Data    []byte // of an invoice: what it says for machines (Factur-X), nil for a paper that people alone read
}

// Part is a copy or an annex: it begins on a new page and counts its own pages.
type Part struct {
	Label  string // "Exemplaire de la collectivité", "" when there is one part
	Title  string // in place of the paper's, "" for the paper's
	Blocks []Block
}

// Block is one of the types below.
type Block interface{ block() }

type (
	// Heading opens a section.
	Heading struct{ Text string }
	// Paragraph is a text; Lead, in bold, opens it.
	Paragraph struct{ Lead, Text string }
	// List is a list of items with a dash.
	List struct{ Items []string }
	// Fields are names and values; a value left empty is a line to fill in by hand.
	Fields struct{ Fields []Field }
	// Table has a header, repeated on each page, and totals in its last column.
	Table struct {
		Columns []Column
		Rows    [][]string
		Totals  []Field // the last one stands out
		Tall    bool    // rows tall enough to sign in
	}
	// Addresses opens a letter: who writes, to whom, and the place and date to fill in.
	Addresses struct{ From, To []string }
	// Signatures are boxes side by side.
	Signatures struct{ Boxes []Box }
	// Code is a QR code with the text that says what it is for.
	Code struct{ Address, Says, Title, Text string }
	// Note stands out from the text.
	Note struct{ Title, Text string }
)

// Field is a name and its value.
type Field struct{ Label, Value string }

// Column of a table. Share is its part of the width; the shares of a table add up to 100.
type Column struct {
	Title string
	Share float64
	Right bool
}

// Box is where someone signs.
type Box struct {
	Title string
	Lines []string
}

func (Heading) block()    {}
func (Paragraph) block()  {}
func (List) block()       {}
func (Fields) block()     {}
func (Table) block()      {}
func (Addresses) block()  {}
func (Signatures) block() {}
func (Note) block()       {}
func (Code) block()       {}
