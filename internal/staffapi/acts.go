package staffapi

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/phone"
	"github.com/echarpe/echarpe/internal/web"
)

// reasoned is the body of an act that needs nothing but a reason.
type reasoned struct {
	Reason string `json:"reason"`
}

// act is one act on a file: what it asks, and what the desk does.
func (a api) act(name string, required bool, do func(r *http.Request, desk *booking.Desk, id string) (booking.File, error)) action {
	return func(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
		var q reasoned
		if r.ContentLength != 0 {
			if err := web.Decode(r, &q); err != nil {
				return err
			}
		}
		reason, err := why(q.Reason, required)
		if err != nil {
			return err
		}
		return a.carry(w, r, who, name, reason, func(desk *booking.Desk, id string) (booking.File, error) { return do(r, desk, id) })
	}
}

// carry does an act on the file of the path and answers the whole file.
func (a api) carry(w http.ResponseWriter, r *http.Request, who enrolment.Actor, name, reason string, do func(desk *booking.Desk, id string) (booking.File, error)) error {
	desk, err := a.onBehalf(r, who, name, reason)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	before, err := a.Desk.File(r.Context(), id)
	if err != nil {
		return err
	}
	if before.Enrolment.Decoy {
		return &enrolment.Error{Kind: enrolment.KindNotFound, Detail: "Ce dossier n’existe pas, ou n’existe plus."}
	}
	f, err := do(desk, id)
	if err != nil {
		return err
	}
	return a.answerFile(w, r, http.StatusOK, f, who)
}

func (a api) tick(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.Tick(r.Context(), id, enrolment.StepKey(r.PathValue("step")))
}

func (a api) propose(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.Tick(r.Context(), id, enrolment.StepProposal)
}

func (a api) untick(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.Untick(r.Context(), id, enrolment.StepKey(r.PathValue("step")))
}

// countersign signs the convention for the organisation, in the name of whoever does it.
func (a api) countersign(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	org, err := a.Store.Organisation(r.Context())
	if err != nil {
		return err
	}
	c := enrolment.Countersignature{Signatory: org.Representative, By: who.Name}
	return a.act("countersignature", false, func(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
		return desk.Countersign(r.Context(), id, c)
	})(w, r, who)
}

func (a api) cancel(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.Cancel(r.Context(), id)
}

// withdraw records a withdrawal that came by post or by mail; its reason says when it was sent.
func (a api) withdraw(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.Withdraw(r.Context(), id)
}

func (a api) reachable(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.Reachable(r.Context(), id)
}

func (a api) prove(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.Prove(r.Context(), id)
}

func (a api) links(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.MailLinks(r.Context(), id, false)
}

func (a api) revoke(r *http.Request, desk *booking.Desk, id string) (booking.File, error) {
	return desk.MailLinks(r.Context(), id, true)
}

func (a api) correct(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		personRequest
		Reason string `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	faults := web.Fields{}
	p := q.parse("", faults)
	if err := faults.Err(); err != nil {
		return err
	}
	reason, err := why(q.Reason, false)
	if err != nil {
		return err
	}
	return a.carry(w, r, who, "person", reason, func(desk *booking.Desk, id string) (booking.File, error) { return desk.Correct(r.Context(), id, p) })
}

// setNeeds notes what a person needs to follow the session, as they said it. The audit says that it changed, never what it is.
func (a api) setNeeds(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Needs string `json:"needs"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	needs, err := enrolment.ParseNeeds(q.Needs)
	if err != nil {
		return web.Fields{"needs": err.Error()}.Err()
	}
	return a.carry(w, r, who, "needs", "", func(desk *booking.Desk, id string) (booking.File, error) {
		return desk.SetNeeds(r.Context(), id, needs)
	})
}

func (a api) setContact(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q web.Contact
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	faults := web.Fields{}
	c := q.Parse("", faults)
	if err := faults.Err(); err != nil {
		return err
	}
	return a.carry(w, r, who, "contact", "", func(desk *booking.Desk, id string) (booking.File, error) { return desk.SetContact(r.Context(), id, c) })
}

