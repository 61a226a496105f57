package staffapi_test

import (
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// TestWhoPaysIsNamedCorrectedAndSearchedFor: another payer than the mandate's collectivité, from the file's form; the papers take another number.
func TestWhoPaysIsNamedCorrectedAndSearchedFor(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.Collectivite, awa, "Commune de Guipavas")
	finds := func(q string) int {
		return len(w.ask("lecture", "POST", "/api/staff/files/search", `{"q":"`+q+`"}`).want(200).body["files"].([]any))
	}
	w.look(e.ID)
	if finds("iroise") != 0 || finds("guipavas") != 1 {
		t.Fatal("before:", finds("iroise"), finds("guipavas"))
	}
	w.change("gestion", "PUT", e.ID, "payer", `{"kind":"","name":"Pays d’Iroise"}`).problem(422, "validation")
	w.advance(time.Minute)
	a := w.change("gestion", "PUT", e.ID, "payer", `{"kind":"intercommunalite","name":"Pays d’Iroise communauté","reason":"au téléphone"}`).want(200)
	if p, _ := a.body["payer"].(map[string]any); p["name"] != "Pays d’Iroise communauté" || p["kind"] != "intercommunalite" {
		t.Error(a.raw)
	}
	named := w.stored(e.ID)
	if named.Number(enrolment.PaperDevis) == e.Number(enrolment.PaperDevis) {
		t.Error("the devis to another payer has the number of the first one")
	}
	w.look(e.ID)
	if finds("iroise") != 1 || finds("ndiaye iroise") != 1 || finds("guipavas") != 1 {
		t.Error("after:", finds("iroise"), finds("ndiaye iroise"), finds("guipavas"))
	}
	w.change("gestion", "PUT", e.ID, "payer", `{"kind":"intercommunalite","name":"Pays d’Iroise communauté"}`).want(200)
	if again := w.stored(e.ID); again.Version > named.Version+1 || again.Terms.Edition != named.Terms.Edition {
		t.Error("the same payer again changes the file:", again.Version, named.Version)
	}
	w.change("gestion", "PUT", e.ID, "payer", `{"kind":"","name":""}`).want(200)
	w.look(e.ID)
	if w.stored(e.ID).PaidBy != nil || finds("iroise") != 0 {
		t.Error("taken away, it is still there")
	}
	w.ask("lecture", "PUT", "/api/staff/files/"+e.ID+"/payer", `{"kind":"","name":""}`).problem(404, "forbidden")
	w.change("gestion", "PUT", e.ID, "funding", `{"funding":"personnel","reason":""}`).want(200)
	w.change("gestion", "PUT", e.ID, "payer", `{"kind":"commune","name":"Brest"}`).problem(409, "conflict")
}

func (w *world) stored(id string) enrolment.Enrolment {
	w.t.Helper()
	e, err := w.store.File(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	return e
}
