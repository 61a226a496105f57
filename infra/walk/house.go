package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/infra/bench/table"
	"github.com/echarpe/echarpe/infra/bench/whole"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/httpapi"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/wiring"
	"github.com/echarpe/echarpe/internal/wiring/messages"
)

// house is the product as the functions wire it, over a table of its own, with a clock moved by hand and a post that is read.
type house struct {
	*wiring.House
	cfg       aws.Config
	at        time.Time
	api       http.Handler
	reminders messages.Handler
	post      *post
	session   enrolment.Session // that the story is about
	files     []file            // of whom it is about
	others    []file            // somebody else
	story     []event
	duty      enrolment.Duty // of the followed file, when it was last told
}

// file is a file that its holder can open.
type file struct{ id, token string }

func (h *house) now() time.Time { return h.at }

// moment reads "2026-10-19 10:00", Paris time.
func moment(text string) time.Time {
	t, err := time.ParseInLocation("2006-01-02 15:04", text, guide.Paris)
	if err != nil {
		panic(err)
	}
	return t
}

func openHouse(ctx context.Context, at time.Time) (*house, error) {
	h := &house{cfg: table.New(), at: at, post: newPost()}
	mailing := h.cfg
	mailing.BaseEndpoint = &h.post.server.URL
	var err error
	if h.House, err = whole.House(whole.Parts{Store: dynamotest.Open(h.cfg, h.now), Mail: mailing, Log: io.Discard, Now: h.now}); err != nil {
		return nil, err
	}
	if h.reminders, err = messages.Unpaced(h.House); err != nil {
		return nil, err
	}
	deps := h.Deps()
	deps.AnswerFloor = 0
	h.api = httpapi.New(deps)
	return h, table.Publish(ctx, ".", h.Store, h.Guide, h.Desk, h.at)
}

func (h *house) close(ctx context.Context) error {
	h.post.server.Close()
	return table.Drop(ctx, h.cfg)
}

// publish makes the session of the story: one of the sample's on a day of its own.
func (h *house) publish(ctx context.Context, id, day string, capacity int) error {
	sessions, _, err := h.Store.Sessions(ctx, h.at, "")
	if err != nil {
		return err
	}
	for _, s := range sessions {
		if s.Formation.Slug != "budget-communal" || s.Remote {
			continue
		}
		s.ID, s.Capacity, s.Counters = id, capacity, nil
		s.HalfDays, s.ClosesAt = halfDays(day), moment(day+" 09:00").AddDate(0, 0, -2)
		h.session = s
		return h.apply(ctx)
	}
	return fmt.Errorf("the sample has no session on the budget")
}

func halfDays(day string) []enrolment.HalfDay {
	return []enrolment.HalfDay{
		{Start: moment(day + " 09:00"), End: moment(day + " 12:30")}, {Start: moment(day + " 14:00"), End: moment(day + " 17:30")},
	}
}

// apply writes the session as it is now, and tells its people as the catalogue command does.
func (h *house) apply(ctx context.Context) error {
	if _, err := h.Store.ApplySession(ctx, h.session); err != nil {
		return err
	}
	if err := h.Desk.Tell(ctx, h.session.ID); err != nil {
		return err
	}
	return h.Desk.Fill(ctx, h.session.ID)
}

// ask sends a request to the API as the pages do, and gives the answer's body.
func (h *house) ask(ctx context.Context, method, path, bearer, body string) ([]byte, error) {
	r := httptest.NewRequestWithContext(ctx, method, path, strings.NewReader(body))
	r.RemoteAddr = "192.0.2.1:1"
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set("Authorization", "Bearer "+bearer)
	if method == http.MethodPost && bearer == "" {
		r.Header.Set("Idempotency-Key", fmt.Sprintf("00000000-0000-4000-8000-%012d", len(h.files)+len(h.others)+1))
	}
	w := httptest.NewRecorder()
	h.api.ServeHTTP(w, r)
	if w.Code >= http.StatusBadRequest {
		return nil, fmt.Errorf("%s %s: %d %s", method, path, w.Code, w.Body)
	}
	return w.Body.Bytes(), nil
}

// tend is the table's stream about every file, until nothing more leaves.
func (h *house) tend(ctx context.Context) error {
	for {
		for _, f := range h.files {
			change := fmt.Sprintf(`{"Records":[{"eventName":"MODIFY","dynamodb":{"Keys":{"pk":{"S":"E#%s"},"sk":{"S":"FILE"}},"SequenceNumber":"1"}}]}`, f.id)
			if _, err := h.reminders(ctx, json.RawMessage(change)); err != nil {
				return err
			}
		}
		left := h.post.take()
		for _, l := range left {
			h.note(event{letter: &l})
		}
		if len(left) == 0 {
			return h.noteDuty(ctx)
		}
	}
}

// noteDuty tells what the organisation's list asks for about the followed file, when that changes.
func (h *house) noteDuty(ctx context.Context) error {
	if len(h.files) == 0 {
		return nil
	}
	e, err := h.Store.File(ctx, h.files[0].id)
	if err != nil || e.Todo == h.duty {
		return err
	}
	h.duty = e.Todo
	if e.Todo.Kind != "" {
		h.note(event{duty: &e.Todo})
	}
	return nil
}

