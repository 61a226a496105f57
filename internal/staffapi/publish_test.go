package staffapi_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// catalogued is a staffed world in which the sample catalogue is applied.
func catalogued(t *testing.T) *world {
	t.Helper()
	w := staffed(t)
	src, err := os.ReadFile("../../infra/catalogue/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ground, err := catalogue.Survey(context.Background(), w.store, w.guide, w.clock())
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Read(src, ground)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Apply(context.Background(), ground, w.store, w.desk); err != nil {
		t.Fatal(err)
	}
	return w
}

// listed is the session of the sample whose name begins so.
func (w *world) listed(prefix string) enrolment.Session {
	w.t.Helper()
	all, _, err := w.store.SessionsBetween(context.Background(), w.clock(), w.clock().AddDate(1, 0, 0), "", 50)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, s := range all {
		if strings.HasPrefix(s.ID, prefix) {
			return s
		}
	}
	w.t.Fatalf("no session %s", prefix)
	return enrolment.Session{}
}

func (w *world) notices(id string, kind enrolment.NoticeKind) (n int) {
	w.t.Helper()
	e, err := w.store.File(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	for _, notice := range e.Notices {
		n += map[bool]int{true: 1}[notice.Kind == kind]
	}
	return n
}

// papersSent records that the contact of a file was written to.
func (w *world) papersSent(id string) {
	w.t.Helper()
	e, err := w.store.File(context.Background(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	claim := enrolment.MessageClaim{FileID: id, Version: e.Version, Key: "authority-papers.x", Kind: "authority-papers", To: "authority", Now: w.clock(), Lease: time.Minute}
	if _, err := w.store.ClaimMessage(context.Background(), claim); err != nil {
		w.t.Fatal(err)
	}
}

func effects(a answer) string {
	var all []string
	lines, _ := a.body["effects"].([]any)
	for _, l := range lines {
		all = append(all, strings.ReplaceAll(l.(string), "\u00a0", " "))
	}
	return strings.Join(all, "\n")
}

func TestASessionIsCancelledInTheBrowserItsEffectSaidBeforeAndItsPeopleToldOnce(t *testing.T) {
	w := catalogued(t)
	s := w.listed("urbanisme-tours-")
	var ids []string
	for i := range s.Capacity + 1 {
		p := enrolment.Person{FirstName: "Zoé", LastName: fmt.Sprint("Numéro ", i), Email: fmt.Sprintf("zoe%d@exemple.fr", i)}
		ids = append(ids, w.enrols(s.ID, enrolment.Personnel, p, "Brest").ID)
	}
	if err := w.store.MarkUnreachable(context.Background(), ids[1]); err != nil {
		t.Fatal(err)
	}
	path := "/api/staff/sessions/" + s.ID + "/cancellation"
	seen := w.ask("gestion", "POST", path, `{"preview":true}`).want(200)
	want := fmt.Sprintf("%d inscrits et 1 personne en attente seront prévenus par e-mail, à partir du lundi 11 janvier 2027.\n"+
		"Leurs inscriptions sont annulées. Les étapes déjà faites restent dans leur dossier, pour une autre session.\n"+
		"1 personne a une adresse qui ne répond pas : appelez-la.", s.Capacity)
	if effects(seen) != want {
		t.Errorf("%s", effects(seen))
	}
	if w.notices(ids[0], enrolment.NoticeSessionCancelled) != 0 || w.listed(s.ID).Status != enrolment.SessionOpen {
		t.Fatal("a preview writes")
	}
	if a := w.ask("gestion", "POST", path, `{"preview":false,"reason":""}`).problem(422, "validation"); a.body["fields"].(map[string]any)["reason"] == nil {
		t.Error(a.raw)
	}
	if done := w.ask("gestion", "POST", path, `{"reason":"Formateur malade"}`).want(200); effects(done) != want {
		t.Error(done.raw)
	}
	if w.notices(ids[0], enrolment.NoticeSessionCancelled) != 1 {
		t.Error("left to the sweep though there was time")
	}
	if again := w.ask("gestion", "POST", path, `{"reason":"Formateur malade"}`).want(200); !strings.Contains(again.raw, "déjà annulée") {
		t.Error(again.raw)
	}
	if err := w.desk.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	for _, id := range ids {
		e, err := w.store.File(context.Background(), id)
		if err != nil || e.Status != enrolment.Cancelled || w.notices(id, enrolment.NoticeSessionCancelled) != 1 {
			t.Errorf("%s is %s, told %d times (%v)", id, e.Status, w.notices(id, enrolment.NoticeSessionCancelled), err)
		}
	}
	audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200)
	if strings.Count(audit.raw, `"actLabel":"Session annulée"`) != 1 || !strings.Contains(audit.raw, "Formateur malade") || !strings.Contains(audit.raw, s.ID) {
		t.Error(audit.raw)
	}
	w.ask("lecture", "POST", path, `{"preview":true}`).problem(404, "forbidden")
	w.ask("direction", "POST", path, `{"preview":true}`).problem(404, "forbidden")
	w.ask("gestion", "POST", "/api/staff/sessions/rien/cancellation", `{"preview":true}`).problem(404, "not-found")
}

func TestASessionThatHasBegunIsNotCancelled(t *testing.T) {
	w := catalogued(t)
	s := w.listed("urbanisme-tours-")
	w.advance(s.Start().Sub(w.clock()) + time.Minute)
	w.ask("gestion", "POST", "/api/staff/sessions/"+s.ID+"/cancellation", `{"reason":"x"}`).problem(409, "conflict")
}

// form is what the form of a session was filled with.
func (w *world) form(id string) (form map[string]any, etag string, raw answer) {
	w.t.Helper()
	name, query, _ := strings.Cut(id, "?")
	a := w.ask("gestion", "GET", "/api/staff/sessions/"+name+"/form?"+query, "").want(200)
	etag, _ = a.body["etag"].(string)
	return a.body["session"].(map[string]any), etag, a
}

func change(form map[string]any, preview bool) string {
	raw, _ := json.Marshal(map[string]any{"session": form, "reason": "", "preview": preview})
	return string(raw)
}

func day(form map[string]any, i int, date string) {
	form["halfDays"].([]any)[i].(map[string]any)["date"] = date
}

func TestASessionIsMovedInTheBrowserItsEffectSaidBeforeItsPapersReplaced(t *testing.T) {
	w := catalogued(t)
	s := w.listed("urbanisme-tours-")
	paid := w.enrols(s.ID, enrolment.Collectivite, enrolment.Person{FirstName: "Awa", LastName: "Ndiaye", Email: "awa@exemple.fr"}, "Brest")
	if _, err := w.desk.SetContact(context.Background(), paid.ID, &enrolment.Contact{Name: "Mairie", Email: "mairie@exemple.fr"}); err != nil {
		t.Fatal(err)
	}
	w.papersSent(paid.ID)
	asked := w.enrols(s.ID, enrolment.DIFE, enrolment.Person{FirstName: "Luc", LastName: "Morel", Email: "luc@exemple.fr"}, "Brest")
	for _, k := range []enrolment.StepKey{enrolment.StepCompte, enrolment.StepIdentite, enrolment.StepDossier} {
		if _, err := w.desk.Tick(context.Background(), asked.ID, k); err != nil {
			t.Fatal(err)
		}
	}
	path := "/api/staff/sessions/" + s.ID
	form, etag, _ := w.form(s.ID)
	later := s.Start().In(guide.Paris).AddDate(0, 0, 7).Format(time.DateOnly)
	day(form, 0, later)
	day(form, 1, later)
	w.ask("gestion", "PUT", path, change(form, true)).problem(428, "if-match")
	seen := w.ask("gestion", "PUT", path, change(form, true), "If-Match", etag).want(200)
	want := "2 inscrits et 1 contact de collectivité seront prévenus par e-mail, à partir du lundi 11 janvier 2027.\n" +
		"Leurs papiers sont annulés et remplacés, sous un nouveau numéro.\n1 demande DIFE déjà déposée est à refaire pour les nouvelles dates, sur Mon Compte Élu."
	if effects(seen) != want || !strings.Contains(seen.raw, `"field":"Demi-journées"`) {
		t.Errorf("%s\n%s", effects(seen), seen.raw)
	}
	if w.notices(paid.ID, enrolment.NoticeSessionMoved) != 0 || !w.listed(s.ID).Start().Equal(s.Start()) {
		t.Fatal("a preview writes")
	}
	w.ask("gestion", "PUT", path, change(form, false), "If-Match", etag).want(200)
	w.ask("gestion", "PUT", path, change(form, false), "If-Match", etag).problem(412, "changed")
	if err := w.desk.Sweep(context.Background()); err != nil {
		t.Fatal(err)
	}
	e, err := w.store.File(context.Background(), paid.ID)
	if err != nil || w.notices(paid.ID, enrolment.NoticeSessionMoved) != 1 || e.Terms.Edition != paid.Terms.Edition+1 {
		t.Errorf("told %d times, edition %d (%v)", w.notices(paid.ID, enrolment.NoticeSessionMoved), e.Terms.Edition, err)
	}
	moved := w.listed(s.ID)
	if moved.Start().In(guide.Paris).Format(time.DateOnly) != later || moved.ClosesAt.Sub(s.ClosesAt).Round(24*time.Hour) != 7*24*time.Hour {
		t.Errorf("on %s, closes %s", moved.Start(), moved.ClosesAt)
	}
	if audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200); strings.Count(audit.raw, `"actLabel":"Session modifiée"`) != 1 {
		t.Error(audit.raw)
	}
}

func TestAFormIsCheckedByTheRulesOfTheFileFieldByField(t *testing.T) {
	w := catalogued(t)
	s := w.listed("budget-nantes-")
	form, etag, _ := w.form(s.ID)
	form["capacity"], form["minimum"], form["place"], form["mapUrl"] = 16, 0, "", "http://plan"
	day(form, 1, "2027-02-31")
	a := w.ask("gestion", "PUT", "/api/staff/sessions/"+s.ID, change(form, true), "If-Match", etag).problem(422, "validation")
	fields := a.body["fields"].(map[string]any)
	for field, said := range map[string]string{"place": "Donnez le lieu.", "mapUrl": "https://", "halfDays.2.date": "14/01/2027"} {
		if got, _ := fields[field].(string); !strings.Contains(got, said) {
			t.Errorf("%s: %q", field, got)
		}
	}
	for field, got := range fields {
		for _, odd := range []string{"guillemets", "true", "ligne", "«"} {
			if strings.Contains(got.(string), odd) {
				t.Errorf("%s speaks of the file: %s", field, got)
			}
		}
	}
	form, etag, _ = w.form(s.ID)
	form["capacity"] = 16
	a = w.ask("gestion", "PUT", "/api/staff/sessions/"+s.ID, change(form, true), "If-Match", etag).problem(422, "validation")
	if got := a.body["fields"].(map[string]any)["capacity"].(string); !strings.Contains(got, "au plus 15 participants") || strings.Contains(got, "difeEligible") {
		t.Error(got)
	}
	if now := w.listed(s.ID); now.Capacity != s.Capacity {
		t.Error("written")
	}
}

func TestADuplicatedSessionStartsAnewAndItsRulesDoNotFireLate(t *testing.T) {
	w := catalogued(t)
	s := w.listed("budget-nantes-")
	w.enrols(s.ID, enrolment.Personnel, enrolment.Person{FirstName: "Awa", LastName: "Ndiaye", Email: "awa@exemple.fr"}, "Brest")
	w.advance(s.End().Sub(w.clock()) + 24*time.Hour) // it is over: its closing and its reminders are past
	form, etag, _ := w.form(s.ID + "?copy=1")
	if etag != `` && etag != `""` || form["id"] != "" || form["halfDays"].([]any)[0].(map[string]any)["date"] != "" || form["place"] != s.Place {
		t.Fatalf("%v %s", form, etag)
	}
	a := w.ask("gestion", "POST", "/api/staff/sessions", change(form, true)).problem(422, "validation")
	if f := a.body["fields"].(map[string]any); f["halfDays.1.date"] != "Donnez le jour de la demi-journée 1." || f["halfDays.2.date"] != "Donnez le jour de la demi-journée 2." {
		t.Error(a.raw)
	}
	on := w.clock().In(guide.Paris).AddDate(0, 2, 0)
	for on.Weekday() != time.Tuesday {
		on = on.AddDate(0, 0, 1)
	}
	day(form, 0, on.Format(time.DateOnly))
	day(form, 1, on.Format(time.DateOnly))
	seen := w.ask("gestion", "POST", "/api/staff/sessions", change(form, true)).want(200)
	id := seen.body["id"].(string)
	if id != "budget-communal-"+on.Format(time.DateOnly) || seen.body["public"].(map[string]any)["title"] != s.Formation.Title {
		t.Error(seen.raw)
	}
	w.ask("gestion", "GET", "/api/staff/sessions/"+id, "").problem(404, "not-found")
	form["id"] = id
	for range 2 {
		w.ask("gestion", "POST", "/api/staff/sessions", change(form, false)).want(200)
	}
	made, err := w.store.Session(context.Background(), id)
	if err != nil || made.Taken != 0 || made.Revision != 0 || made.Told != 0 || made.Status != enrolment.SessionOpen || made.Capacity != s.Capacity {
		t.Fatalf("%+v (%v)", made, err)
	}
	if !made.ClosesAt.After(w.clock()) || made.Start().Sub(made.ClosesAt).Round(24*time.Hour) != s.Start().Sub(s.ClosesAt).Round(24*time.Hour) {
		t.Errorf("closes %s", made.ClosesAt)
	}
	if n := strings.Count(w.ask("direction", "GET", "/api/staff/audit", "").want(200).raw, `"actLabel":"Session créée"`); n != 1 {
		t.Errorf("made %d times", n)
	}
	list, _, err := w.store.SessionsBetween(context.Background(), w.clock(), w.clock().AddDate(1, 0, 0), "", 50)
	if err != nil || !slices.ContainsFunc(list, func(l enrolment.Session) bool { return l.ID == id }) {
		t.Errorf("not listed (%v)", err)
	}
	file := w.enrols(id, enrolment.Personnel, enrolment.Person{FirstName: "Luc", LastName: "Morel", Email: "luc@exemple.fr"}, "Brest")
	if e, err := w.store.File(context.Background(), file.ID); err != nil || e.Todo.Kind != "" && e.Todo.Due.Before(w.clock()) {
		t.Errorf("a duty that is late at birth: %+v (%v)", e.Todo, err)
	}
}

func TestTheCatalogueIsGivenBackAsAFile(t *testing.T) {
	w := catalogued(t)
	a := w.ask("direction", "GET", "/api/staff/catalogue", "").want(200)
	ground, err := catalogue.Survey(context.Background(), w.store, w.guide, w.clock())
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Read([]byte(a.raw), ground)
	if err != nil || len(c.Sessions) != 9 {
		t.Errorf("%d sessions (%v)", len(c.Sessions), err)
	}
	w.ask("lecture", "GET", "/api/staff/catalogue", "").problem(404, "forbidden")
}

// formationOf is what the form of a formation was filled with.
func (w *world) formationOf(slug string) (form map[string]any, etag string) {
	w.t.Helper()
	a := w.ask("gestion", "GET", "/api/staff/formations/"+slug+"/form", "").want(200)
	etag, _ = a.body["etag"].(string)
	return a.body["formation"].(map[string]any), etag
}

func edited(form map[string]any, preview bool) string {
	raw, _ := json.Marshal(map[string]any{"formation": form, "preview": preview})
	return string(raw)
}

func TestAnEditedPriceSaysHowManyFilesKeepTheOldOneAndTheyDo(t *testing.T) {
	w := catalogued(t)
	s := w.listed("budget-nantes-")
	old := s.Formation.PriceCents
	file := w.enrols(s.ID, enrolment.Personnel, enrolment.Person{FirstName: "Awa", LastName: "Ndiaye", Email: "awa@exemple.fr"}, "Brest")
	const path = "/api/staff/formations/budget-communal"
	form, etag := w.formationOf("budget-communal")
	form["priceEuros"] = 500.5
	seen := w.ask("gestion", "PUT", path, edited(form, true), "If-Match", etag).want(200)
	if said := effects(seen); !strings.Contains(said, "1 dossier garde le prix qui lui a été promis. Les prochaines inscriptions paient 500,50 € HT, au lieu de 530 € HT.") ||
		!strings.Contains(said, "2 sessions à venir la montrent") {
		t.Error(said)
	}
	if w.listed(s.ID).Formation.PriceCents != old {
		t.Fatal("a preview writes")
	}
	for range 2 {
		w.ask("gestion", "PUT", path, edited(form, false), "If-Match", etag).want(200)
	}
	if e, err := w.store.File(context.Background(), file.ID); err != nil || e.Terms.PriceCents != old {
		t.Errorf("promised %d (%v)", e.Terms.PriceCents, err)
	}
	if now := w.listed(s.ID); now.Formation.PriceCents != 50050 || now.Revision != s.Revision || w.listed("budget-visio-").Formation.PriceCents != 50050 {
		t.Errorf("%+v", now.Formation)
	}
	later := w.enrols(s.ID, enrolment.Personnel, enrolment.Person{FirstName: "Luc", LastName: "Morel", Email: "luc@exemple.fr"}, "Brest")
	if later.Terms.PriceCents != 50050 {
		t.Errorf("the next one is promised %d", later.Terms.PriceCents)
	}
	form["title"] = "Un autre titre"
	w.ask("gestion", "PUT", path, edited(form, false), "If-Match", etag).problem(412, "changed")
	form["priceEuros"], form["trainers"] = 900, ""
	w.ask("gestion", "PUT", path, edited(form, true), "If-Match", etag).problem(412, "changed")
	form, etag = w.formationOf("budget-communal")
	form["trainers"] = ""
	a := w.ask("gestion", "PUT", path, edited(form, true), "If-Match", etag).problem(422, "validation")
	if f := a.body["fields"].(map[string]any); f["trainers"] != "Donnez les formateurs." {
		t.Error(a.raw)
	}
	form, etag = w.formationOf("budget-communal")
	form["hours"] = 6
	if a := w.ask("gestion", "PUT", path, edited(form, true), "If-Match", etag).problem(422, "validation"); !strings.Contains(a.raw, "font 7 heures en tout") {
		t.Error(a.raw)
	}
	if n := strings.Count(w.ask("direction", "GET", "/api/staff/audit", "").want(200).raw, `"actLabel":"Formation modifiée"`); n != 1 {
		t.Errorf("%d lines", n)
	}
}

func TestANewFormationIsPublishedAndGetsItsFirstSession(t *testing.T) {
	w := catalogued(t)
	form, _ := w.formationOf("budget-communal")
	form["slug"], form["title"] = "", "Élus : gérer l’eau"
	if a := w.ask("gestion", "POST", "/api/staff/formations", edited(form, true)).problem(422, "validation"); !strings.Contains(a.raw, "monCompteEluNumber") {
		t.Error(a.raw)
	}
	form["monCompteEluNumber"] = ""
	seen := w.ask("gestion", "POST", "/api/staff/formations", edited(form, true)).want(200)
	slug := seen.body["id"].(string)
	if slug != "elus-gerer-l-eau" {
		t.Error(slug)
	}
	form["slug"] = slug
	for range 2 {
		w.ask("gestion", "POST", "/api/staff/formations", edited(form, false)).want(200)
	}
	if list := w.ask("lecture", "GET", "/api/staff/formations", "").want(200); strings.Count(list.raw, slug) != 1 {
		t.Error(list.raw)
	}
	session, _, _ := w.form("nouvelle")
	session["formation"], session["place"], session["address"], session["capacity"], session["minimum"] = slug, "Nantes", "1 rue", 12, 4
	day(session, 0, "2027-04-06")
	day(session, 1, "2027-04-06")
	made := w.ask("gestion", "POST", "/api/staff/sessions", change(session, false)).want(200)
	if s := w.listed(made.body["id"].(string)); s.Formation.Title != "Élus : gérer l’eau" || s.Wording == "" {
		t.Errorf("%+v", s)
	}
}
