package staffapi_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
)

// The élu and the contact at the collectivité disagree: the team reads both, and who said what.
func TestTheTimelineTellsWhatTheContactAndTheElectedSaid(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.Collectivite, awa, "Commune de Plougastel-Daoulas")
	ctx := context.Background()
	step := func(_ any, err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		w.advance(time.Hour)
	}
	step(w.desk.Tick(ctx, e.ID, enrolment.StepAccord))
	step(w.desk.ForContact("Paul Martin", "answer", 0).Answer(ctx, e.ID, enrolment.Answer{Given: enrolment.Refus, Ground: "autre", Detail: "Plus de crédits", By: "Paul Martin"}))
	step(w.desk.ForContact("Paul Martin", "billing", 0).Bill(ctx, e.ID, enrolment.Billing{SIRET: "21440109300015", Address: "Nantes", By: "Paul Martin"}))

	a := w.ask("lecture", "GET", "/api/staff/files/"+e.ID, "").want(200)
	reply := a.body["reply"].(map[string]any)
	if reply["answer"] != "refus" || reply["ground"] != "Un autre motif" || reply["billing"].(map[string]any)["siret"] != "21440109300015" {
		t.Errorf("%v", reply)
	}
	var lines []string
	for _, l := range a.body["timeline"].([]any) {
		line := l.(map[string]any)
		by, _ := line["by"].(string)
		lines = append(lines, line["text"].(string)+" | "+by)
	}
	told := strings.ReplaceAll(strings.Join(lines, "\n"), "\u00a0", " ")
	for _, want := range []string{
		"Étape déclarée faite par l’élu : ", "Réponse de la collectivité | Paul Martin (contact à la collectivité)",
		"Facturation donnée par la collectivité | Paul Martin (contact à la collectivité)",
	} {
		if !strings.Contains(told, want) {
			t.Errorf("%q is not in\n%s", want, told)
		}
	}
	if got := strings.ReplaceAll(a.raw, "\u00a0", " "); !strings.Contains(got, "refus : Un autre motif, « Plus de crédits »") {
		t.Error("the change is not told in words:", a.raw)
	}
}

func TestEveryMailHasANameInTheTimeline(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	id := w.enrols("mars", enrolment.Personnel, awa, "Brest").ID
	e, err := w.store.File(context.Background(), id)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range mail.Kinds {
		if _, err := w.store.ClaimMessage(context.Background(), enrolment.MessageClaim{
			FileID: id, Version: e.Version, Key: "k." + string(k), Kind: string(k), To: k.Recipient(), Now: w.clock(), Lease: time.Minute,
		}); err != nil {
			t.Fatal(k, err)
		}
	}
	a := w.ask("lecture", "GET", "/api/staff/files/"+id, "").want(200)
	for _, k := range mail.Kinds {
		if strings.Contains(a.raw, "«\u00a0"+string(k)+"\u00a0»") {
			t.Errorf("%s is shown by its code", k)
		}
	}
}
