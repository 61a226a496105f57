package wiring_test

import (
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// Who came and who pays get the certificate as a file, once; it stands on the page of each.
func TestTheCertificateLeavesWithItsPaperToWhoCameAndWhoPays(t *testing.T) {
	p := newProduct(t)
	path, contact, holder := p.asked(1, "maelys@plougastel.example")
	id := strings.TrimPrefix(path, "/api/enrolments/")
	f, err := p.house.Desk.File(t.Context(), id)
	if err != nil {
		t.Fatal(err)
	}
	p.advance(f.Session.End().Sub(p.now()) + time.Hour)
	var record enrolment.Attendance
	for _, h := range f.Session.HalfDays {
		record.Sittings = append(record.Sittings, enrolment.Sitting{Start: h.Start, Planned: h.Minutes(), Minutes: h.Minutes(), Presence: enrolment.Present})
	}
	for range 2 { // closing again changes nothing
		if _, err := p.house.Desk.Attend(t.Context(), id, record); err != nil {
			t.Fatal(err)
		}
		for range 3 {
			p.advance(14 * time.Hour)
			p.remind()
		}
	}
	for _, to := range []string{"maelys@plougastel.example", mairie} {
		sent := p.post.about(to, "ertificat de réalisation", f.Enrolment.Reference)
		if len(sent) != 1 {
			t.Errorf("%d mails to %s", len(sent), to)
			continue
		}
		if pdf := attached(t, sent[0])["certificat-"+f.Enrolment.Reference+".pdf"]; !strings.HasPrefix(pdf, "%PDF") {
			t.Errorf("no certificate in the mail to %s", to)
		}
	}
	if n := len(p.post.about("maelys@plougastel.example", "Merci d’avoir suivi", f.Enrolment.Reference)); n > 0 {
		t.Errorf("thanked twice: %d", n)
	}
	for name, bearer := range map[string]string{"the holder": holder, "the contact": contact} {
		if a := p.ask("192.0.2.1", "GET", path+"/documents/certificat", "", "Authorization", bearer); a.status != 200 || !strings.HasPrefix(a.body, "%PDF") {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
}
