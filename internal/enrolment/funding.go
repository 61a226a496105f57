package enrolment

// Mode is the way a seat is paid for.
type Mode string

// The three modes.
const (
	DIFE         Mode = "dife"         // Droit Individuel à la Formation des Élus
	Collectivite Mode = "collectivite" // the authority pays: compulsory spending
	Personnel    Mode = "personnel"    // the élu pays, with a contrat de formation
)

// Modes lists them in the order they are shown.
var Modes = []Mode{DIFE, Collectivite, Personnel}

// ParseMode reads a mode; ok is false for anything else.
func ParseMode(s string) (m Mode, ok bool) {
	for _, m := range Modes {
		if string(m) == s {
			return m, true
		}
	}
	return "", false
}

// StepKey names one step of a mode.
type StepKey string

// The steps, in the order of each mode.
const (
	StepCompte     StepKey = "compte"     // DIFE: create the Mon Compte Formation account
	StepIdentite   StepKey = "identite"   // DIFE: create the digital identity
	StepDossier    StepKey = "dossier"    // DIFE: file the request on Mon Compte Élu
	StepDemande    StepKey = "demande"    // collectivité: ask the maire or president
	StepAccord     StepKey = "accord"     // collectivité: agreement obtained
	StepConvention StepKey = "convention" // collectivité: convention signed and sent back
	StepContrat    StepKey = "contrat"    // personal: contract signed and sent back
	StepAcompte    StepKey = "acompte"    // personal: first payment, not before the withdrawal period ends
)

var stepsOf = map[Mode][]StepKey{
	DIFE:         {StepCompte, StepIdentite, StepDossier},
	Collectivite: {StepDemande, StepAccord, StepConvention},
	Personnel:    {StepContrat, StepAcompte},
}

// Steps gives the ordered steps of a mode.
func (m Mode) Steps() []StepKey { return stepsOf[m] }

// HasStep tells whether the step belongs to the mode.
func (m Mode) HasStep(k StepKey) bool {
	for _, s := range stepsOf[m] {
		if s == k {
			return true
		}
	}
	return false
}
