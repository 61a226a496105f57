package document_test

import (
	"bytes"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/goccy/go-yaml"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Code du travail L6353-4: each mention is asked on pain of nullity, so each has its place in the contract and the
// contract is refused without it.
func TestTheContractCarriesEveryMandatoryMention(t *testing.T) {
	in := input(t, document.Contrat)
	said := text(composed(t, document.Contrat, in))
	f := in.Formation
	for article, mentions := range map[string][]string{
		"L6353-3":    {"avant l’inscription définitive", "avant tout règlement de frais"},
		"L6353-4 1°": {"Nature : Action de formation", f.Title, f.Objective, f.Programme[0], f.Programme[3], "12 heures", "au plus 12 participants"},
		"L6353-4 2°": {"Niveau de connaissances préalables requis : " + f.Prerequisites, "Qualification préparée"},
		"L6353-4 3°": {"Modalité : En présence", f.Methods, "Contrôle des connaissances : Questionnaire", "sanction de la formation : Attestation"},
		"L6353-4 4°": {"Diplômes, titres ou références des formateurs", f.Trainers},
		"L6353-4 5°": {"modalités de paiement", in.Organisation.EarlyStopTerms, "Arrêt anticipé ou abandon"},
		"L6353-5":    {"délai de 14 jours pour se rétracter", "10 jours (Code du travail, article L6353-5)", "Code de la consommation, article L221-18", "toute déclaration claire", "« Renoncer au contrat ici »", "Il n’est pas obligatoire", "Formulaire de rétractation"},
		"L6353-6":    {"Aucune somme ne peut être exigée du stagiaire avant l’expiration du délai", "plus de 30 % du prix", "au fur et à mesure du déroulement"},
		"L6353-7":    {"force majeure", "à due proportion de leur valeur prévue au contrat"},
	} {
		for _, m := range mentions {
			if !strings.Contains(plain(said), plain(m)) {
				t.Errorf("%s: the contract does not say %q", article, m)
			}
		}
	}
}

func TestARemoteContractSaysHow(t *testing.T) {
	in := input(t, document.Contrat)
	in.Session.Remote, in.Session.Place = true, "À distance (visioconférence)"
	if !strings.Contains(text(composed(t, document.Contrat, in)), "Modalité : À distance, par visioconférence") {
		t.Error("the contract does not say that the training is remote (L6353-4, 3°)")
	}
}

func TestTheConventionCarriesWhatDomainAsks(t *testing.T) {
	p := composed(t, document.Convention, input(t, document.Convention))
	if len(p.Parts) != 2 || p.Parts[0].Label == p.Parts[1].Label {
		t.Fatal("not two copies")
	}
	for _, part := range p.Parts {
		said := plain(text(document.Paper{Parts: []document.Part{part}}))
		for _, m := range []string{"Comprendre et voter le budget de sa commune", "l’élu sait lire le budget", "Les grands principes budgétaires",
			"Exposés courts", "12 heures", "jeudi 11 mars 2027", "Questionnaire au début", "émargement", "720,00 €", "Paiement à 30 jours",
			"AGR-2025-044", "31 décembre 2028", "Finances locales", "Madame Anne-Lise Le Goff", "Conseillère municipale", "au plus 12 participants",
			"Coût horaire HT par participant : 60,00 €", "dépense obligatoire", "L2321-2, 3°", "123 456 789 00012", "Adresse de facturation : ……",
			"Chorus Pro", "Code service : ……", "Numéro d’engagement : ……", "deux exemplaires", "avant le premier jour", "signature et cachet"} {
			if !strings.Contains(said, plain(m)) {
				t.Errorf("%s does not say %q", part.Label, m)
			}
		}
	}
}

func TestTheLetterCitesTheRightAndTheCompulsorySpending(t *testing.T) {
	for kind, want := range map[enrolment.MandateKind][]string{
		"conseiller-municipal":     {"Madame ou Monsieur le Maire"},
		"adjoint":                  {"Madame le Maire, Monsieur le Maire,"},
		"maire":                    {"À l’attention des services"},
		"president-epci":           {"À l’attention des services", "L5214-8"},
		"conseiller-communautaire": {"Madame la Présidente ou Monsieur le Président", "L5214-8"},
		"conseiller-departemental": {"Madame la Présidente, Monsieur le Président,", "obligatoire pour le département", "L3321-1, 2°"},
		"conseiller-regional":      {"Madame la Présidente ou Monsieur le Président", "obligatoire pour la région"},
		"conseiller-metropolitain": {"obligatoire pour la collectivité"},
	} {
		in := input(t, document.DemandeMaire)
		in.Enrolment.Mandate.Kind = kind
		said := plain(text(composed(t, document.DemandeMaire, in)))
		for _, m := range append(want, "dépense obligatoire", "droit à la formation", "devis n° D-EC-7KQ4-M9F", "le programme de la formation", "AGR-2025-044") {
			if !strings.Contains(said, plain(m)) {
				t.Errorf("%s: the letter does not say %q", kind, m)
			}
		}
		if communal := strings.Contains(said, "L2321-2"); communal != slices.Contains([]string{"conseiller-municipal", "adjoint", "maire", "president-epci", "conseiller-communautaire"}, string(kind)) {
			t.Errorf("%s: the article of communes: %v", kind, communal)
		}
	}
}

// Until March 2027 the strongest sentence of the letter is the first-year obligation of élus with a delegation.
func TestTheLetterSaysTheObligationOfTheFirstYear(t *testing.T) {
	for _, c := range []struct {
		kind enrolment.MandateKind
		now  string
		want bool
	}{{"adjoint", "2027-03-01 09:00", true}, {"adjoint", "2027-04-01 09:00", false}, {"adjoint", "2026-03-01 09:00", false}, {"conseiller-regional", "2027-03-01 09:00", false}} {
		in := input(t, document.DemandeMaire)
		in.Enrolment.Mandate.Kind, in.Now = c.kind, parisTime(t, c.now)
		if said := plain(text(composed(t, document.DemandeMaire, in))); strings.Contains(said, "première année de mandat") != c.want {
			t.Errorf("%s on %s: want %v", c.kind, c.now, c.want)
		}
	}
}

func TestTheConventionSaysTheShareOfDistanceTeachingAndTheLetterTheLastDay(t *testing.T) {
	in := input(t, document.Convention)
	if said := plain(text(composed(t, document.Convention, in))); !strings.Contains(said, "Part de la formation à distance : aucune") {
		t.Error("in person:", said)
	}
	in.Session.Remote = true
	if said := plain(text(composed(t, document.Convention, in))); !strings.Contains(said, "Part de la formation à distance : la totalité") {
		t.Error("at a distance:", said)
	}
	in = input(t, document.DemandeMaire) // the session begins on Thursday 11 March 2027
	if said := plain(text(composed(t, document.DemandeMaire, in))); !strings.Contains(said, "au plus tard le mercredi 10 mars 2027") {
		t.Error(said)
	}
}

func TestTheEmployersLetterKeepsTheThirtyDays(t *testing.T) {
	for name, c := range map[string]struct {
		now  string
		want string
	}{
		"thirty days before, at the last minute": {"2027-02-09 23:59", "au moins 30 jours avant"},
		"twenty-nine days before":                {"2027-02-10 00:00", "moins de 30 jours avant"},
	} {
		t.Run(name, func(t *testing.T) {
			in := input(t, document.DemandeEmployeur)
			in.Now = parisTime(t, c.now)
			said := plain(text(composed(t, document.DemandeEmployeur, in)))
			if !strings.Contains(said, "adressée "+c.want) && !strings.Contains(said, "demande "+c.want) {
				t.Errorf("the letter does not say %q:\n%s", c.want, said)
			}
			if !strings.Contains(said, "24 jours") {
				t.Error("the letter does not say how many days of leave")
			}
		})
	}
}

// A deployer corrects a rule in the guide; every paper that quotes it follows.
func TestPapersFollowTheRulesOfTheGuide(t *testing.T) {
	source, err := os.ReadFile("../guide/content/guide.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changed := bytes.ReplaceAll(source, []byte("key: personnel-first-payment-percent, value: 30"), []byte("key: personnel-first-payment-percent, value: 20"))
	changed = bytes.ReplaceAll(changed, []byte("key: training-leave-days, value: 24"), []byte("key: training-leave-days, value: 26"))
	g, err := guide.Parse(changed)
	if err != nil {
		t.Fatal(err)
	}
	in := input(t, document.Contrat)
	in.Guide = g
	said := plain(text(composed(t, document.Contrat, in)))
	if !strings.Contains(said, "plus de 20 % du prix") || !strings.Contains(said, "144,00 €") {
		t.Error("the contract keeps the old share of the first payment")
	}
	in = input(t, document.DemandeEmployeur)
	in.Guide = g
	if !strings.Contains(plain(text(composed(t, document.DemandeEmployeur, in))), "26 jours") {
		t.Error("the employer's letter keeps the old number of days")
	}
}

func TestAPaperFailsWhenARuleIsUnknown(t *testing.T) {
	in := input(t, document.Contrat)
	in.Now = time.Date(1999, 1, 1, 12, 0, 0, 0, time.UTC) // before any rule
	if _, err := document.Compose(document.Contrat, in); err == nil || !strings.Contains(err.Error(), "no rule") {
		t.Errorf("got %v", err)
	}
}

// contentOf reads the statements as a deployer would edit them.
func contentOf(t *testing.T) map[string]struct {
	Text, Source, Checked string
	Confidence            guide.Confidence
} {
	t.Helper()
	source, err := os.ReadFile("content/papers.yaml")
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]struct {
		Text, Source, Checked string
		Confidence            guide.Confidence
	}{}
	if err := yaml.Unmarshal(source, &all); err != nil {
		t.Fatal(err)
	}
	return all
}

func TestEveryStatementHasASourceAndIsNotARumour(t *testing.T) {
	for key, s := range contentOf(t) {
		if s.Text == "" || s.Source == "" || !s.Confidence.Confirmed() {
			t.Errorf("%s: %+v", key, s)
		}
		if _, err := time.Parse(time.DateOnly, s.Checked); err != nil {
			t.Errorf("%s: checked: %v", key, err)
		}
	}
}

func TestStatementsHaveFrenchTypography(t *testing.T) {
	wrong := regexp.MustCompile(`[^\x{a0}\x{202f}][;:?!»%]|«[^\x{a0}\x{202f}]|'`)
	for key, s := range contentOf(t) {
		if m := wrong.FindString(s.Text); m != "" {
			t.Errorf("%s: %q in %q", key, m, s.Text)
		}
	}
}

// A delay or a percentage in figures belongs to the guide's rules: only article numbers and dates of laws stand here.
func TestStatementsQuoteRulesRatherThanNumbers(t *testing.T) {
	number := regexp.MustCompile(`\d+[ \x{a0}](jours|%|€|heures|ans|mois)`)
	for key, s := range contentOf(t) {
		if m := number.FindString(s.Text); m != "" {
			t.Errorf("%s: %q should be a {rule}", key, m)
		}
	}
}

func TestEveryStatementIsSaidSomewhere(t *testing.T) {
	var code bytes.Buffer
	files, err := os.ReadDir(".")
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files {
		if strings.HasSuffix(f.Name(), ".go") && !strings.HasSuffix(f.Name(), "_test.go") {
			source, err := os.ReadFile(f.Name())
			if err != nil {
				t.Fatal(err)
			}
			code.Write(source)
		}
	}
	for key := range contentOf(t) {
		if !strings.Contains(code.String(), `"`+key+`"`) {
			t.Errorf("%s is said by no paper", key)
		}
	}
}

// plain makes French spaces ordinary, so that a test can be typed.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

// A payer other than the mandate's collectivité signs, is invoiced, and must by the article of its own kind; the élu stays who they are.
func TestAnotherPayerIsAddressedAndCitedByItsOwnKind(t *testing.T) {
	for kind, article := range map[enrolment.PayerKind]string{
		"intercommunalite": "L5214-8", "departement": "L3321-1, 2°", "commune": "pour la commune (Code général des collectivités territoriales, article L2321-2, 3°)", "autre": "pour la collectivité (Code général",
	} {
		for _, paper := range []document.Kind{document.Convention, document.Devis, document.DemandeMaire} {
			in := input(t, paper)
			in.Enrolment.PaidBy = &enrolment.Payer{Kind: kind, Name: "Brest métropole"}
			said := plain(text(composed(t, paper, in)))
			for _, want := range []string{"Brest métropole", in.Enrolment.Mandate.Authority, article} {
				if !strings.Contains(said, want) {
					t.Errorf("%s, paid by %s: no %q", paper, kind, want)
				}
			}
		}
	}
	in := input(t, document.DemandeMaire)
	in.Enrolment.PaidBy = &enrolment.Payer{Kind: "intercommunalite", Name: "Brest métropole"}
	if said := plain(text(composed(t, document.DemandeMaire, in))); !strings.Contains(said, "Madame la Présidente") || strings.Contains(said, "Madame le Maire") {
		t.Error("the letter greets somebody else than the payer's president")
	}
}
