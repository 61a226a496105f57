package document

// programme describes the course (article 1 of what every payer asks for).
func (c *composer) programme(p *Paper) {
	f := c.Formation
	p.Title = f.Title
	p.Notice = "Programme de formation · version du " + isoDay(f.Version)
	p.Parts = []Part{{Blocks: []Block{
		Heading{"Objectif"},
		Paragraph{Text: f.Objective},
		Heading{"Programme"},
		List{f.Programme},
		Heading{"À qui s’adresse-t-elle, comment se déroule-t-elle ?"},
		filled(
			Field{"Public", f.Audience},
			Field{"Prérequis", f.Prerequisites},
			Field{"Durée", hours(f.Hours)},
			Field{"Méthodes et moyens", f.Methods},
			Field{"Évaluation", f.Evaluation},
			Field{"À l’issue", f.Outcome},
			Field{"Intervenants", f.Trainers},
			Field{"Effectif", labelled("au plus ", participants(f.MaxParticipants))},
			Field{"Accessibilité", f.Accessibility},
			Field{"Thème du répertoire", f.Theme},
		),
		Heading{"La session"},
		filled(append(c.sessionFields(), Field{"Accès", c.Session.Access})...),
		Heading{"S’inscrire"},
		filled(
			Field{"Délai d’accès", f.AccessTime},
			Field{"Prix", c.priceLine()},
			Field{"Agrément ministériel", c.agrementIfAny()},
			Field{"Contact", joined(", ", phone(c.Organisation.Phone), c.Organisation.Email)},
			Field{"Règlement intérieur", c.Organisation.InternalRules},
		),
	}}}
}

func (c *composer) agrementIfAny() string {
	if c.Organisation.Agrement.Number == "" {
		return ""
	}
	return c.agrement()
}

func participants(n int) string {
	if n <= 0 {
		return ""
	}
	return count(n, "participant", "participants")
}
