package httpapi

import (
	"context"
	"errors"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/phone"
	"github.com/echarpe/echarpe/internal/web"
)

// enrol holds a seat, or a place in the queue. A repeated request with the same key gives the same file.
func (a api) enrol(w http.ResponseWriter, r *http.Request) error {
	defer a.notBefore(r.Context(), a.Now().Add(a.AnswerFloor))
	key, err := web.IdempotencyKey(r)
	if err != nil {
		return err
	}
	var q enrolmentRequest
	if err := decode(r, &q); err != nil {
		return err
	}
	app, err := q.application(key)
	if err != nil {
		return err
	}
	kiosk, open := a.Links.Keys.OpenPass(q.Kiosk, a.Now())
	if app.Proved = open; open {
		return a.enrolAtKiosk(w, r, app, kiosk)
	}
	f, err := a.admit(r, app, q.Challenge)
	if err != nil {
		return err
	}
	return a.enrolled(w, f)
}

// enrolAtKiosk enrols whoever stands at a kiosk that the organisation opened: their address needs no proof, no work is asked for, and
// the kiosk is the source that is counted, however many share its network. A pass that is over is none: the address is proved by mail.
func (a api) enrolAtKiosk(w http.ResponseWriter, r *http.Request, app booking.Application, kiosk string) error {
	if err := a.Limits.Allow(r.Context(), "enrol", app.Person.Email, "kiosk:"+kiosk); err != nil {
		return err
	}
	f, err := a.Desk.Enrol(r.Context(), app)
	if err != nil {
		return err
	}
	return a.enrolled(w, f)
}

func (a api) enrolled(w http.ResponseWriter, f booking.File) error {
	a.Metrics.Enrolled(f.Enrolment.Mode)
	return writeJSON(w, http.StatusCreated, map[string]any{
		"enrolment": a.file(f), "link": a.Links.File(f.Enrolment.ID, f.Enrolment.LinkRevision),
	})
}

// sendLinks answers the same whether the address is known or not.
func (a api) sendLinks(w http.ResponseWriter, r *http.Request) error {
	defer a.notBefore(r.Context(), a.Now().Add(a.AnswerFloor))
	var q struct {
		Email     string `json:"email"`
		Challenge string `json:"challenge"`
	}
	if err := decode(r, &q); err != nil {
		return err
	}
	email, err := enrolment.ParseEmail(q.Email)
	if err != nil {
		return web.Fields{"email": err.Error()}.Err()
	}
	if _, err := a.worked(r, q.Challenge, ""); err != nil {
		return err
	}
	if err := a.Limits.Allow(r.Context(), "links", email, source(r)); err != nil {
		return err
	}
	if err := a.Desk.SendLinks(r.Context(), email); err != nil {
		return err
	}
	return writeJSON(w, http.StatusAccepted, map[string]string{
		"detail": "Si une inscription existe avec cette adresse, un e-mail vient de partir avec vos liens personnels.",
	})
}

// admit enrols within the abuse limits. A request that is refused, or that had made its file already, uses up nothing.
func (a api) admit(r *http.Request, app booking.Application, solution string) (booking.File, error) {
	var err error
	if app.Worked, err = a.worked(r, solution, app.Key+" "+app.Person.Email); err != nil {
		return booking.File{}, err
	}
	counted, err := a.Limits.AllowEnrolment(r.Context(), app.Person.Email, source(r), app.Worked)
	if err != nil {
		return booking.File{}, err
	}
	app.Aside, app.CountedIn = counted.Aside, counted.CountedIn
	f, err := a.Desk.Enrol(r.Context(), app)
	if err != nil || f.Replayed {
		err = errors.Join(err, a.Limits.GiveBack(r.Context(), counted))
	}
	return f, err
}

// worked tells whether a proof of work came, and spends it on the request and its person: it serves no other.
func (a api) worked(r *http.Request, solution, request string) (bool, error) {
	switch {
	case a.Challenge == nil:
		return true, nil
	case solution == "" && a.WorkAlways:
		return false, enrolment.AskWork()
	case solution == "":
		return false, nil
	}
	err := a.Challenge.Check(r.Context(), solution, request)
	return err == nil, err
}

