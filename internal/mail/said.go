package mail

import (
	"cmp"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// reply is what the contact declared; the zero reply before they do.
func (d Data) reply() enrolment.Reply {
	if d.Enrolment.Reply == nil {
		return enrolment.Reply{}
	}
	return *d.Enrolment.Reply
}

// said lists the three acts of the contact, as they stand. Staff see the details of the invoice.
func (d Data) said(staff bool) block {
	r := d.reply()
	answer, convention := "pas encore", "pas encore signée"
	switch r.Answer.Given {
	case enrolment.Accord:
		answer = "accord" + stamped(r.Answer.At, r.Answer.By)
	case enrolment.Refus:
		answer = "refus" + stamped(r.Answer.At, r.Answer.By)
	}
	list := append(d.handed(), fact{Label: "Réponse de la collectivité", Value: answer})
	if r.Answer.Given == enrolment.Refus {
		ground, _ := d.Guide.Authority.Ground(r.Answer.Ground)
		list = append(list, fact{Label: "Motif", Value: ground.Title})
		if r.Answer.Detail != "" {
			list = append(list, fact{Label: "En ses mots", Value: "«" + nbsp + r.Answer.Detail + nbsp + "»"})
		}
	}
	if !r.Return.At.IsZero() {
		convention = "déclarée signée et renvoyée" + stamped(r.Return.At, r.Return.By)
		if _, sent := d.Enrolment.Sent(); sent {
			convention = "signée à la main et envoyée" + stamped(r.Return.At, r.Return.By)
		}
	}
	if d.Enrolment.SignedByAuthority() {
		convention = "signée en ligne par la collectivité" + stamped(r.Signature.At, r.Signature.Name) + nbsp + "; l’organisme doit encore la signer"
		if d.Enrolment.SignedOnline() {
			convention = "signée en ligne par les deux parties"
		}
	}
	if r.Answer.Given == enrolment.Refus && r.Billing.At.IsZero() && r.Return.At.IsZero() {
		return facts(list...) // nothing else is awaited
	}
	return facts(append(append(list, d.invoice(staff)...), fact{Label: "Convention", Value: convention})...)
}

// handed says who follows the request now, when it changed hands.
func (d Data) handed() []fact {
	e := d.Enrolment
	if !e.HandedOn() || e.Contact == nil {
		return nil
	}
	return []fact{{Label: "Suivie maintenant par", Value: strings.TrimSpace(e.Contact.Name+" ("+e.Contact.Email+")") + ", à qui " + e.Relay.HandedBy + " l’a transmise le " + guide.Day(e.Relay.HandedAt)}}
}

// passedOn tells whether that it changed hands is the last thing that happened.
func (d Data) passedOn() bool {
	var last time.Time
	for _, n := range d.Enrolment.Notices {
		if n.Kind == enrolment.NoticeAuthoritySaid && n.At.After(last) {
			last = n.At
		}
	}
	return d.Enrolment.HandedOn() && last.Equal(d.Enrolment.Relay.HandedAt)
}

func (d Data) invoice(staff bool) []fact {
	switch b := d.reply().Billing; {
	case b.At.IsZero():
		return []fact{{Label: "Facturation", Value: "pas encore"}}
	case b.Unknown:
		return []fact{{Label: "Facturation", Value: "pas encore connue, dit la collectivité" + stamped(b.At, b.By)}}
	case !staff:
		return []fact{{Label: "Facturation", Value: "informations données" + stamped(b.At, b.By)}}
	default:
		return []fact{{Label: "Facturation", Value: "informations données" + stamped(b.At, b.By)}, {Label: "SIRET", Value: grouped(b.SIRET)},
			{Label: "Code service", Value: cmp.Or(b.Service, "aucun")}, {Label: "Numéro d’engagement", Value: cmp.Or(b.Commitment, "aucun")},
			{Label: "Adresse de facturation", Value: b.Address}}
	}
}

// stamped says when, and by whom when they have a name.
func stamped(at time.Time, by string) string {
	return strings.TrimSuffix(", le "+guide.Day(at)+", par "+by, ", par ")
}

// grouped is a SIRET number as people read it.
func grouped(siret string) string {
	if len(siret) != 14 {
		return siret
	}
	return siret[:3] + nbsp + siret[3:6] + nbsp + siret[6:9] + nbsp + siret[9:]
}

// authoritySaid tells the holder what their collectivité declared, and what is left to do.
func authoritySaid(d Data) letter {
	r := d.reply()
	l := letter{Action: d.openFile("Ouvrir mon dossier"), Closing: "Ce n’est pas ce que vous a dit votre collectivité" + nbsp + "? Déclarez-le dans votre dossier" + nbsp + ": la déclaration la plus récente compte, et les deux restent visibles. " + d.reach()}
	when := " (formation du " + guide.DayMonth(d.Session.Start()) + ")"
	switch {
	case d.passedOn():
		l.Subject, l.Title = "Votre collectivité a transmis votre demande"+when, "Une autre personne suit votre demande"
		l.Preview = "Vous n’avez rien à faire."
		l.Lead = []block{{Text: "Dans votre collectivité, votre demande a changé de mains. Nous écrivons maintenant à la personne qui la suit" + nbsp + ":"}, d.said(false)}
	case r.Answer.Given == enrolment.Refus:
		l.Subject, l.Title = "Votre collectivité refuse de payer"+when, "Votre collectivité a répondu par un refus"
		l.Preview = "Votre place est gardée. Voici ce que vous pouvez faire."
		l.Lead = []block{{Text: "Votre place reste réservée. Voici ce que votre collectivité nous a déclaré" + nbsp + ":"}, d.said(false)}
		l.Body = d.afterRefusal(r.Answer.Ground)
	case d.Enrolment.SignedByAuthority():
		l.Subject, l.Title = "Votre collectivité a signé la convention"+when, "Votre collectivité a signé la convention en ligne"
		l.Preview = "Nous la signons à notre tour. Vous n’avez rien à faire."
		l.Lead = []block{{Text: "Vous n’avez rien à faire" + nbsp + ": nous devons encore la signer, et nous vous l’écrirons. Voici ce que votre collectivité nous a déclaré" + nbsp + ":"}, d.said(false)}
	case !r.Return.At.IsZero():
		l.Subject, l.Title = "Votre collectivité a signé la convention"+when, "Votre collectivité a signé la convention"
		l.Preview = "Elle nous la renvoie. Vous n’avez rien à faire."
		if _, sent := d.Enrolment.Sent(); sent {
			l.Preview = "Elle nous l’a envoyée. Vous n’avez rien à faire."
		}
		l.Lead = []block{{Text: "Vous n’avez rien à faire. Voici ce que votre collectivité nous a déclaré" + nbsp + ":"}, d.said(false)}
	case r.Answer.Given == enrolment.Accord:
		l.Subject, l.Title = "Votre collectivité est d’accord"+when, "Votre collectivité a donné son accord"
		l.Preview = "Il reste la convention à signer."
		l.Lead = []block{{Text: "Il lui reste à signer la convention. Voici ce qu’elle nous a déclaré" + nbsp + ":"}, d.said(false)}
	case r.Said():
		l.Subject, l.Title = "Votre collectivité a complété votre dossier"+when, "Votre collectivité a complété votre dossier"
		l.Preview = "Elle n’a pas encore dit si elle est d’accord."
		l.Lead = []block{{Text: "Elle n’a pas encore dit si elle est d’accord. Voici ce qu’elle nous a déclaré" + nbsp + ":"}, d.said(false)}
	default:
		l.Subject, l.Title = "Votre collectivité a repris sa réponse"+when, "Votre collectivité a repris sa réponse"
		l.Preview = "Ce qu’elle nous avait déclaré ne compte plus."
		l.Lead = []block{{Text: "Ce qu’elle nous avait déclaré ne compte plus. Elle peut répondre de nouveau" + nbsp + "; parlez-en avec elle."}, d.said(false)}
	}
	return l
}

// afterRefusal says what the law says of the ground, and which other ways are open.
func (d Data) afterRefusal(key string) []block {
	var blocks []block
	if ground, ok := d.Guide.Authority.Ground(key); ok && ground.Unlawful {
		step, _ := d.Guide.Step(enrolment.Collectivite, enrolment.StepDemande)
		blocks = append(blocks, heading("Ce que dit la loi"))
		for _, help := range step.Help {
			if strings.HasPrefix(help, "Un refus est admis") {
				blocks = append(blocks, block{Text: help})
			}
		}
		blocks = append(blocks, links(d.Guide.Shown(d.Guide.Mode(enrolment.Collectivite).More)))
	}
	return append(blocks, heading("Payer autrement"), block{Text: "Vous pouvez choisir une autre façon de payer dans votre dossier" + nbsp + ": votre place est gardée."})
}

// staffAuthoritySaid tells the organisation the same, with what the invoice needs.
func staffAuthoritySaid(d Data) letter {
	r := d.reply()
	what := "a complété le dossier"
	switch {
	case d.passedOn():
		what = "a transmis la demande"
	case r.Answer.Given == enrolment.Refus:
		what = "refuse"
	case d.Enrolment.SignedByAuthority():
		what = "a signé la convention en ligne"
	case !r.Return.At.IsZero():
		what = "déclare la convention signée"
		if _, sent := d.Enrolment.Sent(); sent {
			what = "a envoyé la convention signée"
		}
	case r.Answer.Given == enrolment.Accord:
		what = "est d’accord"
	case !r.Said():
		what = "a repris sa réponse"
	}
	l := letter{
		Subject: d.Enrolment.PayerName() + " " + what + nbsp + ": dossier " + d.Enrolment.Reference,
		Preview: d.whose() + ", session " + guide.DayMonth(d.Session.Start()) + ".",
		Title:   capital(d.Enrolment.PayerName()) + " " + what,
		Lead:    append([]block{{Text: "Le contact de la collectivité l’a déclaré sur sa page."}, d.authorityFacts()}, d.said(true)),
		Body:    paragraphs(d.warned() + " Tout est dans l’historique du dossier."),
	}
	if d.Enrolment.SignedByAuthority() && !d.Enrolment.SignedOnline() {
		l.Body = paragraphs(d.warned() + " Il reste à la contresigner, dans «" + nbsp + "Aujourd’hui" + nbsp + "» ou dans le dossier" + nbsp + ": le financement est alors réglé, et la convention signée part aux trois.")
		return l
	}
	if r.Return.At.IsZero() {
		return l
	}
	if _, sent := d.Enrolment.Sent(); sent {
		l.Body = paragraphs(d.warned() + " Ouvrez le dossier, téléchargez la convention, relisez-la, puis notez-la reçue" + nbsp + ": le financement est alors réglé.")
		return l
	}
	l.Body = paragraphs(d.warned() + " Quand la convention signée vous arrive, notez-la reçue dans le dossier" + nbsp + ": le financement est alors réglé.")
	return l
}

func (d Data) warned() string {
	if d.Enrolment.Group != nil {
		return "Les élus en ont été prévenus."
	}
	return capital(d.theElu()) + " le sait par e-mail."
}
