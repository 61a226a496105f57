package catalogue

import (
	"strings"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// A file that was written before something was changed in the browser would undo that change unseen. What it would undo is a fault of
// its line, with the difference, unless the file is forced.

const conflictCure = " Pour garder ce qui a été fait, reprenez-le dans le fichier, ou exportez de nouveau (-export). Pour que le fichier l’emporte, ajoutez -force."

func (r *reader) conflicts() {
	if r.ground.Force || r.ground.Organisation == nil {
		return
	}
	c := r.catalogue
	r.conflict(enrolment.OrganisationThing, "organisation", r.lines[enrolment.OrganisationThing],
		organisationDifferences(*r.ground.Organisation, c.Organisation))
	for _, f := range c.Formations {
		if stored, ok := r.ground.formation(f.Slug); ok {
			number := r.formations[f.Slug].number
			r.conflict(enrolment.FormationThing(f.Slug), "formation « "+f.Slug+" »", r.formations[f.Slug].line,
				differences(textOfFormation(stored, r.ground.number(f.Slug)), textOfFormation(f, number)))
		}
	}
	for _, s := range c.Sessions {
		stored, ok := r.ground.Session(s.ID)
		if !ok {
			continue
		}
		was, _ := r.ground.formation(stored.Formation.Slug)
		r.conflict(enrolment.SessionThing(s.ID), "session « "+s.ID+" »", c.lines[s.ID],
			differences(textOfSession(stored, was), textOfSession(s, r.formations[s.Formation.Slug].Formation)))
	}
}

// conflict refuses what differs from a thing that was changed in the browser since the file was made.
func (r *reader) conflict(thing, name string, line int, what []Difference) {
	mark, newer := r.ground.Edits.Newer(thing, r.catalogue.Revision)
	if !newer || len(what) == 0 {
		return
	}
	var said []string
	for _, d := range what {
		said = append(said, d.String())
	}
	by := ""
	if mark.By != "" {
		by = ", par " + mark.By
	}
	r.add(line, "%s : changée dans le navigateur le %s%s. Ce fichier la changerait ainsi : %s.%s", name, frenchDay(parisDay(mark.At)), by, strings.Join(said, " ; "), conflictCure)
}
