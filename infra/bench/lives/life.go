package lives

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/link"
)

// life is one of the ways in which people use the product, from their first visit on.
type life struct {
	who    string
	of100  float64 // how many lives like this one among 100 enrolments: an assumption
	people float64 // enrolments that one such life makes
	live   func(context.Context, *house) error
}

// mix is who comes, an assumption: for 100 enrolments, how many of each. Those who only look come on top.
var mix = []life{
	{"looks at the list and at a session, a minute each, and leaves", 1000, 0, looksAndLeaves},
	{"DIFE, diligent", 15, 1, diligent(enrolment.DIFE)},
	{"DIFE, idle", 20, 1, idle(enrolment.DIFE)},
	{"collectivité, diligent, as is the contact there", 20, 1, diligent(enrolment.Collectivite)},
	{"collectivité, idle", 20, 1, idle(enrolment.Collectivite)},
	{"personal, diligent", 6, 1, diligent(enrolment.Personnel)},
	{"personal, idle", 5, 1, idle(enrolment.Personnel)},
	{"cancels after ten days", 8, 1, cancels},
	{"a pair: one cancels, one waited, is offered the seat and takes it", 3, 2, makesWay},
}

const (
	daysAhead = 60 // from enrolling to the session
	daysAfter = 30 // from the session to the end of a file's life: nothing happens afterwards
	sessionID = "vecue"
)

// diligentDays is when a diligent person opens the file to do each step: soon, but for what depends on others or on a delay.
var diligentDays = map[enrolment.Mode][]int{enrolment.DIFE: {1, 4, 20, 24}, enrolment.Collectivite: {1, 15, 25}, enrolment.Personnel: {1, 20}}

// publish makes the session that the lives are about.
func (h *house) publish(ctx context.Context, capacity int) error {
	return h.apply(ctx, sessionID, capacity)
}

// apply makes a session like one of the sample, on a day of its own.
func (h *house) apply(ctx context.Context, id string, capacity int) error {
	published, _, err := h.Store.Sessions(ctx, begin, "")
	if err != nil {
		return err
	}
	i := slices.IndexFunc(published, func(s enrolment.Session) bool { return s.Formation.Slug == "budget-communal" && !s.Remote })
	if i < 0 {
		return errors.New("the sample has no session on the budget")
	}
	s, start := published[i], begin.AddDate(0, 0, daysAhead).Add(-time.Hour)
	s.ID, s.Capacity, s.Counters, s.ClosesAt = id, capacity, nil, start.AddDate(0, 0, -2)
	s.HalfDays = []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}, {Start: start.Add(5 * time.Hour), End: start.Add(8 * time.Hour)}}
	_, err = h.Store.ApplySession(ctx, s)
	return err
}

// turns is how often a page that is looked at for a minute asks for the seats again: every half minute.
const turns = 2

func (h *house) looks(ctx context.Context, page, first, again string) error {
	h.open(page)
	for i := range 1 + turns {
		route := again
		if i == 0 {
			route = first
		}
		if _, err := h.ask(ctx, call{route: route, want: http.StatusOK}); err != nil {
			return err
		}
	}
	return nil
}

// visits is somebody's way to a session.
func (h *house) visits(ctx context.Context) error {
	h.comesFirst()
	if err := h.looks(ctx, "", listRoute, seatsRoute); err != nil {
		return err
	}
	const route = "GET /api/sessions/" + sessionID
	return h.looks(ctx, "session", route, route)
}

// The list, and the seats of what it shows.
const (
	listRoute  = "GET /api/sessions"
	seatsRoute = "GET /api/seats"
)

func looksAndLeaves(ctx context.Context, h *house) error {
	if err := h.publish(ctx, 12); err != nil {
		return err
	}
	return h.visits(ctx)
}

// file is a file that its holder can open.
type file struct {
	id, token string
	mode      enrolment.Mode
}

func (h *house) enrols(ctx context.Context, mode enrolment.Mode) (f file, err error) {
	if err := h.visits(ctx); err != nil {
		return f, err
	}
	h.open("inscription")
	if _, err := h.ask(ctx, call{route: "GET /api/sessions/" + sessionID, want: http.StatusOK}); err != nil {
		return f, err
	}
	contact := ""
	if mode == enrolment.Collectivite {
		contact = `"authorityContact":{"name":"Secrétariat","email":"mairie@plougastel.example"},`
	}
	n := len(h.files) + 1
	raw, err := h.ask(ctx, call{
		route: "POST /api/enrolments", key: fmt.Sprintf("00000000-0000-4000-8000-%012d", n), want: http.StatusCreated,
		body: fmt.Sprintf(`{"sessionId":%q,"funding":%q,"consent":true,%s"mandate":{"kind":"maire","authority":"Commune de Plougastel"},`+
			`"person":{"title":"Madame","firstName":"Maëlys","lastName":"Kerouédan","birthName":"Quiniou","email":"elue%d@plougastel.example","phone":"06 12 34 56 78"}}`, sessionID, mode, contact, n),
	})
	if err != nil {
		return f, err
	}
	var answer struct{ Link string }
	if err := json.Unmarshal(raw, &answer); err != nil {
		return f, err
	}
	_, fragment, _ := strings.Cut(answer.Link, "#")
	f.mode = mode
	f.id, f.token, _ = strings.Cut(fragment, ".")
	h.files = append(h.files, f)
	return h.opensTheMail(ctx, f)
}

