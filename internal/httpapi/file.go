package httpapi

import (
	"cmp"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

// fileView is the holder's file: everything their page shows, the texts from the guide.
type fileView struct {
	ID               string                 `json:"id"`
	Reference        string                 `json:"reference"`
	Status           enrolment.Status       `json:"status"`
	Position         int                    `json:"position,omitempty"` // 1001: beyond a thousand, see enrolment.FarPlace
	OfferedUntil     *time.Time             `json:"offeredUntil,omitempty"`
	Funding          enrolment.Mode         `json:"funding"`
	Session          sessionView            `json:"session"`
	Steps            []stepView             `json:"steps"`
	NextStep         enrolment.StepKey      `json:"nextStep,omitempty"`
	FundingState     enrolment.FundingState `json:"fundingState"`
	Request          *requestView           `json:"request,omitempty"`
	Deadline         *deadlineView          `json:"deadline,omitempty"`
	OtherWay         *otherWayView          `json:"otherWay,omitempty"`
	Papers           []paperView            `json:"papers"`
	Helpline         helplineView           `json:"helpline"`
	VideoURL         string                 `json:"videoUrl,omitempty"`
	AuthorityContact *contactView           `json:"authorityContact,omitempty"`
	Payer            *web.Payer             `json:"payer,omitempty"` // when another than the mandate's collectivité pays
	SentToContact    []sentView             `json:"sentToContact,omitempty"`
	Person           personView             `json:"person"`
	Mandate          mandateView            `json:"mandate"`
	Needs            string                 `json:"needs,omitempty"`
	Payment          *paymentView           `json:"payment,omitempty"`    // of a personal contract
	Withdrawal       *withdrawalView        `json:"withdrawal,omitempty"` // from a signed personal contract
	Unreachable      bool                   `json:"unreachable,omitempty"`
	RemindersStopped bool                   `json:"remindersStopped,omitempty"`
	Proof            *proofView             `json:"proof,omitempty"` // the address is to be confirmed
	NewEmail         *newEmailView          `json:"newEmail,omitempty"`
	Opinion          *opinionView           `json:"opinion,omitempty"` // of who attended, while the questionnaire is open
	CreatedAt        time.Time              `json:"createdAt"`
}

// proofView says that the address is to be confirmed, by opening the link of the mail. Held: a seat, or a place in the queue, is kept
// meanwhile; a seat, until By against everybody.
type proofView struct {
	By   time.Time `json:"by"`
	Held bool      `json:"held"`
	Text string    `json:"text"`
}

// newEmailView is the address that the holder asked for, until it confirms.
type newEmailView struct {
	Email string    `json:"email"`
	By    time.Time `json:"by"`
}

type stepView struct {
	Key               enrolment.StepKey `json:"key"`
	Title             string            `json:"title"`
	Done              bool              `json:"done"`
	DoneAt            *time.Time        `json:"doneAt,omitempty"`
	DoneBy            string            `json:"doneBy,omitempty"` // holder, staff, authority
	Said              []string          `json:"said,omitempty"`   // what the collectivité and the élu declared of it, ready to show
	DoneLabel         string            `json:"doneLabel"`        // what the élu declares: « J’ai … »
	Available         bool              `json:"available"`
	UnavailableReason string            `json:"unavailableReason,omitempty"`
	Summary           string            `json:"summary"`
	Body              []string          `json:"body"`
	Options           []optionView      `json:"options,omitempty"`
	Links             []linkView        `json:"links,omitempty"`
	Papers            []enrolment.Paper `json:"papers,omitempty"` // that it is done with
	Help              []string          `json:"help,omitempty"`
}

type optionView struct {
	Key         string     `json:"key"`
	Title       string     `json:"title"`
	Body        []string   `json:"body"`
	Recommended bool       `json:"recommended,omitempty"`
	Delay       string     `json:"delay,omitempty"`
	Links       []linkView `json:"links,omitempty"`
}

type linkView struct {
	Title    string `json:"title"`
	URL      string `json:"url"`
	Verified bool   `json:"verified"`
}

// otherWayView is there once the DIFE no longer fits before its last day: what the page says first, and its button.
type otherWayView struct {
	Title  string `json:"title"`
	Text   string `json:"text"`
	Button string `json:"button"`
}

type deadlineView struct {
	At          time.Time `json:"at"`
	DaysLeft    int       `json:"daysLeft"`
	WorkingDays bool      `json:"workingDays"`
	Text        string    `json:"text"`
}

// requestView is where a DIFE request stands once it is declared.
type requestView struct {
	Stage     guide.Stage `json:"stage"`
	AnswerBy  *time.Time  `json:"answerBy,omitempty"`
	ConfirmBy *time.Time  `json:"confirmBy,omitempty"`
	Text      string      `json:"text"`
}

type paperView struct {
	Kind      enrolment.Paper `json:"kind"`
	Title     string          `json:"title"`
	Available bool            `json:"available"`
	Reason    string          `json:"reason,omitempty"`
}

type helplineView struct {
	Label  string `json:"label"`
	Number string `json:"number"`
	Hours  string `json:"hours"`
	Open   bool   `json:"open"`
	Text   string `json:"text"`
}

type contactView struct {
	Name   string `json:"name"`
	Email  string `json:"email"`
	From   string `json:"from,omitempty"`   // who passed the request on to them
	Silent bool   `json:"silent,omitempty"` // they asked not to be written to
}

// withdrawalView is the right to withdraw from a contract while it lasts, then that it was used.
type withdrawalView struct {
	Contract  string     `json:"contract"` // number
	SignedAt  *time.Time `json:"signedAt,omitempty"`
	LastDay   *time.Time `json:"lastDay,omitempty"`   // end of the last day of the period; absent once withdrawn
	At        *time.Time `json:"at,omitempty"`        // when the holder withdrew
	KeepsSeat bool       `json:"keepsSeat,omitempty"` // the contract does not pay for the seat any more: it alone ends
}

type personView struct {
	Title     string `json:"title,omitempty"`
	FirstName string `json:"firstName"`
	LastName  string `json:"lastName"`
	BirthName string `json:"birthName,omitempty"`
	Email     string `json:"email"`
	Phone     string `json:"phone,omitempty"`
}

type mandateView struct {
	Kind      enrolment.MandateKind `json:"kind"`
	Authority string                `json:"authority"`
}

// file shows a file as its holder sees it.
func (d Deps) file(f booking.File) fileView {
	e, now := f.Enrolment, d.Now()
	view := fileView{
		ID: e.ID, Reference: e.Reference, Status: e.Status, Position: f.Position, Funding: e.Mode,
		Session: d.session(f.Session, now), Steps: d.steps(f, now), FundingState: e.FundingState(), Request: d.request(f, now), Deadline: d.deadline(f, now), Papers: papers(e),
		VideoURL: e.VideoURL(f.Session), Helpline: d.helpline(now), Person: person(e.Person), Mandate: mandateView(e.Mandate), Needs: e.Needs,
		Unreachable: e.Unreachable, RemindersStopped: e.RemindersOff, CreatedAt: e.CreatedAt.UTC(),
	}
	view.Session.Identity = identity(d.Guide.Identity(f.Session, now))
	view.NextStep, _ = e.NextStep()
	if w, needed := d.Guide.OtherWay(e, f.Session, now); needed {
		view.OtherWay = &otherWayView{w.Title, w.Text, w.Button}
		view.Deadline, view.Request = nil, nil // it says both
	}
	if text := guide.ProofText(e, now, guide.ByTheMail); text != "" {
		view.Proof = &proofView{e.ProveBy.UTC(), !e.Aside(), text}
	}
	view.Withdrawal = d.withdrawal(e, now)
	view.Payer = web.ShowPayer(e.PaidBy)
	if e.NewEmail != "" && now.Before(e.NewEmailBy) {
		view.NewEmail = &newEmailView{e.NewEmail, e.NewEmailBy.UTC()}
	}
	if e.Status == enrolment.Offered {
		view.OfferedUntil = instant(e.OfferedUntil)
	}
	if e.Contact != nil {
		view.AuthorityContact = &contactView{e.Contact.Name, e.Contact.Email, e.Relay.HandedBy, !e.ContactQuiet().IsZero()}
	}
	return view
}

// withdrawal is there during the whole period, and from the withdrawal on.
func (d Deps) withdrawal(e enrolment.Enrolment, now time.Time) *withdrawalView {
	c, _ := e.Signed()
	view := &withdrawalView{Contract: c.Number, SignedAt: instant(c.SignedAt), At: instant(e.WithdrawnAt), KeepsSeat: !e.PaysByContract()}
	if view.At != nil {
		return view
	}
	end, ok := d.Guide.Withdrawal(e)
	if !ok || !now.Before(end) {
		return nil
	}
	view.LastDay = instant(end.Add(-time.Second))
	return view
}

func person(p enrolment.Person) personView {
	return personView{p.Title, p.FirstName, p.LastName, p.BirthName, p.Email, p.Phone}
}

func (d Deps) request(f booking.File, now time.Time) *requestView {
	r := d.Guide.Request(f.Enrolment, f.Session, now)
	if r.Stage == guide.NoRequest || !f.Enrolment.Status.HoldsSeat() {
		return nil
	}
	return &requestView{r.Stage, instant(r.AnswerBy), instant(r.ConfirmBy), r.Text(now)}
}

func (d Deps) steps(f booking.File, now time.Time) []stepView {
	e, views := f.Enrolment, []stepView{}
	for _, key := range e.Mode.Steps() {
		content := d.Guide.StepFor(e, f.Session, key, now)
		v := stepView{
			Key: content.Key, Title: content.Title, DoneLabel: content.Done, Summary: content.Summary, Body: content.Body,
			Options: d.options(content.Options), Links: d.shown(content.Links), Papers: content.Key.Papers(), Help: content.Help,
		}
		if done, ok := e.Steps[content.Key]; ok {
			v.Done, v.DoneAt, v.DoneBy = true, instant(done.At), done.By
		}
		v.Said = d.sayings(e, content.Key)
		if content.Key == enrolment.StepDossier && f.Session.Formation.MonCompteElu != "" {
			v.Links = append([]linkView{{"Notre formation sur Mon Compte Élu", f.Session.Formation.MonCompteElu, true}}, v.Links...)
		}
		v.UnavailableReason = d.unavailable(f, content.Key, now)
		v.Available = v.UnavailableReason == ""
		views = append(views, v)
	}
	return views
}

// unavailable says why a step cannot be done for the moment; "" when it can.
func (d Deps) unavailable(f booking.File, k enrolment.StepKey, now time.Time) string {
	e := f.Enrolment
	switch k {
	case enrolment.StepCompte, enrolment.StepIdentite:
		return d.tooLate(f, k, now)
	case enrolment.StepDossier:
		return cmp.Or(d.tooLate(f, k, now), d.requestWaits(f, now))
	case enrolment.StepConfirm:
		return d.confirmationWaits(f, now)
	}
	s := f.Session
	at, signed := d.Guide.StepOpensAt(e, k)
	from, after := d.Guide.PaidAfter(s, now)
	switch {
	case !signed && after:
		return "À faire après la signature du contrat. La session a lieu avant la fin du délai de rétractation : rien n’est à payer avant elle. Pour un contrat signé aujourd’hui, le paiement vient après, à partir du " + guide.Day(from) + "."
	case !signed:
		return "À faire après la signature du contrat."
	case now.Before(at) && !at.Before(s.Start()):
		return "La session a lieu avant la fin du délai de rétractation : rien n’est à payer avant elle. Le paiement vient après, à partir du " + guide.Day(at) + "."
	case now.Before(at):
		return "À partir du " + guide.Day(at) + " : aucun paiement ne peut être demandé avant la fin du délai de rétractation."
	}
	return ""
}

// tooLate says of a step of the DIFE that it comes too late for the session.
func (d Deps) tooLate(f booking.File, k enrolment.StepKey, now time.Time) string {
	_, done := f.Enrolment.Steps[k]
	w, needed := d.Guide.OtherWay(f.Enrolment, f.Session, now)
	if !done && (needed && w.Closed || d.Guide.DIFEMissed(f.Enrolment, f.Session, now)) {
		return "Trop tard pour cette session."
	}
	return ""
}

// requestWaits says why the DIFE request cannot be made yet; "" when it can, or is.
func (d Deps) requestWaits(f booking.File, now time.Time) string {
	if _, done := f.Enrolment.Steps[enrolment.StepDossier]; done {
		return ""
	}
	if s := f.Enrolment.Status; s == enrolment.Waiting || s == enrolment.Offered {
		return "À faire quand vous aurez votre place : la demande porte sur cette session."
	}
	if opens := d.Guide.DIFEOpens(f.Session); now.Before(opens) {
		months, _ := d.Guide.Rule("dife-agreement-months", f.Session.Start())
		return "À partir du " + guide.Day(opens) + " : la formation doit avoir lieu dans les " + guide.Count(months, "mois", "mois") + " qui suivent l’accord. Nous vous le rappellerons."
	}
	return ""
}

// confirmationWaits says why there is nothing to confirm yet.
func (d Deps) confirmationWaits(f booking.File, now time.Time) string {
	switch d.Guide.Request(f.Enrolment, f.Session, now).Stage {
	case guide.NoRequest, guide.Void:
		return "À faire quand nous aurons répondu à votre demande."
	case guide.Awaited:
		return "À faire dès que vous avez reçu notre proposition."
	}
	return ""
}

func (d Deps) options(options []guide.Option) (views []optionView) {
	for _, o := range options {
		views = append(views, optionView{o.Key, o.Title, o.Body, o.Recommended, o.Delay, d.shown(o.Links)})
	}
	return views
}

func (d Deps) shown(ids []string) (views []linkView) {
	for _, l := range d.Guide.Shown(ids) {
		views = append(views, linkView(l))
	}
	return views
}

// deadline is the last good day for the mode, while something is left to do.
func (d Deps) deadline(f booking.File, now time.Time) *deadlineView {
	if !f.Enrolment.Status.Live() || f.Enrolment.FundingState() != enrolment.FundingTodo || !now.Before(f.Session.Start()) {
		return nil
	}
	switch r := d.Guide.Request(f.Enrolment, f.Session, now); r.Stage {
	case guide.Awaited, guide.Unanswered, guide.Void:
		return nil // nothing presses the élu, and the page says what is awaited
	case guide.Proposed:
		return &deadlineView{At: r.ConfirmBy.UTC(), WorkingDays: true, DaysLeft: guide.WorkingDaysLeft(now, r.ConfirmBy), Text: r.Text(now)}
	}
	if _, signed := f.Enrolment.Steps[enrolment.StepContrat]; signed && f.Enrolment.Mode == enrolment.Personnel {
		return nil // the payment has its own day, after the withdrawal period
	}
	m := f.Enrolment.Mode
	p := d.Guide.Settling(f.Session, m, now)
	if !p.Open {
		return closedDeadline(p)
	}
	if s := f.Enrolment.Status; m == enrolment.DIFE && s == enrolment.Waiting {
		return &deadlineView{At: p.LastDay.UTC(), WorkingDays: true, DaysLeft: guide.WorkingDaysLeft(now, p.LastDay),
			Text: "Après le " + guide.Day(p.LastDay) + ", une place ne pourra plus être payée avec le DIFE. Préparez dès maintenant votre compte et votre identité numérique\u00a0: ils serviront pour n’importe quelle session."}
	}
	return &deadlineView{At: p.LastDay.UTC(), WorkingDays: true, DaysLeft: guide.WorkingDaysLeft(now, p.LastDay), Text: p.Remaining(m, now)}
}

func closedDeadline(p guide.Possibility) *deadlineView {
	if p.ClosesAt.IsZero() {
		return nil
	}
	return &deadlineView{At: p.LastDay.UTC(), Text: p.Reason}
}

func (d Deps) helpline(now time.Time) helplineView {
	h := d.Guide.Helpline
	opening := h.At(now)
	return helplineView{Label: h.Label, Number: h.Number, Hours: h.Text, Open: opening.Open, Text: opening.Text}
}

func papers(e enrolment.Enrolment) []paperView {
	views := []paperView{}
	for _, p := range e.Papers() {
		reason := e.PaperRefusal(p)
		views = append(views, paperView{Kind: p, Title: p.Title(), Available: reason == "", Reason: reason})
	}
	return views
}
