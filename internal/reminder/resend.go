package reminder

import (
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Again is a message given up that could be sent after all.
type Again struct {
	Record enrolment.MessageRecord // as it would be written: to be tried again
	Notice *enrolment.Notice       // to put back in the file; nil when time alone made the message due
	Leaves time.Time               // when it would leave; zero when it has no reason any more
}

var numbered = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`-[0-9]+$`) })

// Resend says what sending a message of a file again would do. The record is one of s.Log.
func (p Planner) Resend(s Situation, r enrolment.MessageRecord) Again {
	a := Again{Record: r}
	a.Record.State, a.Record.NextTry, a.Record.Since = enrolment.MessageRetry, s.Now, time.Time{}
	kind := enrolment.NoticeKind(numbered().ReplaceAllString(r.Key, ""))
	if _, known := noticeRules[kind]; known && !slices.ContainsFunc(s.File.Notices, func(n enrolment.Notice) bool { return n.Key == r.Key }) {
		a.Notice = &enrolment.Notice{Key: r.Key, Kind: kind, At: r.At}
		s.File.Notices = append(slices.Clone(s.File.Notices), *a.Notice)
	}
	s.Log = with(s.Log, a.Record)
	a.Leaves = p.leaves(s, r.Key)
	return a
}

// looks is how many instants ahead Resend looks for the one at which a message leaves: the office opens within one or two.
const looks = 5

func (p Planner) leaves(s Situation, key string) time.Time {
	for range looks {
		plan := p.Plan(s)
		if slices.ContainsFunc(plan.Due, func(m Message) bool { return m.Key == key || slices.Contains(m.Covers, key) }) {
			return s.Now
		}
		if plan.Next.IsZero() {
			break
		}
		s.Now = plan.Next
	}
	return time.Time{}
}
