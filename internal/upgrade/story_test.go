package upgrade_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/aws/smithy-go"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
	"github.com/echarpe/echarpe/internal/mail"
	"github.com/echarpe/echarpe/internal/reminder"
)

// People of the story are called by what is particular about them; each has the address <name>@exemple.fr.
const (
	postBusy     = "retry"   // the post office was busy: their confirmation waits
	postRefuses  = "refused" // it would not carry their confirmation
	postVanishes = "dead"    // it gave no answer for days
)

// The story's sessions, see testdata/catalogue.yaml.
const (
	past      = "passee"
	open      = "ouverte"
	full      = "complete"
	moved     = "deplacee"
	cancelled = "annulee"
	postponed = "reportee"
	free      = "libre" // nobody has enrolled
)

var (
	storyBegins = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC) // a Monday, in office hours
	storyEnds   = time.Date(2027, 2, 1, 9, 0, 0, 0, time.UTC)  // another
)

// tell lives the story: every kind of item in every state, by the product's own acts.
func (h *house) tell() {
	h.publish()
	h.attend()
	h.fund()
	h.write()
	h.queueUp()
	h.cancelSession()
	h.postponeSession()
	h.declare()
	h.advance(storyEnds.Sub(h.now()))
	h.leaveUndone()
}

// attend is the past session. The product has no act yet that says who came; the status is written as it would be.
func (h *house) attend() {
	h.enrol("attended", past, enrolment.Collectivite)
	h.tend("attended")
	before := h.file("attended")
	after := before
	after.Status, after.Version = enrolment.Attended, before.Version+1
	s, err := h.Store.Session(context.Background(), past)
	h.must(err)
	h.must(h.Store.Commit(context.Background(), enrolment.Act{At: h.now(), Sessions: []enrolment.Session{s}, Moves: []enrolment.Move{{Before: before, After: after}}}))
}

// fund is every way of paying, at every stage.
func (h *house) fund() {
	h.enrol("dife", open, enrolment.DIFE)
	h.enrol("collectivite", open, enrolment.Collectivite)
	h.enrol("personnel", open, enrolment.Personnel)
	h.enrol("confirmed", open, enrolment.Collectivite)
	h.enrol("changed-mode", open, enrolment.DIFE)
	h.enrol("cancelled", open, enrolment.Personnel)
	for _, who := range []string{"dife", "collectivite", "personnel", "confirmed", "cancelled"} { // one mail will tell "changed-mode" both
		h.tend(who)
	}
	h.advance(time.Hour)
	h.tick("dife", enrolment.StepCompte, enrolment.StepIdentite)
	h.tick("collectivite", enrolment.StepDemande)
	h.tick("personnel", enrolment.StepContrat)
	h.tick("confirmed", enrolment.Collectivite.Steps()...)
	h.done(h.Desk.For(booking.Behalf{Act: "tick"}).Tick(context.Background(), idOf("confirmed"), enrolment.StepConvention)) // it came back
	h.tick("changed-mode", enrolment.StepCompte)
	h.done(h.Desk.ChangeMode(context.Background(), idOf("changed-mode"), enrolment.Collectivite, &enrolment.Contact{Name: "Secrétariat", Email: "mairie@exemple.fr"}))
	h.done(h.Desk.Cancel(context.Background(), idOf("cancelled")))
	for _, who := range []string{"dife", "collectivite", "personnel", "confirmed", "changed-mode", "cancelled"} {
		h.tend(who)
	}
}

func (h *house) tick(who string, steps ...enrolment.StepKey) {
	h.Helper()
	for _, k := range steps {
		h.done(h.Desk.Tick(context.Background(), idOf(who), k))
	}
}

