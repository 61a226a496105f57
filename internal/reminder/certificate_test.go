package reminder_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// closes records what the person attended, as booking does when the session is closed.
func closes(at string, minutes int) event {
	return event{at, func(l *life) {
		record := &enrolment.Attendance{Sittings: []enrolment.Sitting{{Planned: 360, Minutes: minutes, Presence: enrolment.Present}}, ClosedAt: day(at)}
		if minutes == 0 {
			record.Sittings[0].Presence = enrolment.Absent
			l.change(func(e *enrolment.Enrolment) { e.Status, e.Attendance = enrolment.Reserved, record })
			return
		}
		l.tell(enrolment.NoticeCertificate, func(e *enrolment.Enrolment) { e.Status, e.Attendance = enrolment.Attended, record })
	}}
}

// The certificate leaves once, to who came and to whoever pays, ten minutes after the last correction, in office hours; who gets it is
// not thanked twice. The session of lived ends on Thursday 29 April at 17:00.
func TestTheCertificateReachesWhoCameAndWhoPaysOnceAndSaysThankYou(t *testing.T) {
	for name, tt := range map[string]struct {
		edit   func(*enrolment.Enrolment)
		events []event
		want   []string
	}{
		"closed the same day": {nil, []event{closes("2027-04-29 17:20", 360)},
			[]string{"Thu 2027-04-29 17:30 authority-certificate → authority", "Thu 2027-04-29 17:30 certificate"}},
		"closed in the evening": {nil, []event{closes("2027-04-29 22:20", 360)},
			[]string{"Fri 2027-04-30 08:00 authority-certificate → authority", "Fri 2027-04-30 08:00 certificate"}},
		"closed after the thanks": {nil, []event{closes("2027-05-03 10:00", 360)},
			[]string{"Fri 2027-04-30 09:00 thanks", "Mon 2027-05-03 10:10 authority-certificate → authority", "Mon 2027-05-03 10:10 certificate"}},
		"corrected at once": {nil, []event{closes("2027-05-03 10:00", 360), closes("2027-05-03 10:05", 180)},
			[]string{"Fri 2027-04-30 09:00 thanks", "Mon 2027-05-03 10:15 authority-certificate → authority", "Mon 2027-05-03 10:15 certificate"}},
		"was not there after all": {nil, []event{closes("2027-04-29 17:20", 360), closes("2027-04-29 17:25", 0)}, []string{"Fri 2027-04-30 09:00 thanks"}},
		"corrected later": {nil, []event{closes("2027-04-29 17:20", 360), closes("2027-05-03 10:00", 180)},
			[]string{"Thu 2027-04-29 17:30 authority-certificate → authority", "Thu 2027-04-29 17:30 certificate",
				"Mon 2027-05-03 10:10 authority-certificate → authority", "Mon 2027-05-03 10:10 certificate"}},
		"who pays for themselves": {func(e *enrolment.Enrolment) { e.Mode = enrolment.Personnel }, []event{closes("2027-04-29 17:20", 360)},
			[]string{"Thu 2027-04-29 17:30 certificate"}},
		"no more reminders": {func(e *enrolment.Enrolment) { e.RemindersOff = true }, []event{closes("2027-04-29 17:20", 360)},
			[]string{"Thu 2027-04-29 17:30 authority-certificate → authority", "Thu 2027-04-29 17:30 certificate"}},
	} {
		t.Run(name, func(t *testing.T) {
			got := about(lived(t, "2027-05-20 10:00", tt.edit, tt.events...), "certificate", "thanks")
			slices.Sort(got)
			slices.Sort(tt.want)
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
