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

	"github.com/echarpe/echarpe/internal/enrolment"
)

// memberItem is a person of the team: bound to the issuer's subject, or invited at an address.
type memberItem struct {
	head
	Sub       string   `dynamodbav:"sub,omitempty"`
	Email     string   `dynamodbav:"email"`
	Name      string   `dynamodbav:"name,omitempty"`
	Roles     []string `dynamodbav:"roles"`
	InvitedAt stamp    `dynamodbav:"invitedAt"`
	SeenAt    stamp    `dynamodbav:"seenAt,omitempty"`
}

const (
	team    = "STAFF"
	bound   = "S#"
	invited = "I#"
)

var (
	teamVersionKey = key{team, "TEAM"}  // grows at each change of the team, so that two changes at once cannot contradict each other
	firstPersonKey = key{team, "FIRST"} // the stack's first person came in: once
)

func memberKey(m enrolment.Member) key {
	if m.Sub != "" {
		return key{team, bound + m.Sub}
	}
	return key{team, invited + digest(m.Email)}
}

func memberItemOf(m enrolment.Member) (item, error) {
	it := memberItem{head: headOf(memberKey(m)), Sub: m.Sub, Email: m.Email, Name: m.Name, InvitedAt: stampOf(m.InvitedAt), SeenAt: stampOf(m.SeenAt)}
	for _, r := range m.Roles {
		it.Roles = append(it.Roles, string(r))
	}
	out, err := attributevalue.MarshalMap(it)
	if err != nil {
		return nil, fmt.Errorf("write member item: %w", err)
	}
	return out, nil
}

func unmarshalMember(it item) (enrolment.Member, error) {
	var mi memberItem
	if err := attributevalue.UnmarshalMap(it, &mi); err != nil {
		return enrolment.Member{}, fmt.Errorf("read member item: %w", err)
	}
	m := enrolment.Member{Sub: mi.Sub, Email: mi.Email, Name: mi.Name, InvitedAt: mi.InvitedAt.time(), SeenAt: mi.SeenAt.time()}
	for _, r := range mi.Roles {
		m.Roles = append(m.Roles, enrolment.Role(r))
	}
	return m, nil
}

// Member gives the person whom the issuer calls sub.
func (s *Store) Member(ctx context.Context, sub string) (enrolment.Member, error) {
	it, err := s.get(ctx, key{team, bound + sub})
	if err != nil {
		return enrolment.Member{}, err
	}
	return unmarshalMember(it)
}

// Team gives everybody, bound or invited, and the version that a change must name.
func (s *Store) Team(ctx context.Context) (members []enrolment.Member, version int64, err error) {
	items, err := s.all(ctx, &dynamodb.QueryInput{
		KeyConditionExpression:    aws.String("pk = :pk AND sk BETWEEN :from AND :to"), // I#, S# and TEAM: the audit, A#, is left aside
		ExpressionAttributeValues: item{":pk": text(team), ":from": text(invited), ":to": text(teamVersionKey.sk)},
		ConsistentRead:            aws.Bool(true),
	})
	if err != nil {
		return nil, 0, err
	}
	for _, it := range items {
		switch name := textOf(it, sk); {
		case name == teamVersionKey.sk:
			version = numberOf(it, "version")
		case strings.HasPrefix(name, bound), strings.HasPrefix(name, invited):
			m, err := unmarshalMember(it)
			if err != nil {
				return nil, 0, err
			}
			members = append(members, m)
		}
	}
	return members, version, nil
}

// Join binds an invitation to the subject that came with its address: once, whoever comes at the same moment.
// first says that the invitation is the stack's own, which is good for one person.
func (s *Store) Join(ctx context.Context, m enrolment.Member, first bool) error {
	p := plan{table: &s.table}
	it, err := memberItemOf(m)
	if err != nil {
		return err
	}
	p.put(it, isAbsent, nil)
	if first {
		marker, err := attributevalue.MarshalMap(headOf(firstPersonKey))
		if err != nil {
			return fmt.Errorf("write first person: %w", err)
		}
		p.put(marker, isAbsent, nil)
	} else {
		p.delete(key{team, invited + digest(m.Email)}, "attribute_exists(pk)", nil)
	}
	p.nextTeam(-1)
	return s.write(ctx, p)
}

// FirstPersonCame tells whether the stack's own invitation is used up.
func (s *Store) FirstPersonCame(ctx context.Context) (bool, error) {
	_, err := s.get(ctx, firstPersonKey)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return false, nil
	}
	return err == nil, err
}

// ChangeTeam writes or removes one person over the version of the team that was read, with its line of the audit.
func (s *Store) ChangeTeam(ctx context.Context, version int64, m enrolment.Member, gone bool, deed enrolment.Deed) error {
	p := plan{table: &s.table}
	if gone {
		p.delete(memberKey(m), "attribute_exists(pk)", nil)
	} else {
		it, err := memberItemOf(m)
		if err != nil {
			return err
		}
		p.put(it, "attribute_exists(pk) OR attribute_not_exists(pk)", nil)
	}
	p.nextTeam(version)
	if err := p.deed(deed); err != nil {
		return err
	}
	return s.write(ctx, p)
}

// nextTeam counts a change; over the version that was read, when there is one.
func (p *plan) nextTeam(read int64) {
	condition, values := "attribute_exists(pk) OR attribute_not_exists(pk)", item{":one": number(1)}
	if read == 0 {
		condition = isAbsent
	} else if read > 0 {
		condition, values[":read"] = "version = :read", number(read)
	}
	p.update(teamVersionKey, "ADD version :one", condition, nil, values)
}

// Seen notes when a member was here. One who has left meanwhile is left so.
func (s *Store) Seen(ctx context.Context, sub, name string, now time.Time) error {
	update, condition := "SET seenAt = :now, #name = :name", "attribute_exists(pk)"
	err := retry(ctx, func(ctx context.Context) error {
		_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: key{team, bound + sub}.item(), UpdateExpression: &update, ConditionExpression: &condition,
			ExpressionAttributeNames:  map[string]string{"#name": "name"},
			ExpressionAttributeValues: item{":now": text(stampOf(now).text()), ":name": text(name)},
		})
		return err
	})
	if errors.Is(err, enrolment.ErrStale) {
		return nil
	}
	return err
}

// RemoveMember takes a person out whoever remains: for the terminal, when the pages cannot.
func (s *Store) RemoveMember(ctx context.Context, m enrolment.Member) error {
	p := plan{table: &s.table}
	p.delete(memberKey(m), "attribute_exists(pk)", nil)
	p.nextTeam(-1)
	return s.write(ctx, p)
}
