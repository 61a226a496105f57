package web

import (
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Contact is the contact at the collectivité as a request names it.
type Contact struct {
	Name  string `json:"name"`
	Email string `json:"email"`
}

// Parse gives nil for an absent or wholly empty contact: it is always optional.
func (c *Contact) Parse(prefix string, faults Fields) *enrolment.Contact {
	if c == nil || strings.TrimSpace(c.Name+c.Email) == "" {
		return nil
	}
	name, err := enrolment.ParseName(c.Name, "", 120)
	faults.Check(prefix+"name", err)
	email, err := enrolment.ParseEmail(c.Email)
	faults.Check(prefix+"email", err)
	return &enrolment.Contact{Name: name, Email: email}
}
