package dynamo

import (
	"context"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// trainerKey is how many times the trainer's link of a session was revoked.
func trainerKey(sessionID string) key { return key{sessionKey(sessionID).pk, "TRAINER"} }

// TrainerRevision is how many times the trainer's link of a session was revoked.
func (s *Store) TrainerRevision(ctx context.Context, sessionID string) (int, error) {
	it, err := s.get(ctx, trainerKey(sessionID))
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return 0, nil
	}
	return int(numberOf(it, "n")), err
}

// RevokeTrainer makes every link that the trainer of a session was given stop, with its line of the audit.
func (s *Store) RevokeTrainer(ctx context.Context, sessionID string, deed enrolment.Deed) error {
	p := plan{table: &s.table}
	p.update(trainerKey(sessionID), "ADD n :one SET v = :v", "", nil, item{":one": number(1), ":v": number(schema)})
	if err := p.deed(deed); err != nil {
		return err
	}
	return s.write(ctx, p)
}
