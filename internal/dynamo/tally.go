package dynamo

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

func tallyKey(sessionID string) key { return key{"S#" + sessionID, "TALLY"} }

// What the names of a tally's figures begin with.
const (
	tallyStatus  = "status."
	tallyMode    = "mode."
	tallyMandate = "mandate."
)

// tally adds a file that goes to the figures of its session.
func (p *plan) tally(e enrolment.Enrolment) {
	minutes := 0
	if e.Attendance != nil {
		minutes = e.Attendance.Minutes()
	}
	p.writes = append(p.writes, types.TransactWriteItem{Update: &types.Update{
		TableName: p.table, Key: tallyKey(e.SessionID).item(),
		UpdateExpression: aws.String("ADD files :one, minutes :minutes, #status :one, #mode :one, #mandate :one SET v = :v"),
		ExpressionAttributeNames: map[string]string{
			"#status": tallyStatus + string(e.Status), "#mode": tallyMode + string(e.Mode), "#mandate": tallyMandate + string(e.Mandate.Kind),
		},
		ExpressionAttributeValues: item{":one": number(1), ":minutes": number(int64(minutes)), ":v": number(schema)},
	}})
}

// Tally gives what is left in figures of the files of a session that were erased.
func (s *Store) Tally(ctx context.Context, sessionID string) (enrolment.Tally, error) {
	t := enrolment.Tally{Statuses: map[enrolment.Status]int{}, Modes: map[enrolment.Mode]int{}, Mandates: map[enrolment.MandateKind]int{}}
	it, err := s.get(ctx, tallyKey(sessionID))
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return t, nil
	}
	if err != nil {
		return t, err
	}
	t.Files, t.Minutes = int(numberOf(it, "files")), int(numberOf(it, "minutes"))
	for name := range it {
		n := int(numberOf(it, name))
		if of, ok := strings.CutPrefix(name, tallyStatus); ok {
			t.Statuses[enrolment.Status(of)] = n
		} else if of, ok := strings.CutPrefix(name, tallyMode); ok {
			t.Modes[enrolment.Mode(of)] = n
		} else if of, ok := strings.CutPrefix(name, tallyMandate); ok {
			t.Mandates[enrolment.MandateKind(of)] = n
		}
	}
	return t, nil
}
