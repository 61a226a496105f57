package mail_test

import (
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

var rawDir = flag.String("eml", "", "also write every mail as it leaves into this folder, for checkers")

var update = flag.Bool("update", false, "write the golden files")

func content(t testing.TB) *guide.Guide {
	t.Helper()
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func render(t testing.TB, s mail.Sample) mail.Message {
	t.Helper()
	m, err := mail.Render(s.Kind, s.Data)
	if err != nil {
		t.Fatalf("%s: %v", s.Name, err)
	}
	return m
}

func TestEveryMailIsAsItsGoldenFile(t *testing.T) {
	written := map[string]bool{}
	for _, s := range mail.Samples(content(t)) {
		t.Run(s.Name, func(t *testing.T) {
			m := render(t, s)
			if *rawDir != "" {
				writeRaw(t, s.Name, m)
			}
			head := "Subject: " + m.Subject + "\nPreview: " + m.Preview + "\nTo: " + m.To[0].String() + "\n"
			if len(m.Cc) > 0 {
				head += "Cc: " + m.Cc[0].String() + "\n"
			}
			for _, h := range m.Headers {
				head += h.Name + ": " + h.Value + "\n"
			}
			for _, a := range m.Attachments {
				head += "Attachment: " + a.Name + "\n"
			}
			written[s.Name+".txt"], written[s.Name+".html"] = true, true
			golden(t, s.Name+".txt", head+"\n"+m.Text)
			golden(t, s.Name+".html", inlineStyle.ReplaceAllString(m.HTML, "")) // TestTheStylesThatMatterAreInlined looks at these
		})
	}
	files, err := filepath.Glob("testdata/*.golden")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		name := filepath.Base(f[:len(f)-len(".golden")])
		if !written[name] && *update {
			_ = os.Remove(f)
		} else if !written[name] {
			t.Errorf("%s belongs to no sample", f)
		}
	}
}

// inlineStyle is a style that was inlined from the sheet: the layout's own are written without spaces.
var inlineStyle = regexp.MustCompile(` style="[^"]*: [^"]*"`)

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name+".golden")
	if *update {
		if err := os.MkdirAll("testdata", 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to write it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-golden +now); if that is wanted, run with -update:\n%s", path, diff)
	}
}

func writeRaw(t *testing.T, name string, m mail.Message) {
	t.Helper()
	raw, err := m.Raw()
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(*rawDir, name+".eml"), raw, 0o644); err != nil {
		t.Fatal(err)
	}
}
