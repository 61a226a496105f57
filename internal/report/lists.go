package report

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// Desk words what the tables show. Say gives the funding of a file in words, National a telephone number as it is dialled.
type Desk struct {
	Guide    *guide.Guide
	Say      func(enrolment.Enrolment) (status, funding string)
	National func(e164 string) string
}

// People lists everybody who holds a seat or waits, a line a file; then who left, and why when the team knows.
func (d Desk) People(rooms []Room) Table {
	t := Table{Name: "personnes", Title: "Personnes inscrites", Columns: []string{
		"Référence", "État", "Civilité", "Prénom", "Nom", "Nom de naissance", "E-mail", "Téléphone", "Mandat", "Collectivité", "Session", "Formation",
		"Premier jour", "Financement", "État du financement", "Inscrit le", "Heures prévues", "Heures suivies", "Contact à la collectivité", "E-mail du contact", "Injoignable",
		"Annulé le", "Motif de l’annulation",
	}}
	for _, r := range rooms {
		for _, e := range append(byName(r.Files), byName(r.Left)...) {
			status, funding := d.Say(e)
			mandate, _ := d.Guide.Mandate(e.Mandate.Kind)
			contact := enrolment.Contact{}
			if e.Contact != nil {
				contact = *e.Contact
			}
			planned, attended := hoursOf(e)
			t.add(e.Reference, status, e.Person.Title, e.Person.FirstName, e.Person.LastName, e.Person.BirthName, e.Person.Email, d.National(e.Person.Phone),
				mandate.Title, e.Mandate.Authority, r.Session.ID, e.Promised(r.Session).Formation.Title, Day(r.Session.Start()), d.Guide.Mode(e.Mode).Title, funding,
				Instant(e.CreatedAt), planned, attended, contact.Name, contact.Email, yes(e.Unreachable),
				Instant(e.CancelledAt), e.CancelledFor)
		}
	}
	return t
}

// hoursOf is empty while attendance is not recorded.
func hoursOf(e enrolment.Enrolment) (planned, attended Cell) {
	if e.Attendance == nil {
		return nil, nil
	}
	return Minutes(e.Attendance.Planned()), Minutes(e.Attendance.Minutes())
}

func yes(b bool) Cell {
	if b {
		return "oui"
	}
	return nil
}

// Sessions lists sessions with their seats and who came.
func (d Desk) Sessions(rooms []Room) Table {
	t := Table{Name: "sessions", Title: "Sessions", Columns: []string{
		"Session", "Formation", "Thème", "Premier jour", "Dernier jour", "Lieu", "À distance", "État", "Places", "Minimum", "Inscrits", "En attente", "Remplissage", "Venus", "Absents", "Heures suivies",
	}}
	for _, r := range rooms {
		s, on := r.Session, r.attendees()
		came, away, minutes := 0, 0, 0
		for _, e := range on {
			switch {
			case e.Attendance == nil:
			case e.Attendance.Minutes() > 0:
				came, minutes = came+1, minutes+e.Attendance.Minutes()
			default:
				away++
			}
		}
		var cameCell, awayCell, hours Cell
		if r.closed() {
			cameCell, awayCell, hours = came, away, Minutes(minutes)
		}
		state := "ouverte"
		if s.Status == enrolment.SessionCancelled {
			state = "annulée"
		}
		t.add(s.ID, s.Formation.Title, s.Formation.Theme, Day(s.Start()), Day(s.End()), s.Place, yes(s.Remote), state, s.Capacity, s.Minimum, len(on), s.Waiting, share(len(on), s.Capacity), cameCell, awayCell, hours)
	}
	return t
}

func share(n, of int) Cell {
	if of == 0 {
		return nil
	}
	return Percent(100 * float64(n) / float64(of))
}

var presences = map[enrolment.Presence]string{enrolment.Present: "présent", enrolment.Absent: "absent", enrolment.Excused: "excusé"}

// Attendance lists what closing each session recorded, a line a person and half-day.
func (d Desk) Attendance(rooms []Room) Table {
	t := Table{Name: "presences", Title: "Présences relevées", Columns: []string{
		"Session", "Formation", "Demi-journée", "Référence", "Prénom", "Nom", "Présence", "Heures prévues", "Heures suivies", "Relevé le",
	}}
	for _, r := range rooms {
		for _, e := range byName(r.attendees()) {
			if e.Attendance == nil {
				continue
			}
			for _, s := range e.Attendance.Sittings {
				t.add(r.Session.ID, e.Promised(r.Session).Formation.Title, Instant(s.Start), e.Reference, e.Person.FirstName, e.Person.LastName, presences[s.Presence],
					Minutes(s.Planned), Minutes(s.Minutes), Instant(e.Attendance.ClosedAt))
			}
		}
	}
	return t
}

