package mail

import (
	"strings"
	"unicode/utf8"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// elu names the person and the mandate, for the collectivité.
func (d Data) elu() string {
	return d.Enrolment.Person.FullName() + " (" + lowerFirst(d.Enrolment.Mandate.Kind.Label()) + ", " + d.Enrolment.Mandate.Authority + ")"
}

func (d Data) authorityFacts() block {
	list := append([]fact{{Label: "Élu ou élue", Value: d.elu()}}, d.sessionFacts(d.Session)...)
	return block{Facts: append(list,
		fact{Label: "Prix", Value: guide.Euros(d.Session.Formation.PriceCents) + " HT par participant (le détail est dans le devis)"},
		fact{Label: "Référence", Value: d.Enrolment.Reference})}
}

func authorityPapers(d Data) letter {
	return letter{
		Subject: "Formation " + of(d.Enrolment.Person.FullName()) + nbsp + ": devis, programme et convention",
		Preview: "Pour accord et signature, au plus tard " + d.lastDay() + ".",
		Title:   "Une demande de formation à suivre",
		Lead: []block{{Text: capital(d.elu()) + " s’est inscrit(e) à une formation et demande que la collectivité la prenne en charge."},
			d.authorityFacts(),
			{Text: "Ce que nous vous demandons" + nbsp + ":"},
			items(d.Guide.Authority.Asks...)},
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
	list := []string{d.Guide.Spending(kind)}
	if first := d.Guide.FirstYear(kind, d.Now); first != "" {
		list = append(list, first)
	}
	return append(list, d.Guide.Authority.Law...)
}

// lastDay is the last day on which the convention may come back: « le mercredi 16 décembre ».
func (d Data) lastDay() string {
	return "le " + guide.DayMonth(d.Guide.Settling(d.Session, enrolment.Collectivite, d.Now).LastDay)
}

func authorityReminder(d Data) letter {
	return letter{
		Subject: "Rappel" + nbsp + ": formation " + of(d.Enrolment.Person.FullName()) + ", " + on(d.Session),
		Preview: "La convention de formation attend votre signature.",
		Title:   "La convention attend votre signature",
		Lead: []block{{Text: "Nous n’avons pas encore de nouvelles de la demande de formation " + of(d.elu()) + "."},
			d.authorityFacts(),
			{Text: "Il reste à recueillir l’accord du maire, ou du président ou de la présidente, et à nous renvoyer la convention signée, au plus tard " + d.lastDay() + "."}},
		Action:  &action{Label: "Ouvrir les papiers", URL: d.Addresses.Papers},
		Body:    append(paragraphs("C’est déjà fait, ou la demande est refusée"+nbsp+"? Répondez simplement à ce message."), d.law()...),
		Closing: "Merci.",
	}
}

// of puts « de » before a name, or « d’ » before a vowel.
func of(name string) string {
	first, _ := utf8.DecodeRuneInString(name)
	if strings.ContainsRune("aeiouyàâäéèêëîïôöùûüœæhAEIOUYÀÂÄÉÈÊËÎÏÔÖÙÛÜŒÆH", first) {
		return "d’" + name
	}
	return "de " + name
}
