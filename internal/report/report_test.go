package report_test

import (
	"archive/zip"
	"bytes"
	"encoding/csv"
	"fmt"
	"io"
	"maps"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/report"
)

var vat = &enrolment.VAT{RateBasisPoints: 2000}

func desk(t *testing.T) report.Desk {
	t.Helper()
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	return report.Desk{
		Guide: g, National: func(p string) string { return strings.Replace(p, "+33", "0", 1) },
		Say: func(e enrolment.Enrolment) (string, string) { return string(e.Status), "à faire" },
	}
}

func session(id string, day time.Time, cents int) enrolment.Session {
	morning := enrolment.HalfDay{Start: day, End: day.Add(3 * time.Hour)}
	afternoon := enrolment.HalfDay{Start: day.Add(5 * time.Hour), End: day.Add(8 * time.Hour)}
	return enrolment.Session{
		ID: id, Formation: enrolment.FormationSummary{Slug: "budget", Title: "Lire le budget", Theme: "Finances", Hours: 6, PriceCents: cents}, VAT: vat,
		HalfDays: []enrolment.HalfDay{morning, afternoon}, Place: "Nantes", Capacity: 15, Status: enrolment.SessionOpen,
	}
}

func file(s enrolment.Session, n int, mode enrolment.Mode, minutes int, closed bool) enrolment.Enrolment {
	e := enrolment.Enrolment{
		ID: fmt.Sprintf("%s-%d", s.ID, n), Reference: fmt.Sprintf("EC-%04d", n), SessionID: s.ID, Status: enrolment.Reserved, Mode: mode,
		Person:  enrolment.Person{FirstName: "Awa", LastName: fmt.Sprintf("Nom%03d", n), Email: "awa@exemple.fr", Phone: "+33612345678"},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Brest"}, ModeSince: s.Start().AddDate(0, -2, 0),
	}
	if closed {
		presence := enrolment.Absent
		if minutes > 0 {
			presence, e.Status = enrolment.Present, enrolment.Attended
		}
		e.Attendance = &enrolment.Attendance{ClosedAt: s.End(), Sittings: []enrolment.Sitting{
			{Start: s.Start(), Planned: 180, Minutes: min(minutes, 180), Presence: presence},
			{Start: s.HalfDays[1].Start, Planned: 180, Minutes: max(0, minutes-180), Presence: presence},
		}}
	}
	return e
}

// A year of 40 sessions and 500 people: what the report says is what is summed apart, session by session.
func TestTheAnnualReportAddsUpToWhatIsSummedApart(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	var rooms []report.Room
	came, receipts, listed, people := 0, map[enrolment.Mode]int{}, 0, 0
	for i := range 40 {
		day := time.Date(2027, time.Month(1+i%12), 3+i%20, 8, 0, 0, 0, time.UTC)
		if i == 7 { // another year's
			day = time.Date(2028, 1, 1, 8, 0, 0, 0, time.UTC)
		}
		s := session(fmt.Sprintf("s%02d", i), day, 40000+1000*i)
		if i == 11 {
			s.Status = enrolment.SessionCancelled
		}
		room := report.Room{Session: s, Formation: enrolment.Formation{Slug: "budget", Trainers: "Mme Roux"}}
		for n := range 12 + i%2 {
			mode := enrolment.Modes[random.IntN(3)]
			minutes := []int{0, 180, 330, 360}[random.IntN(4)]
			room.Files = append(room.Files, file(s, n, mode, minutes, true))
			people++
			if minutes > 0 && i != 7 && i != 11 {
				came++
				receipts[mode] += (40000 + 1000*i) * 6 / 5
			}
		}
		waits := file(s, 99, enrolment.DIFE, 0, false)
		waits.Status = enrolment.Waiting
		room.Files = append(room.Files, waits)
		if i != 7 && i != 11 {
			listed++
		}
		rooms = append(rooms, room)
	}
	if people != 500 {
		t.Fatal(people, "people")
	}
	annual, missing := desk(t).Annual(rooms, nil, 2027)
	if len(annual.Rows) != listed+1 {
		t.Fatalf("%d rows, want %d sessions and a total", len(annual.Rows), listed)
	}
	total := annual.Rows[listed]
	if total[7] != came || total[10] != report.Cents(receipts[enrolment.DIFE]) || total[11] != report.Cents(receipts[enrolment.Collectivite]) || total[12] != report.Cents(receipts[enrolment.Personnel]) {
		t.Errorf("%v, want %d people and %v", total, came, receipts)
	}
	if len(missing.Rows) != 5 { // the part of subcontracting, which nobody tells the product; that nobody is invoiced; three things of the whole organisation
		t.Errorf("%d lines of what is missing: %v", len(missing.Rows), missing.Rows)
	}
}

