package guide_test

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Once the session has begun, who never asked is told to call; who asked still reads where their request stands.
func TestNothingOfTheDIFEIsExplainedOnceTheSessionHasBegun(t *testing.T) {
	g, s := load(t), session(t, "2026-12-17")
	begun := paris(t, "2026-12-17 09:00")
	for name, c := range map[string]struct {
		steps map[enrolment.StepKey]time.Time
		want  bool
	}{
		"never asked":  {nil, true},
		"asked":        {map[enrolment.StepKey]time.Time{"dossier": paris(t, "2026-11-20 10:00")}, false},
		"lapsed":       {map[enrolment.StepKey]time.Time{"dossier": paris(t, "2026-11-02 10:00"), "proposition": paris(t, "2026-11-03 10:00")}, true},
		"all is ready": {map[enrolment.StepKey]time.Time{"dossier": paris(t, "2026-11-02 10:00"), "proposition": paris(t, "2026-11-03 10:00"), "confirmation": paris(t, "2026-11-03 11:00")}, false},
	} {
		e := asked(c.steps)
		if got := g.DIFEMissed(e, s, begun); got != c.want || g.DIFEMissed(e, s, begun.Add(-time.Second)) {
			t.Errorf("%s: missed %v, want %v; never before it begins", name, got, c.want)
		}
	}
	step := g.StepFor(asked(nil), s, enrolment.StepCompte, begun)
	if body := strings.Join(step.Body, " "); !strings.Contains(body, "Appelez-nous") || len(step.Links)+len(step.Help) > 0 {
		t.Errorf("the first step explains: %+v", step)
	}
}

// « Une fois le délai passé » is said until it has; a training that is over by then is paid for whole.
func TestThePaymentIsSaidAsItStands(t *testing.T) {
	g, s := load(t), session(t, "2026-12-17")
	for name, c := range map[string]struct{ signed, now, title, body string }{
		"not signed":  {"", "2026-11-20 10:00", "Verser l’acompte, une fois le délai passé", "30\u00a0% du prix au plus"},
		"period runs": {"2026-11-20 10:00", "2026-12-01 10:00", "Verser l’acompte, une fois le délai passé", "aucun paiement avant la fin"},
		"over":        {"2026-11-20 10:00", "2026-12-05 10:00", "Verser l’acompte", "est passé"},
		"after it":    {"2026-12-11 10:00", "2026-12-29 08:00", "Payer la formation", "prix convenu"},
	} {
		e := enrolment.Enrolment{Mode: enrolment.Personnel, Status: enrolment.Reserved, Steps: map[enrolment.StepKey]enrolment.StepDone{}}
		if c.signed != "" {
			e.Steps[enrolment.StepContrat] = enrolment.StepDone{At: paris(t, c.signed), By: enrolment.ByHolder}
		}
		step := g.StepFor(e, s, enrolment.StepAcompte, paris(t, c.now))
		if step.Title != c.title || !strings.Contains(strings.Join(step.Body, " "), c.body) {
			t.Errorf("%s: %q %q", name, step.Title, step.Body)
		}
	}
}

// Who left a session that we had cancelled did not change their mind: the new one says whose doing it is, and a later move says it again.
func TestAVoidRequestSaysWhoseDoingItIs(t *testing.T) {
	g, now := load(t), paris(t, "2026-11-15 11:00")
	e := asked(nil)
	e.CameFrom, e.ReservedAt = "autre", now
	for want, v := range map[string]enrolment.Void{
		"Nous avons annulé votre ancienne session": {At: now, Ours: true},
		"Nous avons changé la date":                {At: now.Add(time.Hour), Ours: true},
		"porte sur votre ancienne session":         {At: now},
	} {
		e.Void = &v
		if text := g.Request(e, session(t, "2026-12-18"), now).Text(now); !strings.Contains(text, want) {
			t.Errorf("%+v: %q", v, text)
		}
	}
}
