package seats

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

// budget is the most that a route may use of the table. A larger one is a decision, taken here.
type budget struct {
	reads, writes         int // calls
	readUnits, writeUnits float64
	counts                int // of the abuse limits: each is a read and a write of one unit
}

// route is a request of the contract, in one of the situations where it costs something else.
type route struct {
	pattern, when string
	budget
	ask func(ctx context.Context, h *house) (question, error) // sets the scene, and gives the request
}

// routes is every route of the HTTP contract with its budget: read calls, write calls, read units, write units, counts of the
// abuse limits.
var routes = []route{
	{"GET /api/sessions", "9 sessions", budget{2, 0, 4, 0, 0}, plain("/api/sessions")},
	{"GET /api/seats", "9 sessions", budget{1, 0, 3, 0, 0}, plain("/api/seats")},
	{"GET /api/sessions/{id}", "", budget{2, 0, 2, 0, 0}, showSession},
	{"GET /api/sessions/{id}/programme.pdf", "", budget{3, 0, 3, 0, 1}, programme},
	{"POST /api/enrolments", "seats left", budget{2, 1, 3, 12, 4}, enrolSeated},
	{"POST /api/enrolments", "naming a contact", budget{2, 1, 3, 12, 4}, enrolWithContact},
	{"POST /api/enrolments", "full, first to wait", budget{3, 2, 4, 49, 4}, enrolFull},
	{"POST /api/enrolments", "full, others wait", budget{3, 2, 4, 17, 4}, enrolBehind},
	{"POST /api/enrolments", "same request again", budget{3, 0, 4, 0, 8}, enrolAgain},
	{"POST /api/enrolments", "address already enrolled", budget{2, 1, 3, 12, 4}, enrolTwice},
	{"POST /api/links", "known address", budget{2, 1, 1.5, 3, 3}, links},
	{"POST /api/links", "unknown address", budget{1, 0, 0.5, 0, 3}, strangersLinks},
	{"GET /api/sessions.ics", "9 sessions", budget{1, 0, 5, 0, 0}, plain("/api/sessions.ics")},
	{"GET /api/openapi.json", "", budget{}, plain("/api/openapi.json")},
	{"GET /api/challenge", "", budget{}, plain("/api/challenge")},
	{"GET /api/health", "", budget{}, plain("/api/health")},
	{"GET /api/enrolments/{id}", "seat held", budget{2, 0, 2, 0, 0}, onFile("", "")},
	// The counter that says whose seats are unproved is written with the file, once in its life.
	{"GET /api/enrolments/{id}", "opened from the mail, the first time", budget{4, 2, 4, 11, 0}, onMail},
	{"GET /api/enrolments/{id}", "waits, first in line", budget{3, 0, 3, 0, 0}, onWaiting("", "")},
	{"PUT /api/enrolments/{id}/steps/{step}", "", budget{4, 1, 4, 3, 1}, onFile("/steps/demande", "")},
	{"DELETE /api/enrolments/{id}/steps/{step}", "", budget{4, 1, 4, 3, 1}, untick},
	{"PUT /api/enrolments/{id}/needs", "", budget{4, 1, 4, 3, 1}, onFile("/needs", `{"needs":"Une place près de l’écran"}`)},
	{"PUT /api/enrolments/{id}/opinion", "", budget{3, 1, 3, 4, 0}, opine},
	{"PUT /api/enrolments/{id}/phone", "", budget{4, 1, 4, 3, 1}, onFile("/phone", `{"phone":"02 40 00 00 00"}`)},
	{"PUT /api/enrolments/{id}/email", "", budget{4, 1, 4, 4, 4}, changeEmail},
	{"POST /api/enrolments/{id}/email", "", budget{5, 1, 6, 20, 1}, confirmEmail},
	{"PUT /api/enrolments/{id}/funding", "", budget{4, 1, 4, 3, 3}, onFile("/funding", `{"mode":"personnel"}`)},
	// Two units more once a file says when its address was proved: it is then longer than a kilobyte.
	{"PUT /api/enrolments/{id}/session", "", budget{6, 1, 7, 20, 3}, changeSession},
	{"POST /api/enrolments/{id}/cancellation", "nobody waits", budget{4, 1, 4, 14, 0}, onFile("/cancellation", "")},
	{"POST /api/enrolments/{id}/cancellation", "one waits", budget{6, 1, 6, 56, 0}, cancelAhead(1)},
	{"POST /api/enrolments/{id}/cancellation", "several wait", budget{6, 1, 6, 24, 0}, cancelAhead(3)},
	{"POST /api/enrolments/{id}/withdrawal", "nobody waits", budget{4, 1, 4, 14, 0}, withdraw},
	// Two units more than before terms were frozen with a file: they make it longer than a kilobyte, and it is written whole.
	{"POST /api/enrolments/{id}/acceptance", "", budget{4, 1, 4, 10, 0}, accept},
	{"GET /api/enrolments/{id}/export", "", budget{6, 0, 6, 0, 0}, onFile("/export", "")},
	{"DELETE /api/enrolments/{id}", "nobody waits", budget{5, 1, 5, 12, 0}, erase},
	{"POST /api/enrolments/{id}/unsubscription/{token}", "", budget{2, 1, 2, 3, 0}, unsubscribe},
	{"GET /api/enrolments/{id}/unsubscription/{token}", "", budget{2, 0, 2, 0, 0}, unsubscribe},
	{"GET /api/enrolments/{id}/documents/{kind}", "devis", budget{4, 0, 4, 0, 1}, onFile("/documents/devis", "")},
	{"GET /api/enrolments/{id}/documents/{kind}", "programme", budget{4, 0, 4, 0, 1}, onFile("/documents/programme", "")},
	{"GET /api/enrolments/{id}/documents/{kind}", "convention", budget{4, 0, 4, 0, 1}, onFile("/documents/convention", "")},
	{"GET /api/enrolments/{id}/documents/{kind}", "contrat", budget{4, 0, 4, 0, 1}, contrat},
	{"GET /api/enrolments/{id}/documents/{kind}", "convocation", budget{4, 0, 4, 0, 1}, onFile("/documents/convocation", "")},
	{"GET /api/enrolments/{id}/documents/{kind}", "demande-maire", budget{4, 0, 4, 0, 1}, onFile("/documents/demande-maire", "")},
	{"GET /api/enrolments/{id}/documents/{kind}", "demande-employeur", budget{4, 0, 4, 0, 1}, onFile("/documents/demande-employeur", "")},
	{"GET /api/enrolments/{id}/papers", "", budget{2, 0, 2, 0, 0}, authorityPapers},
	{"PUT /api/enrolments/{id}/answer", "", budget{4, 1, 4, 12, 1}, byContact("/answer", `{"given":"accord"}`)},
	{"PUT /api/enrolments/{id}/billing", "", budget{4, 1, 4, 12, 1}, byContact("/billing", `{"known":true,"siret":"21440109300015","address":"Nantes"}`)},
	{"PUT /api/enrolments/{id}/convention", "", budget{4, 1, 4, 12, 1}, byContact("/convention", "")},
	{"POST /api/enrolments/{id}/scans", "two pages", budget{2, 0, 2, 0, 1}, offerScan},
	// One write more than the convention declared alone: what is to leave the bucket is noted before it is there.
	{"PUT /api/enrolments/{id}/scans/{scan}", "two pages", budget{4, 2, 4, 13, 1}, takeScan},
	{"PUT /api/enrolments/{id}/scans/{scan}", "the same again", budget{2, 0, 2, 0, 1}, takeScanAgain},
	{"GET /api/enrolments/{id}/convention", "", budget{4, 0, 4, 0, 1}, byContact("/convention", "")},
	{"PUT /api/enrolments/{id}/signature", "", budget{4, 1, 4, 28, 1}, signOnline}, // the text that is signed is kept whole
	{"DELETE /api/enrolments/{id}/signature", "", budget{4, 0, 4, 0, 1}, byContact("/signature", "")},
	{"PUT /api/enrolments/{id}/handover", "", budget{4, 1, 4, 12, 4}, byContact("/handover", `{"name":"Inès Faure","email":"finances@mairie.example"}`)},
	{"PUT /api/enrolments/{id}/silence", "", budget{4, 1, 4, 6, 1}, byContact("/silence", "")},
	{"DELETE /api/enrolments/{id}/silence", "", budget{4, 0, 4, 0, 1}, byContact("/silence", "")},
	{"DELETE /api/enrolments/{id}/answer", "", budget{4, 0, 4, 0, 1}, byContact("/answer", "")},
	{"DELETE /api/enrolments/{id}/billing", "", budget{4, 0, 4, 0, 1}, byContact("/billing", "")},
	{"DELETE /api/enrolments/{id}/convention", "", budget{4, 0, 4, 0, 1}, byContact("/convention", "")},
	{"GET /api/enrolments/{id}/calendar.ics", "", budget{3, 0, 3, 0, 0}, onFile("/calendar.ics", "")},
	{"POST /api/groups", "four people, seats left", budget{2, 1, 6, 62, 16}, enrolGroup}, // each counter names its share of unproved seats; a member is a little over a kilobyte
}

