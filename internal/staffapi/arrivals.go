package staffapi

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/phone"
	"github.com/echarpe/echarpe/internal/web"
	"github.com/echarpe/echarpe/internal/words"
)

// What a lost link could add to a session: people noted, and people enrolled, who have a seat and get a mail.
const (
	arrivalsMost = 30
	enrolledMost = 10
)

// theTrainer stands in the audit for whoever had the trainer's link.
var theTrainer = enrolment.Actor{Sub: "trainer", Name: "Lien du formateur"}

// arrivalRequest is somebody who came and is on no list. A name is enough to be noted; all but the telephone is needed to be enrolled.
type arrivalRequest struct {
	Name      string `json:"name"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	Email     string `json:"email"`
	Phone     string `json:"phone"`
	Mandate   string `json:"mandate"`
	Authority string `json:"authority"`
	Funding   string `json:"funding"`
}

// arrivalView is what became of them: enrolled, with a file; listed, since they had one with a seat; or noted, and why.
type arrivalView struct {
	Outcome string       `json:"outcome"`
	Why     string       `json:"why,omitempty"`
	Person  attendeeView `json:"person"`
}

// notedView is what the organisation has to enrol somebody by.
type notedView struct {
	FirstName string                `json:"firstName,omitempty"`
	LastName  string                `json:"lastName,omitempty"`
	Email     string                `json:"email,omitempty"`
	Phone     string                `json:"phone,omitempty"`
	Mandate   enrolment.MandateKind `json:"mandate,omitempty"`
	Authority string                `json:"authority,omitempty"`
	Funding   enrolment.Mode        `json:"funding,omitempty"`
	Why       string                `json:"why,omitempty"`
}

func notedOf(a enrolment.Arrival) *notedView {
	n := a.Noted
	return &notedView{n.FirstName, n.LastName, n.Email, n.Phone, n.Mandate, n.Authority, n.Mode, n.Why}
}

// unlisted counts those who have no file.
func unlisted(came []enrolment.Arrival) (n int) {
	for _, c := range came {
		n += one(c.FileID == "")
	}
	return n
}

// newcomer is an arrival with what it takes to enrol it; app is nil when an e-mail address is missing, and nobody can be enrolled.
type newcomer struct {
	enrolment.Arrival
	app *booking.Application
}

// read checks what was sent. The id is the tablet's, so that sending twice adds one person.
func (a api) readArrival(r *http.Request, s enrolment.Session) (n newcomer, err error) {
	var q arrivalRequest
	if err := web.Decode(r, &q); err != nil {
		return n, err
	}
	faults := web.Fields{}
	id := r.PathValue("arrival")
	if suffix, ours := strings.CutPrefix(id, enrolment.ArrivalPrefix); !ours || len(suffix) < 8 || len(suffix) > 40 || strings.Trim(suffix, "abcdefghijklmnopqrstuvwxyz0123456789-") != "" {
		faults["name"] = "Rechargez la feuille, puis ajoutez de nouveau cette personne."
	}
	n.Arrival = enrolment.Arrival{ID: id, At: a.Now().UTC(), Until: a.arrivalKept(s)}
	if strings.TrimSpace(q.Email) == "" {
		n.Name, err = enrolment.ParseName(strings.TrimSpace(q.Name+" "+q.FirstName+" "+q.LastName), "Écrivez le prénom et le nom.", 160)
		faults.Check("name", err)
		n.Noted = enrolment.Noted{Why: "L’adresse e-mail manque."}
		if strings.TrimSpace(q.Phone) != "" {
			n.Noted.Phone, err = phone.Parse(q.Phone)
			faults.Check("phone", err)
		}
		return n, faults.Err()
	}
	p := personRequest{FirstName: q.FirstName, LastName: q.LastName, Email: q.Email, Phone: q.Phone}.parse("", faults)
	m := mandateRequest{Kind: q.Mandate, Authority: q.Authority}.parse("mandate.", faults)
	mode, known := enrolment.ParseMode(q.Funding)
	if !known {
		faults["funding"] = "Choisissez qui paiera."
	}
	n.Name = p.FullName()
	n.Noted = enrolment.Noted{FirstName: p.FirstName, LastName: p.LastName, Email: p.Email, Phone: p.Phone, Mandate: m.Kind, Authority: m.Authority, Mode: mode}
	n.app = &booking.Application{Key: "room:" + s.ID + ":" + id, SessionID: s.ID, Mode: mode, Person: p, Mandate: m, Proved: true, BodyDigest: "room:" + id}
	return n, faults.Err()
}

// arrive enrols somebody who came and is on no list, when a seat is left; or else notes them, and says why.
func (a api) arrive(w http.ResponseWriter, r *http.Request, s enrolment.Session, _ string) error {
	n, err := a.readArrival(r, s)
	if err != nil {
		return err
	}
	_, came, err := a.Store.Attendance(r.Context(), s.ID)
	if err != nil {
		return err
	}
	enrolled := len(came) - unlisted(came)
	switch i := slices.IndexFunc(came, func(c enrolment.Arrival) bool { return c.ID == n.ID }); {
	case i >= 0 && came[i].FileID != "":
		return ok(w, arrivalView{Outcome: "enrolled", Person: attendeeView{ID: came[i].FileID, Arrival: n.ID, Name: n.Name, Marks: map[string]markView{}}})
	case i >= 0 && n.app == nil: // a name sent again
		n.Arrival = came[i]
	case i < 0 && len(came) >= arrivalsMost:
		return enrolment.Refuse(enrolment.KindConflict, "Trop de personnes inattendues ont été ajoutées. Appelez l’organisme.")
	}
	if why := a.notYet(s, enrolled); n.app != nil && why != "" {
		n.Noted.Why, n.app = why, nil
	}
	return a.bring(r.Context(), w, s, n, theTrainer)
}

// notYet says why the trainer's link enrols nobody now, "" when it does.
func (a api) notYet(s enrolment.Session, enrolled int) string {
	first := s.Start().In(guide.Paris)
	if a.Now().Before(time.Date(first.Year(), first.Month(), first.Day(), 0, 0, 0, 0, guide.Paris)) {
		return "L’inscription dans la salle s’ouvre le jour de la formation."
	}
	if enrolled >= enrolledMost {
		return "Beaucoup de personnes ont déjà été inscrites dans la salle."
	}
	return ""
}

// complete is the same act by one of the team, who enrols somebody that the trainer could only note: without the limits of a link.
func (a api) complete(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	s, err := a.Store.Session(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	n, err := a.readArrival(r, s)
	if err != nil {
		return err
	}
	if n.app == nil {
		return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"email": "Saisissez l’adresse e-mail."}}
	}
	_, came, err := a.Store.Attendance(r.Context(), s.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(came, func(c enrolment.Arrival) bool { return c.ID == n.ID })
	if i < 0 {
		return enrolment.Refuse(enrolment.KindNotFound, "Cette personne n’est pas, ou plus, sur la feuille.")
	}
	if came[i].FileID != "" {
		return enrolment.Refuse(enrolment.KindConflict, "Cette personne est déjà inscrite. Rechargez la page.")
	}
	n.app.Key += ":" + n.app.Person.Email // corrected by the team, it is another request
	f, err := a.Desk.For(booking.Behalf{Actor: who, Act: "arrival"}).EnrolInRoom(r.Context(), *n.app, sameName)
	if err != nil {
		return err
	}
	n.FileID, n.Name, n.Noted = f.Enrolment.ID, "", enrolment.Noted{}
	if err := a.Store.Arrive(r.Context(), s.ID, n.Arrival); err != nil {
		return err
	}
	return a.teamSheet(w, r, who)
}

// bring enrols, or notes, somebody who came.
func (a api) bring(ctx context.Context, w http.ResponseWriter, s enrolment.Session, n newcomer, who enrolment.Actor) error {
	v := arrivalView{Outcome: "noted", Person: attendeeView{ID: n.ID, Name: n.Name, Unexpected: true, Marks: map[string]markView{}}}
	if n.app != nil {
		file, outcome, why, err := a.seatInRoom(ctx, *n.app, who)
		if err != nil {
			return err
		}
		if n.Noted.Why = why; file != "" {
			v.Outcome, v.Person = outcome, attendeeView{ID: file, Arrival: n.ID, Name: n.Name, Marks: map[string]markView{}}
			n.FileID, n.Name, n.Noted = file, "", enrolment.Noted{}
		}
	}
	v.Why = n.Noted.Why
	if err := a.Store.Arrive(ctx, s.ID, n.Arrival); err != nil {
		return err
	}
	return ok(w, v)
}

// seatInRoom gives the file of whoever has a seat now, or why they have none. Who is on the list under the same name is that person;
// another name with the same address is somebody else, whose file nobody may take.
func (a api) seatInRoom(ctx context.Context, app booking.Application, who enrolment.Actor) (file, outcome, why string, err error) {
	f, err := a.Desk.For(booking.Behalf{Actor: who, Act: "arrival"}).EnrolInRoom(ctx, app, sameName)
	if err == nil {
		return f.Enrolment.ID, "enrolled", "", nil
	}
	var refusal *enrolment.Error
	if !errors.As(err, &refusal) {
		return "", "", "", err
	}
	switch refusal.Kind {
	case enrolment.KindConflict, enrolment.KindFundingClosed:
		return "", "", refusal.Detail, nil
	case enrolment.KindDuplicate:
	default:
		return "", "", "", err
	}
	had, err := a.Store.Files(ctx, []string{refusal.File})
	if err != nil {
		return "", "", "", err
	}
	if len(had) == 1 && had[0].Attendee() && sameName(had[0].Person, app.Person) {
		return had[0].ID, "listed", "", nil
	}
	return "", "", "Cette adresse e-mail est déjà celle d’une autre personne inscrite.", nil
}

func sameName(x, y enrolment.Person) bool {
	return words.Fold(x.FullName()) == words.Fold(y.FullName())
}

// arrivalKept is the end of the months that what was noted of somebody who is on no list is kept.
func (a api) arrivalKept(s enrolment.Session) time.Time {
	months, _ := a.Guide.Rule("retention-arrival-months", s.End())
	return s.End().AddDate(0, months, 0)
}
