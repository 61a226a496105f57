package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// taps begin the keys of what was marked in the room: T#<half-day>#<file>, and T#+#<id> for somebody who is on no list.
const (
	taps     = "T#"
	arrivals = taps + "+#"
)

type presenceItem struct {
	head
	FileID   string `dynamodbav:"enrolmentId"`
	HalfDay  stamp  `dynamodbav:"halfDay"`
	Presence string `dynamodbav:"presence"`
	Minutes  int    `dynamodbav:"minutes,omitempty"`
	At       stamp  `dynamodbav:"at"`
	By       string `dynamodbav:"by"`
}

func (it presenceItem) mark() enrolment.PresenceMark {
	return enrolment.PresenceMark{FileID: it.FileID, HalfDay: it.HalfDay.time(), Presence: enrolment.Presence(it.Presence), Minutes: it.Minutes, At: it.At.time(), By: it.By}
}

type arrivalItem struct {
	head
	ID   string `dynamodbav:"id"`
	Name string `dynamodbav:"name"`
	At   stamp  `dynamodbav:"at"`
	TTL  int64  `dynamodbav:"ttl"`
}

// Attendance gives what was marked in the room of a session, and who came without being on the list.
func (s *Store) Attendance(ctx context.Context, sessionID string) (marks []enrolment.PresenceMark, came []enrolment.Arrival, err error) {
	items, err := s.all(ctx, begins(sessionKey(sessionID).pk, taps))
	if err != nil {
		return nil, nil, err
	}
	for _, it := range items {
		if strings.HasPrefix(textOf(it, sk), arrivals) {
			var a arrivalItem
			if err := attributevalue.UnmarshalMap(it, &a); err != nil {
				return nil, nil, fmt.Errorf("read arrival item: %w", err)
			}
			came = append(came, enrolment.Arrival{ID: a.ID, Name: a.Name, At: a.At.time(), Until: time.Unix(a.TTL, 0).UTC()})
			continue
		}
		var p presenceItem
		if err := attributevalue.UnmarshalMap(it, &p); err != nil {
			return nil, nil, fmt.Errorf("read presence item: %w", err)
		}
		marks = append(marks, p.mark())
	}
	return marks, came, nil
}

// MarkPresence writes a mark unless a later tap stands; it gives what stands, and whether it is this mark.
func (s *Store) MarkPresence(ctx context.Context, sessionID string, m enrolment.PresenceMark) (stands enrolment.PresenceMark, kept bool, err error) {
	k := key{sessionKey(sessionID).pk, taps + enrolment.HalfDayKey(m.HalfDay) + "#" + m.FileID}
	it, err := attributevalue.MarshalMap(presenceItem{headOf(k), m.FileID, stampOf(m.HalfDay), string(m.Presence), m.Minutes, stampOf(m.At), m.By})
	if err != nil {
		return m, false, fmt.Errorf("write presence item: %w", err)
	}
	stands, kept = m, true
	err = retry(ctx, func(ctx context.Context) error {
		_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &s.table, Item: it, ConditionExpression: aws.String("attribute_not_exists(pk) OR #at <= :at"),
			ExpressionAttributeNames: map[string]string{"#at": "at"}, ExpressionAttributeValues: item{":at": text(stampOf(m.At).text())},
			ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
		})
		var later *types.ConditionalCheckFailedException
		if !errors.As(err, &later) {
			return err
		}
		kept = false
		var p presenceItem
		if err := attributevalue.UnmarshalMap(later.Item, &p); err != nil {
			return fmt.Errorf("read presence item: %w", err)
		}
		stands = p.mark()
		return nil
	})
	return stands, kept, err
}

// Arrive notes somebody who is on no list; the same id twice is the same person.
func (s *Store) Arrive(ctx context.Context, sessionID string, a enrolment.Arrival) error {
	k := key{sessionKey(sessionID).pk, arrivals + a.ID}
	it, err := attributevalue.MarshalMap(arrivalItem{headOf(k), a.ID, a.Name, stampOf(a.At), a.Until.Unix()})
	if err != nil {
		return fmt.Errorf("write arrival item: %w", err)
	}
	return retry(ctx, func(ctx context.Context) error {
		_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: it})
		return err
	})
}
