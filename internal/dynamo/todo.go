package dynamo

import (
	"context"
	"encoding/base64"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/enrolment"
)

const (
	indexForStaff    = "forStaff"
	staffPK, staffSK = "staffPk", "staffSk"
	todo             = "TODO" // one partition: what is to be done by people is seldom more than some hundreds
)

// todoSort orders duties by the instant that counts, then by kind.
func todoSort(d enrolment.Duty) string { return stampOf(d.Due).text() + "#" + string(d.Kind) }

// Duties gives the files that the organisation has something to do about, the most urgent first, with what their last look
// planned. One changed a moment ago may be as it was.
func (s *Store) Duties(ctx context.Context, until time.Time, cursor string, limit int) (files []enrolment.Enrolment, next string, err error) {
	q := &dynamodb.QueryInput{
		IndexName:                 aws.String(indexForStaff),
		KeyConditionExpression:    aws.String("staffPk = :todo AND staffSk <= :until"),
		ExpressionAttributeValues: item{":todo": text(todo), ":until": text(stampOf(until).text() + afterAnySort)},
		Limit:                     aws.Int32(int32(min(limit, pageSize))),
	}
	if cursor != "" {
		if q.ExclusiveStartKey, err = keysFromCursor(cursor); err != nil {
			return nil, "", err
		}
	}
	items, start, err := s.page(ctx, q)
	if err != nil {
		return nil, "", err
	}
	if start != nil {
		next = cursorOf(start)
	}
	files, err = s.files(ctx, items, func(it item) string { return fileIDOf(textOf(it, pk)) })
	return files, next, err
}

// keysFromCursor is the place to go on from; a cursor that is not one of ours is refused.
func keysFromCursor(cursor string) (item, error) {
	raw, err := base64.RawURLEncoding.DecodeString(cursor)
	parts := strings.Split(string(raw), "\n")
	if err != nil || len(parts) != 4 {
		return nil, noSuchPage()
	}
	return item{pk: text(parts[0]), sk: text(parts[1]), staffPK: text(parts[2]), staffSK: text(parts[3])}, nil
}

func noSuchPage() error {
	return enrolment.Refuse(enrolment.KindInvalid, "Cette page de la liste n’existe pas. Revenez au début de la liste.")
}

// whole reads the items that an index of keys points to, in its order.
func (s *Store) whole(ctx context.Context, items []item, read func(item) (enrolment.Deed, error)) ([]enrolment.Deed, error) {
	keys := make([]key, 0, len(items))
	for _, it := range items {
		keys = append(keys, key{textOf(it, pk), textOf(it, sk)})
	}
	return pick(ctx, s, keys, read)
}
