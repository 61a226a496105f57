package report

import (
	"encoding/csv"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/guide"
)

// CSV writes a table as a French Excel opens it by a double click: UTF-8 with a byte order mark, semicolons, decimal commas.
func CSV(w io.Writer, t Table) error {
	if _, err := io.WriteString(w, "\ufeff"); err != nil {
		return fmt.Errorf("write %s.csv: %w", t.Name, err)
	}
	out := csv.NewWriter(w)
	out.Comma, out.UseCRLF = ';', true
	_ = out.Write(t.Columns) // an error is kept for the flush
	for _, row := range t.Rows {
		line := make([]string, len(row))
		for i, c := range row {
			line[i] = plain(c)
		}
		_ = out.Write(line)
	}
	out.Flush()
	if err := out.Error(); err != nil {
		return fmt.Errorf("write %s.csv: %w", t.Name, err)
	}
	return nil
}

func plain(c Cell) string {
	comma := func(f float64, decimals int) string {
		return strings.Replace(strconv.FormatFloat(f, 'f', decimals, 64), ".", ",", 1)
	}
	switch v := c.(type) {
	case nil:
		return ""
	case string:
		return harmless(v)
	case int:
		return strconv.Itoa(v)
	case Cents:
		return comma(float64(v)/100, 2)
	case Minutes:
		return comma(float64(v)/60, 2)
	case Percent:
		return comma(float64(v), 1)
	case Days:
		return comma(float64(v), 1)
	case Day:
		return dated(time.Time(v), "02/01/2006")
	case Instant:
		return dated(time.Time(v), "02/01/2006 15:04")
	}
	panic(fmt.Sprintf("report: no such cell: %T", c))
}

func dated(t time.Time, form string) string {
	if t.IsZero() {
		return ""
	}
	return t.In(guide.Paris).Format(form)
}

// harmless keeps a spreadsheet from reading what somebody typed as a formula.
func harmless(text string) string {
	if text != "" && strings.ContainsRune("=+-@\t\r\n", rune(text[0])) {
		return "'" + text
	}
	return text
}
