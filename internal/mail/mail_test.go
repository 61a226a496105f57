package mail_test

import (
	"bytes"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	netmail "net/mail"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/mail"
)

// plain makes every space an ordinary one.
func plain(s string) string { return strings.NewReplacer("\u00a0", " ", "\u202f", " ").Replace(s) }

// words strips the tags of a page, for comparing with a text.
func words(html string) string {
	html = regexp.MustCompile(`(?s)<(style|title)>.*?</(style|title)>`).ReplaceAllString(html, "")
	html = regexp.MustCompile(`<[^>]*>`).ReplaceAllString(html, " ")
	return strings.NewReplacer("&nbsp;", " ", "&#39;", "'", "&#34;", `"`, "&#43;", "+", "&amp;", "&").Replace(html)
}

func sample(t testing.TB, name string) mail.Sample {
	t.Helper()
	for _, s := range mail.Samples(content(t)) {
		if s.Name == name {
			return s
		}
	}
	t.Fatalf("no sample %s", name)
	return mail.Sample{}
}

func TestEveryStatementOfTheMissionIsInTheConfirmation(t *testing.T) {
	list, err := os.ReadFile("../guide/testdata/mission.tsv")
	if err != nil {
		t.Fatal(err)
	}
	for _, line := range strings.Split(strings.TrimSpace(string(list)), "\n") {
		f := strings.Split(line, "\t")
		if len(f) != 3 {
			continue
		}
		m := render(t, sample(t, "confirmation-"+f[0]))
		for part, body := range map[string]string{"text": m.Text, "HTML": words(m.HTML) + m.HTML} {
			if !strings.Contains(strings.ToLower(plain(body)), strings.ToLower(plain(f[2]))) {
				t.Errorf("%s, %s: %s: %q is nowhere", f[0], part, f[1], f[2])
			}
		}
	}
}

func TestConfirmationHasReferenceLinkDetailsAndCalendar(t *testing.T) {
	for _, mode := range enrolment.Modes {
		s := sample(t, "confirmation-"+string(mode))
		m := render(t, s)
		for _, want := range []string{s.Data.Enrolment.Reference, s.Data.Addresses.File, s.Data.Session.Formation.Title,
			"jeudi 17 décembre 2026, de 9 h à 12 h 30 et de 14 h à 17 h 30", "12 rue de l’Hôtel-de-Ville"} {
			if !strings.Contains(plain(m.Text), want) || !strings.Contains(plain(m.HTML), want) {
				t.Errorf("%s: %q is missing", mode, want)
			}
		}
		if len(m.Attachments) != 1 || !bytes.Equal(m.Attachments[0].Content, s.Data.Calendar) {
			t.Errorf("%s: no calendar", mode)
		}
	}
}

func TestChangingALinkInTheGuideChangesItInTheMails(t *testing.T) {
	source, err := os.ReadFile("../guide/content/guide.yaml")
	if err != nil {
		t.Fatal(err)
	}
	changes := map[string]struct{ old, new string }{
		"confirmation-dife":         {"https://www.moncompteformation.gouv.fr/espace-public/node/93", "https://www.moncompteformation.gouv.fr/nouvelle-page"},
		"dife-compte":               {"https://www.moncompteformation.gouv.fr/espace-public/node/93", "https://www.moncompteformation.gouv.fr/nouvelle-page"},
		"dife-identite":             {"09 09 39 02 77", "09 00 00 00 01"},
		"confirmation-collectivite": {"/conditions-dexercice-des-mandats-locaux/formation", "/conditions-dexercice-des-mandats-locaux/nouvelle"},
		"authority-papers":          {"/conditions-dexercice-des-mandats-locaux/formation", "/conditions-dexercice-des-mandats-locaux/nouvelle"},
		"personnel-contrat":         {"LEGISCTA000006178215", "LEGISCTA000000000000"},
	}
	for name, c := range changes {
		g, err := guide.Parse(bytes.ReplaceAll(source, []byte(c.old), []byte(c.new)))
		if err != nil {
			t.Fatal(err)
		}
		s := sample(t, name)
		s.Data.Guide = g
		m := render(t, s)
		for part, body := range map[string]string{"text": m.Text, "HTML": m.HTML} {
			if strings.Contains(body, c.old) || !strings.Contains(body, c.new) {
				t.Errorf("%s, %s: still says %q", name, part, c.old)
			}
		}
	}
}

