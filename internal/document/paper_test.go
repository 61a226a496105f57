package document_test

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

var pdfDir = flag.String("pdf", "", "also write every paper as PDF into this folder, to be looked at")

// every is every kind with a way of paying that has it.
var every = map[document.Kind]enrolment.Mode{
	document.Programme: enrolment.DIFE, document.Devis: enrolment.Collectivite, document.Convention: enrolment.Collectivite,
	document.DemandeMaire: enrolment.Collectivite, document.Contrat: enrolment.Personnel, document.Convocation: enrolment.DIFE,
	document.DemandeEmployeur: enrolment.DIFE, document.Emargement: enrolment.DIFE,
	document.Certificat: enrolment.Collectivite, document.Facture: enrolment.Collectivite, document.Signed: enrolment.Collectivite,
}

// presence is the address of a code as packages link and papers make it.
const presence = "https://formation.example.fr/presence/#budget-nantes-mars.1.p.q83vEjRWeJASNFZ4kBI0Vg"

func input(t testing.TB, k document.Kind) document.Input {
	in := sample(t, every[k])
	if k == document.Emargement {
		in.Attendees = attendees(in.Enrolment)
	}
	if k == document.Signed {
		signOnline(t, &in)
	}
	if k == document.Convocation {
		in.Code = presence
	}
	if k == document.Certificat {
		in.Enrolment.Status, in.Enrolment.Attendance = enrolment.Attended, partly(in.Session)
	}
	if k == document.Facture {
		in.Now = in.Session.End().AddDate(0, 0, 1)
		in.Invoice = invoice(in)
	}
	return in
}

// invoice is that of two people of a collectivité, one of whom left early.
func invoice(in document.Input) *enrolment.Invoice {
	return &enrolment.Invoice{
		Year: 2027, N: 42, Reference: in.Enrolment.Reference, At: in.Now, Mode: enrolment.Collectivite, Agreement: "CV-EC-7KQ4-M9F-482913",
		Seller:    in.Organisation,
		Payer:     enrolment.Billed{Name: "Commune de Riec-sur-Bélon", Address: "1 place de la Mairie, 29340 Riec-sur-Bélon", SIRET: "21440109300015", Commitment: "2027-42"},
		Formation: in.Session.Formation, HalfDays: in.Session.HalfDays, VAT: in.Organisation.VAT, Late: in.Guide.Late(in.Enrolment, in.Now),
		Lines: []enrolment.InvoiceLine{
			{Name: "Jeanne Durand", Planned: 720, Minutes: 720, Cents: 72000}, {Name: "Yann Le Goff", Planned: 720, Minutes: 540, Cents: 54000},
		},
	}
}

// partly is the record of somebody who came late once, and was excused for a half-day.
func partly(s enrolment.Session) *enrolment.Attendance {
	a := enrolment.Attendance{ClosedAt: s.End()}
	for i, h := range s.HalfDays {
		sitting := enrolment.Sitting{Start: h.Start, Planned: h.Minutes(), Minutes: h.Minutes(), Presence: enrolment.Present}
		switch i {
		case 1:
			sitting.Minutes = 105
		case 3:
			sitting.Minutes, sitting.Presence = 0, enrolment.Excused
		}
		a.Sittings = append(a.Sittings, sitting)
	}
	return &a
}

// attendees is a class of five, of whom three hold a seat.
func attendees(first enrolment.Enrolment) []enrolment.Enrolment {
	var all []enrolment.Enrolment
	for i, name := range []string{"Zanetti", "Le Goff", "Éven", "Cancelled", "Waiting"} {
		e := first
		e.Person.LastName, e.ID = name, fmt.Sprint(i)
		e.Status = []enrolment.Status{enrolment.Confirmed, enrolment.Reserved, enrolment.Confirmed, enrolment.Cancelled, enrolment.Waiting}[i]
		all = append(all, e)
	}
	return all
}

func composed(t testing.TB, k document.Kind, in document.Input) document.Paper {
	t.Helper()
	p, err := document.Compose(k, in)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestEveryPaperSaysWhatItSays(t *testing.T) {
	for k := range every {
		t.Run(string(k), func(t *testing.T) {
			golden(t, string(k)+".txt", text(composed(t, k, input(t, k))))
		})
	}
}

func TestEveryPaperIsAPDF(t *testing.T) {
	for k := range every {
		t.Run(string(k), func(t *testing.T) {
			in := input(t, k)
			pdf := render(t, k, in)
			if !bytes.HasPrefix(pdf, []byte("%PDF-1.7")) {
				t.Errorf("not a PDF: %q", pdf[:20])
			}
			const heaviest = 60_000 // a phone's, on the edge of its network; e-mails carry several
			if len(pdf) > heaviest {
				t.Errorf("%d bytes, at most %d", len(pdf), heaviest)
			}
			write(t, string(k)+"-"+in.Enrolment.Reference, pdf)
			write(t, string(k)+"-full", render(t, k, full(t, k)))
		})
	}
}

// credited is an input for the credit note that undoes its invoice.
func credited(in document.Input) document.Input {
	i := in.Invoice.Credit(2027, "La commune a déjà payé par son syndicat intercommunal.", in.Now.AddDate(10, 0, 0))
	i.N, i.At = 3, in.Now
	in.Invoice = &i
	return in
}

func TestACreditNoteSaysWhichInvoiceItUndoesAndWhy(t *testing.T) {
	in := credited(input(t, document.Facture))
	golden(t, "avoir.txt", text(composed(t, document.Facture, in)))
	write(t, "avoir", render(t, document.Facture, in))
	write(t, "avoir-full", render(t, document.Facture, credited(full(t, document.Facture))))
}

// write keeps a paper where it is asked for.
func write(t *testing.T, name string, pdf []byte) {
	t.Helper()
	if *pdfDir == "" {
		return
	}
	path := filepath.Join(*pdfDir, name+".pdf")
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, pdf, 0o644); err != nil {
		t.Fatal(err)
	}
}

