package scan

import (
	"context"
	"errors"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// settleIn is how long a scan may be in the bucket before its file knows it: far longer than a request.
const settleIn = time.Hour

// Desk takes in what was sent.
type Desk struct {
	*Bucket
	Notes interface {
		ExpectScan(ctx context.Context, l enrolment.LooseScan) error
	}
	Now func() time.Time
}

// Take reads the pages of a scan and keeps them, for their file to know them next; the same again is the same. Refusals: scan-incomplete,
// scan-refused; unavailable while the same scan is being deleted.
func (d Desk) Take(ctx context.Context, fileID, scanID string) (enrolment.Scan, error) {
	c, err := d.Check(ctx, fileID, scanID)
	if err != nil {
		return enrolment.Scan{}, err
	}
	err = d.Notes.ExpectScan(ctx, enrolment.LooseScan{FileID: fileID, ScanID: scanID, At: d.Now().Add(settleIn)})
	if errors.Is(err, enrolment.ErrStale) {
		return enrolment.Scan{}, &enrolment.Error{Kind: enrolment.KindUnavailable, RetryAfter: 5 * time.Second, Err: err}
	}
	if err != nil {
		return enrolment.Scan{}, err
	}
	return c.Scan, d.Keep(ctx, c)
}
