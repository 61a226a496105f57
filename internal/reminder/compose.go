package reminder

import (
	"context"
	"fmt"
	netmail "net/mail"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

// Books is what a letter needs besides its file and session. *dynamo.Store is one.
type Books interface {
	Organisation(ctx context.Context) (enrolment.Organisation, error)
	// Position counts who stands in line up to this ticket, itself included.
	Position(ctx context.Context, sessionID string, ticket int64) (int, error)
	// FilesByEmail gives the files of an address, the newest first.
	FilesByEmail(ctx context.Context, email string) ([]enrolment.Enrolment, error)
	Session(ctx context.Context, id string) (enrolment.Session, error)
	// Circular gives what the team wrote to people of a session.
	Circular(ctx context.Context, sessionID, id string) (enrolment.Circular, error)
}

// Writer composes letters with package mail. All fields are needed.
type Writer struct {
	Guide *guide.Guide
	From  netmail.Address
	Books Books
	// Addresses makes the links of a file: its page, the papers, the one-click stop.
	Addresses func(enrolment.Enrolment) mail.Addresses
	// Calendar makes the iCalendar of a file; empty when it holds no seat.
	Calendar func(enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]byte, error)
	// Papers prints what the collectivité's contact receives: devis, programme, convention.
	Papers func(context.Context, enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]mail.Attachment, error)
	// Signed prints the convention that was signed online, and gives its text.
	Signed func(context.Context, enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]mail.Attachment, error)
	// Certificate prints what somebody attended.
	Certificate func(context.Context, enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]mail.Attachment, error)
}

// Compose writes the e-mail of a letter. It fails when something it needs cannot be read, or when package mail refuses.
func (w Writer) Compose(ctx context.Context, l Letter) (mail.Message, error) {
	organisation, err := organisationOf(ctx, w.Books.Organisation)
	if err != nil {
		return mail.Message{}, fmt.Errorf("read the organisation: %w", err)
	}
	data := mail.Data{
		Guide: w.Guide, Now: l.Now, From: w.From, Organisation: organisation, Session: l.File.Promised(l.Session), Enrolment: l.File,
		Addresses: w.Addresses(l.File), LastCall: l.LastCall, Deadline: w.deadline(l), Bounced: bounced(l.Key), To: toldAt(l),
	}
	if data.Calendar, err = w.Calendar(l.File, l.Session, organisation); err != nil {
		return mail.Message{}, fmt.Errorf("make the calendar: %w", err)
	}
	if data.Previous, err = w.previous(ctx, l); err != nil {
		return mail.Message{}, fmt.Errorf("read the session of before: %w", err)
	}
	data.Turn = l.Turn
	if l.Kind == mail.QueueJoined {
		if data.Position, err = w.Books.Position(ctx, l.File.SessionID, l.File.Ticket); err != nil {
			return mail.Message{}, fmt.Errorf("count the queue: %w", err)
		}
	}
	if l.Kind.WithPapers() {
		if data.Papers, err = w.Papers(ctx, l.File, l.Session, organisation); err != nil {
			return mail.Message{}, fmt.Errorf("print the papers: %w", err)
		}
	}
	if l.Kind.WithSigned() && l.File.PartOf == "" {
		if data.Papers, err = w.Signed(ctx, l.File, l.Session, organisation); err != nil {
			return mail.Message{}, fmt.Errorf("print the signed convention: %w", err)
		}
	}
	if l.Kind.WithCertificate() {
		if data.Papers, err = w.Certificate(ctx, l.File, l.Session, organisation); err != nil {
			return mail.Message{}, fmt.Errorf("print the certificate: %w", err)
		}
	}
	if l.Kind == mail.TeamMessage {
		session, id := enrolment.CircularOf(l.Key)
		if data.Circular, err = w.Books.Circular(ctx, session, id); err != nil {
			return mail.Message{}, fmt.Errorf("read what the team wrote: %w", err)
		}
	}
	if l.Kind == mail.Links || l.Kind == mail.AlreadyEnrolled {
		if data.Files, err = w.files(ctx, l.File.Person.Email); err != nil {
			return mail.Message{}, fmt.Errorf("list the files of the address: %w", err)
		}
	}
	return mail.Render(l.Kind, data)
}

// toldAt is the address of a notice that another than the file's is told; "" for all others.
func toldAt(l Letter) string {
	for _, n := range l.File.Notices {
		if n.Key == l.Key {
			return n.To
		}
	}
	return ""
}

// files lists the live files of an address, so that one message gives all its links.
func (w Writer) files(ctx context.Context, email string) ([]mail.File, error) {
	found, err := w.Books.FilesByEmail(ctx, email)
	if err != nil {
		return nil, err
	}
	files := make([]mail.File, 0, len(found))
	for _, e := range found {
		if !e.Status.Live() || e.Decoy {
			continue
		}
		s, err := w.Books.Session(ctx, e.SessionID)
		if err != nil {
			return nil, err
		}
		files = append(files, mail.File{
			Title: e.Promised(s).Formation.Title, Start: s.Start(), Reference: e.Reference, Status: e.Status, URL: w.Addresses(e).File,
		})
	}
	return files, nil
}

// previous is the session as it was before it moved, or the one that its holder left; nil when that is unknown.
func (w Writer) previous(ctx context.Context, l Letter) (*enrolment.Session, error) {
	if l.Kind == mail.SessionMoved && l.Session.Was != nil {
		s, was := l.Session, *l.Session.Was
		s.HalfDays, s.Remote, s.Place, s.Address = was.HalfDays, was.Remote, was.Place, was.Address
		return &s, nil
	}
	if l.Kind != mail.SessionChanged || l.File.CameFrom == "" {
		return nil, nil
	}
	s, err := w.Books.Session(ctx, l.File.CameFrom)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return nil, nil
	}
	return &s, err
}

// deadline is until when the way of paying can be settled.
func (w Writer) deadline(l Letter) time.Time {
	return w.Guide.Settling(l.Session, l.File.Mode, l.Now).LastDay
}

// bounced says whose address an alert is about.
func bounced(key string) string {
	if strings.HasPrefix(key, AlertAuthority) {
		return mail.ToAuthority
	}
	return mail.ToHolder
}
