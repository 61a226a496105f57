package mail

import (
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// sittings tells when a session takes place, a line per day: « mardi 8 décembre 2026, de 9 h à 12 h 30 et de 14 h à 17 h ».
func sittings(s enrolment.Session) []string {
	var lines []string
	last := ""
	for _, h := range s.HalfDays {
		day := guide.Day(h.Start)
		hours := "de " + guide.Hour(h.Start) + " à " + guide.Hour(h.End)
		if day == last {
			lines[len(lines)-1] += " et " + hours
			continue
		}
		lines, last = append(lines, day+", "+hours), day
	}
	return lines
}

// days names the days of a session.
func days(s enrolment.Session) (list []string) {
	for _, h := range s.HalfDays {
		list = append(list, guide.Day(h.Start))
	}
	return slices.Compact(list)
}

// sessionFacts tells what, when and where.
func (d Data) sessionFacts(s enrolment.Session) []fact {
	list := []fact{{Label: "Formation", Value: s.Formation.Title}}
	for i, when := range sittings(s) {
		label := "Quand (heure de Paris)"
		if i > 0 {
			label = "puis"
		}
		list = append(list, fact{Label: label, Value: when})
	}
	return append(list, fact{Label: "Où", Value: place(s)})
}

func place(s enrolment.Session) string {
	if s.Remote || s.Address == "" || strings.Contains(s.Place, s.Address) {
		return s.Place
	}
	return s.Place + ", " + s.Address
}

// fileFacts adds the reference, the way of paying, and the price until everything is about the day itself.
func (d Data) fileFacts() block {
	list := append(d.sessionFacts(d.Session), fact{Label: "Référence de votre dossier", Value: d.Enrolment.Reference})
	if d.kind != Convocation && d.kind != DayBefore {
		list = append(list, fact{Label: "Prix", Value: guide.Price(d.Session)})
	}
	paying := d.Guide.Mode(d.Enrolment.Mode).Short
	if _, needed := d.otherWay(); needed {
		paying = "à choisir dans votre dossier, le temps manque pour le DIFE"
	}
	list = append(list, fact{Label: "Façon de payer", Value: paying})
	return block{Facts: list}
}

// practical tells how to get there, on the day.
func (d Data) practical() []block {
	blocks := []block{heading("Le jour même")}
	if d.Session.Remote {
		blocks = append(blocks, d.remote()...)
	} else {
		blocks = append(blocks, d.onSite()...)
	}
	bring := []string{"De quoi prendre des notes.", "Ce message, ou votre référence" + nbsp + ": " + d.Enrolment.Reference + "."}
	if d.Session.Remote {
		bring = []string{"Un ordinateur, une tablette ou un téléphone avec du son.", "Votre référence" + nbsp + ": " + d.Enrolment.Reference + "."}
	}
	blocks = append(blocks, sub("À prévoir"), items(bring...))
	if d.Organisation.InternalRules != "" {
		blocks = append(blocks, links([]guide.ShownLink{{Title: "Règlement intérieur", URL: d.Organisation.InternalRules, Verified: true}}))
	}
	return append(blocks, sub("Un empêchement, un besoin particulier"), block{Text: d.reach()})
}

func (d Data) remote() []block {
	if d.video() == "" {
		return paragraphs("La formation a lieu à distance. Le lien de connexion sera dans votre dossier.")
	}
	return []block{{Text: "La formation a lieu à distance. Connectez-vous dix minutes avant, pour essayer le son."},
		links([]guide.ShownLink{{Title: "Rejoindre la visioconférence", URL: d.video(), Verified: true}})}
}

func (d Data) video() string { return d.Enrolment.VideoURL(d.Session) }

func (d Data) onSite() []block {
	var blocks []block // the place itself is among the facts of the letter
	if d.Session.Access != "" {
		blocks = append(blocks, block{Text: d.Session.Access})
	}
	if d.Session.MapURL != "" && d.kind != DayBefore { // there it is the button
		blocks = append(blocks, links([]guide.ShownLink{{Title: "Voir le plan", URL: d.Session.MapURL, Verified: true}}))
	}
	return append(blocks, block{Text: "Vous signerez la feuille de présence à chaque demi-journée."})
}

// reach says how to reach the organisation.
func (d Data) reach() string {
	if d.Organisation.Phone == "" {
		return "Répondez à ce message" + nbsp + ": quelqu’un vous lit."
	}
	return "Appelez-nous au " + d.Organisation.Phone + ", ou répondez à ce message" + nbsp + ": quelqu’un vous lit."
}

// on names the first day: « le mardi 8 décembre ».
func on(s enrolment.Session) string { return "le " + guide.DayMonth(s.Start()) }
