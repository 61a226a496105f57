package dynamo

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/echarpe/echarpe/internal/enrolment"
)

type sessionItem struct {
	head
	OpenPK string `dynamodbav:"openPk,omitempty"` // sparse: open, or with something left to tell
	OpenSK string `dynamodbav:"openSk,omitempty"`

	ID         string        `dynamodbav:"id"`
	Formation  summaryItem   `dynamodbav:"formation"`
	VAT        *vatItem      `dynamodbav:"vat,omitempty"`
	Wording    string        `dynamodbav:"wording,omitempty"`
	AnswerDays *int          `dynamodbav:"answerDays,omitempty"`
	HalfDays   []halfDayItem `dynamodbav:"halfDays"`
	Remote     bool          `dynamodbav:"remote"`
	Place      string        `dynamodbav:"place"`
	Address    string        `dynamodbav:"address,omitempty"`
	MapURL     string        `dynamodbav:"mapUrl,omitempty"`
	VideoURL   string        `dynamodbav:"videoUrl,omitempty"`
	Access     string        `dynamodbav:"access,omitempty"`
	Minimum    int           `dynamodbav:"minimum"`
	ClosesAt   stamp         `dynamodbav:"closesAt"`
	Status     string        `dynamodbav:"status"`
	Revision   int           `dynamodbav:"revision"`
	Sittings   int           `dynamodbav:"sittings,omitempty"`
	Told       int           `dynamodbav:"told"`
	Was        *occasionItem `dynamodbav:"was,omitempty"`

	countsItem
}

// occasionItem is when and where a session was before it last moved.
type occasionItem struct {
	HalfDays []halfDayItem `dynamodbav:"halfDays"`
	Remote   bool          `dynamodbav:"remote,omitempty"`
	Place    string        `dynamodbav:"place"`
	Address  string        `dynamodbav:"address,omitempty"`
}

// countsItem is one counter of a session. The session's own item is the first: the only one of the sessions made before
// there were others, and empty beside others, since it is the largest to write.
type countsItem struct {
	Capacity int  `dynamodbav:"capacity"`
	Taken    int  `dynamodbav:"taken"`
	Waiting  int  `dynamodbav:"waiting"`
	Queueing bool `dynamodbav:"queueing,omitempty"`
}

// counterItem is a counter beside the session's own. It repeats what a newcomer's write is conditional on, and lies
// behind its session in the index by date, so that a list reads both at once.
type counterItem struct {
	head
	OpenPK   string `dynamodbav:"openPk,omitempty"`
	OpenSK   string `dynamodbav:"openSk,omitempty"`
	ClosesAt stamp  `dynamodbav:"closesAt"`
	Status   string `dynamodbav:"status"`
	Revision int    `dynamodbav:"revision"`
	countsItem
}

type summaryItem struct {
	Slug         string  `dynamodbav:"slug"`
	Title        string  `dynamodbav:"title"`
	Summary      string  `dynamodbav:"summary"`
	Theme        string  `dynamodbav:"theme"`
	Hours        float64 `dynamodbav:"hours"`
	PriceCents   int     `dynamodbav:"priceCents"`
	DIFEEligible bool    `dynamodbav:"difeEligible"`
	MonCompteElu string  `dynamodbav:"monCompteElu,omitempty"`

	MonCompteEluNumber string `dynamodbav:"monCompteEluNumber,omitempty"`
}

// vatItem is a regime of VAT as a session promises it, and as a file was promised it.
type vatItem struct {
	Exempt          bool   `dynamodbav:"exempt"`
	RateBasisPoints int    `dynamodbav:"rate"`
	Mention         string `dynamodbav:"mention,omitempty"`
}

type halfDayItem struct {
	Start stamp `dynamodbav:"start"`
	End   stamp `dynamodbav:"end"`
}

func sessionItemOf(s enrolment.Session) sessionItem {
	it := sessionItem{
		head: headOf(sessionKey(s.ID)), ID: s.ID, Formation: summaryItem(s.Formation), VAT: (*vatItem)(s.VAT), Wording: s.Wording, AnswerDays: s.AnswerDays,
		Remote: s.Remote, Place: s.Place, Address: s.Address, MapURL: s.MapURL, VideoURL: s.VideoURL, Access: s.Access,
		Minimum: s.Minimum, ClosesAt: stampOf(s.ClosesAt), Status: string(s.Status), Revision: s.Revision, Sittings: s.Sittings, Told: s.Told,
	}
	it.HalfDays = halfDayItems(s.HalfDays)
	if w := s.Was; w != nil {
		it.Was = &occasionItem{halfDayItems(w.HalfDays), w.Remote, w.Place, w.Address}
	}
	if s.Status == enrolment.SessionOpen || s.Told < s.Revision {
		it.OpenPK, it.OpenSK = open, openSort(s)
	} else {
		it.OpenPK, it.OpenSK = cancelled, openSort(s)
	}
	return it
}

