package mail

import (
	"strings"
	"unicode/utf8"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// whose is who the training is for: a person's name, or how many people of a group.
func (d Data) whose() string {
	if d.Enrolment.Group != nil {
		return guide.Count(len(d.Enrolment.Seated()), "élu", "élus")
	}
	return d.Enrolment.Person.FullName()
}

// people names those of a group who have a seat.
func (d Data) people() string {
	var names []string
	for _, l := range d.Enrolment.Seated() {
		names = append(names, l.Name)
	}
	return strings.Join(names, nbsp+"; ")
}

// elu names the person and the mandate, for the collectivité.
func (d Data) elu() string {
	if d.Enrolment.Group != nil {
		return d.whose() + " (" + d.Enrolment.Mandate.Authority + ")"
	}
	p, m := d.Enrolment.Person, d.Enrolment.Mandate
	return p.FullName() + " (" + lowerFirst(m.Kind.Called(p)) + ", " + m.Authority + ")"
}

// theElu is who the file is about, in a sentence of ours to others: by their title when they gave one.
func (d Data) theElu() string {
	p := d.Enrolment.Person
	return p.Gendered("l’élue", "l’élu", p.FullName())
}

func (d Data) authorityFacts() block {
	who := fact{Label: d.Enrolment.Person.Gendered("Élue", "Élu", "Pour"), Value: d.elu()}
	if d.Enrolment.Group != nil {
		who = fact{Label: "Élus", Value: d.people()}
	}
	list := append([]fact{who}, d.sessionFacts(d.Session)...)
	return block{Facts: append(list,
		fact{Label: "Prix", Value: guide.Euros(d.Session.Formation.PriceCents) + " HT par participant (le détail est dans le devis)"},
		fact{Label: "Référence", Value: d.Enrolment.Reference})}
}

func authorityPapers(d Data) letter {
	first := capital(d.elu()) + " a une place réservée à une formation et demande que " + d.payer() + " la prenne en charge."
	if d.Enrolment.Group != nil {
		first = "Vous avez inscrit vos élus à une formation" + nbsp + ": " + guide.Count(len(d.Enrolment.Seated()), "place est réservée", "places sont réservées") + ". Chacun reçoit sa confirmation et sa convocation."
	}
	if d.Enrolment.HandedOn() {
		first = d.Enrolment.Relay.HandedBy + " vous transmet la demande de formation " + of(d.elu()) + "."
	}
	return letter{
		Subject: "Formation " + of(d.whose()) + nbsp + ": devis, programme et convention",
		Preview: "Pour accord et signature, au plus tard " + d.lastDay() + ".",
		Title:   "Une demande de formation à suivre",
		Lead: []block{{Text: first},
			d.authorityFacts(),
			{Text: "Ce que nous vous demandons" + nbsp + ":"},
			items(d.Guide.Authority.Asks...),
			strong("La convention signée doit nous être renvoyée au plus tard " + d.lastDay() + ".")},
		Action:  &action{Label: "Ouvrir les papiers", URL: d.Addresses.Papers},
		Body:    append(paragraphs("Le devis, le programme et la convention sont joints à ce message. Le lien les ouvre aussi, sans compte ni mot de passe."), d.law()...),
		Closing: "Merci. " + d.reach(),
	}
}

// law recalls what the guide says of the collectivité's duty.
func (d Data) law() []block {
	more := d.Guide.Mode(enrolment.Collectivite).More
	blocks := append([]block{heading("Ce que dit la loi")}, paragraphs(d.duty()...)...)
	return append(blocks, links(d.Guide.Shown(more)))
}

// duty is why the payer of this mandate must, and what the law says besides.
func (d Data) duty() []string {
	kind := d.Enrolment.Mandate.Kind
	list := []string{d.Guide.Spending(d.Enrolment.Spender())}
	if first := d.Guide.FirstYear(kind, d.Now); first != "" {
		list = append(list, first)
	}
	return append(list, d.Guide.Authority.Law...)
}

// lastDay is the last day on which the convention may come back: « le mercredi 16 décembre ».
func (d Data) lastDay() string {
	return "le " + guide.DayMonth(d.Guide.Settling(d.Session, enrolment.Collectivite, d.Now).LastDay)
}

// authorityReminder names what is awaited: the agreement, then the signature.
func authorityReminder(d Data) letter {
	awaited := "votre accord est attendu"
	if key, todo := d.Enrolment.NextStep(); todo && key == enrolment.StepConvention {
		awaited = "la convention est à signer"
	}
	nth := []string{"Rappel", "Deuxième rappel", "Dernier rappel"}[min(d.Turn, 2)]
	l := letter{
		Subject: nth + nbsp + ": formation " + of(d.whose()) + ", " + awaited,
		Preview: "L’accord de la collectivité est attendu, puis la convention signée, au plus tard " + d.lastDay() + ".",
		Title:   "L’accord de la collectivité est attendu",
		Lead: []block{{Text: "Nous n’avons pas encore de nouvelles de la demande de formation " + of(d.elu()) + "."},
			d.authorityFacts(),
			strong("Il reste à recueillir l’accord du maire, ou du président ou de la présidente. La convention signée doit ensuite nous être renvoyée au plus tard " + d.lastDay() + ".")},
		Action:  &action{Label: "Ouvrir les papiers", URL: d.Addresses.Papers},
		Body:    append(paragraphs("Le devis, le programme et la convention sont joints à ce message.", "C’est déjà fait, ou la demande est refusée"+nbsp+"? Répondez simplement à ce message."), d.law()...),
		Closing: "Merci.",
	}
	if key, todo := d.Enrolment.NextStep(); todo && key == enrolment.StepConvention {
		l.Preview = "La convention signée doit nous être renvoyée au plus tard " + d.lastDay() + "."
		l.Title = "La convention attend votre signature"
		l.Lead[0].Text = capital(d.elu()) + " nous indique que l’accord de la collectivité est donné."
		if d.Enrolment.Group != nil {
			l.Lead[0].Text = "L’accord de la collectivité est donné pour la formation " + of(d.elu()) + "."
		}
		l.Lead[2] = strong("Il reste à signer la convention, en deux exemplaires, et à nous en renvoyer un au plus tard " + d.lastDay() + ".")
	}
	return l
}

// authorityMoved replaces the papers that the contact has.
func authorityMoved(d Data) letter {
	why, changed := "La session de formation "+of(d.elu())+" a changé.", "La session a changé."
	date := "Cette nouvelle date ne convient pas" + nbsp + "? "
	if d.Enrolment.Group != nil {
		why, changed = "La session, ou la liste des élus que vous y avez inscrits, a changé.", "La session ou la liste des élus a changé."
		date = "Ce n’est pas ce que vous attendiez" + nbsp + "? "
	}
	l := letter{
		Subject: "Annule et remplace" + nbsp + ": devis et convention, formation " + of(d.whose()),
		Preview: changed + " Voici les nouveaux papiers.",
		Title:   "De nouveaux papiers, qui annulent et remplacent les précédents",
		Lead: []block{{Text: why + " Voici les nouvelles informations" + nbsp + ":"},
			d.authorityFacts(),
			strong("Le devis n°" + nbsp + d.Enrolment.Number(enrolment.PaperDevis) + " et la convention n°" + nbsp + d.Enrolment.Number(enrolment.PaperConvention) +
				", joints à ce message, annulent et remplacent ceux que vous avez.")},
		Action: &action{Label: "Ouvrir les papiers", URL: d.Addresses.Papers},
		Body: paragraphs("La convention signée doit nous être renvoyée au plus tard "+d.lastDay()+". Vous aviez déjà signé la précédente"+nbsp+"? Merci de signer celle-ci aussi.",
			date+d.reach()),
		Closing: "Merci.",
	}
	if !d.reply().Signature.At.IsZero() && !d.Enrolment.SignedByAuthority() {
		l.Lead = append(l.Lead, block{Text: "La signature en ligne de la convention précédente est sans effet."})
	}
	return l
}

// authorityOver says that nothing is asked any more, and why.
func authorityOver(d Data) letter {
	why := "L’inscription " + of(d.elu()) + " est annulée, à sa demande."
	switch {
	case d.Enrolment.Group != nil && d.Session.Status != enrolment.SessionCancelled:
		why = "Plus aucun des élus que vous avez inscrits (" + d.Enrolment.Mandate.Authority + ") ne suit cette formation à la charge de la collectivité."
	case d.Enrolment.CancelledFor != "":
		why = "Nous avons annulé l’inscription " + of(d.elu()) + "."
	case d.Session.Status == enrolment.SessionCancelled:
		why = "Nous avons dû annuler cette session. Nous vous prions de nous en excuser."
	case d.Enrolment.Status.Live():
		why = capital(d.elu()) + " paie sa formation d’une autre façon" + nbsp + ": " + d.payer() + " n’a plus rien à prendre en charge."
	}
	return letter{
		Subject: "Sans objet" + nbsp + ": formation " + d.nowOver() + on(d.Session),
		Preview: "Vous n’avez plus rien à signer ni à payer pour cette formation.",
		Title:   "Notre demande est sans objet",
		Lead: []block{{Text: why}, facts(d.sessionFacts(d.Session)...),
			strong("Le devis et la convention que nous vous avons envoyés sont sans objet" + nbsp + ": vous n’avez rien à signer ni à payer.")},
		Body:    paragraphs("Une convention est déjà signée, ou un bon de commande émis" + nbsp + "? " + d.reach()),
		Closing: "Merci.",
	}
}

// nowOver names whose training it was; a group has nobody left.
func (d Data) nowOver() string {
	if d.Enrolment.Group != nil {
		return "de vos élus, "
	}
	return of(d.whose()) + ", "
}

// payer is who is asked to pay, in a sentence.
func (d Data) payer() string {
	if p := d.Enrolment.PaidBy; p != nil {
		return "votre organisme (" + p.Name + ")"
	}
	return "la collectivité"
}

// of puts « de » before a name, or « d’ » before a vowel.
func of(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if strings.ContainsRune("aeiouyàâäéèêëîïôöùûüœæhAEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆH", first) {
		return "d’" + name
	}
	return "de " + name
}
