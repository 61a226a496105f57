package seats

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/infra/bench/whole"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/duty"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/scan/handout"
	"github.com/echarpe/echarpe/internal/staff"
	"github.com/echarpe/echarpe/internal/staffapi"
)

// office is the organisation's side over a table that holds many files: one session of fifteen seats that people look at, and copies of
// its files in others.
type office struct {
	cfg   aws.Config
	meter *dynamotest.Meter
	house *house
	api   http.Handler
	ids   []string // files of the session that is looked at
	keys  int
	forms map[string]form // of what is published, by the path that writes it
	plain string          // a session of the sample
	room  []string        // files of the session that is taught: the last ones are a group's members
}

// form is what the publishing pages read before they write: they send it back with what they change.
type form struct {
	ETag      string         `json:"etag"`
	Session   map[string]any `json:"session,omitempty"`
	Formation map[string]any `json:"formation,omitempty"`

	Organisation map[string]any `json:"organisation,omitempty"`
}

// seated is how many people the session has that is looked at; sharing is the name that all files share, rare is one person's own.
const (
	seated  = 12
	sharing = "kerouédan"
	rare    = "Zyromski"
)

var firstPerson = map[string]string{"sub": "bench", "email": "premiere@exemple.fr", "email_verified": "true", "name": "Ada"}

// openOffice makes the session, its people, and copies until the table holds n files.
func openOffice(ctx context.Context, cfg aws.Config, root string, n int) (*office, error) {
	h, err := openHouse(ctx, cfg, root)
	if err != nil {
		return nil, err
	}
	o := &office{cfg: cfg, meter: h.acts, house: h}
	o.api = staffapi.New(staffapi.Deps{
		Team: staff.Team{Store: h.Store, First: firstPerson["email"], Now: h.now}, Store: h.Store, Desk: h.Desk, Duties: duty.Planner{Guide: h.Guide},
		Guide: h.Guide, Links: h.Links, Claims: func(context.Context) map[string]string { return firstPerson }, Log: h.Log, Now: h.now,
		SignIn: staffapi.SignIn{Issuer: "https://issuer.example", ClientID: "c"},
		Scans:  handout.Desk{Bucket: "scans", Region: "eu-west-3", Keys: credentials.NewStaticCredentialsProvider("AKIDEXAMPLE", "secret", ""), Now: h.now},
	})
	if _, err := h.Store.ApplySession(ctx, aSession(grown, seated+3)); err != nil {
		return nil, err
	}
	for i := range seated {
		app := application(grown, i)
		app.Proved = true
		if i == 0 {
			app.Person.LastName = rare
		}
		f, err := h.Desk.Enrol(ctx, app)
		if err != nil {
			return nil, err
		}
		if err := h.Store.IndexWords(ctx, f.Enrolment); err != nil {
			return nil, err
		}
		o.ids = append(o.ids, f.Enrolment.ID)
	}
	if err := o.sendScan(ctx); err != nil {
		return nil, err
	}
	if _, err := o.ask(http.MethodGet, "/me", ""); err != nil { // the first time, they join the team
		return nil, err
	}
	if err := o.readForms(); err != nil {
		return nil, err
	}
	return o, o.copies(ctx, n-seated)
}

// scanned is the place of the file whose collectivité sent the signed convention.
const scanned = 1

func (o *office) sendScan(ctx context.Context) error {
	page := enrolment.ScanPage{Type: enrolment.ScanPDF, Size: 300_000}
	id := o.ids[scanned]
	s := enrolment.Scan{ID: enrolment.ScanID(id, "bench", []enrolment.ScanPage{page}), Pages: []enrolment.ScanPage{page}}
	_, err := o.house.Desk.Scanned(ctx, id, "la collectivité", s)
	return err
}

// readForms opens the forms of a session of the sample and of its formation.
func (o *office) readForms() error {
	raw, err := o.ask(http.MethodGet, "/sessions", "")
	if err != nil {
		return err
	}
	var list struct {
		Sessions []struct{ ID string }
	}
	if err := json.Unmarshal(raw, &list); err != nil {
		return err
	}
	for _, s := range list.Sessions {
		if strings.HasPrefix(s.ID, "urbanisme-tours") {
			o.plain = "/sessions/" + s.ID
		}
	}
	o.forms = map[string]form{}
	for path, read := range map[string]string{o.plain: o.plain + "/form", slug: slug + "/form", settings: settings} {
		raw, err := o.ask(http.MethodGet, read, "")
		if err != nil {
			return err
		}
		var f form
		if err := json.Unmarshal(raw, &f); err != nil {
			return err
		}
		o.forms[path] = f
	}
	return nil
}

