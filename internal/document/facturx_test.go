package document_test

import (
	"bytes"
	"encoding/xml"
	"regexp"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/document"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// invoices are the kinds of invoices, by name: who pays, with VAT or without, and what undoes one.
func invoices(t testing.TB) map[string]document.Input {
	taxed := enrolment.VAT{RateBasisPoints: 2000}
	of := func(change func(i *enrolment.Invoice)) document.Input {
		in := input(t, document.Facture)
		change(in.Invoice)
		return in
	}
	pays := func(mode enrolment.Mode, b enrolment.Billed) func(i *enrolment.Invoice) {
		return func(i *enrolment.Invoice) {
			e := sample(t, mode).Enrolment
			i.Mode, i.Payer, i.Late, i.Lines = mode, b, loaded(t).Late(e, i.At), i.Lines[1:]
		}
	}
	all := map[string]document.Input{
		"commune":     of(func(i *enrolment.Invoice) { i.Payer.Service = "FORMATION" }),
		"commune-vat": of(func(i *enrolment.Invoice) { i.VAT = taxed; i.Lines[1].Cents = 33333 }),
		"commune-training": of(func(i *enrolment.Invoice) {
			i.VAT.Mention = "TVA non applicable, article 261-4-4° a du CGI."
		}),
		"person": of(pays(enrolment.Personnel, enrolment.Billed{Name: "Madame Anne-Lise Le Goff", Address: "3 chemin du Port, 29340 Riec-sur-Bélon"})),
		"person-vat": of(func(i *enrolment.Invoice) {
			pays(enrolment.Personnel, enrolment.Billed{Name: "Monsieur Yann Le Goff"})(i)
			i.VAT = taxed
		}),
		"caisse": of(pays(enrolment.DIFE, enrolment.Billed{Name: loaded(t).Billing.DIFEPayer})),
	}
	for _, name := range []string{"commune", "commune-vat", "person"} {
		all["credit-"+name] = credited(all[name])
	}
	return all
}

// data is the attachment of an invoice, out of its file.
func data(t testing.TB, pdf []byte) []byte {
	t.Helper()
	r := &reader{t: t, objects: map[int][]byte{}}
	r.open(pdf)
	for _, body := range r.objects {
		if regexp.MustCompile(`^(\d+ 0 obj\n)?<</Type /EmbeddedFile `).Match(body) {
			return inflate(t, body)
		}
	}
	t.Fatal("nothing is attached")
	return nil
}

// read is a value of the XML under the names of elements, as a program that knows the standard and nothing of us finds it.
func read(t testing.TB, content []byte, path ...string) (all []string) {
	t.Helper()
	var at []string
	for d := xml.NewDecoder(bytes.NewReader(content)); ; {
		token, err := d.Token()
		if err != nil {
			return all
		}
		switch token := token.(type) {
		case xml.StartElement:
			at = append(at, token.Name.Local)
		case xml.EndElement:
			at = at[:len(at)-1]
		case xml.CharData:
			if n := len(at) - len(path); n >= 0 && strings.Join(at[n:], "/") == strings.Join(path, "/") {
				all = append(all, string(token))
			}
		}
	}
}

func TestWhatAnInvoiceTellsMachinesIsWhatItTellsPeople(t *testing.T) {
	for name, in := range invoices(t) {
		t.Run(name, func(t *testing.T) {
			pdf := render(t, document.Facture, in)
			write(t, "facturx-"+name, pdf)
			content := data(t, pdf)
			said := squeezed(aloud(t, pdf))
			says := func(what string, path ...string) {
				t.Helper()
				values := read(t, content, path...)
				if len(values) == 0 {
					t.Errorf("%s: the XML says nothing at %v", what, path)
				}
				for _, v := range values {
					if !strings.Contains(said, squeezed(v)) {
						t.Errorf("%s: the XML says %q, the paper does not", what, v)
					}
				}
			}
			table := priced(t, composed(t, document.Facture, in))
			for n, row := range table.Rows {
				if got := read(t, content, "SpecifiedTradeSettlementLineMonetarySummation", "LineTotalAmount"); french(got[n]) != row[3] {
					t.Errorf("line %d: the XML says %s, the paper %s", n+1, got[n], row[3])
				}
			}
			for n, path := range []string{"TaxBasisTotalAmount", "TaxTotalAmount", "GrandTotalAmount"} {
				got, want := strings.Join(read(t, content, path), " "), table.Totals[n]
				if french(got) != want.Value && (got != "0.00" || want.Value != "néant") {
					t.Errorf("%s: the XML says %s, the paper %s", want.Label, got, want.Value)
				}
			}
			total, due := read(t, content, "GrandTotalAmount"), read(t, content, "DuePayableAmount")
			if len(total) != 1 || len(due) != 1 || total[0] != due[0] {
				t.Errorf("the total is %v, what is asked %v", total, due)
			}
			says("number", "ExchangedDocument", "ID")
			says("payer", "BuyerTradeParty", "Name")
			says("seller", "SellerTradeParty", "Name")
			says("formation", "SpecifiedTradeProduct", "Name")
			if !in.Invoice.VAT.Exempt {
				says("number for VAT", "SpecifiedTaxRegistration", "ID")
			} else {
				says("reason of no VAT", "ApplicableTradeTax", "ExemptionReason")
			}
			kind, undone := "380", []string(nil)
			if in.Invoice.Undoes != "" {
				kind, undone = "381", []string{"F-2027-0042"}
			}
			if got := read(t, content, "ExchangedDocument", "TypeCode"); len(got) != 1 || got[0] != kind {
				t.Errorf("type %v, want %s", got, kind)
			}
			if got := read(t, content, "InvoiceReferencedDocument", "IssuerAssignedID"); strings.Join(got, " ") != strings.Join(undone, " ") {
				t.Errorf("undoes %v, want %v", got, undone)
			}
		})
	}
}

// priced is the table of prices of an invoice.
func priced(t testing.TB, p document.Paper) document.Table {
	t.Helper()
	for _, b := range p.Parts[0].Blocks {
		if table, is := b.(document.Table); is {
			return table
		}
	}
	t.Fatal("no table")
	return document.Table{}
}

// french writes an amount of the XML as papers do.
func french(amount string) string {
	whole, cents, _ := strings.Cut(amount, ".")
	if n := len(whole) - 3; n > 0 {
		whole = whole[:n] + "\u202f" + whole[n:]
	}
	return whole + "," + cents + "\u00a0€"
}

// TestAnInvoiceForMachinesSaysWhatNetworksAsk: Chorus Pro finds the service and the commitment where the standard puts them.
func TestAnInvoiceForMachinesSaysWhatNetworksAsk(t *testing.T) {
	golden(t, "factur-x.xml", string(composed(t, document.Facture, invoices(t)["commune"]).Data))
	for name, want := range map[string]string{"commune": "VATEX-FR-FRANCHISE", "commune-training": "VATEX-EU-132-1I", "commune-vat": ""} {
		got := read(t, composed(t, document.Facture, invoices(t)[name]).Data, "ExemptionReasonCode")
		if strings.Join(got, "") != want {
			t.Errorf("%s: reason %v, want %q", name, got, want)
		}
	}
}

// TestBrokenInvoicesAreMadeForTheCheckers writes what they must refuse: a checker that takes these takes anything.
func TestBrokenInvoicesAreMadeForTheCheckers(t *testing.T) {
	breaks := map[string]func(p *document.Paper){
		"sum":       replacing("<ram:GrandTotalAmount>1260.00<", "<ram:GrandTotalAmount>1261.00<"),
		"untaxed":   replacing("<ram:ExemptionReasonCode>VATEX-FR-FRANCHISE</ram:ExemptionReasonCode>", "", "<ram:ExemptionReason>TVA non applicable, article 293 B du CGI.</ram:ExemptionReason>", ""),
		"recovery":  replacing("<ram:SubjectCode>PMT<", "<ram:SubjectCode>AAI<"), // the French rules alone refuse it
		"structure": replacing("ram:BuyerReference", "ram:Buyer"),
	}
	for name, spoil := range breaks {
		p := composed(t, document.Facture, invoices(t)["commune"])
		sound := string(p.Data)
		if spoil(&p); string(p.Data) == sound {
			t.Errorf("%s breaks nothing", name)
		}
		var b bytes.Buffer
		if err := document.Paint(&b, p); err != nil {
			t.Fatal(err)
		}
		broken(t, name, b.Bytes())
	}
	sound := render(t, document.Facture, invoices(t)["commune"])
	claim := bytes.Replace(sound, []byte("<pdfaid:part>3<"), []byte("<pdfaid:part>1<"), 1)
	if bytes.Equal(claim, sound) {
		t.Error("the claim is not where it was")
	}
	broken(t, "claim", claim)
}

func replacing(pairs ...string) func(p *document.Paper) {
	return func(p *document.Paper) { p.Data = []byte(strings.NewReplacer(pairs...).Replace(string(p.Data))) }
}

// broken keeps a broken file apart from the papers.
func broken(t *testing.T, name string, pdf []byte) { write(t, "broken/"+name, pdf) }
