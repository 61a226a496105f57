package dynamo

import (
	"cmp"
	"context"
	"encoding/base64"
	"errors"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// pageSize is how many files a page holds; a batch read takes no more than 100.
const pageSize = 100

// sessionsPage is how many sessions a page of the list holds: what a person looks through, and no more to read
// however many there are.
const sessionsPage = 50

// longest is the most bytes that DynamoDB takes in a key: nothing is under a longer one.
const longest = 1024

// get reads one item as it is now; not-found when absent, or past its TTL.
func (s *Store) get(ctx context.Context, k key) (item, error) {
	if len(k.pk) > longest || len(k.sk) > longest {
		return nil, absent("Ce que vous cherchez")
	}
	var it item
	err := retry(ctx, func(ctx context.Context) error {
		out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{TableName: &s.table, Key: k.item(), ConsistentRead: aws.Bool(true)})
		if err == nil {
			it = out.Item
		}
		return err
	})
	if err == nil && !s.lives(it) {
		return nil, absent("Ce que vous cherchez")
	}
	return it, err
}

// lives tells whether an item is there, not what is left of a file, and not past its TTL: DynamoDB deletes such an item some days late.
func (s *Store) lives(it item) bool {
	if it == nil || erased(it) {
		return false
	}
	end := numberOf(it, ttl)
	return end == 0 || end > s.now().Unix()
}

// batch reads several items as they are now, in one round trip; those absent are not in the answer, what is left of a file is.
func (s *Store) batch(ctx context.Context, keys []key) (map[key]item, error) {
	return s.batchOf(ctx, keys, true)
}

// batchOf is batch, at half the price when what is read may be a moment old.
func (s *Store) batchOf(ctx context.Context, keys []key, fresh bool) (map[key]item, error) {
	found := make(map[key]item, len(keys))
	left := make([]item, 0, len(keys))
	for _, k := range keys {
		left = append(left, k.item())
	}
	err := retry(ctx, func(ctx context.Context) error {
		out, err := s.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: map[string]types.KeysAndAttributes{
			s.table: {Keys: left, ConsistentRead: &fresh},
		}})
		if err != nil {
			return err
		}
		for _, it := range out.Responses[s.table] {
			if s.lives(it) || erased(it) {
				found[key{textOf(it, pk), textOf(it, sk)}] = it
			}
		}
		if left = out.UnprocessedKeys[s.table].Keys; len(left) > 0 {
			return errUnprocessed
		}
		return nil
	})
	return found, err
}

var errUnprocessed = errors.New("some keys were not read")

// page is one page of a query, in order. start is the key to go on from, nil at the end.
func (s *Store) page(ctx context.Context, q *dynamodb.QueryInput) (items []item, start item, err error) {
	q.TableName = &s.table
	err = retry(ctx, func(ctx context.Context) error {
		out, err := s.db.Query(ctx, q)
		if err == nil {
			items, start = out.Items, out.LastEvaluatedKey
		}
		return err
	})
	return items, start, err
}

// begins is a query of the items of a partition whose sort key begins with a prefix, as they are now.
func begins(partition, prefix string) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :pk AND begins_with(sk, :prefix)"),
		ExpressionAttributeValues: item{":pk": text(partition), ":prefix": text(prefix)},
		ConsistentRead:            aws.Bool(true),
	}
}

// Look reads the session, the file of this id and the claim of this address: two calls at the same time. An id whose file was erased is
// refused, with an error of kind key-reused.
func (s *Store) Look(ctx context.Context, sessionID, fileID, email string) (enrolment.Session, *enrolment.Enrolment, string, error) {
	session, mine, owners, err := s.LookAll(ctx, sessionID, fileID, []string{email})
	if err != nil {
		return enrolment.Session{}, nil, "", err
	}
	return session, mine, owners[0], nil
}

