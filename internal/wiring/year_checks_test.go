package wiring_test

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/xuri/excelize/v2"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// modes are the ways of paying, by the names that the API gives them.
var modes = []string{"dife", "collectivite", "personnel"}

// titled is how the reports call a way of paying.
func (y *year) titled(mode string) string { return y.house.Guide.Mode(enrolment.Mode(mode)).Title }

// checkAll asks for everything that a year's end asks for.
func (y *year) checkAll() {
	y.checkAnnual()
	y.checkYearly()
	y.checkFigures()
	y.checkJournal()
	y.checkToInvoice()
	y.checkPeople()
	y.checkPresences()
	y.checkSessions()
}

// list is an export, a row a line, by the names of its columns.
type list struct {
	*year
	name string
	rows []map[string]string
}

// export asks for a list of a year as a French spreadsheet opens it, and holds the workbook against it, cell by cell.
func (y *year) export(name string, of int) list {
	y.Helper()
	rows := y.spreadsheet(name, of)
	l := list{year: y, name: fmt.Sprintf("%s %d", name, of)}
	for _, row := range rows[1:] {
		named := map[string]string{}
		for i, cell := range row {
			named[rows[0][i]] = cell
		}
		l.rows = append(l.rows, named)
	}
	y.sameWorkbook(name, of, rows)
	return l
}

func (y *year) download(name string, of int) string {
	y.Helper()
	a := y.staff(http.MethodGet, fmt.Sprintf("/api/staff/exports/%s?from=%d-01-01&to=%d-12-31", name, of, of), "")
	if a.status != http.StatusOK {
		y.Fatalf("%s: %d %s", name, a.status, a.body)
	}
	if dir := os.Getenv("YEAR"); dir != "" { // to look at them
		if err := os.WriteFile(filepath.Join(dir, fmt.Sprintf("%d-%s", of, name)), []byte(a.body), 0o600); err != nil {
			y.Fatal(err)
		}
	}
	return a.body
}

func (y *year) spreadsheet(name string, of int) [][]string {
	y.Helper()
	text, marked := strings.CutPrefix(y.download(name+".csv", of), "\ufeff")
	in := csv.NewReader(strings.NewReader(text))
	in.Comma = ';'
	rows, err := in.ReadAll()
	if err != nil || !marked || len(rows) == 0 {
		y.Fatalf("%s.csv: %v", name, err)
	}
	return rows
}

// aDate is a cell that a workbook keeps as a day's number.
var aDate = regexp.MustCompile(`^\d\d/\d\d/\d{4}`)

func (y *year) sameWorkbook(name string, of int, rows [][]string) {
	y.Helper()
	book, err := excelize.OpenReader(bytes.NewReader([]byte(y.download(name+".xlsx", of))))
	if err != nil {
		y.Fatal(name, err)
	}
	defer func() { _ = book.Close() }()
	cells, err := book.GetRows(book.GetSheetName(0), excelize.Options{RawCellValue: true})
	if err != nil || len(cells) != len(rows) {
		y.Fatalf("%s.xlsx: %d rows, %d in the CSV (%v)", name, len(cells), len(rows), err)
	}
	for i, row := range rows {
		for j, want := range row {
			got := ""
			if j < len(cells[i]) {
				got = cells[i][j]
			}
			if got == want || aDate.MatchString(want) {
				continue
			}
			a, err := strconv.ParseFloat(strings.Replace(want, ",", ".", 1), 64)
			b, err2 := strconv.ParseFloat(got, 64)
			if err != nil || err2 != nil || math.Abs(a-b) > 0.0501 {
				y.Errorf("%s.xlsx: row %d, %s is %q, %q in the CSV", name, i+1, rows[0][j], got, want)
			}
		}
	}
}

