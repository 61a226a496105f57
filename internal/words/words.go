// Package words says by which words a file is found: what the organisation types while someone speaks on the telephone.
package words

import (
	"slices"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Shortest is the least that is searched for.
const Shortest = 2

// Fold takes accents, case and punctuation away: « Le Goff-Évain » becomes "le goff evain".
func Fold(s string) string {
	var b strings.Builder
	s = strings.NewReplacer("œ", "oe", "Œ", "oe", "æ", "ae", "Æ", "ae").Replace(s)
	for _, r := range norm.NFD.String(s) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case unicode.IsLetter(r), unicode.IsDigit(r):
			b.WriteRune(unicode.ToLower(r))
		default:
			b.WriteByte(' ')
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

// common are words that say nothing of which collectivité it is.
var common = map[string]bool{
	"de": true, "du": true, "des": true, "la": true, "le": true, "les": true, "l": true, "d": true, "et": true, "en": true, "sur": true,
	"commune": true, "communes": true, "ville": true, "mairie": true, "communaute": true, "agglomeration": true, "departement": true,
	"departemental": true, "region": true, "conseil": true, "metropole": true,
}

// Of gives the words of a file: its person's names from every word on, e-mail address, telephone number from both ends,
// reference, collectivité and who pays in its place; of a file that is over, the session it left. Each is what a prefix is looked for in.
func Of(e enrolment.Enrolment) []string {
	p := e.Person
	names := strings.Fields(Fold(p.FirstName + " " + p.LastName))
	set := rotations(names)
	if birth := strings.Fields(Fold(p.BirthName)); len(birth) > 0 {
		set = append(set, rotations(append(birth, strings.Fields(Fold(p.FirstName))...))...)
	}
	set = append(set, strings.ToLower(p.Email), strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(e.Reference, "EC-"), "-", "")))
	if n := National(p.Phone); n != "" {
		set = append(set, n, FromTheEnd(n))
	}
	set = append(set, ofPlace(e.Mandate.Authority, names)...)
	if e.PaidBy != nil {
		set = append(set, ofPlace(e.PaidBy.Name, names)...)
	}
	if e.Status == enrolment.Cancelled || e.Status == enrolment.Expired {
		set = append(set, Left(e.SessionID))
	}
	set = slices.DeleteFunc(set, func(w string) bool { return len(w) < Shortest })
	slices.Sort(set)
	return slices.Compact(set)
}

// Left is the word of a file that left a session. No name, number or address begins so.
func Left(sessionID string) string { return ">" + sessionID }

// ofPlace gives the name of a collectivité from each of its words that says something, and the person's after it.
func ofPlace(name string, names []string) (out []string) {
	place := strings.Fields(Fold(name))
	for i, w := range place {
		if !common[w] {
			out = append(out, strings.Join(append(slices.Clone(place[i:]), names...), " "))
		}
	}
	return out
}

func rotations(names []string) (out []string) {
	for i := range names {
		out = append(out, strings.Join(append(slices.Clone(names[i:]), names[:i]...), " "))
	}
	return out
}

// National is a telephone number as French people say it: "+33612345678" is "0612345678". Numbers of elsewhere keep their
// country code, without the plus sign.
func National(e164 string) string {
	if rest, french := strings.CutPrefix(e164, "+33"); french {
		return "0" + rest
	}
	return strings.TrimPrefix(e164, "+")
}

// FromTheEnd is a number read backwards, so that its end is found.
func FromTheEnd(digits string) string {
	b := []byte(digits)
	slices.Reverse(b)
	return "<" + string(b)
}

// Query is what was typed, understood.
type Query struct {
	Prefixes []string // any of which is looked for
	All      []string // words that what is found must all have, the beginning of each at least; none for a number, an address or a reference
}

// Parse understands what was typed; ok is false when it is too short to be looked for.
func Parse(typed string) (q Query, ok bool) {
	typed = strings.TrimSpace(typed)
	if ref, is := enrolment.ParseReference(typed); is {
		return exactly(strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(ref, "EC-"), "-", ""))), true
	}
	if ref, is := enrolment.ParseReference("EC" + typed); is {
		return exactly(strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(ref, "EC-"), "-", ""))), true
	}
	if strings.Contains(typed, "@") {
		return exactly(strings.ToLower(typed)), true
	}
	if digits, is := number(typed); is {
		return numbered(digits)
	}
	folded := Fold(typed)
	if rest, spelt := strings.CutPrefix(folded, "ec "); spelt && len(rest) >= Shortest { // a reference that is being spelt
		q.Prefixes = append(q.Prefixes, strings.ReplaceAll(rest, " ", ""))
	}
	if len(folded) < Shortest {
		return Query{}, false
	}
	all := strings.Fields(folded)
	longest := slices.MaxFunc(all, func(a, b string) int { return len(a) - len(b) })
	q.Prefixes, q.All = append(q.Prefixes, folded), all
	if longest != folded && len(longest) >= Shortest {
		q.Prefixes = append(q.Prefixes, longest)
	}
	if tight := strings.ToLower(typed); tight != folded && !strings.Contains(tight, " ") { // the beginning of an address
		q.Prefixes = append(q.Prefixes, tight)
	}
	return q, true
}

func exactly(prefix string) Query { return Query{Prefixes: []string{prefix}} }

// number tells whether something is a telephone number, or a part of one.
func number(typed string) (digits string, ok bool) {
	for _, r := range typed {
		switch {
		case r >= '0' && r <= '9':
			digits += string(r)
		case !strings.ContainsRune("+.-() \u00a0\u202f", r):
			return "", false
		}
	}
	if strings.HasPrefix(typed, "+33") {
		digits = "0" + strings.TrimPrefix(strings.TrimPrefix(digits, "33"), "0")
	} else if rest, is := strings.CutPrefix(digits, "0033"); is {
		digits = "0" + rest
	}
	return digits, digits != ""
}

func numbered(digits string) (Query, bool) {
	q := Query{}
	if len(digits) >= Shortest {
		q.Prefixes = append(q.Prefixes, digits)
	}
	if len(digits) >= 4 {
		q.Prefixes = append(q.Prefixes, FromTheEnd(digits))
	}
	return q, len(q.Prefixes) > 0
}

// Fits tells whether a file has every word of the query.
func (q Query) Fits(e enrolment.Enrolment) bool {
	if len(q.All) == 0 {
		return true
	}
	p := e.Person
	have := strings.Fields(Fold(strings.Join([]string{p.FirstName, p.LastName, p.BirthName, e.Mandate.Authority, e.PayerName(), p.Email, e.Reference}, " ")))
	if spelt := q.Prefixes[0]; spelt != strings.Join(q.All, " ") && isReference(e, spelt) {
		return true
	}
	return !slices.ContainsFunc(q.All, func(w string) bool {
		return !slices.ContainsFunc(have, func(h string) bool { return strings.HasPrefix(h, w) })
	})
}

func isReference(e enrolment.Enrolment, prefix string) bool {
	return strings.HasPrefix(strings.ToLower(strings.ReplaceAll(strings.TrimPrefix(e.Reference, "EC-"), "-", "")), prefix)
}
