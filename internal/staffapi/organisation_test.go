package staffapi_test

import (
	"bytes"
	"context"
	"encoding/base64"
	"encoding/json"
	"image"
	"image/png"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

const settings = "/api/staff/organisation"

func (w *world) settings() (form map[string]any, etag string) {
	w.t.Helper()
	a := w.ask("gestion", "GET", settings, "").want(200)
	etag, _ = a.body["etag"].(string)
	return a.body["organisation"].(map[string]any), etag
}

func settled(form map[string]any, preview bool, more ...any) string {
	body := map[string]any{"organisation": form, "preview": preview}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	raw, _ := json.Marshal(body)
	return string(raw)
}

func (w *world) published() enrolment.Organisation {
	w.t.Helper()
	o, err := w.store.Organisation(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	return o
}

func TestTheOrganisationsSettingsAreEditedTheirEffectSaidBefore(t *testing.T) {
	w := catalogued(t)
	s := w.listed("budget-nantes-")
	file := w.enrols(s.ID, enrolment.Personnel, enrolment.Person{FirstName: "Awa", LastName: "Ndiaye", Email: "awa@exemple.fr"}, "Brest")
	form, etag := w.settings()
	was := w.published()
	form["phone"], form["paymentTerms"] = "02 98 00 00 00", "Paiement à soixante jours."
	w.ask("gestion", "PUT", settings, settled(form, true)).problem(428, "if-match")
	seen := w.ask("gestion", "PUT", settings, settled(form, true), "If-Match", etag).want(200)
	if said := effects(seen); !strings.Contains(said, "les prochaines inscriptions suivent les conditions de paiement") || !strings.Contains(said, "1 personne déjà inscrite garde ce qui lui a été promis.") ||
		!strings.Contains(said, "à sa prochaine mise en ligne") || !strings.Contains(seen.raw, `"field":"Conditions de paiement"`) || strings.Contains(seen.raw, `"field":"Raison sociale"`) {
		t.Error(seen.raw)
	}
	if w.published().Phone != was.Phone {
		t.Fatal("a preview writes")
	}
	for range 2 { // asked again, it answers the same
		w.ask("gestion", "PUT", settings, settled(form, false, "reason", "Déménagement"), "If-Match", etag).want(200)
	}
	if now := w.published(); now.Phone != "02 98 00 00 00" || now.SIRET != was.SIRET || now.Agrement != was.Agrement {
		t.Errorf("%+v", now)
	}
	said, err := w.store.Wording(context.Background(), s.Formation.Slug, file.Terms.Wording)
	if err != nil || said.PaymentTerms != was.PaymentTerms {
		t.Errorf("who is enrolled is promised %q (%v)", said.PaymentTerms, err)
	}
	later := w.enrols(s.ID, enrolment.Personnel, enrolment.Person{FirstName: "Luc", LastName: "Morel", Email: "luc@exemple.fr"}, "Brest")
	if said, err = w.store.Wording(context.Background(), s.Formation.Slug, later.Terms.Wording); err != nil || said.PaymentTerms != "Paiement à soixante jours." {
		t.Errorf("the next one is promised %q (%v)", said.PaymentTerms, err)
	}
	audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200)
	if strings.Count(audit.raw, `"actLabel":"Réglages de l’organisme modifiés"`) != 1 || !strings.Contains(audit.raw, "Déménagement") {
		t.Error(audit.raw)
	}
	form["phone"] = "02 98 11 11 11"
	w.ask("gestion", "PUT", settings, settled(form, false), "If-Match", etag).problem(412, "changed")
	w.ask("direction", "GET", settings, "").problem(404, "forbidden")
}

func TestSettingsAreCheckedByTheRulesOfTheFileFieldByField(t *testing.T) {
	w := catalogued(t)
	form, etag := w.settings()
	form["siret"], form["phone"], form["iban"], form["website"], form["address"] = "123", "", "FR00", "exemple.fr", []string{}
	form["agrement"].(map[string]any)["end"] = ""
	form["vat"] = map[string]any{"exempt": false, "ratePercent": 0}
	form["representative"].(map[string]any)["function"] = ""
	a := w.ask("gestion", "PUT", settings, settled(form, true), "If-Match", etag).problem(422, "validation")
	fields := a.body["fields"].(map[string]any)
	for field, want := range map[string]string{
		"siret": "Le SIRET doit avoir 14 chiffres.", "phone": "Donnez le téléphone.", "iban": "L’IBAN n’est pas valable", "website": "https://", "address": "L’adresse postale doit avoir une ligne au moins.",
		"agrement.end": "Donnez la fin de l’agrément.", "vat.ratePercent": "Le taux de TVA doit être un nombre", "representative.function": "Donnez la fonction du signataire.",
	} {
		if got, _ := fields[field].(string); !strings.HasPrefix(got, want) && !strings.Contains(got, want) {
			t.Errorf("%s: %q", field, got)
		}
	}
	for field, got := range fields {
		for _, odd := range []string{"guillemets", "ligne « ", "ce champ", "true"} {
			if strings.Contains(strings.ToLower(got.(string)), odd) {
				t.Errorf("%s speaks of the file: %s", field, got)
			}
		}
	}
	form, etag = w.settings() // what the sessions to come need
	form["agrement"].(map[string]any)["end"] = "2027-01-20"
	if a := w.ask("gestion", "PUT", settings, settled(form, true), "If-Match", etag).problem(422, "validation"); !strings.Contains(a.raw, "après la fin de l’agrément") {
		t.Error(a.raw)
	}
}

func drawn(t *testing.T, side int) []byte {
	t.Helper()
	var file bytes.Buffer
	if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, side, 10))); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestTheLogoIsChosenKeptAndTakenAwayInTheBrowser(t *testing.T) {
	w := catalogued(t)
	form, etag := w.settings()
	small, wide := drawn(t, 40), drawn(t, document.LogoPixels+1)
	for _, bad := range [][]byte{wide, []byte("<svg/>")} {
		a := w.ask("gestion", "PUT", settings, settled(form, true, "picture", bad), "If-Match", etag).problem(422, "validation")
		if f := a.body["fields"].(map[string]any); !strings.Contains(f["logo"].(string), "Le logo doit être une image PNG ou JPEG de 150 ko") {
			t.Error(a.raw)
		}
	}
	w.ask("gestion", "PUT", settings, settled(form, false, "picture", small), "If-Match", etag).want(200)
	if o := w.published(); o.Logo != "logo.png" || !bytes.Equal(o.LogoImage, small) {
		t.Fatal(o.Logo)
	}
	a := w.ask("gestion", "GET", settings, "").want(200)
	if got, _ := base64.StdEncoding.DecodeString(a.body["picture"].(string)); !bytes.Equal(got, small) {
		t.Error("another picture is given back")
	}
	form, etag = w.settings()
	form["phone"] = "02 98 00 00 00"
	w.ask("gestion", "PUT", settings, settled(form, false), "If-Match", etag).want(200)
	if o := w.published(); !bytes.Equal(o.LogoImage, small) {
		t.Error("lost with another change")
	}
	form, etag = w.settings()
	seen := w.ask("gestion", "PUT", settings, settled(form, true, "picture", drawn(t, 41)), "If-Match", etag).want(200)
	if !strings.Contains(seen.raw, `"field":"Logo"`) {
		t.Error("another picture under the same name is no change:", seen.raw)
	}
	w.ask("gestion", "PUT", settings, settled(form, false, "picture", ""), "If-Match", etag).want(200)
	if o := w.published(); o.Logo != "" || len(o.LogoImage) > 0 {
		t.Error("kept")
	}
}

