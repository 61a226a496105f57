package document

import (
	"cmp"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// convention binds the organisation and the collectivité: two copies, each whole.
func (c *composer) convention(p *Paper) {
	p.Notice = "Convention n°" + nbsp + c.Enrolment.Number(Convention) + " · " + c.made() + replaces(c.Enrolment, "toute convention antérieure")
	for _, label := range []string{"Exemplaire de la collectivité", "Exemplaire de l’organisme"} {
		p.Parts = append(p.Parts, Part{Label: label, Blocks: c.conventionArticles(false)})
	}
}

// conventionArticles are what both sides sign; online, in one copy, and nothing is left to fill in by hand.
func (c *composer) conventionArticles(online bool) []Block {
	f, o := c.Formation, c.Organisation
	authority := Fields{[]Field{{"Nom", c.Enrolment.PayerName()}, {"Adresse", ""}, {"Représentée par (nom et qualité)", ""}}}
	billing := []Block{Paragraph{Text: c.law.say("chorus-pro")}, Fields{c.billingFields()}}
	signatures := []Block{Paragraph{Text: c.law.say("convention-return")}, Signatures{[]Box{c.organisationBox(), c.authorityBox("Lu et approuvé")}}}
	if online {
		authority = Fields{[]Field{{"Nom", c.Enrolment.PayerName()}, {"Représentée par", "la personne qui signe, dont le nom, la fonction et le titre à signer sont joints à cette convention"}}}
		signatures = []Block{Paragraph{Text: c.law.say("convention-online")}}
		if c.billing().SIRET == "" {
			billing = []Block{Paragraph{Text: c.law.say("chorus-pro-later")}}
		}
	}
	blocks := []Block{
		Heading{"Entre l’organisme de formation"},
		c.organisationFields(),
		Heading{"et la collectivité"},
		authority,
		Heading{"Article 1. Objet"},
		Paragraph{Text: c.law.say(c.purpose())},
		Paragraph{Text: c.Guide.Spending(c.Enrolment.Spender())},
		Fields{c.participantFields()},
		Heading{"Article 2. La formation"},
		filled(
			Field{"Intitulé", f.Title},
			Field{"Objectif", f.Objective},
			Field{"Thème du répertoire", f.Theme},
			Field{"Public", f.Audience},
			Field{"Prérequis", f.Prerequisites},
			Field{"Effectif", "au plus " + participants(f.MaxParticipants)},
		),
		Paragraph{Lead: "Contenu" + nbsp + ":"},
		List{f.Programme},
		Heading{"Article 3. Durée, période et lieu"},
		Fields{append(c.sessionFields(), Field{"Part de la formation à distance", c.distanceShare()})},
		Heading{"Article 4. Déroulement, suivi et évaluation"},
		filled(
			Field{"Moyens et méthodes", f.Methods},
			Field{"Intervenants", f.Trainers},
			Field{"Évaluation", f.Evaluation},
			Field{"À l’issue", f.Outcome},
		),
		Paragraph{Text: c.law.say("convention-follow-up")},
		Heading{"Article 5. Prix et paiement"},
	}
	blocks = append(blocks, c.priceTable()...)
	blocks = append(blocks,
		Paragraph{Text: o.PaymentTerms},
		Paragraph{Text: labelled("IBAN"+nbsp+": ", unbroken(o.IBAN))},
		Heading{"Article 6. Facturation"})
	blocks = append(blocks, billing...)
	blocks = append(blocks,
		Heading{"Article 7. Arrêt anticipé ou absence"},
		Paragraph{Text: o.EarlyStopTerms},
		Heading{"Article 8. Différends"},
		Paragraph{Text: c.law.say("convention-disputes")},
		Heading{"Signatures"})
	return append(blocks, signatures...)
}

// distanceShare is the share of distance teaching (Code du travail, D6353-1).
func (c *composer) distanceShare() string {
	share := c.law.say("distance-share-none")
	if c.Session.Remote {
		share = c.law.say("distance-share-all")
	}
	return share
}

func (c *composer) purpose() string {
	if c.Enrolment.Group != nil {
		return "convention-purpose-group"
	}
	return "convention-purpose"
}

// billingFields are what the invoice needs, as the collectivité gave it; lines to fill in by hand before. A code that it said it has not
// is no line to fill in.
func (c *composer) billingFields() []Field {
	b := c.billing()
	if b.SIRET == "" {
		return blanks("SIRET de la collectivité", "Code service", "Numéro d’engagement", "Adresse de facturation").Fields
	}
	return []Field{
		{"SIRET de la collectivité", siret(b.SIRET)}, {"Code service", cmp.Or(b.Service, "aucun")},
		{"Numéro d’engagement", cmp.Or(b.Commitment, "aucun")}, {"Adresse de facturation", b.Address},
	}
}

// billing is what the collectivité said of the invoice; zero when it has not.
func (c *composer) billing() enrolment.Billing {
	if c.Enrolment.Reply == nil {
		return enrolment.Billing{}
	}
	return c.Enrolment.Reply.Billing
}
