// Package archtest fails the build when an arrow of the house turns.
package archtest_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

const module = "github.com/echarpe/echarpe/"

// may says which packages of the house each package imports at most. A package that is not listed fails: decide where it stands.
var may = map[string][]string{
	"internal/plain":      {},
	"internal/lazy":       {},
	"internal/enrolment":  {"internal/lazy", "internal/plain"},
	"internal/phone":      {"internal/plain"},
	"internal/link":       {},
	"internal/logging":    {},
	"internal/config":     {},
	"internal/lambdahttp": {},
	"internal/metrics":    {"internal/enrolment"},
	"internal/stack":      {},
	"internal/guide":      {"internal/enrolment", "internal/lazy"},
	"internal/booking":    {"internal/enrolment"},
	"internal/document":   {"internal/enrolment", "internal/facturx", "internal/guide", "internal/lazy", "internal/plain"},
	"internal/facturx":    {"internal/enrolment", "internal/guide", "internal/lazy"},
	"internal/mail":       {"internal/enrolment", "internal/guide", "internal/lazy", "internal/phone"},
	"internal/reminder":   {"internal/enrolment", "internal/guide", "internal/lazy", "internal/mail"},
	"internal/pace":       {"internal/enrolment"},
	"internal/feedback":   {"internal/enrolment", "internal/mail"},
	"internal/catalogue":  {"internal/document", "internal/enrolment", "internal/guide", "internal/lazy", "internal/plain", "internal/spread", "internal/words"},
	"internal/spread":     {"internal/enrolment", "internal/guide"},
	"internal/abuse":      {"internal/enrolment"},
	"internal/challenge":  {"internal/enrolment"},
	"internal/awshttp":    {},
	"internal/dynamo":     {"internal/awshttp", "internal/enrolment", "internal/words"},
	"internal/words":      {"internal/enrolment"},
	"internal/ses":        {"internal/awshttp", "internal/enrolment", "internal/mail"},
	"internal/scan":       {"internal/enrolment"},
	"internal/web":        {"internal/enrolment", "internal/lazy"},
	"internal/httpapi":    {"internal/booking", "internal/enrolment", "internal/guide", "internal/lazy", "internal/link", "internal/phone", "internal/web"},
	"internal/duty":       {"internal/enrolment", "internal/guide"},
	"internal/report":     {"internal/enrolment", "internal/guide"},
	"internal/staff":      {"internal/enrolment"},
	"internal/staffapi":   {"internal/booking", "internal/catalogue", "internal/duty", "internal/enrolment", "internal/guide", "internal/lazy", "internal/link", "internal/phone", "internal/report", "internal/staff", "internal/web", "internal/words"},
}

// joiners put the parts together, or test them: they may import anything of the house but one another's mains.
var joiners = []string{"functions/", "infra/", "internal/wiring", "internal/archtest", "internal/childtest", "internal/dynamotest", "internal/sestest", "internal/s3test", "internal/lambdatest", "internal/contracttest"}

// only says which packages alone may import a foreign module.
var only = map[string][]string{
	"github.com/aws/aws-sdk-go-v2/service/dynamodb":       {"internal/dynamo", "internal/dynamotest", "internal/wiring", "infra/"},
	"github.com/aws/aws-sdk-go-v2/service/s3":             {"internal/scan", "internal/s3test", "infra/"},
	"github.com/aws/aws-sdk-go-v2/service/sesv2":          {"internal/ses", "infra/"},
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager": {"internal/wiring", "infra/"},
}

func TestArrowsOfTheHouse(t *testing.T) {
	for pkg, imports := range packages(t) {
		for _, imp := range imports {
			if fault := judge(pkg, imp); fault != "" {
				t.Errorf("%s imports %s: %s", pkg, imp, fault)
			}
		}
	}
}

func TestEveryPackageHasItsPlace(t *testing.T) {
	for pkg := range packages(t) {
		if _, listed := may[owner(pkg)]; !listed && !joins(pkg) {
			t.Errorf("%s: say in archtest what it may import", pkg)
		}
	}
}

