package document_test

import (
	"bytes"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

var pdfDir = flag.String("pdf", "", "also write every paper as PDF into this folder, to be looked at")

// every is every kind with a way of paying that has it.
var every = map[document.Kind]enrolment.Mode{
	document.Programme: enrolment.DIFE, document.Devis: enrolment.Collectivite, document.Convention: enrolment.Collectivite,
	document.DemandeMaire: enrolment.Collectivite, document.Contrat: enrolment.Personnel, document.Convocation: enrolment.DIFE,
	document.DemandeEmployeur: enrolment.DIFE, document.Emargement: enrolment.DIFE,
}

func input(t testing.TB, k document.Kind) document.Input {
	in := sample(t, every[k])
	if k == document.Emargement {
		in.Attendees = attendees(in.Enrolment)
	}
	return in
}

// attendees is a class of five, of whom three hold a seat.
func attendees(first enrolment.Enrolment) []enrolment.Enrolment {
	var all []enrolment.Enrolment
	for i, name := range []string{"Zanetti", "Le Goff", "Éven", "Cancelled", "Waiting"} {
		e := first
		e.Person.LastName, e.ID = name, fmt.Sprint(i)
		e.Status = []enrolment.Status{enrolment.Confirmed, enrolment.Reserved, enrolment.Confirmed, enrolment.Cancelled, enrolment.Waiting}[i]
		all = append(all, e)
	}
	return all
}

func composed(t testing.TB, k document.Kind, in document.Input) document.Paper {
	t.Helper()
	p, err := document.Compose(k, in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryPaperSaysWhatItSays(t *testing.T) {
	for k := range every {
		t.Run(string(k), func(t *testing.T) {
			golden(t, string(k)+".txt", text(composed(t, k, input(t, k))))
		})
	}
}

func TestEveryPaperIsAPDF(t *testing.T) {
	for k := range every {
		t.Run(string(k), func(t *testing.T) {
			in := input(t, k)
			var pdf bytes.Buffer
			if err := document.Render(&pdf, k, in); err != nil {
				t.Fatal(err)
			}
			if !bytes.HasPrefix(pdf.Bytes(), []byte("%PDF-")) {
				t.Errorf("not a PDF: %q", pdf.Bytes()[:20])
			}
			if *pdfDir != "" {
				if err := os.WriteFile(filepath.Join(*pdfDir, string(k)+"-"+in.Enrolment.Reference+".pdf"), pdf.Bytes(), 0o644); err != nil {
					t.Fatal(err)
				}
			}
		})
	}
}

// text tells a paper block by block.
func text(p document.Paper) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# %s", p.Title)
	line("(%s)", p.Notice)
	if !p.Letter {
		line("head: %s", strings.Join(p.Head, " | "))
	}
	line("foot: %s", p.Foot)
	for _, part := range p.Parts {
		line("\n======== %s%s", part.Label, part.Title)
		for _, block := range part.Blocks {
			line("%s", blockText(block))
		}
	}
	return b.String()
}

func blockText(block document.Block) string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch b := block.(type) {
	case document.Heading:
		add("\n## %s", b.Text)
	case document.Paragraph:
		lead := ""
		if b.Lead != "" {
			lead = "**" + b.Lead + "** "
		}
		add("%s", strings.TrimRight(lead+b.Text, " "))
	case document.List:
		for _, item := range b.Items {
			add("- %s", item)
		}
	case document.Fields:
		for _, f := range b.Fields {
			add("%s : %s", f.Label, blank(f.Value))
		}
	case document.Table:
		var titles []string
		for _, c := range b.Columns {
			titles = append(titles, c.Title)
		}
		add("| %s |", strings.Join(titles, " | "))
		for _, r := range b.Rows {
			add("| %s |", strings.Join(r, " | "))
		}
		for _, f := range b.Totals {
			add("|= %s = %s", f.Label, f.Value)
		}
	case document.Addresses:
		add("from: %s\nto: %s", strings.Join(b.From, " | "), blank(strings.Join(b.To, " | ")))
	case document.Signatures:
		for _, box := range b.Boxes {
			add("[%s: %s]", box.Title, strings.Join(box.Lines, " / "))
		}
	case document.Note:
		add("> %s: %s", b.Title, b.Text)
	default:
		add("?? %T", b)
	}
	return strings.Join(lines, "\n")
}

func blank(s string) string {
	if strings.Trim(s, " |") == "" {
		return "……"
	}
	return s
}
