package catalogue

import (
	"bytes"
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"github.com/echarpe/echarpe/internal/plain"
)

// What word processors and web pages make of a file that was written in them, or passed through a mail: quotes that
// curl, dashes that grow, spaces that do not break. What can only mean one thing is read as it was meant (a long dash in a
// date); the rest is refused with the cure.

// closers gives the quotes that may end what each quote of a word processor begins.
var closers = map[rune]string{'“': "”“", '”': "”", '„': "”“", '‟': "”", '«': "»", '‹': "›", '‘': "’", '‚': "’‘", '″': "″"}

// pastedQuote finds a value that stands between quotes of a word processor instead of the keyboard's: the quotes would be
// part of it. A text that only begins with a quotation is left alone, and so is one between straight quotes.
func pastedQuote(n ast.Node) (quote rune, found bool) {
	text, ok := n.(*ast.StringNode)
	if !ok || text.Token.Type == token.DoubleQuoteType || text.Token.Type == token.SingleQuoteType {
		return 0, false
	}
	value := strings.TrimFunc(text.Value, plain.Space)
	quote, size := utf8.DecodeRuneInString(value)
	ends, known := closers[quote]
	if !known {
		return 0, false
	}
	inside := value[size:]
	at := strings.IndexAny(inside, ends)
	if at < 0 {
		return quote, true
	}
	_, size = utf8.DecodeRuneInString(inside[at:])
	return quote, at+size == len(inside)
}

var (
	pastedIndent = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[ \t]*(- )?[ \t]*([^\x00-\x7F]+)[ \t]*\S`) })
	pastedDash   = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[ \t]*(\S)[\s\p{Zs}]`) })
	pastedColon  = sync.OnceValue(func() *regexp.Regexp {
		return regexp.MustCompile(`^[ \t]*(- )?["“«]?[A-Za-z]+["”»]?\p{Zs}*:([^\x00-\x7F])`)
	})
)

// pasted finds the lines that a word processor has spoilt. It is asked about a file that is refused anyway, to say why:
// in a long text between quotes, such a line does no harm.
func pasted(src []byte) (faults Faults) {
	for i, raw := range bytes.Split(src, []byte("\n")) {
		if cure := cureOf(string(raw)); cure != "" {
			faults = append(faults, Fault{Line: i + 1, Message: cure})
		}
	}
	return faults
}

// cureOf says what to mend in a line, "" for nothing.
func cureOf(line string) string {
	if strings.HasPrefix(strings.TrimSpace(line), "#") {
		return ""
	}
	if m := pastedIndent().FindStringSubmatch(line); m != nil && strings.TrimFunc(m[2], blank) == "" {
		return "la ligne commence par des espaces insécables, que le clavier ne fait pas : effacez-les et mettez des espaces ordinaires."
	}
	if m := pastedDash().FindStringSubmatch(line); m != nil {
		if r, _ := utf8.DecodeRuneInString(m[1]); r != '-' && (plain.Dash(r) || strings.ContainsRune("•·▪◦‣●", r)) {
			return "la ligne commence par un tiret ou une puce de traitement de texte (" + m[1] + ") : remplacez-le par le tiret du clavier (-)."
		}
	}
	if m := pastedColon().FindStringSubmatch(line); m != nil && strings.TrimFunc(m[2], blank) == "" {
		return "le deux-points est suivi d’une espace insécable : mettez une espace ordinaire."
	}
	return ""
}

func blank(r rune) bool { return plain.Space(r) || plain.Invisible(r) }
