package document

import (
	"slices"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Kind is a kind of paper: one of a file ([enrolment.Paper]), or Emargement.
type Kind = enrolment.Paper

// The papers.
const (
	Programme        = enrolment.PaperProgramme
	Devis            = enrolment.PaperDevis
	Convention       = enrolment.PaperConvention
	DemandeMaire     = enrolment.PaperDemandeMaire
	Contrat          = enrolment.PaperContrat
	Convocation      = enrolment.PaperConvocation
	DemandeEmployeur = enrolment.PaperDemandeEmployeur
	Certificat       = enrolment.PaperCertificat
	Certificats      = enrolment.PaperCertificats
	Signed           = enrolment.PaperSigned

	// Facture is of an invoice as it was issued, for the organisation's team and whoever pays.
	Facture = enrolment.PaperFacture

	// Emargement is the attendance sheet, for staff: it belongs to a session, not to a file.
	Emargement Kind = "emargement"
)

// Kinds gives the papers of a way of paying, in the order they are needed.
func Kinds(m enrolment.Mode) []Kind { return slices.Clone(m.Papers()) }

// heading is the title that a paper carries, where it differs from what the holder's page calls it.
func heading(k Kind) string {
	switch k {
	case Emargement:
		return "Feuille d’émargement"
	case Facture:
		return "Facture"
	}
	return k.Title()
}

// replaces says that a paper made again stands in for those before it; "" for the first one. The way of paying may have
// changed in between, so that nobody knows which of the earlier numbers were ever printed.
func replaces(e enrolment.Enrolment, one string) string {
	if e.Terms.Edition == 0 {
		return ""
	}
	return " · annule et remplace " + one + " de ce dossier"
}
