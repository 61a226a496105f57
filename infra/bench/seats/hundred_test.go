package seats

import (
	"context"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
)

// The figures are the bench's; that it refuses an answer which the table does not bear out is tried here, on a small crowd.
func TestEveryArrivalIsAnsweredAsTheTableSays(t *testing.T) {
	r, err := newRace(t.Context(), 100*time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	for _, how := range []counting{spread, oneCounter} {
		if err := r.writeArrivals(t.Context(), io.Discard, how, 40, scarce); err != nil {
			t.Error(err)
		}
	}
	if err := r.writeArrivals(t.Context(), io.Discard, counting{"somebody was there before", someoneThere}, 40, scarce); err == nil {
		t.Error("answers that do not add up to the table's counts passed")
	}
}

func someoneThere(ctx context.Context, cfg aws.Config, s enrolment.Session) error {
	g, err := guide.Load()
	if err != nil {
		return err
	}
	if err := apply(ctx, cfg, s); err != nil {
		return err
	}
	_, err = booking.New(dynamotest.Open(cfg, clock), g, clock).Enrol(ctx, application(s.ID, 1_000_000))
	return err
}
