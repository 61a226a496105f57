package staffapi

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

// days reads from and to, whole Paris days; to is the end of its day.
func (a api) days(r *http.Request, from, to time.Time) (time.Time, time.Time, error) {
	faults := web.Fields{}
	for name, into := range map[string]*time.Time{"from": &from, "to": &to} {
		if v := r.URL.Query().Get(name); v != "" {
			day, err := time.ParseInLocation(time.DateOnly, v, guide.Paris)
			if err != nil {
				faults[name] = "Donnez un jour, comme 2027-03-10."
				continue
			}
			if *into = day; name == "to" {
				*into = day.AddDate(0, 0, 1).Add(-time.Millisecond)
			}
		}
	}
	return from, to, faults.Err()
}

// yearDays reads the same; this year's, in Paris, when none is given.
func (a api) yearDays(r *http.Request) (from, to time.Time, err error) {
	year := a.Now().In(guide.Paris).Year()
	return a.days(r, time.Date(year, 1, 1, 0, 0, 0, 0, guide.Paris), time.Date(year+1, 1, 1, 0, 0, 0, 0, guide.Paris).Add(-time.Millisecond))
}

// dutiesPage is how many duties a page shows.
const dutiesPage = 50

func (a api) duties(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	until := a.Now().AddDate(1, 0, 0)
	if v := r.URL.Query().Get("until"); v != "" {
		day, err := time.ParseInLocation(time.DateOnly, v, guide.Paris)
		if err != nil {
			return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"until": "Donnez un jour, comme 2027-03-10."}}
		}
		until = day.AddDate(0, 0, 1)
	}
	kind := enrolment.DutyKind(r.URL.Query().Get("kind"))
	files, next, err := a.Store.Duties(r.Context(), until, r.URL.Query().Get("cursor"), dutiesPage)
	if err != nil {
		return err
	}
	sessions, err := a.sessionsOf(r.Context(), files)
	if err != nil {
		return err
	}
	listed, counts, rooms := []dutyView{}, map[enrolment.DutyKind]int{}, map[string]int{}
	if r.URL.Query().Get("cursor") == "" {
		few, err := a.few(r.Context(), until)
		if err != nil {
			return err
		}
		for _, v := range few {
			if counts[v.Kind]++; kind == "" || kind == v.Kind {
				listed = append(listed, v)
			}
		}
	}
	for _, e := range files {
		s := sessions[e.SessionID]
		if len(s.HalfDays) == 0 {
			continue
		}
		d, _ := a.Duties.Plan(e, s, a.Now()) // as it is now: what was planned may be settled since
		if d.Kind == "" {
			continue
		}
		if d.Kind == enrolment.DutyAttendance { // one sheet for all of a session
			if rooms[e.SessionID]++; rooms[e.SessionID] > 1 {
				continue
			}
		}
		counts[d.Kind]++
		if kind == "" || kind == d.Kind {
			listed = append(listed, a.dutyLine(e, s, d))
		}
	}
	for i, v := range listed {
		if v.Kind == enrolment.DutyAttendance {
			listed[i].Text = "Relever les présences, puis clore la session" + web.French(" : ") + guide.Count(rooms[v.Session.ID], "personne", "personnes") + "."
		}
	}
	slices.SortStableFunc(listed, func(x, y dutyView) int { return x.Due.Compare(y.Due) })
	return page(w, "duties", listed, next, "counts", counts)
}

// dutyLine is a duty in the list, with its file; the sheet of a session is nobody's own.
func (a api) dutyLine(e enrolment.Enrolment, s enrolment.Session, d enrolment.Duty) dutyView {
	v := a.duty(e, s, d)
	if d.Kind == enrolment.DutyAttendance {
		v.ID, v.Postponable = "session:"+s.ID, false
		return v
	}
	line := a.entry(e, s)
	v.File = &line
	return v
}

// page answers a list and its next cursor.
func page(w http.ResponseWriter, name string, list any, next string, more ...any) error {
	body := map[string]any{name: list}
	if next != "" {
		body["next"] = next
	}
	for i := 0; i+1 < len(more); i += 2 {
		body[more[i].(string)] = more[i+1]
	}
	return ok(w, body)
}

// summary counts the people of a session by where their funding is. It is counted again at each look, so that it cannot drift.
type summary struct {
	Settled     int `json:"settled"`
	Declared    int `json:"declared"`
	Todo        int `json:"todo"`
	Offered     int `json:"offered"`
	Waiting     int `json:"waiting"`
	Unreachable int `json:"unreachable"`
}

func (s *summary) add(e enrolment.Enrolment) {
	if e.Unreachable {
		s.Unreachable++
	}
	switch {
	case e.Status == enrolment.Waiting:
		s.Waiting += one(e.Queues())
	case e.Status == enrolment.Offered:
		s.Offered++
	case !e.Status.HoldsSeat():
	case e.FundingState() == enrolment.FundingSettled:
		s.Settled++
	case e.FundingState() == enrolment.FundingDeclared:
		s.Declared++
	default:
		s.Todo++
	}
}

func one(b bool) int {
	if b {
		return 1
	}
	return 0
}

type sessionView struct {
	ID       string                  `json:"id"`
	Title    string                  `json:"title"`
	Start    time.Time               `json:"start"`
	End      time.Time               `json:"end"`
	Place    string                  `json:"place"`
	Remote   bool                    `json:"remote"`
	Status   enrolment.SessionStatus `json:"status"`
	Closed   bool                    `json:"closed"`
	Capacity int                     `json:"capacity"`
	Minimum  int                     `json:"minimum"`
	Taken    int                     `json:"taken"`
	Waiting  int                     `json:"waiting"`
	Summary  summary                 `json:"summary"`
}

