package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// GivenUp gives every message that is dead or refused, with its file, in no order. It reads the whole table: for an
// operator's hand, never on a request's path.
func (s *Store) GivenUp(ctx context.Context, each func(fileID string, r enrolment.MessageRecord) error) error {
	in := &dynamodb.ScanInput{
		TableName: &s.table, FilterExpression: aws.String("begins_with(pk, :file) AND begins_with(sk, :message) AND #state IN (:dead, :refused)"),
		ExpressionAttributeNames: map[string]string{"#state": "state"},
		ExpressionAttributeValues: item{":file": text("E#"), ":message": text(messages),
			":dead": text(string(enrolment.MessageDead)), ":refused": text(string(enrolment.MessageRefused))},
	}
	for {
		var out *dynamodb.ScanOutput
		err := retry(ctx, func(ctx context.Context) (err error) { out, err = s.db.Scan(ctx, in); return err })
		if err != nil {
			return err
		}
		for _, it := range out.Items {
			r, err := unmarshalMessage(it)
			if err != nil {
				return err
			}
			if err := each(fileIDOf(textOf(it, pk)), r); err != nil {
				return err
			}
		}
		if in.ExclusiveStartKey = out.LastEvaluatedKey; len(in.ExclusiveStartKey) == 0 {
			return nil
		}
	}
}

// Reopen has a message given up tried again: it writes its record as after over before, puts its notice back when there is one,
// and makes the file due. [enrolment.ErrStale] when the file, or the record, is not as it was read.
func (s *Store) Reopen(ctx context.Context, fileID string, version int64, before, after enrolment.MessageRecord, notice *enrolment.Notice) error {
	p := plan{table: &s.table}
	if err := p.record(fileID, before, after); err != nil {
		return err
	}
	u := &types.Update{
		TableName: &s.table, Key: fileKey(fileID).item(), ConditionExpression: aws.String("version = :read"),
		UpdateExpression:          aws.String("SET duePk = :shard, dueSk = :now ADD version :one"),
		ExpressionAttributeValues: item{":read": number(version), ":one": number(1), ":shard": text(dueShard(fileID)), ":now": text(stampOf(s.now()).text())},
	}
	if notice != nil {
		u.UpdateExpression = aws.String("SET duePk = :shard, dueSk = :now, notices.#key = :notice ADD version :one")
		u.ExpressionAttributeNames = map[string]string{"#key": notice.Key}
		u.ExpressionAttributeValues[":notice"] = &types.AttributeValueMemberM{Value: item{"kind": text(string(notice.Kind)), "at": text(stampOf(notice.At).text())}}
	}
	p.writes = append(p.writes, types.TransactWriteItem{Update: u})
	return s.write(ctx, p)
}
