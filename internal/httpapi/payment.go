package httpapi

import (
	"context"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// paymentView is all that the payment of a personal contract needs: where the signed contract goes, then how much, from
// which day, to which account and under which reference.
type paymentView struct {
	TotalCents int        `json:"totalCents"` // all taxes included
	FirstCents int        `json:"firstCents,omitempty"`
	From       *time.Time `json:"from,omitempty"` // the first payment; absent until the contract is signed
	Payee      string     `json:"payee"`
	IBAN       string     `json:"iban,omitempty"`
	Reference  string     `json:"reference"` // number of the contract
	Address    string     `json:"address"`   // on one line
	Email      string     `json:"email,omitempty"`
}

// payment is there for who holds a seat and pays for themselves.
func (a api) payment(ctx context.Context, f booking.File) (*paymentView, error) {
	e := f.Enrolment
	if e.Mode != enrolment.Personnel || !e.Status.HoldsSeat() || e.Status == enrolment.Offered {
		return nil, nil
	}
	org, err := a.payees.of(ctx, a.Catalogue, a.Now())
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	if f.Session.VAT == nil {
		f.Session.VAT = &org.VAT
	}
	total, _ := f.Session.TaxedCents()
	view := &paymentView{
		TotalCents: total, Payee: org.Name, IBAN: org.IBAN, Reference: e.Number(enrolment.PaperContrat),
		Address: strings.Join(append([]string{org.Name}, org.Address...), ", "), Email: org.Email,
	}
	if !a.Guide.WholePrice(e, f.Session) {
		view.FirstCents, _ = a.Guide.FirstPayment(total, a.Now())
	}
	if at, signed := a.Guide.StepOpensAt(e, enrolment.StepAcompte); signed {
		view.From = instant(at)
	}
	return view, nil
}
