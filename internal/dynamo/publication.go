package dynamo

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// The marks of what was changed in the browser stand on one item, an attribute each, so that whoever reads the catalogue reads them
// at once and each change is conditional on their revision. The names of the formations stand on another.
var (
	editsKey = key{"ORG", "EDITS"}
	shelfKey = key{"ORG", "SHELF"}
)

const (
	editMark = "t#"
	spreads  = "s#" // before a thing that sessions to come have to copy
)

type editItem struct {
	Revision int    `dynamodbav:"revision"`
	At       stamp  `dynamodbav:"at"`
	By       string `dynamodbav:"by,omitempty"`
}

type spreadItem struct {
	Number string `dynamodbav:"number,omitempty"`
	Opened bool   `dynamodbav:"opened,omitempty"`
}

// Edits gives what was changed in the browser; none until something is.
func (s *Store) Edits(ctx context.Context) (enrolment.Edits, error) {
	e := enrolment.Edits{Marks: map[string]enrolment.EditMark{}}
	it, err := s.get(ctx, editsKey)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return e, nil
	}
	if err != nil {
		return e, err
	}
	e.Revision = int(numberOf(it, "revision"))
	for name, v := range it {
		if thing, spreading := strings.CutPrefix(name, spreads); spreading {
			var si spreadItem
			if err := attributevalue.Unmarshal(v, &si); err != nil {
				return e, fmt.Errorf("read what is spreading: %w", err)
			}
			if e.Spreading == nil {
				e.Spreading = map[string]enrolment.Spreading{}
			}
			e.Spreading[thing] = enrolment.Spreading(si)
		}
		thing, marked := strings.CutPrefix(name, editMark)
		if !marked {
			continue
		}
		var m editItem
		if err := attributevalue.Unmarshal(v, &m); err != nil {
			return e, fmt.Errorf("read the mark of a change: %w", err)
		}
		e.Marks[thing] = enrolment.EditMark{Revision: m.Revision, At: m.At.time(), By: m.By}
	}
	return e, nil
}

// Formations gives the formations that were ever published, by slug.
func (s *Store) Formations(ctx context.Context) ([]enrolment.Formation, error) {
	it, err := s.get(ctx, shelfKey)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	slugs, _ := it["slugs"].(*types.AttributeValueMemberSS)
	if slugs == nil {
		return nil, nil
	}
	var all []enrolment.Formation
	for some := range slices.Chunk(slices.Sorted(slices.Values(slugs.Value)), pageSize) {
		var keys []key
		for _, slug := range some {
			keys = append(keys, formationKey(slug))
		}
		found, err := s.batch(ctx, keys)
		if err != nil {
			return nil, err
		}
		for _, k := range keys {
			read, there := found[k]
			if !there {
				continue
			}
			var it formationItem
			if err := attributevalue.UnmarshalMap(read, &it); err != nil {
				return nil, fmt.Errorf("read formation item: %w", err)
			}
			all = append(all, it.Formation)
		}
	}
	return all, nil
}

// PublishOrganisation writes the organisation, as a publication says.
func (s *Store) PublishOrganisation(ctx context.Context, o enrolment.Organisation, pub enrolment.Publication) error {
	it, err := attributevalue.MarshalMap(organisationItem{headOf(organisationKey), o})
	if err != nil {
		return fmt.Errorf("write organisation item: %w", err)
	}
	p := plan{table: &s.table}
	p.put(it, always, nil)
	return s.publish(ctx, &p, pub)
}

// PublishFormation writes a formation and its name among the others', as a publication says.
func (s *Store) PublishFormation(ctx context.Context, f enrolment.Formation, pub enrolment.Publication) error {
	it, err := attributevalue.MarshalMap(formationItem{headOf(formationKey(f.Slug)), f})
	if err != nil {
		return fmt.Errorf("write formation item: %w", err)
	}
	p := plan{table: &s.table}
	p.put(it, always, nil)
	p.update(shelfKey, "ADD slugs :slug", "", nil, item{":slug": &types.AttributeValueMemberSS{Value: []string{f.Slug}}})
	return s.publish(ctx, &p, pub)
}

// always lets a write through whatever there was.
const always = "attribute_not_exists(pk) OR attribute_exists(pk)"

// PublishSession is [Store.ApplySession], as a publication says.
func (s *Store) PublishSession(ctx context.Context, want enrolment.Session, pub enrolment.Publication) (changed bool, err error) {
	for {
		changed, err = s.applyOnce(ctx, want, pub)
		if err != enrolment.ErrStale { //nolint:errorlint // retry gives the bare value
			return changed, err
		}
		if err := s.stillSeen(ctx, pub); err != nil {
			return false, err
		}
		if ctx.Err() != nil {
			return false, unavailable(err)
		}
	}
}

func (s *Store) publish(ctx context.Context, p *plan, pub enrolment.Publication) error {
	if err := p.publication(pub); err != nil {
		return err
	}
	err := s.write(ctx, *p)
	if err != enrolment.ErrStale { //nolint:errorlint // retry gives the bare value
		return err
	}
	if err := s.stillSeen(ctx, pub); err != nil {
		return err
	}
	return unavailable(err)
}

