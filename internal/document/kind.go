package document

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
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

// Number is the number of a devis, a convention or a contract ("D-EC-7KQ4-M9F-482913"), the same as long as what it
// promises; papers made again with other terms end with how many there were ("…-2"). "" for other papers. The reference alone has too few characters for numbers that must never be given twice:
// six digits drawn from the file's id make two files with the same number less likely than one in ten thousand among
// a hundred thousand.
func Number(k Kind, e enrolment.Enrolment) string {
	prefix, ok := numbered[k]
	if !ok {
		return ""
	}
	sum := sha256.Sum256([]byte("number:" + e.ID))
	number := fmt.Sprintf("%s-%s-%06d", prefix, e.Reference, binary.BigEndian.Uint64(sum[:])%1_000_000)
	if e.Terms.Edition > 0 {
		number += fmt.Sprintf("-%d", e.Terms.Edition+1)
	}
	return number
}

// replaces says that a paper made again stands in for those before it; "" for the first one. The way of paying may have
// changed in between, so that nobody knows which of the earlier numbers were ever printed.
func replaces(e enrolment.Enrolment, one string) string {
	if e.Terms.Edition == 0 {
		return ""
	}
	return " · annule et remplace " + one + " de ce dossier"
}

var numbered = map[Kind]string{Devis: "D", Convention: "CV", Contrat: "CT"}
