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
// Credit notes stand with them, under numbers of their own.
func invoiceKey(year, n int) key    { return key{invoices(year), fmt.Sprintf("N#%06d", n)} }
func creditKey(year, n int) key     { return key{invoices(year), fmt.Sprintf("A#%06d", n)} }
func invoiceCountKey(year int) key  { return key{invoices(year), "COUNT"} }
func creditCountKey(year int) key   { return key{invoices(year), "CREDITS"} }
func invoices(year int) (pk string) { return "I#" + strconv.Itoa(year) }

// keysOf are where an invoice or a credit note is written, and where its like are counted.
func keysOf(i enrolment.Invoice) (own, count key) {
	if i.Undoes != "" {
		return creditKey(i.Year, i.N), creditCountKey(i.Year)
	}
	return invoiceKey(i.Year, i.N), invoiceCountKey(i.Year)
}

type invoiceItem struct {
	head
	FileID string `dynamodbav:"enrolmentId"`
	At     stamp  `dynamodbav:"at"`
	Said   string `dynamodbav:"said"` // all of it, as JSON: it is never asked by its parts, and never changes
	TTL    int64  `dynamodbav:"ttl,omitempty"`
}

// invoice writes an invoice or a credit note down, and counts it, in the act's own transaction: one that fails leaves no gap, and two that come at once
// never have the same number.
func (p *plan) invoice(i enrolment.Invoice) error {
	i.Seller.LogoImage = nil
	said, err := json.Marshal(i)
	if err != nil {
		return fmt.Errorf("write invoice: %w", err)
	}
	own, count := keysOf(i)
	it := invoiceItem{head: headOf(own), FileID: i.FileID, At: stampOf(i.At), Said: string(said)}
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
	p.update(count, "SET n = :n, v = :v", before, nil, values)
	return nil
}

// LastInvoice is the place of the last invoice of a year, 0 before the first.
func (s *Store) LastInvoice(ctx context.Context, year int) (n int, err error) {
	return s.last(ctx, invoiceCountKey(year))
}

// LastCredit is the place of the last credit note of a year, 0 before the first.
func (s *Store) LastCredit(ctx context.Context, year int) (n int, err error) {
	return s.last(ctx, creditCountKey(year))
}

func (s *Store) last(ctx context.Context, count key) (n int, err error) {
	it, err := s.get(ctx, count)
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
	return unmarshalInvoice(it)
}

// Credit reads a credit note again.
func (s *Store) Credit(ctx context.Context, year, n int) (i enrolment.Invoice, err error) {
	it, err := s.get(ctx, creditKey(year, n))
	if err != nil {
		return i, err
	}
	return unmarshalInvoice(it)
}

// InvoicesOf gives the invoices of a year, then its credit notes, each in their order.
func (s *Store) InvoicesOf(ctx context.Context, year int) (all []enrolment.Invoice, err error) {
	for _, prefix := range []string{"N#", "A#"} {
		items, err := s.all(ctx, begins(invoices(year), prefix))
		if err != nil {
			return nil, err
		}
		some, err := each(items, unmarshalInvoice)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

func unmarshalInvoice(it item) (i enrolment.Invoice, err error) {
	var read invoiceItem
	if err := attributevalue.UnmarshalMap(it, &read); err != nil {
		return i, fmt.Errorf("read invoice item: %w", err)
	}
	if err := json.Unmarshal([]byte(read.Said), &i); err != nil {
		return i, fmt.Errorf("read invoice: %w", err)
	}
	return i, nil
}
