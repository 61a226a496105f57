package document

import (
	"bytes"
	"crypto/md5"
	_ "embed"
	"encoding/xml"
	"fmt"
	"strings"
	"sync"

	"github.com/echarpe/echarpe/internal/facturx"
	"github.com/echarpe/echarpe/internal/pdf"
)

// A paper is PDF/UA-1 (a screen reader reads it in order) and PDF/A-2a (it can be archived: it depends on nothing): beside the
// pages, the structure, the claims, the colour space. An invoice is PDF/A-3a instead, which differs from 2a in one thing only: it
// may carry a file, its data for machines. veraPDF checks all of it in `make check`.

// sRGB is the colour space of every paper, from the ICC (color/LICENSE).
//
//go:embed color/sRGB2014.icc
var sRGB []byte

var packedSRGB = sync.OnceValue(func() []byte { return pdf.Deflate(sRGB) })

// archive writes the file of a paper that is drawn.
func archive(doc *pdf.Document, tags *tagger, p Paper) []byte {
	var a archiver
	catalog, info := a.file.Next(), a.file.Next()
	var tree int
	tree, a.pages = doc.Write(&a.file, func(index int) string { return fmt.Sprintf("/StructParents %d /Tabs /S", index) })
	entries := fmt.Sprintf("/Type /Catalog /Pages %d 0 R /Lang (fr-FR) /MarkInfo <</Marked true>> /StructTreeRoot %d 0 R /ViewerPreferences <</DisplayDocTitle true>> /Metadata %d 0 R /OutputIntents [%s]",
		tree, a.structure(tags), a.metadata(p), a.intent())
	if len(p.Data) > 0 {
		entries += a.attachment(p)
	}
	a.file.Put(catalog, []byte("<<"+entries+">>"))
	a.file.Put(info, properties(p))
	return a.file.Close(catalog, info)
}

// archiver writes what a file holds beside its pages, whose numbers it knows.
type archiver struct {
	file  pdf.File
	pages []int
}

func properties(p Paper) []byte {
	text := func(s string) string { return pdf.String(drawable(s)) }
	made := p.Made.UTC().Format("20060102150405Z")
	return fmt.Appendf(nil, "<</Title %s /Subject %s /Author %s /Creator %s /CreationDate (D:%s) /ModDate (D:%s)>>",
		text(fileTitle(p)), text(p.Subject), text(p.Author), text("Écharpe"), made, made)
}

// metadata are not compressed: who looks for them need not read PDF.
func (a *archiver) metadata(p Paper) int {
	n := a.file.Next()
	a.file.Plain(n, "/Type /Metadata /Subtype /XML ", claims(p))
	return n
}

func (a *archiver) intent() string {
	n := a.file.Next()
	a.file.Packed(n, "/N 3 ", packedSRGB())
	return fmt.Sprintf("<</Type /OutputIntent /S /GTS_PDFA1 /OutputConditionIdentifier (sRGB) /Info (sRGB) /DestOutputProfile %d 0 R>>", n)
}

// attachment adds an invoice's data, and says that they are the same invoice told otherwise.
func (a *archiver) attachment(p Paper) string {
	sum := md5.Sum(p.Data) // what the format wants: nothing leans on it
	held, named := a.file.Next(), a.file.Next()
	a.file.Stream(held, fmt.Sprintf("/Type /EmbeddedFile /Subtype /text#2Fxml /Params <</Size %d /ModDate (D:%s) /CheckSum <%x>>> ", len(p.Data), p.Made.UTC().Format("20060102150405Z"), sum), p.Data)
	a.file.Put(named, fmt.Appendf(nil, "<</Type /Filespec /F (%s) /UF (%s) /Desc %s /AFRelationship /Alternative /EF <</F %d 0 R /UF %d 0 R>>>>", facturx.Name, facturx.Name, pdf.String("La facture, lisible par un programme (Factur-X)"), held, held))
	return fmt.Sprintf(" /AF [%d 0 R] /Names <</EmbeddedFiles <</Names [(%s) %d 0 R]>>>>", named, facturx.Name, named)
}

// structure adds the tree and gives the number of its root: the root, the table from each page's marks to their elements, the
// elements.
func (a *archiver) structure(tags *tagger) int {
	root, table := a.file.Next(), a.file.Next()
	numbers := map[*element]int{}
	var number func(e *element)
	number = func(e *element) {
		numbers[e] = a.file.Next()
		for _, kid := range e.kids {
			if e, ok := kid.(*element); ok {
				number(e)
			}
		}
	}
	number(tags.root)
	a.file.Put(root, fmt.Appendf(nil, "<</Type /StructTreeRoot /K %d 0 R /ParentTree %d 0 R /ParentTreeNextKey %d>>", numbers[tags.root], table, len(a.pages)))
	a.file.Put(table, parents(tags, numbers))
	a.elements(tags.root, root, numbers)
	return root
}

func (a *archiver) elements(e *element, parent int, numbers map[*element]int) {
	a.file.Put(numbers[e], a.element(e, parent, numbers))
	for _, kid := range e.kids {
		if kid, ok := kid.(*element); ok {
			a.elements(kid, numbers[e], numbers)
		}
	}
}

func parents(tags *tagger, numbers map[*element]int) []byte {
	var b bytes.Buffer
	b.WriteString("<</Nums [")
	for page, marks := range tags.pages {
		fmt.Fprintf(&b, "%d [", page)
		for _, e := range marks {
			fmt.Fprintf(&b, "%d 0 R ", numbers[e])
		}
		b.WriteString("] ")
	}
	b.WriteString("]>>")
	return b.Bytes()
}

func (a *archiver) element(e *element, parent int, numbers map[*element]int) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "<</S /%s /P %d 0 R%s", e.role, parent, e.attr)
	page := 0
	if len(e.kids) == 0 {
		b.WriteString(">>")
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
	b.WriteString(">>")
	return b.Bytes()
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
