package dynamo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// organisationItem and formationItem keep the whole value under one attribute: they are only ever read and written
// whole, by the catalogue, and applying the catalogue again rewrites them.
type organisationItem struct {
	head
	Organisation enrolment.Organisation `dynamodbav:"organisation"`
}

type formationItem struct {
	head
	Formation enrolment.Formation `dynamodbav:"formation"`
}

// Organisation gives the organisation; not-found until a catalogue is applied.
func (s *Store) Organisation(ctx context.Context) (enrolment.Organisation, error) {
	var it organisationItem
	err := s.read(ctx, organisationKey, "L’organisme", &it)
	return it.Organisation, err
}

// Formation gives a course by its slug.
func (s *Store) Formation(ctx context.Context, slug string) (enrolment.Formation, error) {
	var it formationItem
	err := s.read(ctx, formationKey(slug), "Cette formation", &it)
	return it.Formation, err
}

func (s *Store) read(ctx context.Context, k key, what string, into any) error {
	it, err := s.get(ctx, k)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return absent(what)
	}
	if err != nil {
		return err
	}
	return attributevalue.UnmarshalMap(it, into)
}

// PutOrganisation writes the organisation over what there was.
func (s *Store) PutOrganisation(ctx context.Context, o enrolment.Organisation) error {
	return s.replace(ctx, organisationItem{headOf(organisationKey), o})
}

// PutFormation writes a course over what there was.
func (s *Store) PutFormation(ctx context.Context, f enrolment.Formation) error {
	return s.replace(ctx, formationItem{headOf(formationKey(f.Slug)), f})
}

func (s *Store) replace(ctx context.Context, v any) error {
	it, err := attributevalue.MarshalMap(v)
	if err != nil {
		return fmt.Errorf("write catalogue item: %w", err)
	}
	return retry(ctx, func(ctx context.Context) error {
		_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: it})
		return err
	})
}

// ApplySession creates a session, or changes what the organisation decides of it and nothing else: never its counts.
// Moving it (dates or place) or cancelling it makes a new revision, which the desk tells to every file.
// It refuses, by an error of kind conflict, a capacity below the seats taken. Applying twice changes nothing.
func (s *Store) ApplySession(ctx context.Context, want enrolment.Session) (changed bool, err error) {
	for {
		changed, err = s.applyOnce(ctx, want)
		if err != enrolment.ErrStale { //nolint:errorlint // retry gives the bare value
			return changed, err
		}
		if ctx.Err() != nil {
			return false, unavailable(err)
		}
	}
}

func (s *Store) applyOnce(ctx context.Context, want enrolment.Session) (changed bool, err error) {
	have, err := s.Session(ctx, want.ID)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return true, s.createSession(ctx, want)
	}
	if err != nil {
		return false, err
	}
	if want.Capacity < have.Taken {
		return false, enrolment.Refuse(enrolment.KindConflict,
			"la capacité ("+strconv.Itoa(want.Capacity)+") est inférieure aux places déjà prises ("+strconv.Itoa(have.Taken)+")")
	}
	before, after := sessionItemOf(have), sessionItemOf(decided(have, want))
	b, err := described(before)
	if err != nil {
		return false, err
	}
	a, err := described(after)
	if err != nil {
		return false, err
	}
	if maps.EqualFunc(a, b, sameValue) {
		return false, nil
	}
	return true, s.describe(ctx, have, b, a)
}

// decided is the session that is there, as the organisation now decides it.
func decided(have, want enrolment.Session) enrolment.Session {
	s := want
	s.Taken, s.Waiting, s.Revision, s.Told = have.Taken, have.Waiting, have.Revision, have.Told
	cancelled := want.Status == enrolment.SessionCancelled && have.Status != enrolment.SessionCancelled
	if cancelled || moved(have, want) {
		s.Revision++
	}
	return s
}

func moved(a, b enrolment.Session) bool {
	return a.Remote != b.Remote || a.Place != b.Place || a.Address != b.Address || a.VideoURL != b.VideoURL ||
		!slices.EqualFunc(a.HalfDays, b.HalfDays, func(x, y enrolment.HalfDay) bool {
			return x.Start.Equal(y.Start) && x.End.Equal(y.End)
		})
}

