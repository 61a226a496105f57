package guide_test

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

func asked(steps map[enrolment.StepKey]time.Time) enrolment.Enrolment {
	e := enrolment.Enrolment{Mode: enrolment.DIFE, Status: enrolment.Reserved, Steps: map[enrolment.StepKey]enrolment.StepDone{}}
	for k, at := range steps {
		e.Steps[k] = enrolment.StepDone{At: at, By: enrolment.ByHolder}
	}
	return e
}

// Two working days to answer, in any case before the proposal comes too late; four to confirm. Every day from 2026 to 2030.
func TestEveryLastMomentOfARequestFrom2026To2030(t *testing.T) {
	g := load(t)
	for filed := paris(t, "2026-01-01 10:00"); filed.Year() < 2031; filed = filed.AddDate(0, 0, 1) {
		far := session(t, filed.AddDate(0, 3, 0).Format(time.DateOnly))
		r := g.Request(asked(map[enrolment.StepKey]time.Time{"dossier": filed, "proposition": filed}), far, filed)
		if !guide.WorkingDay(r.AnswerBy) || guide.WorkingDaysBetween(filed, r.AnswerBy.Add(time.Second)) != 2 {
			t.Fatalf("filed %s: answer by %s", filed, r.AnswerBy)
		}
		if !guide.WorkingDay(r.ConfirmBy) || guide.WorkingDaysBetween(filed, r.ConfirmBy.Add(time.Second)) != 4 || r.Stage != guide.Proposed {
			t.Fatalf("proposed %s: confirm by %s", filed, r.ConfirmBy)
		}
		if !guide.WorkingDay(r.CallFrom) || guide.WorkingDaysLeft(r.CallFrom, r.ConfirmBy) != 1 {
			t.Fatalf("proposed %s: call from %s, confirm by %s", filed, r.CallFrom, r.ConfirmBy)
		}
		near := session(t, filed.AddDate(0, 0, 18).Format(time.DateOnly))
		closes, _ := g.DIFEProposalCloses(near)
		r = g.Request(asked(map[enrolment.StepKey]time.Time{"dossier": filed}), near, filed)
		if filed.Before(closes) && (r.AnswerBy.After(closes) || r.AnswerBy.Before(filed)) {
			t.Fatalf("filed %s, proposal until %s: answer by %s", filed, closes, r.AnswerBy)
		}
	}
}

func TestTheStagesOfARequestForThe17thOfDecember(t *testing.T) {
	g, s := load(t), session(t, "2026-12-17")
	at := func(text string) time.Time { return paris(t, text) }
	filed := map[enrolment.StepKey]time.Time{"dossier": at("2026-11-23 10:00")}
	proposed := map[enrolment.StepKey]time.Time{"dossier": at("2026-11-23 10:00"), "proposition": at("2026-11-24 16:00")}
	for _, c := range []struct {
		name  string
		steps map[enrolment.StepKey]time.Time
		now   string
		want  guide.Stage
		text  string
	}{
		{"no request", nil, "2026-11-23 10:00", guide.NoRequest, ""},
		{"just declared", filed, "2026-11-23 10:00", guide.Awaited, "au plus tard le mercredi 25 novembre 2026, par une proposition"},
		{"two working days later, at midnight", filed, "2026-11-26 00:00", guide.Unanswered, "elle n’y est pas, appelez-nous."},
		{"proposed", proposed, "2026-11-24 16:00", guide.Proposed, "au plus tard le lundi 30 novembre 2026 : il reste 4 jours ouvrés."},
		{"the last evening", proposed, "2026-11-30 23:00", guide.Proposed, "c’est aujourd’hui, le dernier moment."},
		{"not confirmed", proposed, "2026-12-01 00:00", guide.Lapsed, "elle s’est annulée d’elle-même."},
	} {
		r := g.Request(asked(c.steps), s, at(c.now))
		if text := plain(r.Text(at(c.now))); r.Stage != c.want || !has(text, c.text) {
			t.Errorf("%s: %s, %q", c.name, r.Stage, text)
		}
	}
	proposed["confirmation"] = at("2026-11-30 09:00")
	if r := g.Request(asked(proposed), s, at("2026-12-05 00:00")); r.Stage != guide.Agreed || r.Text(at("2026-12-05 00:00")) != "" {
		t.Errorf("%+v", r)
	}
	// A request of Monday 30 November, with our help: the proposal leaves by Tuesday 1 December, whatever the two days say.
	r := g.Request(asked(map[enrolment.StepKey]time.Time{"dossier": at("2026-11-30 10:00")}), s, at("2026-11-30 10:00"))
	if want := at("2026-12-02 00:00").Add(-time.Second); !r.AnswerBy.Equal(want) {
		t.Errorf("answer by %s, want %s", r.AnswerBy, want)
	}
}

func has(text, part string) bool {
	return part == "" && text == "" || part != "" && strings.Contains(text, part)
}

// R1621-8: a course takes place within eight months of the agreement; before, the request waits.
func TestARequestWaitsForASessionThatIsFarAway(t *testing.T) {
	g := load(t)
	for first, want := range map[string]string{"2027-10-14": "2027-02-14 00:00", "2027-10-31": "2027-03-01 00:00", "2028-10-29": "2028-02-29 00:00", "2027-08-31": "2026-12-31 00:00"} {
		if got := g.DIFEOpens(session(t, first)); !got.Equal(paris(t, want)) {
			t.Errorf("for %s the request opens %s, want %s", first, got, want)
		}
	}
}

