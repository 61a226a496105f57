package catalogue

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"github.com/echarpe/echarpe/internal/plain"
)

// section is one mapping of the file. Each field is asked for once, by name and type; what was never asked for is an
// unknown field. So the readers are the schema, and there is no other.
type section struct {
	*faultList
	name   string // how messages call it: « session « budget-nantes » »
	path   string // in the file: "sessions.1"
	line   int
	fields map[string]field
	order  []string
	asked  []string
}

type field struct {
	line int
	node ast.Node
}

// parse gives the root mapping of a file. A file that is not YAML has a single fault: nothing after it can be trusted.
func parse(src []byte, faults *faultList) (root *section, ok bool) {
	src = bytes.TrimPrefix(src, []byte("\ufeff")) // Windows editors add it
	if line, ok := firstBadLine(src); !ok {
		faults.add(line, "le fichier n’est pas enregistré en UTF-8 (accents illisibles). Enregistrez-le de nouveau en choisissant l’encodage UTF-8.")
		return nil, false
	}
	file, err := parser.ParseBytes(src, 0, parser.AllowDuplicateMapKey())
	if err != nil {
		faults.add(syntaxLine(err), "le fichier n’est pas du YAML correct : %s. Vérifiez l’alignement et les guillemets autour de cette ligne.", syntaxMessage(err))
		return nil, false
	}
	var bodies []ast.Node
	for _, d := range file.Docs {
		if d.Body != nil && d.Body.Type() != ast.CommentType {
			bodies = append(bodies, d.Body)
		}
	}
	switch len(bodies) {
	case 0:
		faults.add(1, "le fichier est vide : il faut « organisation », « formations » et « sessions ».")
		return nil, false
	case 1:
		return newSection(faults, "le fichier", bodies[0])
	default:
		faults.add(lineOf(bodies[1]), "le fichier contient plusieurs documents (séparés par « --- ») : gardez-en un seul.")
		return nil, false
	}
}

// firstBadLine finds the first line that is not UTF-8; ok is true when there is none.
func firstBadLine(src []byte) (line int, ok bool) {
	for i, text := range bytes.Split(src, []byte("\n")) {
		if !utf8.Valid(text) {
			return i + 1, false
		}
	}
	return 0, true
}

func syntaxLine(err error) int {
	var y yaml.Error
	if errors.As(err, &y) && y.GetToken() != nil && y.GetToken().Position != nil {
		return y.GetToken().Position.Line
	}
	return 1
}

func syntaxMessage(err error) string {
	var y yaml.Error
	if errors.As(err, &y) {
		return y.GetMessage()
	}
	return err.Error()
}

func newSection(faults *faultList, name string, node ast.Node) (*section, bool) {
	s := &section{faultList: faults, name: name, line: lineOf(node), fields: map[string]field{}}
	var values []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		values = n.Values
	case *ast.MappingValueNode:
		values = []*ast.MappingValueNode{n}
	case *ast.AnchorNode, *ast.AliasNode, *ast.TagNode:
		faults.add(s.line, "%s : les ancres (&), les renvois (*) et les étiquettes (!) ne sont pas acceptés, écrivez les champs en entier.", name)
		return nil, false
	default:
		faults.add(s.line, "%s doit être une suite de « nom: valeur ».", name)
		return nil, false
	}
	for _, v := range values {
		s.put(v)
	}
	return s, true
}

func (s *section) put(v *ast.MappingValueNode) {
	line := lineOf(v.Key)
	if v.Key.IsMergeKey() {
		s.add(line, "%s : « << » n’est pas accepté, recopiez les champs.", s.name)
		return
	}
	key := plain.Text(v.Key.GetToken().Value)
	if first, twice := s.fields[key]; twice {
		s.add(line, "%s : « %s » est écrit deux fois (déjà ligne %d). Gardez-en un.", s.name, key, first.line)
		return
	}
	if len(s.fields) == 0 {
		s.line = line
	}
	s.fields[key] = field{line: line, node: v.Value}
	s.order = append(s.order, key)
}

// lineOf is where a node begins.
func lineOf(n ast.Node) int {
	switch n := n.(type) {
	case *ast.MappingNode:
		if len(n.Values) > 0 {
			return lineOf(n.Values[0])
		}
	case *ast.MappingValueNode:
		return lineOf(n.Key)
	}
	if t := n.GetToken(); t != nil && t.Position != nil {
		return t.Position.Line
	}
	return 1
}

// ask looks a field up and remembers that it is known. ok is false when it is absent, empty, or refused for its quotes.
func (s *section) ask(key string) (f field, ok bool) {
	s.asked = append(s.asked, key)
	f, ok = s.fields[key]
	if !ok || f.node == nil || f.node.Type() == ast.NullType {
		return f, false
	}
	if quote, found := pastedQuote(f.node); found {
		s.refuse(key, "est entre guillemets de traitement de texte (%c) : remplacez-les par le guillemet droit du clavier (\"). S’ils font partie du texte, entourez le tout de guillemets droits.", quote)
		return f, false
	}
	return f, true
}

