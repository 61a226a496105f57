package reminder

import (
	"slices"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
)

// notices turns what happened into candidates, and lets go what is over.
func (w *work) notices() {
	for _, n := range w.File.Notices {
		r, known := noticeRules[n.Kind]
		if !known || w.settled(n.Key) {
			continue
		}
		m := Message{Key: n.Key, Kind: r.kind, To: Holder, Step: w.step, Due: n.At}
		if w.File.Unreachable || !r.when(w.File, n, w.Now) {
			w.lapse(m)
			continue
		}
		if tells(m.Kind) {
			m.Covers = slices.Clip(w.late)
			if r.full && m.Kind != mail.SessionChanged && len(w.late) > 0 {
				m.Kind = mail.Late
			}
		}
		w.candidates = append(w.candidates, candidate{Message: m, at: n.At, notice: true, full: r.full, anyHour: r.anyHour})
	}
}

// alerts tell the organisation that somebody withdrew from their contract, and, before the session, that somebody cannot
// be written to.
func (w *work) alerts() {
	if at := w.File.WithdrawnAt; !at.IsZero() {
		w.alert("withdrawn."+at.Format("20060102T150405"), mail.StaffWithdrawn, at.Add(afterSession))
	}
	if !w.File.Status.Live() || !w.Now.Before(w.Session.Start()) {
		return
	}
	if w.File.Unreachable {
		w.alert(AlertHolder, mail.StaffUnreachable, w.Session.Start())
	}
	if w.File.Mode == enrolment.Collectivite && w.File.Contact != nil && w.toContact(func(r enrolment.MessageRecord) bool { return r.State == enrolment.MessageBounced }) {
		w.alert(AlertAuthority, mail.StaffUnreachable, w.Session.Start())
	}
}

// Keys of the alerts to staff: whose address came back.
const (
	AlertHolder    = "unreachable"
	AlertAuthority = "unreachable-authority"
)

func (w *work) alert(key string, kind mail.Kind, until time.Time) {
	if w.settled(key) {
		return
	}
	m := Message{Key: key, Kind: kind, To: Staff, Step: w.step, Due: w.Now}
	w.candidates = append(w.candidates, candidate{Message: m, at: w.Now, until: until, notice: true})
}
