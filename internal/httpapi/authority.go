package httpapi

import (
	"cmp"
	"net/http"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/web"
)

// authorityView is what the contact at the collectivité sees: the session, the papers, and their own three acts. Nothing else of the
// file.
type authorityView struct {
	Reference  string          `json:"reference"`
	Name       string          `json:"name"`
	Authority  string          `json:"authority"`
	People     []memberView    `json:"people,omitempty"` // of a group, which the collectivité enrolled itself
	Session    sessionView     `json:"session"`
	Papers     []paperView     `json:"papers"`
	Closed     string          `json:"closed,omitempty"` // why nothing can be declared any more
	Handed     *handedView     `json:"handed,omitempty"` // the request came from a colleague, or went to one
	Silent     bool            `json:"silent,omitempty"` // no mails go to the contact, as they asked
	Answer     *answerView     `json:"answer,omitempty"`
	Billing    *web.Billing    `json:"billing,omitempty"`
	Convention *conventionView `json:"convention,omitempty"`
	Signature  *signatureView  `json:"signature,omitempty"` // of the convention, online
	Scans      bool            `json:"scans,omitempty"`     // the convention signed by hand can be sent from the page
	Grounds    []groundView    `json:"grounds"`
	Law        []string        `json:"law"`
}

type answerView struct {
	Given  enrolment.AnswerGiven `json:"given"`
	Ground string                `json:"ground,omitempty"`
	Title  string                `json:"groundTitle,omitempty"`
	Says   string                `json:"says,omitempty"` // what the law says of a ground that it does not admit
	Detail string                `json:"detail,omitempty"`
	At     time.Time             `json:"at"`
	By     string                `json:"by,omitempty"`
}

// handedView is how the request changed hands: By is who passed it on, To who has it now, for the one whose link only reads.
type handedView struct {
	At time.Time `json:"at"`
	By string    `json:"by"`
	To string    `json:"to,omitempty"`
}

// conventionView: Stale says that the papers were made again since, under another number, and are to be signed again.
type conventionView struct {
	At    time.Time `json:"at"`
	By    string    `json:"by,omitempty"`
	Stale bool      `json:"stale,omitempty"`
	Scan  *scanView `json:"scan,omitempty"` // what was sent of it from the page
}

type groundView struct {
	Key   string `json:"key"`
	Title string `json:"title"`
	Hint  string `json:"hint,omitempty"`
	Says  string `json:"says,omitempty"`
}

// forAuthority shows a file to the contact at the collectivité, or to one who passed it on.
func (d Deps) forAuthority(f booking.File, scope link.Scope) authorityView {
	e, now := f.Enrolment, d.Now()
	view := authorityView{
		Reference: e.Reference, Name: e.Person.FullName(), Authority: e.PayerName(), Session: d.session(f.Session, now),
		Papers: []paperView{}, Closed: closedForAuthority(f, now), Grounds: []groundView{}, Law: d.Guide.Authority.Law,
	}
	if e.Group != nil {
		view.Name = guide.Count(len(e.Group.Lines), "élu", "élus")
		for _, l := range e.Group.Lines {
			view.People = append(view.People, member(l))
		}
	}
	for _, p := range papers(e) {
		if p.Kind.ForAuthority() {
			view.Papers = append(view.Papers, p)
		}
	}
	for _, g := range d.Guide.Authority.Grounds {
		view.Grounds = append(view.Grounds, groundView{g.Key, g.Title, g.Hint, g.Says})
	}
	view.Answer, view.Billing, view.Convention = d.replied(f)
	view.Signature, view.Scans = signatureOf(e), d.TakesScans
	view.Silent = scope == link.Authority && !e.ContactQuiet().IsZero()
	if e.HandedOn() {
		view.Handed = &handedView{At: e.Relay.HandedAt.UTC(), By: e.Relay.HandedBy}
	}
	if scope == former {
		view.Handed.To = contactName(e)
		view.Closed = cmp.Or(view.Closed, "Cette demande est maintenant suivie par "+contactName(e)+nbsp+": votre lien permet seulement de la lire.")
	}
	return view
}

