package document_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// council is a group of three, of whom one waits, whose collectivité said where to invoice.
func council(t testing.TB) document.Input {
	in := sample(t, enrolment.Collectivite)
	e := &in.Enrolment
	e.Person = enrolment.GroupName(e.Mandate.Authority)
	e.Group = &enrolment.Group{Lines: []enrolment.Line{
		{FileID: "a", Name: "Madame Anne-Lise Le Goff", Mandate: "maire", Seat: true},
		{FileID: "b", Name: "Idriss N’Diaye", Mandate: "adjoint", Seat: true},
		{FileID: "c", Name: "Monsieur Paul Œuvrard", Mandate: "conseiller-municipal"},
	}}
	e.Reply = &enrolment.Reply{Billing: enrolment.Billing{SIRET: "21440109300015", Commitment: "BC-42", Address: "1 place de la Mairie, 44110 Saint-Aubin-des-Châteaux", At: in.Now}}
	return in
}

func TestTheConventionOfAGroupHasALineForEachWhoHasASeat(t *testing.T) {
	for _, k := range []document.Kind{document.Devis, document.Convention} {
		said := text(composed(t, k, council(t)))
		for name, there := range map[string]bool{
			"pour Madame Anne-Lise Le Goff": true, "pour Idriss N’Diaye": true, "Œuvrard": false,
			"1\u00a0440,00\u00a0€": true, "1 place de la Mairie, 44110": true, "Groupe": false,
		} {
			if strings.Contains(strings.ReplaceAll(said, "\u202f", "\u00a0"), name) != there {
				t.Errorf("%s: %q there: %v, want %v in\n%s", k, name, !there, there, said)
			}
		}
		write(t, string(k)+"-groupe", render(t, k, council(t)))
	}
}

func TestThePapersSayWhereToInvoiceOnceItIsKnown(t *testing.T) {
	in := council(t)
	said := text(composed(t, document.Convention, in))
	for _, want := range []string{"214\u202f401\u202f093\u202f00015", "BC-42", "Code service", "aucun"} {
		if !strings.Contains(said, want) {
			t.Errorf("the convention lacks %q", want)
		}
	}
	in.Enrolment.Reply.Billing = enrolment.Billing{Unknown: true, At: in.Now}
	unknown := text(composed(t, document.Convention, in))
	if in.Enrolment.Reply = nil; unknown != text(composed(t, document.Convention, in)) {
		t.Error("what is not known yet is to be filled in by hand")
	}
}

// One of a group leaves: what is printed next carries another number, says that it replaces what was printed before, and bills who stays.
func TestWhenOneLeavesTheGroupsPapersReplaceThoseBeforeThem(t *testing.T) {
	in := council(t)
	f := in.Formation
	in.Session.Formation.Title, in.Session.Formation.Theme, in.Session.Formation.Hours, in.Session.Formation.PriceCents = f.Title, f.Theme, f.Hours, f.PriceCents
	first := map[document.Kind]string{}
	for _, k := range []document.Kind{document.Devis, document.Convention} {
		first[k] = in.Enrolment.Number(k)
		if said := text(composed(t, k, in)); strings.Contains(said, "annule et remplace") {
			t.Errorf("the first %s replaces something:\n%s", k, said)
		}
	}
	leaver := enrolment.Enrolment{ID: "b", PartOf: in.Enrolment.ID, Status: enrolment.Reserved, Mode: enrolment.Collectivite}
	gone := leaver
	gone.Status = enrolment.Cancelled
	after, changed := in.Enrolment.Follow(enrolment.Move{Before: leaver, After: gone}, in.Session, in.Now)
	if !changed {
		t.Fatal("the group does not follow")
	}
	in.Enrolment = after
	for _, k := range []document.Kind{document.Devis, document.Convention} {
		said := strings.ReplaceAll(text(composed(t, k, in)), "\u202f", "\u00a0")
		number := in.Enrolment.Number(k)
		if number == first[k] || !strings.Contains(said, number) || !strings.Contains(said, "annule et remplace") {
			t.Errorf("%s: %q stands for %q without saying so", k, number, first[k])
		}
		for words, there := range map[string]bool{"Anne-Lise Le Goff": true, "N’Diaye": false, "720,00\u00a0€": true, "1\u00a0440,00": false} {
			if strings.Contains(said, words) != there {
				t.Errorf("%s: %q there: %v, want %v in\n%s", k, words, !there, there, said)
			}
		}
	}
}
