package enrolment_test

import (
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Settled only when those who must have accepted have; a tick by the élu alone is a declaration.
func TestWhoMustHaveAcceptedForTheMoneyToBeSettled(t *testing.T) {
	const elu, us = enrolment.ByHolder, enrolment.ByStaff
	for _, c := range []struct {
		name  string
		mode  enrolment.Mode
		steps map[enrolment.StepKey]string
		want  enrolment.FundingState
		next  enrolment.StepKey
	}{
		{"nothing done", enrolment.DIFE, nil, enrolment.FundingTodo, "compte"},
		{"only the identity is ticked", enrolment.DIFE, map[enrolment.StepKey]string{"identite": elu}, enrolment.FundingTodo, "dossier"},
		{"a request, no proposal", enrolment.DIFE, map[enrolment.StepKey]string{"compte": elu, "identite": elu, "dossier": elu}, enrolment.FundingTodo, "confirmation"},
		{"our proposal, not confirmed", enrolment.DIFE, map[enrolment.StepKey]string{"dossier": elu, "proposition": us}, enrolment.FundingTodo, "confirmation"},
		{"the élu says everything", enrolment.DIFE, map[enrolment.StepKey]string{"dossier": elu, "proposition": elu, "confirmation": elu}, enrolment.FundingDeclared, ""},
		{"our proposal, their confirmation", enrolment.DIFE, map[enrolment.StepKey]string{"dossier": elu, "proposition": us, "confirmation": elu}, enrolment.FundingSettled, ""},
		{"we saw it confirmed", enrolment.DIFE, map[enrolment.StepKey]string{"confirmation": us}, enrolment.FundingSettled, ""},
		{"they say that the convention is signed", enrolment.Collectivite, map[enrolment.StepKey]string{"demande": elu, "accord": elu, "convention": elu}, enrolment.FundingDeclared, ""},
		{"the convention came back", enrolment.Collectivite, map[enrolment.StepKey]string{"convention": us}, enrolment.FundingSettled, ""},
		{"they say that they paid", enrolment.Personnel, map[enrolment.StepKey]string{"contrat": us, "acompte": elu}, enrolment.FundingDeclared, ""},
		{"their payment arrived", enrolment.Personnel, map[enrolment.StepKey]string{"contrat": us, "acompte": us}, enrolment.FundingSettled, ""},
	} {
		e := enrolment.Enrolment{Mode: c.mode, Status: enrolment.Confirmed, Steps: map[enrolment.StepKey]enrolment.StepDone{}}
		for k, by := range c.steps {
			e.Steps[k] = enrolment.StepDone{At: time.Unix(1, 0), By: by}
		}
		next, _ := e.NextStep()
		if got := e.FundingState(); got != c.want || next != c.next {
			t.Errorf("%s: %s, next %q; want %s, %q", c.name, got, next, c.want, c.next)
		}
		want := enrolment.Reserved // also what a file reads as that was confirmed by the élu's ticks alone
		if c.want == enrolment.FundingSettled {
			want = enrolment.Confirmed
		}
		if e.Settle(); e.Status != want {
			t.Errorf("%s: status %s, want %s", c.name, e.Status, want)
		}
	}
}

func TestOnlyAHeldSeatIsConfirmedByItsMoney(t *testing.T) {
	for _, s := range []enrolment.Status{enrolment.Waiting, enrolment.Offered, enrolment.Cancelled, enrolment.Attended} {
		e := enrolment.Enrolment{Mode: enrolment.Collectivite, Status: s, Steps: map[enrolment.StepKey]enrolment.StepDone{enrolment.StepConvention: {By: enrolment.ByStaff}}}
		if e.Settle(); e.Status != s {
			t.Errorf("%s became %s", s, e.Status)
		}
	}
}
