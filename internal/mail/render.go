package mail

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/mail"
	"strings"
	"sync"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// parsed parses the layouts once, when the first message is rendered.
var parsed = sync.OnceValues(newLayout)

// composers write the letter of each kind.
var composers = map[Kind]func(Data) letter{
	Confirmation: confirmation, OfferTaken: offerTaken, Arrived: arrived, Late: late,
	QueueJoined: queueJoined, Offer: offer, OfferExpired: offerExpired, OfferDeclined: offerDeclined, QueueLeft: queueLeft,
	QueueEnded: queueEnded,
	Cancelled:  cancelled, Withdrawn: withdrawn, StaffWithdrawn: staffWithdrawn, FundingChanged: fundingChanged, SessionChanged: sessionChanged,
	SessionMoved: sessionMoved, SessionCancelled: sessionCancelled, AlreadyEnrolled: alreadyEnrolled, Links: myLinks, AddressAsked: addressAsked, AddressChanged: addressChanged,
	DIFECompte: stepReminder, DIFEIdentite: stepReminder, DIFEDossier: stepReminder, DIFECall: difeCall, DIFEClosed: difeClosed,
	DIFEAwaited: difeAwaited, DIFEProposal: difeProposal, DIFEConfirmation: difeConfirmation, DIFELapsed: difeLapsed,
	CollectiviteDemande: stepReminder, CollectiviteAccord: stepReminder, CollectiviteConvention: stepReminder,
	PersonnelContrat: stepReminder, PersonnelAcompte: stepReminder,
	SeatReleased: seatReleased, RankPassed: rankPassed, Proof: proof, TeamMessage: teamMessage,
	Convocation: convocation, DayBefore: dayBefore, Thanks: thanks, Certificate: certificate, AuthorityCertificate: authorityCertificate,
	AuthorityPapers: authorityPapers, AuthorityReminder: authorityReminder, AuthorityMoved: authorityMoved, AuthorityOver: authorityOver, StaffUnreachable: staffUnreachable,
	AuthoritySaid: authoritySaid, StaffAuthoritySaid: staffAuthoritySaid,
	StaffRequest:     staffRequest,
	ConventionSigned: conventionSigned, AuthorityConventionSigned: authorityConventionSigned, StaffConventionSigned: staffConventionSigned,
	ConventionUndone: conventionUndone, AuthorityConventionUndone: authorityConventionUndone,
}

// Render makes the message of a kind. It is pure. It fails when the kind does not exist, when the data lack what every
// message needs, or when the result would not be a valid message (see [Message.Validate]); never because of a missing
// optional datum.
func Render(kind Kind, d Data) (Message, error) {
	compose, ok := composers[kind]
	if !ok {
		return Message{}, fmt.Errorf("mail: there is no kind %q", kind)
	}
	if err := d.check(kind); err != nil {
		return Message{}, fmt.Errorf("mail %s: %w", kind, err)
	}
	d.kind = kind
	l := compose(d)
	l.Greeting = greeting(kind, d)
	l.Footer = d.footer(kind)
	lay, err := parsed()
	if err != nil {
		return Message{}, err
	}
	html, text, err := lay.lay(l)
	if err != nil {
		return Message{}, fmt.Errorf("mail %s: %w", kind, err)
	}
	m := Message{Kind: kind, From: d.From, ReplyTo: d.replyTo(), Subject: oneLine(l.Subject), Preview: oneLine(l.Preview),
		Text: text, HTML: html, Headers: d.headers(kind), Attachments: d.attachments(kind), Date: d.Now}
	m.To, m.Cc = d.recipients(kind)
	if err := m.Validate(); err != nil {
		return Message{}, fmt.Errorf("mail %s: %w", kind, err)
	}
	return m, nil
}

