package document

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// devis is the offer that the collectivité accepts. Its number and its dates are those of the file: printing it again
// gives the same devis.
func (c *composer) devis(p *Paper) {
	p.Title = "Devis n°" + nbsp + c.Enrolment.Number(Devis)
	p.Notice = "Établi le " + day(issued(c.Enrolment)) + " · valable jusqu’au " + day(lastDay(c.Session, issued(c.Enrolment))) + ", dans la limite des places disponibles" + replaces(c.Enrolment, "tout devis antérieur")
	blocks := []Block{
		Heading{"Organisme de formation"},
		c.organisationFields(),
		Heading{"Collectivité"},
		Fields{[]Field{{"Nom", c.Enrolment.PayerName()}, {"Adresse de facturation", c.billing().Address}}},
		Heading{"Formation"},
		Fields{append(append(c.participantFields(), Field{"Thème du répertoire", c.Formation.Theme}), c.sessionFields()...)},
		Heading{"Prix"},
	}
	blocks = append(blocks, c.priceTable()...)
	blocks = append(blocks,
		Paragraph{"Paiement. ", c.Organisation.PaymentTerms},
		Paragraph{Text: labelled("IBAN"+nbsp+": ", unbroken(c.Organisation.IBAN))},
		Paragraph{Text: c.Guide.Spending(c.Enrolment.Spender())},
		Heading{"Acceptation"},
		Signatures{[]Box{c.organisationBox(), c.authorityBox("Bon pour accord")}},
	)
	p.Parts = []Part{{Blocks: blocks}}
}

// issued is when the offer was made: when its terms were promised. A file that keeps none: when this way of paying was chosen, or the seat obtained, whichever came last.
func issued(e enrolment.Enrolment) time.Time {
	if !e.Terms.Since.IsZero() {
		return e.Terms.Since
	}
	at := e.CreatedAt
	for _, t := range []time.Time{e.ModeSince, e.ReservedAt} {
		if t.After(at) {
			at = t
		}
	}
	return at
}

// lastDay is how long the offer holds: until the session closes to enrolment, or until it begins for an offer made later.
func lastDay(s enrolment.Session, issued time.Time) time.Time {
	last := s.ClosesAt.Add(-time.Second)
	if s.ClosesAt.IsZero() || last.Before(issued) {
		last = s.Start()
	}
	return last
}

func (c *composer) authorityBox(first string) Box {
	return Box{Title: "Pour la collectivité", Lines: []string{first, c.Enrolment.PayerName(), "Nom, qualité, date, signature et cachet" + nbsp + ":"}}
}
