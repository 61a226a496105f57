package dynamo

import (
	"fmt"
	"sort"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// schema is the version written on every item.
const schema = 1

// head is what every item begins with.
type head struct {
	PK string `dynamodbav:"pk"`
	SK string `dynamodbav:"sk"`
	V  int    `dynamodbav:"v"`
}

func headOf(k key) head { return head{k.pk, k.sk, schema} }

type fileItem struct {
	head
	DuePK   string `dynamodbav:"duePk,omitempty"` // sparse: files with something due
	DueSK   string `dynamodbav:"dueSk,omitempty"`
	StaffPK string `dynamodbav:"staffPk,omitempty"` // sparse: files that the organisation has something to do about
	StaffSK string `dynamodbav:"staffSk,omitempty"`
	EmailPK string `dynamodbav:"emailPk,omitempty"` // sparse: not decoys
	EmailSK string `dynamodbav:"emailSk,omitempty"`

	ID           string                `dynamodbav:"enrolmentId"`
	Reference    string                `dynamodbav:"reference"`
	SessionID    string                `dynamodbav:"sessionId"`
	Status       string                `dynamodbav:"status"`
	Mode         string                `dynamodbav:"mode"`
	Person       personItem            `dynamodbav:"person"`
	MandateKind  string                `dynamodbav:"mandateKind"`
	Authority    string                `dynamodbav:"authority"`
	Contact      *contactItem          `dynamodbav:"contact,omitempty"`
	PaidBy       *payerItem            `dynamodbav:"paidBy,omitempty"`
	Needs        string                `dynamodbav:"needs,omitempty"`
	Relay        *relayItem            `dynamodbav:"relay,omitempty"`
	Reply        *replyItem            `dynamodbav:"reply,omitempty"`
	Terms        *termsItem            `dynamodbav:"terms,omitempty"`
	Group        *groupItem            `dynamodbav:"group,omitempty"`
	PartOf       string                `dynamodbav:"partOf,omitempty"`
	Steps        map[string]stepItem   `dynamodbav:"steps"`
	Void         *voidItem             `dynamodbav:"void,omitempty"`
	CameFrom     string                `dynamodbav:"cameFrom,omitempty"`
	Ticket       int64                 `dynamodbav:"ticket,omitempty"`
	OfferedUntil stamp                 `dynamodbav:"offeredUntil,omitempty"`
	Notices      map[string]noticeItem `dynamodbav:"notices"`
	CreatedAt    stamp                 `dynamodbav:"createdAt,omitempty"`
	ReservedAt   stamp                 `dynamodbav:"reservedAt,omitempty"`
	CancelledAt  stamp                 `dynamodbav:"cancelledAt,omitempty"`
	CancelledFor string                `dynamodbav:"cancelledFor,omitempty"`
	WithdrawnAt  stamp                 `dynamodbav:"withdrawnAt,omitempty"`
	Contract     *contractItem         `dynamodbav:"contract,omitempty"`
	ProveBy      int64                 `dynamodbav:"proveBy,omitempty"` // milliseconds: shorter than a stamp, so that the file stays within a unit
	ProvedAt     int64                 `dynamodbav:"provedAt,omitempty"`
	CountedIn    string                `dynamodbav:"src,omitempty"` // short, as ProveBy is
	ModeSince    stamp                 `dynamodbav:"modeSince,omitempty"`
	ConsentAt    stamp                 `dynamodbav:"consentAt,omitempty"`
	ArrivedAt    int64                 `dynamodbav:"arrivedAt,omitempty"` // milliseconds, as ProveBy
	Sittings     int                   `dynamodbav:"sittings,omitempty"`
	SessionSeen  int                   `dynamodbav:"sessionSeen"`
	LinkRevision int                   `dynamodbav:"linkRevision"`
	NewEmail     string                `dynamodbav:"newEmail,omitempty"`
	NewEmailBy   int64                 `dynamodbav:"newEmailBy,omitempty"`
	RemindersOff bool                  `dynamodbav:"remindersOff,omitempty"`
	Unreachable  bool                  `dynamodbav:"unreachable,omitempty"`
	BodyDigest   string                `dynamodbav:"bodyDigest"`
	Decoy        bool                  `dynamodbav:"decoy,omitempty"`
	Version      int64                 `dynamodbav:"version"`
	TodoKind     string                `dynamodbav:"todoKind,omitempty"`
	TodoDue      stamp                 `dynamodbav:"todoDue,omitempty"`
	Marks        map[string]markItem   `dynamodbav:"marks,omitempty"`
	Words        string                `dynamodbav:"words,omitempty"` // digest of the words it is found by, once they are written
	Attendance   *attendedItem         `dynamodbav:"attendance,omitempty"`
	Invoice      string                `dynamodbav:"invoice,omitempty"`
	Credited     []creditedItem        `dynamodbav:"credited,omitempty"`
}

type creditedItem struct {
	Invoice string `dynamodbav:"invoice"`
	Credit  string `dynamodbav:"credit"`
}

type groupItem struct {
	Lines []lineItem `dynamodbav:"lines"`
}

type lineItem struct {
	FileID  string `dynamodbav:"enrolmentId"`
	Name    string `dynamodbav:"name"`
	Mandate string `dynamodbav:"mandate"`
	Seat    bool   `dynamodbav:"seat,omitempty"`
	Minutes int    `dynamodbav:"minutes,omitempty"`
}

func groupItemOf(g *enrolment.Group) *groupItem {
	if g == nil {
		return nil
	}
	it := &groupItem{}
	for _, m := range g.Lines {
		it.Lines = append(it.Lines, lineItem{m.FileID, m.Name, string(m.Mandate), m.Seat, m.Minutes})
	}
	return it
}

func (it *groupItem) group() *enrolment.Group {
	if it == nil {
		return nil
	}
	g := &enrolment.Group{}
	for _, m := range it.Lines {
		g.Lines = append(g.Lines, enrolment.Line{FileID: m.FileID, Name: m.Name, Mandate: enrolment.MandateKind(m.Mandate), Seat: m.Seat, Minutes: m.Minutes})
	}
	return g
}

type attendedItem struct {
	ClosedAt stamp         `dynamodbav:"closedAt"`
	Sittings []sittingItem `dynamodbav:"sittings"`
}

type sittingItem struct {
	Start    stamp  `dynamodbav:"start"`
	Planned  int    `dynamodbav:"planned"`
	Minutes  int    `dynamodbav:"minutes"`
	Presence string `dynamodbav:"presence"`
}

func attendedItemOf(a *enrolment.Attendance) *attendedItem {
	if a == nil {
		return nil
	}
	it := &attendedItem{ClosedAt: stampOf(a.ClosedAt)}
	for _, s := range a.Sittings {
		it.Sittings = append(it.Sittings, sittingItem{stampOf(s.Start), s.Planned, s.Minutes, string(s.Presence)})
	}
	return it
}

func (it *attendedItem) attended() *enrolment.Attendance {
	if it == nil {
		return nil
	}
	a := &enrolment.Attendance{ClosedAt: it.ClosedAt.time()}
	for _, s := range it.Sittings {
		a.Sittings = append(a.Sittings, enrolment.Sitting{Start: s.Start.time(), Planned: s.Planned, Minutes: s.Minutes, Presence: enrolment.Presence(s.Presence)})
	}
	return a
}

type voidItem struct {
	At   stamp `dynamodbav:"at"`
	Ours bool  `dynamodbav:"ours,omitempty"`
}

type markItem struct {
	Done  bool  `dynamodbav:"done,omitempty"`
	Until stamp `dynamodbav:"until,omitempty"`
	At    stamp `dynamodbav:"at"`
}

type personItem struct {
	Title     string `dynamodbav:"title,omitempty"`
	FirstName string `dynamodbav:"firstName"`
	LastName  string `dynamodbav:"lastName"`
	BirthName string `dynamodbav:"birthName,omitempty"`
	Email     string `dynamodbav:"email"`
	Phone     string `dynamodbav:"phone,omitempty"`
}

// contractItem has milliseconds, as ProveBy.
type contractItem struct {
	Number   string        `dynamodbav:"no"`
	SignedAt int64         `dynamodbav:"at"`
	Replaces *replacedItem `dynamodbav:"replaces,omitempty"`
}

type replacedItem struct {
	Number      string `dynamodbav:"no"`
	SignedAt    int64  `dynamodbav:"at"`
	WithdrawnAt int64  `dynamodbav:"gone,omitempty"`
}

func contractItemOf(c *enrolment.Contract) *contractItem {
	if c == nil {
		return nil
	}
	i := &contractItem{Number: c.Number, SignedAt: milliOf(c.SignedAt)}
	if r := c.Replaces; r != nil {
		i.Replaces = &replacedItem{r.Number, milliOf(r.SignedAt), milliOf(r.WithdrawnAt)}
	}
	return i
}

func (i *contractItem) contract() *enrolment.Contract {
	if i == nil {
		return nil
	}
	c := &enrolment.Contract{Number: i.Number, SignedAt: ofMilli(i.SignedAt)}
	if r := i.Replaces; r != nil {
		c.Replaces = &enrolment.Replaced{Number: r.Number, SignedAt: ofMilli(r.SignedAt), WithdrawnAt: ofMilli(r.WithdrawnAt)}
	}
	return c
}

type contactItem struct {
	Name  string `dynamodbav:"name"`
	Email string `dynamodbav:"email"`
}

type payerItem struct {
	Kind string `dynamodbav:"kind"`
	Name string `dynamodbav:"name"`
}

type termsItem struct {
	Title      string   `dynamodbav:"title"`
	Theme      string   `dynamodbav:"theme,omitempty"`
	Hours      float64  `dynamodbav:"hours"`
	PriceCents int      `dynamodbav:"priceCents"`
	VAT        *vatItem `dynamodbav:"vat,omitempty"`
	ClosesAt   stamp    `dynamodbav:"closesAt"`
	Since      stamp    `dynamodbav:"since"`
	Edition    int      `dynamodbav:"edition,omitempty"`
	Wording    string   `dynamodbav:"wording,omitempty"`
}

// termsItemOf gives nil for the terms of a file that keeps none.
func termsItemOf(t enrolment.Terms) *termsItem {
	if t.Since.IsZero() {
		return nil
	}
	return &termsItem{t.Title, t.Theme, t.Hours, t.PriceCents, (*vatItem)(t.VAT), stampOf(t.ClosesAt), stampOf(t.Since), t.Edition, t.Wording}
}

func (it *termsItem) terms() enrolment.Terms {
	if it == nil {
		return enrolment.Terms{}
	}
	return enrolment.Terms{Title: it.Title, Theme: it.Theme, Hours: it.Hours, PriceCents: it.PriceCents, VAT: (*enrolment.VAT)(it.VAT),
		ClosesAt: it.ClosesAt.time(), Since: it.Since.time(), Edition: it.Edition, Wording: it.Wording}
}

type stepItem struct {
	At stamp  `dynamodbav:"at"`
	By string `dynamodbav:"by"`
}

// noticeItem is in a map by key, so that one can be added or dropped without reading the others.
type noticeItem struct {
	Kind string `dynamodbav:"kind"`
	At   stamp  `dynamodbav:"at"`
	To   string `dynamodbav:"to,omitempty"`
}

func marshalFile(e enrolment.Enrolment) (item, error) {
	f := fileItem{
		head: headOf(fileKey(e.ID)),
		ID:   e.ID, Reference: e.Reference, SessionID: e.SessionID, Status: string(e.Status), Mode: string(e.Mode),
		Person:      personItem(e.Person),
		MandateKind: string(e.Mandate.Kind), Authority: e.Mandate.Authority,
		Contact: (*contactItem)(e.Contact), Relay: relayItemOf(e.Relay), Reply: replyItemOf(e.Reply), Terms: termsItemOf(e.Terms),
		Steps: map[string]stepItem{}, Notices: map[string]noticeItem{},
		Ticket: e.Ticket, OfferedUntil: stampOf(e.OfferedUntil),
		CreatedAt: stampOf(e.CreatedAt), ReservedAt: stampOf(e.ReservedAt), CancelledAt: stampOf(e.CancelledAt), CancelledFor: e.CancelledFor, WithdrawnAt: stampOf(e.WithdrawnAt),
		ModeSince: stampOf(e.ModeSince), ConsentAt: stampOf(e.ConsentAt),
		Sittings: e.Sittings, SessionSeen: e.SessionSeen, LinkRevision: e.LinkRevision, RemindersOff: e.RemindersOff, Unreachable: e.Unreachable,
		BodyDigest: e.BodyDigest, Decoy: e.Decoy, Version: e.Version,
	}
	f.Words, f.Attendance, f.Invoice = e.Words, attendedItemOf(e.Attendance), e.Invoice
	for _, c := range e.Credited {
		f.Credited = append(f.Credited, creditedItem(c))
	}
	f.ProveBy, f.ProvedAt, f.CountedIn = milliOf(e.ProveBy), milliOf(e.ProvedAt), e.CountedIn
	f.NewEmail, f.NewEmailBy, f.ArrivedAt = e.NewEmail, milliOf(e.NewEmailBy), milliOf(e.ArrivedAt)
	f.Needs = e.Needs
	f.CameFrom = e.CameFrom
	if p := e.PaidBy; p != nil {
		f.PaidBy = &payerItem{string(p.Kind), p.Name}
	}
	f.Contract = contractItemOf(e.Contract)
	f.Group, f.PartOf = groupItemOf(e.Group), e.PartOf
	if e.Void != nil {
		f.Void = &voidItem{stampOf(e.Void.At), e.Void.Ours}
	}
	if len(e.Marks) > 0 {
		f.Marks = map[string]markItem{}
		for k, m := range e.Marks {
			f.Marks[string(k)] = markItem{m.Done, stampOf(m.Until), stampOf(m.At)}
		}
	}
	if e.Todo.Kind != "" {
		f.StaffPK, f.StaffSK, f.TodoKind, f.TodoDue = todo, todoSort(e.Todo), string(e.Todo.Kind), stampOf(e.Todo.Due)
	}
	for k, s := range e.Steps {
		f.Steps[string(k)] = stepItem{stampOf(s.At), s.By}
	}
	for _, n := range e.Notices {
		f.Notices[n.Key] = noticeItem{string(n.Kind), stampOf(n.At), n.To}
	}
	if !e.DueAt.IsZero() {
		f.DuePK, f.DueSK = dueShard(e.ID), stampOf(e.DueAt).text()
	}
	if !e.Decoy && e.Group == nil {
		f.EmailPK, f.EmailSK = digest(e.Person.Email), stampOf(e.CreatedAt).text()
	}
	return attributevalue.MarshalMap(f)
}

// milliOf is an instant in milliseconds; 0 for the zero time.
func milliOf(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

func ofMilli(n int64) time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

func unmarshalFile(it item) (enrolment.Enrolment, error) {
	var f fileItem
	if err := attributevalue.UnmarshalMap(it, &f); err != nil {
		return enrolment.Enrolment{}, fmt.Errorf("read file item: %w", err)
	}
	e := enrolment.Enrolment{
		ID: f.ID, Reference: f.Reference, SessionID: f.SessionID, Status: enrolment.Status(f.Status), Mode: enrolment.Mode(f.Mode),
		Person:  enrolment.Person(f.Person),
		Mandate: enrolment.Mandate{Kind: enrolment.MandateKind(f.MandateKind), Authority: f.Authority},
		Contact: (*enrolment.Contact)(f.Contact), Relay: f.Relay.relay(), Reply: f.Reply.reply(), Terms: f.Terms.terms(),
		Steps:  make(map[enrolment.StepKey]enrolment.StepDone, len(f.Steps)),
		Ticket: f.Ticket, OfferedUntil: f.OfferedUntil.time(),
		CreatedAt: f.CreatedAt.time(), ReservedAt: f.ReservedAt.time(), CancelledAt: f.CancelledAt.time(), CancelledFor: f.CancelledFor, WithdrawnAt: f.WithdrawnAt.time(),
		ModeSince: f.ModeSince.time(), ConsentAt: f.ConsentAt.time(),
		Sittings: f.Sittings, SessionSeen: f.SessionSeen, LinkRevision: f.LinkRevision, RemindersOff: f.RemindersOff, Unreachable: f.Unreachable,
		BodyDigest: f.BodyDigest, Decoy: f.Decoy, Version: f.Version, DueAt: lookOf(f.DueSK).At,
	}
	e.ProveBy, e.ProvedAt, e.CountedIn = ofMilli(f.ProveBy), ofMilli(f.ProvedAt), f.CountedIn
	e.Todo, e.Words = enrolment.Duty{Kind: enrolment.DutyKind(f.TodoKind), Due: f.TodoDue.time()}, f.Words
	e.Attendance, e.Invoice = f.Attendance.attended(), f.Invoice
	for _, c := range f.Credited {
		e.Credited = append(e.Credited, enrolment.CreditedInvoice(c))
	}
	if len(f.Marks) > 0 {
		e.Marks = map[enrolment.DutyKind]enrolment.DutyMark{}
		for k, m := range f.Marks {
			e.Marks[enrolment.DutyKind(k)] = enrolment.DutyMark{Done: m.Done, Until: m.Until.time(), At: m.At.time()}
		}
	}
	e.NewEmail, e.NewEmailBy, e.ArrivedAt = f.NewEmail, ofMilli(f.NewEmailBy), ofMilli(f.ArrivedAt)
	e.Needs = f.Needs
	e.CameFrom = f.CameFrom
	if p := f.PaidBy; p != nil {
		e.PaidBy = &enrolment.Payer{Kind: enrolment.PayerKind(p.Kind), Name: p.Name}
	}
	e.Contract = f.Contract.contract()
	e.Group, e.PartOf = f.Group.group(), f.PartOf
	if f.Void != nil {
		e.Void = &enrolment.Void{At: f.Void.At.time(), Ours: f.Void.Ours}
	}
	for k, s := range f.Steps {
		e.Steps[enrolment.StepKey(k)] = enrolment.StepDone{At: s.At.time(), By: s.By}
	}
	for k, n := range f.Notices {
		e.Notices = append(e.Notices, enrolment.Notice{Key: k, Kind: enrolment.NoticeKind(n.Kind), At: n.At.time(), To: n.To})
	}
	sort.Slice(e.Notices, func(i, j int) bool {
		a, b := e.Notices[i], e.Notices[j]
		return a.At.Before(b.At) || a.At.Equal(b.At) && a.Key < b.Key
	})
	e.Settle()
	return e, nil
}

// tombItem is what is left of a file that was erased.
type tombItem struct {
	head
	Erased bool `dynamodbav:"erased"`
}

// erased tells whether an item is what is left of a file.
func erased(it item) bool { return it["erased"] != nil }

type claimItem struct {
	head
	FileID string `dynamodbav:"enrolmentId"`
}

type queueItem struct {
	head
	FileID string `dynamodbav:"enrolmentId"`
}

type historyItem struct {
	head
	FileID string `dynamodbav:"enrolmentId"`
	At     stamp  `dynamodbav:"at"`
	Ticket int64  `dynamodbav:"ticket,omitempty"`
	Event  string `dynamodbav:"event"`
	Reason string `dynamodbav:"reason"`
}