// slug is a formation of the sample; no session is named like it.
const (
	slug     = "/formations/urbanisme-plu"
	settings = "/organisation"
)

// edited is the body that changes fields of what a form holds; what a preview changes is not written.
func (o *office) edited(path string, preview bool, changes map[string]any) string {
	body := map[string]any{"preview": preview, "reason": "mise à jour"}
	f := o.forms[path]
	for name, fields := range map[string]map[string]any{"session": f.Session, "formation": f.Formation, "organisation": f.Organisation} {
		if fields == nil {
			continue
		}
		after := maps.Clone(fields)
		maps.Copy(after, changes)
		body[name] = after
	}
	raw, _ := json.Marshal(body)
	return string(raw)
}

// copies adds n files in other sessions, each with two words that it is found by.
func (o *office) copies(ctx context.Context, n int) error {
	file, err := table.Like(ctx, o.cfg, "E#"+o.ids[1], "FILE")
	if err != nil {
		return err
	}
	word, err := table.Like(ctx, o.cfg, "E#"+o.ids[1], "W#")
	if err != nil {
		return err
	}
	return table.Fill(ctx, o.cfg, 3*max(n, 0), func(i int) table.Item {
		id := fmt.Sprintf("copy%022d", i/3)
		if i%3 == 0 {
			return table.Copy(file, table.Item{"pk": table.Text("E#" + id), "enrolmentId": table.Text(id), "emailPk": table.Text(id), "sessionId": table.Text(grown)})
		}
		w := []string{"kerouedan", fmt.Sprintf("r%06d", i/3)}[i%3-1]
		return table.Copy(word, table.Item{"pk": table.Text("E#" + id), "sk": table.Text("W#" + w), "staffPk": table.Text("W#" + w[:2]), "staffSk": table.Text(w + "#" + id)})
	})
}

// ask sends a request as the first person of the team.
func (o *office) ask(method, path, body string) ([]byte, error) {
	o.keys++
	o.house.at = o.house.at.Add(time.Second)
	address := whole.Site + "/api/staff" + path
	if strings.HasPrefix(path, "/attendance/") { // the trainer's own door
		address = whole.Site + "/api" + path
	}
	r := httptest.NewRequest(method, address, strings.NewReader(body))
	r.Header.Set("Authorization", "Bearer "+o.house.Links.Keys.Token(link.Trainer, taught, 0))
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Idempotency-Key", fmt.Sprintf("00000000-0000-4000-9000-%012d", o.keys))
	if id, on := strings.CutPrefix(path, "/files/"); on && method != http.MethodGet && !strings.HasPrefix(path, "/files/search") {
		id, _, _ = strings.Cut(id, "/")
		e, err := o.house.Store.File(context.Background(), id)
		if err != nil {
			return nil, err
		}
		o.meter.Take()
		r.Header.Set("If-Match", `"`+e.Face()+`"`)
	} else if f, on := o.forms[path]; on {
		r.Header.Set("If-Match", f.ETag)
	}
	answer := httptest.NewRecorder()
	o.api.ServeHTTP(answer, r)
	if answer.Code >= 300 {
		return nil, fmt.Errorf("%s %s: %d %s", method, path, answer.Code, answer.Body)
	}
	return answer.Body.Bytes(), nil
}

// taught is the session whose day comes: eight people on their own and a group of four, who all have a seat.
const taught = "salle"

const (
	alone   = 8
	grouped = 4
)

// openRoom makes that session and its people.
func (o *office) openRoom(ctx context.Context) error {
	if _, err := o.house.Store.ApplySession(ctx, aSession(taught, alone+grouped+3)); err != nil {
		return err
	}
	for i := range alone {
		app := application(taught, i)
		app.Proved = true
		f, err := o.house.Desk.Enrol(ctx, app)
		if err != nil {
			return err
		}
		o.room = append(o.room, f.Enrolment.ID)
	}
	council := booking.Council{
		Key: taught, SessionID: taught, Authority: "Commune de Plougastel", Contact: enrolment.Contact{Name: "Gwenola Abgrall", Email: "dgs@plougastel.example"}, BodyDigest: taught,
	}
	for i := range grouped {
		council.People = append(council.People, booking.Councillor{Person: application(taught, alone+i).Person, Mandate: "adjoint"})
	}
	party, err := o.house.Desk.EnrolGroup(ctx, council)
	if err != nil {
		return err
	}
	for _, f := range party.Members {
		o.room = append(o.room, f.ID)
	}
	return nil
}

