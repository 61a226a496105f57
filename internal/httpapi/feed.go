package httpapi

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"

	ics "github.com/arran4/golang-ical"

	"github.com/echarpe/echarpe/internal/enrolment"
)

// feedPages is how many pages of sessions a feed reads at most: more than any organisation opens at once.
const feedPages = 40

// feed is every open session as a calendar to subscribe to, one event a half-day, in UTC. It carries no seats: diaries
// ask once a day, and a number that old would be wrong.
func (a api) feed(w http.ResponseWriter, r *http.Request) error {
	calendar := ics.NewCalendar()
	calendar.SetProductId("-//Echarpe//Sessions de formation des elus locaux//FR")
	calendar.SetMethod(ics.MethodPublish)
	calendar.SetName("Formations des élus locaux")
	calendar.SetRefreshInterval("P1D")
	cursor := ""
	for range feedPages {
		sessions, next, err := a.Catalogue.Sessions(r.Context(), a.Now(), cursor)
		if err != nil {
			return err
		}
		for _, s := range sessions {
			for i := range s.HalfDays {
				a.announce(calendar, s, i)
			}
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	text := []byte(calendar.Serialize(ics.WithNewLineWindows))
	w.Header().Set("Content-Type", enrolment.CalendarType(text))
	w.Header().Set("Cache-Control", "public, max-age=3600")
	_, err := w.Write(text)
	return err
}

func (a api) announce(calendar *ics.Calendar, s enrolment.Session, i int) {
	event := calendar.AddEvent(fmt.Sprintf("session-%s-%d@echarpe", s.ID, i+1))
	event.SetDtStampTime(a.Now())
	event.SetSequence(s.Revision)
	event.SetStartAt(s.HalfDays[i].Start)
	event.SetEndAt(s.HalfDays[i].End)
	title := plainLine(s.Formation.Title)
	if n := len(s.HalfDays); n > 1 {
		title += fmt.Sprintf(" (%d/%d)", i+1, n)
	}
	event.SetSummary(title)
	place := s.Place
	if !s.Remote && s.Address != "" {
		place += ", " + s.Address
	}
	event.SetLocation(plainLine(place))
	page := a.Links.Site + "/session/?id=" + url.QueryEscape(s.ID)
	event.SetDescription(plainLine(s.Formation.Summary) + "\nPlaces et inscription\u00a0: " + page)
	event.SetURL(page)
	event.SetStatus(ics.ObjectStatusConfirmed)
}

// plainLine keeps a published text on one line of the calendar.
func plainLine(s string) string {
	return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r < ' ' }), " ")
}