// LookAll is [Store.Look] with the claims of several addresses, in their order: still two calls.
func (s *Store) LookAll(ctx context.Context, sessionID, fileID string, emails []string) (enrolment.Session, *enrolment.Enrolment, []string, error) {
	var (
		apart   sync.WaitGroup
		session enrolment.Session
		fault   error
	)
	apart.Go(func() { session, fault = s.Session(ctx, sessionID) })
	fk := fileKey(fileID)
	keys := []key{fk}
	for _, email := range emails {
		keys = append(keys, claimKey(sessionID, email))
	}
	found, err := s.batch(ctx, keys)
	apart.Wait()
	if fault != nil || err != nil {
		return enrolment.Session{}, nil, nil, cmp.Or(fault, err)
	}
	owners := make([]string, 0, len(emails))
	for _, k := range keys[1:] {
		owners = append(owners, textOf(found[k], "enrolmentId"))
	}
	if erased(found[fk]) {
		return enrolment.Session{}, nil, nil, enrolment.Refuse(enrolment.KindKeyReused,
			"Cette inscription a été effacée. Rechargez la page pour en faire une autre.")
	}
	if found[fk] == nil {
		return session, nil, owners, nil
	}
	mine, err := unmarshalFile(found[fk])
	return session, &mine, owners, err
}

func oneSession(items []item) (enrolment.Session, error) {
	sessions, err := unmarshalSessions(items)
	if err != nil {
		return enrolment.Session{}, err
	}
	if len(sessions) == 0 {
		return enrolment.Session{}, absent("Cette session")
	}
	return sessions[0], nil
}

// File gives a file by its id.
func (s *Store) File(ctx context.Context, id string) (enrolment.Enrolment, error) {
	it, err := s.get(ctx, fileKey(id))
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return enrolment.Enrolment{}, absent("Ce dossier")
	}
	if err != nil {
		return enrolment.Enrolment{}, err
	}
	return unmarshalFile(it)
}

// Session gives a session by its id.
func (s *Store) Session(ctx context.Context, id string) (enrolment.Session, error) {
	if len(sessionKey(id).pk) > longest {
		return enrolment.Session{}, absent("Cette session")
	}
	items, err := s.all(ctx, begins(sessionKey(id).pk, session))
	if err != nil {
		return enrolment.Session{}, err
	}
	return oneSession(items)
}

// Sessions gives the open sessions that begin from an instant on, by date, fifty at most: one query, and no read per session.
// next is "" on the last page. A session may be seen some moments late.
func (s *Store) Sessions(ctx context.Context, from time.Time, cursor string) (sessions []enrolment.Session, next string, err error) {
	q := upcoming(from)
	q.Limit = aws.Int32(sessionsPage * (1 + counters))
	if q.ExclusiveStartKey, err = sessionCursor(cursor); err != nil {
		return nil, "", err
	}
	items, start, err := s.page(ctx, q)
	if err != nil {
		return nil, "", err
	}
	if start != nil {
		items, start = wholeSessions(items, start)
		next = base64.RawURLEncoding.EncodeToString([]byte(textOf(start, openSK)))
	}
	sessions, err = unmarshalSessions(items)
	return slices.DeleteFunc(sessions, func(s enrolment.Session) bool { return s.Status != enrolment.SessionOpen }), next, err
}

// wholeSessions drops the last session of a page that goes on, since some of its counters may be on the next one.
func wholeSessions(items []item, start item) ([]item, item) {
	for i := len(items) - 1; i > 0; i-- {
		if textOf(items[i], sk) == session {
			return items[:i], items[i-1]
		}
	}
	return items, start
}

// SessionsBetween gives the sessions that begin in a span, by date, past and cancelled ones too: two queries, and none per session.
func (s *Store) SessionsBetween(ctx context.Context, from, to time.Time, cursor string, limit int) (sessions []enrolment.Session, next string, err error) {
	if cursor != "" {
		raw, err := base64.RawURLEncoding.DecodeString(cursor)
		if err != nil || len(raw) < len(stampForm) {
			return nil, "", noSuchPage()
		}
		from = stamp(raw[:len(stampForm)]).time()
	}
	for _, partition := range []string{open, cancelled} {
		q := upcoming(from)
		q.KeyConditionExpression = aws.String("openPk = :all AND openSk BETWEEN :from AND :to")
		q.ExpressionAttributeValues[":all"], q.ExpressionAttributeValues[":to"] = text(partition), text(stampOf(to).text()+afterAnySort)
		if cursor != "" {
			raw, _ := base64.RawURLEncoding.DecodeString(cursor)
			q.ExpressionAttributeValues[":from"] = text(string(raw) + afterAnySort)
		}
		q.Limit = aws.Int32(int32((limit + 2) * (1 + counters)))
		items, start, err := s.page(ctx, q)
		if err != nil {
			return nil, "", err
		}
		if start != nil {
			items, _ = wholeSessions(items, start)
		}
		some, err := unmarshalSessions(items)
		if err != nil {
			return nil, "", err
		}
		sessions = append(sessions, some...)
	}
	slices.SortFunc(sessions, func(a, b enrolment.Session) int { return cmp.Compare(openSort(a), openSort(b)) })
	if len(sessions) > limit {
		sessions = sessions[:limit]
		next = base64.RawURLEncoding.EncodeToString([]byte(openSort(sessions[limit-1])))
	}
	return sessions, next, nil
}

