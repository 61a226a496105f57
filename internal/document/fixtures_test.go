package document_test

import (
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

var update = flag.Bool("update", false, "write the golden files anew")

// golden compares with testdata/name, or writes it with -update.
func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatalf("%v (run with -update to make it)", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s differs (-want +got), run with -update if that is right:\n%s", path, diff)
	}
}

func parisTime(t testing.TB, s string) time.Time {
	t.Helper()
	location, err := time.LoadLocation("Europe/Paris")
	if err != nil {
		t.Fatal(err)
	}
	at, err := time.ParseInLocation("2006-01-02 15:04", s, location)
	if err != nil {
		t.Fatal(err)
	}
	return at.UTC()
}

func halfDay(t testing.TB, date, from, to string) enrolment.HalfDay {
	t.Helper()
	return enrolment.HalfDay{Start: parisTime(t, date+" "+from), End: parisTime(t, date+" "+to)}
}

// sample is a file whose organisation, formation and session carry everything every paper needs.
func sample(t testing.TB, mode enrolment.Mode) document.Input {
	t.Helper()
	formation := enrolment.Formation{
		Slug:          "budget-communal",
		Title:         "Comprendre et voter le budget de sa commune",
		Summary:       "Lire un budget communal, poser les bonnes questions, voter en connaissance de cause.",
		Theme:         "Finances locales",
		Objective:     "À l’issue de la formation, l’élu sait lire le budget de sa commune et en débattre en conseil.",
		Programme:     []string{"Les grands principes budgétaires", "Section de fonctionnement, section d’investissement", "Lire une maquette budgétaire : exercices sur le budget de sa commune", "Le débat d’orientation budgétaire et le vote"},
		Prerequisites: "Aucun prérequis.",
		Audience:      "Élus locaux, en particulier membres de la commission des finances.",
		Methods:       "Exposés courts, exercices sur des budgets réels, supports remis à chaque participant.",
		Evaluation:    "Questionnaire au début et à la fin de la formation ; évaluation de la satisfaction.",
		Outcome:       "Attestation de fin de formation remise à chaque participant ; la formation ne délivre pas de diplôme.",
		Accessibility: "Salle accessible aux personnes à mobilité réduite ; dites-nous vos besoins, nous adaptons la formation avec vous.",
		Trainers:      "Mme Hélène Garnier, administratrice territoriale, 15 ans de direction financière en commune (DESS de finances publiques).",
		AccessTime:    "Inscription possible jusqu’à la veille de la formation, dans la limite des places disponibles.",
		Hours:         12, PriceCents: 72000, DIFEEligible: true, Version: "2026-10-15", MaxParticipants: 12,
	}
	return document.Input{
		Organisation: organisation(),
		Formation:    formation,
		Session: enrolment.Session{
			ID: "budget-nantes-mars",
			Formation: enrolment.FormationSummary{Slug: formation.Slug, Title: formation.Title, Summary: formation.Summary,
				Theme: formation.Theme, Hours: formation.Hours, PriceCents: formation.PriceCents, DIFEEligible: true},
			HalfDays: []enrolment.HalfDay{
				halfDay(t, "2027-03-11", "09:00", "12:30"), halfDay(t, "2027-03-11", "14:00", "16:30"),
				halfDay(t, "2027-03-12", "09:00", "12:30"), halfDay(t, "2027-03-12", "14:00", "16:30"),
			},
			Place: "Maison des communes", Address: "5 rue des Élus, 44000 Nantes",
			Access:   "tramway ligne 1, arrêt Mairie ; parking gratuit ; salle de plain-pied.",
			Capacity: 12, Minimum: 4, ClosesAt: parisTime(t, "2027-03-10 00:00"), Status: enrolment.SessionOpen,
		},
		Enrolment: enrolment.Enrolment{
			ID: "k3p7q2m9x4c8v6n5b1z0a7s2d4", Reference: "EC-7KQ4-M9F", SessionID: "budget-nantes-mars",
			Status: enrolment.Reserved, Mode: mode,
			Person:    enrolment.Person{Title: "Madame", FirstName: "Anne-Lise", LastName: "Le Goff", Email: "anne-lise.legoff@example.fr", Phone: "+33612345678"},
			Mandate:   enrolment.Mandate{Kind: "conseiller-municipal", Authority: "Commune de Saint-Aubin-des-Châteaux"},
			Steps:     map[enrolment.StepKey]enrolment.StepDone{},
			CreatedAt: parisTime(t, "2026-11-22 10:30"), ReservedAt: parisTime(t, "2026-11-22 10:30"), ModeSince: parisTime(t, "2026-11-22 10:30"),
		},
		Guide: loaded(t),
		Now:   parisTime(t, "2026-11-23 09:15"),
	}
}

func organisation() enrolment.Organisation {
	return enrolment.Organisation{
		Name: "L’Atelier des élus", LegalForm: "Association loi 1901", SIRET: "12345678900012",
		NDA: "52440000044", NDARegion: "Pays de la Loire",
		Agrement: enrolment.Agrement{Number: "AGR-2025-044", Start: "2025-01-01", End: "2028-12-31"},
		Qualiopi: "QUA-2024-0044",
		VAT:      enrolment.VAT{Exempt: true, Mention: "TVA non applicable, article 293 B du CGI."},
		Address:  []string{"12 quai de la Fosse", "44000 Nantes"},
		Email:    "contact@atelier-des-elus.example", Phone: "02 40 00 00 00", Website: "https://atelier-des-elus.example",
		Representative: enrolment.Signatory{Name: "Claire Moreau", Function: "directrice"},
		Mediator:       "Médiateur de la consommation : CM2C, 14 rue Saint-Jean, 75017 Paris, cm2c.net",
		PaymentTerms:   "Paiement à 30 jours à réception de la facture, par virement.",
		EarlyStopTerms: "En cas d’abandon, seules les heures effectivement suivies sont dues, au prorata du prix.",
		IBAN:           "FR76 3000 0000 0000 0000 0000 000",
		InternalRules:  "https://atelier-des-elus.example/reglement-interieur",
	}
}

func loaded(t testing.TB) *guide.Guide {
	t.Helper()
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	return g
}