// need is ask for a field that must be there.
func (s *section) need(key string) (f field, ok bool) {
	f, ok = s.ask(key)
	if !ok && !s.refused(key) {
		line := s.line
		if f.line > 0 {
			line = f.line
		}
		s.add(line, "%s : il manque « %s ».", s.name, key)
		s.locate(key, Missing)
	}
	return f, ok
}

// at is the line of a field, or of the section when the field is absent.
func (s *section) at(key string) int {
	if f, ok := s.fields[key]; ok {
		return f.line
	}
	return s.line
}

// has tells whether a field is written, with a value.
func (s *section) has(key string) bool {
	f, ok := s.fields[key]
	return ok && f.node != nil && f.node.Type() != ast.NullType
}

// refuse is a fault of one field.
func (s *section) refuse(key, format string, args ...any) {
	rest := fmt.Sprintf(format, args...)
	s.add(s.at(key), "%s : « %s » %s", s.name, key, rest)
	s.locate(key, rest)
}

// Missing is the Rest of a fault about a field that is absent or empty.
const Missing = "manque"

// locate says of the last fault where it is.
func (s *section) locate(key, rest string) {
	f := &s.faults[len(s.faults)-1]
	f.Path, f.Rest = under(s.path, key), rest
}

func (s *section) locateEmpty(key, raw string) {
	if raw == "" {
		s.locate(key, Missing)
	}
}

func under(path, key string) string {
	if path == "" {
		return key
	}
	return path + "." + key
}

// refused tells whether a field has a fault already: one reason to mend a value is enough.
func (s *section) refused(key string) bool {
	return slices.ContainsFunc(s.faults, func(f Fault) bool {
		return f.Line == s.at(key) && strings.Contains(f.Message, "« "+key+" »")
	})
}

// end reports the fields that nobody asked for.
func (s *section) end() {
	for _, key := range s.order {
		if slices.Contains(s.asked, key) {
			continue
		}
		if near, ok := nearest(key, s.asked); ok {
			s.add(s.at(key), "%s : champ inconnu « %s ». Vouliez-vous dire « %s » ?", s.name, printable(key), near)
			continue
		}
		s.add(s.at(key), "%s : champ inconnu « %s ». Champs possibles : %s.", s.name, printable(key), strings.Join(s.asked, ", "))
	}
}

// text is an optional line of text.
func (s *section) text(key string, limit int) string {
	f, ok := s.ask(key)
	if !ok {
		return ""
	}
	return s.line1(key, f, limit)
}

// needText is a line of text that must be there.
func (s *section) needText(key string, limit int) string {
	f, ok := s.need(key)
	if !ok {
		return ""
	}
	return s.line1(key, f, limit)
}

// line1 reads one line of text and refuses what could forge a line of a mail or of a paper.
func (s *section) line1(key string, f field, limit int) string {
	text, ok := stringOf(f.node)
	if !ok {
		if raw, scalar := scalarOf(f.node); scalar {
			s.refuse(key, "doit être un texte : mettez-le entre guillemets, \"%s\".", printable(raw))
		} else {
			s.refuse(key, "doit être un texte.")
		}
		return ""
	}
	text = strings.Trim(text, " \t\r\n")
	switch {
	case text == "":
		s.refuse(key, "est vide : remplissez-le ou retirez la ligne.")
		s.locate(key, Missing)
	case strings.ContainsFunc(text, forbidden):
		s.refuse(key, "doit tenir sur une ligne, sans caractère de contrôle.")
	case len([]rune(text)) > limit:
		s.refuse(key, "est trop long : %d caractères au plus, il y en a %d.", limit, len([]rune(text)))
	default:
		return visible(text)
	}
	return ""
}

// visible takes out the characters that draw nothing. Spaces that do not break stay: French typography asks for them.
func visible(text string) string {
	return strings.Map(func(r rune) rune {
		if plain.Invisible(r) {
			return -1
		}
		return r
	}, text)
}

// forbidden characters: controls, line breaks, and the marks that turn the direction of what follows.
func forbidden(r rune) bool {
	return unicode.IsControl(r) || r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x2028 || r == 0x2029 || r == unicode.ReplacementChar
}

// lines is a list of lines of text, at least one.
func (s *section) lines(key string, limit int) []string {
	f, ok := s.need(key)
	if !ok {
		return nil
	}
	items, ok := f.node.(*ast.SequenceNode)
	if !ok || len(items.Values) == 0 {
		s.refuse(key, "doit être une liste : une ligne « - \"…\" » par élément.")
		return nil
	}
	var lines []string
	for _, item := range items.Values {
		one := &section{faultList: s.faultList, name: s.name, path: s.path, fields: map[string]field{key: {line: lineOf(item), node: item}}}
		if text := one.needText(key, limit); text != "" {
			lines = append(lines, text)
		}
	}
	return lines
}

