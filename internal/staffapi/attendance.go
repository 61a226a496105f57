package staffapi

import (
	"cmp"
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/web"
)

// Room keeps what is marked in the room of a session.
type Room interface {
	Attendance(ctx context.Context, sessionID string) ([]enrolment.PresenceMark, []enrolment.Arrival, error)
	// MarkPresence writes a mark unless a later tap stands; it gives what stands, and whether it is this mark.
	MarkPresence(ctx context.Context, sessionID string, m enrolment.PresenceMark) (stands enrolment.PresenceMark, kept bool, err error)
	Arrive(ctx context.Context, sessionID string, a enrolment.Arrival) error
}

type markView struct {
	Presence enrolment.Presence `json:"presence"`
	Minutes  int                `json:"minutes,omitempty"`
	At       time.Time          `json:"at"`
	By       string             `json:"by"`
}

func viewOf(m enrolment.PresenceMark) markView {
	return markView{m.Presence, m.Minutes, m.At.UTC(), m.By}
}

type halfDayView struct {
	Key     string    `json:"key"`
	Start   time.Time `json:"start"`
	End     time.Time `json:"end"`
	Label   string    `json:"label"`
	Minutes int       `json:"minutes"`
}

type attendeeView struct {
	ID         string              `json:"id"`
	Name       string              `json:"name"`
	Unexpected bool                `json:"unexpected,omitempty"`
	Arrival    string              `json:"arrival,omitempty"` // how the tablet that enrolled them knows them
	Noted      *notedView          `json:"noted,omitempty"`   // of somebody unexpected, to the team only
	Marks      map[string]markView `json:"marks"`             // by key of the half-day
	Recorded   *recordView         `json:"recorded,omitempty"`
	Codes      []string            `json:"codes,omitempty"` // digests of the code on their convocation: no code can be made of them
}

// recordView is what closing the session recorded.
type recordView struct {
	Minutes int       `json:"minutes"`
	Planned int       `json:"planned"`
	At      time.Time `json:"at"`
}

// sheetView is the sheet of a session: names, half-days and marks, and nothing else of anybody.
type sheetView struct {
	Session  sessionRef     `json:"session"`
	Place    string         `json:"place"`
	HalfDays []halfDayView  `json:"halfDays"`
	People   []attendeeView `json:"people"`
	Missing  int            `json:"missing"` // half-days of people without a mark
	Over     bool           `json:"over"`    // the session is: it can be closed
	Closed   bool           `json:"closed"`  // every person's hours are recorded
	Now      time.Time      `json:"now"`     // by the server's clock
	// Trainer is the link to hand to whoever teaches, to one of the role gestion only.
	Trainer *trainerView `json:"trainer,omitempty"`
}

type trainerView struct {
	URL   string    `json:"url"`
	From  time.Time `json:"from"`
	Until time.Time `json:"until"`
}

// sheetOpens is when the trainer's link opens the sheet: from the day before to two days after, whole days in Paris.
func sheetOpens(s enrolment.Session) (from, until time.Time) {
	first, last := s.Start().In(guide.Paris), s.End().In(guide.Paris)
	return time.Date(first.Year(), first.Month(), first.Day()-1, 0, 0, 0, 0, guide.Paris),
		time.Date(last.Year(), last.Month(), last.Day()+3, 0, 0, 0, 0, guide.Paris)
}

// trained lets the trainer's link of the session through, in its days. A wrong link is unauthorized whether or not the session exists.
func (a api) trained(do func(w http.ResponseWriter, r *http.Request, s enrolment.Session, by string) error) web.Action {
	return func(w http.ResponseWriter, r *http.Request) error {
		scheme, token, _ := strings.Cut(r.Header.Get("Authorization"), " ")
		id := r.PathValue("id")
		revision, err := a.Store.TrainerRevision(r.Context(), id)
		if err != nil {
			return err
		}
		scope, opened := a.Links.Keys.Open(strings.TrimSpace(token), id, revision)
		if !strings.EqualFold(scheme, "Bearer") || !opened || scope != link.Trainer {
			return &enrolment.Error{Kind: enrolment.KindUnauthorized, Detail: "Ce lien n’ouvre pas la feuille de présence. Demandez-le de nouveau à l’organisme."}
		}
		s, err := a.Store.Session(r.Context(), id)
		if err != nil {
			return err
		}
		switch from, until := sheetOpens(s); {
		case s.Status == enrolment.SessionCancelled:
			return enrolment.Refuse(enrolment.KindConflict, "Cette session est annulée.")
		case a.Now().Before(from):
			return enrolment.Refuse(enrolment.KindConflict, "La feuille de présence s’ouvre la veille de la session, "+guide.Day(from)+".")
		case !a.Now().Before(until):
			return enrolment.Refuse(enrolment.KindConflict, "La feuille de présence est close depuis "+guide.Day(until)+". Appelez l’organisme pour une correction.")
		}
		return do(w, r, s, "trainer")
	}
}

