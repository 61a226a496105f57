package staffapi

import (
	"bytes"
	"context"
	"net/http"
	"slices"
	"strings"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

// Invoices reads what was issued.
type Invoices interface {
	Invoice(ctx context.Context, year, n int) (enrolment.Invoice, error)
	Credit(ctx context.Context, year, n int) (enrolment.Invoice, error)
	// InvoicesOf gives the invoices of a year, then its credit notes, each in their order.
	InvoicesOf(ctx context.Context, year int) ([]enrolment.Invoice, error)
}

// lack is one thing without which no invoice can be issued, and where to get it.
type lack struct {
	What string `json:"what"`
	Ask  string `json:"ask"`
}

// invoiceView is the invoice of a file, or what it takes to issue it.
type invoiceView struct {
	Number  string     `json:"number,omitempty"`
	Missing []lack     `json:"missing"`
	Payer   *payerView `json:"payer,omitempty"` // what is known, to be corrected in the form
	Terms   string     `json:"terms,omitempty"` // what was agreed of who does not come to the end; "" while it does not matter
	With    string     `json:"with,omitempty"`  // the group's file, which is invoiced instead

	Credited []creditedView `json:"credited,omitempty"` // those that were undone, oldest first
}

type creditedView struct {
	Invoice string `json:"invoice"`
	Credit  string `json:"credit"`
}

type payerView struct {
	Name       string `json:"name"`
	Address    string `json:"address"`
	SIRET      string `json:"siret"`
	Service    string `json:"service"`
	Commitment string `json:"commitment"`
}

// invoiceOf says where the invoice of a file stands; nil while there is nothing to say of it.
func (a api) invoiceOf(e enrolment.Enrolment, s enrolment.Session) *invoiceView {
	if e.Decoy || len(s.HalfDays) == 0 || a.Now().Before(s.End()) || !e.Holds() && e.Group == nil {
		return nil
	}
	v := &invoiceView{Number: e.Invoice, Missing: []lack{}, With: e.PartOf}
	for _, c := range e.Credited {
		v.Credited = append(v.Credited, creditedView(c))
	}
	if v.Number != "" || v.With != "" {
		return v
	}
	v.Missing = append(v.Missing, a.lacking(e)...)
	if at := e.Attendance; e.Mode != enrolment.DIFE && (e.Group != nil || at != nil && at.Minutes() < at.Planned()) {
		v.Terms = "Tout n’a peut-être pas été suivi. Relisez ce que prévoient la convention ou le contrat en cas d’arrêt anticipé."
	}
	p := a.payerOf(e)
	v.Payer = &payerView{p.Name, p.Address, p.SIRET, p.Service, p.Commitment}
	return v
}

// lacking lists what is missing that the form does not ask.
func (a api) lacking(e enrolment.Enrolment) (all []lack) {
	switch {
	case e.Group != nil:
	case e.Attendance == nil:
		all = append(all, lack{"la présence relevée", "Relevez les présences, puis closez la session."})
	case e.Attendance.Minutes() == 0:
		all = append(all, lack{"une présence", "Cette personne n’est pas venue : appliquez ce que prévoit la convention ou le contrat, puis facturez à part."})
	}
	if e.Mode == enrolment.DIFE && !e.Marks[enrolment.DutyDIFEExit].Done {
		all = append(all, lack{"le service fait", "Déclarez la sortie et le service fait sur Mon Compte Formation, puis attendez sa validation."})
	}
	return all
}

// payerOf is who pays, as far as the file knows.
func (a api) payerOf(e enrolment.Enrolment) enrolment.Billed {
	switch e.Mode {
	case enrolment.DIFE:
		return enrolment.Billed{Name: a.Guide.Billing.DIFEPayer}
	case enrolment.Personnel:
		return enrolment.Billed{Name: strings.TrimSpace(e.Person.Title + " " + e.Person.FullName())}
	}
	p := enrolment.Billed{Name: e.PayerName()}
	if e.Reply != nil {
		b := e.Reply.Billing
		p.Address, p.SIRET, p.Service, p.Commitment = b.Address, b.SIRET, b.Service, b.Commitment
	}
	return p
}

// issue issues the invoice of a file: what the collectivité did not say is asked, and who knows it is told.
func (a api) issue(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		payerView
		Prorata bool `json:"prorata"` // by the time attended, when what was agreed says so
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	f, err := a.Desk.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	e := f.Enrolment
	if e.Invoice == "" && e.PartOf == "" {
		if a.Now().Before(f.Session.End()) {
			return enrolment.Refuse(enrolment.KindConflict, "La session n’est pas terminée : elle se facture ensuite.")
		}
		if all := a.lacking(e); len(all) > 0 {
			return enrolment.Refuse(enrolment.KindConflict, "Il manque "+all[0].What+". "+all[0].Ask)
		}
	}
	payer, err := q.parse(a.payerOf(e), e)
	if err != nil {
		return err
	}
	draft, err := a.draft(r.Context(), f, payer, q.Prorata || e.Mode == enrolment.DIFE) // the Caisse pays for what was attended
	if err != nil {
		return err
	}
	return a.carry(w, r, who, "invoice", "", func(desk *booking.Desk, id string) (booking.File, error) { return desk.Invoice(r.Context(), id, draft) })
}

// credit undoes the invoice of a file by a credit note, and says why.
func (a api) credit(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Reason string `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	reason, err := why(q.Reason, true)
	if err != nil {
		return err
	}
	f, err := a.Desk.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	undone, err := a.issued(r.Context(), f.Enrolment, f.Enrolment.Invoice)
	if err != nil {
		return err
	}
	now := a.Now()
	months, _ := a.Guide.Rule("retention-invoice-months", now)
	draft := undone.Credit(now.In(guide.Paris).Year(), reason, now.AddDate(0, months, 0))
	return a.carry(w, r, who, "credit", reason, func(desk *booking.Desk, id string) (booking.File, error) { return desk.Credit(r.Context(), id, draft) })
}

// issued reads an invoice or a credit note of a file by its number.
func (a api) issued(ctx context.Context, e enrolment.Enrolment, number string) (i enrolment.Invoice, err error) {
	mine := number != "" && (number == e.Invoice || slices.ContainsFunc(e.Credited, func(c enrolment.CreditedInvoice) bool { return number == c.Invoice || number == c.Credit }))
	if !mine {
		return i, enrolment.Refuse(enrolment.KindConflict, "La facture n’est pas encore faite.")
	}
	if year, n, credit := enrolment.ParseCreditNumber(number); credit {
		return a.Store.Credit(ctx, year, n)
	}
	year, n, _ := enrolment.ParseInvoiceNumber(number)
	return a.Store.Invoice(ctx, year, n)
}

// parse reads the payer of the form over what is known.
func (q payerView) parse(p enrolment.Billed, e enrolment.Enrolment) (enrolment.Billed, error) {
	faults := web.Fields{}
	ask := "demandez-la à la collectivité (service financier)"
	if e.Contact != nil {
		ask = "demandez-la à " + e.Contact.Name + " (" + e.Contact.Email + ")"
	}
	var err error
	missing := ""
	if e.Mode != enrolment.DIFE {
		missing = "Saisissez l’adresse de facturation."
	}
	if e.Mode == enrolment.Collectivite {
		missing = "Saisissez l’adresse de facturation : " + ask + "."
		if strings.TrimSpace(q.SIRET) == "" {
			faults["siret"] = "Saisissez le SIRET de la collectivité, que Chorus Pro demande toujours : " + strings.Replace(ask, "-la", "-le", 1) + "."
		} else {
			p.SIRET, err = enrolment.ParseSIRET(q.SIRET)
			faults.Check("siret", err)
		}
		p.Service, err = enrolment.ParseText(q.Service, "", 100)
		faults.Check("service", err)
		p.Commitment, err = enrolment.ParseText(q.Commitment, "", 50)
		faults.Check("commitment", err)
	}
	p.Address, err = enrolment.ParseText(q.Address, missing, 250)
	faults.Check("address", err)
	return p, faults.Err()
}

// draft is the invoice but for its number: as promised, of who came, for the time that was attended.
func (a api) draft(ctx context.Context, f booking.File, payer enrolment.Billed, prorata bool) (i enrolment.Invoice, err error) {
	e := f.Enrolment
	org, err := a.Store.Organisation(ctx)
	if err != nil {
		return i, err
	}
	said, err := a.Store.Wording(ctx, f.Session.Formation.Slug, e.Terms.Wording)
	if err != nil {
		return i, err
	}
	s := e.Promised(f.Session)
	now := a.Now()
	months, _ := a.Guide.Rule("retention-invoice-months", now)
	i = enrolment.Invoice{
		Year: now.In(guide.Paris).Year(), Reference: e.Reference, Seller: said.Conditions(org), Payer: payer, Mode: e.Mode, Formation: s.Formation,
		Place: placeOf(s), HalfDays: s.HalfDays, Until: now.AddDate(0, months, 0), Late: a.Guide.Late(e, now),
	}
	switch e.Mode {
	case enrolment.Collectivite:
		i.Agreement = e.Number(enrolment.PaperConvention)
	case enrolment.Personnel:
		i.Agreement = e.Number(enrolment.PaperContrat)
	}
	if i.VAT = org.VAT; s.VAT != nil {
		i.VAT = *s.VAT
	}
	if !i.VAT.Exempt && i.VAT.RateBasisPoints == 0 {
		return i, enrolment.Refuse(enrolment.KindConflict, "Il manque la TVA de l’organisme. Complétez le catalogue, puis appliquez-le de nouveau.")
	}
	people := []enrolment.Enrolment{e}
	if e.Group != nil {
		var ids []string
		for _, l := range e.Seated() {
			ids = append(ids, l.FileID)
		}
		if people, err = a.Store.Files(ctx, ids); err != nil {
			return i, err
		}
	}
	for _, p := range people {
		switch {
		case p.Decoy:
			continue // their own file is invoiced; this one is on no sheet
		case p.Attendance == nil && e.Group != nil:
			return i, enrolment.Refuse(enrolment.KindConflict, "Il manque la présence relevée. Relevez les présences, puis closez la session.")
		case p.Attendance == nil || p.Attendance.Minutes() == 0:
			continue // who did not come is not invoiced with the others
		}
		line := enrolment.InvoiceLine{Name: p.Person.FullName(), Planned: p.Attendance.Planned(), Minutes: p.Attendance.Minutes(), Cents: s.Formation.PriceCents}
		if prorata {
			line.Cents = (s.Formation.PriceCents*line.Minutes*2 + line.Planned) / (2 * line.Planned)
		}
		i.Lines = append(i.Lines, line)
	}
	if len(i.Lines) == 0 && e.Invoice == "" && e.PartOf == "" {
		return i, enrolment.Refuse(enrolment.KindConflict, "Personne n’est venu : il n’y a rien à facturer ainsi.")
	}
	return i, nil
}

func placeOf(s enrolment.Session) string {
	if s.Remote || s.Address == "" {
		return s.Place
	}
	return s.Place + ", " + s.Address
}

// filePaper prints a paper of one file as it was issued: its invoice, or the one of that number, undone or not, or the credit note; its convention, as it was signed online.
func (a api) filePaper(w http.ResponseWriter, r *http.Request, _ enrolment.Actor) error {
	number := r.PathValue("kind")
	_, _, invoice := enrolment.ParseInvoiceNumber(number)
	_, _, credit := enrolment.ParseCreditNumber(number)
	signed := number == string(enrolment.PaperSigned)
	if number != string(enrolment.PaperFacture) && !signed && !invoice && !credit {
		return &enrolment.Error{Kind: enrolment.KindNotFound}
	}
	f, err := a.Desk.File(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	if signed {
		return a.printSigned(w, r, f)
	}
	if number == string(enrolment.PaperFacture) {
		number = f.Enrolment.Invoice
	}
	i, err := a.issued(r.Context(), f.Enrolment, number)
	if err != nil {
		return err
	}
	org, err := a.Store.Organisation(r.Context())
	if err != nil {
		return err
	}
	i.Seller.LogoImage = org.LogoImage
	var pdf bytes.Buffer
	if err := a.Printer.Invoice(&pdf, i); err != nil {
		return err
	}
	return hand(w, "application/pdf", i.Number()+".pdf", pdf.Bytes())
}

// printSigned prints what the collectivité signed, to read before countersigning it, and after.
func (a api) printSigned(w http.ResponseWriter, r *http.Request, f booking.File) error {
	e := f.Enrolment
	if !slices.Contains(e.Papers(), enrolment.PaperSigned) {
		return enrolment.Refuse(enrolment.KindConflict, "Cette convention n’est pas signée en ligne.")
	}
	said, err := a.Store.Wording(r.Context(), f.Session.Formation.Slug, e.Terms.Wording)
	if err != nil {
		return err
	}
	org, err := a.Store.Organisation(r.Context())
	if err != nil {
		return err
	}
	if f.Signed, err = a.Desk.SignedText(r.Context(), e); err != nil {
		return err
	}
	var pdf bytes.Buffer
	if err := a.Printer.Print(&pdf, enrolment.PaperSigned, f, said.Formation, said.Conditions(org), a.Now()); err != nil {
		return err
	}
	return hand(w, "application/pdf", string(enrolment.PaperSigned)+"-"+e.Reference+".pdf", pdf.Bytes())
}
