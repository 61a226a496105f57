package wiring_test

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// What a person or a mairie was promised is what their papers say, whatever the catalogue becomes: the programme, its
// methods, the conditions of payment.
func TestThePapersOfAFileKeepTheProgrammeAndConditionsOfTheDayItWasMade(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	before := map[string]func() string{}
	for i, mode := range []string{"collectivite", "personnel"} {
		path, bearer := p.enrol(i+1, session, "elu"+strconv.Itoa(i)+"@exemple.fr", mode)
		for _, paper := range map[string][]string{"collectivite": {"programme", "devis", "convention", "demande-maire"}, "personnel": {"programme", "contrat"}}[mode] {
			before[mode+" "+paper] = func() string { return p.paper(path, paper, bearer) }
		}
	}
	first := map[string]string{}
	for name, print := range before {
		first[name] = print()
	}
	changes := []string{
		"Le calendrier budgétaire", "Une autre première partie",
		"vous saurez lire les documents budgétaires", "vous saurez autre chose",
		"Paiement à trente jours", "Paiement à dix jours",
		"l’organisme peut retenir", "l’organisme gardera",
	}
	p.publish(changes...)
	for name, print := range before {
		if print() != first[name] {
			t.Errorf("the catalogue changed, and the %s of a file made before says something else", name)
		}
	}

	path, bearer := p.enrol(3, session, "elu3@exemple.fr", "collectivite")
	if p.paper(path, "programme", bearer) == first["collectivite programme"] {
		t.Error("a newcomer is given the programme of before")
	}
	s, err := p.house.Store.Session(context.Background(), session)
	if err != nil {
		t.Fatal(err)
	}
	said, err := p.house.Store.Wording(context.Background(), s.Formation.Slug, s.Wording)
	if err != nil {
		t.Fatal(err)
	}
	all := fmt.Sprint(said)
	for i := 0; i < len(changes); i += 2 {
		if !strings.Contains(all, changes[i+1]) {
			t.Errorf("what newcomers are promised lacks « %s »", changes[i+1])
		}
	}
}

func (p *product) paper(path, paper, bearer string) string {
	p.Helper()
	a := p.ask("192.0.2.9", "GET", path+"/documents/"+paper, "", "Authorization", bearer)
	if a.status != 200 {
		p.Fatalf("%s: %d %s", paper, a.status, a.body)
	}
	return a.body
}