// The same year invoiced: one invoice for each person, every seventh undone by a credit note, some issued the year after. What is to be
// invoiced and what was issued add up to what is summed apart, mode by mode.
func TestAYearOfInvoicesAndCreditNotesAddsUpToWhatIsSummedApart(t *testing.T) {
	var rooms []report.Room
	var issued []enrolment.Invoice
	listed, people, net, tax, notes := map[string]int{}, 0, 0, 0, 0
	type sums struct{ invoices, invoiced, credits, credited int }
	years, receipts, taxed := map[int]sums{}, map[enrolment.Mode]int{}, map[enrolment.Mode]int{}
	for i := range 40 {
		s := session(fmt.Sprintf("s%02d", i), time.Date(2027, time.Month(1+i%12), 3+i%20, 8, 0, 0, 0, time.UTC), 40001+1003*i)
		room := report.Room{Session: s}
		for n := range 12 + i%2 {
			mode := enrolment.Modes[(i+n)%3]
			e := file(s, n, mode, []int{0, 180, 360}[n%3], true)
			people++
			invoice := enrolment.Invoice{Year: 2027, N: people, FileID: e.ID, Reference: e.Reference, At: s.End().AddDate(0, 0, 9), Mode: mode, VAT: *vat,
				HalfDays: s.HalfDays, Formation: s.Formation, Lines: []enrolment.InvoiceLine{{Name: e.Person.FullName(), Planned: 360, Minutes: 360, Cents: s.Formation.PriceCents}}}
			invoice.Year = invoice.At.Year()
			issued = append(issued, invoice)
			price := 40001 + 1003*i
			y := years[invoice.At.Year()]
			y.invoices, y.invoiced = y.invoices+1, y.invoiced+price+(price*20+50)/100
			years[invoice.At.Year()] = y
			before, with := price, price+(price*20+50)/100
			if invoice.At.Year() == 2027 {
				net, tax = net+before, tax+with-before
			}
			if people%7 == 0 {
				note := invoice.Credit(2027, "erreur", time.Time{})
				note.N, note.At = people/7, invoice.At.AddDate(0, 0, 20)
				note.Year = note.At.Year()
				y := years[note.Year]
				y.credits, y.credited = y.credits+1, y.credited+with
				years[note.Year] = y
				if n%3 > 0 { // came, and what they owe is to be invoiced anew
					receipts[mode] += price
					taxed[mode] += with
				}
				issued = append(issued, note)
				e.Credited = append(e.Credited, enrolment.CreditedInvoice{Invoice: invoice.Number(), Credit: note.Number()})
				if note.At.Year() == 2027 {
					net, tax, notes = net-before, tax-with+before, notes+1
				}
			} else {
				e.Invoice = invoice.Number()
				receipts[mode] += price
				taxed[mode] += with
			}
			listed[string(mode)] += with
			room.Files = append(room.Files, e)
		}
		rooms = append(rooms, room)
	}
	if people != 500 {
		t.Fatal(people, "people")
	}
	d := desk(t)
	list, got := d.Invoices(rooms, time.Date(2028, 3, 1, 0, 0, 0, 0, time.UTC)), map[string]int{}
	for _, row := range list.Rows {
		for _, m := range enrolment.Modes {
			if row[1] == d.Guide.Mode(m).Title {
				got[string(m)] += int(row[14].(report.Cents))
			}
		}
	}
	if len(list.Rows) != people || !maps.Equal(got, listed) {
		t.Errorf("%d lines, %v, want %d and %v", len(list.Rows), got, people, listed)
	}
	journal := d.Journal(issued, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2027, 12, 31, 23, 59, 59, 0, time.UTC))
	total, undone := journal.Rows[len(journal.Rows)-1], 0
	for _, row := range journal.Rows {
		if row[2] == "avoir" {
			undone++
		}
	}
	every := report.Billings(issued, time.Date(2027, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2028, 12, 31, 23, 59, 59, 0, time.UTC))
	if len(every) != 2 {
		t.Fatalf("%d years: %v", len(every), every)
	}
	for _, b := range every {
		if got := (sums{b.Invoices, int(b.Invoiced), b.Credits, int(b.Credited)}); got != years[b.Year] || int(b.Net()) != got.invoiced-got.credited {
			t.Errorf("%d: %+v, want %+v", b.Year, b, years[b.Year])
		}
	}
	annual, missing := d.Annual(rooms, issued, 2027)
	sum := annual.Rows[len(annual.Rows)-1]
	if sum[10] != report.Cents(taxed[enrolment.DIFE]) || sum[11] != report.Cents(taxed[enrolment.Collectivite]) || sum[12] != report.Cents(taxed[enrolment.Personnel]) {
		t.Errorf("the annual report: %v, want %v", sum, taxed)
	}
	if !slices.ContainsFunc(missing.Rows, func(row []report.Cell) bool { return strings.Contains(row[1].(string), "leur prix promis est compté") }) {
		t.Error("it does not say that some have no invoice:", missing.Rows)
	}
	boxes := 0
	for _, row := range d.Yearly(rooms, issued, 2027).Rows {
		for _, m := range enrolment.Modes {
			if row[1] == "Produits\u00a0: "+d.Guide.Mode(m).Title {
				boxes++
				if row[4] != report.Cents(receipts[m]) || !strings.Contains(row[7].(string), "factures, moins") || !strings.Contains(row[7].(string), "sans facture, au prix promis") {
					t.Errorf("%s: %v, want %d", m, row, receipts[m])
				}
			}
		}
	}
	if boxes != 3 {
		t.Error(boxes, "boxes")
	}
	if undone != notes || total[14] != report.Cents(net) || total[15] != report.Cents(tax) || total[16] != report.Cents(net+tax) {
		t.Errorf("%d credit notes, total %v %v %v, want %d, %d, %d, %d", undone, total[14], total[15], total[16], notes, net, tax, net+tax)
	}
}

