package catalogue

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/spread"
)

// Table is what applying needs of the store. Absence is an error of kind not-found.
type Table interface {
	Organisation(ctx context.Context) (enrolment.Organisation, error)
	Formation(ctx context.Context, slug string) (enrolment.Formation, error)
	// Sessions gives the sessions that begin after an instant and are not cancelled, by date; next is "" on the last page.
	Sessions(ctx context.Context, from time.Time, cursor string) (sessions []enrolment.Session, next string, err error)
	// SessionsBetween gives the sessions that begin in a span, by date, past and cancelled ones too.
	SessionsBetween(ctx context.Context, from, to time.Time, cursor string, limit int) (sessions []enrolment.Session, next string, err error)
	// Formations gives those that were ever published.
	Formations(ctx context.Context) ([]enrolment.Formation, error)
	// Edits gives what was changed in the browser.
	Edits(ctx context.Context) (enrolment.Edits, error)
	PublishOrganisation(ctx context.Context, o enrolment.Organisation, pub enrolment.Publication) error
	PublishFormation(ctx context.Context, f enrolment.Formation, pub enrolment.Publication) error
	// KeepWording writes what papers say under its key, for ever.
	KeepWording(ctx context.Context, w enrolment.Wording) error
	// PutChoices writes what the list of sessions can be narrowed by.
	PutChoices(ctx context.Context, c enrolment.Choices) error
	// PublishSession creates a session, or changes what the organisation decides of it and nothing else: never its
	// counters. It refuses, with an error of kind conflict, a capacity below the seats already taken.
	PublishSession(ctx context.Context, s enrolment.Session, pub enrolment.Publication) (changed bool, err error)
	// CopyToSessions and MarkCopied: see [spread.Table].
	CopyToSessions(ctx context.Context, some []enrolment.Copying, things []string, seen int) error
	MarkCopied(ctx context.Context, things []string, seen int) error
	// Forget takes marks of changes away.
	Forget(ctx context.Context, pub enrolment.Publication) error
}

// Desk tells the holders of a session that moved or was cancelled, and offers the seats that a larger capacity frees
// (package booking).
type Desk interface {
	Tell(ctx context.Context, sessionID string) error
	Fill(ctx context.Context, sessionID string) error
}

// Survey reads from the table what a file must be read against.
func Survey(ctx context.Context, table Table, rules Rules, now time.Time) (Ground, error) {
	g := Ground{Now: now, Rules: rules}
	switch o, err := table.Organisation(ctx); {
	case err == nil:
		g.Organisation = &o
	case enrolment.KindOf(err) != enrolment.KindNotFound:
		return g, fmt.Errorf("read the organisation: %w", err)
	}
	var err error
	if g.Edits, err = table.Edits(ctx); err != nil {
		return g, fmt.Errorf("read the changes: %w", err)
	}
	for cursor, first := "", true; first || cursor != ""; first = false {
		page, next, err := table.SessionsBetween(ctx, now, now.AddDate(100, 0, 0), cursor, surveyPage)
		if err != nil {
			return g, fmt.Errorf("read the sessions: %w", err)
		}
		for _, s := range page {
			switch {
			case !s.Start().After(now):
			case s.Status == enrolment.SessionCancelled:
				g.Cancelled = append(g.Cancelled, s)
			default:
				g.Sessions = append(g.Sessions, s)
			}
		}
		cursor = next
	}
	return g, g.gather(ctx, table)
}

// surveyPage is how many sessions a survey reads at once.
const surveyPage = 100

// gather reads the formations: those on the shelf, and those of the sessions of a table that had none yet.
func (g *Ground) gather(ctx context.Context, table Table) error {
	all, err := table.Formations(ctx)
	if err != nil {
		return fmt.Errorf("read the formations: %w", err)
	}
	g.Formations = all
	for _, s := range g.all() {
		if _, there := g.formation(s.Formation.Slug); there {
			continue
		}
		f, err := table.Formation(ctx, s.Formation.Slug)
		if enrolment.KindOf(err) == enrolment.KindNotFound {
			continue
		}
		if err != nil {
			return fmt.Errorf("read formation %s: %w", s.Formation.Slug, err)
		}
		g.Formations = append(g.Formations, f)
	}
	return nil
}

