package spread_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/catalogue"
	"github.com/echarpe/echarpe/internal/dynamo"
	"github.com/echarpe/echarpe/internal/dynamotest"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/spread"
)

var today = time.Date(2027, 1, 11, 9, 0, 0, 0, time.UTC)

func now() time.Time { return today }

var claire = enrolment.Actor{Sub: "sub-claire", Name: "Claire Gestion", Role: enrolment.RoleGestion}

// shop is the sample catalogue with more sessions of one formation.
type shop struct {
	t     *testing.T
	store *dynamo.Store
	rules *guide.Guide
	open  func(options ...func(*dynamodb.Options)) *dynamo.Store // another process over the same table
}

const slug = "urbanisme-plu"

func publish(t *testing.T, more int) shop {
	t.Helper()
	return publishIn(t, dynamotest.Database(t), more)
}

func publishIn(t *testing.T, cfg aws.Config, more int) shop {
	t.Helper()
	rules, err := guide.Load()
	if err != nil {
		t.Fatal(err)
	}
	ctx := t.Context()
	w := shop{t: t, rules: rules, open: func(options ...func(*dynamodb.Options)) *dynamo.Store { return dynamotest.Open(cfg, now, options...) }}
	w.store = w.open()
	src, err := os.ReadFile("../../infra/catalogue/sample.yaml")
	if err != nil {
		t.Fatal(err)
	}
	ground, err := catalogue.Survey(ctx, w.store, rules, today)
	if err != nil {
		t.Fatal(err)
	}
	c, err := catalogue.Read(src, ground)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Apply(ctx, ground, w.store, booking.New(w.store, rules, now)); err != nil {
		t.Fatal(err)
	}
	for _, s := range c.Sessions {
		if s.Formation.Slug != slug {
			continue
		}
		for i := range more {
			twin := s
			twin.ID, twin.HalfDays = fmt.Sprintf("plu-%04d", i), nil
			for _, h := range s.HalfDays {
				twin.HalfDays = append(twin.HalfDays, enrolment.HalfDay{Start: h.Start.AddDate(0, 0, i%40), End: h.End.AddDate(0, 0, i%40)})
			}
			twin.ClosesAt = s.ClosesAt.AddDate(0, 0, i%40)
			if _, err := w.store.ApplySession(ctx, twin); err != nil {
				t.Fatal(err)
			}
		}
		break
	}
	return w
}

func (w shop) editor(store *dynamo.Store) catalogue.Editor {
	return catalogue.Editor{Table: store, Rules: w.rules, Now: now}
}

// newVAT changes what every session copies; newPrice, what those of a formation do, its number and its opening to DIFE with it.
func (w shop) newVAT(ctx context.Context, store *dynamo.Store) (left, err error) {
	e := w.editor(store)
	text, _, seen, err := e.ReadOrganisation(ctx)
	if err != nil {
		return nil, err
	}
	rate, days := 5.5, 1
	text.VAT, text.AnswerDays, text.PaymentTerms = catalogue.VATText{RatePercent: &rate}, &days, "Paiement à soixante jours."
	out, err := e.SaveOrganisation(ctx, claire, text, nil, seen, "nouveau régime", false)
	return out.Left, err
}

func (w shop) newPrice(ctx context.Context, store *dynamo.Store) (left, err error) {
	e := w.editor(store)
	text, seen, err := e.ReadFormation(ctx, slug)
	if err != nil {
		return nil, err
	}
	text.PriceEuros, text.DIFEEligible, text.MonCompteEluNumber = text.PriceEuros+10, !text.DIFEEligible, "20270001"
	out, err := e.SaveFormation(ctx, claire, text, seen, "", false)
	return out.Left, err
}

