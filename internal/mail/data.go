package mail

import (
	"net/mail"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Data is everything a message is made from. Guide, Now, From, Organisation, Session, Enrolment and Addresses are always
// needed; the rest belongs to the kinds that say so.
type Data struct {
	Guide        *guide.Guide
	Now          time.Time // of sending: « ouvert maintenant » is said of it
	From         mail.Address
	Organisation enrolment.Organisation
	Session      enrolment.Session
	Enrolment    enrolment.Enrolment
	Addresses    Addresses

	Papers   []Attachment // AuthorityPapers: devis, programme and convention, as PDF; the link opens them too. ConventionSigned: the signed one, and its text; Certificate: itself
	Calendar []byte       // iCalendar to attach, see document.Calendar; none when empty
	Position int          // QueueJoined: place in the queue, from 1 to enrolment.FarPlace

	LastCall bool      // reminders: the limit is near
	Deadline time.Time // reminders, Confirmation: until when the mode can be settled (guide.Possibility.LastDay); zero when unknown

	Turn     int                // reminders: how many of the kind the person has had
	Previous *enrolment.Session // SessionMoved, SessionChanged: as it was; nil when unknown
	Files    []File             // Links, AlreadyEnrolled when there are several: the holder's live files
	Circular enrolment.Circular // TeamMessage: what the team wrote
	To       string             // AddressAsked, AddressChanged: who is told, and not the file's own address
	Bounced  string             // StaffUnreachable: ToHolder or ToAuthority

	kind Kind // set by Render
}

// Addresses are the links that the message carries, made by package link. None has a trailing slash problem of its own:
// they are copied as they are.
type Addresses struct {
	Site        string // home page
	File        string // the holder's page, with the token in the fragment
	NewAddress  string // AddressAsked: the page that makes that address the file's
	Papers      string // authority kinds: the collectivité's page of papers
	Silence     string // authority kinds: RFC 8058 one-click address that stops them all
	Unsubscribe string // stoppable kinds: RFC 8058 one-click address
}

// File is one line of « all my links ».
type File struct {
	Title     string // of the formation
	Start     time.Time
	Reference string
	Status    enrolment.Status
	URL       string
}
