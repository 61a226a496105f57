package mail

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"strings"
	"time"
	"unicode/utf8"
)

// Message is an e-mail as a value.
type Message struct {
	Kind        Kind
	From        mail.Address
	To          []mail.Address
	Cc          []mail.Address
	ReplyTo     mail.Address
	Subject     string
	Preview     string // the line that mailboxes show after the subject; hidden in the HTML
	Text        string
	HTML        string
	Headers     []Header // besides the usual ones
	Attachments []Attachment
	Date        time.Time
}

// Header is one more header. ASCII only.
type Header struct{ Name, Value string }

// Attachment is a file that goes with the message.
type Attachment struct {
	Name    string // ASCII
	Type    string // e.g. "text/calendar; charset=utf-8; method=PUBLISH"
	Content []byte
}

// Header gives the first value of a header besides the usual ones, "" when absent.
func (m Message) Header(name string) string {
	for _, h := range m.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

// Validate refuses a message that could be abused (line breaks smuggled into a header) or that no mailbox would take.
// Every fault comes back. It names fields, never their content.
func (m Message) Validate() error {
	var errs []error
	fail := func(field, what string) { errs = append(errs, fmt.Errorf("mail: %s: %s", field, what)) }
	if len(m.To) == 0 {
		fail("to", "nobody")
	}
	named := map[string][]mail.Address{"from": {m.From}, "to": m.To, "cc": m.Cc}
	if m.ReplyTo != (mail.Address{}) {
		named["reply-to"] = []mail.Address{m.ReplyTo}
	}
	for _, field := range []string{"from", "to", "cc", "reply-to"} {
		for _, a := range named[field] {
			if what := addressFault(a); what != "" {
				fail(field, what)
			}
		}
	}
	if m.Subject == "" || hasControl(m.Subject) || !utf8.ValidString(m.Subject) {
		fail("subject", "empty, or holds control characters")
	}
	for _, h := range m.Headers {
		if !isToken(h.Name) || h.Value == "" || hasControl(h.Value) || !isASCII(h.Value) {
			fail("headers", "a name or a value cannot stand in a header")
		}
	}
	for _, a := range m.Attachments {
		if _, _, err := mime.ParseMediaType(a.Type); err != nil || a.Name == "" || hasControl(a.Name+a.Type) || !isASCII(a.Name+a.Type) || strings.ContainsAny(a.Name, `"/\`) {
			fail("attachments", "a name or a type cannot stand in a header")
		}
	}
	if strings.TrimSpace(m.Text) == "" || strings.TrimSpace(m.HTML) == "" {
		fail("body", "text and HTML are both needed")
	}
	return errors.Join(errs...)
}

// addressFault says what is wrong with an address, "" when nothing is.
func addressFault(a mail.Address) string {
	if hasControl(a.Name) || hasControl(a.Address) {
		return "holds control characters"
	}
	parsed, err := mail.ParseAddress(a.Address)
	if err != nil || parsed.Address != a.Address || parsed.Name != "" || !isASCII(a.Address) || len(a.Address) > 254 {
		return "is not an address"
	}
	return ""
}

func hasControl(s string) bool {
	return strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f || r == '\u2028' || r == '\u2029' || r == '\u0085' })
}

func isASCII(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return r >= utf8.RuneSelf })
}

func isToken(s string) bool {
	for _, r := range s {
		letter := r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z'
		if !letter && r != '-' && (r < '0' || r > '9') {
			return false
		}
	}
	return s != ""
}

// Raw writes the message as MIME: a text and an HTML alternative, then the attachments. The same message gives the same
// bytes. It refuses what [Message.Validate] refuses.
func (m Message) Raw() ([]byte, error) {
	if err := m.Validate(); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	m.writeHeaders(&b)
	outer, inner := m.boundary("mixed"), m.boundary("alternative")
	if len(m.Attachments) == 0 {
		fmt.Fprintf(&b, "Content-Type: multipart/alternative; boundary=%q\r\n\r\n", inner)
		if err := m.writeAlternatives(&b, inner); err != nil {
			return nil, err
		}
		return b.Bytes(), nil
	}
	fmt.Fprintf(&b, "Content-Type: multipart/mixed; boundary=%q\r\n\r\n", outer)
	if err := m.writeMixed(&b, outer, inner); err != nil {
		return nil, err
	}
	return b.Bytes(), nil
}

func (m Message) writeHeaders(b *bytes.Buffer) {
	put := func(name, value string) {
		if value != "" {
			fmt.Fprintf(b, "%s: %s\r\n", name, value)
		}
	}
	put("From", addresses("From", m.From))
	put("To", addresses("To", m.To...))
	put("Cc", addresses("Cc", m.Cc...))
	if m.ReplyTo != (mail.Address{}) {
		put("Reply-To", addresses("Reply-To", m.ReplyTo))
	}
	put("Subject", encoded(m.Subject, len("Subject: ")))
	if !m.Date.IsZero() {
		put("Date", m.Date.UTC().Format(time.RFC1123Z))
	}
	for _, h := range m.Headers {
		put(h.Name, h.Value)
	}
	put("MIME-Version", "1.0")
}

// addresses writes the addresses of a header, one a line at least.
func addresses(header string, list ...mail.Address) string {
	written := make([]string, len(list))
	for i, a := range list {
		written[i] = a.String()
		if !isASCII(a.Name) {
			before := 1
			if i == 0 {
				before = len(header) + 2
			}
			written[i] = encoded(a.Name, before) + "\r\n " + (&mail.Address{Address: a.Address}).String()
		}
	}
	return strings.Join(written, ",\r\n ")
}

// longestLine is what RFC 2047 allows to a line that holds encoded words.
const longestLine = 76

// encoded writes a text in a header, after some octets of its first line: as it is when it is ASCII, else in encoded words,
// one a line, none of which cuts a character.
func encoded(text string, before int) string {
	const begin, end = "=?utf-8?q?", "?="
	if isASCII(text) {
		return text
	}
	var lines []string
	room := longestLine - before - len(begin+end)
	var line strings.Builder
	for _, r := range text {
		written := quoted(r)
		if line.Len()+len(written) > room {
			lines = append(lines, begin+line.String()+end)
			line.Reset()
			room = longestLine - 1 - len(begin+end)
		}
		line.WriteString(written)
	}
	return strings.Join(append(lines, begin+line.String()+end), "\r\n ")
}

// quoted is a character in an encoded word.
func quoted(r rune) string {
	switch {
	case r == ' ':
		return "_"
	case r >= '0' && r <= '9' || r >= 'A' && r <= 'Z' || r >= 'a' && r <= 'z':
		return string(r)
	}
	var b strings.Builder
	for _, octet := range []byte(string(r)) {
		fmt.Fprintf(&b, "=%02X", octet)
	}
	return b.String()
}

// boundary is drawn from the content, so that the same message gives the same bytes and no part can hold it by chance.
func (m Message) boundary(level string) string {
	sum := sha256.Sum256([]byte(level + m.Subject + m.Text + m.HTML))
	return fmt.Sprintf("echarpe-%s-%x", level, sum[:12])
}

func (m Message) writeMixed(b *bytes.Buffer, outer, inner string) error {
	w := multipart.NewWriter(b)
	if err := w.SetBoundary(outer); err != nil {
		return fmt.Errorf("mail: boundary: %w", err)
	}
	part, err := w.CreatePart(textproto.MIMEHeader{"Content-Type": {fmt.Sprintf("multipart/alternative; boundary=%q", inner)}})
	if err != nil {
		return fmt.Errorf("mail: alternatives: %w", err)
	}
	var alternatives bytes.Buffer
	if err := m.writeAlternatives(&alternatives, inner); err != nil {
		return err
	}
	if _, err := part.Write(alternatives.Bytes()); err != nil {
		return fmt.Errorf("mail: alternatives: %w", err)
	}
	for _, a := range m.Attachments {
		if err := writeAttachment(w, a); err != nil {
			return err
		}
	}
	return w.Close()
}

func (m Message) writeAlternatives(b *bytes.Buffer, boundary string) error {
	w := multipart.NewWriter(b)
	if err := w.SetBoundary(boundary); err != nil {
		return fmt.Errorf("mail: boundary: %w", err)
	}
	for _, part := range []struct{ kind, body string }{{"text/plain", m.Text}, {"text/html", m.HTML}} {
		p, err := w.CreatePart(textproto.MIMEHeader{
			"Content-Type":              {part.kind + "; charset=utf-8"},
			"Content-Transfer-Encoding": {"quoted-printable"},
		})
		if err != nil {
			return fmt.Errorf("mail: %s: %w", part.kind, err)
		}
		q := quotedprintable.NewWriter(p)
		if _, err := q.Write([]byte(strings.ReplaceAll(part.body, "\n", "\r\n"))); err != nil {
			return fmt.Errorf("mail: %s: %w", part.kind, err)
		}
		if err := q.Close(); err != nil {
			return fmt.Errorf("mail: %s: %w", part.kind, err)
		}
	}
	return w.Close()
}

func writeAttachment(w *multipart.Writer, a Attachment) error {
	p, err := w.CreatePart(textproto.MIMEHeader{
		"Content-Type":              {a.Type},
		"Content-Disposition":       {fmt.Sprintf("attachment; filename=%q", a.Name)},
		"Content-Transfer-Encoding": {"base64"},
	})
	if err != nil {
		return fmt.Errorf("mail: attachment: %w", err)
	}
	encoded := base64.StdEncoding.EncodeToString(a.Content)
	for len(encoded) > 0 {
		n := min(76, len(encoded))
		if _, err := p.Write([]byte(encoded[:n] + "\r\n")); err != nil {
			return fmt.Errorf("mail: attachment: %w", err)
		}
		encoded = encoded[n:]
	}
	return nil
}
