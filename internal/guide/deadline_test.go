package guide_test

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Every first day from 2026 to 2030, every answer time an organisation may have, counted again day by day.
func TestEveryLastDayFrom2026To2030(t *testing.T) {
	g := load(t)
	for first := paris(t, "2026-01-01 09:00"); first.Year() < 2031; first = first.AddDate(0, 0, 1) {
		for answer := 0; answer <= 2; answer++ {
			s := session(t, first.Format(time.DateOnly))
			s.AnswerDays = &answer
			closes, ok := g.DIFECloses(s)
			proposal, _ := g.DIFEProposalCloses(s)
			if !ok || closes.After(proposal) || guide.WorkingDaysBetween(closes, first) != 11+answer || guide.WorkingDaysBetween(closes.Add(time.Second), first) != 10+answer {
				t.Fatalf("first day %s, answer %d: closes %s, proposal until %s", first, answer, closes, proposal)
			}
			for _, m := range enrolment.Modes {
				p := g.Settling(s, m, first.AddDate(0, -2, 0))
				if !p.Open || !guide.WorkingDay(p.LastDay) || p.LastDay.After(p.ClosesAt) || !p.LastDay.Before(first) || guide.WorkingDaysBetween(p.LastDay, p.ClosesAt) != 0 {
					t.Fatalf("%s on %s: last day %s, closes %s", m, first, p.LastDay, p.ClosesAt)
				}
			}
			if now := closes.Add(time.Hour); answer > 0 && g.Possibility(s, enrolment.DIFE, now).ReasonCode != guide.ReasonCallToday {
				t.Fatalf("first day %s: %s does not say to call", first, now)
			}
		}
	}
}

func TestTheLastDayOfThe17thOfDecember(t *testing.T) {
	g, s := load(t), session(t, "2026-12-17")
	p := g.Possibility(s, enrolment.DIFE, paris(t, "2026-11-26 10:00"))
	if want := paris(t, "2026-11-30 00:00").Add(-time.Second); !p.ClosesAt.Equal(want) {
		t.Errorf("closes %s, want %s", p.ClosesAt, want)
	}
	if guide.Day(p.LastDay) != guide.Day(paris(t, "2026-11-27 12:00")) {
		t.Errorf("names %s", guide.Day(p.LastDay))
	}
	for now, want := range map[string]string{
		"2026-11-26 10:00": "au plus tard le vendredi 27 novembre 2026 : il reste 1 jour ouvré.",
		"2026-11-27 10:00": "au plus tard le vendredi 27 novembre 2026 : c’est aujourd’hui, le dernier moment.",
		"2026-11-28 10:00": "devait être envoyée sur Mon Compte Élu au plus tard le vendredi 27 novembre 2026 : faites-le aujourd’hui, c’est le dernier moment.",
	} {
		if got := plain(p.Remaining(enrolment.DIFE, paris(t, now))); !strings.HasSuffix(got, want) {
			t.Errorf("on %s: %s", now, got)
		}
	}
}

// A convention for Monday 11 January 2027: Friday the 8th, on the page and in the mails, whenever enrolment closes.
func TestTheLastDayOfAConvention(t *testing.T) {
	g, s := load(t), session(t, "2027-01-11")
	for _, closes := range []string{"2027-01-09 18:00", "2027-01-11 09:00", "2026-12-01 18:00"} {
		s.ClosesAt = paris(t, closes)
		if p := g.Settling(s, enrolment.Collectivite, paris(t, "2027-01-05 10:00")); !p.Open || plain(guide.Day(p.LastDay)) != "vendredi 8 janvier 2027" {
			t.Errorf("closes %s: %+v", closes, p)
		}
	}
}
