package enrolment

// Payer is who pays for a training when the collectivité of the mandate does not: an intercommunalité to which communes handed the
// training of their élus over (CGCT, L2123-14-1), or the commune itself.
type Payer struct {
	Kind PayerKind
	Name string
}

// PayerKind is what the payer is: the article of its compulsory spending hangs on it.
type PayerKind string

// PayerKinds lists the kinds in the order in which they are shown. Mandate is one that such a payer's own élus hold, and by which its
// compulsory spending is named; "" for a payer of no such kind.
var PayerKinds = []struct {
	Kind    PayerKind
	Mandate MandateKind
}{
	{"intercommunalite", "conseiller-communautaire"},
	{"commune", "conseiller-municipal"},
	{"departement", "conseiller-departemental"},
	{"region", "conseiller-regional"},
	{"autre", ""},
}

// ParsePayerKind reads a kind; ok is false for anything else.
func ParsePayerKind(s string) (k PayerKind, ok bool) {
	for _, p := range PayerKinds {
		if string(p.Kind) == s {
			return p.Kind, true
		}
	}
	return "", false
}

// PayerName is who pays when the collectivité does: the one of the mandate, unless another was named. Files made before payers were
// asked for read so.
func (e Enrolment) PayerName() string {
	if e.PaidBy != nil {
		return e.PaidBy.Name
	}
	return e.Mandate.Authority
}

// Spender is a mandate of the payer's own élus: what the law says of its spending is said of them. "" for a payer of no known kind.
func (e Enrolment) Spender() MandateKind {
	if e.PaidBy == nil {
		return e.Mandate.Kind
	}
	for _, p := range PayerKinds {
		if p.Kind == e.PaidBy.Kind {
			return p.Mandate
		}
	}
	return ""
}

func samePayer(a, b *Payer) bool { return a == nil && b == nil || a != nil && b != nil && *a == *b }

// SamePayer tells whether a payer is the one of the file.
func (e Enrolment) SamePayer(p *Payer) bool { return samePayer(e.PaidBy, p) }

func payerText(p *Payer) string {
	if p == nil {
		return ""
	}
	return p.Name
}
