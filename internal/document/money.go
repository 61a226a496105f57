package document

import (
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// amounts are what one seat costs, in cents.
type amounts struct{ net, vat, total int }

// price applies the organisation's VAT to a price before tax.
func price(vat enrolment.VAT, netCents int) amounts {
	tax := vat.Tax(netCents)
	return amounts{net: netCents, vat: tax, total: netCents + tax}
}

// hourly is the price of an hour before tax, to the nearest cent.
func hourly(netCents int, hours float64) int {
	return int(float64(netCents)/hours + 0.5)
}

// Instalment is one payment of a personal contract.
type Instalment struct {
	Cents int
	After time.Time // not before the end of this day of training; zero for the first one, after the withdrawal period
}

// Schedule splits the price of a personal contract as Code du travail L6353-6 asks: nothing before the withdrawal
// period ends, then at most maxPercent of the price, the balance as the training proceeds, a payment after each day in
// proportion of its half-days. The instalments add up to the total exactly; none is zero or negative.
func Schedule(totalCents, maxPercent int, halfDays []enrolment.HalfDay) []Instalment {
	first := totalCents * maxPercent / 100
	plan := []Instalment{{Cents: first}}
	balance, paid := totalCents-first, 0
	for i, half := range halfDays {
		if i+1 < len(halfDays) && day(halfDays[i+1].Start) == day(half.Start) {
			continue
		}
		due := balance * (i + 1) / len(halfDays)
		plan = append(plan, Instalment{Cents: due - paid, After: half.End})
		paid = due
	}
	kept := plan[:0]
	for _, p := range plan {
		if p.Cents > 0 {
			kept = append(kept, p)
		}
	}
	return kept
}