// opensTheMail is the first visit by the link of the confirmation, which proves the address: everybody's, an assumption.
func (h *house) opensTheMail(ctx context.Context, f file) (file, error) {
	if err := h.until(ctx, h.at.Add(time.Minute)); err != nil {
		return f, err
	}
	f.token = h.Links.Keys.Token(link.Mailed, f.id, 0)
	return f, h.opens(ctx, f)
}

// on asks something about a file.
func (h *house) on(ctx context.Context, f file, method, path string) error {
	_, err := h.ask(ctx, call{route: method + " /api/enrolments/" + f.id + path, bearer: f.token, want: http.StatusOK})
	return err
}

// opens is a visit to the file.
func (h *house) opens(ctx context.Context, f file) error {
	h.open("dossier")
	return h.on(ctx, f, http.MethodGet, "")
}

// acts opens the file and does something there.
func (h *house) acts(ctx context.Context, f file, method, path string) error {
	if err := h.opens(ctx, f); err != nil {
		return err
	}
	return h.on(ctx, f, method, path)
}

func (h *house) untilDay(ctx context.Context, n int) error {
	return h.until(ctx, begin.AddDate(0, 0, n))
}

func (h *house) untilTheEnd(ctx context.Context) error { return h.untilDay(ctx, daysAhead+daysAfter) }

// idle only enrols, and gets every reminder.
func idle(mode enrolment.Mode) func(context.Context, *house) error {
	return func(ctx context.Context, h *house) error {
		if err := h.publish(ctx, 12); err != nil {
			return err
		}
		if _, err := h.enrols(ctx, mode); err != nil {
			return err
		}
		return h.untilTheEnd(ctx)
	}
}

// diligent does each step soon, downloads every paper and the calendar, and looks again before the day.
func diligent(mode enrolment.Mode) func(context.Context, *house) error {
	return func(ctx context.Context, h *house) error {
		if err := h.publish(ctx, 12); err != nil {
			return err
		}
		f, err := h.enrols(ctx, mode)
		if err != nil {
			return err
		}
		if err := h.downloads(ctx, f); err != nil {
			return err
		}
		for i, step := range mode.Steps() {
			if err := h.untilDay(ctx, diligentDays[mode][i]); err != nil {
				return err
			}
			if step == enrolment.StepConfirm { // the organisation has answered
				by := booking.Behalf{Actor: enrolment.Actor{Sub: "bench", Name: "Gestion"}, Act: "proposal"}
				if _, err := h.Desk.For(by).Tick(ctx, f.id, enrolment.StepProposal); err != nil {
					return err
				}
			}
			if err := h.acts(ctx, f, http.MethodPut, "/steps/"+string(step)); err != nil {
				return err
			}
		}
		if err := h.untilDay(ctx, daysAhead-3); err != nil {
			return err
		}
		if err := h.acts(ctx, f, http.MethodGet, "/documents/"+string(enrolment.PaperConvocation)); err != nil {
			return err
		}
		return h.untilTheEnd(ctx)
	}
}

// downloads is a visit for the papers; the collectivité's contact takes those that are for them.
func (h *house) downloads(ctx context.Context, f file) error {
	if err := h.opens(ctx, f); err != nil {
		return err
	}
	for _, p := range f.mode.Papers() {
		if err := h.on(ctx, f, http.MethodGet, "/documents/"+string(p)); err != nil {
			return err
		}
	}
	if err := h.on(ctx, f, http.MethodGet, "/calendar.ics"); err != nil || f.mode != enrolment.Collectivite {
		return err
	}
	h.comesFirst()
	h.open("dossier") // the contact's page weighs no more
	contact := file{id: f.id, token: h.Links.Keys.Token(link.Authority, f.id, 0)}
	if err := h.on(ctx, contact, http.MethodGet, "/papers"); err != nil {
		return err
	}
	for _, p := range f.mode.Papers() {
		if !p.ForAuthority() {
			continue
		}
		if err := h.on(ctx, contact, http.MethodGet, "/documents/"+string(p)); err != nil {
			return err
		}
	}
	return nil
}

func cancels(ctx context.Context, h *house) error {
	if err := h.publish(ctx, 12); err != nil {
		return err
	}
	f, err := h.enrols(ctx, enrolment.Collectivite)
	if err != nil {
		return err
	}
	if err := h.untilDay(ctx, 10); err != nil {
		return err
	}
	if err := h.acts(ctx, f, http.MethodPost, "/cancellation"); err != nil {
		return err
	}
	return h.untilTheEnd(ctx)
}

// makesWay is two people in a session of one seat. The one who takes the offer then goes on idle.
func makesWay(ctx context.Context, h *house) error {
	if err := h.publish(ctx, 1); err != nil {
		return err
	}
	first, err := h.enrols(ctx, enrolment.Collectivite)
	if err != nil {
		return err
	}
	second, err := h.enrols(ctx, enrolment.DIFE)
	if err != nil {
		return err
	}
	if err := h.untilDay(ctx, 9); err != nil {
		return err
	}
	if err := h.opens(ctx, second); err != nil { // to see their place in the line
		return err
	}
	if err := h.untilDay(ctx, 10); err != nil {
		return err
	}
	if err := h.acts(ctx, first, http.MethodPost, "/cancellation"); err != nil {
		return err
	}
	if err := h.until(ctx, h.at.Add(2*time.Hour)); err != nil {
		return err
	}
	if err := h.acts(ctx, second, http.MethodPost, "/acceptance"); err != nil {
		return err
	}
	return h.untilTheEnd(ctx)
}
