package report

import (
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Figures are what the director looks at of a span: where funding stops, how sessions fill, who came. People who cancelled are not kept
// with their session and are not in them.
type Figures struct {
	Funnel   []FunnelStep
	Filling  []Filling
	Presence []Presence
	Opinions []Appreciation // all together first, then by session; none under enrolment.OpinionShown people
	Hidden   int            // sessions of which too few people gave their opinion
}

// FunnelStep is a step of a way of paying: how many of its files have done it, in how many days, and how many stand at it.
type FunnelStep struct {
	Mode    enrolment.Mode
	Funding string
	Step    string
	Files   int
	Done    int
	Stopped int
	Median  *float64 // days; nil when nobody has done it
}

// Filling is a month of sessions that were not cancelled.
type Filling struct {
	Month                 string // "2027-03"
	Sessions, Cancelled   int
	Seats, Taken, Waiting int
	UnderMinimum          int
}

// Presence is who came, of the sessions that are closed.
type Presence struct {
	Mode          enrolment.Mode
	Funding       string
	Came, NoShows int
}

// Figures counts them.
func (d Desk) Figures(rooms []Room) Figures {
	shown, hidden := opinions(rooms)
	return Figures{d.steps(rooms), filling(rooms), d.presence(rooms), shown, hidden}
}

func (d Desk) steps(rooms []Room) (all []FunnelStep) {
	for _, mode := range enrolment.Modes {
		files := paidBy(rooms, mode)
		for _, k := range mode.Steps() {
			step, _ := d.Guide.Step(mode, k)
			f := FunnelStep{Mode: mode, Funding: d.Guide.Mode(mode).Title, Step: step.Title, Files: len(files)}
			var waits []float64
			for _, e := range files {
				if tick, ok := e.Steps[k]; ok {
					f.Done++
					waits = append(waits, max(0, tick.At.Sub(before(e, k)).Hours()/24))
				}
				if next, todo := e.NextStep(); todo && next == k {
					f.Stopped++
				}
			}
			f.Median = median(waits)
			all = append(all, f)
		}
	}
	return all
}

func paidBy(rooms []Room, mode enrolment.Mode) (files []enrolment.Enrolment) {
	for _, r := range rooms {
		if r.Session.Status == enrolment.SessionCancelled {
			continue
		}
		for _, e := range r.attendees() {
			if e.Mode == mode {
				files = append(files, e)
			}
		}
	}
	return files
}

func filling(rooms []Room) []Filling {
	months := map[string]*Filling{}
	for _, r := range rooms {
		s := r.Session
		month := s.Start().In(guide.Paris).Format("2006-01")
		f := months[month]
		if f == nil {
			f = &Filling{Month: month}
			months[month] = f
		}
		if s.Status == enrolment.SessionCancelled {
			f.Cancelled++
			continue
		}
		on := len(r.attendees())
		f.Sessions, f.Seats, f.Taken, f.Waiting = f.Sessions+1, f.Seats+s.Capacity, f.Taken+on, f.Waiting+s.Waiting
		if on < s.Minimum {
			f.UnderMinimum++
		}
	}
	all := make([]Filling, 0, len(months))
	for _, f := range months {
		all = append(all, *f)
	}
	slices.SortFunc(all, func(a, b Filling) int { return strings.Compare(a.Month, b.Month) })
	return all
}

func (d Desk) presence(rooms []Room) (all []Presence) {
	for _, mode := range enrolment.Modes {
		p := Presence{Mode: mode, Funding: d.Guide.Mode(mode).Title}
		for _, e := range paidBy(rooms, mode) {
			switch {
			case e.Attendance == nil:
			case e.Attendance.Minutes() > 0:
				p.Came++
			default:
				p.NoShows++
			}
		}
		all = append(all, p)
	}
	return all
}

// median is nil of none.
func median(all []float64) *float64 {
	if len(all) == 0 {
		return nil
	}
	slices.Sort(all)
	m := all[len(all)/2]
	if n := len(all); n%2 == 0 {
		m = (all[n/2-1] + all[n/2]) / 2
	}
	return &m
}
