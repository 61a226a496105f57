package enrolment

import (
	"slices"
	"time"
)

// Presence is what is known of a person at one half-day.
type Presence string

// The presences; NotMarked takes a mark back.
const (
	NotMarked Presence = ""
	Present   Presence = "present"
	Absent    Presence = "absent"
	Excused   Presence = "excused"
)

// ParsePresence reads a presence; ok is false for anything else.
func ParsePresence(s string) (Presence, bool) {
	return Presence(s), slices.Contains([]Presence{NotMarked, Present, Absent, Excused}, Presence(s))
}

// PresenceMark is one tap in the room: one person at one half-day. The latest tap stands, whatever the order in which a tablet
// without network sends them.
type PresenceMark struct {
	FileID   string // of a file, or of an [Arrival]
	HalfDay  time.Time
	Presence Presence
	Minutes  int       // really attended, when it was not the whole half-day; 0 otherwise
	At       time.Time // when it was tapped
	By       string    // "trainer", or the name of one of the team
}

// Arrival is somebody who came and was on no list. Who could be enrolled there and then has a file; the organisation enrols the others
// afterwards, or not, from what was noted of them.
type Arrival struct {
	ID     string // begins with [ArrivalPrefix]
	FileID string // of the file that was made of it, "" while there is none
	Name   string // "" once there is a file: the name is there
	Noted  Noted
	At     time.Time
	Until  time.Time // when all of it vanishes
}

// Noted is what was asked of somebody who could not be enrolled, and why they could not; all of it may be "".
type Noted struct {
	FirstName, LastName string
	Email, Phone        string
	Mandate             MandateKind
	Authority           string
	Mode                Mode
	Why                 string // a sentence in French, ready to show
}

// ArrivalPrefix tells the id of an arrival from that of a file.
const ArrivalPrefix = "x-"

// HalfDayKey names a half-day in addresses, and goes with its start: 20270310T0800Z. A half-day that moves is another one.
func HalfDayKey(start time.Time) string { return start.UTC().Format(halfDayForm) }

const halfDayForm = "20060102T1504Z"

// HalfDayOf finds the half-day of a key.
func (s Session) HalfDayOf(key string) (HalfDay, bool) {
	i := slices.IndexFunc(s.HalfDays, func(h HalfDay) bool { return HalfDayKey(h.Start) == key })
	if i < 0 {
		return HalfDay{}, false
	}
	return s.HalfDays[i], true
}

// Minutes is how long a half-day lasts.
func (h HalfDay) Minutes() int { return int(h.End.Sub(h.Start) / time.Minute) }

// Attendance is what closing a session records of a file: hours are written on the certificate from here, and nothing that is
// corrected later in the room changes a certificate unseen.
type Attendance struct {
	ClosedAt time.Time
	Sittings []Sitting
}

// Sitting is one half-day as it was attended.
type Sitting struct {
	Start    time.Time
	Planned  int // minutes
	Minutes  int // attended
	Presence Presence
}

// Minutes is the time really attended.
func (a Attendance) Minutes() (n int) {
	for _, s := range a.Sittings {
		n += s.Minutes
	}
	return n
}

// Planned is the time of the session, in minutes.
func (a Attendance) Planned() (n int) {
	for _, s := range a.Sittings {
		n += s.Planned
	}
	return n
}

// Same tells whether two records say the same thing, whenever they were made.
func (a Attendance) Same(b Attendance) bool {
	return slices.EqualFunc(a.Sittings, b.Sittings, func(x, y Sitting) bool {
		return x.Start.Equal(y.Start) && x.Planned == y.Planned && x.Minutes == y.Minutes && x.Presence == y.Presence
	})
}

// Attendee tells whether the file is on the sheet to sign: it holds a firm seat. People who cancelled never are.
func (e Enrolment) Attendee() bool { return e.Holds() && e.Status != Offered }

// AttendanceOf makes the record of a file from its marks. Half-days without a mark count as not attended; missing is how many.
func (s Session) AttendanceOf(fileID string, marks []PresenceMark, at time.Time) (a Attendance, missing int) {
	a.ClosedAt = at
	for _, h := range s.HalfDays {
		sitting := Sitting{Start: h.Start, Planned: h.Minutes(), Presence: Absent}
		i := slices.IndexFunc(marks, func(m PresenceMark) bool {
			return m.FileID == fileID && m.HalfDay.Equal(h.Start) && m.Presence != NotMarked
		})
		if i < 0 {
			missing++
		} else if sitting.Presence = marks[i].Presence; sitting.Presence == Present {
			sitting.Minutes = sitting.Planned
			if m := marks[i].Minutes; m > 0 {
				sitting.Minutes = min(m, sitting.Planned)
			}
		}
		a.Sittings = append(a.Sittings, sitting)
	}
	return a, missing
}
