package cost

import (
	"bytes"
	"math"
	"os"
	"strings"
	"testing"
)

const root = "../../.."

// example is the usage of the tests: orders of magnitude, not measures.
func example(t *testing.T) Usage {
	t.Helper()
	fixed, err := Deployed(root)
	if err != nil {
		t.Fatal(err)
	}
	fixed.SiteBytes = 2e6
	return Usage{
		Enrolment: PerEnrolment{ReadUnits: 60, WriteUnits: 80, APIRequests: 30, Invocations: 45, GBSeconds: 2, ColdStarts: 3, Mails: 8, AttachedBytes: 300e3,
			SiteRequests: 40, SentBytes: 600e3, LogBytes: 30e3, StoredBytes: 8e3},
		Sweep: PerSweep{ReadUnits: 5, GBSeconds: 0.1, LogBytes: 500}, Fixed: fixed, YearsKept: 2,
		Measured: "These quantities are an example.",
	}
}

// By hand, for 12,000 enrolments a year, so 1,000 a month, with prices that are easy to multiply.
func TestABillIsWhatAHandComputes(t *testing.T) {
	u := Usage{
		Enrolment: PerEnrolment{ReadUnits: 8, WriteUnits: 20, APIRequests: 28, Invocations: 40, GBSeconds: 2, ColdStarts: 3, Mails: 5, AttachedBytes: 1e6,
			SiteRequests: 50, SentBytes: 2e6 - 146e3, LogBytes: 4e6, StoredBytes: 1e6},
		Sweep:    PerSweep{ReadUnits: 2, GBSeconds: 0.5, LogBytes: 1e6},
		Sessions: Sessions{ToCome: 0.001, Swept: PerSweep{ReadUnits: 1.0 / 3}}, // 12
		Public: []Public{
			// 73 for one enrolment, 1 in 36 seconds: kept for 108 seconds, the API answers one in four. One for each of 12 sessions, 1 in 432 seconds: half.
			{Times: 73, Kept: 108, Origin: PerEnrolment{ReadUnits: 2 / 18.25}, SentBytes: 1e3},
			{Times: 73, Kept: 432, EachSession: true, Origin: PerEnrolment{APIRequests: 2 / 36.5}, SentBytes: 1e3},
		},
		Series:    []float64{1, 0.365, 0}, // 1,000, 365 and no values in the 730 hours of a month
		Fixed:     Fixed{Sweeps: 100, AlarmMetrics: 7, Dashboards: 1, Secrets: 2, SiteBytes: 3e9},
		YearsKept: 2,
	}
	p := prices{}
	for key, usd := range map[string]float64{
		"lambda-request": 0.001, "lambda-gb-second": 0.01, "gateway-request": 0.002, "table-read": 0.0001, "table-write": 0.001, "table-storage": 0.5, "table-recovery": 0.25,
		"mail": 0.003, "mail-attachment": 0.1, "schedule": 0.01, "edge-request": 0.0001, "edge-function": 0.001, "edge-gb": 0.2, "site-storage": 0.05, "log-ingestion": 0.5,
		"log-storage": 0.01, "alarm-metric": 0.1, "dashboard": 3, "custom-metric": 0.3, "secret": 0.4, "secret-call": 0.001,
	} {
		p[key] = price{Key: key, USD: usd}
	}
	want := map[string]float64{
		"Lambda":                           40.1 + 20.5,              // 40,100 invocations; 2,000 + 50 GB-seconds
		"API Gateway":                      60,                       // 30,000
		"DynamoDB, reads and writes":       1.06 + 20,                // 10,000 + 600 read, 20,000 written
		"DynamoDB, storage and recovery":   12 + 6,                   // 24,000 files of 1 MB: 24 GB
		"SES":                              15 + 0.1,                 // 5,000 messages, 1 GB attached
		"EventBridge Scheduler":            1,                        // 100
		"CloudFront and the site's bucket": 17.125 + 50 + 0.4 + 0.15, // 80,000 requests and 91,250 that it answers, 50,000 of pages, 2 GB sent, 3 GB stored
		"Logs, a year kept":                2.05 + 0.492,             // 4 + 0.1 GB, twelve months of it
		"Alarms, dashboard, metrics":       0.7 + 3 + 0.45,           // 7, 1, and one and a half
		"Secrets Manager":                  0.8 + 3 + 0.1,            // 2; 3,000 cold starts and 100 sweeps
	}
	lines, err := bill(p, u, 12_000)
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range lines {
		if expected, ok := want[l.name]; !ok || math.Abs(l.usd-expected) > 1e-9 {
			t.Errorf("%s: %.4f, want %.4f", l.name, l.usd, expected)
		}
	}
	if len(lines) != len(want) {
		t.Errorf("%d components, want %d", len(lines), len(want))
	}
}

