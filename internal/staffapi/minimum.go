package staffapi

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/web"
)

// fewMost is how many of the next sessions are looked at for their minimum.
const fewMost = 100

// few are the sessions that have too few people near their date, with the decision that they ask for.
func (a api) few(ctx context.Context, until time.Time) ([]dutyView, error) {
	now := a.Now()
	sessions, _, err := a.Store.SessionsBetween(ctx, now, a.Duties.MinimumHorizon(now), "", fewMost)
	if err != nil {
		return nil, err
	}
	var views []dutyView
	for _, s := range sessions {
		if a.Duties.Minimum(s, enrolment.DutyMark{}, now).Kind == "" {
			continue
		}
		mark, err := a.Store.SessionDuty(ctx, s.ID, enrolment.DutySessionMinimum)
		if err != nil {
			return nil, err
		}
		if d := a.Duties.Minimum(s, mark, now); d.Kind != "" && d.Due.Before(until) {
			views = append(views, a.fewView(s, d))
		}
	}
	return views, nil
}

func (a api) fewView(s enrolment.Session, d enrolment.Duty) dutyView {
	return dutyView{
		ID: "session:" + s.ID, Kind: d.Kind, Due: d.Due.UTC(), DueLabel: guide.Day(d.Due), Late: a.Now().After(d.Due), Act: "keep", ActLabel: "La session se tient",
		Text:    web.French("Décider si la session se tient : " + guide.Count(s.Taken, "place prise", "places prises") + " pour un minimum de " + strconv.Itoa(s.Minimum) + "."),
		Session: sessionRef{s.ID, s.Formation.Title, s.Start().UTC()}, Postponable: true,
	}
}

// decide says that a session takes place though it is under its minimum, or puts the decision off.
func (a api) decide(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	var q struct {
		Kind   string `json:"kind"`
		Done   bool   `json:"done"`
		Until  string `json:"until"`
		Reason string `json:"reason"`
	}
	if err := web.Decode(r, &q); err != nil {
		return err
	}
	if q.Kind != string(enrolment.DutySessionMinimum) {
		return &enrolment.Error{Kind: enrolment.KindInvalid, Fields: map[string]string{"kind": "Cette tâche n’existe pas."}}
	}
	mark, reason, err := a.dutyMark(q.Done, q.Until, q.Reason)
	if err != nil {
		return err
	}
	s, err := a.Store.Session(r.Context(), r.PathValue("id"))
	if err != nil {
		return err
	}
	now := a.Now().UTC()
	mark.At = now
	said := "se tient"
	if !mark.Done {
		said = "décision reportée au " + guide.Day(mark.Until)
	}
	deed := enrolment.Deed{At: now, Actor: who, Act: "duty", Reason: reason, Changes: []enrolment.Change{{Field: "session", Before: s.ID, After: said}}}
	if err := a.Store.MarkSessionDuty(r.Context(), s.ID, enrolment.DutySessionMinimum, mark, deed); err != nil {
		return err
	}
	w.WriteHeader(http.StatusNoContent)
	return nil
}
