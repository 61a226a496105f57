package document

import (
	"bytes"
	"compress/zlib"
	"crypto/md5"
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"
	"unicode/utf16"

	"github.com/echarpe/echarpe/internal/facturx"
	"github.com/echarpe/echarpe/internal/lazy"
)

// A paper is PDF/UA-1 (a screen reader reads it in order) and PDF/A-2a (it can be archived: it depends on nothing). The
// PDF library writes neither. archive writes its file again, object by object, with what it lacks: the structure, the
// claims, a right table from characters to Unicode, the file's identifier. veraPDF checks both in `make check`.

// sRGB is the colour space of every paper, from the ICC (color/LICENSE).
//
//go:embed color/sRGB2014.icc
var sRGB []byte

// An invoice is PDF/A-3a instead, which differs from 2a in one thing only: it may carry a file, its data for machines.

// archive gives the file that the library wrote, made whole. runes are the characters drawn; data is attached, unless there is none.
func archive(file []byte, tags *tagger, runes []rune, p Paper) ([]byte, error) {
	bodies, err := objectsOf(file)
	if err != nil {
		return nil, err
	}
	a := archiver{bodies: bodies}
	if err := a.read(); err != nil {
		return nil, err
	}
	for _, n := range a.unicode {
		a.bodies[n-1] = stream(toUnicode(runes), "")
	}
	if len(p.Data) > 0 {
		a.attach(p)
	}
	root := len(a.bodies) + 1
	a.structure(tags)
	a.insert(a.catalog, fmt.Sprintf("/MarkInfo <</Marked true>> /StructTreeRoot %d 0 R /ViewerPreferences <</DisplayDocTitle true>>", root))
	return a.file(), nil
}

// archiver holds the bodies of the objects, of which the first is number 1.
type archiver struct {
	bodies        [][]byte
	catalog, info int
	pages         []int
	unicode       []int // streams from characters to Unicode
}

var (
	startxref = lazy.Regexp(`startxref\n(\d+)\n%%EOF\s*$`)
	unicodeOf = lazy.Regexp(`/ToUnicode (\d+) 0 R`)
)

// objectsOf cuts a file of the library into its objects, by its cross-reference table.
func objectsOf(file []byte) ([][]byte, error) {
	m := startxref().FindSubmatch(file)
	if m == nil {
		return nil, fmt.Errorf("archive: no startxref")
	}
	table, _ := strconv.Atoi(string(m[1]))
	var count int
	if _, err := fmt.Sscanf(string(file[table:]), "xref\n0 %d\n", &count); err != nil {
		return nil, fmt.Errorf("archive: cross-reference table: %w", err)
	}
	entries := file[table+len(fmt.Sprintf("xref\n0 %d\n", count)):]
	const entry = len("0000000000 65535 f \n")
	starts := make([]int, count)
	for i := range count {
		starts[i], _ = strconv.Atoi(string(entries[i*entry : i*entry+10]))
	}
	sorted := slices.Sorted(slices.Values(append(slices.Clone(starts[1:]), table)))
	bodies := make([][]byte, count-1)
	for n := 1; n < count; n++ {
		next, _ := slices.BinarySearch(sorted, starts[n]+1)
		body, ok := bytes.CutPrefix(file[starts[n]:sorted[next]], fmt.Appendf(nil, "%d 0 obj\n", n))
		body, closed := bytes.CutSuffix(body, []byte("endobj\n"))
		if !ok || !closed {
			return nil, fmt.Errorf("archive: object %d is not where the table says", n)
		}
		bodies[n-1] = body
	}
	return bodies, nil
}

// read finds the objects that change.
func (a *archiver) read() error {
	for i, body := range a.bodies {
		switch n := i + 1; {
		case bytes.HasPrefix(body, []byte("<</Type /Page\n")):
			a.pages = append(a.pages, n)
		case bytes.Contains(body, []byte("/Type /Catalog\n")):
			a.catalog = n
		case bytes.Contains(body, []byte("\n/Producer ")):
			a.info = n
		default:
			if m := unicodeOf().FindSubmatch(body); m != nil {
				stream, _ := strconv.Atoi(string(m[1]))
				a.unicode = append(a.unicode, stream)
			}
		}
	}
	if a.catalog == 0 || a.info == 0 || len(a.pages) == 0 || len(a.unicode) == 0 {
		return fmt.Errorf("archive: catalog %d, properties %d, %d pages, %d fonts found", a.catalog, a.info, len(a.pages), len(a.unicode))
	}
	return nil
}