// cost is what one request of a route used.
type cost struct{ act, limits dynamotest.Bill }

// measureRoute sends one request of a route.
func (h *house) measureRoute(ctx context.Context, r route) (cost, error) {
	q, err := r.ask(ctx, h)
	if err != nil {
		return cost{}, fmt.Errorf("before %s, %s: %w", r.pattern, r.when, err)
	}
	h.acts.Take()
	h.limits.Take()
	method, _, _ := strings.Cut(r.pattern, " ")
	_, err = h.ask(method, q)
	return cost{h.acts.Take(), h.limits.Take()}, err
}

func writeRoutes(ctx context.Context, out io.Writer) error {
	cfg := table.New()
	h, err := openHouse(ctx, cfg, ".")
	if err != nil {
		return err
	}
	fmt.Fprint(out, "## Routes: calls and units of one request\n\n"+
		"Through the real handlers, router and abuse limits included. `go test ./infra/bench/seats` holds each route to its budget\n"+
		"(routes.go). The last column is the abuse limits' own part, which comes on top: one call reads the windows of\n"+
		"all counts, then each is raised.\n\n"+
		"| route | | reads | writes | read units | write units | abuse limits |\n|---|---|---:|---:|---:|---:|---|\n")
	for _, r := range routes {
		c, err := h.measureRoute(ctx, r)
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "| `%s` | %s | %d | %d | %g | %g | %s |\n", r.pattern, r.when, c.act.Reads().Calls, c.act.Writes().Calls,
			c.act.Total().ReadUnits, c.act.Total().WriteUnits, onTop(c.limits.Total()))
	}
	fmt.Fprintln(out)
	return table.Drop(ctx, cfg)
}

