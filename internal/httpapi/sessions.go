package httpapi

import (
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

type sessionView struct {
	ID        string                             `json:"id"`
	Formation formationView                      `json:"formation"`
	HalfDays  []halfDayView                      `json:"halfDays"`
	Place     string                             `json:"place"`
	Remote    bool                               `json:"remote"`
	Address   string                             `json:"address,omitempty"`
	MapURL    string                             `json:"mapUrl,omitempty"`
	Access    string                             `json:"access,omitempty"`
	Capacity  int                                `json:"capacity"`
	SeatsLeft int                                `json:"seatsLeft"`
	Waiting   int                                `json:"waiting"`
	Status    string                             `json:"status"` // open, closed, cancelled
	ClosesAt  time.Time                          `json:"closesAt"`
	Funding   map[enrolment.Mode]possibilityView `json:"funding"`
	Identity  *identityView                      `json:"identity,omitempty"` // on one session only
}

type formationView struct {
	Slug          string   `json:"slug"`
	Title         string   `json:"title"`
	Hours         float64  `json:"hours"`
	PriceCents    int      `json:"priceCents"`
	TaxedCents    *int     `json:"taxedCents,omitempty"` // all taxes included; equal to priceCents when there is no VAT
	Summary       string   `json:"summary,omitempty"`
	Theme         string   `json:"theme,omitempty"`
	Objective     string   `json:"objective,omitempty"`
	Programme     []string `json:"programme,omitempty"`
	Prerequisites string   `json:"prerequisites,omitempty"`
	Audience      string   `json:"audience,omitempty"`
	Accessibility string   `json:"accessibility,omitempty"`
	Methods       string   `json:"methods,omitempty"`
	Evaluation    string   `json:"evaluation,omitempty"`
	Outcome       string   `json:"outcome,omitempty"`
	Trainers      string   `json:"trainers,omitempty"`
	AccessTime    string   `json:"accessTime,omitempty"`
	MonCompteElu  string   `json:"monCompteElu,omitempty"`
}

type halfDayView struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

type possibilityView struct {
	Open     bool       `json:"open"`
	ClosesAt *time.Time `json:"closesAt,omitempty"` // absent when it was never possible
	LastDay  *time.Time `json:"lastDay,omitempty"`  // end of the working day to name as the last one
	Reason   string     `json:"reason,omitempty"`   // French, ready to show
}

// identityView answers « vous n'avez pas encore d'identité numérique » for this session.
type identityView struct {
	Possible bool      `json:"possible"`
	Text     string    `json:"text"`
	Ways     []wayView `json:"ways"`
}

type wayView struct {
	Key     string     `json:"key"`
	Title   string     `json:"title"`
	Chance  string     `json:"chance"` // in-time, too-late, unknown
	StartBy *time.Time `json:"startBy,omitempty"`
}

func (a api) showSession(w http.ResponseWriter, r *http.Request) error {
	now := a.Now()
	s, err := a.Catalogue.Session(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	f, err := a.Catalogue.Formation(r.Context(), s.Formation.Slug)
	if err != nil {
		return err
	}
	view := a.session(s, now)
	view.Formation.Objective, view.Formation.Programme = f.Objective, f.Programme
	view.Formation.Prerequisites, view.Formation.Audience = f.Prerequisites, f.Audience
	view.Formation.Accessibility, view.Formation.Methods, view.Formation.Evaluation = f.Accessibility, f.Methods, f.Evaluation
	view.Formation.Outcome, view.Formation.Trainers, view.Formation.AccessTime = f.Outcome, f.Trainers, f.AccessTime
	view.Identity = identity(a.Guide.Identity(s, now))
	cacheable(w)
	return writeJSON(w, http.StatusOK, view)
}

// cacheable: seats may be ten seconds old on a list; the server checks again when someone enrols.
func cacheable(w http.ResponseWriter) { w.Header().Set("Cache-Control", "public, max-age=10") }

func (d Deps) session(s enrolment.Session, now time.Time) sessionView {
	view := sessionView{
		ID: s.ID,
		Formation: formationView{
			Slug: s.Formation.Slug, Title: s.Formation.Title, Summary: s.Formation.Summary, Theme: s.Formation.Theme,
			Hours: s.Formation.Hours, PriceCents: s.Formation.PriceCents, MonCompteElu: s.Formation.MonCompteElu,
		},
		Place: s.Place, Remote: s.Remote, Address: s.Address, MapURL: s.MapURL, Access: s.Access,
		Capacity: s.Capacity, SeatsLeft: s.SeatsLeft(), Waiting: s.Waiting,
		Status: statusOf(s, now), ClosesAt: s.ClosesAt.UTC(), Funding: map[enrolment.Mode]possibilityView{},
	}
	if taxed, known := s.TaxedCents(); known {
		view.Formation.TaxedCents = &taxed
	}
	for _, h := range s.HalfDays {
		view.HalfDays = append(view.HalfDays, halfDayView{h.Start.UTC(), h.End.UTC()})
	}
	for _, m := range enrolment.Modes {
		view.Funding[m] = possibility(d.Guide.Possibility(s, m, now))
	}
	return view
}

func statusOf(s enrolment.Session, now time.Time) string {
	switch {
	case s.Status == enrolment.SessionCancelled:
		return "cancelled"
	case s.Closed(now):
		return "closed"
	}
	return "open"
}

func possibility(p guide.Possibility) possibilityView {
	return possibilityView{Open: p.Open, ClosesAt: instant(p.ClosesAt), LastDay: instant(p.LastDay), Reason: p.Reason}
}

func identity(i guide.Identity) *identityView {
	view := identityView{Possible: i.Possible, Text: i.Text, Ways: []wayView{}}
	for _, w := range i.Ways {
		view.Ways = append(view.Ways, wayView{w.Option.Key, w.Option.Title, string(w.Chance), instant(w.StartBy)})
	}
	return &view
}

// instant is absent for the zero time.
func instant(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.UTC()
	return &t
}