// hundredths reads a number with two decimals: cents of euros, hundredths of hours. An empty cell is none.
func (l list) hundredths(row map[string]string, column string) int {
	l.Helper()
	cell, there := row[column]
	if !there {
		l.Fatalf("%s has no column %s", l.name, column)
	}
	if cell == "" {
		return 0
	}
	n, err := strconv.Atoi(strings.Replace(cell, ",", "", 1))
	if err != nil {
		l.Errorf("%s, %s: %q", l.name, column, cell)
	}
	if !strings.Contains(cell, ",") {
		n *= 100
	}
	return n
}

func (l list) number(row map[string]string, column string) int {
	return l.hundredths(row, column) / 100
}

// hours are minutes as a list says them.
func hours(minutes int) int { return int(math.Round(float64(minutes) * 100 / 60)) }

// where lists the rows that have a text in a column.
func (l list) where(column, text string) (some []map[string]string) {
	return only(l.rows, func(row map[string]string) bool { return row[column] == text })
}

// one is the only such row.
func (l list) one(column, text string) map[string]string {
	l.Helper()
	some := l.where(column, text)
	if len(some) != 1 {
		l.Fatalf("%s: %d rows where %s is %s", l.name, len(some), column, text)
	}
	return some[0]
}

// same holds what the product says against the books.
func (y *year) same(what string, got, want any) {
	y.Helper()
	if !reflect.DeepEqual(got, want) {
		y.Errorf("%s: %v, and %v in the books", what, got, want)
	}
}

func paid(all []*guest, mode string) []*guest {
	return only(all, func(g *guest) bool { return g.mode == mode })
}

// received is what some sessions brought in by a way of paying, taxes included: invoices less what undoes them, and the promised price of
// who came and has none.
func (y *year) received(mode string, of func(*lesson) bool) int {
	open := only(y.guests, func(g *guest) bool { return g.mode == mode && g.came() && g.bill == nil && of(g.lesson) })
	issues := only(y.papers, func(p *issued) bool { return p.bill.mode == mode && of(p.bill.lesson) })
	return sum(open, (*guest).taxed) + sum(issues, func(p *issued) int { return p.sign() * (p.net + p.tax) })
}

// checkAnnual is the report to the prefect and the CNFEL: a line a session, people who came, receipts.
func (y *year) checkAnnual() {
	for _, of := range []int{theYear - 1, theYear, theYear + 1} {
		l := y.export("rapport-annuel", of)
		held, total := y.held(of), l.one("Lieu", "Total")
		y.same("annual report: sessions", len(l.rows)-1, len(held))
		columns := map[string]string{"dife": "Recettes DIFE TTC", "collectivite": "Recettes des collectivités TTC", "personnel": "Recettes personnelles TTC"}
		for _, one := range held {
			came, rows := only(y.seated(one), (*guest).came), only(l.rows, func(row map[string]string) bool {
				return row["Premier jour"] == one.starts().Format("02/01/2006")
			})
			if len(rows) != 1 {
				y.Errorf("annual report of %d: %d lines of %s", of, len(rows), one.id)
				continue
			}
			y.same("annual report: last day of "+one.id, rows[0]["Dernier jour"], one.ends().Format("02/01/2006"))
			y.same("annual report: hours of "+one.id, l.hundredths(rows[0], "Durée (heures)"), hours(one.minutes()))
			y.same("annual report: price of "+one.id, l.hundredths(rows[0], "Prix par participant HT"), one.cents)
			y.same("annual report: who came to "+one.id, l.number(rows[0], "Participants"), len(came))
			for mode, column := range columns {
				y.same("annual report: "+column+" of "+one.id, l.hundredths(rows[0], column), y.received(mode, func(l *lesson) bool { return l == one }))
			}
		}
		y.same("annual report: participants", l.number(total, "Participants"), len(y.came(of)))
		for mode, column := range columns {
			y.same("annual report: "+column, l.hundredths(total, column), y.received(mode, func(l *lesson) bool { return l.year() == of }))
		}
	}
}

