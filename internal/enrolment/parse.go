package enrolment

import (
	"errors"
	"fmt"
	"net/mail"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"unicode"
	"unicode/utf8"

	"github.com/echarpe/echarpe/internal/plain"
)

// The errors of the Parse functions are sentences in French, ready to stand beside their field.
var (
	errEmailMissing = errors.New("Saisissez votre adresse e-mail.")
	errEmailForm    = errors.New("Saisissez une adresse e-mail complète, comme prenom.nom@exemple.fr.")
	errEmailLong    = errors.New("Cette adresse e-mail est trop longue : 254 caractères au plus.")
	errNameLink     = errors.New("Un nom ne contient ni adresse internet, ni adresse e-mail. S’il y a un point dans le nom, mettez un espace après.")
	errTextControl  = errors.New("Ce champ contient des caractères qui ne peuvent pas être enregistrés. Saisissez-le de nouveau au clavier.")
)

// ParseEmail reads an address as people type or paste it (plain.Email says what is forgiven) and gives its normalised
// form, in lower case: that loses nothing in practice and lets one person enrol once only. It refuses several addresses,
// quoted local parts, accents (SES sends to none) and addresses without a dot in the domain.
func ParseEmail(text string) (string, error) {
	s := plain.Email(text)
	switch {
	case s == "":
		return "", errEmailMissing
	case len(s) > 254:
		return "", errEmailLong
	case firstForeign(s) != 0:
		return "", fmt.Errorf("Cette adresse e-mail contient «\u00a0%c\u00a0»\u00a0: une adresse s’écrit sans accent ni caractère spécial. Vérifiez-la.", firstForeign(s))
	case strings.ContainsAny(s, "\"<>(),;: \t\r\n") || !utf8.ValidString(s):
		return "", errEmailForm
	}
	addr, err := mail.ParseAddress(s)
	if err != nil || addr.Address != s {
		return "", errEmailForm
	}
	local, domain, _ := strings.Cut(s, "@")
	if len(local) > 64 || !plausibleDomain(domain) {
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

// firstForeign is the first letter of a valid text that an address cannot hold, 0 when there is none.
func firstForeign(s string) rune {
	if !utf8.ValidString(s) {
		return 0
	}
	for _, r := range s {
		if r > unicode.MaxASCII {
			return r
		}
	}
	return 0
}

// ParseText reads one line of free text: takes out what nobody sees and folds white space (plain.Text), refuses control
// characters (they could forge a line of a mail or of a paper) and more than limit characters. Missing is the sentence for an
// empty one, or one of invisible characters only; "" makes the field optional.
func ParseText(text, missing string, limit int) (string, error) {
	s := plain.Text(text)
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

// ParseNeeds reads what a person needs to follow a session, "" for nothing.
func ParseNeeds(text string) (string, error) { return ParseText(text, "", 300) }

func forbidden(r rune) bool { return unicode.IsControl(r) || r == utf8.RuneError }

// ParseName reads the name of a person or of a collectivité: a text (see [ParseText]) without an address of the web or of
// e-mail. Names stand in subjects and greetings, and whoever enrols may write to a stranger: a mail program would make such
// a name a link.
func ParseName(text, missing string, limit int) (string, error) {
	s, err := ParseText(text, missing, limit)
	if err == nil && linked(s) {
		return "", errNameLink
	}
	return s, err
}

// dots are the full stops that a browser takes for one in a domain.
const dots = ".\u2024\u3002\uff0e\uff61"

// link is what a mail program makes a link of: a scheme, www, a domain (two parts without a space between them, the last of
// two letters or more: initials are none), an IPv4 address; and the encoded words of a mail's head (RFC 2047).
var link = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`(?i)[\pL]:/|//|\bwww\b|mailto:|[\pL\pN][` + dots + `]\pL{2,}|(\pN[` + dots + `]){3}|@|=\?|\?=`)
})

func linked(s string) bool { return link().MatchString(s) }
