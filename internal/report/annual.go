package report

import (
	"fmt"
	"strconv"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Annual makes the report of a year to the prefect and the CNFEL (CGCT, R1221-22-1; before 30 June of the next one): every session
// that ended in the year, what it brought in by payer, and a second table of what only the organisation knows.
// Receipts are, all taxes included, its invoices less their credit notes, whenever issued, and the promised price of who came and has no
// invoice; how many these are is said.
func (d Desk) Annual(rooms []Room, issued []enrolment.Invoice, year int) (report, missing Table) {
	report = Table{Name: "rapport-" + strconv.Itoa(year), Title: "Rapport annuel " + strconv.Itoa(year), Columns: []string{
		"Lieu", "Premier jour", "Dernier jour", "Durée (heures)", "Prix par participant HT", "Intitulé", "Thème", "Participants", "Formateurs",
		"Part sous-traitée (%)", "Recettes DIFE TTC", "Recettes des collectivités TTC", "Recettes personnelles TTC",
	}}
	missing = Table{Name: "a-completer", Title: "Ce qui manque", Columns: []string{"Session", "Ce qui manque", "Où le compléter"}}
	var people, uninvoiced int
	var receipts [3]int
	billed := taxedByFile(issued)
	var last time.Time // of the sessions listed
	for _, r := range rooms {
		s := r.Session
		if s.Status == enrolment.SessionCancelled || s.End().In(guide.Paris).Year() != year || len(r.attendees()) == 0 {
			continue
		}
		came, sums := 0, r.taxed(billed)
		for _, e := range r.attendees() {
			if e.Attendance == nil || e.Attendance.Minutes() == 0 {
				continue
			}
			came++
			if r.billed(e).Invoice != "" {
				continue
			}
			uninvoiced++
			all, known := gross(e, s)
			if !known {
				all = net(e, s)
			}
			sums[columnOf(e.Mode)] += all
		}
		d.absent(&missing, r)
		if s.End().After(last) {
			last = s.End()
		}
		report.add(s.Place, Day(s.Start()), Day(s.End()), Minutes(int(s.Formation.Hours*60)), Cents(s.Formation.PriceCents), s.Formation.Title, s.Formation.Theme,
			came, r.Formation.Trainers, nil, Cents(sums[0]), Cents(sums[1]), Cents(sums[2]))
		people += came
		for i := range sums {
			receipts[i] += sums[i]
		}
	}
	if !last.IsZero() {
		d.entrusted(&missing, last)
	}
	if uninvoiced > 0 {
		missing.add("Tout le rapport", guide.Count(uninvoiced, "personne venue n’a pas de facture : son prix promis est compté.", "personnes venues n’ont pas de facture : leur prix promis est compté."),
			"Exports, « Ce qui est à facturer », puis « Faire la facture » sur la page du dossier")
	}
	for _, whole := range d.Guide.Annual {
		missing.add("Tout le rapport", whole.Text, whole.Where)
	}
	report.add("Total", nil, nil, nil, nil, nil, nil, people, nil, nil, Cents(receipts[0]), Cents(receipts[1]), Cents(receipts[2]))
	return report, missing
}

func columnOf(m enrolment.Mode) int {
	switch m {
	case enrolment.DIFE:
		return 0
	case enrolment.Collectivite:
		return 1
	}
	return 2
}

// absent notes what a session lacks for the report.
func (d Desk) absent(t *Table, r Room) {
	note := func(what, where string) { t.add(r.Session.ID, what, where) }
	if !r.closed() {
		note("La présence n’est pas relevée : ces personnes ne sont pas comptées.", "Page de la session, feuille de présence, puis « Clore la session »")
	}
	if r.Formation.Trainers == "" {
		note("Les formateurs ne sont pas nommés.", "Fiche de la formation, « Formateurs »")
	}
	if r.Session.VAT == nil {
		note("La TVA n’est pas connue : les recettes sont hors taxes.", "Appliquer de nouveau le catalogue")
	}
}

// entrusted notes what no session holds.
func (d Desk) entrusted(t *Table, at time.Time) {
	most := ""
	if n, known := d.Guide.Rule("subcontracting-max-percent", at); known {
		most = fmt.Sprintf(" (%d\u00a0%% au plus, sans second rang)", n)
	}
	t.add("Toutes les sessions", "La part confiée à un sous-traitant"+most+" et son nom ne sont pas tenus ici.", "Votre comptabilité")
}