func (d Data) check(kind Kind) error {
	switch {
	case d.Guide == nil:
		return errors.New("no guide")
	case d.Now.IsZero():
		return errors.New("no date of sending")
	case len(d.Session.HalfDays) == 0 && kind != Links:
		return errors.New("a session without half-day")
	case d.To == "" && kind.toOther():
		return errors.New("no address to tell")
	case d.Addresses.NewAddress == "" && kind == AddressAsked:
		return errors.New("no link to confirm the address")
	case d.Addresses.File == "" && kind.Recipient() == ToHolder:
		return errors.New("no personal link")
	case d.Addresses.Papers == "" && kind.Recipient() == ToAuthority:
		return errors.New("no link to the papers")
	case d.Enrolment.Contact == nil && kind.Recipient() == ToAuthority:
		return errors.New("nobody to write to at the collectivité")
	case d.Organisation.AlertEmail == "" && kind.Recipient() == ToStaff:
		return errors.New("the organisation has no address for alerts")
	}
	return nil
}

func (d Data) recipients(kind Kind) (to, cc []mail.Address) {
	holder := mail.Address{Name: oneLine(d.Enrolment.Person.FullName()), Address: d.Enrolment.Person.Email}
	switch kind.Recipient() {
	case ToAuthority:
		to = []mail.Address{{Name: oneLine(d.Enrolment.Contact.Name), Address: d.Enrolment.Contact.Email}}
		if d.copied(kind) && d.Enrolment.Group == nil {
			cc = []mail.Address{holder}
		}
		return to, cc
	case ToStaff:
		return []mail.Address{{Address: d.Organisation.AlertEmail}}, nil
	}
	if kind.toOther() {
		return []mail.Address{{Address: d.To}}, nil
	}
	return []mail.Address{holder}, nil
}

// copied tells whether the holder gets a copy: of the papers, once. Reminders to the contact come on the days of their own,
// and would make two messages that day.
// A request that changed hands is told to the holder in words of its own.
func (d Data) copied(kind Kind) bool {
	return kind == AuthorityPapers && !d.Enrolment.Unreachable && !d.Enrolment.HandedOn()
}

// replyTo is the organisation's own address: answers are read.
func (d Data) replyTo() mail.Address {
	if d.Organisation.Email == "" {
		return mail.Address{}
	}
	return mail.Address{Name: oneLine(d.Organisation.Name), Address: d.Organisation.Email}
}

// headers: only what may be stopped says how (RFC 8058). Nothing answers automatically to a machine.
func (d Data) headers(kind Kind) []Header {
	list := []Header{{"Auto-Submitted", "auto-generated"}}
	if thread := d.thread(kind); thread != "" {
		list = append(list, Header{"In-Reply-To", thread}, Header{"References", thread})
	}
	if stop := d.stop(kind); stop != "" {
		list = append(list, Header{"List-Unsubscribe", "<" + stop + ">"},
			Header{"List-Unsubscribe-Post", "List-Unsubscribe=One-Click"})
	}
	return list
}

// stop is the address that stops such messages; "" when nothing does.
func (d Data) stop(kind Kind) string {
	switch {
	case kind.Recipient() == ToAuthority:
		return d.Addresses.Silence
	case kind.Stoppable():
		return d.Addresses.Unsubscribe
	}
	return ""
}

// thread names the conversation of a file with one correspondent, so that a mailbox keeps its messages together; "" for a
// list of one's files, which belongs to none. It is no message's own id (the post gives those), and cannot be turned back
// into the file's.
func (d Data) thread(kind Kind) string {
	if kind == Links || kind.toOther() || d.Enrolment.ID == "" {
		return ""
	}
	_, domain, _ := strings.Cut(d.From.Address, "@")
	sum := sha256.Sum256([]byte("thread:" + kind.Recipient() + ":" + d.Enrolment.ID))
	return "<dossier." + hex.EncodeToString(sum[:12]) + "@" + domain + ">"
}

