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

type wordingItem struct {
	head
	Wording enrolment.Wording `dynamodbav:"wording"`
}

type choicesItem struct {
	head
	Choices enrolment.Choices `dynamodbav:"choices"`
}

// Choices gives what the list of sessions can be narrowed by; not-found until a catalogue is applied.
func (s *Store) Choices(ctx context.Context) (enrolment.Choices, error) {
	var it choicesItem
	err := s.read(ctx, choicesKey, "Les filtres", &it)
	return it.Choices, err
}

// PutChoices writes the choices over what there was.
func (s *Store) PutChoices(ctx context.Context, c enrolment.Choices) error {
	return s.replace(ctx, choicesItem{headOf(choicesKey), c})
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

// Wording gives what a formation's papers say under a key. Without a key it is today's programme, and no conditions.
func (s *Store) Wording(ctx context.Context, slug, key string) (enrolment.Wording, error) {
	if key == "" {
		f, err := s.Formation(ctx, slug)
		return enrolment.Wording{Formation: f}, err
	}
	var it wordingItem
	err := s.read(ctx, wordingKey(slug, key), "Ce programme", &it)
	return it.Wording, err
}

// KeepWording writes a wording under its key. Nothing ever removes one: files were promised it.
func (s *Store) KeepWording(ctx context.Context, w enrolment.Wording) error {
	return s.replace(ctx, wordingItem{headOf(wordingKey(w.Formation.Slug, w.Key())), w})
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
	return s.PublishFormation(ctx, f, enrolment.Publication{})
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
	return s.PublishSession(ctx, want, enrolment.Publication{})
}

func (s *Store) applyOnce(ctx context.Context, want enrolment.Session, pub enrolment.Publication) (changed bool, err error) {
	have, err := s.Session(ctx, want.ID)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return true, s.createSession(ctx, want, pub)
	}
	if err != nil {
		return false, err
	}
	if want.Capacity < have.Taken {
		return false, enrolment.Refuse(enrolment.KindConflict,
			"la capacité ("+strconv.Itoa(want.Capacity)+") est inférieure aux places déjà prises ("+strconv.Itoa(have.Taken)+")")
	}
	after := decided(have, want)
	b, err := described(sessionItemOf(have))
	if err != nil {
		return false, err
	}
	a, err := described(sessionItemOf(after))
	if err != nil {
		return false, err
	}
	if have.Capacity == after.Capacity && maps.EqualFunc(a, b, sameValue) {
		return false, nil
	}
	p := plan{table: &s.table}
	p.describe(have, after, difference(b, a))
	if err := p.publication(pub); err != nil {
		return false, err
	}
	return true, s.write(ctx, p)
}

// decided is the session that is there, as the organisation now decides it.
func decided(have, want enrolment.Session) enrolment.Session {
	s := want
	s.Taken, s.Waiting, s.Revision, s.Told = have.Taken, have.Waiting, have.Revision, have.Told
	cancelled := want.Status == enrolment.SessionCancelled && have.Status != enrolment.SessionCancelled
	s.Was = have.Was
	if cancelled || want.Moved(have) {
		s.Revision++
	}
	if want.Moved(have) && have.Told >= have.Revision { // moved again before all were told: they knew the first dates
		s.Was = &enrolment.Occasion{HalfDays: have.HalfDays, Remote: have.Remote, Place: have.Place, Address: have.Address}
	}
	if most := max(have.Sittings, len(have.HalfDays)); most > len(s.HalfDays) {
		s.Sittings = most
	}
	return s
}

func (s *Store) createSession(ctx context.Context, want enrolment.Session, pub enrolment.Publication) error {
	want.Revision, want.Told = 0, 0
	p := plan{table: &s.table}
	for i, capacity := range spreadCapacity(want.Capacity, make([]enrolment.Counter, 1+counters)) {
		var v any = sessionItemOf(want)
		if i > 0 {
			n := counterOf(want, i)
			n.Capacity = capacity
			v = n
		}
		it, err := attributevalue.MarshalMap(v)
		if err != nil {
			return fmt.Errorf("write session item: %w", err)
		}
		p.put(it, isAbsent, nil)
	}
	if err := p.publication(pub); err != nil {
		return err
	}
	return s.write(ctx, p)
}

