package enrolment

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"
)

// Relay is who was written to at the collectivité before the present contact, and who asked not to be. The zero Relay is that of a file
// whose first contact is still the one.
type Relay struct {
	Revision int       // grows with each other address: a link of the contact is of one revision, so that no earlier one ever comes back
	Reads    int       // links of this revision and later still read; the present one alone acts
	HandedAt time.Time // when a contact passed the request on to the present one; zero when the élu or the organisation named them
	HandedBy string    // what that contact went by
	Past     []string  // who had each earlier revision, as [Enrolment.address] marks them
	Hushed   []Hush    // who asked not to be written to about this file any more
}

// Hush is one address that asked not to be written to.
type Hush struct {
	Address string // as [Enrolment.address] marks it
	At      time.Time
}

// address marks an address within this file; it cannot be turned back into it.
func (e Enrolment) address(email string) string {
	sum := sha256.Sum256([]byte(e.ID + email))
	return hex.EncodeToString(sum[:4])
}

// ContactMark ends the keys of messages to the contact at the collectivité, so that another contact starts afresh, and so does one who
// is named again after another. It cannot be turned back into an address. "" without a contact.
func (e Enrolment) ContactMark() string {
	if e.Contact == nil {
		return ""
	}
	mark := "." + e.address(e.Contact.Email)
	if e.Relay.Revision > 0 {
		mark += fmt.Sprintf("-%d", e.Relay.Revision)
	}
	return mark
}

// NameContact makes somebody the contact, or nobody (nil), as the élu or the organisation says: whoever was the contact before opens
// nothing any more. Another name for the same address changes no link.
func (e *Enrolment) NameContact(c *Contact) {
	if c == nil && e.Contact == nil {
		return
	}
	if c == nil || e.Contact == nil || c.Email != e.Contact.Email {
		e.turn()
		e.Relay.Reads, e.Relay.HandedAt, e.Relay.HandedBy = e.Relay.Revision, time.Time{}, ""
	}
	e.Contact = c
}

// HandOn passes the request to somebody else at the collectivité: the present contact's link only reads from then on.
func (e *Enrolment) HandOn(c Contact, by string, now time.Time) {
	e.turn()
	e.Relay.HandedAt, e.Relay.HandedBy = now, by
	e.Contact = &c
}

// turn ends the revision of the present contact.
func (e *Enrolment) turn() {
	mark := ""
	if e.Contact != nil {
		mark = e.address(e.Contact.Email)
	}
	e.Relay.Past = append(slices.Clip(e.Relay.Past), mark)
	e.Relay.Revision++
}

// Silence notes that whoever had a revision of the contact's link asks not to be written to about this file, or takes that back; false
// when nothing changes.
func (e *Enrolment) Silence(revision int, quiet bool, now time.Time) bool {
	who := e.holderOf(revision)
	i := slices.IndexFunc(e.Relay.Hushed, func(h Hush) bool { return h.Address == who })
	switch {
	case who == "" || quiet == (i >= 0):
		return false
	case quiet:
		e.Relay.Hushed = append(slices.Clip(e.Relay.Hushed), Hush{who, now})
	default:
		e.Relay.Hushed = slices.Delete(slices.Clone(e.Relay.Hushed), i, i+1)
	}
	return true
}

// holderOf marks the address that had a revision; "" when nobody had.
func (e Enrolment) holderOf(revision int) string {
	switch {
	case revision == e.Relay.Revision && e.Contact != nil:
		return e.address(e.Contact.Email)
	case revision >= 0 && revision < len(e.Relay.Past):
		return e.Relay.Past[revision]
	}
	return ""
}

// Quiet tells since when an address is not to be written to about this file; zero when it may be.
func (e Enrolment) Quiet(email string) time.Time {
	mark := e.address(email)
	for _, h := range e.Relay.Hushed {
		if h.Address == mark {
			return h.At
		}
	}
	return time.Time{}
}

// Silent tells whether whoever had a revision of the contact's link asked not to be written to.
func (e Enrolment) Silent(revision int) bool {
	who := e.holderOf(revision)
	return who != "" && slices.ContainsFunc(e.Relay.Hushed, func(h Hush) bool { return h.Address == who })
}

// ContactQuiet tells since when the present contact is not to be written to; zero when they may be, or there is none.
func (e Enrolment) ContactQuiet() time.Time {
	if e.Contact == nil {
		return time.Time{}
	}
	return e.Quiet(e.Contact.Email)
}

// HandedOn tells whether the present contact has the request from another one.
func (e Enrolment) HandedOn() bool { return !e.Relay.HandedAt.IsZero() }
