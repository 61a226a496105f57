package guide_test

import (
	"os"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"

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
		for _, rumour := range []string{"600 €", "1 200 €", "100 € HT", "400 €", "800 €"} {
			if strings.Contains(text, rumour) {
				t.Errorf("%s says %q: unconfirmed, or to be read on Mon Compte Élu", m, rumour)
			}
		}
	}
}

// Whatever is taken out of a step, the loader notices and names it.
func TestAStepThatLacksSomethingIsRefused(t *testing.T) {
	for _, m := range enrolment.Modes {
		for i, key := range m.Steps() {
			for _, field := range []string{"title", "summary", "body", "links", "help", "done", "key"} {
				t.Run(string(m)+" "+string(key)+" "+field, func(t *testing.T) {
					refuses(t, field, func(content map[string]any) {
						mode := content["modes"].(map[string]any)[string(m)].(map[string]any)
						delete(mode["steps"].([]any)[i].(map[string]any), field)
					})
				})
			}
		}
		for _, field := range []string{"title", "short", "intro", "asks", "until", "steps"} {
			t.Run(string(m)+" "+field, func(t *testing.T) {
				refuses(t, field, func(content map[string]any) {
					delete(content["modes"].(map[string]any)[string(m)].(map[string]any), field)
				})
			})
		}
	}
}

func TestAnOptionThatLacksSomethingIsRefused(t *testing.T) {
	for i := range 5 {
		for _, field := range []string{"key", "title", "delay", "body", "links"} {
			refuses(t, field, func(content map[string]any) {
				step := content["modes"].(map[string]any)["dife"].(map[string]any)["steps"].([]any)[1].(map[string]any)
				delete(step["options"].([]any)[i].(map[string]any), field)
			})
		}
	}
}

// refuses changes the content and wants an error that names the field (or the steps, when a key is gone).
func refuses(t *testing.T, field string, change func(map[string]any)) {
	t.Helper()
	var content map[string]any
	if err := yaml.Unmarshal([]byte(source(t)), &content); err != nil {
		t.Fatal(err)
	}
	change(content)
	broken, err := yaml.Marshal(content)
	if err != nil {
		t.Fatal(err)
	}
	_, err = guide.Parse(broken)
	if err == nil || !strings.Contains(err.Error(), field) && !strings.Contains(err.Error(), "steps must be") {
		t.Errorf("without %s: %v", field, err)
	}
}

func TestNoStepBelongsToAnotherMode(t *testing.T) {
	if _, ok := load(t).Step(enrolment.Personnel, enrolment.StepDossier); ok {
		t.Error("a step was found in a mode it does not belong to")
	}
}
