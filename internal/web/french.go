package web

import "strings"

var frenchSpaces = strings.NewReplacer(" :", "\u00a0:", " ;", "\u00a0;", " ?", "\u00a0?", " !", "\u00a0!", "« ", "«\u00a0", " »", "\u00a0»", " €", "\u00a0€", " %", "\u00a0%")

// French puts the spaces that do not break where French asks for them.
func French(s string) string { return frenchSpaces.Replace(s) }
