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
	"sync/atomic"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Sweeper is what the schedule does besides messages: idle seats offered to those who wait and sessions that moved told to their holders
// (*booking.Desk), sessions to come brought up to what was changed of the catalogue (spread.Desk).
type Sweeper interface {
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
	Before []Sweeper // what is done before the messages, which may follow from it, in this order
	Due    Due
	Shards int // of Due, numbered from 0
	AtOnce int // files tended at the same time; 0 for 16
}

const (
	sweepPage = 20_000           // files of a shard in one run; the others wait for the next
	workers   = 16               // when AtOnce does not say
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

// stream tends each file of a batch once, however many of its records there are, several at once. The records of those that
// failed come again, and what follows them with them, which is harmless twice. A message given up fails the whole batch,
// after the rest is done: the function's error alarm rings, and the batch comes again to nothing. What the post does not
// take for now is left to the schedule.
func (d *Desk) stream(ctx context.Context, batch streamBatch) (any, error) {
	files, first := []string{}, map[string]string{} // sequence number of a file's first record
	for _, r := range batch.Records {
		id, isFile := strings.CutPrefix(r.Change.Keys.PK.S, "E#")
		if !isFile || r.Change.Keys.SK.S != "FILE" || r.EventName == "REMOVE" || first[id] != "" {
			continue
		}
		files, first[id] = append(files, id), r.Change.SequenceNumber
	}
	ctx = withShelf(ctx)
	dead, failed := &faults{}, &failures{Failures: []StreamFailure{}}
	d.each(ctx, files, func(id string) error {
		err := d.Sender.Tend(ctx, id)
		switch {
		case errors.Is(err, ErrDead):
			dead.add(err)
		case errors.Is(err, enrolment.ErrSpared): // others of the batch may be urgent
		case errors.Is(err, enrolment.ErrLater):
			return err
		case err != nil:
			d.Sender.Log.ErrorContext(ctx, "stream record failed", "file", id, "error", err.Error())
			failed.add(first[id])
		}
		return nil
	})
	if err := dead.join(); err != nil {
		return nil, err
	}
	return StreamAnswer{Failures: failed.Failures}, nil
}

// failures are the records of a batch to give again.
type failures struct {
	mu       sync.Mutex
	Failures []StreamFailure
}

func (f *failures) add(sequence string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Failures = append(f.Failures, StreamFailure{ID: sequence})
}

// Sweep does everything that time made due: what comes before, then messages. One file's failure does not stop the others; all
// failures come back together. What there is no time for, or what the post does not take for now, is left to the next run.
func (d *Desk) Sweep(ctx context.Context) error {
	faults := &faults{}
	for _, s := range d.Before {
		faults.add(s.Sweep(ctx))
	}
	urgent, others := d.due(ctx, faults)
	if d.tend(ctx, urgent, true, faults) {
		d.tend(ctx, others, false, faults)
	}
	return faults.join()
}

// due lists the files to look at now: those that somebody waits for, then the others, the most urgent first, then the longest due. It
// measures how late the latest is, whether it is due or paused between two tries.
func (d *Desk) due(ctx context.Context, faults *faults) (urgent, others []string) {
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
		switch {
		case f.At.After(now):
		case f.Urgency == 0:
			urgent = append(urgent, f.ID)
		default:
			others = append(others, f.ID)
		}
	}
	if d.Sender.Meter != nil {
		d.Sender.Meter.ReminderLag(lag)
	}
	return urgent, others
}

// tend looks at files, several at once; goOn is false once nothing may leave for now. What can wait, when only urgent messages may leave,
// stops nothing among files that somebody waits for. While the post is shut one file at a time is looked at, until one message has left: it
// is the one that tries whether the post is open again.
func (d *Desk) tend(ctx context.Context, ids []string, urgent bool, faults *faults) (goOn bool) {
	var later atomic.Bool
	one := func(id string) error {
		err := d.Sender.Tend(ctx, id)
		switch {
		case urgent && errors.Is(err, enrolment.ErrSpared):
		case errors.Is(err, enrolment.ErrLater):
			later.Store(true)
			return err
		default:
			faults.add(err)
		}
		return nil
	}
	for len(ids) > 0 && d.shut(ctx) {
		if outOfTime(ctx) || one(ids[0]) != nil {
			return false
		}
		ids = ids[1:]
	}
	d.each(ctx, ids, one)
	return !later.Load()
}

func (d *Desk) shut(ctx context.Context) bool {
	if d.Sender.Pace == nil {
		return false
	}
	_, shut, err := d.Sender.Pace.Shut(ctx)
	return shut && err == nil
}

// each does something for each file, several at once, until our time is up or one says [enrolment.ErrLater].
func (d *Desk) each(ctx context.Context, ids []string, do func(id string) error) {
	queue, stop := make(chan string), make(chan struct{})
	var running sync.WaitGroup
	var once sync.Once
	for range min(cmp.Or(d.AtOnce, workers), len(ids)) {
		running.Go(func() {
			for id := range queue {
				if do(id) != nil {
					once.Do(func() { close(stop) })
				}
			}
		})
	}
	defer running.Wait()
	defer close(queue)
	for _, id := range ids {
		if outOfTime(ctx) {
			return
		}
		select {
		case queue <- id:
		case <-stop:
			return
		}
	}
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