// sweepEvery is the schedule's pace; a day is looked at when its office closes.
const (
	sweepEvery = 5 * time.Minute
	evening    = 20 * time.Hour
)

// until lives on to an instant: the schedule runs each time something is due, and the page is read every evening.
func (h *house) until(ctx context.Context, end time.Time) error {
	for h.at.Before(end) {
		next, err := h.nextDue(ctx)
		if err != nil {
			return err
		}
		due := !next.IsZero() && next.Before(end)
		if !due {
			next = end
		}
		if look := h.nextLook(); look.Before(next) {
			h.at = look
			if err := h.look(ctx); err != nil {
				return err
			}
			continue
		}
		if due && !next.After(h.at) {
			next = h.at.Add(sweepEvery)
		}
		h.at = next
		if !due {
			return nil
		}
		if _, err := h.reminders(ctx, json.RawMessage(`{"source":"aws.scheduler"}`)); err != nil {
			return err
		}
		if err := h.tend(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (h *house) nextLook() time.Time {
	local := h.at.In(guide.Paris)
	look := time.Date(local.Year(), local.Month(), local.Day(), int(evening/time.Hour), 0, 1, 0, guide.Paris)
	if !look.After(h.at) {
		look = look.AddDate(0, 0, 1)
	}
	return look
}

// nextDue is when the first of the files is due, at the schedule's pace.
func (h *house) nextDue(ctx context.Context) (first time.Time, err error) {
	for _, f := range h.files {
		e, err := h.Store.File(ctx, f.id)
		if enrolment.KindOf(err) == enrolment.KindNotFound {
			continue
		}
		if err != nil {
			return first, err
		}
		if !e.DueAt.IsZero() && (first.IsZero() || e.DueAt.Before(first)) {
			first = e.DueAt
		}
	}
	if at := first.Truncate(sweepEvery); !first.IsZero() && at.Before(first) {
		first = at.Add(sweepEvery)
	}
	return first, nil
}

// look reads the followed file as its holder's page does.
func (h *house) look(ctx context.Context) error {
	if len(h.files) == 0 {
		return nil
	}
	raw, err := h.ask(ctx, http.MethodGet, "/api/enrolments/"+h.files[0].id, h.files[0].token, "")
	if err != nil {
		return err
	}
	var line bytes.Buffer
	if err := json.Compact(&line, raw); err != nil {
		return err
	}
	h.note(event{view: line.Bytes()})
	return nil
}

// enrols is somebody's request as the form sends it, and their first opening of the link that came by mail.
func (h *house) enrols(ctx context.Context, mode enrolment.Mode, email, extra string) error {
	raw, err := h.ask(ctx, http.MethodPost, "/api/enrolments", "", fmt.Sprintf(`{"sessionId":%q,"funding":%q,"consent":true,%s"mandate":{"kind":"adjoint","authority":"Commune de Plougastel"},
		"person":{"title":"Madame","firstName":"Maëlys","lastName":"Kerouédan","birthName":"Quiniou","email":%q,"phone":"06 12 34 56 78"}}`, h.session.ID, mode, extra, email))
	if err != nil {
		return err
	}
	var answer struct{ Link string }
	if err := json.Unmarshal(raw, &answer); err != nil {
		return err
	}
	_, fragment, _ := strings.Cut(answer.Link, "#")
	id, _, _ := strings.Cut(fragment, ".")
	h.files = append(h.files, file{id, h.Links.Keys.Token(link.Mailed, id, 0)})
	if err := h.tend(ctx); err != nil {
		return err
	}
	h.at = h.at.Add(2 * time.Minute)
	_, err = h.ask(ctx, http.MethodGet, "/api/enrolments/"+id, h.files[len(h.files)-1].token, "")
	return err
}

// team is the desk with the organisation in the holder's place.
func (h *house) team(act string) *booking.Desk {
	return h.Desk.For(booking.Behalf{Actor: enrolment.Actor{Sub: "claire", Name: "Claire"}, Act: act})
}

// mairie is the token of whoever is the contact at the collectivité now, as their mails have it.
func (h *house) mairie(ctx context.Context) (string, error) {
	e, err := h.Store.File(ctx, h.files[0].id)
	_, token, _ := strings.Cut(h.Links.Papers(e.ID, e.LinkRevision, e.Relay.Revision), "#"+e.ID+".")
	return token, err
}

// other is somebody else who takes a seat.
func (h *house) other(ctx context.Context) error {
	told := h.story
	err := h.enrols(ctx, enrolment.Collectivite, "autre@plougastel.example", "")
	h.others, h.files, h.story, h.duty = h.files, nil, told, enrolment.Duty{}
	return err
}

// reload takes the session as it is in the table, with its counts and its revision.
func (h *house) reload(ctx context.Context) (err error) {
	h.session, err = h.Store.Session(ctx, h.session.ID)
	return err
}
