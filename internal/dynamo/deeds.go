package dynamo

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// deedItem is one line of the audit, in the partition of its file; one about the team is in the team's.
type deedItem struct {
	head
	StaffPK string       `dynamodbav:"staffPk"` // AUDIT#<month>: all lines by time, in the index that duties use
	StaffSK string       `dynamodbav:"staffSk"`
	FileID  string       `dynamodbav:"enrolmentId,omitempty"`
	At      stamp        `dynamodbav:"at"`
	Sub     string       `dynamodbav:"sub"`
	Name    string       `dynamodbav:"name"`
	Role    string       `dynamodbav:"role"`
	Act     string       `dynamodbav:"act"`
	Reason  string       `dynamodbav:"reason,omitempty"`
	Changes []changeItem `dynamodbav:"changes,omitempty"`
}

type changeItem struct {
	Field  string `dynamodbav:"field"`
	Before string `dynamodbav:"before,omitempty"`
	After  string `dynamodbav:"after,omitempty"`
}

const deeds = "A#"

func auditMonth(t time.Time) string { return "AUDIT#" + t.UTC().Format("2006-01") }

// deed appends a line that nothing overwrites.
func (p *plan) deed(d enrolment.Deed) error {
	k := key{team, deeds + stampOf(d.At).text() + "#" + rand.Text()[:6]}
	if d.FileID != "" {
		k.pk = fileKey(d.FileID).pk
	}
	di := deedItem{
		head: headOf(k), StaffPK: auditMonth(d.At), StaffSK: k.sk[len(deeds):], FileID: d.FileID, At: stampOf(d.At),
		Sub: d.Actor.Sub, Name: d.Actor.Name, Role: string(d.Actor.Role), Act: d.Act, Reason: d.Reason,
	}
	for _, c := range d.Changes {
		di.Changes = append(di.Changes, changeItem(c))
	}
	it, err := attributevalue.MarshalMap(di)
	if err != nil {
		return fmt.Errorf("write audit item: %w", err)
	}
	p.put(it, isAbsent, nil)
	return nil
}

func unmarshalDeed(it item) (enrolment.Deed, error) {
	var di deedItem
	if err := attributevalue.UnmarshalMap(it, &di); err != nil {
		return enrolment.Deed{}, fmt.Errorf("read audit item: %w", err)
	}
	d := enrolment.Deed{
		At: di.At.time(), FileID: di.FileID, Actor: enrolment.Actor{Sub: di.Sub, Name: di.Name, Role: enrolment.Role(di.Role)}, Act: di.Act, Reason: di.Reason,
	}
	for _, c := range di.Changes {
		d.Changes = append(d.Changes, enrolment.Change(c))
	}
	return d, nil
}

// Deeds gives what the organisation did on a file, oldest first.
func (s *Store) Deeds(ctx context.Context, fileID string) ([]enrolment.Deed, error) {
	items, err := s.all(ctx, begins(fileKey(fileID).pk, deeds))
	if err != nil {
		return nil, err
	}
	return each(items, unmarshalDeed)
}

// Audit gives the organisation's acts of the span, newest first, a page at a time. One made a moment ago may be missing.
func (s *Store) Audit(ctx context.Context, from, to time.Time, cursor string) (lines []enrolment.Deed, next string, err error) {
	month, after := to, item(nil)
	if cursor != "" {
		start, err := keysFromCursor(cursor)
		if err != nil {
			return nil, "", err
		}
		after = start
		if month, err = time.Parse("AUDIT#2006-01", textOf(start, staffPK)); err != nil {
			return nil, "", noSuchPage()
		}
	}
	for !month.Before(firstOfMonth(from)) && len(lines) < pageSize {
		items, start, err := s.page(ctx, &dynamodb.QueryInput{
			IndexName:                 aws.String(indexForStaff),
			KeyConditionExpression:    aws.String("staffPk = :month AND staffSk BETWEEN :from AND :to"),
			ExpressionAttributeValues: item{":month": text(auditMonth(month)), ":from": text(stampOf(from).text()), ":to": text(stampOf(to).text() + afterAnySort)},
			ScanIndexForward:          aws.Bool(false), Limit: aws.Int32(int32(pageSize - len(lines))), ExclusiveStartKey: after,
		})
		if err != nil {
			return nil, "", err
		}
		read, err := s.whole(ctx, items, unmarshalDeed)
		if err != nil {
			return nil, "", err
		}
		lines = append(lines, read...)
		if after = start; start == nil {
			month = firstOfMonth(month).AddDate(0, -1, 0)
		}
	}
	if after != nil {
		next = cursorOf(after)
	}
	return lines, next, nil
}

func firstOfMonth(t time.Time) time.Time {
	t = t.UTC()
	return time.Date(t.Year(), t.Month(), 1, 0, 0, 0, 0, time.UTC)
}

// cursorOf hands the place of a page out as text; only keys are in it.
func cursorOf(start item) string {
	return base64.RawURLEncoding.EncodeToString([]byte(textOf(start, pk) + "\n" + textOf(start, sk) + "\n" + textOf(start, staffPK) + "\n" + textOf(start, staffSK)))
}
