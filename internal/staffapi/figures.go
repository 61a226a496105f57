package staffapi

import (
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

type funnelView struct {
	Funding    string   `json:"funding"`
	Step       string   `json:"step"`
	Files      int      `json:"files"`
	Done       int      `json:"done"`
	Stopped    int      `json:"stopped"`
	MedianDays *float64 `json:"medianDays"`
}

type fillingView struct {
	Month        string `json:"month"`
	Sessions     int    `json:"sessions"`
	Cancelled    int    `json:"cancelled"`
	Seats        int    `json:"seats"`
	Taken        int    `json:"taken"`
	Waiting      int    `json:"waiting"`
	UnderMinimum int    `json:"underMinimum"`
}

type presenceView struct {
	Funding string `json:"funding"`
	Came    int    `json:"came"`
	NoShows int    `json:"noShows"`
}

// figures are those of the sessions that end between two days, this year's when none is given. No person is in them.
func (a api) figures(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	from, to, err := a.yearDays(r)
	if err != nil {
		return err
	}
	rooms, err := a.rooms(r.Context(), from, to)
	if err != nil {
		return err
	}
	f := a.reports().Figures(rooms)
	v := struct {
		From     string         `json:"from"`
		To       string         `json:"to"`
		Funnel   []funnelView   `json:"funnel"`
		Filling  []fillingView  `json:"filling"`
		Presence []presenceView `json:"presence"`
	}{from.In(guide.Paris).Format(time.DateOnly), to.In(guide.Paris).Format(time.DateOnly), []funnelView{}, []fillingView{}, []presenceView{}}
	for _, s := range f.Funnel {
		v.Funnel = append(v.Funnel, funnelView{s.Funding, s.Step, s.Files, s.Done, s.Stopped, s.Median})
	}
	for _, m := range f.Filling {
		v.Filling = append(v.Filling, fillingView{m.Month, m.Sessions, m.Cancelled, m.Seats, m.Taken, m.Waiting, m.UnderMinimum})
	}
	for _, p := range f.Presence {
		v.Presence = append(v.Presence, presenceView{p.Funding, p.Came, p.NoShows})
	}
	return ok(w, v)
}