// replied shows what the contact declared; nil for what they did not.
func (d Deps) replied(f booking.File) (a *answerView, b *web.Billing, c *conventionView) {
	r := f.Enrolment.Reply
	if r == nil {
		return nil, nil, nil
	}
	if r.Answer.Given != "" {
		g, _ := d.Guide.Authority.Ground(r.Answer.Ground)
		a = &answerView{r.Answer.Given, r.Answer.Ground, g.Title, g.Says, r.Answer.Detail, r.Answer.At.UTC(), r.Answer.By}
	}
	b = web.ShowBilling(r.Billing)
	if !r.Return.At.IsZero() {
		c = &conventionView{r.Return.At.UTC(), r.Return.By, r.Return.Edition != f.Enrolment.Terms.Edition, scanOf(f.Enrolment)}
	}
	return a, b, c
}

// closedForAuthority says why nothing can be declared any more; "" while it can. The desk decides; this is for the page.
func closedForAuthority(f booking.File, now time.Time) string {
	switch e := f.Enrolment; {
	case !e.Status.Live():
		return "Cette inscription est annulée\u00a0: il n’y a plus rien à faire."
	case e.Mode != enrolment.Collectivite:
		return "Cette formation n’est plus payée par votre collectivité\u00a0: il n’y a plus rien à faire."
	case f.Session.Status == enrolment.SessionCancelled:
		return "Cette session est annulée\u00a0: il n’y a plus rien à faire."
	case !now.Before(f.Session.End()):
		return "La session est terminée\u00a0: pour changer quelque chose, appelez-nous."
	case !now.Before(f.Session.Start()):
		return "La session a commencé\u00a0: pour changer quelque chose, appelez-nous."
	}
	return ""
}

// contactAction is an act of the contact at the collectivité, on the file that their link opens.
type contactAction func(r *http.Request, f booking.File, by string) (booking.File, error)

// fromContact gives the file that the contact's token opens, for an act of theirs, and no other's; counted by file, since each act is
// told to two people by mail.
func (d Deps) fromContact(r *http.Request) (booking.File, error) {
	f, scope, err := d.opened(r, bearer(r), link.Authority, former)
	if err != nil {
		return f, err
	}
	if scope == former {
		return f, enrolment.Refuse(enrolment.KindConflict, d.forAuthority(f, scope).Closed)
	}
	return f, d.Limits.AllowFile(r.Context(), "answer", f.Enrolment.ID)
}

// asContact lets the contact's token through to an act, and shows what has become of the file.
func (d Deps) asContact(do contactAction) action {
	return func(w http.ResponseWriter, r *http.Request) error {
		f, err := d.fromContact(r)
		if err != nil {
			return err
		}
		scope := link.Authority
		revision := f.Enrolment.Relay.Revision
		if f, err = do(r, f, contactName(f.Enrolment)); err != nil {
			return err
		}
		if f.Enrolment.Relay.Revision != revision {
			scope = former
		}
		return writeJSON(w, http.StatusOK, d.forAuthority(f, scope))
	}
}

// asThem is the desk of the contact whose link was opened.
func (d Deps) asThem(f booking.File, by, act string) *booking.Desk {
	return d.Desk.ForContact(by, act, f.Enrolment.Relay.Revision)
}

// contactName is what the contact goes by.
func contactName(e enrolment.Enrolment) string {
	if e.Contact == nil {
		return ""
	}
	return cmp.Or(e.Contact.Name, e.Contact.Email)
}