// attached is where the library lists the files that a file carries; it knows nothing of what they are for.
var attached = lazy.Regexp(`/EmbeddedFiles <<[^<>]*>>`)

// attach adds an invoice's data, and says that they are the same invoice told otherwise.
func (a *archiver) attach(p Paper) {
	sum := md5.Sum(p.Data) // what the format wants: nothing leans on it
	held := len(a.bodies) + 1
	named := held + 1
	a.bodies = append(a.bodies,
		stream(p.Data, fmt.Sprintf("/Type /EmbeddedFile /Subtype /text#2Fxml /Params <</Size %d /ModDate (D:%s) /CheckSum <%x>>> ", len(p.Data), p.Made.UTC().Format("20060102150405Z"), sum)),
		fmt.Appendf(nil, "<</Type /Filespec /F (%s) /UF (%s) /Desc %s /AFRelationship /Alternative /EF <</F %d 0 R /UF %d 0 R>>>>\n", facturx.Name, facturx.Name, pdfText("La facture, lisible par un programme (Factur-X)"), held, held))
	catalog := &a.bodies[a.catalog-1]
	*catalog = attached().ReplaceAll(*catalog, fmt.Appendf(nil, "/EmbeddedFiles <</Names [(%s) %d 0 R]>>", facturx.Name, named))
	a.insert(a.catalog, fmt.Sprintf("/AF [%d 0 R]", named))
}

// insert adds entries at the head of a dictionary.
func (a *archiver) insert(n int, entries string) {
	a.bodies[n-1] = bytes.Replace(a.bodies[n-1], []byte("<<"), []byte("<<"+entries+"\n"), 1)
}

// structure adds the tree: its root, the table from each page's marks to their elements, then the elements.
func (a *archiver) structure(tags *tagger) {
	root := len(a.bodies) + 1
	numbers := map[*element]int{}
	var order []*element
	var number func(e *element)
	number = func(e *element) {
		numbers[e] = root + 2 + len(order)
		order = append(order, e)
		for _, kid := range e.kids {
			if e, ok := kid.(*element); ok {
				number(e)
			}
		}
	}
	number(tags.root)
	a.bodies = append(a.bodies,
		fmt.Appendf(nil, "<</Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d>>\n", root+2, root+1, len(a.pages)),
		a.parents(tags, numbers))
	parent := map[*element]int{tags.root: root}
	for _, e := range order {
		for _, kid := range e.kids {
			if e2, ok := kid.(*element); ok {
				parent[e2] = numbers[e]
			}
		}
		a.bodies = append(a.bodies, a.element(e, parent[e], numbers))
	}
	for i, page := range a.pages {
		a.insert(page, fmt.Sprintf("/StructParents %d /Tabs /S", i))
	}
}

func (a *archiver) parents(tags *tagger, numbers map[*element]int) []byte {
	var b bytes.Buffer
	b.WriteString("<</Nums [")
	for page, marks := range tags.pages {
		fmt.Fprintf(&b, "%d [", page)
		for _, e := range marks {
			fmt.Fprintf(&b, "%d 0 R ", numbers[e])
		}
		b.WriteString("] ")
	}
	b.WriteString("]>>\n")
	return b.Bytes()
}

func (a *archiver) element(e *element, parent int, numbers map[*element]int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<</S /%s /P %d 0 R%s", e.role, parent, e.attr)
	page := 0
	if len(e.kids) == 0 {
		b.WriteString(">>\n")
		return b.Bytes()
	}
	b.WriteString("/K [")
	for _, kid := range e.kids {
		switch k := kid.(type) {
		case *element:
			fmt.Fprintf(&b, "%d 0 R ", numbers[k])
		case mark:
			if page == 0 {
				page = k.page
			}
			if k.page == page {
				fmt.Fprintf(&b, "%d ", k.id)
			} else {
				fmt.Fprintf(&b, "<</Type /MCR /Pg %d 0 R /MCID %d>> ", a.pages[k.page-1], k.id)
			}
		}
	}
	b.WriteString("]")
	if page > 0 {
		fmt.Fprintf(&b, "/Pg %d 0 R", a.pages[page-1])
	}
	b.WriteString(">>\n")
	return b.Bytes()
}

