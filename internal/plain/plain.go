// Package plain takes out of what people type or paste the characters that nobody sees or means: the direction marks
// that telephones put around a number copied from the contacts, zero-width spaces of web pages, soft hyphens and thin
// spaces of word processors, letters tied together by a PDF.
//
// characters.json says which they are. The pages read the same file (frontend/src/app/plain.ts) and both pass the same
// cases (testdata/cases.json): what the form takes, the server takes.
package plain

import (
	_ "embed"
	"encoding/json"
	"strconv"
	"strings"
	"sync"
	"unicode/utf8"
)

//go:embed characters.json
var charactersFile []byte

// span is a range of characters, both ends included.
type span struct{ from, to rune }

type table struct {
	invisible, spaces, dashes []span
	written                   map[rune]string
}

var characters = sync.OnceValue(readTable)

// readTable panics on a malformed file: it is part of the program, and a test reads it.
func readTable() table {
	var file struct {
		Invisible, Spaces, Dashes []string
		Written                   map[string]string
	}
	if err := json.Unmarshal(charactersFile, &file); err != nil {
		panic("plain: characters.json: " + err.Error())
	}
	t := table{spans(file.Invisible), spans(file.Spaces), spans(file.Dashes), map[rune]string{}}
	for code, letters := range file.Written {
		t.written[codePoint(code)] = letters
	}
	return t
}

func spans(texts []string) []span {
	var out []span
	for _, text := range texts {
		from, to, ranged := strings.Cut(text, "-")
		if !ranged {
			to = from
		}
		out = append(out, span{codePoint(from), codePoint(to)})
	}
	return out
}

func codePoint(hex string) rune {
	n, err := strconv.ParseUint(hex, 16, 21)
	if err != nil {
		panic("plain: characters.json: " + err.Error())
	}
	return rune(n)
}

func in(spans []span, r rune) bool {
	for _, s := range spans {
		if r >= s.from && r <= s.to {
			return true
		}
	}
	return false
}

// Invisible tells whether a character draws nothing and says nothing: marks of direction, zero-width characters, soft hyphens.
func Invisible(r rune) bool { return in(characters().invisible, r) }

// Letters opens what is one character on paper and several letters in the language: "ﬁ" gives "fi".
func Letters(s string) string {
	if ascii(s) {
		return s
	}
	t := characters()
	var b strings.Builder
	for _, r := range s {
		if letters, ok := t.written[r]; ok {
			b.WriteString(letters)
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Text gives one line without invisible characters, every run of white space one space, none at the ends. Controls
// that are no white space stay: they are for the caller to refuse. A text that is not valid UTF-8 comes back as it is.
func Text(s string) string {
	if !utf8.ValidString(s) {
		return s
	}
	t := characters()
	var b strings.Builder
	space := false
	for _, r := range Letters(s) {
		switch {
		case in(t.spaces, r):
			space = b.Len() > 0
		case in(t.invisible, r):
		default:
			if space {
				b.WriteByte(' ')
				space = false
			}
			b.WriteRune(r)
		}
	}
	return b.String()
}

// Phone gives a telephone number as it could have been typed: no « tel: » before it, every dash and dot of word processors a hyphen.
func Phone(s string) string {
	s = Text(s)
	if len(s) >= 4 && strings.EqualFold(s[:4], "tel:") {
		s = s[4:]
	}
	return strings.TrimSpace(strings.NewReplacer("·", "-", "•", "-").Replace(Hyphens(s)))
}

// Dash tells whether a character is a dash or a minus sign, the keyboard's hyphen among them.
func Dash(r rune) bool { return in(characters().dashes, r) }

// Hyphens writes every dash as the keyboard's hyphen.
func Hyphens(s string) string {
	return strings.Map(func(r rune) rune {
		if Dash(r) {
			return '-'
		}
		return r
	}, s)
}

// Space tells whether a character is white space, of whatever width.
func Space(r rune) bool { return in(characters().spaces, r) }

// Email gives the address inside what was pasted: out of « Jeanne <a@b.fr> », « mailto:a@b.fr?subject=… », quotes or
// brackets, or with the semicolon of a list after it. Whether it is an address is for the caller to say.
func Email(s string) string {
	s = Text(s)
	if before, rest, found := strings.Cut(s, "<"); found && !strings.Contains(before, "@") {
		if inside, after, closed := strings.Cut(rest, ">"); closed && strings.Trim(after, ends) == "" {
			s = inside
		}
	}
	s = strings.Trim(s, ends)
	if len(s) >= 7 && strings.EqualFold(s[:7], "mailto:") {
		s, _, _ = strings.Cut(s[7:], "?")
	}
	return strings.Trim(s, ends)
}

// ends are what lists, sentences and brackets leave on either side of an address. An apostrophe is not among them: it may begin one.
const ends = " .,;:<>()[]«»\"“”"

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}
