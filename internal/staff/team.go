// Package staff is what the organisation does: its team, who may do what, what must be done and what was done.
//
//   - team.go: who is let in, and with which roles
//   - files.go: finding a file, and the one timeline of what happened to it
//   - acts.go: acts on somebody's behalf, through the booking desk
package staff

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/base32"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Claims are what the issuer says of who signed in.
type Claims struct {
	Sub, Email, Name string
	Verified         bool // the address was checked by the issuer
}

// TeamStore keeps the team. Absence is an error of kind not-found; a write over something that changed is [enrolment.ErrStale].
type TeamStore interface {
	Member(ctx context.Context, sub string) (enrolment.Member, error)
	Team(ctx context.Context) (members []enrolment.Member, version int64, err error)
	Join(ctx context.Context, m enrolment.Member, first bool) error
	FirstPersonCame(ctx context.Context) (bool, error)
	ChangeTeam(ctx context.Context, version int64, m enrolment.Member, gone bool, deed enrolment.Deed) error
	Seen(ctx context.Context, sub, name string, now time.Time) error
}

// Team lets people in and changes who they are.
type Team struct {
	Store TeamStore
	First string // address of the stack's first person, "" for none
	Now   func() time.Time
}

// ErrStranger is the answer to who signed in and has no place in the team.
var ErrStranger = errors.New("not of the team")

// seenEvery is how often a visit is noted.
const seenEvery = 12 * time.Hour

// Enter gives the member who signed in. The first time, an invitation at their verified address becomes theirs for good.
func (t Team) Enter(ctx context.Context, c Claims) (enrolment.Member, error) {
	if c.Sub == "" {
		return enrolment.Member{}, ErrStranger
	}
	m, err := t.Store.Member(ctx, c.Sub)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return t.join(ctx, c)
	}
	if err != nil {
		return enrolment.Member{}, err
	}
	if now := t.Now(); now.Sub(m.SeenAt) > seenEvery {
		m.SeenAt, m.Name = now, cmp.Or(c.Name, m.Name)
		return m, t.Store.Seen(ctx, m.Sub, m.Name, now)
	}
	return m, nil
}

func (t Team) join(ctx context.Context, c Claims) (enrolment.Member, error) {
	email, err := enrolment.ParseEmail(c.Email)
	if err != nil || !c.Verified {
		return enrolment.Member{}, ErrStranger
	}
	members, _, err := t.Store.Team(ctx)
	if err != nil {
		return enrolment.Member{}, err
	}
	m, first := enrolment.Member{}, false
	if i := slices.IndexFunc(members, func(m enrolment.Member) bool { return m.Sub == "" && m.Email == email }); i >= 0 {
		m = members[i]
	} else if first, err = t.isFirst(ctx, email); err != nil {
		return enrolment.Member{}, err
	} else if first {
		m = enrolment.Member{Email: email, Roles: []enrolment.Role{enrolment.RoleGestion, enrolment.RoleDirection}, InvitedAt: t.Now()}
	} else {
		return enrolment.Member{}, ErrStranger
	}
	m.Sub, m.Name, m.SeenAt = c.Sub, c.Name, t.Now()
	if err := t.Store.Join(ctx, m, first); errors.Is(err, enrolment.ErrStale) {
		return t.Store.Member(ctx, c.Sub) // the same person, from another tab
	} else if err != nil {
		return enrolment.Member{}, err
	}
	return m, nil
}

func (t Team) isFirst(ctx context.Context, email string) (bool, error) {
	if first, err := enrolment.ParseEmail(t.First); err != nil || first != email {
		return false, nil //nolint:nilerr // no first person is set: nobody is it
	}
	came, err := t.Store.FirstPersonCame(ctx)
	return !came, err
}

// MemberID names a member in an address without their address.
func MemberID(m enrolment.Member) string {
	sum := sha256.Sum256([]byte("member:" + cmp.Or(m.Sub, m.Email)))
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:]))[:16]
}

