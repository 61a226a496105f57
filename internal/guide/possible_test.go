package guide_test

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// session makes a DIFE-eligible session of a day, whose enrolment closes the evening before.
func session(t testing.TB, firstDay string) enrolment.Session {
	start := paris(t, firstDay+" 09:00")
	return enrolment.Session{
		ID: "s", Capacity: 12, Status: enrolment.SessionOpen, ClosesAt: start.Add(-12 * time.Hour),
		Formation: enrolment.FormationSummary{DIFEEligible: true},
		HalfDays:  []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}},
	}
}

func TestPossibility(t *testing.T) {
	g := load(t)
	change := func(f func(*enrolment.Session)) enrolment.Session {
		s := session(t, "2026-12-17") // the request until Sunday 29 November, the proposal until Tuesday 1 December
		f(&s)
		return s
	}
	plainSession := func(*enrolment.Session) {}
	answersIn := func(days int) func(*enrolment.Session) {
		return func(s *enrolment.Session) { s.AnswerDays = &days }
	}
	for _, c := range []struct {
		name    string
		session enrolment.Session
		mode    enrolment.Mode
		now     string
		open    bool
		code    string
		says    string
	}{
		{"DIFE, in time", change(plainSession), enrolment.DIFE, "2026-11-22 10:00", true, "", ""},
		{"DIFE, the last evening, a Sunday", change(plainSession), enrolment.DIFE, "2026-11-29 23:59", true, "", ""},
		{"DIFE, the day after", change(plainSession), enrolment.DIFE, "2026-11-30 00:00", false, guide.ReasonCallToday, "appelez-nous aujourd’hui : nous devons répondre le jour même"},
		{"DIFE, the last evening of the proposal", change(plainSession), enrolment.DIFE, "2026-12-01 23:59", false, guide.ReasonCallToday, "appelez-nous aujourd’hui"},
		{"DIFE, once the proposal is too late", change(plainSession), enrolment.DIFE, "2026-12-02 00:00", false, guide.ReasonTooLate, "au plus tard le vendredi 27 novembre 2026. Notre réponse doit partir 11 jours ouvrés avant"},
		{"DIFE, an organisation that answers at once", change(answersIn(0)), enrolment.DIFE, "2026-12-01 23:59", true, "", ""},
		{"DIFE, an organisation that answers the next day", change(answersIn(1)), enrolment.DIFE, "2026-12-01 00:00", false, guide.ReasonCallToday, "appelez-nous aujourd’hui"},
		{"collectivité, when DIFE is over", change(plainSession), enrolment.Collectivite, "2026-12-10 10:00", true, "", ""},
		{"personal, when DIFE is over", change(plainSession), enrolment.Personnel, "2026-12-10 10:00", true, "", ""},
		{"enrolment over", change(plainSession), enrolment.Personnel, "2026-12-17 08:00", false, guide.ReasonSessionClosed, "closes depuis le mercredi 16 décembre 2026"},
		{"cancelled", change(func(s *enrolment.Session) { s.Status = enrolment.SessionCancelled }), enrolment.Collectivite, "2026-11-22 10:00", false, guide.ReasonSessionCancelled, "annulée"},
		{"course without DIFE", change(func(s *enrolment.Session) { s.Formation.DIFEEligible = false }), enrolment.DIFE, "2026-11-22 10:00", false, guide.ReasonNotEligible, "ne peut pas être payée avec le DIFE"},
		{"sixteen seats", change(func(s *enrolment.Session) { s.Capacity = 16 }), enrolment.DIFE, "2026-11-22 10:00", false, guide.ReasonTooManySeats, "au plus 15 participants"},
		{"sixteen seats, collectivité", change(func(s *enrolment.Session) { s.Capacity = 16 }), enrolment.Collectivite, "2026-11-22 10:00", true, "", ""},
		{"enrolment closes before DIFE does", change(func(s *enrolment.Session) { s.ClosesAt = paris(t, "2026-11-25 12:00") }), enrolment.DIFE, "2026-11-24 10:00", true, "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			p := g.Possibility(c.session, c.mode, paris(t, c.now))
			if p.Open != c.open || p.ReasonCode != c.code || !strings.Contains(plain(p.Reason), c.says) || (p.Reason == "") != c.open {
				t.Errorf("%+v", p)
			}
			if p.Open && p.ClosesAt.After(c.session.ClosesAt) {
				t.Errorf("closes at %s, after the session's own closing", p.ClosesAt)
			}
		})
	}
}

func TestPossibilityNeverReopens(t *testing.T) {
	g := load(t)
	rapid.Check(t, func(rt *rapid.T) {
		start := anInstant(rt)
		s := enrolment.Session{Capacity: 10, Status: enrolment.SessionOpen, ClosesAt: start,
			Formation: enrolment.FormationSummary{DIFEEligible: true}, HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(time.Hour)}}}
		now := start.Add(-time.Duration(rapid.Int64Range(0, 60*24*3600).Draw(rt, "before")) * time.Second)
		later := now.Add(time.Duration(rapid.Int64Range(0, 60*24*3600).Draw(rt, "later")) * time.Second)
		for _, m := range enrolment.Modes {
			if g.Possibility(s, m, later).Open && !g.Possibility(s, m, now).Open {
				rt.Fatalf("%s closed at %s, open at %s", m, now, later)
			}
		}
		p := g.Possibility(s, enrolment.DIFE, now)
		if p.Open != now.Before(p.ClosesAt) {
			rt.Fatalf("open %v at %s, closes at %s", p.Open, now, p.ClosesAt)
		}
	})
}