func upcoming(from time.Time) *dynamodb.QueryInput {
	return &dynamodb.QueryInput{
		IndexName:                 aws.String(indexSessionsByDate),
		KeyConditionExpression:    aws.String("openPk = :all AND openSk >= :from"),
		ExpressionAttributeValues: item{":all": text(open), ":from": text(stampOf(from).text())},
		Limit:                     aws.Int32(pageSize * (1 + counters)),
	}
}

// sessionCursor is the key to go on from; a cursor that is not one of ours is refused.
func sessionCursor(cursor string) (item, error) {
	if cursor == "" {
		return nil, nil
	}
	sort, err := base64.RawURLEncoding.DecodeString(cursor)
	if err != nil || len(sort) <= len(stampForm)+1 {
		return nil, enrolment.Refuse(enrolment.KindInvalid, "Cette page de la liste n’existe pas. Revenez au début de la liste.")
	}
	id, counter, _ := strings.Cut(string(sort[len(stampForm)+1:]), "#")
	i, _ := strconv.Atoi(counter)
	start := seatsKey(id, i).item()
	start[openPK], start[openSK] = text(open), text(string(sort))
	return start, nil
}

// Unsettled gives the sessions to come that have idle seats, or seats that nobody proved in time, while people wait, or something
// left to tell.
func (s *Store) Unsettled(ctx context.Context, from time.Time) ([]enrolment.Session, error) {
	items, err := s.all(ctx, upcoming(from))
	if err != nil {
		return nil, err
	}
	sessions, err := unmarshalSessions(items)
	settled := func(s enrolment.Session) bool {
		return s.Told >= s.Revision && (s.Waiting == 0 || s.Taken >= s.Capacity && len(s.Overdue(from)) == 0)
	}
	return slices.DeleteFunc(sessions, settled), err
}

// all reads every page.
func (s *Store) all(ctx context.Context, q *dynamodb.QueryInput) (items []item, err error) {
	for {
		page, start, err := s.page(ctx, q)
		if err != nil {
			return nil, err
		}
		items = append(items, page...)
		if q.ExclusiveStartKey = start; start == nil {
			return items, nil
		}
	}
}

