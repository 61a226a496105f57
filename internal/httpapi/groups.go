package httpapi

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"net/http"
	"strconv"
	"strings"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/web"
)

// groupRequest is the body of POST /api/groups: a collectivité enrols several of its élus.
type groupRequest struct {
	SessionID string              `json:"sessionId"`
	Authority string              `json:"authority"`
	Contact   web.Contact         `json:"contact"`
	People    []councillorRequest `json:"people"`
	Rest      string              `json:"rest"` // "wait": who finds no seat waits
	Consent   bool                `json:"consent"`
	Challenge string              `json:"challenge"`
}

type councillorRequest struct {
	personRequest
	Mandate string `json:"mandate"`
}

// memberView is one of a group, as its collectivité sees them: nothing of their file but whether they have a seat.
type memberView struct {
	Name    string `json:"name"`
	Mandate string `json:"mandate"`
	Seat    bool   `json:"seat"`
}

// enrolGroup holds seats for several people, and gives the collectivité the link of its page. The people's own links go to their own
// addresses, and nowhere else.
func (a api) enrolGroup(w http.ResponseWriter, r *http.Request) error {
	defer a.notBefore(r.Context(), a.Now().Add(a.AnswerFloor))
	key, err := web.IdempotencyKey(r)
	if err != nil {
		return err
	}
	var q groupRequest
	if err := decode(r, &q); err != nil {
		return err
	}
	council, err := q.council(key)
	if err != nil {
		return err
	}
	p, err := a.admitGroup(r, council, q.Challenge)
	if err != nil {
		return err
	}
	for range p.Members {
		a.Metrics.Enrolled(enrolment.Collectivite)
	}
	people := []memberView{}
	for _, e := range p.Members {
		people = append(people, member(enrolment.LineOf(e)))
	}
	return writeJSON(w, http.StatusCreated, map[string]any{
		"reference": p.Enrolment.Reference, "people": people, "link": a.Links.Papers(p.Enrolment.ID, p.Enrolment.LinkRevision, p.Enrolment.Relay.Revision),
	})
}

// admitGroup enrols within the abuse limits: the door of one enrolment, once for each person, since their address gets a mail, and their
// source takes a seat. One proof of work serves the request. A source that asked for too much that nobody proved enrols no group: nobody
// would have a seat. A request that is refused, or that had made its files already, uses up nothing.
func (a api) admitGroup(r *http.Request, c booking.Council, solution string) (p booking.Party, err error) {
	if c.Worked, err = a.worked(r, solution, c.Key); err != nil {
		return p, err
	}
	var counted []enrolment.Admission
	defer func() {
		if err == nil && !p.Replayed {
			return
		}
		for _, one := range counted {
			err = errors.Join(err, a.Limits.GiveBack(r.Context(), one))
		}
	}()
	for _, person := range c.People {
		one, err := a.Limits.AllowEnrolment(r.Context(), person.Person.Email, source(r), c.Worked)
		if err != nil {
			return p, err
		}
		counted = append(counted, one)
		if one.Aside {
			return p, enrolment.Refuse(enrolment.KindConflict, "Trop d’inscriptions faites depuis votre réseau attendent d’être confirmées\u00a0: ouvrez d’abord les liens reçus par e-mail, ou appelez-nous.")
		}
		c.CountedIn = one.CountedIn
	}
	return a.Desk.EnrolGroup(r.Context(), c)
}

func member(l enrolment.Line) memberView { return memberView{l.Name, l.Mandate.Label(), l.Seat} }

// council turns a request into values that are valid by their type, or names every field to mend: "people.2.email".
func (q groupRequest) council(key string) (booking.Council, error) {
	faults := web.Fields{}
	c := booking.Council{Key: key, SessionID: q.SessionID, Waits: q.Rest == "wait", BodyDigest: q.digest()}
	if q.SessionID == "" || len(q.SessionID) > 100 {
		faults["sessionId"] = "Choisissez une session."
	}
	var err error
	c.Authority, err = enrolment.ParseName(q.Authority, "Saisissez le nom de la collectivité.", 150)
	faults.Check("authority", err)
	c.Contact.Name, err = enrolment.ParseName(q.Contact.Name, "Saisissez votre nom.", 120)
	faults.Check("contact.name", err)
	c.Contact.Email, err = enrolment.ParseEmail(q.Contact.Email)
	faults.Check("contact.email", err)
	if n := len(q.People); n < 2 || n > enrolment.GroupLimit {
		faults["people"] = "Inscrivez de deux à " + strconv.Itoa(enrolment.GroupLimit) + " élus à la fois. Pour un seul, utilisez «\u00a0S’inscrire à cette session\u00a0»."
		return c, faults.Err()
	}
	first := map[string]int{}
	for i, p := range q.People {
		person := p.councillor(i, faults)
		if j, twice := first[person.Person.Email]; twice && person.Person.Email != "" {
			faults[at(i, "email")] = "Cette adresse est déjà celle de la personne " + strconv.Itoa(j+1) + ". Chaque élu a la sienne\u00a0: elle reçoit ses liens personnels."
		} else {
			first[person.Person.Email] = i
		}
		c.People = append(c.People, person)
	}
	if q.Rest != "" && q.Rest != "wait" {
		faults["rest"] = "Dites ce que deviennent ceux qui n’ont pas de place."
	}
	if !q.Consent {
		faults["consent"] = "Cochez la case pour que nous puissions enregistrer ces inscriptions."
	}
	return c, faults.Err()
}

func at(person int, field string) string { return "people." + strconv.Itoa(person) + "." + field }

func (p councillorRequest) councillor(i int, faults web.Fields) (out booking.Councillor) {
	own := web.Fields{}
	out.Person = p.parse(own)
	for name, text := range own {
		faults[at(i, strings.TrimPrefix(name, "person."))] = cmp.Or(said[text], text)
	}
	kind, ok := enrolment.ParseMandateKind(p.Mandate)
	if !ok {
		faults[at(i, "mandate")] = "Choisissez le mandat."
	}
	out.Mandate = kind
	return out
}

// said is how a sentence to the person themselves is put to who enrols them.
var said = map[string]string{"Saisissez votre prénom.": "Saisissez le prénom.", "Saisissez votre nom.": "Saisissez le nom."}

func (q groupRequest) digest() string {
	q.Challenge = ""
	canonical, err := json.Marshal(q)
	if err != nil {
		panic(err) // strings and booleans always marshal
	}
	sum := sha256.Sum256(canonical)
	return hex.EncodeToString(sum[:])
}
