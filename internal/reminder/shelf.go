package reminder

import (
	"context"
	"sync"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// shelf keeps, for one batch, what many of its letters are written from: hundreds of files that come together are mostly of one
// session, and always of one organisation. What is read wrong is not kept. A session that moves during a batch is told to each file by
// a message of its own, and nothing is claimed for a file that was told meanwhile.
type shelf struct {
	mu           sync.Mutex
	organisation *enrolment.Organisation
	sessions     map[string]enrolment.Session
}

type shelfKey struct{}

func withShelf(ctx context.Context) context.Context {
	return context.WithValue(ctx, shelfKey{}, &shelf{sessions: map[string]enrolment.Session{}})
}

// organisationOf reads the organisation, once a batch.
func organisationOf(ctx context.Context, read func(context.Context) (enrolment.Organisation, error)) (enrolment.Organisation, error) {
	s, batch := ctx.Value(shelfKey{}).(*shelf)
	if !batch {
		return read(ctx)
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.organisation == nil {
		o, err := read(ctx)
		if err != nil {
			return o, err
		}
		s.organisation = &o
	}
	return *s.organisation, nil
}

// sessionOf reads a session, once a batch.
func sessionOf(ctx context.Context, id string, read func(context.Context, string) (enrolment.Session, error)) (enrolment.Session, error) {
	s, batch := ctx.Value(shelfKey{}).(*shelf)
	if !batch {
		return read(ctx, id)
	}
	s.mu.Lock()
	known, there := s.sessions[id]
	s.mu.Unlock()
	if there {
		return known, nil
	}
	session, err := read(ctx, id)
	if err == nil {
		s.mu.Lock()
		s.sessions[id] = session
		s.mu.Unlock()
	}
	return session, err
}
