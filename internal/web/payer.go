package web

import (
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Payer is who pays in place of the mandate's collectivité, as a request names it.
type Payer struct {
	Kind string `json:"kind"`
	Name string `json:"name"`
}

// Parse gives nil for an absent or wholly empty payer: the mandate's collectivité pays.
func (p *Payer) Parse(prefix string, faults Fields) *enrolment.Payer {
	if p == nil || strings.TrimSpace(p.Kind+p.Name) == "" {
		return nil
	}
	kind, ok := enrolment.ParsePayerKind(p.Kind)
	if !ok {
		faults[prefix+"kind"] = "Choisissez quel organisme paie, ou laissez les deux champs vides."
	}
	name, err := enrolment.ParseName(p.Name, "Saisissez le nom de l’organisme qui paie, ou laissez les deux champs vides.", 150)
	faults.Check(prefix+"name", err)
	return &enrolment.Payer{Kind: kind, Name: name}
}

// ShowPayer is the payer as answers show it; nil when the mandate's collectivité pays.
func ShowPayer(p *enrolment.Payer) *Payer {
	if p == nil {
		return nil
	}
	return &Payer{string(p.Kind), p.Name}
}
