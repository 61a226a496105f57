package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Invoices stand together by year, so that the year is read in their order, and outlive the files that they are of.
func invoiceKey(year, n int) key    { return key{invoices(year), fmt.Sprintf("N#%06d", n)} }
func invoiceCountKey(year int) key  { return key{invoices(year), "COUNT"} }
func invoices(year int) (pk string) { return "I#" + strconv.Itoa(year) }

type invoiceItem struct {
	head
	FileID string `dynamodbav:"enrolmentId"`
	At     stamp  `dynamodbav:"at"`
	Said   string `dynamodbav:"said"` // all of it, as JSON: it is never asked by its parts, and never changes
	TTL    int64  `dynamodbav:"ttl,omitempty"`
}

// invoice writes an invoice down, and counts it, in the act's own transaction: one that fails leaves no gap, and two that come at once
// never have the same number.
func (p *plan) invoice(i enrolment.Invoice) error {
	i.Seller.LogoImage = nil
	said, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("write invoice: %w", err)
	}
	it := invoiceItem{head: headOf(invoiceKey(i.Year, i.N)), FileID: i.FileID, At: stampOf(i.At), Said: string(said)}
	if !i.Until.IsZero() {
		it.TTL = i.Until.Unix()
	}
	written, err := attributevalue.MarshalMap(it)
	if err != nil {
		return fmt.Errorf("write invoice item: %w", err)
	}
	p.put(written, isAbsent, nil)
	before, values := "n = :before", item{":n": number(int64(i.N)), ":before": number(int64(i.N - 1)), ":v": number(schema)}
	if i.N == 1 {
		before = isAbsent
	}
	p.update(invoiceCountKey(i.Year), "SET n = :n, v = :v", before, nil, values)
	return nil
}

// LastInvoice is the place of the last invoice of a year, 0 before the first.
func (s *Store) LastInvoice(ctx context.Context, year int) (n int, err error) {
	it, err := s.get(ctx, invoiceCountKey(year))
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return 0, nil
	}
	return int(numberOf(it, "n")), err
}

// Invoice reads one again.
func (s *Store) Invoice(ctx context.Context, year, n int) (i enrolment.Invoice, err error) {
	it, err := s.get(ctx, invoiceKey(year, n))
	if err != nil {
		return i, err
	}
	var read invoiceItem
	if err := attributevalue.UnmarshalMap(it, &read); err != nil {
		return i, fmt.Errorf("read invoice item: %w", err)
	}
	if err := json.Unmarshal([]byte(read.Said), &i); err != nil {
		return i, fmt.Errorf("read invoice: %w", err)
	}
	return i, nil
}
