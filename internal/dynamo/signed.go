package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// signedKey is where the text of a convention signed online is kept, beside its file, and gone with it.
func signedKey(fileID string) key { return key{fileKey(fileID).pk, "SIGNED"} }

type signedTextItem struct {
	head
	Text string `dynamodbav:"text"`
}

// signed writes the text that was signed, in the place of one that was signed before.
func (p *plan) signed(t enrolment.SignedText) error {
	it, err := attributevalue.MarshalMap(signedTextItem{headOf(signedKey(t.FileID)), t.Text})
	if err != nil {
		return fmt.Errorf("write signed item: %w", err)
	}
	p.put(it, "attribute_exists(pk) OR "+isAbsent, nil)
	return nil
}

// SignedText gives the text of a file's convention as it was signed online.
func (s *Store) SignedText(ctx context.Context, fileID string) (string, error) {
	it, err := s.get(ctx, signedKey(fileID))
	if err != nil {
		return "", err
	}
	return textOf(it, "text"), nil
}
