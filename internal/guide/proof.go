package guide

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// leastProof is how long a seat that nobody proved is kept at least, whatever the rule says.
const leastProof = 8 * time.Hour

// ProofEnd is until when a seat taken at now is kept whatever happens, though nobody has proved its address: so many office hours
// (Monday to Saturday, 08:00 to 20:00), until a full hour.
func (g *Guide) ProofEnd(now time.Time) time.Time {
	hours, _ := g.Rule("proof-office-hours", now)
	return g.afterOfficeHours(now, max(time.Duration(hours)*time.Hour, leastProof))
}

// MostUnproved says of a session of so many seats how many may be held though nobody proved the address: without a proof of work, and at
// all. Beyond, a seat is only for whoever opens the mailed link.
func (g *Guide) MostUnproved(capacity int, now time.Time) (withoutWork, most int) {
	least, _ := g.Rule("unproved-least-seats", now)
	share := func(rule string) int {
		percent, _ := g.Rule(rule, now)
		return max(least, (capacity*percent+50)/100)
	}
	return share("unproved-work-percent"), share("unproved-most-percent")
}

// ProofCall is from when the organisation calls somebody whose seat, kept until by, nobody has proved: a working day is left then.
func (g *Guide) ProofCall(since, by time.Time) time.Time {
	hours, _ := g.Rule("proof-call-office-hours", since)
	if call := g.afterOfficeHours(since, time.Duration(hours)*time.Hour); call.Before(by) {
		return call
	}
	return by
}

func (g *Guide) afterOfficeHours(t time.Time, hours time.Duration) time.Time {
	return NextOfficeInstant(roundUp(office.later(t, hours))).UTC()
}

// Where a person confirms their address: in the mail itself, or by the mail.
const (
	InThisMail = "ouvrez votre dossier par le bouton de ce message"
	ByTheMail  = "ouvrez le lien de l’e-mail que nous vous avons envoyé"
)

// ProofText says what becomes of a file whose address nobody has confirmed, and how to confirm it; "" when nothing is to be said.
func ProofText(e enrolment.Enrolment, now time.Time, where string) string {
	switch {
	case !e.ToProve() || !e.Status.Live() || e.Status == enrolment.Offered:
		return ""
	case e.Aside():
		return "Aucune place ne vous est gardée tant que votre adresse n’est pas confirmée. Pour la confirmer, " + where +
			" : s’il reste une place, elle est à vous tout de suite ; sinon, vous entrez sur la liste d’attente."
	case e.Status == enrolment.Waiting:
		return "Confirmez votre adresse pour garder votre rang : " + where +
			". Sans cela, à partir du " + DayMonth(e.ProveBy) + " à " + Hour(e.ProveBy) + ", votre tour passera à la personne suivante."
	case now.Before(e.ProveBy):
		return "Confirmez votre adresse avant le " + DayMonth(e.ProveBy) + " à " + Hour(e.ProveBy) + " : " + where +
			". Votre place vous est gardée jusque-là ; ensuite, si la session est complète, elle ira à quelqu’un d’autre."
	}
	return "Votre adresse n’est pas confirmée : dès que quelqu’un d’autre voudra votre place, elle lui reviendra. Pour la garder, " + where + "."
}