func TestWhatIsAlwaysThereIsReadFromTheTemplates(t *testing.T) {
	f, err := Deployed(root)
	if err != nil {
		t.Fatal(err)
	}
	raw, err := os.ReadFile(root + "/infra/alarms.yaml")
	if err != nil {
		t.Fatal(err)
	}
	alarms, metrics := strings.Count(string(raw), "Type: AWS::CloudWatch::Alarm"), strings.Count(string(raw), "MetricStat:")
	// The alarms with an expression name each metric in a MetricStat; the others have one that is not.
	expressions := strings.Count(string(raw), "      Metrics:\n")
	if want := float64(alarms - expressions + metrics); f.AlarmMetrics != want || alarms == 0 {
		t.Errorf("%.0f metrics under alarm, want %.0f", f.AlarmMetrics, want)
	}
	if f.Dashboards != 1 || f.Secrets != 2 || f.Sweeps != 8760+730 {
		t.Errorf("%+v, want 1 dashboard, 2 secrets and 8,760 sweeps (one every five minutes) and 730 (one an hour)", f)
	}
}

func TestTheTableShowsEverySizeAndSaysWhatItAssumes(t *testing.T) {
	var out bytes.Buffer
	if err := Write(&out, example(t)); err != nil {
		t.Fatal(err)
	}
	for _, words := range []string{"| enrolments a year | 1,000 | 100,000 | 1,000,000 |", "without any free tier", "9490 sweeps a month", "| read units | 60.0 | 60.0 | 60.0 |", "These quantities are an example.", "| **a month** |", "memory"} {
		if !strings.Contains(out.String(), words) {
			t.Errorf("%q is not said in:\n%s", words, out.String())
		}
	}
}

func TestEveryPriceHasASourceAndADay(t *testing.T) {
	p, err := load()
	if err != nil {
		t.Fatal(err)
	}
	used := 0
	for key := range p {
		without := prices{}
		for k, v := range p {
			if k != key {
				without[k] = v
			}
		}
		if _, err := bill(without, Usage{}, 1); err != nil && strings.Contains(err.Error(), key) {
			used++
		} else {
			t.Errorf("the price %s is used by no bill, or its absence is not seen", key)
		}
	}
	if used < 15 {
		t.Errorf("only %d prices", used)
	}
	const whole = `- {key: mail, usd: 0.1, per: mail, region: r, source: "https://x", published: 2026-01-01, checked: 2026-01-01, how: record}`
	if _, err := parse([]byte(whole)); err != nil {
		t.Error(err)
	}
	for _, broken := range []string{
		strings.Replace(whole, "usd: 0.1", "usd: 0", 1), strings.Replace(whole, "https://x", "a colleague", 1), strings.Replace(whole, "published: 2026-01-01", "published: lately", 1),
		strings.Replace(whole, "how: record", "how: sure", 1), strings.Replace(whole, "how: record", "how: memory", 1), strings.Replace(whole, "region: r, ", "", 1), whole + "\n" + whole, strings.Replace(whole, "per:", "by:", 1),
	} {
		if _, err := parse([]byte(broken)); err == nil {
			t.Errorf("accepted: %s", broken)
		}
	}
}
