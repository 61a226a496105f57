package wiring_test

import (
	"encoding/base64"
	"encoding/json"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"net/mail"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

const mairie = "sg@plougastel.example"

// asked is a file that its collectivité pays, with the header of its contact's link.
func (p *product) asked(n int, email string) (path, contact, holder string) {
	p.Helper()
	a := p.ask("192.0.2.1", "POST", "/api/enrolments", élu(p.session("budget-nantes"), email, "collectivite", mairie), "Idempotency-Key", key(n))
	path, holder = opened(p, a)
	id := strings.TrimPrefix(path, "/api/enrolments/")
	if _, err := p.house.Desk.Prove(p.Context(), id); err != nil {
		p.Fatal(err)
	}
	return path, "Bearer " + p.house.Links.Keys.Token(link.Authority, id, 0), holder
}

func signed(text, seal string, change ...string) string {
	q := map[string]any{"text": text, "seal": seal, "name": "Paul Martin", "function": "maire", "right": "executif", "agreed": true}
	for i := 0; i+1 < len(change); i += 2 {
		q[change[i]] = change[i+1]
	}
	raw, _ := json.Marshal(q)
	return string(raw)
}

// Only the text that we gave for this file, as its papers are now, can be signed, and only by the link of its contact.
func TestOnlyTheTextThatWasShownCanBeSigned(t *testing.T) {
	p := newProduct(t)
	path, contact, holder := p.asked(1, "maelys@plougastel.example")
	other, otherContact, _ := p.asked(2, "autre@plougastel.example")
	shown := p.ask("192.0.2.1", "GET", path+"/convention", "", "Authorization", contact).json(t)
	text, seal := shown["text"].(string), shown["seal"].(string)
	if enrolment.TextDigest(text) != shown["digest"] || !strings.Contains(text, "Maëlys Kerouédan") || strings.Contains(text, "……") {
		t.Fatalf("%v", shown)
	}
	for name, try := range map[string]struct {
		path, bearer, body string
		want               int
	}{
		"another text":              {path, contact, signed(text+" ", seal), http.StatusConflict},
		"another file's seal":       {other, otherContact, signed(text, seal), http.StatusConflict},
		"a seal that is none":       {path, contact, signed(text, "1.c.AAAA"), http.StatusConflict},
		"a link's token for a seal": {path, contact, signed(text, strings.TrimPrefix(contact, "Bearer ")), http.StatusConflict},
		"the holder":                {path, holder, signed(text, seal), http.StatusUnauthorized},
		"another file's contact":    {path, otherContact, signed(text, seal), http.StatusUnauthorized},
		"nobody":                    {path, "", signed(text, seal), http.StatusUnauthorized},
		"no name":                   {path, contact, signed(text, seal, "name", " "), http.StatusUnprocessableEntity},
		"no right":                  {path, contact, signed(text, seal, "right", ""), http.StatusUnprocessableEntity},
		"no agreement":              {path, contact, strings.Replace(signed(text, seal), `"agreed":true`, `"agreed":false`, 1), http.StatusUnprocessableEntity},
		"far too long":              {path, contact, signed(strings.Repeat("x", 140<<10), seal), http.StatusBadRequest},
	} {
		if a := p.ask("192.0.2.1", "PUT", try.path+"/signature", try.body, "Authorization", try.bearer); a.status != try.want {
			t.Errorf("%s: %d %s", name, a.status, a.body)
		}
	}
	for _, bearer := range []string{holder, otherContact, ""} {
		if a := p.ask("192.0.2.1", "GET", path+"/convention", "", "Authorization", bearer); a.status != http.StatusUnauthorized {
			t.Errorf("the text is read without the contact's link: %d", a.status)
		}
	}
	a := p.ask("192.0.2.1", "PUT", path+"/signature", signed(text, seal), "Authorization", contact)
	if s, _ := a.json(t)["signature"].(map[string]any); a.status != http.StatusOK || s["by"] != "Paul Martin" || s["both"] != nil {
		t.Fatalf("%d %s", a.status, a.body)
	}
	if a = p.ask("192.0.2.1", "GET", path+"/documents/convention-signee", "", "Authorization", contact); a.status != http.StatusOK || !strings.HasPrefix(a.body, "%PDF") {
		t.Errorf("what was signed is not printed: %d %s", a.status, a.body)
	}
	if a = p.ask("192.0.2.1", "DELETE", path+"/signature", "", "Authorization", contact); a.status != http.StatusOK || a.json(t)["signature"] != nil {
		t.Errorf("%d %s", a.status, a.body)
	}
	if a = p.ask("192.0.2.1", "GET", path+"/documents/convention-signee", "", "Authorization", contact); a.status != http.StatusNotFound {
		t.Errorf("a signature that was taken back is still printed: %d", a.status)
	}
}

// It is off until the organisation chooses it.
func TestAConventionIsSignedByHandUntilTheOrganisationChoosesOtherwise(t *testing.T) {
	p := newProduct(t)
	p.publish("  onlineSignature: true ", "  # ")
	path, contact, _ := p.asked(1, "maelys@plougastel.example")
	if a := p.ask("192.0.2.1", "GET", path+"/convention", "", "Authorization", contact); a.status != http.StatusNotFound {
		t.Errorf("%d %s", a.status, a.body)
	}
}

// Both signatures: the paper and its text leave to the three, once each, wherever the process of the countersignature is killed; and the
// digest that the paper carries is that of the text beside it.
func TestTheSignedConventionReachesAllThreeOnceWhereverTheProcessIsKilled(t *testing.T) {
	p := newProduct(t)
	for survived := range 2 {
		email := []string{"maelys@plougastel.example", "nolwenn@plougastel.example"}[survived]
		path, contact, _ := p.asked(survived+1, email)
		id := strings.TrimPrefix(path, "/api/enrolments/")
		shown := p.ask("192.0.2.1", "GET", path+"/convention", "", "Authorization", contact).json(t)
		p.ask("192.0.2.1", "PUT", path+"/signature", signed(shown["text"].(string), shown["seal"].(string)), "Authorization", contact)
		left := survived
		by := booking.Behalf{Actor: enrolment.Actor{Sub: "s", Name: "Claire", Role: enrolment.RoleGestion}, Act: "countersignature"}
		ours := enrolment.Countersignature{Signatory: enrolment.Signatory{Name: "Camille Exemple", Function: "Directrice"}, By: "Claire"}
		_, _ = booking.New(mortal{p.house.Store, &left}, p.house.Guide, p.now).For(by).Countersign(t.Context(), id, ours)
		e, err := p.house.Store.File(t.Context(), id)
		if err != nil || e.SignedOnline() != (survived == 1) || e.SignedOnline() != (e.FundingState() == enrolment.FundingSettled) {
			t.Fatalf("killed after %d writes: %+v %v", survived, e.Reply, err)
		}
		for range 3 { // whoever had no answer asks again
			if _, err := p.house.Desk.For(by).Countersign(t.Context(), id, ours); err != nil {
				t.Fatal(err)
			}
			p.remind()
			p.advance(20 * time.Minute)
			p.remind()
		}
		for _, to := range []string{email, mairie} {
			sent := p.post.about(to, "Convention signée", e.Reference)
			if len(sent) != 1 {
				t.Errorf("killed after %d writes: %d mails to %s", survived, len(sent), to)
				continue
			}
			files := attached(t, sent[0])
			text := files["convention-signee-"+e.Reference+".txt"]
			if enrolment.TextDigest(text) != shown["digest"] || !strings.HasPrefix(files["convention-signee-"+e.Reference+".pdf"], "%PDF") {
				t.Errorf("to %s: %d files, text of %d bytes", to, len(files), len(text))
			}
		}
		if n := len(p.post.about("@", "convention signée par les deux parties, dossier", e.Reference)); n != 1 {
			t.Errorf("killed after %d writes: %d mails to the organisation", survived, n)
		}
	}
}

// about are the mails to an address whose subject says so, of a file.
func (o *postOffice) about(address, subject, reference string) (found []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for i, whole := range o.mails {
		m, err := mail.ReadMessage(strings.NewReader(whole))
		if err != nil {
			continue
		}
		said, _ := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
		if strings.Contains(o.to[i], address) && strings.Contains(said, subject) && strings.Contains(strings.ReplaceAll(whole, "=\r\n", ""), reference) {
			found = append(found, whole)
		}
	}
	return found
}

// attached are the files of a mail, by name.
func attached(t *testing.T, whole string) map[string]string {
	t.Helper()
	m, err := mail.ReadMessage(strings.NewReader(whole))
	if err != nil {
		t.Fatal(err)
	}
	_, params, err := mime.ParseMediaType(m.Header.Get("Content-Type"))
	if err != nil {
		t.Fatal(err)
	}
	files := map[string]string{}
	for parts := multipart.NewReader(m.Body, params["boundary"]); ; {
		part, err := parts.NextPart()
		if err != nil {
			return files
		}
		body, _ := io.ReadAll(decoded(part.Header.Get("Content-Transfer-Encoding"), part))
		files[part.FileName()] = string(body)
	}
}

func decoded(encoding string, r io.Reader) io.Reader {
	if strings.EqualFold(encoding, "base64") {
		return base64.NewDecoder(base64.StdEncoding, r)
	}
	return r
}
