package document

import "github.com/echarpe/echarpe/internal/enrolment"

// convocation tells the holder of a seat where and when to come.
func (c *composer) convocation(p *Paper) {
	p.Notice = "Dossier " + c.Enrolment.Reference + " · " + c.made()
	s := c.Session
	access := filled(
		Field{"Accès", s.Access},
		Field{"Plan", s.MapURL},
		Field{"Lien de connexion", c.Enrolment.VideoURL(s)},
	)
	blocks := []Block{
		Paragraph{Text: joined(" ", c.Enrolment.Person.Title, c.Enrolment.Person.FullName()) + ","},
		Paragraph{Text: "Nous avons le plaisir de vous accueillir à la formation «" + nbsp + c.Formation.Title + nbsp + "»."},
		c.seat(),
		Heading{"Où et quand"},
		Fields{append(c.sessionFields(), access.Fields...)},
		Heading{"Pour bien préparer votre venue"},
		filled(
			Field{"Objectif", c.Formation.Objective},
			Field{"Prérequis", c.Formation.Prerequisites},
			Field{"Accessibilité", c.Formation.Accessibility},
			Field{"Règlement intérieur", c.Organisation.InternalRules},
		),
		Paragraph{Text: c.signing() + "Toutes les heures sont à l’heure de Paris."},
		Paragraph{Text: "Un empêchement, une question, un besoin particulier" + nnbsp + "? Prévenez-nous dès que possible" + nbsp + ": " + joined(", ", phone(c.Organisation.Phone), c.Organisation.Email) + "."},
	}
	blocks = append(blocks, c.convocationSigned())
	if c.Code != "" {
		blocks = append(blocks, Code{
			Address: c.Code, Says: "Code de présence, à montrer à l’arrivée",
			Title: "Votre code de présence",
			Text:  "Montrez-le à votre arrivée, sur ce papier ou sur l’écran de votre téléphone" + nbsp + ": la tablette de la salle le lit et note votre présence. Il ne sert qu’à cela" + nbsp + ": il n’ouvre ni votre dossier, ni rien d’autre. Sans lui, donnez votre nom. Vous signerez aussi la feuille d’émargement, à chaque demi-journée.",
		})
	}
	p.Parts = []Part{{Blocks: blocks}}
}

// signing is said beside the code where there is one: the paper stays on one page.
func (c *composer) signing() string {
	if c.Code != "" {
		return ""
	}
	return "Vous signerez une feuille d’émargement à chaque demi-journée. "
}

// seat says how firm the seat is.
func (c *composer) seat() Note {
	if c.Enrolment.Status == enrolment.Reserved {
		return Note{"Votre place est réservée", "Elle sera confirmée dès que le financement sera réglé. Votre dossier en ligne indique ce qu’il reste à faire."}
	}
	return Note{"Votre place est confirmée", "Vous n’avez plus de démarche à faire pour le financement."}
}

func (c *composer) convocationSigned() Block {
	r := c.Organisation.Representative
	if r.Name == "" {
		return Paragraph{Text: c.Organisation.Name}
	}
	return Paragraph{Text: joined(", ", r.Name, r.Function) + ", " + c.Organisation.Name}
}
