package sestest

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sort"
	"sync"
	"time"
)

// Office plays SES v2 where the local SES cannot: it has a rate and a quota, and bad days. It keeps what it took.
type Office struct {
	URL   string
	Rate  float64          // messages a second, on the machine's clock; 0 for no limit
	Quota int              // in 24 hours; 0 for 50,000
	Now   func() time.Time // of the quota; nil for the machine's clock

	server *httptest.Server
	mu     sync.Mutex
	mood   Mood
	asked  int
	taken  []Taken
	told   int
	late   int // refused for being too fast
	left   float64
	filled time.Time
}

// Mood is what the office does with a share of what it is asked.
type Mood struct {
	Percent int    // of the requests
	Status  int    // answers so; 0 to give no answer: the connection is reset
	Code    string // e.g. "MessageRejected"
	Text    string
	Taken   bool // the message is taken all the same
	Account bool // GetAccount too
}

// Taken is a message that the office carries.
type Taken struct {
	File, Message string
	At            time.Time
}

// OpenOffice opens one; Close it.
func OpenOffice() *Office {
	o := &Office{filled: time.Now()}
	o.server = httptest.NewServer(http.HandlerFunc(o.serve))
	o.URL = o.server.URL
	return o
}

// Close ends it.
func (o *Office) Close() { o.server.Close() }

// Feel sets the mood from now on.
func (o *Office) Feel(m Mood) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.mood = m
}

// Taken gives what it took so far, and how many it refused for being too fast.
func (o *Office) Taken() (taken []Taken, tooFast int) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return append([]Taken(nil), o.taken...), o.late
}

// News gives SES's Send events since last asked, as EventBridge hands them over.
func (o *Office) News() (events [][]byte) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, t := range o.taken[o.told:] {
		events = append(events, fmt.Appendf(nil, `{"source":"aws.ses","detail-type":"Email Sent","detail":{"eventType":"Send","mail":{"timestamp":%q,"messageId":"ses-%s-%s","tags":{"file":[%q],"message":[%q]}},"send":{}}}`,
			t.At.UTC().Format(time.RFC3339), t.File, t.Message, t.File, t.Message))
	}
	o.told = len(o.taken)
	return events
}

func (o *Office) serve(w http.ResponseWriter, r *http.Request) {
	var q struct {
		EmailTags []struct{ Name, Value string }
	}
	if r.Method == http.MethodPost {
		if err := json.NewDecoder(r.Body).Decode(&q); err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	w.Header().Set("Content-Type", "application/json")
	struck := o.strikes(r.Method == http.MethodGet)
	if struck && !o.mood.Taken {
		o.refuse(w)
		return
	}
	if r.Method == http.MethodGet {
		o.account(w)
		return
	}
	if o.Rate > 0 && !o.room() {
		o.late++
		say(w, http.StatusTooManyRequests, "TooManyRequestsException", "Maximum sending rate exceeded.")
		return
	}
	if o.used() >= o.quota() {
		say(w, http.StatusTooManyRequests, "TooManyRequestsException", "Daily message quota exceeded.")
		return
	}
	t := Taken{At: o.now()}
	for _, tag := range q.EmailTags {
		switch tag.Name {
		case "file":
			t.File = tag.Value
		case "message":
			t.Message = tag.Value
		}
	}
	o.taken = append(o.taken, t)
	if struck {
		o.refuse(w)
		return
	}
	fmt.Fprintf(w, `{"MessageId":"ses-%s-%s"}`, t.File, t.Message)
}

// strikes tells whether the mood falls on this request: every so many, in no order that a sender could learn.
func (o *Office) strikes(account bool) bool {
	if account && !o.mood.Account {
		return false
	}
	o.asked++
	return o.asked*37%100 < o.mood.Percent
}

func (o *Office) refuse(w http.ResponseWriter) {
	if o.mood.Status == 0 {
		panic(http.ErrAbortHandler)
	}
	say(w, o.mood.Status, o.mood.Code, o.mood.Text)
}

func say(w http.ResponseWriter, status int, code, text string) {
	w.Header().Set("X-Amzn-ErrorType", code)
	w.WriteHeader(status)
	fmt.Fprintf(w, `{"message":%q}`, text)
}

func (o *Office) now() time.Time {
	if o.Now == nil {
		return time.Now()
	}
	return o.Now()
}

func (o *Office) quota() int {
	if o.Quota == 0 {
		return 50_000
	}
	return o.Quota
}

// used counts what was taken in the last 24 hours.
func (o *Office) used() int {
	from := o.now().Add(-24 * time.Hour)
	return len(o.taken) - sort.Search(len(o.taken), func(i int) bool { return o.taken[i].At.After(from) })
}

func (o *Office) account(w http.ResponseWriter) {
	rate := o.Rate
	if rate == 0 {
		rate = 10_000
	}
	fmt.Fprintf(w, `{"SendingEnabled":true,"ProductionAccessEnabled":true,"EnforcementStatus":"HEALTHY","SendQuota":{"Max24HourSend":%d,"MaxSendRate":%g,"SentLast24Hours":%d}}`, o.quota(), rate, o.used())
}

// room takes one message's place in this second: SES lets a second's worth through at once, then as they come free.
func (o *Office) room() bool {
	now := time.Now()
	o.left = min(o.Rate, o.left+now.Sub(o.filled).Seconds()*o.Rate)
	o.filled = now
	if o.left < 1 {
		return false
	}
	o.left--
	return true
}
