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

// Number is the number of a devis, a convention or a contract ("D-EC-7KQ4-M9F-482913"), the same as long as the file
// lives; "" for other papers. The reference alone has too few characters for numbers that must never be given twice:
// six digits drawn from the file's id make two files with the same number less likely than one in ten thousand among
// a hundred thousand.
func Number(k Kind, e enrolment.Enrolment) string {
	prefix, ok := numbered[k]
	if !ok {
		return ""
	}
	sum := sha256.Sum256([]byte("number:" + e.ID))
	return fmt.Sprintf("%s-%s-%06d", prefix, e.Reference, binary.BigEndian.Uint64(sum[:])%1_000_000)
}

var numbered = map[Kind]string{Devis: "D", Convention: "CV", Contrat: "CT"}
