package mail

import (
	"embed"
	"fmt"
	htmltemplate "html/template"
	"strings"
	texttemplate "text/template"

	"github.com/echarpe/echarpe/internal/guide"
)

// nbsp is the non-breaking space of French typography.
const nbsp = "\u00a0"

// letter is a message before it is laid out: one title, one action, blocks in reading order.
type letter struct {
	Subject  string
	Preview  string
	Greeting string
	Title    string
	Lead     []block // before the button
	Action   *action
	Body     []block // after the button
	Closing  string
	Footer   footer
}

// action is the one thing that the letter asks for.
type action struct {
	Label string
	URL   string
	Tel   string // digits to call instead of an address to open
}

// block is one paragraph-like part of a letter. Exactly one of its fields is set.
type block struct {
	Heading string
	Sub     string // smaller heading
	Text    string
	Strong  string // a paragraph that matters: a limit, a warning
	Items   []string
	Facts   []fact
	Links   []guide.ShownLink
	Line    *line
}

// fact is a labelled value; URL makes the value a link.
type fact struct{ Label, Value, URL string }

// line is the helpline, as it is now.
type line struct{ Label, About, Number, Digits, Now, Hours string }

// footer says who writes and why.
type footer struct {
	Organisation string
	Address      string
	Phone        string
	Email        string
	Reference    string
	Why          string
	Stop         string // how to stop reminders, "" when they cannot be
	StopURL      string
	StopLabel    string
}

func heading(text string) block          { return block{Heading: text} }
func sub(text string) block              { return block{Sub: text} }
func strong(text string) block           { return block{Strong: text} }
func items(list ...string) block         { return block{Items: list} }
func facts(list ...fact) block           { return block{Facts: list} }
func links(list []guide.ShownLink) block { return block{Links: list} }
func paragraphs(texts ...string) []block {
	blocks := make([]block, len(texts))
	for i, t := range texts {
		blocks[i] = block{Text: t}
	}
	return blocks
}

//go:embed layout
var layouts embed.FS

var functions = map[string]any{"linkTitle": linkTitle, "upper": strings.ToUpper}

// layout holds both templates. They are parsed on the first use by the value that [newLayout] gives.
type layout struct {
	html *htmltemplate.Template
	text *texttemplate.Template
}

func newLayout() (*layout, error) {
	source, err := layouts.ReadFile("layout/letter.html")
	if err != nil {
		return nil, fmt.Errorf("mail layout: %w", err)
	}
	html, err := htmltemplate.New("letter.html").Funcs(functions).Parse(inlined(string(source)))
	if err != nil {
		return nil, fmt.Errorf("mail layout: %w", err)
	}
	text, err := texttemplate.New("letter.txt").Funcs(functions).ParseFS(layouts, "layout/letter.txt")
	if err != nil {
		return nil, fmt.Errorf("mail layout: %w", err)
	}
	return &layout{html, text}, nil
}

// linkTitle warns when the link leads to the nearest page rather than to the very one.
func linkTitle(l guide.ShownLink) string {
	if l.Verified {
		return l.Title
	}
	return l.Title + " (page la plus proche)"
}

func (l *layout) lay(letter letter) (html, text string, err error) {
	var h, t strings.Builder
	if err := l.html.Execute(&h, letter); err != nil {
		return "", "", fmt.Errorf("mail HTML: %w", err)
	}
	if err := l.text.Execute(&t, letter); err != nil {
		return "", "", fmt.Errorf("mail text: %w", err)
	}
	return h.String(), strings.TrimSpace(t.String()) + "\n", nil
}