// write is a message in each state, besides those sent.
func (h *house) write() {
	for _, who := range []string{postBusy, postRefuses, postVanishes, "bounced", "no-reminders"} {
		h.enrol(who, open, enrolment.Collectivite)
		h.tend(who)
	}
	h.advance(11 * time.Minute)
	h.giveUp(postVanishes)

	event := fmt.Sprintf(`{"detail-type":"Email Bounced","detail":{"mail":{"timestamp":%q,"messageId":"m","tags":{"file":[%q],"message":["confirmation"]}},
		"bounce":{"bounceType":"Permanent","bounceSubType":"General","bouncedRecipients":[{"emailAddress":%q}]}}}`, h.now().Format(time.RFC3339), idOf("bounced"), address("bounced"))
	_, err := h.feedback(context.Background(), json.RawMessage(event))
	h.must(err)
	h.tend("bounced")

	e := h.file("no-reminders")
	if status, answer, _ := h.ask("POST", "/api/enrolments/"+e.ID+"/unsubscription/"+h.Links.Keys.Token(link.Unsubscribe, e.ID, e.LinkRevision), nil, "", ""); status >= 300 {
		h.Fatalf("unsubscribe: %d %s", status, answer)
	}
}

// giveUp writes what ten days without an answer write.
func (h *house) giveUp(who string) {
	ctx, e := context.Background(), h.file(who)
	_, log, err := h.Store.FileWithMessages(ctx, e.ID)
	h.must(err)
	i := slices.IndexFunc(log, func(r enrolment.MessageRecord) bool { return r.Key == "confirmation" })
	m, err := h.Store.ClaimMessage(ctx, enrolment.MessageClaim{FileID: e.ID, Version: e.Version, Key: "confirmation", Kind: "confirmation", To: "holder", Now: h.now(), Lease: time.Minute, Before: log[i]})
	h.must(err)
	m.State, m.Failure = enrolment.MessageDead, "unanswered no answer"
	h.must(h.Store.RecordMessage(ctx, e.ID, m))
	h.tend(who)
}

// queueUp is a full session whose queue has seen everything.
func (h *house) queueUp() {
	ctx := context.Background()
	for _, who := range []string{"seated", "gives-back", "gives-back-too", "left", "expired", "declined", "taken", "offered", "waits-first", "waits-second"} {
		h.enrol(who, full, enrolment.Collectivite)
		h.tend(who)
		h.done(h.Desk.Prove(ctx, idOf(who))) // who waits unproved would be passed over
		h.advance(time.Minute)
	}
	h.done(h.Desk.Cancel(ctx, idOf("left")))
	h.done(h.Desk.Cancel(ctx, idOf("gives-back"))) // offered to "expired", who is not told in time
	end := h.file("expired").OfferedUntil
	h.advance(end.Sub(h.now()))
	h.tend("expired") // offered to "declined"
	h.tend("declined")
	h.done(h.Desk.Cancel(ctx, idOf("declined"))) // offered to "taken"
	h.tend("taken")
	h.done(h.Desk.Accept(ctx, idOf("taken")))
	for _, who := range []string{"left", "gives-back", "expired", "declined", "taken"} {
		h.tend(who)
	}
}

// cancelSession is a session that the organisation cancelled; one of its people moved to another.
func (h *house) cancelSession() {
	for _, who := range []string{"session-cancelled", "moved-on"} {
		h.enrol(who, cancelled, enrolment.Personnel)
		h.tend(who)
	}
	h.publish(cancelSession...)
	h.tend("session-cancelled")
	h.done(h.Desk.ChangeSession(context.Background(), idOf("moved-on"), open))
	h.tend("moved-on")
	for _, who := range []string{"told-later", "told-later-too"} {
		h.enrol(who, moved, enrolment.DIFE)
		h.tend(who)
	}
}

var (
	cancelSession = []string{"  - id: annulee\n", "  - id: annulee\n    cancelled: true\n"}
	moveSession   = []string{"Salle de l’Exemple, Rennes", "Autre salle de l’Exemple, Rennes"}
	postpone      = []string{"2027-05-25", "2027-06-15"}
	asLeft        = slices.Concat(cancelSession, moveSession, postpone) // the catalogue at the story's end
)

// postponeSession is a session that moved to another day, and was told: the request of one of its people is to be done again.
func (h *house) postponeSession() {
	for _, who := range []string{"request-void", "papers-replaced"} {
		h.enrol(who, postponed, map[string]enrolment.Mode{"request-void": enrolment.DIFE, "papers-replaced": enrolment.Collectivite}[who])
		h.tend(who)
	}
	h.tick("request-void", enrolment.StepCompte, enrolment.StepIdentite, enrolment.StepDossier)
	h.done(h.Desk.For(booking.Behalf{Act: "proposal"}).Tick(context.Background(), idOf("request-void"), enrolment.StepProposal))
	h.publish(slices.Concat(cancelSession, postpone)...)
	for _, who := range []string{"request-void", "papers-replaced"} {
		h.tend(who)
	}
}

