package pdf

import (
	"bytes"
	"compress/zlib"
	"crypto/sha256"
	"fmt"
	"io"
	"slices"
	"sync"
	"unicode/utf16"
)

// File is the objects of a PDF 1.7, by their number. Those with a stream are written as they come; the others stand together in
// one compressed stream, which halves a paper.
type File struct {
	out    bytes.Buffer
	places []place
	index  []byte // of the objects without a stream: number, offset
	others []byte
	inside int
}

// place is where an object is: at an offset of the file (1), or in a stream of objects at an index (2); 0 is none.
type place struct{ kind, at, index int }

const header = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n"

// Next gives the number of an object to come.
func (f *File) Next() int {
	if len(f.places) == 0 {
		f.places = []place{{index: 65535}}
		f.out.WriteString(header)
	}
	f.places = append(f.places, place{})
	return len(f.places) - 1
}

// Put writes an object without a stream.
func (f *File) Put(n int, body []byte) {
	f.places[n] = place{kind: 2, index: f.inside}
	f.index = fmt.Appendf(f.index, "%d %d ", n, len(f.others))
	f.others = append(append(f.others, body...), '\n')
	f.inside++
}

// Stream writes an object with a stream, compressed, under the entries of its dictionary.
func (f *File) Stream(n int, entries string, content []byte) {
	f.Packed(n, entries, Deflate(content))
}

// Packed is [File.Stream] of what [Deflate] gave.
func (f *File) Packed(n int, entries string, packed []byte) {
	f.Plain(n, entries+"/Filter /FlateDecode ", packed)
}

// Plain writes an object with a stream as it is.
func (f *File) Plain(n int, entries string, content []byte) {
	f.places[n] = place{kind: 1, at: f.out.Len()}
	fmt.Fprintf(&f.out, "%d 0 obj\n<<%s/Length %d>>\nstream\n", n, entries, len(content))
	f.out.Write(content)
	f.out.WriteString("\nendstream\nendobj\n")
}

// Close writes what is left, where each object is, and the file's identifier, drawn from what it says; catalog and info are the
// numbers of these objects.
func (f *File) Close(catalog, info int) []byte {
	packed := f.Next()
	for i := range f.places {
		if f.places[i].kind == 2 {
			f.places[i].at = packed
		}
	}
	f.Stream(packed, fmt.Sprintf("/Type /ObjStm /N %d /First %d ", f.inside, len(f.index)), slices.Concat(f.index, f.others))
	table, sum, start := f.Next(), sha256.Sum256(f.out.Bytes()), f.out.Len()
	f.places[table] = place{kind: 1, at: start}
	var rows []byte
	for _, p := range f.places {
		rows = append(rows, byte(p.kind), byte(p.at>>16), byte(p.at>>8), byte(p.at), byte(p.index>>8), byte(p.index))
	}
	f.Stream(table, fmt.Sprintf("/Type /XRef /Size %d /W [1 3 2] /Root %d 0 R /Info %d 0 R /ID [<%x> <%x>] ", table+1, catalog, info, sum[:16], sum[:16]), rows)
	fmt.Fprintf(&f.out, "startxref\n%d\n%%%%EOF\n", start)
	return f.out.Bytes()
}

// A compressor is more than a megabyte: one serves every stream of a process.
var compressors = sync.Pool{New: func() any { return zlib.NewWriter(io.Discard) }}

// Deflate compresses a stream.
func Deflate(content []byte) []byte {
	z := compressors.Get().(*zlib.Writer)
	defer compressors.Put(z)
	var packed bytes.Buffer
	z.Reset(&packed)
	_, _ = z.Write(content) // a buffer takes everything
	_ = z.Close()
	return packed.Bytes()
}

// String writes a text as a string of the file: UTF-16, in hexadecimal.
func String(s string) string {
	b := []byte("<FEFF")
	for _, unit := range utf16.Encode([]rune(s)) {
		b = fmt.Appendf(b, "%04X", unit)
	}
	return string(append(b, '>'))
}
