package enrolment

import (
	"crypto/sha256"
	"encoding/binary"
	"strings"
)

// alphabet has no look-alike characters (no 0 O, 1 I L, 2 Z, 5 S, 8 B, U V): it is read aloud on a helpline.
const alphabet = "34679ACDEFGHJKMNPQRTWXY"

// NewReference derives the speakable reference of a file from its id: "EC-7KQ4-M9F", six characters of
// [alphabet] and a check character that catches any single wrong character and any swap of neighbours.
func NewReference(enrolmentID string) string {
	sum := sha256.Sum256([]byte("reference:" + enrolmentID))
	var b strings.Builder
	for i := range 6 {
		b.WriteByte(alphabet[int(binary.BigEndian.Uint16(sum[2*i:]))%len(alphabet)])
	}
	s := b.String()
	return "EC-" + s[:4] + "-" + s[4:] + string(checkCharacter(s))
}

// ParseReference reads a reference as people write it (any case, with or without dashes and spaces) and gives its
// canonical form; ok is false when the check character does not match.
func ParseReference(text string) (canonical string, ok bool) {
	s := strings.Map(func(r rune) rune {
		if r == '-' || r == ' ' || r == '\u00a0' || r == '\u202f' {
			return -1
		}
		return r
	}, strings.ToUpper(text))
	s, found := strings.CutPrefix(s, "EC")
	if !found || len(s) != 7 {
		return "", false
	}
	for i := range 7 {
		if !strings.Contains(alphabet, s[i:i+1]) {
			return "", false
		}
	}
	if checkCharacter(s[:6]) != s[6] {
		return "", false
	}
	return "EC-" + s[:4] + "-" + s[4:], true
}

// checkCharacter is a weighted sum modulo the (prime) size of the alphabet.
func checkCharacter(s string) byte {
	sum := 0
	for i := range len(s) {
		sum += (i + 2) * strings.IndexByte(alphabet, s[i])
	}
	return alphabet[sum%len(alphabet)]
}