func each[T any](items []item, read func(item) (T, error)) ([]T, error) {
	out := make([]T, 0, len(items))
	for _, it := range items {
		v, err := read(it)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

// FilesOfSession gives the live files of a session, a page at a time, in no order that means anything.
func (s *Store) FilesOfSession(ctx context.Context, sessionID, cursor string) (files []enrolment.Enrolment, next string, err error) {
	q := begins(sessionKey(sessionID).pk, claims)
	q.Limit = aws.Int32(pageSize)
	if cursor != "" {
		q.ExclusiveStartKey = key{sessionKey(sessionID).pk, claims + cursor}.item()
	}
	items, start, err := s.page(ctx, q)
	if err != nil {
		return nil, "", err
	}
	if start != nil {
		next = textOf(start, sk)[len(claims):]
	}
	files, err = s.files(ctx, items, func(it item) string { return textOf(it, "enrolmentId") })
	return files, next, err
}

// files reads the files that items point to, leaving out those that have gone meanwhile.
func (s *Store) files(ctx context.Context, items []item, id func(item) string) ([]enrolment.Enrolment, error) {
	keys := make([]key, 0, len(items))
	for _, it := range items {
		keys = append(keys, fileKey(id(it)))
	}
	return pick(ctx, s, keys, unmarshalFile)
}

// pick reads the items of some keys, in their order, leaving out those that have gone meanwhile.
func pick[T any](ctx context.Context, s *Store, keys []key, read func(item) (T, error)) ([]T, error) {
	if len(keys) == 0 {
		return nil, nil
	}
	found, err := s.batch(ctx, keys)
	if err != nil {
		return nil, err
	}
	var there []item
	for _, k := range keys {
		if it := found[k]; it != nil && !erased(it) {
			there = append(there, it)
		}
	}
	return each(there, read)
}

// FilesByEmail gives the files of an address, newest first, at most 25. One made a moment ago may be missing.
func (s *Store) FilesByEmail(ctx context.Context, email string) ([]enrolment.Enrolment, error) {
	items, _, err := s.page(ctx, &dynamodb.QueryInput{
		IndexName:                 aws.String(indexFilesByEmail),
		KeyConditionExpression:    aws.String("emailPk = :digest"),
		ExpressionAttributeValues: item{":digest": text(digest(email))},
		ScanIndexForward:          aws.Bool(false),
		Limit:                     aws.Int32(25),
	})
	if err != nil {
		return nil, err
	}
	return s.files(ctx, items, func(it item) string { return fileIDOf(textOf(it, pk)) })
}

// Ticket gives the next place in the order of arrival. It is a counter of its own, so that joining a queue does not
// meet the transactions on the session; a ticket whose holder never joined is a gap that nobody sees.
func (s *Store) Ticket(ctx context.Context, sessionID string) (int64, error) {
	return s.add(ctx, &dynamodb.UpdateItemInput{
		Key:                       ticketKey(sessionID).item(),
		UpdateExpression:          aws.String("ADD n :one SET v = :v"),
		ExpressionAttributeValues: item{":one": number(1), ":v": number(schema)},
	})
}

// add makes an update that counts in attribute n, and gives the new count.
func (s *Store) add(ctx context.Context, u *dynamodb.UpdateItemInput) (n int64, err error) {
	u.TableName, u.ReturnValues = &s.table, types.ReturnValueUpdatedNew
	err = retry(ctx, func(ctx context.Context) error {
		out, err := s.db.UpdateItem(ctx, u)
		if err == nil {
			n = numberOf(out.Attributes, "n")
		}
		return err
	})
	return n, err
}

// Position counts who stands in line up to a ticket, itself included, as far as [enrolment.FarPlace]. It reads the line:
// about one unit for 60 people, 17 at most.
func (s *Store) Position(ctx context.Context, sessionID string, ticket int64) (n int, err error) {
	q := &dynamodb.QueryInput{
		TableName:              &s.table,
		KeyConditionExpression: aws.String("pk = :pk AND sk BETWEEN :first AND :mine"),
		ExpressionAttributeValues: item{
			":pk": text(sessionKey(sessionID).pk), ":first": text(queue), ":mine": text(queueKey(sessionID, ticket).sk),
		},
		Select: types.SelectCount, Limit: aws.Int32(enrolment.FarPlace), ConsistentRead: aws.Bool(true),
	}
	err = retry(ctx, func(ctx context.Context) error {
		out, err := s.db.Query(ctx, q)
		if err == nil {
			n = int(out.Count)
		}
		return err
	})
	return n, err
}

// First gives the file at the head of the line; ok is false when nobody waits, or the head has just gone.
func (s *Store) First(ctx context.Context, sessionID string) (e enrolment.Enrolment, ok bool, err error) {
	q := begins(sessionKey(sessionID).pk, queue)
	q.Limit = aws.Int32(1)
	items, _, err := s.page(ctx, q)
	if err != nil || len(items) == 0 {
		return e, false, err
	}
	e, err = s.File(ctx, textOf(items[0], "enrolmentId"))
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return e, false, nil
	}
	return e, err == nil, err
}

// History gives the queue's history of a session, oldest first.
func (s *Store) History(ctx context.Context, sessionID string) ([]enrolment.QueueEvent, error) {
	items, err := s.all(ctx, begins(sessionKey(sessionID).pk, history))
	if err != nil {
		return nil, err
	}
	return each(items, func(it item) (enrolment.QueueEvent, error) {
		return enrolment.QueueEvent{
			At: stamp(textOf(it, "at")).time(), FileID: textOf(it, "enrolmentId"), Ticket: numberOf(it, "ticket"),
			Event: textOf(it, "event"), Reason: textOf(it, "reason"),
		}, nil
	})
}
