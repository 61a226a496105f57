package wiring_test

import (
	"strings"
	"testing"
)

// Whoever thinks of enrolling reads the programme first: no file, no link.
func TestAnybodyReadsTheProgrammeOfASession(t *testing.T) {
	p := newProduct(t)
	list := p.ask("192.0.2.1", "GET", "/api/sessions", "").json(t)
	first := list["sessions"].([]any)[0].(map[string]any)["id"].(string)
	a := p.ask("192.0.2.1", "GET", "/api/sessions/"+first+"/programme.pdf", "")
	if a.status != 200 || a.header.Get("Content-Type") != "application/pdf" || !strings.HasPrefix(a.body, "%PDF-1.7") {
		t.Fatalf("%d %v %.40s", a.status, a.header, a.body)
	}
	if a := p.ask("192.0.2.1", "GET", "/api/sessions/nulle-part/programme.pdf", ""); a.status != 404 {
		t.Errorf("of no session: %d", a.status)
	}
}
