package enrolment

import (
	"crypto/sha256"
	"encoding/base32"
	"encoding/json"
	"strings"
	"time"
)

// Terms are what a person or a collectivité was promised with a file: frozen when the promise was made, whatever the
// catalogue says since. A devis or a contract printed again says the same; when something of it must change (the session
// moved, another session, another way of paying) the papers take another number, see [Enrolment.Renew].
type Terms struct {
	Title      string
	Theme      string
	Hours      float64
	PriceCents int       // per participant, before tax
	VAT        *VAT      // nil when the session did not carry it yet: the organisation's of today
	ClosesAt   time.Time // of the session: until then a devis holds
	Since      time.Time // when these terms were promised; zero for a file that carries none
	Edition    int       // how many times its papers were made again under another number
	Wording    string    // key of what its papers say beside that, see [Wording]; "" when they say what the catalogue says today
}

// Wording is what the papers of a formation say beside its title, hours and price: its programme, and the organisation's
// conditions of that day. Each one is kept under its key, so that a file's papers never say another.
type Wording struct {
	Formation                    Formation
	PaymentTerms, EarlyStopTerms string // of the organisation; "" when it is today's
}

// Key names a wording by what it says: 16 letters and digits.
func (w Wording) Key() string {
	text, err := json.Marshal(w)
	if err != nil {
		panic("enrolment: a wording of plain values: " + err.Error())
	}
	sum := sha256.Sum256(text)
	return strings.ToLower(base32.StdEncoding.EncodeToString(sum[:10]))
}

// Conditions gives the organisation with the conditions of the wording.
func (w Wording) Conditions(o Organisation) Organisation {
	if w.PaymentTerms != "" {
		o.PaymentTerms, o.EarlyStopTerms = w.PaymentTerms, w.EarlyStopTerms
	}
	return o
}

// Terms are what the session promises to whoever enrols at now.
func (s Session) Terms(now time.Time) Terms {
	f := s.Formation
	return Terms{Title: f.Title, Theme: f.Theme, Hours: f.Hours, PriceCents: f.PriceCents, VAT: s.VAT, ClosesAt: s.ClosesAt, Since: now, Wording: s.Wording}
}

// Renew makes the papers of a file anew, under another number when some could have been printed: what was promised stays
// (title, hours, price, VAT), what changed is the session's dates and place, or the way of paying.
func (e *Enrolment) Renew(s Session, now time.Time) {
	t := e.Terms
	if t.Since.IsZero() {
		t = s.Terms(now)
	}
	if t.Edition != e.nextEdition() {
		e.voidSignature()
	}
	t.ClosesAt, t.Since, t.Edition = s.ClosesAt, now, e.nextEdition()
	e.Terms = t
}

// Offer dates the terms of the day when a seat is offered to someone who waited: a devis can be made from then on.
func (t Terms) Offer(s Session, now time.Time) Terms {
	if !t.Since.IsZero() {
		t.ClosesAt, t.Since = s.ClosesAt, now
	}
	return t
}

// Exchange replaces the terms by those of another session.
func (e *Enrolment) Exchange(s Session, now time.Time) {
	edition := e.nextEdition()
	if edition != e.Terms.Edition {
		e.voidSignature()
	}
	e.Terms = s.Terms(now)
	e.Terms.Edition = edition
}

func (e Enrolment) nextEdition() int {
	if e.Status == Waiting {
		return e.Terms.Edition // no paper with a number was ever made of it
	}
	return e.Terms.Edition + 1
}

// Promised is the session as it was promised to the holder of the file: its formation's title, hours and price, its VAT.
func (e Enrolment) Promised(s Session) Session {
	t := e.Terms
	if t.Since.IsZero() {
		return s
	}
	s.Formation.Title, s.Formation.Theme, s.Formation.Hours, s.Formation.PriceCents = t.Title, t.Theme, t.Hours, t.PriceCents
	if t.VAT != nil {
		s.VAT = t.VAT
	}
	return s
}

// OnPaper gives what a paper of the file is made from, as promised: the formation, the session, the organisation's VAT,
// and the file with the edition of its papers. A session that moved and whose holders are not told yet counts as told:
// the new dates never go out under the old number.
func (e Enrolment) OnPaper(s Session, f Formation, o Organisation) (Enrolment, Session, Formation, Organisation) {
	t := e.Terms
	if e.SessionSeen < s.Revision && s.Status != SessionCancelled {
		e.Terms.Edition = e.nextEdition()
	}
	if t.Since.IsZero() {
		return e, s, f, o
	}
	s = e.Promised(s)
	s.ClosesAt = t.ClosesAt
	f.Title, f.Theme, f.Hours, f.PriceCents = t.Title, t.Theme, t.Hours, t.PriceCents
	if t.VAT != nil {
		o.VAT = *t.VAT
	}
	return e, s, f, o
}
