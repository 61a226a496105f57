package scan_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/scan"
)

// lost are notes of files that are not there any more, and the bucket that they are to leave.
type lost struct {
	notes   []enrolment.LooseScan
	deleted map[string]int
	broken  string // file whose pages cannot be deleted
}

func (l *lost) File(context.Context, string) (enrolment.Enrolment, error) {
	return enrolment.Enrolment{}, &enrolment.Error{Kind: enrolment.KindNotFound}
}

func (l *lost) LooseScans(context.Context, time.Time) ([]enrolment.LooseScan, error) {
	return l.notes, nil
}

func (l *lost) TakeScan(context.Context, enrolment.LooseScan) (bool, error) { return true, nil }

func (l *lost) SettleScan(context.Context, enrolment.LooseScan) error { return nil }

func (l *lost) Delete(_ context.Context, fileID, _ string) error {
	if fileID == l.broken {
		return errors.New("the bucket does not answer")
	}
	l.deleted[fileID]++
	return nil
}

func manyLost(n int) *lost {
	l := &lost{deleted: map[string]int{}}
	for i := range n {
		l.notes = append(l.notes, enrolment.LooseScan{FileID: fmt.Sprint("file", i), ScanID: "x-01"})
	}
	return l
}

func TestOneScanThatStaysDoesNotKeepTheOthers(t *testing.T) {
	l := manyLost(3)
	l.broken = "file1"
	if err := (scan.Sweeper{Notes: l, Bucket: l, Now: time.Now}).Sweep(t.Context()); err == nil || len(l.deleted) != 2 {
		t.Errorf("%v %v", err, l.deleted)
	}
}

// A run whose time is nearly up leaves the rest to the next one, and has not failed.
func TestARunStopsBeforeItsTimeIsUp(t *testing.T) {
	l := manyLost(3)
	short, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	if err := (scan.Sweeper{Notes: l, Bucket: l, Now: time.Now}).Sweep(short); err != nil || len(l.deleted) != 0 {
		t.Errorf("%v %v", err, l.deleted)
	}
	long, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	if err := (scan.Sweeper{Notes: l, Bucket: l, Now: time.Now}).Sweep(long); err != nil || len(l.deleted) != 3 {
		t.Errorf("%v %v", err, l.deleted)
	}
}
