package document_test

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// signOnline signs the convention of an input, as it is shown.
func signOnline(t testing.TB, in *document.Input) {
	t.Helper()
	text, err := document.Text(*in)
	if err != nil {
		t.Fatal(err)
	}
	in.Signed = text
	in.Enrolment.Reply = &enrolment.Reply{Signature: enrolment.Signature{
		Edition: in.Enrolment.Terms.Edition, Name: "Paul Martin", Function: "maire", Right: enrolment.SignsAsHead, Email: "sg@mairie.example",
		Digest: enrolment.TextDigest(text), At: time.Date(2026, 11, 23, 14, 5, 9, 0, time.UTC),
		Organisation: enrolment.Countersignature{Signatory: in.Organisation.Representative, By: "Camille Gestion", At: time.Date(2026, 11, 24, 8, 0, 3, 0, time.UTC)},
	}}
}

func TestTheSignedConventionCarriesBothSignaturesAndTheTextThatWasSigned(t *testing.T) {
	in := input(t, document.Signed)
	said := plain(text(composed(t, document.Signed, in)))
	s := in.Enrolment.Reply.Signature
	for _, m := range []string{"Paul Martin, maire", "Claire Moreau, directrice",
		"Camille Gestion", "24 novembre 2026 à 9 h (09:00:03)", "bon pour accord", "23 novembre 2026 à 15 h 05 (15:05:09)", "sg@mairie.example",
		s.Digest[:32], s.Digest[32:], "Signature électronique simple", "Article 8. Différends", "720,00 €", in.Enrolment.Mandate.Authority} {
		if !strings.Contains(said, plain(m)) {
			t.Errorf("it does not say %q", m)
		}
	}
	if strings.Contains(said, "……") {
		t.Error("something is left to fill in by hand")
	}
}

// What was signed is printed from itself: whatever the organisation, the formation or this program become.
func TestWhatWasSignedStaysWhateverChangesSince(t *testing.T) {
	in := input(t, document.Signed)
	before := text(composed(t, document.Signed, in))
	in.Formation.Objective, in.Formation.Programme = "Autre chose.", []string{"Autre chose"}
	in.Organisation.PaymentTerms, in.Organisation.IBAN = "Paiement à la commande.", ""
	if after := text(composed(t, document.Signed, in)); after != before {
		t.Error("a later change shows in what was signed")
	}
	if now, err := document.Text(in); err != nil || enrolment.TextDigest(now) == in.Enrolment.Reply.Signature.Digest {
		t.Error("another text has the same digest", err)
	}
}

func TestTheSameConventionHasTheSameText(t *testing.T) {
	in := input(t, document.Convention)
	one, err := document.Text(in)
	if err != nil {
		t.Fatal(err)
	}
	in.Now = in.Now.Add(5 * time.Minute)
	if other, _ := document.Text(in); other != one {
		t.Error("its text changes by the minute")
	}
	for _, l := range strings.Split(one, "\n") {
		if strings.HasSuffix(l, ": ") || strings.Contains(l, "……") {
			t.Errorf("a line with a hole: %q", l)
		}
	}
}

// Until the organisation signs too the paper says that nothing is concluded.
func TestAConventionThatOneSideSignedSaysSo(t *testing.T) {
	in := input(t, document.Signed)
	in.Enrolment.Reply.Signature.Organisation = enrolment.Countersignature{}
	said := plain(text(composed(t, document.Signed, in)))
	if !strings.Contains(said, plain("pas encore par l’organisme")) || !strings.Contains(said, plain("la convention n’est pas conclue")) || strings.Contains(said, "Camille") {
		t.Error(said)
	}
}

// Papers made again take another number; what was signed keeps its own.
func TestWhatWasSignedKeepsItsNumber(t *testing.T) {
	in := input(t, document.Signed)
	number := in.Enrolment.Number(document.Signed)
	in.Session.Revision++ // it moved, and nobody was told yet
	if said := text(composed(t, document.Signed, in)); strings.Contains(said, number+"-2") {
		t.Error("it has the number of what comes next")
	}
}
