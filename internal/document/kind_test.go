package document_test

import (
	"bytes"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestEachWayOfPayingHasItsPapers(t *testing.T) {
	for mode, want := range map[enrolment.Mode]string{
		enrolment.DIFE:         "programme convocation demande-employeur",
		enrolment.Collectivite: "devis programme demande-maire convention convocation demande-employeur",
		enrolment.Personnel:    "contrat programme convocation demande-employeur",
	} {
		var got []string
		for _, k := range document.Kinds(mode) {
			got = append(got, string(k))
			if k.Title() == "" {
				t.Errorf("%s has no title", k)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: %v, want %s", mode, got, want)
		}
	}
}

func TestNumbersAreStableAndOneForEachFile(t *testing.T) {
	in := input(t, document.Devis)
	first := text(composed(t, document.Devis, in))
	in.Now = in.Now.AddDate(0, 1, 0)
	in.Enrolment.Version++
	if again := text(composed(t, document.Devis, in)); again != first {
		t.Error("the same devis, printed a month later, is another devis")
	}
	if !strings.Contains(plain(first), "n° "+in.Enrolment.Number(document.Devis)) {
		t.Error("the devis does not carry its number")
	}
	seen := map[string]bool{}
	for _, k := range []document.Kind{document.Devis, document.Convention, document.Contrat} {
		for _, id := range []string{in.Enrolment.ID, "z" + in.Enrolment.ID[1:]} { // two files whose references collide
			other := in.Enrolment
			other.ID = id
			n := other.Number(k)
			if !strings.Contains(n, other.Reference) || seen[n] {
				t.Errorf("%s of %s: number %q", k, id, n)
			}
			seen[n] = true
		}
	}
	if n := in.Enrolment.Number(document.Programme); n != "" {
		t.Errorf("a programme is numbered %q", n)
	}
}

func TestStatusDecidesWhatCanBeMade(t *testing.T) {
	later := []document.Kind{document.Convention, document.Contrat, document.Convocation}
	for k, mode := range every {
		if k == document.Emargement || k == document.Certificat || k == document.Facture || k == document.Signed { // the sheet is nobody's own; who has a certificate has attended; what was issued or signed is what it was
			continue
		}
		for status, open := range map[enrolment.Status]bool{
			enrolment.Reserved: true, enrolment.Confirmed: true, enrolment.Attended: true,
			enrolment.Waiting: k == document.Programme, enrolment.Offered: !slices.Contains(later, k),
			enrolment.Cancelled: k == document.Programme, enrolment.Expired: k == document.Programme,
		} {
			in := sample(t, mode)
			in.Enrolment.Status = status
			err := document.Check(k, in)
			if open != (err == nil) {
				t.Errorf("%s while %s: %v", k, status, err)
			}
			if err != nil && enrolment.KindOf(err) != enrolment.KindConflict {
				t.Errorf("%s while %s: %v is not a conflict", k, status, err)
			}
		}
	}
}

func TestAPaperOfAnotherWayOfPayingDoesNotExist(t *testing.T) {
	in := sample(t, enrolment.DIFE)
	var out bytes.Buffer
	err := document.Render(&out, document.Contrat, in)
	if enrolment.KindOf(err) != enrolment.KindNotFound || out.Len() > 0 {
		t.Errorf("got %v and %d bytes", err, out.Len())
	}
}

func TestACancelledSessionGivesNoPaper(t *testing.T) {
	in := sample(t, enrolment.Collectivite)
	in.Session.Status = enrolment.SessionCancelled
	if err := document.Check(document.Convention, in); enrolment.KindOf(err) != enrolment.KindConflict {
		t.Errorf("got %v", err)
	}
}

func TestNothingIsMissingFromTheSample(t *testing.T) {
	for k := range every {
		in := input(t, k)
		if names := document.Missing(in.Organisation, in.Formation, k); names != nil {
			t.Errorf("%s: %v", k, names)
		}
	}
}

// Emptying one setting at a time: a paper that prints it must name it, or be the same without it.
func TestAPaperNamesTheSettingItLacks(t *testing.T) {
	in := sample(t, enrolment.Personnel)
	in.Organisation.SIRET, in.Organisation.EarlyStopTerms, in.Formation.Trainers = "", "", ""
	names := document.Missing(in.Organisation, in.Formation, document.Contrat)
	want := []string{"organisation.siret (numéro SIRET)", "organisation.earlyStopTerms (conditions financières en cas d’arrêt anticipé ou d’abandon)", "formation.trainers (diplômes, titres ou références des formateurs)"}
	for _, n := range want {
		if !slices.Contains(names, n) {
			t.Errorf("%q is not named in %v", n, names)
		}
	}
	if len(names) != len(want) {
		t.Errorf("%v, want %v", names, want)
	}
	err := document.Check(document.Contrat, in)
	var refusal *enrolment.Error
	if !errors.As(err, &refusal) || refusal.Kind != enrolment.KindConflict || !strings.Contains(err.Error(), "organisation.siret") {
		t.Errorf("got %v", err)
	}
	if refusal != nil && strings.Contains(refusal.Detail, "organisation.siret") {
		t.Error("the person is told a field path")
	}
}

// Whatever setting is empty, a paper that Missing allows never shows a line to fill in where that setting goes, nor a
// label without its value.
func TestNoPaperHasAHoleThatMissingDoesNotName(t *testing.T) {
	for k := range every {
		whole := input(t, k)
		holes := strings.Count(text(composed(t, k, whole)), ": ……")
		for _, empty := range emptied(whole) {
			if document.Missing(empty.in.Organisation, empty.in.Formation, k) != nil {
				continue
			}
			said := text(composed(t, k, empty.in))
			if n := strings.Count(said, ": ……"); n != holes {
				t.Errorf("%s without %s: %d lines to fill in, want %d", k, empty.name, n, holes)
			}
			for _, line := range strings.Split(said, "\n") {
				if strings.HasSuffix(plain(line), " :") && !strings.Contains(line, "**") && !strings.Contains(line, "suivante") {
					t.Errorf("%s without %s: %q", k, empty.name, line)
				}
			}
		}
	}
}

// What a paper prints is either asked for by Missing, or one of these, which an organisation may not have.
var optional = map[document.Kind]string{
	document.Programme:        "LegalForm SIRET Agrement InternalRules Outcome Trainers MaxParticipants",
	document.Devis:            "NDA NDARegion Qualiopi IBAN",
	document.Convention:       "NDA NDARegion Qualiopi IBAN",
	document.Contrat:          "NDA NDARegion Qualiopi IBAN InternalRules",
	document.DemandeMaire:     "",
	document.Convocation:      "LegalForm SIRET Agrement Representative InternalRules Objective Prerequisites Accessibility",
	document.DemandeEmployeur: "",
	document.Emargement:       "LegalForm SIRET Agrement Phone Email Address",
	document.Certificat:       "NDA NDARegion Qualiopi",
	document.Facture:          "NDA NDARegion Qualiopi IBAN Hours",
}

func TestWhatAPaperPrintsIsAskedForOrOptional(t *testing.T) {
	for k := range every {
		whole := input(t, k)
		for _, empty := range emptied(whole) {
			missing := document.Missing(empty.in.Organisation, empty.in.Formation, k) != nil
			_, name, _ := strings.Cut(empty.name, ".")
			may := slices.Contains(strings.Fields(optional[k]), name)
			if missing && may {
				t.Errorf("%s: %s is optional, yet asked for", k, empty.name)
			}
			if !missing && !may && text(composed(t, k, empty.in)) != text(composed(t, k, whole)) {
				t.Errorf("%s prints %s and does not ask for it", k, empty.name)
			}
		}
	}
}

type emptiedInput struct {
	name string
	in   document.Input
}

// emptied is an input for each setting of the organisation and of the formation, with that one empty.
func emptied(in document.Input) []emptiedInput {
	var all []emptiedInput
	for i := range reflect.TypeFor[enrolment.Organisation]().NumField() {
		c := in
		if f := reflect.ValueOf(&c.Organisation).Elem().Field(i); !f.IsZero() {
			f.SetZero()
			all = append(all, emptiedInput{"organisation." + reflect.TypeFor[enrolment.Organisation]().Field(i).Name, c})
		}
	}
	for i := range reflect.TypeFor[enrolment.Formation]().NumField() {
		c := in
		if f := reflect.ValueOf(&c.Formation).Elem().Field(i); !f.IsZero() {
			f.SetZero()
			all = append(all, emptiedInput{"formation." + reflect.TypeFor[enrolment.Formation]().Field(i).Name, c})
		}
	}
	return all
}

func TestVAT(t *testing.T) {
	for name, c := range map[string]struct {
		vat       enrolment.VAT
		net       int
		says, not []string
	}{
		"exempt": {enrolment.VAT{Exempt: true, Mention: "TVA non applicable, article 293 B du CGI."}, 72000,
			[]string{"Total HT = 720,00 €", "TVA = néant", "Total à payer = 720,00 €", "TVA non applicable, article 293 B du CGI."}, []string{"TTC"}},
		"twenty percent": {enrolment.VAT{RateBasisPoints: 2000}, 72000,
			[]string{"Total HT = 720,00 €", "TVA 20 % = 144,00 €", "Total TTC = 864,00 €"}, []string{"non applicable", "néant"}},
		"half a cent goes up": {enrolment.VAT{RateBasisPoints: 550}, 10100, // 5,5 % of 101 € is 5,555 €
			[]string{"TVA 5,5 % = 5,56 €", "Total TTC = 106,56 €"}, nil},
		"thousands": {enrolment.VAT{RateBasisPoints: 2000}, 123456789,
			[]string{"Total HT = 1 234 567,89 €", "TVA 20 % = 246 913,58 €", "Total TTC = 1 481 481,47 €"}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, document.Devis)
			in.Organisation.VAT, in.Formation.PriceCents = c.vat, c.net
			said := plain(text(composed(t, document.Devis, in)))
			for _, s := range c.says {
				if !strings.Contains(said, s) {
					t.Errorf("does not say %q", s)
				}
			}
			for _, s := range c.not {
				if strings.Contains(said, s) {
					t.Errorf("says %q", s)
				}
			}
		})
	}
}