func TestVerifyingALinkReplacesItsFallback(t *testing.T) {
	g, s := content(t), sample(t, "dife-dossier")
	l := g.Links["mon-compte-elu"]
	l.Verified = true
	g.Links["mon-compte-elu"] = l
	s.Data.Guide = g
	if m := render(t, s); !strings.Contains(m.Text, "Mon Compte Élu\u00a0: "+l.URL) {
		t.Error("the verified address is not shown")
	}
}

func TestTextAndHTMLSayTheSame(t *testing.T) {
	for _, s := range mail.Samples(content(t)) {
		m := render(t, s)
		html := strings.Join(strings.Fields(plain(words(m.HTML))), " ")
		for _, line := range strings.Split(m.Text, "\n") {
			line = strings.TrimSpace(strings.TrimLeft(plain(line), "-*> "))
			line, _, _ = strings.Cut(line, " : http")
			line, _, _ = strings.Cut(line, " <http")
			line = strings.TrimSuffix(line, " :")
			if line == "" || strings.HasPrefix(line, "http") || strings.HasPrefix(line, "+33") {
				continue
			}
			label, value, isFact := strings.Cut(line, " : ")
			if strings.Contains(strings.ToLower(html), strings.ToLower(line)) ||
				isFact && strings.Contains(html, label) && strings.Contains(html, value) {
				continue
			}
			t.Errorf("%s: the text says %q, the HTML does not", s.Name, line)
		}
		for _, href := range regexp.MustCompile(`href="(https?://[^"]*)"`).FindAllStringSubmatch(m.HTML, -1) {
			if url := strings.NewReplacer("&amp;", "&", "%27", "'").Replace(href[1]); !strings.Contains(m.Text, url) {
				t.Errorf("%s: the HTML links to %s, the text does not", s.Name, url)
			}
		}
	}
}

func TestEachMailAsksForOneThing(t *testing.T) {
	for _, s := range mail.Samples(content(t)) {
		if n := strings.Count(render(t, s).HTML, `class="button"`); n > 1 || n == 0 && s.Kind.Recipient() != mail.ToStaff && s.Kind != mail.AuthorityOver && s.Kind != mail.AddressChanged {
			t.Errorf("%s has %d buttons", s.Name, n)
		}
	}
}

func TestWhoeverIsCancelledByTheTeamReadsWhy(t *testing.T) {
	for _, s := range mail.Samples(content(t)) {
		if s.Kind != mail.Cancelled && s.Kind != mail.QueueLeft && s.Kind != mail.OfferDeclined {
			continue
		}
		s.Data.Enrolment.CancelledFor = "inscrite deux fois."
		if text := render(t, s).Text; !strings.Contains(text, "Motif\u00a0: inscrite deux fois.") || strings.Contains(text, "Vous avez rendu") || strings.Contains(text, "Merci de nous l’avoir dit") {
			t.Errorf("%s: %s", s.Name, text)
		}
	}
}

func TestEveryKindHasASample(t *testing.T) {
	seen := map[mail.Kind]bool{}
	names := map[string]bool{}
	for _, s := range mail.Samples(content(t)) {
		if names[s.Name] {
			t.Errorf("two samples are called %s", s.Name)
		}
		seen[s.Kind], names[s.Name] = true, true
	}
	for _, k := range mail.Kinds {
		if !seen[k] {
			t.Errorf("%s has no sample", k)
		}
	}
}

