package dynamo

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

type messageItem struct {
	head
	Key        string   `dynamodbav:"key"`
	Kind       string   `dynamodbav:"kind"`
	To         string   `dynamodbav:"to"`
	State      string   `dynamodbav:"state"`
	Covers     []string `dynamodbav:"covers,omitempty"`
	At         stamp    `dynamodbav:"at,omitempty"`
	LeaseUntil stamp    `dynamodbav:"leaseUntil,omitempty"`
	NextTry    stamp    `dynamodbav:"nextTry,omitempty"`
	Since      stamp    `dynamodbav:"since,omitempty"`
	Attempts   int      `dynamodbav:"attempts"`
	Crashes    int      `dynamodbav:"crashes"`
	MessageID  string   `dynamodbav:"messageId,omitempty"`
	Failure    string   `dynamodbav:"failure,omitempty"`
}

func messageItemOf(fileID string, m enrolment.MessageRecord) messageItem {
	return messageItem{
		head: headOf(messageKey(fileID, m.Key)), Key: m.Key, Kind: m.Kind, To: m.To, State: string(m.State), Covers: m.Covers,
		At: stampOf(m.At), LeaseUntil: stampOf(m.LeaseUntil), NextTry: stampOf(m.NextTry), Since: stampOf(m.Since),
		Attempts: m.Attempts, Crashes: m.Crashes, MessageID: m.MessageID, Failure: m.Failure,
	}
}

func unmarshalMessage(it item) (enrolment.MessageRecord, error) {
	var m messageItem
	if err := attributevalue.UnmarshalMap(it, &m); err != nil {
		return enrolment.MessageRecord{}, fmt.Errorf("read message item: %w", err)
	}
	return enrolment.MessageRecord{
		Key: m.Key, Kind: m.Kind, To: m.To, State: enrolment.MessageState(m.State), Covers: m.Covers,
		At: m.At.time(), LeaseUntil: m.LeaseUntil.time(), NextTry: m.NextTry.time(), Since: m.Since.time(),
		Attempts: m.Attempts, Crashes: m.Crashes, MessageID: m.MessageID, Failure: m.Failure,
	}, nil
}

// FileWithMessages gives a file and its message log, in one query.
func (s *Store) FileWithMessages(ctx context.Context, fileID string) (enrolment.Enrolment, []enrolment.MessageRecord, error) {
	items, err := s.all(ctx, &dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :pk AND sk BETWEEN :file AND :log"), // neither its audit, A#, nor its words, W#
		ExpressionAttributeValues: item{":pk": text(fileKey(fileID).pk), ":file": text(fileKey(fileID).sk), ":log": text(messages + afterAnySort)},
		ConsistentRead:            aws.Bool(true),
	})
	if err != nil {
		return enrolment.Enrolment{}, nil, err
	}
	if len(items) == 0 || textOf(items[0], sk) != fileKey(fileID).sk || !s.lives(items[0]) { // "FILE" sorts before "M#"
		return enrolment.Enrolment{}, nil, absent("Ce dossier")
	}
	e, err := unmarshalFile(items[0])
	if err != nil {
		return enrolment.Enrolment{}, nil, err
	}
	log, err := each(items[1:], unmarshalMessage)
	return e, log, err
}

// Messages gives the message log of a file, by key.
func (s *Store) Messages(ctx context.Context, fileID string) ([]enrolment.MessageRecord, error) {
	items, err := s.all(ctx, begins(fileKey(fileID).pk, messages))
	if err != nil {
		return nil, err
	}
	return each(items, unmarshalMessage)
}

// ForgetMessages deletes what is kept beside a file that is gone: its message log, its words, its lines of the audit.
func (s *Store) ForgetMessages(ctx context.Context, fileID string) error {
	items, err := s.all(ctx, &dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :pk"),
		ExpressionAttributeValues: item{":pk": text(fileKey(fileID).pk)},
		ConsistentRead:            aws.Bool(true),
	})
	if err != nil {
		return err
	}
	for _, it := range items {
		k := key{textOf(it, pk), textOf(it, sk)}
		if k == fileKey(fileID) {
			continue
		}
		if err := s.forget(ctx, k); err != nil {
			return err
		}
	}
	return nil
}

// ClaimMessage gives the right to send one message, and the record as it now is; [enrolment.ErrNotClaimed] when it is
// not granted (see [enrolment.MessageClaim]).
func (s *Store) ClaimMessage(ctx context.Context, c enrolment.MessageClaim) (enrolment.MessageRecord, error) {
	before := c.Before
	after, ok := claimed(before, c)
	if !ok {
		return enrolment.MessageRecord{}, enrolment.ErrNotClaimed
	}
	p := plan{table: &s.table}
	p.writes = append(p.writes, types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
		TableName: &s.table, Key: fileKey(c.FileID).item(),
		ConditionExpression: aws.String("version = :read"), ExpressionAttributeValues: item{":read": number(c.Version)},
	}})
	if err := p.record(c.FileID, before, after); err != nil {
		return enrolment.MessageRecord{}, err
	}
	err := s.write(ctx, p)
	if errors.Is(err, enrolment.ErrStale) {
		return enrolment.MessageRecord{}, enrolment.ErrNotClaimed
	}
	return after, err
}