// The bucket's client made the team's function a quarter heavier: internal/scan/handout says how it does without.
func TestTheBucketsClientWeighsOnOneFunction(t *testing.T) {
	for _, function := range []string{"api", "documents", "reminders", "feedback", "staff", "scans"} {
		cmd := exec.Command("go", "list", "-deps", "./functions/"+function)
		cmd.Dir = "../.."
		out, err := cmd.Output()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := strings.Contains(string(out), "aws-sdk-go-v2/service/s3\n"), function == "scans"; got != want {
			t.Errorf("functions/%s has the bucket's client: %v, want %v", function, got, want)
		}
	}
}

func TestATurnedArrowIsSeen(t *testing.T) {
	for name, c := range map[string]struct{ pkg, imp string }{
		"the domain imports an adapter":        {"internal/enrolment", module + "internal/dynamo"},
		"the domain imports a library":         {"internal/enrolment", "github.com/goccy/go-yaml"},
		"an act imports an adapter":            {"internal/booking", module + "internal/dynamo"},
		"an act imports another":               {"internal/booking", module + "internal/reminder"},
		"an adapter imports another":           {"internal/dynamo", module + "internal/ses"},
		"a second user of the DynamoDB SDK":    {"internal/booking", "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"},
		"PDF code on the enrolment's function": {"internal/httpapi", module + "internal/document"},
	} {
		if judge(c.pkg, c.imp) == "" {
			t.Errorf("%s: not seen", name)
		}
	}
}

func judge(pkg, imp string) string {
	for foreign, users := range only {
		if strings.HasPrefix(imp, foreign) && !startsWithAny(pkg, users) {
			return "only " + strings.Join(users, ", ") + " may"
		}
	}
	house, inHouse := strings.CutPrefix(imp, module)
	switch {
	case joins(pkg):
		return ""
	case owner(pkg) == "internal/enrolment" && !inHouse && strings.Contains(strings.Split(imp, "/")[0], "."):
		return "the domain knows the standard library only"
	case inHouse && owner(house) != owner(pkg) && !slices.Contains(may[owner(pkg)], owner(house)):
		return "the arrow goes the other way"
	}
	return ""
}

// owner is the package of the table that a sub-package belongs to.
func owner(pkg string) string {
	parts := strings.Split(pkg, "/")
	return strings.Join(parts[:min(2, len(parts))], "/")
}

func joins(pkg string) bool { return startsWithAny(pkg+"/", joiners) || startsWithAny(pkg, joiners) }

func startsWithAny(s string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(p string) bool { return strings.HasPrefix(s, p) })
}

// packages gives the imports of every package of the house, tests left out: they may use anything real.
func packages(t *testing.T) map[string][]string {
	t.Helper()
	root, err := filepath.Abs("../..")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string][]string{}
	for _, top := range []string{"functions", "infra", "internal"} {
		err := filepath.WalkDir(filepath.Join(root, top), func(path string, d fs.DirEntry, err error) error {
			if err != nil {
				return err
			}
			if d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
				return nil
			}
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			rel, _ := filepath.Rel(root, filepath.Dir(path))
			for _, i := range f.Imports {
				found[rel] = append(found[rel], strings.Trim(i.Path.Value, `"`))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if len(found) < 5 {
		t.Fatalf("only %d packages found under %s", len(found), root)
	}
	return found
}

// A regular expression compiled when the program starts is paid by every cold start of every function that links its package, for a
// check that most of them never make: one over letters of all alphabets took 0.4 ms of the 2 that starting may take (infra/bench/functions).
func TestNoRegularExpressionIsCompiledAtTheStart(t *testing.T) {
	eager := regexp.MustCompile(`(?m)^(var |\t)\w+ *= *regexp\.MustCompile\(`)
	seen := 0
	err := filepath.WalkDir("..", func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		seen++
		for _, line := range eager.FindAllString(string(source), -1) {
			t.Errorf("%s: %s…: by lazy.Regexp", path, strings.TrimSpace(line))
		}
		return nil
	})
	if err != nil || seen < 100 {
		t.Fatalf("%d files, %v", seen, err)
	}
}