// lessons is when the session is taught: its first half-day.
func lessons() time.Time { return aSession(taught, 1).Start() }

// roomRoutes are what the day and its end ask: the trainer's sheet, then the closing by the team.
func (o *office) roomRoutes() []deskRoute {
	sheet, half := "/attendance/"+taught, enrolment.HalfDayKey(lessons())
	came, _ := json.Marshal(map[string]string{
		"firstName": "Ronan", "lastName": "Le Goff", "email": "ronan@salle.example", "mandate": "maire", "authority": "Commune de Rezé", "funding": "personnel",
	})
	day, over := lessons().Add(10*time.Minute), aSession(taught, 1).End().Add(time.Hour)
	return []deskRoute{
		{name: "another payer than the collectivité", method: "PUT", path: "/files/" + o.room[0] + "/payer", body: `{"kind":"intercommunalite","name":"Brest métropole"}`, calls: 8, readUnits: 7, writeUnits: 10},
		{name: "the room: the trainer's sheet of twelve people", method: "GET", path: sheet, calls: 7, readUnits: 17, at: day},
		{name: "the room: a tap", method: "PUT", path: sheet + "/" + half + "/" + o.room[0], body: `{"presence":"present"}`, calls: 4, readUnits: 3, writeUnits: 1},
		{name: "the room: somebody unexpected, noted", method: "PUT", path: sheet + "/arrivals/x-noted-00001", body: `{"name":"Anne Le Bris"}`, calls: 4, readUnits: 3, writeUnits: 1},
		{name: "the room: somebody unexpected, enrolled", method: "PUT", path: sheet + "/arrivals/x-enrolled-1", body: string(came), calls: 7, readUnits: 6, writeUnits: 17},
		{name: "the team: a tap on the sheet", method: "PUT", path: "/sessions/" + taught + "/attendance/" + half + "/" + o.room[1], body: `{"presence":"absent"}`, calls: 5, readUnits: 3, writeUnits: 2},
		{name: "the team: close the session of thirteen people, four of a group", method: "POST", path: "/sessions/" + taught + "/closure", body: `{"unmarked":"absent","unlisted":"leave"}`, calls: 49, readUnits: 60, writeUnits: 156, at: over},
		{name: "the team: close it again, nothing changed", method: "POST", path: "/sessions/" + taught + "/closure", body: `{"unmarked":"absent","unlisted":"leave"}`, calls: 36, readUnits: 60},
	}
}

// deskRoute is a request of the team, with the most that it may use.
type deskRoute struct {
	name, method, path, body string
	calls                    int
	readUnits, writeUnits    float64
	at                       time.Time // the clock waits until then; zero: it is asked at once
}

// atOnce leaves the clock where it is.
var atOnce time.Time

