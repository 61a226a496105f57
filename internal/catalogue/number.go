package catalogue

import (
	"math/big"
	"strings"

	"github.com/echarpe/echarpe/internal/plain"
)

// digits drops the spaces, dots and dashes that people put in long numbers.
func digits(s string) string {
	return strings.Map(func(r rune) rune {
		if r == '.' || blank(r) || plain.Dash(r) {
			return -1
		}
		return r
	}, s)
}

func allDigits(s string) bool {
	return s != "" && strings.Trim(s, "0123456789") == ""
}

// validIBAN checks the remainder by 97 of ISO 13616.
func validIBAN(s string) bool {
	s = strings.ToUpper(digits(s))
	if len(s) < 15 || len(s) > 34 {
		return false
	}
	var number strings.Builder
	for _, r := range s[4:] + s[:4] {
		switch {
		case r >= '0' && r <= '9':
			number.WriteRune(r)
		case r >= 'A' && r <= 'Z':
			number.WriteString(big.NewInt(int64(r-'A') + 10).String())
		default:
			return false
		}
	}
	n, ok := new(big.Int).SetString(number.String(), 10)
	return ok && new(big.Int).Mod(n, big.NewInt(97)).Int64() == 1
}