// spreadCapacity gives each counter its share: the seats it has taken, and the free ones dealt out evenly among those
// beside the session's own, which counts alone or not at all.
func spreadCapacity(capacity int, counts []enrolment.Counter) []int {
	shares := make([]int, len(counts))
	free := capacity
	for i, n := range counts {
		shares[i] = n.Taken
		free -= n.Taken
	}
	if len(shares) == 1 {
		return []int{capacity}
	}
	for i := range free {
		shares[1+i%(len(shares)-1)]++
	}
	return shares
}

// described is the item without its keys and its counts.
func described(si sessionItem) (item, error) {
	it, err := attributevalue.MarshalMap(si)
	if err != nil {
		return nil, fmt.Errorf("write session item: %w", err)
	}
	for _, name := range []string{pk, sk, "capacity", "taken", "waiting", "told"} {
		delete(it, name)
	}
	return it, nil
}

// clauses are the parts of an update expression, with the names and values they use.
type clauses struct {
	sets, removes []string
	names         map[string]string
	values        item
}

// difference is what makes one description the other.
func difference(before, after item) clauses {
	c := clauses{names: map[string]string{}, values: item{}}
	for name, v := range after {
		if !sameValue(v, before[name]) {
			c.set(name, v)
		}
	}
	for name := range before {
		if after[name] == nil {
			c.remove(name)
		}
	}
	return c
}

func (c *clauses) set(name string, v types.AttributeValue) {
	c.names["#"+name], c.values[":v_"+name] = name, v
	c.sets = append(c.sets, "#"+name+" = :v_"+name)
}

func (c *clauses) remove(name string) {
	c.names["#"+name] = name
	c.removes = append(c.removes, "#"+name)
}

func (c *clauses) text() string {
	var parts []string
	if len(c.sets) > 0 {
		parts = append(parts, "SET "+strings.Join(c.sets, ", "))
	}
	if len(c.removes) > 0 {
		parts = append(parts, "REMOVE "+strings.Join(c.removes, ", "))
	}
	return strings.Join(parts, " ")
}

// describe writes what the organisation decided, over the same revision, while no counter has more seats taken than it
// will have: on the session's item what differs, on its other counters what they repeat.
func (p *plan) describe(have, after enrolment.Session, d clauses) {
	for i, capacity := range spreadCapacity(after.Capacity, have.Counters) {
		c := d
		if i > 0 {
			c = repeated(counterOf(after, i))
		}
		c.set("capacity", number(int64(capacity)))
		c.names["#taken"], c.values[":read"] = "taken", number(int64(have.Revision))
		condition := "#taken <= :v_capacity AND revision = :read"
		if i == 0 {
			condition, c.values[":told"] = condition+" AND told = :told", number(int64(have.Told))
		}
		p.writes = append(p.writes, types.TransactWriteItem{Update: &types.Update{
			TableName: p.table, Key: seatsKey(have.ID, i).item(), UpdateExpression: aws.String(c.text()), ConditionExpression: &condition,
			ExpressionAttributeNames: c.names, ExpressionAttributeValues: c.values,
		}})
	}
}

// repeated sets on a counter what it repeats of its session.
func repeated(n counterItem) clauses {
	c := clauses{names: map[string]string{}, values: item{}}
	c.set("closesAt", text(n.ClosesAt.text()))
	c.set("status", text(n.Status))
	c.set("revision", number(int64(n.Revision)))
	if n.OpenPK == "" {
		c.remove(openPK)
		c.remove(openSK)
		return c
	}
	c.set(openPK, text(n.OpenPK))
	c.set(openSK, text(n.OpenSK))
	return c
}

// MarkTold records that every live file has been told of a revision; a cancelled session then leaves the index.
// It does nothing when the session has a newer revision: that one is still to be told.
func (s *Store) MarkTold(ctx context.Context, sessionID string, revision int) error {
	have, err := s.Session(ctx, sessionID)
	if err != nil {
		return err
	}
	p := plan{table: &s.table}
	leaves, asRead := "", "revision = :revision AND #status = :status"
	values := item{":revision": number(int64(revision)), ":status": text(string(have.Status))}
	if have.Status == enrolment.SessionCancelled {
		leaves = "SET openPk = :cancelled"
		values[":cancelled"] = text(cancelled)
		for i := range have.Counters[1:] {
			p.update(seatsKey(sessionID, 1+i), leaves, asRead, nil, values)
		}
	}
	p.update(sessionKey(sessionID), "SET told = :revision"+strings.Replace(leaves, "SET", ",", 1), asRead, nil, values)
	if err = s.write(ctx, p); err == enrolment.ErrStale { //nolint:errorlint // retry gives the bare value
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
