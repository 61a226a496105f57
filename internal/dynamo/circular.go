package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// circulars begin the keys of what the team wrote to people of a session.
const circulars = "C#"

// spreading is where a circular stands, in the index that duties use, while some of its files may not have their notice.
const spreading = "SPREADING"

func circularKey(sessionID, id string) key { return key{sessionKey(sessionID).pk, circulars + id} }

type circularItem struct {
	head
	StaffPK   string   `dynamodbav:"staffPk,omitempty"`
	StaffSK   string   `dynamodbav:"staffSk,omitempty"`
	ID        string   `dynamodbav:"id"`
	SessionID string   `dynamodbav:"sessionId"`
	Audience  string   `dynamodbav:"audience"`
	To        []string `dynamodbav:"to"`
	Subject   string   `dynamodbav:"subject"`
	Text      []string `dynamodbav:"text"`
	At        stamp    `dynamodbav:"at"`
	Leaves    stamp    `dynamodbav:"leaves"`
	Sub       string   `dynamodbav:"sub"`
	Name      string   `dynamodbav:"name"`
	Role      string   `dynamodbav:"role"`
	TTL       int64    `dynamodbav:"ttl,omitempty"`
}

// circular writes down a new circular, to be spread.
func (p *plan) circular(c enrolment.Circular) error {
	ci := circularItem{
		head: headOf(circularKey(c.SessionID, c.ID)), StaffPK: spreading, StaffSK: stampOf(c.At).text(), ID: c.ID, SessionID: c.SessionID, Audience: c.Audience,
		To: c.To, Subject: c.Subject, Text: c.Text, At: stampOf(c.At), Leaves: stampOf(c.Leaves), Sub: c.By.Sub, Name: c.By.Name, Role: string(c.By.Role),
	}
	if !c.Until.IsZero() {
		ci.TTL = c.Until.Unix()
	}
	it, err := attributevalue.MarshalMap(ci)
	if err != nil {
		return fmt.Errorf("write circular item: %w", err)
	}
	p.put(it, isAbsent, nil)
	return nil
}

func unmarshalCircular(it item) (enrolment.Circular, error) {
	var ci circularItem
	if err := attributevalue.UnmarshalMap(it, &ci); err != nil {
		return enrolment.Circular{}, fmt.Errorf("read circular item: %w", err)
	}
	c := enrolment.Circular{
		ID: ci.ID, SessionID: ci.SessionID, Audience: ci.Audience, To: ci.To, Subject: ci.Subject, Text: ci.Text, At: ci.At.time(), Leaves: ci.Leaves.time(),
		By: enrolment.Actor{Sub: ci.Sub, Name: ci.Name, Role: enrolment.Role(ci.Role)}, Spread: ci.StaffPK == "",
	}
	if ci.TTL != 0 {
		c.Until = time.Unix(ci.TTL, 0).UTC()
	}
	return c, nil
}

// Circular gives what the team wrote to people of a session.
func (s *Store) Circular(ctx context.Context, sessionID, id string) (enrolment.Circular, error) {
	it, err := s.get(ctx, circularKey(sessionID, id))
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return enrolment.Circular{}, absent("Ce message")
	}
	if err != nil {
		return enrolment.Circular{}, err
	}
	return unmarshalCircular(it)
}

// Circulars gives all that the team wrote to people of a session, in no order that means anything.
func (s *Store) Circulars(ctx context.Context, sessionID string) ([]enrolment.Circular, error) {
	items, err := s.all(ctx, begins(sessionKey(sessionID).pk, circulars))
	if err != nil {
		return nil, err
	}
	return each(items, unmarshalCircular)
}

// Spreading gives the circulars of which some files may not have their notice. One written a moment ago may be missing.
func (s *Store) Spreading(ctx context.Context) ([]enrolment.Circular, error) {
	items, err := s.all(ctx, &dynamodb.QueryInput{
		IndexName:                 aws.String(indexForStaff),
		KeyConditionExpression:    aws.String("staffPk = :spreading"),
		ExpressionAttributeValues: item{":spreading": text(spreading)},
	})
	if err != nil {
		return nil, err
	}
	keys := make([]key, 0, len(items))
	for _, it := range items {
		keys = append(keys, key{textOf(it, pk), textOf(it, sk)})
	}
	return pick(ctx, s, keys, unmarshalCircular)
}

// MarkSpread records that every file of a circular has its notice.
func (s *Store) MarkSpread(ctx context.Context, sessionID, id string) error {
	p := plan{table: &s.table}
	p.update(circularKey(sessionID, id), "REMOVE "+staffPK+", "+staffSK, "attribute_exists(pk)", nil, nil)
	return s.write(ctx, p)
}
