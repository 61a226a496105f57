package catalogue

import (
	"fmt"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// checkRules checks a session that is ahead against the agrément, the DIFE rules of its date, and the seats that the
// table has already given. A cancelled session is only checked for what would harm its enrolments: nothing.
func (r *reader) checkRules(s *section, session enrolment.Session) {
	if session.Status == enrolment.SessionCancelled {
		return
	}
	if r.agrement {
		r.checkAgrement(s, session)
	}
	if session.Formation.DIFEEligible {
		r.checkDIFE(s, session)
	}
	if most := r.formations[session.Formation.Slug].MaxParticipants; most > 0 && session.Capacity > most && !s.refused("capacity") {
		s.refuse("capacity", "(%d) dépasse le nombre maximal de participants de la formation (maxParticipants: %d), que les papiers annoncent.", session.Capacity, most)
	}
	for _, stored := range r.ground.Sessions {
		if stored.ID == session.ID {
			checkPeople(s, session, stored)
		}
	}
}

// checkPeople refuses what would break a promise made to those who are enrolled already.
func checkPeople(s *section, session, stored enrolment.Session) {
	if session.Capacity > 0 && session.Capacity < stored.Taken {
		s.refuse("capacity", "(%d) est sous le nombre de places déjà prises (%d) : gardez au moins %d places.", session.Capacity, stored.Taken, stored.Taken)
	}
	if people := stored.Taken + stored.Waiting; people > 0 && session.Formation.Slug != "" && session.Formation.Slug != stored.Formation.Slug {
		s.refuse("formation", "ne peut plus changer : %d inscrits ont choisi « %s ». Créez une autre session, avec un autre « id ».", people, stored.Formation.Slug)
	}
}

// checkAgrement: DIFE and collectivité both ask for an agrément in force until the last day.
func (r *reader) checkAgrement(s *section, session enrolment.Session) {
	a, last, first := r.catalogue.Organisation.Agrement, parisDay(session.End()), parisDay(session.Start())
	if last > a.End {
		s.refuse("halfDays", "finissent le %s, après la fin de l’agrément (%s) : DIFE et collectivité seraient refusés. Avancez la session, ou renouvelez l’agrément et corrigez sa date.", frenchDay(last), frenchDay(a.End))
	}
	if first < a.Start {
		s.refuse("halfDays", "commencent le %s, avant le début de l’agrément (%s) : DIFE et collectivité seraient refusés. Reculez la session.", frenchDay(first), frenchDay(a.Start))
	}
}

// checkDIFE checks the seats and the hourly price against the rules in force on the session's dates.
func (r *reader) checkDIFE(s *section, session enrolment.Session) {
	seats, ok := r.ground.Rules.Rule(ruleMaxParticipants, session.Start())
	switch {
	case !ok:
		s.refuse("halfDays", "tombent à une date sans règle connue pour le nombre de participants DIFE : complétez « rules » dans le guide.")
	case session.Capacity > seats:
		s.refuse("capacity", "(%d) dépasse %d : une session ouverte au DIFE compte au plus %d participants en tout. Réduisez, ou écrivez « difeEligible: false » sur cette session.", session.Capacity, seats, seats)
	}
	ceiling, ok := r.ground.Rules.Rule(ruleHourlyCapCents, session.Start())
	price, hours := session.Formation.PriceCents, session.Formation.Hours
	switch {
	case !ok:
		s.refuse("halfDays", "tombent à une date sans règle connue pour le plafond horaire DIFE : complétez « rules » dans le guide.")
	case hours > 0 && float64(price) > float64(ceiling)*hours && r.announced(session):
	case hours > 0 && float64(price) > float64(ceiling)*hours:
		s.refuse("formation", "coûte %s € HT de l’heure, plus que le plafond DIFE en vigueur le %s (%s €). Baissez le prix, ou écrivez « difeEligible: false » sur cette session.",
			euros(float64(price)/hours), frenchDay(parisDay(session.Start())), euros(float64(ceiling)))
	}
}

// announced tells whether a cap that is announced, and not confirmed, would allow the session's price, and says so: refusing would be as
// wrong as acting on it. The cap that counts is the one in force when the request is examined.
func (r *reader) announced(session enrolment.Session) bool {
	rule, ok := r.ground.Rules.Announced(ruleHourlyCapCents, session.Start())
	price, hours := float64(session.Formation.PriceCents), session.Formation.Hours
	if !ok || price > float64(rule.Value)*hours {
		return false
	}
	r.catalogue.cautions = append(r.catalogue.cautions, fmt.Sprintf(
		"session « %s » : %s € HT de l’heure, plus que le plafond DIFE confirmé. Un plafond de %s € est annoncé pour le %s (%s) : vérifiez-le sur Légifrance avant cette date ; tant qu’il n’est pas confirmé, les demandes seraient refusées.",
		session.ID, euros(price/hours), euros(float64(rule.Value)), frenchDay(rule.From), rule.Source.Source))
	return true
}

func euros(cents float64) string { return frenchNumber(float64(int(cents+0.5)) / 100) }