func TestTheFileAndTheFormOfTheSettingsDoNotUndoEachOtherUnseen(t *testing.T) {
	w := catalogued(t)
	ctx := context.Background()
	ground := func() catalogue.Ground {
		g, err := catalogue.Survey(ctx, w.store, w.guide, w.clock())
		if err != nil {
			t.Fatal(err)
		}
		return g
	}
	old := w.ask("direction", "GET", "/api/staff/catalogue", "").want(200).raw
	form, etag := w.settings()
	form["phone"] = "02 98 00 00 00"
	w.ask("gestion", "PUT", settings, settled(form, false, "picture", drawn(t, 40)), "If-Match", etag).want(200)
	if _, err := catalogue.Read([]byte(old), ground()); err == nil || !strings.Contains(err.Error(), "changée dans le navigateur") || !strings.Contains(err.Error(), "02 98 00 00 00") || !strings.Contains(err.Error(), "logo") {
		t.Errorf("a file from before undoes it unseen: %v", err)
	}
	now := w.ask("direction", "GET", "/api/staff/catalogue", "").want(200).raw
	c, err := catalogue.Read([]byte(now), ground())
	if err != nil {
		t.Fatal(err)
	}
	before := w.published()
	if report, err := c.Apply(ctx, ground(), w.store, w.desk); err != nil || len(report.Changes) > 0 {
		t.Errorf("applied at once it changes %v (%v)", report.Changes, err)
	}
	if o := w.published(); !bytes.Equal(o.LogoImage, before.LogoImage) || o.Phone != before.Phone {
		t.Error("the logo was lost on the way")
	}
	// And a form that was opened before a file was applied is refused.
	form, etag = w.settings()
	form["phone"] = "02 98 22 22 22"
	c, err = catalogue.Read([]byte(strings.Replace(now, "02 98 00 00 00", "02 98 33 33 33", 1)), ground())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Apply(ctx, ground(), w.store, w.desk); err != nil {
		t.Fatal(err)
	}
	w.ask("gestion", "PUT", settings, settled(form, false), "If-Match", etag).problem(412, "changed")
}

func TestTheLongestFormationThatTheRulesAcceptIsNotTooLongToSend(t *testing.T) {
	w := catalogued(t)
	form, etag := w.formationOf("budget-communal")
	for _, field := range []string{"objective", "prerequisites", "audience", "methods", "evaluation", "outcome", "accessibility", "trainers", "accessTime"} {
		form[field] = strings.Repeat("é", 2000)
	}
	body := edited(form, true)
	if len(body) < 16<<10 {
		t.Fatalf("%d bytes say nothing", len(body))
	}
	w.ask("gestion", "PUT", "/api/staff/formations/budget-communal", body, "If-Match", etag).want(200)
	w.change("gestion", "POST", w.enrols(w.listed("budget-nantes-").ID, enrolment.Personnel, enrolment.Person{FirstName: "A", LastName: "B", Email: "a@exemple.fr"}, "Riec").ID, "notes",
		`{"text":"`+strings.Repeat("é", 9000)+`"}`).problem(400, "bad-request")
}
