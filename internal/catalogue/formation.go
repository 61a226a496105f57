package catalogue

import (
	"regexp"
	"sync"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// slug is what ids look like: they stand in addresses and keys.
var slug = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`) })

// occurrence is the end that Read adds to the id of a relative session.
var occurrence = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`-\d{8}$`) })

// id reads an identifier and names the section by it, so that messages can be found by eye.
func (s *section) id(key, noun string) string {
	text := s.needText(key, 60)
	if text == "" {
		return ""
	}
	if !slug().MatchString(text) {
		s.refuse(key, "ne peut contenir que des lettres minuscules sans accent, des chiffres et des tirets : « budget-communal ».")
		return ""
	}
	s.name = noun + " « " + text + " »"
	return text
}

func (r *reader) formation(s *section) {
	f := enrolment.Formation{Slug: s.id("slug", "formation")}
	f.Title = s.needText("title", 120)
	f.Summary = s.needText("summary", 400)
	f.Theme = s.needText("theme", shortText)
	f.Objective = s.needText("objective", longText)
	f.Programme = s.lines("programme", 500)
	f.Prerequisites = s.needText("prerequisites", longText)
	f.Audience = s.needText("audience", longText)
	f.Methods = s.needText("methods", longText)
	f.Evaluation = s.needText("evaluation", longText)
	f.Outcome = s.needText("outcome", longText)
	f.Accessibility = s.needText("accessibility", longText)
	f.Trainers = s.needText("trainers", longText)
	f.AccessTime = s.needText("accessTime", longText)
	hours := s.number("hours", "d’heures", 200)
	f.Hours = float64(hours) / 100
	f.PriceCents = s.number("priceEuros", "d’euros hors taxes", 50000)
	f.DIFEEligible = s.boolean("difeEligible")
	f.MonCompteElu = s.url("monCompteElu")
	number := s.text("monCompteEluNumber", shortText)
	f.Version = s.absoluteDay("version")
	f.MaxParticipants = s.integer("maxParticipants", 1, 1000)
	s.end()
	if f.Slug == "" {
		return
	}
	if first, twice := r.formations[f.Slug]; twice {
		s.refuse("slug", "est déjà pris ligne %d : donnez un autre nom à l’une des deux.", first.line)
		return
	}
	r.formations[f.Slug] = readFormation{Formation: f, line: s.at("slug"), number: number}
	r.catalogue.Formations = append(r.catalogue.Formations, f)
}