// setPayer names who pays in place of the mandate's collectivité; both fields empty, that one does.
func (a api) setPayer(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		web.Payer
		Reason string `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	faults := web.Fields{}
	p := q.Parse("", faults)
	if err := faults.Err(); err != nil {
		return err
	}
	reason, err := why(q.Reason, false)
	if err != nil {
		return err
	}
	return a.carry(w, r, who, "payer", reason, func(desk *booking.Desk, id string) (booking.File, error) {
		return desk.SetPayer(r.Context(), id, p)
	})
}

func (a api) changeFunding(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Funding string `json:"funding"`
		Reason  string `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	mode, known := enrolment.ParseMode(q.Funding)
	if !known {
		return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"funding": "Choisissez comment la formation sera payée."}}
	}
	reason, err := why(q.Reason, false)
	if err != nil {
		return err
	}
	return a.carry(w, r, who, "funding", reason, func(desk *booking.Desk, id string) (booking.File, error) {
		return desk.ChangeMode(r.Context(), id, mode, nil)
	})
}

func (a api) changeSession(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		SessionID string `json:"sessionId"`
		Reason    string `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	if q.SessionID == "" || len(q.SessionID) > 100 {
		return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"sessionId": "Choisissez une session."}}
	}
	reason, err := why(q.Reason, false)
	if err != nil {
		return err
	}
	return a.carry(w, r, who, "session", reason, func(desk *booking.Desk, id string) (booking.File, error) {
		return desk.ChangeSession(r.Context(), id, q.SessionID)
	})
}

// markDuty says that a duty is done outside, or puts it off.
func (a api) markDuty(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Kind   string `json:"kind"`
		Done   bool   `json:"done"`
		Until  string `json:"until"`
		Reason string `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	kind := enrolment.DutyKind(q.Kind)
	mark, reason, err := a.dutyMark(q.Done, q.Until, q.Reason)
	faults := web.Fields{}
	if _, known := dutyWords[kind]; !known {
		faults["kind"] = "Cette tâche n’existe pas."
	}
	if err := cmp.Or(faults.Err(), err); err != nil {
		return err
	}
	return a.carry(w, r, who, "duty", reason, func(desk *booking.Desk, id string) (booking.File, error) {
		if q.Done && kind == enrolment.DutyDIFEAnswer {
			return desk.Tick(r.Context(), id, enrolment.StepProposal) // answered: the élu's days begin
		}
		return desk.Mark(r.Context(), id, kind, mark)
	})
}

// dutyMark reads what is said of a duty: that it is done, or until when it is put off, and why.
func (a api) dutyMark(done bool, until, reason string) (m enrolment.DutyMark, given string, err error) {
	m.Done = done
	if !done {
		day, err := time.ParseInLocation(time.DateOnly, until, guide.Paris)
		if err != nil || !day.After(a.Now()) {
			return m, "", &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"until": "Choisissez un jour à venir."}}
		}
		m.Until = day
	}
	given, err = why(reason, !done)
	return m, given, err
}

func (a api) note(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Text string `json:"text"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	text, err := enrolment.ParseText(strings.ReplaceAll(q.Text, "\n", " "), "Écrivez la note.", 2000)
	if err != nil {
		return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"text": err.Error()}}
	}
	f, err := a.Desk.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if err := a.Desk.For(booking.Behalf{Actor: who, Act: "note"}).Note(r.Context(), f.Enrolment.ID, who, text); err != nil {
		return err
	}
	return a.answerFile(w, r, http.StatusOK, f, who)
}

// give gives a seat out of order.
func (a api) give(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		File   string `json:"file"`
		Reason string `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	reason, err := why(q.Reason, true)
	if err != nil {
		return err
	}
	f, err := a.Desk.For(booking.Behalf{Actor: who, Act: "offer", Reason: reason}).Give(r.Context(), q.File, r.PathValue("id"), reason)
	if err != nil {
		return err
	}
	return a.answerFile(w, r, http.StatusOK, f, who)
}

