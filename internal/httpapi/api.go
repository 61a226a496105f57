package httpapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/link"
)

// Catalogue reads what the organisation published. Absence is an error of kind not-found.
type Catalogue interface {
	// Sessions gives the open sessions that begin after from, by date; next is "" on the last page.
	Sessions(ctx context.Context, from time.Time, cursor string) (sessions []enrolment.Session, next string, err error)
	Session(ctx context.Context, id string) (enrolment.Session, error)
	// Choices gives what the list can be narrowed by.
	Choices(ctx context.Context) (enrolment.Choices, error)
	Formation(ctx context.Context, slug string) (enrolment.Formation, error)
	// Wording gives what a formation's papers say under a key, or today's programme without one.
	Wording(ctx context.Context, slug, key string) (enrolment.Wording, error)
	Organisation(ctx context.Context) (enrolment.Organisation, error)
}

// Desk is where seats are held and files change; see package booking for what each refuses.
type Desk interface {
	Enrol(ctx context.Context, app booking.Application) (booking.File, error)
	EnrolGroup(ctx context.Context, c booking.Council) (booking.Party, error)
	File(ctx context.Context, id string) (booking.File, error)
	Prove(ctx context.Context, id string) (booking.File, error)
	Tick(ctx context.Context, id string, step enrolment.StepKey) (booking.File, error)
	Untick(ctx context.Context, id string, step enrolment.StepKey) (booking.File, error)
	SetPhone(ctx context.Context, id, phone string) (booking.File, error)
	SetNeeds(ctx context.Context, id, needs string) (booking.File, error)
	AskEmail(ctx context.Context, id, email string) (booking.File, error)
	ConfirmEmail(ctx context.Context, id, email string) (booking.File, error)
	Pay(ctx context.Context, id string, how booking.Paying) (booking.File, error)
	ChangeSession(ctx context.Context, id, sessionID string) (booking.File, error)
	Cancel(ctx context.Context, id string) (booking.File, error)
	Withdraw(ctx context.Context, id string) (booking.File, error)
	Accept(ctx context.Context, id string) (booking.File, error)
	SendLinks(ctx context.Context, email string) error
	Erase(ctx context.Context, id string) error
	Export(ctx context.Context, id string) (booking.Export, error)
	// ForContact is the desk of the contact at the collectivité, who goes by a name, for an act that the audit names; revision is
	// that of their link.
	ForContact(name, act string, revision int) *booking.Desk
	// Messages gives what was sent about a file.
	Messages(ctx context.Context, id string) ([]enrolment.MessageRecord, error)
	// SignedText gives the text of a file's convention as it was signed online.
	SignedText(ctx context.Context, e enrolment.Enrolment) (string, error)
	// Certified gives the files of those of a group who came.
	Certified(ctx context.Context, group enrolment.Enrolment) ([]enrolment.Enrolment, error)
	// Enrolment gives a file alone: what a door needs.
	Enrolment(ctx context.Context, id string) (enrolment.Enrolment, error)
}

// Reminders stops the reminders of a file; see package feedback.
type Reminders interface {
	StopReminders(ctx context.Context, fileID string) error
}

// Opinions keeps what people thought of a session, as sums.
type Opinions interface {
	// GiveOpinion counts one, once for each file; first is false when the file had given its own.
	GiveOpinion(ctx context.Context, fileID, sessionID string, o enrolment.Opinion, until time.Time) (first bool, err error)
	Opined(ctx context.Context, fileID string) (bool, error)
}

// Limits counts what concerns one address, what one source asks for ("" is not counted) and what is done with one file; refused
// means an error of kind too-many-requests. The acts: "enrol" (at a kiosk), "links", "change" (a change that its holder is told by mail); with a
// file: "tick", "paper", "answer" (the acts of the contact at the collectivité).
type Limits interface {
	// AllowEnrolment counts an enrolment, among those of its source that nobody has proved too; it may ask for the proof of work.
	AllowEnrolment(ctx context.Context, email, source string, worked bool) (enrolment.Admission, error)
	// GiveBack takes back what was counted for an enrolment that came to nothing.
	GiveBack(ctx context.Context, a enrolment.Admission) error
	Allow(ctx context.Context, act, email, source string) error
	AllowFile(ctx context.Context, act, fileID string) error
	// AllowPrint counts one public paper printed for a source.
	AllowPrint(ctx context.Context, source string) error
}

// Challenge is a proof of work, asked for when there are many requests. A solution is good for one request, named by its idempotency key when it has one.
type Challenge interface {
	Issue() (any, error)
	Check(ctx context.Context, solution, request string) error
}

// Metrics counts what the organisation watches; see package metrics.
type Metrics interface {
	Enrolled(mode enrolment.Mode)
	// Funded is one file whose every step is done, so long after it got its seat.
	Funded(mode enrolment.Mode, after time.Duration)
}

