package staffapi

import (
	"net/http"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/report"
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

// billingView is what was issued in a year, all taxes included.
type billingView struct {
	Year          int `json:"year"`
	Invoices      int `json:"invoices"`
	InvoicedCents int `json:"invoicedCents"`
	Credits       int `json:"credits"`
	CreditedCents int `json:"creditedCents"`
	NetCents      int `json:"netCents"`
}

// opinionView is what people thought of a session, or of all together, which has neither title nor start: a row for each question, a
// count for each choice, the best one last.
type opinionView struct {
	Title  string     `json:"title,omitempty"`
	Start  *time.Time `json:"start,omitempty"`
	Came   int        `json:"came"`
	People int        `json:"people"`
	Counts [][]int    `json:"counts"`
}

type opinionsView struct {
	Questions []string      `json:"questions"`
	Choices   []string      `json:"choices"`
	Rows      []opinionView `json:"rows"`
	Hidden    int           `json:"hidden"` // sessions of which too few people gave their opinion
}

func (a api) opinionsOf(f report.Figures) opinionsView {
	v := opinionsView{Choices: a.Guide.Opinion.Choices, Rows: []opinionView{}, Hidden: f.Hidden}
	for _, q := range a.Guide.Opinion.Questions {
		v.Questions = append(v.Questions, q.Short)
	}
	for _, o := range f.Opinions {
		row := opinionView{Title: o.Title, Came: o.Came, People: o.Answers.People}
		if !o.Start.IsZero() {
			start := o.Start.UTC()
			row.Start = &start
		}
		for _, counts := range o.Answers.Counts {
			row.Counts = append(row.Counts, slices.Clone(counts[:]))
		}
		v.Rows = append(v.Rows, row)
	}
	return v
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
	if err := a.withOpinions(r.Context(), rooms); err != nil {
		return err
	}
	issued, err := a.issuedIn(r.Context(), from.In(guide.Paris).Year(), to.In(guide.Paris).Year())
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
		Billing  []billingView  `json:"billing"`
		Opinions opinionsView   `json:"opinions"`
	}{from.In(guide.Paris).Format(time.DateOnly), to.In(guide.Paris).Format(time.DateOnly), []funnelView{}, []fillingView{}, []presenceView{}, []billingView{}, a.opinionsOf(f)}
	for _, s := range f.Funnel {
		v.Funnel = append(v.Funnel, funnelView{s.Funding, s.Step, s.Files, s.Done, s.Stopped, s.Median})
	}
	for _, m := range f.Filling {
		v.Filling = append(v.Filling, fillingView{m.Month, m.Sessions, m.Cancelled, m.Seats, m.Taken, m.Waiting, m.UnderMinimum})
	}
	for _, p := range f.Presence {
		v.Presence = append(v.Presence, presenceView{p.Funding, p.Came, p.NoShows})
	}
	for _, b := range report.Billings(issued, from, to) {
		v.Billing = append(v.Billing, billingView{b.Year, b.Invoices, int(b.Invoiced), b.Credits, int(b.Credited), int(b.Net())})
	}
	return ok(w, v)
}