// boolean is an optional true or false, false when absent.
func (s *section) boolean(key string) bool {
	f, ok := s.ask(key)
	if !ok {
		return false
	}
	b, ok := f.node.(*ast.BoolNode)
	if !ok {
		s.refuse(key, "doit être true (oui) ou false (non), sans guillemets.")
		return false
	}
	return b.Value
}

// number is a positive decimal number, in hundredths, so that money and hours never go through binary fractions.
func (s *section) number(key, unit string, most int) (hundredths int) {
	f, ok := s.need(key)
	if !ok {
		return 0
	}
	raw, isNumber := numberOf(f.node)
	hundredths, exact := parseHundredths(raw)
	if !isNumber || !exact || hundredths <= 0 || hundredths > most*100 {
		s.refuse(key, "doit être un nombre %s, plus grand que 0, jusqu’à %d, sans guillemets (exemple : 7 ou 7.5).", unit, most)
		return 0
	}
	return hundredths
}

// integer is a whole number from least to most.
func (s *section) integer(key string, least, most int) (n int) {
	f, ok := s.need(key)
	if !ok {
		return 0
	}
	raw, isNumber := numberOf(f.node)
	hundredths, exact := parseHundredths(raw)
	if n = hundredths / 100; !isNumber || !exact || hundredths%100 != 0 || n < least || n > most {
		s.refuse(key, "doit être un nombre entier entre %d et %d, sans guillemets.", least, most)
		return 0
	}
	return n
}

// sections reads a list of mappings. name tells how messages call each, by its rank from 1.
func (s *section) sections(key string, name func(rank int) string) []*section {
	f, ok := s.need(key)
	if !ok {
		return nil
	}
	items, ok := f.node.(*ast.SequenceNode)
	if !ok || len(items.Values) == 0 {
		s.refuse(key, "doit être une liste d’au moins un élément, chacun commencé par un tiret.")
		return nil
	}
	var list []*section
	for i, item := range items.Values {
		if sub, ok := newSection(s.faultList, name(i+1), item); ok {
			sub.path = fmt.Sprintf("%s.%d", under(s.path, key), i+1)
			list = append(list, sub)
		}
	}
	return list
}

// sub reads a mapping inside this one; nil when it is absent or not a mapping.
func (s *section) sub(key, name string) *section {
	f, ok := s.need(key)
	if !ok {
		return nil
	}
	sub, ok := newSection(s.faultList, name, f.node)
	if !ok {
		return nil
	}
	sub.path = under(s.path, key)
	return sub
}

// stringOf gives a node's text when it is a text.
func stringOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.StringNode:
		return n.Value, true
	case *ast.LiteralNode:
		return n.Value.Value, true
	}
	return "", false
}

// numberOf gives a number as it is written.
func numberOf(n ast.Node) (string, bool) {
	switch n := n.(type) {
	case *ast.IntegerNode:
		return n.Token.Value, true
	case *ast.FloatNode:
		return n.Token.Value, true
	}
	return "", false
}

// scalarOf gives a text or a number as it is written: dates such as +45 and SIRET numbers are accepted either way.
func scalarOf(n ast.Node) (string, bool) {
	if s, ok := stringOf(n); ok {
		return strings.TrimSpace(s), true
	}
	if b, ok := n.(*ast.BoolNode); ok {
		return b.Token.Value, true
	}
	return numberOf(n)
}

// parseHundredths reads "530", "7.5" or "79.90"; ok is false for more decimals, signs, exponents or other bases.
func parseHundredths(raw string) (n int, ok bool) {
	whole, fraction, _ := strings.Cut(raw, ".")
	if whole == "" || len(whole) > 9 || len(fraction) > 2 || (len(whole) > 1 && whole[0] == '0') {
		return 0, false
	}
	for _, r := range whole + (fraction + "00")[:2] {
		if r < '0' || r > '9' {
			return 0, false
		}
		n = n*10 + int(r-'0')
	}
	return n, true
}

// printable keeps what is echoed short and on one line.
func printable(s string) string {
	r := []rune(strings.Map(func(r rune) rune {
		if forbidden(r) {
			return '?'
		}
		return r
	}, s))
	if len(r) > 60 {
		return string(r[:60]) + "…"
	}
	return string(r)
}

// nearest is the known name that differs by at most two letters.
func nearest(word string, known []string) (string, bool) {
	best, distance := "", 3
	for _, k := range known {
		if d := editDistance(strings.ToLower(word), strings.ToLower(k)); d < distance {
			best, distance = k, d
		}
	}
	return best, best != ""
}

func editDistance(a, b string) int {
	if len(a) > 60 {
		return len(a)
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		diagonal := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := 1
			if a[i] == b[j] {
				cost = 0
			}
			diagonal, row[j+1] = row[j+1], min(row[j+1]+1, row[j]+1, diagonal+cost)
		}
	}
	return row[len(b)]
}
