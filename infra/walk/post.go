package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/http"
	"net/http/httptest"
	netmail "net/mail"
	"strings"
	"sync"
)

// post plays SES v2: it takes every message, and reads it.
type post struct {
	server  *httptest.Server
	mu      sync.Mutex
	carried int
	letters []letter
}

// letter is an e-mail as its reader sees it.
type letter struct {
	to, cc, subject, text string
	attached              []string
}

func newPost() *post {
	p := &post{}
	p.server = httptest.NewServer(p)
	return p
}

func (p *post) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var q struct {
		Content struct{ Raw struct{ Data []byte } }
	}
	err := json.NewDecoder(r.Body).Decode(&q)
	l, fault := readLetter(q.Content.Raw.Data)
	if err = errors.Join(err, fault); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.carried++
	p.letters = append(p.letters, l)
	w.Header().Set("Content-Type", "application/json")
	fmt.Fprintf(w, `{"MessageId":"ses-%d"}`, p.carried)
}

// take gives what left since it was last asked.
func (p *post) take() []letter {
	p.mu.Lock()
	defer p.mu.Unlock()
	left := p.letters
	p.letters = nil
	return left
}

func readLetter(raw []byte) (l letter, err error) {
	m, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return l, err
	}
	var words mime.WordDecoder
	if l.subject, err = words.DecodeHeader(m.Header.Get("Subject")); err != nil {
		return l, err
	}
	l.to, l.cc = mailbox(m.Header.Get("To")), mailbox(m.Header.Get("Cc"))
	return l, l.read(m.Header.Get("Content-Type"), m.Body)
}

func mailbox(list string) string {
	if a, err := netmail.ParseAddress(list); err == nil {
		return a.Address
	}
	return list
}

// read looks for the text, and for the names of what is attached.
func (l *letter) read(kind string, body io.Reader) error {
	media, parameters, err := mime.ParseMediaType(kind)
	if err != nil {
		return err
	}
	if !strings.HasPrefix(media, "multipart/") {
		return nil
	}
	parts := multipart.NewReader(body, parameters["boundary"])
	for {
		part, err := parts.NextRawPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if err := l.readPart(part); err != nil {
			return err
		}
	}
}

func (l *letter) readPart(part *multipart.Part) error {
	kind := part.Header.Get("Content-Type")
	switch {
	case part.FileName() != "":
		l.attached = append(l.attached, part.FileName())
	case strings.HasPrefix(kind, "text/plain"):
		text, err := io.ReadAll(quotedprintable.NewReader(part))
		l.text = strings.ReplaceAll(string(text), "\r\n", "\n")
		return err
	}
	return l.read(kind, part)
}
