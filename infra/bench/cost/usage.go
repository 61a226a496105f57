package cost

import (
	"fmt"
	"io"
	"path/filepath"

	"github.com/echarpe/echarpe/internal/stack"
)

// Usage is what a bill is made of.
type Usage struct {
	Enrolment PerEnrolment
	Sweep     PerSweep
	Fixed     Fixed
	YearsKept float64 // how long a file stays in the table
	Measured  string  // how the quantities were found, a sentence or more for the reader
}

// PerEnrolment is what one enrolment uses over its whole life, visits that end in none included: reading the list of
// sessions, enrolling, ticking steps, papers, every message, and what goes at the end.
type PerEnrolment struct {
	ReadUnits, WriteUnits float64 // of DynamoDB, indexes included; a transaction's count twice
	APIRequests           float64
	Invocations           float64 // of all functions: the requests, the stream's batches, the feedback's events
	GBSeconds             float64 // of all of them, cold starts included
	ColdStarts            float64 // of them all; each reads the link secret once
	Mails                 float64 // recipients
	AttachedBytes         float64
	SiteRequests          float64 // pages, scripts and fonts; the API's requests come on top
	SentBytes             float64 // by CloudFront, pages and API
	LogBytes              float64
	StoredBytes           float64 // in the table and its indexes
}

// PerSweep is what the schedule uses each time it finds nothing due; what it sends is counted with the enrolments. A sweep
// is counted as a cold start.
type PerSweep struct {
	ReadUnits float64
	GBSeconds float64
	LogBytes  float64
}

// Fixed is what a month costs with nobody there.
type Fixed struct {
	Sweeps        float64 // a month
	AlarmMetrics  float64 // metrics that alarms watch
	Dashboards    float64
	Secrets       float64
	CustomMetrics float64 // series that the product writes
	SiteBytes     float64 // in the bucket
}

// Deployed reads from the templates of the repository at root what is deployed: sweeps, alarms, dashboards and secrets. The metrics and the
// site's size are not there.
func Deployed(root string) (Fixed, error) {
	alarms, err := stack.Load(filepath.Join(root, "infra/alarms.yaml"))
	if err != nil {
		return Fixed{}, err
	}
	house, err := stack.Load(filepath.Join(root, "template.yaml"))
	if err != nil {
		return Fixed{}, err
	}
	f := Fixed{
		Dashboards: float64(len(alarms.OfType("AWS::CloudWatch::Dashboard"))),
		Secrets:    float64(len(house.OfType("AWS::SecretsManager::Secret"))),
	}
	for _, name := range alarms.OfType("AWS::CloudWatch::Alarm") {
		f.AlarmMetrics += metricsOf(alarms.Resources[name].Properties)
	}
	for _, name := range house.OfType("AWS::Scheduler::Schedule") {
		rate := stack.Text(house.Resources[name].Properties["ScheduleExpression"])
		var minutes float64
		if _, err := fmt.Sscanf(rate, "rate(%f minutes)", &minutes); err != nil || minutes <= 0 {
			return Fixed{}, fmt.Errorf("schedule %s: %q is not so many minutes", name, rate)
		}
		f.Sweeps += 365.0 / monthsAYear * 24 * 60 / minutes
	}
	return f, nil
}

// metricsOf counts what an alarm is charged for: each metric of its expression, or its only one.
func metricsOf(alarm map[string]any) (n float64) {
	for _, m := range stack.List(alarm["Metrics"]) {
		if stack.Map(m)["MetricStat"] != nil {
			n++
		}
	}
	return max(n, 1)
}

// write says what the bill assumes.
func (u Usage) write(out io.Writer) {
	e, s, f := u.Enrolment, u.Sweep, u.Fixed
	fmt.Fprintf(out, "\nOne enrolment, from the first visit to the end of its file: %.1f read and %.1f write units, %.1f API requests and %.1f of the site, %.1f invocations "+
		"(%.2f GB-seconds, %.2f cold starts), %.1f messages with %.0f kB attached, %.0f kB sent, %.1f kB of logs, %.1f kB kept %.1f years. ",
		e.ReadUnits, e.WriteUnits, e.APIRequests, e.SiteRequests, e.Invocations, e.GBSeconds, e.ColdStarts, e.Mails, e.AttachedBytes/1e3, e.SentBytes/1e3, e.LogBytes/1e3, e.StoredBytes/1e3, u.YearsKept)
	fmt.Fprintf(out, "With nobody there: %.0f sweeps a month (%.1f read units and %.3f GB-seconds each, all counted as cold), %.0f metrics under alarm, "+
		"%.0f dashboard, %.0f secrets, %.0f metrics of the product as if each had a value every hour.\n\n%s\n\n", f.Sweeps, s.ReadUnits, s.GBSeconds, f.AlarmMetrics, f.Dashboards, f.Secrets, f.CustomMetrics, u.Measured)
	fmt.Fprintf(out, "Months are equal: a peak costs the same, later. Logs are counted as written, though AWS stores them compressed. Not counted, being free "+
		"or under a cent: what Lambda reads of the table's stream, SES's events, the queues of dead letters, the alarms' mails, the budget, the certificate, "+
		"traffic inside the region and from it to CloudFront; nor a Route 53 zone (0.50) when DomainName has one, nor support.\n\n")
}
