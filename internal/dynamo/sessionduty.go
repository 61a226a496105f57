package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// sessionDutyItem is what the organisation said of a duty about a session itself.
type sessionDutyItem struct {
	head
	Done  bool  `dynamodbav:"done"`
	Until stamp `dynamodbav:"until,omitempty"`
	At    stamp `dynamodbav:"at"`
}

func sessionDutyKey(sessionID string, kind enrolment.DutyKind) key {
	return key{sessionKey(sessionID).pk, "D#" + string(kind)}
}

// SessionDuty gives what was said of a duty about a session; the zero mark when nothing was.
func (s *Store) SessionDuty(ctx context.Context, sessionID string, kind enrolment.DutyKind) (enrolment.DutyMark, error) {
	var it sessionDutyItem
	err := s.read(ctx, sessionDutyKey(sessionID, kind), "Cette tâche", &it)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return enrolment.DutyMark{}, nil
	}
	return enrolment.DutyMark{Done: it.Done, Until: it.Until.time(), At: it.At.time()}, err
}

// MarkSessionDuty says of a duty about a session that it is done, or puts it off, with its line of the audit.
func (s *Store) MarkSessionDuty(ctx context.Context, sessionID string, kind enrolment.DutyKind, m enrolment.DutyMark, deed enrolment.Deed) error {
	it, err := attributevalue.MarshalMap(sessionDutyItem{headOf(sessionDutyKey(sessionID, kind)), m.Done, stampOf(m.Until), stampOf(m.At)})
	if err != nil {
		return fmt.Errorf("write duty item: %w", err)
	}
	p := plan{table: &s.table}
	p.put(it, always, nil)
	if err := p.deed(deed); err != nil {
		return err
	}
	return s.write(ctx, p)
}