func (a api) session(s enrolment.Session, sum summary) sessionView {
	return sessionView{s.ID, s.Formation.Title, s.Start().UTC(), s.End().UTC(), s.Place, s.Remote, s.Status, s.Closed(a.Now()), s.Capacity, s.Minimum, s.Taken, s.Waiting, sum}
}

// sessionsPage is how many sessions a page shows: each is counted.
const sessionsPage = 20

func (a api) sessions(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	from, to, err := a.days(r, a.Now().AddDate(0, 0, -30), a.Now().AddDate(3, 0, 0))
	if err != nil {
		return err
	}
	all, next, err := a.Store.SessionsBetween(r.Context(), from, to, r.URL.Query().Get("cursor"), sessionsPage)
	if err != nil {
		return err
	}
	views, faults := make([]sessionView, len(all)), make([]error, len(all))
	var counted sync.WaitGroup
	for i, s := range all {
		counted.Go(func() {
			var sum summary
			faults[i] = a.eachOf(r.Context(), s.ID, func(e enrolment.Enrolment) { sum.add(e) })
			views[i] = a.session(s, sum)
		})
	}
	counted.Wait()
	if err := cmp.Or(faults...); err != nil {
		return err
	}
	return page(w, "sessions", views, next)
}

// eachOf goes through the live files of a session.
func (a api) eachOf(ctx context.Context, id string, do func(enrolment.Enrolment)) error {
	for cursor, first := "", true; first || cursor != ""; first = false {
		files, next, err := a.Store.FilesOfSession(ctx, id, cursor)
		if err != nil {
			return err
		}
		for _, e := range files {
			do(e)
		}
		cursor = next
	}
	return nil
}

type queueView struct {
	Position int   `json:"position"`
	File     entry `json:"file"`
}

type historyView struct {
	At     time.Time `json:"at"`
	Event  string    `json:"event"`
	Label  string    `json:"eventLabel"`
	Reason string    `json:"reason"`
	FileID string    `json:"fileId"`
	Ticket int64     `json:"ticket"`
}

var queueLabels = map[string]string{
	enrolment.QueueJoined: "Entrée dans la file", enrolment.QueueOffered: "Place proposée", enrolment.QueueTaken: "Place prise", enrolment.QueueDeclined: "Place refusée",
	enrolment.QueueExpired: "Offre expirée", enrolment.QueueLeft: "Sortie de la file",
}

func (a api) showSession(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	ctx := r.Context()
	s, err := a.Store.Session(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	var (
		sum     summary
		waiting []enrolment.Enrolment
		people  = []entry{}
	)
	if err := a.eachOf(ctx, s.ID, func(e enrolment.Enrolment) {
		sum.add(e)
		line := a.entry(e, s)
		line.Needs = e.Needs != "" && who.Role == enrolment.RoleGestion
		people = append(people, line)
		if e.Queues() {
			waiting = append(waiting, e)
		}
	}); err != nil {
		return err
	}
	slices.SortFunc(people, func(x, y entry) int { return cmp.Compare(x.Name, y.Name) })
	slices.SortFunc(waiting, func(x, y enrolment.Enrolment) int { return cmp.Compare(x.Ticket, y.Ticket) })
	line := []queueView{}
	for i, e := range waiting {
		line = append(line, queueView{i + 1, a.entry(e, s)})
	}
	past, err := a.Store.History(ctx, s.ID)
	if err != nil {
		return err
	}
	history := []historyView{}
	for _, h := range past {
		history = append(history, historyView{h.At.UTC(), h.Event, queueLabels[h.Event], h.Reason, h.FileID, h.Ticket})
	}
	said, err := a.circulars(ctx, s.ID)
	if err != nil {
		return err
	}
	type halfDay struct {
		Start time.Time `json:"start"`
		End   time.Time `json:"end"`
	}
	var sittings []halfDay
	for _, h := range s.HalfDays {
		sittings = append(sittings, halfDay{h.Start.UTC(), h.End.UTC()})
	}
	return ok(w, struct {
		sessionView
		HalfDays []halfDay      `json:"halfDays"`
		Address  string         `json:"address"`
		People   []entry        `json:"people"`
		Queue    []queueView    `json:"queue"`
		History  []historyView  `json:"history"`
		Messages []circularView `json:"messages"`
	}{a.session(s, sum), sittings, s.Address, people, line, history, said})
}

type auditView struct {
	At      time.Time      `json:"at"`
	Who     string         `json:"who"`
	Role    enrolment.Role `json:"role"`
	Act     string         `json:"act"`
	Label   string         `json:"actLabel"`
	File    string         `json:"file,omitempty"`
	Reason  string         `json:"reason,omitempty"`
	Changes []changeView   `json:"changes"`
}

func (a api) audit(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	from, to, err := a.days(r, a.Now().AddDate(0, -1, 0), a.Now())
	if err != nil {
		return err
	}
	deeds, next, err := a.Store.Audit(r.Context(), from, to, r.URL.Query().Get("cursor"))
	if err != nil {
		return err
	}
	lines := []auditView{}
	for _, d := range deeds {
		lines = append(lines, auditView{d.At.UTC(), d.Actor.Name, d.Actor.Role, d.Act, cmp.Or(actLabels[d.Act], d.Act), d.FileID, d.Reason, a.changes(d.Changes)})
	}
	return page(w, "lines", lines, next)
}
