package enrolment

import "time"

// Choices is what the open sessions offer to choose among, so that a list shown a page at a time can still be narrowed as a
// whole. Each choice goes with the start of the last session that has it: from then on it leads to nothing.
type Choices struct {
	Themes map[string]time.Time // of the ministerial repertory
	Places map[string]time.Time // of the sessions in a room
	Months map[string]time.Time // "2006-01", of the first half-day, in the zone given to Add
}

// Add counts a session in. Zone is the one in which the months are told.
func (c *Choices) Add(s Session, zone *time.Location) {
	if s.Status != SessionOpen {
		return
	}
	last(&c.Themes, s.Formation.Theme, s.Start())
	if !s.Remote {
		last(&c.Places, s.Place, s.Start())
	}
	last(&c.Months, s.Start().In(zone).Format("2006-01"), s.Start())
}

func last(choices *map[string]time.Time, name string, start time.Time) {
	if name == "" {
		return
	}
	if *choices == nil {
		*choices = map[string]time.Time{}
	}
	if start.After((*choices)[name]) {
		(*choices)[name] = start
	}
}