func onTop(s dynamotest.Spent) string {
	if s.Calls == 0 {
		return ""
	}
	return fmt.Sprintf("+ %d calls, %g read units, %g write units", s.Calls, s.ReadUnits, s.WriteUnits)
}

func plain(path string) func(context.Context, *house) (question, error) {
	return func(context.Context, *house) (question, error) { return question{path: path, want: http.StatusOK}, nil }
}

func showSession(ctx context.Context, h *house) (question, error) {
	id, err := h.session(ctx, 12)
	return question{path: "/api/sessions/" + id, want: http.StatusOK}, err
}

func programme(ctx context.Context, h *house) (question, error) {
	q, err := showSession(ctx, h)
	q.path += "/programme.pdf"
	return q, err
}

func enrolSeated(ctx context.Context, h *house) (question, error) {
	id, err := h.session(ctx, 12)
	return h.newcomer(id, enrolment.Collectivite), err
}

func enrolGroup(ctx context.Context, h *house) (question, error) {
	id, err := h.session(ctx, 12)
	h.people++
	people := make([]string, 0, 4)
	for i := range 4 {
		people = append(people, fmt.Sprintf(`{"title":"Madame","firstName":"Maëlys","lastName":"Kerouédan","email":"elue%d-%d@plougastel.example","mandate":"adjoint"}`, h.people, i))
	}
	body := fmt.Sprintf(`{"sessionId":%q,"authority":"Commune de Plougastel","contact":{"name":"Gwenola Abgrall","email":"dgs@plougastel.example"},"consent":true,"people":[%s]}`,
		id, strings.Join(people, ","))
	return question{path: "/api/groups", body: body, key: fmt.Sprintf("00000000-0000-4000-8000-%012d", h.people), want: http.StatusCreated}, err
}

