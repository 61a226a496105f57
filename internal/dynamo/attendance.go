package dynamo

import (
	"context"
	"errors"
	"fmt"
	"slices"
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
	ID     string     `dynamodbav:"id"`
	FileID string     `dynamodbav:"enrolmentId,omitempty"`
	Name   string     `dynamodbav:"name,omitempty"`
	Noted  *notedItem `dynamodbav:"noted,omitempty"`
	At     stamp      `dynamodbav:"at"`
	TTL    int64      `dynamodbav:"ttl"`
}

type notedItem struct {
	FirstName string                `dynamodbav:"firstName,omitempty"`
	LastName  string                `dynamodbav:"lastName,omitempty"`
	Email     string                `dynamodbav:"email,omitempty"`
	Phone     string                `dynamodbav:"phone,omitempty"`
	Mandate   enrolment.MandateKind `dynamodbav:"mandate,omitempty"`
	Authority string                `dynamodbav:"authority,omitempty"`
	Mode      enrolment.Mode        `dynamodbav:"mode,omitempty"`
	Why       string                `dynamodbav:"why,omitempty"`
}

func (it arrivalItem) arrival() enrolment.Arrival {
	a := enrolment.Arrival{ID: it.ID, FileID: it.FileID, Name: it.Name, At: it.At.time(), Until: time.Unix(it.TTL, 0).UTC()}
	if it.Noted != nil {
		a.Noted = enrolment.Noted(*it.Noted)
	}
	return a
}

// Attendance gives what was marked in the room of a session, and who came without being on the list. What was marked of an arrival
// that has become a file is the file's: of two marks on the same half-day the later one.
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
			came = append(came, a.arrival())
			continue
		}
		var p presenceItem
		if err := attributevalue.UnmarshalMap(it, &p); err != nil {
			return nil, nil, fmt.Errorf("read presence item: %w", err)
		}
		marks = append(marks, p.mark())
	}
	return ofFiles(marks, came), came, nil
}

func ofFiles(marks []enrolment.PresenceMark, came []enrolment.Arrival) (all []enrolment.PresenceMark) {
	files := map[string]string{}
	for _, a := range came {
		files[a.ID] = a.FileID
	}
	for _, m := range marks {
		if id := files[m.FileID]; id != "" {
			m.FileID = id
		}
		same := func(n enrolment.PresenceMark) bool { return n.FileID == m.FileID && n.HalfDay.Equal(m.HalfDay) }
		switch i := slices.IndexFunc(all, same); {
		case i < 0:
			all = append(all, m)
		case m.At.After(all[i].At):
			all[i] = m
		}
	}
	return all
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
	written := arrivalItem{head: headOf(k), ID: a.ID, FileID: a.FileID, Name: a.Name, At: stampOf(a.At), TTL: a.Until.Unix()}
	if a.Noted != (enrolment.Noted{}) {
		written.Noted = (*notedItem)(&a.Noted)
	}
	it, err := attributevalue.MarshalMap(written)
	if err != nil {
		return fmt.Errorf("write arrival item: %w", err)
	}
	return retry(ctx, func(ctx context.Context) error {
		_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: it})
		return err
	})
}
