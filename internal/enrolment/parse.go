package enrolment

import (
	"errors"
	"net/mail"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The errors of the Parse functions are sentences in French, ready to stand beside their field.
var (
	errEmailMissing = errors.New("Saisissez votre adresse e-mail.")
	errEmailForm    = errors.New("Saisissez une adresse e-mail complète, comme prenom.nom@exemple.fr.")
	errEmailLong    = errors.New("Cette adresse e-mail est trop longue : 254 caractères au plus.")
	errTextControl  = errors.New("Ce champ contient des caractères qui ne peuvent pas être enregistrés. Saisissez-le de nouveau au clavier.")
)

// ParseEmail reads an address as people type it and gives its normalised form: no surrounding space, lower case.
// Lower case loses nothing in practice and lets one person enrol once only. It refuses display names, quoted
// local parts and addresses without a dot in the domain.
func ParseEmail(text string) (string, error) {
	s := strings.TrimSpace(text)
	switch {
	case s == "":
		return "", errEmailMissing
	case len(s) > 254:
		return "", errEmailLong
	case strings.ContainsAny(s, "\"<>(),;: \t\r\n") || !utf8.ValidString(s):
		return "", errEmailForm
	}
	addr, err := mail.ParseAddress(s)
	if err != nil || addr.Address != s {
		return "", errEmailForm
	}
	local, domain, _ := strings.Cut(s, "@")
	if len(local) > 64 || !plausibleDomain(domain) || !ascii(s) {
		return "", errEmailForm
	}
	return strings.ToLower(s), nil
}

func plausibleDomain(d string) bool {
	labels := strings.Split(d, ".")
	if len(labels) < 2 || len(labels[len(labels)-1]) < 2 {
		return false
	}
	for _, l := range labels {
		if l == "" || len(l) > 63 || strings.HasPrefix(l, "-") || strings.HasSuffix(l, "-") {
			return false
		}
		for _, r := range l {
			if r != '-' && !unicode.IsLetter(r) && !unicode.IsDigit(r) {
				return false
			}
		}
	}
	return true
}

func ascii(s string) bool {
	for _, r := range s {
		if r > unicode.MaxASCII {
			return false
		}
	}
	return true
}

// ParseText reads one line of free text: trims it, folds runs of white space, refuses control and direction
// characters (they could forge a line of a mail or of a paper) and more than limit characters. Missing is the sentence for an empty
// one; "" makes the field optional.
func ParseText(text, missing string, limit int) (string, error) {
	s := strings.Join(strings.Fields(text), " ")
	if s == "" {
		if missing == "" {
			return "", nil
		}
		return "", errors.New(missing)
	}
	if !utf8.ValidString(s) || strings.ContainsFunc(s, forbidden) {
		return "", errTextControl
	}
	if n := utf8.RuneCountInString(s); n > limit {
		return "", errors.New("Ce texte est trop long : " + strconv.Itoa(limit) + " caractères au plus.")
	}
	return s, nil
}

// forbidden characters: controls, and the marks that turn the direction of what follows.
func forbidden(r rune) bool {
	return unicode.IsControl(r) || (r >= 0x202A && r <= 0x202E) || (r >= 0x2066 && r <= 0x2069) || r == 0x2028 || r == 0x2029 || r == utf8.RuneError
}