// full is an input that fills pages: a logo, long texts with characters of every kind, a class of forty, VAT.
func full(t testing.TB, k document.Kind) document.Input {
	t.Helper()
	in := input(t, k)
	var logo bytes.Buffer
	if err := png.Encode(&logo, image.NewRGBA(image.Rect(0, 0, 300, 100))); err != nil {
		t.Fatal(err)
	}
	in.Organisation.LogoImage = logo.Bytes()
	in.Organisation.VAT = enrolment.VAT{RateBasisPoints: 2000}
	long := strings.Repeat("Œuvre «\u00a0à l’élu\u00a0» Ŀörč 🎉 محمد 1\u202f234,50\u00a0€ (a\\b) ", 12)
	in.Formation.Title, in.Formation.Objective, in.Session.Access = long[:300]+"…", long, long
	in.Formation.Programme = append(in.Formation.Programme, long, long, long, long)
	in.Organisation.PaymentTerms = long
	if in.Invoice != nil {
		in.Invoice.Seller = in.Organisation
		in.Invoice.VAT, in.Invoice.Formation.Title, in.Invoice.Payer.Address = in.Organisation.VAT, long[:300], long[:200]
		for len(in.Invoice.Lines) < 40 {
			in.Invoice.Lines = append(in.Invoice.Lines, in.Invoice.Lines[1])
		}
	}
	for len(in.Attendees) > 0 && len(in.Attendees) < 40 {
		in.Attendees = append(in.Attendees, in.Attendees[0])
	}
	for i := range in.Attendees {
		in.Attendees[i].Mandate.Authority = long
	}
	return in
}

// text tells a paper block by block.
func text(p document.Paper) string {
	var b strings.Builder
	line := func(format string, args ...any) { fmt.Fprintf(&b, format+"\n", args...) }
	line("# %s", p.Title)
	line("(%s)", p.Notice)
	if !p.Letter {
		line("head: %s", strings.Join(p.Head, " | "))
	}
	line("foot: %s", p.Foot)
	for _, part := range p.Parts {
		line("\n======== %s%s", part.Label, part.Title)
		for _, block := range part.Blocks {
			line("%s", blockText(block))
		}
	}
	return b.String()
}

func blockText(block document.Block) string {
	var lines []string
	add := func(format string, args ...any) { lines = append(lines, fmt.Sprintf(format, args...)) }
	switch b := block.(type) {
	case document.Heading:
		add("\n## %s", b.Text)
	case document.Paragraph:
		lead := ""
		if b.Lead != "" {
			lead = "**" + b.Lead + "** "
		}
		add("%s", strings.TrimRight(lead+b.Text, " "))
	case document.List:
		for _, item := range b.Items {
			add("- %s", item)
		}
	case document.Fields:
		for _, f := range b.Fields {
			add("%s : %s", f.Label, blank(f.Value))
		}
	case document.Table:
		var titles []string
		for _, c := range b.Columns {
			titles = append(titles, c.Title)
		}
		add("| %s |", strings.Join(titles, " | "))
		for _, r := range b.Rows {
			add("| %s |", strings.Join(r, " | "))
		}
		for _, f := range b.Totals {
			add("|= %s = %s", f.Label, f.Value)
		}
	case document.Addresses:
		add("from: %s\nto: %s", strings.Join(b.From, " | "), blank(strings.Join(b.To, " | ")))
	case document.Signatures:
		for _, box := range b.Boxes {
			add("[%s: %s]", box.Title, strings.Join(box.Lines, " / "))
		}
	case document.Note:
		add("> %s: %s", b.Title, b.Text)
	case document.Code:
		add("[code %s: %s] %s: %s", b.Says, b.Address, b.Title, b.Text)
	default:
		add("?? %T", b)
	}
	return strings.Join(lines, "\n")
}

func blank(s string) string {
	if strings.Trim(s, " |") == "" {
		return "……"
	}
	return s
}
