package document_test

import (
	"bytes"
	"os"
	"path/filepath"
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
		if *pdfDir != "" {
			var pdf bytes.Buffer
			if err := document.Render(&pdf, k, council(t)); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(*pdfDir, string(k)+"-groupe.pdf"), pdf.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
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
