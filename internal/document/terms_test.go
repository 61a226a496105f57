package document_test

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// One number is one promise: whatever the organisation changes in its catalogue after a file is made.
func TestWhatWasPromisedIsPrintedAgainWhateverTheCatalogueSaysSince(t *testing.T) {
	changes := map[string]func(in *document.Input){
		"the price": func(in *document.Input) { in.Formation.PriceCents += 10000; in.Session.Formation.PriceCents += 10000 },
		"the title": func(in *document.Input) { in.Formation.Title, in.Session.Formation.Title = "Autre", "Autre" },
		"the hours": func(in *document.Input) { in.Formation.Hours, in.Session.Formation.Hours = 3, 3 },
		"the theme": func(in *document.Input) { in.Formation.Theme, in.Session.Formation.Theme = "Autre", "Autre" },
		"the regime of VAT": func(in *document.Input) {
			in.Organisation.VAT = enrolment.VAT{RateBasisPoints: 2000}
			in.Session.VAT = &in.Organisation.VAT
		},
		"the day enrolment closes": func(in *document.Input) { in.Session.ClosesAt = in.Session.ClosesAt.AddDate(0, 0, -3) },
	}
	for _, k := range []document.Kind{document.Devis, document.Convention, document.Contrat} {
		for what, change := range changes {
			in := promised(input(t, k))
			first := text(composed(t, k, in))
			change(&in)
			if again := text(composed(t, k, in)); again != first {
				t.Errorf("%s: %s changed in the catalogue, and the paper of the same number says something else", k, what)
			}
			in.Enrolment.Terms = enrolment.Terms{}
			if live := text(composed(t, k, in)); what == "the price" && live == first {
				t.Errorf("%s: the change is not seen even by a file without terms: this test would see nothing", k)
			}
		}
	}
}

func TestASessionThatMovedHasPapersOfAnotherNumber(t *testing.T) {
	for k, word := range map[document.Kind]string{document.Devis: "tout devis antérieur", document.Convention: "toute convention antérieure", document.Contrat: "tout contrat antérieur"} {
		in := promised(input(t, k))
		first := in.Enrolment.Number(k)
		in.Session.Revision++ // moved, and the holder not told yet
		pending := composed(t, k, in)
		in.Enrolment.SessionSeen = in.Session.Revision
		in.Enrolment.Renew(in.Session, in.Now)
		told := composed(t, k, in)
		for when, p := range map[string]document.Paper{"before the holder is told": pending, "after": told} {
			if s := plain(text(p)); !strings.Contains(s, first+"-2") || !strings.Contains(s, "annule et remplace "+word) {
				t.Errorf("%s, %s: does not say that it is another one, %s-2", k, when, first)
			}
		}
	}
}

func promised(in document.Input) document.Input {
	vat := in.Organisation.VAT
	in.Session.VAT = &vat
	f := in.Formation
	in.Session.Formation = enrolment.FormationSummary{Slug: f.Slug, Title: f.Title, Theme: f.Theme, Hours: f.Hours, PriceCents: f.PriceCents}
	in.Session.ClosesAt = in.Session.Start().Add(-48 * time.Hour)
	in.Enrolment.Terms = in.Session.Terms(in.Enrolment.CreatedAt)
	return in
}
