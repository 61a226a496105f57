package dynamo

import (
	"context"
	"crypto/rand"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Commit writes an act, all or nothing. Counts, claims, queue entries and history are derived here from what each file
// was and becomes, so that no act can forget one. A lost answer is asked again under the same token: it is never
// written twice.
func (s *Store) Commit(ctx context.Context, act enrolment.Act) error {
	p := plan{table: &s.table}
	for _, m := range act.Moves {
		if err := p.move(act, m); err != nil {
			return err
		}
	}
	if act.Tally {
		p.tally(act.Moves[0].Before)
	}
	for _, r := range act.Remarks {
		p.remark(act, r)
	}
	for _, d := range act.Deeds {
		if err := p.deed(d); err != nil {
			return err
		}
	}
	if act.Invoice != nil {
		if err := p.invoice(*act.Invoice); err != nil {
			return err
		}
	}
	if act.Circular != nil {
		if err := p.circular(*act.Circular); err != nil {
			return err
		}
	}
	if act.Signed != nil {
		if err := p.signed(*act.Signed); err != nil {
			return err
		}
	}
	for _, id := range sessionsOf(act) {
		if err := p.seats(act, id); err != nil {
			return err
		}
	}
	return s.write(ctx, p)
}

// write sends the writes: one alone costs half as much outside a transaction.
func (s *Store) write(ctx context.Context, p plan) error {
	if len(p.writes) == 1 {
		return retry(ctx, func(ctx context.Context) error { return s.writeOne(ctx, p.writes[0]) })
	}
	token := rand.Text()
	return retry(ctx, func(ctx context.Context) error {
		_, err := s.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: p.writes, ClientRequestToken: &token})
		if p.wide && conflicted(err) {
			return enrolment.ErrStale
		}
		return err
	})
}

func (s *Store) writeOne(ctx context.Context, w types.TransactWriteItem) error {
	var err error
	switch {
	case w.Put != nil:
		_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &s.table, Item: w.Put.Item, ConditionExpression: w.Put.ConditionExpression,
			ExpressionAttributeNames: w.Put.ExpressionAttributeNames, ExpressionAttributeValues: w.Put.ExpressionAttributeValues,
		})
	case w.Delete != nil:
		_, err = s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &s.table, Key: w.Delete.Key, ConditionExpression: w.Delete.ConditionExpression,
			ExpressionAttributeNames: w.Delete.ExpressionAttributeNames, ExpressionAttributeValues: w.Delete.ExpressionAttributeValues,
		})
	case w.Update != nil:
		_, err = s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: w.Update.Key, UpdateExpression: w.Update.UpdateExpression, ConditionExpression: w.Update.ConditionExpression,
			ExpressionAttributeNames: w.Update.ExpressionAttributeNames, ExpressionAttributeValues: w.Update.ExpressionAttributeValues,
		})
	}
	return err
}

// plan gathers the writes of one act.
type plan struct {
	table  *string
	writes []types.TransactWriteItem
	wide   bool // it writes every counter of a session: whoever it meets has most likely done what it was for
}

func (p *plan) put(it item, condition string, values item) {
	p.writes = append(p.writes, types.TransactWriteItem{Put: &types.Put{
		TableName: p.table, Item: it, ConditionExpression: &condition, ExpressionAttributeValues: values,
	}})
}

func (p *plan) delete(k key, condition string, values item) {
	p.writes = append(p.writes, types.TransactWriteItem{Delete: &types.Delete{
		TableName: p.table, Key: k.item(), ConditionExpression: &condition, ExpressionAttributeValues: values,
	}})
}

const (
	isAbsent = "attribute_not_exists(pk)"
	isFile   = "attribute_exists(enrolmentId)" // and not what is left of one
)

// move writes the file, then what follows from its status: its claim, its entry in the queue, its line of history; and what it leaves in
// the bucket.
func (p *plan) move(act enrolment.Act, m enrolment.Move) error {
	if err := p.file(m); err != nil {
		return err
	}
	if err := p.claim(m); err != nil {
		return err
	}
	if err := p.place(m); err != nil {
		return err
	}
	if err := p.loose(act, m); err != nil {
		return err
	}
	return p.history(act, m)
}

// file is written over the version that was read, or where there was none.
func (p *plan) file(m enrolment.Move) error {
	sameVersion, read := "version = :read", item{":read": number(m.Before.Version)}
	if m.After.ID == "" {
		return p.bury(m.Before.ID, sameVersion, read)
	}
	it, err := marshalFile(m.After)
	if err != nil {
		return fmt.Errorf("write file item: %w", err)
	}
	if m.Before.ID == "" {
		p.put(it, isAbsent, nil)
		return nil
	}
	p.put(it, sameVersion, read)
	return nil
}

// bury leaves, where a file was, that there was one: links that opened it stand in mails, and must never open another that the same
// request would make. Nothing of a person is in it.
func (p *plan) bury(id, condition string, values item) error {
	it, err := attributevalue.MarshalMap(tombItem{headOf(fileKey(id)), true})
	if err != nil {
		return fmt.Errorf("write what is left of a file: %w", err)
	}
	p.put(it, condition, values)
	return nil
}

