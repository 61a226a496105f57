package staffapi_test

import (
	"context"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestTheFiguresHaveNumbersAndNobody(t *testing.T) {
	w := catalogued(t)
	s := w.listed("budget-nantes-")
	one := w.enrols(s.ID, enrolment.Collectivite, enrolment.Person{FirstName: "Awa", LastName: "Ndiaye", Email: "awa@exemple.fr"}, "Brest")
	w.enrols(s.ID, enrolment.Collectivite, enrolment.Person{FirstName: "Luc", LastName: "Morel", Email: "luc@exemple.fr"}, "Brest")
	if _, err := w.desk.Tick(context.Background(), one.ID, enrolment.StepDemande); err != nil {
		t.Fatal(err)
	}
	a := w.ask("direction", "GET", "/api/staff/figures", "").want(200)
	for _, want := range []string{`"files":2,"done":1,"stopped":1,"medianDays":0`, `"month":"2027-02","sessions":4`, `"taken":2`, `"came":0,"noShows":0`} {
		if !strings.Contains(a.raw, want) {
			t.Errorf("no %s in %s", want, a.raw)
		}
	}
	if strings.Contains(a.raw, "Ndiaye") || strings.Contains(a.raw, "Brest") {
		t.Error("somebody is named:", a.raw)
	}
	w.ask("direction", "GET", "/api/staff/figures?from=demain", "").problem(422, "validation")
	if none := w.ask("lecture", "GET", "/api/staff/figures?from=2025-01-01&to=2025-12-31", "").want(200); !strings.Contains(none.raw, `"filling":[]`) {
		t.Error(none.raw)
	}
}

// What fewer than three people thought of a session is shown nowhere, not even within a sum.
func TestOpinionsAreShownFromThreeOnAndNameNobody(t *testing.T) {
	ctx := context.Background()
	w := staffed(t)
	files := w.held(4, enrolment.Collectivite)
	year := w.clock().Format("2006")
	span := "?from=" + year + "-01-01&to=" + year + "-12-31"
	give := func(i int, o enrolment.Opinion) {
		if first, err := w.store.GiveOpinion(ctx, files[i], "mai", o, w.clock().AddDate(0, 2, 0)); err != nil || !first {
			t.Fatal(first, err)
		}
	}
	give(0, enrolment.Opinion{4, 4, 4, 4, 4})
	give(1, enrolment.Opinion{1, 4, 0, 4, 4})
	few := w.ask("direction", "GET", "/api/staff/figures"+span, "").want(200)
	if !strings.Contains(few.raw, `"rows":[],"hidden":1`) {
		t.Error("two people's are shown:", few.raw)
	}
	if list := w.ask("direction", "GET", "/api/staff/exports/avis.csv"+span, "").want(200); strings.Count(list.raw, "\n") > 1 {
		t.Error("two people's leave:", list.raw)
	}
	give(2, enrolment.Opinion{3, 4, 0, 4, 4})
	all := w.ask("direction", "GET", "/api/staff/figures"+span, "").want(200)
	if !strings.Contains(all.raw, `"came":4,"people":3,"counts":[[1,0,1,1],[0,0,0,3],[0,0,0,1],`) || strings.Contains(all.raw, "Numéro") {
		t.Error(all.raw)
	}
	if list := w.ask("direction", "GET", "/api/staff/exports/avis.csv"+span, "").want(200); strings.Count(list.raw, "\n") < 11 {
		t.Error("a line for each question, all together then by session:", list.raw)
	}
}
