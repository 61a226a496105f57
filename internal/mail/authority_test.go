package mail_test

import (
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

func TestTheContactReceivesThePapersThemselvesAndFrenchElides(t *testing.T) {
	g, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range mail.Samples(g) {
		if s.Kind != mail.AuthorityPapers {
			continue
		}
		d := s.Data
		d.Enrolment.Person.FirstName, d.Enrolment.Contact = "Élise", &enrolment.Contact{Email: "dgs@commune.example"}
		d.Papers = []mail.Attachment{{Name: "devis.pdf", Type: "application/pdf", Content: []byte("%PDF-")}}
		m, err := mail.Render(mail.AuthorityPapers, d)
		if err != nil {
			t.Fatal(err)
		}
		if len(m.Attachments) != 1 || !strings.Contains(m.Subject, "Formation d’Élise") || !strings.Contains(m.Text, "Bonjour,") {
			t.Errorf("%d attachments, %q, %.60q", len(m.Attachments), m.Subject, m.Text)
		}
		return
	}
	t.Fatal("no sample to the contact")
}
