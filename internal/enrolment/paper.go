package enrolment

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"slices"
)

// Paper is a document that the product makes for a file.
type Paper string

// The papers; what each carries is in package document.
const (
	PaperProgramme        Paper = "programme"
	PaperDevis            Paper = "devis"
	PaperConvention       Paper = "convention"
	PaperSigned           Paper = "convention-signee" // signed online, by one side or both
	PaperContrat          Paper = "contrat"
	PaperConvocation      Paper = "convocation"
	PaperDemandeMaire     Paper = "demande-maire"
	PaperDemandeEmployeur Paper = "demande-employeur"
	PaperFacture          Paper = "facture"     // by the organisation's team, once the session is closed
	PaperCertificats      Paper = "certificats" // of a group: the certificate of everybody who came, one after the other
	PaperCertificat       Paper = "certificat"  // of what was really attended, once the session is closed
)

var papersOf = map[Mode][]Paper{
	DIFE:         {PaperProgramme, PaperConvocation, PaperDemandeEmployeur},
	Collectivite: {PaperDevis, PaperProgramme, PaperDemandeMaire, PaperConvention, PaperConvocation, PaperDemandeEmployeur},
	Personnel:    {PaperContrat, PaperProgramme, PaperConvocation, PaperDemandeEmployeur},
}

// papersOfStep are the papers that a step is done with, in the order they are needed.
var papersOfStep = map[StepKey][]Paper{
	StepDemande:    {PaperDemandeMaire, PaperDevis, PaperProgramme},
	StepConvention: {PaperConvention},
	StepContrat:    {PaperContrat, PaperProgramme},
}

// Papers lists the papers that a step is done with.
func (k StepKey) Papers() []Paper { return papersOfStep[k] }

var paperTitles = map[Paper]string{
	PaperProgramme:        "Programme de la formation",
	PaperDevis:            "Devis",
	PaperConvention:       "Convention de formation",
	PaperSigned:           "Convention signée en ligne",
	PaperContrat:          "Contrat de formation",
	PaperConvocation:      "Convocation",
	PaperDemandeMaire:     "Lettre de demande au maire ou au président",
	PaperDemandeEmployeur: "Lettre de demande de congé à l’employeur",
	PaperCertificat:       "Certificat de réalisation",
	PaperCertificats:      "Certificats de réalisation",
}

// Papers lists the papers of a mode, in the order they are needed.
func (m Mode) Papers() []Paper { return papersOf[m] }

// ofGroup are the papers that a group has in common; its members have the others.
var ofGroup = []Paper{PaperDevis, PaperProgramme, PaperConvention}

// Papers lists the papers of a file: those of its mode and, for who came, the certificate once the session is closed. Who was enrolled
// by their collectivité has neither its papers nor a request to make.
func (e Enrolment) Papers() []Paper {
	papers := e.Mode.Papers()
	switch {
	case e.Group != nil && e.Came():
		return append([]Paper{PaperCertificats}, e.withSigned(ofGroup)...)
	case e.Group != nil:
		return e.withSigned(ofGroup)
	case e.PartOf != "":
		papers = slices.DeleteFunc(slices.Clone(papers), func(p Paper) bool {
			return p == PaperDevis || p == PaperConvention || p == PaperDemandeMaire
		})
	}
	papers = e.withSigned(papers)
	if e.Attendance != nil && e.Attendance.Minutes() > 0 {
		papers = append([]Paper{PaperCertificat}, papers...)
	}
	return papers
}

// withSigned puts the convention that was signed online first. Who is part of a group does not have it.
func (e Enrolment) withSigned(papers []Paper) []Paper {
	if e.PartOf != "" || e.Mode != Collectivite || !e.SignedByAuthority() {
		return papers
	}
	return append([]Paper{PaperSigned}, papers...)
}

// Title is the paper's name in French.
func (p Paper) Title() string { return paperTitles[p] }

// ForAuthority tells whether the contact at the collectivité may open it.
func (p Paper) ForAuthority() bool {
	return p == PaperDevis || p == PaperProgramme || p == PaperConvention || p == PaperSigned || p == PaperCertificat || p == PaperCertificats
}

// PaperRefusal says, in French, why a paper of the file's mode cannot be made for the moment; "" when it can.
func (e Enrolment) PaperRefusal(p Paper) string {
	switch {
	case p == PaperProgramme:
		return ""
	case !e.Status.HoldsSeat():
		return "Ce document sera prêt quand vous aurez une place."
	case e.Status == Offered && (p == PaperConvocation || p == PaperConvention || p == PaperContrat):
		return "Ce document sera prêt quand vous aurez pris la place proposée."
	}
	return ""
}

var numbered = map[Paper]string{PaperDevis: "D", PaperConvention: "CV", PaperSigned: "CV", PaperContrat: "CT"}

// Number is the number of a devis, a convention or a contract ("D-EC-7KQ4-M9F-482913"), the same as long as what it
// promises; papers made again with other terms end with how many there were ("…-2"). "" for other papers. The reference
// alone has too few characters for numbers that must never be given twice: six digits drawn from the file's id make two
// files with the same number less likely than one in ten thousand among a hundred thousand.
func (e Enrolment) Number(p Paper) string {
	prefix, ok := numbered[p]
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
