package document

import "github.com/echarpe/echarpe/internal/enrolment"

// Kind is a kind of paper, as in its address and its file name.
type Kind string

// The papers.
const (
	Programme        Kind = "programme"
	Devis            Kind = "devis"
	Convention       Kind = "convention"
	DemandeMaire     Kind = "demande-maire"
	Contrat          Kind = "contrat"
	Convocation      Kind = "convocation"
	DemandeEmployeur Kind = "demande-employeur"
	Emargement       Kind = "emargement" // for staff: belongs to a session, not to a file
)

var kindsOf = map[enrolment.Mode][]Kind{
	enrolment.DIFE:         {Programme, Convocation, DemandeEmployeur},
	enrolment.Collectivite: {Programme, Devis, DemandeMaire, Convention, Convocation, DemandeEmployeur},
	enrolment.Personnel:    {Programme, Contrat, Convocation, DemandeEmployeur},
}

// Kinds gives the papers of a way of paying, in the order they are needed.
func Kinds(m enrolment.Mode) []Kind { return kindsOf[m] }

// ParseKind reads a kind; ok is false for anything else.
func ParseKind(s string) (k Kind, ok bool) {
	_, ok = titles[Kind(s)]
	return Kind(s), ok
}

var titles = map[Kind]string{
	Programme:        "Programme de la formation",
	Devis:            "Devis",
	Convention:       "Convention de formation",
	DemandeMaire:     "Lettre au maire ou à la présidence",
	Contrat:          "Contrat de formation",
	Convocation:      "Convocation",
	DemandeEmployeur: "Lettre à votre employeur",
	Emargement:       "Feuille d’émargement",
}

// Title is what the paper is called on the holder's page.
func (k Kind) Title() string { return titles[k] }

// FileName is the name of the PDF of a file: no name of a person in it.
func (k Kind) FileName(reference string) string { return string(k) + "-" + reference + ".pdf" }

// Number is the number of a devis, a convention or a contract: unique, and the same as long as the file lives.
func (k Kind) Number(reference string) string {
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
