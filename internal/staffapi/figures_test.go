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
