package reminder_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/reminder"
)

// counting counts the reads of sessions.
type counting struct {
	reminder.Store
	sessions atomic.Int64
}

func (c *counting) Session(ctx context.Context, id string) (enrolment.Session, error) {
	c.sessions.Add(1)
	return c.Store.Session(ctx, id)
}

func TestABatchReadsItsSessionOnce(t *testing.T) {
	now := day("2027-03-01 09:00")
	l := newLife(session("2027-04-29"), now)
	var records []string
	for n := range 50 {
		e := file(enrolment.DIFE, now)
		e.ID = fmt.Sprintf("f%02d", n)
		l.enrol(e)
		records = append(records, fmt.Sprintf(`{"eventName":"INSERT","dynamodb":{"Keys":{"pk":{"S":"E#%s"},"sk":{"S":"FILE"}},"SequenceNumber":"%d"}}`, e.ID, n))
	}
	c := &counting{Store: l.store}
	l.sender.Store, l.desk.AtOnce = c, 1
	if _, err := l.desk.Handle(t.Context(), json.RawMessage(`{"Records":[`+strings.Join(records, ",")+`]}`)); err != nil {
		t.Fatal(err)
	}
	if len(l.post) != 50 || c.sessions.Load() != 1 {
		t.Errorf("%d letters, the session was read %d times", len(l.post), c.sessions.Load())
	}
}
