package httpapi

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// sentView is one message to the contact at the collectivité.
type sentView struct {
	Label    string    `json:"label"` // French: what it was
	At       time.Time `json:"at"`
	Returned bool      `json:"returned,omitempty"` // it came back: the address does not work
}

var sentLabels = map[string]string{
	"authority-papers": "Devis, programme et convention", "authority-reminder": "Rappel, avec les papiers",
	"authority-moved": "Nouveaux papiers, qui annulent et remplacent les précédents", "authority-over": "Demande sans objet",
	"authority-convention-signed": "Convention signée par les deux parties", "authority-convention-undone": "Convention à signer de nouveau",
}

// sentToContact is what the present contact was sent, oldest first; nothing for another way of paying.
func (d Deps) sentToContact(ctx context.Context, f booking.File) (sent []sentView, err error) {
	e := f.Enrolment
	if e.Contact == nil || e.Mode != enrolment.Collectivite {
		return nil, nil
	}
	log, err := d.Desk.Messages(ctx, e.ID)
	if err != nil {
		return nil, err
	}
	for _, m := range log {
		label, known := sentLabels[m.Kind]
		gone := m.State == enrolment.MessageSent || m.State == enrolment.MessageBounced
		if known && gone && strings.HasSuffix(m.Key, e.ContactMark()) {
			sent = append(sent, sentView{label, m.At.UTC(), m.State == enrolment.MessageBounced})
		}
	}
	slices.SortFunc(sent, func(a, b sentView) int { return a.At.Compare(b.At) })
	return sent, nil
}