// withCalendar are the kinds after which the holder's diary must be right.
var withCalendar = map[Kind]bool{Confirmation: true, OfferTaken: true, Late: true, SessionChanged: true, SessionMoved: true,
	SessionCancelled: true, Cancelled: true, Withdrawn: true, Convocation: true}

func (d Data) attachments(kind Kind) []Attachment {
	if kind.WithPapers() || kind.WithSigned() || kind.WithCertificate() {
		return d.Papers
	}
	if !withCalendar[kind] || len(d.Calendar) == 0 {
		return nil
	}
	return []Attachment{{Name: "formation.ics", Type: enrolment.CalendarType(d.Calendar), Content: d.Calendar}}
}

func greeting(kind Kind, d Data) string {
	switch kind.Recipient() {
	case ToAuthority:
		return strings.TrimSpace("Bonjour "+oneLine(d.Enrolment.Contact.Name)) + ","
	case ToStaff:
		return "Bonjour,"
	}
	if kind == AddressAsked {
		return "Bonjour,"
	}
	p := d.Enrolment.Person
	if p.Title != "" {
		return "Bonjour " + oneLine(p.Title+" "+p.LastName) + ","
	}
	return "Bonjour " + oneLine(p.FullName()) + ","
}

func (d Data) footer(kind Kind) footer {
	f := footer{Organisation: d.Organisation.Name, Address: strings.Join(d.Organisation.Address, ", "),
		Phone: d.Organisation.Phone, Email: d.Organisation.Email, Reference: d.Enrolment.Reference}
	switch {
	case kind.Recipient() == ToAuthority:
		f.Why = "Vous recevez ce message parce que " + d.Enrolment.Person.FullName() + " vous a indiqué comme contact pour cette formation."
		if d.Enrolment.Group != nil {
			f.Why = "Vous recevez ce message parce que cette adresse est celle du contact, pour l’inscription des élus de votre collectivité."
		}
		if d.Enrolment.HandedOn() {
			f.Why = "Vous recevez ce message parce que " + d.Enrolment.Relay.HandedBy + " vous a transmis cette demande de formation."
		}
		if d.copied(kind) && d.Enrolment.Group == nil {
			f.Why += " " + capital(d.Enrolment.Person.FullName()) + " est en copie."
		}
		f.Reference = ""
	case kind.Recipient() == ToStaff:
		f.Why = "Message interne."
		f.Reference = ""
	case kind == AddressAsked:
		f.Why = "Vous recevez ce message parce que cette adresse vient d’être donnée pour une inscription."
	case kind == AddressChanged:
		f.Why = "Vous recevez ce message parce que cette adresse était celle d’une inscription. C’est le dernier."
	default:
		f.Why = "Vous recevez ce message parce que cette adresse a servi à une inscription. Votre lien personnel ouvre votre dossier" + nbsp + ": ne transférez pas ce message."
	}
	switch stop := d.stop(kind); {
	case stop == "":
	case kind.Recipient() == ToAuthority:
		f.Stop, f.StopURL, f.StopLabel = "Vous ne voulez plus d’e-mails pour cette demande"+nbsp+"?", stop, "Ne plus recevoir d’e-mails"
	default:
		f.Stop, f.StopURL, f.StopLabel = "Vous ne voulez plus de ces rappels"+nbsp+"?", stop, "Arrêter les rappels"
	}
	return f
}

// oneLine makes what people typed safe for a header: no line break, no control character.
func oneLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool {
		return r == ' ' || r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\u0085'
	}), " ")
}

func capital(s string) string {
	r := []rune(s)
	if len(r) == 0 {
		return s
	}
	return strings.ToUpper(string(r[0])) + string(r[1:])
}

// openFile is the action of most letters.
func (d Data) openFile(label string) *action { return &action{Label: label, URL: d.Addresses.File} }

// possible tells whether a mode can still be completed, at the time of sending.
func (d Data) possible(m enrolment.Mode) guide.Possibility {
	return d.Guide.Possibility(d.Session, m, d.Now)
}
