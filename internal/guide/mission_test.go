package guide_test

import (
	"os"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// everything gathers all that the guide shows for a mode.
func everything(g *guide.Guide, m enrolment.Mode) string {
	mode := g.Mode(m)
	texts := append([]string{mode.Title, mode.Asks, mode.Until}, append(mode.Intro, mode.Notes...)...)
	show := func(ids []string) {
		for _, l := range g.Shown(ids) {
			texts = append(texts, l.Title, l.URL)
		}
	}
	show(mode.More)
	for _, s := range mode.Steps {
		texts = append(append(append(texts, s.Title, s.Summary), s.Body...), s.Help...)
		show(s.Links)
		for _, o := range s.Options {
			texts = append(append(texts, o.Title, o.Delay), o.Body...)
			show(o.Links)
		}
	}
	if m == enrolment.DIFE {
		texts = append(texts, g.Helpline.Label, g.Helpline.Number, g.Helpline.Text)
	}
	return strings.Join(texts, "\n")
}

func TestEveryStatementOfTheMissionIsInTheGuide(t *testing.T) {
	g := load(t)
	list, err := os.ReadFile("testdata/mission.tsv")
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		if strings.HasPrefix(line, "#") {
			continue
		}
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			t.Fatalf("not three fields: %q", line)
		}
		n++
		if !strings.Contains(plain(everything(g, enrolment.Mode(f[0]))), plain(f[2])) {
			t.Errorf("%s: %s: %q is nowhere", f[0], f[1], f[2])
		}
	}
	if n < 50 {
		t.Errorf("only %d statements", n)
	}
}

func TestRumoursAreShownNowhere(t *testing.T) {
	g := load(t)
	for _, m := range enrolment.Modes {
		text := plain(everything(g, m))
		for _, rumour := range []string{"600 €", "1 200 €", "100 € HT", "0 969 399 111", "1er décembre 2026", "2 jours ouvrés", "4 jours ouvrés", "400 €", "800 €"} {
			if strings.Contains(text, rumour) {
				t.Errorf("%s says %q: unconfirmed, or to be read on Mon Compte Élu", m, rumour)
			}
		}
	}
}

// What is in the real world must survive a deployer's edit: no step may be emptied without the loader noticing.
func TestEachStepIsWhole(t *testing.T) {
	g := load(t)
	for _, m := range enrolment.Modes {
		for _, key := range m.Steps() {
			s, ok := g.Step(m, key)
			if !ok || s.Title == "" || s.Summary == "" || s.Done == "" || len(s.Body) == 0 || len(s.Links) == 0 || len(s.Help) == 0 {
				t.Errorf("%s/%s: %+v", m, key, s)
			}
		}
	}
	if _, ok := g.Step(enrolment.Personnel, enrolment.StepDossier); ok {
		t.Error("a step was found in a mode it does not belong to")
	}
}
