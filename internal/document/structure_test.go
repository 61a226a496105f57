package document_test

import (
	"bytes"
	"compress/zlib"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"unicode/utf16"

	"github.com/echarpe/echarpe/internal/document"
)

// TestEveryPaperReadsAloudInOrder tells each paper as a screen reader goes through it: by its structure, which only the
// file itself knows.
func TestEveryPaperReadsAloudInOrder(t *testing.T) {
	for k := range every {
		t.Run(string(k), func(t *testing.T) {
			golden(t, "aloud-"+string(k)+".txt", aloud(t, render(t, k, input(t, k))))
		})
	}
}

// TestEverythingSaidIsReadAloud: what is drawn is read, once, in the order of the blocks, at the longest too.
func TestEverythingSaidIsReadAloud(t *testing.T) {
	for k := range every {
		in := input(t, k)
		in.Formation.Title = strings.TrimSpace(strings.Repeat("Comprendre le budget de la commune ", 12))
		said := squeezed(aloud(t, render(t, k, in)))
		for _, part := range composed(t, k, in).Parts {
			at := 0
			for _, block := range part.Blocks {
				for _, s := range stringsOf(block) {
					next := strings.Index(said[at:], squeezed(s))
					if next < 0 {
						t.Fatalf("%s: %q is not read, or out of order", k, s)
					}
					if _, letter := block.(document.Addresses); !letter {
						at += next
					}
				}
			}
		}
	}
}

// reader reads a PDF of ours back: enough of the format for its structure and its text.
type reader struct {
	t       testing.TB
	objects map[int][]byte
	marks   map[int]map[int]string // page object, mark, text
	out     strings.Builder
}

func aloud(t testing.TB, pdf []byte) string {
	r := &reader{t: t, objects: map[int][]byte{}, marks: map[int]map[int]string{}}
	r.open(pdf)
	for n, body := range r.objects {
		if page := regexp.MustCompile(`/Type /Page\n(?s:.*)/Contents (\d+) 0 R`).FindSubmatch(body); page != nil {
			r.marks[n] = r.content(inflate(t, r.objects[integer(page[1])]))
		}
	}
	root := regexp.MustCompile(`/Type /StructTreeRoot /K (\d+) 0 R`)
	for _, body := range r.objects {
		if m := root.FindSubmatch(body); m != nil {
			r.element(integer(m[1]), 0)
		}
	}
	return r.out.String()
}

func (r *reader) open(pdf []byte) {
	at := regexp.MustCompile(`startxref\n(\d+)\n%%EOF\n$`).FindSubmatch(pdf)
	places := inflate(r.t, pdf[integer(at[1]):])
	for n := 0; n*6 < len(places); n++ {
		p := places[n*6 : n*6+6]
		if p[0] == 1 {
			start := int(binary.BigEndian.Uint32(append([]byte{0}, p[1:4]...)))
			r.objects[n] = pdf[start:]
		}
	}
	for _, body := range r.objects {
		m := regexp.MustCompile(`^\d+ 0 obj\n<</Type /ObjStm /N (\d+) /First (\d+)`).FindSubmatch(body)
		if m == nil {
			continue
		}
		inside, first := inflate(r.t, body), integer(m[2])
		index := strings.Fields(string(inside[:first]))
		for i := 0; i < len(index); i += 2 {
			end := len(inside)
			if i+3 < len(index) {
				end = first + integer([]byte(index[i+3]))
			}
			r.objects[integer([]byte(index[i]))] = inside[first+integer([]byte(index[i+1])) : end]
		}
	}
}

var streamOf = regexp.MustCompile(`/Length (\d+)[^>]*>>\nstream\n`)

func inflate(t testing.TB, object []byte) []byte {
	t.Helper()
	m := streamOf.FindSubmatchIndex(object)
	z, err := zlib.NewReader(bytes.NewReader(object[m[1] : m[1]+integer(object[m[2]:m[3]])]))
	if err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

var operators = regexp.MustCompile(`(?s)<</MCID (\d+)>> BDC|/Artifact BMC|\bEMC\b|\(((?:\\.|[^\\)])*)\) Tj|[\d.-]+ re f\b|[\d.-]+ l S\b|[\d.-]+ re S\b| Do\b`)

// content gives the text of each mark of a page; nothing is drawn outside a mark or an artifact.
func (r *reader) content(drawing []byte) map[int]string {
	texts, open, inside := map[int]string{}, -1, false
	for _, m := range operators.FindAllSubmatch(drawing, -1) {
		switch op := string(m[0]); {
		case m[1] != nil:
			open, inside = integer(m[1]), true
		case op == "/Artifact BMC":
			open, inside = -1, true
		case op == "EMC":
			inside = false
		case !inside:
			r.t.Errorf("drawn neither in an element nor as an artifact: %q", op)
		case strings.HasSuffix(op, "Tj") && open >= 0:
			texts[open] += unicodeOf(regexp.MustCompile(`(?s)\\(.)`).ReplaceAllFunc(m[2], func(escaped []byte) []byte {
				if escaped[1] == 'r' {
					return []byte("\r")
				}
				return escaped[1:]
			}))
		}
	}
	return texts
}

func unicodeOf(b []byte) string {
	var units []uint16
	for i := 0; i+1 < len(b); i += 2 {
		units = append(units, uint16(b[i])<<8|uint16(b[i+1]))
	}
	return string(utf16.Decode(units))
}

var (
	roleOf  = regexp.MustCompile(`^<</S /(\w+)`)
	kidsOf  = regexp.MustCompile(`/K \[(.*?)\](?:/Pg (\d+) 0 R)?>>\n$`)
	kidOf   = regexp.MustCompile(`(\d+) 0 R |<</Type /MCR /Pg (\d+) 0 R /MCID (\d+)>> |(\d+) `)
	altOf   = regexp.MustCompile(`/Alt <FEFF([0-9A-F]*)>`)
	scopeOf = regexp.MustCompile(`/Scope /(\w+)`)
)

// element writes an element on a line: its role, then what is read.
func (r *reader) element(n, depth int) {
	body := string(r.objects[n])
	role := roleOf.FindStringSubmatch(body)[1]
	if scope := scopeOf.FindStringSubmatch(body); scope != nil {
		role += " " + strings.ToLower(scope[1])
	}
	text, kids := "", []int(nil)
	if m := kidsOf.FindStringSubmatch(body); m != nil {
		page, _ := strconv.Atoi(m[2])
		for _, kid := range kidOf.FindAllStringSubmatch(m[1], -1) {
			switch {
			case kid[1] != "":
				kids = append(kids, integer([]byte(kid[1])))
			case kid[2] != "":
				text += r.marks[integer([]byte(kid[2]))][integer([]byte(kid[3]))]
			default:
				text += r.marks[page][integer([]byte(kid[4]))]
			}
		}
	}
	if alt := altOf.FindStringSubmatch(body); alt != nil {
		b, _ := hex.DecodeString(alt[1])
		text = "[" + unicodeOf(b) + "]"
	}
	fmt.Fprintln(&r.out, strings.TrimRight(strings.Repeat("  ", depth)+role+" "+text, " "))
	for _, kid := range kids {
		r.element(kid, depth+1)
	}
}

func integer(b []byte) int {
	n, _ := strconv.Atoi(string(b))
	return n
}