// Report says in French what applying did, a line for each thing.
type Report struct {
	Changes []string // what was written
	Notes   []string // what was left as it is and should be known
}

// Apply writes what differs from the table, the organisation first. Sessions of the table that the file does not name
// are left and noted. A session that cannot be applied (its capacity fell below the seats taken meanwhile) is a fault
// of its line; the others are applied all the same. Running it again finishes what a failure left undone.
func (c Catalogue) Apply(ctx context.Context, ground Ground, table Table, desk Desk) (Report, error) {
	if err := ground.settled(); err != nil {
		return Report{}, err
	}
	a := applier{ground: ground, table: table, desk: desk}
	if err := a.organisation(ctx, c.Organisation); err != nil {
		return a.report, err
	}
	for _, f := range c.Formations {
		if err := a.formation(ctx, f); err != nil {
			return a.report, err
		}
		if err := a.wording(ctx, c.wording(f)); err != nil {
			return a.report, err
		}
	}
	var faults faultList
	for _, s := range c.Sessions {
		err := a.session(ctx, s)
		var refused *enrolment.Error
		if errors.As(err, &refused) && refused.Kind == enrolment.KindConflict {
			faults.add(c.lines[s.ID], "session « %s » : %s", s.ID, refused.Detail)
		} else if err != nil {
			return a.report, fmt.Errorf("session %s: %w", s.ID, err)
		}
	}
	if err := spread.PublishChoices(ctx, table, ground.Now); err != nil {
		return a.report, err
	}
	a.notes(c)
	return a.report, faults.err()
}

// lapseWarning is how many days ahead the end of the agrément is said: renewing one takes months.
const lapseWarning = 180

// Warnings are what is right today and will not be for long.
func (c Catalogue) Warnings(now time.Time) []string {
	warnings := slices.Clone(c.cautions)
	if end := c.Organisation.Agrement.End; end < addDays(parisDay(now), lapseWarning) {
		warnings = append(warnings, "l’agrément finit le "+frenchDay(end)+" : demandez son renouvellement. Les sessions qui finissent après seront refusées.")
	}
	return warnings
}

type applier struct {
	ground Ground
	table  Table
	desk   Desk
	report Report
}

func (a *applier) changed(format string, args ...any) {
	a.report.Changes = append(a.report.Changes, fmt.Sprintf(format, args...))
}

func (a *applier) organisation(ctx context.Context, o enrolment.Organisation) error {
	pub := a.publication(enrolment.OrganisationThing)
	if a.ground.Organisation != nil && reflect.DeepEqual(*a.ground.Organisation, o) {
		return a.forget(ctx, pub)
	}
	if err := a.table.PublishOrganisation(ctx, o, pub); err != nil {
		return fmt.Errorf("write the organisation: %w", err)
	}
	a.changed("organisme « %s » : enregistré", o.Name)
	return nil
}

func (a *applier) formation(ctx context.Context, f enrolment.Formation) error {
	switch stored, err := a.table.Formation(ctx, f.Slug); {
	case err == nil && reflect.DeepEqual(stored, f):
		return a.forget(ctx, a.publication(enrolment.FormationThing(f.Slug)))
	case err != nil && enrolment.KindOf(err) != enrolment.KindNotFound:
		return fmt.Errorf("read formation %s: %w", f.Slug, err)
	}
	if err := a.table.PublishFormation(ctx, f, a.publication(enrolment.FormationThing(f.Slug))); err != nil {
		return fmt.Errorf("write formation %s: %w", f.Slug, err)
	}
	a.changed("formation « %s » : enregistrée", f.Slug)
	return nil
}

// wording keeps what the papers of a formation say, before any session promises it.
func (a *applier) wording(ctx context.Context, w enrolment.Wording) error {
	promised := func(s enrolment.Session) bool { return s.Formation.Slug == w.Formation.Slug && s.Wording == w.Key() }
	if slices.ContainsFunc(a.ground.Sessions, promised) {
		return nil // kept already
	}
	if err := a.table.KeepWording(ctx, w); err != nil {
		return fmt.Errorf("keep the wording of %s: %w", w.Formation.Slug, err)
	}
	return nil
}

