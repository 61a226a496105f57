package main

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// The shortest life is told whole: mails to the élue and to the mairie, the page by its own code, what the organisation is asked.
func TestAStoryIsTold(t *testing.T) {
	t.Chdir("../..")
	if _, err := os.Stat("frontend/node_modules/lit"); err != nil {
		t.Fatal("the page's own code needs npm ci in frontend/ (make test does it)")
	}
	i := slices.IndexFunc(people, func(l life) bool { return l.name == "dife-late" })
	story, err := people[i].live(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := tell(&out, people[i].title, story, false); err != nil {
		t.Fatal(err)
	}
	for _, told := range []string{
		"--- jeudi 26 novembre 2026", "@ elue@plougastel.example : « Votre place est réservée", "| [ Confirmer mon adresse et ouvrir mon dossier ]",
		"# Votre place est réservée", "[ J’ai créé mon compte formation ]", "À faire par l’organisme : identity-call",
		"@ dgs@plougastel.example (copie à elue@plougastel.example)", "Joint : devis-EC-",
	} {
		if !strings.Contains(strings.ReplaceAll(out.String(), "\u00a0", " "), told) {
			t.Errorf("the story does not tell %q:\n%s", told, out.String())
		}
	}
}

func TestPeopleHaveNamesOfTheirOwnAndTheirDaysComeInOrder(t *testing.T) {
	names := map[string]bool{}
	for _, l := range people {
		if names[l.name] {
			t.Errorf("two are called %s", l.name)
		}
		names[l.name] = true
		last := moment(begins)
		for _, s := range append(l.scenes, scene{at: l.ends}) {
			if moment(s.at).Before(last) {
				t.Errorf("%s: %s comes before what is told before it", l.name, s.at)
			}
			last = moment(s.at)
		}
	}
}
