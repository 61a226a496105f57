package report

import (
	"cmp"
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Billing is what was issued in a year, all taxes included: invoices, the credit notes that undo some of them (of that year or of one
// before), and what is left.
type Billing struct {
	Year              int
	Invoices, Credits int
	Invoiced          Cents
	Credited          Cents
}

// Net is what is left.
func (b Billing) Net() Cents { return b.Invoiced - b.Credited }

// Billings sums what was issued between two days, a year a line.
func Billings(issued []enrolment.Invoice, from, to time.Time) (all []Billing) {
	for _, i := range issued {
		if i.At.Before(from) || i.At.After(to) {
			continue
		}
		at := slices.IndexFunc(all, func(b Billing) bool { return b.Year == i.Year })
		if at < 0 {
			at, all = len(all), append(all, Billing{Year: i.Year})
		}
		b, due := &all[at], Cents(taxed(i))
		if i.Undoes == "" {
			b.Invoices, b.Invoiced = b.Invoices+1, b.Invoiced+due
		} else {
			b.Credits, b.Credited = b.Credits+1, b.Credited+due
		}
	}
	slices.SortFunc(all, func(a, b Billing) int { return cmp.Compare(a.Year, b.Year) })
	return all
}

// taxed is what an invoice asks, or a credit note gives back.
func taxed(i enrolment.Invoice) int { return i.Net() + i.VAT.Tax(i.Net()) }

// taxedByFile sums what was issued of each file, less what was undone.
func taxedByFile(issued []enrolment.Invoice) map[string]int {
	sums := map[string]int{}
	for _, i := range issued {
		sums[i.FileID] += i.Sign() * taxed(i)
	}
	return sums
}

// taxed sums that of the session's files, by way of paying.
func (r Room) taxed(billed map[string]int) (sums [3]int) {
	for _, files := range [][]enrolment.Enrolment{r.Files, r.Groups} {
		for _, e := range files {
			sums[columnOf(e.Mode)] += billed[e.ID]
		}
	}
	return sums
}

// receipts are those of a way of paying, before tax: what was invoiced of the sessions that ended in a year, less its credit notes,
// whenever they were issued; and the promised price of who came and has no invoice.
type receipts struct {
	invoices, credits, invoiced int // cents
	people, promised            int // without an invoice; cents
}

func (r receipts) cents() int { return r.invoiced + r.promised }

// basis says in words what the sum is made of.
func (r receipts) basis() string {
	var said string
	if r.invoices > 0 {
		said = guide.Count(r.invoices, "facture", "factures")
		if r.credits > 0 {
			said += ", moins " + guide.Count(r.credits, "avoir", "avoirs")
		}
		said += of + guide.Euros(r.invoiced) + " HT"
	}
	if r.people > 0 {
		rest := guide.Count(r.people, "personne venue sans facture, au prix promis", "personnes venues sans facture, au prix promis") + of + guide.Euros(r.promised) + " HT"
		said = joined(said, rest)
	}
	return said
}

// billedOf sums the invoices and credit notes of the sessions that ended in a year, by way of paying.
func billedOf(issued []enrolment.Invoice, year int) map[enrolment.Mode]*receipts {
	sums := map[enrolment.Mode]*receipts{}
	for _, m := range enrolment.Modes {
		sums[m] = &receipts{}
	}
	for _, i := range issued {
		n := len(i.HalfDays)
		if n == 0 || i.HalfDays[n-1].End.In(guide.Paris).Year() != year || sums[i.Mode] == nil {
			continue
		}
		r := sums[i.Mode]
		r.invoiced += i.Sign() * i.Net()
		if i.Undoes == "" {
			r.invoices++
		} else {
			r.credits++
		}
	}
	return sums
}
