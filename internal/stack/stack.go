// Package stack reads template.yaml: the local stack and the tests take the table and the routes from it, so that what
// runs here is what is deployed; and the tests of this package assert what no linter sees in it.
package stack

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path"
	"slices"
	"strings"

	"gopkg.in/yaml.v3"
)

// Template is a CloudFormation template with its intrinsic functions in their long form: !Ref Table is
// map[string]any{"Ref": "Table"}, !GetAtt Table.Arn is map[string]any{"Fn::GetAtt": "Table.Arn"}.
type Template struct {
	Parameters map[string]Parameter
	Resources  map[string]Resource
	Outputs    map[string]any
	Globals    map[string]any
}

// Parameter of a template.
type Parameter struct {
	Type, Description string
	Default           any // nil when the deployer must give a value
}

// Resource of a template.
type Resource struct {
	Type       string
	Properties map[string]any
	Attributes map[string]any // DeletionPolicy, DependsOn, Condition, Metadata…
}

// Load reads a template file.
func Load(file string) (*Template, error) {
	raw, err := os.ReadFile(file)
	if err != nil {
		return nil, fmt.Errorf("read the template: %w", err)
	}
	t, err := Parse(raw)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", file, err)
	}
	return t, nil
}

// Parse reads a template.
func Parse(raw []byte) (*Template, error) {
	doc, err := Document(raw)
	if err != nil {
		return nil, err
	}
	t := &Template{Parameters: map[string]Parameter{}, Resources: map[string]Resource{}, Outputs: Map(doc["Outputs"]), Globals: Map(doc["Globals"])}
	for name, v := range Map(doc["Parameters"]) {
		p := Map(v)
		t.Parameters[name] = Parameter{Type: Text(p["Type"]), Description: Text(p["Description"]), Default: p["Default"]}
	}
	for name, v := range Map(doc["Resources"]) {
		r := Map(v)
		t.Resources[name] = Resource{Type: Text(r["Type"]), Properties: Map(r["Properties"]), Attributes: r}
	}
	return t, nil
}

// Document reads any mapping in YAML.
func Document(raw []byte) (map[string]any, error) {
	var root yaml.Node
	if err := yaml.Unmarshal(raw, &root); err != nil {
		return nil, fmt.Errorf("parse the template: %w", err)
	}
	if len(root.Content) == 0 {
		return nil, errors.New("the template is empty")
	}
	doc, ok := plain(root.Content[0]).(map[string]any)
	if !ok {
		return nil, errors.New("the template is not a mapping")
	}
	return doc, nil
}

// plain turns a node into maps, slices and scalars, tags into long-form intrinsic functions.
func plain(n *yaml.Node) any {
	var v any
	switch n.Kind {
	case yaml.AliasNode:
		return plain(n.Alias)
	case yaml.MappingNode:
		m := make(map[string]any, len(n.Content)/2)
		for i := 0; i+1 < len(n.Content); i += 2 {
			m[n.Content[i].Value] = plain(n.Content[i+1])
		}
		v = m
	case yaml.SequenceNode:
		s := make([]any, 0, len(n.Content))
		for _, c := range n.Content {
			s = append(s, plain(c))
		}
		v = s
	default:
		v = scalar(n)
	}
	switch tag := n.Tag; {
	case !strings.HasPrefix(tag, "!") || strings.HasPrefix(tag, "!!"):
		return v
	case tag == "!Ref" || tag == "!Condition":
		return map[string]any{tag[1:]: v}
	default:
		return map[string]any{"Fn::" + tag[1:]: v}
	}
}

func scalar(n *yaml.Node) any {
	if strings.HasPrefix(n.Tag, "!") && !strings.HasPrefix(n.Tag, "!!") {
		return n.Value
	}
	var v any
	if err := n.Decode(&v); err != nil {
		return n.Value
	}
	return v
}

// Map is v as a mapping, nil when it is not one.
func Map(v any) map[string]any { m, _ := v.(map[string]any); return m }

// Text is v as a string, "" when it is not one.
func Text(v any) string { s, _ := v.(string); return s }

// List is v as a list; a single value is a list of one, nil is empty.
func List(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	default:
		return []any{v}
	}
}

