package dynamo

import (
	"fmt"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/echarpe/echarpe/internal/enrolment"
)

type sessionItem struct {
	head
	OpenPK string `dynamodbav:"openPk,omitempty"` // sparse: open, or with something left to tell
	OpenSK string `dynamodbav:"openSk,omitempty"`

	ID        string        `dynamodbav:"id"`
	Formation summaryItem   `dynamodbav:"formation"`
	HalfDays  []halfDayItem `dynamodbav:"halfDays"`
	Remote    bool          `dynamodbav:"remote"`
	Place     string        `dynamodbav:"place"`
	Address   string        `dynamodbav:"address,omitempty"`
	MapURL    string        `dynamodbav:"mapUrl,omitempty"`
	VideoURL  string        `dynamodbav:"videoUrl,omitempty"`
	Access    string        `dynamodbav:"access,omitempty"`
	Minimum   int           `dynamodbav:"minimum"`
	ClosesAt  stamp         `dynamodbav:"closesAt"`
	Status    string        `dynamodbav:"status"`
	Revision  int           `dynamodbav:"revision"`
	Told      int           `dynamodbav:"told"`

	Capacity int `dynamodbav:"capacity"`
	Taken    int `dynamodbav:"taken"`
	Waiting  int `dynamodbav:"waiting"`
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
}

type halfDayItem struct {
	Start stamp `dynamodbav:"start"`
	End   stamp `dynamodbav:"end"`
}

func sessionItemOf(s enrolment.Session) sessionItem {
	it := sessionItem{
		head: headOf(sessionKey(s.ID)), ID: s.ID, Formation: summaryItem(s.Formation),
		Remote: s.Remote, Place: s.Place, Address: s.Address, MapURL: s.MapURL, VideoURL: s.VideoURL, Access: s.Access,
		Minimum: s.Minimum, ClosesAt: stampOf(s.ClosesAt), Status: string(s.Status), Revision: s.Revision, Told: s.Told,
		Capacity: s.Capacity, Taken: s.Taken, Waiting: s.Waiting,
	}
	for _, h := range s.HalfDays {
		it.HalfDays = append(it.HalfDays, halfDayItem{stampOf(h.Start), stampOf(h.End)})
	}
	if s.Status == enrolment.SessionOpen || s.Told < s.Revision {
		it.OpenPK, it.OpenSK = open, openSort(s)
	}
	return it
}

// openSort orders sessions by their beginning, then by id.
func openSort(s enrolment.Session) string { return stampOf(s.Start()).text() + "#" + s.ID }

func (it sessionItem) session() enrolment.Session {
	s := enrolment.Session{
		ID: it.ID, Formation: enrolment.FormationSummary(it.Formation),
		Remote: it.Remote, Place: it.Place, Address: it.Address, MapURL: it.MapURL, VideoURL: it.VideoURL, Access: it.Access,
		Minimum: it.Minimum, ClosesAt: it.ClosesAt.time(), Status: enrolment.SessionStatus(it.Status), Revision: it.Revision, Told: it.Told,
		Capacity: it.Capacity, Taken: it.Taken, Waiting: it.Waiting,
	}
	for _, h := range it.HalfDays {
		s.HalfDays = append(s.HalfDays, enrolment.HalfDay{Start: h.Start.time(), End: h.End.time()})
	}
	return s
}

func unmarshalSession(it item) (enrolment.Session, error) {
	var s sessionItem
	if err := attributevalue.UnmarshalMap(it, &s); err != nil {
		return enrolment.Session{}, fmt.Errorf("read session item: %w", err)
	}
	return s.session(), nil
}
