package httpapi_test

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/spread"
)

// many publishes n sessions, one a day from the eleventh day on; every tenth one by video, every third one on another theme.
func many(w *world, n int) {
	w.t.Helper()
	for i := range n {
		s := session(fmt.Sprintf("s%04d", i), 12, today.AddDate(0, 0, 11+i))
		if i%3 == 0 {
			s.Formation.Theme = "Urbanisme"
		}
		if i%10 == 0 {
			s.Remote, s.Place = true, "À distance (visioconférence)"
		}
		w.publish(s)
	}
	if err := spread.PublishChoices(context.Background(), w.store, today); err != nil {
		w.t.Fatal(err)
	}
}

// walk follows the list to its end, and gives the ids in order and the number of pages.
func walk(w *world, query url.Values) (ids []string, pages int) {
	w.t.Helper()
	for pages = 1; ; pages++ {
		a := w.ask("GET", "/api/sessions?"+query.Encode(), "")
		if a.status != 200 || pages > 40 {
			w.t.Fatalf("page %d: %d %s", pages, a.status, a.raw)
		}
		for _, s := range at(a.body, "sessions").([]any) {
			ids = append(ids, at(s, "id").(string))
		}
		next, more := a.body["next"].(string)
		if !more {
			return ids, pages
		}
		query.Set("cursor", next)
	}
}

func TestTheListComesAPageAtATimeAndLosesNobodysSession(t *testing.T) {
	w := newWorld(t)
	many(w, 130)
	first := w.ask("GET", "/api/sessions", "")
	if n := len(at(first.body, "sessions").([]any)); n < 40 || n > 50 {
		t.Errorf("the first page has %d sessions", n)
	}
	ids, pages := walk(w, url.Values{})
	if len(ids) != 131 || pages < 3 { // and the world's own
		t.Errorf("%d sessions in %d pages", len(ids), pages)
	}
	unique := slices.Clone(ids)
	slices.Sort(unique)
	if len(slices.Compact(unique)) != len(ids) {
		t.Error("a session comes twice")
	}
}

func TestTheListIsNarrowedWholeNotAPage(t *testing.T) {
	w := newWorld(t)
	many(w, 130)
	for _, c := range []struct {
		query string
		want  int
	}{
		{"theme=Urbanisme", 44}, {"place=visio", 13}, {"place=salle", 118}, {"month=2027-02", 28}, {"theme=Urbanisme&place=visio", 5},
		{"mode=collectivite&month=2027-01", 10}, {"place=Ailleurs", 0}, {"month=2027-12", 0}, {"month=2026-12", 0},
		{"formation=autre", 0},
	} {
		q, _ := url.ParseQuery(c.query)
		if ids, _ := walk(w, q); len(ids) != c.want {
			t.Errorf("%s: %d sessions, %d wanted: %v", c.query, len(ids), c.want, ids)
		}
	}
	dife, _ := walk(w, url.Values{"mode": {"dife"}, "month": {"2027-01"}})
	if len(dife) == 0 || len(dife) == 10 || slices.Contains(dife, "s0000") {
		t.Errorf("still possible with DIFE: %v", dife)
	}
}

func TestTheFirstPageSaysWhatTheListCanBeNarrowedBy(t *testing.T) {
	w := newWorld(t)
	many(w, 60)
	a := w.ask("GET", "/api/sessions", "")
	if got := fmt.Sprint(at(a.body, "choices", "themes")); got != "[Finances Urbanisme]" {
		t.Errorf("themes %s", got)
	}
	if got := fmt.Sprint(at(a.body, "choices", "places")); got != "[Maison des communes, Nantes]" {
		t.Errorf("places %s", got)
	}
	if got := fmt.Sprint(at(a.body, "choices", "months")); got != "[2027-01 2027-02 2027-03]" {
		t.Errorf("months %s", got)
	}
	w.mu.Lock()
	w.now = today.AddDate(0, 0, 40)
	w.mu.Unlock()
	if got := fmt.Sprint(at(w.ask("GET", "/api/sessions", "").body, "choices", "months")); got != "[2027-02 2027-03]" {
		t.Errorf("a month that is over is offered: %s", got)
	}
	if next := w.ask("GET", "/api/sessions?cursor="+a.body["next"].(string), ""); next.body["choices"] != nil {
		t.Errorf("said again on another page: %s", next.raw)
	}
}

func TestALeanListSaysNothingThatNoCardShows(t *testing.T) {
	w := newWorld(t)
	s := session("riche", 12, today.AddDate(0, 0, 20))
	s.Address, s.Access, s.MapURL, s.Formation.MonCompteElu = "1 rue X", "tram", "https://carte.example", "https://elu.example"
	w.publish(s)
	a := w.ask("GET", "/api/sessions", "")
	for _, absent := range []string{"1 rue X", "tram", "carte.example", "elu.example"} {
		if strings.Contains(a.raw, absent) {
			t.Errorf("the list says %q", absent)
		}
	}
	if one := w.ask("GET", "/api/sessions/riche", ""); at(one.body, "address") != "1 rue X" || at(one.body, "access") != "tram" {
		t.Errorf("the session does not: %s", one.raw)
	}
}

func TestSeatsOfAPageAreAskedAloneAndOnlySentWhenTheyChange(t *testing.T) {
	w := newWorld(t)
	first := w.ask("GET", "/api/seats", "")
	tag := first.header.Get("ETag")
	if first.status != 200 || tag == "" || first.header.Get("Cache-Control") != "public, max-age=10" {
		t.Fatalf("%d %v", first.status, first.header)
	}
	if again := w.ask("GET", "/api/seats", "", "If-None-Match", tag); again.status != 304 || again.raw != "" {
		t.Errorf("nothing changed: %d %q", again.status, again.raw)
	}
	w.enrol(1, "m@mairie.fr")
	changed := w.ask("GET", "/api/seats", "", "If-None-Match", tag)
	if changed.status != 200 || !strings.Contains(changed.raw, `{"id":"budget-mars","seatsLeft":11,"waiting":0}`) {
		t.Errorf("%d %s", changed.status, changed.raw)
	}
	if other := w.ask("GET", "/api/seats?place=visio", ""); len(at(other.body, "seats").([]any)) != 0 {
		t.Errorf("the seats are not those of the page asked for: %s", other.raw)
	}
}

func TestWhatIsAskedOfTheListInWrongWordsIsMended(t *testing.T) {
	w := newWorld(t)
	for _, q := range []string{"month=mars", "mode=carte", "month=2027-13"} {
		if a := w.ask("GET", "/api/sessions?"+q, ""); a.status != 400 && a.status != 422 || len(at(a.body, "fields").(map[string]any)) != 1 {
			t.Errorf("%s: %d %s", q, a.status, a.raw)
		}
	}
}
