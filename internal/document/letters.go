package document

import (
	"fmt"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// demandeMaire is the élu's letter to the head of the collectivité, ready to sign.
func (c *composer) demandeMaire(p *Paper) {
	p.Letter = true
	p.Foot = "Lettre préparée avec " + c.Organisation.Name
	to, greeting := c.recipient()
	p.Parts = []Part{{Blocks: []Block{
		Addresses{From: c.sender(), To: append(to, c.Enrolment.PayerName())},
		Paragraph{"Objet" + nbsp + ": ", fmt.Sprintf("prise en charge d’une formation liée à mon mandat, «%s%s%s»", nbsp, c.Formation.Title, nbsp)},
		Paragraph{Text: greeting},
		Paragraph{Text: "Je vous demande de bien vouloir prendre en charge ma participation à la formation suivante, dans le cadre de mon droit à la formation."},
		Fields{append([]Field{
			{"Organisme", c.Organisation.Name},
			{"Agrément ministériel", c.agrement()},
			{"Thème du répertoire", c.Formation.Theme},
		}, append(c.sessionFields(), Field{"Prix", c.priceLine()})...)},
		Paragraph{Text: joined(" ", c.law.say("right-to-training"), c.Guide.Spending(c.Enrolment.Spender()), c.Guide.FirstYear(c.Enrolment.Mandate.Kind, c.Now))},
		Paragraph{Text: c.law.say("taken-in-charge")},
		Paragraph{Text: fmt.Sprintf("Vous trouverez ci-joints le devis n°%s%s et le programme de la formation. Si vous donnez votre accord, il restera à signer la convention de formation que l’organisme tient à votre disposition, et à la lui renvoyer au plus tard le %s.", nbsp, c.Enrolment.Number(Devis), weekday(c.Guide.Settling(c.Session, enrolment.Collectivite, c.Now).LastDay))},
		Paragraph{Text: c.law.say("other-costs")},
		Paragraph{Text: "Les places étant limitées, je vous remercie de me répondre dès que possible et vous prie d’agréer l’expression de ma considération distinguée."},
		c.signed(),
		Paragraph{"Pièces jointes" + nbsp + ": ", "devis n°" + nbsp + c.Enrolment.Number(Devis) + ", programme de la formation."},
	}}}
}

// recipient is who is asked, and how the letter greets them. The head of the collectivité, who would write to
// themselves, writes to the services that handle the spending.
func (c *composer) recipient() (to []string, greeting string) {
	kind := c.Enrolment.Spender()
	switch {
	case kind == "":
		return nil, "Madame, Monsieur,"
	case kind == "maire" || kind == "president-epci":
		return []string{"À l’attention des services chargés de la formation des élus"}, "Madame, Monsieur,"
	case municipal(kind):
		return []string{"Madame ou Monsieur le Maire"}, "Madame le Maire, Monsieur le Maire,"
	}
	return []string{"Madame la Présidente ou Monsieur le Président"}, "Madame la Présidente, Monsieur le Président,"
}

// demandeEmployeur asks the employer for training leave. It says so honestly when the legal delay has passed.
func (c *composer) demandeEmployeur(p *Paper) {
	p.Letter = true
	p.Foot = "Lettre préparée avec " + c.Organisation.Name
	delay := c.law.say("employer-delay")
	if c.Now.After(c.leaveDeadline()) {
		delay = c.law.say("employer-too-late")
	}
	p.Parts = []Part{{Blocks: []Block{
		Addresses{From: c.sender(), To: []string{"", ""}},
		Paragraph{"Objet" + nbsp + ": ", "demande de congé de formation d’un élu local"},
		Note{"Comment l’envoyer", "En recommandé avec avis de réception, ou remise en main propre contre signature. Complétez le nom et l’adresse de votre employeur."},
		Paragraph{Text: "Madame, Monsieur,"},
		Paragraph{Text: c.law.say("employer-right")},
		Paragraph{Text: "À ce titre, je vous demande l’autorisation de m’absenter pour suivre la formation suivante" + nbsp + ":"},
		Fields{append([]Field{
			{"Formation", c.Formation.Title},
			{"Organisme responsable", joined(", ", append([]string{c.Organisation.Name}, c.Organisation.Address...)...)},
			{"Agrément ministériel", c.agrement()},
		}, c.sessionFields()...)},
		Paragraph{Text: delay},
		Paragraph{Text: "Je vous remercie de l’attention que vous porterez à ma demande et vous prie d’agréer, Madame, Monsieur, mes salutations distinguées."},
		c.signed(),
		Paragraph{"Pièce jointe" + nbsp + ": ", "programme de la formation."},
	}}}
}

// leaveDeadline is the last instant at which the letter still respects the employer's delay.
func (c *composer) leaveDeadline() time.Time {
	first := c.Session.Start().In(paris())
	return time.Date(first.Year(), first.Month(), first.Day()-c.law.rule("employer-request-days")+1, 0, 0, 0, 0, paris()).Add(-time.Second)
}

func (c *composer) sender() []string {
	e := c.Enrolment
	return []string{joined(" ", e.Person.Title, e.Person.FullName()), e.Mandate.Kind.Called(e.Person), e.Mandate.Authority, joined(", ", phone(e.Person.Phone), e.Person.Email)}
}

func (c *composer) signed() Signatures {
	return Signatures{[]Box{{Title: c.Enrolment.Person.FullName(), Lines: []string{"Signature" + nbsp + ":"}}}}
}