func TestWhatIsNotRecordedIsListedAsMissingAndNotCounted(t *testing.T) {
	s := session("mars", time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC), 53000)
	s.VAT = nil
	annual, missing := desk(t).Annual([]report.Room{{Session: s, Files: []enrolment.Enrolment{file(s, 1, enrolment.DIFE, 360, false)}}}, nil, 2027)
	if annual.Rows[0][7] != 0 || len(missing.Rows) != 7 {
		t.Errorf("%v\n%v", annual.Rows, missing.Rows)
	}
	bill := desk(t).Invoices([]report.Room{{Session: s, Files: []enrolment.Enrolment{file(s, 1, enrolment.Collectivite, 360, false)}}}, s.End())
	if gap := bill.Rows[0][15].(string); !strings.Contains(gap, "présence") || !strings.Contains(gap, "SIRET") || !strings.Contains(gap, "TVA") {
		t.Error(gap)
	}
	if soon := desk(t).Invoices([]report.Room{{Session: s, Files: []enrolment.Enrolment{file(s, 1, enrolment.DIFE, 0, false)}}}, s.Start()); len(soon.Rows) != 0 {
		t.Error("invoiced before it is over:", soon.Rows)
	}
}

func TestTheFunnelSaysWherePeopleStopAndInHowManyDays(t *testing.T) {
	s := session("mars", time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC), 53000)
	var all []enrolment.Enrolment
	for n, days := range []int{2, 4, 9} {
		e := file(s, n, enrolment.Collectivite, 0, false)
		e.Steps = map[enrolment.StepKey]enrolment.StepDone{enrolment.StepDemande: {At: e.ModeSince.AddDate(0, 0, days)}}
		all = append(all, e)
	}
	all[0].Steps[enrolment.StepAccord] = enrolment.StepDone{At: all[0].ModeSince.AddDate(0, 0, 12)}
	all = append(all, file(s, 9, enrolment.Collectivite, 0, false))
	for _, row := range desk(t).Funnel([]report.Room{{Session: s, Files: all}}).Rows {
		step := row[1].(string)
		switch {
		case strings.HasPrefix(step, "Demander l’accord"):
			if row[2] != 4 || row[3] != 3 || row[5] != report.Days(4) || row[6] != 1 {
				t.Error(row)
			}
		case strings.Contains(step, "ccord") && row[3] == 1:
			if row[5] != report.Days(10) || row[6] != 2 {
				t.Error(row)
			}
		}
	}
}

