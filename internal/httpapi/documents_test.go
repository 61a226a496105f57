package httpapi

import (
	"context"
	"errors"
	"io"
	"sync"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// meeting lets nobody through before so many have come.
type meeting struct{ come sync.WaitGroup }

func newMeeting(n int) *meeting {
	m := &meeting{}
	m.come.Add(n)
	return m
}

func (m *meeting) wait(ctx context.Context) error {
	m.come.Done()
	all := make(chan struct{})
	go func() { m.come.Wait(); close(all) }()
	select {
	case <-all:
		return nil
	case <-ctx.Done():
		return errors.New("the others wait for this one to end")
	}
}

// slow is a catalogue whose every answer waits for the others.
type slow struct {
	Catalogue
	meeting *meeting
}

func (s slow) Wording(ctx context.Context, _, _ string) (enrolment.Wording, error) {
	return enrolment.Wording{}, s.meeting.wait(ctx)
}

func (s slow) Organisation(ctx context.Context) (enrolment.Organisation, error) {
	return enrolment.Organisation{}, s.meeting.wait(ctx)
}

type printed struct{ Printer }

func (printed) Print(w io.Writer, _ enrolment.Paper, _ booking.File, _ enrolment.Formation, _ enrolment.Organisation, _ time.Time) error {
	_, err := io.WriteString(w, "a paper")
	return err
}

// TestAPaperWaitsForTheTableOnce: what is counted and the two items that a paper needs are asked for at the same time.
func TestAPaperWaitsForTheTableOnce(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Second)
	defer cancel()
	all := newMeeting(3)
	h := documents{Deps: Deps{Catalogue: slow{meeting: all}, Now: time.Now}, printer: printed{}}
	pdf, err := h.print(ctx, enrolment.PaperDevis, booking.File{}, func() error { return all.wait(ctx) })
	if err != nil || string(pdf) != "a paper" {
		t.Errorf("%q, %v", pdf, err)
	}
}

func TestAPaperThatIsNotAllowedIsNotPrinted(t *testing.T) {
	refused := errors.New("too many")
	h := documents{Deps: Deps{Catalogue: slow{meeting: newMeeting(2)}, Now: time.Now}, printer: printed{}}
	if pdf, err := h.print(t.Context(), enrolment.PaperDevis, booking.File{}, func() error { return refused }); !errors.Is(err, refused) || pdf != nil {
		t.Errorf("%q, %v", pdf, err)
	}
}