// counted bounds a change that the holder is told by mail. Whoever enrols gets the personal link at once, and may have
// given somebody else's address. Accepting, declining and cancelling are not counted: each is done once in a file's life,
// and nobody must be kept from it by what somebody else did with their address.
func (a api) counted(do act) act {
	return func(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
		if err := a.Limits.Allow(r.Context(), "change", e.Person.Email, source(r)); err != nil {
			return err
		}
		return do(w, r, e)
	}
}

// source is the person's address without its port.
func source(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	return host
}

// notBefore waits until an instant: answers that could reveal who is known all take the same time.
func (a api) notBefore(ctx context.Context, at time.Time) {
	wait := at.Sub(a.Now())
	if wait <= 0 {
		return
	}
	t := time.NewTimer(wait)
	defer t.Stop()
	select {
	case <-t.C:
	case <-ctx.Done():
	}
}

// measured bounds how often a file is written to, or printed, far beyond what its holder does.
func (d Deps) measured(do act) act {
	return func(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
		if err := d.Limits.AllowFile(r.Context(), "tick", e.ID); err != nil {
			return err
		}
		return do(w, r, e)
	}
}

// showFile shows the file. Opening it by a link that only its mailbox had proves the address.
func (a api) showFile(w http.ResponseWriter, r *http.Request) error {
	f, scope, err := a.opened(r, bearer(r), link.Holder, link.Mailed)
	if err == nil && scope == link.Mailed && f.Enrolment.ToProve() {
		f, err = a.Desk.Prove(r.Context(), f.Enrolment.ID)
	}
	return a.answerFile(w, r, f, err)
}

func (a api) tick(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	before := e.FundingState()
	f, err := a.Desk.Tick(r.Context(), e.ID, enrolment.StepKey(r.PathValue("step")))
	if after := f.Enrolment; err == nil && before == enrolment.FundingTodo && after.FundingState() != enrolment.FundingTodo {
		a.Metrics.Funded(after.Mode, a.Now().Sub(after.ReservedAt))
	}
	return a.answerFile(w, r, f, err)
}

func (a api) untick(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	f, err := a.Desk.Untick(r.Context(), e.ID, enrolment.StepKey(r.PathValue("step")))
	return a.answerFile(w, r, f, err)
}

// changeNeeds says anew what the holder needs to follow the session; nothing is "".
func (a api) changeNeeds(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	var q struct {
		Needs *string `json:"needs"`
	}
	if err := decode(r, &q); err != nil {
		return err
	}
	if q.Needs == nil {
		return web.BadRequest(errors.New("no needs in the body"))
	}
	needs, err := enrolment.ParseNeeds(*q.Needs)
	if err != nil {
		return web.Fields{"needs": err.Error()}.Err()
	}
	f, err := a.Desk.SetNeeds(r.Context(), e.ID, needs)
	return a.answerFile(w, r, f, err)
}

// changePhone corrects the holder's own telephone; none is "".
func (a api) changePhone(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	var q struct {
		Phone *string `json:"phone"`
	}
	if err := decode(r, &q); err != nil {
		return err
	}
	if q.Phone == nil {
		return web.BadRequest(errors.New("no phone in the body"))
	}
	faults := web.Fields{}
	var number string
	if strings.TrimSpace(*q.Phone) != "" {
		var err error
		number, err = phone.Parse(*q.Phone)
		faults.Check("phone", err)
	}
	if err := faults.Err(); err != nil {
		return err
	}
	f, err := a.Desk.SetPhone(r.Context(), e.ID, number)
	return a.answerFile(w, r, f, err)
}

func (a api) changeMode(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	var q struct {
		Mode             string       `json:"mode"`
		AuthorityContact *web.Contact `json:"authorityContact"`
		Payer            *web.Payer   `json:"payer"` // absent leaves the one on file; empty takes it away
	}
	if err := decode(r, &q); err != nil {
		return err
	}
	faults := web.Fields{}
	mode, ok := enrolment.ParseMode(q.Mode)
	if !ok {
		faults["mode"] = "Choisissez comment la formation sera payée."
	}
	contact := q.AuthorityContact.Parse("authorityContact.", faults)
	how := booking.Paying{Mode: mode, Contact: contact}
	if q.Payer != nil {
		payer := q.Payer.Parse("payer.", faults)
		how.Payer = &payer
	}
	if err := faults.Err(); err != nil {
		return err
	}
	f, err := a.Desk.Pay(r.Context(), e.ID, how)
	return a.answerFile(w, r, f, err)
}

