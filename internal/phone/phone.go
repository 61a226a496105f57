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
	"strings"

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

// Parse gives the E.164 form ("+33612345678"). A number without country code is French, of the first region it is
// valid in. One with the code of a country that is not French is accepted on its length alone: élus live at borders.
// The error is a sentence in French for the person.
func Parse(text string) (string, error) {
	digits, international, ok := digitsOf(text)
	if !ok {
		return "", errForm
	}
	if number, ok := french(digits, international); ok {
		return number, nil
	}
	if number, ok := french(digits, true); ok { // "33 6 12 34 56 78", the plus forgotten
		return number, nil
	}
	if international && foreign(digits) {
		return "+" + digits, nil
	}
	return "", errForm
}

// french finds the first plan in which the number is valid.
func french(digits string, international bool) (number string, ok bool) {
	for _, p := range plans {
		national := digits
		if international {
			if national, ok = strings.CutPrefix(digits, p.country); !ok {
				continue
			}
		}
		if number, ok := p.match(national); ok {
			return "+" + p.country + number, true
		}
	}
	return "", false
}

// match gives the national number without its trunk prefix, when it is valid in the plan.
func (p plan) match(national string) (number string, ok bool) {
	valid := regexp.MustCompile(p.national) // compiled when asked: a phone number is rare, a cold start is not
	if p.trunk != "" {
		if bare, found := strings.CutPrefix(national, p.trunk); found && valid.MatchString(bare) {
			return bare, true
		}
	}
	return national, valid.MatchString(national)
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