// whole fails unless every session copies what the catalogue says today, as the reader of files understands it.
func (w shop) whole(when string) (g catalogue.Ground) {
	w.t.Helper()
	g, err := w.editor(w.store).Survey(w.t.Context())
	if err != nil {
		w.t.Fatal(when, err)
	}
	src, err := g.Export()
	if err != nil {
		w.t.Fatal(when, err)
	}
	c, err := catalogue.Read(src, g)
	if err != nil {
		w.t.Fatal(when, err)
	}
	for _, want := range c.Sessions {
		had, _ := g.Session(want.ID)
		if had.Wording != want.Wording || had.Formation != want.Formation || !reflect.DeepEqual(had.VAT, want.VAT) || !reflect.DeepEqual(had.AnswerDays, want.AnswerDays) {
			w.t.Fatalf("%s: session %s is %+v %s, the catalogue says %+v %s", when, had.ID, had.Formation, had.Wording, want.Formation, want.Wording)
		}
		if f := c.Formations[slices.IndexFunc(c.Formations, func(f enrolment.Formation) bool { return f.Slug == slug })]; had.Formation.Slug == slug && had.Formation.DIFEEligible != f.DIFEEligible {
			w.t.Fatalf("%s: session %s is open to DIFE: %v, its formation: %v", when, had.ID, had.Formation.DIFEEligible, f.DIFEEligible)
		}
		if want.Wording != "" {
			if _, err := w.store.Wording(w.t.Context(), want.Formation.Slug, want.Wording); err != nil {
				w.t.Fatalf("%s: what %s promises is kept nowhere: %v", when, want.ID, err)
			}
		}
	}
	return g
}

func (w shop) lines(act string) (n int) {
	w.t.Helper()
	deeds, _, err := w.store.Audit(w.t.Context(), today.AddDate(0, 0, -1), today.AddDate(0, 0, 1), "")
	if err != nil {
		w.t.Fatal(err)
	}
	for _, d := range deeds {
		if d.Act == act {
			n++
		}
	}
	return n
}

func (w shop) revision() int {
	w.t.Helper()
	edits, err := w.store.Edits(w.t.Context())
	if err != nil {
		w.t.Fatal(err)
	}
	return edits.Revision
}

var errKilled = errors.New("the process ended")

// mortal ends its process at the n-th write: before it, or once the table has it and nobody hears. A process that ended tries nothing again.
func mortal(n int32, after bool, end context.CancelFunc, died *atomic.Bool) func(*dynamodb.Options) {
	var writes atomic.Int32
	return dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if died.Load() {
			return nil, errKilled
		}
		if !c.Writes() || writes.Add(1) != n {
			return c.Send()
		}
		died.Store(true)
		if after {
			_, _ = c.Send()
		}
		end()
		return nil, errKilled
	})
}

func TestAChangeCutShortAnywhereReachesEverySessionByTheSweep(t *testing.T) {
	t.Cleanup(spread.InChunksOf(3))
	for name, act := range map[string]string{"the organisation's VAT": "organisation-edited", "a formation's price": "formation-edited"} {
		t.Run(name, func(t *testing.T) {
			cuts := 0
			for n := int32(1); ; n++ {
				alive := false
				for _, after := range []bool{false, true} {
					w := publish(t, 4)
					change := w.newVAT
					if act == "formation-edited" {
						change = w.newPrice
						if left, err := change(t.Context(), w.store); err != nil || left != nil { // closed to DIFE: what is cut short opens it
							t.Fatal(err, left)
						}
					}
					lines, revision := w.lines(act), w.revision()
					var died atomic.Bool
					ctx, end := context.WithCancel(t.Context())
					left, err := change(ctx, w.open(mortal(n, after, end, &died)))
					end()
					when := fmt.Sprintf("write %d, heard of: %v", n, after)
					if !died.Load() {
						if alive = true; err != nil || left != nil {
							t.Fatal(when, err, left)
						}
					} else if cuts++; err == nil && left == nil {
						t.Fatal(when, "the request says that all is done")
					}
					edits, err := w.store.Edits(t.Context())
					if err != nil {
						t.Fatal(err)
					}
					if len(edits.Spreading) > 0 { // nothing is decided upon what is half done, unless it is finished first
						g, err := w.editor(w.store).Survey(t.Context())
						if err != nil {
							t.Fatal(err)
						}
						if _, err := g.Export(); enrolment.KindOf(err) != enrolment.KindConflict {
							t.Fatal(when, "exported half done:", err)
						}
					}
					for range 2 {
						if err := (spread.Desk{Table: w.store, Now: now}).Sweep(t.Context()); err != nil {
							t.Fatal(when, err)
						}
					}
					g := w.whole(when)
					written := w.lines(act) - lines
					if written != g.Edits.Revision-revision || written > 1 {
						t.Fatalf("%s: revision %d, %d lines of the audit", when, g.Edits.Revision, written)
					}
					if written == 0 { // nothing was: asked again, it is made
						if left, err := change(t.Context(), w.store); err != nil || left != nil {
							t.Fatal(when, err, left)
						}
						w.whole(when + ", asked again")
					}
				}
				if alive {
					break
				}
			}
			if cuts < 8 {
				t.Errorf("only %d cuts: this test guards nothing", cuts)
			}
		})
	}
}