func TestTheBoxesOfTheYearAddUpToWhatIsSummedApartAndSayWhatIsMissing(t *testing.T) {
	random := rand.New(rand.NewPCG(5, 6))
	var rooms []report.Room
	away, awayMinutes, unsure := 0, 0, 0
	people, minutes, cents, taught, themes := map[enrolment.Mode]int{}, map[enrolment.Mode]int{}, map[enrolment.Mode]int{}, 0, map[string]int{}
	for i := range 40 {
		s := session(fmt.Sprintf("s%02d", i), time.Date(2027, time.Month(1+i%12), 3+i%20, 8, 0, 0, 0, time.UTC), 40000+100*i)
		s.Formation.Theme, s.Remote = []string{"Finances", "Urbanisme"}[i%2], i%4 == 3
		closed := i != 5
		if closed {
			taught += 360
		}
		room := report.Room{Session: s}
		for n := range 12 {
			mode, came := enrolment.Modes[random.IntN(3)], []int{0, 180, 360}[random.IntN(3)]
			room.Files = append(room.Files, file(s, n, mode, came, closed))
			if closed && came > 0 {
				people[mode], minutes[mode], cents[mode] = people[mode]+1, minutes[mode]+came, cents[mode]+40000+100*i
				themes[s.Formation.Theme] += came
				if s.Remote {
					away, awayMinutes = away+1, awayMinutes+came
				}
			}
		}
		rooms = append(rooms, room)
	}
	table, found := desk(t).Yearly(rooms, nil, 2027), 0
	for _, row := range table.Rows {
		what := row[1].(string)
		for _, m := range enrolment.Modes {
			title := desk(t).Guide.Mode(m).Title
			if what == "Produits : "+title {
				found++
				if row[4] != report.Cents(cents[m]) || row[5] != "1\u00a0session finie n’est pas close et n’est pas comptée" {
					t.Error(row, cents[m])
				}
			}
			if what == "Stagiaires et heures suivies : "+title {
				found++
				if row[2] != people[m] || row[3] != report.Minutes(minutes[m]) {
					t.Error(row, people[m], minutes[m])
				}
			}
		}
		for theme, came := range themes {
			if what == "Spécialité : "+theme {
				found++
				if row[3] != report.Minutes(came) {
					t.Error(row, came)
				}
			}
		}
		if row[0] == "B" && (row[2] != away || row[3] != report.Minutes(awayMinutes)) {
			t.Error(row, away, awayMinutes)
		}
		if strings.Contains(row[0].(string), "à vérifier") || strings.Contains(row[1].(string), "à vérifier") {
			unsure++
		}
		if strings.HasPrefix(what, "Stagiaires") && strings.HasSuffix(what, desk(t).Guide.Mode(enrolment.Personnel).Title) && row[0] != "F-1, ligne d, à vérifier" {
			t.Error(row)
		}
		if row[0] == "E" && row[3] != report.Minutes(taught) {
			t.Error(row, taught)
		}
		if row[2] == nil && row[3] == nil && row[4] == nil && (row[5] == "" || row[6] == "") {
			t.Error("an empty box does not say where to look:", row)
		}
	}
	if found != 8 || unsure != 8 { // nobody read the form: each line named says so, and the first rows say it of all
		t.Error(found, "boxes,", unsure, "to check")
	}
	for _, row := range desk(t).Yearly(rooms, nil, 2026).Rows {
		if strings.HasPrefix(row[1].(string), "Produits") && row[4] != report.Cents(0) {
			t.Error("another year:", row)
		}
	}
}

