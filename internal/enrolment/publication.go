package enrolment

import "time"

// Edits is what the team changed in the browser since a catalogue file last said the same: what keeps the file and the forms from
// undoing each other unseen. A file that was exported carries the Revision it was made at.
type Edits struct {
	Revision int                 // grows with each change made in the browser
	Marks    map[string]EditMark // by thing, see [OrganisationThing], [FormationThing] and [SessionThing]
	// Spreading names what was changed and the sessions to come may not all copy yet. Until they do, nothing else of the catalogue is edited.
	Spreading map[string]Spreading
}

// Spreading is what the sessions to come have to copy of a thing, beside what the thing itself says.
type Spreading struct {
	Number string // of a formation on Mon Compte Élu: its sessions carry it, and nothing else does
	Opened bool   // a formation that was closed to DIFE, and is not any more: so are its sessions
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
	// Spreads says that sessions to come have to copy the thing, see [Edits.Spreading]; nil: none does.
	Spreads *Spreading
}

// Copying is a session to come, and what it is once it copies what was changed.
type Copying struct{ Before, After Session }

// Copies tells what a session becomes that copies what is spreading of the organisation and of its formation.
func (e Edits) Copies(s Session, o Organisation, f Formation) (after Session, changed bool) {
	after = s
	_, organisation := e.Spreading[OrganisationThing]
	own, formation := e.Spreading[FormationThing(s.Formation.Slug)]
	if !organisation && !formation {
		return s, false
	}
	after.Wording = Wording{Formation: f, PaymentTerms: o.PaymentTerms, EarlyStopTerms: o.EarlyStopTerms}.Key()
	if organisation {
		vat := o.VAT
		after.VAT, after.AnswerDays = &vat, o.AnswerDays
	}
	if formation {
		after.Formation = f.Listed(own.Number)
		after.Formation.DIFEEligible = f.DIFEEligible && (own.Opened || s.Formation.DIFEEligible)
	}
	same := after.Wording == s.Wording && after.Formation == s.Formation && equal(after.VAT, s.VAT) && equal(after.AnswerDays, s.AnswerDays)
	return after, !same
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }
