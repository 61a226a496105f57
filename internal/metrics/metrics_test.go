package metrics_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/metrics"
)

func TestRecordWritesOneLineOfEmbeddedFormat(t *testing.T) {
	var out bytes.Buffer
	at := time.Date(2026, 11, 23, 9, 0, 0, 0, time.UTC)
	metrics.New(&out, "Echarpe/demo", func() time.Time { return at }).Record("Enrolled", metrics.Count, 1, [2]string{"Mode", "dife"})
	want := `{"Enrolled":1,"Mode":"dife","_aws":{"CloudWatchMetrics":[{"Dimensions":[["Mode"]],"Metrics":[{"Name":"Enrolled","Unit":"Count"}],"Namespace":"Echarpe/demo"}],"Timestamp":1795424400000}}` + "\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Error(diff)
	}
}

func TestNothingIsWrittenWithoutANamespace(t *testing.T) {
	var out bytes.Buffer
	metrics.New(&out, "", time.Now).Record("Enrolled", metrics.Count, 1)
	(*metrics.Recorder)(nil).Record("Enrolled", metrics.Count, 1)
	if out.Len() > 0 {
		t.Error(out.String())
	}
}
