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

func TestAReaderGetsSoManyProgrammesAnHour(t *testing.T) {
	p := newProduct(t)
	path := "/api/sessions/" + p.session("budget-nantes") + "/programme.pdf"
	for range 60 {
		if a := p.ask("192.0.2.1", "GET", path, ""); a.status != 200 {
			t.Fatalf("%d %s", a.status, a.body)
		}
	}
	a := p.ask("192.0.2.1", "GET", path, "")
	if a.status != 429 || a.header.Get("Retry-After") == "" {
		t.Errorf("the sixty-first: %d %v", a.status, a.header)
	}
	if a := p.ask("192.0.2.2", "GET", path, ""); a.status != 200 {
		t.Errorf("another reader: %d", a.status)
	}
}
