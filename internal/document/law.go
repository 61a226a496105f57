package document

import (
	_ "embed"
	"fmt"
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/echarpe/echarpe/internal/guide"
)

//go:embed content/papers.yaml
var content []byte

// statement is one text of content/papers.yaml.
type statement struct {
	Text         string `yaml:"text"`
	guide.Source `yaml:",inline"`
}

// statements reads the content once, at the first paper: other requests of the function do not pay for it.
var statements = sync.OnceValues(func() (map[string]statement, error) {
	all := map[string]statement{}
	if err := yaml.UnmarshalWithOptions(content, &all, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("read the papers' content: %w", err)
	}
	return all, nil
})

var ruleName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([a-z-]+)\}`) })

// law gives the sentence of a key with the values of the guide's rules in force at an instant. A sentence that the
// content lacks, or a rule without a value, makes the paper fail: a paper with a hole is worse than none.
type law struct {
	guide *guide.Guide
	at    time.Time
	err   error
}

func (l *law) say(key string) string {
	all, err := statements()
	if err != nil {
		l.fail(err)
		return ""
	}
	s, ok := all[key]
	if !ok {
		l.fail(fmt.Errorf("the papers' content has no %q", key))
	}
	return ruleName().ReplaceAllStringFunc(s.Text, func(name string) string {
		return strconv.Itoa(l.rule(name[1 : len(name)-1]))
	})
}

func (l *law) rule(key string) int {
	value, ok := l.guide.Rule(key, l.at)
	if !ok {
		l.fail(fmt.Errorf("the guide has no rule %q in force on %s", key, l.at.Format(time.DateOnly)))
	}
	return value
}

func (l *law) fail(err error) {
	if l.err == nil {
		l.err = err
	}
}
