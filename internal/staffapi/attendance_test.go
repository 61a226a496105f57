package staffapi_test

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

// room is a session of two half-days with three people; the last one waits.
func (w *world) room() (s enrolment.Session, people []enrolment.Enrolment) {
	w.t.Helper()
	s = w.publish("mars", 2, today.AddDate(0, 2, 0))
	s.HalfDays = append(s.HalfDays, enrolment.HalfDay{Start: s.Start().Add(5 * time.Hour), End: s.Start().Add(8 * time.Hour)})
	if _, err := w.store.ApplySession(context.Background(), s); err != nil {
		w.t.Fatal(err)
	}
	for _, p := range []enrolment.Person{
		awa, {FirstName: "Jean", LastName: "Martin", Email: "jean@exemple.fr"}, {FirstName: "Zoé", LastName: "Attend", Email: "zoe@exemple.fr"},
	} {
		people = append(people, w.enrols("mars", enrolment.DIFE, p, "Brest"))
	}
	return s, people
}

// token is the trainer's, as the team's page gives it.
func (w *world) token(session string) string {
	w.t.Helper()
	sheet := w.ask("gestion", "GET", "/api/staff/sessions/"+session+"/attendance", "").want(200)
	url := sheet.body["trainer"].(map[string]any)["url"].(string)
	_, token, found := strings.Cut(url, "/feuille/#"+session+".")
	if !found {
		w.t.Fatal("no trainer's link in", sheet.raw)
	}
	return token
}

func TestTheTrainersLinkOpensOneSessionFromTheDayBeforeToTwoDaysAfter(t *testing.T) {
	w := staffed(t)
	s, _ := w.room()
	w.publish("avril", 2, today.AddDate(0, 3, 0))
	token, other := w.token("mars"), w.token("avril")
	at := func(day int) { w.advance(s.Start().AddDate(0, 0, day).Sub(w.clock())) }

	at(-2)
	w.ask(token, "GET", "/api/attendance/mars", "").problem(409, "conflict")
	at(-1)
	sheet := w.ask(token, "GET", "/api/attendance/mars", "").want(200)
	if n := len(sheet.body["people"].([]any)); n != 2 || strings.Contains(sheet.raw, "Zoé") {
		t.Error("who waits is on the sheet, or somebody is missing:", sheet.raw)
	}
	for _, secret := range []string{"awa@", "+336", "dife", "Brest", "EC-", "/feuille/"} {
		if strings.Contains(sheet.raw, secret) {
			t.Errorf("%s is on the trainer's sheet: names only", secret)
		}
	}
	for name, wrong := range map[string]string{
		"another session's": other, "none": "", "garbage": "1.t.abcd", "somebody of the team's": "gestion",
		"a holder's of that name": strings.Replace(token, ".t.", "."+string(link.Holder)+".", 1),
	} {
		w.ask(wrong, "GET", "/api/attendance/mars", "").problem(401, "unauthorized")
		_ = name
	}
	w.ask(token, "GET", "/api/staff/sessions/mars", "").want(401)
	w.ask(token, "GET", "/api/attendance/ailleurs", "").problem(401, "unauthorized")
	at(2)
	w.ask(token, "GET", "/api/attendance/mars", "").want(200)
	at(3)
	w.ask(token, "GET", "/api/attendance/mars", "").problem(409, "conflict")
	if strings.Contains(w.logs.String(), token) {
		t.Error("the link is in the log")
	}
}

