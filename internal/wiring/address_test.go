package wiring_test

import (
	"net/http"
	"strings"
	"testing"
)

// What whoever gives somebody else's address can do with it, on the deployed defaults. SECURITY.md names these tests.

func TestNamesTakeNoLinkToAStranger(t *testing.T) {
	p := newProduct(t)
	session := p.session("budget-nantes")
	for n, spam := range []string{"Gagnez sur exemple.fr/x", "www.exemple.fr", "exemple\u200b.fr", "\u202ehttp://exemple.fr", "=?utf-8?q?Gagn=C3=A9?="} {
		for field, name := range map[string]string{"person.firstName": "Maëlys", "person.lastName": "Kerouédan", "person.birthName": "Quiniou", "mandate.authority": "Commune de Plougastel", "authorityContact.name": "Gwenola Abgrall"} {
			body := strings.Replace(élu(session, "victime@plougastel.example", "collectivite", "dgs@plougastel.example"), name, spam, 1)
			a := p.ask("192.0.2.9", "POST", "/api/enrolments", body, "Idempotency-Key", key(n))
			if a.status != http.StatusUnprocessableEntity {
				t.Fatalf("%s %q: %d", field, spam, a.status)
			}
			if said := a.json(t)["fields"].(map[string]any)[field]; said == nil {
				t.Errorf("%s %q: the refusal does not say which field: %s", field, spam, a.body)
			}
		}
	}
	p.remind()
	if n := len(p.post.mails); n != 0 {
		t.Errorf("%d mails", n)
	}
}