func TestEveryNoticeHasAKind(t *testing.T) {
	for _, n := range []enrolment.NoticeKind{enrolment.NoticeConfirmation, enrolment.NoticeQueueJoined, enrolment.NoticeOffer,
		enrolment.NoticeOfferExpired, enrolment.NoticeOfferTaken, enrolment.NoticeOfferDeclined, enrolment.NoticeQueueLeft,
		enrolment.NoticeCancelled, enrolment.NoticeWithdrawn, enrolment.NoticeFundingChanged, enrolment.NoticeSessionChanged, enrolment.NoticeSessionMoved,
		enrolment.NoticeSessionCancelled, enrolment.NoticeAlreadyEnrolled, enrolment.NoticeLinks, enrolment.NoticeArrived} {
		if !slices.Contains(mail.Kinds, mail.Kind(n)) {
			t.Errorf("the notice %s has no mail", n)
		}
	}
	for _, m := range enrolment.Modes {
		for _, key := range m.Steps() {
			if _, ok := mail.StepReminder(key); !ok {
				t.Errorf("the step %s has no reminder", key)
			}
		}
	}
}

// Some mailboxes drop the sheet: what makes a letter legible stands on its tags.
func TestTheStylesThatMatterAreInlined(t *testing.T) {
	_, body, _ := strings.Cut(render(t, sample(t, "dife-identite")).HTML, "</head>")
	for _, want := range []string{
		`<body style="margin: 0; padding: 0; background: #f1f3f6; color: #1b1f2a; font: 18px/1.5 Arial, 'Liberation Sans', Helvetica, sans-serif;`,
		`<p class="strong" style="margin: 0 0 12px; padding: 12px 16px; border-left: 4px solid #b45309;`,
		`<h1 style="font-size: 26px;`, `<h2 style="font-size: 21px;`, `<ul style="margin: 0 0 12px;`, `color: #1a4fb3; font-size: 26px`,
		`<div class="foot" style="margin-top: 32px;`, `<a class="button" href=`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("%q is not in the body", want)
		}
	}
	if m := regexp.MustCompile(`<(h1|h2|p|dl|dt|dd|a)( [^>]*)?>`).FindAllString(body, -1); slices.ContainsFunc(m, func(tag string) bool { return !strings.Contains(tag, "style=") }) {
		t.Errorf("a tag without its style: %v", m)
	}
}

// RFC 2047: 76 octets a line that holds encoded words, none of which cuts a character; every mailbox reads them back.
func TestHeadersAreFoldedAndReadBack(t *testing.T) {
	for _, s := range mail.Samples(content(t)) {
		m := render(t, s)
		m.To = append(m.To, netmail.Address{Name: strings.Repeat("Éloïse-Bérénice de l’Hôpital ", 6) + "«\u00a0🎉\u00a0»", Address: "longue@exemple.fr"})
		m.From.Name = strings.Repeat("Écharpe, l’élan des élus ", 5)
		m.Subject += strings.Repeat(" à l’œuvre 🎉", 12)
		raw, err := m.Raw()
		if err != nil {
			t.Fatal(err)
		}
		head, _, _ := strings.Cut(string(raw), "\r\n\r\n")
		for _, line := range strings.Split(head, "\r\n") {
			if strings.Contains(line, "=?") && len(line) > 76 {
				t.Fatalf("%s: %d octets: %s", s.Name, len(line), line)
			}
		}
		read, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if got, err := new(mime.WordDecoder).DecodeHeader(read.Header.Get("Subject")); err != nil || got != m.Subject {
			t.Errorf("%s: subject %q (%v)", s.Name, got, err)
		}
		to, err := read.Header.AddressList("To")
		if err != nil || !reflect.DeepEqual(*to[len(to)-1], m.To[len(m.To)-1]) {
			t.Errorf("%s: to %v (%v)", s.Name, to, err)
		}
		if from, err := read.Header.AddressList("From"); err != nil || *from[0] != m.From {
			t.Errorf("%s: from %v (%v)", s.Name, from, err)
		}
	}
}

