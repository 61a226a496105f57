package enrolment

import (
	"errors"
	"math"
)

// The questionnaire after a session: so many questions, each answered by one of so many choices, the best one last.
const (
	OpinionQuestions = 5
	OpinionChoices   = 4
)

// OpinionShown is from how many answers on anybody is shown what a session's people said: fewer, and one could be recognised.
const OpinionShown = 3

// Opinion is what somebody who attended answered: from 1 to [OpinionChoices], 0 where they did not.
type Opinion [OpinionQuestions]int

// ParseOpinion reads one: an answer, or 0, to each question, and one answer at least.
func ParseOpinion(answers []float64) (o Opinion, err error) {
	if len(answers) != OpinionQuestions {
		return o, errors.New("Rechargez la page : les questions ont changé.")
	}
	answered := false
	for i, a := range answers { // a whole number may be written 4.0
		if a < 0 || a > OpinionChoices || a != math.Trunc(a) {
			return o, errors.New("Choisissez une des réponses proposées.")
		}
		o[i] = int(a)
		answered = answered || a > 0
	}
	if !answered {
		return o, errors.New("Répondez à une question au moins, ou laissez ce questionnaire.")
	}
	return o, nil
}

// Opinions are the answers of the people of a session, or of several, added up: nothing else of them is kept.
type Opinions struct {
	People int
	Counts [OpinionQuestions][OpinionChoices]int
}

// Shown tells whether they may be shown.
func (o Opinions) Shown() bool { return o.People >= OpinionShown }

// Add adds those of other people.
func (o *Opinions) Add(more Opinions) {
	o.People += more.People
	for q := range o.Counts {
		for c := range o.Counts[q] {
			o.Counts[q][c] += more.Counts[q][c]
		}
	}
}

// Opines tells whether the person is asked what they thought of the session: its closing recorded that they came.
func (e Enrolment) Opines() bool { return e.Status == Attended && e.Attendance != nil }