func TestTheLatestTapStandsInWhateverOrderTabletsSendThem(t *testing.T) {
	w := staffed(t)
	s, people := w.room()
	token := w.token("mars")
	w.advance(s.Start().Sub(w.clock()))
	half := enrolment.HalfDayKey(s.Start())
	put := func(who, body string) answer {
		path := "/api/attendance/mars/"
		if who != token {
			path = "/api/staff/sessions/mars/attendance/"
		}
		return w.ask(who, "PUT", path+half+"/"+people[0].ID, body)
	}
	at := func(seconds int) string {
		return `"at":"` + w.clock().Add(time.Duration(seconds)*time.Second).UTC().Format(time.RFC3339Nano) + `"`
	}
	if a := put(token, `{"presence":"present",`+at(-20)+`}`).want(200); a.body["kept"] != true {
		t.Error(a.raw)
	}
	if a := put(token, `{"presence":"absent",`+at(-60)+`}`).want(200); a.body["kept"] != false || !strings.Contains(a.raw, `"present"`) {
		t.Error("an earlier tap that came late changed what stands:", a.raw)
	}
	if a := put(token, `{"presence":"present",`+at(-20)+`}`).want(200); a.body["kept"] != true {
		t.Error("the same tap sent twice is refused:", a.raw)
	}
	if a := put("gestion", `{"presence":"present","minutes":90}`).want(200); !strings.Contains(a.raw, "Claire Gestion") {
		t.Error("who marked is not said:", a.raw)
	}
	put(token, `{"presence":"present",`+at(86400)+`}`).want(200)
	w.advance(time.Second)
	if a := put(token, `{"presence":"absent"}`).want(200); a.body["kept"] != true {
		t.Error("a tablet whose clock is ahead holds everyone else back:", a.raw)
	}
	put(token, `{"presence":"ici"}`).problem(422, "validation")
	put(token, `{"presence":"present","minutes":900}`).problem(422, "validation")
	w.ask(token, "PUT", "/api/attendance/mars/20200101T0000Z/"+people[0].ID, `{"presence":"present"}`).problem(404, "not-found")
	w.ask(token, "PUT", "/api/attendance/mars/"+half+"/"+people[2].ID, `{"presence":"present"}`).problem(404, "not-found")
	w.ask("lecture", "PUT", "/api/staff/sessions/mars/attendance/"+half+"/"+people[0].ID, `{"presence":"present"}`).problem(404, "forbidden")
}

func TestSomebodyWhoIsOnNoListIsNotedOnce(t *testing.T) {
	w := staffed(t)
	s, _ := w.room()
	token := w.token("mars")
	w.advance(s.Start().Sub(w.clock()))
	for range 2 {
		w.ask(token, "PUT", "/api/attendance/mars/arrivals/x-5f3c2b1a-0001", `{"name":"Inès Imprévue"}`).want(200)
	}
	w.ask(token, "PUT", "/api/attendance/mars/"+enrolment.HalfDayKey(s.Start())+"/x-5f3c2b1a-0001", `{"presence":"present"}`).want(200)
	w.ask(token, "PUT", "/api/attendance/mars/"+enrolment.HalfDayKey(s.Start())+"/x-5f3c2b1a-0009", `{"presence":"present"}`).problem(404, "not-found")
	w.ask(token, "PUT", "/api/attendance/mars/arrivals/x-5f3c2b1a-0002", `{"name":""}`).problem(422, "validation")
	w.ask(token, "PUT", "/api/attendance/mars/arrivals/FILE", `{"name":"Qui"}`).problem(422, "validation")
	sheet := w.ask("lecture", "GET", "/api/staff/sessions/mars/attendance", "").want(200)
	if n := strings.Count(sheet.raw, "Inès Imprévue"); n != 1 || sheet.body["trainer"] != nil {
		t.Error(sheet.raw)
	}
}

func TestClosingASessionRecordsWhatEachPersonAttended(t *testing.T) {
	w := staffed(t)
	s, people := w.room()
	morning, afternoon := enrolment.HalfDayKey(s.Start()), enrolment.HalfDayKey(s.HalfDays[1].Start)
	mark := func(half string, e enrolment.Enrolment, body string) {
		t.Helper()
		w.advance(time.Second)
		w.ask("gestion", "PUT", "/api/staff/sessions/mars/attendance/"+half+"/"+e.ID, body).want(200)
	}
	closing := func(who, body string) answer {
		return w.ask(who, "POST", "/api/staff/sessions/mars/closure", body)
	}
	w.advance(s.Start().Sub(w.clock()))
	mark(morning, people[0], `{"presence":"present","minutes":150}`)
	closing("gestion", `{}`).problem(409, "conflict")
	w.advance(s.End().Sub(w.clock()))
	if a := closing("gestion", `{}`).problem(409, "conflict"); !strings.Contains(a.raw, "3\u00a0cases") {
		t.Error(a.raw)
	}
	mark(afternoon, people[0], `{"presence":"present"}`)
	closing("lecture", `{"unmarked":"absent"}`).problem(404, "forbidden")
	for range 2 { // a request cut short is sent again
		if a := closing("gestion", `{"unmarked":"absent"}`).want(200); a.body["closed"] != true {
			t.Error(a.raw)
		}
	}
	file := func(e enrolment.Enrolment) enrolment.Enrolment {
		t.Helper()
		now, err := w.store.File(context.Background(), e.ID)
		if err != nil {
			t.Fatal(err)
		}
		return now
	}
	came, absent, waits := file(people[0]), file(people[1]), file(people[2])
	if came.Status != enrolment.Attended || came.Attendance.Minutes() != 330 || came.Attendance.Planned() != 360 {
		t.Errorf("%s %+v", came.Status, came.Attendance)
	}
	if absent.Status != enrolment.Reserved || absent.Attendance == nil || absent.Attendance.Minutes() != 0 {
		t.Errorf("%s %+v", absent.Status, absent.Attendance)
	}
	if waits.Attendance != nil {
		t.Error("who waited is on the record")
	}
	version := came.Version
	mark(afternoon, people[1], `{"presence":"present"}`)
	closing("gestion", `{"unmarked":"absent"}`).want(200)
	if came, late := file(people[0]), file(people[1]); came.Version != version || late.Status != enrolment.Attended || late.Attendance.Minutes() != 180 {
		t.Error("a correction did not record what changed, and that only:", came.Version, version, late.Status)
	}
	if seats, _ := w.store.Session(context.Background(), "mars"); seats.Taken != 2 {
		t.Error("taken", seats.Taken)
	}
	deeds, err := w.store.Deeds(context.Background(), people[0].ID)
	if err != nil || len(deeds) != 1 || deeds[0].Act != "attendance" || deeds[0].Changes[len(deeds[0].Changes)-1].After != "330 / 360 min" {
		t.Errorf("%+v %v", deeds, err)
	}
}

