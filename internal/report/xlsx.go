package report

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"github.com/echarpe/echarpe/internal/guide"
)

// XLSX writes tables as the sheets of one workbook. Text is written as text, never as a formula.
func XLSX(w io.Writer, tables ...Table) error {
	book := excelize.NewFile()
	defer func() { _ = book.Close() }()
	styles, err := stylesOf(book)
	if err != nil {
		return err
	}
	for i, t := range tables {
		if i == 0 {
			err = book.SetSheetName("Sheet1", t.Name)
		} else {
			_, err = book.NewSheet(t.Name)
		}
		if err == nil {
			err = errors.Join(printed(book, t.Name), sheet(book, t, styles)) // in this order: a sheet that is written is closed
		}
		if err != nil {
			return fmt.Errorf("write %s.xlsx: %w", t.Name, err)
		}
	}
	if err := book.Write(w); err != nil {
		return fmt.Errorf("write workbook: %w", err)
	}
	return nil
}

// formats are how each kind of cell is shown.
type formats struct{ head, text, top, euros, hours, percent, days, day, instant int }

func stylesOf(book *excelize.File) (f formats, err error) {
	style := func(into *int, s excelize.Style) {
		id, fault := book.NewStyle(&s)
		*into, err = id, errors.Join(err, fault)
	}
	form := func(code string) excelize.Style {
		return excelize.Style{CustomNumFmt: &code, Alignment: &excelize.Alignment{Vertical: "top"}}
	}
	style(&f.head, excelize.Style{Font: &excelize.Font{Bold: true}, Alignment: &excelize.Alignment{WrapText: true, Vertical: "top", Indent: 1, Horizontal: "left"}})
	style(&f.text, excelize.Style{Alignment: &excelize.Alignment{WrapText: true, Vertical: "top", Indent: 1, Horizontal: "left"}})
	style(&f.top, excelize.Style{Alignment: &excelize.Alignment{Vertical: "top"}})
	style(&f.euros, form(`#,##0.00 "€"`))
	style(&f.hours, form(`0.00`))
	style(&f.percent, form(`0.0 "%"`))
	style(&f.days, form(`0.0`))
	style(&f.day, form(`dd/mm/yyyy`))
	style(&f.instant, form(`dd/mm/yyyy hh:mm`))
	return f, err
}

// printed lets a sheet print all its columns on each page, under their headings.
func printed(book *excelize.File, name string) error {
	landscape, one, any, fit := "landscape", 1, 0, true
	return errors.Join(book.SetPageLayout(name, &excelize.PageLayoutOptions{Orientation: &landscape, FitToWidth: &one, FitToHeight: &any}),
		book.SetSheetProps(name, &excelize.SheetPropsOptions{FitToPage: &fit}),
		book.SetDefinedName(&excelize.DefinedName{Name: "_xlnm.Print_Titles", RefersTo: "'" + name + "'!$1:$1", Scope: name}))
}

// widest is how many letters a column shows on a line: text longer than that wraps, so that a sheet of many columns still prints large
// enough to be read.
const widest = 36

func sheet(book *excelize.File, t Table, f formats) error {
	out, err := book.NewStreamWriter(t.Name)
	if err != nil {
		return err
	}
	widths := make([]int, len(t.Columns))
	for i, c := range t.Columns {
		width := 0
		for _, word := range strings.Fields(c) { // a heading wraps
			width = max(width, utf8.RuneCountInString(word))
		}
		for _, row := range t.Rows {
			width = max(width, utf8.RuneCountInString(plain(row[i])))
		}
		widths[i] = min(width, widest) + 1
		if err := out.SetColWidth(i+1, i+1, float64(widths[i]+2)); err != nil {
			return err
		}
	}
	if err := out.SetPanes(&excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: "A2", ActivePane: "bottomLeft"}); err != nil {
		return err
	}
	head, high := make([]any, len(t.Columns)), 1
	for i, c := range t.Columns {
		head[i], high = excelize.Cell{StyleID: f.head, Value: c}, max(high, lines(c, widths[i]))
	}
	if err := out.SetRow("A1", head, excelize.RowOpts{Height: lineHeight * float64(high)}); err != nil {
		return err
	}
	for n, row := range t.Rows {
		cells, high := make([]any, len(row)), 1
		for i, c := range row {
			cells[i] = f.cell(c)
			if text, long := c.(string); long {
				high = max(high, lines(text, widths[i]))
			}
		}
		if err := out.SetRow(fmt.Sprintf("A%d", n+2), cells, excelize.RowOpts{Height: lineHeight * float64(high)}); err != nil {
			return err
		}
	}
	return out.Flush()
}

// lineHeight is that of a line of the sheet's letters, in points.
const lineHeight = 15

// lines is how many a text takes in a column: a sheet that is streamed has no height of rows but the one it is given.
func lines(text string, width int) int {
	n, left := 1, width
	for _, word := range strings.Fields(text) {
		letters := utf8.RuneCountInString(word)
		if letters > left && left < width {
			n, left = n+1, width
		}
		n += (letters - 1) / width // a word longer than the column is cut
		left -= (letters-1)%width + 2
	}
	return n
}

func (f formats) cell(c Cell) any {
	switch v := c.(type) {
	case Cents:
		return excelize.Cell{StyleID: f.euros, Value: float64(v) / 100}
	case Minutes:
		return excelize.Cell{StyleID: f.hours, Value: float64(v) / 60}
	case Percent:
		return excelize.Cell{StyleID: f.percent, Value: float64(v)}
	case Days:
		return excelize.Cell{StyleID: f.days, Value: float64(v)}
	case Day:
		return onTheWall(time.Time(v), f.day, 24*time.Hour)
	case Instant:
		return onTheWall(time.Time(v), f.instant, time.Second)
	case string:
		return excelize.Cell{StyleID: f.text, Value: v}
	case int:
		return excelize.Cell{StyleID: f.top, Value: v}
	}
	return c
}

// onTheWall is an instant as a clock in Paris shows it, since a spreadsheet knows no zone.
func onTheWall(t time.Time, style int, unit time.Duration) any {
	if t.IsZero() {
		return nil
	}
	p := t.In(guide.Paris)
	_, offset := p.Zone()
	return excelize.Cell{StyleID: style, Value: p.Add(time.Duration(offset) * time.Second).UTC().Truncate(unit)}
}
