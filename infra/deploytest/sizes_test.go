package deploytest_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// sizes runs infra/tools/sizes.py on a build of the real template and one function of so many bytes.
func sizes(t *testing.T, template string, binary int64) (string, bool) {
	t.Helper()
	build := t.TempDir()
	if err := os.WriteFile(filepath.Join(build, "template.yaml"), []byte(template), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(filepath.Join(build, "ApiFunction"), 0o700); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(build, "ApiFunction", "bootstrap")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Truncate(file, binary); err != nil { // a hole: nothing is written
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), root+"/.tools/venv/bin/python", root+"/infra/tools/sizes.py", build).CombinedOutput()
	return string(out), err == nil
}

// The binaries themselves are weighed by make check and make rehearse, which build them.
func TestTheTemplatesFitWhatAWSTakes(t *testing.T) {
	template := read(root + "/template.yaml")
	if out, fits := sizes(t, template, 20<<20); !fits || !strings.Contains(out, "template, bytes") || !strings.Contains(out, "site, code at CloudFront") || !strings.Contains(out, "ApiFunction, zipped") {
		t.Error(out)
	}
	if out, fits := sizes(t, template, 251<<20); fits || !strings.Contains(out, "ApiFunction, unzipped is more than AWS takes") {
		t.Error(out)
	}
	if out, fits := sizes(t, template+strings.Repeat("# a line more\n", 80_000), 1); fits || !strings.Contains(out, "template, bytes is more") {
		t.Error(out)
	}
}
