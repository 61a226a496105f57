package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/enrolment"
)

type postItem struct {
	head
	Rate      float64 `dynamodbav:"rate"`
	Quota     int     `dynamodbav:"quota"`
	Used      int     `dynamodbav:"used"`
	LearntAt  stamp   `dynamodbav:"learntAt,omitempty"`
	NextSlot  stamp   `dynamodbav:"nextSlot,omitempty"`
	ShutSince stamp   `dynamodbav:"shutSince,omitempty"`
	ShutUntil stamp   `dynamodbav:"shutUntil,omitempty"`
	Shuts     int     `dynamodbav:"shuts,omitempty"`
	Why       string  `dynamodbav:"why,omitempty"`
	Version   int64   `dynamodbav:"version"`
}

// Post gives what all functions know of the post office; the zero state when nobody has said anything yet.
func (s *Store) Post(ctx context.Context) (enrolment.PostState, error) {
	it, err := s.get(ctx, postKey)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return enrolment.PostState{}, nil
	}
	if err != nil {
		return enrolment.PostState{}, err
	}
	var p postItem
	if err := attributevalue.UnmarshalMap(it, &p); err != nil {
		return enrolment.PostState{}, fmt.Errorf("read the post office's item: %w", err)
	}
	return enrolment.PostState{
		Rate: p.Rate, Quota: p.Quota, Used: p.Used, LearntAt: p.LearntAt.time(), NextSlot: p.NextSlot.time(),
		ShutSince: p.ShutSince.time(), ShutUntil: p.ShutUntil.time(), Shuts: p.Shuts, Why: p.Why, Version: p.Version,
	}, nil
}

// SwapPost writes a state over the one of the same version, and gives it as written; [enrolment.ErrStale] when that one is
// not the last any more.
func (s *Store) SwapPost(ctx context.Context, state enrolment.PostState) (enrolment.PostState, error) {
	read := state.Version
	state.Version++
	it, err := attributevalue.MarshalMap(postItem{
		head: headOf(postKey), Rate: state.Rate, Quota: state.Quota, Used: state.Used, LearntAt: stampOf(state.LearntAt), NextSlot: stampOf(state.NextSlot),
		ShutSince: stampOf(state.ShutSince), ShutUntil: stampOf(state.ShutUntil), Shuts: state.Shuts, Why: state.Why, Version: state.Version,
	})
	if err != nil {
		return state, fmt.Errorf("write the post office's item: %w", err)
	}
	in := &dynamodb.PutItemInput{TableName: &s.table, Item: it, ConditionExpression: aws.String(isAbsent)}
	if read > 0 {
		in.ConditionExpression, in.ExpressionAttributeValues = aws.String("version = :read"), item{":read": number(read)}
	}
	return state, retry(ctx, func(ctx context.Context) error { _, err := s.db.PutItem(ctx, in); return err })
}