// Invoices lists what to invoice once sessions are over, a line a person: to whom, how much, and what is missing to send it.
// Who is covered by a group's papers has the group's invoice.
func (d Desk) Invoices(rooms []Room, now time.Time) Table {
	t := Table{Name: "factures", Title: "À facturer", Columns: []string{
		"Payeur", "Financement", "Référence", "Devis, convention ou contrat", "Prénom", "Nom", "Formation", "Session", "Premier jour", "Dernier jour",
		"Heures prévues", "Heures suivies", "Prix HT", "TVA", "Prix TTC", "Ce qui manque", "Facture", "Factures annulées (avoir)",
	}}
	for _, r := range rooms {
		if r.Session.Status == enrolment.SessionCancelled || now.Before(r.Session.End()) {
			continue
		}
		for _, e := range byName(r.attendees()) {
			payer, number, missing := d.payer(e)
			planned, attended := hoursOf(e)
			if e.Attendance == nil {
				missing = joined("la présence relevée (clore la session)", missing)
			}
			before, total := net(e, r.Session), Cell(nil)
			tax := Cell(nil)
			if all, known := gross(e, r.Session); known {
				total, tax = Cents(all), Cents(all-before)
			} else {
				missing = joined(missing, "la TVA de la session (appliquer de nouveau le catalogue)")
			}
			billed := r.billed(e)
			t.add(payer, d.Guide.Mode(e.Mode).Title, e.Reference, number, e.Person.FirstName, e.Person.LastName, e.Promised(r.Session).Formation.Title, r.Session.ID,
				Day(r.Session.Start()), Day(r.Session.End()), planned, attended, Cents(before), tax, total, missing, billed.Invoice, creditsOf(billed))
		}
	}
	slices.SortStableFunc(t.Rows, func(a, b []Cell) int { return cmp.Compare(a[0].(string), b[0].(string)) })
	return t
}

// billed is the file that carries the invoice of another: its group's, or its own.
func (r Room) billed(e enrolment.Enrolment) enrolment.Enrolment {
	if i := slices.IndexFunc(r.Groups, func(g enrolment.Enrolment) bool { return g.ID == e.PartOf }); i >= 0 {
		return r.Groups[i]
	}
	return e
}

func creditsOf(e enrolment.Enrolment) string {
	var all []string
	for _, c := range e.Credited {
		all = append(all, c.Invoice+" ("+c.Credit+")")
	}
	return strings.Join(all, ", ")
}

// Journal lists what was issued between two days, an invoice or a credit note a line, the latter below zero; then the sum.
func (d Desk) Journal(issued []enrolment.Invoice, from, to time.Time) Table {
	t := Table{Name: "journal-factures", Title: "Factures et avoirs émis", Columns: []string{
		"Numéro", "Date", "Nature", "Annule la facture", "Motif", "Payeur", "SIRET", "Code service", "Numéro d’engagement", "Financement", "Référence", "Convention ou contrat", "Formation",
		"Personnes", "Total HT", "TVA", "Total TTC",
	}}
	net, tax := 0, 0
	for _, i := range issued {
		if i.At.Before(from) || i.At.After(to) {
			continue
		}
		kind := "facture"
		if i.Undoes != "" {
			kind = "avoir"
		}
		before := i.Sign() * i.Net()
		due := i.Sign() * i.VAT.Tax(i.Net())
		net, tax = net+before, tax+due
		t.add(i.Number(), Day(i.At), kind, i.Undoes, i.Reason, i.Payer.Name, i.Payer.SIRET, i.Payer.Service, i.Payer.Commitment, d.Guide.Mode(i.Mode).Title, i.Reference, i.Agreement, i.Formation.Title,
			len(i.Lines), Cents(before), Cents(due), Cents(before+due))
	}
	if len(t.Rows) > 0 {
		t.add("Total", nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, nil, Cents(net), Cents(tax), Cents(net+tax))
	}
	return t
}

// payer is who pays by the file's way of paying, under which of our numbers, and what is missing to invoice them.
func (d Desk) payer(e enrolment.Enrolment) (name, number, missing string) {
	switch e.Mode {
	case enrolment.DIFE:
		if !e.Marks[enrolment.DutyDIFEExit].Done {
			missing = "le service fait sur Mon Compte Formation"
		}
		return d.Guide.Billing.DIFEPayer, "", missing
	case enrolment.Collectivite:
		return e.PayerName(), e.Number(enrolment.PaperConvention), "SIRET, code service et numéro d’engagement : à demander à la collectivité"
	}
	return e.Person.FullName(), e.Number(enrolment.PaperContrat), ""
}

func joined(a, b string) string {
	if a == "" || b == "" {
		return a + b
	}
	return a + " ; " + b
}

// Funnel says, by way of paying and step, how many have come so far and in how many days: where people stop.
func (d Desk) Funnel(rooms []Room) Table {
	t := Table{Name: "parcours", Title: "Où en sont les financements", Columns: []string{
		"Financement", "Étape", "Dossiers", "Étape faite", "Part", "Délai médian (jours)", "Arrêtés ici",
	}}
	for _, f := range d.steps(rooms) {
		var days Cell
		if f.Median != nil {
			days = Days(*f.Median)
		}
		t.add(f.Funding, f.Step, f.Files, f.Done, share(f.Done, f.Files), days, f.Stopped)
	}
	return t
}

// before is when a step became the one to do: the latest step done ahead of it, or the choice of this way of paying.
func before(e enrolment.Enrolment, k enrolment.StepKey) time.Time {
	at := e.ModeSince
	for _, s := range e.Mode.Steps() {
		if s == k {
			break
		}
		if done, ok := e.Steps[s]; ok && done.At.After(at) {
			at = done.At
		}
	}
	return at
}

func byName(all []enrolment.Enrolment) []enrolment.Enrolment {
	all = slices.Clone(all)
	slices.SortFunc(all, func(a, b enrolment.Enrolment) int {
		return cmp.Or(cmp.Compare(a.Person.LastName, b.Person.LastName), cmp.Compare(a.Person.FirstName, b.Person.FirstName), cmp.Compare(a.ID, b.ID))
	})
	return all
}
