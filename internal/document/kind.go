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

	// Emargement is the attendance sheet, for staff: it belongs to a session, not to a file.
	Emargement Kind = "emargement"
)

// Kinds gives the papers of a way of paying, in the order they are needed.
func Kinds(m enrolment.Mode) []Kind { return slices.Clone(m.Papers()) }

// heading is the title that a paper carries, where it differs from what the holder's page calls it.
func heading(k Kind) string {
	if k == Emargement {
		return "Feuille d’émargement"
	}
	return k.Title()
}

// Number is the number of a devis, a convention or a contract: unique, and the same as long as the file lives.
func Number(k Kind, reference string) string {
	switch k {
	case Devis:
		return "D-" + reference
	case Convention:
		return "CV-" + reference
	case Contrat:
		return "CT-" + reference
	}
	return ""
}