// What is said about one file to one person is one conversation in their mailbox.
func TestMessagesOfOneFileMakeOneThread(t *testing.T) {
	thread := func(name, id string) string {
		s := sample(t, name)
		s.Data.Enrolment.ID = id
		m := render(t, s)
		if m.Header("In-Reply-To") != m.Header("References") {
			t.Errorf("%s: two threads", name)
		}
		return m.Header("References")
	}
	first := thread("confirmation-dife", "a")
	if first == "" || thread("dife-compte", "a") != first || thread("cancelled-dife", "a") != first {
		t.Error("messages of one file are strangers to one another")
	}
	if thread("dife-compte", "b") == first || thread("authority-papers", "a") == first || thread("links", "a") != "" {
		t.Error("two files, or two people, share a thread")
	}
	if strings.Contains(first, "<dossier.a") {
		t.Error("the thread gives the file's id away")
	}
}

func TestOnlyStoppableMailsSayHowToStop(t *testing.T) {
	for _, s := range mail.Samples(content(t)) {
		m, stop, words := render(t, s), "", ""
		switch {
		case s.Kind.Recipient() == mail.ToAuthority: // whoever was named by somebody else stops them all
			stop, words = s.Data.Addresses.Silence, "Ne plus recevoir d’e-mails"
		case s.Kind.Stoppable():
			stop, words = s.Data.Addresses.Unsubscribe, "Arrêter les rappels"
		}
		switch says := m.Header("List-Unsubscribe"); {
		case stop == "" && (says != "" || strings.Contains(m.Text, "unsubscription")):
			t.Errorf("%s may be stopped", s.Name)
		case stop != "" && (says != "<"+stop+">" || m.Header("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" || !strings.Contains(m.Text, words)):
			t.Errorf("%s does not say how to stop: %q", s.Name, says)
		}
	}
}

func TestAnswersGoToTheOrganisation(t *testing.T) {
	for _, s := range mail.Samples(content(t)) {
		if m := render(t, s); m.ReplyTo.Address != s.Data.Organisation.Email {
			t.Errorf("%s: answers go to %s", s.Name, m.ReplyTo.Address)
		}
	}
}

func TestAuthorityMailsCarryNoPersonalLinkAndTheirPapersAreCopiedToTheHolder(t *testing.T) {
	for name, copies := range map[string]int{"authority-papers": 1, "authority-reminder": 0} {
		s := sample(t, name)
		m := render(t, s)
		if m.To[0].Address != s.Data.Enrolment.Contact.Email || len(m.Cc) != copies {
			t.Errorf("%s: to %v, cc %v", name, m.To, m.Cc)
		}
		if strings.Contains(m.Text+m.HTML, s.Data.Addresses.File) || !strings.Contains(m.Text, s.Data.Addresses.Papers) {
			t.Errorf("%s gives the holder's own link, or not that of the papers", name)
		}
		if s.Data.Enrolment.Unreachable = true; len(render(t, s).Cc) > 0 {
			t.Errorf("%s is copied to an address that does not work", name)
		}
	}
}

func TestVideoLinkIsForThoseWhoHoldASeat(t *testing.T) {
	s := sample(t, "queue-joined-dife")
	s.Data.Session.VideoURL, s.Data.Session.Remote = "https://visio.exemple.fr/secret", true
	if m := render(t, s); strings.Contains(m.Text, "visio.exemple.fr") {
		t.Error("someone who waits is given the video link")
	}
	if m := render(t, sample(t, "convocation-remote")); !strings.Contains(m.Text, "https://visio.exemple.fr/budget") {
		t.Error("the convocation lacks the video link")
	}
}

func TestLastCallSaysHowMuchTimeIsLeft(t *testing.T) {
	for name, want := range map[string]string{
		"dife-compte-last-3":             "DIFE, plus que 3 jours ouvrés : créer votre compte formation",
		"dife-dossier-last-0":            "DIFE, dernier moment : créer votre dossier d’inscription sur Mon Compte Élu",
		"collectivite-convention-last-3": "Collectivité, plus que 3 jours ouvrés : faire signer la convention de formation",
	} {
		if got := plain(render(t, sample(t, name)).Subject); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
	}
}

func TestHelplineIsTheOneOfTheHourOfSending(t *testing.T) {
	if m := render(t, sample(t, "dife-identite")); !strings.Contains(plain(m.Text), "Ouvert maintenant, jusqu’à 19 h (heure de Paris).") {
		t.Error("on a Tuesday morning it does not say open")
	}
	if m := render(t, sample(t, "dife-identite-evening")); !strings.Contains(plain(m.Text), "Fermé maintenant") {
		t.Error("in the evening it does not say closed")
	}
}

func TestFrenchTypographyEverywhere(t *testing.T) {
	wrong := regexp.MustCompile(`[^\s-] [;:?!»%€]|« |\d (h|jours|heures)\b|[a-zà-ÿ]'[a-zà-ÿ]`)
	for _, s := range mail.Samples(content(t)) {
		m := render(t, s)
		text := regexp.MustCompile(`https://\S*`).ReplaceAllString(m.Text, "")
		for _, line := range append(strings.Split(text, "\n"), m.Subject, m.Preview) {
			if bad := wrong.FindString(line); bad != "" {
				t.Errorf("%s: %q in %q", s.Name, bad, line)
			}
		}
	}
}

func TestRenderRefusesWhatItCannotWrite(t *testing.T) {
	whole := sample(t, "confirmation-dife").Data
	for name, c := range map[string]struct {
		kind   mail.Kind
		change func(*mail.Data)
	}{
		"no such kind":       {"telegram", func(*mail.Data) {}},
		"no guide":           {mail.Confirmation, func(d *mail.Data) { d.Guide = nil }},
		"no personal link":   {mail.Confirmation, func(d *mail.Data) { d.Addresses.File = "" }},
		"no half-day":        {mail.Confirmation, func(d *mail.Data) { d.Session.HalfDays = nil }},
		"no address":         {mail.Confirmation, func(d *mail.Data) { d.Enrolment.Person.Email = "" }},
		"no contact":         {mail.AuthorityPapers, func(d *mail.Data) { d.Enrolment.Contact = nil }},
		"no papers":          {mail.AuthorityPapers, func(d *mail.Data) { d.Addresses.Papers = "" }},
		"no alert address":   {mail.StaffUnreachable, func(d *mail.Data) { d.Organisation.AlertEmail = "" }},
		"smuggled recipient": {mail.Confirmation, func(d *mail.Data) { d.Enrolment.Person.Email = "a@b.fr\r\nBcc: c@d.fr" }},
	} {
		d := whole
		c.change(&d)
		if m, err := mail.Render(c.kind, d); err == nil {
			t.Errorf("%s: accepted, to %v", name, m.To)
		}
	}
}

func TestWhatPeopleTypeCannotBreakAMail(t *testing.T) {
	for _, s := range mail.Samples(content(t)) {
		s.Data.Enrolment.Person.FirstName = "Zoé\r\nBcc: victime@exemple.fr\r\n\r\n"
		s.Data.Enrolment.Person.LastName = `<script>alert(1)</script>" O’Brien`
		s.Data.Enrolment.Mandate.Authority = `<img src=x onerror=alert(1)>`
		if c := s.Data.Enrolment.Contact; c != nil {
			contact := *c
			contact.Name = "Élise\nX: y <b>"
			s.Data.Enrolment.Contact = &contact
		}
		m := render(t, s)
		raw, err := m.Raw()
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		parsed, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%s: %v", s.Name, err)
		}
		if parsed.Header.Get("Bcc") != "" || parsed.Header.Get("X") != "" {
			t.Errorf("%s: a header was smuggled in", s.Name)
		}
		if strings.Contains(m.HTML, "<script") || strings.Contains(m.HTML, "<img") || strings.Contains(m.HTML, "<b>") {
			t.Errorf("%s: markup was smuggled in", s.Name)
		}
	}
}

