package guide

import (
	"fmt"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Guide is the whole content. Do not change one that others read.
type Guide struct {
	Links            map[string]Link         `yaml:"links"`
	Helpline         Helpline                `yaml:"helpline"`
	Rules            []Rule                  `yaml:"rules"`
	Mandates         []Mandate               `yaml:"mandates"`
	IdentityQuestion Question                `yaml:"identityQuestion"`
	Authority        Authority               `yaml:"authority"`
	Billing          Billing                 `yaml:"billing"`
	Yearly           []YearlyBox             `yaml:"yearly"`
	Annual           []YearlyBox             `yaml:"annual"` // of the whole organisation, for the report to the prefect
	Modes            map[enrolment.Mode]Mode `yaml:"modes"`
	Opinion          Questionnaire           `yaml:"opinion"`
}

// YearlyBox is a box of the yearly pedagogical and financial report: its frame, what it asks, and what the product does not hold of it.
type YearlyBox struct {
	Key     string `yaml:"key"`
	Frame   string `yaml:"frame"`
	Text    string `yaml:"text"`
	Missing string `yaml:"missing"`
	Where   string `yaml:"where"`
	// Lines are the form's within the frame, by way of paying.
	Lines  map[enrolment.Mode]string `yaml:"lines"`
	Source `yaml:",inline"`
}

// Place is where a box stands for a way of paying: its frame, and its line when one is known.
func (b YearlyBox) Place(m enrolment.Mode) string {
	if line := b.Lines[m]; line != "" {
		return b.Frame + ", " + line
	}
	return b.Frame
}

// Source says where a statement comes from, when it was last compared with it, and how sure we are.
type Source struct {
	Source     string     `yaml:"source"`
	Checked    string     `yaml:"checked"` // day, "2006-01-02"
	Confidence Confidence `yaml:"confidence"`
}

// Confidence is how sure we are of a statement.
type Confidence string

// From the organisation's guide, official, trade press, order of magnitude, our own proposal; then what is unconfirmed.
const (
	FromGuide  Confidence = "GUIDE"
	Official   Confidence = "OFF"
	Secondary  Confidence = "SEC"
	Estimate   Confidence = "EST"
	Proposal   Confidence = "PROP"
	Commercial Confidence = "COM"
	Memory     Confidence = "MEM"
)

// Confirmed tells whether the product may act on it and show it.
func (c Confidence) Confirmed() bool {
	switch c {
	case FromGuide, Official, Secondary, Estimate, Proposal:
		return true
	}
	return false
}

// Link is an address as content. Title is what the page is called; see [Guide.Link] for the address to show.
type Link struct {
	Title    string `yaml:"title"`
	URL      string `yaml:"url"` // "" when the page was never found
	Verified bool   `yaml:"verified"`
	Fallback string `yaml:"fallback"`
	Source   `yaml:",inline"`
}

// Address is the address to show: the page itself when it was verified, else its fallback.
func (l Link) Address() string {
	if l.Verified {
		return l.URL
	}
	return l.Fallback
}

// Helpline is the telephone line that helps with the digital identity.
type Helpline struct {
	Label          string      `yaml:"label"`
	Number         string      `yaml:"number"`
	About          string      `yaml:"about"`
	Timezone       string      `yaml:"timezone"`
	Hours          []Hours     `yaml:"hours"`
	PublicHolidays string      `yaml:"publicHolidays"` // "closed" or "open"
	Text           string      `yaml:"text"`           // the hours in words
	Alternative    OtherNumber `yaml:"alternative"`
	Source         `yaml:",inline"`
}

// OtherNumber is another number found for the helpline; kept for whoever checks, never shown.
type OtherNumber struct {
	Number string `yaml:"number"`
	Source `yaml:",inline"`
}

// Hours are the opening hours of some days of the week, Paris time ("08:30").
type Hours struct {
	Days   []string `yaml:"days"` // in French, lower case
	Opens  string   `yaml:"opens"`
	Closes string   `yaml:"closes"`
}

// Rule is a value with the days it holds (both included; no Until: until further notice).
type Rule struct {
	Key    string `yaml:"key"`
	Value  int    `yaml:"value"`
	Unit   string `yaml:"unit"`
	From   string `yaml:"from"`
	Until  string `yaml:"until"`
	Source `yaml:",inline"`
}

// Mandate is a kind of mandate as the form shows it.
type Mandate struct {
	Key    enrolment.MandateKind `yaml:"key"`
	Title  string                `yaml:"title"`
	DIFE   bool                  `yaml:"dife"`
	Reason string                `yaml:"reason"` // why not, when DIFE is false
}

// Authority is what the collectivité's contact is told.
type Authority struct {
	Asks      []string    `yaml:"asks"` // what we ask of the collectivité
	Spending  []Statement `yaml:"spending"`
	FirstYear Statement   `yaml:"firstYear"`
	Law       []string    `yaml:"law"`
	Grounds   []Ground    `yaml:"grounds"` // of a refusal
}

// Billing is what an invoice says of its payer.
type Billing struct {
	DIFEPayer        string    `yaml:"difePayer"`        // who pays with the DIFE
	LatePublic       Statement `yaml:"latePublic"`       // what a public payer that is late owes
	LateProfessional Statement `yaml:"lateProfessional"` // what any other payer owes that is no individual
}

// Ground is a ground for refusing a training, as the form shows it.
type Ground struct {
	Key      string `yaml:"key"`
	Title    string `yaml:"title"`
	Hint     string `yaml:"hint"`
	Unlawful bool   `yaml:"unlawful"` // the law does not admit it
	Says     string `yaml:"says"`     // what the law says, to whoever refuses on a ground that it does not admit
}

// Ground gives a ground by its key.
func (a Authority) Ground(key string) (g Ground, ok bool) {
	for _, g := range a.Grounds {
		if g.Key == key {
			return g, true
		}
	}
	return Ground{}, false
}

// Statement is a sentence for some mandates; for all the others when it names none.
type Statement struct {
	Mandates []enrolment.MandateKind `yaml:"mandates"`
	Text     string                  `yaml:"text"`
	Source   `yaml:",inline"`
}

// Question is a plain question with two answers.
type Question struct {
	Title string `yaml:"title"`
	Hint  string `yaml:"hint"`
	Yes   string `yaml:"yes"`
	No    string `yaml:"no"`
}

// Questionnaire asks who attended what they thought of it. Each question takes one of the choices, the best one last.
type Questionnaire struct {
	Title     string         `yaml:"title"`
	Intro     string         `yaml:"intro"`
	Questions []PollQuestion `yaml:"questions"`
	Choices   []string       `yaml:"choices"`
	Thanks    string         `yaml:"thanks"`
	Source    `yaml:",inline"`
}

// PollQuestion is one of its questions; Short names it in tables.
type PollQuestion struct {
	Text  string `yaml:"text"`
	Short string `yaml:"short"`
}

// OpinionUntil is until when the questionnaire of a session is open.
func (g *Guide) OpinionUntil(s enrolment.Session) time.Time {
	days, _ := g.Rule("opinion-days", s.End())
	return s.End().AddDate(0, 0, days)
}

// Mode is one way of paying, told from beginning to end.
type Mode struct {
	Title string   `yaml:"title"`
	Short string   `yaml:"short"`
	Intro []string `yaml:"intro"`
	Asks  string   `yaml:"asks"`  // what it asks of the élu, in one sentence
	Until string   `yaml:"until"` // until when one can enrol this way
	Steps []Step   `yaml:"steps"`
	Notes []string `yaml:"notes"`
	More  []string `yaml:"more"` // link ids
}

// Step is one step of a mode.
type Step struct {
	Key     enrolment.StepKey `yaml:"key"`
	Title   string            `yaml:"title"`
	Summary string            `yaml:"summary"`
	Body    []string          `yaml:"body"`
	Options []Option          `yaml:"options"`
	Links   []string          `yaml:"links"` // link ids
	Help    []string          `yaml:"help"`
	Done    string            `yaml:"done"` // what the élu declares: « J’ai … »
}

// Option is one way of doing a step. DelayRule names the rule that says how long it takes at most, "" when nobody can say.
type Option struct {
	Key         string   `yaml:"key"`
	Title       string   `yaml:"title"`
	Body        []string `yaml:"body"`
	Recommended bool     `yaml:"recommended"`
	Delay       string   `yaml:"delay"`
	DelayRule   string   `yaml:"delayRule"`
	Links       []string `yaml:"links"`
}

// Mode gives a mode's content. It panics on a mode that does not exist: [enrolment.ParseMode] guards the edge, and
// [Parse] refuses content that lacks one.
func (g *Guide) Mode(m enrolment.Mode) Mode {
	mode, ok := g.Modes[m]
	if !ok {
		panic(fmt.Sprintf("guide: no mode %q", m))
	}
	return mode
}

// Step gives a step's content; ok is false when the mode has no such step.
func (g *Guide) Step(m enrolment.Mode, key enrolment.StepKey) (s Step, ok bool) {
	for _, s := range g.Modes[m].Steps {
		if s.Key == key {
			return s, true
		}
	}
	return Step{}, false
}

// ShownLink is a link ready to show. Verified is false when URL is the fallback: say « page d’accueil » or the like.
type ShownLink struct {
	Title    string
	URL      string
	Verified bool
}

// Link gives the title and the address to show. ok is false for an id that does not exist ([Parse] refuses content
// that uses one).
func (g *Guide) Link(id string) (l ShownLink, ok bool) {
	link, ok := g.Links[id]
	return ShownLink{Title: link.Title, URL: link.Address(), Verified: link.Verified}, ok
}

// Shown gives the links of a list of ids, in order, each address once.
func (g *Guide) Shown(ids []string) []ShownLink {
	links := make([]ShownLink, 0, len(ids))
	for _, id := range ids {
		if l, ok := g.Link(id); ok {
			links = append(links, l)
		}
	}
	return links
}

// Rule gives the value in force on the day (in Paris) of an instant. ok is false when there is none. Unconfirmed values
// (COM, MEM) are never in force. When two overlap, the one that began last wins.
func (g *Guide) Rule(key string, on time.Time) (value int, ok bool) {
	day := on.In(Paris).Format(time.DateOnly)
	from := ""
	for _, r := range g.Rules {
		if r.Key != key || !r.Confidence.Confirmed() || day < r.From || (r.Until != "" && day > r.Until) {
			continue
		}
		if !ok || r.From >= from {
			value, from, ok = r.Value, r.From, true
		}
	}
	return value, ok
}

// Mandate gives a kind of mandate; ok is false when the content lacks it.
func (g *Guide) Mandate(kind enrolment.MandateKind) (m Mandate, ok bool) {
	for _, m := range g.Mandates {
		if m.Key == kind {
			return m, true
		}
	}
	return Mandate{}, false
}

// Spending says why whoever pays for such a mandate must: the article of the payer's own kind.
func (g *Guide) Spending(kind enrolment.MandateKind) string {
	for _, s := range g.Authority.Spending {
		if len(s.Mandates) == 0 || slices.Contains(s.Mandates, kind) {
			return s.Text
		}
	}
	return ""
}

// FirstYear is what the law asks in the first year of such a mandate; "" when it says nothing at that instant.
func (g *Guide) FirstYear(kind enrolment.MandateKind, now time.Time) string {
	if _, holds := g.Rule("first-year-training", now); !holds || !slices.Contains(g.Authority.FirstYear.Mandates, kind) {
		return ""
	}
	return g.Authority.FirstYear.Text
}