// enrol enrols someone who telephones or writes.
func (a api) enrol(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		SessionID  string         `json:"sessionId"`
		Funding    string         `json:"funding"`
		Person     personRequest  `json:"person"`
		Mandate    mandateRequest `json:"mandate"`
		Contact    *web.Contact   `json:"authorityContact"`
		Payer      *web.Payer     `json:"payer"`
		Needs      string         `json:"needs"`
		ReceivedOn string         `json:"receivedOn"`
		Reason     string         `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	key, err := web.IdempotencyKey(r)
	if err != nil {
		return err
	}
	faults := web.Fields{}
	app := booking.Application{Key: key, SessionID: q.SessionID}
	if q.SessionID == "" || len(q.SessionID) > 100 {
		faults["sessionId"] = "Choisissez une session."
	}
	mode, known := enrolment.ParseMode(q.Funding)
	if app.Mode = mode; !known {
		faults["funding"] = "Choisissez comment la formation sera payée."
	}
	app.Person = q.Person.parse("person.", faults)
	app.Mandate = q.Mandate.parse("mandate.", faults)
	app.Contact = q.Contact.Parse("authorityContact.", faults)
	app.Payer = q.Payer.Parse("payer.", faults)
	app.Needs, err = enrolment.ParseNeeds(q.Needs)
	faults.Check("needs", err)
	if day, err := time.ParseInLocation(time.DateOnly, q.ReceivedOn, guide.Paris); q.ReceivedOn != "" && (err != nil || day.After(a.Now())) {
		faults["receivedOn"] = "Donnez le jour où la demande a été reçue : aujourd’hui, ou avant."
	}
	if err := faults.Err(); err != nil {
		return err
	}
	reason, err := why(q.Reason, false)
	if err != nil {
		return err
	}
	if q.ReceivedOn != "" {
		reason = strings.TrimSpace(reason + " (demande reçue le " + q.ReceivedOn + ")")
	}
	app.BodyDigest = "staff:" + strings.Join([]string{q.SessionID, q.Funding, app.Person.Email, app.Person.FullName()}, "|")
	f, err := a.Desk.For(booking.Behalf{Actor: who, Act: "enrolment", Reason: reason}).Enrol(r.Context(), app)
	if err != nil {
		return err
	}
	return a.answerFile(w, r, http.StatusCreated, f, who)
}

type personRequest struct {
	Title     string `json:"title"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	BirthName string `json:"birthName"`
	Email     string `json:"email"`
	Phone     string `json:"phone"`
}

func (p personRequest) parse(prefix string, faults web.Fields) (out enrolment.Person) {
	var err error
	if p.Title != "" && p.Title != "Madame" && p.Title != "Monsieur" {
		faults[prefix+"title"] = "Choisissez Madame ou Monsieur, ou laissez ce choix vide."
	}
	out.Title = p.Title
	out.FirstName, err = enrolment.ParseName(p.FirstName, "Saisissez le prénom.", 80)
	faults.Check(prefix+"firstName", err)
	out.LastName, err = enrolment.ParseName(p.LastName, "Saisissez le nom.", 80)
	faults.Check(prefix+"lastName", err)
	out.BirthName, err = enrolment.ParseName(p.BirthName, "", 80)
	faults.Check(prefix+"birthName", err)
	if out.Email, err = enrolment.ParseEmail(p.Email); strings.TrimSpace(p.Email) == "" {
		faults[prefix+"email"] = "Saisissez l’adresse e-mail."
	} else {
		faults.Check(prefix+"email", err)
	}
	if strings.TrimSpace(p.Phone) != "" {
		out.Phone, err = phone.Parse(p.Phone)
		faults.Check(prefix+"phone", err)
	}
	return out
}

type mandateRequest struct {
	Kind      string `json:"kind"`
	Authority string `json:"authority"`
}

func (m mandateRequest) parse(prefix string, faults web.Fields) enrolment.Mandate {
	kind, known := enrolment.ParseMandateKind(m.Kind)
	if !known {
		faults[prefix+"kind"] = "Choisissez le mandat."
	}
	authority, err := enrolment.ParseName(m.Authority, "Saisissez le nom de la collectivité.", 150)
	faults.Check(prefix+"authority", err)
	return enrolment.Mandate{Kind: kind, Authority: authority}
}
