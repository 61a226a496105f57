// Package feedback hears what became of the e-mails: Amazon SES's events, through EventBridge.
//
//   - An address that does not exist: the holder's file is marked unreachable, which stops its mails and makes the
//     reminder engine alert the organisation; the contact's is not written to again, and the organisation is alerted too.
//   - A complaint: reminders stop. What the person asked for still reaches them.
//   - A message that SES would not carry: an error in the log.
//   - Any of them but the last proves that the message left: one that we thought unanswered, or had given up, is marked as sent.
//   - A mailbox that refuses the message itself (too large, content or attachment): the message is marked, and an error in the
//     log: we must mend it. A mailbox that is full, or a server that does not answer: the address may work again.
//   - A delay that is our doing (taken for junk, our sending address refused): a warning. Deliveries and other delays: a line in the log.
//
// rules.go decides each kind and sub-kind that SES documents.
//
// Each event names the file and the message by the tags that they left with. The same event twice, late or out of order
// does no harm: it sets marks that are already there.
package feedback

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
)

// Store keeps files and their message logs. Absence is an error of kind not-found when reading, and is left so when
// writing.
type Store interface {
	FileWithMessages(ctx context.Context, id string) (enrolment.Enrolment, []enrolment.MessageRecord, error)
	// MarkUnreachable and StopReminders mark a file and make it due at once.
	MarkUnreachable(ctx context.Context, fileID string) error
	StopReminders(ctx context.Context, fileID string) error
	// BounceMessage marks one message as come back for good.
	BounceMessage(ctx context.Context, fileID, key, failure string) error
	// MessageLeft marks as sent a message that is not settled, or was given up.
	MessageLeft(ctx context.Context, fileID, key, messageID string) error
	// Wake makes a file due at once.
	Wake(ctx context.Context, fileID string) error
}

// Listener acts on events.
type Listener struct {
	Store Store
	Log   *slog.Logger
}

// Event types, as EventBridge names them.
const (
	bounced   = "Email Bounced"
	complaint = "Email Complaint Received"
	rejected  = "Email Rejected"
	unwritten = "Email Rendering Failed"
	delayed   = "Email Delivery Delayed"
)

// event is the part of an EventBridge event of SES that we read.
type event struct {
	Type   string `json:"detail-type"`
	Detail struct {
		Mail struct {
			Timestamp time.Time           `json:"timestamp"`
			MessageID string              `json:"messageId"`
			Tags      map[string][]string `json:"tags"`
		} `json:"mail"`
		Bounce struct {
			Type       string      `json:"bounceType"`
			Subtype    string      `json:"bounceSubType"`
			Recipients []recipient `json:"bouncedRecipients"`
		} `json:"bounce"`
		Complaint struct {
			FeedbackType string      `json:"complaintFeedbackType"`
			Subtype      string      `json:"complaintSubType"`
			Recipients   []recipient `json:"complainedRecipients"`
		} `json:"complaint"`
		Reject struct {
			Reason string `json:"reason"`
		} `json:"reject"`
		Delay struct {
			Type string `json:"delayType"`
		} `json:"deliveryDelay"`
	} `json:"detail"`
}

type recipient struct {
	Address string `json:"emailAddress"`
}

// tag gives a tag that the message left with, "" when absent.
func (e event) tag(name string) string {
	if v := e.Detail.Mail.Tags[name]; len(v) > 0 {
		return v[0]
	}
	return ""
}

// Handle acts on one event. It fails only when the store does, so that the event comes again; what is not ours, or
// about a file that has been erased, is let go.
func (l *Listener) Handle(ctx context.Context, payload json.RawMessage) (any, error) {
	var e event
	if err := json.Unmarshal(payload, &e); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	id := e.tag("file")
	if id == "" {
		l.say(ctx, slog.LevelInfo, e, "not a message of a file")
		return nil, nil
	}
	file, log, err := l.Store.FileWithMessages(ctx, id)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		l.say(ctx, slog.LevelInfo, e, "the file is gone")
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("read file %s: %w", id, err)
	}
	return nil, l.act(ctx, e, file, recordOf(log, e.tag("message")))
}

func recordOf(log []enrolment.MessageRecord, key string) enrolment.MessageRecord {
	if i := slices.IndexFunc(log, func(r enrolment.MessageRecord) bool { return r.Key == key }); i >= 0 {
		return log[i]
	}
	return enrolment.MessageRecord{Key: key}
}

func (l *Listener) act(ctx context.Context, e event, file enrolment.Enrolment, r enrolment.MessageRecord) error {
	if e.Type != rejected && e.Type != unwritten {
		if err := l.left(ctx, e, file, &r); err != nil {
			return err
		}
	}
	switch e.Type {
	case bounced:
		return l.bounce(ctx, e, file, r)
	case complaint:
		if !junk(e.Detail.Complaint.FeedbackType) {
			l.say(ctx, slog.LevelInfo, e, "no complaint of the person")
			return nil
		}
		return l.complain(ctx, e, e.Detail.Complaint.Recipients, file, r)
	case delayed:
		level := slog.LevelInfo
		if ourDoing(e.Detail.Delay.Type) {
			level = slog.LevelWarn
		}
		l.say(ctx, level, e, "delayed")
		return nil
	case rejected, unwritten:
		l.say(ctx, slog.LevelError, e, "not carried")
		return l.Store.BounceMessage(ctx, file.ID, r.Key, "not carried")
	}
	l.say(ctx, slog.LevelInfo, e, "noted")
	return nil
}

