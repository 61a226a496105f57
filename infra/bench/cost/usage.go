package cost

import (
	"fmt"
	"io"
	"path/filepath"
	"strings"

	"github.com/echarpe/echarpe/internal/stack"
)

// Usage is what a bill is made of.
type Usage struct {
	Enrolment PerEnrolment
	Sweep     PerSweep
	Sessions  Sessions
	Public    []Public
	Series    []float64 // metrics that the product and the API's routes write: how many values each gets for one enrolment
	Fixed     Fixed
	YearsKept float64 // how long a file stays in the table
	Measured  string  // how the quantities were found, a sentence or more for the reader
}

// Sessions is what grows with the sessions to come: a sweep looks at all of them. The page of sessions shows fifty, however many there are.
type Sessions struct {
	ToCome float64  // at any time, for each enrolment a year
	Swept  PerSweep // what each session adds
}

// Public is an answer that is the same for everybody: CloudFront keeps it for a while, so the more people ask, the smaller the share
// of them whom the API answers.
type Public struct {
	Route       string
	Times       float64      // asked, for one enrolment
	Kept        float64      // seconds
	EachSession bool         // one answer for each session to come, and not one for all
	Origin      PerEnrolment // what one answer of the API uses
	SentBytes   float64      // by CloudFront, each time it is asked
}

// missed is how many times of Times the API is asked, at so many enrolments a year and sessions to come. People are taken to come evenly, day and
// night, and to one place where CloudFront keeps things: after an answer was kept for its time, the next person's is the API's again.
func (p Public) missed(enrolments int, toCome float64) float64 {
	asked := float64(enrolments) * p.Times / (monthsAYear * hours * 3600) // a second
	if p.EachSession {
		asked /= max(1, toCome)
	}
	return p.Times / (1 + asked*p.Kept)
}

// at gives what one enrolment and one sweep use at so many enrolments a year.
func (u Usage) at(enrolments int) (PerEnrolment, PerSweep) {
	toCome := u.Sessions.ToCome * float64(enrolments)
	e := u.Enrolment
	for _, p := range u.Public {
		missed := p.missed(enrolments, toCome)
		e = e.Plus(p.Origin, missed)
		e.KeptRequests += p.Times - missed
		e.SentBytes += p.Times * p.SentBytes
	}
	return e, u.Sweep.plus(u.Sessions.Swept, toCome)
}