// file writes the objects: those with a stream as they are, the others together in one compressed stream, which halves
// a paper; then where each one is, and the identifier, drawn from what the file says.
func (a *archiver) file() []byte {
	var b bytes.Buffer
	b.WriteString("%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
	packed := len(a.bodies) + 1 // the number of the stream of the others
	table := packed + 1
	places := make([]place, table+1)
	places[0] = place{kind: 0, index: 65535}
	var index, others bytes.Buffer
	count := 0
	for i, body := range a.bodies {
		if bytes.Contains(body, []byte("\nstream\n")) {
			places[i+1] = place{1, b.Len(), 0}
			fmt.Fprintf(&b, "%d 0 obj\n%sendobj\n", i+1, compressed(body))
			continue
		}
		places[i+1] = place{2, packed, count}
		fmt.Fprintf(&index, "%d %d ", i+1, others.Len())
		others.Write(body)
		count++
	}
	places[packed] = place{1, b.Len(), 0}
	first := index.Len()
	fmt.Fprintf(&b, "%d 0 obj\n%sendobj\n", packed, stream(append(index.Bytes(), others.Bytes()...), fmt.Sprintf("/Type /ObjStm /N %d /First %d ", count, first)))
	places[table] = place{1, b.Len(), 0}
	sum := sha256.Sum256(b.Bytes())
	id, start := hex.EncodeToString(sum[:16]), b.Len()
	entries := fmt.Sprintf("/Type /XRef /Size %d /W [1 3 2] /Root %d 0 R /Info %d 0 R /ID [<%s> <%s>] ", table+1, a.catalog, a.info, id, id)
	fmt.Fprintf(&b, "%d 0 obj\n%sendobj\nstartxref\n%d\n%%%%EOF\n", table, stream(tableOf(places), entries), start)
	return b.Bytes()
}

// place is where an object is: at an offset of the file (1), or in a stream of objects at an index (2); 0 is none.
type place struct{ kind, at, index int }

func tableOf(places []place) []byte {
	var b []byte
	for _, p := range places {
		b = append(b, byte(p.kind), byte(p.at>>16), byte(p.at>>8), byte(p.at), byte(p.index>>8), byte(p.index))
	}
	return b
}

// compressed compresses a page. The library's other streams come compressed, for speed: its fonts would lose a fiftieth of a paper more, for
// a seventh of its time.
func compressed(body []byte) []byte {
	if m := plainStream().FindSubmatchIndex(body); m != nil {
		if content, ok := bytes.CutSuffix(body[m[1]:], []byte("\nendstream\n")); ok {
			return stream(content, "")
		}
	}
	return body
}

// plainStream is a stream as the library draws it: a page.
var plainStream = lazy.Regexp(`^<</Length \d+>>\nstream\n`)

// deflaters are kept from one stream to the next, and from one paper to the next: each holds more than a megabyte.
var deflaters = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

// stream is an object's body: its content compressed, under the entries of its dictionary.
func stream(content []byte, entries string) []byte {
	var packed bytes.Buffer
	z := deflaters.Get().(*zlib.Writer)
	defer deflaters.Put(z)
	z.Reset(&packed)
	_, _ = z.Write(content) // a buffer takes everything
	_ = z.Close()
	return fmt.Appendf(nil, "<<%s/Filter /FlateDecode /Length %d>>\nstream\n%s\nendstream\n", entries, packed.Len(), packed.Bytes())
}

// toUnicode says which character each code of the fonts stands for: the library uses code points as codes.
func toUnicode(runes []rune) []byte {
	const most = 100 // entries a block may have
	var b bytes.Buffer
	b.WriteString("/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n" +
		"/CIDSystemInfo <</Registry (Adobe) /Ordering (UCS) /Supplement 0>> def\n/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n" +
		"1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n")
	for some := range slices.Chunk(runes, most) {
		fmt.Fprintf(&b, "%d beginbfchar\n", len(some))
		for _, r := range some {
			fmt.Fprintf(&b, "<%04X> <%04X>\n", r, r)
		}
		b.WriteString("endbfchar\n")
	}
	b.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n")
	return b.Bytes()
}

// pdfText writes a text as a string of the file: UTF-16, in hexadecimal.
func pdfText(s string) string {
	var b strings.Builder
	b.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		fmt.Fprintf(&b, "%04X", unit)
	}
	return b.String() + ">"
}