func TestTheFiguresAreWhatIsCountedApart(t *testing.T) {
	random := rand.New(rand.NewPCG(3, 4))
	var rooms []report.Room
	type month struct{ sessions, cancelled, seats, taken int }
	months, came, away, agreed, asked := map[string]month{}, map[enrolment.Mode]int{}, map[enrolment.Mode]int{}, 0, 0
	for i := range 40 {
		s := session(fmt.Sprintf("s%02d", i), time.Date(2027, time.Month(1+i%12), 3+i%20, 8, 0, 0, 0, time.UTC), 40000)
		m := months[fmt.Sprintf("2027-%02d", 1+i%12)]
		if i%9 == 4 {
			s.Status = enrolment.SessionCancelled
			m.cancelled++
		} else {
			m.sessions, m.seats = m.sessions+1, m.seats+15
		}
		room := report.Room{Session: s}
		for n := range 12 {
			mode, minutes := enrolment.Modes[random.IntN(3)], []int{0, 180}[random.IntN(2)]
			e := file(s, n, mode, minutes, i%2 == 0)
			if random.IntN(2) == 0 && mode == enrolment.Collectivite {
				e.Steps = map[enrolment.StepKey]enrolment.StepDone{enrolment.StepDemande: {At: e.ModeSince.AddDate(0, 0, 3)}}
			}
			room.Files = append(room.Files, e)
			if s.Status == enrolment.SessionCancelled {
				continue
			}
			m.taken++
			if mode == enrolment.Collectivite {
				asked++
				agreed += len(e.Steps)
			}
			if i%2 == 0 && minutes > 0 {
				came[mode]++
			} else if i%2 == 0 {
				away[mode]++
			}
		}
		months[fmt.Sprintf("2027-%02d", 1+i%12)] = m
		rooms = append(rooms, room)
	}
	f := desk(t).Figures(rooms)
	if len(f.Filling) != 12 {
		t.Error(len(f.Filling), "months")
	}
	for _, one := range f.Filling {
		if m := months[one.Month]; one.Sessions != m.sessions || one.Cancelled != m.cancelled || one.Seats != m.seats || one.Taken != m.taken {
			t.Errorf("%+v, counted %+v", one, m)
		}
	}
	for _, p := range f.Presence {
		if p.Came != came[p.Mode] || p.NoShows != away[p.Mode] {
			t.Errorf("%+v, counted %d and %d", p, came[p.Mode], away[p.Mode])
		}
	}
	for _, s := range f.Funnel {
		if s.Mode == enrolment.Collectivite && s.Files != asked {
			t.Errorf("%+v of %d", s, asked)
		}
		if strings.HasPrefix(s.Step, "Demander l’accord") && (s.Done != agreed || s.Stopped != asked-agreed || s.Median == nil || *s.Median != 3) {
			t.Errorf("%+v, counted %d done of %d", s, agreed, asked)
		}
	}
}

// nasty are what people type that a spreadsheet would run, or that breaks a line.
var nasty = []string{`=HYPERLINK("http://mal.example";"x")`, "+33", "-2+3", "@SUM(A1)", "\t=1", `a;"b"` + "\nc"}