// Thursday 17 December 2026: an identity takes a day, week-ends excluded, before the request of Sunday 29 November at the latest; a
// request goes until then, and with our help until Tuesday 1 December.
func TestWhatNoLongerFitsAsksForAnotherWay(t *testing.T) {
	g, s := load(t), session(t, "2026-12-17")
	done := func(steps ...enrolment.StepKey) enrolment.Enrolment {
		at := map[enrolment.StepKey]time.Time{}
		for _, k := range steps {
			at[k] = paris(t, "2026-11-20 10:00")
		}
		e := asked(at)
		e.Status = enrolment.Reserved
		return e
	}
	none, ready, sent := done(), done("compte", "identite"), done("compte", "identite", "dossier")
	for now, want := range map[string][2]string{
		"2026-11-26 18:00": {"", ""}, // Thursday evening: ready on Friday evening
		"2026-11-27 00:00": {"", ""}, // ready when Friday ends
		"2026-11-27 09:00": {"pas encore d’identité numérique, et elle ne serait plus prête à temps pour le DIFE. La demande se fait au plus tard le vendredi 27 novembre 2026.", ""},
		"2026-11-29 23:00": {"pas encore d’identité numérique", ""},
		"2026-11-30 00:00": {"pas encore d’identité numérique", ""}, // the request, with our help; never an identity
		"2026-12-02 00:00": {"Trop tard pour le DIFE", "Trop tard pour le DIFE"},
		"2026-12-17 09:00": {"", ""}, // it begins
	} {
		at := paris(t, now)
		for i, e := range []enrolment.Enrolment{none, ready} {
			w, needed := g.OtherWay(e, s, at)
			if needed != (want[i] != "") || !strings.Contains(plain(w.Text), want[i]) || needed && (w.Title != "Changez de façon de payer" || w.Button != "Changer de façon de payer") {
				t.Errorf("%s, identity %v: %+v", now, i == 1, w)
			}
			step := g.StepFor(e, s, enrolment.StepDossier, at)
			begun := !at.Before(s.Start()) // nothing can be done any more, and the page shows the past
			if how := strings.Contains(plain(strings.Join(step.Body, " ")), "Connectez-vous à Mon Compte Formation"); how == (needed || begun) {
				t.Errorf("%s, identity %v: how to make the request is told: %v", now, i == 1, how)
			}
		}
		if w, needed := g.OtherWay(sent, s, at); needed && at.Before(paris(t, "2026-11-25 00:00")) {
			t.Errorf("%s, sent: %+v", now, w)
		}
	}
	waiting := none
	waiting.Status = enrolment.Waiting
	if w, needed := g.OtherWay(waiting, s, paris(t, "2026-12-05 10:00")); needed {
		t.Errorf("who waits has nothing to pay for: %+v", w)
	}
}

// Without a smartphone it takes four weeks at least: from then on that way begins by saying that it is too late.
func TestAWayThatIsTooSlowSaysSoFirst(t *testing.T) {
	g, s := load(t), session(t, "2026-12-17")
	e := asked(nil)
	e.Status = enrolment.Reserved
	for now, want := range map[string]bool{"2026-11-01 10:00": true, "2026-11-02 10:00": false, "2026-11-20 10:00": false} {
		for _, o := range g.StepFor(e, s, enrolment.StepIdentite, paris(t, now)).Options {
			explained := !strings.HasPrefix(o.Body[0], "Trop tard par ce moyen")
			if o.Key == "sans-smartphone" && explained != want || o.Key == "bureau-de-poste" && !explained {
				t.Errorf("%s, %s: explained %v", now, o.Key, explained)
			}
		}
	}
}

func TestAMovedSessionSaysWhatItDoesToTheRequest(t *testing.T) {
	g, now := load(t), paris(t, "2026-11-26 10:00")
	for _, c := range []struct {
		first string
		ours  bool
		want  []string
	}{
		{"2026-12-17", true, []string{"nous vous prions de nous en excuser", "Refaites-la pour la nouvelle date.", "au plus tard le vendredi 27 novembre 2026"}},
		{"2026-12-04", true, []string{"Il est trop tard pour la refaire, et c’est de notre fait", "autre façon de payer", "autre session"}},
		{"2026-12-04", false, []string{"porte sur votre ancienne session", "annulez-la là-bas", "Trop tard pour le DIFE"}},
		{"2026-12-14", true, []string{"appelez-nous aujourd’hui"}},
	} {
		e := asked(nil)
		e.Void = &enrolment.Void{At: now, Ours: c.ours}
		r := g.Request(e, session(t, c.first), now)
		for _, part := range c.want {
			if r.Stage != guide.Void || !strings.Contains(plain(r.Text(now)), part) {
				t.Errorf("for %s, ours %v: %q lacks %q", c.first, c.ours, r.Text(now), part)
			}
		}
	}
}

// « Que taper pour nous trouver » is answered in the step itself: the number of the catalogue, or the exact title.
func TestTheRequestSaysWhatToType(t *testing.T) {
	g, s, now := load(t), session(t, "2026-12-17"), paris(t, "2026-11-02 10:00")
	s.Formation.Title = "Comprendre le budget"
	for number, want := range map[string]string{"": "tapez le titre exact : « Comprendre le budget ».", "12345_BUD": "tapez le numéro de la formation : 12345_BUD."} {
		s.Formation.MonCompteEluNumber = number
		if body := plain(strings.Join(g.StepFor(asked(nil), s, enrolment.StepDossier, now).Body, "\n")); !strings.Contains(body, want) {
			t.Errorf("%q: %s", number, body)
		}
	}
}