// byTeam gives the session of the path to one of the team.
func (a api) byTeam(do func(w http.ResponseWriter, r *http.Request, s enrolment.Session, by string) error) action {
	return func(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
		s, err := a.Store.Session(r.Context(), r.PathValue("id"))
		if err != nil {
			return err
		}
		return do(w, r, s, who.Name)
	}
}

func (a api) sheet(w http.ResponseWriter, r *http.Request, s enrolment.Session, _ string) error {
	v, _, err := a.sheetOf(r.Context(), s)
	if err != nil {
		return err
	}
	return ok(w, v)
}

func (a api) teamSheet(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	s, err := a.Store.Session(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	v, came, err := a.sheetOf(r.Context(), s)
	if err != nil {
		return err
	}
	for i, p := range v.People {
		if j := slices.IndexFunc(came, func(c enrolment.Arrival) bool { return c.ID == p.ID }); p.Unexpected && j >= 0 {
			v.People[i].Noted = notedOf(came[j])
		}
	}
	if who.Role == enrolment.RoleGestion {
		from, until := sheetOpens(s)
		revision, err := a.Store.TrainerRevision(r.Context(), s.ID)
		if err != nil {
			return err
		}
		v.Trainer = &trainerView{a.Links.Sheet(s.ID, revision), from.UTC(), until.UTC()}
	}
	return ok(w, v)
}

// revokeTrainer makes the trainer's link stop, and answers the sheet with a new one.
func (a api) revokeTrainer(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q reasoned
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	reason, err := why(q.Reason, true)
	if err != nil {
		return err
	}
	s, err := a.Store.Session(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	deed := enrolment.Deed{At: a.Now().UTC(), Actor: who, Act: "trainer", Reason: reason, Changes: []enrolment.Change{{Field: "session", After: s.ID}}}
	if err := a.Store.RevokeTrainer(r.Context(), s.ID, deed); err != nil {
		return err
	}
	return a.teamSheet(w, r, who)
}

// attendees gives the files on the sheet of a session, by name.
func (a api) attendees(ctx context.Context, sessionID string) (all []enrolment.Enrolment, err error) {
	err = a.eachOf(ctx, sessionID, func(e enrolment.Enrolment) {
		if e.Attendee() {
			all = append(all, e)
		}
	})
	slices.SortFunc(all, func(x, y enrolment.Enrolment) int {
		return cmp.Or(cmp.Compare(x.Person.LastName, y.Person.LastName), cmp.Compare(x.Person.FirstName, y.Person.FirstName), cmp.Compare(x.ID, y.ID))
	})
	return all, err
}

func (a api) sheetOf(ctx context.Context, s enrolment.Session) (v sheetView, came []enrolment.Arrival, err error) {
	files, err := a.attendees(ctx, s.ID)
	if err != nil {
		return v, nil, err
	}
	marks, came, err := a.Store.Attendance(ctx, s.ID)
	if err != nil {
		return v, nil, err
	}
	now := a.Now()
	v = sheetView{
		Session: sessionRef{s.ID, s.Formation.Title, s.Start().UTC()}, Place: s.Place, People: []attendeeView{},
		Over: !now.Before(s.End()), Closed: len(files) > 0, Now: now.UTC(),
	}
	for _, h := range s.HalfDays {
		v.HalfDays = append(v.HalfDays, halfDayView{enrolment.HalfDayKey(h.Start), h.Start.UTC(), h.End.UTC(), guide.Day(h.Start) + ", " + span(h), h.Minutes()})
	}
	marked := map[string]map[string]markView{}
	for _, m := range marks {
		if marked[m.FileID] == nil {
			marked[m.FileID] = map[string]markView{}
		}
		marked[m.FileID][enrolment.HalfDayKey(m.HalfDay)] = viewOf(m)
	}
	for _, e := range files {
		p := attendeeView{ID: e.ID, Name: e.Person.FullName(), Marks: marked[e.ID]}
		if !s.Remote {
			p.Codes = a.Links.Keys.PresenceDigests(s.ID, e.ID)
		}
		_, missing := s.AttendanceOf(e.ID, marks, now)
		v.Missing += missing
		if e.Attendance == nil {
			v.Closed = false
		} else {
			p.Recorded = &recordView{e.Attendance.Minutes(), e.Attendance.Planned(), e.Attendance.ClosedAt.UTC()}
		}
		v.People = append(v.People, p)
	}
	for _, c := range came {
		if c.FileID == "" {
			v.People = append(v.People, attendeeView{ID: c.ID, Name: c.Name, Unexpected: true, Marks: marked[c.ID]})
		} else if i := slices.IndexFunc(v.People, func(p attendeeView) bool { return p.ID == c.FileID }); i >= 0 {
			v.People[i].Arrival = c.ID
		}
	}
	for i := range v.People {
		if v.People[i].Marks == nil {
			v.People[i].Marks = map[string]markView{}
		}
	}
	return v, came, nil
}

// span is "9 h – 12 h 30".
func span(h enrolment.HalfDay) string { return guide.Hour(h.Start) + " – " + guide.Hour(h.End) }

// clockDrift is how far ahead a tablet's clock may be before its own time is not believed.
const clockDrift = 5 * time.Minute

// mark writes one tap: present, absent, excused, or nothing to take it back.
func (a api) mark(w http.ResponseWriter, r *http.Request, s enrolment.Session, by string) error {
	var q struct {
		Presence string    `json:"presence"`
		Minutes  int       `json:"minutes"`
		At       time.Time `json:"at"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	half, known := s.HalfDayOf(r.PathValue("halfDay"))
	if !known {
		return enrolment.Refuse(enrolment.KindNotFound, "Cette demi-journée n’est pas, ou plus, dans la session. Rechargez la feuille.")
	}
	faults := web.Fields{}
	presence, valid := enrolment.ParsePresence(q.Presence)
	if !valid {
		faults["presence"] = "Choisissez présent, absent ou excusé."
	}
	if q.Minutes < 0 || q.Minutes > half.Minutes() || q.Minutes > 0 && presence != enrolment.Present {
		faults["minutes"] = fmt.Sprintf("Donnez une durée de présence entre 1 et %d minutes.", half.Minutes())
	}
	if err := faults.Err(); err != nil {
		return err
	}
	if now := a.Now(); q.At.IsZero() || q.At.After(now.Add(clockDrift)) {
		q.At = now
	}
	id := r.PathValue("file")
	if err := a.onSheet(r.Context(), s, id); err != nil {
		return err
	}
	stands, kept, err := a.Store.MarkPresence(r.Context(), s.ID, enrolment.PresenceMark{
		FileID: id, HalfDay: half.Start, Presence: presence, Minutes: q.Minutes, At: q.At.UTC().Truncate(time.Millisecond), By: by,
	})
	if err != nil {
		return err
	}
	return ok(w, map[string]any{"mark": viewOf(stands), "kept": kept})
}

// onSheet refuses a mark for somebody who is not on the sheet of this session.
func (a api) onSheet(ctx context.Context, s enrolment.Session, id string) error {
	gone := enrolment.Refuse(enrolment.KindNotFound, "Cette personne n’est plus sur la feuille : elle a rendu sa place, ou changé de session.")
	if strings.HasPrefix(id, enrolment.ArrivalPrefix) {
		_, came, err := a.Store.Attendance(ctx, s.ID)
		if err == nil && !slices.ContainsFunc(came, func(c enrolment.Arrival) bool { return c.ID == id }) {
			return gone
		}
		return err
	}
	files, err := a.Store.Files(ctx, []string{id})
	if err == nil && (len(files) == 0 || files[0].SessionID != s.ID || !files[0].Attendee()) {
		return gone
	}
	return err
}

// closeSession records what each person attended. Half-days without a mark are refused unless the request says that they count as absent.
// Closing again after a correction records what has changed; a request cut short is sent again without harm.
func (a api) closeSession(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Unmarked string `json:"unmarked"` // "absent", or nothing to be refused
		Unlisted string `json:"unlisted"` // "leave", or nothing to be refused
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	ctx := r.Context()
	s, err := a.Store.Session(ctx, r.PathValue("id"))
	if err != nil {
		return err
	}
	if s.Status == enrolment.SessionCancelled {
		return enrolment.Refuse(enrolment.KindConflict, "Cette session est annulée : il n’y a rien à relever.")
	}
	if a.Now().Before(s.End()) {
		return enrolment.Refuse(enrolment.KindConflict, "La session n’est pas terminée : la présence se clôt après la dernière demi-journée.")
	}
	files, err := a.attendees(ctx, s.ID)
	if err != nil {
		return err
	}
	marks, came, err := a.Store.Attendance(ctx, s.ID)
	if err != nil {
		return err
	}
	if n := unlisted(came); n > 0 && q.Unlisted != "leave" {
		return enrolment.Refuse(enrolment.KindConflict, guide.Count(n, "personne venue n’est pas inscrite", "personnes venues ne sont pas inscrites")+". Inscrivez-les, ou dites qu’elles ne le seront pas.")
	}
	records, unmarked := map[string]enrolment.Attendance{}, 0
	for _, e := range files {
		record, missing := s.AttendanceOf(e.ID, marks, a.Now())
		records[e.ID] = record
		unmarked += missing
	}
	if unmarked > 0 && q.Unmarked != "absent" {
		return enrolment.Refuse(enrolment.KindConflict, guide.Count(unmarked, "case", "cases")+" de la feuille sans présence relevée. Complétez la feuille, ou dites que ces personnes étaient absentes.")
	}
	desk := a.Desk.For(booking.Behalf{Actor: who, Act: "attendance"})
	for _, e := range files {
		if _, err := desk.Attend(ctx, e.ID, records[e.ID]); err != nil {
			return err
		}
	}
	return a.teamSheet(w, r, who)
}
