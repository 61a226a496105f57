package httpapi

import (
	"context"
	"net/http"

	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/web"
)

// opinionView is the questionnaire of who attended; once given, there is nothing left to ask.
type opinionView struct {
	Given     bool     `json:"given"`
	Title     string   `json:"title"`
	Text      string   `json:"text"` // of the questionnaire, or the thanks
	Questions []string `json:"questions,omitempty"`
	Choices   []string `json:"choices,omitempty"` // the best one last
}

// opinion is there for who attended, while the questionnaire is open.
func (d Deps) opinion(ctx context.Context, f booking.File) (*opinionView, error) {
	if !d.opines(f) {
		return nil, nil
	}
	given, err := d.Opinions.Opined(ctx, f.Enrolment.ID)
	if err != nil {
		return nil, err
	}
	poll := d.Guide.Opinion
	if given {
		return &opinionView{Given: true, Title: poll.Title, Text: poll.Thanks}, nil
	}
	v := &opinionView{Title: poll.Title, Text: poll.Intro, Choices: poll.Choices}
	for _, q := range poll.Questions {
		v.Questions = append(v.Questions, q.Text)
	}
	return v, nil
}

func (d Deps) opines(f booking.File) bool {
	return f.Enrolment.Opines() && d.Now().Before(d.Guide.OpinionUntil(f.Session))
}

// giveOpinion counts what the holder thought of the session, once: sent again, the first one stands.
func (a api) giveOpinion(w http.ResponseWriter, r *http.Request, f booking.File) error {
	var q struct {
		Answers []float64 `json:"answers"`
	}
	if err := decode(r, &q); err != nil {
		return err
	}
	if !a.opines(f) {
		return enrolment.Refuse(enrolment.KindConflict, "Ce questionnaire est fermé.")
	}
	o, err := enrolment.ParseOpinion(q.Answers)
	if err != nil {
		return web.Fields{"answers": err.Error()}.Err()
	}
	if _, err := a.Opinions.GiveOpinion(r.Context(), f.Enrolment.ID, f.Session.ID, o, a.Guide.OpinionUntil(f.Session)); err != nil {
		return err
	}
	return a.answerFile(w, r, f, nil)
}