// openSort orders sessions by their beginning, then by id.
func openSort(s enrolment.Session) string { return stampOf(s.Start()).text() + "#" + s.ID }

func (it sessionItem) session() enrolment.Session {
	s := enrolment.Session{
		ID: it.ID, Formation: enrolment.FormationSummary(it.Formation), VAT: (*enrolment.VAT)(it.VAT), Wording: it.Wording, AnswerDays: it.AnswerDays,
		Remote: it.Remote, Place: it.Place, Address: it.Address, MapURL: it.MapURL, VideoURL: it.VideoURL, Access: it.Access,
		Minimum: it.Minimum, ClosesAt: it.ClosesAt.time(), Status: enrolment.SessionStatus(it.Status), Revision: it.Revision, Sittings: it.Sittings, Told: it.Told,
	}
	s.HalfDays = halfDaysOf(it.HalfDays)
	if w := it.Was; w != nil {
		s.Was = &enrolment.Occasion{HalfDays: halfDaysOf(w.HalfDays), Remote: w.Remote, Place: w.Place, Address: w.Address}
	}
	return s
}

func halfDayItems(all []enrolment.HalfDay) (items []halfDayItem) {
	for _, h := range all {
		items = append(items, halfDayItem{stampOf(h.Start), stampOf(h.End)})
	}
	return items
}

func halfDaysOf(items []halfDayItem) (all []enrolment.HalfDay) {
	for _, h := range items {
		all = append(all, enrolment.HalfDay{Start: h.Start.time(), End: h.End.time()})
	}
	return all
}

// counterOf is counter i of a session, beside the session's own item.
func counterOf(s enrolment.Session, i int) counterItem {
	it := sessionItemOf(s)
	n := counterItem{head: headOf(seatsKey(s.ID, i)), OpenPK: it.OpenPK, ClosesAt: it.ClosesAt, Status: it.Status, Revision: it.Revision}
	if it.OpenSK != "" {
		n.OpenSK = it.OpenSK + "#" + strconv.Itoa(i)
	}
	return n
}

// unmarshalSessions reads sessions from their items, each of which stands before its counters. Counters without their
// session are passed over.
func unmarshalSessions(items []item) (sessions []enrolment.Session, err error) {
	for _, it := range items {
		if textOf(it, sk) == session {
			var si sessionItem
			if err := attributevalue.UnmarshalMap(it, &si); err != nil {
				return nil, fmt.Errorf("read session item: %w", err)
			}
			sessions = append(sessions, si.session())
		}
		var n countsItem
		if err := attributevalue.UnmarshalMap(it, &n); err != nil {
			return nil, fmt.Errorf("read counter item: %w", err)
		}
		if last := len(sessions) - 1; last >= 0 && textOf(it, pk) == sessionKey(sessions[last].ID).pk {
			count(&sessions[last], n, unprovedOf(it))
		}
	}
	return sessions, nil
}

func count(s *enrolment.Session, n countsItem, unproved []enrolment.UnprovedSeat) {
	s.Capacity += n.Capacity
	s.Taken += n.Taken
	s.Waiting += n.Waiting
	s.Unproved = append(s.Unproved, unproved...)
	s.Counters = append(s.Counters, enrolment.Counter{
		Capacity: n.Capacity, Taken: n.Taken, Waiting: n.Waiting, Queueing: n.Queueing, Unproved: unproved,
	})
}

// unprovedSeat begins the name of an attribute of a counter: each is one seat that nobody has proved, named by its file, with the
// second from which it may go. It comes and goes with the file's own change, and costs no item and no index.
const unprovedSeat = "u#"

func unprovedOf(it item) (seats []enrolment.UnprovedSeat) {
	for name := range it {
		if id, ok := strings.CutPrefix(name, unprovedSeat); ok {
			seats = append(seats, enrolment.UnprovedSeat{FileID: id, Until: time.Unix(numberOf(it, name), 0).UTC()})
		}
	}
	return seats
}