// claimed is the record once claimed; ok is false when it may not be.
func claimed(before enrolment.MessageRecord, c enrolment.MessageClaim) (after enrolment.MessageRecord, ok bool) {
	crashes, since := before.Crashes, before.Since
	if since.IsZero() {
		since = c.Now
	}
	switch before.State {
	case "":
	case enrolment.MessageRetry:
		if c.Now.Before(before.NextTry) {
			return before, false
		}
	case enrolment.MessageClaimed:
		if c.Now.Before(before.LeaseUntil) {
			return before, false
		}
		crashes++
	default:
		return before, false
	}
	return enrolment.MessageRecord{
		Key: c.Key, Kind: c.Kind, To: c.To, State: enrolment.MessageClaimed, Covers: c.Covers,
		At: c.Now, LeaseUntil: c.Now.Add(c.Lease), Attempts: before.Attempts + 1, Crashes: crashes, Since: since,
		Failure: before.Failure,
	}, true
}

// record writes a message over the state and the attempt that were read.
func (p *plan) record(fileID string, before, after enrolment.MessageRecord) error {
	it, err := attributevalue.MarshalMap(messageItemOf(fileID, after))
	if err != nil {
		return fmt.Errorf("write message item: %w", err)
	}
	if before.State == "" {
		p.put(it, isAbsent, nil)
		return nil
	}
	p.put(it, "#state = :state AND attempts = :attempts", item{":state": text(string(before.State)), ":attempts": number(int64(before.Attempts))})
	p.writes[len(p.writes)-1].Put.ExpressionAttributeNames = map[string]string{"#state": "state"}
	return nil
}

// RecordMessage writes what became of a message: over the claim of the same attempt, or where there was no record when
// it was never tried. [enrolment.ErrStale] when somebody else has written it since.
func (s *Store) RecordMessage(ctx context.Context, fileID string, m enrolment.MessageRecord) error {
	before := enrolment.MessageRecord{}
	if m.Attempts > 0 {
		before = enrolment.MessageRecord{State: enrolment.MessageClaimed, Attempts: m.Attempts}
	}
	p := plan{table: &s.table}
	if err := p.record(fileID, before, m); err != nil {
		return err
	}
	put := p.writes[0].Put // alone, it needs no transaction
	return retry(ctx, func(ctx context.Context) error {
		_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: put.TableName, Item: put.Item, ConditionExpression: put.ConditionExpression,
			ExpressionAttributeNames: put.ExpressionAttributeNames, ExpressionAttributeValues: put.ExpressionAttributeValues,
		})
		return err
	})
}

// BounceMessage marks a message that was sent as come back for good. The same news twice does no harm. A message that is not there is left so.
func (s *Store) BounceMessage(ctx context.Context, fileID, name, failure string) error {
	return s.touch(ctx, messageKey(fileID, name), &dynamodb.UpdateItemInput{
		UpdateExpression:         aws.String("SET #state = :bounced, failure = :failure"),
		ConditionExpression:      aws.String("attribute_exists(pk)"),
		ExpressionAttributeNames: map[string]string{"#state": "state"},
		ExpressionAttributeValues: item{
			":bounced": text(string(enrolment.MessageBounced)), ":failure": text(failure),
		},
	})
}

// MessageLeft marks as sent a message that the post office says it carries, whatever we thought of it: tried again, given up. One that is
// already sent, came back or is not there is left so.
func (s *Store) MessageLeft(ctx context.Context, fileID, name, messageID string) error {
	return s.touch(ctx, messageKey(fileID, name), &dynamodb.UpdateItemInput{
		UpdateExpression:         aws.String("SET #state = :sent, messageId = :id REMOVE nextTry, failure"),
		ConditionExpression:      aws.String("#state IN (:claimed, :retry, :dead, :lapsed)"),
		ExpressionAttributeNames: map[string]string{"#state": "state"},
		ExpressionAttributeValues: item{
			":sent": text(string(enrolment.MessageSent)), ":id": text(messageID), ":claimed": text(string(enrolment.MessageClaimed)),
			":retry": text(string(enrolment.MessageRetry)), ":dead": text(string(enrolment.MessageDead)), ":lapsed": text(string(enrolment.MessageLapsed)),
		},
	})
}

// touch makes an update whose condition is that the item exists; one that does not is left so.
func (s *Store) touch(ctx context.Context, k key, u *dynamodb.UpdateItemInput) error {
	u.TableName, u.Key = &s.table, k.item()
	err := retry(ctx, func(ctx context.Context) error { _, err := s.db.UpdateItem(ctx, u); return err })
	if errors.Is(err, enrolment.ErrStale) {
		return nil
	}
	return err
}