func TestValidate(t *testing.T) {
	whole := render(t, sample(t, "confirmation-dife"))
	for name, change := range map[string]func(*mail.Message){
		"nobody":                 func(m *mail.Message) { m.To = nil },
		"no sender":              func(m *mail.Message) { m.From.Address = "" },
		"line break in subject":  func(m *mail.Message) { m.Subject += "\r\nBcc: a@b.fr" },
		"empty subject":          func(m *mail.Message) { m.Subject = "" },
		"line break in a name":   func(m *mail.Message) { m.To[0].Name = "a\nb" },
		"address with a name":    func(m *mail.Message) { m.To[0].Address = "Zoé <a@b.fr>" },
		"two addresses in one":   func(m *mail.Message) { m.To[0].Address = "a@b.fr,c@d.fr" },
		"no at sign":             func(m *mail.Message) { m.To[0].Address = "exemple.fr" },
		"bad copy":               func(m *mail.Message) { m.Cc = []netmail.Address{{Address: "x"}} },
		"bad reply-to":           func(m *mail.Message) { m.ReplyTo.Address = "x" },
		"line break in a header": func(m *mail.Message) { m.Headers = []mail.Header{{Name: "X", Value: "a\r\nb"}} },
		"header name with colon": func(m *mail.Message) { m.Headers = []mail.Header{{Name: "X: y", Value: "a"}} },
		"no text":                func(m *mail.Message) { m.Text = " " },
		"no HTML":                func(m *mail.Message) { m.HTML = "" },
		"attachment with a path": func(m *mail.Message) { m.Attachments = []mail.Attachment{{Name: "../x", Type: "text/plain"}} },
		"attachment of no type":  func(m *mail.Message) { m.Attachments = []mail.Attachment{{Name: "x.txt"}} },
	} {
		m := whole
		m.To = slices.Clone(whole.To)
		change(&m)
		if err := m.Validate(); err == nil {
			t.Errorf("%s: accepted", name)
		}
		if _, err := m.Raw(); err == nil {
			t.Errorf("%s: written", name)
		}
	}
	if err := whole.Validate(); err != nil {
		t.Error(err)
	}
}