func (s *Store) createSession(ctx context.Context, want enrolment.Session) error {
	want.Taken, want.Waiting, want.Revision, want.Told = 0, 0, 0, 0
	it, err := attributevalue.MarshalMap(sessionItemOf(want))
	if err != nil {
		return fmt.Errorf("write session item: %w", err)
	}
	return retry(ctx, func(ctx context.Context) error {
		_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: it, ConditionExpression: aws.String(isAbsent)})
		return err
	})
}

// described is the item without its keys and its counts.
func described(si sessionItem) (item, error) {
	it, err := attributevalue.MarshalMap(si)
	if err != nil {
		return nil, fmt.Errorf("write session item: %w", err)
	}
	for _, name := range []string{pk, sk, "taken", "waiting", "told"} {
		delete(it, name)
	}
	return it, nil
}

// describe writes what differs, over the same revision, while no more seats are taken than there will be.
func (s *Store) describe(ctx context.Context, have enrolment.Session, before, after item) error {
	names, values := map[string]string{}, item{":capacity": number(numberOf(after, "capacity")), ":read": number(int64(have.Revision)), ":told": number(int64(have.Told))}
	var sets, removes []string
	for name, v := range after {
		if sameValue(v, before[name]) {
			continue
		}
		names["#"+name], values[":v_"+name] = name, v
		sets = append(sets, "#"+name+" = :v_"+name)
	}
	for name := range before {
		if after[name] == nil {
			names["#"+name] = name
			removes = append(removes, "#"+name)
		}
	}
	update := ""
	if len(sets) > 0 {
		update = "SET " + strings.Join(sets, ", ")
	}
	if len(removes) > 0 {
		update += " REMOVE " + strings.Join(removes, ", ")
	}
	return s.updateSession(ctx, have.ID, update, "taken <= :capacity AND revision = :read AND told = :told", names, values)
}

func (s *Store) updateSession(ctx context.Context, id, update, condition string, names map[string]string, values item) error {
	u := &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: sessionKey(id).item(),
		UpdateExpression: &update, ConditionExpression: &condition, ExpressionAttributeValues: values,
	}
	if len(names) > 0 {
		u.ExpressionAttributeNames = names
	}
	return retry(ctx, func(ctx context.Context) error { _, err := s.db.UpdateItem(ctx, u); return err })
}

// MarkTold records that every live file has been told of a revision; a cancelled session then leaves the index.
// It does nothing when the session has a newer revision: that one is still to be told.
func (s *Store) MarkTold(ctx context.Context, sessionID string, revision int) error {
	have, err := s.Session(ctx, sessionID)
	if err != nil {
		return err
	}
	update := "SET told = :revision"
	if have.Status == enrolment.SessionCancelled {
		update += " REMOVE openPk, openSk"
	}
	err = s.updateSession(ctx, sessionID, update, "revision = :revision AND #status = :status",
		map[string]string{"#status": "status"}, item{":revision": number(int64(revision)), ":status": text(string(have.Status))})
	if err == enrolment.ErrStale { //nolint:errorlint // retry gives the bare value
		return nil
	}
	return err
}

// sameValue compares two attribute values.
func sameValue(a, b types.AttributeValue) bool {
	switch x := a.(type) {
	case *types.AttributeValueMemberM:
		y, ok := b.(*types.AttributeValueMemberM)
		return ok && maps.EqualFunc(x.Value, y.Value, sameValue)
	case *types.AttributeValueMemberL:
		y, ok := b.(*types.AttributeValueMemberL)
		return ok && slices.EqualFunc(x.Value, y.Value, sameValue)
	case *types.AttributeValueMemberS:
		y, ok := b.(*types.AttributeValueMemberS)
		return ok && x.Value == y.Value
	case *types.AttributeValueMemberN:
		y, ok := b.(*types.AttributeValueMemberN)
		return ok && x.Value == y.Value
	case *types.AttributeValueMemberBOOL:
		y, ok := b.(*types.AttributeValueMemberBOOL)
		return ok && x.Value == y.Value
	case *types.AttributeValueMemberNULL:
		_, ok := b.(*types.AttributeValueMemberNULL)
		return ok
	}
	return false
}