// declare is what people and the contact of a collectivité said, and what the organisation did for them.
func (h *house) declare() {
	ctx := context.Background()
	for _, who := range []string{"agreed", "called-off"} {
		h.enrol(who, postponed, enrolment.Collectivite)
		h.tend(who)
	}
	contact := h.Desk.ForContact("Secrétariat", "answer", 0)
	h.done(contact.Answer(ctx, idOf("agreed"), enrolment.Answer{Given: enrolment.Accord, By: "Secrétariat"}))
	h.done(contact.Bill(ctx, idOf("agreed"), enrolment.Billing{SIRET: "12345678200010", Service: "FINANCES", Address: "1 rue de l’Exemple, 44000 Nantes", By: "Secrétariat"}))
	h.done(contact.Returned(ctx, idOf("agreed"), "Secrétariat", true))
	h.done(h.Desk.For(booking.Behalf{Act: "cancellation", Reason: "Un doublon."}).Cancel(ctx, idOf("called-off")))
	for _, who := range []string{"withdrawn", "new-address"} {
		h.enrol(who, postponed, enrolment.Personnel)
		h.tend(who)
	}
	h.tick("withdrawn", enrolment.StepContrat)
	h.done(h.Desk.Withdraw(ctx, idOf("withdrawn")))
	h.done(h.Desk.Prove(ctx, idOf("new-address")))
	h.done(h.Desk.AskEmail(ctx, idOf("new-address"), address("newer-address")))
	for _, who := range []string{"agreed", "called-off", "withdrawn", "new-address"} {
		h.tend(who)
	}
}

// leaveUndone is what the new version finds half done.
func (h *house) leaveUndone() {
	ctx := context.Background()
	h.done(h.Desk.Cancel(ctx, idOf("gives-back-too"))) // offered to "offered"
	h.tend("offered")
	h.tend("gives-back-too")

	h.enrol("claimed", open, enrolment.Collectivite) // a process died after it claimed the confirmation
	_, err := h.Store.ClaimMessage(ctx, enrolment.MessageClaim{
		FileID: idOf("claimed"), Version: h.file("claimed").Version, Key: "confirmation", Kind: string(mail.Confirmation), To: string(reminder.Holder),
		Now: h.now(), Lease: 2 * time.Minute,
	})
	h.must(err)
	h.enrol("untold", open, enrolment.DIFE)                        // nothing was sent yet
	h.enrolAs("decoy", address("dife"), open, enrolment.Personnel) // somebody who has a file already
	h.links("confirmed")
	for range 4 {
		h.links("insistent") // as often as is allowed in an hour
	}
	if ok, err := h.Store.Spend(ctx, "solution", "request", h.now().Add(time.Hour)); !ok || err != nil {
		h.Fatal("spend:", ok, err)
	}

	c, _ := h.catalogue(asLeft...)
	for _, s := range c.Sessions { // moved, and the process died before it told anyone
		if s.ID == moved {
			_, err := h.Store.ApplySession(ctx, s)
			h.must(err)
		}
	}
}

// links asks for the links of an address.
func (h *house) links(who string) {
	h.Helper()
	if status, answer, _ := h.ask("POST", "/api/links", map[string]string{"email": address(who)}, "", ""); status != http.StatusAccepted {
		h.Fatalf("links: %d %s", status, answer)
	}
}

// kept is what a version reads from its table.
type kept struct {
	At           time.Time
	Organisation enrolment.Organisation
	Formations   []enrolment.Formation
	Sessions     []enrolment.Session
	Files        []keptFile
	Histories    map[string][]enrolment.QueueEvent // by session
}

// keptFile is a file with its log, its place in the queue and its links.
type keptFile struct {
	Who       string
	Enrolment enrolment.Enrolment
	Messages  []enrolment.MessageRecord
	Position  int
	Links     map[link.Scope]string
}

