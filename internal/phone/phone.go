// Package phone reads French telephone numbers, mainland and overseas, as people write them.
package phone

import (
	"errors"
	"strings"

	"github.com/nyaruka/phonenumbers"
)

// regions are tried in turn: an overseas number is written without its country code too (0590…, 0692…).
var regions = []string{"FR", "GP", "GF", "MQ", "RE", "YT", "PM", "NC", "PF", "WF"}

var errForm = errors.New("Saisissez un numéro de téléphone complet, comme 06 12 34 56 78, ou avec l’indicatif du pays, comme +33 6 12 34 56 78.")

// Parse gives the E.164 form ("+33612345678"). The error is a sentence in French for the person.
func Parse(text string) (string, error) {
	s := strings.TrimSpace(text)
	if len(s) > 40 || strings.ContainsFunc(s, letter) {
		return "", errForm
	}
	for _, region := range regions {
		n, err := phonenumbers.Parse(s, region)
		if err == nil && phonenumbers.IsValidNumber(n) {
			return phonenumbers.Format(n, phonenumbers.E164), nil
		}
	}
	return "", errForm
}

// letter refuses vanity numbers and extensions, which the library would accept.
func letter(r rune) bool { return r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' }
