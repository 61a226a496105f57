package guide

import (
	"errors"
	"fmt"
	"net/url"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/parser"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Parse reads content strictly and checks that it is whole. Every fault comes back, each with its line.
func Parse(source []byte) (*Guide, error) {
	g := new(Guide)
	if err := yaml.UnmarshalWithOptions(source, g, yaml.DisallowUnknownField()); err != nil {
		return nil, fmt.Errorf("read the guide: %w", err)
	}
	faults := g.faults()
	if len(faults) == 0 {
		return g, nil
	}
	errs := make([]error, len(faults))
	for i, f := range faults {
		errs[i] = fmt.Errorf("guide line %d: %s: %s", lineOf(source, f.path), f.path, f.what)
	}
	return nil, errors.Join(errs...)
}

// fault is something that the content lacks, at a YAML path.
type fault struct{ path, what string }

type faults []fault

func (f *faults) add(path, format string, args ...any) {
	*f = append(*f, fault{path, fmt.Sprintf(format, args...)})
}

func (f *faults) need(path, field, value string) {
	if strings.TrimSpace(value) == "" {
		f.add(path, "%s is missing", field)
	}
}

func (f *faults) needAll(path, field string, values []string) {
	if len(values) == 0 {
		f.add(path, "%s is missing", field)
	}
	for i, v := range values {
		f.need(fmt.Sprintf("%s.%s[%d]", path, field, i), "the text", v)
	}
}

func (g *Guide) faults() faults {
	var f faults
	g.linkFaults(&f)
	g.ruleFaults(&f)
	g.helplineFaults(&f)
	for _, m := range enrolment.Modes {
		g.modeFaults(&f, m)
	}
	f.needAll("$.authority", "asks", g.Authority.Asks)
	f.needAll("$.authority", "law", g.Authority.Law)
	f.grounds(g.Authority.Grounds)
	g.spendingFaults(&f)
	g.lateFaults(&f)
	g.opinionFaults(&f)
	g.yearlyFaults(&f)
	for m := range g.Modes {
		if _, ok := enrolment.ParseMode(string(m)); !ok {
			f.add("$.modes."+string(m), "there is no such mode")
		}
	}
	for _, m := range enrolment.Mandates {
		if _, ok := g.Mandate(m.Kind); !ok {
			f.add("$.mandates", "the mandate %q is missing", m.Kind)
		}
	}
	return f
}

func (g *Guide) opinionFaults(f *faults) {
	const path = "$.opinion"
	o := g.Opinion
	f.need(path, "title", o.Title)
	f.need(path, "intro", o.Intro)
	f.need(path, "thanks", o.Thanks)
	f.source(path, o.Source)
	f.needAll(path, "choices", o.Choices)
	if len(o.Questions) != enrolment.OpinionQuestions || len(o.Choices) != enrolment.OpinionChoices {
		f.add(path, "%d questions and %d choices: %d and %d are kept", len(o.Questions), len(o.Choices), enrolment.OpinionQuestions, enrolment.OpinionChoices)
	}
	for i, q := range o.Questions {
		f.need(fmt.Sprintf("%s.questions[%d]", path, i), "text", q.Text)
		f.need(fmt.Sprintf("%s.questions[%d]", path, i), "short", q.Short)
	}
}

func (g *Guide) spendingFaults(f *faults) {
	all := append(slices.Clone(g.Authority.Spending), g.Authority.FirstYear)
	for i, s := range all {
		path := fmt.Sprintf("$.authority.spending[%d]", i)
		f.need(path, "text", s.Text)
		f.source(path, s.Source)
		if !s.Confidence.Confirmed() {
			f.add(path, "an unconfirmed sentence is never shown")
		}
	}
	if n := len(g.Authority.Spending); n == 0 || len(g.Authority.Spending[n-1].Mandates) > 0 {
		f.add("$.authority.spending", "the last one is for the mandates that no other names")
	}
}

// yearlyFaults: a box that says what is missing says where it is; none is shown that nobody confirmed.
func (g *Guide) yearlyFaults(f *faults) {
	for i, b := range g.Yearly {
		path := fmt.Sprintf("$.yearly[%d]", i)
		f.need(path, "the frame", b.Frame)
		f.need(path, "the text", b.Text)
		f.source(path, b.Source)
		if (b.Missing == "") != (b.Where == "") {
			f.add(path, "what is missing goes with where it is")
		}
		if !b.Confidence.Confirmed() {
			f.add(path, "an unconfirmed box is never shown")
		}
	}
	for i, b := range g.Annual {
		path := fmt.Sprintf("$.annual[%d]", i)
		f.need(path, "the text", b.Text)
		f.need(path, "where it is", b.Where)
		f.source(path, b.Source)
	}
}

func (g *Guide) linkFaults(f *faults) {
	ids := make([]string, 0, len(g.Links))
	for id := range g.Links {
		ids = append(ids, id)
	}
	sort.Strings(ids)
	for _, id := range ids {
		l, path := g.Links[id], "$.links."+id
		f.need(path, "title", l.Title)
		f.source(path, l.Source)
		for _, address := range []string{l.URL, l.Fallback} {
			if u, err := url.Parse(address); address != "" && (err != nil || u.Scheme != "https" || u.Host == "") {
				f.add(path, "%q is not an https address", address)
			}
		}
		if l.Address() == "" {
			f.add(path, "nothing to show: verify the address or give a fallback")
		}
		if l.Verified && !l.Confidence.Confirmed() {
			f.add(path, "verified contradicts confidence %s", l.Confidence)
		}
	}
}

func (f *faults) source(path string, s Source) {
	f.need(path, "source", s.Source)
	f.day(path, "checked", s.Checked)
	known := []Confidence{FromGuide, Official, Secondary, Estimate, Proposal, Commercial, Memory}
	if !slices.Contains(known, s.Confidence) {
		f.add(path, "confidence %q: use one of %v", s.Confidence, known)
	}
}

func (f *faults) day(path, field, day string) {
	if _, err := time.Parse(time.DateOnly, day); err != nil {
		f.add(path, "%s %q is not a day like 2026-11-22", field, day)
	}
}

func (g *Guide) ruleFaults(f *faults) {
	for i, r := range g.Rules {
		path := fmt.Sprintf("$.rules[%d]", i)
		f.need(path, "key", r.Key)
		f.need(path, "unit", r.Unit)
		f.day(path, "from", r.From)
		if r.Until != "" {
			f.day(path, "until", r.Until)
			if r.Until < r.From {
				f.add(path, "until comes before from")
			}
		}
		f.source(path, r.Source)
	}
}

func (g *Guide) helplineFaults(f *faults) {
	h, path := g.Helpline, "$.helpline"
	f.need(path, "label", h.Label)
	f.need(path, "number", h.Number)
	f.need(path, "text", h.Text)
	f.source(path, h.Source)
	if h.Timezone != Paris.String() {
		f.add(path, "timezone: only %s is known", Paris)
	}
	if h.PublicHolidays != "closed" && h.PublicHolidays != "open" {
		f.add(path, "publicHolidays: say closed or open")
	}
	if len(h.Hours) == 0 {
		f.add(path, "hours is missing")
	}
	for i, hours := range h.Hours {
		path := fmt.Sprintf("$.helpline.hours[%d]", i)
		for _, d := range hours.Days {
			if !slices.Contains(weekdays[:], d) {
				f.add(path, "%q is not a day of the week in French", d)
			}
		}
		opens, err1 := clock(hours.Opens)
		closes, err2 := clock(hours.Closes)
		if err := errors.Join(err1, err2); err != nil || closes <= opens {
			f.add(path, "hours must be like 08:30, opening before closing")
		}
	}
}

func (g *Guide) modeFaults(f *faults, m enrolment.Mode) {
	path := "$.modes." + string(m)
	mode, ok := g.Modes[m]
	if !ok {
		f.add("$.modes", "the mode %q is missing", m)
		return
	}
	f.need(path, "title", mode.Title)
	f.need(path, "short", mode.Short)
	f.needAll(path, "intro", mode.Intro)
	f.need(path, "asks", mode.Asks)
	f.need(path, "until", mode.Until)
	g.idFaults(f, path, mode.More)
	keys := make([]enrolment.StepKey, len(mode.Steps))
	for i, s := range mode.Steps {
		keys[i] = s.Key
		g.stepFaults(f, fmt.Sprintf("%s.steps[%d]", path, i), s)
	}
	if !slices.Equal(keys, m.Steps()) {
		f.add(path, "its steps must be %v, not %v", m.Steps(), keys)
	}
}

func (g *Guide) stepFaults(f *faults, path string, s Step) {
	f.need(path, "title", s.Title)
	f.need(path, "summary", s.Summary)
	f.need(path, "done", s.Done)
	f.needAll(path, "body", s.Body)
	f.needAll(path, "links", s.Links)
	f.needAll(path, "help", s.Help)
	g.idFaults(f, path, s.Links)
	for i, o := range s.Options {
		path := fmt.Sprintf("%s.options[%d]", path, i)
		f.need(path, "key", o.Key)
		f.need(path, "title", o.Title)
		f.need(path, "delay", o.Delay)
		f.needAll(path, "body", o.Body)
		f.needAll(path, "links", o.Links)
		g.idFaults(f, path, o.Links)
		if o.DelayRule != "" && !slices.ContainsFunc(g.Rules, func(r Rule) bool { return r.Key == o.DelayRule }) {
			f.add(path, "delayRule: there is no rule %q", o.DelayRule)
		}
	}
}

func (g *Guide) idFaults(f *faults, path string, ids []string) {
	for _, id := range ids {
		if _, ok := g.Links[id]; !ok {
			f.add(path, "there is no link %q", id)
		}
	}
}

// lineOf finds the line of a path, or of the nearest of its parents; 0 when even the root cannot be read.
func lineOf(source []byte, path string) int {
	file, err := parser.ParseBytes(source, 0)
	if err != nil {
		return 0
	}
	for path != "$" && path != "" {
		if p, err := yaml.PathString(quoted(path)); err == nil {
			if n, err := p.FilterFile(file); err == nil && n != nil && n.GetToken() != nil {
				return n.GetToken().Position.Line
			}
		}
		path = path[:max(strings.LastIndexAny(path, ".["), 0)]
	}
	return 1
}

// quoted protects the keys that hold a dash.
func quoted(path string) string {
	parts := strings.Split(path, ".")
	for i, p := range parts {
		if name, index, _ := strings.Cut(p, "["); strings.Contains(name, "-") {
			parts[i] = "'" + name + "'"
			if index != "" {
				parts[i] += "[" + index
			}
		}
	}
	return strings.Join(parts, ".")
}

// grounds checks that each ground of a refusal can be told from the others, and that one which the law does not admit says so.
func (f *faults) grounds(all []Ground) {
	if len(all) == 0 {
		f.add("$.authority", "grounds is missing")
	}
	seen := map[string]bool{}
	for i, g := range all {
		path := fmt.Sprintf("$.authority.grounds[%d]", i)
		f.need(path, "key", g.Key)
		f.need(path, "title", g.Title)
		if seen[g.Key] {
			f.add(path, "the key %q is there twice", g.Key)
		}
		if g.Unlawful {
			f.need(path, "says", g.Says)
		}
		seen[g.Key] = true
	}
}
