// Package metrics writes CloudWatch metrics as log lines (embedded metric format): no call, no client, no personal data.
// Source of the format: https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html
package metrics

import (
	"encoding/json"
	"io"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Unit is one of CloudWatch's units.
type Unit string

// The units in use.
const (
	Count   Unit = "Count"
	Seconds Unit = "Seconds"
	None    Unit = "None"
)

// Recorder writes metrics of one namespace. A nil Recorder, or one without a namespace, writes nothing.
type Recorder struct {
	mu        sync.Mutex
	w         io.Writer
	namespace string
	now       func() time.Time
}

// New makes a recorder that writes lines to w.
func New(w io.Writer, namespace string, now func() time.Time) *Recorder {
	return &Recorder{w: w, namespace: namespace, now: now}
}

// Record writes one value. Dimension pairs are names and values of small sets ("mode", "dife"): each combination is a metric that
// CloudWatch charges for.
func (r *Recorder) Record(name string, unit Unit, value float64, dimensions ...[2]string) {
	if r == nil || r.namespace == "" {
		return
	}
	names := make([]string, 0, len(dimensions))
	line := map[string]any{name: value}
	for _, d := range dimensions {
		names = append(names, d[0])
		line[d[0]] = d[1]
	}
	line["_aws"] = map[string]any{
		"Timestamp": r.now().UnixMilli(),
		"CloudWatchMetrics": []any{map[string]any{
			"Namespace": r.namespace, "Dimensions": [][]string{names},
			"Metrics": []any{map[string]any{"Name": name, "Unit": unit}},
		}},
	}
	text, err := json.Marshal(line)
	if err != nil {
		return // strings and numbers always marshal; NaN is nobody's duration
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	_, _ = r.w.Write(append(text, '\n')) // a log that cannot be written has nowhere to say so
}

// Product names the metrics of the product; alarms and the dashboard of the template read them.
type Product struct{ *Recorder }

// Enrolled counts an answered enrolment by mode.
func (p Product) Enrolled(mode enrolment.Mode) {
	p.Record("Enrolled", Count, 1, [2]string{"mode", string(mode)})
}

// Funded counts a file whose funding is settled, and how long it took from the seat.
func (p Product) Funded(mode enrolment.Mode, after time.Duration) {
	p.Record("Funded", Count, 1, [2]string{"mode", string(mode)})
	p.Record("TimeToFundedHours", None, after.Hours())
}

// MessageSent counts an e-mail by kind.
func (p Product) MessageSent(kind string) {
	p.Record("MessagesSent", Count, 1, [2]string{"kind", kind})
}

// MessageWithheld counts a refusal of the post for the account's sake: nobody's mail leaves until that is mended.
func (p Product) MessageWithheld() {
	p.Record("MessagesWithheld", Count, 1)
}

// ReminderLag is how late the latest message is, sent or not, at a sweep.
func (p Product) ReminderLag(lag time.Duration) {
	p.Record("ReminderLagSeconds", Seconds, lag.Seconds())
}
