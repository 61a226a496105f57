package lives

import (
	"context"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/echarpe/echarpe/infra/bench/cost"
	"github.com/echarpe/echarpe/internal/enrolment"
)

const root = "../../.."

// budget is the most that an average enrolment may use over its whole life, without what everybody is answered alike: a hundredth or two above
// what it does. A larger one is a decision, taken here.
// Everybody opens the confirmation's link, which proves the address: ten write units, once, and what they wake.
// Who signed a contract keeps its number beside the step: 0.7 write units of an average life.
var budget = cost.PerEnrolment{ReadUnits: 186, WriteUnits: 176, Mails: 11, Invocations: 37}

func TestTheLivesAddUpAndAnAverageOneStaysWithinItsBudget(t *testing.T) {
	var lived []*house
	enrolments := 0.0
	for _, l := range mix {
		h, err := l.through(t.Context(), root, counted)
		if err != nil {
			t.Fatal(l.who, err)
		}
		if looking, err := h.sweep(t.Context()); err != nil || looking <= 2 || looking > h.idle.ReadUnits {
			t.Errorf("%s: the last sweep reads %g units to look for what is due, want a little over four queries' 2, and no more than with all sessions (%v)", l.who, looking, err)
		}
		if float64(len(h.files)) != l.people {
			t.Errorf("%s: %d enrolments, want %g", l.who, len(h.files), l.people)
		}
		if logged := h.logged(t); logged != h.post.messages || h.used.Mails < float64(logged) {
			t.Errorf("%s: %d messages left for %g recipients, and the files' logs have %d", l.who, h.post.messages, h.used.Mails, logged)
		}
		if err := h.close(t.Context()); err != nil {
			t.Error(err)
		}
		lived, enrolments = append(lived, h), enrolments+l.of100*l.people
	}
	if enrolments != 100 {
		t.Errorf("the mix makes %g enrolments, want 100", enrolments)
	}
	e, public, series := average(lived)
	t.Logf("average: %+v, and for everybody alike %+v", e, public)
	if routes := slices.Collect(func(yield func(string) bool) {
		for _, p := range public {
			if p.Kept != 10 || p.Origin.ReadUnits <= 0 || p.Origin.APIRequests != 1 || p.SentBytes <= headerBytes || !yield(p.Route) {
				t.Errorf("%+v", p)
			}
		}
	}); !slices.Equal(routes, []string{"GET /api/seats", "GET /api/sessions", "GET /api/sessions/{id}"}) {
		t.Error(routes)
	}
	if e.ReadUnits > budget.ReadUnits || e.WriteUnits > budget.WriteUnits || e.Mails > budget.Mails || e.Invocations > budget.Invocations {
		t.Errorf("an average enrolment uses %.1f read units, %.1f write units, %.2f messages, %.1f invocations, of %+v", e.ReadUnits, e.WriteUnits, e.Mails, e.Invocations, budget)
	}
	for what, n := range map[string]float64{
		"API requests": e.APIRequests, "GB-seconds": e.GBSeconds, "cold starts": e.ColdStarts, "attached bytes": e.AttachedBytes, "requests of the site": e.SiteRequests,
		"sent bytes": e.SentBytes, "log bytes": e.LogBytes, "stored bytes": e.StoredBytes, "metrics": float64(len(series)),
	} {
		if n <= 0 {
			t.Errorf("no %s", what)
		}
	}
}

// logged is how many messages the files' own logs say have left.
func (h *house) logged(t *testing.T) (n int) {
	t.Helper()
	for _, f := range h.files {
		_, log, err := h.Store.FileWithMessages(t.Context(), f.id)
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range log {
			if r.State == enrolment.MessageSent {
				n++
			}
		}
	}
	return n
}

