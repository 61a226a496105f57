// Package messages wires functions/reminders: e-mail, with its papers.
package messages

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	netmail "net/mail"
	"strings"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/duty"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/pace"
	"github.com/echarpe/echarpe/internal/reminder"
	"github.com/echarpe/echarpe/internal/ses"
	"github.com/echarpe/echarpe/internal/spread"
	"github.com/echarpe/echarpe/internal/wiring"
)

// Handler answers a function's event.
type Handler func(ctx context.Context, payload json.RawMessage) (any, error)

// Reminders is the handler of functions/reminders: the table's stream and the schedule.
func Reminders(h *wiring.House) (Handler, error) {
	desk, post, err := desk(h)
	if err != nil {
		return nil, err
	}
	desk.Sender.Pace = &pace.Pacer{
		Store: h.Store, Office: post, Now: h.Now, Sleep: wiring.Sleep, Log: h.Log, Withheld: h.Metrics.MessageWithheld, Spare: spare(h),
	}
	return desk.Handle, nil
}

// spare is the percent of the day's quota that reminders leave.
func spare(h *wiring.House) func() int {
	return func() int {
		percent, _ := h.Guide.Rule("mail-spare-percent", h.Now())
		return percent
	}
}

// Unpaced is the same without a pace, for a house whose clock stands still.
func Unpaced(h *wiring.House) (Handler, error) {
	desk, _, err := desk(h)
	if err != nil {
		return nil, err
	}
	return desk.Handle, nil
}

func desk(h *wiring.House) (*reminder.Desk, *ses.Sender, error) {
	from, err := netmail.ParseAddress(h.Config.MailFrom)
	if err != nil {
		return nil, nil, fmt.Errorf("MAIL_FROM: %w", err)
	}
	post := ses.New(h.AWS, "", h.Config.MailConfigurationSet)
	return &reminder.Desk{
		Sender: &reminder.Sender{
			Planner:   reminder.Planner{Calendar: h.Guide},
			Store:     h.Store,
			Composer:  reminder.Writer{Guide: h.Guide, From: *from, Books: h.Store, Addresses: addresses(h), Calendar: calendar(h), Papers: papersFor(h), Signed: signedFor(h), Certificate: certificateFor(h)},
			Post:      post,
			Offers:    h.Desk,
			Duties:    duty.Planner{Guide: h.Guide},
			Words:     h.Store,
			Letters:   h.Limits,
			Retention: h.Guide,
			Archive:   h.Desk,
			Meter:     h.Metrics,
			Now:       h.Now,
			Log:       h.Log,
		},
		Before: []reminder.Sweeper{h.Desk, spread.Desk{Table: h.Store, Now: h.Now}},
		Due:    h.Store,
		Shards: dynamo.DueShards,
	}, post, nil
}

func addresses(h *wiring.House) func(enrolment.Enrolment) mail.Addresses {
	return func(e enrolment.Enrolment) mail.Addresses {
		return mail.Addresses{
			Site: h.Links.Site, File: h.Links.Mailed(e.ID, e.LinkRevision), Papers: h.Links.Papers(e.ID, e.LinkRevision, e.Relay.Revision),
			Silence:     h.Links.Silence(e.ID, e.LinkRevision, e.Relay.Revision),
			Unsubscribe: h.Links.Unsubscribe(e.ID, e.LinkRevision), NewAddress: h.Links.NewAddress(e.ID, e.NewEmail, e.LinkRevision),
		}
	}
}

// prints is how a message gets the papers that go with it.
type prints = func(context.Context, enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]mail.Attachment, error)

// papersFor prints the papers of a file that its contact at the collectivité may open.
func papersFor(h *wiring.House) prints {
	return func(ctx context.Context, e enrolment.Enrolment, s enrolment.Session, o enrolment.Organisation) ([]mail.Attachment, error) {
		in, err := onPaper(ctx, h, e, s, o)
		if err != nil {
			return nil, err
		}
		var attached []mail.Attachment
		for _, p := range e.Papers() {
			if p == enrolment.PaperCertificat || p == enrolment.PaperCertificats || p == enrolment.PaperSigned || !p.ForAuthority() || e.PaperRefusal(p) != "" {
				continue
			}
			paper, err := printed(p, in)
			if err != nil {
				return nil, err
			}
			attached = append(attached, paper)
		}
		return attached, nil
	}
}

// certificateFor prints the certificate of what somebody attended; of a group, those of everybody who came.
func certificateFor(h *wiring.House) prints {
	return func(ctx context.Context, e enrolment.Enrolment, s enrolment.Session, o enrolment.Organisation) ([]mail.Attachment, error) {
		in, err := onPaper(ctx, h, e, s, o)
		if err != nil {
			return nil, err
		}
		kind := enrolment.PaperCertificat
		if e.Group != nil {
			kind = enrolment.PaperCertificats
			if in.Attendees, err = h.Desk.Certified(ctx, e); err != nil {
				return nil, err
			}
		}
		paper, err := printed(kind, in)
		return []mail.Attachment{paper}, err
	}
}

// signedFor prints the convention that was signed online, with its text as it was signed: whoever doubts it computes its digest again.
func signedFor(h *wiring.House) prints {
	return func(ctx context.Context, e enrolment.Enrolment, s enrolment.Session, o enrolment.Organisation) ([]mail.Attachment, error) {
		in, err := onPaper(ctx, h, e, s, o)
		if err != nil {
			return nil, err
		}
		if in.Signed, err = h.Desk.SignedText(ctx, e); err != nil {
			return nil, err
		}
		paper, err := printed(enrolment.PaperSigned, in)
		text := mail.Attachment{Name: strings.TrimSuffix(paper.Name, ".pdf") + ".txt", Type: "text/plain; charset=utf-8", Content: []byte(in.Signed)}
		return []mail.Attachment{paper, text}, err
	}
}

// onPaper is what the papers of a file are printed from, in the words that it was promised.
func onPaper(ctx context.Context, h *wiring.House, e enrolment.Enrolment, s enrolment.Session, o enrolment.Organisation) (document.Input, error) {
	said, err := h.Store.Wording(ctx, s.Formation.Slug, e.Terms.Wording)
	return document.Input{Organisation: said.Conditions(o), Formation: said.Formation, Session: s, Enrolment: e, Guide: h.Guide, Now: h.Now()}, err
}

// printed is a paper of a file, as it is attached.
func printed(p enrolment.Paper, in document.Input) (mail.Attachment, error) {
	var pdf bytes.Buffer
	if err := document.Render(&pdf, p, in); err != nil {
		return mail.Attachment{}, fmt.Errorf("%s: %w", p, err)
	}
	return mail.Attachment{Name: string(p) + "-" + in.Enrolment.Reference + ".pdf", Type: "application/pdf", Content: pdf.Bytes()}, nil
}

// calendar makes the file's iCalendar: its dates once it has a seat, their withdrawal when it had one.
func calendar(h *wiring.House) func(enrolment.Enrolment, enrolment.Session, enrolment.Organisation) ([]byte, error) {
	return func(e enrolment.Enrolment, s enrolment.Session, o enrolment.Organisation) ([]byte, error) {
		if e.Group != nil || e.ReservedAt.IsZero() || e.Status == enrolment.Waiting || e.Status == enrolment.Offered {
			return nil, nil
		}
		return document.Calendar(document.Input{Organisation: o, Session: s, Enrolment: e, Now: h.Now()})
	}
}