// Forget takes marks away, of things that a file says as they are.
func (s *Store) Forget(ctx context.Context, pub enrolment.Publication) error {
	return s.publish(ctx, &plan{table: &s.table}, pub)
}

// stillSeen refuses what was decided upon a catalogue that was changed in the browser meanwhile.
func (s *Store) stillSeen(ctx context.Context, pub enrolment.Publication) error {
	if pub.Thing == "" {
		return nil
	}
	e, err := s.Edits(ctx)
	if err == nil && e.Revision != pub.Seen {
		return &enrolment.Error{Kind: enrolment.KindChanged, Detail: "Le catalogue vient d’être changé dans le navigateur. Rien n’a été écrit : relisez, puis recommencez."}
	}
	return err
}

// publication adds to a plan what the publication asks: the revision as seen, its mark or the end of one, its line of the audit.
func (p *plan) publication(pub enrolment.Publication) error {
	if pub.Thing == "" {
		return nil
	}
	c := clauses{names: map[string]string{}, values: item{":seen": number(int64(pub.Seen))}}
	clear := pub.Clear
	if pub.Deed != nil {
		mark, err := attributevalue.Marshal(editItem{pub.Seen + 1, stampOf(pub.Deed.At), pub.Deed.Actor.Name})
		if err != nil {
			return fmt.Errorf("write the mark of a change: %w", err)
		}
		c.names["#t"], c.values[":mark"], c.values[":next"] = editMark+pub.Thing, mark, number(int64(pub.Seen+1))
		c.sets = append(c.sets, "revision = :next", "#t = :mark")
		clear = slices.DeleteFunc(slices.Clone(clear), func(thing string) bool { return thing == pub.Thing })
		if err := p.deed(*pub.Deed); err != nil {
			return err
		}
	}
	if pub.Spreads != nil {
		left, err := attributevalue.Marshal(spreadItem(*pub.Spreads))
		if err != nil {
			return fmt.Errorf("write what is spreading: %w", err)
		}
		c.names["#s"], c.values[":spreads"] = spreads+pub.Thing, left
		c.sets = append(c.sets, "#s = :spreads")
	}
	for i, thing := range clear {
		name := fmt.Sprint("#c", i)
		c.names[name] = editMark + thing
		c.removes = append(c.removes, name)
	}
	condition := "revision = :seen"
	if pub.Seen == 0 {
		condition = "attribute_not_exists(revision) OR revision = :seen"
	}
	if len(c.sets) == 0 { // asked for, and not moved on: an update, since a condition alone is a right of its own
		c.sets = append(c.sets, "revision = :seen")
	}
	u := &types.Update{TableName: p.table, Key: editsKey.item(), UpdateExpression: aws.String(c.text()), ConditionExpression: &condition, ExpressionAttributeValues: c.values}
	if len(c.names) > 0 {
		u.ExpressionAttributeNames = c.names
	}
	p.writes = append(p.writes, types.TransactWriteItem{Update: u})
	return nil
}

// CopyToSessions writes some sessions, all or none, while these things are spreading at this revision; otherwise, or when a session was
// changed meanwhile, it is [enrolment.ErrStale]. Counts are neither read nor written: seats are taken and given back at the same time.
func (s *Store) CopyToSessions(ctx context.Context, some []enrolment.Copying, things []string, seen int) error {
	p := plan{table: &s.table}
	for _, c := range some {
		before, err := described(sessionItemOf(c.Before))
		if err != nil {
			return err
		}
		after, err := described(sessionItemOf(c.After))
		if err != nil {
			return err
		}
		d := difference(before, after)
		d.names["#status"], d.values[":open"], d.values[":read"] = "status", text(string(enrolment.SessionOpen)), number(int64(c.Before.Revision))
		p.update(sessionKey(c.Before.ID), d.text(), "revision = :read AND #status = :open", d.names, d.values)
	}
	p.stillSpreading(things, seen, "SET revision = :seen")
	return s.write(ctx, p)
}

// MarkCopied records that all sessions copy these things, unless the catalogue was changed meanwhile.
func (s *Store) MarkCopied(ctx context.Context, things []string, seen int) error {
	p := plan{table: &s.table}
	var gone []string
	for i := range things {
		gone = append(gone, fmt.Sprint("#s", i))
	}
	p.stillSpreading(things, seen, "SET revision = :seen REMOVE "+strings.Join(gone, ", "))
	return s.write(ctx, p)
}

// stillSpreading adds an update of the marks upon their revision, while sessions have to copy these things.
func (p *plan) stillSpreading(things []string, seen int, update string) {
	condition, names := "revision = :seen", map[string]string{}
	for i, thing := range things {
		names[fmt.Sprint("#s", i)] = spreads + thing
		condition += fmt.Sprintf(" AND attribute_exists(#s%d)", i)
	}
	p.update(editsKey, update, condition, names, item{":seen": number(int64(seen))})
}
