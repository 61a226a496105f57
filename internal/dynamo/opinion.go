package dynamo

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// opinionKey is the sum of what the people of a session thought of it; opinedKey says that a file has given its own, and nothing of it.
func opinionKey(sessionID string) key { return key{"S#" + sessionID, "OPINION"} }
func opinedKey(fileID string) key     { return key{fileKey(fileID).pk, "OPINION"} }

// batchMost is how many items DynamoDB gives at once.
const batchMost = 100

// people counts who answered; answerOf one choice of a question.
const people = "people"

func answerOf(question, choice int) string { return fmt.Sprintf("q%d.%d", question+1, choice+1) }

// GiveOpinion adds what somebody thought of a session to what others did, once: the answers are only ever a sum, without a name or an hour, and the
// file only has a mark, until a day. first is false when the file had given it.
func (s *Store) GiveOpinion(ctx context.Context, fileID, sessionID string, o enrolment.Opinion, until time.Time) (first bool, err error) {
	k := opinedKey(fileID)
	p := plan{table: &s.table}
	p.put(item{pk: text(k.pk), sk: text(k.sk), "v": number(schema), "ttl": number(until.Unix())}, isAbsent, nil)
	adds, names := []string{people + " :one"}, map[string]string{}
	for q, choice := range o {
		if choice > 0 {
			name := fmt.Sprintf("#q%d", q)
			names[name] = answerOf(q, choice-1)
			adds = append(adds, name+" :one")
		}
	}
	p.writes = append(p.writes, types.TransactWriteItem{Update: &types.Update{
		TableName: p.table, Key: opinionKey(sessionID).item(), UpdateExpression: aws.String("ADD " + strings.Join(adds, ", ") + " SET v = :v"),
		ExpressionAttributeNames: names, ExpressionAttributeValues: item{":one": number(1), ":v": number(schema)},
	}})
	err = s.write(ctx, p)
	if errors.Is(err, enrolment.ErrStale) {
		if given, failed := s.Opined(ctx, fileID); failed != nil || given {
			return false, failed
		}
	}
	return err == nil, err
}

// Opined tells whether a file has given its opinion.
func (s *Store) Opined(ctx context.Context, fileID string) (bool, error) {
	_, err := s.get(ctx, opinedKey(fileID))
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return false, nil
	}
	return err == nil, err
}

// Opinions gives the sums of some sessions, by their id; those of which nobody said anything are not there.
func (s *Store) Opinions(ctx context.Context, sessionIDs []string) (map[string]enrolment.Opinions, error) {
	keys := make([]key, 0, len(sessionIDs))
	for _, id := range sessionIDs {
		keys = append(keys, opinionKey(id))
	}
	found := map[key]item{}
	for some := range slices.Chunk(keys, batchMost) {
		read, err := s.batch(ctx, some)
		if err != nil {
			return nil, err
		}
		maps.Copy(found, read)
	}
	all := map[string]enrolment.Opinions{}
	for i, id := range sessionIDs {
		it := found[keys[i]]
		if it == nil {
			continue
		}
		sum := enrolment.Opinions{People: int(numberOf(it, people))}
		for q := range sum.Counts {
			for c := range sum.Counts[q] {
				sum.Counts[q][c] = int(numberOf(it, answerOf(q, c)))
			}
		}
		all[id] = sum
	}
	return all, nil
}
