package dynamo

import "github.com/echarpe/echarpe/internal/enrolment"

// replyItem is what the contact at the collectivité declared, within the file.
type replyItem struct {
	Answer  *answerItem  `dynamodbav:"answer,omitempty"`
	Billing *billingItem `dynamodbav:"billing,omitempty"`
	Return  *returnItem  `dynamodbav:"return,omitempty"`
	Signed  *signedItem  `dynamodbav:"signed,omitempty"`
	Words   []spokenItem `dynamodbav:"words,omitempty"`
}

type answerItem struct {
	Given  string `dynamodbav:"given"`
	Ground string `dynamodbav:"ground,omitempty"`
	Detail string `dynamodbav:"detail,omitempty"`
	At     stamp  `dynamodbav:"at"`
	By     string `dynamodbav:"by,omitempty"`
}

type billingItem struct {
	Unknown    bool   `dynamodbav:"unknown,omitempty"`
	SIRET      string `dynamodbav:"siret,omitempty"`
	Service    string `dynamodbav:"service,omitempty"`
	Commitment string `dynamodbav:"commitment,omitempty"`
	Address    string `dynamodbav:"address,omitempty"`
	At         stamp  `dynamodbav:"at"`
	By         string `dynamodbav:"by,omitempty"`
}

type returnItem struct {
	Edition int    `dynamodbav:"edition,omitempty"`
	At      stamp  `dynamodbav:"at"`
	By      string `dynamodbav:"by,omitempty"`

	Scan *scanItem `dynamodbav:"scan,omitempty"`
}

type signedItem struct {
	Edition  int    `dynamodbav:"edition,omitempty"`
	Name     string `dynamodbav:"name"`
	Function string `dynamodbav:"function"`
	Right    string `dynamodbav:"right"`
	Email    string `dynamodbav:"email"`
	Digest   string `dynamodbav:"digest"`
	At       stamp  `dynamodbav:"at"`
	For      string `dynamodbav:"for,omitempty"`
	ForAs    string `dynamodbav:"forAs,omitempty"`
	ForBy    string `dynamodbav:"forBy,omitempty"`
	ForAt    *stamp `dynamodbav:"forAt,omitempty"`
}

type spokenItem struct {
	Step string `dynamodbav:"step"`
	By   string `dynamodbav:"by"`
	Done bool   `dynamodbav:"done,omitempty"`
	At   stamp  `dynamodbav:"at"`
}

func replyItemOf(r *enrolment.Reply) *replyItem {
	if r == nil {
		return nil
	}
	it := &replyItem{}
	if a := r.Answer; a.Given != "" {
		it.Answer = &answerItem{string(a.Given), a.Ground, a.Detail, stampOf(a.At), a.By}
	}
	if b := r.Billing; !b.At.IsZero() {
		it.Billing = &billingItem{b.Unknown, b.SIRET, b.Service, b.Commitment, b.Address, stampOf(b.At), b.By}
	}
	if t := r.Return; !t.At.IsZero() {
		it.Return = &returnItem{t.Edition, stampOf(t.At), t.By, scanItemOf(t.Scan)}
	}
	if g := r.Signature; !g.At.IsZero() {
		it.Signed = signedItemOf(g)
	}
	for _, w := range r.Words {
		it.Words = append(it.Words, spokenItem{string(w.Step), w.By, w.Done, stampOf(w.At)})
	}
	return it
}

func (it *replyItem) reply() *enrolment.Reply {
	if it == nil {
		return nil
	}
	r := &enrolment.Reply{}
	if a := it.Answer; a != nil {
		r.Answer = enrolment.Answer{Given: enrolment.AnswerGiven(a.Given), Ground: a.Ground, Detail: a.Detail, At: a.At.time(), By: a.By}
	}
	if b := it.Billing; b != nil {
		r.Billing = enrolment.Billing{Unknown: b.Unknown, SIRET: b.SIRET, Service: b.Service, Commitment: b.Commitment, Address: b.Address, At: b.At.time(), By: b.By}
	}
	if t := it.Return; t != nil {
		r.Return = enrolment.Return{Edition: t.Edition, At: t.At.time(), By: t.By, Scan: t.Scan.scan()}
	}
	if g := it.Signed; g != nil {
		r.Signature = g.signature()
	}
	for _, w := range it.Words {
		r.Words = append(r.Words, enrolment.Word{Step: enrolment.StepKey(w.Step), By: w.By, Done: w.Done, At: w.At.time()})
	}
	return r
}

// relayItem is who was the contact before, within the file; nil for the first one's.
type relayItem struct {
	Revision int        `dynamodbav:"revision,omitempty"`
	Reads    int        `dynamodbav:"reads,omitempty"`
	HandedAt stamp      `dynamodbav:"handedAt,omitempty"`
	HandedBy string     `dynamodbav:"handedBy,omitempty"`
	Past     []string   `dynamodbav:"past,omitempty"`
	Hushed   []hushItem `dynamodbav:"hushed,omitempty"`
}

type hushItem struct {
	Address string `dynamodbav:"address"`
	At      stamp  `dynamodbav:"at"`
}

func relayItemOf(r enrolment.Relay) *relayItem {
	if r.Revision == 0 && len(r.Hushed) == 0 {
		return nil
	}
	it := &relayItem{Revision: r.Revision, Reads: r.Reads, HandedAt: stampOf(r.HandedAt), HandedBy: r.HandedBy, Past: r.Past}
	for _, h := range r.Hushed {
		it.Hushed = append(it.Hushed, hushItem{h.Address, stampOf(h.At)})
	}
	return it
}

func (it *relayItem) relay() enrolment.Relay {
	if it == nil {
		return enrolment.Relay{}
	}
	r := enrolment.Relay{Revision: it.Revision, Reads: it.Reads, HandedAt: it.HandedAt.time(), HandedBy: it.HandedBy, Past: it.Past}
	for _, h := range it.Hushed {
		r.Hushed = append(r.Hushed, enrolment.Hush{Address: h.Address, At: h.At.time()})
	}
	return r
}

func signedItemOf(g enrolment.Signature) *signedItem {
	o := g.Organisation
	it := &signedItem{
		Edition: g.Edition, Name: g.Name, Function: g.Function, Right: string(g.Right), Email: g.Email, Digest: g.Digest, At: stampOf(g.At),
		For: o.Name, ForAs: o.Function, ForBy: o.By,
	}
	if !o.At.IsZero() {
		at := stampOf(o.At)
		it.ForAt = &at
	}
	return it
}

func (it *signedItem) signature() enrolment.Signature {
	g := enrolment.Signature{
		Edition: it.Edition, Name: it.Name, Function: it.Function, Right: enrolment.SigningRight(it.Right), Email: it.Email, Digest: it.Digest, At: it.At.time(),
		Organisation: enrolment.Countersignature{Signatory: enrolment.Signatory{Name: it.For, Function: it.ForAs}, By: it.ForBy},
	}
	if it.ForAt != nil {
		g.Organisation.At = it.ForAt.time()
	}
	return g
}