// cast is everybody in the story. Whoever is added comes last.
var cast = []string{
	"attended", "dife", "collectivite", "personnel", "confirmed", "changed-mode", "cancelled",
	"retry", "refused", "dead", "bounced", "no-reminders", "seated", "gives-back", "gives-back-too", "left", "expired", "declined",
	"taken", "offered", "waits-first", "waits-second", "session-cancelled", "moved-on", "told-later", "told-later-too", "claimed", "untold", "decoy",
	"request-void", "papers-replaced", "agreed", "called-off", "withdrawn", "new-address",
}

// read gives everything that the table says of a story: of the sessions and people named.
func (h *house) read(sessions, people, formations []string) kept {
	h.Helper()
	ctx := context.Background()
	k := kept{At: h.now(), Histories: map[string][]enrolment.QueueEvent{}}
	var err error
	k.Organisation, err = h.Store.Organisation(ctx)
	h.must(err)
	for _, slug := range formations {
		f, err := h.Store.Formation(ctx, slug)
		h.must(err)
		k.Formations = append(k.Formations, f)
	}
	for _, id := range sessions {
		s, err := h.Store.Session(ctx, id)
		h.must(err)
		k.Sessions = append(k.Sessions, s)
		k.Histories[id], err = h.Store.History(ctx, id)
		h.must(err)
	}
	for _, who := range people {
		e, log, err := h.Store.FileWithMessages(ctx, idOf(who))
		if err != nil {
			h.Fatalf("%s: %v", who, err)
		}
		f, err := h.Desk.File(ctx, e.ID)
		h.must(err)
		links := map[link.Scope]string{}
		for _, scope := range []link.Scope{link.Holder, link.Authority, link.Unsubscribe} {
			links[scope] = h.Links.Keys.Token(scope, e.ID, e.LinkRevision)
		}
		k.Files = append(k.Files, keptFile{who, e, log, f.Position, links})
	}
	return k
}

// late is an act that an instance of the writing version had planned and was about to write: its last call is frozen.
type late struct {
	Act   string `json:"act"`
	Who   string `json:"who"`
	Calls []call `json:"calls"`
}

// freeze plans acts on the table as it is, and gives what they would write.
func (h *house) freeze() (acts []late) {
	h.Helper()
	ctx := context.Background()
	for _, act := range []struct {
		name, who string
		do        func(d *booking.Desk, who string) error
	}{
		{"enrol with a seat left", "late-seat", func(d *booking.Desk, who string) error {
			_, err := d.Enrol(ctx, application(who, open))
			return err
		}},
		{"join the queue", "late-queue", func(d *booking.Desk, who string) error {
			_, err := d.Enrol(ctx, application(who, full))
			return err
		}},
		{"give a seat back", "dife", func(d *booking.Desk, who string) error { _, err := d.Cancel(ctx, idOf(who)); return err }},
		{"give a seat back to the first in line", "seated", func(d *booking.Desk, who string) error { _, err := d.Cancel(ctx, idOf(who)); return err }},
		{"leave the queue", "waits-first", func(d *booking.Desk, who string) error { _, err := d.Cancel(ctx, idOf(who)); return err }},
		{"decline an offer", "offered", func(d *booking.Desk, who string) error { _, err := d.Cancel(ctx, idOf(who)); return err }},
		{"change session", "collectivite", func(d *booking.Desk, who string) error {
			_, err := d.ChangeSession(ctx, idOf(who), free)
			return err
		}},
		{"erase a file", "confirmed", func(d *booking.Desk, who string) error { return d.Erase(ctx, idOf(who)) }},
	} {
		r := &recorder{}
		cfg := h.cfg
		cfg.HTTPClient = r
		err := act.do(booking.New(dynamotest.Open(cfg, h.now), h.Guide, h.now), act.who)
		var api smithy.APIError
		if !errors.As(err, &api) || api.ErrorCode() != frozen || len(r.calls) == 0 {
			h.Fatalf("%s: %v, %d calls", act.name, err, len(r.calls))
		}
		acts = append(acts, late{act.name, act.who, r.calls})
	}
	return acts
}

// application is a request as the desk takes it.
func application(who, session string) booking.Application {
	return booking.Application{
		Key: keyOf(who), SessionID: session, Mode: enrolment.Collectivite, BodyDigest: "digest", Proved: true,
		Person:  enrolment.Person{FirstName: "Camille", LastName: "Exemple", Email: address(who)},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune d’Exemple"},
	}
}
