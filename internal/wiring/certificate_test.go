package wiring_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
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

// council is a group of this many, enrolled by its collectivité, with the header of its contact's link.
func (p *product) council(key, authority, contact string, people int) (group booking.Party, path, bearer string) {
	p.Helper()
	c := booking.Council{Key: key, SessionID: p.session("budget-nantes"), Authority: authority, BodyDigest: key, Contact: enrolment.Contact{Name: "Paul Martin", Email: contact}}
	for i := range people {
		c.People = append(c.People, booking.Councillor{Mandate: "adjoint", Person: enrolment.Person{
			FirstName: "Anne", LastName: fmt.Sprintf("Kerouédan %c", 'A'+i), Email: fmt.Sprintf("%s%d@plougastel.example", key, i),
		}})
	}
	group, err := p.house.Desk.EnrolGroup(p.Context(), c)
	if err != nil {
		p.Fatal(err)
	}
	for _, m := range group.Members {
		if _, err := p.house.Desk.Prove(p.Context(), m.ID); err != nil {
			p.Fatal(err)
		}
	}
	id := group.File.Enrolment.ID
	return group, "/api/enrolments/" + id, "Bearer " + p.house.Links.Keys.Token(link.Authority, id, 0)
}

// attend records what each of these attended, in minutes of the first half-day.
func (p *product) attend(s enrolment.Session, members []enrolment.Enrolment, minutes ...int) {
	p.Helper()
	for i, m := range members {
		var record enrolment.Attendance
		for j, h := range s.HalfDays {
			sitting := enrolment.Sitting{Start: h.Start, Planned: h.Minutes(), Presence: enrolment.Absent}
			if j == 0 && minutes[i] > 0 {
				sitting.Presence, sitting.Minutes = enrolment.Present, minutes[i]
			}
			record.Sittings = append(record.Sittings, sitting)
		}
		if _, err := p.house.Desk.Attend(p.Context(), m.ID, record); err != nil {
			p.Fatal(err)
		}
	}
}

// The contact of a group gets the certificates of those of the group who came, in one file and one mail; another group's contact, and
// one whose people were absent, get nothing of it.
func TestTheContactOfAGroupGetsTheCertificatesOfItsOwnWhoCame(t *testing.T) {
	p := newProduct(t)
	const other = "sg@guerande.example"
	group, path, contact := p.council("a", "Commune de Plougastel", mairie, 3)
	absent, otherPath, otherContact := p.council("b", "Commune de Guérande", other, 2)
	s, ref := group.File.Session, group.File.Enrolment.Reference
	before := p.ask("192.0.2.1", "GET", path+"/documents/certificats", "", "Authorization", contact)
	if before.status != http.StatusNotFound {
		t.Errorf("before the session is closed: %d", before.status)
	}
	p.advance(s.End().Sub(p.now()) + time.Hour)
	number := group.File.Enrolment.Number(enrolment.PaperConvention)
	p.attend(s, group.Members, 180, 95, 0)
	p.attend(s, absent.Members, 0, 0)
	for range 3 {
		p.advance(14 * time.Hour)
		p.remind()
	}
	sent := p.post.about(mairie, "ertificats de réalisation", ref)
	if len(sent) != 1 {
		t.Fatalf("%d mails to the contact", len(sent))
	}
	files := attached(t, sent[0])
	if !strings.HasPrefix(files["certificats-"+ref+".pdf"], "%PDF") {
		t.Error("no certificates in the mail")
	}
	f, err := p.house.Desk.File(t.Context(), group.File.Enrolment.ID)
	if err != nil {
		t.Fatal(err)
	}
	came, err := p.house.Desk.Certified(t.Context(), f.Enrolment)
	if err != nil || len(came) != 2 || came[0].Person.LastName != "Kerouédan A" || came[1].Person.LastName != "Kerouédan B" {
		t.Errorf("who came: %v %v", came, err)
	}
	if now := f.Enrolment.Number(enrolment.PaperConvention); now != number {
		t.Errorf("the convention is another: %s, it was %s", now, number)
	}
	view := p.ask("192.0.2.1", "GET", path+"/papers", "", "Authorization", contact)
	if !strings.Contains(view.body, `"kind":"certificats"`) || strings.Contains(view.body, group.Members[0].ID) || strings.Contains(view.body, "180") {
		t.Errorf("the contact's page: %s", view.body)
	}
	for name, try := range map[string]struct {
		path, bearer string
		want         int
	}{
		"the group's contact":   {path, contact, http.StatusOK},
		"another group's":       {path, otherContact, http.StatusUnauthorized},
		"whose people were out": {otherPath, otherContact, http.StatusNotFound},
		"a member's file":       {"/api/enrolments/" + group.Members[0].ID, contact, http.StatusUnauthorized},
		"a member's own link":   {"/api/enrolments/" + group.Members[0].ID, "Bearer " + p.house.Links.Keys.Token(link.Holder, group.Members[0].ID, 0), http.StatusNotFound},
	} {
		a := p.ask("192.0.2.1", "GET", try.path+"/documents/certificats", "", "Authorization", try.bearer)
		if a.status != try.want || a.status == http.StatusOK && !strings.HasPrefix(a.body, "%PDF") {
			t.Errorf("%s: %d, want %d", name, a.status, try.want)
		}
	}
	if n := len(p.post.about(other, "ertificat", absent.File.Enrolment.Reference)); n > 0 {
		t.Errorf("%d mails about nobody", n)
	}
	p.attend(s, group.Members[1:2], 120) // corrected: the contact gets the right one, after a week-end perhaps
	for range 6 {
		p.advance(14 * time.Hour)
		p.remind()
	}
	if n := len(p.post.about(mairie, "ertificats de réalisation", ref)); n != 2 {
		t.Errorf("%d mails after a correction", n)
	}
	p.attend(s, group.Members[:2], 0, 0) // nobody came after all
	if a := p.ask("192.0.2.1", "GET", path+"/documents/certificats", "", "Authorization", contact); a.status != http.StatusNotFound {
		t.Errorf("after all nobody came: %d", a.status)
	}
}
