package document

import (
	"fmt"
)

// contrat is the contract of someone who pays for themselves (Code du travail, L6353-3 to L6353-7), with every mention
// that L6353-4 asks on pain of nullity, and the withdrawal form on a page of its own so that it can be sent without
// taking the contract apart.
func (c *composer) contrat(p *Paper) {
	p.Notice = "Contrat n°" + nbsp + c.Enrolment.Number(Contrat) + " · " + c.made() + replaces(c.Enrolment, "tout contrat antérieur")
	p.Parts = []Part{
		{Blocks: append(c.contractTerms(), c.contractMoney()...)},
		{Label: "Annexe au contrat", Title: "Formulaire de rétractation", Blocks: c.withdrawalForm()},
	}
}

func (c *composer) contractTerms() []Block {
	f, e := c.Formation, c.Enrolment
	return []Block{
		Heading{"Entre l’organisme de formation"},
		c.organisationFields(),
		Heading{"et le stagiaire"},
		Fields{[]Field{
			{"Nom", joined(" ", e.Person.Title, e.Person.FullName())},
			{"Mandat", joined(", ", e.Mandate.Kind.Called(e.Person), e.Mandate.Authority)},
			{"Contact", joined(", ", phone(e.Person.Phone), e.Person.Email)},
			{"Adresse", ""},
		}},
		Paragraph{Text: c.law.say("contract-before")},
		Heading{"Article 1. Nature, objet, durée, programme et effectif"},
		filled(
			Field{"Nature", "Action de formation liée à l’exercice du mandat d’élu local"},
			Field{"Intitulé", f.Title},
			Field{"Objet", f.Objective},
			Field{"Thème du répertoire", f.Theme},
			Field{"Effectif", "au plus " + participants(f.MaxParticipants)},
		),
		Fields{c.sessionFields()},
		Paragraph{Lead: "Programme" + nbsp + ":"},
		List{f.Programme},
		Heading{"Article 2. Connaissances préalables et qualification"},
		filled(
			Field{"Niveau de connaissances préalables requis", f.Prerequisites},
			Field{"Public", f.Audience},
			Field{"Qualification préparée, sanction de la formation", f.Outcome},
		),
		Heading{"Article 3. Conditions de la formation"},
		filled(
			Field{"Modalité", c.modality()},
			Field{"Moyens pédagogiques et techniques", f.Methods},
			Field{"Contrôle des connaissances", f.Evaluation},
			Field{"Règlement intérieur", c.Organisation.InternalRules},
		),
		Heading{"Article 4. Diplômes, titres ou références des formateurs"},
		Paragraph{Text: f.Trainers},
		Heading{"Article 5. Délai de rétractation"},
		Paragraph{Text: c.law.say("contract-withdrawal")},
		Paragraph{Text: c.law.say("contract-withdrawal-how")},
	}
}

func (c *composer) modality() string {
	if c.Session.Remote {
		return "À distance, par visioconférence, avec un formateur présent pendant toute la formation"
	}
	return "En présence, " + c.place()
}

func (c *composer) contractMoney() []Block {
	o := c.Organisation
	blocks := append([]Block{Heading{"Article 6. Prix et modalités de paiement"}}, c.priceTable()...)
	return append(blocks,
		Paragraph{Text: c.law.say("contract-nothing-before") + " " + c.law.say("contract-first-payment")},
		c.scheduleTable(),
		Paragraph{Text: c.law.say("contract-postponed")},
		Paragraph{Text: c.law.say("contract-terms-within") + " " + o.PaymentTerms},
		Paragraph{Text: labelled("IBAN"+nbsp+": ", unbroken(o.IBAN))},
		Heading{"Article 7. Arrêt anticipé ou abandon"},
		Paragraph{Text: o.EarlyStopTerms},
		Paragraph{Text: c.law.say("contract-force-majeure")},
		Heading{"Article 8. Différends"},
		Paragraph{Text: "En cas de difficulté, le stagiaire peut recourir gratuitement au médiateur de la consommation" + nbsp + ": " + o.Mediator},
		Heading{"Signatures"},
		Paragraph{Text: "Fait en deux exemplaires. Le stagiaire garde le sien, avec le formulaire de rétractation."},
		Signatures{[]Box{c.organisationBox(), {Title: "Le stagiaire", Lines: []string{c.Enrolment.Person.FullName(), "Lu et approuvé", "Lieu, date et signature" + nbsp + ":"}}}},
	)
}

func (c *composer) scheduleTable() Table {
	table := Table{Columns: []Column{{"Échéance", 75, false}, {"Montant", 25, true}}}
	total := 0
	for _, i := range Schedule(c.amounts().total, c.law.rule("personnel-first-payment-percent"), c.Session.HalfDays) {
		when := fmt.Sprintf("Acompte, à l’expiration du délai de rétractation de %d%sjours", c.law.rule("personnel-withdrawal-days"), nbsp)
		if !i.After.IsZero() {
			when = "À l’issue de la journée du " + day(i.After)
		}
		table.Rows = append(table.Rows, []string{when, euros(i.Cents)})
		total += i.Cents
	}
	label := "Total TTC"
	if c.Organisation.VAT.Exempt {
		label = "Total à payer"
	}
	table.Totals = []Field{{label, euros(total)}}
	return table
}

func (c *composer) withdrawalForm() []Block {
	o := c.Organisation
	return []Block{
		Note{"À n’utiliser que pour renoncer à la formation", c.law.say("withdrawal-form")},
		Paragraph{"À l’attention de" + nbsp + ": ", joined(", ", append([]string{o.Name}, o.Address...)...) + ", " + o.Email},
		Paragraph{Text: fmt.Sprintf("Je vous notifie ma rétractation du contrat de formation n°%s%s, portant sur la formation «%s%s%s», %s.", nbsp, c.Enrolment.Number(Contrat), nbsp, c.Formation.Title, nbsp, c.period())},
		blanks("Contrat signé le", "Nom et prénom", "Adresse", "Date", "Signature"),
	}
}
