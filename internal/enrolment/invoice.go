package enrolment

import (
	"fmt"
	"time"
)

// Invoice is an invoice as it was issued. Nothing of it changes afterwards: printed again it says the same, whatever the organisation,
// the file or the collectivité say since.
type Invoice struct {
	Year, N   int // its place among those of the year: none is left out, none is given twice
	FileID    string
	Reference string
	At        time.Time
	Seller    Organisation // without its logo
	Payer     Billed
	Mode      Mode
	Agreement string // number of the convention or of the contract
	Formation FormationSummary
	Place     string
	HalfDays  []HalfDay
	Lines     []InvoiceLine
	VAT       VAT
	Late      string    // what is due when it is paid late, as it was that day; "" to an individual, and in those issued before it was said
	Until     time.Time // how long it is kept
	Undoes    string    // number of the invoice that this credit note undoes; "" for an invoice
	UndoesAt  time.Time // when that invoice was issued; zero in credit notes issued before it was said
	Reason    string    // of a credit note
}

// CreditedInvoice is an invoice of a file that was undone, and the credit note that did.
type CreditedInvoice struct{ Invoice, Credit string }

// Billed is who an invoice is sent to. Service and Commitment are what Chorus Pro asks for; "" for none.
type Billed struct {
	Name, Address, SIRET string
	Service, Commitment  string
}

// InvoiceLine is what one person's training costs before tax, and what it is made of.
type InvoiceLine struct {
	Name             string
	Planned, Minutes int // of the session, and attended
	Cents            int
}

// Number is F-2027-0042; that of a credit note, which are numbered apart, A-2027-0003.
func (i Invoice) Number() string {
	if i.Undoes != "" {
		return CreditNumber(i.Year, i.N)
	}
	return InvoiceNumber(i.Year, i.N)
}

// Sign is -1 for a credit note, whose lines are those of the invoice that it undoes.
func (i Invoice) Sign() int {
	if i.Undoes != "" {
		return -1
	}
	return 1
}

// Credit is the credit note that undoes an invoice whole, but for its number: it says all that the invoice did.
func (i Invoice) Credit(year int, reason string, until time.Time) Invoice {
	c := i
	c.Year, c.N, c.At, c.Undoes, c.UndoesAt, c.Reason, c.Until = year, 0, time.Time{}, i.Number(), i.At, reason, until
	return c
}

// CreditNumber is the number of a credit note.
func CreditNumber(year, n int) string { return fmt.Sprintf("A-%d-%04d", year, n) }

// ParseCreditNumber reads one; ok is false for anything else.
func ParseCreditNumber(s string) (year, n int, ok bool) {
	_, err := fmt.Sscanf(s, "A-%d-%d", &year, &n)
	return year, n, err == nil && CreditNumber(year, n) == s
}

// InvoiceNumber is the number of an invoice.
func InvoiceNumber(year, n int) string { return fmt.Sprintf("F-%d-%04d", year, n) }

// ParseInvoiceNumber reads one; ok is false for anything else.
func ParseInvoiceNumber(s string) (year, n int, ok bool) {
	_, err := fmt.Sscanf(s, "F-%d-%d", &year, &n)
	return year, n, err == nil && InvoiceNumber(year, n) == s
}

// Net is the sum of the lines.
func (i Invoice) Net() (cents int) {
	for _, l := range i.Lines {
		cents += l.Cents
	}
	return cents
}
