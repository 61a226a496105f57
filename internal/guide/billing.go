package guide

import (
	"regexp"
	"strconv"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

var ruleName = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`\{([a-z-]+)\}`) })

// Late is what an invoice of the day says of a payment that comes late; "" to an individual, whom no rule of it binds. The payers of
// public money follow the Code de la commande publique, all others the Code de commerce.
func (g *Guide) Late(e enrolment.Enrolment, at time.Time) string {
	text := g.Billing.LateProfessional.Text
	switch {
	case e.Mode == enrolment.Personnel:
		return ""
	case e.Mode == enrolment.Collectivite: // whatever its payer, it is public
		text = g.Billing.LatePublic.Text
	}
	return ruleName().ReplaceAllStringFunc(text, func(name string) string {
		value, _ := g.Rule(name[1:len(name)-1], at)
		return strconv.Itoa(value)
	})
}

// lateFaults: every rule that the sentences name has a value from the day that invoices began.
func (g *Guide) lateFaults(f *faults) {
	f.need("$.billing", "difePayer", g.Billing.DIFEPayer)
	for name, s := range map[string]Statement{"latePublic": g.Billing.LatePublic, "lateProfessional": g.Billing.LateProfessional} {
		path := "$.billing." + name
		f.need(path, "text", s.Text)
		f.source(path, s.Source)
		for _, m := range ruleName().FindAllStringSubmatch(s.Text, -1) {
			if _, ok := g.Rule(m[1], time.Date(2026, 1, 1, 12, 0, 0, 0, Paris)); !ok {
				f.add(path, "there is no rule %q in force", m[1])
			}
		}
	}
}
