package mail

import (
	"fmt"
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// funding tells a way of paying from beginning to end: everything that the guide says about it.
func (d Data) funding(m enrolment.Mode) []block {
	if w, needed := d.otherWay(); needed && m == d.Enrolment.Mode {
		return append([]block{heading(w.Title), strong(w.Text), {Text: "Choisissez une autre façon de payer dans votre dossier" + nbsp + ":"}}, d.otherWays(sub)...)
	}
	mode := d.Guide.Mode(m)
	if m == d.Enrolment.Mode && d.nothingLeft() {
		return []block{heading("Comment payer" + nbsp + ": " + lowerFirst(mode.Title)), {Text: d.ready() + " Le détail reste dans votre dossier."}}
	}
	blocks := []block{heading("Comment payer" + nbsp + ": " + lowerFirst(mode.Title))}
	blocks = append(blocks, paragraphs(mode.Intro...)...)
	if limit := d.limit(m); limit != "" {
		blocks = append(blocks, strong(limit))
	}
	if m == enrolment.DIFE {
		blocks = append(blocks, block{Text: mode.Until})
	}
	for i, s := range mode.Steps {
		blocks = append(blocks, heading(fmt.Sprintf("Étape %d%ssur%s%d%s: %s", i+1, nbsp, nbsp, len(mode.Steps), nbsp, lowerFirst(s.Title))))
		if _, done := d.Enrolment.Steps[s.Key]; done {
			blocks = append(blocks, block{Text: "Vous nous avez dit que c’est fait."})
		}
		blocks = append(blocks, d.step(s)...)
	}
	if len(mode.Notes) > 0 {
		blocks = append(blocks, heading("Bon à savoir"), items(mode.Notes...))
	}
	if more := d.Guide.Shown(mode.More); len(more) > 0 {
		blocks = append(blocks, sub("En savoir plus"), links(more))
	}
	return blocks
}

// step tells one step whole: what to do, the ways of doing it, the links, the help, the line to call.
func (d Data) step(s guide.Step) []block {
	if d.Enrolment.Mode.HasStep(s.Key) {
		s = d.Guide.StepFor(d.Enrolment, d.Session, s.Key, d.Now)
	}
	blocks := paragraphs(s.Body...)
	for _, o := range s.Options {
		title := o.Title
		if o.Recommended {
			title += " (FORTEMENT CONSEILLÉ)"
		}
		blocks = append(blocks, sub(title))
		blocks = append(blocks, paragraphs(o.Body...)...)
		blocks = append(blocks, block{Text: "Délai" + nbsp + ": " + lowerFirst(o.Delay)}, links(d.Guide.Shown(o.Links)))
	}
	if s.Key == enrolment.StepDossier && d.Session.Formation.MonCompteElu != "" {
		blocks = append(blocks, links([]guide.ShownLink{{Title: "Notre formation sur Mon Compte Élu", URL: d.Session.Formation.MonCompteElu, Verified: true}}))
	}
	blocks = append(blocks, d.payment(s.Key)...)
	blocks = append(blocks, sub("Les pages utiles"), links(d.Guide.Shown(s.Links)))
	if help := d.help(s); len(help) > 0 {
		blocks = append(blocks, sub("Si ça bloque"), items(help...))
	}
	if callsFor(s.Key) && d.kind != DIFEIdentite {
		blocks = append(blocks, d.helpline())
	}
	return blocks
}

// callsFor tells whether the step is the one that the helpline helps with.
func callsFor(key enrolment.StepKey) bool { return key == enrolment.StepIdentite }

// help leaves out what the block of the helpline says better.
func (d Data) help(s guide.Step) []string {
	return slices.DeleteFunc(slices.Clone(s.Help), func(text string) bool {
		return callsFor(s.Key) && strings.Contains(text, d.Guide.Helpline.Number)
	})
}

// otherWays are those still open when the DIFE is not.
func (d Data) otherWays(titled func(string) block) []block {
	var blocks []block
	for _, m := range []enrolment.Mode{enrolment.Collectivite, enrolment.Personnel} {
		if mode := d.Guide.Mode(m); d.possible(m).Open {
			blocks = append(blocks, titled(mode.Title), block{Text: mode.Asks + " " + mode.Until})
		}
	}
	return blocks
}

// helpline is the line as it is at the time of sending.
func (d Data) helpline() block {
	h := d.Guide.Helpline
	return block{Line: &line{Label: h.Label, About: h.About, Number: h.Number, Digits: digits(h.Number),
		Now: capital(h.At(d.Now).Text) + ".", Hours: h.Text}}
}

func digits(number string) string {
	return strings.Map(func(r rune) rune {
		if r == '+' || r >= '0' && r <= '9' {
			return r
		}
		return -1
	}, number)
}

// limit says until when a mode can be settled, "" when nothing presses.
func (d Data) limit(m enrolment.Mode) string {
	if m != enrolment.DIFE || d.Enrolment.Mode == m && d.requested() {
		return ""
	}
	p := d.possible(m)
	if !p.Open {
		return p.Reason
	}
	return p.Remaining(m, d.Now)
}

// lowerFirst begins in lower case what follows a colon, save the names that keep their capital.
func lowerFirst(s string) string {
	for _, name := range []string{"DIFE", "Mon Compte", "La Poste", "Identité"} {
		if strings.HasPrefix(s, name) {
			return s
		}
	}
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToLower(string(r[0])) + string(r[1:])
}