// checkYearly is the pedagogical and financial report: people and hours by way of paying, by theme and at a distance, hours taught, and
// receipts before tax: what is invoiced of the year's sessions less what is undone, and the promised price of who came and has no invoice.
func (y *year) checkYearly() {
	for _, of := range []int{theYear, theYear + 1} {
		l := y.export("bilan-pedagogique", of)
		const what = "Ce qui est demandé"
		came := y.came(of)
		for _, mode := range modes {
			those, row := paid(came, mode), l.one(what, "Stagiaires et heures suivies\u00a0: "+y.titled(mode))
			y.same("yearly report: people, "+mode, l.number(row, "Personnes"), len(those))
			y.same("yearly report: hours, "+mode, l.hundredths(row, "Heures"), hours(sum(those, (*guest).minutes)))
			y.same("yearly report: open sessions, "+mode, row["Ce qui manque"], "")
			receipts := sum(only(those, func(g *guest) bool { return g.bill == nil }), func(g *guest) int { return g.cents })
			receipts += sum(y.papers, func(p *issued) int {
				if p.bill.mode != mode || p.bill.lesson.year() != of {
					return 0
				}
				return p.sign() * p.net
			})
			y.same("yearly report: receipts, "+mode, l.hundredths(l.one(what, "Produits\u00a0: "+y.titled(mode)), "Montant HT"), receipts)
		}
		for _, c := range y.courses {
			those := only(came, func(g *guest) bool { return g.lesson.course == c })
			if len(those) == 0 {
				continue
			}
			row := l.one(what, "Spécialité\u00a0: "+c.theme)
			y.same("yearly report: people of "+c.slug, l.number(row, "Personnes"), len(those))
			y.same("yearly report: hours of "+c.slug, l.hundredths(row, "Heures"), hours(sum(those, (*guest).minutes)))
		}
		away := only(came, func(g *guest) bool { return g.lesson.course.remote })
		row := l.one("Cadre", "B")
		y.same("yearly report: people at a distance", l.number(row, "Personnes"), len(away))
		y.same("yearly report: hours at a distance", l.hundredths(row, "Heures"), hours(sum(away, (*guest).minutes)))
		y.same("yearly report: hours taught", l.hundredths(l.one("Cadre", "E"), "Heures"), hours(sum(y.held(of), (*lesson).minutes)))
	}
}

// checkFigures are the director's.
func (y *year) checkFigures() {
	var v struct {
		Funnel []struct {
			Funding              string
			Files, Done, Stopped int
		}
		Filling  []map[string]any
		Presence []struct {
			Funding       string
			Came, NoShows int
		}
		Billing []map[string]int
	}
	a := y.staff(http.MethodGet, fmt.Sprintf("/api/staff/figures?from=%d-01-01&to=%d-12-31", theYear, theYear), "")
	if err := json.Unmarshal([]byte(a.body), &v); err != nil || a.status != http.StatusOK {
		y.Fatalf("figures: %d %s %v", a.status, a.body, err)
	}
	on := y.on(theYear)
	for _, p := range v.Presence {
		i := slices.IndexFunc(modes, func(m string) bool { return y.titled(m) == p.Funding })
		those := paid(on, modes[i])
		came := len(only(those, (*guest).came))
		y.same("figures: who came, "+modes[i], p.Came, came)
		y.same("figures: no-shows, "+modes[i], p.NoShows, len(those)-came)
	}
	y.same("figures: ways of paying", len(v.Presence), len(modes))
	first := map[string]bool{}
	for _, s := range v.Funnel {
		i := slices.IndexFunc(modes, func(m string) bool { return y.titled(m) == s.Funding })
		those := paid(on, modes[i])
		y.same("figures: files, "+modes[i], s.Files, len(those))
		if !first[s.Funding] {
			ticked := len(only(those, func(g *guest) bool { return g.ticked }))
			y.same("figures: first step done, "+modes[i], s.Done, ticked)
			y.same("figures: first step to do, "+modes[i], s.Stopped, len(those)-ticked)
		}
		first[s.Funding] = true
	}
	months := map[string]map[string]any{}
	for _, l := range y.lessons {
		if l.year() != theYear {
			continue
		}
		key := l.starts().Format("2006-01")
		m := months[key]
		if m == nil {
			m = map[string]any{"month": key}
			for _, n := range []string{"sessions", "cancelled", "seats", "taken", "waiting", "underMinimum"} {
				m[n] = 0.0
			}
			months[key] = m
		}
		more := func(name string, n int) { m[name] = m[name].(float64) + float64(n) }
		if l.cancelled {
			more("cancelled", 1)
			continue
		}
		on := len(y.seated(l))
		more("sessions", 1)
		more("seats", l.capacity)
		more("taken", on)
		more("waiting", len(only(y.of(l), func(g *guest) bool { return g.waits && !g.left })))
		if on < l.minimum {
			more("underMinimum", 1)
		}
	}
	y.same("figures: months", len(v.Filling), len(months))
	for _, m := range v.Filling {
		y.same("figures: filling", m, months[m["month"].(string)])
	}
	y.same("figures: billing", v.Billing, []map[string]int{y.billing(theYear)})
}

