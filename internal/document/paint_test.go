package document_test

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// poppler runs one of poppler's tools on a PDF; the test is skipped where they are not installed.
func poppler(t *testing.T, pdf []byte, tool string, args ...string) string {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Skipf("%s is not installed: to check the drawn pages too, apt-get install poppler-utils", tool)
	}
	path := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(path, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(tool, append(append([]string{}, args...), path)...).Output()
	if err != nil {
		t.Fatalf("%s: %v", tool, err)
	}
	return string(out)
}

func render(t testing.TB, k document.Kind, in document.Input) []byte {
	t.Helper()
	var pdf bytes.Buffer
	if err := document.Render(&pdf, k, in); err != nil {
		t.Fatal(err)
	}
	return pdf.Bytes()
}

// page is what pdftotext -bbox says of a page.
type page struct {
	Width  float64 `xml:"width,attr"`
	Height float64 `xml:"height,attr"`
	Words  []struct {
		XMin float64 `xml:"xMin,attr"`
		XMax float64 `xml:"xMax,attr"`
		YMin float64 `xml:"yMin,attr"`
		YMax float64 `xml:"yMax,attr"`
		Text string  `xml:",chardata"`
	} `xml:"word"`
}

func pages(t *testing.T, pdf []byte) []page {
	t.Helper()
	path := filepath.Join(t.TempDir(), "boxes.xml")
	if _, err := exec.LookPath("pdftotext"); err != nil {
		t.Skip("pdftotext is not installed: to check the drawn pages too, apt-get install poppler-utils")
	}
	source := filepath.Join(t.TempDir(), "paper.pdf")
	if err := os.WriteFile(source, pdf, 0o600); err != nil {
		t.Fatal(err)
	}
	if out, err := exec.Command("pdftotext", "-bbox", source, path).CombinedOutput(); err != nil {
		t.Fatalf("pdftotext: %v: %s", err, out)
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var document struct {
		Pages []page `xml:"body>doc>page"`
	}
	decoder := xml.NewDecoder(file)
	decoder.Strict, decoder.AutoClose, decoder.Entity = false, xml.HTMLAutoClose, xml.HTMLEntity
	if err := decoder.Decode(&document); err != nil {
		t.Fatal(err)
	}
	return document.Pages
}

// inside fails when a word leaves the margins, sits over the next line, or is written smaller than 10.5 points.
func inside(t *testing.T, all []page) {
	t.Helper()
	const margin, slack = 20 * 72 / 25.4, 1.0
	for n, p := range all {
		if p.Width < 595 || p.Width > 596 || p.Height < 841 || p.Height > 842.5 {
			t.Errorf("page %d is %v × %v points, not A4", n+1, p.Width, p.Height)
		}
		for _, w := range p.Words {
			if w.XMin < margin-slack || w.XMax > p.Width-margin+slack || w.YMin < 0 || w.YMax > p.Height {
				t.Errorf("page %d: %q leaves the page (%v to %v)", n+1, w.Text, w.XMin, w.XMax)
			}
			if w.YMax-w.YMin < 11.6 { // 10.5 points of Liberation Sans, from its ascent to its descent, are 11.7
				t.Errorf("page %d: %q is %v points high", n+1, w.Text, w.YMax-w.YMin)
			}
		}
	}
}

func TestDrawnPapersSayEverything(t *testing.T) {
	for k := range every {
		t.Run(string(k), func(t *testing.T) {
			in := input(t, k)
			pdf := render(t, k, in)
			all := pages(t, pdf)
			inside(t, all)
			var words strings.Builder
			for _, p := range all {
				for _, w := range p.Words {
					words.WriteString(w.Text)
				}
			}
			said := squeezed(words.String())
			for _, part := range composed(t, k, in).Parts {
				for _, block := range part.Blocks {
					for _, s := range stringsOf(block) {
						for _, word := range strings.Fields(plain(s)) {
							if !strings.Contains(said, squeezed(word)) {
								t.Errorf("%q of %q is not drawn", word, s)
							}
						}
					}
				}
			}
			if !strings.Contains(said, "Page1sur") {
				t.Error("no page number")
			}
		})
	}
}

func TestDrawnPapersHaveTitleLanguageAndEmbeddedFonts(t *testing.T) {
	for k := range every {
		pdf := render(t, k, input(t, k))
		info := poppler(t, pdf, "pdfinfo")
		for _, want := range []string{"Title:", "Comprendre et voter le budget", "L’Atelier des élus", "A4"} {
			if !strings.Contains(info, want) {
				t.Errorf("%s: pdfinfo does not say %q:\n%s", k, want, info)
			}
		}
		fonts := strings.Split(strings.TrimSpace(poppler(t, pdf, "pdffonts")), "\n")[2:]
		for _, f := range fonts {
			// columns from the right: object (2), uni (readable as text), sub, emb
			if c := strings.Fields(f); len(c) < 6 || c[len(c)-3] != "yes" || c[len(c)-5] != "yes" {
				t.Errorf("%s: a font is not embedded, or not readable as text: %s", k, f)
			}
		}
	}
}

// hostile is what people type by mistake or on purpose.
var hostile = map[string]string{
	"a word without end":   strings.Repeat("anticonstitutionnellement", 20),
	"a text without end":   strings.Repeat("Une très longue phrase, avec des virgules. ", 70),
	"right to left":        "محمد عبد الله \u202eevil\u202c שלום",
	"emoji":                "👩‍🚀🎉 Budget 🏛️ 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 \U0010FFFF",
	"control characters":   "a\x00b\x07c\x1b[31m\r\nd\u2028e\u0085f\ufffe",
	"not UTF-8":            "caf\xe9 \xff\xfe",
	"PDF syntax":           `) Tj ET (\) << /JS (app.alert(1)) >> endstream endobj`,
	"combining characters": strings.Repeat("Z̷̢̛͎a̶l̵g̸o", 30),
	"glued with nbsp":      strings.Repeat("mot\u00a0", 200),
	"nothing but spaces":   " \t\u2003 ",
}

func TestHostileTextNeverBreaksAPaper(t *testing.T) {
	for name, s := range hostile {
		for k := range every {
			t.Run(name+"/"+string(k), func(t *testing.T) {
				t.Parallel()
				in := input(t, k)
				in.Formation.Title, in.Formation.Objective, in.Formation.Theme = "T"+s, "O"+s, "T"+s
				in.Formation.Programme = []string{"P" + s, "fin"}
				in.Session.Place, in.Session.Address, in.Session.Access = "L"+s, s, s
				in.Enrolment.Person.FirstName, in.Enrolment.Person.LastName = s, "N"+s
				in.Enrolment.Mandate.Authority = s
				in.Organisation.Name, in.Organisation.Phone = "O"+s, "T"+s
				in.Organisation.Address = []string{"A" + s, s}
				for i := range in.Attendees {
					in.Attendees[i].Mandate.Authority = s
				}
				inside(t, pages(t, render(t, k, in)))
			})
		}
	}
}

func TestLogo(t *testing.T) {
	picture := image.NewNRGBA(image.Rect(0, 0, 300, 100))
	for x := range 300 {
		for y := range 100 {
			picture.Set(x, y, color.NRGBA{uint8(x), uint8(y), 120, 255})
		}
	}
	encoded := func(encode func(io.Writer) error) []byte {
		var b bytes.Buffer
		if err := encode(&b); err != nil {
			t.Fatal(err)
		}
		return b.Bytes()
	}
	good := map[string][]byte{
		"PNG":  encoded(func(w io.Writer) error { return png.Encode(w, picture) }),
		"JPEG": encoded(func(w io.Writer) error { return jpeg.Encode(w, picture, nil) }),
		// the PDF library itself refuses sixteen bits a channel
		"16 bits, transparent": encoded(func(w io.Writer) error { return png.Encode(w, image.NewNRGBA64(image.Rect(0, 0, 90, 40))) }),
	}
	in := input(t, document.Devis)
	without := len(render(t, document.Devis, in))
	for name, logo := range good {
		in.Organisation.LogoImage = logo
		if err := document.CheckLogo(logo); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if pdf := render(t, document.Devis, in); !bytes.Contains(pdf, []byte("/Subtype /Image")) || len(pdf) <= without {
			t.Errorf("%s: the logo is not drawn", name)
		}
	}
	for name, logo := range map[string][]byte{
		"text": []byte("not a picture"), "cut": good["PNG"][:60], "nothing": {}, "too heavy": make([]byte, 150_001),
		"too large": encoded(func(w io.Writer) error { return png.Encode(w, image.NewGray(image.Rect(0, 0, 1201, 9))) }),
	} {
		if err := document.CheckLogo(logo); err == nil {
			t.Errorf("%s passes for a logo", name)
		}
		in.Organisation.LogoImage = logo
		render(t, document.Devis, in) // a paper without its logo is still a paper
	}
}

// TestASecondLogoIsNotTakenForTheFirst: the last one is kept ready.
func TestASecondLogoIsNotTakenForTheFirst(t *testing.T) {
	in := input(t, document.Devis)
	var papers [][]byte
	for _, c := range []color.Color{color.Black, color.NRGBA{200, 30, 30, 255}, color.Black} {
		picture := image.NewNRGBA(image.Rect(0, 0, 60, 20))
		for i := range 60 * 20 {
			picture.Set(i%60, i/60, c)
		}
		var b bytes.Buffer
		if err := png.Encode(&b, picture); err != nil {
			t.Fatal(err)
		}
		in.Organisation.LogoImage = b.Bytes()
		papers = append(papers, render(t, document.Devis, in))
	}
	if bytes.Equal(papers[0], papers[1]) || !bytes.Equal(papers[0], papers[2]) {
		t.Error("a paper has another's logo")
	}
}

func TestTheSameInputGivesTheSameBytes(t *testing.T) {
	for k := range every {
		in := input(t, k)
		if !bytes.Equal(render(t, k, in), render(t, k, in)) {
			t.Errorf("%s: two renderings differ", k)
		}
	}
}

func TestNothingIsWrittenWhenAPaperIsRefused(t *testing.T) {
	in := input(t, document.Devis)
	in.Organisation.SIRET = ""
	var out bytes.Buffer
	if err := document.Render(&out, document.Devis, in); enrolment.KindOf(err) != enrolment.KindConflict || out.Len() > 0 {
		t.Errorf("got %v and %d bytes", err, out.Len())
	}
}

func BenchmarkRender(b *testing.B) {
	for k := range every {
		b.Run(string(k), func(b *testing.B) {
			in := input(b, k)
			b.ReportAllocs()
			for b.Loop() {
				if err := document.Render(io.Discard, k, in); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func squeezed(s string) string { return strings.Join(strings.Fields(plain(s)), "") }

// stringsOf gives every text of a block.
func stringsOf(block document.Block) []string {
	switch b := block.(type) {
	case document.Heading:
		return []string{b.Text}
	case document.Paragraph:
		return []string{b.Lead, b.Text}
	case document.List:
		return b.Items
	case document.Note:
		return []string{b.Title, b.Text}
	case document.Code:
		return []string{b.Title, b.Text}
	case document.Addresses:
		return append(append([]string{}, b.From...), b.To...)
	case document.Fields:
		var all []string
		for _, f := range b.Fields {
			all = append(all, f.Label, f.Value)
		}
		return all
	case document.Table:
		var all []string
		for _, c := range b.Columns {
			all = append(all, c.Title)
		}
		for _, r := range b.Rows {
			all = append(all, r...)
		}
		for _, f := range b.Totals {
			all = append(all, f.Label, f.Value)
		}
		return all
	case document.Signatures:
		var all []string
		for _, box := range b.Boxes {
			all = append(append(all, box.Title), box.Lines...)
		}
		return all
	}
	return []string{fmt.Sprintf("a %T that the test does not know", block)}
}