// left: SES has the message, whatever we know of it. Most were marked as sent when SES took them, and need nothing.
func (l *Listener) left(ctx context.Context, e event, file enrolment.Enrolment, r *enrolment.MessageRecord) error {
	switch r.State {
	case enrolment.MessageClaimed, enrolment.MessageRetry, enrolment.MessageDead, enrolment.MessageLapsed:
	default:
		return nil
	}
	if err := l.Store.MessageLeft(ctx, file.ID, r.Key, e.Detail.Mail.MessageID); err != nil {
		return fmt.Errorf("mark a message of file %s as sent: %w", file.ID, err)
	}
	l.say(ctx, slog.LevelWarn, e, "it had left")
	r.State = enrolment.MessageSent
	return nil
}

// bounce: only what came back for good counts; a full mailbox may empty.
func (l *Listener) bounce(ctx context.Context, e event, file enrolment.Enrolment, r enrolment.MessageRecord) error {
	switch verdictOnBounce(e.Detail.Bounce.Type, e.Detail.Bounce.Subtype) {
	case forNow:
		l.say(ctx, slog.LevelInfo, e, "came back for now")
		return nil
	case refusedMessage:
		l.say(ctx, slog.LevelError, e, "the mailbox refuses the message itself")
		if r.State == enrolment.MessageBounced {
			return nil
		}
		return l.Store.BounceMessage(ctx, file.ID, r.Key, "refused: "+e.Detail.Bounce.Subtype)
	case unsubscribed:
		return l.complain(ctx, e, e.Detail.Bounce.Recipients, file, r)
	}
	holder, other := whose(e.Detail.Bounce.Recipients, file)
	if r.To == mail.ToStaff {
		l.say(ctx, slog.LevelError, e, "the organisation's alert address does not exist")
		return l.Store.BounceMessage(ctx, file.ID, r.Key, "bounced")
	}
	l.say(ctx, slog.LevelWarn, e, "came back for good")
	if holder && !file.Unreachable {
		if err := l.Store.MarkUnreachable(ctx, file.ID); err != nil {
			return fmt.Errorf("mark file %s unreachable: %w", file.ID, err)
		}
	}
	if r.To == mail.ToAuthority && other || r.To == mail.ToHolder && holder {
		return l.closed(ctx, file, r, "bounced")
	}
	return nil
}

// complain: whoever says « this is junk » gets no more reminders.
func (l *Listener) complain(ctx context.Context, e event, list []recipient, file enrolment.Enrolment, r enrolment.MessageRecord) error {
	l.say(ctx, slog.LevelWarn, e, "complaint")
	holder, other := whose(list, file)
	if holder && !file.RemindersOff {
		if err := l.Store.StopReminders(ctx, file.ID); err != nil {
			return fmt.Errorf("stop reminders of file %s: %w", file.ID, err)
		}
	}
	if r.To == mail.ToAuthority && other {
		return l.closed(ctx, file, r, "complaint")
	}
	return nil
}

// closed marks a message as come back, and has the engine look at the file.
func (l *Listener) closed(ctx context.Context, file enrolment.Enrolment, r enrolment.MessageRecord, why string) error {
	if r.State == enrolment.MessageBounced {
		return nil
	}
	if err := l.Store.BounceMessage(ctx, file.ID, r.Key, why); err != nil {
		return fmt.Errorf("mark a message of file %s: %w", file.ID, err)
	}
	return l.Store.Wake(ctx, file.ID)
}

// whose tells whether the holder's address is among the recipients, and whether another is. An event about an address
// that is not the holder's any more says nothing about the holder.
func whose(list []recipient, file enrolment.Enrolment) (holder, other bool) {
	for _, r := range list {
		if strings.EqualFold(bare(r.Address), file.Person.Email) {
			holder = true
		} else {
			other = true
		}
	}
	return holder, other
}

// bare takes the name off « Zoé Martin <zoe@mairie.example> ».
func bare(address string) string {
	if i, j := strings.LastIndexByte(address, '<'), strings.LastIndexByte(address, '>'); i >= 0 && j > i {
		address = address[i+1 : j]
	}
	return strings.TrimSpace(address)
}

// say is the one log line of an event: no address.
func (l *Listener) say(ctx context.Context, level slog.Level, e event, outcome string) {
	l.Log.Log(ctx, level, "feedback", "event", e.Type, "outcome", outcome, "file", e.tag("file"), "message", e.tag("message"),
		"messageId", e.Detail.Mail.MessageID, "bounce", strings.TrimSuffix(e.Detail.Bounce.Type+" "+e.Detail.Bounce.Subtype, " "),
		"complaint", strings.TrimSpace(e.Detail.Complaint.FeedbackType+" "+e.Detail.Complaint.Subtype), "delay", e.Detail.Delay.Type)
}