func TestNothingThatPeopleTypedRunsInASpreadsheet(t *testing.T) {
	table := report.Table{Name: "essai", Columns: []string{"Texte", "Euros", "Jour"}}
	for i, text := range nasty {
		table.Rows = append(table.Rows, []report.Cell{text, report.Cents(-1050 * i), report.Day(time.Date(2027, 3, 9, 23, 30, 0, 0, time.UTC))})
	}
	var out bytes.Buffer
	if err := report.CSV(&out, table); err != nil {
		t.Fatal(err)
	}
	text, marked := strings.CutPrefix(out.String(), "\ufeff")
	if !marked || !strings.Contains(text, "\r\n") {
		t.Error("not as a French Excel opens it:", out.String())
	}
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = ';'
	lines, err := in.ReadAll()
	if err != nil || len(lines) != len(nasty)+1 {
		t.Fatal(lines, err)
	}
	for _, line := range lines[1:] {
		if strings.ContainsRune("=+-@\t", rune(line[0][0])) {
			t.Errorf("%q would be run", line[0])
		}
	}
	if lines[2][1] != "-10,50" || lines[2][2] != "10/03/2027" {
		t.Error(lines[2])
	}

	out.Reset()
	if err := report.XLSX(&out, table, report.Table{Name: "deux", Columns: []string{"A"}}); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for i, want := range nasty {
		if got, err := book.GetCellValue("essai", fmt.Sprintf("A%d", i+2)); err != nil || strings.TrimSpace(got) != strings.TrimSpace(want) {
			t.Errorf("%q became %q (%v)", want, got, err)
		}
	}
	if page, err := book.GetPageLayout("deux"); err != nil || *page.Orientation != "landscape" || page.FitToHeight == nil || *page.FitToHeight != 0 {
		t.Errorf("its columns do not print on one page: %+v (%v)", page, err)
	}
	if names := book.GetDefinedName(); len(names) != 2 || names[0].RefersTo != "'essai'!$1:$1" {
		t.Errorf("headings are on the first page alone: %+v", names)
	}
	if day, _ := book.GetCellValue("essai", "C2"); day != "10/03/2027" {
		t.Error("the day of Paris is", day)
	}
	files, err := zip.NewReader(bytes.NewReader(out.Bytes()), int64(out.Len()))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range files.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/") {
			continue
		}
		part, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		xml, _ := io.ReadAll(part)
		if bytes.Contains(xml, []byte("<f>")) {
			t.Error("a formula in", f.Name)
		}
	}
}

// Nothing of a long text is hidden by the row below, whichever spreadsheet opens it.
func TestARowIsAsHighAsItsLongestText(t *testing.T) {
	var out bytes.Buffer
	long := strings.TrimSpace(strings.Repeat("formation ", 9)) // three words a line
	if err := report.XLSX(&out, report.Table{Name: "essai", Columns: []string{"Texte", "Nombre"}, Rows: [][]report.Cell{{"court", 1}, {long, 2}}}); err != nil {
		t.Fatal(err)
	}
	book, err := excelize.OpenReader(bytes.NewReader(out.Bytes()))
	if err != nil {
		t.Fatal(err)
	}
	for row, want := range map[int]float64{1: 15, 2: 15, 3: 45} {
		if got, err := book.GetRowHeight("essai", row); err != nil || got != want {
			t.Errorf("row %d is %v points high, not %v (%v)", row, got, want, err)
		}
	}
}

func TestEveryListFillsItsColumns(t *testing.T) {
	d, s := desk(t), session("mars", time.Date(2027, 3, 10, 8, 0, 0, 0, time.UTC), 53000)
	rooms := []report.Room{{Session: s, Files: []enrolment.Enrolment{file(s, 1, enrolment.DIFE, 180, true), file(s, 2, enrolment.Personnel, 0, true), file(s, 3, enrolment.Collectivite, 360, true)}}}
	annual, missing := desk(t).Annual(rooms, nil, 2027)
	for _, table := range []report.Table{d.People(rooms), d.Sessions(rooms), d.Attendance(rooms), d.Invoices(rooms, s.End()), d.Funnel(rooms), annual, missing, d.Yearly(rooms, nil, 2027)} {
		if len(table.Rows) == 0 {
			t.Errorf("%s is empty", table.Name)
		}
		for _, row := range table.Rows {
			if len(row) != len(table.Columns) {
				t.Errorf("%s: %d cells in %d columns", table.Name, len(row), len(table.Columns))
			}
		}
	}
	if rows := d.Sessions(rooms).Rows; rows[0][13] != 2 || rows[0][14] != 1 || rows[0][15] != report.Minutes(540) {
		t.Error(rows)
	}
}
