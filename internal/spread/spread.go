// Package spread brings what was changed of the organisation or of a formation to the sessions to come, which copy it so that enrolling
// reads nothing more. What is left to do stands in the table with the change itself: whoever looks goes on, and a crash loses nothing.
package spread

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Table is what spreading needs of the store. Absence is an error of kind not-found.
type Table interface {
	Edits(ctx context.Context) (enrolment.Edits, error)
	Organisation(ctx context.Context) (enrolment.Organisation, error)
	Formation(ctx context.Context, slug string) (enrolment.Formation, error)
	// Sessions gives the sessions that begin after an instant and are not cancelled, by date; next is "" on the last page.
	Sessions(ctx context.Context, from time.Time, cursor string) (sessions []enrolment.Session, next string, err error)
	// CopyToSessions writes some sessions, all or none, while these things are spreading at this revision; [enrolment.ErrStale] otherwise.
	CopyToSessions(ctx context.Context, some []enrolment.Copying, things []string, seen int) error
	// MarkCopied records that all sessions copy these things, upon this revision.
	MarkCopied(ctx context.Context, things []string, seen int) error
	// PutChoices writes what the list of sessions can be narrowed by.
	PutChoices(ctx context.Context, c enrolment.Choices) error
}

// atOnce is how many sessions one write changes: their count and that of the marks stay well under a transaction's hundred.
var atOnce = 50

// Desk spreads what is left, by the clock of a house.
type Desk struct {
	Table Table
	Now   func() time.Time
}

// Sweep goes on with what a crash left, or was longer than a request.
func (d Desk) Sweep(ctx context.Context) error { return All(ctx, d.Table, d.Now()) }

// All makes every session to come copy what was changed. It may be stopped anywhere and run again, by two at once.
func All(ctx context.Context, table Table, now time.Time) error {
	for {
		edits, err := table.Edits(ctx)
		if err != nil {
			return fmt.Errorf("read the changes: %w", err)
		}
		if len(edits.Spreading) == 0 {
			return nil
		}
		if err := all(ctx, table, edits, now); !errors.Is(err, enrolment.ErrStale) || ctx.Err() != nil {
			return err
		}
	}
}

func all(ctx context.Context, table Table, edits enrolment.Edits, now time.Time) error {
	o, err := table.Organisation(ctx)
	if err != nil {
		return fmt.Errorf("read the organisation: %w", err)
	}
	things := slices.Sorted(maps.Keys(edits.Spreading))
	c := copier{table: table, edits: edits, organisation: o, formations: map[string]*enrolment.Formation{}}
	var left []enrolment.Copying
	if err := EachSession(ctx, table, now, func(s enrolment.Session) error {
		after, changed, err := c.copied(ctx, s)
		if changed {
			left = append(left, enrolment.Copying{Before: s, After: after})
		}
		return err
	}); err != nil {
		return err
	}
	for some := range slices.Chunk(left, atOnce) {
		if err := table.CopyToSessions(ctx, some, things, edits.Revision); err != nil {
			return err
		}
	}
	if err := PublishChoices(ctx, table, now); err != nil {
		return err
	}
	return table.MarkCopied(ctx, things, edits.Revision)
}

// copier reads a formation once for all its sessions.
type copier struct {
	table        Table
	edits        enrolment.Edits
	organisation enrolment.Organisation
	formations   map[string]*enrolment.Formation
}

func (c copier) copied(ctx context.Context, s enrolment.Session) (after enrolment.Session, changed bool, err error) {
	slug := s.Formation.Slug
	f, read := c.formations[slug]
	if !read {
		found, err := c.table.Formation(ctx, slug)
		switch {
		case err == nil:
			f = &found
		case enrolment.KindOf(err) != enrolment.KindNotFound:
			return s, false, fmt.Errorf("read formation %s: %w", slug, err)
		}
		c.formations[slug] = f
	}
	if f == nil {
		return s, false, nil
	}
	after, changed = c.edits.Copies(s, c.organisation, *f)
	return after, changed, nil
}

// Lister reads the sessions to come.
type Lister interface {
	Sessions(ctx context.Context, from time.Time, cursor string) (sessions []enrolment.Session, next string, err error)
}

// EachSession goes through the sessions to come that are not cancelled.
func EachSession(ctx context.Context, table Lister, now time.Time, do func(enrolment.Session) error) error {
	for cursor, first := "", true; first || cursor != ""; first = false {
		page, next, err := table.Sessions(ctx, now, cursor)
		if err != nil {
			return fmt.Errorf("read the sessions: %w", err)
		}
		for _, s := range page {
			if err := do(s); err != nil {
				return err
			}
		}
		cursor = next
	}
	return nil
}

// PublishChoices counts again, from the table, what the list of sessions can be narrowed by. Whoever changes sessions calls it after.
func PublishChoices(ctx context.Context, table interface {
	Lister
	PutChoices(ctx context.Context, c enrolment.Choices) error
}, now time.Time) error {
	var c enrolment.Choices
	if err := EachSession(ctx, table, now, func(s enrolment.Session) error { c.Add(s, guide.Paris); return nil }); err != nil {
		return err
	}
	if err := table.PutChoices(ctx, c); err != nil {
		return fmt.Errorf("write the choices of the list: %w", err)
	}
	return nil
}