// deskRoutes are what the pages ask. {id} is a file of the session that is looked at, by its place.
func (o *office) deskRoutes() []deskRoute {
	id := func(i int) string { return "/files/" + o.ids[i] }
	enrolling, _ := json.Marshal(map[string]any{
		"sessionId": grown, "funding": "personnel", "mandate": map[string]string{"kind": "maire", "authority": "Commune de Rezé"},
		"person": map[string]string{"firstName": "Maël", "lastName": "Quéméneur", "email": "mael@reze.example", "phone": "06 98 76 54 32"},
	})
	access := map[string]any{"access": "Entrée par la cour."}
	later := map[string]any{"id": "", "halfDays": []map[string]string{{"date": "2027-09-14", "start": "09:00", "end": "12:30"}, {"date": "2027-09-14", "start": "14:00", "end": "17:30"}}}
	price := map[string]any{"priceEuros": 539.5}
	vat := map[string]any{"vat": map[string]any{"exempt": false, "ratePercent": 5.5}}
	return []deskRoute{
		{"who I am", "GET", "/me", "", 2, 2, 0, atOnce},
		{"today: what is to be done", "GET", "/duties", "", 5, 3.5, 0, atOnce},
		{"sessions: a page of them, counted", "GET", "/sessions", "", 14, 26.5, 0, atOnce},
		{"one session, its people and its queue", "GET", "/sessions/" + grown, "", 6, 17, 0, atOnce},
		{"find by a name that one person has", "POST", "/files/search", `{"q":"` + rare + `"}`, 4, 3.5, 0, atOnce},
		{"find by a name that everybody has", "POST", "/files/search", `{"q":"` + sharing + `"}`, 5, 103.5, 0, atOnce},
		{"find by the end of a telephone number", "POST", "/files/search", `{"q":"5678"}`, 5, 15, 0, atOnce},
		{"one file, with its mails and its audit", "GET", id(1), "", 5, 5, 0, atOnce},
		{"the convention that a collectivité sent", "GET", id(scanned) + "/scan", "", 3, 3, 0, atOnce},
		{"tick a step", "PUT", id(2) + "/steps/demande", `{}`, 8, 7, 10, atOnce},
		{"correct a name", "PUT", id(3) + "/person", `{"firstName":"Maëlys","lastName":"Kermarrec","email":"elue3@grown.example"}`, 8, 7, 10, atOnce},
		{"write a note", "POST", id(4) + "/notes", `{"text":"Rappeler mardi."}`, 7, 6, 2, atOnce},
		{"put a duty off", "POST", id(5) + "/duty", `{"kind":"convention-call","until":"2027-06-01","reason":"congés"}`, 8, 7, 12, atOnce},
		{"cancel", "POST", id(6) + "/cancellation", `{"reason":"double"}`, 8, 7, 18, atOnce},
		{"enrol by telephone", "POST", "/enrolments", string(enrolling), 6, 6, 16, atOnce},
		{"write to all of the session, preview", "POST", "/sessions/" + grown + "/messages", `{"subject":"Salle","text":"Au deuxième étage.","to":"seats","preview":true}`, 4, 15, 0, atOnce},
		{"write to all of the session: a notice each", "POST", "/sessions/" + grown + "/messages", `{"subject":"Salle","text":"Au deuxième étage.","to":"seats"}`, 19, 16, 49, atOnce},
		{"audit of the month", "GET", "/audit", "", 4, 9, 0, atOnce},
		{"the team", "GET", "/team", "", 2, 2, 0, atOnce},
		{"the sheet of a session", "GET", "/sessions/" + grown + "/attendance", "", 6, 17, 0, atOnce},
		{"the figures of the year", "GET", "/figures?from=2027-01-01&to=2027-12-31", "", 22, 43.5, 0, atOnce}, // of which the year's invoices and its credit notes
		{"the yearly report, as a file", "GET", "/exports/bilan-pedagogique.csv?from=2027-01-01&to=2027-12-31", "", 22, 33.5, 2, atOnce},
		{"the organisation's settings", "GET", "/organisation", "", 7, 12.5, 0, atOnce},
		{"the people of the year, as a file", "GET", "/exports/personnes.csv?from=2027-01-01&to=2027-12-31", "", 30, 36.5, 2, atOnce},
		{"publish: the form of a session", "GET", o.plain + "/form", "", 13, 24, 0, atOnce},
		{"publish: what a change of a session would do", "PUT", o.plain, o.edited(o.plain, true, access), 8, 13.5, 0, atOnce},
		{"publish: change a session", "PUT", o.plain, o.edited(o.plain, false, access), 15, 19.5, 30, atOnce},
		{"publish: what cancelling a session would do", "POST", "/sessions/" + grown + "/cancellation", `{"preview":true}`, 4, 15, 0, atOnce},
		{"publish: cancel a session, twelve people told", "POST", "/sessions/" + grown + "/cancellation", `{"reason":"salle prise"}`, 52, 61, 265, atOnce},
		{"publish: what a new session would be", "POST", "/sessions", o.edited(o.plain, true, later), 8, 13.5, 0, atOnce},
		{"publish: a new session", "POST", "/sessions", o.edited(o.plain, false, later), 15, 19.5, 46, atOnce},
		{"publish: the formations", "GET", "/formations", "", 7, 12.5, 0, atOnce},
		{"publish: the form of a formation", "GET", slug + "/form", "", 7, 12.5, 0, atOnce},
		{"publish: what another price would do", "PUT", slug, o.edited(slug, true, price), 10, 15.5, 0, atOnce},
		{"publish: another price", "PUT", slug, o.edited(slug, false, price), 24, 28.5, 31, atOnce},
		{"settings: what another VAT would do", "PUT", settings, o.edited(settings, true, vat), 7, 12.5, 0, atOnce},
		{"settings: another VAT, every session to come follows", "PUT", settings, o.edited(settings, false, vat), 25, 25.5, 76, atOnce},
		{"publish: the catalogue as a file", "GET", "/catalogue", "", 8, 12.5, 2, atOnce},
	}
}

