package report

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Appreciation is what the people of a session thought of it, or of all of them together.
type Appreciation struct {
	Title   string    // "" for all together
	Start   time.Time // zero for all together
	Came    int
	Answers enrolment.Opinions
}

// opinions gives those that may be shown, and how many sessions' may not. The sum is of what is shown: a difference tells nothing of
// the rest.
func opinions(rooms []Room) (shown []Appreciation, hidden int) {
	var all Appreciation
	for _, r := range rooms {
		if !r.Opinions.Shown() {
			hidden += min(1, r.Opinions.People)
			continue
		}
		one := Appreciation{Title: r.Session.Formation.Title, Start: r.Session.Start(), Answers: r.Opinions}
		for _, e := range r.Files {
			if e.Opines() {
				one.Came++
			}
		}
		all.Came += one.Came
		all.Answers.Add(one.Answers)
		shown = append(shown, one)
	}
	if len(shown) == 0 {
		return nil, hidden
	}
	return append([]Appreciation{all}, shown...), hidden
}

// Opinions is what people thought of each session, a line for each question: Qualiopi's indicator 30 asks for it.
func (d Desk) Opinions(rooms []Room) Table {
	poll := d.Guide.Opinion
	t := Table{Name: "avis", Title: "Avis des participants", Columns: []string{"Session", "Début", "Venus", "Avis", "Question"}}
	t.Columns = append(append(t.Columns, poll.Choices...), "Favorables")
	shown, _ := opinions(rooms)
	for _, a := range shown {
		title, day := "Toutes ces sessions", Cell(nil)
		if !a.Start.IsZero() {
			title, day = a.Title, Day(a.Start)
		}
		for q, question := range poll.Questions {
			cells := []Cell{title, day, a.Came, a.Answers.People, question.Text}
			answered, good := 0, 0
			for c, n := range a.Answers.Counts[q] {
				cells = append(cells, n)
				if answered += n; c >= enrolment.OpinionChoices/2 {
					good += n
				}
			}
			t.add(append(cells, share(good, answered))...)
		}
	}
	return t
}
