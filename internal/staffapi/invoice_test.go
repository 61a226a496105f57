package staffapi_test

import (
	"context"
	"fmt"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// held is a session of so many people who all came, over and closed; their files.
func (w *world) held(n int, mode enrolment.Mode) (files []string) {
	w.t.Helper()
	s := w.publish("mai", max(n, 1), today.AddDate(0, 4, 0))
	w.printable()
	for i := range n {
		files = append(files, w.enrols("mai", mode, enrolment.Person{FirstName: "Élu", LastName: fmt.Sprintf("Numéro %02d", i), Email: fmt.Sprintf("elu%02d@exemple.fr", i)}, "Commune de Riec").ID)
	}
	w.advance(s.End().Add(time.Hour).Sub(w.clock()))
	for _, id := range files {
		for _, h := range s.HalfDays {
			w.ask("gestion", "PUT", "/api/staff/sessions/mai/attendance/"+enrolment.HalfDayKey(h.Start)+"/"+id, `{"presence":"present"}`).want(200)
		}
	}
	w.ask("gestion", "POST", "/api/staff/sessions/mai/closure", `{}`).want(200)
	return files
}

const payer = `{"siret":"214 401 093 00015","service":"FORM","commitment":"2027-42","address":"1 place de la Mairie, 29340 Riec"}`

func TestAnInvoiceSaysWhatIsMissingAndWhomToAsk(t *testing.T) {
	w := staffed(t)
	s, people := w.room()
	w.printable()
	id := people[0].ID // pays by DIFE
	w.change("gestion", "POST", id, "invoice", `{}`).problem(409, "conflict")
	w.advance(s.End().Add(time.Hour).Sub(w.clock()))
	if f := w.ask("lecture", "GET", "/api/staff/files/"+id, "").want(200); !strings.Contains(f.raw, "la présence relevée") || !strings.Contains(f.raw, "le service fait") {
		t.Error(f.raw)
	}
	w.change("gestion", "POST", id, "invoice", `{}`).problem(409, "conflict")
	w.ask("lecture", "GET", "/api/staff/files/"+id+"/documents/facture", "").problem(409, "conflict")
	w.ask("lecture", "GET", "/api/staff/files/"+id+"/documents/devis", "").problem(404, "not-found")

	w2 := staffed(t)
	one := w2.held(1, enrolment.Collectivite)[0]
	w2.change("lecture", "POST", one, "invoice", payer).problem(404, "forbidden")
	a := w2.change("gestion", "POST", one, "invoice", `{}`).problem(422, "validation")
	if !strings.Contains(a.raw, "Chorus Pro") || !strings.Contains(a.raw, "à la collectivité") {
		t.Error("whom to ask is not said:", a.raw)
	}
	w2.change("gestion", "POST", one, "invoice", strings.Replace(payer, "00015", "00016", 1)).problem(422, "validation")
}

func TestAnInvoiceIsIssuedOnceAndPrintedAgainSaysTheSame(t *testing.T) {
	w := staffed(t)
	id := w.held(1, enrolment.Collectivite)[0]
	w.look(id)
	for range 2 {
		if a := w.change("gestion", "POST", id, "invoice", payer).want(200); !strings.Contains(a.raw, `"number":"F-2027-0001"`) {
			t.Fatal(a.raw)
		}
	}
	w.look(id)
	if duties := w.ask("gestion", "GET", "/api/staff/duties", "").want(200); strings.Contains(duties.raw, `"kind":"invoice"`) {
		t.Error("the duty to invoice is left:", duties.raw)
	}
	print := func() string {
		return w.ask("lecture", "GET", "/api/staff/files/"+id+"/documents/facture", "").want(200).raw
	}
	first := print()
	if !strings.HasPrefix(first, "%PDF-") {
		t.Fatalf("%.40q", first)
	}
	org, err := w.store.Organisation(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	org.Name, org.IBAN = "Une autre raison sociale", "FR00"
	if err := w.store.PutOrganisation(context.Background(), org); err != nil {
		t.Fatal(err)
	}
	w.advance(48 * time.Hour)
	if print() != first {
		t.Error("printed again, it is another invoice")
	}
	i, err := w.store.Invoice(context.Background(), 2027, 1)
	if err != nil || i.Payer.SIRET != "21440109300015" || i.Payer.Commitment != "2027-42" || len(i.Lines) != 1 || i.Net() != i.Formation.PriceCents || i.Until.Sub(i.At) < 9*365*24*time.Hour || !strings.Contains(i.Late, "D2192-35") {
		t.Errorf("%+v %v", i, err)
	}
	if file := os.Getenv("SHEET"); file != "" { // to look at it
		if err := os.WriteFile(file, []byte(first), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

func TestInvoicesOfAYearAreNumberedWithoutGapThoughTheyComeAtOnce(t *testing.T) {
	const people = 8
	w := staffed(t)
	files := w.held(people, enrolment.Collectivite)
	var all sync.WaitGroup
	for _, id := range files {
		for range 2 { // the same twice, as two tabs do
			all.Go(func() { w.change("gestion", "POST", id, "invoice", payer) })
		}
	}
	all.Wait()
	for _, id := range files { // a refused one is asked again
		w.change("gestion", "POST", id, "invoice", payer).want(200)
	}
	numbers := map[string]string{}
	for _, id := range files {
		e, err := w.store.File(context.Background(), id)
		if err != nil {
			t.Fatal(err)
		}
		if other := numbers[e.Invoice]; other != "" {
			t.Errorf("%s is the number of two files", e.Invoice)
		}
		numbers[e.Invoice] = id
	}
	for n := 1; n <= people; n++ {
		i, err := w.store.Invoice(context.Background(), 2027, n)
		if err != nil || numbers[i.Number()] != i.FileID {
			t.Errorf("F-2027-%04d: %v, of %s", n, err, i.FileID)
		}
	}
	if last, err := w.store.LastInvoice(context.Background(), 2027); err != nil || last != people {
		t.Error("the last is", last, err)
	}
}

func TestTheTimeAttendedIsInvoicedWhereThatIsWhatWasAgreed(t *testing.T) {
	w := staffed(t)
	s := w.publish("mai", 2, today.AddDate(0, 4, 0))
	w.printable()
	mine := func(email string) string {
		return w.enrols("mai", enrolment.Personnel, enrolment.Person{FirstName: "Élu", LastName: "Parti tôt", Email: email}, "Riec").ID
	}
	whole, part := mine("a@exemple.fr"), mine("b@exemple.fr")
	w.advance(s.End().Add(time.Hour).Sub(w.clock()))
	for _, id := range []string{whole, part} {
		w.ask("gestion", "PUT", "/api/staff/sessions/mai/attendance/"+enrolment.HalfDayKey(s.Start())+"/"+id, `{"presence":"present","minutes":60}`).want(200)
	}
	w.ask("gestion", "POST", "/api/staff/sessions/mai/closure", `{}`).want(200)
	if f := w.ask("lecture", "GET", "/api/staff/files/"+part, "").want(200); !strings.Contains(f.raw, "arrêt anticipé") {
		t.Error(f.raw)
	}
	w.change("gestion", "POST", whole, "invoice", `{"address":"2 rue du Port, Riec"}`).want(200)
	w.change("gestion", "POST", part, "invoice", `{"address":"2 rue du Port, Riec","prorata":true}`).want(200)
	first, _ := w.store.Invoice(context.Background(), 2027, 1)
	second, _ := w.store.Invoice(context.Background(), 2027, 2)
	if price := first.Formation.PriceCents; first.Net() != price || second.Net() != (price*60*2+180)/360 {
		t.Error(first.Net(), second.Net(), price)
	}
	if first.Payer.Name != "Élu Parti tôt" || first.Payer.SIRET != "" {
		t.Errorf("%+v", first.Payer)
	}
}

func TestAnInvoiceIsUndoneByACreditNoteWhichRefersToItAndAnotherMayFollow(t *testing.T) {
	w := staffed(t)
	id := w.held(1, enrolment.Collectivite)[0]
	w.change("gestion", "POST", id, "credit", `{"reason":"Rien à annuler"}`).problem(409, "conflict")
	w.change("gestion", "POST", id, "invoice", payer).want(200)
	if f := w.ask("gestion", "GET", "/api/staff/files/"+id, "").want(200); !strings.Contains(f.raw, `"credit"`) {
		t.Error("not offered:", f.raw)
	}
	w.change("lecture", "POST", id, "credit", `{"reason":"x"}`).problem(404, "forbidden")
	w.change("gestion", "POST", id, "credit", `{"reason":""}`).problem(422, "validation")
	a := w.change("gestion", "POST", id, "credit", `{"reason":"Mauvais SIRET"}`).want(200)
	if !strings.Contains(a.raw, `"credited":[{"invoice":"F-2027-0001","credit":"A-2027-0001"}]`) || strings.Contains(a.raw, `"number":`) || !strings.Contains(a.raw, `"invoice"`) {
		t.Error(a.raw)
	}
	w.look(id)
	if duties := w.ask("gestion", "GET", "/api/staff/duties", "").want(200); !strings.Contains(duties.raw, `"kind":"invoice"`) {
		t.Error("nobody is asked to invoice it anew:", duties.raw)
	}
	w.change("gestion", "POST", id, "credit", `{"reason":"Encore"}`).problem(409, "conflict")
	w.change("gestion", "POST", id, "invoice", strings.Replace(payer, "2027-42", "2027-43", 1)).want(200)
	file := "/api/staff/files/" + id + "/documents/"
	for _, number := range []string{"F-2027-0001", "A-2027-0001", "F-2027-0002", "facture"} {
		pdf := w.ask("lecture", "GET", file+number, "").want(200)
		if !strings.HasPrefix(pdf.raw, "%PDF-") {
			t.Errorf("%s: %.40q", number, pdf.raw)
		}
		if to := os.Getenv("SHEET"); to != "" && number == "A-2027-0001" { // to look at it
			if err := os.WriteFile(to, []byte(pdf.raw), 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	w.ask("lecture", "GET", file+"A-2027-0002", "").problem(409, "conflict") // not this file's
	c, err := w.store.Credit(context.Background(), 2027, 1)
	first, err2 := w.store.Invoice(context.Background(), 2027, 1)
	if err != nil || err2 != nil || c.Undoes != "F-2027-0001" || c.Reason != "Mauvais SIRET" || c.Net() != first.Net() || c.Payer != first.Payer || c.FileID != id || c.Until.Sub(c.At) < 9*365*24*time.Hour {
		t.Errorf("%+v %v %v", c, err, err2)
	}
	if audit := w.ask("direction", "GET", "/api/staff/audit", "").want(200); !strings.Contains(audit.raw, "Facture annulée par un avoir") || !strings.Contains(audit.raw, "Mauvais SIRET") {
		t.Error(audit.raw)
	}
	list := w.ask("lecture", "GET", "/api/staff/exports/factures.csv?from=2027-01-01&to=2027-12-31", "").want(200)
	if !strings.Contains(list.raw, "F-2027-0002;F-2027-0001 (A-2027-0001)") {
		t.Error(list.raw)
	}
}

func TestTheJournalOfAYearAddsUpToWhatWasIssuedLessWhatWasUndone(t *testing.T) {
	const people = 6
	w := staffed(t)
	files := w.held(people, enrolment.Collectivite)
	price := w.ask("lecture", "GET", "/api/staff/exports/factures.csv?from=2027-01-01&to=2027-12-31", "").want(200)
	if price.raw == "" {
		t.Fatal("nothing to invoice")
	}
	var all sync.WaitGroup
	for _, id := range files {
		w.change("gestion", "POST", id, "invoice", payer).want(200)
	}
	undone := files[:4]
	for _, id := range undone {
		all.Go(func() { w.change("gestion", "POST", id, "credit", `{"reason":"Erreur"}`) })
		all.Go(func() { w.change("gestion", "POST", id, "credit", `{"reason":"Erreur"}`) })
	}
	all.Wait()
	for _, id := range undone {
		if e, err := w.store.File(context.Background(), id); err != nil || e.Invoice != "" || len(e.Credited) != 1 {
			if a := w.change("gestion", "POST", id, "credit", `{"reason":"Erreur"}`); a.status != 200 { // a refused one is asked again
				t.Errorf("%+v %v %s", e.Credited, err, a.raw)
			}
		}
	}
	w.change("gestion", "POST", files[0], "invoice", payer).want(200)
	// Counted apart: by the numbers, one by one, as the table has them.
	net, notes, seen := 0, 0, map[string]bool{}
	for n := 1; n <= people+1; n++ {
		i, err := w.store.Invoice(context.Background(), 2027, n)
		if err != nil {
			t.Fatalf("F-2027-%04d: %v", n, err)
		}
		net += i.Net()
	}
	for n := 1; n <= len(undone); n++ {
		c, err := w.store.Credit(context.Background(), 2027, n)
		if err != nil || seen[c.Undoes] {
			t.Fatalf("A-2027-%04d undoes %s: %v", n, c.Undoes, err)
		}
		seen[c.Undoes] = true
		net, notes = net-c.Net(), notes+1
	}
	if last, err := w.store.LastCredit(context.Background(), 2027); err != nil || last != notes {
		t.Error("the last credit note is", last, err)
	}
	first, _ := w.store.Invoice(context.Background(), 2027, 1)
	if net != 3*first.Net() {
		t.Fatal("the test's own sum is wrong", net)
	}
	journal := w.ask("direction", "GET", "/api/staff/exports/journal-factures.csv?from=2027-01-01&to=2027-12-31", "").want(200).raw
	lines := strings.Split(strings.TrimSpace(journal), "\r\n")
	total := strings.Split(lines[len(lines)-1], ";")
	want := func(cents int) string { return fmt.Sprintf("%d,%02d", cents/100, cents%100) }
	if len(lines) != 1+people+1+len(undone)+1 || total[0] != "Total" || total[14] != want(net) || total[15] != want(first.VAT.Tax(net)) {
		t.Errorf("%d lines, %q, want %s\n%s", len(lines), total, want(net), journal)
	}
	due := first.Net() + first.VAT.Tax(first.Net())
	wanted := fmt.Sprintf(`"billing":[{"year":2027,"invoices":%d,"invoicedCents":%d,"credits":%d,"creditedCents":%d,"netCents":%d}]`, people+1, (people+1)*due, notes, notes*due, 3*due)
	if figures := w.ask("direction", "GET", "/api/staff/figures?from=2027-01-01&to=2027-12-31", "").want(200).raw; !strings.Contains(figures, wanted) {
		t.Errorf("the figures lack %s: %s", wanted, figures)
	}
	if figures := w.ask("direction", "GET", "/api/staff/figures?from=2026-01-01&to=2026-12-31", "").want(200).raw; !strings.Contains(figures, `"billing":[]`) {
		t.Error("another year's:", figures)
	}
	boxes := w.ask("direction", "GET", "/api/staff/exports/bilan-pedagogique.csv?from=2027-01-01&to=2027-12-31", "").want(200).raw
	if !strings.Contains(boxes, fmt.Sprintf("%d\u00a0factures, moins %d\u00a0avoirs", people+1, notes)) {
		t.Error("the boxes of the year do not say what they are made of:", boxes)
	}
	if out := w.ask("direction", "GET", "/api/staff/exports/journal-factures.xlsx?from=2026-01-01&to=2026-12-31", "").want(200); !strings.HasPrefix(out.raw, "PK") {
		t.Error("no workbook")
	}
}

// TestAGroupsInvoiceIsOfWhoCameThoughOneOfItHadAFileAlready: whoever was enrolled before is on no sheet as one of the group, and stops no
// invoice of the others.
func TestAGroupsInvoiceIsOfWhoCameThoughOneOfItHadAFileAlready(t *testing.T) {
	w := staffed(t)
	s := w.publish("mai", 4, today.AddDate(0, 4, 0))
	w.printable()
	known := enrolment.Person{FirstName: "Awa", LastName: "Déjà", Email: "deja@exemple.fr"}
	own := w.enrols("mai", enrolment.Personnel, known, "Commune de Riec")
	g, err := w.desk.EnrolGroup(t.Context(), booking.Council{
		Key: "00000000-0000-4000-8000-00000000abcd", SessionID: "mai", Authority: "Commune de Riec", BodyDigest: "g", Contact: enrolment.Contact{Name: "Paul", Email: "mairie@exemple.fr"},
		People: []booking.Councillor{{Person: known, Mandate: "maire"}, {Person: enrolment.Person{FirstName: "Anne", LastName: "Autre", Email: "autre@exemple.fr"}, Mandate: "adjoint"}},
	})
	if err != nil {
		t.Fatal(err)
	}
	other := g.Members[1].ID
	if _, err := w.desk.Prove(t.Context(), other); err != nil {
		t.Fatal(err)
	}
	w.advance(s.End().Add(time.Hour).Sub(w.clock()))
	for _, id := range []string{own.ID, other} {
		for _, h := range s.HalfDays {
			w.ask("gestion", "PUT", "/api/staff/sessions/mai/attendance/"+enrolment.HalfDayKey(h.Start)+"/"+id, `{"presence":"present"}`).want(200)
		}
	}
	w.ask("gestion", "POST", "/api/staff/sessions/mai/closure", `{}`).want(200)
	w.change("gestion", "POST", g.Enrolment.ID, "invoice", payer).want(200)
	all, err := w.store.InvoicesOf(t.Context(), w.clock().Year())
	if err != nil || len(all) != 1 || len(all[0].Lines) != 1 || all[0].Lines[0].Name != "Anne Autre" {
		t.Fatalf("%+v %v", all, err)
	}
	// Whom the group's papers cover has its invoice, and is not counted beside it.
	list := w.ask("lecture", "GET", "/api/staff/exports/factures.csv", "").want(200).raw
	if got := strings.Count(list, all[0].Number()); got != 1 {
		t.Errorf("the invoice is beside %d people:\n%s", got, list)
	}
	boxes := w.ask("lecture", "GET", "/api/staff/exports/bilan-pedagogique.csv", "").want(200).raw
	if strings.Count(boxes, "1\u00a0facture") != 1 || strings.Count(boxes, "sans facture") != 1 { // who pays alone has none
		t.Error(boxes)
	}
}
