// Package lazy makes what a cold start need not pay.
package lazy

import (
	"regexp"
	"sync"
)

// Regexp compiles a regular expression when it is first asked for, once, whoever asks at the same time. One that is wrong panics then.
func Regexp(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}
