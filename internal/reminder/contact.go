package reminder

import (
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/mail"
)

// contact tells the contact at the collectivité, who has the papers of a file, what became of them: replaced since (another
// date, another session), or to no purpose (given back, cancelled, paid for in another way). It looks at the file and at what
// was sent, not at notices: whatever happened while the office was closed, one message says how it stands.
func (w *work) contact() {
	if w.File.Contact == nil || !w.authorityWelcome() {
		return
	}
	sent := w.papersSent()
	if sent.IsZero() {
		return
	}
	if over := w.noMore(); over.After(sent) {
		w.toContactSince("authority-over", mail.AuthorityOver, over)
		return
	}
	if made := w.File.Terms.Since; made.After(sent) && w.holdsFor(enrolment.Collectivite) && !w.File.ModeSince.After(sent) && w.Now.Before(w.Session.Start()) {
		w.toContactSince("authority-moved", mail.AuthorityMoved, made.Add(w.rests()))
	}
}

// rests is how long the papers of a group must have stood still: several people leave in one go.
func (w *work) rests() time.Duration {
	if w.File.Group != nil {
		return authorityRests
	}
	return 0
}

func (w *work) toContactSince(name string, kind mail.Kind, since time.Time) {
	m := Message{Key: name + "." + since.UTC().Format("20060102T150405") + w.File.ContactMark(), Kind: kind, To: Authority, Step: w.step, Due: since}
	if !w.settled(m.Key) {
		w.candidates = append(w.candidates, candidate{Message: m, at: since, until: since.Add(afterSession), notice: true})
	}
}

// papersSent is when the present contact was last sent papers; zero when they never were.
func (w *work) papersSent() (last time.Time) {
	for _, r := range w.Log {
		carries := r.Kind == string(mail.AuthorityPapers) || r.Kind == string(mail.AuthorityMoved)
		if carries && strings.HasSuffix(r.Key, w.File.ContactMark()) && r.MayHaveLeft() {
			last = latest(last, r.At)
		}
	}
	return last
}

// noMore is since when the papers are to no purpose; zero while they have one.
func (w *work) noMore() time.Time {
	switch {
	case !w.File.Status.Live():
		return w.File.CancelledAt
	case w.File.Mode != enrolment.Collectivite:
		return w.File.ModeSince
	}
	return time.Time{}
}

func (w *work) holdsFor(m enrolment.Mode) bool {
	return w.File.Mode == m && slices.Contains([]enrolment.Status{enrolment.Reserved, enrolment.Confirmed}, w.File.Status)
}