func TestASessionThatIsOverAsksForItsSheetOnceAndThenSaysWhatToDeclare(t *testing.T) {
	w := staffed(t)
	s, people := w.room()
	if _, err := w.desk.Tick(context.Background(), people[0].ID, enrolment.StepDossier); err != nil {
		t.Fatal(err)
	}
	duties := func() string {
		for _, e := range people {
			w.look(e.ID)
		}
		return w.ask("lecture", "GET", "/api/staff/duties", "").want(200).raw
	}
	if raw := duties(); !strings.Contains(raw, "dife-answer") {
		t.Error(raw)
	}
	w.advance(s.End().Sub(w.clock()))
	if raw := duties(); strings.Contains(raw, "dife-answer") || strings.Contains(raw, "identity-call") {
		t.Error("what nobody can do any more hides what can be done:", raw)
	}
	if raw := duties(); strings.Count(raw, `"kind":"attendance"`) != 1 || !strings.Contains(raw, "2\u00a0personnes") || !strings.Contains(raw, `"id":"session:mars"`) {
		t.Error(raw)
	}
	half := enrolment.HalfDayKey(s.Start())
	w.ask("gestion", "PUT", "/api/staff/sessions/mars/attendance/"+half+"/"+people[0].ID, `{"presence":"present"}`).want(200)
	w.ask("gestion", "POST", "/api/staff/sessions/mars/closure", `{"unmarked":"absent"}`).want(200)
	w.change("gestion", "POST", people[0].ID, "duty", `{"kind":"dife-entry","done":true}`).want(200)
	raw := duties()
	if strings.Contains(raw, `"kind":"attendance"`) || !strings.Contains(raw, "3\u00a0h sur 6\u00a0h, soit 50\u00a0%") {
		t.Error(raw)
	}
}

func TestAListLeavesWithItsLineOfTheAudit(t *testing.T) {
	w := staffed(t)
	s, people := w.room()
	for _, name := range []string{"personnes", "sessions", "presences", "factures", "parcours", "rapport-annuel", "bilan-pedagogique"} {
		for _, form := range []string{"csv", "xlsx"} {
			a := w.ask("lecture", "GET", "/api/staff/exports/"+name+"."+form, "").want(200)
			if !strings.Contains(a.header.Get("Content-Disposition"), "attachment") || a.header.Get("Cache-Control") != "no-store" {
				t.Error(name, form, a.header)
			}
		}
	}
	list := w.ask("direction", "GET", "/api/staff/exports/personnes.csv?from=2027-03-01&to=2027-03-31", "").want(200)
	if strings.Count(list.raw, "\r\n") != 4 || !strings.Contains(list.raw, "Awa;Le Goff-Ndiayé;Müller;awa@exemple.fr;0612345678") {
		t.Error(list.raw)
	}
	last := people[len(people)-1]
	w.change("gestion", "POST", last.ID, "cancellation", `{"reason":"double inscription"}`).want(200)
	w.look(last.ID)
	list = w.ask("direction", "GET", "/api/staff/exports/personnes.csv?from=2027-03-01&to=2027-03-31", "").want(200)
	if lines := strings.Split(list.raw, "\r\n"); len(lines) != 5 || !strings.Contains(lines[3], ";Annulée;") || !strings.Contains(lines[3], last.Reference) || !strings.HasSuffix(lines[3], ";double inscription") {
		t.Error("who cancelled, and why:", list.raw)
	}
	book, err := excelize.OpenReader(strings.NewReader(w.ask("direction", "GET", "/api/staff/exports/personnes.xlsx?from=2027-03-01&to=2027-03-31", "").want(200).raw))
	if err != nil {
		t.Fatal(err)
	}
	if rows, err := book.GetRows(book.GetSheetName(0)); err != nil || !slices.ContainsFunc(rows, func(r []string) bool {
		return slices.Contains(r, last.Reference) && slices.Contains(r, "double inscription")
	}) {
		t.Error("not in the workbook:", err, rows)
	}
	if none := w.ask("direction", "GET", "/api/staff/exports/personnes.csv?from=2027-04-01&to=2027-04-30", "").want(200); strings.Contains(none.raw, "Awa") {
		t.Error(s.ID, "is not of April:", none.raw)
	}
	for _, bad := range []string{"personnes", "personnes.pdf", "tout.csv"} {
		w.ask("direction", "GET", "/api/staff/exports/"+bad, "").problem(404, "not-found")
	}
	if audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200); strings.Count(audit.raw, "Liste exportée") < 13 || !strings.Contains(audit.raw, "3\u00a0lignes") {
		t.Error(audit.raw)
	}
}

