package scan

import (
	"context"
	"errors"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Notes is where scans are noted that may have to be deleted, and where files say what they know. Absence of a file is an error of kind not-found.
type Notes interface {
	File(ctx context.Context, id string) (enrolment.Enrolment, error)
	LooseScans(ctx context.Context, now time.Time) ([]enrolment.LooseScan, error)
	TakeScan(ctx context.Context, l enrolment.LooseScan) (bool, error)
	SettleScan(ctx context.Context, l enrolment.LooseScan) error
}

// Sweeper deletes from the bucket what no file knows, or knows any more. It may be stopped anywhere and run again, by two at once.
type Sweeper struct {
	Notes  Notes
	Bucket interface {
		Delete(ctx context.Context, fileID, scanID string) error
	}
	Now func() time.Time
}

// reserve is how long before its time is up a run stops: far longer than one scan takes to go.
const reserve = 10 * time.Second

// Sweep looks at every note that is due. One that fails does not stop the others; what there is no time for is left to the next run.
func (s Sweeper) Sweep(ctx context.Context) error {
	notes, err := s.Notes.LooseScans(ctx, s.Now())
	if err != nil {
		return err
	}
	var faults []error
	for _, l := range notes {
		if deadline, limited := ctx.Deadline(); limited && time.Until(deadline) < reserve {
			break
		}
		faults = append(faults, s.settle(ctx, l))
	}
	return errors.Join(faults...)
}

func (s Sweeper) settle(ctx context.Context, l enrolment.LooseScan) error {
	if !l.Taken {
		known, err := s.known(ctx, l)
		if err != nil {
			return err
		}
		if known {
			return s.Notes.SettleScan(ctx, l)
		}
		if l.Taken, err = s.Notes.TakeScan(ctx, l); err != nil || !l.Taken {
			return err
		}
	}
	if err := s.Bucket.Delete(ctx, l.FileID, l.ScanID); err != nil {
		return err
	}
	return s.Notes.SettleScan(ctx, l)
}

func (s Sweeper) known(ctx context.Context, l enrolment.LooseScan) (bool, error) {
	e, err := s.Notes.File(ctx, l.FileID)
	if enrolment.KindOf(err) == enrolment.KindNotFound {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	sent, ok := e.Sent()
	return ok && sent.ID == l.ScanID, nil
}
