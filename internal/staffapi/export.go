package staffapi

import (
	"bytes"
	"context"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/echarpe/echarpe/internal/enrolment"
	"github.com/echarpe/echarpe/internal/guide"
	"github.com/echarpe/echarpe/internal/report"
	"github.com/echarpe/echarpe/internal/words"
)

// exportMost is how many sessions an export holds at most: a large year. More would not be read within the gateway's half minute.
const exportMost = 400

// export writes a list of the sessions that end between two days, this year's when none is given: personnes.xlsx, factures.csv…
// It leaves a line of the audit before anything leaves: a list of people is personal data.
func (a api) export(w http.ResponseWriter, r *http.Request, who enrolment.Actor) error {
	name, form, _ := strings.Cut(r.PathValue("name"), ".")
	make, known := a.exports()[name]
	if known = known || name == journal; !known || form != "csv" && form != "xlsx" {
		return &enrolment.Error{Kind: enrolment.KindNotFound}
	}
	from, to, err := a.yearDays(r)
	if err != nil {
		return err
	}
	tables, err := a.tables(r.Context(), name, make, from, to)
	if err != nil {
		return err
	}
	var body bytes.Buffer
	media := "text/csv; charset=utf-8"
	if form == "csv" {
		err = report.CSV(&body, tables[0])
	} else {
		media = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
		err = report.XLSX(&body, tables...)
	}
	if err != nil {
		return err
	}
	now := a.Now().UTC()
	line := enrolment.Deed{At: now, Actor: who, Act: "export", Changes: []enrolment.Change{{
		Field: "export", After: name + "." + form + ", " + from.Format(time.DateOnly) + " – " + to.In(guide.Paris).Format(time.DateOnly) + ", " + guide.Count(len(tables[0].Rows), "ligne", "lignes"),
	}}}
	if err := a.Store.Commit(r.Context(), enrolment.Act{At: now, Deeds: []enrolment.Deed{line}}); err != nil {
		return err
	}
	return hand(w, media, tables[0].Name+"-"+from.Format(time.DateOnly)+"."+form, body.Bytes())
}

// journal is the list of what was issued between two days, whatever sessions it is of.
const journal = "journal-factures"

// tables makes a list: of the sessions that end between two days, or of what was issued between them.
func (a api) tables(ctx context.Context, name string, make func([]report.Room, time.Time) []report.Table, from, to time.Time) ([]report.Table, error) {
	if name == journal {
		var issued []enrolment.Invoice
		for year := from.In(guide.Paris).Year(); year <= to.In(guide.Paris).Year(); year++ {
			some, err := a.Store.InvoicesOf(ctx, year)
			if err != nil {
				return nil, err
			}
			issued = append(issued, some...)
		}
		return []report.Table{a.reports().Journal(issued, from, to)}, nil
	}
	rooms, err := a.rooms(ctx, from, to)
	if err != nil {
		return nil, err
	}
	if name == "personnes" {
		for i := range rooms {
			if rooms[i].Left, err = a.Store.FilesThatLeft(ctx, rooms[i].Session.ID); err != nil {
				return nil, err
			}
		}
	}
	if name == "avis" {
		err = a.withOpinions(ctx, rooms)
	}
	return make(rooms, from), err
}

// reports makes the lists and the figures.
func (a api) reports() report.Desk {
	return report.Desk{
		Guide: a.Guide, National: words.National,
		Say: func(e enrolment.Enrolment) (string, string) {
			return statusLabels[e.Status], stateLabels[e.FundingState()]
		},
	}
}

// exports are the lists, by the name in their address. A workbook has all the tables of its list, a CSV the first one.
func (a api) exports() map[string]func(rooms []report.Room, from time.Time) []report.Table {
	desk := a.reports()
	one := func(t report.Table) []report.Table { return []report.Table{t} }
	return map[string]func([]report.Room, time.Time) []report.Table{
		"personnes": func(r []report.Room, _ time.Time) []report.Table { return one(desk.People(r)) },
		"sessions":  func(r []report.Room, _ time.Time) []report.Table { return one(desk.Sessions(r)) },
		"presences": func(r []report.Room, _ time.Time) []report.Table { return one(desk.Attendance(r)) },
		"factures":  func(r []report.Room, _ time.Time) []report.Table { return one(desk.Invoices(r, a.Now())) },
		"avis":      func(r []report.Room, _ time.Time) []report.Table { return one(desk.Opinions(r)) },
		"parcours":  func(r []report.Room, _ time.Time) []report.Table { return one(desk.Funnel(r)) },
		"bilan-pedagogique": func(r []report.Room, from time.Time) []report.Table {
			return one(desk.Yearly(r, from.In(guide.Paris).Year()))
		},
		"rapport-annuel": func(r []report.Room, from time.Time) []report.Table {
			all, missing := desk.Annual(r, from.In(guide.Paris).Year())
			return []report.Table{all, missing}
		},
	}
}

// rooms reads the sessions that end in a span, with their files and formations.
func (a api) rooms(ctx context.Context, from, to time.Time) ([]report.Room, error) {
	var rooms []report.Room
	formations := map[string]enrolment.Formation{}
	for cursor, first := "", true; first || cursor != ""; first = false {
		sessions, next, err := a.Store.SessionsBetween(ctx, from.AddDate(0, 0, -31), to, cursor, sessionsPage)
		if err != nil {
			return nil, err
		}
		for _, s := range sessions {
			if s.End().Before(from) || s.End().After(to) {
				continue
			}
			if len(rooms) == exportMost {
				return nil, enrolment.Refuse(enrolment.KindConflict, "Cette période compte plus de "+strconv.Itoa(exportMost)+" sessions. Choisissez-en une plus courte.")
			}
			room := report.Room{Session: s}
			if err := a.eachOf(ctx, s.ID, func(e enrolment.Enrolment) { room.Files = append(room.Files, e) }); err != nil {
				return nil, err
			}
			slug := s.Formation.Slug
			if _, read := formations[slug]; !read {
				f, err := a.Store.Formation(ctx, slug)
				if err != nil && enrolment.KindOf(err) != enrolment.KindNotFound {
					return nil, err
				}
				formations[slug] = f
			}
			room.Formation = formations[slug]
			rooms = append(rooms, room)
		}
		cursor = next
	}
	return rooms, nil
}

// withOpinions adds what the people of each session thought of it.
func (a api) withOpinions(ctx context.Context, rooms []report.Room) error {
	ids := make([]string, len(rooms))
	for i, r := range rooms {
		ids[i] = r.Session.ID
	}
	sums, err := a.Store.Opinions(ctx, ids)
	for i := range rooms {
		rooms[i].Opinions = sums[ids[i]]
	}
	return err
}