// SetDue sets when the planner must look at a file again (never, for the zero time) and drops the notices that were
// told. [enrolment.ErrStale] when the file is not at this version any more: it is due as it was.
func (s *Store) SetDue(ctx context.Context, fileID string, version int64, look enrolment.Look, told []string) error {
	update, names := "ADD version :one", map[string]string{}
	values := item{":one": number(1), ":read": number(version)}
	var removes string
	for i, name := range told {
		n := "#told" + strconv.Itoa(i)
		names[n] = name
		removes += ", notices." + n
	}
	if look.Served {
		removes += ", needs"
	}
	if look.Lapsed {
		removes += ", newEmail, newEmailBy"
	}
	var sets []string
	if look.At.IsZero() {
		removes += ", duePk, dueSk"
	} else {
		sets = append(sets, "duePk = :shard, dueSk = :due")
		values[":shard"], values[":due"] = text(dueShard(fileID)), text(dueSort(look))
	}
	if d := look.Todo; d.Kind == "" {
		removes += ", staffPk, staffSk, todoKind, todoDue"
	} else {
		sets = append(sets, "staffPk = :todo, staffSk = :todoSort, todoKind = :todoKind, todoDue = :todoDue")
		values[":todo"], values[":todoSort"] = text(todo), text(todoSort(d))
		values[":todoKind"], values[":todoDue"] = text(string(d.Kind)), text(stampOf(d.Due).text())
	}
	if len(sets) > 0 {
		update += " SET " + strings.Join(sets, ", ")
	}
	if removes != "" {
		update += " REMOVE " + removes[2:]
	}
	u := &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: fileKey(fileID).item(), UpdateExpression: &update,
		ConditionExpression: aws.String("version = :read"), ExpressionAttributeValues: values,
	}
	if len(names) > 0 {
		u.ExpressionAttributeNames = names
	}
	return retry(ctx, func(ctx context.Context) error { _, err := s.db.UpdateItem(ctx, u); return err })
}

// DueFiles gives the files of a shard (0 to DueShards-1) that are due by an instant, the longest due first. It reads what is
// due, never what exists. A file written a moment ago may be missing.
func (s *Store) DueFiles(ctx context.Context, shard int, until time.Time, limit int) (due []enrolment.DueFile, err error) {
	in := &dynamodb.QueryInput{
		IndexName:                 aws.String(indexFilesByDue),
		KeyConditionExpression:    aws.String("duePk = :shard AND dueSk <= :until"),
		ExpressionAttributeValues: item{":shard": text(duePartition(shard)), ":until": text(stampOf(until).text() + afterAnySort)},
	}
	for len(due) < limit {
		in.Limit = aws.Int32(int32(min(limit-len(due), 1000)))
		items, next, err := s.page(ctx, in)
		if err != nil {
			return nil, err
		}
		for _, it := range items {
			due = append(due, enrolment.DueFile{ID: fileIDOf(textOf(it, pk)), Look: lookOf(textOf(it, dueSK))})
		}
		if len(next) == 0 {
			break
		}
		in.ExclusiveStartKey = next
	}
	return due, nil
}

// StopReminders records that a file wants no more reminders. A file that has gone is left so.
func (s *Store) StopReminders(ctx context.Context, fileID string) error {
	return s.flag(ctx, fileID, "remindersOff")
}

// MarkUnreachable records that a file's address bounces for good. A file that has gone is left so.
func (s *Store) MarkUnreachable(ctx context.Context, fileID string) error {
	return s.flag(ctx, fileID, "unreachable")
}

// flag marks a file and makes it due at once: what comes next for it has changed.
func (s *Store) flag(ctx context.Context, fileID, name string) error {
	return s.wake(ctx, fileID, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("SET #flag = :yes, duePk = :shard, dueSk = :now ADD version :one"),
		ExpressionAttributeNames:  map[string]string{"#flag": name},
		ExpressionAttributeValues: item{":yes": &types.AttributeValueMemberBOOL{Value: true}},
	})
}

// Wake makes a file due at once. A file that has gone is left so.
func (s *Store) Wake(ctx context.Context, fileID string) error {
	return s.wake(ctx, fileID, &dynamodb.UpdateItemInput{
		UpdateExpression:          aws.String("SET duePk = :shard, dueSk = :now ADD version :one"),
		ExpressionAttributeValues: item{},
	})
}

func (s *Store) wake(ctx context.Context, fileID string, u *dynamodb.UpdateItemInput) error {
	u.ConditionExpression = aws.String(isFile)
	u.ExpressionAttributeValues[":one"] = number(1)
	u.ExpressionAttributeValues[":shard"] = text(dueShard(fileID))
	u.ExpressionAttributeValues[":now"] = text(stampOf(s.now()).text())
	return s.touch(ctx, fileKey(fileID), u)
}
