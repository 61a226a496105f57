package dynamo

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/words"
)

const (
	wordPrefix = "W#"
)

// wordItem is one word that a file is found by, in the file's own partition: it goes with it.
type wordItem struct {
	head
	WordPK string `dynamodbav:"staffPk"` // W# and the first two letters
	WordSK string `dynamodbav:"staffSk"`
}

// wordPartition spreads words by their beginning, which every query has.
func wordPartition(word string) string {
	r := []rune(word)
	return wordPrefix + string(r[:min(words.Shortest, len(r))])
}

func wordsDigest(e enrolment.Enrolment) string {
	sum := sha256.Sum256([]byte(strings.Join(words.Of(e), "\n")))
	return hex.EncodeToString(sum[:8])
}

// IndexWords makes the words that a file is found by those that it has now. It may be stopped anywhere and run again, by two at
// once; a file that changed meanwhile is due again, and comes back.
func (s *Store) IndexWords(ctx context.Context, e enrolment.Enrolment) error {
	digest := wordsDigest(e)
	if e.Decoy || e.Words == digest {
		return nil
	}
	have, err := s.all(ctx, begins(fileKey(e.ID).pk, wordPrefix))
	if err != nil {
		return err
	}
	surplus := map[string]bool{}
	for _, it := range have {
		surplus[textOf(it, sk)] = true
	}
	for _, w := range words.Of(e) {
		k := key{fileKey(e.ID).pk, wordPrefix + w}
		if surplus[k.sk] {
			delete(surplus, k.sk)
			continue
		}
		it, err := attributevalue.MarshalMap(wordItem{headOf(k), wordPartition(w), w + "#" + e.ID})
		if err != nil {
			return fmt.Errorf("write word item: %w", err)
		}
		if err := retry(ctx, func(ctx context.Context) error {
			_, err := s.db.PutItem(ctx, &dynamodb.PutItemInput{TableName: &s.table, Item: it})
			return err
		}); err != nil {
			return err
		}
	}
	for name := range surplus {
		if err := s.forget(ctx, key{fileKey(e.ID).pk, name}); err != nil {
			return err
		}
	}
	err = retry(ctx, func(ctx context.Context) error {
		_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
			TableName: &s.table, Key: fileKey(e.ID).item(), UpdateExpression: aws.String("SET words = :digest"),
			ConditionExpression: aws.String("version = :read"), ExpressionAttributeValues: item{":digest": text(digest), ":read": number(e.Version)},
		})
		return err
	})
	if errors.Is(err, enrolment.ErrStale) {
		return s.orphaned(ctx, e.ID)
	}
	return err
}

// orphaned takes the words away of a file that was erased while they were written.
func (s *Store) orphaned(ctx context.Context, id string) error {
	if _, err := s.File(ctx, id); enrolment.KindOf(err) != enrolment.KindNotFound {
		return err
	}
	return s.ForgetMessages(ctx, id)
}

func (s *Store) forget(ctx context.Context, k key) error {
	return retry(ctx, func(ctx context.Context) error {
		_, err := s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: &s.table, Key: k.item()})
		return err
	})
}

// FilesByWord gives the ids of files that have a word with this prefix, at most limit, in the words' order. One changed a
// moment ago may be missing.
func (s *Store) FilesByWord(ctx context.Context, prefix string, limit int) (ids []string, err error) {
	if len([]rune(prefix)) < words.Shortest || len(prefix) > longest {
		return nil, nil
	}
	items, _, err := s.page(ctx, &dynamodb.QueryInput{
		IndexName:                 aws.String(indexForStaff),
		KeyConditionExpression:    aws.String("staffPk = :first AND begins_with(staffSk, :prefix)"),
		ExpressionAttributeValues: item{":first": text(wordPartition(prefix)), ":prefix": text(prefix)},
		Limit:                     aws.Int32(int32(limit)),
	})
	if err != nil {
		return nil, err
	}
	for _, it := range items {
		ids = append(ids, fileIDOf(textOf(it, pk)))
	}
	return ids, nil
}

// FilesThatLeft gives the files of a session that were cancelled or let their offer go: they hold no claim on it any more. One that left a
// moment ago may be missing.
func (s *Store) FilesThatLeft(ctx context.Context, sessionID string) ([]enrolment.Enrolment, error) {
	word := words.Left(sessionID)
	items, err := s.all(ctx, &dynamodb.QueryInput{
		IndexName:                 aws.String(indexForStaff),
		KeyConditionExpression:    aws.String("staffPk = :first AND begins_with(staffSk, :word)"),
		ExpressionAttributeValues: item{":first": text(wordPartition(word)), ":word": text(word + "#")},
	})
	if err != nil {
		return nil, err
	}
	ids := make([]string, 0, len(items))
	for _, it := range items {
		ids = append(ids, fileIDOf(textOf(it, pk)))
	}
	files, err := s.Files(ctx, ids)
	return slices.DeleteFunc(files, func(e enrolment.Enrolment) bool {
		return e.SessionID != sessionID || e.Status != enrolment.Cancelled && e.Status != enrolment.Expired
	}), err
}

// Files gives the files of these ids, in their order, leaving out those that have gone.
func (s *Store) Files(ctx context.Context, ids []string) ([]enrolment.Enrolment, error) {
	var all []enrolment.Enrolment
	for len(ids) > 0 {
		n := min(len(ids), pageSize)
		var items []item
		for _, id := range ids[:n] {
			items = append(items, item{"enrolmentId": text(id)})
		}
		files, err := s.files(ctx, items, func(it item) string { return textOf(it, "enrolmentId") })
		if err != nil {
			return nil, err
		}
		all, ids = append(all, files...), ids[n:]
	}
	return all, nil
}
