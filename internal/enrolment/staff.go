package enrolment

import (
	"slices"
	"time"
)

// Role is what a member of the organisation's team may do. One person may have several.
type Role string

// The roles.
const (
	RoleGestion   Role = "gestion"   // the daily work: every act on a file
	RoleLecture   Role = "lecture"   // reads
	RoleDirection Role = "direction" // reads; the team, the audit, a seat out of order
)

// Roles lists them in the order they are shown.
var Roles = []Role{RoleGestion, RoleLecture, RoleDirection}

// ParseRole reads a role; ok is false for anything else.
func ParseRole(s string) (Role, bool) {
	return Role(s), slices.Contains(Roles, Role(s))
}

// Member is a person of the team. Without Sub they are invited and have not signed in yet.
type Member struct {
	Sub       string // the issuer's own name of the person, never reused
	Email     string // as invited
	Name      string // as the issuer says
	Roles     []Role
	InvitedAt time.Time
	SeenAt    time.Time // to half a day
}

// Has tells whether the member has one of the roles.
func (m Member) Has(roles ...Role) bool {
	return slices.ContainsFunc(roles, func(r Role) bool { return slices.Contains(m.Roles, r) })
}

// Actor is who acts on somebody's behalf. The zero value is the holder of the file.
type Actor struct {
	Sub, Name string
	Role      Role
}

// Deed is one line of the audit: an act of the organisation. It is written in the act's own transaction, and nothing overwrites it.
type Deed struct {
	At      time.Time
	FileID  string // "" for an act on the team
	Actor   Actor
	Act     string // such as "person", "cancellation"
	Reason  string
	Changes []Change
}

// Change is one thing that a deed changed, as people read it.
type Change struct{ Field, Before, After string }
