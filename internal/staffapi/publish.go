package staffapi

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

func (a api) editor() catalogue.Editor {
	return catalogue.Editor{Table: a.Store, Rules: a.Guide, Now: a.Now}
}

// outcomeView says what a change of the catalogue does, or would do.
type outcomeView struct {
	ID       string       `json:"id"`
	Effects  []string     `json:"effects"`
	Changes  []changeView `json:"changes"`
	Cautions []string     `json:"cautions"`
	Public   *publicView  `json:"public,omitempty"`
}

// publicView is a session as the public will see it.
type publicView struct {
	Title       string            `json:"title"`
	Summary     string            `json:"summary"`
	HalfDays    []halfDaySpan     `json:"halfDays"`
	Remote      bool              `json:"remote"`
	Place       string            `json:"place"`
	Address     string            `json:"address"`
	Access      string            `json:"access"`
	ClosesAt    time.Time         `json:"closesAt"`
	PriceCents  int               `json:"priceCents"`
	TaxedCents  int               `json:"taxedCents,omitempty"`
	Capacity    int               `json:"capacity"`
	Possibility []possibleFunding `json:"funding"`
}

type halfDaySpan struct {
	Start time.Time `json:"start"`
	End   time.Time `json:"end"`
}

type possibleFunding struct {
	Title  string `json:"title"`
	Open   bool   `json:"open"`
	Reason string `json:"reason,omitempty"`
}

func (a api) publicSession(s enrolment.Session) *publicView {
	v := &publicView{Title: s.Formation.Title, Summary: s.Formation.Summary, Remote: s.Remote, Place: s.Place, Address: s.Address, Access: s.Access,
		ClosesAt: s.ClosesAt.UTC(), PriceCents: s.Formation.PriceCents, Capacity: s.Capacity}
	v.TaxedCents, _ = s.TaxedCents()
	for _, h := range s.HalfDays {
		v.HalfDays = append(v.HalfDays, halfDaySpan{h.Start.UTC(), h.End.UTC()})
	}
	for _, m := range enrolment.Modes {
		open, reason := a.Guide.Feasible(s, m, a.Now())
		v.Possibility = append(v.Possibility, possibleFunding{a.Guide.Mode(m).Title, open, reason})
	}
	return v
}

