package staffapi_test

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func TestTheTeamCountersignsInTheirOwnName(t *testing.T) {
	w := staffed(t)
	w.publish("mars", 12, today.AddDate(0, 2, 0))
	e := w.enrols("mars", enrolment.Collectivite, awa, "Commune de Plougastel-Daoulas")
	ctx, path := context.Background(), "/api/staff/files/"+e.ID
	if err := w.store.PutOrganisation(ctx, enrolment.Organisation{Name: "Institut", Representative: enrolment.Signatory{Name: "Claire Moreau", Function: "directrice"}}); err != nil {
		t.Fatal(err)
	}
	w.ask("gestion", "POST", path+"/countersignature", "{}", "If-Match", w.etag(path)).want(409)
	s := enrolment.Signature{Name: "Paul Martin", Function: "maire", Right: enrolment.SignsAsHead, Digest: enrolment.TextDigest("un")}
	if _, err := w.desk.ForContact("Paul Martin", "signature", 0).Sign(ctx, e.ID, s, "un"); err != nil {
		t.Fatal(err)
	}
	w.advance(time.Hour)
	seen := w.ask("lecture", "GET", path, "").want(200)
	if d, _ := seen.body["duty"].(map[string]any); d["kind"] != "countersign" || d["act"] != "countersignature" {
		t.Errorf("duty %v", seen.body["duty"])
	}
	if a := w.ask("gestion", "GET", path, "").want(200); !strings.Contains(a.raw, `"countersignature"`) {
		t.Error("the act is not offered", a.raw)
	}
	w.ask("lecture", "POST", path+"/countersignature", "{}", "If-Match", w.etag(path)).want(404)
	w.ask("gestion", "POST", path+"/countersignature", "{}").want(428)
	a := w.ask("gestion", "POST", path+"/countersignature", "{}", "If-Match", w.etag(path)).want(200)
	online := a.body["reply"].(map[string]any)["online"].(map[string]any)
	if a.body["file"].(map[string]any)["fundingState"] != "settled" || online["by"] != "Paul Martin" || online["forAt"] == nil || online["for"] == "" {
		t.Errorf("%s", a.raw)
	}
	for _, want := range []string{"Convention signée en ligne par la collectivité", "Convention contresignée"} {
		if !strings.Contains(a.raw, want) {
			t.Errorf("the timeline does not say %q", want)
		}
	}
	w.ask("gestion", "DELETE", path+"/steps/convention", "{}", "If-Match", w.etag(path)).want(200)
	if a = w.ask("gestion", "GET", path, "").want(200); a.body["file"].(map[string]any)["fundingState"] == "settled" || strings.Contains(a.raw, `"online"`) {
		t.Errorf("undone, it still stands: %s", a.raw)
	}
}

// etag is the file's, as somebody of the team reads it now.
func (w *world) etag(path string) string {
	return w.ask("lecture", "GET", path, "").want(200).body["etag"].(string)
}
