package enrolment

import (
	"slices"
	"strings"
	"time"
)

// Circular is what the team writes to people of a session: one mail each, through the planner and its log.
type Circular struct {
	ID        string // of the request that asked for it, so that asking twice writes once
	SessionID string
	Audience  string   // as asked, to know the same request again
	To        []string // the files that it was decided for: who comes later is not written to, who was here is
	Subject   string
	Text      []string // its paragraphs
	At        time.Time
	Leaves    time.Time // when the first of its mails may leave
	By        Actor
	Spread    bool      // every file has its notice
	Until     time.Time // when it is erased; zero for never
}

// The audiences of a circular, besides files by their ids.
const (
	ToSeats = "seats" // who has a seat
	ToAll   = "all"   // who waits, or is offered a seat, too
)

// InAudience tells whether a file is of one of the audiences. Who is aside is of none: nobody showed that the address is theirs.
func (e Enrolment) InAudience(audience string) bool {
	seated := e.Status.HoldsSeat() && e.Status != Offered
	return seated && (audience == ToSeats || audience == ToAll) || audience == ToAll && e.Status.Live() && !e.Aside()
}

// Same tells whether another request asks for the same.
func (c Circular) Same(other Circular) bool {
	return c.Audience == other.Audience && c.Subject == other.Subject && slices.Equal(c.Text, other.Text)
}

const circularKey = string(NoticeMessage) + "."

// Notice is what each of its files is told by. Its key says which circular: the mail is written from it.
func (c Circular) Notice(at time.Time) Notice {
	return Notice{Key: circularKey + c.SessionID + "." + c.ID, Kind: NoticeMessage, At: at}
}

// CircularOf reads back which circular a notice is of.
func CircularOf(key string) (sessionID, id string) {
	rest, _ := strings.CutPrefix(key, circularKey)
	i := strings.LastIndex(rest, ".")
	if i < 0 {
		return "", ""
	}
	return rest[:i], rest[i+1:]
}
