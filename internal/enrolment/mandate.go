package enrolment

// MandateKind is the kind of elected mandate.
type MandateKind string

// Mandates lists the kinds with their French label, in the order they are shown. HasDIFE is false for syndicats, whose
// members have no DIFE right.
var Mandates = []struct {
	Kind    MandateKind
	Label   string
	HasDIFE bool
}{
	{"conseiller-municipal", "Conseiller municipal, conseillère municipale", true},
	{"adjoint", "Adjoint ou adjointe au maire", true},
	{"maire", "Maire", true},
	{"conseiller-communautaire", "Conseiller ou conseillère communautaire", true},
	{"vice-president-epci", "Vice-président ou vice-présidente d’intercommunalité", true},
	{"president-epci", "Président ou présidente d’intercommunalité", true},
	{"conseiller-metropolitain", "Conseiller métropolitain, conseillère métropolitaine", true},
	{"conseiller-departemental", "Conseiller départemental, conseillère départementale", true},
	{"conseiller-regional", "Conseiller régional, conseillère régionale", true},
	{"assemblee-particuliere", "Membre d’une assemblée à statut particulier (Corse, Guyane, Martinique, Métropole de Lyon, Alsace, Paris)", true},
	{"conseiller-arrondissement", "Conseiller ou conseillère d’arrondissement", true},
	{"syndicat", "Membre d’un syndicat de collectivités (sans droit DIFE)", false},
}

// ParseMandateKind reads a kind; ok is false for anything else.
func ParseMandateKind(s string) (k MandateKind, ok bool) {
	for _, m := range Mandates {
		if string(m.Kind) == s {
			return m.Kind, true
		}
	}
	return "", false
}

// Label is the French name of the kind.
func (k MandateKind) Label() string {
	for _, m := range Mandates {
		if m.Kind == k {
			return m.Label
		}
	}
	return string(k)
}

// called is how the holder of a mandate is called: by the title Madame, Monsieur, or without one. A kind that is not here is
// called alike by all.
var called = map[MandateKind][3]string{
	"conseiller-municipal":      {"Conseillère municipale", "Conseiller municipal", "Membre du conseil municipal"},
	"adjoint":                   {"Adjointe au maire", "Adjoint au maire", "Titulaire d’un mandat d’adjoint au maire"},
	"conseiller-communautaire":  {"Conseillère communautaire", "Conseiller communautaire", "Membre du conseil communautaire"},
	"vice-president-epci":       {"Vice-présidente d’intercommunalité", "Vice-président d’intercommunalité", "Titulaire d’une vice-présidence d’intercommunalité"},
	"president-epci":            {"Présidente d’intercommunalité", "Président d’intercommunalité", "Titulaire de la présidence d’une intercommunalité"},
	"conseiller-metropolitain":  {"Conseillère métropolitaine", "Conseiller métropolitain", "Membre du conseil métropolitain"},
	"conseiller-departemental":  {"Conseillère départementale", "Conseiller départemental", "Membre du conseil départemental"},
	"conseiller-regional":       {"Conseillère régionale", "Conseiller régional", "Membre du conseil régional"},
	"conseiller-arrondissement": {"Conseillère d’arrondissement", "Conseiller d’arrondissement", "Membre du conseil d’arrondissement"},
}

// Called is the French name of the kind for this person.
func (k MandateKind) Called(p Person) string {
	c, gendered := called[k]
	if !gendered {
		return k.Label()
	}
	return p.Gendered(c[0], c[1], c[2])
}

// HasDIFE tells whether holders of such a mandate have a DIFE right.
func (k MandateKind) HasDIFE() bool {
	for _, m := range Mandates {
		if m.Kind == k {
			return m.HasDIFE
		}
	}
	return false
}