// PerEnrolment is what one enrolment uses over its whole life, visits that end in none included: reading the list of
// sessions, enrolling, ticking steps, papers, every message, and what goes at the end.
type PerEnrolment struct {
	ReadUnits, WriteUnits float64 // of DynamoDB, indexes included; a transaction's count twice
	APIRequests           float64
	KeptRequests          float64 // of the API, answered by what CloudFront keeps
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

// Plus adds another use, so many times.
func (e PerEnrolment) Plus(o PerEnrolment, times float64) PerEnrolment {
	return PerEnrolment{
		ReadUnits: e.ReadUnits + times*o.ReadUnits, WriteUnits: e.WriteUnits + times*o.WriteUnits, KeptRequests: e.KeptRequests + times*o.KeptRequests,
		APIRequests: e.APIRequests + times*o.APIRequests, Invocations: e.Invocations + times*o.Invocations,
		GBSeconds: e.GBSeconds + times*o.GBSeconds, ColdStarts: e.ColdStarts + times*o.ColdStarts,
		Mails: e.Mails + times*o.Mails, AttachedBytes: e.AttachedBytes + times*o.AttachedBytes,
		SiteRequests: e.SiteRequests + times*o.SiteRequests, SentBytes: e.SentBytes + times*o.SentBytes,
		LogBytes: e.LogBytes + times*o.LogBytes, StoredBytes: e.StoredBytes + times*o.StoredBytes,
	}
}

// PerSweep is what the schedule uses each time it finds nothing due; what it sends is counted with the enrolments. A sweep
// is counted as a cold start.
type PerSweep struct {
	ReadUnits float64
	GBSeconds float64
	LogBytes  float64
}

// hours of a month.
const hours = 365.0 / monthsAYear * 24

// metrics gives how many metrics are charged for at so many enrolments a month: each by the hours in which it has a value, as if no two
// values came in the same one until it has one every hour.
func (u Usage) metrics(month float64) (n float64) {
	for _, values := range u.Series {
		n += min(1, month*values/hours)
	}
	return n
}

func (s PerSweep) plus(o PerSweep, times float64) PerSweep {
	return PerSweep{s.ReadUnits + times*o.ReadUnits, s.GBSeconds + times*o.GBSeconds, s.LogBytes + times*o.LogBytes}
}

// Fixed is what a month costs with nobody there.
type Fixed struct {
	Sweeps       float64 // a month, of both schedules: the bucket's are counted as the reminders', which read more
	AlarmMetrics float64 // metrics that alarms watch
	Dashboards   float64
	Secrets      float64
	SiteBytes    float64 // in the bucket
}

// Deployed reads from the templates of the repository at root what is deployed: sweeps, alarms, dashboards and secrets. The site's
// size is not there.
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
		var every float64
		var unit string
		if _, err := fmt.Sscanf(rate, "rate(%f %s", &every, &unit); err != nil || every <= 0 {
			return Fixed{}, fmt.Errorf("schedule %s: %q is no rate", name, rate)
		}
		switch {
		case strings.HasPrefix(unit, "minute"):
			f.Sweeps += hours * 60 / every
		case strings.HasPrefix(unit, "hour"):
			f.Sweeps += hours / every
		default:
			return Fixed{}, fmt.Errorf("schedule %s: %q is neither minutes nor hours", name, rate)
		}
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
	fmt.Fprintf(out, "\nWhat one enrolment uses, from the first visit to the end of its file, at so many enrolments a year:\n\n")
	fmt.Fprintf(out, "| |%s\n|---|%s\n", row(Sizes, thousands), strings.Repeat("---:|", len(Sizes)))
	for _, l := range []struct {
		what string
		of   func(PerEnrolment, PerSweep) float64
	}{
		{"read units", func(e PerEnrolment, _ PerSweep) float64 { return e.ReadUnits }},
		{"write units", func(e PerEnrolment, _ PerSweep) float64 { return e.WriteUnits }},
		{"API requests", func(e PerEnrolment, _ PerSweep) float64 { return e.APIRequests }},
		{"requests of the API that CloudFront answers", func(e PerEnrolment, _ PerSweep) float64 { return e.KeptRequests }},
		{"requests of the site", func(e PerEnrolment, _ PerSweep) float64 { return e.SiteRequests }},
		{"invocations", func(e PerEnrolment, _ PerSweep) float64 { return e.Invocations }},
		{"of them cold", func(e PerEnrolment, _ PerSweep) float64 { return e.ColdStarts }},
		{"GB-seconds, on this machine", func(e PerEnrolment, _ PerSweep) float64 { return e.GBSeconds }},
		{"messages, each recipient", func(e PerEnrolment, _ PerSweep) float64 { return e.Mails }},
		{"kB attached", func(e PerEnrolment, _ PerSweep) float64 { return e.AttachedBytes / 1e3 }},
		{"kB sent by CloudFront", func(e PerEnrolment, _ PerSweep) float64 { return e.SentBytes / 1e3 }},
		{"kB of logs", func(e PerEnrolment, _ PerSweep) float64 { return e.LogBytes / 1e3 }},
		{"kB kept", func(e PerEnrolment, _ PerSweep) float64 { return e.StoredBytes / 1e3 }},
		{"a sweep with nothing due: read units", func(_ PerEnrolment, s PerSweep) float64 { return s.ReadUnits }},
		{"a sweep with nothing due: GB-seconds, on this machine", func(_ PerEnrolment, s PerSweep) float64 { return s.GBSeconds }},
	} {
		fmt.Fprintf(out, "| %s |%s\n", l.what, row(Sizes, func(n int) string { return fmt.Sprintf("%.1f", l.of(u.at(n))) }))
	}
	f := u.Fixed
	fmt.Fprintf(out, "\nFiles are kept %.1f years. With nobody there: %.0f sweeps a month, all counted as cold; %.0f metrics under alarm, "+
		"%.0f dashboard, %.0f secrets. The product and the API's routes have %d metrics, charged for the hours in which they have a value.\n\n%s\n\n",
		u.YearsKept, f.Sweeps, f.AlarmMetrics, f.Dashboards, f.Secrets, len(u.Series), u.Measured)
	fmt.Fprintf(out, "Months are equal: a peak costs the same, later. Logs are counted as written, though AWS stores them compressed. Not counted, being free "+
		"or under a cent: what Lambda reads of the table's stream, SES's events, the queues of dead letters, the alarms' mails, the budget, the certificate, "+
		"traffic inside the region and from it to CloudFront; nor a Route 53 zone (0.50) when DomainName has one, nor support, nor the signed conventions\n"+
		"that collectivités send back: 10 MB at most each, a quarter of a thousandth of a dollar a month, and only where they do.\n\n")
}
