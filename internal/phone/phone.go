// Package phone reads French telephone numbers, mainland and overseas, as people write them.
//
// What a valid number is comes from libphonenumber: gen writes the numbering plans of France's regions into table.go.
// The library itself stays out of the binary: its start-up (19 ms, 7 MB) would weigh on every cold enrolment. A test compares
// both on random numbers.
package phone

//go:generate go run ./gen

import (
	"errors"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/echarpe/echarpe/internal/plain"
)

// plan is how one region numbers its telephones.
type plan struct {
	region   string
	country  string // country calling code
	trunk    string // prefix dialled inside the region, "" for none
	national string // pattern of a valid number without trunk prefix
}

var errForm = errors.New("Saisissez un numéro de téléphone complet, comme 06 12 34 56 78, ou avec l’indicatif du pays, comme +33 6 12 34 56 78.")

// territories names the country codes to someone who must choose one.
var territories = map[string]string{
	"33": "Hexagone et Corse", "262": "La Réunion, Mayotte", "508": "Saint-Pierre-et-Miquelon", "590": "Guadeloupe, Saint-Barthélemy, Saint-Martin",
	"594": "Guyane", "596": "Martinique", "681": "Wallis-et-Futuna", "687": "Nouvelle-Calédonie", "689": "Polynésie française",
}

// errTerritory asks for the country code of a number that is valid in several territories.
func errTerritory(numbers []string) error {
	var codes []string
	for _, p := range plans {
		code := "+" + p.country + "\u00a0(" + territories[p.country] + ")"
		fits := slices.ContainsFunc(numbers, func(n string) bool { return strings.HasPrefix(n, "+"+p.country) })
		if fits && !slices.Contains(codes, code) {
			codes = append(codes, code)
		}
	}
	return errors.New("Ce numéro existe dans plusieurs territoires. Écrivez-le avec son indicatif\u00a0: " + strings.Join(codes, ", ") + ".")
}

// Parse gives the E.164 form ("+33612345678"). A number without country code is French, of the territory it is valid in; one that
// is valid in several is refused, since nobody can tell which. One with the code of a country that is not French is accepted on its length alone: élus live at borders.
// The error is a sentence in French for the person.
func Parse(text string) (string, error) {
	digits, international, ok := digitsOf(text)
	if !ok {
		return "", errForm
	}
	switch numbers := french(digits, international); len(numbers) {
	case 0:
	case 1:
		return numbers[0], nil
	default:
		return "", errTerritory(numbers)
	}
	if numbers := french(digits, true); len(numbers) == 1 { // "33 6 12 34 56 78", the plus forgotten
		return numbers[0], nil
	}
	if international && foreign(digits) {
		return "+" + digits, nil
	}
	return "", errForm
}

// french gives what the number is in the plans in which it is valid, each once.
func french(digits string, international bool) (numbers []string) {
	for _, p := range plans {
		national := digits
		if international {
			bare, ours := strings.CutPrefix(digits, p.country)
			if !ours {
				continue
			}
			national = bare
		}
		if number, ok := p.match(national); ok && !slices.Contains(numbers, "+"+p.country+number) {
			numbers = append(numbers, "+"+p.country+number)
		}
	}
	return numbers
}

// match gives the national number without its trunk prefix, when it is valid in the plan.
func (p plan) match(national string) (number string, ok bool) {
	valid := p.pattern()
	if p.trunk != "" {
		if bare, found := strings.CutPrefix(national, p.trunk); found && valid.MatchString(bare) {
			return bare, true
		}
	}
	return national, valid.MatchString(national)
}

// patterns keeps what was compiled, by plan: a cold start compiles nothing before a number is there, a warm function nothing twice
// (an eighth of an enrolment's processor time went there).
var patterns sync.Map

func (p plan) pattern() *regexp.Regexp {
	if kept, ok := patterns.Load(p.national); ok {
		return kept.(*regexp.Regexp)
	}
	compiled := regexp.MustCompile(p.national)
	patterns.Store(p.national, compiled)
	return compiled
}

// digitsOf drops what people or their telephone put between digits, and recognises "+33", "0033" and "+33 (0)6". ok is false for anything else.
func digitsOf(text string) (digits string, international, ok bool) {
	s := plain.Phone(text)
	if len(s) > 40 {
		return "", false, false
	}
	s, international = strings.CutPrefix(s, "+")
	if international {
		s = strings.Replace(s, "(0)", "", 1)
	}
	s = strings.Map(func(r rune) rune {
		if strings.ContainsRune(" .-/()", r) {
			return -1
		}
		return r
	}, s)
	if bare, found := strings.CutPrefix(s, "00"); found && !international {
		s, international = bare, true
	}
	return s, international, s != "" && strings.Trim(s, "0123456789") == ""
}

// foreign tells whether a number could exist abroad (E.164: 15 digits at most).
func foreign(digits string) bool {
	for _, p := range plans {
		if strings.HasPrefix(digits, p.country) {
			return false
		}
	}
	return digits[0] != '0' && len(digits) >= 8 && len(digits) <= 15
}

// Dialled is a number as it is dialled and said in France: 06 12 34 56 78. One from elsewhere stays as it is.
func Dialled(number string) string {
	national, french := strings.CutPrefix(number, "+33")
	if !french || len(national) != 9 {
		return number
	}
	return "0" + national[:1] + " " + national[1:3] + " " + national[3:5] + " " + national[5:7] + " " + national[7:]
}