func TestRawReadsBackAsItWasWritten(t *testing.T) {
	for _, name := range []string{"confirmation-dife", "authority-papers"} {
		m := render(t, sample(t, name))
		raw, err := m.Raw()
		if err != nil {
			t.Fatal(err)
		}
		again, _ := m.Raw()
		if !bytes.Equal(raw, again) {
			t.Errorf("%s: two writings differ", name)
		}
		for i, line := range bytes.Split(raw, []byte("\r\n")) {
			if len(line) > 998 || bytes.Contains(line, []byte("\n")) {
				t.Fatalf("%s: line %d is too long or badly ended", name, i)
			}
		}
		checkRead(t, m, raw)
	}
}

func checkRead(t *testing.T, m mail.Message, raw []byte) {
	t.Helper()
	parsed, err := netmail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		t.Fatal(err)
	}
	subject, err := new(mime.WordDecoder).DecodeHeader(parsed.Header.Get("Subject"))
	if err != nil || subject != m.Subject {
		t.Errorf("subject %q, %v", subject, err)
	}
	to, err := parsed.Header.AddressList("To")
	if err != nil || *to[0] != m.To[0] {
		t.Errorf("to %v, %v", to, err)
	}
	got := map[string]string{}
	readParts(t, parsed.Header.Get("Content-Type"), parsed.Body, got)
	if got["text/plain"] != strings.ReplaceAll(m.Text, "\n", "\r\n") || got["text/html"] != strings.ReplaceAll(m.HTML, "\n", "\r\n") {
		t.Error("the text or the HTML does not read back")
	}
	if len(m.Attachments) > 0 && got["text/calendar"] != string(m.Attachments[0].Content) {
		t.Error("the attachment does not read back")
	}
}

