// Package seats measures what people's requests cost and how many the product takes: the section of BENCH.md on routes, enrolments
// and their growth.
//
//   - house.go, routes.go: each route through the real handlers, with its budget (guarded by a test)
//   - processor.go: what an enrolment takes of the processor, and where it goes
//   - staff.go: what the organisation's team asks, with more and more files
//   - throughput.go: enrolments by many clients at once, against a bare write · hundred.go: people who come at a steady pace
//   - growth.go: the same acts in a session, and in a table, that hold more and more; the line of people who wait
//   - ways.go: three ways of reserving a seat, two of them prototypes, kept as the reason of the choice
package seats

import (
	"context"
	"fmt"
	"io"
	"time"

	"github.com/echarpe/echarpe/infra/bench/chapter"
	"github.com/echarpe/echarpe/internal/booking"
	"github.com/echarpe/echarpe/internal/enrolment"
)

// Sizes says how much is measured.
type Sizes struct {
	Cell    time.Duration // of asking, for each cell of the tables of enrolments per second
	Hundred time.Duration // of a hundred people a second
	Clients []int         // at once, of the same
	Fills   []int         // enrolments that a session, or the table, holds
	Ahead   []int         // people ahead in the line
	Holders int           // of a session that keeps them in a set
}

// Full is what BENCH.md shows; Small is for trying.
var (
	Full = Sizes{
		Cell: 4 * time.Second, Hundred: 10 * time.Second, Clients: []int{1, 16, 64, 256},
		Fills: []int{10, 1000, 100_000}, Ahead: []int{10, 1000, 10_000}, Holders: 5000,
	}
	Small = Sizes{Cell: 500 * time.Millisecond, Hundred: time.Second, Clients: []int{1, 16}, Fills: []int{10, 100}, Ahead: []int{10, 100}, Holders: 100}
)

// Write measures, and writes the section of BENCH.md. It runs from the root of the repository.
func (z Sizes) Write(ctx context.Context, out io.Writer) error {
	for _, part := range []chapter.Part{
		{Name: "routes", Write: writeRoutes}, {Name: "processor", Write: writeProcessor}, {Name: "throughput", Write: z.writeThroughput},
		{Name: "a hundred a second", Write: z.writeHundred}, {Name: "growth", Write: z.writeGrowth}, {Name: "the line", Write: z.writeLine}, {Name: "three ways", Write: z.writeWays},
	} {
		if err := part.Try(ctx, out); err != nil {
			return err
		}
	}
	return nil
}

// now is a Monday, in office hours.
var now = time.Date(2027, 1, 11, 10, 0, 0, 0, time.UTC)

func clock() time.Time { return now }

// aSession is a session of some seats, 60 days away, with as many words as a real one.
func aSession(id string, capacity int) enrolment.Session {
	start := now.AddDate(0, 0, 60)
	return enrolment.Session{
		ID: id, Capacity: capacity, Minimum: 4, Status: enrolment.SessionOpen, ClosesAt: start.Add(-24 * time.Hour),
		HalfDays: []enrolment.HalfDay{{Start: start, End: start.Add(3 * time.Hour)}, {Start: start.Add(5 * time.Hour), End: start.Add(8 * time.Hour)}},
		Formation: enrolment.FormationSummary{
			Slug: "budget-communal", Title: "Comprendre et suivre le budget de sa commune", Theme: "Finances et fiscalité locales",
			Summary: "Lire le budget, poser les bonnes questions en commission et suivre son exécution toute l’année.",
			Hours:   7, PriceCents: 53000, DIFEEligible: true,
		},
		Place: "Maison des communes, Nantes", Address: "1 rue de l’Exemple, 44000 Nantes", Access: "Tram ligne 1, arrêt Exemple. Entrée de plain-pied.",
	}
}

// application is what the n-th person asks of a session. Everybody has an address and a key of their own.
func application(sessionID string, n int) booking.Application {
	return booking.Application{
		Key: fmt.Sprintf("%s-%d", sessionID, n), SessionID: sessionID, Mode: enrolment.Collectivite,
		Person:  enrolment.Person{Title: "Madame", FirstName: "Maëlys", LastName: "Kerouédan", BirthName: "Quiniou", Email: fmt.Sprintf("elue%d@%s.example", n, sessionID), Phone: "+33612345678"},
		Mandate: enrolment.Mandate{Kind: "maire", Authority: "Commune de Plougastel"},
		Proved:  true, BodyDigest: fmt.Sprintf("%064d", n),
	}
}