func enrolWithContact(ctx context.Context, h *house) (question, error) {
	q, err := enrolSeated(ctx, h)
	q.body = strings.TrimSuffix(q.body, "}") + `,"authorityContact":{"name":"Gwenola Abgrall","email":"dgs@plougastel.example"}}`
	return q, err
}

func enrolFull(ctx context.Context, h *house) (question, error) {
	id, _, err := h.full(ctx)
	return h.newcomer(id, enrolment.Collectivite), err
}

func enrolBehind(ctx context.Context, h *house) (question, error) {
	id, _, _, err := h.line(ctx, 1)
	return h.newcomer(id, enrolment.Collectivite), err
}

func enrolAgain(ctx context.Context, h *house) (question, error) {
	q, err := enrolSeated(ctx, h)
	if err == nil {
		_, err = h.enrol(q)
	}
	return q, err
}

func enrolTwice(ctx context.Context, h *house) (question, error) {
	q, err := enrolAgain(ctx, h)
	h.people++
	q.key = fmt.Sprintf("00000000-0000-4000-8000-%012d", h.people)
	return q, err
}

// full is a session whose only seat is taken.
func (h *house) full(ctx context.Context) (session string, holder file, err error) {
	if session, err = h.session(ctx, 1); err != nil {
		return "", file{}, err
	}
	holder, err = h.proved(ctx, h.newcomer(session, enrolment.Collectivite))
	return session, holder, err
}

// line is a session whose only seat is taken, and people who wait for it: the first of them.
func (h *house) line(ctx context.Context, waiting int) (session string, holder, first file, err error) {
	if session, holder, err = h.full(ctx); err != nil {
		return "", holder, first, err
	}
	for i := range waiting {
		f, err := h.proved(ctx, h.newcomer(session, enrolment.Collectivite))
		if err != nil {
			return "", holder, first, err
		}
		if i == 0 {
			first = f
		}
	}
	return session, holder, first, nil
}

func (h *house) seated(ctx context.Context, mode enrolment.Mode) (file, error) {
	session, err := h.session(ctx, 12)
	if err != nil {
		return file{}, err
	}
	return h.proved(ctx, h.newcomer(session, mode))
}

// proved enrols somebody who then opens the file from their mail.
func (h *house) proved(ctx context.Context, q question) (file, error) {
	f, err := h.enrol(q)
	if err == nil {
		_, err = h.Desk.Prove(ctx, f.id)
	}
	return f, err
}

func onMail(ctx context.Context, h *house) (question, error) {
	q, err := enrolSeated(ctx, h)
	if err != nil {
		return q, err
	}
	f, err := h.enrol(q)
	f.token = h.Links.Keys.Token(link.Mailed, f.id, 0)
	return f.on("", ""), err
}

func links(ctx context.Context, h *house) (question, error) {
	_, err := h.seated(ctx, enrolment.Collectivite)
	return asksForLinks(fmt.Sprintf("elue%d@plougastel.example", h.people)), err
}

func strangersLinks(context.Context, *house) (question, error) {
	return asksForLinks("inconnue@plougastel.example"), nil
}

func asksForLinks(email string) question {
	return question{path: "/api/links", body: fmt.Sprintf(`{"email":%q}`, email), want: http.StatusAccepted}
}

func onFile(path, body string) func(context.Context, *house) (question, error) {
	return func(ctx context.Context, h *house) (question, error) {
		f, err := h.seated(ctx, enrolment.Collectivite)
		return f.on(path, body), err
	}
}

