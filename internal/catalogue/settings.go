package catalogue

import (
	"bytes"
	"context"
	"fmt"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// OrganisationOutcome is what a change of the organisation does, or would do, to it and to its sessions to come.
type OrganisationOutcome struct {
	Before, After enrolment.Organisation
	Sessions      int // those to come that promise something else from now on
	People        int // who is enrolled in them, or waits
	Changes       []Difference
	Cautions      []string
	Left          error // why some sessions are left to the sweep; nil when all copy the change
}

// ReadOrganisation gives the organisation as its form shows it, its logo, and the name of what was seen.
func (e Editor) ReadOrganisation(ctx context.Context) (text OrganisationText, logo []byte, seen string, err error) {
	g, err := e.Survey(ctx)
	if err != nil {
		return text, nil, "", err
	}
	return textOfOrganisation(*g.Organisation), g.Organisation.LogoImage, seenOfOrganisation(*g.Organisation), nil
}

func seenOfOrganisation(o enrolment.Organisation) string {
	return seenOf(struct {
		OrganisationText
		Picture []byte
	}{textOfOrganisation(o), o.LogoImage})
}

// SaveOrganisation writes the organisation as a form says, over what was seen, and what its sessions to come copy of it. A picture of nil
// keeps the logo, an empty one takes it away. Who is enrolled keeps what was promised.
func (e Editor) SaveOrganisation(ctx context.Context, who enrolment.Actor, text OrganisationText, picture *[]byte, seen, reason string, preview bool) (out OrganisationOutcome, err error) {
	g, err := e.Settled(ctx)
	if err != nil {
		return out, err
	}
	out.Before = *g.Organisation
	text.Logo, g.picture = line(out.Before.Logo), out.Before.LogoImage
	if picture != nil {
		text.Logo, g.picture = logoName(*picture), *picture
	}
	all, err := g.readOrganisation(text)
	if err != nil {
		return out, err
	}
	out.After, out.Cautions = all.Organisation, all.cautions
	out.Changes = organisationDifferences(out.Before, out.After)
	if len(out.Changes) > 0 && seenOfOrganisation(out.Before) != seen {
		return out, changed()
	}
	for _, s := range all.Sessions {
		if had, there := g.Session(s.ID); there && (had.Wording != s.Wording || !sameVAT(had.VAT, s.VAT) || !sameDays(had.AnswerDays, s.AnswerDays)) {
			out.Sessions++
			out.People += had.Taken + had.Waiting
		}
	}
	if preview {
		return out, nil
	}
	if err := e.publishOrganisation(ctx, g, who, reason, all, out); err != nil {
		return out, err
	}
	if out.Sessions > 0 {
		out.Left = e.copies(ctx)
	}
	return out, nil
}

// logoName is how an export calls the picture: by what it is, whatever the file was called.
func logoName(picture []byte) line {
	switch {
	case len(picture) == 0:
		return ""
	case bytes.HasPrefix(picture, []byte{0xff, 0xd8}):
		return "logo.jpg"
	}
	return "logo.png"
}

func sameDays(a, b *int) bool { return a == b || a != nil && b != nil && *a == *b }

// readOrganisation writes the file of the whole catalogue with another organisation, and reads it: the sessions to come must go with it.
func (g Ground) readOrganisation(text OrganisationText) (Catalogue, error) {
	file := g.text(func(enrolment.Formation) bool { return true }, func(s enrolment.Session) bool { return s.Status != enrolment.SessionCancelled })
	file.Organisation = text
	return g.parse(file, "organisation.")
}

func (e Editor) publishOrganisation(ctx context.Context, g Ground, who enrolment.Actor, reason string, all Catalogue, out OrganisationOutcome) error {
	if out.Before.PaymentTerms != out.After.PaymentTerms || out.Before.EarlyStopTerms != out.After.EarlyStopTerms || out.Sessions > 0 {
		for _, f := range all.Formations { // before any session promises it
			if err := e.Table.KeepWording(ctx, all.wording(f)); err != nil {
				return fmt.Errorf("keep the wording of %s: %w", f.Slug, err)
			}
		}
	}
	if len(out.Changes) == 0 {
		return nil
	}
	pub := g.edit(enrolment.OrganisationThing, e.deed(who, "organisation-edited", reason, out.After.Name, out.Changes))
	if out.Sessions > 0 {
		pub.Spreads = &enrolment.Spreading{}
	}
	return e.Table.PublishOrganisation(ctx, out.After, pub)
}

// Promises tells whether what new files are promised changes, and in which words.
func (o OrganisationOutcome) Promises() string {
	var all []string
	if !sameVAT(&o.Before.VAT, &o.After.VAT) {
		all = append(all, "la TVA")
	}
	if o.Before.PaymentTerms != o.After.PaymentTerms {
		all = append(all, "les conditions de paiement")
	}
	if o.Before.EarlyStopTerms != o.After.EarlyStopTerms {
		all = append(all, "les conditions d’arrêt anticipé")
	}
	if n := len(all); n > 1 {
		all = []string{strings.Join(all[:n-1], ", "), all[n-1]}
	}
	return strings.Join(all, " et ")
}
