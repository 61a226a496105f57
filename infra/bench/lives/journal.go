package lives

import (
	"bytes"
	"encoding/json"
	"slices"
	"sync"
)

// journal is where the functions write: it counts what CloudWatch charges, and the metrics that travel in the lines.
type journal struct {
	mu     sync.Mutex
	bytes  int
	series map[string]float64 // how many values: "MessagesSent/offer"
}

// Write takes one line, as the loggers write them.
func (j *journal) Write(line []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.bytes += len(bytes.TrimSpace(line)) + lineOverhead
	var said struct {
		Metrics *struct {
			CloudWatchMetrics []struct {
				Dimensions [][]string
				Metrics    []struct{ Name string }
			}
		} `json:"_aws"`
	}
	var values map[string]any
	if json.Unmarshal(line, &said) != nil || json.Unmarshal(line, &values) != nil {
		return len(line), nil // not ours to judge: a log takes everything
	}
	if said.Metrics == nil {
		return len(line), nil
	}
	for _, m := range said.Metrics.CloudWatchMetrics {
		name := m.Metrics[0].Name
		for _, d := range slices.Concat(m.Dimensions...) {
			value, _ := values[d].(string)
			name += "/" + value
		}
		j.add(name, 1)
	}
	return len(line), nil
}

// add counts values of a metric.
func (j *journal) add(name string, values float64) {
	if j.series == nil {
		j.series = map[string]float64{}
	}
	j.series[name] += values
}