// wording is what the papers of a formation say, as the file has it.
func (c Catalogue) wording(f enrolment.Formation) enrolment.Wording {
	return enrolment.Wording{Formation: f, PaymentTerms: c.Organisation.PaymentTerms, EarlyStopTerms: c.Organisation.EarlyStopTerms}
}

// session applies a session, tells its people when it moved, and offers its new seats.
func (a *applier) session(ctx context.Context, s enrolment.Session) error {
	pub := a.publication(enrolment.SessionThing(s.ID))
	changed, err := a.table.PublishSession(ctx, s, pub)
	if err != nil {
		return err
	}
	if !changed {
		if err := a.forget(ctx, pub); err != nil {
			return err
		}
	}
	before, existed := a.ground.Session(s.ID)
	if changed {
		a.changed("session « %s », le %s : %s", s.ID, frenchDay(parisDay(s.Start())), difference(before, existed, s))
	}
	if !changed && before.Told >= before.Revision && before.Waiting == 0 {
		return nil
	}
	if err := a.desk.Tell(ctx, s.ID); err != nil {
		return fmt.Errorf("tell the people: %w", err)
	}
	if err := a.desk.Fill(ctx, s.ID); err != nil {
		return fmt.Errorf("offer the seats: %w", err)
	}
	return nil
}

// publication is how a file writes a thing: upon the changes that it was read against, and the mark of one goes, since the file knows it.
func (a *applier) publication(thing string) enrolment.Publication {
	pub := enrolment.Publication{Thing: thing, Seen: a.ground.Edits.Revision}
	if _, marked := a.ground.Edits.Marks[thing]; marked {
		pub.Clear = []string{thing}
	}
	return pub
}

// forget takes the mark away of a thing that the file says as it is.
func (a *applier) forget(ctx context.Context, pub enrolment.Publication) error {
	if len(pub.Clear) == 0 {
		return nil
	}
	return a.table.Forget(ctx, pub)
}

// difference says in a few words what applying changed.
func difference(before enrolment.Session, existed bool, s enrolment.Session) string {
	switch {
	case !existed:
		return "créée"
	case before.Status != s.Status && s.Status == enrolment.SessionCancelled:
		return "annulée, les inscrits sont prévenus"
	case before.Status != s.Status:
		return "rouverte"
	case !slices.EqualFunc(before.HalfDays, s.HalfDays, sameHalfDay) || before.Place != s.Place || before.Address != s.Address:
		return "déplacée, les inscrits sont prévenus"
	case before.Formation.PriceCents != s.Formation.PriceCents || !sameVAT(before.VAT, s.VAT):
		return "nouveau prix pour les prochaines inscriptions, les inscrits gardent celui qui leur a été promis"
	case before.Wording != "" && before.Wording != s.Wording:
		return "nouveau programme ou nouvelles conditions pour les prochaines inscriptions, les inscrits gardent ce qui leur a été promis"
	case before.Capacity != s.Capacity:
		return fmt.Sprintf("%d places au lieu de %d", s.Capacity, before.Capacity)
	}
	return "modifiée"
}

// sameVAT takes a session that did not carry its VAT yet for one that promises the same.
func sameVAT(a, b *enrolment.VAT) bool { return a == nil || b == nil || *a == *b }

func sameHalfDay(a, b enrolment.HalfDay) bool { return a.Start.Equal(b.Start) && a.End.Equal(b.End) }

// notes tells what was left alone: sessions that have begun, and sessions that the file does not name any more; and
// what the file itself should make one think of.
func (a *applier) notes(c Catalogue) {
	a.report.Notes = append(a.report.Notes, c.Warnings(a.ground.Now)...)
	for _, id := range c.Begun {
		a.report.Notes = append(a.report.Notes, fmt.Sprintf("session « %s » : déjà commencée, laissée telle quelle", id))
	}
	for _, s := range a.ground.Sessions {
		named := slices.ContainsFunc(c.Sessions, func(n enrolment.Session) bool { return n.ID == s.ID })
		if !named && s.Status != enrolment.SessionCancelled {
			a.report.Notes = append(a.report.Notes, fmt.Sprintf(
				"session « %s », le %s : absente du fichier, laissée telle quelle. Pour l’annuler, remettez-la avec « cancelled: true ».", s.ID, frenchDay(parisDay(s.Start()))))
		}
	}
}