func TestTheVATRegimeIsNeverAssumed(t *testing.T) {
	in := input(t, document.Devis)
	in.Organisation.VAT = enrolment.VAT{}
	if names := document.Missing(in.Organisation, in.Formation, document.Devis); len(names) != 1 || !strings.HasPrefix(names[0], "organisation.vat.ratePercent") {
		t.Errorf("neither exempt nor a rate: %v", names)
	}
	in.Organisation.VAT = enrolment.VAT{Exempt: true}
	if names := document.Missing(in.Organisation, in.Formation, document.Devis); len(names) != 1 || !strings.HasPrefix(names[0], "organisation.vat.mention") {
		t.Errorf("exempt without a mention: %v", names)
	}
}

func TestTheConvocationSaysHowFirmTheSeatIs(t *testing.T) {
	in := input(t, document.Convocation)
	if said := text(composed(t, document.Convocation, in)); !strings.Contains(said, "Votre place est réservée") {
		t.Error("reserved")
	}
	in.Enrolment.Status = enrolment.Confirmed
	if said := text(composed(t, document.Convocation, in)); !strings.Contains(said, "Votre place est confirmée") {
		t.Error("confirmed")
	}
}

func TestTheAttendanceSheetListsThoseWhoHoldASeatOnly(t *testing.T) {
	said := text(composed(t, document.Emargement, input(t, document.Emargement)))
	if strings.Contains(said, "Cancelled") || strings.Contains(said, "Waiting") {
		t.Error("someone without a seat is on the sheet")
	}
	if even, zanetti := strings.Index(said, "Éven"), strings.Index(said, "Zanetti"); even < 0 || zanetti < even {
		t.Error("not in alphabetical order")
	}
}

func TestACertificateIsForWhoCameOnceTheSessionIsClosed(t *testing.T) {
	in := input(t, document.Certificat)
	said := text(composed(t, document.Certificat, in))
	if !strings.Contains(said, "8\u00a0h\u00a045") || !strings.Contains(said, "absence excusée") {
		t.Error(said)
	}
	for name, record := range map[string]*enrolment.Attendance{"not closed": nil, "never came": {Sittings: []enrolment.Sitting{{Planned: 180, Presence: enrolment.Absent}}}} {
		in.Enrolment.Attendance = record
		if err := document.Check(document.Certificat, in); enrolment.KindOf(err) != enrolment.KindNotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}
