package document

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Input is everything a paper is made from. Now is when the paper is drawn up.
type Input struct {
	Organisation enrolment.Organisation
	Formation    enrolment.Formation
	Session      enrolment.Session
	Enrolment    enrolment.Enrolment
	Attendees    []enrolment.Enrolment // for the attendance sheet: the files that hold a seat; for the certificates of a group: those who came
	Invoice      *enrolment.Invoice    // for the invoice only
	Signed       string                // for a convention signed online only: its text
	Code         string                // the address in the code that the room's tablet reads, for the convocation only; "" for none
	Guide        *guide.Guide          // whose dated rules the papers quote; the calendar does without
	Now          time.Time
}