// OfType gives the names of the resources of a type, sorted.
func (t *Template) OfType(kind string) []string {
	var names []string
	for name, r := range t.Resources {
		if r.Type == kind {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

// Function is a Lambda function of the template.
type Function struct {
	Name        string // of the resource
	Folder      string // under functions/, such as "api"
	Environment map[string]any
	MemoryMB    int
}

// Functions gives the functions by folder, with the environment that Globals and the function itself declare.
func (t *Template) Functions() map[string]Function {
	globals := Map(t.Globals["Function"])
	functions := map[string]Function{}
	for _, name := range t.OfType("AWS::Serverless::Function") {
		p := t.Resources[name].Properties
		env := maps.Clone(variables(globals))
		maps.Copy(env, variables(p))
		memory, ok := p["MemorySize"].(int)
		if !ok {
			memory, _ = globals["MemorySize"].(int)
		}
		f := Function{Name: name, Folder: path.Base(Text(p["CodeUri"])), Environment: env, MemoryMB: memory}
		functions[f.Folder] = f
	}
	return functions
}

func variables(function map[string]any) map[string]any {
	if v := Map(Map(function["Environment"])["Variables"]); v != nil {
		return v
	}
	return map[string]any{}
}

// Route is a route of the HTTP API.
type Route struct {
	Key    string // "GET /api/x/{id}", or "$default"
	Folder string // of the function that answers
	// Authorized tells whether a JWT authorizer stands before it.
	Authorized bool
}

// Routes gives the routes of the HTTP API, sorted by key.
func (t *Template) Routes() ([]Route, error) {
	folders := map[string]string{}
	for _, f := range t.Functions() {
		folders[f.Name] = f.Folder
	}
	var routes []Route
	for _, name := range t.OfType("AWS::ApiGatewayV2::Route") {
		p := t.Resources[name].Properties
		integration := strings.Trim(strings.TrimPrefix(Text(Map(p["Target"])["Fn::Sub"]), "integrations/"), "${}")
		uri := Text(Map(t.Resources[integration].Properties["IntegrationUri"])["Ref"])
		folder, ok := folders[strings.TrimSuffix(uri, ".Alias")]
		if !ok {
			return nil, fmt.Errorf("route %s: its target is not a function of the template", name)
		}
		routes = append(routes, Route{Key: Text(p["RouteKey"]), Folder: folder, Authorized: Text(p["AuthorizationType"]) == "JWT"})
	}
	slices.SortFunc(routes, func(a, b Route) int { return strings.Compare(a.Key, b.Key) })
	return routes, nil
}

// Table is a DynamoDB table as the template declares it.
type Table struct {
	Attributes map[string]string // name → S, N or B
	Key        Key
	Indexes    []Index
	TTL        string // attribute, "" when none
	StreamView string // "" when no stream
}

// Key of a table or index; Range may be "".
type Key struct{ Hash, Range string }

// Index is a global secondary index.
type Index struct {
	Name       string
	Key        Key
	Projection string   // ALL, KEYS_ONLY or INCLUDE
	NonKey     []string // with INCLUDE
}

// Table gives the only table of the template.
func (t *Template) Table() (Table, error) {
	names := t.OfType("AWS::DynamoDB::Table")
	if len(names) != 1 {
		return Table{}, fmt.Errorf("the template has %d tables, want one", len(names))
	}
	p := t.Resources[names[0]].Properties
	table := Table{
		Attributes: map[string]string{},
		Key:        key(p["KeySchema"]),
		TTL:        Text(Map(p["TimeToLiveSpecification"])["AttributeName"]),
		StreamView: Text(Map(p["StreamSpecification"])["StreamViewType"]),
	}
	for _, a := range List(p["AttributeDefinitions"]) {
		table.Attributes[Text(Map(a)["AttributeName"])] = Text(Map(a)["AttributeType"])
	}
	for _, v := range List(p["GlobalSecondaryIndexes"]) {
		projection := Map(Map(v)["Projection"])
		index := Index{Name: Text(Map(v)["IndexName"]), Key: key(Map(v)["KeySchema"]), Projection: Text(projection["ProjectionType"])}
		for _, a := range List(projection["NonKeyAttributes"]) {
			index.NonKey = append(index.NonKey, Text(a))
		}
		table.Indexes = append(table.Indexes, index)
	}
	return table, nil
}

func key(schema any) (k Key) {
	for _, v := range List(schema) {
		if Text(Map(v)["KeyType"]) == "HASH" {
			k.Hash = Text(Map(v)["AttributeName"])
		} else {
			k.Range = Text(Map(v)["AttributeName"])
		}
	}
	return k
}
