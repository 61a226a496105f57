package httpapi

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"regexp"
	"strings"
	"sync"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/phone"
	"github.com/echarpe/echarpe/internal/web"
)

// enrolmentRequest is the body of POST /api/enrolments.
type enrolmentRequest struct {
	SessionID        string         `json:"sessionId"`
	Funding          string         `json:"funding"`
	Person           personRequest  `json:"person"`
	Mandate          mandateRequest `json:"mandate"`
	AuthorityContact *web.Contact   `json:"authorityContact"`
	Payer            *web.Payer     `json:"payer,omitempty"` // when another than the mandate's collectivité pays
	Needs            string         `json:"needs,omitempty"` // to follow the session; may tell of health
	Consent          bool           `json:"consent"`
	Challenge        string         `json:"challenge"`       // proof of work, when one is asked for
	Kiosk            string         `json:"kiosk,omitempty"` // pass of a kiosk that the organisation opened
}

type personRequest struct {
	Title     string `json:"title"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	BirthName string `json:"birthName"`
	Email     string `json:"email"`
	Phone     string `json:"phone"`
}

type mandateRequest struct {
	Kind      string `json:"kind"`
	Authority string `json:"authority"`
}

var uuid = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$`)
})

// idempotencyKey reads the header that makes a repeated request harmless.
func idempotencyKey(r *http.Request) (string, error) {
	key := r.Header.Get("Idempotency-Key")
	if !uuid().MatchString(key) {
		return "", badRequest(errors.New("header Idempotency-Key is not a UUID"))
	}
	return strings.ToLower(key), nil
}

// application turns a request into values that are valid by their type, or names every field to mend.
func (q enrolmentRequest) application(key string) (booking.Application, error) {
	faults := web.Fields{}
	app := booking.Application{Key: key, SessionID: q.SessionID, BodyDigest: q.digest()}
	if q.SessionID == "" || len(q.SessionID) > 100 {
		faults["sessionId"] = "Choisissez une session."
	}
	mode, ok := enrolment.ParseMode(q.Funding)
	if !ok {
		faults["funding"] = "Choisissez comment la formation sera payée."
	}
	app.Mode = mode
	app.Person = q.Person.parse(faults)
	app.Mandate = q.Mandate.parse(faults)
	if mode == enrolment.DIFE && ok && app.Mandate.Kind != "" && !app.Mandate.Kind.HasDIFE() {
		faults["funding"] = "Les membres d’un syndicat de collectivités n’ont pas de droit DIFE à ce titre. Choisissez un autre financement, ou un autre mandat."
	}
	app.Contact = q.AuthorityContact.Parse("authorityContact.", faults)
	app.Payer = q.Payer.Parse("payer.", faults)
	var err error
	app.Needs, err = enrolment.ParseNeeds(q.Needs)
	faults.Check("needs", err)
	if !q.Consent {
		faults["consent"] = "Cochez la case pour que nous puissions enregistrer votre inscription."
	}
	return app, faults.Err()
}

// titles are what forms send, and how they are kept.
var titles = map[string]string{"": "", "Madame": "Madame", "Mme": "Madame", "Mme.": "Madame", "Monsieur": "Monsieur", "M.": "Monsieur", "M": "Monsieur"}

func (p personRequest) parse(faults web.Fields) (out enrolment.Person) {
	var err error
	title, ok := titles[strings.TrimSpace(p.Title)]
	if !ok {
		faults["person.title"] = "Choisissez Madame ou Monsieur, ou laissez ce choix vide."
	}
	out.Title = title
	out.FirstName, err = enrolment.ParseName(p.FirstName, "Saisissez votre prénom.", 80)
	faults.Check("person.firstName", err)
	out.LastName, err = enrolment.ParseName(p.LastName, "Saisissez votre nom.", 80)
	faults.Check("person.lastName", err)
	out.BirthName, err = enrolment.ParseName(p.BirthName, "", 80)
	faults.Check("person.birthName", err)
	out.Email, err = enrolment.ParseEmail(p.Email)
	faults.Check("person.email", err)
	if strings.TrimSpace(p.Phone) != "" {
		out.Phone, err = phone.Parse(p.Phone)
		faults.Check("person.phone", err)
	}
	return out
}

func (m mandateRequest) parse(faults web.Fields) (out enrolment.Mandate) {
	kind, ok := enrolment.ParseMandateKind(m.Kind)
	if !ok {
		faults["mandate.kind"] = "Choisissez votre mandat."
	}
	authority, err := enrolment.ParseName(m.Authority, "Saisissez le nom de votre collectivité.", 150)
	faults.Check("mandate.authority", err)
	return enrolment.Mandate{Kind: kind, Authority: authority}
}

// digest recognises the same answers sent again, whatever the spacing of the JSON. The proof of work is left out, since a
// new one comes with each try, and so is a kiosk's pass, which may end meanwhile.
func (q enrolmentRequest) digest() string {
	q.Challenge, q.Kiosk = "", ""
	canonical, err := json.Marshal(q)
	if err != nil {
		panic(err) // strings and booleans always marshal
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
