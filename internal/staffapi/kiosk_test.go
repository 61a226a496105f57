package staffapi_test

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/link"
)

func TestTheTeamOpensAKioskUntilMidnight(t *testing.T) {
	w := staffed(t)
	a := w.ask("gestion", "POST", "/api/staff/kiosks", "{}").want(200)
	site, pass, _ := strings.Cut(a.body["link"].(string), "#")
	until, err := time.Parse(time.RFC3339, a.body["until"].(string))
	if err != nil || site != "https://exemple.fr/borne/" || until.In(time.UTC).Hour() < 22 {
		t.Errorf("%s until %s (%v)", site, until, err)
	}
	keys, err := link.ParseKeys("1:" + strings.Repeat("a1", 32))
	if err != nil {
		t.Fatal(err)
	}
	for at, want := range map[time.Time]bool{w.clock(): true, until.Add(-time.Second): true, until: false} {
		if _, open := keys.OpenPass(pass, at); open != want {
			t.Errorf("at %s: open %v", at, open)
		}
	}
	audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200)
	if !strings.Contains(audit.raw, "Borne ouverte") {
		t.Errorf("no line of the audit: %s", audit.raw)
	}
}
