package staffapi

import (
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/web"
	"github.com/echarpe/echarpe/internal/words"
)

// Store reads what the pages show. Absence is an error of kind not-found.
type Store interface {
	Room
	Invoices
	catalogue.EditedTable
	Files(ctx context.Context, ids []string) ([]enrolment.Enrolment, error)
	FilesThatLeft(ctx context.Context, sessionID string) ([]enrolment.Enrolment, error)
	FilesByWord(ctx context.Context, prefix string, limit int) (ids []string, err error)
	FileWithMessages(ctx context.Context, id string) (enrolment.Enrolment, []enrolment.MessageRecord, error)
	Deeds(ctx context.Context, fileID string) ([]enrolment.Deed, error)
	Audit(ctx context.Context, from, to time.Time, cursor string) (lines []enrolment.Deed, next string, err error)
	Duties(ctx context.Context, until time.Time, cursor string, limit int) (files []enrolment.Enrolment, next string, err error)
	Wording(ctx context.Context, slug, key string) (enrolment.Wording, error)
	Commit(ctx context.Context, act enrolment.Act) error
	FilesOfSession(ctx context.Context, sessionID, cursor string) (files []enrolment.Enrolment, next string, err error)
	History(ctx context.Context, sessionID string) ([]enrolment.QueueEvent, error)
	TrainerRevision(ctx context.Context, sessionID string) (int, error)
	RevokeTrainer(ctx context.Context, sessionID string, deed enrolment.Deed) error
	SessionDuty(ctx context.Context, sessionID string, kind enrolment.DutyKind) (enrolment.DutyMark, error)
	MarkSessionDuty(ctx context.Context, sessionID string, kind enrolment.DutyKind, m enrolment.DutyMark, deed enrolment.Deed) error
	Opinions(ctx context.Context, sessionIDs []string) (map[string]enrolment.Opinions, error)
	Circulars(ctx context.Context, sessionID string) ([]enrolment.Circular, error)
}

// Desk is where files change; see package booking for what each act refuses.
type Desk interface {
	File(ctx context.Context, id string) (booking.File, error)
	For(b booking.Behalf) *booking.Desk
	// SignedText gives the text of a file's convention as it was signed online.
	SignedText(ctx context.Context, e enrolment.Enrolment) (string, error)
	// Tell tells the people of a session that moved or was cancelled; Fill offers its idle seats. Both go on where they stopped.
	Tell(ctx context.Context, sessionID string) error
	Fill(ctx context.Context, sessionID string) error
}

// found is how many files one search shows at most; looked is how many it reads.
const (
	found  = 20
	looked = 100
)

func (a api) search(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	typed := r.URL.Query().Get("q")
	if r.Method == http.MethodPost {
		var q struct {
			Q string `json:"q"`
		}
		if err := web.Decode(r, &q); err != nil {
			return err
		}
		typed = q.Q
	}
	q, long := words.Parse(typed)
	if !long || len(typed) > 200 {
		return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"q": "Saisissez au moins deux lettres, ou quatre chiffres."}}
	}
	ids := map[string]bool{}
	var order []string
	for _, prefix := range q.Prefixes {
		some, err := a.Store.FilesByWord(r.Context(), prefix, looked)
		if err != nil {
			return err
		}
		for _, id := range some {
			if !ids[id] && len(order) < looked {
				ids[id], order = true, append(order, id)
			}
		}
		if len(order) >= found && len(q.All) <= 1 {
			break
		}
	}
	files, err := a.Store.Files(r.Context(), order)
	if err != nil {
		return err
	}
	files = slices.DeleteFunc(files, func(e enrolment.Enrolment) bool { return !q.Fits(e) })
	more := len(files) > found || len(order) >= looked
	sessions, err := a.sessionsOf(r.Context(), files)
	if err != nil {
		return err
	}
	now := a.Now()
	slices.SortStableFunc(files, func(x, y enrolment.Enrolment) int {
		if x.Status.Live() != y.Status.Live() {
			if x.Status.Live() {
				return -1
			}
			return 1
		}
		return int(distance(sessions[x.SessionID], now)/time.Second) - int(distance(sessions[y.SessionID], now)/time.Second)
	})
	entries := []entry{}
	for _, e := range files[:min(found, len(files))] {
		entries = append(entries, a.entry(e, sessions[e.SessionID]))
	}
	return ok(w, map[string]any{"files": entries, "more": more})
}

func distance(s enrolment.Session, now time.Time) time.Duration {
	if len(s.HalfDays) == 0 {
		return 1 << 60
	}
	return s.Start().Sub(now).Abs()
}

// sessionsOf reads the sessions of some files, each once; one that has gone is left out.
func (a api) sessionsOf(ctx context.Context, files []enrolment.Enrolment) (map[string]enrolment.Session, error) {
	sessions := map[string]enrolment.Session{}
	for _, e := range files {
		if _, read := sessions[e.SessionID]; read {
			continue
		}
		s, err := a.Store.Session(ctx, e.SessionID)
		if err != nil && enrolment.KindOf(err) != enrolment.KindNotFound {
			return nil, err
		}
		sessions[e.SessionID] = s
	}
	return sessions, nil
}

func (a api) showFile(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	f, err := a.Desk.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	return a.answerFile(w, r, http.StatusOK, f, who)
}

func (a api) answerFile(w http.ResponseWriter, r *http.Request, status int, f booking.File, who enrolment.Actor) error {
	if f.Enrolment.Decoy {
		return &enrolment.Error{Kind: enrolment.KindNotFound, Detail: "Ce dossier n’existe pas, ou n’existe plus."}
	}
	e, log, err := a.Store.FileWithMessages(r.Context(), f.Enrolment.ID)
	if err != nil {
		return err
	}
	deeds, err := a.Store.Deeds(r.Context(), e.ID)
	if err != nil {
		return err
	}
	f.Enrolment = e
	w.Header().Set("ETag", etag(e))
	return web.WriteJSON(w, status, "application/json", a.file(f, log, deeds, who))
}

// onBehalf reads what every act on a file needs: what was seen, and why.
func (a api) onBehalf(r *http.Request, who enrolment.Actor, act, reason string) (*booking.Desk, error) {
	seen, err := ifMatch(r)
	if err != nil {
		return nil, err
	}
	return a.Desk.For(booking.Behalf{Actor: who, Act: act, Reason: reason, Seen: seen}), nil
}

// ifMatch reads what was seen of what an act changes, without its quotes.
func ifMatch(r *http.Request) (string, error) {
	seen := strings.Trim(strings.TrimPrefix(r.Header.Get("If-Match"), "W/"), `"`)
	if seen == "" {
		return "", &enrolment.Error{Kind: web.KindIfMatch}
	}
	return seen, nil
}

// why reads a reason.
func why(reason string, required bool) (string, error) {
	missing := ""
	if required {
		missing = "Dites pourquoi : c’est gardé dans l’historique."
	}
	out, err := enrolment.ParseText(reason, missing, 300)
	if err != nil {
		return "", &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"reason": err.Error()}}
	}
	return out, nil
}