// billing is what was issued in a year, all taxes included.
func (y *year) billing(of int) map[string]int {
	v := map[string]int{"year": of}
	for _, p := range y.papers {
		switch {
		case p.year() != of:
		case p.undoes == "":
			v["invoices"]++
			v["invoicedCents"] += p.net + p.tax
		default:
			v["credits"]++
			v["creditedCents"] += p.net + p.tax
		}
	}
	v["netCents"] = v["invoicedCents"] - v["creditedCents"]
	return v
}

// checkJournal holds every invoice and credit note against the books, and their numbers without gap.
func (y *year) checkJournal() {
	for _, of := range []int{theYear, theYear + 1} {
		l := y.export("journal-factures", of)
		mine := only(y.papers, func(p *issued) bool { return p.year() == of })
		y.same(fmt.Sprintf("journal of %d: lines", of), len(l.rows), len(mine)+1)
		numbers := map[string][]int{}
		for _, p := range mine {
			row := l.one("Numéro", p.number)
			kind := map[int]string{1: "facture", -1: "avoir"}[p.sign()]
			got := []any{row["Date"], row["Nature"], row["Annule la facture"], row["Financement"], l.number(row, "Personnes"), l.hundredths(row, "Total HT"), l.hundredths(row, "TVA"), l.hundredths(row, "Total TTC")}
			y.same("journal: "+p.number, got, []any{p.at.In(paris).Format("02/01/2006"), kind, p.undoes, y.titled(p.bill.mode), p.lines, p.sign() * p.net, p.sign() * p.tax, p.sign() * (p.net + p.tax)})
			series, n := p.number[:len("F-2028-")], 0
			if _, err := fmt.Sscanf(p.number[len(series):], "%d", &n); err != nil {
				y.Error(p.number, err)
			}
			numbers[series] = append(numbers[series], n)
		}
		for series, all := range numbers {
			slices.Sort(all)
			for i, n := range all {
				if n != i+1 {
					y.Fatalf("%s%04d: a gap, or twice, at %d", series, n, i+1)
				}
			}
			if !strings.HasSuffix(series, fmt.Sprintf("-%d-", of)) {
				y.Errorf("%s in %d", series, of)
			}
		}
		total := l.one("Numéro", "Total")
		net, tax := sum(mine, func(p *issued) int { return p.sign() * p.net }), sum(mine, func(p *issued) int { return p.sign() * p.tax })
		y.same(fmt.Sprintf("journal of %d: total", of), []int{l.hundredths(total, "Total HT"), l.hundredths(total, "TVA"), l.hundredths(total, "Total TTC")}, []int{net, tax, net + tax})
		y.Logf("%d: %d invoices and credit notes", of, len(mine))
	}
}

