package httpapi

import (
	"context"
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

// The list of sessions comes a page at a time, narrowed here and not in the browser: what it costs and weighs does not grow
// with the catalogue. A page ends where a page of the table does, once it holds enough to look through.
const (
	enough   = 20 // sessions on a page, at least, while there are more
	furthest = 10 // pages of the table that one request reads; the next one goes on from there
)

// filter narrows the list. Values are those of Choices; "" lets all through.
type filter struct {
	formation string // slug
	theme     string
	place     string         // or "visio" for all by video, "salle" for all in a room
	month     string         // "2006-01", of the first half-day in Paris
	mode      enrolment.Mode // still possible
}

func filterOf(r *http.Request) (filter, error) {
	q := r.URL.Query()
	f := filter{formation: q.Get("formation"), theme: q.Get("theme"), place: q.Get("place"), month: q.Get("month")}
	wrong := web.Fields{}
	if m := q.Get("mode"); m != "" {
		mode, ok := enrolment.ParseMode(m)
		if !ok {
			wrong["mode"] = "Choisissez « dife », « collectivite » ou « personnel »."
		}
		f.mode = mode
	}
	if _, err := time.Parse("2006-01", f.month); f.month != "" && err != nil {
		wrong["month"] = "Écrivez le mois ainsi : 2027-03."
	}
	return f, wrong.Err()
}

// span is where the list begins and ends: what begins before from or from until on is not read. until is zero without a month.
func (f filter) span(now time.Time) (from, until time.Time) {
	month, err := time.ParseInLocation("2006-01", f.month, guide.Paris)
	if err != nil {
		return now, time.Time{}
	}
	if month.After(now) {
		return month, month.AddDate(0, 1, 0)
	}
	return now, month.AddDate(0, 1, 0)
}

func (a api) lets(f filter, s enrolment.Session, now time.Time) bool {
	switch {
	case f.formation != "" && f.formation != s.Formation.Slug,
		f.theme != "" && f.theme != s.Formation.Theme,
		f.mode != "" && !a.Guide.Possibility(s, f.mode, now).Open:
		return false
	}
	switch f.place {
	case "":
		return true
	case "visio":
		return s.Remote
	case "salle":
		return !s.Remote
	}
	return !s.Remote && s.Place == f.place
}

// page gives the sessions of a page, and the cursor of the next one, "" at the end.
func (a api) page(r *http.Request, now time.Time) (sessions []enrolment.Session, next string, err error) {
	f, err := filterOf(r)
	if err != nil {
		return nil, "", err
	}
	next = r.URL.Query().Get("cursor")
	if len(next) > 300 {
		return nil, "", badRequest(nil)
	}
	from, until := f.span(now)
	for range furthest {
		var read []enrolment.Session
		if read, next, err = a.Catalogue.Sessions(r.Context(), from, next); err != nil {
			return nil, "", err
		}
		for _, s := range read {
			if !until.IsZero() && !s.Start().Before(until) {
				return sessions, "", nil
			}
			if a.lets(f, s, now) {
				sessions = append(sessions, s)
			}
		}
		if next == "" || len(sessions) >= enough {
			break
		}
	}
	return sessions, next, nil
}

type listView struct {
	Sessions []sessionView `json:"sessions"`
	Next     string        `json:"next,omitempty"`
	Choices  *choicesView  `json:"choices,omitempty"` // on the first page
}

// choicesView is what the whole list can be narrowed by, each in order.
type choicesView struct {
	Themes []string `json:"themes"`
	Places []string `json:"places"`
	Months []string `json:"months"`
}

// listSessions gives a page of what a card shows. The first one says what the list can be narrowed by.
func (a api) listSessions(w http.ResponseWriter, r *http.Request) error {
	now := a.Now()
	sessions, next, err := a.page(r, now)
	if err != nil {
		return err
	}
	answer := listView{Sessions: []sessionView{}, Next: next}
	for _, s := range sessions {
		answer.Sessions = append(answer.Sessions, lean(a.session(s, now)))
	}
	if r.URL.Query().Get("cursor") == "" {
		if answer.Choices, err = a.choices(r.Context(), now); err != nil {
			return err
		}
	}
	cacheable(w)
	return web.WriteConditional(w, r, answer)
}

// lean leaves out what no card shows.
func lean(s sessionView) sessionView {
	s.Address, s.MapURL, s.Access, s.Formation.Summary, s.Formation.MonCompteElu = "", "", "", "", ""
	return s
}

// choices leaves out what belongs to the past; none at all until a catalogue is applied.
func (a api) choices(ctx context.Context, now time.Time) (*choicesView, error) {
	c, err := a.Catalogue.Choices(ctx)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	left := func(starts map[string]time.Time) []string {
		maps.DeleteFunc(starts, func(_ string, start time.Time) bool { return start.Before(now) })
		return append([]string{}, slices.Sorted(maps.Keys(starts))...) // an empty list, not null
	}
	return &choicesView{left(c.Themes), left(c.Places), left(c.Months)}, nil
}

type seatsView struct {
	ID        string `json:"id"`
	SeatsLeft int    `json:"seatsLeft"`
	Waiting   int    `json:"waiting"`
}

// listSeats gives the seats of the same page as listSessions: what changes while one looks, and nothing else.
func (a api) listSeats(w http.ResponseWriter, r *http.Request) error {
	sessions, next, err := a.page(r, a.Now())
	if err != nil {
		return err
	}
	seats := []seatsView{}
	for _, s := range sessions {
		seats = append(seats, seatsView{s.ID, s.SeatsLeft(), s.Waiting})
	}
	cacheable(w)
	return web.WriteConditional(w, r, struct {
		Seats []seatsView `json:"seats"`
		Next  string      `json:"next,omitempty"`
	}{seats, next})
}