func (a api) changeSession(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	var q struct {
		SessionID string `json:"sessionId"`
	}
	if err := decode(r, &q); err != nil {
		return err
	}
	if q.SessionID == "" || len(q.SessionID) > 100 {
		return web.Fields{"sessionId": "Choisissez une session."}.Err()
	}
	f, err := a.Desk.ChangeSession(r.Context(), e.ID, q.SessionID)
	return a.answerFile(w, r, f, err)
}

func (a api) cancel(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	f, err := a.Desk.Cancel(r.Context(), e.ID)
	return a.answerFile(w, r, f, err)
}

// withdraw is never refused for abuse: it is a right, and a file can be withdrawn from once.
func (a api) withdraw(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	f, err := a.Desk.Withdraw(r.Context(), e.ID)
	return a.answerFile(w, r, f, err)
}

func (a api) accept(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	f, err := a.Desk.Accept(r.Context(), e.ID)
	return a.answerFile(w, r, f, err)
}

func (a api) erase(w http.ResponseWriter, r *http.Request, e enrolment.Enrolment) error {
	if err := a.Desk.Erase(r.Context(), e.ID); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}

// askToUnsubscribe is for whoever opens the address in a browser: opening stops nothing (mail programs and filters open
// links by themselves), the button does.
func (a api) askToUnsubscribe(w http.ResponseWriter, r *http.Request) error {
	f, scope, err := a.opened(r, r.PathValue("token"), link.Unsubscribe, link.Silence)
	if enrolment.KindOf(err) == enrolment.KindUnauthorized {
		w.Header().Set("Location", "/lien-perdu/") // a person reads this, not a program
		w.WriteHeader(http.StatusSeeOther)
		return nil
	}
	if err != nil {
		return err
	}
	stopped := f.Enrolment.RemindersOff
	if scope == link.Silence {
		_, contact, _ := a.opens(r.PathValue("token"), f.Enrolment.ID, f.Enrolment)
		stopped = f.Enrolment.Silent(contact)
	}
	return writeStopPage(w, stopOf(f, scope, stopped))
}

// unsubscribe is RFC 8058's one click: a POST by the mail program, with no other proof than the address itself. A browser's
// POST comes from the button of the page, and is answered by a page.
func (a api) unsubscribe(w http.ResponseWriter, r *http.Request) error {
	token := r.PathValue("token")
	f, scope, err := a.opened(r, token, link.Unsubscribe, link.Silence)
	if err != nil {
		return err
	}
	detail := "Vous ne recevrez plus de rappels pour cette inscription."
	if scope == link.Silence {
		detail = "Nous ne vous écrirons plus au sujet de cette demande."
		err = a.hush(r, f, token)
	} else {
		err = a.Reminders.StopReminders(r.Context(), f.Enrolment.ID)
	}
	if err != nil {
		return err
	}
	if strings.Contains(r.Header.Get("Accept"), "text/html") {
		return writeStopPage(w, stopOf(f, scope, true))
	}
	return writeJSON(w, http.StatusOK, map[string]string{"detail": detail})
}

// hush stops the mails to whoever had the link of a contact, the present one or not.
func (a api) hush(r *http.Request, f booking.File, token string) error {
	_, contact, _ := a.opens(token, f.Enrolment.ID, f.Enrolment)
	by := ""
	if contact == f.Enrolment.Relay.Revision {
		by = contactName(f.Enrolment)
	}
	_, err := a.Desk.ForContact(by, "silence", contact).Silence(r.Context(), f.Enrolment.ID, true)
	return err
}

func stopOf(f booking.File, scope link.Scope, stopped bool) stopPage {
	return stopPage{Title: f.Session.Formation.Title, Reference: f.Enrolment.Reference, Stopped: stopped, Contact: scope == link.Silence}
}

func (a api) answerFile(w http.ResponseWriter, r *http.Request, f booking.File, err error) error {
	if err != nil {
		return err
	}
	view := a.file(f)
	if view.Payment, err = a.payment(r.Context(), f); err != nil {
		return err
	}
	if view.SentToContact, err = a.sentToContact(r.Context(), f); err != nil {
		return err
	}
	if view.Opinion, err = a.opinion(r.Context(), f); err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, view)
}
