package web

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Billing is where to invoice, as both APIs show what the contact at the collectivité declared.
type Billing struct {
	Known      bool      `json:"known"`
	SIRET      string    `json:"siret,omitempty"`
	Service    string    `json:"service,omitempty"`
	Commitment string    `json:"commitment,omitempty"`
	Address    string    `json:"address,omitempty"`
	At         time.Time `json:"at"`
	By         string    `json:"by,omitempty"`
}

// ShowBilling gives nil while nothing was declared.
func ShowBilling(b enrolment.Billing) *Billing {
	if b.At.IsZero() {
		return nil
	}
	return &Billing{!b.Unknown, b.SIRET, b.Service, b.Commitment, b.Address, b.At.UTC(), b.By}
}