// People gives the team by address.
func (t Team) People(ctx context.Context) ([]enrolment.Member, error) {
	members, _, err := t.Store.Team(ctx)
	slices.SortFunc(members, func(a, b enrolment.Member) int { return cmp.Compare(a.Email, b.Email) })
	return members, err
}

// Invite adds a person, or changes the roles of one who is there; added says which.
func (t Team) Invite(ctx context.Context, by enrolment.Actor, email string, roles []enrolment.Role) (m enrolment.Member, added bool, err error) {
	err = t.change(ctx, func(members []enrolment.Member) (enrolment.Member, bool, enrolment.Deed, error) {
		before := ""
		m, added = enrolment.Member{Email: email, InvitedAt: t.Now()}, true
		if i := slices.IndexFunc(members, func(m enrolment.Member) bool { return m.Email == email }); i >= 0 {
			m, added, before = members[i], false, rolesText(members[i].Roles)
		}
		m.Roles = roles
		deed := enrolment.Deed{At: t.Now(), Actor: by, Act: "team", Changes: []enrolment.Change{{Field: email, Before: before, After: rolesText(roles)}}}
		return m, false, deed, lastDirection(members, m)
	})
	return m, added, err
}

// Remove takes a person out, at once.
func (t Team) Remove(ctx context.Context, by enrolment.Actor, id string) error {
	return t.change(ctx, func(members []enrolment.Member) (enrolment.Member, bool, enrolment.Deed, error) {
		i := slices.IndexFunc(members, func(m enrolment.Member) bool { return MemberID(m) == id })
		if i < 0 {
			return enrolment.Member{}, false, enrolment.Deed{}, enrolment.Refuse(enrolment.KindNotFound, "Cette personne n’est pas, ou n’est plus, dans l’équipe.")
		}
		m := members[i]
		if m.Sub == by.Sub {
			return m, false, enrolment.Deed{}, enrolment.Refuse(enrolment.KindConflict, "Vous ne pouvez pas vous retirer vous-même : demandez à une autre personne de la direction.")
		}
		deed := enrolment.Deed{At: t.Now(), Actor: by, Act: "team", Changes: []enrolment.Change{{Field: m.Email, Before: rolesText(m.Roles)}}}
		return m, true, deed, lastDirection(members, enrolment.Member{Sub: m.Sub, Email: m.Email})
	})
}

// lastDirection refuses what leaves nobody who can change the team.
func lastDirection(members []enrolment.Member, after enrolment.Member) error {
	had, has := false, false
	for _, m := range members {
		had = had || m.Sub != "" && m.Has(enrolment.RoleDirection)
		if m.Email == after.Email && m.Sub == after.Sub {
			m = after
		}
		has = has || m.Sub != "" && m.Has(enrolment.RoleDirection)
	}
	if had && !has {
		return enrolment.Refuse(enrolment.KindConflict, "Il faut au moins une personne de la direction dans l’équipe, qui se soit déjà identifiée.")
	}
	return nil
}

// change decides again when the team moved meanwhile.
func (t Team) change(ctx context.Context, decide func([]enrolment.Member) (m enrolment.Member, gone bool, deed enrolment.Deed, err error)) error {
	for range 5 {
		members, version, err := t.Store.Team(ctx)
		if err != nil {
			return err
		}
		m, gone, deed, err := decide(members)
		if err != nil {
			return err
		}
		if err = t.Store.ChangeTeam(ctx, version, m, gone, deed); !errors.Is(err, enrolment.ErrStale) {
			return err
		}
	}
	return enrolment.Refuse(enrolment.KindConflict, "L’équipe change en ce moment. Relisez la liste, puis recommencez.")
}

func rolesText(roles []enrolment.Role) string {
	var names []string
	for _, r := range roles {
		names = append(names, string(r))
	}
	return strings.Join(names, ", ")
}
