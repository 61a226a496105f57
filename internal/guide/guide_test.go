package guide_test

import (
	"os"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func load(t *testing.T) *guide.Guide {
	t.Helper()
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func source(t *testing.T) string {
	t.Helper()
	b, err := os.ReadFile("content/guide.yaml")
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestParseNamesTheLineOfEachFault(t *testing.T) {
	whole := source(t)
	cases := map[string]struct {
		old, new string // replaced once, after marker
		marker   string
		says     string
	}{
		"an unknown field":                   {"    short: \"DIFE\"", "    shrt: \"DIFE\"", "modes:", `unknown field "shrt"`},
		"a step without a title":             {`title: "Créer votre compte formation"`, `title: ""`, "modes:", "title is missing"},
		"a step without a body":              {"        body:\n          - \"Créez votre", "        body: []\n        bodi:\n          - \"Créez votre", "modes:", "unknown field"},
		"a step without a link":              {"links: [mon-compte-elu, mcf-rechercher]", "links: []", "modes:", "links is missing"},
		"a step without help":                {"        help:\n          - \"Appelez la ligne", "        help: []\n        hlp:\n          - \"Appelez la ligne", "modes:", "unknown field"},
		"a link that does not exist":         {"links: [mon-compte-elu, mcf-rechercher]", "links: [mon-compte-elou]", "modes:", `there is no link "mon-compte-elou"`},
		"a mode that is missing":             {"\n  personnel:\n", "\n  personel:\n", "modes:", `the mode "personnel" is missing`},
		"an unverified link with no way out": {"    fallback: https://lidentitenumerique.laposte.fr/comment-lobtenir\n", "", "idn-tutoriel:", "nothing to show"},
		"an address that is not https":       {"https://lidentitenumerique.laposte.fr\n", "http://lidentitenumerique.laposte.fr\n", "idn-site:", "is not an https address"},
		"a rule that ends before it begins":  {"until: 2025-12-21", "until: 1999-01-01", "rules:", "until comes before from"},
		"an impossible day":                  {"checked: 2026-11-22", "checked: 2026-13-22", "rules:", "is not a day like"},
		"an unknown confidence":              {"confidence: EST", "confidence: SURE", "rules:", `confidence "SURE"`},
		"hours that close before they open":  {`closes: "19:00"`, `closes: "08:00"`, "helpline:", "opening before closing"},
	}
	for name, c := range cases {
		t.Run(name, func(t *testing.T) {
			i := strings.Index(whole, c.marker)
			j := strings.Index(whole[i:], c.old)
			if i < 0 || j < 0 {
				t.Fatalf("%q is not in the content after %q", c.old, c.marker)
			}
			broken := whole[:i] + whole[i:][:j] + c.new + whole[i:][j+len(c.old):]
			_, err := guide.Parse([]byte(broken))
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.Contains(err.Error(), c.says) {
				t.Errorf("error %q does not say %q", err, c.says)
			}
			if !regexp.MustCompile(`line [1-9]\d*|\[\d+:\d+\]`).MatchString(err.Error()) {
				t.Errorf("error %q names no line", err)
			}
		})
	}
}

func TestFaultNamesItsOwnLine(t *testing.T) {
	whole := source(t)
	broken := strings.Replace(whole, "links: [mon-compte-elu, mcf-rechercher]", "links: [nowhere]", 1)
	_, err := guide.Parse([]byte(broken))
	step := strings.Count(whole[:strings.Index(whole, "- key: dossier")], "\n") + 1
	if m := regexp.MustCompile(`line (\d+)`).FindStringSubmatch(err.Error()); m == nil || m[1] != strconv.Itoa(step) {
		t.Errorf("%v: the step begins at line %d", err, step)
	}
}

func TestLinkShowsTheFallbackUntilVerified(t *testing.T) {
	g := load(t)
	for id, raw := range g.Links {
		shown, ok := g.Link(id)
		if !ok || shown.URL == "" || shown.Title == "" {
			t.Errorf("%s: nothing to show", id)
		}
		if raw.Verified && shown.URL != raw.URL || !raw.Verified && shown.URL != raw.Fallback {
			t.Errorf("%s shows %s", id, shown.URL)
		}
	}
	if _, ok := g.Link("nowhere"); ok {
		t.Error("a link that does not exist was found")
	}
}

func TestRulesAreDatedAndRumoursNeverApply(t *testing.T) {
	g := load(t)
	day := func(s string) time.Time {
		d, err := time.ParseInLocation("2006-01-02 15:04", s, guide.Paris)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	cases := []struct {
		name, key, on string
		want          int
		ok            bool
	}{
		{"hourly cap today", "dife-hourly-cap-cents", "2026-11-22 12:00", 8000, true},
		{"the announced cap is a rumour", "dife-hourly-cap-cents", "2026-12-15 12:00", 8000, true},
		{"the announced amount is a rumour", "dife-yearly-cents", "2027-01-15 12:00", 40000, true},
		{"leave before the law", "training-leave-days", "2025-12-21 23:59", 18, true},
		{"leave since the law", "training-leave-days", "2025-12-22 00:00", 24, true},
		{"the organisation's time to answer", "dife-organisation-answer-working-days", "2026-11-22 12:00", 2, true},
		{"the élu's time to confirm", "dife-elu-confirmation-working-days", "2026-11-22 12:00", 4, true},
		{"before it began", "dife-lead-working-days", "2001-01-01 12:00", 0, false},
		{"no such rule", "nothing", "2026-11-22 12:00", 0, false},
	}
	for _, c := range cases {
		if v, ok := g.Rule(c.key, day(c.on)); v != c.want || ok != c.ok {
			t.Errorf("%s: %d, %v; want %d, %v", c.name, v, ok, c.want, c.ok)
		}
	}
}

func TestRuleOverlapTheLatestWins(t *testing.T) {
	s := strings.Replace(source(t), `confidence: COM }`, `confidence: OFF }`, 1) // someone confirms the new cap
	g, err := guide.Parse([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	before, _ := g.Rule("dife-hourly-cap-cents", time.Date(2026, 11, 30, 12, 0, 0, 0, guide.Paris))
	after, _ := g.Rule("dife-hourly-cap-cents", time.Date(2026, 12, 1, 0, 0, 0, 0, guide.Paris))
	if before != 8000 || after != 10000 {
		t.Errorf("before %d, after %d", before, after)
	}
}

func TestMandatesAreThoseOfTheDomain(t *testing.T) {
	g := load(t)
	for _, m := range enrolment.Mandates {
		if c, ok := g.Mandate(m.Kind); !ok || c.DIFE != m.HasDIFE || (!c.DIFE && c.Reason == "") {
			t.Errorf("%s: %+v", m.Kind, c)
		}
	}
	if len(g.Mandates) != len(enrolment.Mandates) {
		t.Errorf("%d mandates, want %d", len(g.Mandates), len(enrolment.Mandates))
	}
}

func TestSentencesSayWhatTheRulesSay(t *testing.T) {
	g, text := load(t), source(t)
	today := time.Date(2026, 11, 22, 12, 0, 0, 0, guide.Paris)
	for key, sentence := range map[string]string{
		"dife-lead-working-days":          "%d jours ouvrés",
		"dife-max-participants":           "%d participants",
		"training-leave-days":             "%d jours de congé de formation",
		"employer-request-days":           "%d jours avant",
		"employer-silence-days":           "sans réponse %d jours avant",
		"personnel-withdrawal-days":       "%d jours pour changer d’avis",
		"personnel-first-payment-percent": "%d % du prix au plus",
		"collectivite-budget-min-percent": "entre %d %",
		"collectivite-budget-max-percent": "et %d % du montant théorique",
		"identity-fast-hours":             "%d heures au plus",
	} {
		v, ok := g.Rule(key, today)
		if !ok {
			t.Errorf("no rule %s", key)
			continue
		}
		want := strings.Replace(strings.Replace(sentence, "%d", strconv.Itoa(v), 1), " %", "\u00a0%", 1)
		if !strings.Contains(plain(text), plain(want)) {
			t.Errorf("rule %s is %d, but no sentence says %q", key, v, want)
		}
	}
	if !strings.Contains(strings.Join(stepHelp(g, enrolment.DIFE, enrolment.StepIdentite), " "), g.Helpline.Number) {
		t.Error("the identity step gives another number than the helpline")
	}
}

func stepHelp(g *guide.Guide, m enrolment.Mode, k enrolment.StepKey) []string {
	s, _ := g.Step(m, k)
	return s.Help
}

// plain makes every space an ordinary one.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

func TestContentHasFrenchTypography(t *testing.T) {
	wrong := regexp.MustCompile(` [;:?!»%€]|« |«[^\x{a0}]|[^\x{a0}]»|\d (h|jours|heures|participants)\b|[a-zà-ÿ]'[a-zà-ÿ]`)
	for i, line := range strings.Split(source(t), "\n") {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		for _, s := range regexp.MustCompile(`"[^"]*"`).FindAllString(line, -1) {
			if m := wrong.FindString(s); m != "" {
				t.Errorf("line %d: %q in %s", i+1, m, s)
			}
		}
	}
}
