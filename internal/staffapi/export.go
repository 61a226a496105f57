package staffapi

import (
	"bytes"
	"context"
	"net/http"
	"slices"
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
	list, known := a.exports()[name]
	if !known || form != "csv" && form != "xlsx" {
		return &enrolment.Error{Kind: enrolment.KindNotFound}
	}
	from, to, err := a.yearDays(r)
	if err != nil {
		return err
	}
	tables, err := a.tables(r.Context(), list, from, to)
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

// source is what a list is made of.
type source struct {
	rooms    []report.Room       // the sessions that end between the two days
	issued   []enrolment.Invoice // invoices and credit notes, whatever sessions they are of
	from, to time.Time
}

// year is that of the first day.
func (s source) year() int { return s.from.In(guide.Paris).Year() }

// listed is a list: what it is made of, and how.
type listed struct {
	needs needs
	make  func(source) []report.Table
}

type needs struct {
	noRooms, left, groups, opinions bool
	issued                          func(source) (first, last int) // the years whose invoices and credit notes it reads
}

// tables makes a list of what it needs.
func (a api) tables(ctx context.Context, l listed, from, to time.Time) (all []report.Table, err error) {
	s := source{from: from, to: to}
	if !l.needs.noRooms {
		if s.rooms, err = a.rooms(ctx, from, to); err != nil {
			return nil, err
		}
	}
	if l.needs.left {
		for i := range s.rooms {
			if s.rooms[i].Left, err = a.Store.FilesThatLeft(ctx, s.rooms[i].Session.ID); err != nil {
				return nil, err
			}
		}
	}
	if l.needs.groups {
		if err := a.withGroups(ctx, s.rooms); err != nil {
			return nil, err
		}
	}
	if l.needs.opinions {
		if err := a.withOpinions(ctx, s.rooms); err != nil {
			return nil, err
		}
	}
	if l.needs.issued != nil {
		first, last := l.needs.issued(s)
		if s.issued, err = a.issuedIn(ctx, first, last); err != nil {
			return nil, err
		}
	}
	return l.make(s), nil
}

// issuedIn reads the invoices and credit notes of some years.
func (a api) issuedIn(ctx context.Context, first, last int) (all []enrolment.Invoice, err error) {
	for year := first; year <= last; year++ {
		some, err := a.Store.InvoicesOf(ctx, year)
		if err != nil {
			return nil, err
		}
		all = append(all, some...)
	}
	return all, nil
}

// inSpan are the years that a span touches.
func inSpan(s source) (first, last int) { return s.year(), s.to.In(guide.Paris).Year() }

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
func (a api) exports() map[string]listed {
	desk := a.reports()
	one := func(make func(source) report.Table) func(source) []report.Table {
		return func(s source) []report.Table { return []report.Table{make(s)} }
	}
	sinceThen := func(s source) (int, int) { return s.year(), a.Now().In(guide.Paris).Year() } // a credit note may be years later
	return map[string]listed{
		"personnes":        {needs{left: true}, one(func(s source) report.Table { return desk.People(s.rooms) })},
		"sessions":         {needs{}, one(func(s source) report.Table { return desk.Sessions(s.rooms) })},
		"presences":        {needs{}, one(func(s source) report.Table { return desk.Attendance(s.rooms) })},
		"factures":         {needs{groups: true}, one(func(s source) report.Table { return desk.Invoices(s.rooms, a.Now()) })},
		"journal-factures": {needs{noRooms: true, issued: inSpan}, one(func(s source) report.Table { return desk.Journal(s.issued, s.from, s.to) })},
		"avis":             {needs{opinions: true}, one(func(s source) report.Table { return desk.Opinions(s.rooms) })},
		"parcours":         {needs{}, one(func(s source) report.Table { return desk.Funnel(s.rooms) })},
		"bilan-pedagogique": {needs{groups: true, issued: sinceThen}, one(func(s source) report.Table {
			return desk.Yearly(s.rooms, s.issued, s.year())
		})},
		"rapport-annuel": {needs{groups: true, issued: sinceThen}, func(s source) []report.Table {
			all, missing := desk.Annual(s.rooms, s.issued, s.year())
			return []report.Table{all, missing}
		}},
	}
}

// rooms reads the sessions that end in a span, with their files and formations.
func (a api) rooms(ctx context.Context, from, to time.Time) ([]report.Room, error) {
	var rooms []report.Room
	formations := map[string]enrolment.Formation{}
	for cursor, first := "", true; first || cursor != ""; first = false {
		sessions, next, err := a.Store.SessionsBetween(ctx, from.Add(-enrolment.LongestSession), to, cursor, sessionsPage)
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

// withGroups adds the files of the groups, which are not among those of the people: an invoice of theirs is in them alone.
func (a api) withGroups(ctx context.Context, rooms []report.Room) (err error) {
	for i := range rooms {
		var ids []string
		for _, e := range rooms[i].Files {
			if e.PartOf != "" && !slices.Contains(ids, e.PartOf) {
				ids = append(ids, e.PartOf)
			}
		}
		if rooms[i].Groups, err = a.Store.Files(ctx, ids); err != nil {
			return err
		}
	}
	return nil
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
