package lambdatest_test

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/echarpe/echarpe/internal/stack"
)

// guard stands between the functions and the table, and fails the test when a function asks for something that its role
// in template.yaml does not allow: DynamoDB Local allows everything, AWS does not.
type guard struct {
	*httptest.Server
	t        *testing.T
	template *stack.Template

	mu     sync.Mutex
	folder string // of the function that runs
}

func newGuard(t *testing.T, table string) *guard {
	t.Helper()
	target, err := url.Parse(table)
	if err != nil {
		t.Fatal(err)
	}
	template, err := stack.Load(root + "/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g := &guard{t: t, template: template}
	forward := httputil.NewSingleHostReverseProxy(target)
	g.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		g.check(r.Header.Get("X-Amz-Target"), body)
		r.Body = io.NopCloser(bytes.NewReader(body))
		r.Host = target.Host
		forward.ServeHTTP(w, r)
	}))
	t.Cleanup(g.Close)
	return g
}

// watch says whose calls come next.
func (g *guard) watch(folder string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.folder = folder
}

func (g *guard) check(target string, body []byte) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.folder == "" {
		return
	}
	for _, call := range callsOf(target, body) {
		if !slices.Contains(g.allowed(), call) {
			g.t.Errorf("functions/%s calls %s: its role in template.yaml does not allow it", g.folder, call)
		}
	}
}

// callsOf names what IAM checks: the action, and the index when there is one.
func callsOf(target string, body []byte) (calls []string) {
	_, action, _ := strings.Cut(target, ".")
	var request struct {
		IndexName     string
		TransactItems []map[string]json.RawMessage
	}
	_ = json.Unmarshal(body, &request)
	for _, item := range request.TransactItems {
		for kind := range item {
			name := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem", "Get": "GetItem"}[kind]
			calls = append(calls, "dynamodb:"+name)
		}
	}
	if len(request.TransactItems) > 0 {
		return calls
	}
	call := "dynamodb:" + action
	if request.IndexName != "" {
		call += " on " + request.IndexName
	}
	return []string{call}
}

func (g *guard) allowed() (calls []string) {
	role := strings.ToUpper(g.folder[:1]) + g.folder[1:] + "Role"
	for _, policy := range stack.List(g.template.Resources[role].Properties["Policies"]) {
		for _, s := range stack.List(stack.Map(stack.Map(policy)["PolicyDocument"])["Statement"]) {
			for _, action := range stack.List(stack.Map(s)["Action"]) {
				for _, resource := range stack.List(stack.Map(s)["Resource"]) {
					call := stack.Text(action)
					if _, index, ok := strings.Cut(stack.Text(stack.Map(resource)["Fn::Sub"]), "/index/"); ok {
						call += " on " + index
					}
					calls = append(calls, call)
				}
			}
		}
	}
	return calls
}

func TestTheGuardKnowsWhatARoleDoesNotAllow(t *testing.T) {
	template, err := stack.Load(root + "/template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	g := &guard{template: template, folder: "documents"}
	seats := []byte(`{"TransactItems":[{"Put":{}},{"Delete":{}},{"ConditionCheck":{}}]}`)
	for _, call := range callsOf("DynamoDB_20120810.TransactWriteItems", seats) {
		if slices.Contains(g.allowed(), call) {
			t.Errorf("functions/documents may %s", call)
		}
	}
	due := callsOf("DynamoDB_20120810.Query", []byte(`{"IndexName":"filesByDue"}`))
	if len(due) != 1 || slices.Contains(g.allowed(), due[0]) || !slices.Contains(g.allowed(), "dynamodb:Query") {
		t.Errorf("%v against %v", due, g.allowed())
	}
}