func TestIdentityQuestion(t *testing.T) {
	g := load(t)
	s := session(t, "2027-02-01") // DIFE closes on Tuesday 12 January 2027 at night
	if closes, _ := g.DIFECloses(s); !closes.Equal(paris(t, "2027-01-13 00:00").Add(-time.Second)) {
		t.Fatalf("closes %s", closes)
	}
	for _, c := range []struct {
		name, now string
		possible  bool
		post      guide.Chance
		app       guide.Chance
		paper     guide.Chance
		says      string
	}{
		{"seven weeks ahead: even on paper", "2026-11-23 10:00", true, guide.InTime, guide.InTime, guide.InTime, "Sans smartphone, comptez quatre semaines au moins"},
		{"two weeks ahead: too late on paper", "2026-12-28 10:00", true, guide.InTime, guide.InTime, guide.TooLate, "bureau de poste dès maintenant. Sans smartphone, il est trop tard"},
		{"the day before, after the counter has closed", "2027-01-11 21:00", true, guide.TooLate, guide.InTime, guide.TooLate, "il reste l’application"},
		{"the last evening", "2027-01-12 10:00", false, guide.TooLate, guide.TooLate, guide.TooLate, "Il est trop tard pour créer une identité numérique"},
		{"after the limit", "2027-01-13 10:00", false, guide.TooLate, guide.TooLate, guide.TooLate, "appelez-nous aujourd’hui"},
		{"after the last proposal", "2027-01-15 10:00", false, guide.TooLate, guide.TooLate, guide.TooLate, "Trop tard pour le DIFE"},
	} {
		t.Run(c.name, func(t *testing.T) {
			a := g.Identity(s, paris(t, c.now))
			got := map[string]guide.Chance{}
			for _, w := range a.Ways {
				got[w.Option.Key] = w.Chance
			}
			if a.Possible != c.possible || got["bureau-de-poste"] != c.post || got["application"] != c.app || got["sans-smartphone"] != c.paper {
				t.Errorf("possible %v, ways %v", a.Possible, got)
			}
			if !strings.Contains(plain(a.Text), c.says) {
				t.Errorf("says %q", a.Text)
			}
			if a.Ways[0].Option.Key != "bureau-de-poste" || !a.Ways[0].Option.Recommended || len(a.Ways) != 5 {
				t.Error("the post office comes first, of five ways")
			}
		})
	}
}

func TestIdentityNeverPromisesAWayWithoutKnownDelay(t *testing.T) {
	g := load(t)
	for _, w := range g.Identity(session(t, "2027-01-28"), paris(t, "2026-11-23 10:00")).Ways {
		if (w.Option.DelayRule == "") != (w.Chance == guide.UnknownTime) {
			t.Errorf("%s: %s", w.Option.Key, w.Chance)
		}
	}
}

func TestSyndicatHasNoDIFE(t *testing.T) {
	g := load(t)
	if reason, ok := g.AllowsMandate(enrolment.DIFE, "syndicat"); ok || reason == "" {
		t.Errorf("%q %v", reason, ok)
	}
	for _, c := range []struct {
		m enrolment.Mode
		k enrolment.MandateKind
	}{{enrolment.Collectivite, "syndicat"}, {enrolment.DIFE, "maire"}} {
		if _, ok := g.AllowsMandate(c.m, c.k); !ok {
			t.Errorf("%v refused", c)
		}
	}
}

func TestHelplineHours(t *testing.T) {
	h := load(t).Helpline
	for _, c := range []struct {
		name, now string
		open      bool
		text      string
	}{
		{"Tuesday morning", "2026-12-01 10:00", true, "ouvert maintenant, jusqu’à 19 h (heure de Paris)"},
		{"opening", "2026-12-01 08:30", true, "ouvert maintenant, jusqu’à 19 h (heure de Paris)"},
		{"before opening", "2026-12-01 08:29", false, "fermé maintenant, ouvre aujourd’hui à 8 h 30 (heure de Paris)"},
		{"closing", "2026-12-01 19:00", false, "fermé maintenant, ouvre demain à 8 h 30 (heure de Paris)"},
		{"Saturday morning", "2026-12-05 12:59", true, "ouvert maintenant, jusqu’à 13 h (heure de Paris)"},
		{"Saturday afternoon", "2026-12-05 13:00", false, "fermé maintenant, ouvre lundi à 8 h 30 (heure de Paris)"},
		{"Sunday", "2026-12-06 10:00", false, "fermé maintenant, ouvre demain à 8 h 30 (heure de Paris)"},
		{"Christmas, a Friday", "2026-12-25 10:00", false, "fermé maintenant, ouvre demain à 8 h 30 (heure de Paris)"},
		{"Easter Monday", "2026-04-06 10:00", false, "fermé maintenant, ouvre demain à 8 h 30 (heure de Paris)"},
	} {
		got := h.At(paris(t, c.now))
		if got.Open != c.open || plain(got.Text) != c.text {
			t.Errorf("%s: %+v", c.name, got)
		}
	}
	overseas := time.FixedZone("La Réunion", 4*3600)
	if got := h.At(time.Date(2026, 12, 1, 22, 30, 0, 0, overseas)); got.Open || !strings.Contains(got.Text, "heure de Paris") {
		t.Errorf("19:30 in Paris seen from La Réunion: %+v", got)
	}
}

func TestHelplineChangesWhenItSays(t *testing.T) {
	h := load(t).Helpline
	rapid.Check(t, func(rt *rapid.T) {
		now := anInstant(rt)
		o := h.At(now)
		if !o.Changes.After(now) {
			rt.Fatalf("at %s it changes at %s", now, o.Changes)
		}
		if h.At(o.Changes).Open == o.Open || h.At(o.Changes.Add(-time.Second)).Open != o.Open {
			rt.Fatalf("at %s it does not change", o.Changes)
		}
	})
}
