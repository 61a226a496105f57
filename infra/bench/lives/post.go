package lives

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"sync"
)

// post plays SES v2: it counts what it is asked to carry, and delivers all of it.
type post struct {
	server *httptest.Server

	mu         sync.Mutex
	messages   int
	mails      int // recipients of them
	attached   int // bytes
	deliveries []json.RawMessage
}

func newPost() *post {
	p := &post{}
	p.server = httptest.NewServer(p)
	return p
}

// sending is the part of SES's SendEmail that is counted.
type sending struct {
	Destination struct{ ToAddresses, CcAddresses []string }
	EmailTags   []struct{ Name, Value string }
	Content     struct{ Raw struct{ Data []byte } }
}

func (p *post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	p.mu.Lock()
	defer p.mu.Unlock()
	var q sending
	err := json.NewDecoder(r.Body).Decode(&q)
	if err == nil {
		err = p.take(q)
	}
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"MessageId":"ses-%d"}`, p.messages)
}

func (p *post) take(q sending) error {
	attached, err := attachments(q.Content.Raw.Data)
	if err != nil {
		return err
	}
	p.messages++
	tags := map[string][]string{}
	for _, t := range q.EmailTags {
		tags[t.Name] = []string{t.Value}
	}
	for range len(q.Destination.ToAddresses) + len(q.Destination.CcAddresses) {
		p.mails++
		p.attached += attached
		event, err := json.Marshal(map[string]any{
			"source": "aws.ses", "detail-type": "Email Delivered",
			"detail": map[string]any{"eventType": "Delivery", "mail": map[string]any{
				"timestamp": "2027-03-01T13:30:02.123Z", "messageId": "010b0195a5b2c7d1-0a1b2c3d-0000-4000-8000-000000000001-000000", "tags": tags,
			}},
		})
		if err != nil {
			return err
		}
		p.deliveries = append(p.deliveries, event)
	}
	return nil
}

// events gives what SES has to say since last asked: a delivery for each recipient.
func (p *post) events() []json.RawMessage {
	p.mu.Lock()
	defer p.mu.Unlock()
	events := p.deliveries
	p.deliveries = nil
	return events
}

// attachments weighs the files attached to a message, in bytes.
func attachments(raw []byte) (total int, err error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return 0, fmt.Errorf("a message that cannot be read: %w", err)
	}
	return attachedIn(m.Header.Get("Content-Type"), m.Body)
}

func attachedIn(contentType string, body io.Reader) (total int, err error) {
	kind, parameters, err := mime.ParseMediaType(contentType)
	if err != nil || !strings.HasPrefix(kind, "multipart/") {
		return 0, err
	}
	parts := multipart.NewReader(body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return total, nil
		}
		if err != nil {
			return 0, err
		}
		n, err := weighPart(part)
		if err != nil {
			return 0, err
		}
		total += n
	}
}

func weighPart(part *multipart.Part) (int, error) {
	if part.FileName() == "" {
		return attachedIn(part.Header.Get("Content-Type"), part)
	}
	var content io.Reader = part
	if strings.EqualFold(part.Header.Get("Content-Transfer-Encoding"), "base64") {
		content = base64.NewDecoder(base64.StdEncoding, part)
	}
	n, err := io.Copy(io.Discard, content)
	return int(n), err
}
