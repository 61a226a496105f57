package reminder

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Seats is what the schedule does besides messages: idle seats offered to those who wait, sessions that moved told to
// their holders. *booking.Desk is one.
type Seats interface {
	Sweep(ctx context.Context) error
}

// Due lists the files to look at.
type Due interface {
	// DueFiles gives the files of one shard whose due instant is at or before until, oldest first, at most limit.
	DueFiles(ctx context.Context, shard int, until time.Time, limit int) ([]enrolment.DueFile, error)
}

// Desk is what wakes the sender.
type Desk struct {
	Sender *Sender
	Seats  Seats
	Due    Due
	Shards int // of Due, numbered from 0
}

const (
	sweepPage = 20_000 // files of a shard in one run; the others wait for the next
	workers   = 16
	reserve   = 20 * time.Second // a run stops taking files this long before its time is up
)

// Handle answers both triggers of the function: the table's stream (a batch of records) and the schedule (anything
// else). The answer to a stream names the records to give again.
func (d *Desk) Handle(ctx context.Context, payload json.RawMessage) (any, error) {
	var batch streamBatch
	if err := json.Unmarshal(payload, &batch); err != nil {
		return nil, fmt.Errorf("event: %w", err)
	}
	if batch.Records == nil {
		return nil, d.Sweep(ctx)
	}
	return d.stream(ctx, batch)
}

// streamBatch is the part of a DynamoDB stream event that we read.
type streamBatch struct {
	Records []struct {
		EventName string `json:"eventName"`
		Change    struct {
			Keys struct {
				PK attribute `json:"pk"`
				SK attribute `json:"sk"`
			} `json:"Keys"`
			SequenceNumber string `json:"SequenceNumber"`
		} `json:"dynamodb"`
	} `json:"Records"`
}

type attribute struct {
	S string `json:"S"`
}

// StreamAnswer tells Lambda which records failed: the stream begins again at the first of them.
type StreamAnswer struct {
	Failures []StreamFailure `json:"batchItemFailures"`
}

// StreamFailure is one of them.
type StreamFailure struct {
	ID string `json:"itemIdentifier"`
}

// stream tends each file of a batch once, however many of its records there are. It stops at the first failure: what
// follows comes again with it, and is harmless twice. A message given up fails the whole batch, after the rest is done:
// the function's error alarm rings, and the batch comes again to nothing.
func (d *Desk) stream(ctx context.Context, batch streamBatch) (any, error) {
	answer, seen, dead := StreamAnswer{Failures: []StreamFailure{}}, map[string]bool{}, &faults{}
	for _, r := range batch.Records {
		id, isFile := strings.CutPrefix(r.Change.Keys.PK.S, "E#")
		if !isFile || r.Change.Keys.SK.S != "FILE" || r.EventName == "REMOVE" || seen[id] {
			continue
		}
		seen[id] = true
		err := d.Sender.Tend(ctx, id)
		if errors.Is(err, ErrDead) {
			dead.add(err)
		} else if err != nil {
			d.Sender.Log.ErrorContext(ctx, "stream record failed", "file", id, "error", err.Error())
			answer.Failures = append(answer.Failures, StreamFailure{ID: r.Change.SequenceNumber})
			break
		}
	}
	if err := dead.join(); err != nil {
		return nil, err
	}
	return answer, nil
}

// Sweep does everything that time made due: seats, then messages. One file's failure does not stop the others; all
// failures come back together. What there is no time for is left to the next run.
func (d *Desk) Sweep(ctx context.Context) error {
	faults := &faults{}
	faults.add(d.Seats.Sweep(ctx))
	d.tend(ctx, d.due(ctx, faults), faults)
	return faults.join()
}

// due lists the files to look at now, the most urgent first, then the longest due; and measures how late the latest is,
// whether it is due or paused between two tries.
func (d *Desk) due(ctx context.Context, faults *faults) (ids []string) {
	now := d.Sender.Now()
	var all []enrolment.DueFile
	for shard := range d.Shards {
		found, err := d.Due.DueFiles(ctx, shard, now.Add(longestPause), sweepPage)
		faults.add(err)
		all = append(all, found...)
	}
	slices.SortStableFunc(all, func(a, b enrolment.DueFile) int {
		return cmp.Or(cmp.Compare(a.Urgency, b.Urgency), a.Late().Compare(b.Late()))
	})
	var lag time.Duration
	for _, f := range all {
		lag = max(lag, now.Sub(f.Late()))
		if !f.At.After(now) {
			ids = append(ids, f.ID)
		}
	}
	if d.Sender.Meter != nil {
		d.Sender.Meter.ReminderLag(lag)
	}
	return ids
}

// tend looks at files, several at once.
func (d *Desk) tend(ctx context.Context, ids []string, faults *faults) {
	queue := make(chan string)
	var running sync.WaitGroup
	for range min(workers, len(ids)) {
		running.Go(func() {
			for id := range queue {
				faults.add(d.Sender.Tend(ctx, id))
			}
		})
	}
	for _, id := range ids {
		if outOfTime(ctx) {
			break
		}
		queue <- id
	}
	close(queue)
	running.Wait()
}

func outOfTime(ctx context.Context) bool {
	deadline, limited := ctx.Deadline()
	return ctx.Err() != nil || limited && time.Until(deadline) < reserve
}

type faults struct {
	mu  sync.Mutex
	all []error
}

func (f *faults) add(err error) {
	if err == nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.all = append(f.all, err)
}

func (f *faults) join() error { return errors.Join(f.all...) }