// sayings tell the holder what the collectivité and they declared of a step, in words, once the contact has spoken: both are
// shown, and the latest stands.
func (d Deps) sayings(e enrolment.Enrolment, k enrolment.StepKey) (said []string) {
	if s := signatureOf(e); s != nil && k == enrolment.StepConvention {
		return signedSayings(*s)
	}
	theirs, spoken := e.Reply.Word(k, enrolment.ByAuthority)
	if !spoken {
		return nil
	}
	r := e.Reply
	switch {
	case k == enrolment.StepConvention:
		said = append(said, "Votre collectivité"+named(r.Return.By)+" a déclaré le "+guide.Day(theirs.At)+nbsp+": convention signée et renvoyée.")
	case theirs.Done:
		said = append(said, "Votre collectivité"+named(r.Answer.By)+" a répondu le "+guide.Day(theirs.At)+nbsp+": accord.")
	default:
		g, _ := d.Guide.Authority.Ground(r.Answer.Ground)
		said = append(said, "Votre collectivité"+named(r.Answer.By)+" a répondu le "+guide.Day(theirs.At)+nbsp+": refus. Motif"+nbsp+": "+g.Title+".")
		if r.Answer.Detail != "" {
			said = append(said, "En ses mots"+nbsp+": "+quoted(r.Answer.Detail))
		}
	}
	if _, done := e.Steps[k]; !done && k == enrolment.StepAccord && r.Answer.Given == enrolment.Refus && e.Status.HoldsSeat() {
		said = append(said, "Votre place est gardée. Vous pouvez choisir une autre façon de payer, plus bas sur cette page.")
	}
	if mine, ok := e.Reply.Word(k, enrolment.ByHolder); ok && mine.Done != theirs.Done {
		what := "ce n’est pas fait"
		if mine.Done {
			what = "c’est fait"
		}
		last := "C’est la réponse de votre collectivité qui compte, parce qu’elle est plus récente."
		if mine.At.After(theirs.At) {
			last = "C’est votre déclaration qui compte, parce qu’elle est plus récente."
		}
		said = append(said, "Vous avez déclaré le "+guide.Day(mine.At)+nbsp+": "+what+". "+last)
	}
	return said
}

// signedSayings tell the holder where the online signature of the convention stands.
func signedSayings(s signatureView) []string {
	said := "Votre collectivité" + named(s.By) + " a signé la convention en ligne le " + guide.Day(s.At)
	switch {
	case s.Stale:
		return []string{said + ". La convention a changé depuis" + nbsp + ": cette signature est sans effet, la nouvelle est à signer."}
	case s.Both == nil:
		return []string{said + ". L’organisme doit encore la signer."}
	}
	return []string{said + ", et l’organisme le " + guide.Day(*s.Both) + nbsp + ": elle est signée par les deux parties."}
}

// quoted is what somebody wrote, as a sentence of ours ends: with one full stop.
func quoted(words string) string {
	q := "«" + nbsp + words + nbsp + "»"
	if strings.HasSuffix(words, ".") || strings.HasSuffix(words, "!") || strings.HasSuffix(words, "?") || strings.HasSuffix(words, "…") {
		return q
	}
	return q + "."
}

// named puts a name between brackets.
func named(by string) string {
	if by == "" {
		return ""
	}
	return " (" + by + ")"
}

const nbsp = "\u00a0"

func (a api) answerRequest(r *http.Request, f booking.File, by string) (booking.File, error) {
	var q struct {
		Given  string `json:"given"`
		Ground string `json:"ground"`
		Detail string `json:"detail"`
	}
	if err := decode(r, &q); err != nil {
		return f, err
	}
	faults, answer := web.Fields{}, enrolment.Answer{Given: enrolment.AnswerGiven(q.Given), By: by}
	switch answer.Given {
	case enrolment.Accord:
	case enrolment.Refus:
		if _, known := a.Guide.Authority.Ground(q.Ground); !known {
			faults["ground"] = "Choisissez le motif du refus."
		}
		answer.Ground = q.Ground
		missing := ""
		if q.Ground == "autre" {
			missing = "Dites le motif en quelques mots."
		}
		var err error
		answer.Detail, err = enrolment.ParseText(q.Detail, missing, 300)
		faults.Check("detail", err)
	default:
		faults["given"] = "Choisissez la réponse de la collectivité\u00a0: accord ou refus."
	}
	if err := faults.Err(); err != nil {
		return f, err
	}
	return a.asThem(f, by, "answer").Answer(r.Context(), f.Enrolment.ID, answer)
}