// checkToInvoice is the accountant's list: a line for everybody on a sheet, by whose invoice.
func (y *year) checkToInvoice() {
	l := y.export("factures", theYear)
	on := y.on(theYear)
	y.same("to invoice: lines", len(l.rows), len(on))
	for _, g := range on {
		row, number := l.one("Référence", g.reference), ""
		if g.bill != nil {
			number = g.bill.number
		}
		if g.group != nil && !g.came() && y.billed(g.group) != "" {
			number = y.billed(g.group) // their group's, in which they have no line
		}
		y.same("to invoice: "+g.reference, []any{row["Financement"], l.hundredths(row, "Prix HT"), l.hundredths(row, "Prix TTC"), l.hundredths(row, "Heures suivies"), row["Facture"]},
			[]any{y.titled(g.mode), g.cents, g.taxed(), hours(g.minutes()), number})
		if g.came() {
			y.same("to invoice, undone: "+g.reference, row["Factures annulées (avoir)"], strings.Join(g.undone, ", "))
		}
	}
}

// billed is the number of a group's invoice, "" without.
func (y *year) billed(p *party) string {
	for _, g := range p.members {
		if g.group == p && g.bill != nil {
			return g.bill.number
		}
	}
	return ""
}

// checkPeople: who is on a session, who waits, who left; nobody twice.
func (y *year) checkPeople() {
	for _, g := range y.guests { // as the table's stream does
		if e, err := y.house.Store.File(y.Context(), g.id); err != nil {
			y.Error(err)
		} else if err := y.house.Store.IndexWords(y.Context(), e); err != nil {
			y.Error(err)
		}
	}
	l := y.export("personnes", theYear)
	mine := only(y.guests, func(g *guest) bool { return g.lesson.year() == theYear })
	y.same("people: lines", len(l.rows), len(mine))
	for _, g := range mine {
		row := l.one("Référence", g.reference)
		gone := g.left || g.lesson.cancelled
		y.same("people: "+g.reference, []any{row["Nom"], row["Session"], row["Financement"], l.hundredths(row, "Heures suivies"), row["Annulé le"] != ""},
			[]any{g.last, g.lesson.id, y.titled(g.mode), hours(g.minutes()), gone})
	}
	y.same("people: of the year", len(mine), inAll)
}

// checkPresences: a line for each person and half-day.
func (y *year) checkPresences() {
	l := y.export("presences", theYear)
	got, want := map[string]int{}, map[string]int{}
	for _, row := range l.rows {
		got[row["Référence"]+" "+row["Demi-journée"]+" "+row["Présence"]] += l.hundredths(row, "Heures suivies")
	}
	said := map[string]string{"present": "présent", "absent": "absent", "excused": "excusé"}
	for _, g := range y.on(theYear) {
		for i, m := range g.marks {
			want[g.reference+" "+g.lesson.halves[i].start.Format("02/01/2006 15:04")+" "+said[m.presence]] += hours(m.minutes)
		}
	}
	y.same("presences: lines", len(l.rows), len(want))
	y.same("presences", got, want)
}

// checkSessions: a line a session, the cancelled one included.
func (y *year) checkSessions() {
	l := y.export("sessions", theYear)
	y.same("sessions: lines", len(l.rows), ofTheYear)
	for _, one := range y.lessons[:ofTheYear] {
		row, on := l.one("Session", one.id), y.seated(one)
		came := only(on, (*guest).came)
		if one.cancelled {
			y.same("sessions: "+one.id, []string{row["État"], row["Venus"], row["Inscrits"]}, []string{"annulée", "", "0"})
			continue
		}
		y.same("sessions: "+one.id, []any{l.number(row, "Inscrits"), l.number(row, "Venus"), l.number(row, "Absents"), l.hundredths(row, "Heures suivies"), row["Remplissage"]},
			[]any{len(on), len(came), len(on) - len(came), hours(sum(came, (*guest).minutes)), strings.Replace(fmt.Sprintf("%.1f", 100*float64(len(on))/float64(one.capacity)), ".", ",", 1)})
	}
}
