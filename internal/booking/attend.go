package booking

import (
	"context"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Attend records what somebody attended. Who came for some time has attended; who did not keeps their status, with the record
// that says so. The same record twice changes nothing, and closing again after a correction replaces it.
func (d *Desk) Attend(ctx context.Context, id string, record enrolment.Attendance) (File, error) {
	return d.edit(ctx, id, "attendance recorded", func(e *enrolment.Enrolment, s enrolment.Session, now time.Time) error {
		if !e.Attendee() {
			return errUnchanged
		}
		if now.Before(s.End()) {
			return enrolment.Refuse(enrolment.KindConflict, "La session n’est pas terminée : relevez d’abord toutes les demi-journées.")
		}
		if e.Attendance != nil && e.Attendance.Same(record) {
			return errUnchanged
		}
		record.ClosedAt = now
		e.Attendance = &record
		switch came := record.Minutes() > 0; {
		case came:
			e.Status = enrolment.Attended
			tell(e, enrolment.NoticeCertificate, now)
		case e.Status == enrolment.Attended:
			e.Status = enrolment.Reserved
			e.Settle()
		}
		return nil
	})
}
