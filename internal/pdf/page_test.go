package pdf

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// poppler runs one of poppler's tools on a file made of a document.
func poppler(t *testing.T, d *Document, tool string, args ...string) []byte {
	t.Helper()
	if _, err := exec.LookPath(tool); err != nil {
		t.Skipf("%s is not installed: apt-get install poppler-utils", tool)
	}
	var f File
	catalog, info := f.Next(), f.Next()
	tree, _ := d.Write(&f, func(int) string { return "" })
	f.Put(catalog, []byte("<</Type /Catalog /Pages "+strconv.Itoa(tree)+" 0 R>>"))
	f.Put(info, []byte("<<>>"))
	path := filepath.Join(t.TempDir(), "file.pdf")
	if err := os.WriteFile(path, f.Close(catalog, info), 0o600); err != nil {
		t.Fatal(err)
	}
	var complaints bytes.Buffer
	args[slices.Index(args, "FILE")] = path
	command := exec.Command(tool, args...)
	command.Stderr = &complaints
	out, err := command.Output()
	if err != nil || complaints.Len() > 0 {
		t.Fatalf("%s: %v %s", tool, err, &complaints)
	}
	return out
}

// TestEveryCodeIsReadBack writes so many characters that codes hold each byte that the format reads otherwise in a string.
func TestEveryCodeIsReadBack(t *testing.T) {
	raw, err := os.ReadFile("../document/fonts/LiberationSans-Regular.ttf")
	if err != nil {
		t.Fatal(err)
	}
	font, err := ParseFont("LiberationSans", raw)
	if err != nil {
		t.Fatal(err)
	}
	var d Document
	face := d.Face(font)
	page := d.Add()
	var lines []string
	for first := rune('!'); first < 0x240; first += 16 {
		var line strings.Builder
		for r := first; r < first+16; r++ {
			if r < 0x7f || r > 0xa0 && r != 0xad {
				line.WriteRune(r)
			}
		}
		lines = append(lines, line.String())
		page.Text(face, 11, 20, 20+float64(len(lines))*5, Colour{}, line.String())
	}
	if len(face.runes) < 0x10d { // a code whose second byte is a bare return, again, under another first one
		t.Fatalf("%d characters only", len(face.runes))
	}
	if got := strings.Fields(string(poppler(t, &d, "pdftotext", "-layout", "-enc", "UTF-8", "FILE", "-"))); strings.Join(got, "") != strings.Join(lines, "") {
		t.Errorf("read back: %q", got)
	}
}

func TestColoursComeBackAfterAnother(t *testing.T) {
	var d Document
	page := d.Add()
	red, blue := Colour{255, 0, 0}, Colour{0, 0, 255}
	for i, c := range []Colour{red, blue, red} {
		page.Fill(float64(10+60*i), 10, 40, 40, c)
	}
	picture := image.NewRGBA(image.Rect(0, 0, 4, 2))
	for i := range 4 {
		picture.Set(i, 0, color.RGBA{0, 255, 0, 255})
		picture.Set(i, 1, color.RGBA{255, 255, 0, 255})
	}
	made, err := NewImage(picture)
	if err != nil {
		t.Fatal(err)
	}
	page.Picture(d.Picture(made), 10, 100, 40, 20)
	d.Add().Line(10, 10, 100, 10, blue, 4)
	shot := poppler(t, &d, "pdftoppm", "-r", "25.4", "-l", "1", "FILE") // a pixel a millimetre
	var wide, high int
	if _, err := fmt.Sscanf(string(shot), "P6\n%d %d\n255\n", &wide, &high); err != nil {
		t.Fatal(err)
	}
	at := func(x, y int) Colour {
		i := len(shot) - 3*wide*high + 3*(y*wide+x)
		return Colour{int(shot[i]), int(shot[i+1]), int(shot[i+2])}
	}
	for name, c := range map[string]struct {
		x, y int
		want Colour
	}{
		"first": {30, 30, red}, "second": {90, 30, blue}, "third": {150, 30, red}, "beside": {55, 30, Colour{255, 255, 255}},
		"picture, top": {30, 103, Colour{0, 255, 0}}, "picture, bottom": {30, 117, Colour{255, 255, 0}},
	} {
		if got := at(c.x, c.y); got != c.want {
			t.Errorf("%s: %v, not %v", name, got, c.want)
		}
	}
}
