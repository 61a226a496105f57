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
}

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

// Number is F-2027-0042.
func (i Invoice) Number() string { return InvoiceNumber(i.Year, i.N) }

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