func (a api) takeAnswerBack(r *http.Request, f booking.File, by string) (booking.File, error) {
	return a.asThem(f, by, "answer").Answer(r.Context(), f.Enrolment.ID, enrolment.Answer{})
}

func (a api) bill(r *http.Request, f booking.File, by string) (booking.File, error) {
	var q struct {
		Known      *bool  `json:"known"`
		SIRET      string `json:"siret"`
		Service    string `json:"service"`
		Commitment string `json:"commitment"`
		Address    string `json:"address"`
	}
	if err := decode(r, &q); err != nil {
		return f, err
	}
	if q.Known == nil {
		return f, web.Fields{"known": "Dites si vous avez déjà ces informations."}.Err()
	}
	billing := enrolment.Billing{Unknown: !*q.Known, By: by}
	if *q.Known {
		if err := readBilling(q.SIRET, q.Service, q.Commitment, q.Address, &billing); err != nil {
			return f, err
		}
	}
	return a.asThem(f, by, "billing").Bill(r.Context(), f.Enrolment.ID, billing)
}

func readBilling(siret, service, commitment, address string, b *enrolment.Billing) (err error) {
	faults := web.Fields{}
	if strings.TrimSpace(siret) == "" {
		faults["siret"] = "Saisissez le numéro SIRET, ou choisissez « Pas encore connu »."
	} else {
		b.SIRET, err = enrolment.ParseSIRET(siret)
		faults.Check("siret", err)
	}
	b.Service, err = enrolment.ParseText(service, "", 100)
	faults.Check("service", err)
	b.Commitment, err = enrolment.ParseText(commitment, "", 50)
	faults.Check("commitment", err)
	b.Address, err = enrolment.ParseText(address, "Saisissez l’adresse de facturation.", 250)
	faults.Check("address", err)
	return faults.Err()
}

func (a api) takeBillingBack(r *http.Request, f booking.File, by string) (booking.File, error) {
	return a.asThem(f, by, "billing").Bill(r.Context(), f.Enrolment.ID, enrolment.Billing{})
}

func (a api) returned(r *http.Request, f booking.File, by string) (booking.File, error) {
	return a.asThem(f, by, "return").Returned(r.Context(), f.Enrolment.ID, by, true)
}

func (a api) takeReturnBack(r *http.Request, f booking.File, by string) (booking.File, error) {
	return a.asThem(f, by, "return").Returned(r.Context(), f.Enrolment.ID, by, false)
}

// handOn passes the request to a colleague. What is written to an address that somebody else gives is counted as the links of an
// address are.
func (a api) handOn(r *http.Request, f booking.File, by string) (booking.File, error) {
	var q struct {
		Name  string `json:"name"`
		Email string `json:"email"`
	}
	if err := decode(r, &q); err != nil {
		return f, err
	}
	faults, c := web.Fields{}, enrolment.Contact{}
	var err error
	c.Name, err = enrolment.ParseName(q.Name, "Saisissez le nom de cette personne.", 120)
	faults.Check("name", err)
	c.Email, err = enrolment.ParseEmail(q.Email)
	faults.Check("email", err)
	if err := faults.Err(); err != nil {
		return f, err
	}
	if err := a.Limits.Allow(r.Context(), "links", c.Email, source(r)); err != nil {
		return f, err
	}
	return a.asThem(f, by, "handover").HandOn(r.Context(), f.Enrolment.ID, c, by)
}

func (a api) silence(r *http.Request, f booking.File, by string) (booking.File, error) {
	return a.asThem(f, by, "silence").Silence(r.Context(), f.Enrolment.ID, true)
}

func (a api) writeAgain(r *http.Request, f booking.File, by string) (booking.File, error) {
	return a.asThem(f, by, "silence").Silence(r.Context(), f.Enrolment.ID, false)
}