// cancelSession cancels a session to come; with preview it only says whom that touches.
func (a api) cancelSession(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Reason  string `json:"reason"`
		Preview bool   `json:"preview"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	reason, err := why(q.Reason, !q.Preview)
	if err != nil {
		return err
	}
	id := r.PathValue("id")
	// Whom it touches is read before: a cancelled session has nobody left.
	out, err := a.editor().Cancel(r.Context(), who, id, reason, true)
	if err != nil {
		return err
	}
	touched, err := a.touched(r.Context(), out)
	if err != nil {
		return err
	}
	if !q.Preview {
		if out, err = a.editor().Cancel(r.Context(), who, id, reason, false); err != nil {
			return err
		}
		a.follow(r.Context(), id)
	}
	return ok(w, outcomeView{ID: id, Effects: a.effects(out, touched), Changes: []changeView{}, Cautions: []string{}})
}

// follow tells people of a session and offers its seats for as long as the request may last; the sweep goes on with the rest.
func (a api) follow(ctx context.Context, id string) {
	ctx, done := context.WithTimeout(ctx, spreadWithin)
	defer done()
	for _, do := range []func(context.Context, string) error{a.Desk.Tell, a.Desk.Fill} {
		if err := do(ctx, id); err != nil {
			a.Log.WarnContext(ctx, "people of a session left to the sweep", "session", id, "error", err)
		}
	}
}

type sessionFormView struct {
	ETag       string                `json:"etag"`
	Session    catalogue.SessionText `json:"session"`
	Taken      int                   `json:"taken"`
	Waiting    int                   `json:"waiting"`
	Formations []formationRef        `json:"formations"`
	Public     *publicView           `json:"public,omitempty"` // as it is now
}

type formationRef struct {
	Slug  string  `json:"slug"`
	Title string  `json:"title"`
	Hours float64 `json:"hours"`
	DIFE  bool    `json:"difeEligible"`
	Most  int     `json:"maxParticipants"`
}

// sessionForm gives a session as its form shows it; with copy, as the form of another does; "nouvelle" is an empty one.
func (a api) sessionForm(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	ctx, id := r.Context(), r.PathValue("id")
	g, err := a.editor().Survey(ctx)
	if err != nil {
		return err
	}
	v := sessionFormView{Formations: []formationRef{}}
	for _, f := range g.Formations {
		v.Formations = append(v.Formations, formationRef{f.Slug, f.Title, f.Hours, f.DIFEEligible, f.MaxParticipants})
	}
	switch {
	case id == "nouvelle":
		v.Session.HalfDays = []catalogue.HalfDayText{{Start: "09:00", End: "12:30"}, {Start: "14:00", End: "17:30"}}
	case r.URL.Query().Get("copy") != "":
		v.Session, err = a.editor().Copy(ctx, id)
	default:
		var seen string
		v.Session, seen, err = a.editor().Read(ctx, id)
		v.ETag = `"` + seen + `"`
		if s, found := g.Session(id); found {
			v.Taken, v.Waiting, v.Public = s.Taken, s.Waiting, a.publicSession(s)
		}
	}
	if err != nil {
		return err
	}
	return ok(w, v)
}

// catalogueBody is above the longest text of the catalogue that its rules accept, each letter on four bytes.
const catalogueBody = 192 << 10

type sessionChange struct {
	Session catalogue.SessionText `json:"session"`
	Reason  string                `json:"reason"`
	Preview bool                  `json:"preview"`
}

func (a api) createSession(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	return a.saveSession(w, r, who, "")
}

func (a api) editSession(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	seen, err := ifMatch(r)
	if err != nil {
		return err
	}
	return a.saveSession(w, r, who, seen)
}

// saveSession writes the session that the path names, over what was seen, or a new one.
func (a api) saveSession(w http.ResponseWriter, r *http.Request, who enrolment.Actor, seen string) error {
	var q sessionChange
	if err := web.DecodeUpTo(r, &q, catalogueBody); err != nil {
		return err
	}
	if seen != "" {
		q.Session.Name(r.PathValue("id"))
	}
	reason, err := why(q.Reason, false)
	if err != nil {
		return err
	}
	out, err := a.editor().Save(r.Context(), who, q.Session, seen, reason, q.Preview)
	if err != nil {
		return err
	}
	touched, err := a.touched(r.Context(), out)
	if err != nil {
		return err
	}
	if !q.Preview {
		a.follow(r.Context(), out.After.ID)
	}
	v := a.outcome(out.After.ID, a.effects(out, touched), out.Changes, out.Cautions)
	v.Public = a.publicSession(out.After)
	return ok(w, v)
}

func (a api) outcome(id string, effects []string, differences []catalogue.Difference, cautions []string) outcomeView {
	var changes []enrolment.Change
	for _, d := range differences {
		changes = append(changes, enrolment.Change{Field: d.Field, Before: d.Before, After: d.After})
	}
	v := outcomeView{ID: id, Effects: effects, Changes: a.changes(changes), Cautions: []string{}}
	for _, c := range cautions {
		v.Cautions = append(v.Cautions, web.French(c))
	}
	return v
}

// exportCatalogue gives the catalogue back as a file.
func (a api) exportCatalogue(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	g, err := a.editor().Settled(r.Context())
	if err != nil {
		return err
	}
	src, err := g.Export()
	if err != nil {
		return err
	}
	now := a.Now().UTC()
	if err := a.Store.Commit(r.Context(), enrolment.Act{At: now, Deeds: []enrolment.Deed{{At: now, Actor: who, Act: "catalogue"}}}); err != nil {
		return err
	}
	return hand(w, "application/yaml; charset=utf-8", "catalogue-"+now.In(guide.Paris).Format(time.DateOnly)+".yaml", src)
}

// touched counts the people of a session whom a change of it touches.
type touched struct {
	seats, waiting, unreachable int
	contacts                    int // at the collectivités, who have papers
	requests                    int // made on Mon Compte Élu for its dates
}

func (a api) touched(ctx context.Context, out catalogue.Outcome) (t touched, err error) {
	if out.Before == nil {
		return t, nil
	}
	papers := map[string]bool{}
	if err = a.eachOf(ctx, out.Before.ID, func(e enrolment.Enrolment) {
		t.seats += one(e.Status.HoldsSeat())
		t.waiting += one(e.Status == enrolment.Waiting)
		t.unreachable += one(e.Unreachable)
		if _, made := e.Steps[enrolment.StepDossier]; made && e.Mode == enrolment.DIFE {
			t.requests++
		}
		if e.Mode == enrolment.Collectivite && e.PartOf != "" {
			papers[e.PartOf] = true
		} else if e.Mode == enrolment.Collectivite && e.Contact != nil {
			papers[e.ID] = true
		}
	}); err != nil || !out.Moved() && out.After.Status == out.Before.Status {
		return t, err
	}
	for id := range papers {
		told, err := a.hasPapers(ctx, id)
		if err != nil {
			return t, err
		}
		t.contacts += one(told)
	}
	return t, nil
}

// hasPapers tells whether the contact of a file was written to: then they are told what becomes of the papers.
func (a api) hasPapers(ctx context.Context, id string) (bool, error) {
	_, log, err := a.Store.FileWithMessages(ctx, id)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return false, nil
	}
	for _, m := range log {
		if m.To == "authority" && m.MayHaveLeft() {
			return true, err
		}
	}
	return false, err
}

// effects say in sentences what a change does to people.
func (a api) effects(out catalogue.Outcome, t touched) []string {
	lines := []string{}
	say := func(s string) { lines = append(lines, web.French(s)) }
	cancelled := out.Before != nil && out.After.Status == enrolment.SessionCancelled
	switch {
	case out.Before == nil:
		say("La session est proposée au public dès qu’elle est publiée.")
		return lines
	case cancelled && out.Before.Status == enrolment.SessionCancelled:
		say("Cette session est déjà annulée.")
		return lines
	case !cancelled && !out.Moved():
		if t.seats+t.waiting > 0 {
			say("Personne n’est prévenu : ni les dates ni le lieu ne changent.")
		}
	case t.seats+t.waiting == 0:
		say("Personne n’est inscrit : il n’y a personne à prévenir.")
	default:
		say(toldWords(t, a.Now()))
	}
	if cancelled && t.seats+t.waiting > 0 {
		say(choose(t.seats+t.waiting == 1, "Son inscription est annulée. Les étapes déjà faites restent dans son dossier, pour une autre session.",
			"Leurs inscriptions sont annulées. Les étapes déjà faites restent dans leur dossier, pour une autre session."))
	}
	if out.Moved() && !cancelled && t.seats+t.waiting > 0 {
		say(choose(t.seats+t.waiting == 1, "Ses papiers sont annulés et remplacés, sous un nouveau numéro.", "Leurs papiers sont annulés et remplacés, sous un nouveau numéro."))
		if dates := (enrolment.Occasion{HalfDays: out.Before.HalfDays}); t.requests > 0 && !dates.SameDates(out.After) {
			say(guide.Count(t.requests, "demande DIFE déjà déposée est à refaire", "demandes DIFE déjà déposées sont à refaire") + " pour les nouvelles dates, sur Mon Compte Élu.")
		}
	}
	if more := out.After.Capacity - out.Before.Capacity; !cancelled && more > 0 && t.waiting > 0 {
		say("Les places ajoutées sont proposées aux personnes qui attendent, dans l’ordre.")
	}
	if (cancelled || out.Moved()) && t.unreachable > 0 {
		say(guide.Count(t.unreachable, "personne a une adresse qui ne répond pas : appelez-la.", "personnes ont une adresse qui ne répond pas : appelez-les."))
	}
	return lines
}

func choose(one bool, singular, plural string) string {
	if one {
		return singular
	}
	return plural
}

// toldWords say who is told, of what kind, and when.
func toldWords(t touched, now time.Time) string {
	var who []string
	if t.seats > 0 {
		who = append(who, guide.Count(t.seats, "inscrit", "inscrits"))
	}
	if t.waiting > 0 {
		who = append(who, guide.Count(t.waiting, "personne en attente", "personnes en attente"))
	}
	if t.contacts > 0 {
		who = append(who, guide.Count(t.contacts, "contact de collectivité", "contacts de collectivités"))
	}
	said := strings.Join(who[:len(who)-1], ", ")
	if len(who) > 1 {
		said += " et "
	}
	said += who[len(who)-1]
	verb := " seront prévenus"
	if t.seats+t.waiting+t.contacts == 1 {
		verb = " sera prévenu"
	}
	return said + verb + " par e-mail, à partir du " + guide.Day(guide.NextOfficeInstant(now)) + "."
}
