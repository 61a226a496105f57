package catalogue

import (
	"fmt"
	"io/fs"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Rules gives the dated values in force (package guide). ok is false when none is.
type Rules interface {
	Rule(key string, on time.Time) (value int, ok bool)
	// Announced is the value that nobody has confirmed yet, and its source; ok is false when there is none.
	Announced(key string, on time.Time) (rule guide.Rule, ok bool)
}

// The dated rules a catalogue is checked against.
const (
	ruleMaxParticipants = "dife-max-participants"
	ruleHourlyCapCents  = "dife-hourly-cap-cents"
)

// Ground is what a file is read against: the day, the rules, and what the table already holds.
//
// What is applied stands still: a relative session that is in Sessions keeps its first day, and relative days of the
// agrément are kept while more than half of its remaining time is left. So applying again, today or tomorrow, changes
// nothing; once a relative session has begun, the file means its next occurrence, under another id.
type Ground struct {
	Now          time.Time
	Rules        Rules
	Files        fs.FS                   // where the logo is, beside the catalogue; nil when it cannot be read
	Organisation *enrolment.Organisation // as applied; nil when there is none yet
	Sessions     []enrolment.Session     // as applied, not begun, not cancelled
	Cancelled    []enrolment.Session     // as applied, not begun, cancelled
	Formations   []enrolment.Formation   // as applied
	Edits        enrolment.Edits         // what was changed in the browser
	part         bool                    // the file is a part of a catalogue, which a form wrote
	picture      []byte                  // with part: the logo
	Force        bool                    // the file undoes what was changed in the browser since it was made
}

// Catalogue is a file that has been read and checked.
type Catalogue struct {
	Organisation enrolment.Organisation
	Formations   []enrolment.Formation
	Sessions     []enrolment.Session // all of the file, but those already begun
	Revision     int                 // of the changes made in the browser that the file knows of
	Begun        []string            // ids of the file's sessions that have begun: they are left as they are
	lines        map[string]int      // of each session
	cautions     []string            // right only if something announced is confirmed
}

// Read reads a whole file. The error is [Faults], every fault of the file at once.
func Read(src []byte, ground Ground) (Catalogue, error) {
	r := &reader{faultList: &faultList{}, ground: ground, formations: map[string]readFormation{}, lines: map[string]int{}}
	r.catalogue.lines = map[string]int{}
	if root, ok := parse(src, r.faultList); ok {
		r.root(root)
	}
	if len(r.faults) == 0 {
		r.conflicts()
	}
	if len(r.faults) > 0 {
		r.faults = append(pasted(src), r.faults...)
		return Catalogue{}, r.err()
	}
	return r.catalogue, nil
}

// reader holds what the parts of a file need of one another.
type reader struct {
	*faultList
	ground     Ground
	catalogue  Catalogue
	formations map[string]readFormation
	agrement   bool           // the agrément could be read
	exported   bool           // its sessions bear the names that they were given
	lines      map[string]int // of things other than sessions
}

// readFormation is a formation and where it stands.
type readFormation struct {
	enrolment.Formation
	line   int
	number string // on Mon Compte Élu
}

func (r *reader) root(root *section) {
	if root.has("revision") {
		r.exported, r.catalogue.Revision = true, root.integer("revision", 0, 1<<30)
	} else {
		root.ask("revision")
	}
	if org := root.sub("organisation", "organisation"); org != nil {
		r.lines[enrolment.OrganisationThing] = root.at("organisation")
		r.organisation(org)
	}
	for _, s := range root.sections("formations", ranked("formation")) {
		r.formation(s)
	}
	if r.ground.part && !root.has("sessions") {
		root.ask("sessions") // a formation alone
	} else {
		for _, s := range root.sections("sessions", ranked("session")) {
			r.session(s)
		}
	}
	root.end()
}

func ranked(noun string) func(int) string {
	return func(rank int) string { return fmt.Sprintf("%s nº %d", noun, rank) }
}