func TestTheTrainersLinkIsRevokedAloneAndANewOneOpens(t *testing.T) {
	w := staffed(t)
	s, people := w.room()
	w.advance(s.Start().Sub(w.clock()))
	old := w.token("mars")
	w.ask(old, "GET", "/api/attendance/mars", "").want(200)
	w.ask("gestion", "POST", "/api/staff/sessions/mars/revocation", `{"reason":""}`).problem(422, "validation")
	w.ask("gestion", "POST", "/api/staff/sessions/rien/revocation", `{"reason":"téléphone perdu"}`).problem(404, "not-found")
	w.ask("gestion", "POST", "/api/staff/sessions/mars/revocation", `{"reason":"téléphone perdu"}`).want(200)
	w.ask(old, "GET", "/api/attendance/mars", "").problem(401, "unauthorized")
	w.ask(old, "PUT", "/api/attendance/mars/"+enrolment.HalfDayKey(s.Start())+"/"+people[0].ID, `{"presence":"present","at":"`+w.clock().Format(time.RFC3339)+`"}`).problem(401, "unauthorized")
	w.ask(w.token("mars"), "GET", "/api/attendance/mars", "").want(200)
	if a := w.ask("direction", "GET", "/api/staff/audit", "").want(200); !strings.Contains(a.raw, "téléphone perdu") || !strings.Contains(a.raw, "Lien du formateur révoqué") {
		t.Error(a.raw)
	}
}

// The code on a convocation is known to the sheet by its digest: a tablet without network reads it, and a stolen sheet makes none.
func TestTheSheetKnowsTheCodesOfConvocationsAndCanMakeNone(t *testing.T) {
	w := staffed(t)
	s, people := w.room()
	token := w.token("mars")
	w.advance(s.Start().Sub(w.clock()))
	keys, err := link.ParseKeys("1:" + strings.Repeat("a1", 32))
	if err != nil {
		t.Fatal(err)
	}
	sheet := w.ask(token, "GET", "/api/attendance/mars", "").want(200)
	for _, p := range sheet.body["people"].([]any) {
		p := p.(map[string]any)
		if diff := cmp.Diff(keys.PresenceDigests("mars", p["id"].(string)), texts(p["codes"])); diff != "" {
			t.Errorf("%s (-printed +on the sheet): %s", p["name"], diff)
		}
	}
	_, mark, _ := strings.Cut(link.Links{Keys: keys}.Presence("mars", people[0].ID), "#")
	if _, signature, _ := strings.Cut(mark, ".p."); strings.Contains(sheet.raw, signature) {
		t.Error("a code is on the sheet")
	}
	for _, path := range []string{"/api/attendance/mars", "/api/staff/sessions/mars/attendance"} {
		w.ask(strings.TrimPrefix(mark, "mars."), "GET", path, "").want(401) // a code opens nothing
	}
	// At a distance nobody holds a paper before the tablet.
	s.Remote = true
	if _, err := w.store.ApplySession(context.Background(), s); err != nil {
		t.Fatal(err)
	}
	if sheet := w.ask(token, "GET", "/api/attendance/mars", "").want(200); strings.Contains(sheet.raw, "codes") {
		t.Error("a session at a distance has codes:", sheet.raw)
	}
}

func texts(v any) (all []string) {
	for _, one := range v.([]any) {
		all = append(all, one.(string))
	}
	return all
}