// claims is the XMP packet: the file's properties, and the two standards that it keeps.
func claims(p Paper) []byte {
	text := func(s string) string {
		var b strings.Builder
		_ = xml.EscapeText(&b, []byte(drawable(s)))
		return b.String()
	}
	made := p.Made.UTC().Format("2006-01-02T15:04:05Z")
	part, own, schema := 2, "", ""
	if len(p.Data) > 0 {
		part, own, schema = 3, fmt.Sprintf(facturxClaim, facturx.Name, facturx.Profile), facturxSchema
	}
	return fmt.Appendf(nil, xmpPacket, text(fileTitle(p)), text(p.Author), text(p.Subject), made, made, part, own, schema)
}

// facturxClaim says what the attachment is, in properties that facturxSchema declares: PDF/A wants both.
const (
	facturxClaim = `<rdf:Description rdf:about="" xmlns:fx="urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#"><fx:DocumentType>INVOICE</fx:DocumentType><fx:DocumentFileName>%s</fx:DocumentFileName><fx:Version>1.0</fx:Version><fx:ConformanceLevel>%s</fx:ConformanceLevel></rdf:Description>
`
	facturxSchema = `<rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>Factur-X PDFA Extension Schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>urn:factur-x:pdfa:CrossIndustryDocument:invoice:1p0#</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>fx</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>DocumentFileName</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>Name of the embedded XML invoice file</pdfaProperty:description></rdf:li>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>DocumentType</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>INVOICE</pdfaProperty:description></rdf:li>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>Version</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>Version of the embedded XML</pdfaProperty:description></rdf:li>
<rdf:li rdf:parseType="Resource"><pdfaProperty:name>ConformanceLevel</pdfaProperty:name><pdfaProperty:valueType>Text</pdfaProperty:valueType><pdfaProperty:category>external</pdfaProperty:category><pdfaProperty:description>Profile of the embedded XML</pdfaProperty:description></rdf:li>
</rdf:Seq></pdfaSchema:property>
</rdf:li>
`
)

const xmpPacket = `<?xpacket begin="` + "\ufeff" + `" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/">
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">
<dc:format>application/pdf</dc:format>
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>%s</rdf:li></rdf:Seq></dc:creator>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%s</rdf:li></rdf:Alt></dc:description>
<dc:language><rdf:Bag><rdf:li>fr-FR</rdf:li></rdf:Bag></dc:language>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<xmp:CreatorTool>Écharpe</xmp:CreatorTool>
<xmp:CreateDate>%s</xmp:CreateDate>
<xmp:ModifyDate>%s</xmp:ModifyDate>
</rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/"><pdfaid:part>%d</pdfaid:part><pdfaid:conformance>A</pdfaid:conformance></rdf:Description>
<rdf:Description rdf:about="" xmlns:pdfuaid="http://www.aiim.org/pdfua/ns/id/"><pdfuaid:part>1</pdfuaid:part></rdf:Description>
%s<rdf:Description rdf:about="" xmlns:pdfaExtension="http://www.aiim.org/pdfa/ns/extension/" xmlns:pdfaSchema="http://www.aiim.org/pdfa/ns/schema#" xmlns:pdfaProperty="http://www.aiim.org/pdfa/ns/property#">
<pdfaExtension:schemas><rdf:Bag><rdf:li rdf:parseType="Resource">
<pdfaSchema:schema>PDF/UA identification schema</pdfaSchema:schema>
<pdfaSchema:namespaceURI>http://www.aiim.org/pdfua/ns/id/</pdfaSchema:namespaceURI>
<pdfaSchema:prefix>pdfuaid</pdfaSchema:prefix>
<pdfaSchema:property><rdf:Seq><rdf:li rdf:parseType="Resource">
<pdfaProperty:name>part</pdfaProperty:name>
<pdfaProperty:valueType>Integer</pdfaProperty:valueType>
<pdfaProperty:category>internal</pdfaProperty:category>
<pdfaProperty:description>Part of PDF/UA that the file keeps</pdfaProperty:description>
</rdf:li></rdf:Seq></pdfaSchema:property>
</rdf:li>
%s</rdf:Bag></pdfaExtension:schemas>
</rdf:Description>
</rdf:RDF>
</x:xmpmeta>
<?xpacket end="w"?>`