// opine is by somebody who attended, as the closing of the session recorded it.
func opine(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Collectivite)
	if err != nil {
		return question{}, err
	}
	before, err := h.Store.File(ctx, f.id)
	after := before
	after.Status, after.Version = enrolment.Attended, before.Version+1
	after.Attendance = &enrolment.Attendance{ClosedAt: h.Now(), Sittings: []enrolment.Sitting{{Planned: 180, Minutes: 180, Presence: enrolment.Present}}}
	if err == nil {
		err = h.Store.Commit(ctx, enrolment.Act{At: h.Now(), Moves: []enrolment.Move{{Before: before, After: after, Reason: "attendance recorded"}}})
	}
	return f.on("/opinion", `{"answers":[4,4,4,4,4]}`), err
}

func onWaiting(path, body string) func(context.Context, *house) (question, error) {
	return func(ctx context.Context, h *house) (question, error) {
		_, _, f, err := h.line(ctx, 1)
		return f.on(path, body), err
	}
}

func untick(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Collectivite)
	if err == nil {
		_, err = h.ask(http.MethodPut, f.on("/steps/demande", ""))
	}
	return f.on("/steps/demande", ""), err
}

func changeSession(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Collectivite)
	if err != nil {
		return question{}, err
	}
	other, err := h.session(ctx, 12)
	return f.on("/session", fmt.Sprintf(`{"sessionId":%q}`, other)), err
}

func changeEmail(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Personnel)
	return f.on("/email", `{"email":"neuve@plougastel.example"}`), err
}

func confirmEmail(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Personnel)
	if err == nil {
		_, err = h.ask(http.MethodPut, f.on("/email", `{"email":"neuve@plougastel.example"}`))
	}
	q := f.on("/email", "")
	q.bearer = h.Links.Keys.Token(link.NewAddress, f.id+"\nneuve@plougastel.example", 0)
	return q, err
}

func cancelAhead(waiting int) func(context.Context, *house) (question, error) {
	return func(ctx context.Context, h *house) (question, error) {
		_, holder, _, err := h.line(ctx, waiting)
		return holder.on("/cancellation", ""), err
	}
}

func accept(ctx context.Context, h *house) (question, error) {
	_, holder, waits, err := h.line(ctx, 1)
	if err == nil {
		_, err = h.ask(http.MethodPost, holder.on("/cancellation", ""))
	}
	return waits.on("/acceptance", ""), err
}

func erase(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Collectivite)
	q := f.on("", "")
	q.want = http.StatusNoContent
	return q, err
}

func contrat(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Personnel)
	return f.on("/documents/contrat", ""), err
}

func withdraw(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Personnel)
	if err == nil {
		_, err = h.ask(http.MethodPut, f.on("/steps/contrat", ""))
	}
	return f.on("/withdrawal", ""), err
}

func unsubscribe(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Collectivite)
	return f.on("/unsubscription/"+h.Links.Keys.Token(link.Unsubscribe, f.id, 0), ""), err
}

func authorityPapers(ctx context.Context, h *house) (question, error) {
	f, err := h.seated(ctx, enrolment.Collectivite)
	q := f.on("/papers", "")
	q.bearer = h.Links.Keys.Token(link.Authority, f.id, 0)
	return q, err
}

// byContact is an act of the contact at the collectivité; one that is taken back before it was made writes nothing.
func byContact(path, body string) func(context.Context, *house) (question, error) {
	return func(ctx context.Context, h *house) (question, error) {
		f, err := h.seated(ctx, enrolment.Collectivite)
		q := f.on(path, body)
		q.bearer = h.Links.Keys.Token(link.Authority, f.id, 0)
		return q, err
	}
}

// signOnline signs the convention as it was shown.
func signOnline(ctx context.Context, h *house) (question, error) {
	q, err := byContact("/convention", "")(ctx, h)
	if err != nil {
		return q, err
	}
	raw, err := h.ask(http.MethodGet, q)
	if err != nil {
		return q, err
	}
	var shown struct{ Text, Seal string }
	if err := json.Unmarshal(raw, &shown); err != nil {
		return q, err
	}
	body, err := json.Marshal(map[string]any{"text": shown.Text, "seal": shown.Seal, "name": "Paul Martin", "function": "maire", "right": "executif", "agreed": true})
	q.path, q.body = strings.TrimSuffix(q.path, "/convention")+"/signature", string(body)
	return q, err
}
