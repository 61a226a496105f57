package reminder

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

// notices turns what happened into candidates, and lets go what is over.
func (w *work) notices() {
	for i, n := range w.File.Notices {
		r, known := noticeRules[n.Kind]
		if !known || r.rest > 0 && w.followed(i) {
			continue
		}
		if w.File.Group == nil {
			w.notice(n, r)
		}
		if r.staff != "" && w.File.PartOf == "" { // said once of the group, whose file has the same notice
			w.noticeToStaff(n, r)
		}
		if r.authority != "" && w.File.PartOf == "" {
			w.noticeToAuthority(n, r)
		}
	}
}

func (w *work) notice(n enrolment.Notice, r noticeRule) {
	if w.settled(n.Key) {
		return
	}
	m := Message{Key: n.Key, Kind: r.kind, To: Holder, Step: w.step, Due: n.At.Add(r.rest), Covers: w.before(n, r, n.Key)}
	stale := n.Kind == enrolment.NoticeProposal && w.request().Stage != guide.Proposed
	if w.File.Unreachable && n.To == "" || !r.when(w.File, n, w.Now) || stale || w.idle(n.Kind, n.Key) {
		w.lapse(m)
		return
	}
	if tells(m.Kind) {
		m.Covers = slices.Clip(w.late)
		if r.full && m.Kind != mail.SessionChanged && len(w.late) > 0 {
			m.Kind = mail.Late
		}
	}
	w.candidates = append(w.candidates, candidate{Message: m, at: m.Due, notice: true, full: r.full, anyHour: r.anyHour})
}

// staffKey ends the key of what the organisation is told of a notice.
const staffKey = ".staff"

func (w *work) noticeToStaff(n enrolment.Notice, r noticeRule) {
	key := n.Key + staffKey
	if w.settled(key) {
		return
	}
	m := Message{Key: key, Kind: r.staff, To: Staff, Step: w.step, Due: n.At.Add(r.rest), Covers: w.before(n, r, key)}
	if !r.when(w.File, n, w.Now) || w.idle(n.Kind, key) {
		w.lapse(m)
		return
	}
	w.candidates = append(w.candidates, candidate{Message: m, at: m.Due, notice: true})
}

// authorityKey ends the key of what the contact at the collectivité is told of a notice, but for who that is.
const authorityKey = ".authority"

func (w *work) noticeToAuthority(n enrolment.Notice, r noticeRule) {
	key := n.Key + authorityKey + w.File.ContactMark()
	m := Message{Key: key, Kind: r.authority, To: Authority, Step: w.step, Due: n.At.Add(r.rest), Covers: w.before(n, r, key)}
	if w.settled(m.Key) {
		return
	}
	if w.File.Mode != enrolment.Collectivite || !r.when(w.File, n, w.Now) || !w.authorityWelcome() {
		w.lapse(m)
		return
	}
	w.candidates = append(w.candidates, candidate{Message: m, at: m.Due, notice: true})
}

// followed tells whether a later notice of the same kind stands for this one.
func (w *work) followed(i int) bool {
	n := w.File.Notices[i]
	for j, other := range w.File.Notices {
		if other.Kind == n.Kind && (other.At.After(n.At) || other.At.Equal(n.At) && j > i) {
			return true
		}
	}
	return false
}

// before are the keys of the notices that this one stands for: those before it of a kind that rests, also those that another stood for
// whose run died: it is not sent any more once this one follows.
func (w *work) before(n enrolment.Notice, r noticeRule, key string) (keys []string) {
	if r.rest == 0 {
		return nil
	}
	for _, other := range w.File.Notices {
		earlier := strings.Replace(key, n.Key, other.Key, 1)
		itself := slices.ContainsFunc(w.Log, func(r enrolment.MessageRecord) bool { return r.Key == earlier && r.Settled() })
		if other.Kind == n.Kind && other.Key != n.Key && !itself {
			keys = append(keys, earlier)
		}
	}
	return keys
}

// idle tells whether nothing is left to say: the contact took everything back before anybody was told of it.
func (w *work) idle(kind enrolment.NoticeKind, key string) bool {
	if kind != enrolment.NoticeAuthoritySaid || w.File.Reply.Said() || w.File.HandedOn() {
		return false
	}
	staff := strings.HasSuffix(key, staffKey)
	return !slices.ContainsFunc(w.Log, func(r enrolment.MessageRecord) bool {
		return strings.HasPrefix(r.Key, string(kind)+"-") && strings.HasSuffix(r.Key, staffKey) == staff && r.MayHaveLeft()
	})
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
	w.answerRequest()
	if w.File.Mode == enrolment.Collectivite && w.File.Contact != nil && w.toContact(func(r enrolment.MessageRecord) bool { return r.State == enrolment.MessageBounced }) {
		w.alert(w.alertOfContact(), mail.StaffUnreachable, w.Session.Start())
	}
}

// Keys of the alerts to staff: whose address came back.
const (
	AlertHolder    = "unreachable"
	AlertAuthority = "unreachable-authority"
)

// alertOfContact is a key for each contact.
func (w *work) alertOfContact() string {
	if w.File.Relay.Revision == 0 {
		return AlertAuthority
	}
	return AlertAuthority + w.File.ContactMark()
}

func (w *work) alert(key string, kind mail.Kind, until time.Time) {
	w.toStaff(candidate{Message: Message{Key: key, Kind: kind, Due: w.Now}, at: w.Now, until: until})
}

func (w *work) toStaff(c candidate) {
	if w.settled(c.Key) {
		return
	}
	c.To, c.Step, c.notice = Staff, w.step, true
	w.candidates = append(w.candidates, c)
}

func (w *work) request() guide.Request { return w.cal.Request(w.File, w.Session, w.Now) }

// answerRequest tells the organisation of a DIFE request the moment the élu declares it, and again on the morning of its last day
// while no proposal is known.
func (w *work) answerRequest() {
	r, filed := w.request(), w.File.Steps[enrolment.StepDossier]
	if r.Stage != guide.Awaited || r.AnswerBy.IsZero() || filed.By == enrolment.ByStaff || !w.File.Status.HoldsSeat() {
		return
	}
	// Until is exclusive, and the last second is still good.
	until, key := r.AnswerBy.Add(time.Second), "dife-request."+strconv.FormatInt(filed.At.UnixMilli(), 36)
	w.toStaff(candidate{Message: Message{Key: key, Kind: mail.StaffRequest, Due: filed.At}, at: filed.At, until: until, anyHour: true})
	if morning := onMorning(r.AnswerBy, 0); filed.At.Before(morning) {
		w.toStaff(candidate{Message: Message{Key: key + ".last", Kind: mail.StaffRequest, Due: morning, LastCall: true}, at: morning, until: until})
	}
}
