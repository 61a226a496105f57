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

type scanItem struct {
	ID    string     `dynamodbav:"id"`
	Pages []pageItem `dynamodbav:"pages"`
}

type pageItem struct {
	Type string `dynamodbav:"type"`
	Size int64  `dynamodbav:"size"`
}

func scanItemOf(s *enrolment.Scan) *scanItem {
	if s == nil {
		return nil
	}
	it := &scanItem{ID: s.ID}
	for _, p := range s.Pages {
		it.Pages = append(it.Pages, pageItem(p))
	}
	return it
}

func (it *scanItem) scan() *enrolment.Scan {
	if it == nil {
		return nil
	}
	s := &enrolment.Scan{ID: it.ID}
	for _, p := range it.Pages {
		s.Pages = append(s.Pages, enrolment.ScanPage(p))
	}
	return s
}

// looseScans is where what may have to be deleted from the bucket is noted: a line for each scan, there since before its pages are kept.
const looseScans = "SCANS"

func looseKey(fileID, scanID string) key { return key{looseScans, fileID + "#" + scanID} }

type looseItem struct {
	head
	At    stamp `dynamodbav:"at"`
	Taken bool  `dynamodbav:"taken,omitempty"`
}

// loose notes, with what makes a file forget its scan, that the bucket is to be emptied of it: whatever the act, and if the file itself goes.
func (p *plan) loose(act enrolment.Act, m enrolment.Move) error {
	had, ok := m.Before.Sent()
	if kept, _ := m.After.Sent(); !ok || kept.ID == had.ID {
		return nil
	}
	it, err := attributevalue.MarshalMap(looseItem{head: headOf(looseKey(m.Before.ID, had.ID)), At: stampOf(act.At)})
	if err != nil {
		return fmt.Errorf("write loose scan: %w", err)
	}
	p.put(it, "attribute_exists(pk) OR "+isAbsent, nil)
	return nil
}

// ExpectScan notes, before the pages of a scan are kept, that they are to be deleted at an instant unless their file knows them by then.
// [enrolment.ErrStale] while the same scan is being deleted.
func (s *Store) ExpectScan(ctx context.Context, l enrolment.LooseScan) error {
	it, err := attributevalue.MarshalMap(looseItem{head: headOf(looseKey(l.FileID, l.ScanID)), At: stampOf(l.At)})
	if err != nil {
		return fmt.Errorf("write loose scan: %w", err)
	}
	p := plan{table: &s.table}
	p.put(it, "attribute_not_exists(taken)", nil)
	return s.write(ctx, p)
}

// LooseScans gives those to look at by now.
func (s *Store) LooseScans(ctx context.Context, now time.Time) ([]enrolment.LooseScan, error) {
	items, err := s.all(ctx, &dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :pk"),
		ExpressionAttributeValues: item{":pk": text(looseScans)},
		ConsistentRead:            aws.Bool(true),
	})
	if err != nil {
		return nil, err
	}
	var loose []enrolment.LooseScan
	for _, it := range items {
		file, scan, _ := strings.Cut(textOf(it, sk), "#")
		l := enrolment.LooseScan{FileID: file, ScanID: scan, At: stamp(textOf(it, "at")).time()}
		if v, ok := it["taken"].(*types.AttributeValueMemberBOOL); ok {
			l.Taken = v.Value
		}
		if l.Taken || !now.Before(l.At) {
			loose = append(loose, l)
		}
	}
	return loose, nil
}

// TakeScan begins to delete one: from then on nothing keeps it. False when somebody sent it again meanwhile, or it is gone.
func (s *Store) TakeScan(ctx context.Context, l enrolment.LooseScan) (bool, error) {
	p := plan{table: &s.table}
	p.update(looseKey(l.FileID, l.ScanID), "SET taken = :yes", "#at = :at", map[string]string{"#at": "at"},
		item{":yes": &types.AttributeValueMemberBOOL{Value: true}, ":at": text(stampOf(l.At).text())})
	err := s.write(ctx, p)
	if errors.Is(err, enrolment.ErrStale) {
		return false, nil
	}
	return err == nil, err
}

// SettleScan forgets one, kept or deleted, unless something was said of it since it was read.
func (s *Store) SettleScan(ctx context.Context, l enrolment.LooseScan) error {
	p := plan{table: &s.table}
	condition := "#at = :at"
	if l.Taken {
		condition += " AND attribute_exists(taken)"
	}
	p.writes = append(p.writes, types.TransactWriteItem{Delete: &types.Delete{
		TableName: &s.table, Key: looseKey(l.FileID, l.ScanID).item(), ConditionExpression: &condition,
		ExpressionAttributeNames:  map[string]string{"#at": "at"},
		ExpressionAttributeValues: item{":at": text(stampOf(l.At).text())},
	}})
	if err := s.write(ctx, p); err != nil && !errors.Is(err, enrolment.ErrStale) {
		return err
	}
	return nil
}
