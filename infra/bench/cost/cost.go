// Package cost turns measured quantities into dollars a month, at the dated public prices of prices.yaml. Write makes its section
// of BENCH.md.
//
//   - usage.go: what is measured, and what the templates say is always there
//   - prices.go: the prices, each with its source and its day
package cost

import (
	"fmt"
	"io"
	"strings"
)

// Sizes are the enrolments a year that the table shows.
var Sizes = []int{1_000, 100_000, 1_000_000}

const (
	monthsAYear = 12
	gigabyte    = 1e9 // AWS's has 2^30 bytes: the bill is up to 7 % too high
)

// Write writes the section: the cost of a month by component at each of [Sizes], what it assumes, and the prices. It fails when a
// price is missing or incomplete.
func Write(out io.Writer, u Usage) error {
	p, err := load()
	if err != nil {
		return err
	}
	bills := make([][]line, len(Sizes))
	for i, n := range Sizes {
		if bills[i], err = bill(p, u, n); err != nil {
			return err
		}
	}
	fmt.Fprintf(out, "## Cost of a month\n\nUS dollars, without tax, **without any free tier**, in Paris (eu-west-3) where the price was found.\n\n")
	fmt.Fprintf(out, "| enrolments a year |%s\n|---|%s\n", row(Sizes, thousands), strings.Repeat("---:|", len(Sizes)))
	totals := make([]float64, len(Sizes))
	for l := range bills[0] {
		amounts := make([]float64, len(Sizes))
		for i := range Sizes {
			amounts[i] = bills[i][l].usd
			totals[i] += amounts[i]
		}
		fmt.Fprintf(out, "| %s |%s\n", bills[0][l].name, row(amounts, dollars))
	}
	each := make([]float64, len(Sizes))
	for i, n := range Sizes {
		each[i] = totals[i] * monthsAYear / float64(n) * 100
	}
	fmt.Fprintf(out, "| **a month** |%s\n| cents for one enrolment |%s\n", row(totals, bold), row(each, cents))
	u.write(out)
	p.write(out)
	return nil
}

// line is one component of a bill.
type line struct {
	name string
	usd  float64 // a month
}

// bill is a month's, at so many enrolments a year.
func bill(p prices, u Usage, enrolments int) ([]line, error) {
	e, s := u.at(enrolments)
	var (
		f       = u.Fixed
		month   = float64(enrolments) / monthsAYear
		kept    = float64(enrolments) * u.YearsKept * e.StoredBytes / gigabyte
		logs    = (month*e.LogBytes + f.Sweeps*s.LogBytes) / gigabyte
		missing []string
	)
	cost := func(quantity float64, key string) float64 {
		price, ok := p[key]
		if !ok {
			missing = append(missing, key)
		}
		return quantity * price.USD
	}
	lines := []line{
		{"Lambda", cost(month*e.Invocations+f.Sweeps, "lambda-request") + cost(month*e.GBSeconds+f.Sweeps*s.GBSeconds, "lambda-gb-second")},
		{"API Gateway", cost(month*e.APIRequests, "gateway-request")},
		{"DynamoDB, reads and writes", cost(month*e.ReadUnits+f.Sweeps*s.ReadUnits, "table-read") + cost(month*e.WriteUnits, "table-write")},
		{"DynamoDB, storage and recovery", cost(kept, "table-storage") + cost(kept, "table-recovery")},
		{"SES", cost(month*e.Mails, "mail") + cost(month*e.AttachedBytes/gigabyte, "mail-attachment")},
		{"EventBridge Scheduler", cost(f.Sweeps, "schedule")},
		{"CloudFront and the site's bucket", cost(month*(e.APIRequests+e.KeptRequests+e.SiteRequests), "edge-request") + cost(month*e.SiteRequests, "edge-function") +
			cost(month*e.SentBytes/gigabyte, "edge-gb") + cost(f.SiteBytes/gigabyte, "site-storage")},
		{"Logs, a year kept", cost(logs, "log-ingestion") + cost(logs*monthsAYear, "log-storage")},
		{"Alarms, dashboard, metrics", cost(f.AlarmMetrics, "alarm-metric") + cost(f.Dashboards, "dashboard") + cost(u.metrics(month), "custom-metric")},
		{"Secrets Manager", cost(f.Secrets, "secret") + cost(month*e.ColdStarts+f.Sweeps, "secret-call")},
	}
	if len(missing) > 0 {
		return nil, fmt.Errorf("prices.yaml lacks %s", strings.Join(missing, ", "))
	}
	return lines, nil
}

func row[T any](cells []T, show func(T) string) string {
	var b strings.Builder
	for _, c := range cells {
		b.WriteString(" " + show(c) + " |")
	}
	return b.String()
}

func dollars(usd float64) string {
	if usd > 0 && usd < 0.005 {
		return "< 0.01"
	}
	return fmt.Sprintf("%.2f", usd)
}

func bold(usd float64) string { return "**" + dollars(usd) + "**" }

func cents(c float64) string { return fmt.Sprintf("%.2f", c) }

func thousands(n int) string {
	if n < 1000 {
		return fmt.Sprint(n)
	}
	return thousands(n/1000) + fmt.Sprintf(",%03d", n%1000)
}