// Whoever edits next finishes what a crash left.
func TestTheNextEditFinishesWhatWasLeft(t *testing.T) {
	w := publish(t, 5)
	var died atomic.Bool
	ctx, end := context.WithCancel(t.Context())
	defer end()
	_, _ = w.newVAT(ctx, w.open(dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if died.Load() {
			return nil, errKilled
		}
		if p, is := c.Input.(*dynamodb.TransactWriteItemsInput); is && len(p.TransactItems) > 4 { // the sessions
			died.Store(true)
			end()
			return nil, errKilled
		}
		return c.Send()
	})))
	if !died.Load() {
		t.Fatal("not cut short")
	}
	if left, err := w.newPrice(t.Context(), w.store); err != nil || left != nil {
		t.Fatal(err, left)
	}
	g := w.whole("after the next edit")
	if g.Organisation.VAT.RateBasisPoints != 550 || g.Edits.Revision != 2 {
		t.Errorf("%+v, revision %d", g.Organisation.VAT, g.Edits.Revision)
	}
}

// As deployed: more sessions than one write takes, or one page of the list holds.
func TestMoreSessionsThanOneWriteTakesCopyAChange(t *testing.T) {
	w := publish(t, 120)
	writes := 0
	_, err := w.newVAT(t.Context(), w.open(dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if p, is := c.Input.(*dynamodb.TransactWriteItemsInput); is && len(p.TransactItems) > 10 {
			writes++
		}
		return c.Send()
	})))
	if err != nil {
		t.Fatal(err)
	}
	if err := (spread.Desk{Table: w.store, Now: now}).Sweep(t.Context()); err != nil { // what a slow machine left
		t.Fatal(err)
	}
	if writes < 2 {
		t.Errorf("%d writes of many sessions: this test guards nothing", writes)
	}
	w.whole("with many sessions")
}

// Seats are taken and given back while the sessions copy a change.
func TestSeatsAreTakenWhileSessionsCopyAChange(t *testing.T) {
	t.Cleanup(spread.InChunksOf(3))
	w := publish(t, 10)
	desk := booking.New(w.store, w.rules, now)
	var taken atomic.Int32
	enrol := func(i int) {
		_, err := desk.Enrol(context.Background(), booking.Application{
			Key: fmt.Sprint("seat-", i), SessionID: "plu-0007", Mode: enrolment.Personnel, Proved: true, BodyDigest: strings.Repeat("0", 64),
			Person:  enrolment.Person{FirstName: "Awa", LastName: "Ndiaye", Email: fmt.Sprintf("awa%d@exemple.fr", i)},
			Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Brest"},
		})
		if err != nil {
			t.Error(err)
			return
		}
		taken.Add(1)
	}
	seats := 0
	left, err := w.newVAT(t.Context(), w.open(dynamotest.Around(func(_ context.Context, c dynamotest.Call) (any, error) {
		if c.Writes() && seats < 10 { // between one write and the next
			seats++
			enrol(seats)
		}
		return c.Send()
	})))
	if err != nil || left != nil {
		t.Fatal(err, left)
	}
	s, err := w.store.Session(t.Context(), "plu-0007")
	if err != nil || s.Taken != int(taken.Load()) || s.Taken == 0 {
		t.Errorf("%d taken, %d counted (%v)", taken.Load(), s.Taken, err)
	}
	w.whole("with seats taken meanwhile")
}