func TestASeatGivenBackIsFreeOrSomebodyElses(t *testing.T) {
	for want, live := range []func(context.Context, *house) error{cancels, makesWay} {
		h, err := life{live: live}.through(t.Context(), root, counted)
		if err != nil {
			t.Fatal(err)
		}
		if s, err := h.Store.Session(t.Context(), sessionID); err != nil || s.Taken != want || s.Waiting != 0 {
			t.Errorf("%d seats taken and %d people waiting (%v), want %d and none", s.Taken, s.Waiting, err, want)
		}
		if err := h.close(t.Context()); err != nil {
			t.Error(err)
		}
	}
}

func TestALifeUsesMoreThanItsEnrolment(t *testing.T) {
	h, err := life{live: func(ctx context.Context, h *house) error {
		if err := h.publish(ctx, 12); err != nil {
			return err
		}
		if _, err := h.enrols(ctx, enrolment.DIFE); err != nil {
			return err
		}
		begun := h.used
		if begun.WriteUnits < 12 || h.post.messages != 1 || begun.Invocations < begun.APIRequests+2 {
			t.Errorf("enrolling: %+v, %d messages: want its writes, the confirmation, the stream's and the delivery's invocations", begun, h.post.messages)
		}
		if err := h.untilTheEnd(ctx); err != nil {
			return err
		}
		if h.used.ReadUnits <= begun.ReadUnits || h.used.WriteUnits <= begun.WriteUnits || h.used.APIRequests != begun.APIRequests || h.post.messages < 5 {
			t.Errorf("after it: %+v, %d messages", h.used, h.post.messages)
		}
		return nil
	}}.through(t.Context(), root, counted)
	if err != nil {
		t.Fatal(err)
	}
	if err := h.close(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestASweepCostsMoreWithMoreSessions(t *testing.T) {
	u := cost.Usage{}
	if err := Small.sessions(t.Context(), root, &u); err != nil {
		t.Fatal(err)
	}
	// Five questions with nothing due are half a unit each: four of files, one of the team's messages. A whole one asks what is still to be
	// copied to sessions.
	if u.Sweep.ReadUnits < 2 || u.Sweep.ReadUnits > 4.5 || u.Sessions.Swept.ReadUnits <= 0 || u.Sessions.Swept.ReadUnits > 0.5 {
		t.Errorf("%+v, and for each session %+v", u.Sweep, u.Sessions)
	}
}

func TestWhatTheReaderIsToldNamesTheWholeMix(t *testing.T) {
	told := assumptions()
	if i := slices.IndexFunc(mix, func(l life) bool { return !strings.Contains(told, l.who) }); i >= 0 {
		t.Errorf("nothing is said of %q in:\n%s", mix[i].who, told)
	}
}

func TestAnOpeningWaitsForWhatItsLimitsLetThrough(t *testing.T) {
	n, err := measureNewcomer(t.Context(), root)
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%+v", n)
	if n.WriteUnits < 30 || n.APIRequests < 2 || n.Mails < 1 || n.functionSeconds < 0.15 {
		t.Errorf("%+v: want the enrolment's writes and the floor of its answer, the file opened, a confirmation", n)
	}
	const opening = 10 * time.Minute
	if c := (limit{people: 501}).meet(opening); c.over != 0 {
		t.Errorf("500 people a second at first, 501 let through: %+v", c)
	}
	// At 50 a second, 100,000 people are all through after a little less than 2,000 s: none is missing at the end, and the first second is not idle.
	c := (limit{people: 50}).meet(opening)
	if c.last < 1990*time.Second || c.last > 2010*time.Second || c.most < 60_000 || c.most > 70_000 {
		t.Errorf("50 a second: %+v, want all through after 2,000 s, 67,000 behind when 50 a second come (after 461 s: 90,000 came, 23,000 got through)", c)
	}
	var out strings.Builder
	if err := writeOpening(t.Context(), root, &out); err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(out.String(), "requests of the gateway (ApiRequestsPerSecond) | 200 | 7m27s") {
		t.Error(out.String())
	}
}