func readParts(t *testing.T, contentType string, body io.Reader, got map[string]string) {
	t.Helper()
	kind, params, err := mime.ParseMediaType(contentType)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(kind, "multipart/") {
		b, err := io.ReadAll(body)
		if err != nil {
			t.Fatal(err)
		}
		got[kind] = string(b)
		return
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err == io.EOF {
			return
		}
		if err != nil {
			t.Fatal(err)
		}
		var decoded io.Reader = p
		switch p.Header.Get("Content-Transfer-Encoding") {
		case "quoted-printable":
			decoded = quotedprintable.NewReader(p)
		case "base64":
			decoded = base64.NewDecoder(base64.StdEncoding, p)
		}
		readParts(t, p.Header.Get("Content-Type"), decoded, got)
	}
}

func FuzzNamesInAMail(f *testing.F) {
	g, err := guide.Load()
	if err != nil {
		f.Fatal(err)
	}
	base := mail.Samples(g)[0]
	f.Add("Jeanne", "Durand")
	f.Add("Zoé\r\nBcc: x@y.fr", "=?utf-8?q?=0D=0ABcc:_x@y.fr?=")
	f.Add("\u2028", "\x00")
	f.Fuzz(func(t *testing.T, first, last string) {
		s := base
		s.Data.Enrolment.Person.FirstName, s.Data.Enrolment.Person.LastName = first, last
		m, err := mail.Render(s.Kind, s.Data)
		if err != nil {
			return
		}
		raw, err := m.Raw()
		if err != nil {
			t.Fatal(err)
		}
		parsed, err := netmail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatal(err)
		}
		if parsed.Header.Get("Bcc") != "" || len(parsed.Header["To"]) != 1 {
			t.Fatalf("headers %v", parsed.Header)
		}
	})
}

func TestWhoFiledTheRequestIsNotSentBackToTheFirstStep(t *testing.T) {
	s := sample(t, "confirmation-dife-too-late") // the limit is over, the request was filed before, the other steps never ticked
	s.Data.Enrolment.Steps = map[enrolment.StepKey]enrolment.StepDone{enrolment.StepDossier: {At: s.Data.Now, By: "holder"}}
	if m := render(t, s); strings.Contains(m.Text, "Trop tard") || strings.Contains(m.Text, "À faire maintenant") {
		t.Error("someone whose request is filed is told to begin again")
	}
}

func TestHeadingsNeverSkipALevel(t *testing.T) {
	for _, s := range mail.Samples(content(t)) {
		level := 0
		for _, h := range regexp.MustCompile(`<h([1-6])>`).FindAllStringSubmatch(render(t, s).HTML, -1) {
			next := int(h[1][0] - '0')
			if next > level+1 || next == 1 && level != 0 {
				t.Errorf("%s: h%d after h%d", s.Name, next, level)
			}
			level = next
		}
	}
}

func TestWhoDidNotComeIsNotThankedForComing(t *testing.T) {
	m := render(t, sample(t, "thanks-absent"))
	for _, wrong := range []string{"Merci", "merci", "attestation", "certificat"} {
		if strings.Contains(m.Subject+m.Text, wrong) {
			t.Errorf("%q is said to somebody who was absent", wrong)
		}
	}
	if !strings.Contains(m.Text, "nous corrigeons la feuille de présence") {
		t.Error("nothing says how to put a mistake right:", m.Text)
	}
}