// Deps is what the handlers need. Challenge may be nil: then no proof of work is ever asked for. WorkAlways asks everybody for one.
type Deps struct {
	Catalogue  Catalogue
	Desk       Desk
	Reminders  Reminders
	Opinions   Opinions
	Guide      *guide.Guide
	Links      link.Links
	Limits     Limits
	Challenge  Challenge
	WorkAlways bool
	TakesScans bool // there is a bucket for what collectivités sign by hand
	Metrics    Metrics
	Log        *slog.Logger
	Now        func() time.Time
	Build      string
	// AnswerFloor is how long POST /api/enrolments and /api/links take at least, so that the answer's time does not
	// say whether an address is known.
	AnswerFloor time.Duration
}

type api struct {
	Deps
	payees *payees
}

// New is the handler of the catalogue, enrolment and the holder's file.
func New(d Deps) http.Handler { return d.serve(d.routes()) }

func (d Deps) routes() map[string]action {
	a := api{d, new(payees)}
	return map[string]action{
		"GET /api/sessions":      a.listSessions,
		"GET /api/sessions/{id}": a.showSession,
		"GET /api/seats":         a.listSeats,
		"GET /api/sessions.ics":  a.feed,
		"POST /api/enrolments":   a.enrol,
		"POST /api/groups":       a.enrolGroup,
		"POST /api/links":        a.sendLinks,
		"GET /api/challenge":     a.challenge,
		"GET /api/health":        a.health,
		"GET /api/openapi.json":  a.description,

		"GET /api/enrolments/{id}":                         a.showFile,
		"PUT /api/enrolments/{id}/steps/{step}":            a.onFile(a.measured(a.tick)),
		"DELETE /api/enrolments/{id}/steps/{step}":         a.onFile(a.measured(a.untick)),
		"PUT /api/enrolments/{id}/phone":                   a.onFile(a.measured(a.changePhone)),
		"PUT /api/enrolments/{id}/needs":                   a.onFile(a.measured(a.changeNeeds)),
		"PUT /api/enrolments/{id}/email":                   a.onFile(a.measured(a.changeEmail)),
		"POST /api/enrolments/{id}/email":                  a.confirmEmail,
		"PUT /api/enrolments/{id}/funding":                 a.onFile(a.counted(a.changeMode)),
		"PUT /api/enrolments/{id}/session":                 a.onFile(a.counted(a.changeSession)),
		"POST /api/enrolments/{id}/cancellation":           a.onFile(a.cancel),
		"POST /api/enrolments/{id}/withdrawal":             a.onFile(a.withdraw),
		"POST /api/enrolments/{id}/acceptance":             a.onFile(a.accept),
		"PUT /api/enrolments/{id}/opinion":                 a.onWhole(a.giveOpinion),
		"GET /api/enrolments/{id}/export":                  a.onFile(a.export),
		"DELETE /api/enrolments/{id}":                      a.onFile(a.erase),
		"GET /api/enrolments/{id}/unsubscription/{token}":  a.askToUnsubscribe,
		"POST /api/enrolments/{id}/unsubscription/{token}": a.unsubscribe,

		"PUT /api/enrolments/{id}/answer":        a.asContact(a.answerRequest),
		"DELETE /api/enrolments/{id}/answer":     a.asContact(a.takeAnswerBack),
		"PUT /api/enrolments/{id}/billing":       a.asContact(a.bill),
		"DELETE /api/enrolments/{id}/billing":    a.asContact(a.takeBillingBack),
		"PUT /api/enrolments/{id}/convention":    a.asContact(a.returned),
		"DELETE /api/enrolments/{id}/convention": a.asContact(a.takeReturnBack),
		"PUT /api/enrolments/{id}/signature":     a.asContact(a.sign),
		"DELETE /api/enrolments/{id}/signature":  a.asContact(a.unsign),
		"PUT /api/enrolments/{id}/handover":      a.asContact(a.handOn),
		"PUT /api/enrolments/{id}/silence":       a.asContact(a.silence),
		"DELETE /api/enrolments/{id}/silence":    a.asContact(a.writeAgain),

		// The gateway hands only GET to the function that prints.
		"HEAD /api/enrolments/{id}/documents/{kind}": d.headPaper,
		"HEAD /api/enrolments/{id}/calendar.ics":     d.onWhole(d.headCalendar),
	}
}

func (a api) health(w http.ResponseWriter, _ *http.Request) error {
	return writeJSON(w, http.StatusOK, map[string]string{"status": "ok", "build": a.Build})
}

func (a api) challenge(w http.ResponseWriter, _ *http.Request) error {
	if a.Challenge == nil {
		return writeJSON(w, http.StatusOK, map[string]bool{"required": false})
	}
	c, err := a.Challenge.Issue()
	if err != nil {
		return err
	}
	return writeJSON(w, http.StatusOK, map[string]any{"required": a.WorkAlways, "challenge": c})
}