// each goes through every request of the team, in the order of a life: the year round, then a day in the room.
func (o *office) each(ctx context.Context, do func(deskRoute) error) error {
	for _, r := range o.deskRoutes() {
		if err := do(r); err != nil {
			return err
		}
	}
	if err := o.openRoom(ctx); err != nil {
		return err
	}
	for _, r := range o.roomRoutes() {
		if err := do(r); err != nil {
			return err
		}
	}
	return nil
}

// deskCost is what a request used, and how long its answer took on this machine, the middle of several.
type deskCost struct {
	calls                 int
	readUnits, writeUnits float64
	took                  time.Duration
	bill                  dynamotest.Bill // of which operations
}

// measure asks once for the cost, and reads a few times more for the time.
func (o *office) measure(r deskRoute) (c deskCost, err error) {
	if r.at.After(o.house.at) {
		o.house.at = r.at
	}
	o.meter.Take()
	begun := time.Now()
	if _, err := o.ask(r.method, r.path, r.body); err != nil {
		return c, err
	}
	times := []time.Duration{time.Since(begun)}
	bill := o.meter.Take()
	spent := bill.Total()
	for range 6 {
		if r.method != http.MethodGet && r.path != "/files/search" {
			break
		}
		begun = time.Now()
		if _, err := o.ask(r.method, r.path, r.body); err != nil {
			return c, err
		}
		times = append(times, time.Since(begun))
	}
	slices.Sort(times)
	return deskCost{spent.Calls, spent.ReadUnits, spent.WriteUnits, times[len(times)/2], bill}, nil
}

// WriteOffice measures every request of the team with more and more files in the table: the chapter of BENCH.md on the organisation's side.
func (z Sizes) WriteOffice(ctx context.Context, out io.Writer) error {
	fmt.Fprintf(out, "## The organisation's side as files pile up\n\nThrough the real handler, who asks included: calls, read units + write units of one request; for what is read, the middle of\n"+
		"seven times to answer on this machine (of a preview, one). All files share a name: finding by it reads the most that a search ever reads.\n\n| request | budget |")
	columns, names := [][]string{}, []string{}
	var slowest time.Duration
	for _, n := range z.Fills {
		fmt.Fprintf(out, " %s files |", thousands(n))
		o, err := openOffice(ctx, table.New(), ".", n)
		if err != nil {
			return err
		}
		var column []string
		names = names[:0]
		err = o.each(ctx, func(r deskRoute) error {
			c, err := o.measure(r)
			if err != nil {
				return err
			}
			said := fmt.Sprintf("%d, %g + %g", c.calls, c.readUnits, c.writeUnits)
			if c.writeUnits == 0 {
				said += fmt.Sprintf(", %d ms", c.took.Milliseconds())
			}
			if strings.HasPrefix(r.name, "find ") {
				slowest = max(slowest, c.took)
			}
			names = append(names, fmt.Sprintf("%s | %d, %g + %g", r.name, r.calls, r.readUnits, r.writeUnits))
			column = append(column, said)
			return nil
		})
		if err != nil {
			return err
		}
		columns = append(columns, column)
		if err := table.Drop(ctx, o.cfg); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "\n|---|---|%s\n", strings.Repeat("---|", len(z.Fills)))
	for i, name := range names {
		fmt.Fprintf(out, "| %s |", name)
		for _, column := range columns {
			fmt.Fprintf(out, " %s |", column[i])
		}
		fmt.Fprintln(out)
	}
	fmt.Fprintf(out, "\nTwo promises of time, and how each is measured:\n\n"+
		"- A search answers within 200 ms of server time, up to 100,000 files: the slowest of the searches above took %d ms, the request's whole way through the\n"+
		"  handler and the table of this machine.\n"+
		"- The first screen is there within 1.5 s of signing in: `npx playwright test equipe-day` signs in three times in Chromium against the whole local\n"+
		"  product, from the click at the issuer until the list of the day is shown and nothing waits, prints the three times and fails over the limit.\n\n"+
		"`go test ./infra/bench/seats` holds each request to its budget (staff.go), with %d and with 1,000 files.\n", slowest.Milliseconds(), seated)
	return nil
}
