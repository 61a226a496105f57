package functions

import (
	"archive/zip"
	"bytes"
	"cmp"
	"compress/flate"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/lambdahttp"
	"github.com/echarpe/echarpe/internal/lambdatest"
)

// size of a function in bytes.
type size struct{ binary, zip int64 }

// build builds every subject into dir, and weighs it.
func build(ctx context.Context, root, dir string, env ...string) (map[string]size, error) {
	sizes := map[string]size{}
	for _, s := range subjects {
		file := filepath.Join(dir, s.name)
		if err := lambdatest.Build(ctx, root, s.command, file, env...); err != nil {
			return nil, err
		}
		w, err := weigh(file)
		if err != nil {
			return nil, err
		}
		sizes[s.name] = w
	}
	return sizes, nil
}

// weigh gives the size of a binary and of the zip that is uploaded, with the binary alone in it.
func weigh(file string) (size, error) {
	binary, err := os.ReadFile(file)
	if err != nil {
		return size{}, err
	}
	var packed bytes.Buffer
	z := zip.NewWriter(&packed)
	z.RegisterCompressor(zip.Deflate, func(w io.Writer) (io.WriteCloser, error) { return flate.NewWriter(w, flate.DefaultCompression) })
	w, err := z.Create("bootstrap")
	if err != nil {
		return size{}, err
	}
	if _, err := w.Write(binary); err != nil {
		return size{}, err
	}
	if err := z.Close(); err != nil {
		return size{}, err
	}
	return size{binary: int64(len(binary)), zip: int64(packed.Len())}, nil
}

// start is what getting ready took: from the start of the process to its first poll, and the processor's part of it.
type start struct{ wall, cpu []time.Duration }

// answersAtOnce is a table without an item.
func answersAtOnce() (address string, closes func()) {
	table := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = io.WriteString(w, "{}") // the item is absent
	}))
	return table.URL, table.Close
}

// cold starts every function so many times, one after the other, over a table that answers at once: what is measured is the functions,
// not the time of DynamoDB Local.
func cold(ctx context.Context, dir string, rounds int) (map[string]*start, error) {
	table, closes := answersAtOnce()
	defer closes()
	env := lambdatest.Variables()
	env["AWS_ENDPOINT_URL_DYNAMODB"], env["SCAN_BUCKET"] = table, "echarpe-scans" // of which nothing is asked
	starts := map[string]*start{}
	for _, s := range subjects {
		starts[s.name] = &start{}
	}
	for range rounds {
		for _, s := range subjects {
			f, err := lambdatest.Start(filepath.Join(dir, s.name), env)
			if err != nil {
				return nil, err
			}
			wall, err := f.Ready(ctx)
			usage := f.Stop()
			if err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
			starts[s.name].wall, starts[s.name].cpu = append(starts[s.name].wall, wall), append(starts[s.name].cpu, usage.CPU)
		}
	}
	return starts, nil
}

// samples of one function's life.
type samples struct {
	init    []time.Duration // from the start of the process to the first poll
	first   []time.Duration // the first answer
	again   []time.Duration // the same event, warm
	nothing []time.Duration // an event that needs no table, warm
	peakKB  []int64
}

// measure starts every function so many times, one after the other, and gives each so many warm events.
func measure(ctx context.Context, world *lambdatest.World, dir string, rounds, warm int) (map[string]*samples, error) {
	measured := map[string]*samples{}
	for _, s := range subjects {
		measured[s.name] = &samples{}
	}
	for range rounds {
		world.NewPerson()
		for _, s := range subjects {
			if err := once(ctx, world, dir, s, warm, measured[s.name]); err != nil {
				return nil, fmt.Errorf("%s: %w", s.name, err)
			}
		}
	}
	return measured, nil
}

// once is one life of a function. The api's holds a seat, so that those that come after it in the round have a file to work on.
func once(ctx context.Context, world *lambdatest.World, dir string, s subject, warm int, into *samples) error {
	f, err := lambdatest.Start(filepath.Join(dir, s.name), world.Env)
	if err != nil {
		return err
	}
	stopped := false
	defer func() {
		if !stopped {
			f.Stop()
		}
	}()
	ready, err := f.Ready(ctx)
	if err != nil {
		return err
	}
	into.init = append(into.init, ready)
	first, err := timed(ctx, world, f, s.first)
	if err != nil {
		return err
	}
	into.first = append(into.first, first)
	if s.name == "api" {
		if err := enrol(ctx, world, f); err != nil {
			return err
		}
	}
	for range warm {
		again, err := timed(ctx, world, f, s.first)
		if err != nil {
			return err
		}
		nothing, err := timed(ctx, world, f, s.nothing)
		if err != nil {
			return err
		}
		into.again, into.nothing = append(into.again, again), append(into.nothing, nothing)
	}
	stopped = true
	into.peakKB = append(into.peakKB, f.Stop().PeakKB)
	return nil
}

func enrol(ctx context.Context, world *lambdatest.World, api *lambdatest.Function) error {
	event, err := world.Event("api-enrol.json")
	if err != nil {
		return err
	}
	reply, err := api.Invoke(ctx, event)
	if err != nil {
		return err
	}
	var answer lambdahttp.Response
	if err := json.Unmarshal(reply, &answer); err != nil {
		return err
	}
	if err := world.Enrolled([]byte(answer.Body)); err != nil {
		return err
	}
	// Proved at once: the sessions and sources of this run would else have more seats that nobody proved than the house lets be.
	_, err = booking.New(world.Store, nil, time.Now).Prove(ctx, world.Value("id"))
	return err
}

// timed gives an event to a function and times the answer, which must not be a failure.
func timed(ctx context.Context, world *lambdatest.World, f *lambdatest.Function, file string) (time.Duration, error) {
	event, err := world.Event(file)
	if err != nil {
		return 0, err
	}
	start := time.Now()
	reply, err := f.Invoke(ctx, event)
	took := time.Since(start)
	if err == nil && bytes.Contains(reply, []byte(`"statusCode":5`)) {
		err = errors.New(string(reply))
	}
	if err != nil {
		return 0, fmt.Errorf("%s: %w\n%s", file, err, f.Logs())
	}
	return took, nil
}

// ratio compares what a function took with what bare took.
func ratio(function, bare []time.Duration) float64 {
	return float64(median(function)) / float64(median(bare))
}

func median[T cmp.Ordered](values []T) T {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// command lets a command use the helpers of tests.
type command struct {
	testing.TB
	cleanups *[]func()
}

// outside gives one, and what ends everything it started.
func outside() (testing.TB, func()) {
	c := command{cleanups: &[]func(){}}
	return c, func() {
		for _, end := range slices.Backward(*c.cleanups) {
			end()
		}
	}
}

func (command) Helper()                        {}
func (command) Fatal(args ...any)              { log.Fatal(args...) }
func (command) Fatalf(format string, v ...any) { log.Fatalf(format, v...) }
func (command) Skipf(format string, v ...any)  { log.Fatalf(format, v...) }
func (c command) Cleanup(end func())           { *c.cleanups = append(*c.cleanups, end) }
func (c command) TempDir() string {
	dir, err := os.MkdirTemp("", "echarpe-bench")
	if err != nil {
		c.Fatal(err)
	}
	c.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}
