package staffapi

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

const (
	subjectMost = 120
	textMost    = 4000
	// circularMost is how many people one message is for at most: they are listed in one item of the table.
	circularMost = 2000
	// spreadWithin is how long a request gives people their notice; the sweep goes on with the rest.
	spreadWithin = 5 * time.Second
)

// audience is who a message is for: one of the audiences, or the ids of files.
type audience struct {
	whole string
	files []string
}

func (a *audience) UnmarshalJSON(raw []byte) error {
	if json.Unmarshal(raw, &a.whole) == nil {
		return nil
	}
	return json.Unmarshal(raw, &a.files)
}

func (a audience) String() string { return cmp.Or(a.whole, strings.Join(a.files, ",")) }

func (a audience) named() bool {
	return a.whole == enrolment.ToSeats || a.whole == enrolment.ToAll || a.whole == "" && len(a.files) > 0 && len(a.files) <= circularMost
}

func (a audience) has(e enrolment.Enrolment) bool {
	return e.InAudience(a.whole) || slices.Contains(a.files, e.ID)
}

// recipient is somebody whom a message is for.
type recipient struct {
	File        string `json:"file"`
	Name        string `json:"name"`
	Unreachable bool   `json:"unreachable,omitempty"`
}

// message writes to one, or to all of a session; with preview it only says to whom, and when.
func (a api) message(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Subject string   `json:"subject"`
		Text    string   `json:"text"`
		To      audience `json:"to"`
		Preview bool     `json:"preview"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	key := r.Header.Get("Idempotency-Key")
	if !q.Preview && !uuid().MatchString(key) {
		return web.BadRequest(errors.New("header Idempotency-Key is not a UUID"))
	}
	s, err := a.Store.Session(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	now := a.Now().UTC()
	c := enrolment.Circular{ID: circularID(key), SessionID: s.ID, Audience: q.To.String(), At: now, Leaves: guide.NextOfficeInstant(now).UTC(), By: who, Until: a.circularUntil(s, now)}
	if c.Subject, c.Text, err = written(q.Subject, q.Text, q.To); err != nil {
		return err
	}
	people, err := a.recipients(r.Context(), s, q.To)
	if err != nil {
		return err
	}
	for _, p := range people {
		c.To = append(c.To, p.File)
	}
	if !q.Preview {
		if c, err = a.Desk.For(booking.Behalf{Actor: who, Act: "message"}).Write(r.Context(), c); err != nil {
			return err
		}
		a.spread(r.Context(), c)
		people = slices.DeleteFunc(people, func(p recipient) bool { return !slices.Contains(c.To, p.File) }) // as decided the first time
	}
	unreachable := 0
	for _, p := range people {
		unreachable += one(p.Unreachable)
	}
	status := http.StatusAccepted
	if q.Preview {
		status = http.StatusOK
	}
	return web.WriteJSON(w, status, "application/json", map[string]any{
		"recipients": people, "unreachable": unreachable, "sentFrom": c.Leaves, "subject": c.Subject, "text": c.Text,
	})
}

// spread gives people their notice for as long as the request may last. It has no answer of its own: the message is written, and the
// sweep gives the notices that are left.
func (a api) spread(ctx context.Context, c enrolment.Circular) {
	ctx, done := context.WithTimeout(ctx, spreadWithin)
	defer done()
	if err := a.Desk.For(booking.Behalf{Actor: c.By, Act: "message"}).Spread(ctx, c); err != nil {
		a.Log.WarnContext(ctx, "message left to the sweep", "session", c.SessionID, "error", err)
	}
}

// circularID is the same for the same request: asking twice writes once.
func circularID(key string) string {
	sum := sha256.Sum256([]byte("circular:" + strings.ToLower(key)))
	return hex.EncodeToString(sum[:10])
}

// circularUntil is how long the text is kept: as long as the files of who came.
func (a api) circularUntil(s enrolment.Session, now time.Time) time.Time {
	return a.Guide.KeptUntil(enrolment.Enrolment{Status: enrolment.Reserved, CreatedAt: now}, s)
}

// written reads the subject, and the text by its paragraphs.
func written(subject, text string, to audience) (string, []string, error) {
	faults := web.Fields{}
	if !to.named() {
		faults["to"] = "Choisissez à qui écrire."
	}
	subject, err := enrolment.ParseText(subject, "Donnez un objet au message.", subjectMost)
	faults.Check("subject", err)
	if len([]rune(text)) > textMost {
		faults["text"] = "Ce texte est trop long : " + strconv.Itoa(textMost) + " caractères au plus."
		return "", nil, faults.Err()
	}
	var paragraphs []string
	for line := range strings.Lines(strings.ReplaceAll(text, "\r", "\n")) {
		p, err := enrolment.ParseText(strings.TrimRight(line, "\n"), "", textMost)
		if faults.Check("text", err); p != "" {
			paragraphs = append(paragraphs, p)
		}
	}
	if len(paragraphs) == 0 && faults["text"] == "" {
		faults["text"] = "Écrivez le message."
	}
	return subject, paragraphs, faults.Err()
}

// recipients are the people of a session whom a message is for, by name.
func (a api) recipients(ctx context.Context, s enrolment.Session, to audience) ([]recipient, error) {
	people := []recipient{}
	err := a.eachOf(ctx, s.ID, func(e enrolment.Enrolment) {
		if to.has(e) {
			people = append(people, recipient{e.ID, e.Person.FullName(), e.Unreachable})
		}
	})
	switch {
	case err != nil:
		return nil, err
	case to.whole == "" && len(people) < len(to.files):
		return nil, enrolment.Refuse(enrolment.KindConflict, "Une de ces personnes n’est plus inscrite à cette session. Rechargez la page.")
	case len(people) == 0:
		return nil, enrolment.Refuse(enrolment.KindConflict, "Il n’y a personne à qui écrire dans cette session.")
	case len(people) > circularMost:
		return nil, enrolment.Refuse(enrolment.KindConflict, "Ce message irait à plus de "+strconv.Itoa(circularMost)+" personnes. Écrivez d’abord à celles qui ont une place.")
	}
	slices.SortFunc(people, func(x, y recipient) int { return cmp.Or(cmp.Compare(x.Name, y.Name), cmp.Compare(x.File, y.File)) })
	return people, nil
}

// circularView is one message on the page of its session.
type circularView struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Subject string    `json:"subject"`
	Text    []string  `json:"text"`
	People  int       `json:"people"`
}

// circulars are what was written to people of a session, newest first.
func (a api) circulars(ctx context.Context, sessionID string) ([]circularView, error) {
	all, err := a.Store.Circulars(ctx, sessionID)
	views := []circularView{}
	for _, c := range all {
		views = append(views, circularView{c.At.UTC(), c.By.Name, c.Subject, c.Text, len(c.To)})
	}
	slices.SortFunc(views, func(x, y circularView) int { return y.At.Compare(x.At) })
	return views, err
}