// claim keeps one live file per person and session, and goes with the seat: who cancels may enrol again.
func (p *plan) claim(m enrolment.Move) error {
	stays := m.Before.Claims() && m.After.Claims() && m.Before.SessionID == m.After.SessionID && m.Before.Person.Email == m.After.Person.Email
	if m.Before.Claims() && !stays {
		p.delete(claimKey(m.Before.SessionID, m.Before.Person.Email), "enrolmentId = :id", item{":id": text(m.Before.ID)})
	}
	if !m.After.Claims() || stays {
		return nil
	}
	it, err := attributevalue.MarshalMap(claimItem{headOf(claimKey(m.After.SessionID, m.After.Person.Email)), m.After.ID})
	if err != nil {
		return fmt.Errorf("write claim item: %w", err)
	}
	p.put(it, isAbsent, nil)
	return nil
}

// place keeps the queue: an entry for each file that waits, in the order of tickets.
func (p *plan) place(m enrolment.Move) error {
	stays := m.Before.Queues() && m.After.Queues() && m.Before.SessionID == m.After.SessionID
	if m.Before.Queues() && !stays {
		p.delete(queueKey(m.Before.SessionID, m.Before.Ticket), "enrolmentId = :id", item{":id": text(m.Before.ID)})
	}
	if !m.After.Queues() || stays {
		return nil
	}
	it, err := attributevalue.MarshalMap(queueItem{headOf(queueKey(m.After.SessionID, m.After.Ticket)), m.After.ID})
	if err != nil {
		return fmt.Errorf("write queue item: %w", err)
	}
	p.put(it, isAbsent, nil)
	return nil
}

// history appends a line that nothing overwrites.
func (p *plan) history(act enrolment.Act, m enrolment.Move) error {
	event, of := queueEvent(m)
	if event == "" {
		return nil
	}
	it, err := attributevalue.MarshalMap(historyItem{
		head:   headOf(historyKey(of.SessionID, act.At, of.ID, event)),
		FileID: of.ID, At: stampOf(act.At), Ticket: of.Ticket, Event: event, Reason: m.Reason,
	})
	if err != nil {
		return fmt.Errorf("write history item: %w", err)
	}
	p.put(it, isAbsent, nil)
	return nil
}

// queueEvent names what the move does to the queue, and gives the file as the queue knew it.
func queueEvent(m enrolment.Move) (event string, of enrolment.Enrolment) {
	b, a := m.Before, m.After
	offered := b.Status == enrolment.Offered && !b.Decoy
	switch {
	case !b.Queues() && a.Queues():
		return enrolment.QueueJoined, a
	case b.Queues() && a.Status == enrolment.Offered:
		return enrolment.QueueOffered, a
	case b.Queues() && !a.Queues():
		return enrolment.QueueLeft, b
	case offered && a.Status == enrolment.Expired:
		return enrolment.QueueExpired, b
	case offered && a.Holds() && a.SessionID == b.SessionID && a.Status != enrolment.Offered:
		return enrolment.QueueTaken, b
	case offered && (!a.Holds() || a.SessionID != b.SessionID):
		return enrolment.QueueDeclined, b
	}
	return "", b
}

// remark adds a notice to a file whatever its version; the file must exist.
func (p *plan) remark(act enrolment.Act, r enrolment.Remark) {
	k := fileKey(r.FileID)
	update := "SET notices.#key = if_not_exists(notices.#key, :notice), duePk = :shard, dueSk = :now ADD version :one"
	if r.Lifts {
		update += " REMOVE unreachable"
	}
	p.writes = append(p.writes, types.TransactWriteItem{Update: &types.Update{
		TableName: p.table, Key: k.item(),
		UpdateExpression:         aws.String(update),
		ConditionExpression:      aws.String(isFile),
		ExpressionAttributeNames: map[string]string{"#key": r.Notice.Key},
		ExpressionAttributeValues: item{
			":notice": &types.AttributeValueMemberM{Value: item{
				"kind": text(string(r.Notice.Kind)), "at": text(stampOf(r.Notice.At).text()),
			}},
			":shard": text(dueShard(r.FileID)), ":now": text(stampOf(act.At).text()), ":one": number(1),
		},
	}})
}

func sessionsOf(act enrolment.Act) []string {
	var ids []string
	for _, m := range act.Moves {
		for _, id := range []string{m.Before.SessionID, m.After.SessionID} {
			if id != "" && !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// update adds an update; condition may be "". Of the values, and of the names that DynamoDB keeps for itself, it sends those that its
// expressions use: DynamoDB refuses any other. names are further ones, all used.
func (p *plan) update(k key, update, condition string, names map[string]string, values item) {
	u := &types.Update{TableName: p.table, Key: k.item(), UpdateExpression: &update}
	if condition != "" {
		u.ConditionExpression = &condition
	}
	used := update + " " + condition
	for name, v := range values {
		if strings.Contains(used, name) {
			if u.ExpressionAttributeValues == nil {
				u.ExpressionAttributeValues = item{}
			}
			u.ExpressionAttributeValues[name] = v
		}
	}
	sent := maps.Clone(names)
	for _, name := range []string{"status", "capacity"} {
		if strings.Contains(used, "#"+name) {
			if sent == nil {
				sent = map[string]string{}
			}
			sent["#"+name] = name
		}
	}
	if len(sent) > 0 {
		u.ExpressionAttributeNames = sent
	}
	p.writes = append(p.writes, types.TransactWriteItem{Update: u})
}
