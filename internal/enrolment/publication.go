package enrolment

import "time"

// Edits is what the team changed in the browser since a catalogue file last said the same: what keeps the file and the forms from
// undoing each other unseen. A file that was exported carries the Revision it was made at.
type Edits struct {
	Revision int                 // grows with each change made in the browser
	Marks    map[string]EditMark // by thing, see [OrganisationThing], [FormationThing] and [SessionThing]
}

// EditMark is the last change of one thing in the browser.
type EditMark struct {
	Revision int // of the Edits that it made
	At       time.Time
	By       string
}

// Newer tells whether the thing was changed in the browser after a file of this revision was made.
func (e Edits) Newer(thing string, revision int) (EditMark, bool) {
	m, marked := e.Marks[thing]
	return m, marked && m.Revision > revision
}

// OrganisationThing names the organisation in [Edits].
const OrganisationThing = "organisation"

// FormationThing names a formation in [Edits].
func FormationThing(slug string) string { return "formation:" + slug }

// SessionThing names a session in [Edits].
func SessionThing(id string) string { return "session:" + id }

// Publication is how one thing of the catalogue comes to be written: by a file, or by somebody in the browser. The zero value asks
// for nothing beside the thing itself.
type Publication struct {
	Thing string
	Seen  int      // [Edits.Revision] of what the change was decided upon: another one refuses it
	Deed  *Deed    // the line of the audit, in the same transaction; nil for a file
	Clear []string // marks that go with it: a file that says the thing takes the mark away, and who begins is never edited again
}
